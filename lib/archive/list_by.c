// SPDX-License-Identifier: GPL-3.0-or-later
/* Writes how many crashes have each value of a property. */
#include <jansson.h>
#include <string.h>

#include "archive/list_write_internal.h"
#include "base/array.h"
#include "report/csv.h"
#include "report/json_internal.h"
#include "report/json_out.h"
#include "report/table.h"
#include "report/units.h"

enum { CRASHES, HOSTS, KINDS, FIRST, LAST, VALUE, COLUMNS };

#define BAR 40 /* columns of the longest one */

static char *number(TALLOC_CTX *ctx, size_t n)
{
	return talloc_asprintf(ctx, "%7zu", n);
}

static char *minute(TALLOC_CTX *ctx, struct vmt_time time)
{
	return time.known ? units_minute(ctx, time.ns) : talloc_strdup(ctx, "");
}

static size_t most(const struct breakdown *b)
{
	size_t n = 1;

	for (size_t i = 0; i < b->n; i++)
		if (b->rows[i].crashes > n)
			n = b->rows[i].crashes;
	return n;
}

/* "09:00  ########", rounded up: one crash can be seen. */
static char *bar(TALLOC_CTX *ctx, const struct breakdown_row *row, size_t longest)
{
	size_t len = (row->crashes * BAR + longest - 1) / longest;
	const char *text = row->value ? row->value : "not known";
	char marks[BAR + 1];

	memset(marks, '#', len);
	marks[len] = '\0';
	return len ? talloc_asprintf(ctx, "%-10s %s", text, marks) : talloc_strdup(ctx, text);
}

static const char *value(TALLOC_CTX *ctx, const struct breakdown *b, const struct breakdown_row *r)
{
	if (b->of_time)
		return bar(ctx, r, most(b));
	if (r->suspect)
		return talloc_asprintf(
			ctx, "%s (of something else each time: suspect its hardware)", r->value);
	return r->value ? r->value : "not known";
}

void list_by_text(struct page *p, const struct breakdown *b, unsigned width)
{
	const char *headings[COLUMNS] = {
		"CRASHES", "HOSTS", "SIGNATURES", "FIRST (UTC)", "LAST (UTC)", b->heading};
	static const struct table_cut cuts[] = {{FIRST, 10}, {LAST, 10}};
	const char **cells = talloc_zero_array(p->ctx, const char *, b->n *COLUMNS + 1);

	for (size_t i = 0; cells && i < b->n; i++) {
		const struct breakdown_row *r = &b->rows[i];
		const char **row = cells + i * COLUMNS;

		row[CRASHES] = number(p->ctx, r->crashes);
		row[HOSTS] = r->hosts ? talloc_asprintf(p->ctx, "%5zu", r->hosts) : "";
		row[KINDS] = talloc_asprintf(p->ctx, "%10zu", r->signatures);
		row[FIRST] = b->of_time ? "" : minute(p->ctx, r->first);
		row[LAST] = b->of_time ? "" : minute(p->ctx, r->last);
		row[VALUE] = value(p->ctx, b, r);
		for (size_t c = 0; c < COLUMNS; c++)
			p->nomem |= !row[c];
	}
	if (!cells || p->nomem) {
		p->nomem = true;
		return;
	}
	if (b->n)
		table_put(p,
			&(struct table){.headings = headings,
				.n_columns = COLUMNS,
				.cuts = cuts,
				.n_cuts = ARRAY_SIZE(cuts),
				.cells = cells,
				.n_rows = b->n},
			width);
}

int list_by_json(const struct breakdown *b, const char *by, FILE *out, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < b->n && !rc; i++) {
		const struct breakdown_row *r = &b->rows[i];
		json_t *o = json_pack("{ss so sI sI sI so so sb}", "by", by, "value",
			json_text(r->value), "count", (json_int_t)r->crashes, "hosts",
			(json_int_t)r->hosts, "signatures", (json_int_t)r->signatures, "first",
			json_time(r->first), "last", json_time(r->last), "suspect_hardware",
			r->suspect);

		rc = o ? json_out(o, JSON_OUT_LINE, out, err) : err_nomem(err);
		json_decref(o);
	}
	return rc;
}

int list_by_csv(const struct breakdown *b, const char *by, FILE *out, struct vmt_err *err)
{
	const char *const head[] = {
		by, "count", "hosts", "signatures", "first", "last", "suspect_hardware"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	int rc = ctx ? csv_line(out, head, ARRAY_SIZE(head)) : VMT_ERR_NOMEM;

	for (size_t i = 0; i < b->n && !rc; i++) {
		const struct breakdown_row *r = &b->rows[i];
		const char *const row[] = {r->value, talloc_asprintf(ctx, "%zu", r->crashes),
			talloc_asprintf(ctx, "%zu", r->hosts),
			talloc_asprintf(ctx, "%zu", r->signatures),
			r->first.known ? units_rfc3339(ctx, r->first.ns) : NULL,
			r->last.known ? units_rfc3339(ctx, r->last.ns) : NULL,
			r->suspect ? "true" : "false"};

		rc = csv_line(out, row, ARRAY_SIZE(row));
	}
	talloc_free(ctx);
	return rc ? err_nomem(err) : 0;
}
