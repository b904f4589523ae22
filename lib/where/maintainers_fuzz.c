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
	const struct vmt_maintainer *m;
	char path[256] = "drivers/net/a.c";
	size_t n;

	if (nl && (size_t)(nl - text) < sizeof(path)) {
		memcpy(path, text, (size_t)(nl - text));
		path[nl - text] = '\0';
		size -= (size_t)(nl + 1 - text);
		text = nl + 1;
	}
	if (maintainers_find(NULL, text, size, path, &m, &n, NULL))
		return 0;
	for (size_t i = 0; i < n; i++) {
		read_strings(m[i].lists, m[i].n_lists);
		read_strings(m[i].bugs, m[i].n_bugs);
		read_strings(m[i].trees, m[i].n_trees);
		read_strings(m[i].persons, m[i].n_persons);
	}
	talloc_free((void *)(uintptr_t)m);
	return 0;
}
