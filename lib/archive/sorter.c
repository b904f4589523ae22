// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/sorter.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "io/spool.h"

#define LEAST_MEMORY (1u << 20)
#define LEAST_BUFFER (16u << 10) /* of a run */

/* What precedes an item's key and data. */
struct head {
	uint32_t key_len, len;
};

/* A sorted part of the temporary file. */
struct run {
	uint64_t at, end;    /* what is not in the buffer yet */
	uint8_t *buffer;     /* talloc child of the sorter */
	size_t room, n, p;   /* of the buffer: its size, its bytes, where the next item begins */
	const uint8_t *item; /* the run's first one; NULL: there are no more */
};

struct sorter {
	uint8_t *memory; /* items one after another */
	size_t room, n;
	const uint8_t **items; /* in memory; an array of their own */
	size_t n_items, next;
	struct source *file; /* NULL: all is in memory */
	struct run *runs;
	size_t n_runs;
	struct run **heap; /* those that have an item, the least one first */
	size_t n_heap;
	bool reading;
};

static struct head head_of(const uint8_t *item)
{
	struct head h;

	memcpy(&h, item, sizeof(h));
	return h;
}

static size_t size_of(struct head h)
{
	return sizeof(h) + h.key_len + h.len;
}

static int compare(const uint8_t *a, const uint8_t *b)
{
	struct head x = head_of(a), y = head_of(b);
	size_t n = x.key_len < y.key_len ? x.key_len : y.key_len;
	int by = memcmp(a + sizeof(x), b + sizeof(y), n);

	if (by || x.key_len != y.key_len)
		return by ? by : x.key_len < y.key_len ? -1 : 1;
	n = x.len < y.len ? x.len : y.len;
	by = memcmp(a + sizeof(x) + x.key_len, b + sizeof(y) + y.key_len, n);
	return by ? by : x.len < y.len ? -1 : x.len > y.len;
}

static int by_key(const void *a, const void *b)
{
	return compare(*(const uint8_t *const *)a, *(const uint8_t *const *)b);
}

int sorter_new(TALLOC_CTX *ctx, size_t memory, struct sorter **ret, struct vmt_err *err)
{
	struct sorter *s = talloc_zero(ctx, struct sorter);

	if (!s)
		return err_nomem(err);
	s->room = memory > LEAST_MEMORY ? memory : LEAST_MEMORY;
	s->memory = talloc_size(s, s->room);
	if (!s->memory) {
		talloc_free(s);
		return err_nomem(err);
	}
	*ret = s;
	return 0;
}

/* ---- adding ------------------------------------------------------------------------------ */

static void sort_memory(struct sorter *s)
{
	if (s->n_items)
		qsort(s->items, s->n_items, sizeof(*s->items), by_key);
}

/* Writes what is in memory to the file. */
static int spill(struct sorter *s, struct vmt_err *err)
{
	struct run *runs = ARRAY_ROOM(s, s->runs, s->n_runs);
	int rc = runs ? 0 : err_nomem(err);
	struct run *run;

	if (!rc && !s->file)
		rc = spool_open(s, "sorted records", &s->file, err);
	if (rc)
		return rc;
	s->runs = runs;
	run = &runs[s->n_runs++];
	*run = (struct run){.at = s->file->size, .end = s->file->size};
	sort_memory(s);
	for (size_t i = 0; i < s->n_items && !rc; i++) {
		size_t size = size_of(head_of(s->items[i]));

		rc = spool_write(s->file, run->end, s->items[i], size, err);
		run->end += size;
	}
	s->n = 0;
	s->n_items = 0;
	return rc;
}

/* An item that is larger than all memory gets more. */
static int make_room(struct sorter *s, size_t size, struct vmt_err *err)
{
	/* The array of items counts, too. */
	size_t taken = s->n + 2 * s->n_items * sizeof(*s->items);
	int rc = s->n_items && (taken > s->room || size > s->room - taken) ? spill(s, err) : 0;
	uint8_t *more;

	if (rc || size <= s->room)
		return rc;
	more = talloc_realloc(s, s->memory, uint8_t, size);
	if (!more)
		return err_nomem(err);
	s->memory = more;
	s->room = size;
	return 0;
}

int sorter_add(struct sorter *s, const struct sorter_item *item, struct vmt_err *err)
{
	struct head h = {(uint32_t)item->key_len, (uint32_t)item->len};
	const uint8_t **items;
	int rc;

	if (item->key_len > SORTER_ITEM || item->len > SORTER_ITEM - item->key_len)
		return err_set(err, VMT_ERR_LIMIT, "a record of more than %u bytes", SORTER_ITEM);
	rc = make_room(s, size_of(h), err);
	items = rc ? NULL : ARRAY_ROOM(s, s->items, s->n_items);
	if (!items)
		return rc ? rc : err_nomem(err);
	s->items = items;
	items[s->n_items++] = s->memory + s->n;
	memcpy(s->memory + s->n, &h, sizeof(h));
	memcpy(s->memory + s->n + sizeof(h), item->key, h.key_len);
	memcpy(s->memory + s->n + sizeof(h) + h.key_len, item->data, h.len);
	s->n += size_of(h);
	return 0;
}

/* ---- reading ----------------------------------------------------------------------------- */

/* Reads so that at least want bytes follow p, if the run has them. */
static int fill(struct sorter *s, struct run *run, size_t want, struct vmt_err *err)
{
	size_t have = run->n - run->p, n;
	int rc;

	if (have >= want || run->at == run->end)
		return 0;
	if (want > run->room) {
		uint8_t *more = talloc_realloc(s, run->buffer, uint8_t, want);

		if (!more)
			return err_nomem(err);
		run->buffer = more;
		run->room = want;
	}
	memmove(run->buffer, run->buffer + run->p, have);
	n = run->room - have;
	if (n > run->end - run->at)
		n = (size_t)(run->end - run->at);
	rc = source_read_exact(s->file, run->at, run->buffer + have, n, err);
	run->at += n;
	run->p = 0;
	run->n = have + n;
	return rc;
}

static int next_of_run(struct sorter *s, struct run *run, struct vmt_err *err)
{
	int rc = fill(s, run, sizeof(struct head), err);
	struct head h;

	run->item = NULL;
	if (rc || run->p == run->n)
		return rc;
	h = head_of(run->buffer + run->p);
	rc = fill(s, run, size_of(h), err);
	if (rc)
		return rc;
	run->item = run->buffer + run->p;
	run->p += size_of(h);
	return 0;
}

/* Puts the run at i, whose item may have grown, where it belongs. */
static void sink(struct sorter *s, size_t i)
{
	for (size_t child; (child = 2 * i + 1) < s->n_heap; i = child) {
		struct run *run = s->heap[i];

		if (child + 1 < s->n_heap &&
			compare(s->heap[child + 1]->item, s->heap[child]->item) < 0)
			child++;
		if (compare(run->item, s->heap[child]->item) <= 0)
			return;
		s->heap[i] = s->heap[child];
		s->heap[child] = run;
	}
}

static int begin_runs(struct sorter *s, struct vmt_err *err)
{
	size_t room = s->room / s->n_runs;
	int rc = 0;

	TALLOC_FREE(s->memory);
	TALLOC_FREE(s->items);
	room = room > LEAST_BUFFER ? room : LEAST_BUFFER;
	s->heap = talloc_array(s, struct run *, s->n_runs);
	rc = s->heap ? 0 : err_nomem(err);
	for (size_t i = 0; i < s->n_runs && !rc; i++) {
		struct run *run = &s->runs[i];

		run->room = room;
		run->buffer = talloc_size(s, room);
		rc = run->buffer ? next_of_run(s, run, err) : err_nomem(err);
		if (!rc && run->item)
			s->heap[s->n_heap++] = run;
	}
	for (size_t i = s->n_heap; i-- && !rc;)
		sink(s, i);
	return rc;
}

static int begin(struct sorter *s, struct vmt_err *err)
{
	int rc = s->n_runs && s->n_items ? spill(s, err) : 0;

	s->reading = true;
	if (rc)
		return rc;
	if (s->n_runs)
		return begin_runs(s, err);
	sort_memory(s);
	return 0;
}

static void show(const uint8_t *item, struct sorter_item *ret)
{
	struct head h = head_of(item);

	*ret = (struct sorter_item){.key = item + sizeof(h),
		.key_len = h.key_len,
		.data = (const char *)item + sizeof(h) + h.key_len,
		.len = h.len};
}

int sorter_next(struct sorter *s, struct sorter_item *ret, struct vmt_err *err)
{
	bool first = !s->reading;
	int rc = first ? begin(s, err) : 0;

	*ret = (struct sorter_item){0};
	if (rc)
		return rc;
	if (!s->n_runs) {
		if (s->next < s->n_items)
			show(s->items[s->next++], ret);
		return 0;
	}
	/* The item that was returned last is the first of the heap until now. */
	if (!first && s->n_heap) {
		rc = next_of_run(s, s->heap[0], err);
		if (rc)
			return rc;
		if (!s->heap[0]->item)
			s->heap[0] = s->heap[--s->n_heap];
		sink(s, 0);
	}
	if (s->n_heap)
		show(s->heap[0]->item, ret);
	return 0;
}
