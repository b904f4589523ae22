/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the folders of the kernel's source hold: whom the code there works for, and its name in
 * words.
 */
#ifndef VMT_WHERE_AREA_H
#define VMT_WHERE_AREA_H

#include "where/where.h"

enum area_kind {
	AREA_SPECIFIC, /* one driver, protocol or file system */
	AREA_SHARED,   /* the part of a subsystem that all its drivers or protocols go through */
	AREA_CORE,     /* what the complete kernel uses: what goes wrong in it is its caller's */
};

struct area {
	const char *path; /* begins with this; if it ends in "*.c", files of that folder only */
	enum area_kind kind;
	const char *words; /* "TCP", "block layer"; NULL: those of the folder around it */
};

extern const struct area areas[];
extern const size_t areas_n;

/* The most specific row for a path: never NULL. */
const struct area *area_of_path(const char *path);

/*
 * The files that define a function, as where_find. What a header defines is left out if another
 * file defines the function, too: it is a stub, for callers in kernels that are built without that
 * file. *has_stub (may be NULL): there is one.
 */
struct where_places area_places(
	const struct where *w, const char *name, size_t len, bool *has_stub);

/*
 * The row for a function that these files define. Of several: the one that most of the kernel
 * uses; if the function is in a module, the one that fewest do, as the core is in no module. *file
 * (may be NULL) is the file that was chosen. NULL: not known.
 */
const struct area *area_of(
	const struct where *w, const struct where_places *places, bool in_module, uint16_t *file);

/* The words for the folder of the path, or of one around it; NULL: none. */
const char *area_words(const char *path);

#endif
