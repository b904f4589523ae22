// SPDX-License-Identifier: GPL-3.0-or-later
#include "readiness/kernel_words.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool kernel_words_next(const char **line, struct kernel_word *ret)
{
	const char *p = *line, *start, *equals = NULL;
	bool quoted = false, whole;

	*ret = (struct kernel_word){0};
	while (is_blank(*p))
		p++;
	whole = *p == '"'; /* "name=a value" */
	start = p + whole;
	for (p = start, quoted = whole; *p && (quoted || !is_blank(*p)); p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '=' && !equals)
			equals = p;
	}
	*line = p;
	if (p == start || (p - start == 2 && !memcmp(start, "--", 2)))
		return false;
	ret->name = start;
	ret->name_len = (size_t)((equals ? equals : p) - start);
	if (equals) {
		ret->value = equals + 1;
		ret->value_len = (size_t)(p - ret->value);
		if (ret->value_len && *ret->value == '"') {
			ret->value++;
			ret->value_len--;
		}
	}
	if (ret->value_len && ret->value[ret->value_len - 1] == '"')
		ret->value_len--;
	else if (!equals && ret->name_len && ret->name[ret->name_len - 1] == '"')
		ret->name_len--;
	return true;
}

static char dashed(char c)
{
	return c == '-' ? '_' : c;
}

bool kernel_words_is(const struct kernel_word *word, const char *name)
{
	size_t i;

	for (i = 0; i < word->name_len && name[i]; i++)
		if (dashed(word->name[i]) != dashed(name[i]))
			return false;
	return i == word->name_len && !name[i];
}

bool kernel_words_has(const char *line, const char *name)
{
	struct kernel_word word;

	while (line && kernel_words_next(&line, &word))
		if (kernel_words_is(&word, name))
			return true;
	return false;
}

char *kernel_words_value(TALLOC_CTX *ctx, const char *line, const char *name)
{
	struct kernel_word word, last = {0};

	while (line && kernel_words_next(&line, &word))
		if (kernel_words_is(&word, name) && word.value)
			last = word;
	return last.value ? talloc_strndup(ctx, last.value, last.value_len) : NULL;
}
