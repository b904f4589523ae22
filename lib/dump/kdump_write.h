/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a small dump: the pages named, as kdump-compressed version 6 with zstd pages. */
#ifndef VMT_DUMP_KDUMP_WRITE_H
#define VMT_DUMP_KDUMP_WRITE_H

#include <stddef.h>

#include "base/err.h"

struct kdump_facts {
	const char *nodename, *release, *version, *machine; /* utsname; NULL: empty */
	uint64_t timestamp;				    /* seconds since 1970; 0: not known */
	uint32_t page_size;				    /* 4 KiB to 64 KiB */
	bool big_endian;
	uint64_t phys_base;	  /* two's complement */
	uint64_t max_pfn;	  /* past the highest page of the machine */
	uint32_t dump_level;	  /* makedumpfile's -d */
	const uint64_t *left_out; /* pages said to be left out; ascending, none of those written */
	size_t n_left_out;
	const uint8_t *notes;
	size_t notes_len;
	const char *vmcoreinfo; /* becomes a note where the notes have none; NULL: none */
	size_t vmcoreinfo_len;
};

/* Fills buf, page_size bytes, with a page; 0 or a negative code, which ends the writing. */
typedef int (*kdump_page_fn)(void *arg, uint64_t pfn, uint8_t *buf, struct vmt_err *err);

/* What to write. */
struct kdump_pages {
	const uint64_t *pfns; /* ascending, no page twice, all below max_pfn; else VMT_ERR_USAGE */
	size_t n;
	kdump_page_fn read;
	void *arg;
};

/*
 * Writes the pages to fd, an empty file that can be written at offsets. Gaps become holes. The same
 * input gives the same bytes. *size is the file's size. After an error the file is incomplete.
 */
int kdump_write(int fd, const struct kdump_facts *facts, const struct kdump_pages *pages,
	uint64_t *size, struct vmt_err *err);

#endif
