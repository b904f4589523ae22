// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/array.h"
#include "report/json_scan.h"

static bool is_whole(const char *text)
{
	const char *end = json_scan(text);

	return end && !*end;
}

static void json_is_scanned(void **state)
{
	static const char *const good[] = {"null", "true", "false", "0", "-1", "1.5", "1e-05",
		"9223372036854775807", "-9223372036854775808", "12.25e+10", "\"\"", "\"a\\\"b\"",
		"\"\\u00e9\\ud83d\\ude00\"", "{}", "[]", "[[],{}]", "[1,[2,{\"a\":[]}],3]",
		"{\"a\":{},\"b\":[{}],\"c\":null}", "{\"a\":{\"b\":{\"c\":1}}}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		if (!is_whole(good[i]))
			fail_msg("refused: %s", good[i]);
}

static void what_is_none_is_refused(void **state)
{
	static const char *const bad[] = {"", " ", "nul", "01", "-", "1.", "1e", "1e999",
		"9223372036854775808", "-9223372036854775809", "\"", "\"a\nb\"", "\"\x7f\"",
		"\"\xc3\xa9\"", "\"\\x\"", "\"\\u12\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"",
		"\"\\ud800\\u0041\"", "{", "[", "[1", "[1,", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}",
		"{\"a\":1,}", "{a:1}", "[1}", "{\"a\":1]", "[1 ,2]", "{1:2}"};
	char deep[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (json_scan(bad[i]))
			fail_msg("taken: %s", bad[i]);
	memset(deep, '[', 99);
	memset(deep + 99, ']', 99);
	deep[198] = '\0';
	assert_null(json_scan(deep));
	assert_null(json_scan(deep + 34));
	assert_string_equal(json_scan(deep + 35), deep + 163);
}

static void the_rest_is_returned(void **state)
{
	(void)state;
	assert_string_equal(json_scan("{\"a\":[1]},\"b\":2"), ",\"b\":2");
	assert_string_equal(json_scan("[1]]"), "]");
	assert_string_equal(json_scan("1\n2"), "\n2");
}

/* Whatever is done to a text: what is taken here, jansson takes too. */
static void jansson_takes_what_is_taken(void **state)
{
	static const char sample[] =
		"{\"verdict\":{\"kind\":\"null-deref\",\"no_crash\":false,\"line\":null,"
		"\"evidence\":[\"a \\\"b\\\"\",\"\\u00e9\\ud83d\\ude00\"],\"next\":[]},\"crash\":{"
		"\"uptime_s\":12.34567,\"cpu\":3,\"task\":{\"pid\":9223372036854775807,"
		"\"comm\":\"x\"}},\"n\":[-1,0,1e-05,{}]}";
	static const char bytes[] = "{}[]\",:\\u0d8c-+.eE19ntf \x7f\xff\n";
	size_t n_taken = 0;

	(void)state;
	srand(1);
	assert_true(is_whole(sample));
	for (int i = 0; i < 200000; i++) {
		char text[sizeof(sample)];
		size_t n = 1 + (size_t)rand() % 3;
		json_t *value;

		memcpy(text, sample, sizeof(sample));
		while (n--)
			text[(size_t)rand() % (sizeof(sample) - 1)] =
				bytes[(size_t)rand() % (sizeof(bytes) - 1)];
		if (!is_whole(text))
			continue;
		n_taken++;
		value = json_loads(text, JSON_DECODE_ANY, NULL);
		if (!value)
			fail_msg("jansson refuses: %s", text);
		json_decref(value);
	}
	assert_true(n_taken > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_scanned),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(the_rest_is_returned),
		cmocka_unit_test(jansson_takes_what_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
