// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Outer compression, through libarchive's filters. Streams have no random access, so everything is
 * unpacked once, into a temporary file. Files of several parts are better off: see packed.h.
 */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "io/archive_api.h"
#include "io/layers.h"
#include "io/packed.h"
#include "io/spool.h"

struct unpack {
	struct archive_api la;
	struct source *in, *spool;
	const char *kind;
	uint64_t limit; /* stop after about this many unpacked bytes */
	uint64_t pos;
	struct vmt_err *err; /* for reading the input */
	int rc;
	uint8_t buf[65536];
};

static la_ssize_t feed(struct archive *a, void *arg, const void **data)
{
	struct unpack *u = arg;
	int64_t n = source_read(u->in, u->pos, u->buf, sizeof(u->buf), u->err);

	if (n < 0) {
		u->rc = (int)n;
		u->la.archive_set_error(a, EIO, "input");
		return -1;
	}
	u->pos += (uint64_t)n;
	spool_tell(u->spool, u->pos, u->in->size);
	*data = u->buf;
	return (la_ssize_t)n;
}

/* For formats without a built-in library libarchive runs a program. A dump must not start any. */
static int add_filter(
	const struct archive_api *la, struct archive *a, const char *kind, struct vmt_err *err)
{
	const struct {
		const char *kind;
		int (*support)(struct archive *a);
	} filters[] = {
		{"gzip", la->archive_read_support_filter_gzip},
		{"xz", la->archive_read_support_filter_xz},
		{"zstd", la->archive_read_support_filter_zstd},
		{"lz4", la->archive_read_support_filter_lz4},
		{"bzip2", la->archive_read_support_filter_bzip2},
	};

	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		if (strcmp(filters[i].kind, kind) == 0 && filters[i].support(a) == ARCHIVE_OK)
			return 0;
	}
	return err_set(err, VMT_ERR_UNSUPPORTED, "the installed libarchive cannot unpack %s", kind);
}

static int check_ratio(const struct unpack *u, const struct source *spool, struct vmt_err *err)
{
	if (spool->size < CAP_UNPACK_FREE || spool->size / CAP_UNPACK_RATIO < u->in->size)
		return 0;
	return err_set(err, VMT_ERR_LIMIT, "%s: unpacks to more than %u times its size",
		u->in->name, CAP_UNPACK_RATIO);
}

/*
 * Returns ARCHIVE_EOF, ARCHIVE_OK (at the limit), or libarchive's code for damage. *rc < 0: writing
 * the output failed.
 */
static int copy_out(
	struct unpack *u, struct archive *a, struct source *spool, int *rc, struct vmt_err *err)
{
	struct archive_entry *entry;
	const void *data;
	size_t len;
	la_int64_t off;
	int got = u->la.archive_read_next_header(a, &entry);

	if (got != ARCHIVE_OK)
		return got;
	while (spool->size < u->limit &&
		(got = u->la.archive_read_data_block(a, &data, &len, &off)) == ARCHIVE_OK) {
		*rc = spool_write(spool, (uint64_t)off, data, len, err);
		if (*rc == 0)
			*rc = check_ratio(u, spool, err);
		if (*rc < 0)
			break;
	}
	return got;
}

static int unpack_run(struct unpack *u, struct archive *a, struct source *spool,
	const char **missing, struct vmt_err *err)
{
	const struct archive_api *la = &u->la;
	int rc = add_filter(la, a, u->kind, err), got;

	if (rc < 0)
		return rc;
	if (la->archive_read_support_format_raw(a) != ARCHIVE_OK ||
		la->archive_read_support_format_empty(a) != ARCHIVE_OK)
		return err_nomem(err);
	got = la->archive_read_open(a, u, NULL, feed, NULL);
	if (got == ARCHIVE_OK)
		got = copy_out(u, a, spool, &rc, err);
	if (u->rc < 0)
		return u->rc;
	if (rc < 0 || got == ARCHIVE_EOF || got == ARCHIVE_OK)
		return rc;
	if (spool->size == 0)
		return err_set(err, VMT_ERR_CORRUPT,
			"%s: damaged %s file: nothing could be unpacked", u->in->name, u->kind);
	*missing = talloc_asprintf(spool,
		"the %s file is truncated or damaged: only the first %llu "
		"bytes could be unpacked",
		u->kind, (unsigned long long)spool->size);
	return *missing ? 0 : err_nomem(err);
}

static int unpack(const struct layer_job *job, struct unpack *u, struct source *spool,
	const char **missing, struct vmt_err *err)
{
	struct archive *a;
	int rc = archive_api_load(&u->la, err);

	if (rc < 0)
		return err_prepend(err, rc, "%s", job->src->name);
	a = u->la.archive_read_new();
	if (!a)
		return err_nomem(err);
	rc = unpack_run(u, a, spool, missing, err);
	u->la.archive_read_free(a);
	return rc;
}

int unpack_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err)
{
	struct source *spool;
	struct unpack *u;
	int rc = job->limit == UINT64_MAX ? packed_open(ctx, job, ret, err) : 0;

	if (rc)
		return rc < 0 ? rc : 0;
	rc = spool_open(ctx, job->src->name, &spool, err);
	if (rc < 0)
		return rc;
	/* What is compressed has no blocks of zeros: at least as much as this will be written. */
	if (job->limit == UINT64_MAX)
		rc = spool_expect(spool, job->src->size / 65 * 64, err);
	u = rc ? NULL : talloc_zero(spool, struct unpack);
	if (u) {
		u->in = job->src;
		u->spool = spool;
		u->kind = job->kind;
		u->limit = job->limit;
		u->err = err;
		rc = unpack(job, u, spool, missing, err);
	} else if (!rc) {
		rc = err_nomem(err);
	}
	talloc_free(u);
	if (rc < 0) {
		talloc_free(spool);
		return rc;
	}
	if (job->layers) {
		job->layers->spooled = job->kind;
		job->layers->unpacked = spool->size;
		job->layers->on_disk = spool_used(spool);
	}
	*ret = spool;
	return 0;
}
