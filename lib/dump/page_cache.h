/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The recently used pages of a dump, in a fixed amount of memory. The least recently used page is
 * evicted.
 */
#ifndef VMT_DUMP_PAGE_CACHE_H
#define VMT_DUMP_PAGE_CACHE_H

#include "base/alloc.h"
#include "base/err.h"

struct page_cache;

/* An empty cache of pages of page_size bytes; a talloc child of ctx. */
int page_cache_open(
	TALLOC_CTX *ctx, uint32_t page_size, struct page_cache **ret, struct vmt_err *err);

/* The page, which becomes the most recently used. NULL: not cached. */
const uint8_t *page_cache_find(struct page_cache *cache, uint64_t pfn);

/*
 * page_cache_room() evicts the least recently used page and returns its room, to be filled with a
 * page that is not cached. page_cache_keep() then caches that page as pfn.
 */
uint8_t *page_cache_room(struct page_cache *cache);
void page_cache_keep(struct page_cache *cache, uint64_t pfn);

/*
 * A page that is damaged stays so: page tables are read again and again, and each attempt may cost
 * more than a page that is sound. page_cache_failed() returns the code of what page_cache_fail()
 * was told; 0: nothing, or another page took its place.
 */
void page_cache_fail(struct page_cache *cache, uint64_t pfn, const struct vmt_err *why);
int page_cache_failed(const struct page_cache *cache, uint64_t pfn, struct vmt_err *err);

/* Empties the cache. */
void page_cache_forget(struct page_cache *cache);

#endif
