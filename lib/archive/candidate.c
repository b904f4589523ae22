// SPDX-License-Identifier: GPL-3.0-or-later
/* From candidates to the rows of a list: what is one event has one row. */
#include "archive/candidate.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/big.h"
#include "base/caps.h"
#include "io/crash_name.h"
#include "io/name_time.h"

#define MOST_INSTANTS 16 /* of one source: the first and the last ones */

CAP_FITS(CAP_LIST_ROWS + CAP_LIST_DEATHS, sizeof(struct event_facts));
CAP_FITS(CAP_LIST_ROWS + CAP_LIST_DEATHS, sizeof(struct vmt_list_entry));

/* ---- facts ------------------------------------------------------------------------------- */

static bool is_same_boot(const struct vmt_event *a, const struct vmt_event *b)
{
	return a->boot == b->boot && (!a->host || !b->host || !strcmp(a->host, b->host));
}

/* Room for one more: of many, those in the middle go. */
static size_t room(struct event_instant *instants, size_t n)
{
	if (n < MOST_INSTANTS)
		return n;
	memmove(instants + MOST_INSTANTS / 2, instants + MOST_INSTANTS / 2 + 1,
		(MOST_INSTANTS / 2 - 1) * sizeof(*instants));
	return n - 1;
}

int candidate_take_instants(TALLOC_CTX *ctx, struct candidate *c, const struct vmt_report *r,
	const char *(*kind)(void *arg, const char *slug), void *arg)
{
	const struct vmt_event *judged =
		r->verdict.event.known ? &r->events[r->verdict.event.v] : NULL;
	struct event_instant found[MOST_INSTANTS];
	size_t n = 0, at;

	for (size_t i = 0; judged && i < r->n_events; i++) {
		const struct vmt_event *ev = &r->events[i];

		if (ev == judged || !ev->time.known || !ev->kind || !is_same_boot(ev, judged))
			continue;
		n = room(found, n);
		found[n].kind = kind(arg, ev->kind);
		found[n].ns = ev->time.ns;
		n += found[n].kind != NULL;
	}
	at = n;
	if (judged && judged->time.known && judged->kind) {
		at = n = room(found, n);
		found[n].kind = kind(arg, judged->kind);
		found[n].ns = judged->time.ns;
		n += found[n].kind != NULL;
	}
	if (n) {
		c->instants = talloc_memdup(ctx, found, n * sizeof(*found));
		if (!c->instants)
			return VMT_ERR_NOMEM;
	}
	c->n_instants = (uint16_t)n;
	c->judged = (uint16_t)at;
	return 0;
}

/* systemd-pstore's TIME/COUNT/dmesg.txt. Debian's stamps have twelve digits. */
static bool is_in_pstore_folder(const char *path)
{
	const char *end = strrchr(path, '/'), *p = end;
	size_t digits = 0;

	while (p && p > path && ascii_is_digit(p[-1])) {
		p--;
		digits++;
	}
	return digits && digits != 12 && (p == path || p[-1] == '/');
}

static enum event_source text_source(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	if (!strncmp(name, "dmesg-", 6) || !strncmp(name, "console-ramoops", 15) ||
		(!strcmp(name, "dmesg.txt") && is_in_pstore_folder(path)))
		return EVENT_PSTORE;
	return crash_name_of(path).kind == CRASH_NAME_LOG ? EVENT_DUMP_LOG : EVENT_CONSOLE;
}

static enum event_source source_of(const struct candidate *c)
{
	if (c->text)
		return text_source(c->file->path);
	return c->report->input.complete ? EVENT_DUMP : EVENT_DUMP_CUT;
}

/* A crash may be noticed long after, when the machine is up again. */
static bool is_noticed(const char *time_source)
{
	return time_source && !strcmp(time_source, VMT_TIME_ABRT);
}

/* When, by a clock without a zone; else when the crash was saved, by the name of its folder. */
static void take_clock(TALLOC_CTX *ctx, struct event_facts *f, const struct candidate *c)
{
	const struct vmt_crash *crash = &c->report->crash;
	const char *text;

	f->local = crash->local;
	f->saved_then = crash->time_source && !strcmp(crash->time_source, VMT_TIME_FOLDER);
	if (!f->local.known && (!c->text || is_noticed(crash->time_source)) &&
		name_time_find(ctx, c->file->path, &text, &f->local))
		f->saved_then = true;
	f->clock = f->local.known     ? event_clock(f->local)
		   : crash->time_text ? event_clock_of_stamp(crash->time_text)
				      : (struct vmt_time){0};
}

static struct event_facts facts_of(TALLOC_CTX *ctx, const struct candidate *c)
{
	const struct vmt_report *r = c->report;
	struct event_facts f = {.source = source_of(c),
		.poor = r->verdict.corrupted,
		.file = (size_t)(uintptr_t)c->file,
		.n_deaths = r->n_deaths,
		.host = r->machine.hostname ? r->machine.hostname : c->host,
		.release = r->kernel.release,
		.signature = r->signature.coarse,
		.boot_id = r->crash.boot_id,
		.time = r->crash.time,
		.own_clock = r->crash.time.known && r->crash.time_source &&
			     !strcmp(r->crash.time_source, VMT_TIME_DUMP),
		.cpu = r->crash.cpu,
		.pid = r->crash.pid,
		.uptime = r->crash.uptime,
		.instants = c->instants,
		.n_instants = c->n_instants,
		.judged = c->judged,
		.with = c->with};

	if (is_noticed(r->crash.time_source))
		f.time = (struct vmt_time){0};
	take_clock(ctx, &f, c);
	return f;
}

/* ---- rows -------------------------------------------------------------------------------- */

/*
 * How good a time is: 3 in UTC, 2 by a clock without a zone, or when the crash was noticed, 1 the
 * file's, 0 none.
 */
static unsigned worth(const struct vmt_list_entry *e)
{
	if (e->utc && !is_noticed(e->time_source))
		return 3;
	if (!e->time_source)
		return 0;
	return strcmp(e->time_source, VMT_TIME_FILE) != 0 ? 2 : 1;
}

/*
 * The crash's own time, also of a clock whose zone is not known; else that in the path of a dump
 * that cannot be read; else the file's.
 */
static void set_time(TALLOC_CTX *list, struct vmt_list_entry *e, int64_t mtime_ns)
{
	const struct vmt_crash *c = e->report ? &e->report->crash : NULL;
	const char *text;

	if (c && (c->time.known || c->local.known))
		e->time = c->time.known ? c->time : c->local;
	else if (e->error && name_time_find(list, e->path, &text, &e->time))
		e->time_source = VMT_TIME_FOLDER;
	else if (mtime_ns)
		e->time = (struct vmt_time){true, mtime_ns};
	e->utc = c && c->time.known;
	if (e->time_source)
		return;
	if (c && c->time_source)
		e->time_source = c->time_source;
	else if (e->time.known)
		e->time_source = VMT_TIME_FILE;
}

static struct vmt_list_entry entry_of(struct vmt_list *list, const struct candidate *c)
{
	struct vmt_list_entry e = {.path = c->file->path,
		.report = c->report,
		.error = c->error,
		.paths = c->paths,
		.n_paths = c->n_paths,
		.host = c->host};

	if (c->report && c->report->machine.hostname)
		e.host = c->report->machine.hostname;
	set_time(list, &e, c->file->mtime_ns);
	return e;
}

/* What another source of the event knows better. */
static void take_better(struct vmt_list_entry *e, const struct vmt_list_entry *other)
{
	if (!e->host)
		e->host = other->host;
	if (worth(other) > worth(e) && (other->utc || worth(e) < 2)) {
		e->time = other->time;
		e->time_source = other->time_source;
		e->utc = other->utc;
	}
}

struct rows {
	struct vmt_list *list;
	struct candidate *c;
	size_t n;
	size_t *events; /* candidates that may be sources of one event */
	size_t n_events;
	size_t *best;	/* for each of the events: the best source's number among them */
	size_t *row;	/* for each of these: its row */
	size_t *counts; /* and how many other sources it has */
	struct vmt_list_source **sources;
};

static int find_events(struct rows *r, bool join, struct vmt_err *err)
{
	struct event_facts *facts = talloc_array(r->events, struct event_facts, r->n + 1);
	size_t *number = talloc_array(facts, size_t, r->n + 1);
	int rc = facts && number ? 0 : err_nomem(err);

	for (size_t i = 0; i < r->n && !rc; i++) {
		number[i] = SIZE_MAX;
		if (r->c[i].dropped || !r->c[i].crash || r->c[i].file->named)
			continue;
		number[i] = r->n_events;
		r->events[r->n_events++] = i;
	}
	for (size_t i = 0; i < r->n_events && !rc; i++) {
		facts[i] = facts_of(facts, &r->c[r->events[i]]);
		if (facts[i].with != SIZE_MAX)
			facts[i].with = number[facts[i].with];
		r->best[i] = i;
	}
	if (!rc && join)
		rc = event_join(facts, facts, r->n_events, r->best, err);
	talloc_free(facts);
	return rc;
}

static void add_rows(struct rows *r)
{
	struct vmt_list *list = r->list;

	for (size_t i = 0, k = 0; i < r->n; i++) {
		struct candidate *c = &r->c[i];
		bool event = k < r->n_events && r->events[k] == i;

		if (event && r->best[k] != k) {
			r->counts[r->best[k]]++;
			c->dropped = true;
		}
		if (!c->dropped) {
			if (event)
				r->row[k] = list->n;
			list->entries[list->n++] = entry_of(list, c);
		}
		k += event;
	}
}

/*
 * The report has it where it is looked for: groups, counts and the history. The folder's name says
 * it where nothing else does.
 */
static void tell_hosts(struct vmt_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct vmt_list_entry *e = &list->entries[i];

		if (e->report && !e->host)
			e->host = name_time_host(list, e->path);
		if (e->report && !e->report->machine.hostname)
			e->report->machine.hostname = e->host;
	}
}

static int add_sources(struct rows *r)
{
	for (size_t k = 0; k < r->n_events; k++) {
		const struct candidate *c = &r->c[r->events[k]];
		size_t best = r->best[k];
		struct vmt_list_entry *e = &r->list->entries[r->row[best]], other;

		if (best == k)
			continue;
		if (!r->sources[best])
			r->sources[best] =
				talloc_array(r->list, struct vmt_list_source, r->counts[best]);
		if (!r->sources[best])
			return VMT_ERR_NOMEM;
		e->sources = r->sources[best];
		r->sources[best][e->n_sources++] =
			(struct vmt_list_source){c->file->path, event_source_word(source_of(c))};
		other = entry_of(r->list, c);
		take_better(e, &other);
	}
	return 0;
}

/* When the boot of a crash began: the crash before it in its log is older. */
static struct vmt_time boot_of(const struct vmt_list_entry *e)
{
	struct vmt_time boot = e->time;

	if (e->report && e->report->crash.uptime.known &&
		__builtin_sub_overflow(e->time.ns, e->report->crash.uptime.ns, &boot.ns))
		boot.known = false;
	return boot;
}

#define FURTHEST_ZONE (14 * INT64_C(3600000000000)) /* of a local time, ahead of UTC */

/* Whether this UTC time is before another one, which may be local, wherever the machine is. */
static bool is_before(int64_t ns, int64_t other, bool local)
{
	int64_t earliest;

	if (__builtin_sub_overflow(other, local ? FURTHEST_ZONE : 0, &earliest))
		return false;
	return ns < earliest;
}

/*
 * A log's older death without a time is no newer than what is known of the next one, whenever the
 * file was changed. The deaths of a log follow each other, the newest first.
 */
static void bound_older(struct rows *r)
{
	const struct walk_file *file = NULL;
	struct vmt_time latest = {0};
	bool local = false;

	for (size_t k = 0; k < r->n_events; k++) {
		const struct candidate *c = &r->c[r->events[k]];
		struct vmt_list_entry *e = &r->list->entries[r->row[r->best[k]]];

		if (c->file != file)
			latest = (struct vmt_time){0};
		if (worth(e) > 1)
			local = !e->utc;
		else if (worth(e) == 1 && latest.known && is_before(e->time.ns, latest.ns, local))
			local = false;
		else if (worth(e) == 1 && latest.known)
			e->time = latest;
		if (worth(e) > 1 || latest.known)
			latest = boot_of(e);
		file = c->file;
	}
}

int candidate_rows(
	struct vmt_list *list, struct candidate *c, size_t n, bool join, struct vmt_err *err)
{
	struct rows r = {.list = list, .c = c, .n = n};
	int rc;

	list->entries = talloc_zero_array(list, struct vmt_list_entry, n + 1);
	r.events = talloc_array(list, size_t, n + 1);
	r.best = talloc_array(r.events, size_t, n + 1);
	r.row = talloc_zero_array(r.events, size_t, n + 1);
	r.counts = talloc_zero_array(r.events, size_t, n + 1);
	r.sources = talloc_zero_array(r.events, struct vmt_list_source *, n + 1);
	if (!list->entries || !r.events || !r.best || !r.row || !r.counts || !r.sources)
		return err_nomem(err);
	rc = find_events(&r, join, err);
	if (!rc) {
		add_rows(&r);
		rc = add_sources(&r);
		bound_older(&r);
		tell_hosts(list);
	}
	talloc_free(r.events);
	return rc ? err_nomem(err) : 0;
}
