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

#include "base/alloc.h"
#include "vmtriage.h"

struct debuginfo_search;

/* Where to look. */
struct debuginfo_places {
	const char *const *paths; /* files and folders that the user gave; searched first */
	size_t n_paths;
	const char *root; /* prefix of the system's own folders; NULL: "/" */
	const char *urls; /* debuginfod servers, as DEBUGINFOD_URLS; NULL: none is asked */
};

/* What is wanted. The strings may come from an input: each must pass the gate before it is used. */
struct debuginfo_want {
	const char *module;   /* NULL: the kernel itself */
	const char *build_id; /* lower-case hex; NULL: not known */
	const char *release;  /* of the kernel; NULL: not known */
	const char *version;  /* of the kernel, or the start of it ("#1"); NULL: not known */
	bool code;	      /* the file with the code is wanted, with or without debuginfo */
	bool image;	      /* the image that boots it will do, too; it has to be unpacked */
};

/* A file that was found. It is a talloc object, whose destructor closes the handles. */
struct debuginfo_file {
	const char *path;     /* as the user can open it */
	const char *build_id; /* its own; NULL: it has none */
	bool proved;	      /* both build-ids are known, and equal */
	Elf *elf;
	Dwarf *dwarf; /* NULL if only code was wanted: it has none */
	/* The file to which dwz moved common parts (.gnu_debugaltlink); length 0: none. */
	const char *common;
	const uint8_t *common_id;
	size_t common_id_len;
};

enum debuginfo_refused {
	DEBUGINFO_FILE,	  /* a file in the right place, but of another build */
	DEBUGINFO_NAMED,  /* the same, but named by the user */
	DEBUGINFO_NAME,	  /* a release or build-id that is unsafe in a path (base/name_gate.h) */
	DEBUGINFO_FOLDER, /* a folder that was not searched completely */
	DEBUGINFO_SERVER, /* no server could be asked; path is what names the servers */
};

/* Something that looked right and was refused. */
struct debuginfo_refusal {
	enum debuginfo_refused what;
	const char *path, *build_id; /* its own; NULL: it has none */
	const char *why;	     /* a sentence; for a file, it has both build-ids */
};

/* A talloc child of ctx. places are copied. */
int debuginfo_search_new(TALLOC_CTX *ctx, const struct debuginfo_places *places,
	struct debuginfo_search **ret, struct vmt_err *err);

/*
 * Finds the debuginfo of want; *ret is a child of ctx, or NULL where there is none (no error). A
 * file with another build-id is never returned, but kept as a refusal. If the wanted build-id is
 * not known, the release in the file (vermagic or banner) must match, and so must the version of a
 * vmlinux; proved is false then.
 */
int debuginfo_find(struct debuginfo_search *search, TALLOC_CTX *ctx,
	const struct debuginfo_want *want, struct debuginfo_file **ret, struct vmt_err *err);

/* All refusals so far; they belong to the search. */
const struct debuginfo_refusal *debuginfo_refusals(
	const struct debuginfo_search *search, size_t *n);

/*
 * The distribution's package with the debuginfo of the kernel and its in-tree modules, by the
 * kernel's release and banner (NULL: not known). A talloc child of ctx; NULL: not known.
 */
const char *debuginfo_package(TALLOC_CTX *ctx, const char *release, const char *banner);

#endif
