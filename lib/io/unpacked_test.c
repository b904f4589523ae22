// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/unpacked.h"

#include <string.h>

#include "base/test.h"

#define PAGE 4096
#define ROOM (64u << 10) /* some ten pages */

struct fixture {
	struct codecs *codecs;
	struct unpacked *unpacked;
	uint8_t page[PAGE], packed[2 * PAGE], out[PAGE];
	struct vmt_err err;
};

static int setup(void **state)
{
	struct fixture *f = talloc_zero(NULL, struct fixture);

	*state = f;
	return codecs_open(f, &f->codecs, &f->err) || unpacked_new(f, ROOM, &f->unpacked, &f->err);
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

/* A page that is like no other, and hard to pack. */
static struct codec_buffers make_page(struct fixture *f, uint32_t number)
{
	struct codec_buffers b = {f->page, PAGE, f->packed, codec_bound(PAGE)};
	uint32_t x = number * 2654435761u + 1;

	for (size_t i = 0; i < PAGE; i++) {
		x = x * 1664525 + 1013904223;
		f->page[i] = (uint8_t)(x >> 24);
	}
	assert_int_equal(codec_pack(f->codecs, CODEC_ZLIB, &b, &f->err), 0);
	memset(f->out, 0xee, PAGE);
	return (struct codec_buffers){f->packed, b.out_len, f->out, PAGE};
}

static void read_page(struct fixture *f, uint32_t number)
{
	struct codec_buffers b = make_page(f, number);

	assert_int_equal(unpacked_read(f->unpacked, f->codecs, CODEC_ZLIB, b, &f->err), 0);
	assert_memory_equal(f->out, f->page, PAGE);
}

static void test_found_again(void **state)
{
	struct fixture *f = *state;

	for (uint32_t round = 0; round < 3; round++)
		for (uint32_t i = 0; i < 5; i++)
			read_page(f, i);
	assert_int_equal(unpacked_found(f->unpacked), 10);
}

static void test_full(void **state)
{
	struct fixture *f = *state;

	for (uint32_t i = 0; i < 100; i++)
		read_page(f, i);
	assert_int_equal(unpacked_found(f->unpacked), 0);
	read_page(f, 99);
	assert_int_equal(unpacked_found(f->unpacked), 1);
}

/* Each byte counts, also those that the hash does not see: damage is found as without it. */
static void test_damage(void **state)
{
	struct fixture *f = *state;
	struct codec_buffers b = make_page(f, 1);

	read_page(f, 1);
	for (size_t i = 0; i < b.in_len; i += 7) {
		f->packed[i] ^= 0x10;
		assert_int_equal(unpacked_read(f->unpacked, f->codecs, CODEC_ZLIB, b, &f->err),
			codec_unpack(f->codecs, CODEC_ZLIB, b, NULL));
		f->packed[i] ^= 0x10;
	}
	assert_int_equal(unpacked_found(f->unpacked), 0);
	b.in_len--;
	assert_int_equal(
		unpacked_read(f->unpacked, f->codecs, CODEC_ZLIB, b, &f->err), VMT_ERR_CORRUPT);
	b.in_len++;
	assert_int_equal(unpacked_read(f->unpacked, f->codecs, CODEC_ZLIB, b, &f->err), 0);
	assert_int_equal(unpacked_found(f->unpacked), 1);
	b.out_len--;
	assert_int_equal(
		unpacked_read(f->unpacked, f->codecs, CODEC_ZLIB, b, &f->err), VMT_ERR_CORRUPT);
	b.out_len++;
	assert_true(unpacked_read(f->unpacked, f->codecs, CODEC_ZSTD, b, &f->err) < 0);
	assert_int_equal(unpacked_found(f->unpacked), 1);
}

/* Without room, or without a store, pages are unpacked. */
static void test_without(void **state)
{
	struct fixture *f = *state;

	TALLOC_FREE(f->unpacked);
	read_page(f, 1);
	for (size_t room = 0; room < 3 * PAGE; room += 100) {
		assert_int_equal(unpacked_new(f, room, &f->unpacked, &f->err), 0);
		read_page(f, 1);
		read_page(f, 1);
		TALLOC_FREE(f->unpacked);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_found_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damage, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
