// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Which of many paths belong together: the parts of one split dump, and those of one log that
 * pstore kept, are one input.
 */
#include <string.h>

#include "dump/dump.h"
#include "facade/session.h"

struct grouped {
	struct source *split; /* a part of a split dump, opened; NULL: it is none */
	struct pstore_part part;
	bool is_part; /* of a log */
};

/* Looks at a file; it stays open only where it is a part of a split dump. */
static void look(TALLOC_CTX *ctx, const char *path, struct grouped *g)
{
	TALLOC_CTX *own = talloc_new(ctx);
	struct source *file, *inside;
	struct layers layers;
	struct vmt_err err;

	if (strcmp(path, "-") != 0 && source_open_file(own, path, &file, &err) == 0 &&
		layers_peek(own, file, &inside, &layers, &err) == 0) {
		g->is_part = pstore_peek(path, inside, &g->part);
		if (!g->is_part && dump_is_split_part(inside)) {
			g->split = inside;
			return;
		}
	}
	talloc_free(own);
}

/* Gives parts of logs numbers of dumps. */
static int sort_parts(TALLOC_CTX *ctx, struct grouped *all, size_t n)
{
	struct pstore_part **parts = talloc_array(ctx, struct pstore_part *, n + 1);
	size_t n_parts = 0;

	if (!parts)
		return VMT_ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		if (all[i].is_part)
			parts[n_parts++] = &all[i].part;
	pstore_sort(parts, n_parts);
	return 0;
}

static bool together(const struct grouped *a, const struct grouped *b)
{
	if (a->is_part && b->is_part)
		return a->part.dump == b->part.dump;
	return a->split && b->split && dump_same_split_set(a->split, b->split);
}

int vmt_group_inputs(
	const char *const *paths, size_t n, size_t *group, size_t *n_groups, struct vmt_err *err)
{
	TALLOC_CTX *tmp = talloc_new(NULL);
	struct grouped *all = talloc_zero_array(tmp, struct grouped, n + 1);

	/* A single path needs no look; session_open() finds its other parts. */
	for (size_t i = 0; all && n > 1 && i < n; i++)
		look(all, paths[i], &all[i]);
	if (!all || sort_parts(tmp, all, n)) {
		talloc_free(tmp);
		return err_nomem(err);
	}
	*n_groups = 0;
	for (size_t i = 0; i < n; i++) {
		size_t j = all[i].is_part || all[i].split ? 0 : i;

		while (j < i && !together(&all[j], &all[i]))
			j++;
		group[i] = j < i ? group[j] : (*n_groups)++;
	}
	talloc_free(tmp);
	return 0;
}
