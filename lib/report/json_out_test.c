// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/json_out.h"

static char *text_of(const json_t *value, size_t indent)
{
	char *buf = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&buf, &len);

	assert_int_equal(json_out(value, indent, out, NULL), 0);
	fclose(out);
	assert_int_equal(buf[len - 1], '\n');
	buf[len - 1] = 0;
	return buf;
}

/* Except for DEL, the output is jansson's. */
static void same(const json_t *value)
{
	static const struct {
		size_t indent, flags;
	} forms[] = {{JSON_OUT_INDENTED, JSON_INDENT(2)}, {JSON_OUT_LINE, JSON_COMPACT}};

	for (size_t i = 0; i < 2; i++) {
		char *own = text_of(value, forms[i].indent);
		char *theirs = json_dumps(value, forms[i].flags | JSON_ENSURE_ASCII |
							 JSON_REAL_PRECISION(15) | JSON_ENCODE_ANY);

		assert_string_equal(own, theirs);
		free(own);
		free(theirs);
	}
}

static void all_characters(void **state)
{
	json_t *a = json_array();

	(void)state;
	for (unsigned c = 1; c < 0x110000; c += c < 0x1000 ? 1 : 61) {
		char text[8] = {0};

		if (c < 0x80)
			text[0] = (char)c;
		else if (c < 0x800)
			memcpy(text, (char[]){(char)(0xc0 | c >> 6), (char)(0x80 | (c & 63))}, 2);
		else if (c < 0x10000)
			memcpy(text,
				(char[]){(char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 63)),
					(char)(0x80 | (c & 63))},
				3);
		else
			memcpy(text,
				(char[]){(char)(0xf0 | c >> 18), (char)(0x80 | (c >> 12 & 63)),
					(char)(0x80 | (c >> 6 & 63)), (char)(0x80 | (c & 63))},
				4);
		if (c != 0x7f && (c < 0xd800 || c > 0xdfff))
			json_array_append_new(a, json_sprintf("%s, %s.", text, text));
	}
	assert_true(json_array_size(a) > 10000);
	same(a);
	json_decref(a);
}

static void all_kinds_of_values(void **state)
{
	json_t *o = json_pack("{s[] s{} s[s i b b n] s{s[{s[s]}]} s:f s:f s:f s:I s:I}", "a", "b",
		"c", "x", -7, 1, 0, "d", "e", "f", "deep", "g", 1.5, "h", 1e300, "i", 12.0, "j",
		(json_int_t)INT64_MAX, "k", (json_int_t)INT64_MIN);
	json_t *deep = json_array();

	(void)state;
	assert_non_null(o);
	same(o);
	for (unsigned i = 0; i < 50; i++) {
		json_t *outer = json_object();

		json_object_set_new(outer, "key \"\n\xc3\xa4", deep);
		json_object_set_new(outer, "long", json_sprintf("%05000d", i));
		deep = outer;
	}
	same(deep);
	json_decref(deep);
	json_decref(o);
}

static void a_terminal_is_safe(void **state)
{
	json_t *s = json_string("\x7f\033");
	char *text = text_of(s, JSON_OUT_LINE);

	(void)state;
	assert_string_equal(text, "\"\\u007f\\u001B\"");
	free(text);
	json_decref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_characters),
		cmocka_unit_test(all_kinds_of_values),
		cmocka_unit_test(a_terminal_is_safe),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
