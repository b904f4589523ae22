// SPDX-License-Identifier: GPL-3.0-or-later
// An archive as a page: how many crashes and when, what they have in common, and each of them.
#include <string.h>

#include "archive/list_html_charts.h"
#include "archive/list_write_internal.h"
#include "base/array.h"
#include "report/html_doc.h"
#include "report/units.h"

#define MOST_VALUES 3 /* of a group, by name */

/* Rows of a table; see list_counts.h. */
#define MOST_PROPERTIES 200
#define MOST_UNREAD 500

static char *made(struct html *h, char *text)
{
	h->nomem |= !text;
	return text;
}

static bool is_crash(const struct vmt_list_entry *e)
{
	return e->report && vmt_report_outcome(e->report) == VMT_CRASH;
}

static void put_number(struct html *h, size_t n)
{
	fprintf(h->out, "<td class=\"n\">%zu</td>", n);
}

static size_t at_most(size_t n, size_t most)
{
	return n < most ? n : most;
}

/* Ends a table of which only the first rows are shown, and says so. */
static void end_cut(struct html *h, size_t shown, size_t n, const char *elsewhere)
{
	html_table_end(h);
	if (shown < n)
		html_element(h, "p", "soft",
			made(h, talloc_asprintf(
					h->ctx, "The first %zu of %zu%s.", shown, n, elsewhere)));
}

/* ---- at the top -------------------------------------------------------------------------- */

/* "3 hosts", "1 host" */
static char *counted(struct html *h, size_t n, const char *one, const char *several)
{
	return made(h, talloc_asprintf(h->ctx, "%zu %s", n, n == 1 ? one : several));
}

static char *minute(struct html *h, int64_t ns)
{
	return made(h, units_minute(h->ctx, ns));
}

static size_t known_values(const struct breakdown *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->rows[i].value != NULL;
	return n;
}

static void put_head(struct html *h, const struct vmt_list *list, size_t groups, size_t hosts,
	const struct span *span)
{
	const struct list_summary *all = list_summary_of(list);
	size_t n = all ? all->n : 0;

	for (size_t i = 0; !all && i < list->n; i++)
		n += is_crash(&list->entries[i]);
	fprintf(h->out, "<header class=\"verdict%s\">\n", n ? " crash" : "");
	html_element(h, "h1", NULL, counted(h, n, "crash", "crashes"));
	fputs("<p>", h->out);
	html_text(h, counted(h, groups, "signature", "signatures"));
	if (hosts) {
		fputs(" on ", h->out);
		html_text(h, counted(h, hosts, "host", "hosts"));
	}
	if (span->n) {
		fputs(", from ", h->out);
		html_text(h, minute(h, span->first));
		fputs(" to ", h->out);
		html_text(h, minute(h, span->last));
		fputs(" UTC", h->out);
	}
	fputs("</p>\n</header>\n", h->out);
}

static int put_when(
	struct html *h, const struct vmt_list *list, const struct span *span, struct vmt_err *err)
{
	struct breakdown hours, days;
	int rc = breakdown_make(h->ctx, list, "hour", &hours, err);

	if (!rc)
		rc = breakdown_make(h->ctx, list, "weekday", &days, err);
	if (rc)
		return rc;
	if (!span->n && !known_values(&hours))
		return 0;
	html_section(h, "When");
	if (span->n)
		charts_put_time(h, list, span);
	fputs("<div class=\"charts\">\n", h->out);
	charts_put_clock(h, &hours, "Crashes by hour (UTC)");
	charts_put_clock(h, &days, "Crashes by weekday (UTC)");
	fputs("</div>\n", h->out);
	html_section_end(h);
	return 0;
}

/* ---- groups ------------------------------------------------------------------------------ */

/* "web7 (3), web8 (1), 4 more" */
static void put_values(
	struct html *h, const char *label, const struct list_count *c, size_t n, size_t more)
{
	size_t all = n + more, shown = all > MOST_VALUES + 1 ? MOST_VALUES : all;

	if (!n) {
		fputs("<td></td>", h->out);
		return;
	}
	fprintf(h->out, "<td class=\"w\" data-l=\"%s\">", label);
	for (size_t i = 0; i < shown; i++) {
		html_text(h, c[i].text ? c[i].text : "not known");
		fprintf(h->out, " (%zu)%s", c[i].n, i + 1 < all ? ", " : "");
	}
	if (shown < all)
		fprintf(h->out, "%zu more", all - shown);
	fputs("</td>", h->out);
}

static void put_group(struct html *h, const struct list_group *g, const struct span *span,
	const struct only *only, size_t n_only)
{
	const struct vmt_list_entry *newest = g->newest, *oldest = g->oldest;
	char *first;

	fprintf(h->out, "<tr><td class=\"n count\">%zu</td>", g->n);
	fputs("<td class=\"what\"><b>", h->out);
	html_text(h, list_group_name(h->ctx, newest->report));
	fputs("</b>", h->out);
	if (newest->report->verdict.headline)
		html_element(h, "p", "soft", newest->report->verdict.headline);
	for (size_t i = 0; i < n_only; i++) {
		char *text = made(h, list_only_text(h->ctx, &only[i]));

		html_element(h, "p", NULL, made(h, talloc_asprintf(h->ctx, "Only %s", text)));
	}
	fputs("</td><td class=\"t\">", h->out);
	if (span->n)
		charts_put_strip(h, g, span);
	first = made(h, list_entry_when(h->ctx, oldest));
	html_text(h, first);
	if (g->n > 1) {
		/* The time of the oldest ones may not be known. */
		if (first && *first)
			fputs(" to<br>", h->out);
		html_text(h, list_entry_when(h->ctx, newest));
	}
	fputs("</td>", h->out);
	put_values(h, "Hosts", g->hosts, g->n_hosts, g->more_hosts);
	put_values(h, "Kernels", g->kernels, g->n_kernels, g->more_kernels);
	put_values(h, "Driver", g->versions, g->n_versions, 0);
	fputs("</tr>\n", h->out);
}

static void put_groups(struct html *h, const struct list_groups *gs, const struct onlies *onlies,
	const struct span *span)
{
	static const char *const headings[] = {
		"#Crashes", "What", "Time (UTC)", "Hosts", "Kernels", "Driver", NULL};
	size_t shown = at_most(gs->n, LIST_PAGE_GROUPS);

	if (!gs->n)
		return;
	html_section(h, "Groups of the same signature");
	html_rows(h, "Groups", headings);
	for (size_t i = 0; i < shown; i++)
		put_group(h, &gs->groups[i], span, onlies->items + onlies->first[i],
			onlies->first[i + 1] - onlies->first[i]);
	end_cut(h, shown, gs->n, ": vmtriage list --group shows all");
	html_section_end(h);
}

/* ---- by property ------------------------------------------------------------------------- */

static size_t most_of(const struct breakdown *b)
{
	size_t most = 0;

	for (size_t i = 0; i < b->n; i++)
		most = b->rows[i].crashes > most ? b->rows[i].crashes : most;
	return most;
}

static void put_time(struct html *h, struct vmt_time time)
{
	html_cell(h, "t", time.known ? minute(h, time.ns) : NULL);
}

static void put_breakdown(struct html *h, const struct breakdown *b)
{
	const char *const headings[] = {"Value", "#Crashes", "", "#Hosts", "#Signatures",
		b->of_time ? NULL : "First (UTC)", "Last (UTC)", NULL};
	size_t most = most_of(b), shown = at_most(b->n, MOST_PROPERTIES);

	html_table(h, b->heading, headings);
	for (size_t i = 0; i < shown; i++) {
		const struct breakdown_row *r = &b->rows[i];

		fputs(r->suspect ? "<tr class=\"mark\"><td class=\"w\">" : "<tr><td class=\"w\">",
			h->out);
		html_text(h, r->value ? r->value : "not known");
		if (r->suspect)
			fputs(" (of something else each time: suspect its hardware)", h->out);
		fputs("</td>", h->out);
		put_number(h, r->crashes);
		fputs("<td class=\"size\">", h->out);
		charts_put_bar(h, r->crashes, most);
		fputs("</td>", h->out);
		html_cell(h, "n",
			r->hosts ? made(h, talloc_asprintf(h->ctx, "%zu", r->hosts)) : NULL);
		put_number(h, r->signatures);
		if (!b->of_time) {
			put_time(h, r->first);
			put_time(h, r->last);
		}
		fputs("</tr>\n", h->out);
	}
	end_cut(h, shown, b->n, ": vmtriage list --by shows all");
}

static int put_properties(struct html *h, const struct vmt_list *list, struct vmt_err *err)
{
	static const struct {
		const char *by, *title;
	} rows[] = {{"kernel", "By kernel"}, {"driver-version", "By driver"}, {"host", "By host"},
		{"kind", "By kind"}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct breakdown b;
		int rc = breakdown_make(h->ctx, list, rows[i].by, &b, err);

		if (rc)
			return rc;
		if (!known_values(&b))
			continue;
		html_section(h, rows[i].title);
		put_breakdown(h, &b);
		html_section_end(h);
	}
	return 0;
}

/* ---- each crash -------------------------------------------------------------------------- */

static void put_entry(struct html *h, const struct vmt_list_entry *e)
{
	fputs("<tr>", h->out);
	html_cell(h, "t", made(h, list_entry_when(h->ctx, e)));
	html_cell(h, "w", made(h, list_entry_verdict(h->ctx, e)));
	html_cell(h, NULL, e->host);
	html_cell(h, "mono", e->report ? e->report->kernel.release : NULL);
	html_cell(h, "mono w", e->path);
	fputs("</tr>\n", h->out);
}

static void put_entries(struct html *h, const struct vmt_list *list)
{
	static const char *const headings[] = {
		"Time (UTC)", "Verdict", "Host", "Kernel", "File", NULL};

	const struct list_summary *all = list_summary_of(list);
	size_t shown = at_most(list->n, LIST_PAGE_ENTRIES), n = all ? all->n : list->n;
	const char *title = shown < n ? "Crashes" : "All crashes";

	if (!list->n)
		return;
	html_section(h, title);
	html_rows(h, title, headings);
	for (size_t i = 0; i < shown; i++)
		put_entry(h, &list->entries[i]);
	end_cut(h, shown, n, ": vmtriage list shows all");
	html_section_end(h);
}

/* Where the table of crashes is left out, these would be missed. */
static void put_unread(struct html *h, const struct vmt_list *list)
{
	static const char *const headings[] = {"File", "Why", NULL};
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_list_entry *e = &list->entries[i];

		if (!list_entry_unread(e))
			continue;
		if (n++ >= MOST_UNREAD)
			continue;
		if (n == 1) {
			html_section(h, "Could not be read");
			html_rows(h, "Could not be read", headings);
		}
		fputs("<tr>", h->out);
		html_cell(h, "mono w", e->path);
		html_cell(h, "w", list_entry_plain_reason(h->ctx, e));
		fputs("</tr>\n", h->out);
	}
	if (n) {
		end_cut(h, at_most(n, MOST_UNREAD), n, ": vmtriage list shows all");
		html_section_end(h);
	}
}

/* ---- pages ------------------------------------------------------------------------------- */

static int put_archive(struct html *h, const struct vmt_list *list, bool group, struct vmt_err *err)
{
	struct span span = charts_span(list);
	struct breakdown hosts;
	struct list_groups gs;
	struct onlies onlies;
	int rc = list_counts_groups(h->ctx, list, &gs, &onlies, err);

	if (!rc)
		rc = breakdown_make(h->ctx, list, "host", &hosts, err);
	if (rc)
		return rc;
	put_head(h, list, gs.n, known_values(&hosts), &span);
	rc = put_when(h, list, &span, err);
	if (!rc)
		put_groups(h, &gs, &onlies, &span);
	if (!rc)
		rc = put_properties(h, list, err);
	if (!rc && !group)
		put_entries(h, list);
	if (!rc)
		put_unread(h, list);
	return rc;
}

static int put_by(struct html *h, const struct vmt_list *list, const char *by, struct vmt_err *err)
{
	struct breakdown b;
	int rc = breakdown_make(h->ctx, list, by, &b, err);

	if (rc)
		return rc;
	html_element(h, "h1", NULL, made(h, talloc_asprintf(h->ctx, "Crashes by %s", by)));
	if (b.of_time)
		charts_put_clock(h, &b, b.heading);
	put_breakdown(h, &b);
	return 0;
}

int list_html(const struct vmt_list *list, const struct vmt_list_options *opts, FILE *out,
	struct vmt_err *err)
{
	struct html h = {out, talloc_new(NULL), false};
	int rc;

	if (!h.ctx)
		return err_nomem(err);
	html_begin(&h, "Crashes");
	fputs("<main>\n", out);
	rc = opts->by ? put_by(&h, list, opts->by, err) : put_archive(&h, list, opts->group, err);
	html_footer(&h);
	fputs("</main>\n", out);
	html_end(&h);
	rc = rc ? rc : html_status(&h, err);
	talloc_free(h.ctx);
	return rc;
}
