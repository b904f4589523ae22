// SPDX-License-Identifier: GPL-3.0-or-later
/* Which of many paths belong together: the parts of one split dump are one input. */
#include <string.h>

#include "dump/dump.h"
#include "facade/session.h"

/* The inside of a file where it is a part of a split dump, else NULL and nothing stays open. */
static struct source *open_part(TALLOC_CTX *ctx, const char *path)
{
	TALLOC_CTX *own = talloc_new(ctx);
	struct source *file, *inside;
	struct layers layers;
	struct vmt_err err;

	if (strcmp(path, "-") != 0 && source_open_file(own, path, &file, &err) == 0 &&
		layers_peek(own, file, &inside, &layers, &err) == 0 && dump_is_split_part(inside))
		return inside;
	talloc_free(own);
	return NULL;
}

int vmt_group_inputs(
	const char *const *paths, size_t n, size_t *group, size_t *n_groups, struct vmt_err *err)
{
	TALLOC_CTX *tmp = talloc_new(NULL);
	struct source **parts = talloc_zero_array(tmp, struct source *, n);

	if (!parts) {
		talloc_free(tmp);
		return err_nomem(err);
	}
	*n_groups = 0;
	for (size_t i = 0; i < n; i++) {
		size_t j = i;

		/* A single path needs no look; session_open() finds its other parts. */
		parts[i] = n > 1 ? open_part(tmp, paths[i]) : NULL;
		if (parts[i])
			for (j = 0; j < i; j++)
				if (parts[j] && dump_same_split_set(parts[j], parts[i]))
					break;
		group[i] = j < i ? group[j] : (*n_groups)++;
	}
	talloc_free(tmp);
	return 0;
}
