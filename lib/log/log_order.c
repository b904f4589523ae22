// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See log_order.h. Times alone do not tell much: they are often equal within a report, and go back
 * at each boot. A stack trace does: its frames stand above "Call Trace:" then.
 */
#include "log/log_order.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/text_piece.h"

/* So many lines are older than the one before them, and hardly any is newer, if it is no trace. */
#define MIN_BACK 12
#define BACK_TO_FORTH 20

struct line {
	const char *p;
	size_t len;
};

static bool has(struct line l, const char *text)
{
	return memmem(l.p, l.len, text, strlen(text)) != NULL;
}

/* The words of a stack, which kernels before 4.9 print above its trace: it ends with three. */
static bool is_stack(struct line l)
{
	const char *p = l.p + l.len;

	while (p > l.p && (p[-1] == '\r' || p[-1] == ' '))
		p--;
	for (unsigned words = 0; words < 3; words++) {
		const char *end = p;

		while (p > l.p && ascii_hex(p[-1]) >= 0)
			p--;
		if ((end - p != 8 && end - p != 16) || p == l.p || p[-1] != ' ')
			return false;
		p--;
	}
	return true;
}

/* What is printed above a trace, in the usual order. */
static bool is_head(struct line l)
{
	static const char *const words[] = {"RIP", "EIP", "PC is", "LR is", "NIP", "LR [",
		"pc : ", "lr : ", "sp : ", "x0 : ", "epc", " ra : ", "PSW",
		"Code:", "CPU: ", "Hardware name: ", "Workqueue: ", "Modules linked in", "RSP",
		"R13: ", "FS: ", "CR2: ", "DR3: ", "PKRU: ", "Oops: ", "BUG: ", "WARNING: ",
		" state:", "Stack:", "not tainted", "Tainted: "};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (has(l, words[i]))
			return true;
	return is_stack(l);
}

/* "func+0x1/0x2" that is not the instruction's or the caller's own line, or a mark of a trace. */
static bool is_frame(struct line l)
{
	const char *plus = memmem(l.p, l.len, "+0x", 3);

	if (has(l, "<TASK>") || has(l, "<IRQ>") || has(l, "<NMI>"))
		return true;
	return plus && memmem(plus, (size_t)(l.p + l.len - plus), "/0x", 3) && !is_head(l);
}

/* The next line that is not blank. */
static bool next_line(const char **p, const char *end, struct line *l)
{
	while (text_next_line(p, end, &l->p, &l->len))
		if (l->len)
			return true;
	return false;
}

/* The line before, the one that holds p, and the one after; false: one of them is missing. */
static bool lines_around(const char *text, const char *end, const char *p, struct line ret[3])
{
	const char *start = p, *from;

	while (start > text && start[-1] != '\n')
		start--;
	from = start;
	if (!next_line(&from, end, &ret[1]) || !next_line(&from, end, &ret[2]))
		return false;
	/* Blank lines do not count. */
	while (start > text && (start[-1] == '\n' || start[-1] == '\r'))
		start--;
	if (start == text)
		return false;
	for (from = start; from > text && from[-1] != '\n';)
		from--;
	ret[0] = (struct line){from, (size_t)(start - from)};
	return true;
}

/* What the traces say: > 0: newest first; < 0: as usual; 0: there are none. */
static int vote_of_traces(const char *text, const char *end)
{
	const char *p = text, *at;
	struct line l[3];
	int back = 0;

	while ((at = memmem(p, (size_t)(end - p), "all ", 4))) {
		p = at + 4;
		if (end - p < 6 || (memcmp(p, "Trace:", 6) != 0 && memcmp(p, "trace:", 6) != 0))
			continue;
		if (!lines_around(text, end, at, l))
			continue;
		if (is_frame(l[2]) || is_head(l[0]))
			return -1;
		back += is_frame(l[0]) && is_head(l[2]);
	}
	return back;
}

/* The first time of day of a line, or that of its fraction. */
static bool find_time(struct line l, struct line *ret)
{
	for (size_t i = 0; i + 8 <= l.len && i < 80; i++) {
		const char *p = l.p + i;
		size_t n = 8;

		if (p[2] != ':' || p[5] != ':' || !ascii_is_digit(p[0]) || !ascii_is_digit(p[1]) ||
			!ascii_is_digit(p[3]) || !ascii_is_digit(p[4]) || !ascii_is_digit(p[6]) ||
			!ascii_is_digit(p[7]))
			continue;
		if (i + 9 < l.len && (p[8] == '.' || p[8] == ','))
			for (n = 9; i + n < l.len && ascii_is_digit(p[n]);)
				n++;
		*ret = (struct line){p, n};
		return true;
	}
	return false;
}

/* printk's time stamp at the start of a line, "[   12.345678]", up to its last digit. */
static bool find_stamp(struct line l, struct line *ret)
{
	size_t n = 1;

	if (l.p[0] != '[')
		return false;
	while (n < l.len && (l.p[n] == ' ' || l.p[n] == '.' || ascii_is_digit(l.p[n])))
		n++;
	*ret = (struct line){l.p, n};
	return n > 8 && n < l.len && l.p[n] == ']' && memchr(l.p, '.', n);
}

struct times {
	bool (*find)(struct line l, struct line *ret);
	struct line before;
};

static bool times_go_back(const char *p, const char *end)
{
	struct times kinds[] = {{find_time, {NULL, 0}}, {find_stamp, {NULL, 0}}};
	struct line l, now;
	size_t back = 0, forth = 0;

	while (next_line(&p, end, &l)) {
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
			struct times *t = &kinds[i];
			int order;

			if (!t->find(l, &now))
				continue;
			order = t->before.p && t->before.len == now.len
					? memcmp(now.p, t->before.p, now.len)
					: 0;
			back += order < 0;
			forth += order > 0;
			t->before = now;
		}
		if (forth > 1 && forth * BACK_TO_FORTH > back)
			return false;
	}
	return back >= MIN_BACK && back >= forth * BACK_TO_FORTH;
}

bool log_order_is_newest_first(const char *text, size_t len)
{
	int vote = vote_of_traces(text, text + len);

	return vote > 0 || (!vote && times_go_back(text, text + len));
}

uint64_t log_order_reverse(const char *text, size_t len, char *out)
{
	const char *end = text + len;
	uint64_t n = 0;

	while (end > text) {
		const char *start = end - 1;

		while (start > text && start[-1] != '\n')
			start--;
		memcpy(out, start, (size_t)(end - start));
		out += end - start;
		if (end[-1] != '\n')
			*out++ = '\n';
		end = start;
		n++;
	}
	return n;
}
