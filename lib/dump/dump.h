/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A dump: physical pages, notes, and what the container says about the machine. Upper layers never
 * know the format. Nothing is read before it is needed.
 */
#ifndef VMT_DUMP_DUMP_H
#define VMT_DUMP_DUMP_H

#include "base/alloc.h"
#include "base/err.h"
#include "io/source.h"

struct dump_format;
struct page_cache;
struct unpacked;

/* A range of kernel virtual addresses mapped by the container itself (ELF PT_LOAD). */
struct dump_vrange {
	uint64_t vaddr, paddr, size;
};

struct dump {
	const struct dump_format *format;
	void *priv; /* of the format */
	struct page_cache *cache;

	/* What the container says. machine is an ELF e_machine, 0 if not recorded. */
	uint16_t machine;
	bool is_64, big_endian;
	uint32_t page_size;   /* bytes, a power of two */
	const uint8_t *notes; /* all ELF notes in sequence; NULL: none */
	size_t notes_len;
	const char *vmcoreinfo; /* text, not NUL-terminated; NULL: none in the container */
	size_t vmcoreinfo_len;
	const char *release, *nodename, *version,
		*machine_name;	       /* utsname of the header, or NULL */
	struct vmt_u64 timestamp;      /* seconds since 1970, in the header */
	struct vmt_u64 phys_base_hint; /* two's complement; may be wrong (QEMU): use VMCOREINFO */
	uint32_t dump_level; /* makedumpfile's -d: which pages were left out; 0: not known */
	uint64_t max_pfn;    /* past the highest pfn that the container covers */
	const struct dump_vrange *vranges;
	size_t n_vranges;

	bool complete;
	bool written_short;	/* incomplete because the crash kernel had no space for the rest */
	const char *missing;	/* what an incomplete dump lacks, a sentence; NULL: nothing */
	struct vmt_u64 percent; /* of its bytes that a dump that is cut off has, if known */
	bool split;		/* one file of a split dump, or all of them */
	bool files_missing;

	/*
	 * What is wrong with the dump itself: pages that are not what the container says or that
	 * the disk does not give (the first of them), and tables that had to be mended.
	 */
	uint64_t damaged;
	struct vmt_err first_damage;
	bool mended;
	bool unchecked; /* pages have no checksum: damage to one may go unnoticed */

	uint64_t pages_read; /* distinct reads that missed the cache */
	/* Called for each page that is read (shrink records a triage with it). NULL: no call. */
	void (*on_page)(void *arg, uint64_t pfn);
	/* Called for each requested page that was left out or never existed. NULL: no call. */
	void (*on_absent)(void *arg, uint64_t pfn);
	/* Called for the bytes of a page that are read. NULL: no call. */
	void (*on_read)(void *arg, uint64_t paddr, size_t len);
	void *on_page_arg;
	/* What pages of dumps that were read before unpacked to; NULL: not kept. */
	struct unpacked *unpacked;
};

/*
 * Opens a dump from its files. Several files must be parts of a split dump, in any order. The
 * sources must outlive the dump. VMT_ERR_FORMAT if no format accepts the first file: the message
 * says what it is, if known. Free with talloc_free().
 */
int dump_open(TALLOC_CTX *ctx, struct source *const *files, size_t n, struct dump **ret,
	struct vmt_err *err);

/*
 * Whether both are files of the same split dump: same container, same header. Reads a block of
 * each.
 */
bool dump_same_split_set(struct source *a, struct source *b);

/* A number that all files of a split dump share, and files of another one are unlikely to have. */
uint64_t dump_split_number(struct source *file);

/* Whether the source is one file of a split dump. */
bool dump_is_split_file(struct source *src);

/*
 * Reads physical memory, across pages. VMT_ERR_NODATA: the page was left out on purpose (filtered,
 * or no RAM there). VMT_ERR_TRUNCATED: it should be there, but the file ends before.
 */
int dump_read_phys(struct dump *dump, uint64_t paddr, void *buf, size_t len, struct vmt_err *err);

/* Reads one page, as dump_read_phys(). The pointer is valid until the next call on this dump. */
const uint8_t *dump_page(struct dump *dump, uint64_t pfn, struct vmt_err *err);

/*
 * Calls fn for everything in the file that is a page by itself, whatever the tables say, in the
 * order of the file, until fn returns other than 0. `at` counts them. Which pages they are is not
 * known.
 */
int dump_carve(struct dump *dump, int (*fn)(void *arg, uint64_t at, const uint8_t *page), void *arg,
	struct vmt_err *err);

/* Whether the machine had this page, as far as the container records it. */
bool dump_has_memory(struct dump *dump, uint64_t pfn);

/*
 * Calls fn for each range [pfn, pfn + n) of pages that the file holds, in ascending order, until fn
 * returns other than 0. The cost grows with the size of the dump: use it as a last resort only.
 */
int dump_each_range(struct dump *dump, int (*fn)(void *arg, uint64_t pfn, uint64_t n), void *arg,
	struct vmt_err *err);

#endif
