// SPDX-License-Identifier: GPL-3.0-or-later
/* Writes a list of crashes, or its groups, as comma-separated values with a line of headings. */
#include "archive/list_counts.h"
#include "archive/list_write_internal.h"
#include "base/array.h"
#include "report/csv.h"

/* The same names as in JSON. */
static const char *const headings[] = {"path", "time", "time_source", "host", "kernel", "kind",
	"module", "module_version", "function", "headline", "confidence", "coarse", "fine",
	"hardware", "bios", "error"};

static int put_entry(FILE *out, const struct vmt_list_entry *e)
{
	static const struct vmt_report nothing = {0};
	const struct vmt_report *r = e->report ? e->report : &nothing;
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *const row[ARRAY_SIZE(headings)] = {e->path, list_entry_utc(ctx, e),
		e->time_source, r->machine.hostname, r->kernel.release, r->verdict.kind,
		r->verdict.module, list_group_version(r), r->verdict.function, r->verdict.headline,
		r->verdict.confidence, r->signature.coarse, r->signature.fine, r->machine.hardware,
		r->machine.bios, list_entry_unread(e) ? list_entry_reason(ctx, e) : NULL};
	int rc = csv_line(out, row, ARRAY_SIZE(row));

	talloc_free(ctx);
	return rc;
}

static const char *const group_headings[] = {"count", "first", "last", "kind", "module", "function",
	"headline", "coarse", "hosts", "kernels", "versions", "newest"};

/* Of values of which one is none: how many there are. */
static char *distinct(TALLOC_CTX *ctx, const struct list_count *c, size_t n, size_t more)
{
	size_t known = more;

	for (size_t i = 0; i < n; i++)
		known += c[i].text != NULL;
	return talloc_asprintf(ctx, "%zu", known);
}

static int put_group(FILE *out, const struct list_group *g)
{
	const struct vmt_list_entry *newest = g->newest, *oldest = g->oldest;
	const struct vmt_report *r = newest->report;
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *const row[ARRAY_SIZE(group_headings)] = {talloc_asprintf(ctx, "%zu", g->n),
		list_entry_utc(ctx, oldest), list_entry_utc(ctx, newest), r->verdict.kind,
		r->verdict.module, r->verdict.function, r->verdict.headline, r->signature.coarse,
		distinct(ctx, g->hosts, g->n_hosts, g->more_hosts),
		distinct(ctx, g->kernels, g->n_kernels, g->more_kernels),
		distinct(ctx, g->versions, g->n_versions, 0), newest->path};
	int rc = csv_line(out, row, ARRAY_SIZE(row));

	talloc_free(ctx);
	return rc;
}

static int put_groups(const struct vmt_list *list, FILE *out, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct list_summary *all = list_summary_of(list);
	struct list_groups gs = all ? all->groups : (struct list_groups){0};
	int rc = ctx ? 0 : VMT_ERR_NOMEM;

	if (!rc && !all)
		rc = list_group_make(ctx, list, &gs, err);
	if (!rc)
		rc = csv_line(out, group_headings, ARRAY_SIZE(group_headings));
	for (size_t i = 0; !rc && i < gs.n; i++)
		rc = put_group(out, &gs.groups[i]);
	talloc_free(ctx);
	return rc;
}

int list_csv(const struct vmt_list *list, bool group, FILE *out, struct vmt_err *err)
{
	int rc;

	if (group)
		return put_groups(list, out, err) ? err_nomem(err) : 0;
	rc = csv_line(out, headings, ARRAY_SIZE(headings));
	for (size_t i = 0; i < list->n && !rc; i++)
		rc = put_entry(out, &list->entries[i]);
	return rc ? err_nomem(err) : 0;
}
