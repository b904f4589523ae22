// SPDX-License-Identifier: GPL-3.0-or-later
/* An array of pages, a hash table over page numbers, and a list by last use, all of fixed size. */
#include "dump/page_cache.h"

#define CACHE_BYTES (4u << 20)
/* Of pages of 64 KiB, a report needs more than 4 MiB, and each takes long to unpack. */
#define CACHE_BYTES_LARGE (16u << 20)
#define LARGE (32u << 10)
#define NONE UINT16_MAX
#define FAILED 32 /* pages that are remembered as damaged; a place for each remainder */

struct cache_slot {
	uint64_t pfn;
	uint16_t hash_next;    /* the next slot with the same hash */
	uint16_t newer, older; /* by last use */
	bool used;
};

struct cache_failed {
	uint64_t pfn;
	struct vmt_err why; /* code 0: none */
};

struct page_cache {
	uint32_t page_size;
	uint16_t n, newest, oldest;
	uint16_t *hash; /* n list heads */
	struct cache_slot *slots;
	uint8_t *pages;
	struct cache_failed failed[FAILED];
};

static uint16_t *hash_head(struct page_cache *cache, uint64_t pfn)
{
	return &cache->hash[(pfn * 0x9e3779b97f4a7c15u >> 40) % cache->n];
}

static void unlink_slot(struct page_cache *cache, uint16_t i)
{
	struct cache_slot *s = &cache->slots[i];

	*(s->newer == NONE ? &cache->newest : &cache->slots[s->newer].older) = s->older;
	*(s->older == NONE ? &cache->oldest : &cache->slots[s->older].newer) = s->newer;
}

static void make_newest(struct page_cache *cache, uint16_t i)
{
	struct cache_slot *s = &cache->slots[i];

	s->newer = NONE;
	s->older = cache->newest;
	*(cache->newest == NONE ? &cache->oldest : &cache->slots[cache->newest].newer) = i;
	cache->newest = i;
}

int page_cache_open(
	TALLOC_CTX *ctx, uint32_t page_size, struct page_cache **ret, struct vmt_err *err)
{
	struct page_cache *cache = talloc_zero(ctx, struct page_cache);
	uint32_t fit = (page_size < LARGE ? CACHE_BYTES : CACHE_BYTES_LARGE) / page_size;
	uint16_t n = fit > 8 ? (uint16_t)fit : 8;

	if (!cache)
		return err_nomem(err);
	cache->n = n;
	cache->page_size = page_size;
	cache->newest = cache->oldest = NONE;
	cache->hash = talloc_array(cache, uint16_t, n);
	cache->slots = talloc_zero_array(cache, struct cache_slot, n);
	/* Pages stay untouched until they are used: a short triage does not pay for all of them. */
	cache->pages = talloc_array(cache, uint8_t, (size_t)n * page_size);
	if (!cache->hash || !cache->slots || !cache->pages) {
		talloc_free(cache);
		return err_nomem(err);
	}
	for (uint16_t i = 0; i < n; i++) {
		cache->hash[i] = NONE;
		make_newest(cache, (uint16_t)(n - 1 - i));
	}
	*ret = cache;
	return 0;
}

const uint8_t *page_cache_find(struct page_cache *cache, uint64_t pfn)
{
	uint16_t i = cache->newest;

	/* Most reads are in the page of the one before. */
	if (cache->slots[i].used && cache->slots[i].pfn == pfn)
		return cache->pages + (size_t)i * cache->page_size;
	i = *hash_head(cache, pfn);
	while (i != NONE && cache->slots[i].pfn != pfn)
		i = cache->slots[i].hash_next;
	if (i == NONE)
		return NULL;
	if (i != cache->newest) {
		unlink_slot(cache, i);
		make_newest(cache, i);
	}
	return cache->pages + (size_t)i * cache->page_size;
}

uint8_t *page_cache_room(struct page_cache *cache)
{
	uint16_t i = cache->oldest;
	struct cache_slot *s = &cache->slots[i];

	if (s->used) {
		uint16_t *p = hash_head(cache, s->pfn);

		while (*p != i)
			p = &cache->slots[*p].hash_next;
		*p = s->hash_next;
		s->used = false;
	}
	return cache->pages + (size_t)i * cache->page_size;
}

void page_cache_keep(struct page_cache *cache, uint64_t pfn)
{
	uint16_t i = cache->oldest, *head = hash_head(cache, pfn);
	struct cache_slot *s = &cache->slots[i];

	s->pfn = pfn;
	s->used = true;
	s->hash_next = *head;
	*head = i;
	unlink_slot(cache, i);
	make_newest(cache, i);
}

void page_cache_fail(struct page_cache *cache, uint64_t pfn, const struct vmt_err *why)
{
	cache->failed[pfn % FAILED] = (struct cache_failed){pfn, *why};
}

int page_cache_failed(const struct page_cache *cache, uint64_t pfn, struct vmt_err *err)
{
	const struct cache_failed *f = &cache->failed[pfn % FAILED];

	if (!f->why.code || f->pfn != pfn)
		return 0;
	if (err)
		*err = f->why;
	return f->why.code;
}

void page_cache_forget(struct page_cache *cache)
{
	for (uint16_t i = 0; i < cache->n; i++) {
		cache->hash[i] = NONE;
		cache->slots[i].used = false;
	}
	for (size_t i = 0; i < FAILED; i++)
		cache->failed[i].why.code = 0;
}
