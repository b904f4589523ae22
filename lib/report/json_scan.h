/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks JSON that came from a worker, which may be hostile, without reading it into values. */
#ifndef VMT_REPORT_JSON_SCAN_H
#define VMT_REPORT_JSON_SCAN_H

/*
 * What follows the JSON value at p, a text that ends with NUL; NULL: there is none. It is as strict
 * as json_out() writes it: in printable ASCII, without spaces, and nothing that jansson refuses.
 */
const char *json_scan(const char *p);

#endif
