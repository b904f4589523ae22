/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WHENCE of linux-firmware: which version of a driver's firmware is installed. */
#ifndef VMT_FIXES_SOURCE_FIRMWARE_H
#define VMT_FIXES_SOURCE_FIRMWARE_H

#include <stdbool.h>

#include "fixes/source_input.h"

/* Valid during the call that it is handed to. */
struct firmware {
	const char *driver;  /* "iwlwifi" */
	const char *file;    /* "iwlwifi-8265-36.ucode" */
	const char *version; /* "36.ca7b901d.0"; NULL: not said */
};

/* Takes one file. Other than 0 ends the reading, and is what the reader returns. */
typedef int (*firmware_taker)(const struct firmware *f, void *arg, struct vmt_err *err);

/* Whether the first lines are those of a WHENCE. */
bool source_firmware_is(struct fix_input *in);

/* Reads linux-firmware's WHENCE, and calls take for each file. */
int source_firmware_read(struct fix_input *in, firmware_taker take, void *arg, struct vmt_err *err);

#endif
