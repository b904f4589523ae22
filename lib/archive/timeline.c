// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "archive/machine_read.h"
#include "archive/samples.h"
#include "base/array.h"
#include "base/name_gate.h"
#include "base/seconds.h"
#include "base/sized.h"
#include "timeline/civil.h"
#include "timeline/packages.h"

#define MOST_DAYS 732 /* before the last crash that are looked at */
#define LOST 600      /* seconds before a crash whose lines a log may have lost */
#define MOST_NEAR 8

static const struct {
	const char *name;
	const char *words[3]; /* by rank; NULL: as the first */
} sources[EVENT_SOURCES] = {
	[EVENT_UNIT] = {VMT_EVENT_UNIT, {"%s started", "%s had started"}},
	[EVENT_CRON] = {VMT_EVENT_CRON, {"cron ran '%s'"}},
	[EVENT_KERNEL] = {VMT_EVENT_KERNEL, {"the kernel reported: %s"}},
	[EVENT_TIMER] = {VMT_EVENT_TIMER, {NULL, NULL, "%s was due by its timer"}},
	[EVENT_CRONTAB] = {VMT_EVENT_CRONTAB, {NULL, NULL, "cron's '%s' was due"}},
	[EVENT_AT] = {VMT_EVENT_AT, {NULL, NULL, "at's '%s' was due"}},
	[EVENT_SYSSTAT] = {VMT_EVENT_SYSSTAT, {"%s"}},
	[EVENT_LOGIN] = {VMT_EVENT_LOGIN, {"%s logged in"}},
	[EVENT_PACKAGE] = {VMT_EVENT_PACKAGE,
		{"packages were changed", "the change of packages: %s"}},
};

static const char *source_name(enum event_source source)
{
	return sources[source].name;
}

/* In words. NULL: no memory. */
static char *event_text(TALLOC_CTX *ctx, const struct event_kind *k)
{
	const char *words = sources[k->source].words[k->rank], *at;

	if (!words)
		words = sources[k->source].words[0];
	at = strstr(words, "%s");
	return at ? talloc_asprintf(ctx, "%.*s%s%s", (int)(at - words), words, k->name, at + 2)
		  : talloc_strdup(ctx, words);
}

struct maker {
	TALLOC_CTX *tmp;
	struct vmt_timeline *t;
	struct machine_files m;
	struct event_list *list;
	struct timeline_crashes crashes;
	struct samples samples;
	struct moments observed;
	struct timeline_up up;
	int64_t *times; /* of the crashes that count */
	size_t n_times;
};

/* ---- what is observed -------------------------------------------------------------------- */

static void observe(struct maker *k)
{
	const struct timeline_crash *c = k->crashes.items;
	int64_t first = c[0].at, last = c[k->crashes.n - 1].at, least;

	first -= c[0].uptime.known ? c[0].uptime.ns / 1000000000 : DAY;
	for (size_t i = 0; i < EVENT_SOURCES; i++) {
		const struct event_span *s = &k->list->spans[i];

		if (!s->known)
			continue;
		first = s->first < first ? s->first : first;
		last = s->last > last ? s->last : last;
	}
	least = c[k->crashes.n - 1].at - MOST_DAYS * (int64_t)DAY;
	k->observed = (struct moments){first > least ? first : least, last};
}

/* What a source covers, and so which crashes can count. */
static struct moments seen(const struct maker *k, const struct event_kind *kind)
{
	const struct event_span *s = &k->list->spans[kind->source];
	struct moments m = k->observed;

	if (kind->source == EVENT_TIMER || kind->source == EVENT_CRONTAB ||
		kind->source == EVENT_AT)
		return m;
	m.from = s->first > m.from ? s->first : m.from;
	/* Logins and packages are rare: their logs go on to the end without a record. */
	if (kind->source != EVENT_LOGIN && kind->source != EVENT_PACKAGE)
		m.to = s->last + LOST < m.to ? s->last + LOST : m.to;
	return m;
}

static bool is_change(const struct event_kind *k)
{
	return k->source == EVENT_PACKAGE && k->rank == PACKAGES_CHANGE;
}

/* ---- one event, several sources ---------------------------------------------------------- */

struct choice {
	const struct event_kind *kind;
	struct moments seen;
	unsigned group;
	size_t crashes; /* that its source covers */
};

static unsigned group_of(const struct event_kind *k)
{
	if (k->source == EVENT_TIMER)
		return EVENT_UNIT;
	if (k->source == EVENT_CRONTAB)
		return EVENT_CRON;
	return is_change(k) ? EVENT_SOURCES : k->source;
}

static int by_worth(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;
	int c;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	c = strcmp(x->kind->name, y->kind->name);
	if (c)
		return c;
	if (x->crashes != y->crashes)
		return x->crashes > y->crashes ? -1 : 1;
	return (x->kind->rank > y->kind->rank) - (x->kind->rank < y->kind->rank);
}

static int choose(struct maker *k, struct choice **ret, size_t *n, struct vmt_err *err)
{
	struct choice *c = talloc_zero_array(k->tmp, struct choice, (unsigned)k->list->n + 1);
	size_t all = 0;

	if (!c)
		return err_nomem(err);
	for (size_t i = 0; i < k->list->n; i++) {
		const struct event_kind *kind = &k->list->kinds[i];
		struct choice *own = &c[all];

		if (!kind->n)
			continue;
		*own = (struct choice){kind, seen(k, kind), group_of(kind), 0};
		for (size_t t = 0; t < k->n_times; t++)
			own->crashes +=
				k->times[t] >= own->seen.from && k->times[t] <= own->seen.to;
		all++;
	}
	qsort(c, all, sizeof(*c), by_worth);
	*n = 0;
	for (size_t i = 0; i < all; i++)
		if (!*n || c[*n - 1].group != c[i].group ||
			strcmp(c[*n - 1].kind->name, c[i].kind->name) != 0)
			c[(*n)++] = c[i];
	*ret = c;
	return 0;
}

/* ---- findings ---------------------------------------------------------------------------- */

static char *reproduce(struct maker *k, const struct event_kind *kind)
{
	bool unit = kind->source == EVENT_UNIT || kind->source == EVENT_TIMER;
	size_t n = strlen(kind->name);

	if (unit && name_is_plain(kind->name) && n > 8 && !strcmp(kind->name + n - 8, ".service"))
		return talloc_asprintf(k->t, "systemctl start %s", kind->name);
	if (kind->source == EVENT_CRON || kind->source == EVENT_CRONTAB)
		return talloc_strdup(k->t, kind->name);
	return NULL;
}

static int add_other(struct maker *k, struct vmt_timeline_finding *f, const char ***others,
	const struct event_kind *kind, struct vmt_err *err)
{
	const char **room = ARRAY_ROOM(k->t, *others, f->n_others);

	if (!room)
		return err_nomem(err);
	f->others = *others = room;
	room[f->n_others] = event_text(k->t, kind);
	return room[f->n_others++] ? 0 : err_nomem(err);
}

static int fill(struct maker *k, const struct statistics_result *r, const struct choice *choices,
	struct vmt_err *err)
{
	struct vmt_timeline_finding *all =
		talloc_zero_array(k->t, struct vmt_timeline_finding, (unsigned)r->n + 1);
	size_t *place = talloc_zero_array(k->tmp, size_t, (unsigned)r->n + 1);
	const char ***others = talloc_zero_array(k->tmp, const char **, (unsigned)r->n + 1);
	int rc = 0;

	if (!all || !place || !others)
		return err_nomem(err);
	k->t->findings = all;
	k->t->n_tests = r->n_tests;
	for (size_t i = 0; i < r->n && !rc; i++) {
		const struct statistics_finding *s = &r->items[i];
		const struct event_kind *kind = choices[s->event].kind;

		if (s->leader != i) {
			rc = add_other(k, &all[place[s->leader]], &others[s->leader], kind, err);
			continue;
		}
		place[i] = k->t->n_findings++;
		all[place[i]] = (struct vmt_timeline_finding){.event = event_text(k->t, kind),
			.source = source_name(kind->source),
			.window = (uint64_t)s->window,
			.after = s->after,
			.crashes = s->crashes,
			.runs = s->runs,
			.without = s->runs_without,
			.soonest = (uint64_t)s->soonest,
			.latest = (uint64_t)s->latest,
			.share = s->share,
			.p = s->p,
			.corrected = s->corrected,
			.reproduce = reproduce(k, kind)};
		rc = all[place[i]].event ? 0 : err_nomem(err);
	}
	return rc;
}

static int test(struct maker *k, struct vmt_err *err)
{
	struct statistics_event *events;
	struct statistics_result r;
	struct choice *choices;
	size_t n;
	int rc = choose(k, &choices, &n, err);

	if (rc)
		return rc;
	events = talloc_zero_array(k->tmp, struct statistics_event, (unsigned)n + 1);
	if (!events)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		events[i] = (struct statistics_event){.times = choices[i].kind->times,
			.n = choices[i].kind->n,
			.seen = choices[i].seen,
			.slack = choices[i].kind->slack,
			.lasting = is_change(choices[i].kind)};
	rc = statistics_find(k->tmp,
		&(struct statistics_input){k->up.spans, k->up.n, k->times, k->n_times, events, n},
		&r, err);
	return rc ? rc : fill(k, &r, choices, err);
}

/* ---- each crash -------------------------------------------------------------------------- */

static int by_lag(const void *a, const void *b)
{
	const struct vmt_timeline_near *x = a, *y = b;

	if (x->seconds != y->seconds)
		return x->seconds < y->seconds ? -1 : 1;
	return strcmp(x->event, y->event);
}

struct nears {
	struct vmt_timeline_near *items;
	size_t n;
};

#define MOST_COLLECTED 1000

static void sort_nears(struct nears *near)
{
	if (near->n)
		qsort(near->items, near->n, sizeof(*near->items), by_lag);
}

static int add_near(struct maker *k, struct nears *near, const struct vmt_timeline_near *one,
	struct vmt_err *err)
{
	struct vmt_timeline_near *room = one->event ? ARRAY_ROOM(k->t, near->items, near->n) : NULL;

	if (!room)
		return err_nomem(err);
	near->items = room;
	room[near->n++] = *one;
	return 0;
}

/* What the crash's own log has before it. */
static int near_in_log(
	struct maker *k, const struct vmt_report *r, struct nears *near, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < r->n_events && near->n < MOST_COLLECTED && !rc; i++) {
		const struct vmt_event *e = &r->events[i];
		int64_t lag;

		if (!r->crash.uptime.known || !e->time.known || !e->headline || e->fatal ||
			(r->verdict.event.known && r->verdict.event.v == i))
			continue;
		lag = (r->crash.uptime.ns - e->time.ns) / 1000000000;
		if (lag >= 0 && lag <= TIMELINE_NEAR)
			rc = add_near(k, near,
				&(struct vmt_timeline_near){talloc_strdup(k->t, e->headline),
					VMT_EVENT_REPORT, (uint64_t)lag},
				err);
	}
	return rc;
}

/* Whether it is only planned, and the log of what ran covers this time. */
static bool is_only_planned(const struct maker *k, const struct event_kind *kind, int64_t at)
{
	const struct event_span *s = &k->list->spans[group_of(kind)];

	return kind->rank == 2 && kind->source != EVENT_AT && s->known && at >= s->first &&
	       at <= s->last + LOST;
}

/* The last time of each kind before the crash. */
static int near_of_machine(struct maker *k, int64_t at, struct nears *near, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < k->list->n && near->n < MOST_COLLECTED && !rc; i++) {
		const struct event_kind *kind = &k->list->kinds[i];
		size_t low = 0, high = kind->n;

		if (kind->rank == 1 || is_only_planned(k, kind, at))
			continue;
		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (kind->times[middle] <= at)
				low = middle + 1;
			else
				high = middle;
		}
		if (low && at - kind->times[low - 1] <= TIMELINE_NEAR + kind->slack)
			rc = add_near(k, near,
				&(struct vmt_timeline_near){event_text(k->t, kind),
					source_name(kind->source),
					(uint64_t)(at - kind->times[low - 1])},
				err);
	}
	return rc;
}

/* The last sample before the crash, which is always named. */
static int near_sample(struct maker *k, int64_t at, struct nears *near, struct vmt_err *err)
{
	const struct sample *s = samples_before(&k->samples, at);

	if (!s || at - s->at > TIMELINE_NEAR)
		return 0;
	near->n = near->n < MOST_NEAR - 1 ? near->n : MOST_NEAR - 1;
	return add_near(k, near,
		&(struct vmt_timeline_near){
			talloc_strdup(k->t, s->text), VMT_EVENT_SYSSTAT, (uint64_t)(at - s->at)},
		err);
}

static int fill_crash(struct maker *k, const struct timeline_crash *c,
	struct vmt_timeline_crash *ret, struct vmt_err *err)
{
	struct nears near = {0};
	struct civil local;
	int rc;

	civil_split(c->at + zone_offset(k->m.zone, c->at), &local);
	*ret = (struct vmt_timeline_crash){.path = talloc_strdup(k->t, c->entry->path),
		.headline = talloc_strdup(k->t, c->entry->report->verdict.headline),
		.time = seconds_to_time(c->at),
		.uptime = c->uptime,
		.local = talloc_asprintf(k->t, "%04d-%02u-%02u %02u:%02u:%02u", local.year,
			local.month, local.day, local.hour, local.minute, local.second),
		.repeated = c->repeated,
		.known_by = c->known_by};
	if (!c->repeated) {
		k->t->hours[local.hour]++;
		k->t->weekdays[(local.weekday + 6) % 7]++;
	}
	rc = near_in_log(k, c->entry->report, &near, err);
	if (!rc)
		rc = near_of_machine(k, c->at, &near, err);
	sort_nears(&near);
	if (!rc)
		rc = near_sample(k, c->at, &near, err);
	sort_nears(&near);
	ret->near = near.items;
	ret->n_near = near.n < MOST_NEAR ? near.n : MOST_NEAR;
	return rc ? rc : ret->path && ret->local ? 0 : err_nomem(err);
}

static int fill_crashes(struct maker *k, struct vmt_err *err)
{
	struct vmt_timeline_crash *all =
		talloc_zero_array(k->t, struct vmt_timeline_crash, (unsigned)k->crashes.n + 1);
	int rc = all ? 0 : err_nomem(err);

	for (size_t i = 0; i < k->crashes.n && !rc; i++)
		rc = fill_crash(k, &k->crashes.items[i], &all[i], err);
	k->t->crashes = all;
	k->t->n_crashes = rc ? 0 : k->crashes.n;
	return rc;
}

static int fill_sources(struct maker *k, struct vmt_err *err)
{
	struct vmt_timeline_source *all =
		talloc_zero_array(k->t, struct vmt_timeline_source, EVENT_SOURCES);

	if (!all)
		return err_nomem(err);
	for (size_t s = 0; s < EVENT_SOURCES; s++) {
		struct vmt_timeline_source one = {.source = source_name(s)};
		const struct event_span *span = &k->list->spans[s];

		for (size_t i = 0; i < k->list->n; i++)
			if (k->list->kinds[i].source == s && !is_change(&k->list->kinds[i]))
				one.events += k->list->kinds[i].n;
		if (s == EVENT_SYSSTAT)
			one.events = k->samples.n;
		if (!one.events)
			continue;
		if (span->known) {
			one.first = seconds_to_time(span->first);
			one.last = seconds_to_time(span->last);
		}
		all[k->t->n_sources++] = one;
	}
	k->t->sources = all;
	return 0;
}

/* ---- all --------------------------------------------------------------------------------- */

static int use_crashes(struct maker *k, struct vmt_err *err)
{
	k->times = talloc_zero_array(k->tmp, int64_t, (unsigned)k->crashes.n + 1);
	if (!k->times)
		return err_nomem(err);
	for (size_t i = 0; i < k->crashes.n; i++)
		if (!k->crashes.items[i].repeated)
			k->times[k->n_times++] = k->crashes.items[i].at;
	k->t->n_undated = k->crashes.undated;
	k->t->n_other_hosts = k->crashes.other_hosts;
	k->t->n_unproven = k->crashes.unproven;
	k->t->n_repeated = k->crashes.repeated;
	return 0;
}

/* With at least one crash. */
static int relate(struct maker *k, struct vmt_err *err)
{
	int rc;

	observe(k);
	rc = machine_files_plans(&k->m, k->observed.from, k->observed.to, k->list, err);
	if (!rc)
		rc = timeline_up(k->tmp, k->list, &k->crashes, &k->observed, &k->up, err);
	if (rc)
		return rc;
	event_list_sort(k->list);
	timeline_leave_out(k->list, &k->up);
	for (size_t i = 0; i < k->up.n; i++)
		k->t->up_seconds += (uint64_t)(k->up.spans[i].to - k->up.spans[i].from);
	k->t->up_known = k->up.known;
	rc = test(k, err);
	return rc ? rc : fill_crashes(k, err);
}

static int read_samples(struct maker *k, const struct vmt_file *file, struct vmt_err *err)
{
	struct machine_text t;
	int rc = machine_read_input(k->tmp, file, &t, err);

	if (!rc)
		rc = samples_read(k->tmp, t.bytes, t.len, &k->samples, err);
	for (size_t i = 0; i < k->samples.n && !rc; i++)
		event_list_saw(k->list, EVENT_SYSSTAT, k->samples.items[i].at);
	return rc;
}

int vmt_timeline_make(const struct vmt_list *list, const struct vmt_timeline_options *opts,
	struct vmt_timeline **ret, struct vmt_err *err)
{
	struct vmt_timeline_options own;
	unsigned allocs = alloc_failures();
	struct maker k = {0};
	int rc = sized_read(&own, sizeof(own), opts, err);

	if (rc)
		return rc;
	k.t = talloc_zero(NULL, struct vmt_timeline);
	k.tmp = talloc_new(NULL);
	rc = k.t && k.tmp ? machine_files_open(k.tmp, own.root, own.zone, &k.m, err)
			  : err_nomem(err);
	if (!rc)
		rc = event_list_new(k.tmp, &k.list, err);
	if (!rc)
		rc = machine_files_logs(&k.m, own.journal, k.list, err);
	if (!rc && own.sysstat)
		rc = read_samples(&k, own.sysstat, err);
	if (!rc)
		rc = timeline_crashes(k.tmp, list, &k.m, own.root || own.claimed, &k.crashes, err);
	if (!rc)
		rc = use_crashes(&k, err);
	if (!rc && k.crashes.n)
		rc = relate(&k, err);
	if (!rc)
		rc = fill_sources(&k, err);
	if (!rc) {
		k.t->zone = talloc_strdup(k.t, k.m.zone_name);
		k.t->cut = k.list->full;
		rc = alloc_check(allocs, err);
	}
	talloc_free(k.tmp);
	if (rc)
		talloc_free(k.t);
	else
		*ret = k.t;
	return rc;
}

void vmt_timeline_free(struct vmt_timeline *timeline)
{
	talloc_free(timeline);
}
