// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "netconsole/packet.h"

static bool parse(struct netconsole_packet *p, const char *text)
{
	return netconsole_packet_parse(p, text, strlen(text));
}

static void is(const char *p, size_t len, const char *want)
{
	assert_int_equal(len, strlen(want));
	assert_memory_equal(p, want, len);
}

static void extended(void **state)
{
	struct netconsole_packet p;

	(void)state;
	assert_true(parse(&p, "6,416,5123456,-;eth0: up\n SUBSYSTEM=net\n"));
	assert_true(p.extended);
	assert_int_equal(p.number, 416);
	assert_int_equal(p.usec, 5123456);
	assert_null(p.release);
	is(p.head, p.head_len, "6,416,5123456,-");
	is(p.body, p.len, "eth0: up\n SUBSYSTEM=net\n");
	assert_int_equal(p.total, 0);

	assert_true(parse(&p, "6.1.0-56-amd64,12,7,9,c,caller=T1;x\n"));
	assert_true(p.extended);
	is(p.release, p.release_len, "6.1.0-56-amd64");
	is(p.head, p.head_len, "12,7,9,c,caller=T1");

	assert_true(parse(&p, "6,18446744073709551615,9,-,caller=C4,ncfrag=4/7;abc"));
	assert_int_equal(p.number, UINT64_MAX);
	assert_int_equal(p.offset, 4);
	assert_int_equal(p.total, 7);
	is(p.head, p.head_len, "6,18446744073709551615,9,-,caller=C4");
}

static void repeated_in_a_panic(void **state)
{
	struct netconsole_packet p;

	(void)state;
	assert_true(parse(&p, "** replaying previous printk message **\n4,8,9,-;x\n"));
	assert_true(p.extended);
	assert_int_equal(p.number, 8);
}

static void basic(void **state)
{
	static const char *const texts[] = {"[    5.123456] eth0: up\n", "half a li", "6,7;x\n",
		"6,1,2;x\n", "6,1,2,x;y\n", "a,6,1,2,-;x\n", "6,18446744073709551616,2,-;x\n",
		"6.1,2,3;4\n", ";\n", "6,1,2,-x\n"};
	struct netconsole_packet p;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_true(parse(&p, texts[i]));
		assert_false(p.extended);
		is(p.body, p.len, texts[i]);
	}
}

static void refused(void **state)
{
	static const char *const texts[] = {"6,1,2,-,ncfrag=0/81921;x", "6,1,2,-,ncfrag=5/7;abc",
		"6,1,2,-,ncfrag=18446744073709551615/2;abc", "6,1,2,-,ncfrag=/7;abc",
		"6,1,2,-,ncfrag=0/0;", "6,1,2,-,ncfrag=0/7;", "\x01\x02\x03x",
		"6,1,2,-,ncfrag=7/99999999999999999999;a"};
	struct netconsole_packet p;
	char large[1501];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_false(parse(&p, texts[i]));
	assert_false(netconsole_packet_parse(&p, "", 0));
	assert_false(netconsole_packet_parse(&p, "a\0b", 3));
	memset(large, 'x', sizeof(large));
	assert_false(netconsole_packet_parse(&p, large, 1501));
	assert_true(netconsole_packet_parse(&p, large, 1500));
}

static void stamps(void **state)
{
	static const struct {
		const char *line;
		size_t at;
		uint64_t usec;
	} rows[] = {{"[    5.123456] x", 15, 5123456}, {"[12345.000001][  T12] x", 22, 12345000001},
		{"[    0.000000][ C3] x", 20, 0}, {"[    5.123456][x] y", 14, 5123456}};
	uint64_t usec;
	bool found;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(
			netconsole_packet_stamp(rows[i].line, strlen(rows[i].line), &usec, &found),
			rows[i].at);
		assert_true(found);
		assert_int_equal(usec, rows[i].usec);
	}
	assert_int_equal(netconsole_packet_stamp("[x] y", 5, &usec, &found), 0);
	assert_false(found);
}

static void unescaped(void **state)
{
	static const char text[] = "a\\x0ab\\x5cx41\\xz\\x4";
	char to[32];
	size_t n = netconsole_packet_unescape(text, sizeof(text) - 1, to, sizeof(to));

	(void)state;
	is(to, n, "a\nb\\x41\\xz\\x4");
	assert_int_equal(netconsole_packet_unescape(text, sizeof(text) - 1, to, 3), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(extended),
		cmocka_unit_test(repeated_in_a_panic),
		cmocka_unit_test(basic),
		cmocka_unit_test(refused),
		cmocka_unit_test(stamps),
		cmocka_unit_test(unescaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
