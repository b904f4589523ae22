// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "dump/dump_fuzz.h"
#include "dump/kdump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	fuzz_dump(ctx, data, size, &kdump_format);
	talloc_free(ctx);
	return 0;
}
