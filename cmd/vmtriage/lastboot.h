/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the boot before this one ended, by this machine's journal; see journalctl(1). */
#ifndef VMTRIAGE_LASTBOOT_H
#define VMTRIAGE_LASTBOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "vmtriage.h"

enum lastboot_end {
	LASTBOOT_NONE, /* there is no journal of it, or this user may not read it */
	LASTBOOT_CLEAN,
	LASTBOOT_UNCLEAN, /* the journal was not closed: a crash, a reset, or no power */
};

struct lastboot {
	enum lastboot_end end;
	unsigned back; /* how many boots ago it was: more than 1 if kdump saved a dump since */
	char id[33];   /* of the boot */
	struct vmt_time until; /* of its last entry, since 1970, UTC */
};

/* Asks the journal about the boot before this one. What it does not know stays empty. */
void lastboot_look(struct lastboot *last);

/*
 * Triages the kernel's messages of that boot. *ret is NULL if there are none. Errors as
 * vmt_triage_files().
 */
int lastboot_triage(const struct lastboot *last, const struct vmt_options *options,
	struct vmt_report **ret, struct vmt_err *err);

#endif
