// SPDX-License-Identifier: GPL-3.0-or-later
/* A prepared index: its checksum is right, and all else may lie. Lookups stay inside it. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cur.h"
#include "fixes/rank.h"

#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(const struct fixes_index *index)
{
	static const struct rank_frame frames[] = {{"e1000_clean", "e1000", false},
		{"napi_poll", NULL, false}, {"ext4_iget", NULL, true}};
	struct rank_query query = {.stack = {frames, 3},
		.kind = KIND_USE_AFTER_FREE,
		.release = "6.1.7",
		.arch = "x86_64",
		.most = 10};
	struct rank_match *matches;
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fix fix;
	size_t n;

	for (uint32_t i = 0; i < index_size(index) && i < 1000; i++)
		index_fix(ctx, index, i, &fix, NULL);
	if (rank_fixes(ctx, index, &query, &matches, &n, NULL) == 0)
		for (size_t i = 0; i < n; i++)
			if (matches[i].fix >= index_size(index) ||
				matches[i].reasons_n > RANK_REASONS_MOST)
				abort();
	talloc_free(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fixes_index *index;
	uint8_t *copy;

	if (index_from(NULL, data, size, &index, NULL) == 0) {
		look_up(index);
		talloc_free(index);
	}
	if (size <= 16)
		return 0;
	copy = malloc(size);
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	cur_store_little(copy + 12, 4, crc32_z(0, copy + 16, size - 16));
	if (index_from(NULL, copy, size, &index, NULL) == 0) {
		look_up(index);
		talloc_free(index);
	}
	free(copy);
	return 0;
}
