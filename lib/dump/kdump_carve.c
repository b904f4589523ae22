// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Pages of a kdump file without its tables: a zlib stream or a zstd frame that unpacks to a whole
 * page is one. (LZO and snappy have no mark.)
 */
#include <string.h>

#include "base/caps.h"
#include "dump/kdump_internal.h"

#define WINDOW (1u << 20)

struct carver {
	struct kdump *kd;
	struct source *src;
	uint8_t *window, *page;
	uint64_t off; /* of the window */
	size_t len;
};

/* The codec whose stream may begin here. */
static enum codec_id codec_at(const uint8_t *p, size_t left)
{
	static const uint8_t frame[] = {0x28, 0xb5, 0x2f, 0xfd};

	if (left < sizeof(frame))
		return CODEC_COUNT;
	/* The header of zlib: deflate with a window of 32 KiB, and a check of both bytes. */
	if (p[0] == 0x78 && (p[0] << 8 | p[1]) % 31 == 0)
		return CODEC_ZLIB;
	return memcmp(p, frame, sizeof(frame)) == 0 ? CODEC_ZSTD : CODEC_COUNT;
}

/* Reads the window at off. Returns false past the end. */
static bool move(struct carver *c, uint64_t off)
{
	int64_t n = source_read(c->src, off, c->window, WINDOW, NULL);

	c->off = off;
	c->len = n > 0 ? (size_t)n : 0;
	return c->len > 0;
}

static bool is_hole(const struct carver *c)
{
	return !c->window[0] && !memcmp(c->window, c->window + 1, c->len - 1);
}

/* The size of the page at this place of the window; 0: there is none. */
static size_t unpack(struct carver *c, size_t at)
{
	uint32_t block = c->kd->h.block_size;
	size_t left = c->len - at < block ? c->len - at : block, used = 0;
	enum codec_id codec = codec_at(c->window + at, left);

	if (codec == CODEC_COUNT ||
		codec_unpack_stream(c->kd->codecs, codec,
			(struct codec_buffers){c->window + at, left, c->page, block}, &used,
			NULL) < 0)
		return 0;
	return used;
}

int kdump_carve(struct dump *dump, int (*fn)(void *arg, uint64_t at, const uint8_t *page),
	void *arg, struct vmt_err *err)
{
	struct kdump *kd = dump->priv;
	struct carver c = {.kd = kd, .src = kd->files[0].src};
	uint64_t n = 0;
	int rc = 0;

	c.window = talloc_array(kd, uint8_t, WINDOW + (size_t)kd->h.block_size);
	if (!c.window)
		return err_nomem(err);
	c.page = c.window + WINDOW;
	for (uint64_t off = 0; rc == 0 && off < CAP_SALVAGE_BYTES && move(&c, off);) {
		bool last = c.len < WINDOW;
		size_t end = last ? c.len : WINDOW - kd->h.block_size, at = 0;

		if (is_hole(&c))
			at = end;
		while (at < end && rc == 0) {
			size_t used = unpack(&c, at);

			if (used)
				rc = fn(arg, n++, c.page);
			at += used ? used : 1;
		}
		if (last)
			break;
		off += at;
	}
	talloc_free(c.window);
	return rc;
}
