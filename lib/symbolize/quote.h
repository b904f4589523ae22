/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of source around the culprit's, out of the source trees at hand. */
#ifndef VMT_SYMBOLIZE_QUOTE_H
#define VMT_SYMBOLIZE_QUOTE_H

#include <talloc.h>

#include "base/err.h"

/*
 * Fills report->source where the verdict has a line and its file is found: in the source trees of
 * opts (NULL: none), else where a kernel built on this machine has its own, below /usr/src where
 * debuginfo says so, or in a linux-source package's tree of just that release. In a tree the file
 * is looked for by all of its path, as debuginfo names it, then without its first folders, since
 * trees are built in other places than they are read.
 */
int quote_culprit(TALLOC_CTX *ctx, const struct vmt_options *opts, struct vmt_report *report,
	struct vmt_err *err);

#endif
