// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/core_segments.h"

#include "base/sort.h"

int core_segments_add(
	TALLOC_CTX *ctx, struct core_segments *segs, struct core_segment seg, struct vmt_err *err)
{
	struct core_segment *last = segs->n ? &segs->items[segs->n - 1] : NULL, *all;

	if (last && last->paddr + last->size == seg.paddr && last->off + last->size == seg.off) {
		last->size += seg.size;
		return 0;
	}
	if (!segs->bytes)
		segs->bytes = big_new(ctx);
	all = segs->bytes ? big_room(segs->bytes, sizeof(*all), segs->n) : NULL;
	if (!all)
		return err_nomem(err);
	segs->items = all;
	segs->items[segs->n++] = seg;
	return 0;
}

static int by_paddr(const void *a, const void *b)
{
	const struct core_segment *x = a, *y = b;

	if (x->paddr != y->paddr)
		return x->paddr < y->paddr ? -1 : 1;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return x->off < y->off ? -1 : x->off > y->off;
}

void core_segments_settle(struct core_segments *segs)
{
	uint64_t upto = 0;
	size_t n = 0;

	sort_items(segs->items, segs->n, sizeof(*segs->items), by_paddr);
	for (size_t i = 0; i < segs->n; i++) {
		struct core_segment s = segs->items[i];

		if (s.paddr + s.size <= upto)
			continue;
		if (s.paddr < upto) {
			s.off += upto - s.paddr;
			s.size -= upto - s.paddr;
			s.paddr = upto;
		}
		upto = s.paddr + s.size;
		segs->items[n++] = s;
	}
	segs->n = n;
}

size_t core_segments_find(const struct core_segments *segs, uint64_t paddr)
{
	size_t lo = 0, hi = segs->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (segs->items[mid].paddr + segs->items[mid].size > paddr)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}
