/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A crash, or a file that has none or cannot be read, while a list is made of it. */
#ifndef VMT_ARCHIVE_CANDIDATE_H
#define VMT_ARCHIVE_CANDIDATE_H

#include "archive/event_join.h"
#include "archive/walk.h"

struct candidate {
	const struct walk_file *file;
	const char *const *paths; /* of all parts of the file */
	size_t n_paths;
	struct vmt_report *report;
	struct vmt_err *error;
	const char *host;		      /* of the machine whose files these are, or NULL */
	const struct event_instant *instants; /* reports of the boot that the crash was in */
	uint16_t n_instants, judged;
	bool dropped;	  /* it gets no row of its own, and is no source of another one */
	bool same;	  /* dropped, but for a listed crash's sake */
	const char *left; /* why it is dropped; NULL: it is not, or is a source of an entry */
	bool crash, text;
	size_t with; /* number of a candidate of the same event, or SIZE_MAX */
};

/*
 * Fills the rows of a list, of which the candidates are: one for each event, with its sources, and
 * one for whatever else is not dropped. join: whether several candidates may be one event.
 */
int candidate_rows(
	struct vmt_list *list, struct candidate *c, size_t n, bool join, struct vmt_err *err);

/*
 * In one folder, the logs of the crash that a dump shows are of one event with it, and so are logs
 * of one crash. If a folder's only dump cannot be read, or shows no crash, a log that does replaces
 * it. c: the n candidates of the folder, of which the first has the number from. VMT_ERR_NOMEM.
 */
int candidate_join(struct candidate *c, size_t n, size_t from);

/* Notes the instants of a report for the candidate; kinds must outlive it. */
int candidate_take_instants(TALLOC_CTX *ctx, struct candidate *c, const struct vmt_report *r,
	const char *(*kind)(void *arg, const char *slug), void *arg);

#endif
