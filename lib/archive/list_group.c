// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/list_group.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/name_index.h"
#include "base/vmlinux.h"
#include "report/summary.h"

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_place(const struct vmt_report *a, const struct vmt_report *b)
{
	return same(summary_kind(&a->verdict), summary_kind(&b->verdict)) &&
	       same(a->verdict.module, b->verdict.module) &&
	       same(a->verdict.function, b->verdict.function);
}

/* If both have a signature, that decides. */
static bool same_signature(const struct vmt_report *a, const struct vmt_report *b)
{
	if (a->signature.coarse && b->signature.coarse)
		return same(a->signature.coarse, b->signature.coarse);
	return same_place(a, b);
}

char *list_group_name(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	const struct vmt_verdict *v = &r->verdict;
	bool module = !is_vmlinux(v->module);

	return talloc_asprintf(ctx, "%s%s%s%s%s%s", summary_kind(v), v->function ? " " : "",
		v->function ? v->function : "", module ? " [" : "", module ? v->module : "",
		module ? "]" : "");
}

static const char *host(const struct vmt_list_entry *e)
{
	return e->host;
}

static const char *kernel(const struct vmt_list_entry *e)
{
	return e->report->kernel.release;
}

const char *list_group_version(const struct vmt_report *r)
{
	if (is_vmlinux(r->verdict.module))
		return NULL;
	for (size_t i = 0; i < r->n_modules; i++) {
		const struct vmt_module *m = &r->modules[i];

		if (m->name && same(m->name, r->verdict.module))
			return m->version ? m->version : m->srcversion;
	}
	return NULL;
}

static const char *version(const struct vmt_list_entry *e)
{
	return list_group_version(e->report);
}

static int most_first(const void *a, const void *b)
{
	const struct list_count *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	if (!x->text || !y->text)
		return (y->text == NULL) - (x->text == NULL);
	return strcmp(x->text, y->text);
}

/* NULL first. */
static int by_text(const void *a, const void *b)
{
	const struct list_count *x = a, *y = b;

	if (!x->text || !y->text)
		return (x->text != NULL) - (y->text != NULL);
	return strcmp(x->text, y->text);
}

void list_group_counts(struct list_count *c, size_t *n)
{
	size_t all = *n;

	*n = 0;
	if (!all)
		return;
	qsort(c, all, sizeof(*c), by_text);
	for (size_t i = 0; i < all; i++) {
		if (i && same(c[*n - 1].text, c[i].text))
			c[*n - 1].n += c[i].n;
		else
			c[(*n)++] = c[i];
	}
	if (*n == 1 && !c[0].text)
		*n = 0;
	qsort(c, *n, sizeof(*c), most_first);
}

/* Counts the values that get returns for the crashes; *ret is NULL if all are NULL. */
static int count(TALLOC_CTX *ctx, const struct list_group *g,
	const char *(*get)(const struct vmt_list_entry *e), struct list_count **ret, size_t *n,
	struct vmt_err *err)
{
	struct list_count *c = talloc_array(ctx, struct list_count, g->n);

	*n = 0;
	if (!c)
		return err_nomem(err);
	for (size_t i = 0; i < g->n; i++)
		c[i] = (struct list_count){get(g->entries[i]), 1};
	*n = g->n;
	list_group_counts(c, n);
	*ret = c;
	return 0;
}

/*
 * A group is found by its first crash: by the signature or, if either crash has none, by kind,
 * module and function (the place).
 */
enum by {
	BY_SIGNATURE,
	BY_PLACE,	/* of any group */
	BY_PLACE_ALONE, /* of groups without a signature */
};

static uint64_t add_text(uint64_t sum, const char *text)
{
	return text ? name_index_more(sum, text, strlen(text) + 1) : name_index_more(sum, "\1", 1);
}

static uint32_t hash(const struct name_index *index, enum by by, const struct vmt_report *r)
{
	unsigned char c = (unsigned char)by;
	uint64_t sum = name_index_more(name_index_start(index), &c, 1);

	if (by == BY_SIGNATURE)
		return name_index_hash(add_text(sum, r->signature.coarse));
	sum = add_text(sum, summary_kind(&r->verdict));
	sum = add_text(sum, r->verdict.module);
	return name_index_hash(add_text(sum, r->verdict.function));
}

/* The first group with that hash that the crash belongs to, if it is below before; else before. */
static size_t find(const struct list_groups *gs, const struct name_index *index, enum by by,
	const struct vmt_report *r, size_t before)
{
	uint32_t cursor = 0, i;

	while (name_index_next(index, hash(index, by, r), &cursor, &i))
		if (same_signature(gs->groups[i].entries[0]->report, r))
			return i < before ? i : before;
	return before;
}

static size_t find_group(
	const struct list_groups *gs, const struct name_index *index, const struct vmt_report *r)
{
	size_t i = gs->n;

	if (!r->signature.coarse)
		return find(gs, index, BY_PLACE, r, i);
	i = find(gs, index, BY_SIGNATURE, r, i);
	return find(gs, index, BY_PLACE_ALONE, r, i);
}

/* Adds the last group, which is new, to the index under every key that finds it. */
static int index_group(
	const struct list_groups *gs, struct name_index *index, const struct vmt_report *r)
{
	enum by by = r->signature.coarse ? BY_SIGNATURE : BY_PLACE_ALONE;
	int rc = name_index_add(index, hash(index, by, r), (uint32_t)gs->n, NULL);
	uint32_t place = hash(index, BY_PLACE, r), cursor = 0, i;

	/* The first group of a place is enough. */
	while (!rc && name_index_next(index, place, &cursor, &i))
		if (same_place(gs->groups[i].entries[0]->report, r))
			return 0;
	return rc ? rc : name_index_add(index, place, (uint32_t)gs->n, NULL);
}

static int add(TALLOC_CTX *ctx, struct list_groups *gs, struct name_index *index,
	const struct vmt_list_entry *e, struct vmt_err *err)
{
	size_t i = find_group(gs, index, e->report);
	struct list_group *g = &gs->groups[i];
	const struct vmt_list_entry **entries = ARRAY_ROOM(ctx, g->entries, g->n);

	if (!entries || (i == gs->n && index_group(gs, index, e->report)))
		return err_nomem(err);
	g->entries = entries;
	g->entries[g->n++] = e;
	gs->n += i == gs->n;
	return 0;
}

static int largest_first(const void *a, const void *b)
{
	const struct list_group *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	/* Both entries are in the same list, which is newest first. */
	return x->newest < y->newest ? -1 : 1;
}

int list_group_make(
	TALLOC_CTX *ctx, const struct vmt_list *list, struct list_groups *ret, struct vmt_err *err)
{
	struct name_index *index;
	int rc = name_index_new(ctx, 0, &index, err);

	*ret = (struct list_groups){talloc_zero_array(ctx, struct list_group, list->n + 1), 0};
	if (rc || !ret->groups)
		return err_nomem(err);
	for (size_t i = 0; i < list->n && !rc; i++) {
		const struct vmt_report *r = list->entries[i].report;

		if (r && r->verdict.kind && vmt_report_outcome(r) == VMT_CRASH)
			rc = add(ctx, ret, index, &list->entries[i], err);
	}
	for (size_t i = 0; i < ret->n && !rc; i++) {
		struct list_group *g = &ret->groups[i];

		g->newest = g->entries[0];
		g->oldest = g->entries[g->n - 1];
		rc = count(ctx, g, host, &g->hosts, &g->n_hosts, err);
		rc = rc ? rc : count(ctx, g, kernel, &g->kernels, &g->n_kernels, err);
		rc = rc ? rc : count(ctx, g, version, &g->versions, &g->n_versions, err);
	}
	if (!rc)
		qsort(ret->groups, ret->n, sizeof(*ret->groups), largest_first);
	talloc_free(index);
	return rc;
}
