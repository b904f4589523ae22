/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that hold a kernel's words but are no log: changelogs, manuals, programs. */
#ifndef VMT_FACADE_NO_LOG_H
#define VMT_FACADE_NO_LOG_H

#include "facade/triage_run.h"

/*
 * Drops the reports of a text in which no line shows that it is a log, and of whose reports there
 * is nothing but one line each, in the middle of prose, of markup or of bytes.
 */
void no_log_drop(struct triage *t);

#endif
