/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the fuzz entry points of the formats: everything that upper layers do to a dump. */
#ifndef VMT_DUMP_DUMP_FUZZ_H
#define VMT_DUMP_DUMP_FUZZ_H

#include "dump/dump.h"
#include "dump/format.h"
#include "io/layers.h"

#define FUZZ_PAGES 64

struct fuzz_walk {
	struct dump *dump;
	unsigned pages;
};

static int fuzz_range(void *arg, uint64_t pfn, uint64_t n)
{
	struct fuzz_walk *walk = arg;
	struct vmt_err err;
	uint8_t buf[64];

	for (uint64_t i = 0; i < n; i++) {
		dump_read_phys(
			walk->dump, (pfn + i) * walk->dump->page_size - 32, buf, sizeof(buf), &err);
		if (++walk->pages == FUZZ_PAGES)
			return 1;
	}
	return 0;
}

static inline void fuzz_dump(
	TALLOC_CTX *ctx, const uint8_t *data, size_t size, const struct dump_format *format)
{
	struct vmt_err err = {0};
	const char *missing = NULL;
	struct source *src;
	struct dump *dump;
	struct fuzz_walk walk = {0};

	if (source_open_memory(ctx, "fuzz", data, size, &src, &err) < 0)
		return;
	/* Flattened seeds are smaller, since zeros take no bytes. */
	if (size >= 16 && memcmp(data, "makedumpfile\0\0\0", 16) == 0 &&
		flattened_open(ctx, &(struct layer_job){.src = src}, &src, &missing, &err) < 0)
		return;
	dump_same_split_set(src, src);
	if (dump_open(ctx, &src, 1, &dump, &err) < 0 || dump->format != format)
		return;
	walk.dump = dump;
	dump_each_range(dump, fuzz_range, &walk, &err);
	dump_page(dump, 1, &err);
	dump_page(dump, dump->max_pfn, &err);
	dump_page(dump, UINT64_MAX, &err);
}

#endif
