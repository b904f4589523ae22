// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/member.h"

#include <string.h>
#include <sys/stat.h>

#include "base/caps.h"
#include "io/bundle.h"
#include "io/layers.h"

char *member_archive(TALLOC_CTX *ctx, const char *path)
{
	struct stat st;

	if (!stat(path, &st))
		return NULL;
	for (const char *colon = path; (colon = strchr(colon, ':')); colon++) {
		char *file = talloc_strndup(ctx, path, (size_t)(colon - path));

		if (file && !stat(file, &st) && S_ISREG(st.st_mode))
			return file;
		talloc_free(file);
	}
	return NULL;
}

/* Where the search is. */
struct way {
	const char *path; /* the complete one */
	const char *rest; /* of it, to be found in this archive */
	unsigned depth;
};

static int open_in(TALLOC_CTX *ctx, struct source *archive, const struct way *way,
	struct source **ret, struct vmt_err *err);

/* The member may be in an archive in the archive. */
static int open_deeper(TALLOC_CTX *ctx, const struct bundle *b, const struct way *way,
	struct source **ret, struct vmt_err *err)
{
	for (const char *colon = way->rest; (colon = strchr(colon, ':')); colon++) {
		char *outer = talloc_strndup(ctx, way->rest, (size_t)(colon - way->rest));
		const struct bundle_member *m = outer ? bundle_find(b, outer) : NULL;
		struct way inside = {way->path, colon + 1, way->depth + 1};
		struct source *archive;
		int rc;

		if (!m)
			continue;
		rc = bundle_open_member(ctx, m, way->path, &archive, err);
		return rc ? rc : open_in(ctx, archive, &inside, ret, err);
	}
	return err_set(err, VMT_ERR_NOTFOUND, "the archive has no such member");
}

static int open_in(TALLOC_CTX *ctx, struct source *archive, const struct way *way,
	struct source **ret, struct vmt_err *err)
{
	const struct bundle_member *m;
	struct source *inside;
	struct layers layers;
	struct bundle *b;
	int rc = layers_peel(ctx, archive, &inside, &layers, err);

	if (!rc && (way->depth == CAP_BUNDLE_DEPTH || !bundle_probe(inside)))
		rc = err_set(err, VMT_ERR_FORMAT, "no archive");
	if (!rc)
		rc = bundle_open(ctx, inside, &b, err);
	if (rc)
		return rc;
	m = bundle_find(b, way->rest);
	return m ? bundle_open_member(ctx, m, way->path, ret, err)
		 : open_deeper(ctx, b, way, ret, err);
}

int member_open(TALLOC_CTX *ctx, const char *path, struct source **ret, struct vmt_err *err)
{
	char *file = member_archive(ctx, path);
	struct source *archive;
	struct way way = {path, file ? path + strlen(file) + 1 : NULL, 0};
	int rc = file ? source_open_file(ctx, file, &archive, err) : VMT_ERR_FORMAT;

	return rc ? rc : open_in(ctx, archive, &way, ret, err);
}
