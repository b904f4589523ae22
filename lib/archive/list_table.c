// SPDX-License-Identifier: GPL-3.0-or-later
/* Writes one line for each crash of a list. */
#include <string.h>

#include "archive/list_group.h"
#include "archive/list_write_internal.h"
#include "base/array.h"
#include "report/summary.h"
#include "report/table.h"

typedef const char *(*getter)(TALLOC_CTX *ctx, const struct vmt_list_entry *e);

/* What is known of an entry that could not be read. */
static const struct vmt_report *report_of(const struct vmt_list_entry *e)
{
	static const struct vmt_report nothing = {0};

	return e->report ? e->report : &nothing;
}

static const char *when(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	return list_entry_when(ctx, e);
}

static const char *host(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	(void)ctx;
	return e->host;
}

static const char *verdict(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	return list_entry_verdict(ctx, e);
}

static const char *kind(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	(void)ctx;
	return summary_kind(&report_of(e)->verdict);
}

static const char *headline(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	const char *text = report_of(e)->verdict.headline;

	return text ? text : list_entry_verdict(ctx, e);
}

static const char *driver_version(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	(void)ctx;
	return list_group_version(report_of(e));
}

static const char *file(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	(void)ctx;
	return e->path;
}

#define TEXT(member) offsetof(struct vmt_report, member)

static const struct column {
	const char *name, *heading;
	getter get; /* NULL: the text at offset in struct vmt_report */
	size_t offset;
	unsigned least; /* columns of the screen that it may be cut to; 0: it is never cut */
} columns[] = {
	{"time", "TIME (UTC)", when, 0, 0},
	{"host", "HOST", host, 0, 8},
	{"kernel", "KERNEL", NULL, TEXT(kernel.release), 9},
	{"verdict", "VERDICT", verdict, 0, 24},
	{"file", "FILE", file, 0, 0},
	{"kind", "KIND", kind, 0, 0},
	{"function", "FUNCTION", NULL, TEXT(verdict.function), 12},
	{"module", "MODULE", NULL, TEXT(verdict.module), 0},
	{"driver-version", "DRIVER", driver_version, 0, 8},
	{"confidence", "CONFIDENCE", NULL, TEXT(verdict.confidence), 0},
	{"signature", "SIGNATURE", NULL, TEXT(signature.coarse), 0},
	{"hardware", "HARDWARE", NULL, TEXT(machine.hardware), 12},
	{"bios", "BIOS", NULL, TEXT(machine.bios), 12},
	{"headline", "HEADLINE", headline, 0, 24},
};

#define USUAL "time,host,kernel,verdict,file"
/* On a narrower screen, what happened is worth more than where. */
#define USUAL_NARROW "time,verdict,file"
#define FOR_ALL_COLUMNS 60

const char *list_table_column(size_t i)
{
	return i < ARRAY_SIZE(columns) ? columns[i].name : NULL;
}

static const char *text_of(const struct column *c, TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	const char *text;

	if (c->get)
		return c->get(ctx, e);
	memcpy(&text, (const char *)report_of(e) + c->offset, sizeof(text));
	return text;
}

struct selection {
	const struct column *items[ARRAY_SIZE(columns)];
	size_t n;
};

static int add(struct selection *s, const char *name, size_t len, struct vmt_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		if (strlen(columns[i].name) != len || strncmp(columns[i].name, name, len) != 0)
			continue;
		for (size_t k = 0; k < s->n; k++)
			if (s->items[k] == &columns[i])
				return 0;
		s->items[s->n++] = &columns[i];
		return 0;
	}
	return err_set(err, VMT_ERR_USAGE, "a list has no column named %.*s", (int)len, name);
}

static int select_columns(struct selection *s, const char *names, struct vmt_err *err)
{
	int rc = 0;

	for (const char *p = names; !rc; p++) {
		size_t len = strcspn(p, ",");

		rc = add(s, p, len, err);
		p += len;
		if (!*p)
			break;
	}
	return rc;
}

/* A verdict is cut a little first, then what matters less, then the verdict. */
static size_t make_cuts(const struct selection *s, struct table_cut *cuts)
{
	static const char *const order[] = {"bios", "hardware", "kernel", "host", "driver-version",
		"function", "headline", "verdict"};
	size_t n = 0;

	for (size_t c = 0; c < s->n; c++)
		if (s->items[c]->get == verdict)
			cuts[n++] = (struct table_cut){c, 40};
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		for (size_t c = 0; c < s->n; c++)
			if (strcmp(s->items[c]->name, order[i]) == 0)
				cuts[n++] = (struct table_cut){c, s->items[c]->least};
	return n;
}

static void fill_rows(struct page *p, const struct vmt_list *list, const struct selection *s,
	const char **cells, bool *faint, bool *loose)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_list_entry *e = &list->entries[i];

		for (size_t c = 0; c < s->n; c++) {
			getter get = s->items[c]->get;
			const char *text = text_of(s->items[c], p->ctx, e);

			cells[i * s->n + c] = text;
			p->nomem |= !text && (get == when || get == verdict || get == headline);
		}
		loose[i] = e->error != NULL;
		faint[i] = e->error || !e->report || !e->report->verdict.kind;
	}
}

int list_table(struct page *p, const struct vmt_list *list, const char *names, unsigned width,
	struct vmt_err *err)
{
	bool narrow = width && width < FOR_ALL_COLUMNS;
	struct selection s = {.n = 0};
	const char *headings[ARRAY_SIZE(columns)];
	struct table_cut cuts[ARRAY_SIZE(columns) + 1];
	const char **cells;
	bool *faint, *loose;
	int rc = select_columns(&s, names ? names : narrow ? USUAL_NARROW : USUAL, err);

	if (rc || !list->n)
		return rc;
	cells = talloc_zero_array(p->ctx, const char *, list->n *s.n);
	faint = talloc_zero_array(p->ctx, bool, list->n);
	loose = talloc_zero_array(p->ctx, bool, list->n);
	if (!cells || !faint || !loose)
		return err_nomem(err);
	fill_rows(p, list, &s, cells, faint, loose);
	for (size_t c = 0; c < s.n; c++)
		headings[c] = s.items[c]->heading;
	table_put(p,
		&(struct table){.headings = headings,
			.n_columns = s.n,
			.cuts = cuts,
			.n_cuts = make_cuts(&s, cuts),
			.cells = cells,
			.n_rows = list->n,
			.faint = faint,
			.loose = loose},
		width);
	return 0;
}
