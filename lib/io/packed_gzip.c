// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Places in a .gz file at which unpacking can begin: RFC 1951 and 1952. A block of deflate begins
 * at any bit, and needs the 32 KiB before it. All of the file is read once to find such places;
 * what comes before each is kept where it belongs in the temporary file.
 */
#include <string.h>
#include <zlib.h>

#include "base/caps.h"
#include "io/packed.h"
#include "io/spool.h"

#define WINDOW (1u << 15)
#define SPAN (2u << 20) /* unpacked bytes from one place to the next, at least */
#define HEAD 4096

#define AUTO_GZIP (MAX_WBITS + 16)
#define RAW (-MAX_WBITS)

/* What zlib says with Z_BLOCK. */
#define AT_BLOCK 128
#define LAST_BLOCK 64
#define UNUSED_BITS 7

#define NO_WINDOW 0xff /* of a place: nothing before it is needed */

struct gzip {
	z_stream z;
	bool open;
	uint8_t *bits; /* for each part: how many of the byte before it are its */
	uint64_t at;   /* read from the file so far */
	uint64_t done; /* unpacked before this member */
	uint64_t start_in, start_out;
	uint8_t start_bits;
	uint8_t in[1u << 16], window[WINDOW];
};

static int close_stream(struct gzip *g)
{
	if (g->open)
		inflateEnd(&g->z);
	return 0;
}

static bool begin(struct gzip *g, int kind)
{
	if (g->open)
		inflateEnd(&g->z);
	memset(&g->z, 0, sizeof(g->z));
	g->open = inflateInit2(&g->z, kind) == Z_OK;
	return alloc_told(g->open ? g : NULL) != NULL;
}

/* Reads on if all was used. 0: the end of the file. */
static int64_t refill(struct packed *p, struct gzip *g)
{
	int64_t n;

	if (g->z.avail_in)
		return 1;
	n = source_read(p->in, g->at, g->in, sizeof(g->in), NULL);
	if (n <= 0)
		return n;
	g->at += (uint64_t)n;
	g->z.next_in = g->in;
	g->z.avail_in = (uInt)n;
	return n;
}

/* ---- the index --------------------------------------------------------------------------- */

/* Whether what is inside is read here and there, not from its start to its end. */
static bool is_dump_inside(struct packed *p, struct gzip *g)
{
	uint8_t head[HEAD];
	struct source *src;
	size_t n;
	bool is;

	g->z.next_out = head;
	g->z.avail_out = sizeof(head);
	while (g->z.avail_out && refill(p, g) > 0 && inflate(&g->z, Z_SYNC_FLUSH) == Z_OK)
		;
	n = sizeof(head) - g->z.avail_out;
	if (!memchr(head, 0, n) || source_open_memory(p, p->in->name, head, n, &src, NULL))
		return false;
	is = !layers_has_layer(src);
	talloc_free(src);
	return is;
}

static uint64_t unpacked(const struct gzip *g)
{
	return g->done + g->z.total_out;
}

static uint64_t used(const struct gzip *g)
{
	return g->at - g->z.avail_in;
}

/* Writes what precedes this place. */
static int keep_window(struct packed *p, const struct gzip *g)
{
	uint64_t out = unpacked(g);
	size_t newer = WINDOW - g->z.avail_out, older = WINDOW - newer;
	int rc = 0;

	if (out < WINDOW)
		older = out > newer ? (size_t)(out - newer) : 0;
	if (older)
		rc = spool_write(
			p->spool, out - newer - older, g->window + WINDOW - older, older, NULL);
	return rc ? rc : spool_write(p->spool, out - newer, g->window, newer, NULL);
}

/* Ends the part before this place. */
static int end_part(struct packed *p, struct gzip *g)
{
	uint64_t out_len = unpacked(g) - g->start_out;
	int rc = packed_add(p, g->start_in, used(g) - g->start_in + 1, out_len);

	if (rc || !out_len)
		return rc;
	if (!((p->n - 1) & (p->n - 2)) || p->n == 1) {
		uint8_t *more = talloc_realloc(g, g->bits, uint8_t, 2 * p->n);

		if (!more)
			return VMT_ERR_NOMEM;
		g->bits = more;
	}
	g->bits[p->n - 1] = g->start_bits;
	return 0;
}

static int begin_part(struct packed *p, struct gzip *g, uint8_t bits)
{
	int rc = end_part(p, g);

	g->start_in = used(g);
	g->start_out = unpacked(g);
	g->start_bits = bits;
	return rc || bits == NO_WINDOW ? rc : keep_window(p, g);
}

/* At the end of a block. */
static int take_place(struct packed *p, struct gzip *g)
{
	unsigned type = (unsigned)g->z.data_type;

	if (!(type & AT_BLOCK) || type & LAST_BLOCK)
		return 0;
	if (!g->z.total_out)
		return begin_part(p, g, NO_WINDOW);
	return unpacked(g) - g->start_out < SPAN ? 0 : begin_part(p, g, type & UNUSED_BITS);
}

/* Unpacks a member up to its end. */
static int walk_member(struct packed *p, struct gzip *g)
{
	uint64_t told = g->at;
	int got = Z_OK, rc = 0;

	while (!rc && got != Z_STREAM_END) {
		if (refill(p, g) <= 0)
			return VMT_ERR_CORRUPT;
		if (g->at != told) {
			told = g->at;
			spool_tell(p->spool, told, p->in->size);
		}
		if (!g->z.avail_out) {
			g->z.next_out = g->window;
			g->z.avail_out = WINDOW;
		}
		got = inflate(&g->z, Z_BLOCK);
		if (got == Z_MEM_ERROR)
			return VMT_ERR_NOMEM;
		if (got != Z_OK && got != Z_STREAM_END && got != Z_BUF_ERROR)
			return VMT_ERR_CORRUPT;
		if (got == Z_OK)
			rc = take_place(p, g);
		if (unpacked(g) >= CAP_UNPACK_FREE && unpacked(g) / CAP_UNPACK_RATIO >= p->in->size)
			rc = VMT_ERR_LIMIT;
	}
	return rc;
}

static int walk(struct packed *p, struct gzip *g)
{
	int rc = 0;

	while (!rc) {
		rc = walk_member(p, g);
		if (rc || refill(p, g) <= 0)
			break;
		g->done += g->z.total_out;
		/* What follows must be another member: it tells by its header. */
		if (inflateReset(&g->z) != Z_OK)
			rc = VMT_ERR_CORRUPT;
	}
	return rc ? rc : end_part(p, g);
}

static int list(struct packed *p)
{
	struct gzip *g = talloc_zero(p, struct gzip);
	int rc;

	if (!g)
		return VMT_ERR_NOMEM;
	talloc_set_destructor(g, close_stream);
	p->priv = g;
	if (!begin(g, AUTO_GZIP))
		return VMT_ERR_NOMEM;
	if (!is_dump_inside(p, g))
		return VMT_ERR_FORMAT;
	g->at = 0;
	if (!begin(g, AUTO_GZIP))
		return VMT_ERR_NOMEM;
	rc = spool_open(p, p->in->name, &p->spool, NULL);
	return rc ? rc : walk(p, g);
}

/* ---- a part ------------------------------------------------------------------------------ */

/* Tells zlib what is before the part. */
static int set_place(
	struct packed *p, struct gzip *g, const struct packed_part *part, struct vmt_err *err)
{
	unsigned bits = g->bits[part - p->parts];
	size_t len = part->out < WINDOW ? (size_t)part->out : WINDOW;
	uint8_t byte;
	int rc;

	if (bits == NO_WINDOW)
		return 0;
	if (bits) {
		rc = source_read_exact(p->in, part->in - 1, &byte, 1, err);
		if (rc)
			return rc;
		inflatePrime(&g->z, (int)bits, byte >> (8 - bits));
	}
	rc = source_read_exact(p->spool, part->out - len, g->window, len, err);
	if (!rc && inflateSetDictionary(&g->z, g->window, (uInt)len) != Z_OK)
		rc = err_nomem(err);
	return rc;
}

static int unpack(struct packed *p, struct packed_part *part, struct vmt_err *err)
{
	struct gzip *g = p->priv;
	int rc;

	if (!begin(g, RAW))
		return err_nomem(err);
	g->at = part->in;
	rc = set_place(p, g, part, err);
	while (!rc && part->got < part->out_len) {
		uint64_t left = part->out_len - part->got;
		int got;

		g->z.next_out = g->window;
		g->z.avail_out = left < WINDOW ? (uInt)left : WINDOW;
		if (refill(p, g) <= 0)
			return err_set(err, VMT_ERR_CORRUPT, "the file ends here");
		got = inflate(&g->z, Z_NO_FLUSH);
		rc = packed_put(p, part, g->window, (size_t)(g->z.next_out - g->window), err);
		if (!rc && got != Z_OK && part->got < part->out_len)
			rc = got == Z_MEM_ERROR
				     ? err_nomem(err)
				     : err_set(err, VMT_ERR_CORRUPT, "the block is damaged");
	}
	return rc;
}

const struct packed_format packed_gzip = {"gzip", true, WINDOW, list, unpack};
