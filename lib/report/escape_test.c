// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "report/escape.h"

struct row {
	const char *in, *out;
};

static const struct row terminal[] = {
	{"", ""},
	{"plain text, 100% (of it)", "plain text, 100% (of it)"},
	{"\033[31mred\a", "\\x1b[31mred\\x07"},
	{"two\nlines\tand\r", "two\\x0alines\\x09and\\x0d"},
	{"\x7f", "\\x7f"},
	{"\xc2\x9b"
	 "31m",
		"\\xc2\\x9b31m"}, /* CSI in UTF-8 */
	{"\x9b"
	 "31m",
		"\\x9b31m"}, /* CSI as a byte */
	{"na\xc3\xafve \xe2\x82\xac \xf0\x9f\x90\xa7",
		"na\xc3\xafve \xe2\x82\xac \xf0\x9f\x90\xa7"},
	{"\xc0\xaf", "\\xc0\\xaf"}, /* overlong */
	{"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
	{"\xed\xa0\x80", "\\xed\\xa0\\x80"},	      /* surrogate */
	{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* past the last code point */
	{"cut \xe2\x82", "cut \\xe2\\x82"},
	{"\xe2\x80\xae"
	 "txt.exe",
		"\\xe2\\x80\\xaetxt.exe"},	      /* right-to-left override */
	{"\xe2\x81\xa6", "\\xe2\\x81\\xa6"},	      /* isolate */
	{"\xe2\x80\x8b", "\\xe2\\x80\\x8b"},	      /* zero width space */
	{"\xe2\x80\xa8", "\\xe2\\x80\\xa8"},	      /* line separator */
	{"\xef\xbb\xbf", "\\xef\\xbb\\xbf"},	      /* byte order mark */
	{"\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81"}, /* tag */
	{"back\\slash", "back\\slash"},
};

/* All of general category Cf in Unicode 15, and the default ignorable code points beyond them. */
static const uint32_t unseen[][2] = {
	{0xad, 0xad},
	{0x34f, 0x34f},
	{0x600, 0x605},
	{0x61c, 0x61c},
	{0x6dd, 0x6dd},
	{0x70f, 0x70f},
	{0x890, 0x891},
	{0x8e2, 0x8e2},
	{0x115f, 0x1160},
	{0x17b4, 0x17b5},
	{0x180b, 0x180f},
	{0x200b, 0x200f},
	{0x202a, 0x202e},
	{0x2060, 0x206f},
	{0x3164, 0x3164},
	{0xfe00, 0xfe0f},
	{0xfeff, 0xfeff},
	{0xffa0, 0xffa0},
	{0xfff0, 0xfffb},
	{0x110bd, 0x110bd},
	{0x110cd, 0x110cd},
	{0x13430, 0x1343f},
	{0x1bca0, 0x1bca3},
	{0x1d173, 0x1d17a},
	{0xe0000, 0xe0fff},
};

static bool is_unseen(uint32_t cp)
{
	for (size_t i = 0; i < ARRAY_SIZE(unseen); i++)
		if (cp >= unseen[i][0] && cp <= unseen[i][1])
			return true;
	return false;
}

static void encode(uint32_t cp, char *to)
{
	if (cp < 0x80) {
		*to++ = (char)cp;
	} else if (cp < 0x800) {
		*to++ = (char)(0xc0 | cp >> 6);
		*to++ = (char)(0x80 | (cp & 63));
	} else {
		if (cp < 0x10000) {
			*to++ = (char)(0xe0 | cp >> 12);
		} else {
			*to++ = (char)(0xf0 | cp >> 18);
			*to++ = (char)(0x80 | (cp >> 12 & 63));
		}
		*to++ = (char)(0x80 | (cp >> 6 & 63));
		*to++ = (char)(0x80 | (cp & 63));
	}
	*to = '\0';
}

static void no_format_character_is_shown(void **state)
{
	char in[5], out[32];
	size_t shown = 0;

	(void)state;
	for (uint32_t cp = 1; cp < 0x110000; cp++) {
		encode(cp, in);
		vmt_escape(in, out, sizeof(out));
		if (is_unseen(cp) && strncmp(out, "\\x", 2) != 0)
			fail_msg("U+%04X is shown", cp);
		shown += strcmp(in, out) == 0;
	}
	/* All but what is unseen, private, no character or a surrogate. */
	assert_true(shown > 0xe0000 - 0x4000 && shown < 0xe0000);
}

static const struct row markdown[] = {
	{"__run_timers in vhba_complete+0x1f", "\\_\\_run_timers in vhba_complete+0x1f"},
	{"*bold* `code` ~~gone~~", "\\*bold\\* \\`code\\` \\~\\~gone\\~\\~"},
	{"a|b", "a\\|b"},
	{"<img src=x>&lt;", "&lt;img src=x&gt;&amp;lt;"},
	{"[text](http://x.y)", "\\[text\\](http\\://x.y)"},
	{"see www.x.y", "see www\\.x.y"},
	{"#1 SMP", "\\#1 SMP"},
	{"bug #12, C# 3", "bug \\#12, C# 3"},
	{"- item", "\\- item"},
	{"1. item 2. not", "1\\. item 2. not"},
	{"@someone", "\\@someone"},
	{"a\\b", "a\\\\b"},
	{"\033[1m\n# Title", "\\\\x1b\\[1m\\\\x0a# Title"},
};

static const struct row spans[] = {
	{"", ""},
	{"plain_text", "`plain_text`"},
	{"a`b", "``a`b``"},
	{"`", "`` ` ``"},
	{"``a", "``` ``a ```"},
	{"a|b", "`a\\|b`"},
	{"a\nb", "`a\\x0ab`"},
};

static const struct row html[] = {
	{"plain_text 1.2 [m] a=b", "plain_text 1.2 [m] a=b"},
	{"</td><script>x</script>", "&lt;/td&gt;&lt;script&gt;x&lt;/script&gt;"},
	{"\" onload='x' a=\"", "&quot; onload=&#39;x&#39; a=&quot;"},
	{"&lt;&#60;", "&amp;lt;&amp;#60;"},
	{"a\nb\tc\033", "a\\x0ab\\x09c\\x1b"},
	{"\xe2\x80\xaegnp", "\\xe2\\x80\\xaegnp"}, /* written from right to left */
	{"na\xc3\xafve \xff<", "na\xc3\xafve \\xff&lt;"},
};

static const struct row utf8[] = {
	{"na\xc3\xafve", "na\xc3\xafve"}, {"bad \xff\xc3", "bad \\xff\\xc3"},
	{"\033 stays", "\033 stays"}, /* the JSON library's to escape */
};

static void check(const struct row *rows, size_t n, char *(*how)(TALLOC_CTX *, const char *))
{
	for (size_t i = 0; i < n; i++) {
		char *out = how(NULL, rows[i].in);

		assert_non_null(out);
		assert_string_equal(out, rows[i].out);
		talloc_free(out);
	}
}

#define CHECK(rows, how) check(rows, ARRAY_SIZE(rows), how)

static void all_classes(void **state)
{
	(void)state;
	CHECK(terminal, escape_terminal);
	CHECK(markdown, escape_markdown);
	CHECK(html, escape_html);
	CHECK(spans, escape_code_span);
	CHECK(utf8, escape_utf8);
}

static void every_byte_is_safe(void **state)
{
	(void)state;
	for (unsigned c = 1; c < 256; c++) {
		const char in[] = {'a', (char)c, 'b', '\0'};
		char *out = escape_terminal(NULL, in);

		for (const char *p = out; *p; p++)
			assert_in_range((uint8_t)*p, 0x20, 0x7e);
		talloc_free(out);
	}
}

static void fences_outgrow_the_text(void **state)
{
	(void)state;
	assert_int_equal(escape_fence_len("no ticks"), 3);
	assert_int_equal(escape_fence_len("a ``` b"), 4);
	assert_int_equal(escape_fence_len("````"), 5);
}

static void columns_are_counted(void **state)
{
	(void)state;
	assert_int_equal(escape_columns("abc", 3), 3);
	assert_int_equal(escape_columns("na\xc3\xafve", 6), 5);
	assert_int_equal(escape_columns("\xe6\xbc\xa2", 3), 2);
	assert_int_equal(escape_char_len("\xe6\xbc\xa2"), 3);
	assert_int_equal(escape_char_len(""), 0);
}

static void public_escape_is_bounded(void **state)
{
	char buf[8];

	(void)state;
	memset(buf, 'z', sizeof(buf));
	assert_int_equal(vmt_escape("ab\033cdef", buf, 6), 10);
	assert_memory_equal(buf, "ab\\x1\0zz", 8);
	assert_int_equal(vmt_escape("ab", buf, sizeof(buf)), 2);
	assert_string_equal(buf, "ab");
	assert_int_equal(vmt_escape("abc", NULL, 0), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_format_character_is_shown),
		cmocka_unit_test(all_classes),
		cmocka_unit_test(every_byte_is_safe),
		cmocka_unit_test(fences_outgrow_the_text),
		cmocka_unit_test(columns_are_counted),
		cmocka_unit_test(public_escape_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
