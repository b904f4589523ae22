// SPDX-License-Identifier: GPL-3.0-or-later
/* Names that must not pass are in testdata/names.tsv. Here are those that must, and the limits. */
#include "base/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/name_gate.h"

/* Releases of distributions and of self-built kernels. */
static const char *const releases[] = {
	"6.1.0-56-amd64",
	"5.14.0-427.el9.x86_64+rt",
	"4.18.0-553.el8_10.aarch64",
	"6.8.0-rc5-syzkaller-00001-g2a3b4c5d6e7f",
	"5.14.21-150500.55.19-default",
	"6.6.7-arch1-1",
	"6.12.0+",
	"5.10.0~rc1+deb:1",
	"next-20260101",
};

static void releases_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		assert_true(name_is_plain(releases[i]));
		assert_true(name_is_file(releases[i]));
	}
	assert_true(name_is_plain("snd_hda_codec"));
	assert_true(name_is_plain("_x"));
}

static void file_names_pass(void **state)
{
	(void)state;
	assert_true(name_is_file("vmlinux.debug"));
	assert_true(name_is_file(".debug"));
	assert_true(name_is_file("..."));
	assert_true(name_is_file("a name with blanks"));
	assert_true(name_is_file("\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7"));
}

static void paths_pass(void **state)
{
	(void)state;
	assert_true(path_is_inside("drivers/net/ethernet/intel/e1000/e1000_main.c"));
	assert_true(path_is_inside("./include/linux/list.h"));
	assert_true(path_is_inside("/usr/src/debug/kernel-6.1//fs/inode.c"));
	assert_true(path_is_inside("a..b/..c"));
}

static void paths_upwards_do_not(void **state)
{
	(void)state;
	assert_false(path_is_inside(""));
	assert_false(path_is_inside("/"));
	assert_false(path_is_inside(".."));
	assert_false(path_is_inside("../fs/inode.c"));
	assert_false(path_is_inside("fs/../../inode.c"));
	assert_false(path_is_inside("/usr/src/.."));
	assert_false(path_is_inside("fs/in\node.c"));
	assert_false(path_is_inside("fs/in\xff.c"));
}

static void words_have_only_these_marks(void **state)
{
	(void)state;
	assert_true(name_is_word("kmalloc-64", "_-"));
	assert_true(name_is_word("ttyS0", ""));
	assert_false(name_is_word("kmalloc-64", "_."));
	assert_false(name_is_word("a,b", "_-"));
	assert_false(name_is_word("a b", "_-"));
	assert_false(name_is_word("", "_-"));
	assert_false(name_is_word(NULL, "_-"));
}

static char *repeat(char *to, const char *what, size_t n)
{
	to[0] = '\0';
	while (n--)
		strcat(to, what);
	return to;
}

static void lengths_are_bounded(void **state)
{
	char text[2 * CAP_STRING];

	(void)state;
	assert_true(name_is_plain(repeat(text, "a", CAP_FILE_NAME)));
	assert_true(name_is_file(text));
	repeat(text, "a", CAP_FILE_NAME + 1);
	assert_false(name_is_plain(text));
	assert_false(name_is_file(text));
	assert_false(path_is_inside(text));
	assert_true(path_is_inside(repeat(text, "a/", CAP_PATH_PARTS)));
	assert_false(path_is_inside(repeat(text, "a/", CAP_PATH_PARTS + 1)));
	assert_false(path_is_inside(repeat(text, "/", CAP_STRING)));
	assert_true(build_id_is_valid(repeat(text, "ab", CAP_BUILD_ID)));
	assert_false(build_id_is_valid(repeat(text, "ab", CAP_BUILD_ID + 1)));
}

/* Overlong, surrogate, past the last plane, truncated, C1 control. */
static void broken_utf8_does_not_pass(void **state)
{
	static const char *const names[] = {"\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\x80", "a\xe2\x82",
		"\xc3", "\xc2\x9b", "\x7f"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_false(name_is_file(names[i]));
		assert_false(path_is_inside(names[i]));
	}
}

static void build_ids(void **state)
{
	(void)state;
	assert_true(build_id_is_valid("732797e029befb845e6becc8b24a00971a7ac3e4"));
	assert_true(build_id_is_valid("abcd"));
	assert_false(build_id_is_valid("ab"));
	assert_false(build_id_is_valid(""));
}

/* "\xHH" is a byte, "\\" a backslash; "*N " before it repeats the rest. */
static void unescape(const char *from, char *to, size_t size)
{
	unsigned long times = 1;
	char *end = to;

	if (*from == '*' && from[1] >= '1' && from[1] <= '9') {
		times = strtoul(from + 1, NULL, 10);
		from = strchr(from, ' ') + 1;
	}
	for (const char *p = from; *p && *p != '\n'; end++) {
		char hex[3] = {p[0], 0, 0};

		if (strncmp(p, "\\x", 2) == 0) {
			memcpy(hex, p + 2, 2);
			*end = (char)strtoul(hex, NULL, 16);
			p += 4;
		} else {
			*end = *p;
			p += p[0] == '\\' ? 2 : 1;
		}
	}
	for (size_t len = (size_t)(end - to); --times && len && (size_t)(end - to) + len < size;
		end += len)
		memcpy(end, to, len);
	*end = '\0';
}

static bool (*const gates[])(const char *) = {
	name_is_plain, name_is_file, path_is_inside, build_id_is_valid};

/* For each evil name the table has the letters of the gates that let it pass, or '-'. */
static void evil_names(void **state)
{
	char path[512], line[1024], name[8192];
	size_t n = 0;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/names.tsv", getenv("VMT_TESTDATA"));
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char *tab = strchr(line, '\t');

		if (line[0] == '#')
			continue;
		assert_non_null(tab);
		unescape(tab + 1, name, sizeof(name));
		for (size_t i = 0; i < ARRAY_SIZE(gates); i++)
			if (gates[i](name) != (line[i] != '-'))
				fail_msg("gate %zu of %s", i, line);
		n++;
	}
	fclose(f);
	assert_true(n > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(releases_pass),
		cmocka_unit_test(file_names_pass),
		cmocka_unit_test(paths_pass),
		cmocka_unit_test(paths_upwards_do_not),
		cmocka_unit_test(words_have_only_these_marks),
		cmocka_unit_test(lengths_are_bounded),
		cmocka_unit_test(broken_utf8_does_not_pass),
		cmocka_unit_test(build_ids),
		cmocka_unit_test(evil_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
