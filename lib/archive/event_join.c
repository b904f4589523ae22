// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A machine dies once per boot, so sources of one boot tell of one event. What shows the same boot:
 *
 * - the same report at the same microsecond since boot. A clock that ticks in whole milliseconds
 *   proves nothing: an early crash that repeats may have the same time in each boot.
 * - the boot's id, with the same crash at about the same time since boot.
 * - the same crash, on the same host, at the same time of a clock, or so near that the boot before
 *   that of the crash ended earlier. If both sources have microseconds since boot, these decide
 *   instead.
 *
 * Nothing is joined if anything that both know contradicts it.
 */
#include "archive/event_join.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/name_index.h"

#define MS 1000000ll
#define SECOND 1000000000ll

#define SAME_SECOND (2 * SECOND)   /* clocks of one machine; no machine dies twice in that time */
#define NEAR (10 * SECOND)	   /* the clocks of two machines, such as a log server's */
#define SAVED (300 * SECOND)	   /* from a crash until the capture kernel saves the dump */
#define OTHER_CRASH (120 * SECOND) /* UTC clocks are seldom so far apart */
#define SAME_SAVING (60 * SECOND)  /* a stamp may have no seconds */
#define NEAR_UPTIME (10 * SECOND)  /* from a crash's first report to its last one */
#define SAME_BOOT (120 * SECOND)   /* a clock that is set right after boot */
#define OTHER_ZONE (26 * 3600 * SECOND) /* between the farthest time zones */

#define MOST_SEVERAL 8	   /* logs with several deaths among the sources of one event */
#define MOST_NEIGHBOURS 16 /* sources that a source is compared with, of those at one time */
#define MOST_CHAIN 64	   /* the same for one instant: those that contradict each other */

struct group {
	size_t parent;
	/* the rest counts for the one that is its own parent */
	size_t best;
	bool precise;
	const char *host, *release, *boot_id;
	struct vmt_time time, local;
	struct vmt_time boot;			 /* when, since 1970, UTC */
	struct vmt_time own;			 /* time by the machine's own clock */
	struct vmt_time saved;			 /* local, if that is when the dump was saved */
	size_t several[MOST_SEVERAL], n_several; /* files with several deaths */
};

struct joiner {
	const struct event_facts *facts;
	struct group *groups;
	size_t n;
	struct name_index *index;
};

static const char *const words[] = {
	[EVENT_DUMP] = "dump",
	[EVENT_DUMP_CUT] = "incomplete dump",
	[EVENT_DUMP_LOG] = "log of the dump",
	[EVENT_PSTORE] = "pstore",
	[EVENT_CONSOLE] = "log",
};

const char *event_source_word(enum event_source source)
{
	return words[source];
}

/* ---- clocks ------------------------------------------------------------------------------ */

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static struct vmt_time leap_year(struct tm *tm)
{
	tm->tm_year = 72;
	return (struct vmt_time){true, (int64_t)timegm(tm) * SECOND};
}

struct vmt_time event_clock(struct vmt_time local)
{
	time_t s = (time_t)(local.ns / SECOND);
	struct tm tm;

	if (!local.known || local.ns < 0 || !gmtime_r(&s, &tm))
		return (struct vmt_time){0};
	return leap_year(&tm);
}

static bool two_digits(const char *p, int most, int *ret)
{
	if (!(ascii_is_digit(p[0]) || p[0] == ' ') || !ascii_is_digit(p[1]))
		return false;
	*ret = (p[0] == ' ' ? 0 : (p[0] - '0') * 10) + p[1] - '0';
	return *ret <= most;
}

struct vmt_time event_clock_of_stamp(const char *text)
{
	struct tm tm = {0};

	for (; tm.tm_mon < 12; tm.tm_mon++)
		if (!strncmp(text, months + 3 * (size_t)tm.tm_mon, 3))
			break;
	if (tm.tm_mon == 12 || strlen(text) < strlen("Nov  1 03:04:05") || text[3] != ' ' ||
		!two_digits(text + 4, 31, &tm.tm_mday) || !tm.tm_mday || text[6] != ' ' ||
		!two_digits(text + 7, 23, &tm.tm_hour) || text[9] != ':' ||
		!two_digits(text + 10, 59, &tm.tm_min) || text[12] != ':' ||
		!two_digits(text + 13, 60, &tm.tm_sec))
		return (struct vmt_time){0};
	return leap_year(&tm);
}

/* ---- groups of sources ------------------------------------------------------------------- */

static size_t root_of(struct joiner *j, size_t i)
{
	while (j->groups[i].parent != i) {
		j->groups[i].parent = j->groups[j->groups[i].parent].parent;
		i = j->groups[i].parent;
	}
	return i;
}

static bool differ(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

/* Up to the domain, which one source may have and the other not. */
static size_t label(const char *host)
{
	return strcspn(host, ".");
}

static bool is_host(const char *host)
{
	return host && *host && strcmp(host, "localhost") != 0 && strcmp(host, "(none)") != 0;
}

static bool other_host(const char *a, const char *b)
{
	return is_host(a) && is_host(b) &&
	       (label(a) != label(b) || memcmp(a, b, label(a)) != 0 ||
		       (a[label(a)] && b[label(b)] && strcmp(a, b) != 0));
}

static bool apart(struct vmt_time a, struct vmt_time b, int64_t most)
{
	return a.known && b.known && (a.ns > b.ns ? a.ns - b.ns > most : b.ns - a.ns > most);
}

/* A time of day in whole milliseconds may be a coarse clock's. */
static bool is_precise(int64_t ns)
{
	return ns > 0 && ns / 1000 % 1000 != 0;
}

static bool share_file(const struct group *a, const struct group *b)
{
	for (size_t i = 0; i < a->n_several; i++)
		for (size_t k = 0; k < b->n_several; k++)
			if (a->several[i] == b->several[k])
				return true;
	return a->n_several + b->n_several > MOST_SEVERAL;
}

static bool contradict(const struct group *a, const struct group *b)
{
	return other_host(a->host, b->host) || differ(a->release, b->release) ||
	       differ(a->boot_id, b->boot_id) || apart(a->boot, b->boot, SAME_BOOT) ||
	       apart(a->time, b->time, OTHER_CRASH) || apart(a->own, b->own, SAME_SECOND) ||
	       apart(a->saved, b->saved, SAME_SAVING) || apart(a->local, b->local, OTHER_ZONE) ||
	       apart(a->time, b->local, OTHER_ZONE) || apart(a->local, b->time, OTHER_ZONE) ||
	       share_file(a, b);
}

static struct group group_of(const struct event_facts *f, size_t i)
{
	struct group g = {.parent = i,
		.best = i,
		.host = is_host(f->host) ? f->host : NULL,
		.release = f->release,
		.boot_id = f->boot_id,
		.time = f->time,
		.local = f->local};

	g.precise = f->judged < f->n_instants && is_precise(f->instants[f->judged].ns);
	if (f->own_clock)
		g.own = f->time;
	if (f->saved_then)
		g.saved = f->local;
	if (f->time.known && f->uptime.known)
		g.boot = (struct vmt_time){true, f->time.ns - f->uptime.ns};
	if (f->n_deaths > 1)
		g.several[g.n_several++] = f->file;
	return g;
}

/* By the table; but of logs, a whole report is better. */
static bool is_better(const struct event_facts *a, const struct event_facts *b)
{
	bool dumps = a->source < EVENT_DUMP_LOG || b->source < EVENT_DUMP_LOG;

	if (!dumps && a->poor != b->poor)
		return b->poor;
	return a->source < b->source;
}

static void take_known(const char **to, const char *from)
{
	if (!*to)
		*to = from;
}

static void take_time(struct vmt_time *to, struct vmt_time from)
{
	if (!to->known)
		*to = from;
}

/* The group of the lower number stays, so that the first of equals is the best. */
static void unite(struct joiner *j, size_t x, size_t y)
{
	struct group *a = &j->groups[x < y ? x : y], *b = &j->groups[x < y ? y : x];

	b->parent = a->parent;
	if (is_better(&j->facts[b->best], &j->facts[a->best]))
		a->best = b->best;
	a->precise |= b->precise;
	take_known(&a->host, b->host);
	take_known(&a->release, b->release);
	take_known(&a->boot_id, b->boot_id);
	take_time(&a->time, b->time);
	take_time(&a->local, b->local);
	take_time(&a->boot, b->boot);
	take_time(&a->own, b->own);
	take_time(&a->saved, b->saved);
	for (size_t i = 0; i < b->n_several && a->n_several < MOST_SEVERAL; i++)
		a->several[a->n_several++] = b->several[i];
}

/* Returns whether they are one now. */
static bool join(struct joiner *j, size_t i, size_t k)
{
	size_t x = root_of(j, i), y = root_of(j, k);

	if (x != y && contradict(&j->groups[x], &j->groups[y]))
		return false;
	if (x != y)
		unite(j, x, y);
	return true;
}

/* ---- the same report at the same microsecond --------------------------------------------- */

static uint32_t hash(const struct joiner *j, const char *text, int64_t us)
{
	uint64_t sum = name_index_start(j->index);

	sum = name_index_more(sum, text, strlen(text) + 1);
	return name_index_hash(name_index_more(sum, &us, sizeof(us)));
}

/* The instant of a source that is the same as one of another's; NULL: it has none. */
static const struct event_instant *find_instant(
	const struct event_facts *f, const struct event_instant *x)
{
	for (size_t i = 0; i < f->n_instants; i++)
		if (f->instants[i].ns / 1000 == x->ns / 1000 &&
			!strcmp(f->instants[i].kind, x->kind))
			return &f->instants[i];
	return NULL;
}

static bool other_number(struct vmt_u64 a, struct vmt_u64 b)
{
	return a.known && b.known && a.v != b.v;
}

/*
 * One of them must be what a verdict is about: a machine may report much before it dies. If both
 * are, they must be about the same task and CPU.
 */
static bool share_instant(
	const struct event_facts *a, const struct event_instant *x, const struct event_facts *b)
{
	const struct event_instant *y = find_instant(b, x);
	bool by_a = x == &a->instants[a->judged], by_b = y && y == &b->instants[b->judged];

	if (by_a && by_b && (other_number(a->pid, b->pid) || other_number(a->cpu, b->cpu)))
		return false;
	return y && (by_a || by_b);
}

/* Only the first of those that are one stays in the index. */
static int join_instant(struct joiner *j, size_t i, const struct event_instant *x)
{
	uint32_t h = hash(j, x->kind, x->ns / 1000), cursor = 0, k;
	const struct event_facts *f = j->facts;

	for (size_t n = 0; n < MOST_CHAIN && name_index_next(j->index, h, &cursor, &k); n++)
		if (share_instant(&f[i], x, &f[k]) && join(j, i, k))
			return 0;
	return name_index_add(j->index, h, (uint32_t)i, NULL);
}

static int join_instants(struct joiner *j)
{
	int rc = 0;

	for (size_t i = 0; i < j->n && !rc; i++)
		for (size_t k = 0; k < j->facts[i].n_instants && !rc; k++)
			if (is_precise(j->facts[i].instants[k].ns))
				rc = join_instant(j, i, &j->facts[i].instants[k]);
	return rc;
}

/* ---- the same boot's id ------------------------------------------------------------------ */

static bool same_crash(const struct event_facts *a, const struct event_facts *b)
{
	return a->signature && b->signature && !strcmp(a->signature, b->signature) &&
	       !apart(a->uptime, b->uptime, NEAR_UPTIME);
}

static int join_boot_id(struct joiner *j, size_t i)
{
	const struct event_facts *f = j->facts;
	uint32_t h = hash(j, f[i].boot_id, -1), cursor = 0, k;

	for (size_t n = 0; n < MOST_CHAIN && name_index_next(j->index, h, &cursor, &k); n++)
		if (f[k].boot_id && !strcmp(f[k].boot_id, f[i].boot_id) &&
			same_crash(&f[i], &f[k]) && join(j, i, k))
			return 0;
	return name_index_add(j->index, h, (uint32_t)i, NULL);
}

/* ---- the same crash on the same host at the same time ------------------------------------ */

/* A source under one of its clocks. */
struct dated {
	size_t i;
	const char *host, *signature;
	bool utc;
	int64_t ns;
};

static int by_time(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;
	size_t n = label(x->host), m = label(y->host);
	int order = memcmp(x->host, y->host, n < m ? n : m);

	if (!order)
		order = n == m ? strcmp(x->signature, y->signature) : n < m ? -1 : 1;
	if (order || x->utc != y->utc)
		return order ? order : (int)x->utc - (int)y->utc;
	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

static bool alike(const struct dated *x, const struct dated *y)
{
	return x->utc == y->utc && label(x->host) == label(y->host) &&
	       !memcmp(x->host, y->host, label(x->host)) && !strcmp(x->signature, y->signature);
}

/*
 * Whether the clocks of two sources are as near as those of one event. One of the sources must show
 * that the machine was up for all of that time: an earlier crash was further away then.
 */
static bool is_near(const struct joiner *j, const struct dated *x, const struct dated *y)
{
	const struct event_facts *a = &j->facts[x->i], *b = &j->facts[y->i];
	bool saved = !x->utc && a->saved_then != b->saved_then;
	int64_t later = a->saved_then ? x->ns - y->ns : y->ns - x->ns;
	int64_t most = saved ? SAVED : NEAR;

	if (!(a->uptime.known && a->uptime.ns >= most) &&
		!(b->uptime.known && b->uptime.ns >= most))
		return false;
	return saved ? later >= -NEAR && later <= most : llabs(x->ns - y->ns) <= most;
}

/* Whether two sources may be of one event, for all that is known but their clocks. */
static bool may_join(struct joiner *j, const struct dated *x, const struct dated *y)
{
	const struct group *a = &j->groups[root_of(j, x->i)], *b = &j->groups[root_of(j, y->i)];

	return a != b && !(a->precise && b->precise) && !contradict(a, b) &&
	       !apart(j->facts[x->i].uptime, j->facts[y->i].uptime, NEAR_UPTIME);
}

static void join_same_second(struct joiner *j, const struct dated *d, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && k <= i + MOST_NEIGHBOURS && alike(&d[i], &d[k]) &&
				       d[k].ns - d[i].ns <= SAME_SECOND;
			k++)
			if (may_join(j, &d[i], &d[k]))
				join(j, d[i].i, d[k].i);
}

/* The group of the only other source that one may be of the same event as. */
struct partner {
	size_t root; /* SIZE_MAX: there is none */
	size_t at;   /* in the table of dated sources */
	bool several;
};

static void note_partner(
	struct joiner *j, const struct dated *d, size_t i, size_t k, struct partner *p)
{
	size_t root = root_of(j, d[k].i);

	if (!may_join(j, &d[i], &d[k]) || !is_near(j, &d[i], &d[k]))
		return;
	p->several |= p->root != SIZE_MAX && p->root != root;
	p->root = root;
	p->at = k;
}

static struct partner find_partner(struct joiner *j, const struct dated *d, size_t n, size_t i)
{
	struct partner p = {.root = SIZE_MAX};

	for (size_t k = i; k-- > 0 && i - k <= MOST_NEIGHBOURS && alike(&d[i], &d[k]) &&
			   d[i].ns - d[k].ns <= SAVED;)
		note_partner(j, d, i, k, &p);
	for (size_t k = i + 1; k < n && k - i <= MOST_NEIGHBOURS && alike(&d[i], &d[k]) &&
			       d[k].ns - d[i].ns <= SAVED;
		k++)
		note_partner(j, d, i, k, &p);
	return p;
}

/* Two sources for which nothing but the other one comes into question. */
static int join_partners(struct joiner *j, const struct dated *d, size_t n)
{
	struct partner *p = talloc_array(j->index, struct partner, n + 1);

	if (!p)
		return VMT_ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		p[i] = find_partner(j, d, n, i);
	for (size_t i = 0; i < n; i++) {
		const struct partner *other = p[i].root == SIZE_MAX ? NULL : &p[p[i].at];

		if (other && !p[i].several && !other->several && may_join(j, &d[i], &d[p[i].at]))
			join(j, d[i].i, d[p[i].at].i);
	}
	talloc_free(p);
	return 0;
}

static int join_dated(struct joiner *j)
{
	struct dated *d = talloc_array(j->index, struct dated, 2 * j->n + 1);
	size_t n = 0;
	int rc;

	if (!d)
		return VMT_ERR_NOMEM;
	for (size_t i = 0; i < j->n; i++) {
		const struct event_facts *f = &j->facts[i];

		if (!is_host(f->host) || !f->signature)
			continue;
		if (f->time.known)
			d[n++] = (struct dated){i, f->host, f->signature, true, f->time.ns};
		if (f->clock.known)
			d[n++] = (struct dated){i, f->host, f->signature, false, f->clock.ns};
	}
	if (n)
		qsort(d, n, sizeof(*d), by_time);
	join_same_second(j, d, n);
	rc = join_partners(j, d, n);
	talloc_free(d);
	return rc;
}

/* ---- all of it --------------------------------------------------------------------------- */

static int join_all(struct joiner *j)
{
	int rc = 0;

	for (size_t i = 0; i < j->n; i++)
		if (j->facts[i].with != SIZE_MAX && root_of(j, i) != root_of(j, j->facts[i].with))
			unite(j, root_of(j, i), root_of(j, j->facts[i].with));
	for (size_t i = 0; i < j->n && !rc; i++)
		if (j->facts[i].boot_id)
			rc = join_boot_id(j, i);
	rc = rc ? rc : join_instants(j);
	return rc ? rc : join_dated(j);
}

int event_join(TALLOC_CTX *ctx, const struct event_facts *facts, size_t n, size_t *best,
	struct vmt_err *err)
{
	struct joiner j = {.facts = facts, .n = n};
	int rc = name_index_new(ctx, 0, &j.index, err);

	if (rc)
		return rc;
	j.groups = talloc_array(j.index, struct group, n + 1);
	for (size_t i = 0; j.groups && i < n; i++)
		j.groups[i] = group_of(&facts[i], i);
	rc = j.groups ? join_all(&j) : VMT_ERR_NOMEM;
	for (size_t i = 0; i < n && !rc; i++)
		best[i] = j.groups[root_of(&j, i)].best;
	talloc_free(j.index);
	return rc ? err_nomem(err) : 0;
}
