// SPDX-License-Identifier: GPL-3.0-or-later
#include <stddef.h>
#include <stdint.h>

#include "io/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct source *src, *inside;
	struct bundle *bundle;
	struct vmt_err err;
	char byte;

	if (source_open_memory(ctx, "fuzz", data, size, &src, &err) == 0 &&
		bundle_open(ctx, src, &bundle, &err) == 0)
		for (size_t i = 0; i < bundle->n; i++) {
			const struct bundle_member *m = &bundle->members[i];

			if (bundle_open_member(ctx, m, m->name, &inside, &err) == 0)
				source_read(inside, 0, &byte, 1, &err);
			bundle_folder(bundle, i);
		}
	talloc_free(ctx);
	return 0;
}
