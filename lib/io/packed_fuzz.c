// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"
#include "io/packed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As a file of several parts: what is read in any order must not change. */
static void check_reads(struct source *src)
{
	uint8_t first[64], again[64];
	uint64_t step = src->size / 16 + 1;

	for (uint64_t off = src->size; off > 0; off = off > step ? off - step : 0) {
		int64_t n = source_read(src, off - 1, first, sizeof(first), NULL);

		if (n == 0 || n != source_read(src, off - 1, again, sizeof(again), NULL))
			__builtin_trap();
		for (int64_t i = 0; i < n; i++)
			if (first[i] != again[i])
				__builtin_trap();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kinds[] = {"zstd", "xz", "gzip"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct source *src, *inside;

	if (source_open_memory(ctx, "fuzz", data, size, &src, NULL) == 0)
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
			struct layer_job job = {.src = src, .kind = kinds[i], .limit = UINT64_MAX};

			if (packed_open(ctx, &job, &inside, NULL) == 1)
				check_reads(inside);
		}
	talloc_free(ctx);
	return 0;
}
