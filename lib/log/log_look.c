// SPDX-License-Identifier: GPL-3.0-or-later
/* See log_look.h. */
#include "log/log_look.h"

#include <string.h>

#include "base/ascii.h"
#include "log/log_shape.h"

#define MAX_SHAPES 6
#define MAX_NESTED 5  /* prefixes on one line: for example a quote of a logger's line */
#define MAX_BEFORE 8  /* earlier lines that also count as evidence */
#define MAX_START 160 /* bytes kept of each of them */

struct log_look {
	size_t (*ahead)(const void *arg, const char *text, size_t len);
	const void *arg;
	struct log_shape shapes[MAX_SHAPES], shape; /* the last line: settle now */
	size_t n_shapes;
	bool holding;
	struct log_look_line *lines; /* LOG_LOOK_LINES of them; their texts are its children */
	size_t n_lines;
	struct {
		char text[MAX_START];
		size_t len;
	} before[MAX_BEFORE]; /* a ring */
	size_t n_before;
};

int log_look_new(TALLOC_CTX *ctx, size_t (*ahead)(const void *arg, const char *text, size_t len),
	const void *arg, struct log_look **ret, struct vmt_err *err)
{
	struct log_look *look = talloc_zero(ctx, struct log_look);

	if (!look)
		return err_nomem(err);
	look->ahead = ahead;
	look->arg = arg;
	*ret = look;
	return 0;
}

/* ---- known prefixes ---------------------------------------------------------------------- */

static bool is_host_char(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == ':';
}

static bool has_letter(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (ascii_is_alpha(p[i]) || p[i] == '.')
			return true;
	return false;
}

/* "20:49:05 web7 kernel: ": the word before the tag is the host, if something precedes it. */
static void take_host(struct log_wrap *w, const char *prefix, size_t len)
{
	static const char tag[] = " kernel: ";
	size_t n = sizeof(tag) - 1, start;

	if (w->rec.host || len <= n || memcmp(prefix + len - n, tag, n) != 0)
		return;
	for (start = len -= n; start && is_host_char(prefix[start - 1]);)
		start--;
	if (!start || start == len || prefix[start - 1] != ' ' ||
		log_wrap_is_level(prefix + start, len - start))
		return;
	/* Neither a time nor a year is a host. */
	if (memchr(prefix + start, ':', len - start) || !has_letter(prefix + start, len - start))
		return;
	w->rec.host = prefix + start;
	w->rec.host_len = len - start;
}

/* "`text`" and "\"text\"": the quote opened before the text is closed after it. */
static void take_closing(struct log_wrap *w, char open)
{
	struct log_record *rec = &w->rec;

	if ((open == '`' || open == '"' || open == '\'') && rec->len &&
		rec->text[rec->len - 1] == open)
		rec->len--;
}

static bool is_blank(const struct log_shape *shape)
{
	size_t n = 0;

	while (n < shape->len && (shape->text[n] == ' ' || shape->text[n] == '\t'))
		n++;
	return n == shape->len;
}

static bool take_known(const struct log_look *look, struct log_wrap *w)
{
	for (size_t i = 0; i < look->n_shapes; i++) {
		const struct log_shape *shape = &look->shapes[i];
		size_t n = log_shape_match(shape, w->rec.text, w->rec.len);

		if (!n)
			continue;
		take_host(w, w->rec.text, n);
		w->rec.text += n;
		w->rec.len -= n;
		take_closing(w, shape->text[0]);
		take_closing(w, shape->text[shape->len - 1]);
		/* Marks of quotes and line numbers are on each piece of a broken line, too. */
		if (has_letter(shape->text, shape->len))
			w->rec.wraps |= LOG_WRAPS_SHAPE << i;
		w->unwrapped = true;
		return true;
	}
	return false;
}

void log_look_unwrap(const struct log_look *look, struct log_wrap *w, char *scratch, size_t size)
{
	size_t nested = 0;

	log_wrap_strip(w, scratch, size);
	while (look && !w->is_ext && nested++ < MAX_NESTED && take_known(look, w))
		log_wrap_strip(w, scratch, size);
}

/* ---- unknown ones ------------------------------------------------------------------------ */

/* What quotes and lists put before any text: "> > ", "  12: ", "* ". */
static size_t outer_part(const char *p, size_t len)
{
	static const char marks[] = "> |*`#+-:;!\t";
	size_t n = 0, digits;

	while (n < len && strchr(marks, p[n]) && p[n])
		n++;
	for (digits = n; digits < len && ascii_is_digit(p[digits]);)
		digits++;
	if (digits == n || digits == len || !strchr(" .:)", p[digits]))
		return n;
	for (n = digits; n < len && strchr(" .:)", p[n]) && p[n];)
		n++;
	return p[n - 1] == ' ' ? n : 0;
}

/* Past "20 lis 23:25:56 host kernel: ", or len. */
static size_t after_tag(const char *p, size_t len)
{
	static const char tag[] = " kernel: ";
	size_t n = len < LOG_SHAPE_MAX ? len : LOG_SHAPE_MAX;
	const char *at = memmem(p, n, tag, sizeof(tag) - 1);

	n = at ? (size_t)(at - p) + sizeof(tag) - 1 : len;
	return n < len && log_shape_has_time(p, n) ? n : len;
}

/* Whether a line with time or host begins after a quote's marks, n bytes of them. */
static bool is_quoted_line(const char *p, size_t len, size_t n)
{
	struct log_wrap w;

	if (!n || n >= len)
		return false;
	log_wrap_init(&w, p + n, len - n);
	log_wrap_strip(&w, NULL, 0);
	return w.rec.host || w.rec.has_ts || w.rec.wall[0];
}

/*
 * Where the line that the sink waits for begins, or a printk time; len: nowhere. *end: how far
 * known wrappings may extend.
 */
static size_t find_start(
	const struct log_look *look, const char *p, size_t len, bool has_ts, size_t *end)
{
	size_t at = look->ahead(look->arg, p, len);
	size_t stamp = has_ts ? 0 : log_wrap_find_stamp(p, len);

	/* The match may begin within a word: "nable to handle" also matches Unable. */
	while (at < len && at && ascii_is_alpha(p[at - 1]))
		at--;
	/* A log in any language: the tag shows where the kernel's words begin. */
	if (at == len && !stamp && !has_ts)
		at = after_tag(p, len);
	/* What a mailer broke the line before may have no known word in it. */
	if (at == len && !stamp && is_quoted_line(p, len, outer_part(p, len)))
		at = outer_part(p, len);
	/* The rest of brackets opened earlier is not a line. */
	if (at < len && (p[at] == ']' || p[at] == ')' || p[at] == ':'))
		at = len;
	*end = stamp && stamp < at ? len : at;
	return stamp && stamp < at ? stamp : at;
}

/* How much of a prefix is unknown: known rows strip the rest of it. */
static size_t unknown_part(const char *p, size_t prefix, size_t end, size_t len)
{
	struct log_wrap w;

	for (size_t i = 1; i < prefix; i++) {
		if (ascii_is_alnum(p[i]) && ascii_is_alnum(p[i - 1]))
			continue;
		log_wrap_init(&w, p + i, len - i);
		log_wrap_strip(&w, NULL, 0);
		if ((w.rec.has_ts || w.rec.has_unix || w.rec.host || w.rec.wall[0]) &&
			w.rec.text <= p + end)
			return i;
	}
	return prefix;
}

/*
 * Whether words and a quotation mark precede the text, and more words follow after its end: "*
 * Fixed "kernel BUG at" in drbd". A program that puts lines in quotation marks ends them so.
 */
static bool is_citation(const char *p, size_t len, size_t at)
{
	char mark = at > 1 ? p[at - 1] : 0;
	const char *close;

	if ((mark != '"' && mark != '`' && mark != '\'') || (p[at - 2] != ' ' && p[at - 2] != '('))
		return false;
	close = memchr(p + at, mark, len - at);
	return close && close + 2 < p + len && (close[1] == ' ' || close[1] == ')');
}

bool log_look_begin(struct log_look *look, const struct log_wrap *w)
{
	const char *p = w->rec.text;
	size_t len = w->rec.len, at, end;

	bool known = w->rec.has_ts || w->rec.host, stamp, anything;

	if (!len || look->n_shapes == MAX_SHAPES || (known && ascii_is_alnum(*p)))
		return false;
	at = find_start(look, p, len, w->rec.has_ts, &end);
	if (!at || at >= len || at > LOG_SHAPE_MAX)
		return false;
	/* Nothing of the kernel's message comes before the kernel's time. */
	stamp = end == len;
	/*
	 * A logger's time may be followed by the logger's own words. Words of the kernel's message
	 * have colons.
	 */
	anything = stamp || (w->rec.has_unix && !known && !memchr(p, ':', at));
	if (!anything && !log_shape_may_be(p, at))
		return false;
	at = unknown_part(p, at, end, len);
	if (is_citation(p, len, at))
		return false;
	if (!anything && !log_shape_may_be(p, at))
		return false;
	memcpy(look->shape.text, p, at);
	look->shape.len = at;
	look->shape.loose = false;
	if (known && is_blank(&look->shape))
		return false;
	look->n_lines = 0;
	look->lines = talloc_array(look, struct log_look_line, LOG_LOOK_LINES);
	look->holding = look->lines != NULL;
	return look->holding;
}

bool log_look_has_learned(const struct log_look *look)
{
	return look->n_shapes;
}

void log_look_know(struct log_look *look, const struct log_look *from)
{
	memcpy(look->shapes, from->shapes, sizeof(look->shapes));
	look->n_shapes = from->n_shapes;
}

void log_look_note(struct log_look *look, const struct log_look_line *line)
{
	size_t at = look->n_before++ % MAX_BEFORE;

	look->before[at].len = line->len < MAX_START ? line->len : MAX_START;
	memcpy(look->before[at].text, line->text, look->before[at].len);
}

bool log_look_is_holding(const struct log_look *look)
{
	return look && look->holding;
}

bool log_look_hold(struct log_look *look, const struct log_look_line *line)
{
	struct log_look_line *to = &look->lines[look->n_lines];

	*to = *line;
	to->text = alloc_text(look->lines, line->text, line->len);
	if (!to->text)
		to->len = 0;
	return ++look->n_lines == LOG_LOOK_LINES;
}

/*
 * Counts of lines with a shape, lines that begin with the kernel's time, and all that are not
 * blank.
 */
struct tally {
	size_t alike, timed, n;
};

static void count(const struct log_look *look, const struct log_shape *shape, const char *p,
	size_t len, struct tally *t)
{
	struct log_wrap w;

	log_wrap_init(&w, p, len);
	log_look_unwrap(look, &w, NULL, 0);
	t->n += w.rec.len != 0;
	t->timed += w.rec.has_ts;
	t->alike += w.rec.len && log_shape_match(shape, w.rec.text, w.rec.len);
}

/* Lines that were broken lack the prefix, so not all lines must have it. */
static bool is_enough(const struct log_shape *shape, struct tally t)
{
	if (shape->loose)
		return t.alike >= 2 && 2 * t.alike > t.n;
	return t.alike >= 1 && 3 * t.alike >= t.n;
}

/*
 * Whether the lines after the one that the shape was learned from, or those before it, have the
 * shape.
 */
static bool is_confirmed(const struct log_look *look, const struct log_shape *shape)
{
	size_t n = look->n_before < MAX_BEFORE ? look->n_before : MAX_BEFORE;
	struct tally after = {0}, before = {0};

	for (size_t i = 1; i < look->n_lines; i++)
		count(look, shape, look->lines[i].text, look->lines[i].len, &after);
	if (is_enough(shape, after))
		return true;
	/*
	 * The following lines lack the prefix, so it was on one line only: "PANIC: [    3.2] ..."
	 */
	if (after.timed)
		return false;
	for (size_t i = 0; i < n; i++)
		count(look, shape, look->before[i].text, look->before[i].len, &before);
	return before.alike >= 2 && is_enough(shape, before);
}

/* The first of a quote's marks: "> " of "> > ". The line's own indent may follow them. */
static size_t one_quote(const struct log_shape *shape, size_t n)
{
	if (n < 1 || shape->text[0] != '>')
		return n;
	return n > 1 && shape->text[1] == ' ' ? 2 : 1;
}

/* The rest of a line that a mailer broke has only the outer part, n bytes. */
static void keep_shape(struct log_look *look, const struct log_shape *shape, size_t n)
{
	struct log_shape *to = &look->shapes[look->n_shapes++];
	bool quote = n && shape->text[0] == '>', all = n >= shape->len;

	*to = *shape;
	if (quote && all)
		to->len = one_quote(shape, n);
	if (!n || n >= shape->len || look->n_shapes == MAX_SHAPES)
		return;
	to->len = one_quote(shape, n);
	if (is_blank(to)) {
		*to = *shape;
		return;
	}
	to = &look->shapes[look->n_shapes++];
	*to = *shape;
	to->len -= n;
	memmove(to->text, to->text + n, to->len);
}

struct log_look_line *log_look_settle(struct log_look *look, TALLOC_CTX *ctx, size_t *n)
{
	struct log_shape *shape = &look->shape;
	size_t outer = outer_part(shape->text, shape->len);
	bool found = is_confirmed(look, shape);

	/* Any words may come before colons. */
	if (!found && log_shape_may_be(shape->text, shape->len)) {
		shape->loose = true;
		found = is_confirmed(look, shape);
	}
	if (!found && outer && outer < shape->len) {
		shape->loose = false;
		shape->len = outer;
		found = is_confirmed(look, shape);
	}
	if (found)
		keep_shape(look, shape, outer);
	look->holding = false;
	*n = look->n_lines;
	return talloc_steal(ctx, look->lines);
}
