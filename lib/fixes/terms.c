// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdbool.h>
#include <string.h>

#include "fixes/terms.h"

#include "base/array.h"
#include "base/ascii.h"

/* In the order of strcmp(). */
static const char *const stop_words[] = {"a", "add", "after", "also", "an", "and", "are", "as",
	"at", "be", "been", "before", "but", "by", "can", "do", "does", "fix", "for", "from", "has",
	"have", "if", "in", "into", "is", "it", "its", "may", "no", "not", "of", "on", "or", "so",
	"that", "the", "then", "there", "this", "to", "use", "used", "using", "was", "we", "when",
	"which", "will", "with"};

/* Folders and files of these names are in every part of the tree. */
static const char *const path_words[] = {
	"c", "core", "drivers", "h", "include", "kernel", "linux", "main"};

static bool is_in(const char *const *words, size_t n, const char *word, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(words[i], word, len) == 0 && !words[i][len])
			return true;
	return false;
}

int term_is_stop_word(const char *word, size_t len)
{
	return is_in(stop_words, ARRAY_SIZE(stop_words), word, len);
}

uint64_t term_hash(enum term_space space, const char *text, size_t len)
{
	uint64_t h = (0xcbf29ce484222325u ^ (uint8_t)space) * 0x100000001b3u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)text[i]) * 0x100000001b3u;
	return (h ^ h >> 32) * 0x9e3779b97f4a7c15u;
}

size_t term_name(const char *name, size_t len, char buf[TERM_SIZE])
{
	size_t n = 0;

	for (; len && *name == '_'; len--)
		name++;
	while (len && name[len - 1] == '_')
		len--;
	for (; n < len && n < TERM_SIZE - 1; n++)
		buf[n] = ascii_lower(name[n]);
	buf[n] = '\0';
	return n;
}

size_t term_stem(const char *word, size_t len)
{
	static const char *const endings[] = {"ing", "ed", "es", "s"};

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		size_t n = strlen(endings[i]);

		if (len >= n + 4 && memcmp(word + len - n, endings[i], n) == 0)
			return len - n;
	}
	return len;
}

void terms_of_name(const char *name, size_t len, term_taker take, void *arg)
{
	for (size_t i = 0, start = 0; i <= len; i++)
		if (i == len || name[i] == '_') {
			if (i > start)
				take(TERM_WORD, name + start, term_stem(name + start, i - start),
					arg);
			start = i + 1;
		}
}

static bool in_word(char c)
{
	return ascii_is_alnum(c) || c == '_';
}

static void take_run(const char *run, size_t len, bool called, term_taker take, void *arg)
{
	char name[TERM_SIZE];
	size_t n = term_name(run, len, name);

	if (!n)
		return;
	if (memchr(name, '_', n)) {
		take(TERM_NAME, name, n, arg);
		terms_of_name(name, n, take, arg);
		return;
	}
	if (called)
		take(TERM_NAME, name, n, arg);
	if (!term_is_stop_word(name, n))
		take(TERM_WORD, name, term_stem(name, n), arg);
}

void terms_of_text(const char *text, term_taker take, void *arg)
{
	while (*text) {
		size_t len = 0;

		while (in_word(text[len]))
			len++;
		if (len)
			take_run(text, len, text[len] == '(' && text[len + 1] == ')', take, arg);
		text += len ? len : 1;
	}
}

void terms_of_path_words(const char *path, term_taker take, void *arg)
{
	const char *dot = strrchr(path, '.');
	size_t end = dot ? (size_t)(dot - path) : strlen(path);
	char word[TERM_SIZE];

	for (size_t i = 0, n = 0; i <= end; i++) {
		if (i < end && !strchr("/_.-", path[i])) {
			if (n < TERM_SIZE - 1)
				word[n++] = ascii_lower(path[i]);
			continue;
		}
		if (n && !is_in(path_words, ARRAY_SIZE(path_words), word, n))
			take(TERM_WORD, word, term_stem(word, n), arg);
		n = 0;
	}
}

void terms_of_path(const char *path, term_taker take, void *arg)
{
	const char *slash = strrchr(path, '/');

	take(TERM_FILE, path, strlen(path), arg);
	if (slash)
		take(TERM_FOLDER, path, (size_t)(slash - path), arg);
	terms_of_path_words(path, take, arg);
}
