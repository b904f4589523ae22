// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "fixes/calls.h"

#include "base/ascii.h"
#include "triage/blame.h"

void calls_add(const char *callee, const char *caller, term_taker take, void *arg)
{
	size_t callee_len = blame_base_length(callee), caller_len = blame_base_length(caller);
	char text[2 * TERM_SIZE];
	int n;

	if (callee_len == caller_len && memcmp(callee, caller, callee_len) == 0)
		return; /* the program counter, and the first frame */
	if (callee_len >= TERM_SIZE || caller_len >= TERM_SIZE)
		return;
	n = snprintf(
		text, sizeof(text), "%.*s %.*s", (int)callee_len, callee, (int)caller_len, caller);
	if (n > 0 && (size_t)n < sizeof(text))
		take(TERM_CALL, text, (size_t)n, arg);
}

static bool in_function(char c)
{
	return ascii_is_alnum(c) || c == '_' || c == '.' || c == '$';
}

/* The function of "[ts]  ? name+0x10/0x20 [module]": its length; 0: there is none. */
static size_t find_offset_form(const char *line, size_t len, const char **name)
{
	const char *plus = memmem(line, len, "+0x", 3), *start = plus;

	while (plus && start > line && in_function(start[-1]))
		start--;
	if (!plus || start == plus || (start - line >= 2 && start[-1] == ' ' && start[-2] == '?'))
		return 0;
	*name = start;
	return (size_t)(plus - start);
}

/* The function of " name fs/file.c:10 [inline]". */
static size_t find_source_form(const char *line, size_t len, const char **name)
{
	size_t i = 0, start, end;

	while (i < len && line[i] == ' ')
		i++;
	for (start = i; i < len && in_function(line[i]);)
		i++;
	end = i;
	while (i < len && line[i] != ':' && (i == end ? line[i] == ' ' : line[i] != ' '))
		i++;
	if (end == start || i + 1 >= len || line[i] != ':' || !ascii_is_digit(line[i + 1]) ||
		!memchr(line + end, '.', i - end))
		return 0;
	*name = line + start;
	return end - start;
}

void calls_of_text(const char *text, term_taker take, void *arg)
{
	char frames[2][TERM_SIZE] = {"", ""};
	unsigned last = 0;

	while (*text) {
		size_t len = strcspn(text, "\n"), n;
		const char *name = NULL;

		n = find_offset_form(text, len, &name);
		if (!n)
			n = find_source_form(text, len, &name);
		if (n && n < TERM_SIZE) {
			char *frame = frames[1 - last];

			memcpy(frame, name, n);
			frame[n] = '\0';
			if (*frames[last])
				calls_add(frames[last], frame, take, arg);
			last = 1 - last;
		} else if (len && text[len - 1] == ':') {
			frames[last][0] = '\0'; /* "Freed by task 12:" */
		}
		text += len + (text[len] == '\n');
	}
}
