/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header and sub header of a kdump-compressed file, in any word size and byte order. */
#ifndef VMT_DUMP_KDUMP_HEADER_H
#define VMT_DUMP_KDUMP_HEADER_H

#include "base/alloc.h"
#include "io/source.h"

#define KDUMP_MIN_BLOCK 4096
#define KDUMP_MAX_BLOCK 65536

#define KDUMP_INCOMPLETE 0x8 /* in status: there was no space left for the dump */

/* In status: the codec that was asked for. In the flags of a page's descriptor: its codec. */
#define KDUMP_ZLIB 0x1u
#define KDUMP_LZO 0x2u
#define KDUMP_SNAPPY 0x4u
#define KDUMP_ZSTD 0x20u
#define KDUMP_CODECS (KDUMP_ZLIB | KDUMP_LZO | KDUMP_SNAPPY | KDUMP_ZSTD)

#define KDUMP_DESC_SIZE 24 /* of struct page_desc */

struct kdump_header {
	bool is_64, big_endian;
	bool old; /* from diskdump, before kdump: other flags, and a sub header that is not read */
	uint32_t version;
	char sysname[66], nodename[66], release[66], kernel_version[66], machine[66];
	uint64_t timestamp; /* seconds */
	uint32_t status;
	uint32_t block_size;
	uint32_t sub_blocks;	/* blocks of the sub header and the notes */
	uint32_t bitmap_blocks; /* blocks of both bitmaps together */
	uint64_t max_mapnr;
	uint64_t max_mapnr_32; /* the same in the main header, as far as it fits in there */

	/* From the sub header. 0 if the version has no such member. */
	uint64_t phys_base;
	uint32_t dump_level;
	bool split;
	uint64_t start_pfn, end_pfn; /* if this is a file of a split dump */
	uint64_t vmcoreinfo_off, vmcoreinfo_size;
	uint64_t notes_off, notes_size;

	/* Offsets in bytes. */
	uint64_t bitmap1, bitmap2; /* equal if there is only one */
	uint64_t bitmap_len;	   /* bytes of one bitmap */
	uint64_t descs;
};

/* Calculates the offsets from the other members. */
void kdump_header_lay_out(struct kdump_header *h);

/*
 * Looks whether the table of descriptors is where the header says. If not, or if members of the
 * header contradict each other, takes what the others say: the sizes of notes and bitmaps, in each
 * block size. Nothing changes if that does not lead to the table either.
 */
void kdump_header_mend(struct source *src, struct kdump_header *h);

/* The size of struct kdump_sub_header in version 6, the largest, on a 64-bit machine. */
#define KDUMP_SUB_SIZE 104

/*
 * Reads the first len bytes of the sub header; what is missing is zeros. Version, word size and
 * byte order are those of h.
 */
void kdump_header_parse_sub(struct kdump_header *h, const uint8_t *data, size_t len);

/* Whether the first len bytes of a file are a kdump's or a diskdump's. */
bool kdump_header_probe(const uint8_t *head, size_t len);

/*
 * Reads both headers. VMT_ERR_CORRUPT if no word size and byte order makes sense of them,
 * VMT_ERR_TRUNCATED if the file ends within them.
 */
int kdump_header_read(struct source *src, struct kdump_header *h, struct vmt_err *err);

#endif
