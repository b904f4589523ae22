// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The flattened stream around a finished file: big-endian, blocks in any order, and no blocks where
 * all bytes are zero.
 */
#include <string.h>

#include "mkdump.h"

static void put_be(struct mk_out *out, uint64_t off, uint64_t value, const char *fmt, size_t i)
{
	bool old = out->desc->big_endian;

	out->desc->big_endian = true;
	if (i == SIZE_MAX) {
		mkdump_put(out, off, 8, value, "%s", fmt);
	} else {
		mkdump_put(out, off, 8, value, "flat.%zu.%s", i, fmt);
	}
	out->desc->big_endian = old;
}

static void put_block(struct mk_out *out, const struct mk_bytes *b, size_t i)
{
	uint64_t at = out->len;

	put_be(out, at, b->off, "offset", i);
	put_be(out, at + 8, b->len, "size", i);
	mkdump_put_bytes(out, at + 16, b->data, b->len);
}

static bool is_blank(const struct mk_bytes *b)
{
	return b->len > 0 && b->data[0] == 0 && memcmp(b->data, b->data + 1, b->len - 1) == 0;
}

void mkdump_flatten(struct mk_out *out, const struct mk_out *in)
{
	const struct mk_desc *desc = out->desc;
	size_t step = (size_t)mkdump_number(desc, "flat-block");
	bool backward = strcmp(mkdump_text(desc, "flat-order"), "backward") == 0;
	size_t n = step ? (in->len + step - 1) / step : 0, written = 0;

	mkdump_put_bytes(out, 0, "makedumpfile\0\0\0", 16);
	put_be(out, 16, 1, "flat.type", SIZE_MAX);
	put_be(out, 24, 1, "flat.version", SIZE_MAX);
	mkdump_put_bytes(out, 4096, "", 0);
	for (size_t k = 0; k < n; k++) {
		size_t i = backward ? n - 1 - k : k, off = i * step;
		struct mk_bytes b = {
			off, in->data + off, in->len - off < step ? in->len - off : step};

		if (i + 1 == n || !is_blank(&b))
			put_block(out, &b, written++);
	}
	for (size_t i = 0; i < desc->n_flats; i++)
		put_block(out, &desc->flats[i], written++);
	if (strcmp(mkdump_text(desc, "flat-end"), "yes") == 0) {
		put_be(out, out->len, UINT64_MAX, "offset", written);
		put_be(out, out->len, UINT64_MAX, "size", written);
	}
}
