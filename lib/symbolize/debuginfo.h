/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding debuginfo: the file with the DWARF of a kernel or of a module, by its build-id, in the
 * places where distributions install it.
 */
#ifndef VMT_SYMBOLIZE_DEBUGINFO_H
#define VMT_SYMBOLIZE_DEBUGINFO_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

#include "vmtriage.h"

struct debuginfo_search;

/* Where to look. */
struct debuginfo_places {
	const char *const *paths; /* given by the user: files and folders; they come first */
	size_t n_paths;
	const char *root; /* prefix of the system's own places; NULL: "/" */
	const char *urls; /* debuginfod servers, as DEBUGINFOD_URLS; NULL: none asked */
};

/* What is wanted. The strings may be an input's: each passes the gate before it is used. */
struct debuginfo_want {
	const char *module;   /* NULL: the kernel itself */
	const char *build_id; /* lower-case hex; NULL: not known */
	const char *release;  /* of the kernel; NULL: not known */
	const char *version;  /* of the kernel, or how it begins ("#1"); NULL: not known */
};

/* A file found. The handles live as long as it does: it is a talloc object with a destructor. */
struct debuginfo_file {
	const char *path;     /* as the user may open it */
	const char *build_id; /* its own; NULL: it has none */
	bool proved;	      /* the build-ids are both known, and equal */
	Elf *elf;
	Dwarf *dwarf;
	/* What dwz moved out of it and others, as .gnu_debugaltlink names it; length 0: nothing. */
	const char *common;
	const uint8_t *common_id;
	size_t common_id_len;
};

enum debuginfo_refused {
	DEBUGINFO_FILE,	  /* a file in its place that is of another build */
	DEBUGINFO_NAMED,  /* the same, and the user gave this very file */
	DEBUGINFO_NAME,	  /* a release or build-id that is not let into a path (base/name_gate.h) */
	DEBUGINFO_FOLDER, /* a folder with more in it than is looked at */
};

/* What looked right and is not. */
struct debuginfo_refusal {
	enum debuginfo_refused what;
	const char *path, *build_id; /* its own; NULL: it has none */
	const char *why;	     /* a sentence; a file's with both build-ids */
};

int debuginfo_search_new(TALLOC_CTX *ctx, const struct debuginfo_places *places,
	struct debuginfo_search **ret, struct vmt_err *err);

/*
 * Finds the debuginfo of want; *ret is a child of ctx, or NULL where there is none (no error). A
 * file whose build-id differs is never returned, and is kept as a refusal. Where the build-id
 * wanted is not known, the kernel's release must agree, and its version with that of a vmlinux (the
 * vermagic or banner in the file), and proved is false.
 */
int debuginfo_find(struct debuginfo_search *search, TALLOC_CTX *ctx,
	const struct debuginfo_want *want, struct debuginfo_file **ret, struct vmt_err *err);

/* All refusals so far; they belong to the search. */
const struct debuginfo_refusal *debuginfo_refusals(
	const struct debuginfo_search *search, size_t *n);

/*
 * The package that holds the debuginfo of the kernel release (and of its in-tree modules) on its
 * distribution, told from the release and the banner (NULL: not known); on ctx, NULL where not
 * known.
 */
const char *debuginfo_package(TALLOC_CTX *ctx, const char *release, const char *banner);

#endif
