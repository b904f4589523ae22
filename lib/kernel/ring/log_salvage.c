// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The log's buffer is contiguous in physical memory, in the image or from memblock. First its pages
 * are found, each by itself, then they are read as one.
 */
#include "kernel/ring/log_salvage.h"

#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "dump/page_cache.h"

#define BLOCKS_OF_LOG 4 /* in one page: fewer may be chance */
#define PAGES_LOST 4	/* in the middle of a log */

/* Pages [start, end) of a log. */
struct extent {
	uint64_t start, end;
	size_t blocks;
};

struct salvage {
	struct dump *dump;
	TALLOC_CTX *ctx;
	struct log_words words;
	struct extent *extents;
	size_t n;
	struct vmt_err *err;
};

struct log_words log_salvage_words(const struct dump *dump)
{
	return (struct log_words){dump->is_64 ? 8 : 4, dump->big_endian};
}

static int add_page(struct salvage *s, uint64_t pfn, size_t blocks)
{
	struct extent *last = s->n ? &s->extents[s->n - 1] : NULL, *more;
	uint64_t most = CAP_LOG_BYTES / s->dump->page_size;

	if (last && pfn - last->end < PAGES_LOST && pfn - last->start < most) {
		last->end = pfn + 1;
		last->blocks += blocks;
		return 0;
	}
	more = ARRAY_ROOM(s->ctx, s->extents, s->n);
	if (!more)
		return err_nomem(s->err);
	s->extents = more;
	more[s->n++] = (struct extent){pfn, pfn + 1, blocks};
	return 0;
}

static int look(void *arg, uint64_t pfn, uint64_t n)
{
	struct salvage *s = arg;
	int rc = 0;

	for (uint64_t i = 0; i < n && rc == 0; i++) {
		const uint8_t *page = dump_page(s->dump, pfn + i, NULL);
		size_t blocks =
			page ? log_blocks_count(page, s->dump->page_size, s->words) : 0;

		if (blocks >= BLOCKS_OF_LOG)
			rc = add_page(s, pfn + i, blocks);
	}
	return rc;
}

/* The texts of one log, with a page before and after: it need not begin or end with a page. */
static int read_extent(struct salvage *s, const struct extent *e, struct log_blocks *ret)
{
	uint64_t start = e->start ? e->start - 1 : 0, n = e->end + 1 - start;
	size_t size = s->dump->page_size;
	uint8_t *data = talloc_zero_size(ret, (size_t)n * size);

	if (!data)
		return err_nomem(s->err);
	for (uint64_t i = 0; i < n; i++) {
		const uint8_t *page = dump_page(s->dump, start + i, NULL);

		if (page)
			memcpy(data + i * size, page, size);
	}
	return log_blocks_find(ret, data, (size_t)n * size, s->words, ret, s->err);
}

/* Memory may also have an older log, or a copy of a part. The largest one is the kernel's. */
static const struct extent *largest(const struct salvage *s)
{
	const struct extent *best = &s->extents[0];

	for (size_t i = 1; i < s->n; i++)
		if (s->extents[i].blocks > best->blocks)
			best = &s->extents[i];
	return best;
}

int log_salvage(TALLOC_CTX *ctx, struct dump *dump, struct log_blocks **ret, struct vmt_err *err)
{
	struct log_blocks *blocks = talloc_zero(ctx, struct log_blocks);
	struct salvage s = {
		.dump = dump, .ctx = blocks, .words = log_salvage_words(dump), .err = err};
	void (*on_page)(void *arg, uint64_t pfn) = dump->on_page;
	int rc;

	if (!blocks)
		return err_nomem(err);
	/* Of all the pages examined, only those of the log are reported to on_page. */
	dump->on_page = NULL;
	rc = dump_each_range(dump, look, &s, err);
	dump->on_page = on_page;
	page_cache_forget(dump->cache);
	if (rc == 0 && s.n == 0)
		rc = err_set(err, VMT_ERR_NODATA, "no page of the dump has text of a log");
	if (rc == 0)
		rc = read_extent(&s, largest(&s), blocks);
	if (rc < 0) {
		talloc_free(blocks);
		return rc;
	}
	log_blocks_sort(blocks, s.words);
	*ret = blocks;
	return 0;
}
