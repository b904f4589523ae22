// SPDX-License-Identifier: GPL-3.0-or-later
/* Pairs of texts, and how their crashes relate. */
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "triage/compare.h"
#include "triage/fake_judge.h"

static const struct vmt_report *judge(TALLOC_CTX *ctx, const char *text)
{
	struct vmt_report *report = talloc_zero(ctx, struct vmt_report);
	struct triage_facts facts = {0};

	assert_non_null(report);
	talloc_steal(ctx, judge_text(text, &facts, report));
	return report;
}

#define CPU(release) "CPU: 1 PID: 7 Comm: a Not tainted " release " #1\n"
#define REGISTERS(last)                                                                            \
	"RSP: 0018:ffffc90000003e40 EFLAGS: 00010046\n"                                            \
	"RAX: 0000000000000000 RBX: ffff888003a5c000 RCX: 0000000000000001\n"                      \
	"RDX: 0000000000000002 RSI: 0000000000000003 RDI: 0000000000000004\n"                      \
	"RBP: ffffc90000003e80 R08: 0000000000000005 R09: 000000000000000" last "\n"
#define CALLERS "Call Trace:\n f_poll+0x1/0x2 [drv]\n __napi_poll+0x1/0x2\n net_rx_action+0x1/0x2\n"
#define GPF "general protection fault: 0000 [#1] SMP\n"
#define NULL_DEREF                                                                                 \
	"BUG: kernel NULL pointer dereference, address: 0000000000000040\nOops: 0000 [#1] SMP\n"
#define IN_F "RIP: 0010:f+0x10/0x20 [drv]\n"

static const char plain[] = GPF CPU("6.1.0") IN_F REGISTERS("6") CALLERS;
static const char again[] = GPF CPU("6.1.0") IN_F REGISTERS("7") CALLERS;
static const char newer[] = GPF CPU("6.12.0") "RIP: 0010:f.isra.0+0x14/0x30 [drv]\n" CALLERS;
static const char other_kind[] = NULL_DEREF CPU("6.1.0") IN_F CALLERS;
static const char other_way[] = NULL_DEREF CPU("6.1.0") IN_F "Call Trace:\n g+0x1/0x2 [drv]\n";
static const char other_check[] = "kernel BUG at drv.c:1!\n" CPU("6.1.0") IN_F CALLERS;
static const char other_function[] =
	GPF CPU("6.1.0") "RIP: 0010:h+0x10/0x20 [drv]\nCall Trace:\n vfs_read+0x1/0x2\n";
static const char other_module[] =
	GPF CPU("6.1.0") "RIP: 0010:f+0x10/0x20 [foo]\nCall Trace:\n net_rx_action+0x1/0x2\n";
static const char elsewhere[] =
	NULL_DEREF CPU("6.1.0") "RIP: 0010:x+0x10/0x20 [foo]\nCall Trace:\n vfs_read+0x1/0x2\n";
static const char in_reader[] =
	NULL_DEREF CPU("6.1.0") "RIP: 0010:x+0x10/0x20 [foo]\nCall Trace:\n h+0x1/0x2 [drv]\n";
#define WORK "Workqueue: events f [drv]\n"
#define FROM_WORK "Call Trace:\n process_one_work+0x1/0x2\n worker_thread+0x1/0x2\n"
static const char work[] = GPF CPU("6.1.0") WORK IN_F FROM_WORK;
static const char work_null[] = NULL_DEREF CPU("6.1.0") WORK IN_F FROM_WORK;
static const char quiet[] = "Linux version 6.1.0\nall is well\n";
static const char poison[] = "BUG kmalloc-64 (Not tainted): Poison overwritten\n";
static const char poison_96[] = "BUG kmalloc-96 (Not tainted): Poison overwritten\n";

static void pairs(void **state)
{
	static const struct {
		const char *a, *b, *relation, *difference;
	} cases[] = {
		{plain, plain, VMT_RELATION_SAME_CRASH, NULL},
		{plain, again, VMT_RELATION_SAME_BUG, NULL},
		{plain, newer, VMT_RELATION_SAME_BUG, "kernel"},
		{plain, other_kind, VMT_RELATION_SAME_BUG, "kind"},
		{plain, other_way, VMT_RELATION_RELATED, "kind"},
		{other_kind, other_way, VMT_RELATION_SAME_BUG, "caller"},
		{plain, other_check, VMT_RELATION_RELATED, "kind"},
		{plain, other_function, VMT_RELATION_RELATED, "function"},
		{plain, other_module, VMT_RELATION_RELATED, "module"},
		{plain, elsewhere, VMT_RELATION_DIFFERENT, "kind"},
		{other_function, in_reader, VMT_RELATION_RELATED, "kind"},
		{work, work_null, VMT_RELATION_SAME_BUG, "kind"},
		{work, other_way, VMT_RELATION_RELATED, "kind"},
		{plain, quiet, VMT_RELATION_UNKNOWN, NULL},
		{quiet, quiet, VMT_RELATION_UNKNOWN, NULL},
		{poison, poison, VMT_RELATION_SAME_BUG, NULL},
		{poison, poison_96, VMT_RELATION_RELATED, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		const struct vmt_report *a = judge(ctx, cases[i].a), *b = judge(ctx, cases[i].b);

		for (int turned = 0; turned < 2; turned++) {
			struct vmt_comparison c;

			compare_reports(turned ? b : a, turned ? a : b, &c);
			if (strcmp(c.relation, cases[i].relation) != 0)
				fail_msg("case %zu is %s, %s", i, c.relation, c.reason);
			assert_true(c.report == (turned ? a : b));
			if (!cases[i].difference)
				assert_null(c.difference);
			else
				assert_string_equal(c.difference, cases[i].difference);
		}
		talloc_free(ctx);
	}
}

/* The same line at the same time is one event, unless it is of two hosts or kernels. */
static void times(void **state)
{
	static const char first[] =
		"[   12.500000] " GPF "[   12.500001] " CPU("6.1.0") "[   12.500002] " IN_F;
	static const char torn[] = "[   12.500000] " GPF "[   12.500002] " IN_F;
	static const char later[] =
		"[   13.500000] " GPF "[   13.500001] " CPU("6.1.0") "[   13.500002] " IN_F;
	static const char newer_kernel[] =
		"[   12.500000] " GPF "[   12.500001] " CPU("6.12.0") "[   12.500002] " IN_F;
	static const char here[] = "Nov 29 10:00:00 web7 kernel: [   12.500000] " GPF;
	static const char with_domain[] = "Nov 29 10:00:00 web7.test kernel: [   12.500000] " GPF;
	static const char other_host[] = "Nov 29 10:00:00 web8 kernel: [   12.500000] " GPF;
	static const struct {
		const char *b, *relation;
	} cases[] = {
		{torn, VMT_RELATION_SAME_CRASH},
		{later, VMT_RELATION_SAME_BUG},
		{newer_kernel, VMT_RELATION_SAME_BUG},
	};

	TALLOC_CTX *hosts = talloc_new(NULL);
	struct vmt_comparison h;

	(void)state;
	compare_reports(judge(hosts, here), judge(hosts, with_domain), &h);
	assert_string_equal(h.relation, VMT_RELATION_SAME_CRASH);
	compare_reports(judge(hosts, here), judge(hosts, other_host), &h);
	assert_string_equal(h.relation, VMT_RELATION_RELATED);
	talloc_free(hosts);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct vmt_comparison c;

		compare_reports(judge(ctx, first), judge(ctx, cases[i].b), &c);
		assert_string_equal(c.relation, cases[i].relation);
		talloc_free(ctx);
	}
}

/* Another algorithm's signatures say nothing. */
static void versions(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report a = *judge(ctx, plain), b = *judge(ctx, elsewhere);
	struct vmt_comparison c;

	(void)state;
	b.signature = a.signature;
	compare_reports(&a, &b, &c);
	assert_string_equal(c.relation, VMT_RELATION_SAME_BUG);
	b.signature.algorithm = "vmt1";
	compare_reports(&a, &b, &c);
	assert_string_equal(c.relation, VMT_RELATION_DIFFERENT);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs),
		cmocka_unit_test(times),
		cmocka_unit_test(versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
