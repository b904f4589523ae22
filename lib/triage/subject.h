/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a report is about when it shows no function to blame. */
#ifndef VMT_TRIAGE_SUBJECT_H
#define VMT_TRIAGE_SUBJECT_H

#include "base/alloc.h"
#include "oops/event.h"

/*
 * A fact that tells crashes of one kind apart and is the same each time: the slab cache, how
 * process 1 ended, the panic's own words, the source file. It has no numbers, addresses or names of
 * tasks. *ret is a string of ctx, or NULL: the report has no such fact. Returns 0 or VMT_ERR_NOMEM.
 */
int subject_find(
	TALLOC_CTX *ctx, const struct oops_event *ev, const char **ret, struct vmt_err *err);

/* The slab cache of the object that the report is about; NULL: the report does not say. */
const char *subject_cache(const struct oops_event *ev);

#endif
