/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The source lines around the culprit's line, from the available source trees. */
#ifndef VMT_SYMBOLIZE_QUOTE_H
#define VMT_SYMBOLIZE_QUOTE_H

#include "base/alloc.h"
#include "base/err.h"

/*
 * Fills report->source if the verdict has a line and its file is found. It is looked for in the
 * source trees of opts (NULL: none), then in the tree of a kernel that was built on this machine,
 * below /usr/src if debuginfo refers to it, or in the tree of a linux-source package of exactly
 * that release. In a tree the file is looked for by its full path, as debuginfo has it, then
 * without the first folders, since kernels are often built elsewhere.
 */
int quote_culprit(TALLOC_CTX *ctx, const struct vmt_options *opts, struct vmt_report *report,
	struct vmt_err *err);

struct quote_tree_file {
	char *text;
	const char *inside; /* where the tree has the other file; NULL: it does not */
};

/*
 * Reads a file by its name in the first source tree that has it: one of opts, or of the system, as
 * above. file (may be NULL) is the path of another file, from debuginfo or from a log: the part of
 * it that is its path in the tree is ret->inside. False: no tree has the file, or no memory.
 */
bool quote_tree_file(TALLOC_CTX *ctx, const struct vmt_options *opts,
	const struct vmt_report *report, const char *name, const char *file,
	struct quote_tree_file *ret);

#endif
