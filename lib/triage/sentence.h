/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement in words. All strings hang on ctx; NULL where memory is out. */
#ifndef VMT_TRIAGE_SENTENCE_H
#define VMT_TRIAGE_SENTENCE_H

#include <talloc.h>

#include "triage/culprit.h"

/* What a sentence may speak of. */
struct sentence_facts {
	const struct oops_event *ev;
	const struct culprit *culprit;
	const char *origin, *path, *path_by, *access;
	struct vmt_u64 address;
	const char *rule;	     /* of select.h */
	const char *address_meaning; /* of address.h; NULL: none */
	const char *register_name;   /* that holds a poisoned value; NULL: none */
	const char *register_meaning;
	size_t n_events;
};

/* "e1000 (in-tree driver), receive path: NULL pointer dereference, read at 0x40 in f+0x225" */
const char *sentence_headline(TALLOC_CTX *ctx, const struct sentence_facts *f);

struct sentence_list {
	const char **items;
	size_t n;
};

/* Each a fact that the verdict rests on, with where it was seen. */
struct sentence_list sentence_evidence(TALLOC_CTX *ctx, const struct sentence_facts *f);

/* What to do about a kind; NULL for ADVICE_NONE. */
const char *advice_text(enum oops_advice advice);

/* What to do next, most useful first. */
struct sentence_list sentence_next(TALLOC_CTX *ctx, const struct sentence_facts *f);

#endif
