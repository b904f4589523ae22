// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Through libarchive's readers of tar and zip. A member of a tar file is a slice of it unless it is
 * sparse: the position after its header is the start of its bytes. All others are copied.
 */
#include "io/bundle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/seconds.h"
#include "io/archive_api.h"
#include "io/file.h"
#include "io/spool.h"

#define TAR_MAGIC_AT 257

CAP_FITS(2 * CAP_BUNDLE_MEMBERS, sizeof(struct bundle_member));

bool bundle_probe(struct source *src)
{
	char head[TAR_MAGIC_AT + 5];
	int64_t got = source_read(src, 0, head, sizeof(head), NULL);

	if (got >= 4 && (!memcmp(head, "PK\3\4", 4) || !memcmp(head, "PK\5\6", 4)))
		return true;
	return got == (int64_t)sizeof(head) && !memcmp(head + TAR_MAGIC_AT, "ustar", 5);
}

/* ---- libarchive's input ------------------------------------------------------------------ */

struct reader {
	struct archive_api la;
	struct source *in;
	struct source_file *file; /* behind it, or NULL */
	struct bundle *bundle;
	uint64_t pos, n_lost;
	struct vmt_err *err; /* for reading the input */
	int rc;
	uint8_t buf[65536];
};

static la_ssize_t feed(struct archive *a, void *arg, const void **data)
{
	struct reader *r = arg;
	int64_t n = source_read(r->in, r->pos, r->buf, sizeof(r->buf), r->err);

	if (n < 0) {
		r->rc = (int)n;
		r->la.archive_set_error(a, EIO, "input");
		return -1;
	}
	r->pos += (uint64_t)n;
	*data = r->buf;
	return (la_ssize_t)n;
}

static la_int64_t skip(struct archive *a, void *arg, la_int64_t n)
{
	struct reader *r = arg;
	uint64_t left = r->pos < r->in->size ? r->in->size - r->pos : 0;

	(void)a;
	if (n < 0 || (uint64_t)n > left)
		n = (la_int64_t)left;
	r->pos += (uint64_t)n;
	return n;
}

static la_int64_t seek(struct archive *a, void *arg, la_int64_t off, int whence)
{
	struct reader *r = arg;
	uint64_t from = whence == SEEK_CUR ? r->pos : whence == SEEK_END ? r->in->size : 0;

	(void)a;
	if (off < 0 ? (uint64_t)-off > from : (uint64_t)off > r->in->size - from)
		return ARCHIVE_FATAL;
	r->pos = from + (uint64_t)off;
	return (la_int64_t)r->pos;
}

/* ---- members ----------------------------------------------------------------------------- */

static const char *member_name(const struct reader *r, struct archive_entry *e)
{
	const char *name = r->la.archive_entry_pathname(e);

	if (!name)
		name = r->la.archive_entry_pathname_utf8(e);
	while (name && name[0] == '.' && name[1] == '/')
		for (name++; *name == '/';)
			name++;
	return name && *name ? talloc_strdup(r->bundle, name) : NULL;
}

/* Whether the archive has the member's bytes as they are, from the current position on. */
static bool is_slice(const struct reader *r, struct archive *a, struct archive_entry *e)
{
	int format = r->la.archive_format(a) & ARCHIVE_FORMAT_BASE_MASK;

	return r->file && format == ARCHIVE_FORMAT_TAR && r->la.archive_entry_sparse_count(e) == 0;
}

static int check_ratio(const struct reader *r, struct vmt_err *err)
{
	uint64_t size = r->bundle->copies->size;

	if (size < CAP_UNPACK_FREE || size / CAP_UNPACK_RATIO < r->in->size)
		return 0;
	return err_set(err, VMT_ERR_LIMIT, "%s: unpacks to more than %u times its size",
		r->in->name, CAP_UNPACK_RATIO);
}

/* Appends the member to the copies. Returns a negative code only if that fails. */
static int copy(struct reader *r, struct archive *a, struct bundle_member *m, struct vmt_err *err)
{
	struct source **copies = &r->bundle->copies;
	const void *data;
	size_t len;
	la_int64_t off;
	int rc = *copies ? 0 : spool_open(r->bundle, r->in->name, copies, err), got = ARCHIVE_EOF;

	if (rc < 0)
		return rc;
	m->offset = (*copies)->size;
	while (rc == 0 &&
		(got = r->la.archive_read_data_block(a, &data, &len, &off)) == ARCHIVE_OK) {
		rc = off < 0 || (uint64_t)off > CAP_UNPACKED
			     ? err_set(err, VMT_ERR_LIMIT, "%s: a hole of impossible size",
				       r->in->name)
			     : spool_write(*copies, m->offset + (uint64_t)off, data, len, err);
		if (rc == 0)
			rc = check_ratio(r, err);
	}
	if (rc == 0 && got == ARCHIVE_EOF && (*copies)->size < m->offset + m->size)
		rc = spool_resize(*copies, m->offset + m->size, err); /* it ends in a hole */
	r->n_lost += got != ARCHIVE_EOF;
	m->fd = ((struct source_file *)*copies)->fd;
	m->size = (*copies)->size - m->offset;
	return rc;
}

static int add(struct reader *r, struct archive *a, struct archive_entry *e, struct vmt_err *err)
{
	struct bundle *b = r->bundle;
	struct bundle_member *more, m = {.name = member_name(r, e), .number = b->n};
	int rc = 0;

	if (!m.name)
		return 0;
	if (r->la.archive_entry_mtime_is_set(e))
		seconds_to_ns(r->la.archive_entry_mtime(e), &m.mtime_ns);
	m.size = r->la.archive_entry_size_is_set(e) && r->la.archive_entry_size(e) > 0
			 ? (uint64_t)r->la.archive_entry_size(e)
			 : 0;
	if (is_slice(r, a, e)) {
		m.fd = r->file->fd;
		m.offset = r->file->base + (uint64_t)r->la.archive_filter_bytes(a, 0);
	} else {
		rc = m.size > CAP_UNPACKED
			     ? err_set(err, VMT_ERR_LIMIT, "%s: unpacks to more than %llu bytes",
				       r->in->name, (unsigned long long)CAP_UNPACKED)
			     : copy(r, a, &m, err);
	}
	more = rc ? NULL : ARRAY_ROOM(b, b->members, b->n);
	if (!more)
		return rc ? rc : err_nomem(err);
	b->members = more;
	more[b->n++] = m;
	return 0;
}

static int tell_missing(struct bundle *b, const char *why)
{
	if (!b->missing)
		b->missing = talloc_strdup(b, why);
	return b->missing ? 0 : VMT_ERR_NOMEM;
}

static int read_members(struct reader *r, struct archive *a, struct vmt_err *err)
{
	struct archive_entry *e;
	int got, rc = 0;

	while (rc == 0 && (got = r->la.archive_read_next_header(a, &e)) != ARCHIVE_EOF) {
		if (r->rc < 0)
			return r->rc;
		if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
			return tell_missing(r->bundle, "the archive is cut off or damaged");
		if (r->la.archive_entry_filetype(e) != AE_IFREG || r->la.archive_entry_hardlink(e))
			continue;
		if (r->bundle->n == CAP_BUNDLE_MEMBERS)
			return tell_missing(r->bundle, "the archive has too many files: the rest "
						       "was not examined");
		rc = add(r, a, e, err);
	}
	if (rc == 0 && r->n_lost)
		rc = tell_missing(r->bundle, "not all files in the archive could be unpacked");
	return rc;
}

/* ---- the table --------------------------------------------------------------------------- */

static size_t folder_len(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? (size_t)(slash - name) + 1 : 0;
}

static int by_folder(const void *a, const void *b)
{
	const struct bundle_member *x = a, *y = b;
	size_t n = folder_len(x->name), m = folder_len(y->name);
	int order = memcmp(x->name, y->name, n < m ? n : m);

	if (!order)
		order = n == m ? strcmp(x->name, y->name) : n < m ? -1 : 1;
	/* The later one of the same name first: it replaces the other one. */
	return order ? order : x->number < y->number ? 1 : -1;
}

static void sort(struct bundle *b)
{
	size_t n = 0;

	if (b->n)
		qsort(b->members, b->n, sizeof(*b->members), by_folder);
	for (size_t i = 0; i < b->n; i++)
		if (!n || strcmp(b->members[n - 1].name, b->members[i].name) != 0)
			b->members[n++] = b->members[i];
	b->n = n;
}

static int open_archive(struct reader *r, struct archive *a, struct vmt_err *err)
{
	int got;

	if (r->la.archive_read_support_format_tar(a) != ARCHIVE_OK ||
		r->la.archive_read_support_format_zip(a) != ARCHIVE_OK)
		return err_nomem(err);
	/* Names are bytes: the locale must not change them. */
	r->la.archive_read_set_options(a, "hdrcharset=BINARY");
	r->la.archive_read_set_read_callback(a, feed);
	r->la.archive_read_set_skip_callback(a, skip);
	r->la.archive_read_set_seek_callback(a, seek);
	r->la.archive_read_set_callback_data(a, r);
	got = r->la.archive_read_open1(a);
	if (r->rc < 0)
		return r->rc;
	if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
		return err_set(err, VMT_ERR_CORRUPT, "%s: a damaged archive", r->in->name);
	return read_members(r, a, err);
}

static int open_with(struct reader *r, struct vmt_err *err)
{
	struct archive *a;
	int rc = archive_api_load(&r->la, err);

	if (rc)
		return err_prepend(err, rc, "%s", r->in->name);
	a = r->la.archive_read_new();
	if (!a)
		return err_nomem(err);
	rc = open_archive(r, a, err);
	r->la.archive_read_free(a);
	return rc;
}

int bundle_open(TALLOC_CTX *ctx, struct source *src, struct bundle **ret, struct vmt_err *err)
{
	struct bundle *b = talloc_zero(ctx, struct bundle);
	struct reader *r = b ? talloc_zero(b, struct reader) : NULL;
	int rc = VMT_ERR_NOMEM;

	if (r) {
		r->in = src;
		r->file = file_of(src);
		r->bundle = b;
		r->err = err;
		rc = open_with(r, err);
	}
	talloc_free(r);
	if (rc) {
		talloc_free(b);
		return rc == VMT_ERR_NOMEM ? err_nomem(err) : rc;
	}
	sort(b);
	*ret = b;
	return 0;
}

const struct bundle_member *bundle_find(const struct bundle *bundle, const char *name)
{
	for (size_t i = 0; i < bundle->n; i++)
		if (strcmp(bundle->members[i].name, name) == 0)
			return &bundle->members[i];
	return NULL;
}

int bundle_open_member(TALLOC_CTX *ctx, const struct bundle_member *m, const char *name,
	struct source **ret, struct vmt_err *err)
{
	struct vmt_file slice = vmt_file_slice(m->fd, m->offset, m->size, name);

	return source_open_slice(ctx, &slice, ret, err);
}

size_t bundle_folder(const struct bundle *bundle, size_t i)
{
	const char *name = bundle->members[i].name;
	size_t len = folder_len(name), n = 0;

	while (i + n < bundle->n && folder_len(bundle->members[i + n].name) == len &&
		!memcmp(bundle->members[i + n].name, name, len))
		n++;
	return n;
}
