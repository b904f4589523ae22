// SPDX-License-Identifier: GPL-3.0-or-later
/* Flattened streams with damaged block headers. */
#include <string.h>

#include "base/array.h"
#include "base/test.h"
#include "io/flattened_mend.h"
#include "io/layers.h"

#define HEAD 4096
#define INSIDE 40000

/* As makedumpfile writes it: descriptors between the pages, in two places of the file. */
static const struct {
	uint32_t off, size;
} written[] = {{0, 464}, {464, 4536}, {12000, 7001}, {19001, 6007}, {25008, 5992}, {5000, 7000},
	{31000, 8100}, {39100, 900}};

#define N ARRAY_SIZE(written)

struct stream {
	TALLOC_CTX *ctx;
	uint8_t inside[INSIDE];
	uint8_t *bytes;
	size_t len, headers[N];
};

static void put_word(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> (56 - 8 * i));
}

static void make(struct stream *s)
{
	uint32_t noise = 1;

	s->ctx = talloc_new(NULL);
	for (size_t i = 0; i < INSIDE; i++) {
		noise = noise * 1103515245 + 12345;
		s->inside[i] = (uint8_t)(noise >> 16);
	}
	s->bytes = talloc_zero_array(s->ctx, uint8_t, HEAD + INSIDE + 16 * (N + 1));
	memcpy(s->bytes, "makedumpfile", 12);
	put_word(s->bytes + 16, 1);
	put_word(s->bytes + 24, 1);
	s->len = HEAD;
	for (size_t i = 0; i < N; i++) {
		s->headers[i] = s->len;
		put_word(s->bytes + s->len, written[i].off);
		put_word(s->bytes + s->len + 8, written[i].size);
		memcpy(s->bytes + s->len + 16, s->inside + written[i].off, written[i].size);
		s->len += 16 + written[i].size;
	}
	memset(s->bytes + s->len, 0xff, 16);
	s->len += 16;
}

/* How many bytes of the inside are right; and whether damage was noticed. */
static size_t count_right(const struct stream *s, bool *noticed)
{
	static uint8_t got[INSIDE];
	struct source *outer, *src;
	struct layers layers;
	size_t right = 0;

	memset(got, 0, sizeof(got));
	assert_int_equal(source_open_memory(s->ctx, "test", s->bytes, s->len, &outer, NULL), 0);
	assert_int_equal(layers_peel(s->ctx, outer, &src, &layers, NULL), 0);
	assert_true(source_read(src, 0, got, INSIDE, NULL) >= 0);
	*noticed = layers.missing != NULL;
	for (size_t i = 0; i < INSIDE; i++)
		right += got[i] == s->inside[i];
	return right;
}

static void test_good(void **state)
{
	struct stream s;
	bool noticed;

	(void)state;
	make(&s);
	assert_int_equal(count_right(&s, &noticed), INSIDE);
	assert_false(noticed);
	talloc_free(s.ctx);
}

/* Each header that is lost alone leaves nothing else lost. */
static void test_lost_header(void **state)
{
	(void)state;
	for (size_t i = 0; i < N; i++) {
		struct stream s;
		bool noticed;

		make(&s);
		memset(s.bytes + s.headers[i], i % 2 ? 0 : 0xa5, 16);
		assert_int_equal(count_right(&s, &noticed), INSIDE);
		assert_true(noticed);
		talloc_free(s.ctx);
	}
}

/* A wrong size leads to where no header is. */
static void test_wrong_size(void **state)
{
	static const uint64_t wrong[] = {1, 700, 60000, UINT64_MAX / 2};

	(void)state;
	for (size_t i = 0; i + 1 < N; i++)
		for (size_t k = 0; k < ARRAY_SIZE(wrong); k++) {
			struct stream s;
			bool noticed;

			make(&s);
			put_word(s.bytes + s.headers[i] + 8, wrong[k]);
			assert_int_equal(count_right(&s, &noticed), INSIDE);
			assert_true(noticed);
			talloc_free(s.ctx);
		}
}

/* Pages that would be in another place than those before and after them. */
static void test_wrong_offset(void **state)
{
	struct stream s;
	bool noticed;

	(void)state;
	make(&s);
	put_word(s.bytes + s.headers[3], 0);
	assert_int_equal(count_right(&s, &noticed), INSIDE);
	put_word(s.bytes + s.headers[3], written[3].off + (1ull << 40));
	assert_int_equal(count_right(&s, &noticed), INSIDE);
	talloc_free(s.ctx);
}

/* Two headers that are lost, and a file that is cut off. */
static void test_more(void **state)
{
	struct stream s;
	bool noticed;

	(void)state;
	make(&s);
	memset(s.bytes + s.headers[3], 0, 16);
	memset(s.bytes + s.headers[5], 0, 16);
	assert_int_equal(count_right(&s, &noticed), INSIDE);
	assert_true(noticed);
	s.len = s.headers[6] + 16 + 1000;
	assert_true(count_right(&s, &noticed) >= 24000);
	talloc_free(s.ctx);
}

/* Bitmaps are full of what looks like small numbers and end marks. */
static void test_bitmaps(void **state)
{
	struct stream s;
	bool noticed;
	uint8_t *body;

	(void)state;
	make(&s);
	for (size_t i = 2; i < 4; i++) {
		body = s.bytes + s.headers[i] + 16;
		memset(body, 0xff, written[i].size);
		memset(body, 0, written[i].size / 2);
		for (size_t k = 15; k < written[i].size / 2; k += 97)
			put_word(body + k - 7, written[i].size / 2);
		memcpy(s.inside + written[i].off, body, written[i].size);
	}
	assert_int_equal(count_right(&s, &noticed), INSIDE);
	assert_false(noticed);
	memset(s.bytes + s.headers[3], 0, 16);
	assert_int_equal(count_right(&s, &noticed), INSIDE);
	assert_true(noticed);
	/* A size that leads into them. */
	put_word(s.bytes + s.headers[3], written[3].off);
	put_word(s.bytes + s.headers[3] + 8, written[3].size - 100);
	assert_int_equal(count_right(&s, &noticed), INSIDE);
	assert_true(noticed);
	talloc_free(s.ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_lost_header),
		cmocka_unit_test(test_wrong_size),
		cmocka_unit_test(test_wrong_offset),
		cmocka_unit_test(test_more),
		cmocka_unit_test(test_bitmaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
