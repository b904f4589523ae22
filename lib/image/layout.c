// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Asks the providers in turn and remembers their answers, including that something does not exist.
 */
#include "image/layout.h"

#include <string.h>

#include "base/name_index.h"

struct answer {
	const char *type, *member; /* member "": the size of the type */
	int rc;			   /* 0 or VMT_ERR_NOTFOUND */
	struct layout_member layout;
};

struct layout {
	struct layout_provider *providers;
	size_t n_providers;
	struct answer *answers;
	uint32_t n_answers;
	struct name_index *index;
};

int layout_new(TALLOC_CTX *ctx, struct layout **ret, struct vmt_err *err)
{
	struct layout *layout = talloc_zero(ctx, struct layout);
	int rc = layout ? name_index_new(layout, 0, &layout->index, err) : err_nomem(err);

	if (rc) {
		talloc_free(layout);
		return rc;
	}
	*ret = layout;
	return 0;
}

/* The new provider may know what was not found before. */
static int forget_answers(struct layout *layout, struct vmt_err *err)
{
	struct name_index *index;
	int rc = name_index_new(layout, 0, &index, err);

	if (rc)
		return rc;
	talloc_free(layout->answers);
	layout->answers = NULL;
	layout->n_answers = 0;
	talloc_free(layout->index);
	layout->index = index;
	return 0;
}

int layout_add(struct layout *layout, const struct layout_provider *provider, struct vmt_err *err)
{
	struct layout_provider *p = talloc_realloc(
		layout, layout->providers, struct layout_provider, layout->n_providers + 1);

	if (!p)
		return err_nomem(err);
	layout->providers = p;
	p[layout->n_providers++] = *provider;
	return forget_answers(layout, err);
}

static uint32_t hash_of(const char *type, const char *member)
{
	uint64_t sum = name_hash_sum(0, type, strlen(type) + 1);

	return name_hash_of_sum(name_hash_sum(sum, member, strlen(member)));
}

static const struct answer *recall(
	const struct layout *layout, uint32_t hash, const char *type, const char *member)
{
	uint32_t cursor = 0, i;

	while (name_index_next(layout->index, hash, &cursor, &i)) {
		const struct answer *a = &layout->answers[i];

		if (strcmp(a->type, type) == 0 && strcmp(a->member, member) == 0)
			return a;
	}
	return NULL;
}

/* Remembering is optional: when out of memory, the next call asks again. */
static void remember(struct layout *layout, uint32_t hash, const struct answer *a)
{
	struct answer *all =
		talloc_realloc(layout, layout->answers, struct answer, layout->n_answers + 1);
	struct answer *slot;

	if (!all)
		return;
	layout->answers = all;
	slot = &all[layout->n_answers];
	*slot = *a;
	slot->type = talloc_strdup(all, a->type);
	slot->member = talloc_strdup(all, a->member);
	if (slot->type && slot->member &&
		name_index_add(layout->index, hash, layout->n_answers, NULL) == 0)
		layout->n_answers++;
}

static int ask(struct layout *layout, struct answer *a, struct vmt_err *err)
{
	int rc = err_set(err, VMT_ERR_NOTFOUND, "the layout of %s is not known", a->type);

	for (size_t i = 0; i < layout->n_providers && rc; i++) {
		const struct layout_provider *p = &layout->providers[i];
		int first = rc;

		rc = *a->member ? p->member(p->priv, a->type, a->member, &a->layout, err)
				: p->size(p->priv, a->type, &a->layout.size, err);
		/* A provider that failed does not prove that something does not exist. */
		if (rc == VMT_ERR_NOTFOUND && first != VMT_ERR_NOTFOUND)
			rc = first;
	}
	return rc;
}

static int answer(struct layout *layout, const char *type, const char *member,
	struct layout_member *ret, struct vmt_err *err)
{
	uint32_t hash = hash_of(type, member);
	const struct answer *known = recall(layout, hash, type, member);
	struct answer a = {.type = type, .member = member};

	if (!known) {
		a.rc = ask(layout, &a, err);
		if (a.rc == 0 || a.rc == VMT_ERR_NOTFOUND)
			remember(layout, hash, &a);
		known = &a;
	} else if (known->rc) {
		return err_set(
			err, known->rc, "%s%s%s is not known", type, *member ? "." : "", member);
	}
	if (!known->rc)
		*ret = known->layout;
	return known->rc;
}

int layout_member(struct layout *layout, const char *type, const char *member,
	struct layout_member *ret, struct vmt_err *err)
{
	if (!*member)
		return err_set(err, VMT_ERR_USAGE, "no member of %s was given", type);
	return answer(layout, type, member, ret, err);
}

int layout_size(struct layout *layout, const char *type, uint64_t *ret, struct vmt_err *err)
{
	struct layout_member m;
	int rc = answer(layout, type, "", &m, err);

	if (!rc)
		*ret = m.size;
	return rc;
}

bool layout_has(struct layout *layout, const char *type, const char *member)
{
	struct layout_member m;

	return layout_member(layout, type, member, &m, NULL) == 0;
}
