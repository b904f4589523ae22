/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How to triage, from the options and the environment, for the library. */
#ifndef VMTRIAGE_WISHES_H
#define VMTRIAGE_WISHES_H

#include "opts.h"
#include "vmtriage.h"

struct wishes {
	const char *level;	   /* NULL: all */
	struct opt_list debuginfo; /* of --debuginfo */
	struct opt_list sources;   /* of --source */
	uint64_t tmp_limit;	   /* bytes; 0: the default */
	const char *root;	   /* the machine's files; NULL: those of this one */
};

/*
 * Whether the files and folders that w names are there; complains if one is not. A folder without
 * any debuginfo gets only a note, unless quiet.
 */
bool wishes_check(const struct wishes *w, bool quiet);

/* Notes on standard error which wishes a report could not fulfil. */
void wishes_note(const struct wishes *w, const struct vmt_report *report);

/* The same for what could not be done while stacks were read. */
void wishes_note_diags(const struct vmt_diag *diags, size_t n);

/* The result points into w and the environment. */
struct vmt_options wishes_options(const struct wishes *w);

extern const char *const wishes_levels[];

#endif
