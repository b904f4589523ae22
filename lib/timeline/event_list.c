// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/event_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define MOST_KINDS 20000
#define MOST_TIMES 2000000
#define MOST_MARKS 100000
#define MOST_NAME 200
#define BUCKETS 4096
#define SAME 2 /* seconds within which two logs tell of one event */

int event_list_new(TALLOC_CTX *ctx, struct event_list **ret, struct vmt_err *err)
{
	struct event_list *l = talloc_zero(ctx, struct event_list);

	if (l) {
		l->buckets = talloc_zero_array(l, uint32_t, BUCKETS);
		l->next = talloc_zero_array(l, uint32_t, MOST_KINDS + 1);
		l->kinds = talloc_zero_array(l, struct event_kind, 1);
	}
	if (!l || !l->buckets || !l->next || !l->kinds)
		return err_nomem(err);
	*ret = l;
	return 0;
}

/* Collisions can be prepared, so chains are bounded by MOST_KINDS alone. */
static uint32_t hash(const struct event_kind *k, size_t len)
{
	uint32_t sum = (uint32_t)k->source * 31 + k->rank;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ (uint8_t)k->name[i]) * 0x01000193u;
	return (sum ^ sum >> 15) % BUCKETS;
}

static bool is_kind(const struct event_kind *a, const struct event_kind *b, size_t len)
{
	return a->source == b->source && a->rank == b->rank &&
	       strncmp(a->name, b->name, len) == 0 && !a->name[len];
}

/* NULL: no memory, or (full) no room. */
static struct event_kind *find(struct event_list *l, const struct event_kind *k, size_t len)
{
	uint32_t *bucket = &l->buckets[hash(k, len)];
	struct event_kind *room;

	for (uint32_t i = *bucket; i; i = l->next[i])
		if (is_kind(&l->kinds[i - 1], k, len))
			return &l->kinds[i - 1];
	l->full |= l->n == MOST_KINDS;
	room = l->n < MOST_KINDS ? ARRAY_ROOM(l, l->kinds, l->n) : NULL;
	if (!room)
		return NULL;
	l->kinds = room;
	room += l->n;
	*room = (struct event_kind){.source = k->source, .rank = k->rank};
	room->name = talloc_strndup(l, k->name, len);
	if (!room->name)
		return NULL;
	l->n++;
	l->next[l->n] = *bucket;
	*bucket = (uint32_t)l->n;
	return room;
}

void event_list_saw(struct event_list *l, enum event_source source, int64_t at)
{
	struct event_span *s = &l->spans[source];

	if (!s->known || at < s->first)
		s->first = at;
	if (!s->known || at > s->last)
		s->last = at;
	s->known = true;
}

int event_list_add(struct event_list *l, const struct event_kind *kind, size_t name_len, int64_t at,
	struct vmt_err *err)
{
	struct event_kind *k;
	int64_t *room;

	name_len = strnlen(kind->name, name_len < MOST_NAME ? name_len : MOST_NAME);
	event_list_saw(l, kind->source, at);
	if (l->n_times >= MOST_TIMES) {
		l->full = true;
		return 0;
	}
	k = find(l, kind, name_len);
	if (!k)
		return l->full ? 0 : err_nomem(err);
	k->slack = kind->slack > k->slack ? kind->slack : k->slack;
	room = ARRAY_ROOM(l, k->times, k->n);
	if (!room)
		return err_nomem(err);
	k->times = room;
	k->times[k->n++] = at;
	l->n_times++;
	return 0;
}

int event_list_mark(struct event_list *l, enum event_mark mark, int64_t at, struct vmt_err *err)
{
	void *room;

	if (l->marks.n >= MOST_MARKS) {
		l->full = true;
		return 0;
	}
	room = ARRAY_ROOM(l, l->marks.items, l->marks.n);
	if (!room)
		return err_nomem(err);
	l->marks.items = room;
	l->marks.items[l->marks.n].at = at;
	l->marks.items[l->marks.n++].mark = mark;
	return 0;
}

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void event_list_sort(struct event_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct event_kind *k = &l->kinds[i];
		size_t n = 0;

		if (k->n)
			qsort(k->times, k->n, sizeof(*k->times), by_time);
		for (size_t t = 0; t < k->n; t++)
			if (!n || k->times[t] > k->times[n - 1] + SAME)
				k->times[n++] = k->times[t];
		k->n = n;
	}
}
