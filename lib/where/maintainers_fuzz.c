// SPDX-License-Identifier: GPL-3.0-or-later
/* A MAINTAINERS file of any content, and a path: its first line. */
#include <stdlib.h>
#include <string.h>

#include "where/maintainers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_strings(const char *const *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!*items[i] && strlen(items[i]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *nl = size ? memchr(text, '\n', size) : NULL;
	struct maintainers found;
	char path[256] = "drivers/net/a.c";

	if (nl && (size_t)(nl - text) < sizeof(path)) {
		memcpy(path, text, (size_t)(nl - text));
		path[nl - text] = '\0';
		size -= (size_t)(nl + 1 - text);
		text = nl + 1;
	}
	if (maintainers_find(NULL, text, size, path, &found, NULL))
		return 0;
	for (size_t i = 0; i < found.n; i++) {
		const struct vmt_maintainer *m = &found.items[i];

		read_strings(m->lists, m->n_lists);
		read_strings(m->bugs, m->n_bugs);
		read_strings(m->trees, m->n_trees);
		read_strings(m->persons, m->n_persons);
	}
	talloc_free((void *)(uintptr_t)found.items);
	return 0;
}
