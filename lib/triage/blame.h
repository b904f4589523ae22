/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The role of a function in a crash. Most functions have none. Those in the table serve others, and
 * a crash in one of them is the fault of its caller. A module's function never gets a role from its
 * name alone.
 */
#ifndef VMT_TRIAGE_BLAME_H
#define VMT_TRIAGE_BLAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/alloc.h"
#include "triage/core.h"

enum blame_role {
	BLAME_REPORT = 1 << 0,	  /* prints or raises the report */
	BLAME_COPY = 1 << 1,	  /* copies, fills and compares memory and text */
	BLAME_CONTAINER = 1 << 2, /* lists, trees, bitmaps: crash on what others corrupted */
	BLAME_LOCK = 1 << 3,	  /* takes and releases locks */
	BLAME_ALLOC = 1 << 4,	  /* allocates and frees memory */
	BLAME_COUNT = 1 << 5,	  /* reference counts and atomics */
	BLAME_ACCESS = 1 << 6,	  /* reads or writes a device register */
	BLAME_WAIT = 1 << 7,	  /* waits, sleeps, schedules */
	BLAME_PLUMBING = 1 << 8,  /* entry code, and generic callers of everything */
	BLAME_ANCHOR = 1 << 9,	  /* dispatches work: the function that it called is the work */
	BLAME_TICK = 1 << 10,	  /* the timer interrupt, which notices a stall */
	BLAME_ENTRY = 1 << 11,	  /* where an interrupt or exception entered */
	BLAME_REMOTE = 1 << 12,	  /* waits for another CPU to answer */
	BLAME_IDLE = 1 << 13,	  /* the idle loop */
	BLAME_SERVICE = 1 << 14,  /* works on its caller's object, or checks how it is used */
	BLAME_MAKER = 1 << 15,	  /* creates an object that its caller asked for */
	BLAME_SLOW = 1 << 16,	  /* waits for a device or the disk on behalf of its caller */
	BLAME_ROOT = 1 << 17,	  /* starts a stack: not to blame for what it called */
	BLAME_CORE = 1 << 18,	  /* is in a source file that serves the whole kernel */
	BLAME_CHECK = 1 << 19,	  /* checks how its caller uses it; otherwise it has no role */
};

/* Roles that say nothing of whose fault it was: these work for whoever called them. */
#define BLAME_HELPERS                                                                              \
	(BLAME_REPORT | BLAME_COPY | BLAME_CONTAINER | BLAME_LOCK | BLAME_ALLOC | BLAME_COUNT |    \
		BLAME_ACCESS)

struct blame_row {
	const char *id;
	unsigned role;
	const char *names; /* separated by blanks; a '*' at either end matches anything */
	const char *reason;
	enum core_group core; /* instead of names: the functions of this group */
};

extern const struct blame_row blame_rows[];
extern const size_t blame_n_rows;

/* All roles of a function of the kernel itself; 0: none. Compiler suffixes are ignored. */
unsigned blame_roles(const char *function);

/* The row that gives a function one of these roles; NULL: none. */
const struct blame_row *blame_find(const char *function, unsigned roles);

/* The length of a function's name without the suffixes that the compiler added. */
size_t blame_base_length(const char *function);

/*
 * The name without these suffixes: function itself, or a copy allocated from ctx; NULL: no memory,
 * or no name.
 */
const char *blame_plain(TALLOC_CTX *ctx, const char *function);

/* Whether a name matches one of several patterns, separated by blanks, each with a '*' at either
 * end or between two parts, or both. */
bool blame_name_in(const char *name, size_t len, const char *patterns);

#endif
