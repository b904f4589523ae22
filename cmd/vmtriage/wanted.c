// SPDX-License-Identifier: GPL-3.0-or-later
#include "wanted.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

const char *const wanted_orders[] = {
	"time", "host", "kernel", "module", "kind", "signature", "file", NULL};

static bool matches(const char *pattern, const char *text)
{
	return !pattern || (text && fnmatch(pattern, text, 0) == 0);
}

static bool begins(const char *text, const char *start)
{
	return text && strncmp(text, start, strlen(start)) == 0;
}

static bool is_signature(const char *wanted, const struct vmt_signature *s)
{
	return !wanted || (s->text && matches(wanted, s->text)) || begins(s->coarse, wanted) ||
	       begins(s->fine, wanted);
}

static bool is_wanted(const struct common *c, const struct vmt_list_entry *e)
{
	const struct vmt_report *r = e->report;
	const struct patterns *p = &c->patterns;

	if (!common_in_range(c, e->time))
		return false;
	if (!r)
		return !common_has_pattern(c);
	return matches(p->host, r->machine.hostname) && matches(p->kernel, r->kernel.release) &&
	       matches(p->module, r->verdict.module) &&
	       (!p->kind || vmt_verdict_is_kind(&r->verdict, p->kind)) &&
	       is_signature(p->signature, &r->signature);
}

/* ---- order ------------------------------------------------------------------------------- */

static const char *key(const struct vmt_list_entry *e, const char *order)
{
	static const struct vmt_report nothing = {0};
	const struct vmt_report *r = e->report ? e->report : &nothing;
	const char *const keys[] = {NULL, r->machine.hostname, r->kernel.release, r->verdict.module,
		r->verdict.kind, r->signature.text ? r->signature.text : r->signature.coarse,
		e->path};

	for (size_t i = 0; wanted_orders[i]; i++)
		if (strcmp(wanted_orders[i], order) == 0)
			return keys[i];
	return NULL;
}

struct place {
	struct vmt_list_entry entry;
	const char *key;
	size_t at; /* in the list, which is newest first */
};

/* What has no key comes last. */
static int compare(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int c = 0;

	if (!x->key || !y->key)
		c = !x->key - !y->key;
	else
		c = strcmp(x->key, y->key);
	return c ? c : (x->at > y->at) - (x->at < y->at);
}

/* Without memory the order stays. */
static void sort(const struct wanted *w, struct vmt_list *list)
{
	struct place *places = calloc(list->n + 1, sizeof(*places));

	if (!places)
		return;
	for (size_t i = 0; i < list->n; i++)
		places[i] = (struct place){list->entries[i], key(&list->entries[i], w->sort), i};
	qsort(places, list->n, sizeof(*places), compare);
	for (size_t i = 0; i < list->n; i++)
		list->entries[w->reverse ? list->n - 1 - i : i] = places[i].entry;
	free(places);
}

void wanted_keep(const struct wanted *w, const struct common *c, struct vmt_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++)
		if (is_wanted(c, &list->entries[i]))
			list->entries[kept++] = list->entries[i];
	list->n = kept;
	if (w->reverse || strcmp(w->sort, wanted_orders[0]) != 0)
		sort(w, list);
}
