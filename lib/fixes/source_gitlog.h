/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `git log` as text, which ChangeLog-X.Y.Z is too. */
#ifndef VMT_FIXES_SOURCE_GITLOG_H
#define VMT_FIXES_SOURCE_GITLOG_H

#include "fixes/source_draft.h"
#include "fixes/source_input.h"

struct gitlog_commit {
	const char *id;	     /* 40 digits */
	const char *parents; /* the rest of its line: ids, each after a blank */
	int64_t time;
	struct fix_draft *draft; /* its message is read; commit: upstream's, or NULL */
};

/*
 * Is asked about each commit before it is handed out. 0: hand it out; 1: do not; negative: an
 * error.
 */
typedef int (*gitlog_hook)(struct gitlog_commit *commit, void *arg, struct vmt_err *err);

/* hook NULL: commits get the release that a mark ("Linux 6.1.150") above them names. */
int source_gitlog_commits(struct fix_input *in, struct fix_reading *r, gitlog_hook hook, void *arg,
	struct vmt_err *err);

#endif
