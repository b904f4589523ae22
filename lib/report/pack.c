// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/pack.h"

#include <string.h>

#include "report/pack_shapes.h"

/* ---- packing ----------------------------------------------------------------------------- */

struct packer {
	uint8_t *bytes;
	size_t n, room;
	bool nomem;
};

static void put(struct packer *p, const void *data, size_t len)
{
	if (p->nomem)
		return;
	if (!p->bytes || len > p->room - p->n) {
		size_t room = 2 * (p->room + len);
		uint8_t *more = talloc_realloc_size(NULL, p->bytes, room);

		if (!more) {
			p->nomem = true;
			return;
		}
		p->bytes = more;
		p->room = room;
	}
	memcpy(p->bytes + p->n, data, len);
	p->n += len;
}

static void put_count(struct packer *p, size_t n)
{
	uint32_t count = (uint32_t)n;

	put(p, &count, sizeof(count));
}

/* Its length plus one; 0: NULL. */
static void put_text(struct packer *p, const char *s)
{
	size_t len = s ? strlen(s) : 0;

	put_count(p, s ? len + 1 : 0);
	if (s)
		put(p, s, len);
}

static size_t count_at(const uint8_t *from, const struct pack_field *f)
{
	size_t n;

	memcpy(&n, from + f->n, sizeof(n));
	return n;
}

static const void *pointer_at(const uint8_t *from, const struct pack_field *f)
{
	const void *p;

	memcpy(&p, from + f->offset, sizeof(p));
	return p;
}

static void put_shape(struct packer *p, const struct pack_shape *shape, const uint8_t *from);

static void put_many(struct packer *p, const struct pack_field *f, const uint8_t *from)
{
	size_t n = count_at(from, f);
	const uint8_t *rows = pointer_at(from, f);

	n = rows ? n : 0;
	put_count(p, n);
	for (size_t i = 0; i < n; i++) {
		if (f->type == PACK_TEXTS)
			put_text(p, ((const char *const *)pointer_at(from, f))[i]);
		else
			put_shape(p, f->shape, rows + i * f->shape->size);
	}
}

static void put_one(struct packer *p, const struct pack_field *f, const uint8_t *from)
{
	const uint8_t *one = pointer_at(from, f);

	put_count(p, one ? 1 : 0);
	if (one)
		put_shape(p, f->shape, one);
}

static void put_field(struct packer *p, const struct pack_field *f, const uint8_t *from)
{
	struct vmt_u64 u;
	struct vmt_time t;

	switch (f->type) {
	case PACK_BYTES:
	case PACK_BOOL:
		put(p, from + f->offset, f->size);
		break;
	case PACK_U64:
		memcpy(&u, from + f->offset, sizeof(u));
		put(p, &u.known, sizeof(u.known));
		put(p, &u.v, sizeof(u.v));
		break;
	case PACK_TIME:
		memcpy(&t, from + f->offset, sizeof(t));
		put(p, &t.known, sizeof(t.known));
		put(p, &t.ns, sizeof(t.ns));
		break;
	case PACK_TEXT:
	case PACK_NAME:
		put_text(p, pointer_at(from, f));
		break;
	case PACK_PART:
		put_shape(p, f->shape, from + f->offset);
		break;
	case PACK_ROWS:
	case PACK_TEXTS:
		put_many(p, f, from);
		break;
	case PACK_ONE:
		put_one(p, f, from);
		break;
	case PACK_NONE:
		break;
	}
}

/* Shapes are nested as deep as the structs are: report, CPU, frame. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void put_shape(struct packer *p, const struct pack_shape *shape, const uint8_t *from)
{
	for (size_t i = 0; i < shape->n_fields; i++)
		put_field(p, &shape->fields[i], from);
}

uint8_t *report_pack(TALLOC_CTX *ctx, const struct vmt_report *report)
{
	struct packer p = {.bytes = NULL};
	uint8_t *whole;

	put_shape(&p, &pack_report, (const uint8_t *)report);
	whole = p.nomem ? NULL : talloc_memdup(ctx, p.bytes, p.n);
	talloc_free(p.bytes);
	return whole;
}

/* ---- unpacking --------------------------------------------------------------------------- */

struct unpacker {
	TALLOC_CTX *ctx;
	const uint8_t *at, *end;
	int rc; /* the first failure */
};

static bool fail(struct unpacker *u, int code)
{
	u->rc = u->rc ? u->rc : code;
	return false;
}

static bool take(struct unpacker *u, void *to, size_t len)
{
	if (u->rc || len > (size_t)(u->end - u->at))
		return fail(u, VMT_ERR_CORRUPT);
	memcpy(to, u->at, len);
	u->at += len;
	return true;
}

static size_t take_count(struct unpacker *u)
{
	uint32_t n = 0;

	return take(u, &n, sizeof(n)) ? n : 0;
}

static const char *take_text(struct unpacker *u, bool always)
{
	size_t n = take_count(u);
	char *s;

	if (!n)
		return always ? "" : NULL;
	if (n - 1 > (size_t)(u->end - u->at)) {
		fail(u, VMT_ERR_CORRUPT);
		return "";
	}
	s = talloc_strndup(u->ctx, (const char *)u->at, n - 1);
	if (!s)
		fail(u, VMT_ERR_NOMEM);
	u->at += n - 1;
	return s;
}

/* Any other value than 0 and 1 is none of a bool. */
static bool take_bool(struct unpacker *u)
{
	uint8_t b = 0;

	take(u, &b, sizeof(b));
	return b & 1;
}

static void take_shape(struct unpacker *u, const struct pack_shape *shape, uint8_t *to);

static void take_many(struct unpacker *u, const struct pack_field *f, uint8_t *to)
{
	size_t n = take_count(u), size = f->shape ? f->shape->size : sizeof(char *);
	uint8_t *rows = NULL;

	/* A text takes four bytes, any other member at least one. */
	if (n > (size_t)(u->end - u->at) / (f->shape ? f->shape->n_fields : 4))
		fail(u, VMT_ERR_CORRUPT);
	n = u->rc ? 0 : n;
	if (n)
		rows = talloc_zero_size(u->ctx, n * size);
	if (n && !rows)
		fail(u, VMT_ERR_NOMEM);
	for (size_t i = 0; i < n && !u->rc; i++) {
		if (f->shape) {
			take_shape(u, f->shape, rows + i * size);
		} else {
			const char *s = take_text(u, true);

			memcpy(rows + i * size, &s, sizeof(s));
		}
	}
	memcpy(to + f->offset, &rows, sizeof(rows));
	memcpy(to + f->n, &n, sizeof(n));
}

static void take_one(struct unpacker *u, const struct pack_field *f, uint8_t *to)
{
	uint8_t *one = NULL;

	if (take_count(u)) {
		one = talloc_zero_size(u->ctx, f->shape->size);
		if (one)
			take_shape(u, f->shape, one);
		else
			fail(u, VMT_ERR_NOMEM);
	}
	memcpy(to + f->offset, &one, sizeof(one));
}

static void take_field(struct unpacker *u, const struct pack_field *f, uint8_t *to)
{
	const char *s;
	struct vmt_u64 n = {false, 0};
	struct vmt_time t = {false, 0};
	bool b;

	switch (f->type) {
	case PACK_BYTES:
		take(u, to + f->offset, f->size);
		break;
	case PACK_BOOL:
		b = take_bool(u);
		memcpy(to + f->offset, &b, sizeof(b));
		break;
	case PACK_U64:
		n.known = take_bool(u);
		take(u, &n.v, sizeof(n.v));
		memcpy(to + f->offset, &n, sizeof(n));
		break;
	case PACK_TIME:
		t.known = take_bool(u);
		take(u, &t.ns, sizeof(t.ns));
		memcpy(to + f->offset, &t, sizeof(t));
		break;
	case PACK_TEXT:
	case PACK_NAME:
		s = take_text(u, f->type == PACK_NAME);
		memcpy(to + f->offset, &s, sizeof(s));
		break;
	case PACK_PART:
		take_shape(u, f->shape, to + f->offset);
		break;
	case PACK_ROWS:
	case PACK_TEXTS:
		take_many(u, f, to);
		break;
	case PACK_ONE:
		take_one(u, f, to);
		break;
	case PACK_NONE:
		break;
	}
}

/* NOLINTNEXTLINE(misc-no-recursion) */
static void take_shape(struct unpacker *u, const struct pack_shape *shape, uint8_t *to)
{
	for (size_t i = 0; i < shape->n_fields && !u->rc; i++)
		take_field(u, &shape->fields[i], to);
}

int report_unpack(TALLOC_CTX *ctx, const void *bytes, size_t len, struct vmt_report **ret,
	struct vmt_err *err)
{
	struct vmt_report *report = talloc_zero(ctx, struct vmt_report);
	const uint8_t *first = bytes;
	struct unpacker u = {report, first, first + len, 0};

	if (!report)
		return err_nomem(err);
	take_shape(&u, &pack_report, (uint8_t *)report);
	if (!u.rc && u.at != u.end)
		u.rc = VMT_ERR_CORRUPT;
	if (u.rc) {
		talloc_free(report);
		return u.rc == VMT_ERR_NOMEM ? err_nomem(err)
					     : err_set(err, u.rc, "a worker's report is damaged");
	}
	if (report->verdict.event.v >= report->n_events)
		report->verdict.event.known = false;
	*ret = report;
	return 0;
}
