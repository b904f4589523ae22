// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/page.h"

#include <string.h>

#include "report/escape.h"
#include "report/marks.h"

#define ELLIPSIS "\xe2\x80\xa6"

static const char *const styles[] = {
	[PAGE_PLAIN] = "",
	[PAGE_BOLD] = "\033[1m",
	[PAGE_ALARM] = "\033[1;31m",
	[PAGE_FAINT] = "\033[2m",
};

const char *page_style(enum page_style style)
{
	return styles[style];
}

struct page page_init(TALLOC_CTX *ctx, FILE *out, unsigned width, bool colour)
{
	width = width ? width : PAGE_WIDTH;
	return (struct page){
		.out = out,
		.ctx = ctx,
		.width = width < PAGE_WIDTH_MIN ? PAGE_WIDTH_MIN : width,
		.colour = colour,
	};
}

bool page_is_narrow(const struct page *p)
{
	return p->width < PAGE_NARROW;
}

/*
 * How many bytes of text belong on a line of room columns: up to a blank, and at least one word. 0:
 * its first word does not fit.
 */
static size_t line_len(const char *text, size_t room)
{
	size_t len = 0, at_blank = 0, columns = 0, n, w;

	for (; (n = escape_char_len(text + len)); len += n, columns += w) {
		w = escape_columns(text + len, n);
		if (text[len] == ' ' && len)
			at_blank = len;
		if (columns + w > room)
			return at_blank;
	}
	return len;
}

static size_t word_len(const char *text)
{
	size_t blanks = strspn(text, " ");

	return blanks + strcspn(text + blanks, " ");
}

static void put(struct page *p, enum page_style style, const char *text, size_t len)
{
	bool on = p->colour && style != PAGE_PLAIN && len;

	if (!p->measure)
		fprintf(p->out, "%s%.*s%s", on ? styles[style] : "", (int)len, text,
			on ? PAGE_STYLE_END : "");
}

/* A part of the paragraph's text: with its marks, if there are some. */
static void put_body(struct page *p, enum page_style style, const char *text, size_t len)
{
	size_t at, n;

	while ((n = marks_find(text, len, p->marks, p->n_marks, &at))) {
		put(p, style, text, at);
		put(p, PAGE_BOLD, text + at, n);
		text += at + n;
		len -= at + n;
	}
	put(p, style, text, len);
}

static void end_line(struct page *p)
{
	if (!p->measure)
		fputc('\n', p->out);
	p->lines++;
}

static size_t without_blanks(const char *s, size_t len)
{
	while (len && s[len - 1] == ' ')
		len--;
	return len;
}

/* Columns left of an indent; a page narrower than its indents still has some. */
static size_t room(const struct page *p, size_t indent)
{
	return indent + 20 < p->width ? p->width - indent : 20;
}

static void put_lead(struct page *p, const char *lead, size_t len)
{
	size_t label = p->label < len ? p->label : len;

	put(p, PAGE_BOLD, lead, label);
	put(p, PAGE_PLAIN, lead + label, len - label);
}

static void put_lines(struct page *p, enum page_style style, const char *lead, const char *s)
{
	size_t first = strlen(lead), indent = first;
	size_t len = line_len(s, room(p, first));

	/* The other lines of a narrow page begin further left, and so may the first word. */
	if (page_is_narrow(p) && indent > 2)
		indent = 2;
	if (!len && *s && escape_columns(s, word_len(s)) <= room(p, indent) && indent < first) {
		put_lead(p, lead, without_blanks(lead, first));
		end_line(p);
		put(p, PAGE_PLAIN, "  ", indent);
		first = indent;
		len = line_len(s, room(p, indent));
	} else {
		put_lead(p, lead, *s ? first : without_blanks(lead, first));
	}
	for (unsigned n = 1;; n++) {
		size_t begin = n == 1 ? first : indent;

		if (n == p->most && s[len]) /* room for the ellipsis */
			len = line_len(s, room(p, begin) - 2);
		len = len ? len : word_len(s);
		put_body(p, style, s, without_blanks(s, len));
		/* What runs over takes more lines of the screen. */
		begin += escape_columns(s, len);
		p->lines += begin ? (unsigned)((begin - 1) / p->width) : 0;
		s += len;
		s += strspn(s, " ");
		if (*s && n == p->most)
			put(p, style, " " ELLIPSIS, strlen(" " ELLIPSIS));
		end_line(p);
		if (!*s || n == p->most)
			return;
		if (!p->measure)
			fprintf(p->out, "%*s", (int)indent, "");
		len = line_len(s, room(p, indent));
	}
}

void page_text(struct page *p, enum page_style style, const char *lead, const char *text)
{
	char *safe = escape_terminal(p->ctx, text);

	if (safe)
		put_lines(p, style, lead, safe);
	else
		p->nomem = true;
	talloc_free(safe);
}

size_t page_label(const char *lead)
{
	const char *end = strstr(lead, "  ");

	return end ? (size_t)(end - lead) : without_blanks(lead, strlen(lead));
}

void page_row(struct page *p, const char *lead, const char *text)
{
	p->label = page_label(lead);
	page_text(p, PAGE_PLAIN, lead, text);
	p->label = 0;
}

void page_marked(struct page *p, const char *lead, const char *text, const char *const *marks,
	size_t n_marks)
{
	p->marks = marks;
	p->n_marks = n_marks;
	page_text(p, PAGE_PLAIN, lead, text);
	p->n_marks = 0;
}

unsigned page_measure(const struct page *p, const char *lead, const char *text)
{
	struct page dry = *p;

	dry.measure = true;
	dry.lines = 0;
	page_text(&dry, PAGE_PLAIN, lead, text);
	return dry.lines;
}

void page_blank(struct page *p)
{
	end_line(p);
}

void page_title(struct page *p, const char *title)
{
	page_blank(p);
	put(p, PAGE_BOLD, title, strlen(title));
	end_line(p);
}

int page_status(const struct page *p, struct vmt_err *err)
{
	return p->nomem ? err_nomem(err) : 0;
}
