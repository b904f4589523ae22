/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which fixes of an index may be the one for a crash, the likeliest first, and why. */
#ifndef VMT_FIXES_RANK_H
#define VMT_FIXES_RANK_H

#include "fixes/index.h"
#include "oops/kind.h"
#include "where/where.h"

struct rank_frame {
	const char *function; /* suffixes of the compiler are ignored */
	const char *module;   /* NULL: the kernel's own */
	bool unreliable;      /* a "?" stands before it */
};

struct rank_stack {
	const struct rank_frame
		*frames; /* innermost first, the program counter before all others */
	size_t n;
};

/* A crash. All but the stack may be NULL or 0: not known. */
struct rank_query {
	struct rank_stack stack;
	const struct rank_stack *others; /* who allocated, freed, held, ... */
	size_t others_n;
	enum oops_kind_id kind;
	const char *headline; /* the crash's own line, without times and prefixes */
	const char *place;    /* of an assertion: "mm/gup.c:120" */
	const char *member;   /* "net_device.features" */
	const char *culprit;  /* function */
	const char *module;   /* that is to blame */
	const char *release;  /* version of the kernel that crashed, as the fixes' releases are */
	const char *arch;     /* as `uname -m` */
	const struct where *where; /* may be NULL */
	size_t most;		   /* answers */
	/* Number + 1 of a fix that is left out, to see how well its absence is told; 0: none. */
	uint32_t except;
};

enum rank_reason_kind {
	RANK_FUNCTION, /* the name of a function of the stack */
	RANK_WORD,     /* a part of such a name, or a word of the place that it is defined in */
	RANK_MODULE,
	RANK_TOPIC,    /* what went wrong: text is the topic's name */
	RANK_HEADLINE, /* a word of the headline, or of the member's name */
	RANK_FILE,     /* a file that defines functions of the stack */
	RANK_FOLDER,
	RANK_CALL, /* two frames that the fix quotes as they are: "callee caller" */
};

struct rank_reason {
	enum rank_reason_kind kind;
	const char *text; /* words are in lower case and may lack their ending */
	unsigned fields;  /* where the fix has it: 1 << enum index_field */
	float share;	  /* of all that speaks for the fix: 0 to 1 */
};

enum rank_has {
	RANK_HAS_UNKNOWN,
	RANK_HAS_IT, /* the crashed kernel has this fix already */
	RANK_LACKS_IT,
};

struct rank_match {
	uint32_t fix; /* number in the index */
	float score;
	float chance; /* that it is the right one, if one of the index is: 0 to 1 */
	enum rank_has has;
	bool lacks_cause; /* the crashed kernel has not the change that brought this bug */
	const struct rank_reason *reasons; /* those that count most, first */
	size_t reasons_n;
};

#define RANK_REASONS_MOST 12

/*
 * The `most` likeliest fixes, fewer if fewer have anything in common with the crash. Left out:
 * those for other architectures, and those that were taken back. *ret is a talloc child of ctx.
 * Returns 0 or VMT_ERR_NOMEM.
 */
int rank_fixes(TALLOC_CTX *ctx, const struct fixes_index *index, const struct rank_query *query,
	struct rank_match **ret, size_t *n, struct vmt_err *err);

/* How many reasons of a kind a match has. */
size_t rank_reasons(const struct rank_match *match, enum rank_reason_kind kind);

/*
 * The chance that a match is the right fix, 0 to 1, where for every other crash the index has none.
 * One that quotes the stack is not counted higher.
 */
double rank_likelihood(const struct rank_match *match);

#endif
