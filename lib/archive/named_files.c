// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/named_files.h"

#include <string.h>

#include "archive/contents.h"
#include "base/array.h"
#include "base/name_index.h"
#include "io/crash_name.h"

#define MOST_TEXT (1u << 20) /* bytes of a copy: the last ones */

struct named_files {
	const struct vmt_file **files;
	size_t n;
	struct name_index *index;
};

int named_files_new(TALLOC_CTX *ctx, struct named_files **ret)
{
	*ret = talloc_zero(ctx, struct named_files);
	return *ret ? name_index_new(*ret, 0, &(*ret)->index, NULL) : VMT_ERR_NOMEM;
}

/* Without the folder, also of a file in an archive: "a.tar:vmcore". */
static const char *base_name(const struct vmt_file *file)
{
	const char *slash = strrchr(file->name, '/'), *name = slash ? slash + 1 : file->name;
	const char *colon = file->kind == VMT_FILE_SLICE ? strrchr(name, ':') : NULL;

	return colon ? colon + 1 : name;
}

/* What ABRT notes of a problem. */
static bool is_abrts(const struct vmt_file *file)
{
	const char *name = base_name(file);

	return !strcmp(name, "time") || !strcmp(name, "hostname");
}

static uint32_t hash(const struct named_files *files, const char *name)
{
	uint64_t sum = name_index_start(files->index);

	return name_index_hash(name_index_more(sum, name, strlen(name)));
}

/*
 * A worker has no descriptor but those of the files that it judges: of what is in an archive, it
 * gets a copy. NULL: it cannot be read, or there is no memory.
 */
static const struct vmt_file *copy_of(TALLOC_CTX *ctx, const struct vmt_file *file)
{
	struct vmt_file *copy = talloc(ctx, struct vmt_file);
	char *text = copy ? talloc_size(copy, MOST_TEXT) : NULL;
	char *name = copy ? talloc_strdup(copy, base_name(file)) : NULL;
	struct source *src = NULL;
	char *fit;
	int64_t got = -1;

	if (text && name && !contents_open(text, file, &src, NULL))
		got = source_read(src, src->size > MOST_TEXT ? src->size - MOST_TEXT : 0, text,
			MOST_TEXT, NULL);
	talloc_free(src); /* with its descriptor */
	fit = got < 0 ? NULL : talloc_realloc_size(copy, text, got ? (size_t)got : 1);
	if (!fit) {
		talloc_free(copy);
		return NULL;
	}
	*copy = vmt_file_memory(fit, (size_t)got, name);
	return copy;
}

int named_files_add(struct named_files *files, const struct vmt_file *file)
{
	struct crash_name name = crash_name_of(file->name);
	bool is_note = name.kind == CRASH_NAME_STATUS || is_abrts(file);
	const struct vmt_file **more;

	if (!is_note && !crash_name_is_dump(name))
		return 0;
	more = ARRAY_ROOM(files, files->files, files->n);
	if (!more)
		return VMT_ERR_NOMEM;
	files->files = more;
	if (is_note && file->kind != VMT_FILE_PATH)
		file = copy_of(more, file);
	if (!file)
		return 0;
	more[files->n] = file;
	return name_index_add(
		files->index, hash(files, base_name(file)), (uint32_t)files->n++, NULL);
}

bool named_files_has_any(const struct named_files *files)
{
	return files && files->n;
}

const struct vmt_file *named_files_find(void *arg, const char *name)
{
	const struct named_files *files = arg;
	uint32_t cursor = 0, i, h;

	if (!files || !files->n)
		return NULL;
	h = hash(files, name);
	while (name_index_next(files->index, h, &cursor, &i))
		if (!strcmp(base_name(files->files[i]), name))
			return files->files[i];
	return NULL;
}
