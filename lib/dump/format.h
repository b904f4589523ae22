/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A container format is one row. To add one: write its file with a `const struct dump_format`, name
 * it in formats.c, and add a description to testdata/dumps and a fuzz corpus.
 */
#ifndef VMT_DUMP_FORMAT_H
#define VMT_DUMP_FORMAT_H

#include "dump/dump.h"

struct dump_format {
	const char *name; /* as shown in the report */

	/*
	 * Whether a file with these first bytes (4096, or fewer if the file is small) has this
	 * format.
	 */
	bool (*probe)(const uint8_t *head, size_t len);

	/* Fills in dump (its members and priv) from all files of one dump. */
	int (*open)(struct dump *dump, struct source *const *files, size_t n, struct vmt_err *err);

	/* Reads a page of page_size bytes into buf. Returns codes as dump_read_phys(). */
	int (*read_page)(struct dump *dump, uint64_t pfn, uint8_t *buf, struct vmt_err *err);

	/* Whether the machine had this page. NULL: the container does not record it. */
	bool (*has_memory)(struct dump *dump, uint64_t pfn);

	/* As dump_carve(). NULL: pages cannot be told from other bytes. */
	int (*carve)(struct dump *dump, int (*fn)(void *arg, uint64_t at, const uint8_t *page),
		void *arg, struct vmt_err *err);

	int (*each_range)(struct dump *dump, int (*fn)(void *arg, uint64_t pfn, uint64_t n),
		void *arg, struct vmt_err *err);
};

/*
 * For open(): marks the dump as incomplete. `what` is a sentence that says why. The first call
 * counts.
 */
void dump_note_missing(struct dump *dump, const char *what);

/* How much there is of a dump that is cut off: have of all bytes. */
void dump_note_percent(struct dump *dump, uint64_t have, uint64_t all);

/* All formats in the order in which they are tried, ending with NULL. */
extern const struct dump_format *const dump_formats[];

#endif
