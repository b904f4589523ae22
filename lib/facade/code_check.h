/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comparing code in memory and in a text has in common. */
#ifndef VMT_FACADE_CODE_CHECK_H
#define VMT_FACADE_CODE_CHECK_H

#include "symbolize/code_file.h"
#include "vmtriage.h"

/* The code that was compared. */
struct code_place {
	const char *function, *module;
	uint64_t offset;	/* of its first byte, into the function */
	struct vmt_u64 address; /* of the same */
	const char *path;	/* of the file */
};

/* Whether the CPU stopped at an instruction, so that damaged code may be why. */
bool code_check_applies(const struct vmt_report *r);

/* Adds to report->code_differences. */
int code_check_add(struct vmt_report *r, const struct code_place *at,
	const struct code_difference *d, struct vmt_err *err);

#endif
