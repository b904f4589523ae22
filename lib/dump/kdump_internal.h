/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A kdump file that is open: what its reader (kdump.c) and what mends it (kdump_mend_*.c) share. */
#ifndef VMT_DUMP_KDUMP_INTERNAL_H
#define VMT_DUMP_KDUMP_INTERNAL_H

#include "dump/bitmap.h"
#include "dump/dump.h"
#include "dump/kdump_header.h"
#include "io/codec.h"

struct split_file {
	struct source *src;
	uint64_t start, end; /* pages with descriptors in this file */
	uint64_t upto;	     /* the largest end of this file and those before it */
	uint64_t descs;	     /* offset */
	uint64_t skip;	     /* bits set below start */
	bool ranked;	     /* skip is valid */
};

struct kdump {
	struct kdump_header h;
	struct split_file *files; /* sorted by start */
	size_t n;
	struct blocks *blocks;
	struct bitmap *exists, *stored;
	struct codecs *codecs;
	struct unpacked *unpacked;  /* of the dump */
	uint8_t *packed;	    /* block_size bytes */
	struct kdump_doubt *doubts; /* pages that a mended bitmap cannot place; sorted */
	size_t n_doubts;
	uint64_t n_descs; /* in the table of the only file; 0: not known */
	uint64_t n_unmended;
	struct gap *gap; /* of kdump_mend_page() */
};

/* Pages [start, end). */
struct kdump_doubt {
	uint64_t start, end;
};

struct kdump_desc {
	uint64_t off;
	uint32_t size, flags;
};

/* Reads a file's descriptor of that index, from 0. It is not checked. */
int kdump_desc_at(struct kdump *kd, const struct split_file *file, uint64_t index,
	struct kdump_desc *desc, struct vmt_err *err);

/* Whether a descriptor is possible. */
int kdump_desc_check(const struct kdump *kd, const struct kdump_desc *desc, struct vmt_err *err);

/* Reads what a descriptor points to into buf, of block_size bytes. */
int kdump_desc_read(struct kdump *kd, const struct split_file *file, const struct kdump_desc *desc,
	uint8_t *buf, struct vmt_err *err);

/*
 * Reads the page of a descriptor, whatever state that is in: where the descriptor does not lead to
 * a page, from what its neighbours say.
 */
int kdump_index_read(struct kdump *kd, const struct split_file *file, uint64_t index, uint8_t *buf,
	struct vmt_err *err);

/* The codec of a page with these flags; CODEC_COUNT: none. */
enum codec_id kdump_codec(uint32_t flags);

/*
 * The number of descriptors in the table of a file, which ends where page data begins. The first
 * page's data comes first there, or second after the shared page of zeros. Only one of the two
 * yields a whole number of descriptors, since no block size is a multiple of 24. 0: not known.
 */
uint64_t kdump_desc_count(struct kdump *kd, const struct split_file *file);

/*
 * Reads a page whose descriptor is damaged: its data begins where that of the one before ends, and
 * ends where that of the next begins. Descriptors that are lost in a row are found by walking the
 * compressed pages between, which know their own size. VMT_ERR_CORRUPT if that is not unambiguous.
 * Only for a single file.
 */
int kdump_mend_page(struct kdump *kd, uint64_t index, uint8_t *buf, struct vmt_err *err);

/*
 * For a second bitmap that has not as many bits as there are descriptors: it is damaged, and all
 * pages behind the damage would be taken for others. The bitmap is mended with the help of the
 * first one, and of pages that tell where they belong: an empty list's head in the kernel's memory
 * points to itself. Pages that remain doubtful are listed. Does nothing about a split dump. The
 * caller sees to it that the bitmap is not more than CAP_CHECKED_BITMAP.
 */
bool kdump_mend_bitmap(struct dump *dump, struct kdump *kd);

/* As dump_carve(): compressed pages know their own size. */
int kdump_carve(struct dump *dump, int (*fn)(void *arg, uint64_t at, const uint8_t *page),
	void *arg, struct vmt_err *err);

#endif
