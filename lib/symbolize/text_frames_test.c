// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbolize/sample_elf.h"
#include "symbolize/text_frames.h"

#define KNOWN(x)                                                                                   \
	{                                                                                          \
		true, x                                                                            \
	}
#define BASE 0xffffffff81000000

static void find(struct sample_elf *s, struct text_frame *frames, size_t n)
{
	struct vmt_err err;

	assert_int_equal(text_frames_find(s->lines, s->elf, frames, n, &err), 0);
}

static void names_and_sizes_are_found(void **state)
{
	struct sample_elf s = sample_open("sample");
	struct text_frame frames[] = {
		{"outer", KNOWN(0x24), KNOWN(0x30)},
		{"_start", KNOWN(0x42), KNOWN(0x50)},
		{"outer", KNOWN(0x24), KNOWN(0x40)}, /* from another build */
		{"outer", KNOWN(0x24)},		     /* a kernel that prints no sizes */
		{"outer", KNOWN(0x99)},
		{"nothing", KNOWN(1), KNOWN(2)},
	};

	(void)state;
	find(&s, frames, 6);
	assert_true(frames[0].found);
	assert_int_equal(frames[0].start, BASE + 0x20);
	assert_true(frames[1].found);
	assert_int_equal(frames[1].start, BASE + 0x50);
	assert_false(frames[2].found);
	assert_true(frames[2].differs);
	assert_true(frames[3].found);
	assert_false(frames[4].found);
	assert_false(frames[5].found);
	assert_false(frames[5].differs);
	sample_close(&s);
}

/* Two static functions with the same name and size. */
static void twins_go_by_their_neighbours(void **state)
{
	struct sample_elf s = sample_open("sample");
	struct text_frame alone = {"twin", KNOWN(6), KNOWN(0x10)};
	struct text_frame one[] = {
		{"twin", KNOWN(6), KNOWN(0x10)}, {"_start", KNOWN(0x2c), KNOWN(0x50)}};
	struct text_frame two[] = {{"twin", KNOWN(6), KNOWN(0x10)}, {"other", KNOWN(0x8)},
		{"_start", KNOWN(0x2c), KNOWN(0x50)}};

	(void)state;
	find(&s, &alone, 1);
	assert_false(alone.found);
	assert_true(alone.several);
	find(&s, one, 2);
	assert_true(one[0].found);
	assert_int_equal(one[0].start, BASE + 0x10);
	find(&s, two, 3);
	assert_true(two[0].found);
	assert_int_equal(two[0].start, BASE + 0xa0);
	sample_close(&s);
}

/* The last function of a section: its size in memory depends on what was loaded after it. */
static void modules_have_sections(void **state)
{
	struct sample_elf s = sample_open("sample.ko");
	uint64_t base = sections_by_name(lines_sections(s.lines), ".text")->base;
	struct text_frame frames[] = {
		{"outer", KNOWN(0x24), KNOWN(0x30)}, {"other", KNOWN(4), KNOWN(0xf50)},
		{"other", KNOWN(4), KNOWN(0x10)}, /* but no smaller than the function itself */
	};

	(void)state;
	find(&s, frames, 3);
	assert_true(frames[0].found);
	assert_int_equal(frames[0].start, base + 0x20);
	assert_true(frames[1].found);
	assert_int_equal(frames[1].start, base + 0xb0);
	assert_false(frames[2].found);
	sample_close(&s);
}

static void symbols_are_found(void **state)
{
	struct sample_elf s = sample_open("sample");
	uint64_t addr;

	(void)state;
	assert_true(text_frames_symbol(s.lines, s.elf, "_start", &addr));
	assert_int_equal(addr, BASE + 0x50);
	assert_false(text_frames_symbol(s.lines, s.elf, "twin", &addr));
	assert_false(text_frames_symbol(s.lines, s.elf, "", &addr));
	sample_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_sizes_are_found),
		cmocka_unit_test(twins_go_by_their_neighbours),
		cmocka_unit_test(modules_have_sections),
		cmocka_unit_test(symbols_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
