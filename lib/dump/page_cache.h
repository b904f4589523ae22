/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of a dump that were used last: a fixed amount of memory, least recently used out. */
#ifndef VMT_DUMP_PAGE_CACHE_H
#define VMT_DUMP_PAGE_CACHE_H

#include <talloc.h>

#include "base/err.h"

struct page_cache;

int page_cache_open(
	TALLOC_CTX *ctx, uint32_t page_size, struct page_cache **ret, struct vmt_err *err);

/* The page, which becomes the last used; NULL where it is not held. */
const uint8_t *page_cache_find(struct page_cache *cache, uint64_t pfn);

/* Room for a page that is not held, taken from the one least used; then keep it under its pfn. */
uint8_t *page_cache_room(struct page_cache *cache);
void page_cache_keep(struct page_cache *cache, uint64_t pfn);

/* Holds nothing any more. */
void page_cache_forget(struct page_cache *cache);

#endif
