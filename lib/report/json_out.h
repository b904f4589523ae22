/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_REPORT_JSON_OUT_H
#define VMT_REPORT_JSON_OUT_H

#include <jansson.h>

#include "base/err.h"

/*
 * Writes a value and a newline: ASCII alone, so that nothing a dump holds reaches a terminal as
 * more than text; numbers and order of keys are the same everywhere. flags: of jansson. Whether
 * out took it all is the caller's to ask (report_flush).
 */
int json_out(const json_t *value, size_t flags, FILE *out, struct vmt_err *err);

#endif
