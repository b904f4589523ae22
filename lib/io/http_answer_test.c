// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "io/http_answer.h"

static struct http_answer parse(const char *text)
{
	struct http_answer a = {0};

	while (*text) {
		size_t n = strcspn(text, "\n");

		n += text[n] == '\n';
		http_answer_line(&a, text, n);
		text += n;
	}
	return a;
}

static void a_part(void **state)
{
	struct http_answer a = parse("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes "
				     "100-199/1000\r\nCONTENT-LENGTH:100\r\nETag: \"x\"\r\n"
				     "Last-Modified:  Sun, 29 Nov 2026 20:00:00 GMT \r\n\r\n");

	(void)state;
	assert_int_equal(a.status, 206);
	assert_true(a.has_range && a.first == 100 && a.last == 199 && a.total == 1000);
	assert_true(a.has_length && a.length == 100);
	assert_string_equal(a.etag, "\"x\"");
	assert_string_equal(a.modified, "Sun, 29 Nov 2026 20:00:00 GMT");
	assert_true(http_answer_is_strong(&a) && !a.multipart && !a.encoded);
}

/* Of a redirect and of HTTP/2, whose names are in lower case. */
static void the_last_answer(void **state)
{
	struct http_answer a =
		parse("HTTP/1.1 302 Found\r\nETag: \"redirect\"\r\n\r\nHTTP/2 206 \r\n"
		      "content-range: bytes 0-0/1\r\n\r\n");

	(void)state;
	assert_int_equal(a.status, 206);
	assert_string_equal(a.etag, "");
	assert_true(a.has_range && !a.has_length && a.total == 1);
}

static void bad_ranges(void **state)
{
	static const char *const bad[] = {"bytes 0-99/*", "bytes 5-4/10", "bytes 0-10/10", "0-1/10",
		"bytes -1/10", "bytes 0-/10", "bytes 0-1", "bytes 0-1/10x", "lines 0-1/10",
		"bytes 0-1/99999999999999999999",
		"bytes 0-18446744073709551615/18446744073709551616", "bytes 0-1/0", "bytes */10",
		"bytes", ""};
	char line[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct http_answer a;

		snprintf(line, sizeof(line), "HTTP/1.1 206 x\r\nContent-Range: %s\r\n", bad[i]);
		a = parse(line);
		assert_false(a.has_range || a.empty);
	}
	assert_true(parse("HTTP/1.1 416 x\r\nContent-Range: bytes */0\r\n").empty);
}

static void other_headers(void **state)
{
	char line[HTTP_TAG + 32] = "ETag: \"";
	struct http_answer a;

	(void)state;
	assert_true(parse("Content-Type: multipart/byteranges; boundary=x\r\n").multipart);
	assert_true(parse("Content-Encoding: gzip\r\n").encoded);
	assert_false(parse("Content-Encoding: identity\r\n").encoded);
	assert_false(parse("Content-Length: 12x\r\n").has_length);
	assert_false(parse("Content-Length: -1\r\n").has_length);
	assert_int_equal(parse("HTTP/1.1 99999 x\r\n").status, 0);
	assert_int_equal(parse("HTTP/1.1\r\n").status, 0);
	a = parse("ETag: W/\"x\"\r\n");
	assert_false(http_answer_is_strong(&a));
	/* It is sent back: no line of another header, no more than there is room for. */
	a = parse("ETag: \"a\tb\"\r\n");
	assert_string_equal(a.etag, "");
	memset(line + 7, 'x', HTTP_TAG);
	a = parse(line);
	assert_string_equal(a.etag, "");
}

static void another_file(void **state)
{
	struct http_answer a = parse("ETag: \"1\"\r\nLast-Modified: x\r\n"),
			   b = parse("ETag: \"2\"\r\nLast-Modified: x\r\n"),
			   c = parse("Last-Modified: x\r\n"), d = parse("Last-Modified: y\r\n"),
			   none = parse("");

	(void)state;
	assert_true(http_answer_differs(&a, &b));
	assert_false(http_answer_differs(&a, &c));
	assert_true(http_answer_differs(&a, &d));
	assert_false(http_answer_differs(&a, &none));
	assert_false(http_answer_differs(&a, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part),
		cmocka_unit_test(the_last_answer),
		cmocka_unit_test(bad_ranges),
		cmocka_unit_test(other_headers),
		cmocka_unit_test(another_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
