/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Versions of devices' firmware, as drivers print them when they load it or report a failure. */
#ifndef VMT_OOPS_FIRMWARE_H
#define VMT_OOPS_FIRMWARE_H

#include "oops/event.h"

/* A way to print a version. */
struct oops_firmware_row {
	const char *mark;   /* that is in each such line; the version follows it */
	const char *then;   /* what follows the mark before the version; NULL: nothing */
	const char *driver; /* whose firmware it is; NULL: the line begins with the driver */
};

extern const struct oops_firmware_row oops_firmware_rows[];
extern const size_t oops_n_firmware_rows;

/* Takes a line that has a mark: keeps what it says with the log's last boot. */
void oops_firmware_line(struct oops_log *log, const char *line, size_t len);

#endif
