/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement in words. All strings are talloc children of ctx; NULL: no memory. */
#ifndef VMT_TRIAGE_SENTENCE_H
#define VMT_TRIAGE_SENTENCE_H

#include "base/alloc.h"
#include "triage/culprit.h"
#include "triage/triage.h"

/* The facts that the sentences are made from. */
struct sentence_facts {
	const struct oops_event *ev;
	const struct culprit *culprit;
	const char *origin, *path, *path_by, *access;
	const char *subsystem; /* of the culprit, in words; NULL: not known */
	struct vmt_u64 address;
	const char *rule;	     /* from select.h */
	const char *address_meaning; /* from address.h; NULL: none */
	const char *register_name;   /* a register that holds a poison value; NULL: none */
	const char *register_meaning;
	const struct triage_pointer *pointer; /* NULL: nothing is known */
	bool freed;		 /* the pointer was read from memory that had been freed */
	bool code_is_wrong;	 /* the address is part of the instruction */
	bool code_is_foreign;	 /* from operand.h */
	bool one_bit;		 /* one bit of the pointer is wrong */
	const char *bit_meaning; /* a sentence: how memory shows that; NULL: it does not */
	size_t n_events;
	const char *hardware;	 /* of the machine; NULL: not known */
	const char *dump;	 /* path of the dump, for commands; NULL: the input is text */
	const char *dump_advice; /* from triage.h */
};

/* "e1000 (in-tree driver), receive path: NULL pointer dereference, read at 0x40 in f+0x225" */
const char *sentence_headline(TALLOC_CTX *ctx, const struct sentence_facts *f);

struct sentence_list {
	const char **items;
	size_t n;
};

/* The facts that the verdict is based on, each with its source. */
struct sentence_list sentence_evidence(TALLOC_CTX *ctx, const struct sentence_facts *f);

/* The advice for a kind, without commands; NULL for ADVICE_NONE. */
const char *advice_text(enum oops_advice advice);

/* Once source lines were found: replaces the advice to get debuginfo. */
int advice_have_debuginfo(TALLOC_CTX *ctx, struct vmt_verdict *v, struct vmt_err *err);

/* A path as one word of a shell. */
char *sentence_quote(TALLOC_CTX *ctx, const char *path);

/* What to do next, most useful first. */
struct sentence_list sentence_next(TALLOC_CTX *ctx, const struct sentence_facts *f);

#endif
