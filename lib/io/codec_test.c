// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/test.h"
#include "io/codec.h"

#define PAGE 4096

struct fixture {
	struct codecs *codecs;
	uint8_t page[PAGE], packed[2 * PAGE], out[PAGE + 16];
	size_t len;
	struct vmt_err err;
};

static int setup(void **state)
{
	struct fixture *f = talloc_zero(NULL, struct fixture);

	for (size_t i = 0; i < PAGE; i++)
		f->page[i] = (uint8_t)(i / 64 * 7 + (i & 3));
	*state = f;
	return codecs_open(f, &f->codecs, &f->err);
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static int pack(struct fixture *f, enum codec_id id)
{
	struct codec_buffers b = {f->page, PAGE, f->packed, codec_bound(PAGE)};
	int rc;

	assert_true(b.out_len <= sizeof(f->packed));
	rc = codec_pack(f->codecs, id, &b, &f->err);
	f->len = b.out_len;
	return rc;
}

static bool is_built_in(struct fixture *f, enum codec_id id)
{
	return pack(f, id) != VMT_ERR_UNSUPPORTED;
}

static void test_round_trip(void **state)
{
	struct fixture *f = *state;

	for (int id = 0; id < CODEC_COUNT; id++) {
		if (!is_built_in(f, id))
			continue;
		/* State kept from page to page must not affect the result. */
		for (unsigned i = 0; i < 3; i++) {
			assert_int_equal(pack(f, id), 0);
			assert_true(f->len < PAGE);
			memset(f->out, 0xee, sizeof(f->out));
			assert_int_equal(
				codec_unpack(f->codecs, id,
					(struct codec_buffers){f->packed, f->len, f->out, PAGE},
					&f->err),
				0);
			assert_memory_equal(f->out, f->page, PAGE);
			assert_int_equal(f->out[PAGE], 0xee);
		}
	}
	assert_true(is_built_in(f, CODEC_ZLIB));
	assert_true(is_built_in(f, CODEC_ZSTD));
}

static void test_wrong_size(void **state)
{
	struct fixture *f = *state;

	for (int id = 0; id < CODEC_COUNT; id++) {
		if (!is_built_in(f, id))
			continue;
		assert_int_equal(pack(f, id), 0);
		memset(f->out, 0xee, sizeof(f->out));
		assert_int_equal(
			codec_unpack(f->codecs, id,
				(struct codec_buffers){f->packed, f->len, f->out, PAGE - 1},
				&f->err),
			VMT_ERR_CORRUPT);
		assert_int_equal(f->out[PAGE - 1], 0xee);
		assert_int_equal(
			codec_unpack(f->codecs, id,
				(struct codec_buffers){f->packed, f->len, f->out, PAGE + 1},
				&f->err),
			VMT_ERR_CORRUPT);
		assert_non_null(strstr(f->err.message, codec_name(id)));
	}
}

static void test_damaged(void **state)
{
	struct fixture *f = *state;

	for (int id = 0; id < CODEC_COUNT; id++) {
		if (!is_built_in(f, id))
			continue;
		assert_int_equal(pack(f, id), 0);
		assert_int_equal(
			codec_unpack(f->codecs, id,
				(struct codec_buffers){f->packed, f->len / 2, f->out, PAGE},
				&f->err),
			VMT_ERR_CORRUPT);
		memset(f->packed, 0xff, f->len);
		assert_int_equal(
			codec_unpack(f->codecs, id,
				(struct codec_buffers){f->packed, f->len, f->out, PAGE}, &f->err),
			VMT_ERR_CORRUPT);
		/* And the next page is good again. */
		assert_int_equal(pack(f, id), 0);
		assert_int_equal(
			codec_unpack(f->codecs, id,
				(struct codec_buffers){f->packed, f->len, f->out, PAGE}, &f->err),
			0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrong_size, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
