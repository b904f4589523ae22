/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel's last words in a few kilobytes at a time: parts that pstore's backends kept (EFI
 * variables, ERST, RAM), each a file. Which belong together, and joining them.
 */
#ifndef VMT_LOG_PSTORE_H
#define VMT_LOG_PSTORE_H

#include "io/source.h"

struct pstore_part {
	const char *path;
	struct source *text; /* of the whole file; for pstore_join(), set by its caller */
	char reason[16];     /* "Panic", "Oops", ...; "": not known, of a compressed one */
	unsigned count;	     /* of the dump, since boot */
	unsigned number;     /* 1 is the newest */
	uint64_t stamp;	     /* of the dump, where the name has it; else 0 */
	int64_t mtime_ns;
	bool packed; /* the kernel could not decompress it, nor can we */
	size_t dump; /* set by pstore_sort() */
};

/*
 * Whether the file is a part, by its first line, or packed, by its name. text: the inside of the
 * file, opened, where the caller has it; else NULL.
 */
bool pstore_peek(const char *path, struct source *text, struct pstore_part *ret);

/* The same of what is no file: the name is not looked up. text may be NULL where the name is
 * packed. */
bool pstore_peek_text(const char *name, struct source *text, struct pstore_part *ret);

/*
 * Sorts parts into dumps, the oldest first, and each dump's parts oldest first. Fails only for lack
 * of memory.
 */
int pstore_sort(struct pstore_part **parts, size_t n, struct vmt_err *err);

/* Places in the joined text where something is missing. */
struct pstore_gaps {
	uint64_t *at;
	size_t n;
	const char *missing; /* a sentence; NULL: nothing is */
	size_t n_capped;     /* parts of which CAP_PSTORE_PART bytes are taken */
};

/*
 * Joins sorted parts, each with its text, into one. What a dump repeats of the
 * one before it comes once. Everything hangs on ctx.
 */
int pstore_join(TALLOC_CTX *ctx, struct pstore_part *const *parts, size_t n, struct source **ret,
	struct pstore_gaps *gaps, struct vmt_err *err);

#endif
