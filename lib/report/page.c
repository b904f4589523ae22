// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/page.h"

#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"

static const char *const styles[] = {
	[PAGE_PLAIN] = "",
	[PAGE_BOLD] = "\033[1m",
	[PAGE_ALARM] = "\033[1;31m",
	[PAGE_FAINT] = "\033[2m",
};

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

/* How many bytes of text fit into room columns: up to a space, else as many as fit. */
static size_t line_len(const char *text, size_t room)
{
	size_t len = 0, at_space = 0, columns = 0, n, w;

	for (; (n = escape_char_len(text + len)); len += n, columns += w) {
		w = escape_columns(text + len, n);
		if (text[len] == ' ' && len)
			at_space = len;
		if (columns + w > room)
			return at_space ? at_space : len ? len : n;
	}
	return len;
}

static void styled(struct page *p, enum page_style style, const char *text, size_t len)
{
	bool on = p->colour && style != PAGE_PLAIN;

	fprintf(p->out, "%s%.*s%s", on ? styles[style] : "", (int)len, text, on ? "\033[0m" : "");
}

void page_text(struct page *p, enum page_style style, const char *lead, const char *text)
{
	char *safe = escape_terminal(p->ctx, text);
	size_t indent = strlen(lead), room, len, shown;

	if (!safe) {
		p->nomem = true;
		return;
	}
	room = indent + 20 < p->width ? p->width - indent : 20;
	fputs(lead, p->out);
	for (const char *s = safe;; fprintf(p->out, "%*s", (int)indent, "")) {
		len = shown = line_len(s, room);
		while (shown && s[shown - 1] == ' ')
			shown--;
		styled(p, style, s, shown);
		fputc('\n', p->out);
		s += len;
		s += strspn(s, " ");
		if (!*s)
			break;
	}
	talloc_free(safe);
}

void page_title(struct page *p, const char *title)
{
	fputc('\n', p->out);
	styled(p, PAGE_BOLD, title, strlen(title));
	fputc('\n', p->out);
}

static bool add_columns(
	struct page *p, struct libscols_table *tb, const struct page_column *columns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int flags = (columns[i].right ? SCOLS_FL_RIGHT : 0) |
			    (columns[i].wrap ? SCOLS_FL_WRAP : 0);
		struct libscols_column *cl = scols_table_new_column(tb,
			columns[i].name ? columns[i].name : "", columns[i].wrap ? 0.1 : 1, flags);

		if (!cl)
			return false;
	}
	scols_table_enable_noheadings(tb, !columns[0].name);
	scols_table_enable_colors(tb, p->colour);
	scols_table_enable_noencoding(tb, 1); /* cells are escaped already */
	scols_table_set_column_separator(tb, "  ");
	return true;
}

static bool add_rows(struct page *p, struct libscols_table *tb, const struct page_table *t)
{
	for (size_t row = 0; row < t->n_rows; row++) {
		struct libscols_line *ln = scols_table_new_line(tb, NULL);

		if (!ln)
			return false;
		if (t->faint && t->faint[row] && scols_line_set_color(ln, styles[PAGE_FAINT]))
			return false;
		for (size_t i = 0; i < t->n_columns; i++) {
			const char *cell = t->cells[row * t->n_columns + i];
			char *safe = escape_terminal(p->ctx, cell ? cell : "");

			if (!safe || scols_line_set_data(ln, i, safe))
				return false;
			talloc_free(safe);
		}
	}
	return true;
}

/* The table's lines, indented and without trailing blanks. */
static void put_lines(struct page *p, unsigned indent, const char *s)
{
	while (*s) {
		size_t all = strcspn(s, "\n"), len = all;

		while (len && s[len - 1] == ' ')
			len--;
		fprintf(p->out, "%*s%.*s\n", len ? (int)indent : 0, "", (int)len, s);
		s += all + (s[all] == '\n');
	}
}

void page_table(struct page *p, const struct page_table *t)
{
	/* libsmartcols asks the locale for character widths: set it for this thread and call. */
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
	struct libscols_table *tb = scols_new_table();
	char *text = NULL;

	if (tb && add_columns(p, tb, t->columns, t->n_columns) && add_rows(p, tb, t)) {
		scols_table_set_termforce(tb, SCOLS_TERMFORCE_ALWAYS);
		scols_table_set_termwidth(tb, p->width - t->indent);
		if (scols_print_table_to_string(tb, &text))
			text = NULL;
	}
	if (text)
		put_lines(p, t->indent, text);
	else
		p->nomem = true;
	free(text);
	scols_unref_table(tb);
	if (utf8) {
		uselocale(before);
		freelocale(utf8);
	}
}

int page_status(const struct page *p, struct vmt_err *err)
{
	return p->nomem ? err_nomem(err) : 0;
}
