// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/text_piece.h"

/* Pieces without a NUL after them: nothing past their end counts. */
static void pieces_begin_and_end(void **state)
{
	(void)state;
	assert_true(text_begins("Node 0", 4, "Node"));
	assert_true(text_begins("Node 0", 0, ""));
	assert_false(text_begins("Node 0", 3, "Node"));
	assert_true(text_ends("a.service", 9, ".service"));
	assert_false(text_ends("a.service", 8, ".service"));
	assert_false(text_ends("vice", 4, ".service"));
}

static void blanks_are_skipped(void **state)
{
	static const char text[] = " \t x", blank[] = "   ";

	(void)state;
	assert_ptr_equal(text_skip_blanks(text, text + 4), text + 3);
	assert_ptr_equal(text_skip_blanks(blank, blank + 2), blank + 2);
	assert_ptr_equal(text_skip_blanks(text + 3, text + 4), text + 3);
}

static void lines_are_cut(void **state)
{
	static const char text[] = "one\r\n\nlast";
	static const char *const lines[] = {"one", "", "last"};
	const char *p = text, *line;
	size_t len;

	(void)state;
	assert_int_equal(text_count_lines(text, sizeof(text) - 1), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_true(text_next_line(&p, text + sizeof(text) - 1, &line, &len));
		assert_int_equal(len, strlen(lines[i]));
		assert_memory_equal(line, lines[i], len);
	}
	assert_false(text_next_line(&p, text + sizeof(text) - 1, &line, &len));
	p = text;
	assert_true(text_next_line(&p, text + 2, &line, &len)); /* what is cut off ends there */
	assert_int_equal(len, 2);
}

static void files_have_names(void **state)
{
	(void)state;
	assert_string_equal(text_file_name("/usr/lib/e1000.ko"), "e1000.ko");
	assert_string_equal(text_file_name("e1000.ko"), "e1000.ko");
	assert_string_equal(text_file_name("dir/"), "");
	assert_true(text_is_header("include/linux/list.h"));
	assert_false(text_is_header("h"));
	assert_false(text_is_header("list.hh"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_begin_and_end),
		cmocka_unit_test(blanks_are_skipped),
		cmocka_unit_test(lines_are_cut),
		cmocka_unit_test(files_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
