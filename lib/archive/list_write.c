// SPDX-License-Identifier: GPL-3.0-or-later
/* Writes a list of crashes as a table, as blocks by signature, or as JSON Lines. */
#include <jansson.h>
#include <string.h>

#include "archive/list_counts.h"
#include "archive/list_write_internal.h"
#include "base/array.h"
#include "base/out.h"
#include "base/sized.h"
#include "report/escape.h"
#include "report/json_internal.h"
#include "report/json_out.h"
#include "report/summary.h"
#include "report/table.h"
#include "report/units.h"
#include "report/writer.h"

/* Without a terminal nothing is cut or wrapped, however wide the table is. */
#define UNBOUNDED 100000

bool list_entry_unread(const struct vmt_list_entry *e)
{
	return e->error || vmt_report_outcome(e->report) == VMT_UNREAD;
}

/* Why an list_entry_unread() entry could not be read, without the path, which is shown beside it.
 */
const char *list_entry_reason(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	return e->error ? err_without_path(e->error->message, e->path)
			: summary_unread(ctx, e->report);
}

/* The same for people: where in a file a reader stopped is of no use to them. */
const char *list_entry_plain_reason(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	if (!e->error)
		return summary_unread_short(ctx, e->report);
	if (e->error->code == VMT_ERR_TRUNCATED)
		return "cut off";
	return e->error->code == VMT_ERR_CORRUPT ? "damaged" : list_entry_reason(ctx, e);
}

char *list_entry_verdict(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	if (list_entry_unread(e))
		return talloc_asprintf(ctx, "error: %s", list_entry_plain_reason(ctx, e));
	if (vmt_report_outcome(e->report) == VMT_CRASH)
		return list_group_name(ctx, e->report);
	return talloc_strdup(ctx, "no crash was found");
}

static bool is_from(const struct vmt_list_entry *e, const char *source)
{
	return e->time_source && strcmp(e->time_source, source) == 0;
}

/* Whether the time is the crash's, in UTC: not of a clock whose zone is not known, nor a file's. */
bool list_entry_sure(const struct vmt_list_entry *e)
{
	return !e->time_source || e->utc;
}

/* "~Apr 15 13:58" of "Apr 15 13:58:08.549469" */
static char *stamp(TALLOC_CTX *ctx, const char *text)
{
	const char *colon = strchr(text, ':'), *seconds = colon ? strchr(colon + 1, ':') : NULL;
	size_t n = seconds == colon + 3 ? (size_t)(seconds - text) : strlen(text);

	return talloc_asprintf(ctx, "~%.*s", (int)n, text);
}

/*
 * Minutes are enough here; JSON has the exact time. "~": by a clock whose zone is not
 * known, or only the file's time.
 */
char *list_entry_when(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	const struct vmt_crash *c = e->report ? &e->report->crash : NULL;
	char *s;

	/* A stamp without a year: the time to sort by is the file's. */
	if (c && is_from(e, VMT_TIME_LOG) && !list_entry_sure(e) && !c->local.known && c->time_text)
		return stamp(ctx, c->time_text);
	s = e->time.known ? units_minute(ctx, e->time.ns) : talloc_strdup(ctx, "");
	return s && *s && !list_entry_sure(e) ? talloc_asprintf(ctx, "~%s", s) : s;
}

/* ---- the table ---------------------------------------------------------------------------- */

/* The files that are not in the table, since they tell of a crash that is. */
static void put_sources(struct page *p, const struct vmt_list *list)
{
	bool first = true;

	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_list_entry *e = &list->entries[i];

		for (size_t k = 0; k < e->n_sources; k++) {
			char *kind = talloc_asprintf(p->ctx, "    %s: ", e->sources[k].kind);

			if (first)
				fputs("\n", p->out);
			if (first)
				page_text(p, PAGE_BOLD, "", "Other files of the same crashes");
			first = false;
			if (!k)
				page_text(p, PAGE_PLAIN, "  ", e->path);
			if (kind)
				page_text(p, PAGE_PLAIN, kind, e->sources[k].path);
			else
				p->nomem = true;
		}
	}
}

static void put_left(struct page *p, const struct vmt_list *list)
{
	if (!list->n_left)
		return;
	fputs("\n", p->out);
	page_text(p, PAGE_BOLD, "", "Left out");
	for (size_t i = 0; i < list->n_left; i++) {
		char *line =
			talloc_asprintf(p->ctx, "%s: %s", list->left[i].path, list->left[i].reason);

		if (line)
			page_text(p, PAGE_PLAIN, "  ", line);
		else
			p->nomem = true;
		talloc_free(line);
	}
}

/* ---- one block per signature ------------------------------------------------------------- */

static void put_counts(
	struct page *p, const char *lead, const struct list_count *c, size_t n, size_t more)
{
	size_t shown = n + more > LIST_GROUP_VALUES + 1 ? LIST_GROUP_VALUES : n;
	char *all = n ? talloc_strdup(p->ctx, "") : NULL;

	for (size_t i = 0; i < shown && all; i++)
		all = talloc_asprintf_append_buffer(all, "%s%s (%zu)", i ? ", " : "",
			c[i].text ? c[i].text : "not known", c[i].n);
	if (shown < n + more && all)
		all = talloc_asprintf_append_buffer(all, ", %zu more", n + more - shown);
	if (all)
		page_text(p, PAGE_PLAIN, lead, all);
	p->nomem |= n && !all;
	talloc_free(all);
}

static void put_span(struct page *p, const struct list_group *g)
{
	char *last = list_entry_when(p->ctx, g->newest),
	     *first = list_entry_when(p->ctx, g->oldest);
	const char *utc = list_entry_sure(g->newest) && list_entry_sure(g->oldest) ? " UTC" : "";
	char *text = NULL;

	/* Crashes whose time is not known are the last ones of a list. */
	if (last && first && !*last)
		return;
	if (last && first && !*first)
		first = last;
	if (last && first)
		text = strcmp(first, last) ? talloc_asprintf(p->ctx, "%s to %s%s", first, last, utc)
					   : talloc_asprintf(p->ctx, "%s%s", last, utc);
	if (text)
		page_text(p, PAGE_PLAIN, "  Time      ", text);
	else
		p->nomem = true;
}

char *list_only_text(TALLOC_CTX *ctx, const struct only *o)
{
	return talloc_asprintf(ctx, "with %s%s%s: all of %zu, and %zu of %zu others (p = %.1g)",
		strcmp(o->what, "driver") ? o->what : "", strcmp(o->what, "driver") ? " " : "",
		o->value, o->n, o->others_with, o->others, o->p);
}

static void put_only(struct page *p, const struct only *o)
{
	char *text = list_only_text(p->ctx, o);

	if (text)
		page_text(p, PAGE_PLAIN, "  Only      ", text);
	else
		p->nomem = true;
}

static void put_group(
	struct page *p, const struct list_group *g, const struct only *only, size_t n_only)
{
	const struct vmt_list_entry *newest = g->newest;
	char lead[32];
	char *name = list_group_name(p->ctx, newest->report);

	if (!name) {
		p->nomem = true;
		return;
	}
	snprintf(lead, sizeof(lead), "%zu x ", g->n);
	page_text(p, PAGE_BOLD, lead, name);
	if (newest->report->verdict.headline)
		page_text(p, PAGE_PLAIN, "  Newest    ", newest->report->verdict.headline);
	page_text(p, PAGE_PLAIN, "  File      ", newest->path);
	put_span(p, g);
	put_counts(p, "  Hosts     ", g->hosts, g->n_hosts, g->more_hosts);
	put_counts(p, "  Kernels   ", g->kernels, g->n_kernels, g->more_kernels);
	put_counts(p, "  Driver    ", g->versions, g->n_versions, 0);
	for (size_t i = 0; i < n_only; i++)
		put_only(p, &only[i]);
}

static size_t put_others(
	struct page *p, const struct vmt_list *list, bool errors, const char *title)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_list_entry *e = &list->entries[i];
		char *text;

		if (errors ? !list_entry_unread(e)
			   : list_entry_unread(e) || vmt_report_outcome(e->report) == VMT_CRASH)
			continue;
		if (!n++)
			page_text(p, PAGE_BOLD, "", title);
		text = errors ? talloc_asprintf(p->ctx, "%s: %s", e->path,
					list_entry_plain_reason(p->ctx, e))
			      : talloc_strdup(p->ctx, e->path);
		if (text)
			page_text(p, PAGE_PLAIN, "  ", text);
		else
			p->nomem = true;
	}
	return n;
}

static int write_groups(struct page *p, const struct vmt_list *list, struct vmt_err *err)
{
	struct list_groups gs;
	struct onlies onlies;
	int rc = list_counts_groups(p->ctx, list, &gs, &onlies, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < gs.n; i++) {
		put_group(p, &gs.groups[i], onlies.items + onlies.first[i],
			onlies.first[i + 1] - onlies.first[i]);
		fputc('\n', p->out);
	}
	if (put_others(p, list, false, "No crash was found in"))
		fputc('\n', p->out);
	put_others(p, list, true, "Could not be read");
	return 0;
}

static int write_text(const struct vmt_list *list, const struct vmt_list_options *opts, FILE *out,
	struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct page p;
	int rc = 0;

	if (!ctx)
		return err_nomem(err);
	p = page_init(ctx, out, opts->width ? opts->width : UNBOUNDED, opts->colour);
	if (opts->group)
		rc = write_groups(&p, list, err);
	else
		rc = list_table(&p, list, opts->columns, opts->width, err);
	if (opts->verbose && !opts->group)
		put_sources(&p, list);
	if (opts->verbose)
		put_left(&p, list);
	rc = rc ? rc : page_status(&p, err);
	talloc_free(ctx);
	return rc;
}

/* ---- JSON Lines -------------------------------------------------------------------------- */

static json_t *text(const char *s)
{
	char *utf8 = s ? escape_utf8(NULL, s) : NULL;
	json_t *v = !s ? json_null() : utf8 ? json_string(utf8) : NULL;

	talloc_free(utf8);
	return v;
}

char *list_entry_utc(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	bool known = e->time.known && (list_entry_sure(e) || is_from(e, VMT_TIME_FILE));

	return known ? units_rfc3339(ctx, e->time.ns) : NULL;
}

static json_t *utc(const struct vmt_list_entry *e)
{
	char *s = list_entry_utc(NULL, e);
	json_t *v = s ? json_string(s) : json_null();

	talloc_free(s);
	return v;
}

/* The other files that tell of the crash. */
static json_t *sources(const struct vmt_list_entry *e)
{
	json_t *a = json_array();

	for (size_t i = 0; a && i < e->n_sources; i++) {
		if (json_array_append_new(a, json_pack("{so so}", "path", text(e->sources[i].path),
						     "kind", text(e->sources[i].kind)))) {
			json_decref(a);
			a = NULL;
		}
	}
	return a;
}

static json_t *entry(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	static const struct vmt_report nothing = {0};
	const struct vmt_report *r = e->report ? e->report : &nothing;

	return json_pack("{so so so so so so so so s{so so} so so so so so}", "path", text(e->path),
		"time", utc(e), "host", text(e->host), "kernel", text(r->kernel.release),
		"headline", text(r->verdict.headline), "kind", text(r->verdict.kind), "module",
		text(r->verdict.module), "function", text(r->verdict.function), "signature",
		"coarse", text(r->signature.coarse), "fine", text(r->signature.fine), "error",
		text(list_entry_unread(e) ? list_entry_reason(ctx, e) : NULL), "time_source",
		text(e->time_source), "time_text", text(r->crash.time_text), "death", json_death(r),
		"sources", sources(e));
}

static json_t *counts(const struct list_count *c, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; a && i < n; i++) {
		if (json_array_append_new(a, json_pack("{so sI}", "name", text(c[i].text), "count",
						     (json_int_t)c[i].n))) {
			json_decref(a);
			a = NULL;
		}
	}
	return a;
}

static json_t *paths(const struct list_group *g)
{
	json_t *a = json_array();

	for (size_t i = 0; a && g->entries && i < g->n; i++) {
		if (json_array_append_new(a, text(g->entries[i]->path))) {
			json_decref(a);
			a = NULL;
		}
	}
	return a;
}

static json_t *only(const void *row)
{
	const struct only *o = row;

	return json_pack("{ss so sI sI sI sf}", "what", o->what, "value", text(o->value), "count",
		(json_int_t)o->n, "others_with", (json_int_t)o->others_with, "others",
		(json_int_t)o->others, "p", o->p);
}

static json_t *group(const struct list_group *g, const struct only *first, size_t n)
{
	const struct vmt_report *r = g->newest->report;

	return json_pack("{sI so so so so so so s{so so} so so so so so}", "count",
		(json_int_t)g->n, "first", utc(g->oldest), "last", utc(g->newest), "headline",
		text(r->verdict.headline), "kind", text(r->verdict.kind), "module",
		text(r->verdict.module), "function", text(r->verdict.function), "signature",
		"coarse", text(r->signature.coarse), "fine", text(r->signature.fine), "hosts",
		counts(g->hosts, g->n_hosts), "kernels", counts(g->kernels, g->n_kernels),
		"versions", counts(g->versions, g->n_versions), "paths", paths(g), "only",
		JSON_ROWS(first, n, only));
}

static int put_line(json_t *o, FILE *out, struct vmt_err *err)
{
	int rc = o ? json_out(o, JSON_OUT_LINE, out, err) : err_nomem(err);

	json_decref(o);
	return rc;
}

static int write_json(const struct vmt_list *list, const struct vmt_list_options *opts, FILE *out,
	struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct list_groups gs = {0};
	struct onlies onlies;
	int rc = opts->group ? list_counts_groups(ctx, list, &gs, &onlies, err) : 0;

	for (size_t i = 0; i < gs.n && !rc; i++)
		rc = put_line(group(&gs.groups[i], onlies.items + onlies.first[i],
				      onlies.first[i + 1] - onlies.first[i]),
			out, err);
	for (size_t i = 0; i < list->n && !rc; i++) {
		/* With groups, only entries that could not be read get a line of their own. */
		if (!opts->group || list_entry_unread(&list->entries[i]))
			rc = put_line(entry(ctx, &list->entries[i]), out, err);
	}
	talloc_free(ctx);
	return rc;
}

static bool is_format(const struct vmt_list_options *opts, const char *name)
{
	return opts->format && strcmp(opts->format, name) == 0;
}

static int write_by(const struct vmt_list *list, const struct vmt_list_options *opts, FILE *out,
	struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct breakdown b;
	struct page p;
	int rc = ctx ? breakdown_make(ctx, list, opts->by, &b, err) : err_nomem(err);

	if (!rc && is_format(opts, VMT_FORMAT_JSON)) {
		rc = list_by_json(&b, opts->by, out, err);
	} else if (!rc && is_format(opts, VMT_FORMAT_CSV)) {
		rc = list_by_csv(&b, opts->by, out, err);
	} else if (!rc) {
		p = page_init(ctx, out, opts->width ? opts->width : UNBOUNDED, opts->colour);
		list_by_text(&p, &b, opts->width);
		rc = page_status(&p, err);
	}
	talloc_free(ctx);
	return rc;
}

int vmt_list_write(const struct vmt_list *list, const struct vmt_list_options *opts, FILE *out,
	struct vmt_err *err)
{
	struct vmt_list_options own;
	unsigned allocs = alloc_failures();
	bool json, csv;
	int rc = sized_read(&own, sizeof(own), opts, err);

	if (rc)
		return rc;
	json = is_format(&own, VMT_FORMAT_JSON);
	csv = is_format(&own, VMT_FORMAT_CSV);
	if (is_format(&own, VMT_FORMAT_HTML))
		rc = list_html(list, &own, out, err);
	else if (own.format && !json && !csv && !is_format(&own, VMT_FORMAT_TEXT))
		rc = err_set(err, VMT_ERR_USAGE, "no format for a list is named %s", own.format);
	else if (own.by)
		rc = write_by(list, &own, out, err);
	else if (csv)
		rc = list_csv(list, own.group, out, err);
	else
		rc = json ? write_json(list, &own, out, err) : write_text(list, &own, out, err);
	return rc ? rc : report_flush(out, allocs, err);
}

const char *vmt_list_column(size_t i)
{
	return list_table_column(i);
}

const char *vmt_list_property(size_t i)
{
	return breakdown_name(i);
}

int vmt_list_write_to(const struct vmt_list *list, const struct vmt_list_options *opts,
	vmt_write_fn write, void *arg, struct vmt_err *err)
{
	struct out out;
	int rc = out_open(&out, write, arg, err);

	if (rc)
		return rc;
	return out_close(&out, vmt_list_write(list, opts, out.file, err), err);
}
