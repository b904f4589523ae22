// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Which of many paths belong together: the files of one split dump are one input, and so are the
 * parts of one log that pstore kept.
 */
#include <string.h>
#include <sys/stat.h>

#include "base/name_index.h"
#include "dump/dump.h"
#include "facade/session.h"

struct grouped {
	struct source *split; /* the open file, if it is a part of a split dump; NULL: it is not */
	struct pstore_part part;
	bool is_part; /* of a log from pstore */
};

/* Opens what can be opened more than once. */
static int open_again(
	TALLOC_CTX *ctx, const struct vmt_file *file, struct source **ret, struct vmt_err *err)
{
	struct stat st;

	if (file->kind == VMT_FILE_SLICE)
		return source_open_slice(ctx, file, ret, err);
	if (file->kind == VMT_FILE_PATH && file->name && !stat(file->name, &st) &&
		S_ISREG(st.st_mode))
		return source_open_file(ctx, file->name, ret, err);
	return VMT_ERR_FORMAT;
}

/* Identifies a file; it stays open only if it is a part of a split dump. */
static void look(TALLOC_CTX *ctx, const struct vmt_file *given, struct grouped *g)
{
	TALLOC_CTX *own = talloc_new(ctx);
	struct source *file, *inside;
	struct layers layers;
	struct vmt_err err;

	if (open_again(own, given, &file, &err) == 0 &&
		layers_peek(own, file, &inside, &layers, &err) == 0) {
		g->is_part = given->kind == VMT_FILE_PATH
				     ? pstore_peek(given->name, inside, &g->part)
				     : pstore_peek_text(session_file_name(given), inside, &g->part);
		if (!g->is_part && dump_is_split_file(inside)) {
			g->split = inside;
			return;
		}
	}
	talloc_free(own);
}

/* Numbers the dumps that the parts of logs belong to. */
static int sort_parts(TALLOC_CTX *ctx, struct grouped *all, size_t n, struct vmt_err *err)
{
	struct pstore_part **parts = talloc_array(ctx, struct pstore_part *, n + 1);
	size_t n_parts = 0;

	if (!parts)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		if (all[i].is_part)
			parts[n_parts++] = &all[i].part;
	return pstore_sort(parts, n_parts, err);
}

/* A hash that is equal for files that belong together. */
static uint32_t hash(const struct name_index *index, const struct grouped *g)
{
	uint64_t what[2] = {g->is_part, g->is_part ? g->part.dump : dump_split_number(g->split)};

	return name_index_hash(name_index_more(name_index_start(index), what, sizeof(what)));
}

static bool together(const struct grouped *a, const struct grouped *b)
{
	if (a->is_part && b->is_part)
		return a->part.dump == b->part.dump;
	return a->split && b->split && dump_same_split_set(a->split, b->split);
}

/* Numbers the groups. Only files that may have others in their group go into the index. */
static int number_groups(const struct grouped *all, size_t n, struct name_index *index,
	size_t *group, size_t *n_groups, struct vmt_err *err)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t cursor = 0, h, j;
		bool found = false;

		group[i] = *n_groups;
		if (all[i].is_part || all[i].split) {
			h = hash(index, &all[i]);
			while (!found && name_index_next(index, h, &cursor, &j))
				found = together(&all[j], &all[i]);
			if (found)
				group[i] = group[j];
			else if (name_index_add(index, h, (uint32_t)i, err))
				return VMT_ERR_NOMEM;
		}
		*n_groups += !found;
	}
	return 0;
}

int vmt_group_inputs(
	const char *const *paths, size_t n, size_t *group, size_t *n_groups, struct vmt_err *err)
{
	struct vmt_file *files = session_files(NULL, paths, n);
	int rc = files ? vmt_group_files(files, n, group, n_groups, err) : err_nomem(err);

	talloc_free(files);
	return rc;
}

int vmt_group_files(const struct vmt_file *files, size_t n, size_t *group, size_t *n_groups,
	struct vmt_err *err)
{
	TALLOC_CTX *tmp = talloc_new(NULL);
	struct grouped *all = talloc_zero_array(tmp, struct grouped, n + 1);
	struct name_index *index = NULL;
	int rc = all ? name_index_new(tmp, 0, &index, err) : err_nomem(err);

	/* A single file is not examined: session_open() finds the other parts. */
	for (size_t i = 0; !rc && n > 1 && i < n; i++)
		look(all, &files[i], &all[i]);
	*n_groups = 0;
	if (!rc)
		rc = sort_parts(tmp, all, n, err);
	if (!rc)
		rc = number_groups(all, n, index, group, n_groups, err);
	talloc_free(tmp);
	return rc;
}
