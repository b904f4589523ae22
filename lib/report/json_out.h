/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_REPORT_JSON_OUT_H
#define VMT_REPORT_JSON_OUT_H

#include <jansson.h>

#include "base/err.h"

/*
 * Writes a value and a newline in ASCII, so that nothing from a dump can control a terminal.
 * Numbers and the order of keys are the same everywhere. indent: blanks for each level, or 0: all
 * in one line. The caller checks for errors of out (report_flush).
 */
#define JSON_OUT_INDENTED 2
#define JSON_OUT_LINE 0
int json_out(const json_t *value, size_t indent, FILE *out, struct vmt_err *err);

#endif
