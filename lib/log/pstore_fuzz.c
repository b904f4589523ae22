// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Input: parts of pstore, each "name", a newline and its content, with a byte 0x1e between them.
 * They are sorted and joined.
 */
#include <stdlib.h>
#include <string.h>

#include "log/pstore.h"

#define MOST 64
#define SEPARATOR 0x1e

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool add(TALLOC_CTX *ctx, const char *p, size_t len, struct pstore_part *part)
{
	const char *nl = memchr(p, '\n', len);
	size_t name_len = nl ? (size_t)(nl - p) : len, rest = nl ? len - name_len - 1 : 0;
	char *name = talloc_strndup(ctx, p, name_len);
	char *text = talloc_memdup(ctx, nl ? nl + 1 : p, rest);
	struct source *src;

	*part = (struct pstore_part){0};
	if (!name || (rest && !text) || source_open_memory(ctx, name, text, rest, &src, NULL) ||
		!pstore_peek_text(name, src, part))
		return false;
	part->path = name;
	part->text = src;
	return true;
}

static void join(TALLOC_CTX *ctx, struct pstore_part **order, size_t n)
{
	struct pstore_gaps gaps = {0};
	struct source *all;
	char byte;

	if (pstore_sort(order, n, NULL))
		return;
	for (size_t i = 1; i < n; i++)
		if (order[i]->dump < order[i - 1]->dump)
			abort();
	if (pstore_join(ctx, order, n, &all, &gaps, NULL))
		return;
	for (size_t i = 0; i < gaps.n; i++)
		if (gaps.at[i] > all->size || (i && gaps.at[i] < gaps.at[i - 1]))
			abort();
	if (all->size && source_read_exact(all, all->size - 1, &byte, 1, NULL))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct pstore_part parts[MOST], *order[MOST];
	const char *p = (const char *)data, *end = p + size;
	size_t n = 0;

	while (p < end && n < MOST) {
		const char *next = memchr(p, SEPARATOR, (size_t)(end - p));

		if (add(ctx, p, (size_t)((next ? next : end) - p), &parts[n])) {
			parts[n].mtime_ns = (int64_t)n;
			order[n] = &parts[n];
			n++;
		}
		p = next ? next + 1 : end;
	}
	if (n)
		join(ctx, order, n);
	talloc_free(ctx);
	return 0;
}
