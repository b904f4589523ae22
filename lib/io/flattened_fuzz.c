// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/layers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A sequential read must return the same bytes as reads at offsets. */
static void check_reads(struct source *src)
{
	uint8_t all[4096], part[100];
	struct vmt_err err;
	int64_t n = source_read(src, 0, all, sizeof(all), &err);

	for (int64_t off = 0; off < n; off += 77) {
		int64_t got = source_read(src, (uint64_t)off, part, sizeof(part), &err);
		for (int64_t i = 0; i < got && off + i < n; i++) {
			if (part[i] != all[off + i])
				__builtin_trap();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *missing = NULL;
	struct source *src;
	struct vmt_err err;
	uint8_t buf[512];

	if (source_open_memory(ctx, "fuzz", data, size, &src, &err) == 0 &&
		flattened_open(ctx, &(struct layer_job){.src = src}, &src, &missing, &err) == 0) {
		uint64_t off = 0;

		check_reads(src);
		for (unsigned i = 0; i < 64 && off < src->size; i++) {
			off = source_next_data(src, off);
			int64_t n = source_read(src, off, buf, sizeof(buf), &err);
			if (n < 0 || (n == 0 && off < src->size))
				__builtin_trap();
			off += (uint64_t)n;
		}
	}
	talloc_free(ctx);
	return 0;
}
