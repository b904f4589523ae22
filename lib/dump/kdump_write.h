/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a small dump: the given pages as kdump-compressed version 6 with zstd compression. */
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
	uint64_t max_pfn;	  /* past the machine's highest page */
	uint32_t dump_level;	  /* makedumpfile's -d */
	const uint64_t *left_out; /* recorded as left out: ascending, none of those written */
	size_t n_left_out;
	const uint8_t *notes;
	size_t notes_len;
	const char *vmcoreinfo; /* added as a note if the notes have none; NULL: none */
	size_t vmcoreinfo_len;
};

/* Fills buf with a page of page_size bytes. Returns 0, or a negative code that ends the writing. */
typedef int (*kdump_page_fn)(void *arg, uint64_t pfn, uint8_t *buf, struct vmt_err *err);

/* The pages to write. */
struct kdump_pages {
	const uint64_t *pfns; /* ascending, unique and below max_pfn, or VMT_ERR_USAGE */
	size_t n;
	kdump_page_fn read;
	void *arg;
};

/*
 * Writes the pages to fd, an empty seekable file. Gaps become holes. The output is deterministic.
 * *size is the size of the file in bytes. After an error the file is incomplete.
 */
int kdump_write(int fd, const struct kdump_facts *facts, const struct kdump_pages *pages,
	uint64_t *size, struct vmt_err *err);

#endif
