// SPDX-License-Identifier: GPL-3.0-or-later
/* Writes when crashes happened, as text or as JSON. */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "archive/timeline.h"
#include "base/array.h"
#include "report/json_internal.h"
#include "report/json_out.h"
#include "report/page.h"
#include "report/result_formats.h"
#include "report/units.h"

#define MOST_SHOWN 20 /* crashes whose minutes before are listed */

static void put(struct page *p, enum page_style style, const char *lead, char *text)
{
	if (text)
		page_text(p, style, lead, text);
	else
		p->nomem = true;
}

static void put_title(struct page *p, char *text)
{
	if (text)
		page_title(p, text);
	else
		p->nomem = true;
}

static const char *plural(uint64_t n, const char *one, const char *more)
{
	return n == 1 ? one : more;
}

/* ---- findings ---------------------------------------------------------------------------- */

/* "1 in 40,000"; beyond a million millions the number says nothing more. */
static char *chance(TALLOC_CTX *ctx, double p)
{
	uint64_t n = p > 1e-12 ? (uint64_t)(1 / p + 0.5) : 0;
	char digits[32], text[48];
	size_t len, at = 0;

	if (!n)
		return talloc_strdup(ctx, "less than 1 in 1,000,000,000,000");
	len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n);
	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return talloc_asprintf(ctx, "1 in %s", text);
}

/* "0 to 6 min", "12 to 40 s" */
static char *lags(TALLOC_CTX *ctx, uint64_t soonest, uint64_t latest)
{
	uint64_t unit = latest < 120 ? 1 : latest < 7200 ? 60 : latest < 172800 ? 3600 : 86400;
	const char *name = unit == 1 ? "s" : unit == 60 ? "min" : unit == 3600 ? "h" : "days";

	if (soonest / unit == latest / unit)
		return talloc_asprintf(ctx, "%" PRIu64 " %s", latest / unit, name);
	return talloc_asprintf(ctx, "%" PRIu64 " to %" PRIu64 " %s", soonest / unit,
		(latest + unit - 1) / unit, name);
}

static char *finding(TALLOC_CTX *ctx, const struct vmt_timeline_finding *f)
{
	char *how = chance(ctx, f->corrected), *when = lags(ctx, f->soonest, f->latest);

	if (!how || !when)
		return NULL;
	if (!f->window)
		return talloc_asprintf(ctx,
			"%" PRIu64 " of %" PRIu64
			" crashes came after %s, in %.0f %% of the up time (chance %s)",
			f->after, f->crashes, f->event, 100 * f->share, how);
	return talloc_asprintf(ctx,
		"%" PRIu64 " of %" PRIu64 " crashes came %s after %s; it happened %" PRIu64
		" time%s without one (chance %s)",
		f->after, f->crashes, when, f->event, f->without, plural(f->without, "", "s"), how);
}

static void put_findings(struct page *p, const struct vmt_timeline *t)
{
	for (size_t i = 0; i < t->n_findings; i++) {
		const struct vmt_timeline_finding *f = &t->findings[i];

		put(p, PAGE_BOLD, "", finding(p->ctx, f));
		for (size_t o = 0; o < f->n_others && o < 5; o++)
			put(p, PAGE_PLAIN, "  ",
				talloc_asprintf(p->ctx,
					"or after %s, which these times do not tell apart",
					f->others[o]));
		if (f->reproduce)
			put(p, PAGE_PLAIN, "  ",
				talloc_asprintf(p->ctx, "To see whether it happens again: %s",
					f->reproduce));
	}
	if (t->n_findings)
		put(p, PAGE_FAINT, "",
			talloc_asprintf(p->ctx,
				"This does not say that one is the cause of the other. The chance "
				"is "
				"corrected for the %" PRIu64 " tests that were made.",
				t->n_tests));
	else if (t->n_crashes - t->n_repeated < 3)
		put(p, PAGE_PLAIN, "",
			talloc_strdup(p->ctx, "Nothing is said about fewer than 3 crashes."));
	else if (t->n_tests)
		put(p, PAGE_PLAIN, "",
			talloc_asprintf(p->ctx,
				"No event comes before crashes more often than by chance (%" PRIu64
				" tests).",
				t->n_tests));
	else
		put(p, PAGE_PLAIN, "",
			talloc_strdup(p->ctx, "Nothing is known of what happened on the machine."));
}

/* ---- crashes ----------------------------------------------------------------------------- */

/* Under the first one, whose minutes before are theirs, too. */
static void put_follow_up(struct page *p, const struct vmt_timeline_crash *c, int64_t ns)
{
	put(p, PAGE_PLAIN, "  ",
		talloc_asprintf(p->ctx, "%" PRId64 " s later: %s (follow-up, not counted)",
			ns / 1000000000, c->headline ? c->headline : c->path));
}

static bool is_follow_up(
	const struct vmt_timeline_crash *c, const struct vmt_timeline_crash *before)
{
	return c->repeated && c->time.ns - before->time.ns <= TIMELINE_FOLLOWS * 1000000000ll;
}

static void put_crash(struct page *p, const struct vmt_timeline_crash *c)
{
	char *up = c->uptime.known ? units_duration(p->ctx, c->uptime.ns) : NULL;

	put(p, PAGE_PLAIN, "",
		talloc_asprintf(p->ctx, "%s%s%s  %s%s", c->local, up ? "  up " : "", up ? up : "",
			c->headline ? c->headline : c->path,
			c->repeated ? " (again, not counted)" : ""));
	for (size_t i = 0; i < c->n_near; i++)
		put(p, PAGE_FAINT, "  ",
			talloc_asprintf(p->ctx, "%s before: %s%s",
				lags(p->ctx, c->near[i].seconds, c->near[i].seconds),
				c->near[i].event,
				c->near[i].seconds > TIMELINE_NEAR ? ", which may start it later"
								   : ""));
}

static void put_crashes(struct page *p, const struct vmt_timeline *t)
{
	size_t first = t->n_crashes > MOST_SHOWN ? t->n_crashes - MOST_SHOWN : 0;

	page_title(p, "Crashes and the 15 minutes before");
	if (first)
		put(p, PAGE_FAINT, "",
			talloc_asprintf(p->ctx, "(%zu earlier ones are not shown)", first));
	for (size_t i = first, head = first; i < t->n_crashes; i++) {
		const struct vmt_timeline_crash *c = &t->crashes[i];

		if (i > first && is_follow_up(c, c - 1)) {
			put_follow_up(p, c, c->time.ns - t->crashes[head].time.ns);
			continue;
		}
		head = i;
		put_crash(p, c);
	}
}

/* ---- plots ------------------------------------------------------------------------------- */

#define BAR 40

static void put_bars(struct page *p, const uint64_t *counts, size_t n, const char *const *names)
{
	uint64_t most = 1;

	for (size_t i = 0; i < n; i++)
		most = counts[i] > most ? counts[i] : most;
	for (size_t i = 0; i < n; i++) {
		size_t len = (size_t)((counts[i] * BAR + most - 1) / most);
		char bar[BAR + 1], lead[24];

		memset(bar, '#', len);
		bar[len] = '\0';
		if (names)
			snprintf(lead, sizeof(lead), "%s ", names[i]);
		else
			snprintf(lead, sizeof(lead), "%02zu ", i);
		put(p, PAGE_PLAIN, lead,
			counts[i] ? talloc_asprintf(p->ctx, "%3" PRIu64 " %s", counts[i], bar)
				  : talloc_strdup(p->ctx, "  ."));
	}
}

static void put_plots(struct page *p, const struct vmt_timeline *t)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	const char *zone = t->zone ? t->zone : "UTC";

	put_title(p, talloc_asprintf(p->ctx, "By hour (%s)", zone));
	put_bars(p, t->hours, ARRAY_SIZE(t->hours), NULL);
	put_title(p, talloc_asprintf(p->ctx, "By weekday (%s)", zone));
	put_bars(p, t->weekdays, ARRAY_SIZE(t->weekdays), days);
}

/* ---- what it is based on ----------------------------------------------------------------- */

static void put_left_out(struct page *p, uint64_t n, const char *why)
{
	if (n)
		put(p, PAGE_PLAIN, "",
			talloc_asprintf(
				p->ctx, "%" PRIu64 " crash%s %s", n, plural(n, "", "es"), why));
}

/* How the crashes are known to be of the machine. */
static void put_known(struct page *p, const struct vmt_timeline *t)
{
	uint64_t n[TIMELINE_WAYS] = {0}, unknown = t->n_crashes;
	char *text = talloc_strdup(p->ctx, "");

	for (size_t i = 0; i < t->n_crashes; i++) {
		for (size_t w = 0; t->crashes[i].known_by && w < TIMELINE_WAYS; w++) {
			bool is = strcmp(timeline_ways[w], t->crashes[i].known_by) == 0;

			n[w] += is;
			unknown -= is;
		}
	}
	for (size_t w = 0; text && w < TIMELINE_WAYS; w++)
		if (n[w])
			text = talloc_asprintf_append_buffer(text, "%s%s (%" PRIu64 ")",
				*text ? ", " : "", timeline_ways[w], n[w]);
	if (text && *text)
		put(p, PAGE_PLAIN, "known to be of the machine by: ", text);
	if (unknown)
		put(p, PAGE_PLAIN, "",
			talloc_asprintf(p->ctx,
				"%" PRIu64 " crash%s may be of another machine: neither host name "
				"nor hardware says whose %s",
				unknown, plural(unknown, "", "es"),
				plural(unknown, "it is", "they are")));
}

static void put_basis(struct page *p, const struct vmt_timeline *t)
{
	page_title(p, "Based on");
	for (size_t i = 0; i < t->n_sources; i++) {
		const struct vmt_timeline_source *s = &t->sources[i];
		char *first = s->first.known ? units_time(p->ctx, s->first.ns) : NULL;
		char *last = s->last.known ? units_time(p->ctx, s->last.ns) : NULL;

		put(p, PAGE_PLAIN, "",
			talloc_asprintf(p->ctx, "%s: %" PRIu64 " event%s%s%s%s%s%s", s->source,
				s->events, plural(s->events, "", "s"), first ? ", " : "",
				first ? first : "", first ? " to " : "", last ? last : "",
				first ? " UTC" : ""));
	}
	if (t->up_seconds)
		put(p, PAGE_PLAIN, "",
			talloc_asprintf(p->ctx, "up time: %s%s",
				units_duration(p->ctx, (int64_t)t->up_seconds * 1000000000),
				t->up_known ? ""
					    : " (boots are not known: it counts as always up)"));
	put_left_out(p, t->n_repeated,
		"left out: the same again soon after a crash, or what followed one within seconds");
	put_left_out(p, t->n_undated, "left out: without a time");
	put_known(p, t);
	put_left_out(p, t->n_other_hosts, "left out: of other hosts");
	put_left_out(p, t->n_unproven,
		"left out: not known to be of this machine (--root DIR reads the files of "
		"another)");
	if (!t->zone)
		put(p, PAGE_PLAIN, "",
			talloc_strdup(
				p->ctx, "the time zone is not known: local times are in UTC"));
	if (t->cut)
		put(p, PAGE_PLAIN, "",
			talloc_strdup(p->ctx, "there are too many events: some were left out"));
}

static int write_text(
	const void *result, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_timeline *t = result;
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct page p;
	int rc;

	if (!ctx)
		return err_nomem(err);
	p = page_init(ctx, out, opts->width, opts->colour);
	put_findings(&p, t);
	if (t->n_crashes) {
		put_crashes(&p, t);
		put_plots(&p, t);
	}
	put_basis(&p, t);
	rc = page_status(&p, err);
	talloc_free(ctx);
	return rc;
}

/* ---- JSON -------------------------------------------------------------------------------- */

static json_t *json_texts(const char *const *texts, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; a && i < n; i++) {
		if (json_array_append_new(a, json_text(texts[i]))) {
			json_decref(a);
			a = NULL;
		}
	}
	return a;
}

static json_t *json_finding(const void *row)
{
	const struct vmt_timeline_finding *f = row;

	return json_pack("{so ss so so sI sI sI sI sI sI sf sf sf so}", "event",
		json_text(f->event), "source", f->source, "others",
		json_texts(f->others, f->n_others), "window_s",
		f->window ? json_integer((json_int_t)f->window) : json_null(), "after",
		(json_int_t)f->after, "crashes", (json_int_t)f->crashes, "runs",
		(json_int_t)f->runs, "without", (json_int_t)f->without, "soonest_s",
		(json_int_t)f->soonest, "latest_s", (json_int_t)f->latest, "share", f->share, "p",
		f->p, "corrected", f->corrected, "reproduce", json_text(f->reproduce));
}

static json_t *json_near(const void *row)
{
	const struct vmt_timeline_near *n = row;

	return json_pack("{so ss sI}", "event", json_text(n->event), "source", n->source, "seconds",
		(json_int_t)n->seconds);
}

static json_t *json_one_crash(const void *row)
{
	const struct vmt_timeline_crash *c = row;

	return json_pack("{so so so so so sb so so}", "path", json_text(c->path), "headline",
		json_text(c->headline), "time", json_time(c->time), "local", json_text(c->local),
		"uptime_s", c->uptime.known ? json_integer(c->uptime.ns / 1000000000) : json_null(),
		"repeated", c->repeated, "known_by", json_text(c->known_by), "near",
		JSON_ROWS(c->near, c->n_near, json_near));
}

static json_t *json_source(const void *row)
{
	const struct vmt_timeline_source *s = row;

	return json_pack("{ss sI so so}", "source", s->source, "events", (json_int_t)s->events,
		"first", json_time(s->first), "last", json_time(s->last));
}

static json_t *json_count(const void *row)
{
	return json_integer((json_int_t) * (const uint64_t *)row);
}

static int write_json(
	const void *result, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_timeline *t = result;
	json_t *o = json_pack("{si so so sI so so sI sI sI sI sI sb sb so so}", "schema",
		VMT_SCHEMA, "zone", json_text(t->zone), "findings",
		JSON_ROWS(t->findings, t->n_findings, json_finding), "tests",
		(json_int_t)t->n_tests, "crashes",
		JSON_ROWS(t->crashes, t->n_crashes, json_one_crash), "sources",
		JSON_ROWS(t->sources, t->n_sources, json_source), "undated",
		(json_int_t)t->n_undated, "other_hosts", (json_int_t)t->n_other_hosts, "unproven",
		(json_int_t)t->n_unproven, "repeated", (json_int_t)t->n_repeated, "up_s",
		(json_int_t)t->up_seconds, "up_known", t->up_known, "cut", t->cut, "hours",
		JSON_ROWS(t->hours, ARRAY_SIZE(t->hours), json_count), "weekdays",
		JSON_ROWS(t->weekdays, ARRAY_SIZE(t->weekdays), json_count));
	int rc = o ? json_out(o, JSON_OUT_INDENTED, out, err) : err_nomem(err);

	(void)opts;
	json_decref(o);
	return rc;
}

static const struct format rows[] = {
	{VMT_FORMAT_TEXT, write_text},
	{VMT_FORMAT_JSON, write_json},
};

static const struct formats formats = FORMATS("a timeline", rows);

int vmt_timeline_write(const struct vmt_timeline *timeline, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	struct to_write what = {&formats, format, timeline, opts};

	return formats_write(&what, out, err);
}

int vmt_timeline_write_to(const struct vmt_timeline *timeline, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err)
{
	struct to_write what = {&formats, format, timeline, opts};

	return formats_write_to(&what, write, arg, err);
}
