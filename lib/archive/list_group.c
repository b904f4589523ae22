// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/list_group.h"

#include <stdlib.h>
#include <string.h>

#include "base/vmlinux.h"

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_signature(const struct vmt_report *a, const struct vmt_report *b)
{
	if (a->signature.coarse && b->signature.coarse)
		return same(a->signature.coarse, b->signature.coarse);
	return same(a->verdict.kind, b->verdict.kind) &&
	       same(a->verdict.module, b->verdict.module) &&
	       same(a->verdict.function, b->verdict.function);
}

char *list_group_name(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	const struct vmt_verdict *v = &r->verdict;
	bool module = !is_vmlinux(v->module);

	return talloc_asprintf(ctx, "%s%s%s%s%s%s", v->kind, v->function ? " " : "",
		v->function ? v->function : "", module ? " [" : "", module ? v->module : "",
		module ? "]" : "");
}

static const char *host(const struct vmt_report *r)
{
	return r->machine.hostname;
}

static const char *kernel(const struct vmt_report *r)
{
	return r->kernel.release;
}

static const char *version(const struct vmt_report *r)
{
	for (size_t i = 0; i < r->n_modules; i++) {
		const struct vmt_module *m = &r->modules[i];

		if (m->name && same(m->name, r->verdict.module))
			return m->version ? m->version : m->srcversion;
	}
	return NULL;
}

static int most_first(const void *a, const void *b)
{
	const struct list_count *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return strcmp(x->text ? x->text : "", y->text ? y->text : "");
}

/* Counts what get says of each crash; NULL where it says nothing of any. */
static int count(TALLOC_CTX *ctx, const struct list_group *g,
	const char *(*get)(const struct vmt_report *r), struct list_count **ret, size_t *n,
	struct vmt_err *err)
{
	struct list_count *c = talloc_zero_array(ctx, struct list_count, g->n);

	*n = 0;
	if (!c)
		return err_nomem(err);
	for (size_t i = 0; i < g->n; i++) {
		const char *text = get(g->entries[i]->report);
		size_t j = 0;

		while (j < *n && !same(c[j].text, text))
			j++;
		if (j == *n)
			c[(*n)++].text = text;
		c[j].n++;
	}
	if (*n == 1 && !c[0].text)
		*n = 0;
	qsort(c, *n, sizeof(*c), most_first);
	*ret = c;
	return 0;
}

static int add(TALLOC_CTX *ctx, struct list_groups *gs, const struct vmt_list_entry *e,
	struct vmt_err *err)
{
	struct list_group *g;
	size_t i = 0;

	while (i < gs->n && !same_signature(gs->groups[i].entries[0]->report, e->report))
		i++;
	g = &gs->groups[i];
	g->entries = talloc_realloc(ctx, g->entries, const struct vmt_list_entry *, g->n + 1);
	if (!g->entries)
		return err_nomem(err);
	g->entries[g->n++] = e;
	gs->n += i == gs->n;
	return 0;
}

static int largest_first(const void *a, const void *b)
{
	const struct list_group *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	/* Both entries are of one list, which is newest first. */
	return x->entries[0] < y->entries[0] ? -1 : 1;
}

int list_group_make(
	TALLOC_CTX *ctx, const struct vmt_list *list, struct list_groups *ret, struct vmt_err *err)
{
	int rc = 0;

	*ret = (struct list_groups){talloc_zero_array(ctx, struct list_group, list->n + 1), 0};
	if (!ret->groups)
		return err_nomem(err);
	for (size_t i = 0; i < list->n && !rc; i++) {
		const struct vmt_report *r = list->entries[i].report;

		if (r && r->verdict.kind)
			rc = add(ctx, ret, &list->entries[i], err);
	}
	for (size_t i = 0; i < ret->n && !rc; i++) {
		struct list_group *g = &ret->groups[i];

		rc = count(ctx, g, host, &g->hosts, &g->n_hosts, err);
		rc = rc ? rc : count(ctx, g, kernel, &g->kernels, &g->n_kernels, err);
		rc = rc ? rc : count(ctx, g, version, &g->versions, &g->n_versions, err);
	}
	if (!rc)
		qsort(ret->groups, ret->n, sizeof(*ret->groups), largest_first);
	return rc;
}
