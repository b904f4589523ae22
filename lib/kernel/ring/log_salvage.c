// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The log's buffer is contiguous in physical memory, in the image or from memblock, so its pages
 * also follow each other in the file. They are gathered, and then searched as one.
 */
#include "kernel/ring/log_salvage.h"

#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "dump/page_cache.h"

#define TELL_PAGES 4096 /* after so many */
#define PAGES_LOST 4	/* in the middle of a log */

/* Pages of one log, in a row. */
struct extent {
	uint8_t *data;
	size_t n, room; /* pages */
	size_t blocks;
	uint64_t last; /* number of the last page with blocks */
	uint64_t end;  /* the number after the last page */
};

struct salvage {
	struct dump *dump;
	TALLOC_CTX *ctx;
	struct log_words words;
	struct extent *extents;
	size_t n;
	uint64_t looked, all; /* pages */
	bool capped;
	const struct log_how_far *how_far;
	uint8_t *before; /* the page before, which may hold the start of a block */
	uint64_t before_at;
	bool has_before;
	struct vmt_err *err;
};

struct log_words log_salvage_words(const struct dump *dump)
{
	return (struct log_words){dump->is_64 ? 8 : 4, dump->big_endian};
}

/* Adds a page, or one of zeros. What would be more than any log has is left out. */
static int append(struct salvage *s, struct extent *e, const uint8_t *page)
{
	size_t size = s->dump->page_size;

	if (e->n >= CAP_LOG_LOOK / size)
		return 0;
	if (e->n == e->room) {
		size_t room = e->room ? 2 * e->room : 16;
		uint8_t *data = talloc_realloc_size(s->ctx, e->data, room * size);

		if (!data)
			return err_nomem(s->err);
		e->data = data;
		e->room = room;
	}
	if (page)
		memcpy(e->data + e->n * size, page, size);
	else
		memset(e->data + e->n * size, 0, size);
	e->n++;
	return 0;
}

/* Only the largest is wanted: of those before, one is kept. */
static int new_extent(struct salvage *s)
{
	struct extent *more, *e = s->extents;

	if (s->n == 2) {
		size_t less = e[0].blocks < e[1].blocks ? 0 : 1;

		talloc_free(e[less].data);
		if (!less)
			e[0] = e[1];
		s->n = 1;
	}
	more = ARRAY_ROOM(s->ctx, s->extents, s->n);

	if (!more)
		return err_nomem(s->err);
	s->extents = more;
	more[s->n++] = (struct extent){0};
	return 0;
}

static int keep_before(struct salvage *s, uint64_t at, const uint8_t *page)
{
	memcpy(s->before, page, s->dump->page_size);
	s->before_at = at;
	s->has_before = true;
	return 0;
}

/* A page with blocks. Between it and the last one of the same log, some may be lost. */
static int add_page(struct salvage *s, uint64_t at, const uint8_t *page, size_t blocks)
{
	bool goes_on = s->n && at - s->extents[s->n - 1].last <= PAGES_LOST;
	struct extent *e;
	int rc = goes_on ? 0 : new_extent(s);

	if (rc)
		return rc;
	e = &s->extents[s->n - 1];
	if (s->has_before && s->before_at + 1 == at)
		rc = append(s, e, s->before);
	else if (goes_on && e->end != at)
		rc = append(s, e, NULL);
	if (!rc)
		rc = append(s, e, page);
	e->last = at;
	e->end = at + 1;
	e->blocks += blocks;
	s->has_before = false;
	return rc;
}

static int take(void *arg, uint64_t at, const uint8_t *page)
{
	struct salvage *s = arg;
	size_t blocks = log_blocks_count(page, s->dump->page_size, s->words);

	if (blocks)
		return add_page(s, at, page, blocks);
	/* The last block of a log may end in the page after. */
	if (s->n && s->extents[s->n - 1].last + 1 == at) {
		s->extents[s->n - 1].end = at + 1;
		return append(s, &s->extents[s->n - 1], page);
	}
	return keep_before(s, at, page);
}

static uint64_t most_pages(const struct salvage *s)
{
	return CAP_SALVAGE_BYTES / s->dump->page_size;
}

static int count(void *arg, uint64_t pfn, uint64_t n)
{
	struct salvage *s = arg;

	(void)pfn;
	s->all += n;
	return s->all >= most_pages(s);
}

/* How many pages will be looked at. */
static void count_pages(struct salvage *s)
{
	dump_each_range(s->dump, count, s, NULL);
	if (s->all > most_pages(s))
		s->all = most_pages(s);
}

static int look(void *arg, uint64_t pfn, uint64_t n)
{
	struct salvage *s = arg;
	int rc = 0;

	for (uint64_t i = 0; i < n && rc == 0; i++) {
		if (s->looked++ >= most_pages(s)) {
			s->capped = true;
			return 1;
		}
		if (s->how_far && s->looked % TELL_PAGES == 0)
			s->how_far->tell(s->how_far->arg, s->looked, s->all);
		const uint8_t *page = dump_page(s->dump, pfn + i, NULL);

		rc = page ? take(s, pfn + i, page) : 0;
	}
	return rc;
}

/* Memory may also have an older log, or a copy of a part. The largest one is the kernel's. */
static const struct extent *largest(const struct salvage *s)
{
	const struct extent *best = s->extents;

	for (size_t i = 1; i < s->n; i++)
		if (s->extents[i].blocks > best->blocks)
			best = &s->extents[i];
	return best;
}

/* By the tables of the dump, and if they or the pages are damaged, also by the file alone. */
static int find_extents(struct salvage *s)
{
	int rc;

	s->before = talloc_array(s->ctx, uint8_t, s->dump->page_size);
	if (!s->before)
		return err_nomem(s->err);
	if (s->how_far)
		count_pages(s);
	rc = dump_each_range(s->dump, look, s, s->err);
	s->has_before = false;
	if (rc == VMT_ERR_NOMEM)
		return rc;
	if (rc > 0) /* enough was looked at */
		rc = 0;
	if (s->n && !s->dump->damaged && !s->dump->mended && s->dump->complete)
		return rc;
	rc = new_extent(s);
	if (rc)
		return rc;
	s->extents[s->n - 1].last = UINT64_MAX / 2;
	return dump_carve(s->dump, take, s, s->err);
}

int log_salvage(TALLOC_CTX *ctx, struct dump *dump, const struct log_how_far *how_far,
	struct log_blocks **ret, struct vmt_err *err)
{
	struct log_blocks *blocks = talloc_zero(ctx, struct log_blocks);
	struct salvage s = {.dump = dump,
		.ctx = blocks,
		.words = log_salvage_words(dump),
		.how_far = how_far,
		.err = err};
	void (*on_page)(void *arg, uint64_t pfn) = dump->on_page;
	const struct extent *best;
	int rc;

	if (!blocks)
		return err_nomem(err);
	/* The pages examined are not reported to on_page: a dump that needs this is not shrunk. */
	dump->on_page = NULL;
	rc = find_extents(&s);
	dump->on_page = on_page;
	page_cache_forget(dump->cache);
	best = largest(&s);
	if (rc == 0 && (!best || !best->blocks))
		rc = err_set(err, VMT_ERR_NODATA, "no page of the %s has text of a log",
			s.capped ? "dump's first 4 GiB" : "dump");
	if (rc == 0)
		rc = log_blocks_find(
			blocks, best->data, best->n * dump->page_size, s.words, blocks, err);
	if (rc < 0) {
		talloc_free(blocks);
		return rc;
	}
	log_blocks_sort(blocks, s.words);
	blocks->capped = s.capped;
	*ret = blocks;
	return 0;
}
