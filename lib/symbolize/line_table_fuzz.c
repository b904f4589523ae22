// SPDX-License-Identifier: GPL-3.0-or-later
/* Input: a byte of flags, then a line table, whose strings are anywhere in it. */
#include "symbolize/line_table.h"

enum { BIG_ENDIAN_BYTES = 1, NO_STRINGS = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	unsigned flags = size ? *data : 0;
	/* A copy of its own, so that reading past its end is noticed. */
	Elf_Data bytes = {.d_buf = size ? talloc_memdup(ctx, data + 1, size - 1) : NULL,
		.d_size = size ? size - 1 : 0};
	struct line_table_at at = {.lines = &bytes,
		.strings = flags & NO_STRINGS ? NULL : &bytes,
		.line_strings = flags & NO_STRINGS ? NULL : &bytes,
		.top = flags & NO_STRINGS ? NULL : "/usr/src",
		.big_endian = flags & BIG_ENDIAN_BYTES};

	if (bytes.d_buf)
		for (uint64_t addr = 0x1000; addr < UINT64_MAX / 16; addr <<= 8) {
			struct line_row row;
			struct line_table *t = line_table_parse(ctx, &at, addr, &row);

			if (t)
				(void)line_table_file(t, ctx, row.file);
		}
	talloc_free(ctx);
	return 0;
}
