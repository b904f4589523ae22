// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdlib.h>
#include <string.h>

#include "report/pack.h"
#include "report/pack_shapes.h"
#include "report/sample_report.h"

static char *as_json(const struct vmt_report *r)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(vmt_report_write(r, "json", NULL, f, NULL), 0);
	fclose(f);
	return text;
}

static void comes_back(const struct vmt_report *r)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	uint8_t *bytes = report_pack(ctx, r), *again;
	struct vmt_report *back;
	char *a = as_json(r), *b;

	assert_non_null(bytes);
	assert_int_equal(report_unpack(ctx, bytes, talloc_get_size(bytes), &back, NULL), 0);
	b = as_json(back);
	assert_string_equal(a, b);
	again = report_pack(ctx, back);
	assert_int_equal(talloc_get_size(again), talloc_get_size(bytes));
	assert_memory_equal(again, bytes, talloc_get_size(bytes));
	free(a);
	free(b);
	talloc_free(ctx);
}

static void same_report(void **state)
{
	struct vmt_report full = sample_report(), empty = {0};

	(void)state;
	full.seen = NULL; /* the parent asks its history */
	comes_back(&full);
	comes_back(&empty);
}

/* Each byte of a struct belongs to a row, or to the padding before a member or at the end. */
static void covers(const struct pack_shape *s)
{
	uint8_t *covered = calloc(1, s->size);
	size_t gap = 0;

	for (size_t i = 0; i < s->n_fields; i++) {
		const struct pack_field *f = &s->fields[i];

		memset(covered + f->offset, 1, f->size);
		if (f->type == PACK_ROWS || f->type == PACK_TEXTS)
			memset(covered + f->n, 1, sizeof(size_t));
		if (f->shape)
			covers(f->shape);
	}
	for (size_t i = 0; i < s->size; i++) {
		gap = covered[i] ? 0 : gap + 1;
		if (gap == sizeof(void *))
			fail_msg("struct %s: the member at %zu has no row", s->name, i + 1 - gap);
	}
	free(covered);
}

static void every_member_has_a_row(void **state)
{
	(void)state;
	covers(&pack_report);
}

/* Whatever the bytes are, there is an error, or a report that can be written. */
static void hostile_bytes(void **state)
{
	struct vmt_report full = sample_report(), *r;
	TALLOC_CTX *ctx = talloc_new(NULL);
	uint8_t *bytes = report_pack(ctx, &full), *copy;
	size_t len = talloc_get_size(bytes), n_read = 0;
	unsigned seed = 1;

	(void)state;
	assert_true(len > 0);
	for (size_t i = 0; i < len; i += 7) {
		copy = talloc_memdup(ctx, bytes, i + 1);
		assert_int_equal(report_unpack(ctx, copy, i, &r, NULL), VMT_ERR_CORRUPT);
		talloc_free(copy);
	}
	for (size_t i = 0; i < 20000; i++) {
		copy = talloc_memdup(ctx, bytes, len);
		for (int k = 0; k < 3; k++) {
			seed = seed * 1103515245 + 12345;
			copy[len ? (seed >> 8) % len : 0] =
				(uint8_t)(seed >> 20) & 1 ? 0 : (uint8_t)seed;
		}
		if (!report_unpack(ctx, copy, len, &r, NULL)) {
			char *text = as_json(r);

			n_read++;
			free(text);
			assert_int_equal(vmt_report_outcome(r) & ~3, 0);
			talloc_free(r);
		}
		talloc_free(copy);
	}
	assert_true(n_read > 0);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_report),
		cmocka_unit_test(every_member_has_a_row),
		cmocka_unit_test(hostile_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
