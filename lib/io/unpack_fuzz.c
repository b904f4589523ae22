// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Each kind of outer compression on the same bytes. What is unpacked of their beginning is the
 * beginning of what is unpacked of all, whatever is damaged.
 */
#include <stdlib.h>

#include "base/array.h"
#include "io/layers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct source *unpack(
	TALLOC_CTX *ctx, const char *kind, const uint8_t *data, size_t size, uint64_t limit)
{
	struct layer_job job = {.kind = kind, .index_from = UINT64_MAX, .limit = limit};
	const char *missing = NULL;
	struct source *ret;
	struct vmt_err err = {0};

	if (source_open_memory(ctx, "fuzz", data, size, &job.src, NULL) ||
		unpack_open(ctx, &job, &ret, &missing, &err))
		return NULL;
	if (missing && !ret->size)
		__builtin_trap();
	return ret;
}

static void begin_alike(struct source *whole, struct source *part)
{
	uint8_t a[4096], b[sizeof(a)];

	for (uint64_t off = 0; off < part->size && off < whole->size; off += sizeof(a)) {
		int64_t n = source_read(whole, off, a, sizeof(a), NULL);
		int64_t m = source_read(part, off, b, sizeof(b), NULL);

		if (n <= 0 || m <= 0)
			__builtin_trap();
		for (int64_t i = 0; i < n && i < m; i++)
			if (a[i] != b[i])
				__builtin_trap();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kinds[] = {"gzip", "xz", "zstd", "bzip2", "lz4"};
	size_t part = size ? data[size - 1] * size / 256 : 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct source *whole = unpack(ctx, kinds[i], data, size, UINT64_MAX);
		struct source *first = unpack(ctx, kinds[i], data, part, LAYERS_PEEK);

		if (whole && first)
			begin_alike(whole, first);
		/* gzip, xz and zstd lose nothing that comes before damage. */
		if (first && i < 3 && (!whole || whole->size < first->size))
			__builtin_trap();
		talloc_free(ctx);
	}
	return 0;
}
