/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_REPORT_JSON_OUT_H
#define VMT_REPORT_JSON_OUT_H

#include <jansson.h>

#include "base/err.h"

/*
 * Writes a value and a newline in ASCII, so that nothing from a dump can control a terminal.
 * Numbers and the order of keys are the same everywhere. flags are jansson's. The caller checks for
 * errors of out (report_flush).
 */
int json_out(const json_t *value, size_t flags, FILE *out, struct vmt_err *err);

#endif
