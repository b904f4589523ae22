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

static int open_in(TALLOC_CTX *ctx, struct source *archive, const char *name, const char *path,
	unsigned depth, struct source **ret, struct vmt_err *err);

/* The member may be in an archive in the archive. */
static int open_deeper(TALLOC_CTX *ctx, const struct bundle *b, const char *name, const char *path,
	unsigned depth, struct source **ret, struct vmt_err *err)
{
	for (const char *colon = name; (colon = strchr(colon, ':')); colon++) {
		char *outer = talloc_strndup(ctx, name, (size_t)(colon - name));
		const struct bundle_member *m = outer ? bundle_find(b, outer) : NULL;
		struct source *archive;
		int rc;

		if (!m)
			continue;
		rc = source_open_slice(ctx, m->fd, m->offset, m->size, path, &archive, err);
		return rc ? rc : open_in(ctx, archive, colon + 1, path, depth + 1, ret, err);
	}
	return err_set(err, VMT_ERR_NOTFOUND, "the archive has no such member");
}

static int open_in(TALLOC_CTX *ctx, struct source *archive, const char *name, const char *path,
	unsigned depth, struct source **ret, struct vmt_err *err)
{
	const struct bundle_member *m;
	struct source *inside;
	struct layers layers;
	struct bundle *b;
	int rc = layers_peel(ctx, archive, &inside, &layers, err);

	if (!rc && (depth == CAP_BUNDLE_DEPTH || !bundle_probe(inside)))
		rc = err_set(err, VMT_ERR_FORMAT, "no archive");
	if (!rc)
		rc = bundle_open(ctx, inside, &b, err);
	if (rc)
		return rc;
	m = bundle_find(b, name);
	return m ? source_open_slice(ctx, m->fd, m->offset, m->size, path, ret, err)
		 : open_deeper(ctx, b, name, path, depth, ret, err);
}

int member_open(TALLOC_CTX *ctx, const char *path, struct source **ret, struct vmt_err *err)
{
	char *file = member_archive(ctx, path);
	struct source *archive;
	int rc = file ? source_open_file(ctx, file, &archive, err) : VMT_ERR_FORMAT;

	return rc ? rc : open_in(ctx, archive, path + strlen(file) + 1, path, 0, ret, err);
}
