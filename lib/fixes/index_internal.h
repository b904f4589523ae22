/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the writer and the reader of an index share. */
#ifndef VMT_FIXES_INDEX_INTERNAL_H
#define VMT_FIXES_INDEX_INTERNAL_H

#include "base/big.h"
#include "base/cur.h"
#include "fixes/index.h"

#define INDEX_MAGIC "VMTFIXES"
#define INDEX_VERSION 1
#define INDEX_HEADER 56
#define INDEX_CHECKED 16 /* where the part begins that the checksum is of */
#define INDEX_TERM_END 8 /* bytes of a row in "ends" */
#define INDEX_ROW 20

/* Bytes that grow. */
struct index_bytes {
	struct big *big;
	uint8_t *p; /* in it */
	size_t n, room;
	bool failed;
};

/* Appends bytes; the memory is a talloc child of ctx. A failure is remembered in b->failed. */
void index_put(const void *ctx, struct index_bytes *b, const void *bytes, size_t n);

/* Appends the low bytes of v, little-endian. */
void index_put_number(const void *ctx, struct index_bytes *b, uint64_t v, unsigned bytes);
/* LEB128: seven bits a byte, the lowest first. */
void index_put_leb(const void *ctx, struct index_bytes *b, uint64_t v);

static inline uint64_t index_leb(struct cur *c)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = cur_u8(c);

		v |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return v;
	}
	c->failed = true;
	return 0;
}

/* A fix as the builder keeps it. */
struct index_entry {
	struct fix fix; /* a copy; without body and trace */
	uint32_t *releases;
	size_t releases_n;
	uint32_t reverted_by, introduced_by;
	bool has_more;
};

/* Appends the record of a fix: what index_fix() reads. */
void index_record_put(const void *ctx, struct index_bytes *b, const struct fix *fix);

/* Reads one, but its releases. */
int index_record_read(TALLOC_CTX *ctx, struct cur *c, struct fix *ret, struct vmt_err *err);

/* Copies what an index keeps of a fix. */
int index_entry_copy(
	const void *ctx, struct index_entry *entry, const struct fix *fix, struct vmt_err *err);

/* The architectures that a fix is for, by its list or by all of its files; 0: all. */
uint16_t index_arches_of(const struct fix *fix);

/* Pairs what takes fixes back, and what brought the bugs. */
int index_pair(const void *ctx, struct index_entry *entries, size_t n, struct vmt_err *err);

#endif
