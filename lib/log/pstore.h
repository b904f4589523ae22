/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel's last messages in parts of a few kilobytes, each a file, as pstore's backends keep
 * them (EFI variables, ERST, RAM). Finds out which parts belong together, and joins them.
 */
#ifndef VMT_LOG_PSTORE_H
#define VMT_LOG_PSTORE_H

#include "io/source.h"

struct pstore_part {
	const char *path;
	struct source *text; /* the complete file's text, for pstore_join(); set by its caller */
	char reason[16]; /* "Panic", "Oops", ...; "": not known, because the part is compressed */
	unsigned count;	 /* number of the dump since boot */
	unsigned number; /* 1 is the newest */
	uint64_t stamp;	 /* time of the dump, if the name has it; otherwise 0 */
	int64_t mtime_ns;
	bool packed; /* neither the kernel nor we could decompress it */
	size_t dump; /* set by pstore_sort() */
};

/*
 * Whether the file is a part, judged by its first line or, if it is packed, by its name. text: the
 * opened content of the file, if the caller has it; otherwise NULL.
 */
bool pstore_peek(const char *path, struct source *text, struct pstore_part *ret);

/*
 * The same for content that is not a file of its own: no file is opened by the name. text may be
 * NULL if the name is that of a packed part.
 */
bool pstore_peek_text(const char *name, struct source *text, struct pstore_part *ret);

/*
 * Sorts parts into dumps, oldest first, and the parts of each dump, oldest first. Fails only if
 * memory runs out.
 */
int pstore_sort(struct pstore_part **parts, size_t n, struct vmt_err *err);

/* Places in the joined text where something is missing. */
struct pstore_gaps {
	uint64_t *at;
	size_t n;
	const char *missing; /* a sentence; NULL: nothing is missing */
	size_t n_capped;     /* parts cut at CAP_PSTORE_PART bytes */
};

/*
 * Joins sorted parts, each with its text, into one. Text that a dump repeats from the previous dump
 * appears once. The results are allocated from ctx.
 */
int pstore_join(TALLOC_CTX *ctx, struct pstore_part *const *parts, size_t n, struct source **ret,
	struct pstore_gaps *gaps, struct vmt_err *err);

#endif
