/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The source lines around the culprit's line, from the available source trees. */
#ifndef VMT_SYMBOLIZE_QUOTE_H
#define VMT_SYMBOLIZE_QUOTE_H

#include <talloc.h>

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

#endif
