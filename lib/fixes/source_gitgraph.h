/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commits, their parents and tags: which release has a commit first, and its backports. */
#ifndef VMT_FIXES_SOURCE_GITGRAPH_H
#define VMT_FIXES_SOURCE_GITGRAPH_H

#include "fixes/source_draft.h"

struct gitgraph;

/* An empty graph; a talloc child of ctx. */
int gitgraph_new(TALLOC_CTX *ctx, struct gitgraph **ret, struct vmt_err *err);

/* "ID [COMMIT] refs/tags/v6.1.150". Tags without a version are left out. */
int gitgraph_tag(struct gitgraph *g, const char *line, struct vmt_err *err);

/* How many have a version. */
size_t gitgraph_tags(const struct gitgraph *g);

/* parents: ids, each after a blank. upstream: the commit that it is a backport of; NULL: none. */
int gitgraph_commit(struct gitgraph *g, const char *id, const char *parents, const char *upstream,
	struct vmt_err *err);

/* When all are known. */
int gitgraph_finish(struct gitgraph *g, struct vmt_err *err);

/* Adds the releases of a commit and of its backports. 1: it is a backport of one that is here. */
int gitgraph_releases(const struct gitgraph *g, const char *id, struct fix_draft *d);

#endif
