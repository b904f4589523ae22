// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The record buffer of 3.5 to 5.9: struct printk_log (struct log up to 3.10), each followed by its
 * text and dictionary. A length of 0 sends the reader back to the start. Mirrors
 * kernel/printk/printk.c of those kernels.
 */
#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/cur.h"
#include "kernel/ring/log_ring.h"

/* enum log_flags */
#define FLAG_NEWLINE 2
#define FLAG_PREFIX 4
#define FLAG_CONT 8

struct layout {
	uint64_t size, ts, len, text_len;
};

/* The name of the struct, newer first. The members are the same. */
static const char *const struct_names[] = {"printk_log", "log"};

static bool member(const struct vmcoreinfo *info, const char *fmt, const char *name, uint64_t *ret)
{
	char key[64];

	snprintf(key, sizeof(key), "%s(%s%s)", fmt[0] == 'S' ? "SIZE" : "OFFSET", name,
		fmt[0] == 'S' ? "" : fmt);
	return vmcoreinfo_number(info, key, ret);
}

static int load_layout(struct layout *at, const struct vmcoreinfo *info, struct vmt_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(struct_names); i++) {
		const char *name = struct_names[i];

		if (member(info, "SIZE", name, &at->size) &&
			member(info, ".ts_nsec", name, &at->ts) &&
			member(info, ".len", name, &at->len) &&
			member(info, ".text_len", name, &at->text_len) && at->size >= 16 &&
			at->size <= 64 && at->ts <= at->size - 8 && at->len <= at->size - 2 &&
			at->text_len <= at->size - 4)
			return 0;
	}
	return err_set(err, VMT_ERR_CORRUPT, "VMCOREINFO does not describe a log record");
}

struct ring {
	unsigned flags; /* of the previous record; initially as after a newline */
	struct mem_space *space;
	struct layout at;
	uint64_t buf, len, first, next;
};

static int open_ring(struct ring *r, const struct vmcoreinfo *info, struct vmt_err *err)
{
	int rc = load_layout(&r->at, info, err);

	if (!rc)
		rc = log_ring_var(r->space, info, "SYMBOL(log_buf)", mem_space_ptr_size(r->space),
			&r->buf, err);
	if (!rc)
		rc = log_ring_var(r->space, info, "SYMBOL(log_buf_len)", 4, &r->len, err);
	if (!rc)
		rc = log_ring_var(r->space, info, "SYMBOL(log_first_idx)", 4, &r->first, err);
	if (!rc)
		rc = log_ring_var(r->space, info, "SYMBOL(log_next_idx)", 4, &r->next, err);
	if (rc)
		return rc;
	if (r->len < r->at.size || r->len > CAP_LOG_BYTES || r->first > r->len || r->next > r->len)
		return err_set(err, VMT_ERR_CORRUPT,
			"impossible log buffer: %llu bytes, used from %llu to %llu",
			(unsigned long long)r->len, (unsigned long long)r->first,
			(unsigned long long)r->next);
	return 0;
}

/*
 * Whether a record continues the line of the previous one: as msg_print_text() decided before 4.9,
 * and as the flags still say since, although each record is now printed as a line.
 */
static bool continues(unsigned before, unsigned flags)
{
	if (before & FLAG_NEWLINE)
		return false;
	return flags & FLAG_CONT || ((before & FLAG_CONT) && !(flags & FLAG_PREFIX));
}

/*
 * Parses the record at idx of the copied buffer. Returns its length, 0 for the marker at the end,
 * or -1.
 */
static int64_t parse_record(
	struct ring *r, const uint8_t *buf, uint64_t idx, struct log_record *rec)
{
	bool be = mem_space_big_endian(r->space);
	uint64_t len, text_len;
	uint8_t bits;

	if (idx > r->len - r->at.size)
		return 0;
	len = cur_load(buf + idx + r->at.len, 2, be);
	text_len = cur_load(buf + idx + r->at.text_len, 2, be);
	if (len == 0)
		return 0;
	if (len < r->at.size + text_len || len > r->len - idx)
		return -1;
	rec->ts_ns = cur_load(buf + idx + r->at.ts, 8, be);
	rec->has_ts = true;
	/* dict_len, facility, and flags:5 with level:3, have no keys: they follow text_len */
	rec->facility = buf[idx + r->at.text_len + 4];
	bits = buf[idx + r->at.text_len + 5];
	rec->level = be ? bits & 7 : bits >> 5;
	rec->has_level = true;
	bits = be ? bits >> 3 : bits & 31;
	rec->continues = continues(r->flags, bits);
	r->flags = bits;
	rec->text = (const char *)buf + idx + r->at.size;
	rec->len = text_len;
	return (int64_t)len;
}

static int push_records(
	struct ring *r, const uint8_t *buf, log_sink sink, void *arg, struct log_loss *loss)
{
	uint64_t idx = r->first, seen = 0;
	bool wrapped = false;

	for (uint64_t seq = 0; idx != r->next && seen <= r->len; seq++) {
		struct log_record rec = {.seq = seq};
		int64_t len = parse_record(r, buf, idx, &rec);
		int rc;

		if (len < 0 || (len == 0 && wrapped)) {
			loss->records++;
			err_set_at(&loss->first, VMT_ERR_CORRUPT, r->buf + idx,
				"record %llu of the log does not fit into its length",
				(unsigned long long)seq);
			return 0;
		}
		if (len == 0) {
			wrapped = true;
			idx = 0;
			seq--;
			continue;
		}
		rc = sink(arg, &rec);
		if (rc)
			return rc;
		idx += (uint64_t)len;
		seen += (uint64_t)len;
	}
	return 0;
}

static int read_records(struct mem_space *space, const struct vmcoreinfo *info, log_sink sink,
	void *arg, struct log_loss *loss, struct vmt_err *err)
{
	struct ring r = {.space = space, .flags = FLAG_NEWLINE};
	struct big *big;
	uint8_t *buf;
	int rc = open_ring(&r, info, err);

	if (rc)
		return rc;
	big = big_new(space);
	buf = big ? big_resize(big, r.len) : NULL;
	if (!buf) {
		talloc_free(big);
		return err_nomem(err);
	}
	if (mem_read_some(space, r.buf, buf, r.len)) {
		/* A hole reads as zeros, which look like the wrap marker: report a loss. */
		loss->records = 1;
		err_set_at(
			&loss->first, VMT_ERR_NODATA, r.buf, "part of the log buffer is missing");
	}
	rc = push_records(&r, buf, sink, arg, loss);
	talloc_free(big);
	return rc;
}

const struct log_layout log_layout_record = {
	.name = "records",
	.key = "SYMBOL(log_first_idx)",
	.read = read_records,
};
