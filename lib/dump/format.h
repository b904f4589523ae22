/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A container format is one row. To add one: write its file with a `const struct dump_format`,
 * name it in formats.c, add a description to testdata/dumps and a fuzz corpus.
 */
#ifndef VMT_DUMP_FORMAT_H
#define VMT_DUMP_FORMAT_H

#include "dump/dump.h"

struct dump_format {
	const char *name; /* as in the report */

	/* Whether the first bytes (up to 4096, fewer in a small file) are of this format. */
	bool (*probe)(const uint8_t *head, size_t len);

	/* Fills dump (its members and priv) from the files of one dump. */
	int (*open)(struct dump *dump, struct source *const *files, size_t n, struct vmt_err *err);

	/* Fills buf with the page, page_size bytes. Codes as dump_read_phys(). */
	int (*read_page)(struct dump *dump, uint64_t pfn, uint8_t *buf, struct vmt_err *err);

	/* Whether the machine had this page; NULL: the container does not tell. */
	bool (*has_memory)(struct dump *dump, uint64_t pfn);

	int (*each_range)(struct dump *dump, int (*fn)(void *arg, uint64_t pfn, uint64_t n),
		void *arg, struct vmt_err *err);
};

/* For open(): the dump is not whole, and a sentence of why; the first one counts. */
void dump_note_missing(struct dump *dump, const char *what);

/* All formats, in the order they are tried; NULL past the last. */
extern const struct dump_format *const dump_formats[];

#endif
