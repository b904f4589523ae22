// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/packed.h"

#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "io/spool.h"

#define HEAD 4096
/* Where parts make room for each other, so many times all of the inside may be unpacked. */
#define MOST_TIMES 4

static const struct packed_format *const formats[] = {
	&packed_gzip,
	&packed_zstd,
#ifdef HAVE_LZMA
	&packed_xz,
#endif
};

int packed_add(struct packed *p, uint64_t in, uint64_t in_len, uint64_t out_len)
{
	struct packed_part part = {in, in_len, p->src.size, out_len, PACKED_NOT_TRIED};

	if (p->n == CAP_PACKED_PARTS || out_len > CAP_UNPACKED - p->src.size)
		return VMT_ERR_LIMIT;
	if (!out_len)
		return 0;
	if (!(p->n & (p->n - 1))) {
		struct packed_part *more =
			talloc_realloc(p, p->parts, struct packed_part, p->n ? 2 * p->n : 1);

		if (!more)
			return VMT_ERR_NOMEM;
		p->parts = more;
	}
	p->parts[p->n++] = part;
	p->src.size += out_len;
	return 0;
}

int packed_put(struct packed *p, struct packed_part *part, const void *data, size_t len,
	struct vmt_err *err)
{
	int rc;

	if (len > part->out_len - part->got)
		return err_set(err, VMT_ERR_CORRUPT, "it is longer than its header says");
	rc = spool_write(p->spool, part->out + part->got, data, len, err);
	if (!rc)
		part->got += len;
	return rc;
}

/* The part that has the byte at off. */
static struct packed_part *part_at(const struct packed *p, uint64_t off)
{
	size_t low = 0, high = p->n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (p->parts[middle].out <= off)
			low = middle;
		else
			high = middle;
	}
	return &p->parts[low];
}

/* Leaves only what parts need from the one before them. */
static int forget_parts(struct packed *p)
{
	uint32_t window = p->format->window;
	int rc = 0;

	for (size_t i = 0; i < p->n && !rc; i++) {
		struct packed_part *part = &p->parts[i];

		if (part->got == PACKED_NOT_TRIED)
			continue;
		part->got = PACKED_NOT_TRIED;
		p->again += part->out_len;
		if (part->out_len > window)
			rc = spool_forget(p->spool, part->out, part->out_len - window);
	}
	return rc;
}

/*
 * Where the space does not suffice for one more part, the others make room, but not for ever: after
 * that, only what is unpacked can be read.
 */
static int unpack_part(struct packed *p, struct packed_part *part, struct vmt_err *err)
{
	bool may_forget = p->again / MOST_TIMES <= p->src.size;
	int rc = may_forget ? 0 : spool_expect(p->spool, part->out_len, err);

	for (unsigned i = 0; i < 2 && !rc; i++) {
		part->got = 0;
		rc = p->format->unpack(p, part, err);
		if (rc != VMT_ERR_LIMIT || !may_forget || forget_parts(p))
			break;
		if (!i)
			rc = 0;
	}
	if (rc && rc != VMT_ERR_CORRUPT)
		part->got = PACKED_NOT_TRIED;
	return rc;
}

/* Unpacks the part unless it was tried before. What comes before damage counts. */
static int need(struct packed *p, struct packed_part *part, uint64_t end, struct vmt_err *err)
{
	struct vmt_err why = {0};
	int rc = part->got == PACKED_NOT_TRIED ? unpack_part(p, part, &why) : 0;

	if (rc && rc != VMT_ERR_CORRUPT) {
		if (err)
			*err = why;
		return rc;
	}
	if (end <= part->got)
		return 0;
	return err_set_at(err, VMT_ERR_CORRUPT, part->in,
		"%s: the %s file is damaged: its part at offset %llu cannot be unpacked",
		p->src.name, p->format->kind, (unsigned long long)part->in);
}

static int64_t packed_read(
	struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	struct packed *p = (struct packed *)src;
	size_t done = 0;

	if (len > src->size - off)
		len = (size_t)(src->size - off);
	while (done < len) {
		struct packed_part *part = part_at(p, off + done);
		uint64_t left = part->out + part->out_len - off - done;
		size_t n = len - done < left ? len - done : (size_t)left;
		int rc = need(p, part, off + done + n - part->out, err);

		if (!rc)
			rc = source_read_exact(p->spool, off + done, (uint8_t *)buf + done, n, err);
		if (rc)
			return rc;
		done += n;
	}
	return (int64_t)len;
}

static const struct source_ops packed_ops = {.read = packed_read};

static bool is_useful(struct packed *p)
{
	uint8_t head[HEAD];
	int64_t n;

	/* What claims to be a bomb is unpacked from its start, and refused there. */
	if (p->n < 2 ||
		(p->src.size >= CAP_UNPACK_FREE && p->src.size / CAP_UNPACK_RATIO >= p->in->size))
		return false;
	n = source_read(&p->src, 0, head, sizeof(head), NULL);
	return n > 0 && memchr(head, 0, (size_t)n) && !layers_has_layer(&p->src);
}

static int open_as(struct packed *p, struct vmt_err *err)
{
	int rc = p->format->list(p);

	if (rc)
		return rc == VMT_ERR_NOMEM ? err_nomem(err) : 0;
	if (p->n < 2)
		return 0;
	if (!p->spool)
		rc = spool_open(p, p->in->name, &p->spool, err);
	if (!rc)
		rc = spool_resize(p->spool, p->src.size, err);
	return rc ? rc : is_useful(p);
}

int packed_open(
	TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret, struct vmt_err *err)
{
	struct packed *p;
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (strcmp(formats[i]->kind, job->kind) != 0)
			continue;
		if (formats[i]->read_whole && job->src->size < job->index_from)
			return 0;
		p = talloc_zero(ctx, struct packed);
		if (!p)
			return err_nomem(err);
		p->src.ops = &packed_ops;
		p->src.name = job->src->name;
		p->in = job->src;
		p->format = formats[i];
		rc = open_as(p, err);
		if (rc > 0)
			*ret = &p->src;
		else
			talloc_free(p);
		return rc;
	}
	return 0;
}
