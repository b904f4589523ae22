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
#include "log/log_ext.h"
#include "log/log_journal.h"
#include "log/log_skim.h"
#include "log/log_text.h"
#include "log/log_wrap.h"

/* So many lines tell in which wrapping the others come. */
#define FIRST_LINES 64

/* Fewer NULs are noise on a serial line. */
#define MIN_NULS 64

/* As short as a line of a log is with its time and host. */
#define MIN_TEXT 40

struct log_text {
	log_sink sink;
	void *arg;
	const struct log_skim *skim;
	const char
		*noise; /* of this chunk: the next byte that no plain line has; NULL: not known */
	bool entwined;	/* lines that need those before them were seen: extended records, JSON */
	uint64_t seq;
	struct log_ext *ext;
	struct log_journal *journal;
	bool after_ext; /* the last line was an extended record: its key=value lines follow */
	bool torn;	/* NULs stood before this line */
	bool gap;	/* the kernel said that so many records were lost */
	uint64_t lost;
	struct log_text_gaps gaps;
	bool overlong; /* the line being gathered is over the cap: its rest is dropped */
	size_t held;
	char hold[CAP_TEXT_LINE];    /* a line that began in an earlier chunk */
	char scratch[CAP_TEXT_LINE]; /* a line without its control characters or escapes */
};

static int push(struct log_text *lt, struct log_record *rec)
{
	rec->seq = lt->seq++;
	rec->gap |= lt->gap;
	rec->lost += lt->lost;
	rec->torn = lt->torn;
	lt->torn = false;
	if (rec->gap && !lt->gaps.n++)
		lt->gaps.first_line = rec->seq + 1;
	lt->gaps.lost += rec->lost;
	lt->gap = false;
	lt->lost = 0;
	return lt->sink(lt->arg, rec);
}

static int push_copy(void *arg, const struct log_record *rec)
{
	struct log_record copy = *rec;

	return push(arg, &copy);
}

int log_text_new(TALLOC_CTX *ctx, log_sink sink, void *arg, const struct log_skim *skim,
	struct log_text **ret, struct vmt_err *err)
{
	struct log_text *lt = talloc(ctx, struct log_text);
	int rc;

	if (!lt)
		return err_nomem(err);
	memset(lt, 0, offsetof(struct log_text, hold));
	lt->sink = sink;
	lt->arg = arg;
	lt->skim = skim;
	rc = log_ext_new(lt, push_copy, lt, &lt->ext, err);
	if (!rc)
		rc = log_journal_new(lt, push_copy, lt, &lt->journal, err);
	if (rc)
		talloc_free(lt);
	else
		*ret = lt;
	return rc;
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

/* " SUBSYSTEM=pci": a line of an extended record's keys. */
static bool is_dict(const char *p, size_t len)
{
	size_t i = 1;

	while (i < len && ((p[i] >= 'A' && p[i] <= 'Z') || (p[i] >= 'a' && p[i] <= 'z') ||
				  (p[i] >= '0' && p[i] <= '9') || (p[i] && strchr("_-.", p[i]))))
		i++;
	return len > 2 && p[0] == ' ' && i > 1 && i < len && p[i] == '=';
}

/* An extended record; a receiver may have put several fragments on one line. */
static int take_extended(struct log_text *lt, struct log_wrap *w)
{
	const char *next = w->frag_total ? log_wrap_next_fragment(w) : NULL;
	size_t len = w->rec.len;
	struct log_wrap more;
	int rc;

	lt->entwined = lt->after_ext = true;
	while (next) {
		size_t used = (size_t)(next - w->rec.text);

		log_wrap_init(&more, next, len - used);
		log_wrap_strip(&more, NULL, 0);
		if (!more.is_ext || !more.frag_total)
			break;
		w->rec.len = used;
		w->ends_line = false;
		rc = log_ext_take(lt->ext, w);
		if (rc)
			return rc;
		more.rec.host = w->rec.host;
		more.rec.host_len = w->rec.host_len;
		*w = more;
		len = w->rec.len;
		next = log_wrap_next_fragment(w);
	}
	w->rec.len = len;
	w->ends_line = true;
	return log_ext_take(lt->ext, w);
}

/*
 * Where a user's output and a kernel message share a line of a serial console, the message begins
 * at its time stamp: two records.
 */
static int take_split(struct log_text *lt, struct log_wrap *w, size_t split, bool truncated)
{
	const char *rest = w->rec.text + split;
	size_t rest_len = w->rec.len - split;
	uint64_t lost;
	int rc = 0;

	w->rec.len = split;
	if (log_wrap_is_dropped(w->rec.text, split, &lost)) {
		lt->gap = true;
		lt->lost += lost;
	} else {
		rc = push(lt, &w->rec);
	}
	if (rc)
		return rc;
	log_wrap_init(w, rest, rest_len);
	log_wrap_strip(w, NULL, 0);
	w->rec.truncated = truncated;
	return push(lt, &w->rec);
}

/* One line without control characters. */
static int take_line(struct log_text *lt, const char *p, size_t len, bool truncated)
{
	const char *sibling;
	struct log_wrap w;
	uint64_t lost;
	size_t split;
	bool taken;
	int rc = log_journal_line(lt->journal, p, len, &taken);

	lt->entwined |= taken;
	if (rc || taken)
		return rc;
	log_wrap_init(&w, p, len);
	log_wrap_strip(&w, lt->scratch, sizeof(lt->scratch));
	w.rec.truncated = truncated;
	if (w.is_ext)
		return take_extended(lt, &w);
	if (lt->after_ext && (sibling = log_ext_find_sibling(lt->ext, p, len)) && sibling > p) {
		log_ext_add_dict(lt->ext, (size_t)(sibling - p));
		return take_line(lt, sibling, len - (size_t)(sibling - p), truncated);
	}
	if (lt->after_ext && is_dict(w.rec.text, w.rec.len)) {
		log_ext_add_dict(lt->ext, w.rec.len + 1);
		return 0;
	}
	if (lt->after_ext && (rc = log_ext_settle(lt->ext)))
		return rc;
	lt->after_ext = false;
	if (!w.unwrapped && (split = log_wrap_find_stamp(w.rec.text, w.rec.len)))
		return take_split(lt, &w, split, truncated);
	if (log_wrap_is_dropped(w.rec.text, w.rec.len, &lost)) {
		lt->gap = true;
		lt->lost += lost;
		return 0;
	}
	if (!w.foreign)
		return push(lt, &w.rec);
	w.rec.seq = lt->seq++;
	w.rec.torn = lt->torn;
	lt->torn = false;
	if (lt->skim && lt->skim->program)
		lt->skim->program(lt->arg, &w.rec);
	return 0;
}

/* Copies a line without escapes and control characters; a CR within it ends a line of its own. */
static int take_noisy(struct log_text *lt, const char *p, size_t len, bool truncated)
{
	char clean[CAP_TEXT_LINE];
	const char *end = p + len;
	size_t n = 0;
	int rc;

	while (p < end) {
		unsigned char c = (unsigned char)*p;

		if (c == 0x1b) {
			p += escape_length(p, end);
			continue;
		}
		if (c == '\r' && n) {
			if ((rc = take_line(lt, clean, n, false)))
				return rc;
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
	lt->gaps.n_long += truncated;
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
	int rc = take_raw(lt, lt->hold, lt->held, lt->overlong);

	lt->held = 0;
	lt->overlong = false;
	return rc;
}

/* Where the line begins that p is in, not before start. */
static const char *line_start(const char *start, const char *p)
{
	while (p > start && p[-1] != '\n')
		p--;
	return p;
}

static bool has_time(const char *p, const char *end)
{
	size_t len = (size_t)(end - p);
	struct log_wrap w;

	log_wrap_init(&w, p, len);
	log_wrap_strip(&w, NULL, 0);
	return w.rec.has_ts || log_wrap_find_stamp(w.rec.text, w.rec.len);
}

/* The last line from line back to start that has a printk time, which has brackets; else start. */
static const char *last_time(const char *start, const char *line, const char *end)
{
	const char *bracket;

	while (start && line > start && !has_time(line, memchr(line, '\n', (size_t)(end - line)))) {
		bracket = memrchr(start, '[', (size_t)(line - start));
		line = bracket ? line_start(start, bracket) : start;
	}
	return line;
}

/*
 * Goes to the next line that the sink must see, or the one before it; on the way feeds the last
 * line that has a time. *p is the start of a line before and after.
 */
static int skim(struct log_text *lt, const char **p, const char *end)
{
	const char *stop, *line, *q;
	int rc = 0;

	if (!lt->skim || lt->entwined || lt->seq < FIRST_LINES || !lt->skim->idle(lt->arg))
		return 0;
	if (!lt->noise || lt->noise < *p)
		lt->noise = log_skim_noise(*p, end);
	stop = *p + lt->skim->ahead(lt->arg, *p, (size_t)(lt->noise - *p));
	line = line_start(*p, stop);
	if (line == *p || (line = line_start(*p, line - 1)) == *p)
		return 0;
	q = last_time(*p, line, end);
	lt->seq += log_skim_count_lines(*p, q);
	if (q < line) {
		const char *nl = memchr(q, '\n', (size_t)(end - q));

		rc = take_raw(lt, q, (size_t)(nl - q), false);
		lt->seq += log_skim_count_lines(nl + 1, line);
	}
	*p = line;
	return rc;
}

/*
 * A file system that lost what was not yet written gives NULs in its place, a block of them, where
 * the next boot's lines follow.
 */
static const char *skip_nuls(struct log_text *lt, const char *p, const char *end)
{
	const char *q = p;

	while (q < end && *q == 0)
		q++;
	lt->torn |= q - p >= MIN_NULS;
	return q;
}

int log_text_feed(struct log_text *lt, const char *data, size_t len)
{
	const char *end = data + len;
	int rc;

	lt->noise = NULL;
	while (data < end) {
		size_t raw =
			lt->held ? 0 : log_journal_raw(lt->journal, data, (size_t)(end - data));

		data += raw;
		if (raw)
			continue;
		if (!lt->held && !lt->overlong && *data == 0 &&
			(data = skip_nuls(lt, data, end)) == end)
			break;
		if (!lt->held && !lt->overlong && (rc = skim(lt, &data, end)))
			return rc;

		const char *nl = memchr(data, '\n', (size_t)(end - data));

		if (!nl) {
			hold(lt, data, (size_t)(end - data));
			return 0;
		}
		if (lt->held || lt->overlong) {
			hold(lt, data, (size_t)(nl - data));
			rc = release(lt);
		} else {
			rc = take_raw(lt, data, (size_t)(nl - data), false);
		}
		if (rc)
			return rc;
		data = nl + 1;
	}
	return 0;
}

void log_text_gap(struct log_text *lt)
{
	lt->gap = true;
}

int log_text_finish(struct log_text *lt)
{
	int rc = lt->held || lt->overlong ? release(lt) : 0;

	if (!rc)
		rc = log_ext_finish(lt->ext);
	lt->gaps.mixed = log_ext_is_mixed(lt->ext);
	return rc ? rc : log_journal_finish(lt->journal);
}

const struct log_text_gaps *log_text_gaps(const struct log_text *lt)
{
	return &lt->gaps;
}

bool log_text_probe(const uint8_t *head, size_t len)
{
	size_t text = 0, bad = 0, nuls = 0;

	for (size_t i = 0; i < len; i++) {
		uint8_t c = head[i];

		/* NULs are what a serial line gives when the other end is reset. */
		if (c == 0) {
			nuls++;
			continue;
		}
		if ((c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t' || c == 0x1b)
			text++;
		else
			bad++;
	}
	if (!text || text < 3 * bad)
		return false;
	/* A block of NULs in an otherwise clean text is one that was lost. */
	return text >= len / 4 || (!bad && head[0] && text >= MIN_TEXT && text + nuls == len);
}
