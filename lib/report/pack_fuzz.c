// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a hostile worker hands to its parent as a report. Input: a byte that says whether the rest
 * is all of it, or changes of a good one: two bytes where, one byte what. Each writer writes what
 * is accepted, and packing it again gives what is unpacked alike.
 */
#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "report/pack.h"
#include "report/sample_report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int discard(void *arg, const void *data, size_t len)
{
	(void)arg, (void)data, (void)len;
	return 0;
}

static void write_all(const struct vmt_report *r)
{
	static const char *const formats[] = {"text", "json", "markdown", "html"};

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		(void)vmt_report_write_to(r, formats[i], NULL, discard, NULL, NULL);
}

static void unpack(TALLOC_CTX *ctx, const uint8_t *bytes, size_t len)
{
	struct vmt_report *r, *back;
	uint8_t *again, *third;

	if (report_unpack(ctx, bytes, len, &r, NULL))
		return;
	write_all(r);
	again = report_pack(ctx, r);
	if (!again || report_unpack(ctx, again, talloc_get_size(again), &back, NULL))
		__builtin_trap();
	third = report_pack(ctx, back);
	if (!third || talloc_get_size(third) != talloc_get_size(again) ||
		memcmp(third, again, talloc_get_size(third)) != 0)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	if (size && data[0] & 1) {
		struct vmt_report full = sample_report();
		uint8_t *good = report_pack(ctx, &full);
		size_t len = talloc_get_size(good);

		for (size_t i = 1; i + 3 <= size; i += 3)
			good[(data[i] << 8 | data[i + 1]) % len] = data[i + 2];
		unpack(ctx, good, data[0] & 2 ? len - data[0] : len);
	} else if (size) {
		unpack(ctx, data + 1, size - 1);
	}
	talloc_free(ctx);
	return 0;
}
