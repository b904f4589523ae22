// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "netconsole/stream.h"

#define MS 1000000

/* A stream and what came out of it: "TEXT|KEYS" of each record, and marks. */
struct fixture {
	struct netconsole_stream s;
	size_t held;
	char out[65536];
	size_t n, boots;
	int64_t now;
};

static void sink(void *arg, const struct netconsole_record *rec)
{
	struct fixture *f = arg;
	size_t n = strlen(f->out);

	snprintf(f->out + n, sizeof(f->out) - n, "%s%.*s%s", rec->boot ? "^" : "", (int)rec->len,
		rec->text, rec->total ? "!" : "");
	n = strlen(f->out);
	snprintf(f->out + n, sizeof(f->out) - n, "|%.*s", (int)rec->keys_len, rec->keys);
	f->n++;
	f->boots += rec->boot;
}

static void start(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->s.ctx = talloc_new(NULL);
	f->s.held_bytes = &f->held;
	f->now = 1000 * (int64_t)MS;
}

static void end(struct fixture *f)
{
	netconsole_stream_done(&f->s);
	assert_int_equal(f->held, 0);
	talloc_free(f->s.ctx);
}

static void take(struct fixture *f, const char *datagram)
{
	struct netconsole_packet p;

	assert_true(netconsole_packet_parse(&p, datagram, strlen(datagram)));
	netconsole_stream_take(&f->s, &p, f->now, sink, f);
}

static void wait_ms(struct fixture *f, int64_t ms)
{
	f->now += ms * MS;
	netconsole_stream_tick(&f->s, f->now, false, sink, f);
}

static void in_order_at_once(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	take(&f, "6,10,1,-;a\n");
	take(&f, "6,11,2,-;b\n DEVICE=c1:1\n");
	assert_string_equal(f.out, "a|b| DEVICE=c1:1\n");
	assert_false(netconsole_stream_waits(&f.s));
	end(&f);
}

static void reordered(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	take(&f, "6,10,1,-;a\n");
	take(&f, "6,13,4,-;d\n");
	take(&f, "6,12,3,-;c\n");
	assert_string_equal(f.out, "a|");
	take(&f, "6,11,2,-;b\n");
	assert_string_equal(f.out, "a|b|c|d|");
	assert_int_equal(f.s.counts.missing, 0);
	end(&f);
}

static void duplicates(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	take(&f, "6,10,1,-;a\n");
	take(&f, "6,10,1,-;a\n");
	take(&f, "6,12,3,-;c\n");
	take(&f, "6,12,3,-;c\n");
	take(&f, "6,11,2,-;b\n");
	take(&f, "6,11,2,-;b\n");
	assert_string_equal(f.out, "a|b|c|");
	assert_int_equal(f.s.counts.duplicates, 3);
	end(&f);
}

/* Two records by one number, of which the first is empty: from a forger. */
static void same_number_and_longer(void **state)
{
	struct fixture f;
	char longer[1200] = "6,5,101,-;";

	(void)state;
	start(&f);
	memset(longer + strlen(longer), 'A', sizeof(longer) - strlen(longer) - 1);
	take(&f, "6,1,100,-;x\n");
	take(&f, "6,5,101,-;");
	take(&f, longer);
	wait_ms(&f, 1000);
	assert_null(strchr(f.out, 'A'));
	end(&f);
}

static void suppressed_numbers(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	take(&f, "6,10,1,-;a\n");
	take(&f, "6,14,2,-;b\n");
	wait_ms(&f, 100);
	assert_string_equal(f.out, "a|");
	wait_ms(&f, 150);
	assert_string_equal(f.out, "a|b|");
	assert_int_equal(f.s.counts.missing, 3);
	/* One of them comes all the same. */
	take(&f, "6,12,1,-;late\n");
	take(&f, "6,12,1,-;late\n");
	assert_string_equal(f.out, "a|b|late|");
	assert_int_equal(f.s.counts.missing, 2);
	end(&f);
}

static void window_is_bounded(void **state)
{
	struct fixture f;
	char text[64];

	(void)state;
	start(&f);
	take(&f, "6,10,1,-;a\n");
	for (int i = 0; i < 2 * NETCONSOLE_WINDOW; i++) {
		snprintf(text, sizeof(text), "6,%d,2,-;x\n", 20 + 2 * i);
		take(&f, text);
		assert_true(f.s.n_held < NETCONSOLE_WINDOW);
	}
	wait_ms(&f, 200);
	assert_int_equal(f.n, 1 + 2 * NETCONSOLE_WINDOW);
	end(&f);
}

static void fragments(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	take(&f, "6,1,1,-;a\n");
	/* "hello world\n K=v\n", 17 bytes. */
	take(&f, "6,2,2,-,ncfrag=11/17;\n K=v\n");
	take(&f, "6,2,2,-,ncfrag=0/17;hello");
	take(&f, "6,2,2,-,ncfrag=0/17;hello");
	take(&f, "6,3,3,-;c\n");
	assert_string_equal(f.out, "a|");
	take(&f, "6,2,2,-,ncfrag=5/17; world");
	assert_string_equal(f.out, "a|hello world| K=v\nc|");
	assert_int_equal(f.s.counts.duplicates, 1);
	assert_int_equal(f.s.counts.incomplete, 0);
	end(&f);
}

static void lost_fragment(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	take(&f, "6,2,2,-,ncfrag=0/17;hello");
	take(&f, "6,2,2,-,ncfrag=8/17;rld\n K=v\n");
	take(&f, "6,2,2,-,ncfrag=0/99;hello"); /* another total: refused */
	wait_ms(&f, 250);
	assert_string_equal(f.out, "hello!|rld!| K=v\n");
	assert_int_equal(f.s.counts.incomplete, 1);
	end(&f);
}

static void huge_claims(void **state)
{
	struct fixture f;
	char text[64];

	(void)state;
	start(&f);
	/* All that others hold already is too much. */
	f.held = CAP_NETCONSOLE_HELD - 1000;
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "6,%u,2,-,ncfrag=0/81920;x", i * 3);
		take(&f, text);
	}
	assert_int_equal(f.n, 0);
	assert_int_equal(f.held, CAP_NETCONSOLE_HELD - 1000);
	f.held = 0;
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "6,%u,2,-,ncfrag=0/81920;x", i * 3);
		take(&f, text);
	}
	assert_true(f.held < NETCONSOLE_WINDOW * 200000);
	end(&f);
}

static void new_boot(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	take(&f, "6,5000,90000000,-;a\n");
	take(&f, "6,5002,90000002,-;c\n");
	take(&f, "5,0,0,-;Linux version 6.1.0\n");
	take(&f, "5,1,0,-;Command line\n");
	assert_string_equal(f.out, "a|c|^Linux version 6.1.0|Command line|");
	/* Numbers that restart soon after the boot. */
	take(&f, "6,900,3000000,-;x\n");
	wait_ms(&f, 300);
	take(&f, "5,0,0,-;Linux version 6.1.0\n");
	assert_int_equal(f.boots, 2);
	/* The first records of the next boot are lost: only the clock tells. */
	take(&f, "5,1,60000000,-;y\n");
	take(&f, "5,40,10000000,-;z\n");
	assert_int_equal(f.boots, 3);
	end(&f);
}

static void basic_lines(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	take(&f, "[    1.000000] a\n[    1.000000] b\n");
	take(&f, "[    2.000000] long");
	take(&f, " line\r\n");
	take(&f, "[    3.000000] cut");
	take(&f, "[    3.500000] next\n");
	take(&f, "no end");
	assert_string_equal(f.out, "[    1.000000] a|[    1.000000] b|[    2.000000] long line|"
				   "[    3.000000] cut|[    3.500000] next|");
	wait_ms(&f, 250);
	assert_string_equal(f.out + strlen(f.out) - 7, "no end|");
	end(&f);
}

static void basic_boot(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	take(&f, "[  900.000000] a\n");
	take(&f, "[    0.000000] Linux version 6.1.0\n");
	assert_int_equal(f.boots, 1);
	end(&f);
}

static void both_kinds_are_one_log(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	take(&f, "4,1,1000000,-;a\\x5cb\n");
	take(&f, "[    1.000000] a\\b\n");
	take(&f, "[    2.000000][   T7] c\n");
	take(&f, "4,2,2000000,-,caller=T7;c\n K=v\n");
	take(&f, "4,3,3000000,-;d\\x0ae\n");
	take(&f, "[    3.000000] d\n[    3.000000] e\n");
	take(&f, "[    3.000000] only basic\n");
	assert_string_equal(
		f.out, "a\\x5cb|[    2.000000][   T7] c|d\\x0ae|[    3.000000] only basic|");
	assert_int_equal(f.s.counts.duplicates, 4);
	/* Both see the next boot; it is one. */
	take(&f, "4,9000,90000000,-;x\n");
	take(&f, "[   91.000000] y\n");
	wait_ms(&f, 250);
	take(&f, "5,0,0,-;Linux version 6.1.0\n");
	take(&f, "[    0.000000] Linux version 6.1.0\n");
	assert_int_equal(f.boots, 1);
	take(&f, "[   91.000000] y\n");
	take(&f, "4,9000,90000000,-;x\n");
	wait_ms(&f, 250);
	take(&f, "[    0.000000] Linux version 6.1.0\n");
	take(&f, "5,0,0,-;Linux version 6.1.0\n");
	assert_int_equal(f.boots, 2);
	end(&f);
}

static void clock_that_is_set_back(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	take(&f, "6,10,1,-;a\n");
	take(&f, "6,12,1,-;b\n");
	f.now -= 500 * (int64_t)MS;
	wait_ms(&f, 0);
	assert_string_equal(f.out, "a|b|");
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order_at_once),
		cmocka_unit_test(reordered),
		cmocka_unit_test(duplicates),
		cmocka_unit_test(same_number_and_longer),
		cmocka_unit_test(suppressed_numbers),
		cmocka_unit_test(window_is_bounded),
		cmocka_unit_test(fragments),
		cmocka_unit_test(lost_fragment),
		cmocka_unit_test(huge_claims),
		cmocka_unit_test(new_boot),
		cmocka_unit_test(basic_lines),
		cmocka_unit_test(basic_boot),
		cmocka_unit_test(both_kinds_are_one_log),
		cmocka_unit_test(clock_that_is_set_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
