/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds the memory when it runs out, in words. */
#ifndef VMT_TRIAGE_SHORTAGE_H
#define VMT_TRIAGE_SHORTAGE_H

#include "base/alloc.h"
#include "oops/oom.h"

/*
 * All of these append to s, a talloc string that they may move, and return it. NULL: no memory.
 * They append nothing where the log does not say enough.
 */

/* ", mysqld (pid 311) was killed, with 6.7 GiB" */
char *shortage_add_killed(char *s, const struct oops_memory *m);

/* ": tmpfs and shared memory hold 246.6 MiB of 276.8 MiB" */
char *shortage_add_holder(char *s, const struct oops_memory *m);

/* Whether most of it is where no counter shows who holds it. */
bool shortage_is_hidden(const struct oops_memory *m);

/* The sentences of the evidence, by number from 0. *done: there is none of that number. */
char *shortage_evidence(TALLOC_CTX *ctx, const struct oops_memory *m, unsigned i, bool *done);

/*
 * What the log says, and what memory says where the log has lost it. log may be NULL, dump too; a
 * talloc child of ctx, or one of them. NULL: nothing is known, or no memory.
 */
const struct oops_memory *shortage_merge(
	TALLOC_CTX *ctx, const struct oops_memory *log, const struct oops_memory *dump);

/* What to do about the largest holder; NULL: it is not known, or no memory. */
const char *shortage_advice(TALLOC_CTX *ctx, const struct oops_memory *m);

#endif
