// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The log buffer of kernels before 3.5: characters, with a <level> before each line. Mirrors
 * kernel/printk.c of those kernels. log_end counts all characters ever written.
 */
#include <string.h>

#include "base/big.h"
#include "base/caps.h"
#include "kernel/ring/log_ring.h"

struct ring {
	uint64_t buf, len, end;
};

static int open_ring(
	struct mem_space *space, const struct vmcoreinfo *info, struct ring *r, struct vmt_err *err)
{
	int rc = log_ring_var(
		space, info, "SYMBOL(log_buf)", mem_space_ptr_size(space), &r->buf, err);

	if (!rc)
		rc = log_ring_var(space, info, "SYMBOL(log_buf_len)", 4, &r->len, err);
	if (!rc)
		rc = log_ring_var(space, info, "SYMBOL(log_end)", 4, &r->end, err);
	if (rc)
		return rc;
	if (!r->len || r->len > CAP_LOG_BYTES || r->len & (r->len - 1))
		return err_set(err, VMT_ERR_CORRUPT,
			"impossible size of the log buffer: %llu bytes",
			(unsigned long long)r->len);
	return 0;
}

/* A contiguous copy of the text in order: n bytes in mem. */
struct straight {
	struct big *mem;
	char *text;
	size_t n;
};

static int copy_ring(struct mem_space *space, const struct ring *r, struct straight *ret,
	struct log_loss *loss, struct vmt_err *err)
{
	uint64_t start = r->end < r->len ? 0 : r->end & (r->len - 1);
	uint64_t count = r->end < r->len ? r->end : r->len;
	uint64_t tail = count - (r->end < r->len ? 0 : start);
	size_t missing;
	struct big *big = big_new(space);
	char *text = big ? big_resize(big, count + 1) : NULL;

	if (!text) {
		talloc_free(big);
		return err_nomem(err);
	}
	missing = mem_read_some(space, r->buf + start, text, tail);
	missing += mem_read_some(space, r->buf, text + tail, count - tail);
	if (missing) {
		loss->records = 1;
		err_set_at(&loss->first, VMT_ERR_NODATA, r->buf,
			"%zu bytes of the log buffer are missing", missing);
	}
	*ret = (struct straight){big, text, count};
	return 0;
}

/* Moves "<4>" and "[   12.345678] " to members. Anything that does not match remains text. */
static void take_prefix(struct log_record *rec)
{
	const char *p = rec->text, *end = p + rec->len;
	unsigned level = 0;
	uint64_t s = 0, us = 0;
	int digits = 0;

	if (p < end && *p == '<') {
		for (p++; p < end && *p >= '0' && *p <= '9' && level < 100; p++)
			level = level * 10 + (unsigned)(*p - '0');
		if (p == end || *p != '>')
			return;
		p++;
		rec->level = level & 7;
		rec->facility = (uint8_t)(level >> 3);
		rec->has_level = true;
		rec->text = p;
	}
	if (p < end && *p == '[') {
		for (p++; p < end && *p == ' '; p++)
			;
		for (; p < end && *p >= '0' && *p <= '9' && s < 1u << 30; p++)
			s = s * 10 + (unsigned)(*p - '0');
		if (p < end && *p == '.')
			for (p++; p < end && *p >= '0' && *p <= '9' && digits < 6; p++, digits++)
				us = us * 10 + (unsigned)(*p - '0');
		if (digits == 6 && end - p >= 2 && p[0] == ']' && p[1] == ' ') {
			rec->ts_ns = (s * 1000000 + us) * 1000;
			rec->has_ts = true;
			rec->text = p + 2;
		}
	}
	rec->len = (size_t)(end - rec->text);
}

static int read_bytes(struct mem_space *space, const struct vmcoreinfo *info, log_sink sink,
	void *arg, struct log_loss *loss, struct vmt_err *err)
{
	struct ring r = {0};
	struct straight all = {0};
	uint64_t seq = 0;
	int rc = open_ring(space, info, &r, err);

	if (!rc)
		rc = copy_ring(space, &r, &all, loss, err);
	if (rc)
		return rc;
	for (size_t pos = 0; pos < all.n && !rc;) {
		const char *start = all.text + pos, *nl = memchr(start, '\n', all.n - pos);
		size_t len = nl ? (size_t)(nl - start) : all.n - pos;
		struct log_record rec = {.text = start, .len = len, .seq = seq++};

		take_prefix(&rec);
		rc = sink(arg, &rec);
		pos += len + 1;
	}
	talloc_free(all.mem);
	return rc;
}

const struct log_layout log_layout_bytes = {
	.name = "text",
	.key = "SYMBOL(log_end)",
	.read = read_bytes,
};
