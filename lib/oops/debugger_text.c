// SPDX-License-Identifier: GPL-3.0-or-later
/* Small parts of the lines that debuggers print. */
#include <string.h>

#include "oops/debugger_internal.h"

bool debugger_is_dec(char c)
{
	return c >= '0' && c <= '9';
}

const char *debugger_skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

static bool is_quote(char c)
{
	return c == ' ' || c == '\t' || c == '>' || c == '|' || c == '*' || c == '`';
}

/* Skips quoting and indentation of mail and Markdown. */
const char *debugger_skip_quotes(const char *p, const char *end)
{
	while (p < end && is_quote(*p))
		p++;
	return p;
}

bool debugger_starts(const char *p, const char *end, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(end - p) >= n && memcmp(p, text, n) == 0;
}

bool debugger_is_text(struct oops_span s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.p, text, s.len) == 0;
}

struct oops_span debugger_hex_at(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && (debugger_is_dec(*q) || (*q >= 'a' && *q <= 'f')))
		q++;
	return (struct oops_span){p, (size_t)(q - p)};
}

/* Both "+31" (crash's default) and "+0x1f". */
static const char *take_offset(const char *p, const char *end, struct oops_frame_text *f)
{
	struct oops_span s = {p + 1, 0};

	if (p == end || *p != '+')
		return p;
	if (debugger_starts(s.p, end, "0x")) {
		s = debugger_hex_at(s.p + 2, end);
		f->offset = oops_span_hex(s).v;
	} else {
		while (s.p + s.len < end && debugger_is_dec(s.p[s.len]))
			s.len++;
		f->offset = oops_span_dec(s).v;
	}
	f->has_offset = s.len > 0;
	return s.p + s.len;
}

const char *debugger_take_symbol(const char *p, const char *end, struct oops_frame_text *f)
{
	const char *q = p;

	while (q < end && oops_is_symbol_char(*q))
		q++;
	if (q == p || debugger_is_dec(*p))
		return p;
	f->function = (struct oops_span){p, (size_t)(q - p)};
	return take_offset(q, end, f);
}

bool debugger_is_one_of(struct oops_span name, const char *const *names, size_t n)
{
	for (size_t i = 0; name.len && i < n; i++) {
		size_t len;

		if (*names[i] != *name.p)
			continue;
		len = strlen(names[i]);
		if (names[i][len - 1] == '*'
				? name.len >= len - 1 && !memcmp(name.p, names[i], len - 1)
				: debugger_is_text(name, names[i]))
			return true;
	}
	return false;
}
