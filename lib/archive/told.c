// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An event has up to four properties, any of which may be unknown on either side of a comparison.
 * So it is indexed under every combination of known values and wildcards. Times that are near each
 * other are in the same slot or in adjacent ones.
 */
#include "archive/told.h"

#include <string.h>

#include "base/array.h"
#include "base/name_index.h"

#define NEAR_NS (10ll * 1000000000) /* between the log's last line and the dump */
#define SAME_NS (100ll * 1000000)   /* between the same report as two logs have it */

enum what {
	WHAT_VALUE,
	WHAT_UNKNOWN,
	WHAT_ANY,
};

struct key {
	const char *crash; /* the signature, for an event of a log; NULL: of a dump */
	const char *release, *host;
	int64_t slot;
	enum what release_is, host_is, slot_is;
};

struct event {
	struct key key;
	size_t id;
	int64_t first_ns, last_ns; /* the range of uptimes in the slot */
};

struct told {
	struct event *events;
	size_t n;
	struct name_index *index;
};

int told_new(TALLOC_CTX *ctx, struct told **ret)
{
	*ret = talloc_zero(ctx, struct told);
	return *ret ? name_index_new(*ret, 0, &(*ret)->index, NULL) : VMT_ERR_NOMEM;
}

/* ---- keys -------------------------------------------------------------------------------- */

static int64_t near_of(const struct key *k)
{
	return k->crash ? SAME_NS : NEAR_NS;
}

static int64_t slot_of(int64_t ns, int64_t near)
{
	return ns / near - (ns % near < 0);
}

static uint64_t add_text(uint64_t sum, enum what is, const char *text)
{
	unsigned char c = (unsigned char)is;

	sum = name_index_more(sum, &c, 1);
	return is == WHAT_VALUE ? name_index_more(sum, text, strlen(text) + 1) : sum;
}

static uint32_t hash_of(const struct told *told, const struct key *k)
{
	uint64_t sum = name_index_start(told->index);
	unsigned char c = (unsigned char)k->slot_is;

	sum = add_text(sum, k->crash ? WHAT_VALUE : WHAT_UNKNOWN, k->crash);
	sum = add_text(sum, k->release_is, k->release);
	sum = add_text(sum, k->host_is, k->host);
	sum = name_index_more(sum, &c, 1);
	return name_index_hash(name_index_more(sum, &k->slot, sizeof(k->slot)));
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_key(const struct key *a, const struct key *b)
{
	return a->release_is == b->release_is && a->host_is == b->host_is &&
	       a->slot_is == b->slot_is && a->slot == b->slot && same_text(a->crash, b->crash) &&
	       same_text(a->release, b->release) && same_text(a->host, b->host);
}

static struct event *find(const struct told *told, const struct key *k)
{
	uint32_t hash = hash_of(told, k), cursor = 0, i;

	while (name_index_next(told->index, hash, &cursor, &i))
		if (same_key(&told->events[i].key, k))
			return &told->events[i];
	return NULL;
}

/* Which properties are wildcards. */
enum { ANY_RELEASE = 1, ANY_HOST = 2, ANY_TIME = 4, ANY_ALL = 7 };

static enum what what_is(unsigned any, bool known)
{
	return any ? WHAT_ANY : known ? WHAT_VALUE : WHAT_UNKNOWN;
}

/* The report's key; any: ANY_... */
static struct key key_of(const struct vmt_report *r, const char *crash, unsigned any)
{
	struct key k = {
		.crash = crash,
		.release_is = what_is(any & ANY_RELEASE, r->kernel.release),
		.host_is = what_is(any & ANY_HOST, r->machine.hostname),
		.slot_is = what_is(any & ANY_TIME, r->crash.uptime.known),
	};

	k.release = k.release_is == WHAT_VALUE ? r->kernel.release : NULL;
	k.host = k.host_is == WHAT_VALUE ? r->machine.hostname : NULL;
	k.slot = k.slot_is == WHAT_VALUE ? slot_of(r->crash.uptime.ns, near_of(&k)) : 0;
	return k;
}

/* ---- adding ------------------------------------------------------------------------------ */

static int add_key(struct told *told, const struct key *k, int64_t ns, size_t id)
{
	struct event *e = find(told, k);

	if (e) {
		e->first_ns = ns < e->first_ns ? ns : e->first_ns;
		e->last_ns = ns > e->last_ns ? ns : e->last_ns;
		return 0;
	}
	e = ARRAY_ROOM(told, told->events, told->n);
	if (!e)
		return VMT_ERR_NOMEM;
	told->events = e;
	e[told->n] = (struct event){*k, id, ns, ns};
	return name_index_add(told->index, hash_of(told, k), (uint32_t)told->n++, NULL);
}

static int add(struct told *told, const struct vmt_report *r, const char *crash, size_t id)
{
	int rc = 0;

	for (unsigned any = 0; any <= ANY_ALL && !rc; any++) {
		struct key k = key_of(r, crash, any);

		rc = add_key(told, &k, r->crash.uptime.ns, id);
	}
	return rc;
}

int told_add_dump(struct told *told, const struct vmt_report *dump, size_t id)
{
	return add(told, dump, NULL, id);
}

int told_add_log(struct told *told, const struct vmt_report *log, size_t id)
{
	/* Without these, no other log can be matched with it. */
	if (!log->crash.uptime.known || !log->signature.coarse)
		return 0;
	return add(told, log, log->signature.coarse, id);
}

/* ---- asking ------------------------------------------------------------------------------ */

/* Compares the time: if either side does not know it, any time matches; else one that is near. */
static const struct event *has_time(
	const struct told *told, struct key k, const struct vmt_report *r)
{
	int64_t ns = r->crash.uptime.ns, slot = k.slot, near = near_of(&k);
	const struct event *e;

	if (k.slot_is != WHAT_VALUE) {
		k.slot_is = WHAT_ANY;
		return find(told, &k);
	}
	for (k.slot = slot - 1; k.slot <= slot + 1; k.slot++) {
		e = find(told, &k);
		if (e && (k.slot == slot || (k.slot < slot ? ns - e->last_ns <= near
							   : e->first_ns - ns <= near)))
			return e;
	}
	k.slot_is = WHAT_UNKNOWN;
	k.slot = 0;
	return find(told, &k);
}

static const struct event *has_host(
	const struct told *told, struct key k, const struct vmt_report *r)
{
	const struct event *e = k.host_is == WHAT_VALUE ? has_time(told, k, r) : NULL;

	if (e)
		return e;
	k.host_is = k.host_is == WHAT_VALUE ? WHAT_UNKNOWN : WHAT_ANY;
	k.host = NULL;
	return has_time(told, k, r);
}

static const struct event *has(const struct told *told, struct key k, const struct vmt_report *r)
{
	const struct event *e = k.release_is == WHAT_VALUE ? has_host(told, k, r) : NULL;

	if (e)
		return e;
	k.release_is = k.release_is == WHAT_VALUE ? WHAT_UNKNOWN : WHAT_ANY;
	k.release = NULL;
	return has_host(told, k, r);
}

bool told_has(const struct told *told, const struct vmt_report *log, size_t *id)
{
	bool crash = log->verdict.kind && log->crash.uptime.known && log->signature.coarse;
	const struct event *e = has(told, key_of(log, NULL, 0), log);

	if (!e && crash)
		e = has(told, key_of(log, log->signature.coarse, 0), log);
	if (e)
		*id = e->id;
	return e != NULL;
}
