// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Lines of a kernel log as programs write them, each in its wrapping: printk's own time and caller
 * (kernel/printk/printk.c: print_time, print_caller), syslog priorities, dmesg's decorations
 * (util-linux), syslog and journal lines, and the extended records of /dev/kmsg and netconsole
 * (printk.c: info_print_ext_header; drivers/net/netconsole.c).
 *
 * A wrapping is a row: how it starts and how to take it off. They nest (a syslog line holds a
 * printk time), so rows are tried until none fits, each once a line.
 */
#include <string.h>

#include "base/caps.h"
#include "kernel/log_text.h"
#include "kernel/log_wrap.h"

struct log_text {
	log_sink sink;
	void *arg;
	uint64_t seq;
	bool after_ext;	  /* the last line was an extended record: its key=value lines follow */
	bool gap;	  /* the kernel or netconsole said that records were lost */
	uint64_t ext_seq; /* sequence number that the next extended record should have */
	bool has_ext_seq;
	bool overlong; /* the line being gathered is over the cap: its rest is dropped */
	size_t held;
	char hold[CAP_TEXT_LINE];    /* a line that began in an earlier chunk */
	char scratch[CAP_TEXT_LINE]; /* a line without its control characters or escapes */
};

int log_text_new(
	TALLOC_CTX *ctx, log_sink sink, void *arg, struct log_text **ret, struct vmt_err *err)
{
	struct log_text *lt = talloc(ctx, struct log_text);

	if (!lt)
		return err_nomem(err);
	memset(lt, 0, offsetof(struct log_text, hold));
	lt->sink = sink;
	lt->arg = arg;
	*ret = lt;
	return 0;
}

/* Whether a line has no byte below a space, eight at a time: nearly all lines have none. */
static bool is_plain(const char *p, size_t len)
{
	const uint64_t ones = 0x0101010101010101u;

	for (; len >= 8; p += 8, len -= 8) {
		uint64_t v;

		memcpy(&v, p, 8);
		if ((v - ones * 0x20) & ~v & ones * 0x80)
			return false;
	}
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)p[i] < 0x20)
			return false;
	return true;
}

/* The bytes of a terminal escape sequence at p (ECMA-48: CSI, OSC, or two characters). */
static size_t escape_length(const char *p, const char *end)
{
	const char *q = p + 1;

	if (q == end)
		return 1;
	if (*q == '[') {
		for (q++; q < end && ((*q >= '0' && *q <= '?') || *q == ' '); q++)
			;
		return (size_t)(q - p) + (q < end);
	}
	if (*q == ']') {
		while (q < end && *q != '\a')
			q++;
		return (size_t)(q - p) + (q < end);
	}
	return 2;
}

static int push(struct log_text *lt, struct log_record *rec)
{
	rec->seq = lt->seq++;
	rec->gap |= lt->gap;
	lt->gap = false;
	return lt->sink(lt->arg, rec);
}

static void note_sequence(struct log_text *lt, const struct log_wrap *w)
{
	/* Fragments of one record share its number, so the same number again is no gap. */
	if (lt->has_ext_seq && w->ext_seq > lt->ext_seq)
		lt->gap = true;
	lt->ext_seq = w->ext_seq + 1;
	lt->has_ext_seq = true;
}

/*
 * One line without control characters. Where a user's output and a kernel message share a line of
 * a serial console, the message begins at its time stamp: two records.
 */
static int take_line(struct log_text *lt, const char *p, size_t len, bool truncated)
{
	struct log_wrap w;
	size_t split;
	int r;

	log_wrap_init(&w, p, len);
	log_wrap_strip(&w, lt->scratch, sizeof(lt->scratch));
	if (lt->after_ext && !w.is_ext && len && p[0] == ' ' && memchr(p, '=', len))
		return 0;
	lt->after_ext = w.is_ext;
	if (w.is_ext)
		note_sequence(lt, &w);
	w.rec.truncated = truncated;
	if (w.unwrapped || !(split = log_wrap_find_stamp(w.rec.text, w.rec.len)))
		return push(lt, &w.rec);

	const char *rest = w.rec.text + split;
	size_t rest_len = w.rec.len - split;

	w.rec.len = split;
	if (log_wrap_is_dropped(w.rec.text, split))
		lt->gap = true;
	else if ((r = push(lt, &w.rec)))
		return r;
	log_wrap_init(&w, rest, rest_len);
	log_wrap_strip(&w, NULL, 0);
	w.rec.truncated = truncated;
	return push(lt, &w.rec);
}

/* Copies a line without escapes and control characters; a CR within it ends a line of its own. */
static int take_noisy(struct log_text *lt, const char *p, size_t len, bool truncated)
{
	char clean[CAP_TEXT_LINE];
	const char *end = p + len;
	size_t n = 0;
	int r;

	while (p < end) {
		unsigned char c = (unsigned char)*p;

		if (c == 0x1b) {
			p += escape_length(p, end);
			continue;
		}
		if (c == '\r' && n) {
			if ((r = take_line(lt, clean, n, false)))
				return r;
			n = 0;
		}
		if (c >= 0x20 || c == '\t')
			clean[n++] = (char)c;
		p++;
	}
	return take_line(lt, clean, n, truncated);
}

static int take_raw(struct log_text *lt, const char *p, size_t len, bool truncated)
{
	if (len > CAP_TEXT_LINE) {
		len = CAP_TEXT_LINE;
		truncated = true;
	}
	while (len && p[len - 1] == '\r')
		len--;
	if (is_plain(p, len))
		return take_line(lt, p, len, truncated);
	return take_noisy(lt, p, len, truncated);
}

static void hold(struct log_text *lt, const char *p, size_t len)
{
	size_t room = sizeof(lt->hold) - lt->held;

	if (len > room) {
		len = room;
		lt->overlong = true;
	}
	memcpy(lt->hold + lt->held, p, len);
	lt->held += len;
}

static int release(struct log_text *lt)
{
	int r = take_raw(lt, lt->hold, lt->held, lt->overlong);

	lt->held = 0;
	lt->overlong = false;
	return r;
}

int log_text_feed(struct log_text *lt, const char *data, size_t len)
{
	const char *end = data + len;
	int r;

	while (data < end) {
		const char *nl = memchr(data, '\n', (size_t)(end - data));

		if (!nl) {
			hold(lt, data, (size_t)(end - data));
			return 0;
		}
		if (lt->held || lt->overlong) {
			hold(lt, data, (size_t)(nl - data));
			r = release(lt);
		} else {
			r = take_raw(lt, data, (size_t)(nl - data), false);
		}
		if (r)
			return r;
		data = nl + 1;
	}
	return 0;
}

int log_text_finish(struct log_text *lt)
{
	return lt->held || lt->overlong ? release(lt) : 0;
}

bool log_text_probe(const uint8_t *head, size_t len)
{
	size_t text = 0, bad = 0;

	for (size_t i = 0; i < len; i++) {
		uint8_t c = head[i];

		/* NULs are what a serial line gives when the other end is reset. */
		if (c == 0)
			continue;
		if ((c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t' || c == 0x1b)
			text++;
		else
			bad++;
	}
	return text > 0 && text >= 3 * bad && text >= len / 4;
}
