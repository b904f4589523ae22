/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A dump: physical pages, the notes, and what the container says of the machine. What lies above
 * never knows the format. Nothing here is read before it is asked for.
 */
#ifndef VMT_DUMP_DUMP_H
#define VMT_DUMP_DUMP_H

#include <talloc.h>

#include "base/err.h"
#include "io/source.h"

struct dump_format;
struct page_cache;

/* A range of kernel virtual addresses that the container itself maps (ELF PT_LOAD). */
struct dump_vrange {
	uint64_t vaddr, paddr, size;
};

struct dump {
	const struct dump_format *format;
	void *priv; /* the format's */
	struct page_cache *cache;

	/* What the container says; machine is an ELF e_machine, 0 where it does not say. */
	uint16_t machine;
	bool is_64, big_endian;
	uint32_t page_size;   /* bytes, a power of two */
	const uint8_t *notes; /* the ELF notes, one after the other; NULL: none */
	size_t notes_len;
	const char *vmcoreinfo; /* text, not NUL-terminated; NULL: none in the container */
	size_t vmcoreinfo_len;
	const char *release, *nodename, *version,
		*machine_name;	       /* utsname of the header, or NULL */
	struct vmt_u64 timestamp;      /* seconds since 1970, from the header */
	struct vmt_u64 phys_base_hint; /* two's complement; may be wrong (QEMU): use VMCOREINFO */
	uint32_t dump_level;	       /* makedumpfile's -d: what was left out; 0: not known */
	uint64_t max_pfn;	       /* past the highest that the container speaks of */
	const struct dump_vrange *vranges;
	size_t n_vranges;

	bool complete;
	bool written_short;  /* incomplete, since the crash kernel had no room for the rest */
	const char *missing; /* what an incomplete one lacks; NULL: nothing */
	bool split;	     /* a file of a split dump, or all of them */
	bool files_missing;

	uint64_t pages_read; /* distinct reads that missed the cache */
	/* Told of each page that is read (shrink follows a triage with it); NULL: nobody. */
	void (*on_page)(void *arg, uint64_t pfn);
	/* Told of each that was asked for and is left out, or was never there; NULL: nobody. */
	void (*on_absent)(void *arg, uint64_t pfn);
	void *on_page_arg;
};

/*
 * Opens a dump from its files (more than one only of a split dump, in any order). The sources must
 * outlive it. VMT_ERR_FORMAT where no format accepts the first file: the message says what the
 * bytes are, where that is known. Freed with talloc_free().
 */
int dump_open(TALLOC_CTX *ctx, struct source *const *files, size_t n, struct dump **ret,
	struct vmt_err *err);

/*
 * True where both are files of one split dump: same container, same header. Reads a block of each.
 */
bool dump_same_split_set(struct source *a, struct source *b);

/* The same number for all files of one split dump, and hardly for those of another. */
uint64_t dump_split_number(struct source *file);

/* True where the source is a file of a split dump. */
bool dump_is_split_file(struct source *src);

/*
 * Reads physical memory, over page boundaries. VMT_ERR_NODATA: the page is not in the dump by
 * choice (filtered, or no RAM there); VMT_ERR_TRUNCATED: it should be, but the file ends.
 */
int dump_read_phys(struct dump *dump, uint64_t paddr, void *buf, size_t len, struct vmt_err *err);

/* One page, as dump_read_phys; the pointer is good until the next call on this dump. */
const uint8_t *dump_page(struct dump *dump, uint64_t pfn, struct vmt_err *err);

/* Whether the machine had this page, as far as the container tells. */
bool dump_has_memory(struct dump *dump, uint64_t pfn);

/*
 * Calls fn for each range [pfn, pfn + n) of pages that the file holds, ascending, until it returns
 * not 0. Costs time with the size of the dump: for last resorts only.
 */
int dump_each_range(struct dump *dump, int (*fn)(void *arg, uint64_t pfn, uint64_t n), void *arg,
	struct vmt_err *err);

#endif
