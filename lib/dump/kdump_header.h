/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header and sub header of a kdump-compressed file, in any word size and byte order. */
#ifndef VMT_DUMP_KDUMP_HEADER_H
#define VMT_DUMP_KDUMP_HEADER_H

#include <talloc.h>

#include "io/source.h"

#define KDUMP_MIN_BLOCK 4096
#define KDUMP_MAX_BLOCK 65536

#define KDUMP_INCOMPLETE 0x8 /* in status: the file system was full */

struct kdump_header {
	bool is_64, big_endian;
	bool old; /* of the diskdump facility (before kdump): other flags, no sub header we read */
	uint32_t version;
	char sysname[66], nodename[66], release[66], kernel_version[66], machine[66];
	uint64_t timestamp; /* seconds */
	uint32_t status;
	uint32_t block_size;
	uint32_t sub_blocks;	/* sub header and notes, in blocks */
	uint32_t bitmap_blocks; /* both bitmaps, in blocks */
	uint64_t max_mapnr;

	/* The sub header. Zero where the version has no such member. */
	uint64_t phys_base;
	uint32_t dump_level;
	bool split;
	uint64_t start_pfn, end_pfn; /* of a file of a split dump */
	uint64_t vmcoreinfo_off, vmcoreinfo_size;
	uint64_t notes_off, notes_size;

	/* Where things are, in bytes. */
	uint64_t bitmap1, bitmap2; /* the same where there is only one */
	uint64_t bitmap_len;	   /* of one */
	uint64_t descs;
};

bool kdump_header_probe(const uint8_t *head, size_t len);

/*
 * VMT_ERR_CORRUPT where no word size and byte order makes sense of it; VMT_ERR_TRUNCATED where the
 * file ends within the headers.
 */
int kdump_header_read(struct source *src, struct kdump_header *h, struct vmt_err *err);

#endif
