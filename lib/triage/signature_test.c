// SPDX-License-Identifier: GPL-3.0-or-later
/* Which crashes have one signature, and which do not. */
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "triage/fake_judge.h"
#include "triage/stable_name.h"

static struct vmt_signature sign(TALLOC_CTX *ctx, const char *text)
{
	struct vmt_report report;

	talloc_steal(ctx, judge_alone(text, &report));
	return report.signature;
}

static void without_a_function_a_fact_decides(void **state)
{
	static const struct {
		const char *text, *signature;
	} cases[] = {
		{"BUG kmalloc-64 (Not tainted): Poison overwritten\n",
			"heap-corruption kmalloc-64"},
		{"BUG numa_policy (Tainted: G B): Poison overwritten\n",
			"heap-corruption numa_policy"},
		{"BUG: Bad rss-counter state mm:0000000002d98df7 type:MM_ANONPAGES val:512\n",
			"bad-page-table Bad rss-counter state"},
		{"BUG: Bad page map in process nemo  pte:00010000 pmd:6ade7067\n",
			"bad-page-table Bad page map"},
		{"Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b\n",
			"init-killed signal 11"},
		{"Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000200\n",
			"init-killed exit 2"},
		{"Kernel panic - not syncing: Attempted to kill init!\n", "init-killed"},
		{"Kernel panic - not syncing: IO-APIC + timer does not work\n",
			"panic IO-APIC timer does not work"},
		{"Kernel panic - not syncing: my own check 0x12 of 7 failed\n",
			"panic my own check"},
		{"WARNING: kernel stack regs at 0000000012345678 in x:1 has bad 'bp' value 0\n",
			"warning kernel stack regs at"},
		{"WARNING: suspicious RCU usage\n-----\n"
		 "net/foo/foo.c:12 suspicious rcu_dereference_check() usage!\n",
			"rcu-usage net/foo/foo.c"},
		/* a header says no more than the kind: many use it */
		{"WARNING: suspicious RCU usage\n-----\n"
		 "./include/linux/rcupdate.h:302 Illegal context switch in RCU read-side critical "
		 "section!\n",
			"rcu-usage"},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_string_equal(sign(ctx, cases[i].text).text, cases[i].signature);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(
				sign(ctx, cases[i].text).coarse, sign(ctx, cases[k].text).coarse);
	}
	talloc_free(ctx);
}

static void numbers_in_a_fact_do_not_matter(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	assert_string_equal(
		sign(ctx, "BUG: Bad rss-counter state mm:(ptrval) type:MM_FILEPAGES val:-1\n")
			.coarse,
		sign(ctx, "[ 9.1] BUG: Bad rss-counter state mm:ffff88005fac4300 idx:0 val:15\n")
			.coarse);
	assert_string_equal(sign(ctx, "BUG: Bad page map in process a  pte:1 pmd:2\n").coarse,
		sign(ctx, "BUG: Bad page map in process b  pte:3 pmd:4\n").coarse);
	talloc_free(ctx);
}

/* A symbolized log shows inlined calls, which the dump and its console do not. */
static void inlined_calls_do_not_matter(void **state)
{
	static const char plain[] = "general protection fault: 0000 [#1] SMP\n"
				    "RIP: 0010:foo+0x1/0x2\nCall Trace:\n bar+0x1/0x2\n"
				    " baz+0x1/0x2\n process_one_work+0x1/0x2\n";
	static const char symbolized[] =
		"general protection fault: 0000 [#1] SMP\n"
		"RIP: 0010:foo+0x1/0x2 a.c:1\nCall Trace:\n within_bar b.c:2 [inline]\n"
		" bar+0x1/0x2 b.c:3\n within_baz b.c:4 [inline]\n baz+0x1/0x2 b.c:5\n"
		" process_one_work+0x1/0x2\n";
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_signature a = sign(ctx, plain), b = sign(ctx, symbolized);

	(void)state;
	assert_string_equal(a.coarse, b.coarse);
	assert_string_equal(a.fine, b.fine);
	talloc_free(ctx);
}

static void the_culprit_is_the_compiled_function(void **state)
{
	static const char plain[] = "BUG: sleeping function called from invalid context at a.c:1\n"
				    "in_atomic(): 1, irqs_disabled(): 0, pid: 1, name: a\n"
				    "Call Trace:\n dump_stack+0x1/0x2\n ___might_sleep+0x1/0x2\n"
				    " foo+0x1/0x2 [drv]\n bar+0x1/0x2 [drv]\n";
	static const char symbolized[] =
		"BUG: sleeping function called from invalid context at a.c:1\n"
		"in_atomic(): 1, irqs_disabled(): 0, pid: 1, name: a\n"
		"Call Trace:\n dump_stack+0x1/0x2 d.c:1\n ___might_sleep+0x1/0x2 s.c:1\n"
		" within_foo drv.c:2 [inline]\n foo+0x1/0x2 [drv] drv.c:3\n"
		" bar+0x1/0x2 [drv] drv.c:9\n";
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_signature a = sign(ctx, plain), b = sign(ctx, symbolized);

	(void)state;
	assert_string_equal(a.text, "atomic-sleep drv:foo");
	assert_string_equal(b.text, "atomic-sleep drv:foo");
	assert_string_equal(a.fine, b.fine);
	talloc_free(ctx);
}

static void names_of_one_function(void **state)
{
	static const struct {
		const char *a, *b, *module;
		bool equal;
	} cases[] = {
		{"__x64_sys_futex", "SyS_futex", NULL, true},
		{"__do_sys_futex", "__arm64_sys_futex", NULL, true},
		{"sys_futex", "__se_sys_futex.isra.0", NULL, true},
		{"__ia32_compat_sys_mount", "compat_SyS_mount", NULL, true},
		{"__ia32_compat_sys_mount", "C_SYSC_mount", NULL, true},
		{"__ia32_compat_sys_mount", "SyS_mount", NULL, false},
		{"__powerpc_sys_futex", "SYSC_futex", NULL, true},
		{"__x64_sysfs", "sysfs", NULL, false},
		{"sys_futex", "sys_fut", NULL, false},
		{"__x64_foo", "foo", NULL, false},
		{"smp_call_function_many_cond", "smp_call_function_single", NULL, true},
		{"smp_call_function_many", "smp_call_function_single", "drv", false},
		{"foo.constprop.1", "foo", "drv", true},
		{"SyS_foo", "sys_foo", "drv", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(stable_name_equal(stable_name(cases[i].a, cases[i].module),
					 stable_name(cases[i].b, cases[i].module)),
			cases[i].equal);
	assert_true(stable_name_equal(stable_name(NULL, NULL), stable_name("", NULL)));
}

static void signatures(void **state)
{
	static const char a[] = "general protection fault: 0000 [#1] SMP\n"
				"RIP: 0010:foo.isra.0+0x1/0x2\nCall Trace:\n bar+0x1/0x2\n"
				" ? noise+0x1/0x2\n process_one_work+0x1/0x2\n kthread+0x1/0x2\n";
	static const char b[] = "[ 99.000000] general protection fault: 0000 [#1] PREEMPT SMP\n"
				"RIP: 0010:foo+0x7/0x9\nCall Trace:\n bar.part.1+0x5/0x6\n"
				" process_one_work+0x3/0x4\n";
	static const char c[] = "general protection fault: 0000 [#1] SMP\n"
				"RIP: 0010:foo+0x1/0x2\nCall Trace:\n other+0x1/0x2\n";
	struct vmt_report ra, rb, rc;
	TALLOC_CTX *ca = judge_alone(a, &ra), *cb = judge_alone(b, &rb), *cc = judge_alone(c, &rc);

	(void)state;
	assert_string_equal(ra.signature.coarse, rb.signature.coarse);
	assert_string_equal(ra.signature.fine, rb.signature.fine);
	assert_string_equal(ra.signature.coarse, rc.signature.coarse);
	assert_string_not_equal(ra.signature.fine, rc.signature.fine);
	assert_string_equal(ra.signature.text, "gpf vmlinux:foo");
	/* The hash of "vmt2" must never change. */
	assert_string_equal(ra.signature.algorithm, "vmt2");
	assert_string_equal(ra.signature.coarse, "dbfb03506e1b349f");
	assert_string_equal(ra.signature.fine, "d45865586adff4da");
	talloc_free(ca);
	talloc_free(cb);
	talloc_free(cc);
}

static void drivers_have_signatures_of_their_own(void **state)
{
	struct vmt_report ra, rb;
	TALLOC_CTX *ca =
		judge_alone("NETDEV WATCHDOG: eth0 (ena): transmit queue 1 timed out\n", &ra);
	TALLOC_CTX *cb =
		judge_alone("NETDEV WATCHDOG: eth0 (igb): transmit queue 1 timed out\n", &rb);

	(void)state;
	assert_string_equal(ra.signature.text, "tx-timeout ena");
	assert_string_not_equal(ra.signature.coarse, rb.signature.coarse);
	assert_string_equal(ra.verdict.headline, "ena (module): transmit queue timed out, eth0");
	talloc_free(ca);
	talloc_free(cb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_function_a_fact_decides),
		cmocka_unit_test(numbers_in_a_fact_do_not_matter),
		cmocka_unit_test(inlined_calls_do_not_matter),
		cmocka_unit_test(the_culprit_is_the_compiled_function),
		cmocka_unit_test(names_of_one_function),
		cmocka_unit_test(signatures),
		cmocka_unit_test(drivers_have_signatures_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
