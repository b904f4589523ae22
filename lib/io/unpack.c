// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Outer compression, through decoder.h or libarchive's filters. Streams have no random access, so
 * everything is unpacked once, into a temporary file. Files of several parts are better off: see
 * packed.h.
 */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "io/archive_api.h"
#include "io/layers.h"
#include "io/packed.h"
#include "io/spool.h"
#include "io/decoder.h"

struct unpack {
	struct archive_api la;
	struct source *in, *spool;
	const char *kind;
	uint64_t limit; /* stop after about this many unpacked bytes */
	uint64_t pos;
	struct vmt_err *err; /* for reading the input */
	int rc;
	uint8_t buf[65536], out[65536];
};

static int check_ratio(const struct unpack *u, const struct source *spool, struct vmt_err *err)
{
	if (spool->size < CAP_UNPACK_FREE || spool->size / CAP_UNPACK_RATIO < u->in->size)
		return 0;
	return err_set(err, VMT_ERR_LIMIT, "%s: unpacks to more than %u times its size",
		u->in->name, CAP_UNPACK_RATIO);
}

/* ---- all that can be unpacked ------------------------------------------------------------ */

static int refill(struct unpack *u, struct decoder_bytes *b)
{
	int64_t n = source_read(u->in, u->pos, u->buf, sizeof(u->buf), u->err);

	if (n < 0)
		return (int)n;
	u->pos += (uint64_t)n;
	spool_tell(u->spool, u->pos, u->in->size);
	b->in = u->buf;
	b->in_len = (size_t)n;
	b->last = !n;
	return 0;
}

static int put(struct unpack *u, const struct decoder_bytes *b)
{
	size_t n = sizeof(u->out) - b->out_len;
	int rc = n ? spool_write(u->spool, u->spool->size, u->out, n, u->err) : 0;

	return rc ? rc : check_ratio(u, u->spool, u->err);
}

/* *whole: it ended as it should, or enough was unpacked. */
static int copy_stream(struct unpack *u, const struct decoder *d, bool *whole)
{
	struct decoder_bytes b = {.out_len = 1};
	enum decoder_result got = DECODER_MORE;
	void *state;
	int rc = d->open(u, &state, u->err);

	while (!rc && got == DECODER_MORE && u->spool->size < u->limit) {
		bool full = !b.out_len;
		size_t had;

		rc = b.in_len || full ? 0 : refill(u, &b);
		if (rc)
			break;
		had = b.in_len;
		b.out = u->out;
		b.out_len = sizeof(u->out);
		got = d->step(state, &b);
		rc = got == DECODER_NOMEM ? err_nomem(u->err) : put(u, &b);
		if (got == DECODER_MORE && !full && b.in_len == had && b.out_len == sizeof(u->out))
			got = DECODER_DAMAGED;
	}
	*whole = got != DECODER_DAMAGED;
	return rc;
}

/* ---- libarchive -------------------------------------------------------------------------- */

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
		{"xz", la->archive_read_support_filter_xz},
		{"lz4", la->archive_read_support_filter_lz4},
		{"bzip2", la->archive_read_support_filter_bzip2},
	};

	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		if (strcmp(filters[i].kind, kind) == 0 && filters[i].support(a) == ARCHIVE_OK)
			return 0;
	}
	return err_set(err, VMT_ERR_UNSUPPORTED, "the installed libarchive cannot unpack %s", kind);
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

static int run_filter(struct unpack *u, struct archive *a, bool *whole)
{
	const struct archive_api *la = &u->la;
	int rc = add_filter(la, a, u->kind, u->err), got;

	if (rc < 0)
		return rc;
	if (la->archive_read_support_format_raw(a) != ARCHIVE_OK ||
		la->archive_read_support_format_empty(a) != ARCHIVE_OK)
		return err_nomem(u->err);
	got = la->archive_read_open(a, u, NULL, feed, NULL);
	if (got == ARCHIVE_OK)
		got = copy_out(u, a, u->spool, &rc, u->err);
	*whole = got == ARCHIVE_EOF || got == ARCHIVE_OK;
	return u->rc < 0 ? u->rc : rc;
}

static int copy_filtered(struct unpack *u, bool *whole)
{
	struct archive *a;
	int rc = archive_api_load(&u->la, u->err);

	if (rc < 0)
		return err_prepend(u->err, rc, "%s", u->in->name);
	a = u->la.archive_read_new();
	if (!a)
		return err_nomem(u->err);
	rc = run_filter(u, a, whole);
	u->la.archive_read_free(a);
	return rc;
}

/* ---- a layer ----------------------------------------------------------------------------- */

static int unpack(struct unpack *u, const char **missing)
{
	const struct decoder *d = decoder_find(u->kind);
	bool whole = false;
	int rc = d ? copy_stream(u, d, &whole) : copy_filtered(u, &whole);

	if (rc < 0 || whole)
		return rc;
	if (u->spool->size == 0)
		return err_set(u->err, VMT_ERR_CORRUPT,
			"%s: damaged %s file: nothing could be unpacked", u->in->name, u->kind);
	*missing = talloc_asprintf(u->spool,
		"the %s file is truncated or damaged: only the first %llu "
		"bytes could be unpacked",
		u->kind, (unsigned long long)u->spool->size);
	return *missing ? 0 : err_nomem(u->err);
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
		rc = unpack(u, missing);
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
