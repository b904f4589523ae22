// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts with links of panic screens: all of the output is read, and its size is bounded. */
#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "io/qr_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(struct source *src)
{
	struct vmt_err err;
	uint8_t buf[512];

	for (uint64_t off = 0; off < src->size; off += sizeof(buf))
		if (source_read(src, off, buf, sizeof(buf), &err) <= 0)
			__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = talloc_strndup(ctx, (const char *)data, size);
	struct layers layers = {0};
	struct layer_job job = {.kind = "qr-link", .limit = UINT64_MAX, .layers = &layers};
	const char *missing = NULL;
	struct source *src;
	struct vmt_err err;

	if (source_open_memory(ctx, "fuzz", data, size, &job.src, &err) == 0 &&
		qr_link_probe(job.src) && qr_link_open(ctx, &job, &src, &missing, &err) == 0) {
		if (src->size > CAP_LINK_TEXT + 2 * CAP_LINK_LOG + size)
			__builtin_trap();
		read_all(src);
	}
	if (qr_link_is_url(text) && !qr_link_short(ctx, text))
		__builtin_trap();
	talloc_free(ctx);
	return 0;
}
