// SPDX-License-Identifier: GPL-3.0-or-later
/* Which crashes count, and when the machine was up. */
#include <stdlib.h>
#include <string.h>

#include "archive/timeline.h"
#include "base/array.h"
#include "timeline/civil.h"

/* ---- crashes ----------------------------------------------------------------------------- */

#define STORM_UPTIME 1800 /* a crash sooner after the boot, with the same signature as the last */
#define STORM_GAP 3600	  /* and not longer after it */

static int64_t seconds(int64_t ns)
{
	return ns / 1000000000 - (ns % 1000000000 < 0);
}

static bool time_of(const struct vmt_list_entry *e, const struct machine_files *m, int64_t *ret)
{
	const struct vmt_crash *c = &e->report->crash;
	int64_t utc[2] = {0};

	if (c->time_source && !strcmp(c->time_source, VMT_TIME_FILE))
		return false;
	if (c->time.known) {
		*ret = seconds(c->time.ns);
		return true;
	}
	if (!c->local.known || !zone_to_utc(m->zone, seconds(c->local.ns), utc))
		return false;
	*ret = utc[0];
	return true;
}

static int by_time(const void *a, const void *b)
{
	const struct timeline_crash *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->uptime.known != y->uptime.known)
		return x->uptime.known ? -1 : 1;
	if (x->uptime.known && x->uptime.ns != y->uptime.ns)
		return x->uptime.ns < y->uptime.ns ? -1 : 1;
	return strcmp(x->entry->path, y->entry->path);
}

/* Whether the next one followed at once, as far as is known in the same boot. */
static bool is_follow_up(const struct timeline_crash *before, const struct timeline_crash *c)
{
	int64_t gap = c->at - before->at;

	return gap <= TIMELINE_FOLLOWS && (!c->uptime.known || seconds(c->uptime.ns) + 1 >= gap);
}

static bool is_repeated(const struct timeline_crash *before, const struct timeline_crash *c)
{
	const char *a = before->entry->report->signature.coarse;
	const char *b = c->entry->report->signature.coarse;
	bool soon = !c->uptime.known || seconds(c->uptime.ns) < STORM_UPTIME;

	return a && b && !strcmp(a, b) && soon && c->at - before->at < STORM_GAP;
}

/* What followed is of the first one's trouble, and a storm is one of first ones. */
static void find_repeated(struct timeline_crashes *crashes)
{
	const struct timeline_crash *first = crashes->items;

	for (size_t i = 1; i < crashes->n; i++) {
		struct timeline_crash *c = &crashes->items[i];
		bool follows = is_follow_up(c - 1, c);

		c->repeated = follows || is_repeated(first, c);
		crashes->repeated += c->repeated;
		if (!follows)
			first = c;
	}
}

int timeline_crashes(TALLOC_CTX *ctx, const struct vmt_list *list, const struct machine_files *m,
	bool claimed, struct timeline_crashes *ret, struct vmt_err *err)
{
	*ret = (struct timeline_crashes){0};
	ret->items = talloc_zero_array(ctx, struct timeline_crash, (unsigned)list->n + 1);
	if (!ret->items)
		return err_nomem(err);
	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_list_entry *e = &list->entries[i];
		struct timeline_crash *c = &ret->items[ret->n];
		enum timeline_owner owner;
		const char *how;

		if (!e->report || vmt_report_outcome(e->report) != VMT_CRASH)
			continue;
		owner = timeline_owner(m, e, &how);
		if (owner == OWNER_OTHER || (owner == OWNER_UNKNOWN && !claimed)) {
			ret->other_hosts += owner == OWNER_OTHER;
			ret->unproven += owner == OWNER_UNKNOWN;
			continue;
		}
		*c = (struct timeline_crash){
			.entry = e, .uptime = e->report->crash.uptime, .known_by = how};
		if (time_of(e, m, &c->at))
			ret->n++;
		else
			ret->undated++;
	}
	qsort(ret->items, ret->n, sizeof(*ret->items), by_time);
	find_repeated(ret);
	return 0;
}

/* ---- up time ----------------------------------------------------------------------------- */

enum turn { BOOT, DOWN, CRASH };

struct point {
	int64_t at;
	enum turn turn;
};

static int by_point(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->turn > y->turn) - (x->turn < y->turn);
}

static size_t collect(
	const struct event_list *list, const struct timeline_crashes *crashes, struct point *p)
{
	size_t n = 0;

	for (size_t i = 0; i < list->marks.n; i++)
		p[n++] = (struct point){list->marks.items[i].at,
			list->marks.items[i].mark == MARK_BOOT ? BOOT : DOWN};
	for (size_t i = 0; i < crashes->n; i++) {
		const struct timeline_crash *c = &crashes->items[i];

		p[n++] = (struct point){c->at, CRASH};
		if (c->uptime.known && seconds(c->uptime.ns) < 20 * (int64_t)366 * DAY)
			p[n++] = (struct point){c->at - seconds(c->uptime.ns), BOOT};
	}
	qsort(p, n, sizeof(*p), by_point);
	return n;
}

static void add_span(
	struct timeline_up *up, int64_t from, int64_t to, const struct moments *observed)
{
	from = from > observed->from ? from : observed->from;
	to = to < observed->to ? to : observed->to;
	if (to > from)
		up->spans[up->n++] = (struct moments){from, to};
}

static void walk(
	const struct point *p, size_t n, const struct moments *observed, struct timeline_up *up)
{
	int64_t from = observed->from;
	bool is_up = true;

	for (size_t i = 0; i < n; i++) {
		bool boots_next = i + 1 < n && p[i + 1].turn == BOOT;

		if (is_up && p[i].at > from)
			add_span(up, from, p[i].at, observed);
		/* Where no boot is known, it is up again at once. */
		is_up = p[i].turn != DOWN ? p[i].turn == BOOT || !boots_next : !boots_next;
		if (p[i].turn == BOOT || is_up)
			from = p[i].at;
		if (p[i].turn == CRASH)
			up->after[up->n_after++] = (struct moments){
				p[i].at, (boots_next ? p[i + 1].at : p[i].at) + 600};
	}
	if (is_up)
		add_span(up, from, observed->to, observed);
}

int timeline_up(TALLOC_CTX *ctx, const struct event_list *list,
	const struct timeline_crashes *crashes, const struct moments *observed,
	struct timeline_up *ret, struct vmt_err *err)
{
	size_t most = list->marks.n + 2 * crashes->n + 1, n;
	struct point *p = talloc_zero_array(ctx, struct point, (unsigned)most);

	*ret = (struct timeline_up){0};
	ret->spans = talloc_zero_array(ctx, struct moments, (unsigned)most + 1);
	ret->after = talloc_zero_array(ctx, struct moments, (unsigned)crashes->n + 1);
	if (!p || !ret->spans || !ret->after)
		return err_nomem(err);
	n = collect(list, crashes, p);
	for (size_t i = 0; i < n; i++)
		ret->known |= p[i].turn == BOOT;
	walk(p, n, observed, ret);
	talloc_free(p);
	return 0;
}

static bool is_in(const struct moments *m, size_t n, int64_t at, bool end)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (m[middle].to < at || (!end && m[middle].to == at))
			low = middle + 1;
		else
			high = middle;
	}
	/* The moment of the crash itself is before it. */
	return low < n && (end ? m[low].from <= at : m[low].from < at);
}

void timeline_leave_out(struct event_list *list, const struct timeline_up *up)
{
	for (size_t i = 0; i < list->n; i++) {
		struct event_kind *k = &list->kinds[i];
		size_t n = 0;

		for (size_t t = 0; t < k->n; t++)
			if (is_in(up->spans, up->n, k->times[t], true) &&
				!is_in(up->after, up->n_after, k->times[t], false))
				k->times[n++] = k->times[t];
		k->n = n;
	}
}
