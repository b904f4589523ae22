// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <string.h>

#include "base/caps.h"
#include "kernel/log_text.h"

struct seen {
	size_t n, gaps;
	struct log_record last;
	char text[32][200];
};

static int take(void *arg, const struct log_record *rec)
{
	struct seen *s = arg;
	size_t len = rec->len < 199 ? rec->len : 199;

	if (s->n < 32) {
		memcpy(s->text[s->n], rec->text, len);
		s->text[s->n][len] = 0;
	}
	s->n++;
	s->gaps += rec->gap;
	s->last = *rec;
	return 0;
}

/* Feeds data in pieces of a size; the same must come out for any. */
static struct seen run(const char *data, size_t len, size_t piece)
{
	struct seen s = {0};
	struct log_text *lt;

	assert_int_equal(log_text_new(NULL, take, &s, &lt, NULL), 0);
	for (size_t i = 0; i < len; i += piece)
		assert_int_equal(log_text_feed(lt, data + i, len - i < piece ? len - i : piece), 0);
	assert_int_equal(log_text_finish(lt), 0);
	talloc_free(lt);
	return s;
}

static struct seen one(const char *line)
{
	struct seen s = run(line, strlen(line), 1000);

	assert_int_equal(s.n, 1);
	return s;
}

static void wrappings(void **state)
{
	static const char *const lines[] = {
		"[    5.123456] Oops: x",
		"<4>[    5.123456] Oops: x",
		"[    5.123456][  T123] Oops: x",
		"kern  :warn  : [    5.123456] Oops: x",
		"kern  :warn  : [    5.123456] [  T123] Oops: x",
		"Nov 20 23:25:56 host kernel: [    5.123456] Oops: x",
		"Nov  2 23:25:56 host kernel: Oops: x",
		"2026-11-20T23:25:56.123456+00:00 host kernel: [    5.123456] Oops: x",
		"2026-11-20T23:25:56,123456+00:00 Oops: x",
		"[Fri Nov 20 23:25:56 2026] Oops: x",
		"[    5.123456] host kernel: Oops: x",
		"4,1234,5123456,-;Oops: x",
		"4,1234,5123456,-,caller=T7;Oops: x",
		"6.4.0,4,1234,5123456,-;Oops: x",
		"[<    0.000012>] Oops: x",
		"[    5.123456 <    0.100000>] Oops: x",
		"MESSAGE=Oops: x",
		"{\"_HOSTNAME\":\"host\",\"MESSAGE\":\"Oops: x\"}",
		"\033[33m[    5.123456] \033[0mOops: x",
		"[    5.123456] Oops: x\r",
		"login: [    5.123456] Oops: x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct seen s = run(lines[i], strlen(lines[i]), 1000);

		if (strcmp(s.text[s.n - 1], "Oops: x") != 0)
			fail_msg("%s: got \"%s\"", lines[i], s.text[s.n - 1]);
	}
}

static void facts(void **state)
{
	struct seen s = one("<12>[   15.000007][   C3] x");

	(void)state;
	assert_true(s.last.has_level && s.last.has_ts && s.last.has_caller);
	assert_int_equal(s.last.level, 4);
	assert_int_equal(s.last.facility, 1);
	assert_int_equal(s.last.ts_ns, 15000007000);
	assert_int_equal(s.last.caller_id, LOG_CALLER_CPU | 3);
	s = one("2026-11-20T23:25:56.5+01:00 web7 kernel: x");
	assert_true(s.last.has_unix);
	assert_int_equal(s.last.unix_ns / 1000000000, 1795213556);
	assert_int_equal(s.last.host_len, 4);
	s = one("6,99,2000000,c,caller=C1;a\\x09b");
	assert_string_equal(s.text[0], "a\tb");
	assert_int_equal(s.last.ts_ns, 2000000000);
}

static void other_programs_keep_their_tag(void **state)
{
	struct seen s = one("Nov 20 23:25:56 host sshd[12]: kernel BUG at x");

	(void)state;
	assert_string_equal(s.text[0], "sshd[12]: kernel BUG at x");
}

static void gaps(void **state)
{
	static const char ext[] = "6,10,1,-;a\n SUBSYSTEM=pci\n6,11,2,-;b\n6,14,3,-;c\n";
	struct seen s = run(ext, strlen(ext), 7);

	(void)state;
	assert_int_equal(s.n, 3);
	assert_int_equal(s.gaps, 1);
	assert_true(s.last.gap);
	static const char dropped[] = "** 12 printk messages dropped ** [    1.000000] a\n";
	s = run(dropped, strlen(dropped), 1000);
	assert_int_equal(s.n, 1);
	assert_true(s.last.gap);
	assert_string_equal(s.text[0], "a");
}

static void any_chunks(void **state)
{
	static const char text[] = "[    1.000000] a\r\n\0\0[    2.000000] b\n\nc\rd\nlast";
	struct seen whole = run(text, sizeof(text) - 1, 1000);

	(void)state;
	for (size_t piece = 1; piece < sizeof(text); piece++) {
		struct seen s = run(text, sizeof(text) - 1, piece);

		assert_int_equal(s.n, whole.n);
		for (size_t i = 0; i < s.n; i++)
			assert_string_equal(s.text[i], whole.text[i]);
	}
	assert_string_equal(whole.text[whole.n - 1], "last");
}

static void long_lines_are_cut(void **state)
{
	size_t len = 3 * CAP_TEXT_LINE;
	char *data = malloc(len + 1);

	(void)state;
	memset(data, 'x', len);
	data[len] = '\n';
	for (int plain = 0; plain < 2; plain++) {
		struct seen s = run(data, len + 1, plain ? len + 1 : 4096);

		assert_int_equal(s.n, 1);
		assert_int_equal(s.last.len, CAP_TEXT_LINE);
		assert_true(s.last.truncated);
	}
	free(data);
}

static void probe(void **state)
{
	static const uint8_t binary[] = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0x80, 0x90, 0xff, 3};

	(void)state;
	assert_true(log_text_probe((const uint8_t *)"[    0.0] Linux\n", 16));
	assert_true(log_text_probe((const uint8_t *)"\0\0\0boot\r\n", 9));
	assert_false(log_text_probe(binary, sizeof(binary)));
	assert_false(log_text_probe(binary, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrappings),
		cmocka_unit_test(facts),
		cmocka_unit_test(other_programs_keep_their_tag),
		cmocka_unit_test(gaps),
		cmocka_unit_test(any_chunks),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
