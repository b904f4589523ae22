// SPDX-License-Identifier: GPL-3.0-or-later
/* An apport report: all of the output is read. */
#include "io/layers.h"

/* The kernel's signature may stand in the text, and is added to it. */
#define ADDED 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct layer_job job = {.kind = "apport", .limit = UINT64_MAX};
	const char *missing = NULL;
	struct source *src;
	struct vmt_err err;
	uint8_t buf[512];

	if (source_open_memory(ctx, "fuzz", data, size, &job.src, &err) == 0 &&
		apport_open(ctx, &job, &src, &missing, &err) == 0) {
		if (!src->size || src->size > size + ADDED)
			__builtin_trap();
		for (uint64_t off = 0; off < src->size; off += sizeof(buf))
			if (source_read(src, off, buf, sizeof(buf), &err) <= 0)
				__builtin_trap();
	}
	talloc_free(ctx);
	return 0;
}
