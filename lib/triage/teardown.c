// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See teardown.h. What fails may be there because something was taken down too early, in the wrong
 * order, or not at all, and the function that did so has returned. Of 91 such functions beside the
 * traces of known fixes, 10 were in a file that the fix changed.
 */
#include "triage/teardown.h"

#include <string.h>

#include "base/array.h"
#include "where/area.h"

/* How their names end, and where such a name means that. */
static const struct {
	const char *end, *folder;
} ends[] = {
	{"_exit", ""},
	{"_remove", "drivers/"}, /* elsewhere it may remove an entry of a list */
	{"_remove", "sound/"},
};

/* The first words of a name are those of its driver: one word or two. */
#define WORDS 2

/* The length of the first words of a name that has more; 0: it has no more. */
static size_t length_of(const char *name, size_t len, size_t words)
{
	for (size_t i = 0; i < len; i++)
		if (name[i] == '_' && i && !--words)
			return i;
	return 0;
}

static bool is_beside(const char *path, const char *other)
{
	const char *end = strrchr(path, '/');
	size_t n = end ? (size_t)(end + 1 - path) : 0;

	return n && strncmp(path, other, n) == 0 && !strchr(other + n, '/');
}

static bool fits(
	const struct where *w, const struct where_places *p, const char *path, uint16_t not )
{
	char buf[WHERE_PATH_SIZE];
	const char *other = p->n == 1 && p->file[0] != not ? where_path(w, p->file[0], buf) : NULL;

	return other && is_beside(path, other);
}

struct teardown teardown_find(
	TALLOC_CTX *ctx, const struct where *w, const char *name, size_t len, uint16_t file)
{
	char buf[WHERE_PATH_SIZE], guess[WHERE_PATH_SIZE];
	const char *path = where_path(w, file, buf);
	struct teardown t = {0};

	while (len && *name == '_')
		name++, len--;
	for (size_t i = 0; path && i < ARRAY_SIZE(ends); i++)
		for (size_t words = WORDS; words; words--) {
			size_t n = length_of(name, len, words), tail = strlen(ends[i].end);

			if (!n || n + tail >= sizeof(guess) ||
				strncmp(path, ends[i].folder, strlen(ends[i].folder)) != 0)
				continue;
			memcpy(guess, name, n);
			memcpy(guess + n, ends[i].end, tail);
			t.places = area_places(w, guess, n + tail, NULL);
			if (!fits(w, &t.places, path, file))
				continue;
			t.function = talloc_strndup(ctx, guess, n + tail);
			return t;
		}
	return t;
}
