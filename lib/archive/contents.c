// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/contents.h"

#include <string.h>
#include <sys/stat.h>

#include "io/file.h"
#include "io/layers.h"
#include "io/spool.h"

static bool is_regular(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int contents_open(
	TALLOC_CTX *ctx, const struct vmt_file *file, struct source **ret, struct vmt_err *err)
{
	const char *name = file->name ? file->name : "input";

	if (file->kind == VMT_FILE_SLICE)
		return source_open_slice(ctx, file, ret, err);
	if (file->kind == VMT_FILE_FD)
		return source_open_fd(ctx, file->fd, name, ret, err);
	if (file->kind == VMT_FILE_PATH && is_regular(name))
		return source_open_file(ctx, name, ret, err);
	return err_set(err, VMT_ERR_FORMAT, "%s: is no regular file", name);
}

static bool is_stream(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 ||
	       (stat(path, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)));
}

int contents_hold(
	TALLOC_CTX *ctx, const struct vmt_options *opts, struct vmt_file *file, struct vmt_err *err)
{
	const struct spool_limits limits = spool_limits_of(opts);
	struct source *src;
	int rc;

	if (file->kind != VMT_FILE_PATH || !is_stream(file->name))
		return 0;
	ctx = spool_budget_new(ctx, &limits);
	rc = ctx ? source_open_operand(ctx, file->name, &src, err) : err_nomem(err);
	if (!rc)
		*file = vmt_file_fd(file_of(src)->fd, file->name);
	return rc;
}

bool contents_probe(const struct vmt_file *file)
{
	TALLOC_CTX *own = talloc_new(NULL);
	struct source *src, *inside;
	struct layers layers;
	bool found = false;

	if (own && !contents_open(own, file, &src, NULL)) {
		found = bundle_probe(src);
		if (!found && layers_is_packed(src) &&
			!layers_peek(own, src, &inside, &layers, NULL))
			found = bundle_probe(inside);
	}
	talloc_free(own);
	return found;
}

int contents_read(TALLOC_CTX *ctx, const struct vmt_options *opts, const struct walk_file *archive,
	struct contents *ret, struct vmt_err *err)
{
	const struct spool_limits limits = spool_limits_of(opts);
	struct source *src, *inside;
	struct layers layers;
	int rc;

	ctx = spool_budget_new(ctx, &limits);
	rc = ctx ? contents_open(ctx, &archive->file, &src, err) : err_nomem(err);
	*ret = (struct contents){.archive = archive};
	if (!rc)
		rc = layers_peel(ctx, src, &inside, &layers, err);
	if (!rc)
		rc = bundle_open(ctx, inside, &ret->bundle, err);
	if (!rc)
		ret->lost = layers.missing;
	return rc;
}

int contents_member(TALLOC_CTX *ctx, const struct contents *contents, size_t i,
	struct walk_file *ret, struct vmt_err *err)
{
	const struct bundle_member *m = &contents->bundle->members[i];

	*ret = (struct walk_file){.mtime_ns = m->mtime_ns};
	ret->path = talloc_asprintf(ctx, "%s:%s", contents->archive->path, m->name);
	if (!ret->path)
		return err_nomem(err);
	ret->file = vmt_file_slice(m->fd, m->offset, m->size, ret->path);
	return 0;
}

const struct vmt_err *contents_missing(const struct contents *contents, struct vmt_err *err)
{
	err_set(err, VMT_ERR_INCOMPLETE, "%s",
		contents->lost ? contents->lost : contents->bundle->missing);
	return err;
}

const struct vmt_err *contents_empty(struct vmt_err *err)
{
	err_set(err, VMT_ERR_FORMAT, "an archive that holds no crash");
	return err;
}
