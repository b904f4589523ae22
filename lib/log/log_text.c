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

#include "log/log_text_internal.h"
#include "log/log_wrap.h"

/* Fewer NULs are noise on a serial line. */
#define MIN_NULS 64

int log_text_push(struct log_text *lt, struct log_record *rec)
{
	rec->seq = lt->seq++;
	rec->line = lt->line;
	rec->gap |= lt->gap;
	rec->lost += lt->lost;
	rec->torn = lt->torn;
	lt->torn = false;
	if (rec->gap && !lt->gaps.n++)
		lt->gaps.first_line = rec->line;
	lt->gaps.lost += rec->lost;
	lt->gap = false;
	lt->lost = 0;
	return lt->sink(lt->arg, rec);
}

static int push_copy(void *arg, const struct log_record *rec)
{
	struct log_record copy = *rec;

	return log_text_push(arg, &copy);
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
		rc = log_journal_new(lt, log_text_take_entry, lt, &lt->journal, err);
	if (!rc && skim)
		rc = log_look_new(lt, skim->ahead, arg, &lt->look, err);
	if (rc)
		talloc_free(lt);
	else
		*ret = lt;
	return rc;
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

/* A time in the middle of a line: the end of the line was lost, and another line follows. */
static size_t find_split(const struct log_wrap *w)
{
	size_t at = log_wrap_find_stamp(w->rec.text, w->rec.len);

	if (!w->rec.has_ts)
		return w->used ? 0 : at;
	return at && w->rec.text[at - 1] == ' ' ? at : 0;
}

/*
 * If user output and a kernel message share a line of a serial console, the message begins at its
 * time stamp: two records. Some programs put a whole log on one line.
 */
static int take_split(struct log_text *lt, struct log_wrap *w, size_t split, bool truncated)
{
	uint32_t columns = w->rec.columns;
	uint64_t lost;
	int rc = 0;

	for (; split && !rc; split = find_split(w)) {
		const char *rest = w->rec.text + split;
		size_t rest_len = w->rec.len - split;

		w->rec.len = split;
		if (log_wrap_is_dropped(w->rec.text, split, &lost)) {
			lt->gap = true;
			lt->lost += lost;
		} else {
			rc = log_text_push(lt, &w->rec);
		}
		log_wrap_init(w, rest, rest_len);
		log_wrap_strip(w, NULL, 0);
		w->rec.truncated = truncated;
		w->rec.columns = columns;
	}
	return rc ? rc : log_text_push(lt, &w->rec);
}

static int take_line(struct log_text *lt, const char *p, size_t len, bool truncated);
static int settle_all(struct log_text *lt);

/* "\n" as two characters: some program wrote a text on one line. */
#define MIN_ESCAPED 3

static bool has_escaped_lines(const char *p, size_t len)
{
	const char *end = p + len;
	unsigned n = 0;

	while (n < MIN_ESCAPED && p < end && (p = memchr(p, '\\', (size_t)(end - p)))) {
		n += end - p > 1 && p[1] == 'n';
		p++;
	}
	return n == MIN_ESCAPED;
}

static int take_escaped(struct log_text *lt, const char *p, size_t len, bool truncated)
{
	const char *end = p + len;
	int rc = 0;

	while (p < end && !rc) {
		const char *nl = memmem(p, (size_t)(end - p), "\\n", 2), *stop = nl ? nl : end;

		while (stop - p >= 2 && stop[-2] == '\\' && stop[-1] == 'r')
			stop -= 2;
		rc = take_line(lt, p, (size_t)(stop - p), truncated && !nl);
		p = nl ? nl + 2 : end;
	}
	return rc;
}

static void take_foreign(struct log_text *lt, struct log_record *rec)
{
	rec->seq = lt->seq++;
	rec->line = lt->line;
	rec->torn = lt->torn;
	lt->torn = false;
	if (lt->skim && lt->skim->program)
		lt->skim->program(lt->arg, rec);
}

/* Reads one line without control characters. look: it may begin after an unknown prefix. */
static int read_line(struct log_text *lt, const struct log_look_line *line, bool look)
{
	const char *sibling, *p = line->text;
	size_t split, len = line->len;
	struct log_wrap w;
	uint64_t lost;
	bool taken;
	int rc;

	lt->line = line->number;
	rc = log_journal_line(lt->journal, p, len, &taken);
	lt->entwined |= taken;
	if (rc || taken)
		return rc;
	if (lt->n_waiting && (rc = settle_all(lt)))
		return rc;
	if (has_escaped_lines(p, len))
		return take_escaped(lt, p, len, line->truncated);
	if (len > CAP_TEXT_LINE) {
		len = CAP_TEXT_LINE;
		lt->gaps.n_long++;
	}
	log_wrap_init(&w, p, len);
	w.rec.columns = (uint32_t)(line->ascii ? len : log_clean_columns(p, len));
	log_look_unwrap(lt->look, &w, lt->scratch, sizeof(lt->scratch));
	w.rec.truncated = line->truncated || len < line->len;
	lt->tags |= w.tagged;
	w.foreign |= w.named && lt->tags;
	if (w.is_ext)
		return take_extended(lt, &w);
	if (lt->after_ext && (sibling = log_ext_find_sibling(lt->ext, p, len)) && sibling > p) {
		log_ext_add_dict(lt->ext, (size_t)(sibling - p));
		return take_line(lt, sibling, len - (size_t)(sibling - p), line->truncated);
	}
	if (lt->after_ext && log_ext_is_dict(w.rec.text, w.rec.len)) {
		log_ext_add_dict(lt->ext, w.rec.len + 1);
		return 0;
	}
	if (lt->after_ext && (rc = log_ext_settle(lt->ext)))
		return rc;
	lt->after_ext = false;
	if (look && lt->look && !w.foreign && log_look_begin(lt->look, &w)) {
		log_look_hold(lt->look, line);
		return 0;
	}
	/* A line whose complete prefix matches a row is no evidence for another prefix. */
	if (lt->look && !(w.rec.wraps & ~(LOG_WRAPS_SHAPE - 1)) && !w.rec.has_ts)
		log_look_note(lt->look, line);
	if ((split = find_split(&w)))
		return take_split(lt, &w, split, line->truncated);
	if (log_wrap_is_dropped(w.rec.text, w.rec.len, &lost)) {
		lt->gap = true;
		lt->lost += lost;
		return 0;
	}
	if (!w.foreign)
		return log_text_push(lt, &w.rec);
	take_foreign(lt, &w.rec);
	return 0;
}

static int take_held(struct log_text *lt, const struct log_look_line *line);

/*
 * Reads the held lines, now that the prefix of the first one is known or ruled out. A later line
 * may have another unknown prefix.
 */
static int settle(struct log_text *lt)
{
	struct log_look_line *lines;
	size_t n;
	int rc;

	if (!log_look_is_holding(lt->look))
		return 0;
	if (lt->n_waiting)
		return log_text_settle_entries(lt);
	lines = log_look_settle(lt->look, lt, &n);
	rc = n ? read_line(lt, &lines[0], false) : 0;
	for (size_t i = 1; i < n && !rc; i++)
		rc = take_held(lt, &lines[i]);
	talloc_free(lines);
	return rc;
}

static int take_held(struct log_text *lt, const struct log_look_line *line)
{
	if (!log_look_is_holding(lt->look) || lt->n_waiting)
		return read_line(lt, line, true);
	return log_look_hold(lt->look, line) ? settle(lt) : 0;
}

/* What comes next is known to be no evidence for the waiting lines. */
static int settle_all(struct log_text *lt)
{
	int rc = 0;

	while (!rc && log_look_is_holding(lt->look))
		rc = settle(lt);
	return rc;
}

static int take_line(struct log_text *lt, const char *p, size_t len, bool truncated)
{
	struct log_look_line line = {p, len, lt->line, truncated, lt->ascii};

	return take_held(lt, &line);
}

/* Takes text with bytes that a plain log does not have. It may be several lines. */
static int take_noisy(struct log_text *lt, const char *p, size_t len, bool truncated)
{
	char room[CAP_TEXT_LINE];
	char *more = len > sizeof(room) ? talloc_array(lt, char, len) : NULL;
	char *clean = more ? more : room;
	const char *end = p + (more || len < sizeof(room) ? len : sizeof(room));
	bool any = false;
	int rc = 0;

	while (!rc && (p < end || !any)) {
		size_t n = log_clean_next(&p, end, clean);

		if (n || !any)
			rc = take_line(lt, clean, n, truncated && p == end);
		any = true;
	}
	talloc_free(more);
	return rc;
}

/* JSON, or a text that some program wrote on one line: it may be as long as a complete log. */
static bool is_of_lines(const char *p, size_t len)
{
	/* Brackets: an array of what follows. The kernel's own begins with a blank or a digit. */
	while (len && (*p == ' ' || *p == '\t' ||
			      (*p == '[' && len > 1 && strchr("{[\" \t", p[1]) && p[1]))) {
		p++;
		len--;
	}
	return len && (*p == '{' || *p == '"' || has_escaped_lines(p, len));
}

int log_text_take(struct log_text *lt, const char *p, size_t len, bool truncated)
{
	if (len > CAP_TEXT_LINE && !is_of_lines(p, len)) {
		len = CAP_TEXT_LINE;
		truncated = true;
	}
	lt->line = ++lt->n_lines;
	lt->gaps.n_long += truncated;
	while (len && p[len - 1] == '\r')
		len--;
	lt->ascii = log_clean_is_plain(p, len);
	if (lt->ascii)
		return take_line(lt, p, len, truncated);
	return take_noisy(lt, p, len, truncated);
}

/* Room for a held line of JSON, and for more of it. Without it the line is cut. */
static bool make_room(struct log_text *lt, const char *p, size_t len)
{
	const char *start = lt->held ? lt->hold : p;
	size_t all = lt->held + len;
	char *more;

	if (!lt->long_hold && (*start == '"' || !is_of_lines(start, lt->held ? lt->held : len)))
		return false;
	if (all > CAP_TEXT_JSON)
		return false;
	if (all <= talloc_get_size(lt->long_hold))
		return true;
	more = talloc_realloc_size(
		lt, lt->long_hold, all < CAP_TEXT_JSON / 2 ? 2 * all : CAP_TEXT_JSON);
	if (more && !lt->long_hold)
		memcpy(more, lt->hold, lt->held);
	lt->long_hold = more ? more : lt->long_hold;
	return more != NULL;
}

static void hold(struct log_text *lt, const char *p, size_t len)
{
	size_t room = sizeof(lt->hold) - (lt->long_hold ? sizeof(lt->hold) : lt->held);
	char *to = lt->hold;

	if (len > room && (lt->overlong || !make_room(lt, p, len))) {
		len = lt->long_hold ? 0 : room;
		lt->overlong = true;
	}
	to = lt->long_hold ? lt->long_hold : to;
	memcpy(to + lt->held, p, len);
	lt->held += len;
}

static int release(struct log_text *lt)
{
	char *text = lt->long_hold;
	int rc;

	lt->long_hold = NULL;
	rc = log_text_take(lt, text ? text : lt->hold, lt->held, lt->overlong);
	talloc_free(text);
	lt->held = 0;
	lt->overlong = false;
	return rc;
}

/*
 * If a file system loses data that was not yet written, a block of NULs takes its place, where the
 * next boot's lines follow.
 */
static const char *skip_nuls(struct log_text *lt, const char *p, const char *end)
{
	const char *q = p;

	while (q < end && *q == 0)
		q++;
	if (q - p < MIN_NULS)
		return q;
	settle_all(lt);
	lt->torn = true;
	return q;
}

static int feed(struct log_text *lt, const char *data, size_t len)
{
	const char *end = data + len;
	int rc;

	log_ahead_begin(&lt->ahead, data);
	while (data < end) {
		size_t raw =
			lt->held ? 0 : log_journal_raw(lt->journal, data, (size_t)(end - data));

		data += raw;
		if (raw)
			continue;
		if (!lt->held && !lt->overlong && *data == 0 &&
			(data = skip_nuls(lt, data, end)) == end)
			break;
		if (!lt->held && !lt->overlong && (rc = log_text_skip(lt, &data, end)))
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
			rc = log_text_take(lt, data, (size_t)(nl - data), false);
		}
		if (rc)
			return rc;
		data = nl + 1;
	}
	return 0;
}

#define UTF16_PAIRS 1024 /* decoded at a time */

int log_text_feed(struct log_text *lt, const char *data, size_t len)
{
	char text[3 * (UTF16_PAIRS + 1)];
	size_t used;
	int rc = 0;

	if (!log_utf16_probe(&lt->utf16, data, len))
		return feed(lt, data, len);
	for (; len && !rc; data += used, len -= used) {
		size_t n = log_utf16_decode(&lt->utf16, data, len, UTF16_PAIRS, text, &used);

		rc = feed(lt, text, n);
	}
	return rc;
}

bool log_text_skims(const struct log_text *lt)
{
	return lt->skim;
}

void log_text_look_ahead(
	const struct log_text *lt, const char *data, size_t len, struct log_stops *ret)
{
	log_stops_find(lt->skim, lt->arg, data, len, ret);
}

int log_text_feed_ahead(
	struct log_text *lt, const char *data, size_t len, const struct log_stops *stops)
{
	int rc;

	if (log_utf16_probe(&lt->utf16, data, len))
		return log_text_feed(lt, data, len);
	lt->ahead.stops = stops;
	rc = feed(lt, data, len);
	lt->ahead.stops = NULL;
	return rc;
}

bool log_text_has_learned(const struct log_text *lt)
{
	return lt->look && log_look_has_learned(lt->look);
}

void log_text_know(struct log_text *lt, const struct log_text *from)
{
	if (lt->look && from->look)
		log_look_know(lt->look, from->look);
}

void log_text_gap(struct log_text *lt)
{
	settle_all(lt);
	lt->gap = true;
}

int log_text_finish(struct log_text *lt)
{
	int rc = lt->held || lt->overlong ? release(lt) : 0;

	if (!rc)
		rc = settle_all(lt);
	if (!rc)
		rc = log_ext_finish(lt->ext);
	lt->gaps.mixed = log_ext_is_mixed(lt->ext);
	if (!rc)
		rc = log_journal_finish(lt->journal);
	return rc ? rc : settle_all(lt);
}

const struct log_text_gaps *log_text_gaps(const struct log_text *lt)
{
	return &lt->gaps;
}
