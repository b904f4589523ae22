// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See system_map.h. Debian's file in /boot is only a hint that the true one is in the package with
 * the debuginfo: it has no symbols, and is passed over.
 */
#include "symbolize/system_map.h"

#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/name_gate.h"
#include "io/source.h"

#define NAME "System.map"

struct search {
	TALLOC_CTX *ctx;
	const struct kernel_image *k;
	const char *release;
	struct data_symbols *found;
	struct vmt_err *err;
};

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool system_map_is_name(const char *path)
{
	return strncmp(last_part(path), NAME, strlen(NAME)) == 0;
}

/* The text of a file of a size that such a file can have; NULL: there is none. */
static char *read_text(TALLOC_CTX *ctx, const char *path, size_t *len)
{
	struct source *src;
	struct stat st;
	char *text = NULL;

	if (stat(path, &st) || !S_ISREG(st.st_mode) || !st.st_size || st.st_size > CAP_SYSTEM_MAP ||
		source_open_file(ctx, path, &src, NULL))
		return NULL;
	*len = (size_t)src->size;
	if (src->size <= CAP_SYSTEM_MAP)
		text = talloc_size(ctx, *len);
	if (text && source_read_exact(src, 0, text, *len, NULL))
		TALLOC_FREE(text);
	talloc_free(src);
	return text;
}

/* A file that is missing or of another kernel is passed over. */
static int try_file(struct search *s, const char *path)
{
	struct data_symbols *ds = NULL;
	size_t len = 0;
	char *text = read_text(s->ctx, path, &len);
	int rc;

	if (!text)
		return 0;
	rc = data_symbols_of_map(s->ctx, text, len, &ds, s->err);
	talloc_free(text);
	if (!rc)
		rc = data_symbols_place(ds, s->k, s->release, s->err);
	if (!rc)
		s->found = ds;
	else
		talloc_free(ds);
	return rc == VMT_ERR_NOMEM ? rc : 0;
}

/* A folder that the user named may hold the file, or be a system's root. */
static int try_folder(struct search *s, const char *folder)
{
	static const struct {
		const char *before, *after; /* the release */
	} places[] = {{NAME "-", ""}, {"boot/" NAME "-", ""}, {"usr/lib/debug/boot/" NAME "-", ""},
		{"lib/modules/", "/" NAME}, {"usr/lib/modules/", "/" NAME}};
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(places) && !rc && !s->found; i++) {
		char *path = talloc_asprintf(
			s->ctx, "%s/%s%s%s", folder, places[i].before, s->release, places[i].after);

		rc = path ? try_file(s, path) : err_nomem(s->err);
		talloc_free(path);
	}
	return rc;
}

static int try_named(struct search *s, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return try_folder(s, path);
	return system_map_is_name(path) ? try_file(s, path) : 0;
}

/* Where the dump is, the file may have been put without a release in its name. */
static int try_beside(struct search *s, const char *dump)
{
	const char *name = last_part(dump);
	char *folder = talloc_strndup(s->ctx, dump, (size_t)(name - dump));
	char *path = talloc_asprintf(s->ctx, "%s%s-%s", folder ? folder : "", NAME, s->release);
	int rc = folder && path ? try_file(s, path) : err_nomem(s->err);

	if (!rc && !s->found) {
		talloc_free(path);
		path = talloc_asprintf(s->ctx, "%s%s", folder, NAME);
		rc = path ? try_file(s, path) : err_nomem(s->err);
	}
	talloc_free(path);
	talloc_free(folder);
	return rc;
}

int system_map_find(TALLOC_CTX *ctx, const struct system_map_want *want,
	const struct kernel_image *k, struct data_symbols **ret, struct vmt_err *err)
{
	struct search s = {.ctx = ctx, .k = k, .release = want->release, .err = err};
	const struct debuginfo_places *places = want->places;
	int rc = 0;

	*ret = NULL;
	if (!s.release || !name_is_plain(s.release))
		return 0;
	for (size_t i = 0; i < places->n_paths && !rc && !s.found; i++)
		rc = try_named(&s, places->paths[i]);
	if (!rc && !s.found && want->dump)
		rc = try_beside(&s, want->dump);
	if (!rc && !s.found)
		rc = try_folder(&s, places->root ? places->root : "");
	*ret = s.found;
	return rc;
}
