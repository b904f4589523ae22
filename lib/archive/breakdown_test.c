// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "archive/breakdown.h"
#include "archive/only.h"
#include "base/array.h"

#define MANY 64

static struct vmt_report reports[MANY];
static struct vmt_list_entry entries[MANY];
static struct vmt_list list;

static struct vmt_report *add(const char *host, const char *signature)
{
	struct vmt_report *r = &reports[list.n];

	*r = (struct vmt_report){.machine = {.hostname = host},
		.verdict = {.kind = "panic", .function = "f", .module = "vhba"},
		.signature = {.algorithm = "t", .coarse = signature}};
	entries[list.n++] = (struct vmt_list_entry){.path = "/f", .report = r};
	return r;
}

static void begin(void)
{
	list = (struct vmt_list){.entries = entries};
}

static struct breakdown by(TALLOC_CTX *ctx, const char *what)
{
	struct breakdown b;

	assert_int_equal(breakdown_make(ctx, &list, what, &b, NULL), 0);
	return b;
}

static void crashes_hosts_and_signatures_are_counted(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	static struct vmt_report nothing;
	struct breakdown b;
	struct vmt_err err;

	(void)state;
	begin();
	add("a", "1")->kernel.release = "6.1";
	add("a", "2")->kernel.release = "6.1";
	add("b", "1")->kernel.release = "6.1";
	add(NULL, "1")->kernel.release = "6.12";
	add("c", "3");
	reports[1].crash.time = (struct vmt_time){true, 500};
	reports[2].crash.time = (struct vmt_time){true, 100};
	entries[list.n++] = (struct vmt_list_entry){.path = "/no-crash", .report = &nothing};
	b = by(ctx, "kernel");
	assert_int_equal(b.n, 3);
	assert_string_equal(b.rows[0].value, "6.1");
	assert_int_equal(b.rows[0].crashes, 3);
	assert_int_equal(b.rows[0].hosts, 2);
	assert_int_equal(b.rows[0].signatures, 2);
	assert_int_equal(b.rows[0].first.ns, 100);
	assert_int_equal(b.rows[0].last.ns, 500);
	assert_null(b.rows[1].value);
	assert_int_equal(b.rows[2].hosts, 0);
	assert_int_equal(breakdown_make(ctx, &list, "moon", &b, &err), VMT_ERR_USAGE);
	talloc_free(ctx);
}

static void hours_and_days_are_in_order(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct breakdown b;

	(void)state;
	begin();
	/* 2026-11-20 23:25 UTC, a Friday. */
	add("a", "1")->crash.time = (struct vmt_time){true, 1795217100000000000};
	add("a", "1"); /* no time */
	b = by(ctx, "hour");
	assert_int_equal(b.n, 25);
	assert_string_equal(b.rows[23].value, "23:00");
	assert_int_equal(b.rows[23].crashes, 1);
	assert_int_equal(b.rows[0].crashes, 0);
	assert_null(b.rows[24].value);
	b = by(ctx, "weekday");
	assert_int_equal(b.n, 8);
	assert_string_equal(b.rows[4].value, "Friday");
	assert_int_equal(b.rows[4].crashes, 1);
	talloc_free(ctx);
}

static void a_host_with_ever_new_crashes_is_suspect(void **state)
{
	static const char *const signatures[] = {"1", "2", "3", "4", "1"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct breakdown b;

	(void)state;
	begin();
	for (size_t i = 0; i < ARRAY_SIZE(signatures); i++) {
		add("bad", signatures[i]);
		add("good", "1");
	}
	b = by(ctx, "host");
	assert_string_equal(b.rows[0].value, "bad");
	assert_true(b.rows[0].suspect);
	assert_false(b.rows[1].suspect);
	assert_false(by(ctx, "module").rows[0].suspect);
	talloc_free(ctx);
}

/* ---- what only some have ----------------------------------------------------------------- */

static const char *const hosts[] = {
	"h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9", "h10", "h11", "h12", "h13"};

static void find(TALLOC_CTX *ctx, struct list_groups *gs, struct onlies *ret)
{
	assert_int_equal(list_group_make(ctx, &list, gs, NULL), 0);
	assert_int_equal(only_find(ctx, &list, gs, ret, NULL), 0);
}

static void what_only_a_group_has_is_found(void **state)
{
	static struct vmt_module old = {.name = "vhba", .version = "7.3.1"};
	static struct vmt_module new = {.name = "vhba", .version = "7.4.0"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct list_groups gs;
	struct onlies o;

	(void)state;
	begin();
	/* The hosts with the old driver crash so, and crash often; the others have it loaded. */
	for (size_t i = 0; i < 14; i++) {
		for (size_t n = 0; n < (i < 7 ? 3 : 1); n++) {
			struct vmt_report *r = add(hosts[i], i < 7 ? "1" : "2");

			r->modules = i < 7 ? &old : &new;
			r->n_modules = 1;
			r->machine.bios = i % 2 ? "x" : "y";
			if (i >= 7)
				r->verdict.module = "other";
		}
	}
	find(ctx, &gs, &o);
	assert_int_equal(gs.groups[0].n, 21);
	assert_int_equal(o.first[1] - o.first[0], 1);
	assert_string_equal(o.items[0].what, "driver");
	assert_string_equal(o.items[0].value, "vhba 7.3.1");
	assert_int_equal(o.items[0].n, 7); /* hosts, not crashes */
	assert_int_equal(o.items[0].others, 7);
	assert_int_equal(o.items[0].others_with, 0);
	/* 1 of the 3432 ways to choose 7 of 14 */
	assert_true(o.items[0].p * 3432 > 0.999 && o.items[0].p * 3432 < 1.001);
	talloc_free(ctx);
}

static void chance_is_no_finding(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct list_groups gs;
	struct onlies o;

	(void)state;
	begin();
	/* 3 of 14 hosts, all with the kernel that half of them have: chance does that. */
	for (size_t i = 0; i < 14; i++)
		add(hosts[i], i < 3 ? "1" : "2")->kernel.release = i < 7 ? "6.1" : "6.12";
	find(ctx, &gs, &o);
	assert_int_equal(o.first[gs.n], 0);
	/* One host, however often it crashes, shows nothing. */
	begin();
	for (size_t i = 0; i < 20; i++)
		add(hosts[0], "1")->machine.bios = "x";
	for (size_t i = 1; i < 14; i++)
		add(hosts[i], "2")->machine.bios = "y";
	find(ctx, &gs, &o);
	for (size_t i = 0; i < o.first[gs.n]; i++)
		assert_string_not_equal(o.items[i].value, "x");
	talloc_free(ctx);
}

/* A corrected error is a verdict, too, but nothing died. */
static void what_is_no_crash_is_in_no_group(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct list_groups gs;
	struct onlies o;

	(void)state;
	begin();
	for (size_t i = 0; i < 14; i++) {
		struct vmt_report *r = add(hosts[i], i < 7 ? "1" : "2");

		r->kernel.release = i < 7 ? "6.1" : "6.12";
		r->verdict.no_crash = i < 5;
	}
	find(ctx, &gs, &o);
	assert_int_equal(gs.n, 2);
	assert_int_equal(gs.groups[0].n, 7);
	assert_int_equal(gs.groups[1].n, 2);
	for (size_t i = 0; i < o.first[gs.n]; i++)
		assert_true(o.items[i].others_with <= o.items[i].others && o.items[i].others < 14);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crashes_hosts_and_signatures_are_counted),
		cmocka_unit_test(hours_and_days_are_in_order),
		cmocka_unit_test(a_host_with_ever_new_crashes_is_suspect),
		cmocka_unit_test(what_only_a_group_has_is_found),
		cmocka_unit_test(chance_is_no_finding),
		cmocka_unit_test(what_is_no_crash_is_in_no_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
