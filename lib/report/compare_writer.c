// SPDX-License-Identifier: GPL-3.0-or-later
/* How crashes relate to the first one, for a terminal and as JSON. */
#include <string.h>

#include "base/array.h"
#include "report/json_internal.h"
#include "report/json_out.h"
#include "report/page.h"
#include "report/result_formats.h"
#include "report/summary.h"

static const struct {
	const char *relation, *words;
} relations[] = {
	{VMT_RELATION_SAME_CRASH, "the same crash"},
	{VMT_RELATION_SAME_BUG, "likely the same bug"},
	{VMT_RELATION_RELATED, "related"},
	{VMT_RELATION_DIFFERENT, "different"},
	{VMT_RELATION_UNKNOWN, "cannot be compared"},
};

/* ---- text -------------------------------------------------------------------------------- */

static const char *words_of(const struct vmt_comparison *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(relations); i++)
		if (strcmp(relations[i].relation, c->relation) == 0)
			return relations[i].words;
	return c->relation;
}

static void put_row(struct page *p, const char *lead, const char *text)
{
	if (text)
		page_row(p, lead, text);
	else
		p->nomem = true;
}

static void put_input(struct page *p, const struct vmt_report *r, const char *words)
{
	const char *path = r->input.path ? r->input.path : "-";
	char *title = words ? talloc_asprintf(p->ctx, "%s: %s", path, words)
			    : talloc_strdup(p->ctx, path);

	if (title)
		page_text(p, PAGE_BOLD, "", title);
	else
		p->nomem = true;
	put_row(p, "  Verdict     ", summary_headline(p->ctx, r));
}

static void put_comparison(struct page *p, const struct vmt_comparison *c)
{
	page_blank(p);
	put_input(p, c->report, words_of(c));
	put_row(p, "  Reason      ", c->reason);
	if (c->difference)
		put_row(p, "  Difference  ",
			talloc_asprintf(p->ctx, "%s: %s, not %s", c->difference,
				c->in_report ? c->in_report : "none",
				c->in_first ? c->in_first : "none"));
}

static int write_text(
	const void *result, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_comparisons *all = result;
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct page p = page_init(ctx, out, opts->width, opts->colour);
	int rc;

	put_input(&p, all->first, NULL);
	for (size_t i = 0; i < all->n; i++)
		put_comparison(&p, &all->items[i]);
	rc = page_status(&p, err);
	talloc_free(ctx);
	return rc;
}

/* ---- JSON -------------------------------------------------------------------------------- */

static void put_keys(struct json_stream *j, const struct vmt_report *r)
{
	json_put_text(j, "path", r->input.path);
	json_put_text(j, "headline", r->verdict.headline);
	json_put_text(j, "kind", r->verdict.kind);
	json_put_text(j, "module", r->verdict.module);
	json_put_text(j, "function", r->verdict.function);
	json_put_signature(j, "signature", &r->signature);
}

static void put_difference(struct json_stream *j, const char *key, const struct vmt_comparison *c)
{
	if (!c->difference) {
		json_put_null(j, key);
		return;
	}
	json_begin_object(j, key);
	json_put_text(j, "what", c->difference);
	json_put_text(j, "first", c->in_first);
	json_put_text(j, "this", c->in_report);
	json_end_object(j);
}

static void put_compared(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_comparison *c = row;

	json_begin_object(j, key);
	put_keys(j, c->report);
	json_put_text(j, "relation", c->relation);
	json_put_text(j, "reason", c->reason);
	put_difference(j, "difference", c);
	json_end_object(j);
}

static int write_json(
	const void *result, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_comparisons *all = result;
	struct json_stream j;

	(void)opts;
	json_stream_begin(&j, out, JSON_OUT_INDENTED);
	json_begin_object(&j, NULL);
	json_put_int(&j, "schema", VMT_SCHEMA);
	json_begin_object(&j, "first");
	put_keys(&j, all->first);
	json_end_object(&j);
	JSON_PUT_ROWS(&j, "comparisons", all->items, all->n, put_compared);
	json_end_object(&j);
	return json_stream_end(&j, err);
}

static const struct format rows[] = {
	{VMT_FORMAT_TEXT, write_text},
	{VMT_FORMAT_JSON, write_json},
};

static const struct formats formats = FORMATS("comparisons", rows);

int vmt_comparisons_write(const struct vmt_comparisons *comparisons, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	struct to_write what = {&formats, format, comparisons, opts};

	return formats_write(&what, out, err);
}

int vmt_comparisons_write_to(const struct vmt_comparisons *comparisons, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err)
{
	struct to_write what = {&formats, format, comparisons, opts};

	return formats_write_to(&what, write, arg, err);
}
