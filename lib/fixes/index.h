/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An index of fixes: a file that answers which fixes have a term, and what each fix is.
 *
 * Format, version 1, numbers little-endian:
 *
 *   header    "VMTFIXES"; u32 version, CRC-32 of all that follows it; u32 fixes, terms, releases,
 *             bytes of postings, of records, of lists, of release texts; 12 bytes, zero
 *   hashes    u64 for each term, ascending (term_hash())
 *   ends      for each term: u32 end of its postings, u32 number of its fixes
 *   rows      for each fix: u32 end of its record, end of its list, number + 1 of the fix that
 *             takes it back, number + 1 of the fix that brought the bug; u16 architectures;
 *             u16 flags
 *   texts     u32 for each release: end of its text
 *   lists     u32 for each release of each fix: its number
 *   records   for each fix: see index_record.c
 *   releases  version, branch, each with its NUL
 *   postings  for each term and fix that has it: the fix as a LEB128 distance from the one before;
 *             u8 fields that have it (bits); for each of these u8 how much it counts there
 *
 * An index may be damaged or prepared by somebody: a wrong checksum is refused, and each number is
 * checked where it is used.
 */
#ifndef VMT_FIXES_INDEX_H
#define VMT_FIXES_INDEX_H

#include <stdbool.h>

#include "base/alloc.h"
#include "fixes/fix.h"
#include "fixes/terms.h"

/* Where a fix has a term. */
enum index_field { INDEX_SUBJECT, INDEX_BODY, INDEX_FILES, INDEX_TRACE, INDEX_FIELDS };

enum index_flag {
	INDEX_HAS_MORE = 1 << 0, /* a body or files, not the subject alone */
};

/* What a posting's value is divided by. */
#define INDEX_UNIT 100.0f

#define INDEX_NONE UINT32_MAX

struct index_builder;
struct fixes_index;

/* A builder, a talloc child of ctx. */
int index_builder_new(TALLOC_CTX *ctx, struct index_builder **ret, struct vmt_err *err);

/*
 * A fix_taker: arg is the builder. A fix that is there already, by its subject and commit, only
 * adds its releases and CVEs. VMT_ERR_LIMIT: the index is full; what it has can be written.
 */
int index_add(const struct fix *fix, void *builder, struct vmt_err *err);

/* The index as bytes, which live as long as ctx. The builder takes no more fixes after it. */
int index_finish(TALLOC_CTX *ctx, struct index_builder *builder, const uint8_t **data, size_t *size,
	struct vmt_err *err);

/*
 * Maps the file. *ret is a talloc child of ctx. VMT_ERR_NOTFOUND: there is no such file.
 * VMT_ERR_FORMAT, _UNSUPPORTED, _CORRUPT: make it again.
 */
int index_open(TALLOC_CTX *ctx, const char *path, struct fixes_index **ret, struct vmt_err *err);

/* The same for an index in memory, which must outlive *ret. */
int index_from(TALLOC_CTX *ctx, const void *data, size_t size, struct fixes_index **ret,
	struct vmt_err *err);

/* How many fixes it has. */
uint32_t index_size(const struct fixes_index *index);

/* How many releases they have: *version and *branch (NULL: unknown) of one. */
uint32_t index_releases(const struct fixes_index *index);
void index_release(const struct fixes_index *index, uint32_t release, struct fix_release *ret);

struct index_row {
	uint32_t reverted_by; /* INDEX_NONE: by none, or by one that was reverted itself */
	uint32_t introduced_by;
	uint16_t arches; /* bits, of index_arch(); 0: all */
	uint16_t flags;
};

/* What is stored of a fix beside its text; INDEX_NONE and zeros: there is no such fix. */
struct index_row index_row(const struct fixes_index *index, uint32_t fix);

/* The i-th release of a fix: below index_releases(), or INDEX_NONE past the last. */
uint32_t index_release_of(const struct fixes_index *index, uint32_t fix, uint32_t i);

/*
 * What a fix is: *ret and its parts are talloc children of ctx. Bodies and traces are not kept:
 * they are NULL.
 */
int index_fix(TALLOC_CTX *ctx, const struct fixes_index *index, uint32_t fix, struct fix *ret,
	struct vmt_err *err);

/* The bit of an architecture by any of its names, "amd64"; 0: it is none that is known. */
uint16_t index_arch(const char *name);

struct index_posting {
	uint32_t fix;
	uint8_t value[INDEX_FIELDS]; /* in 1/INDEX_UNIT; 0: not in that field */
};

struct index_postings {
	const uint8_t *at, *end;
	uint32_t fix, fixes;
	uint32_t n; /* how many fixes have the term */
};

/* The fixes that have a term, in ascending order: none if no fix does. */
struct index_postings index_find(const struct fixes_index *index, uint64_t hash);
bool index_next(struct index_postings *postings, struct index_posting *ret);

#endif
