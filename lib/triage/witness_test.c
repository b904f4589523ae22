// SPDX-License-Identifier: GPL-3.0-or-later
/* Stacks as in the lab's dumps, and what they show without a log. */
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "triage/culprit.h"
#include "triage/witness.h"

#define MOST 8

struct stack_case {
	const char *frames[MOST]; /* "module:function", "function" of the kernel, "" no code */
	const char *kind, *detector;
};

static const struct stack_case stops[] = {
	{{"__crash_kexec", "panic", "sysrq_handle_crash", "__handle_sysrq.cold"}, "sysrq-crash",
		"sysrq"},
	{{"__crash_kexec", "panic", "__stack_chk_fail", "vhba:vhba_parse_label"},
		"stack-corruption", "stackprotector"},
	{{"__crash_kexec", "panic", "watchdog_timer_fn.cold", "__hrtimer_run_queues"},
		"soft-lockup", "watchdog"},
	{{"__crash_kexec", "panic", "watchdog.cold", "kthread"}, "hung-task", "khungtaskd"},
	{{"__crash_kexec", "panic", "out_of_memory.cold", "__alloc_pages_slowpath"}, "oom-panic",
		"panic"},
	{{"__crash_kexec", "panic", "do_exit.cold", "do_group_exit"}, "init-killed", "panic"},
	{{"__crash_kexec", "panic", "check_panic_on_warn.cold", "__warn", "report_bug",
		 "handle_bug", "exc_invalid_op", "vhba:vhba_complete"},
		"warning", "warn"},
	{{"__list_del_entry_valid.cold", "vhba:vhba_dequeue"}, "list-corruption", "list-debug"},
	{{"crash_kexec", "nmi_panic", "watchdog_overflow_callback", "__perf_event_overflow"},
		"hard-lockup", "watchdog"},
	{{"crash_kexec", "nmi_panic", "unknown_nmi_error", "default_do_nmi"}, "nmi-panic", "nmi"},
	/* As it waits in panic(), after the registers of the crash were lost. */
	{{"vectors", "__delay", "__const_udelay", "panic", "out_of_memory.cold"}, "oom-panic",
		"panic"},
	/* The reason is not known: a panic with some cause. */
	{{"__crash_kexec", "panic", "vhba:vhba_give_up", "do_syscall_64"}, "panic", NULL},
	/*
	 * The names count only where the kernel was stopped, and only if they are the kernel's own.
	 */
	{{"vhba:do_exit", "do_exit", "do_group_exit"}, "oops", NULL},
	{{"vhba:vhba_probe", "out_of_memory"}, "oops", NULL},
};

static size_t make_frames(const struct stack_case *c, struct vmt_frame *frames)
{
	static char modules[MOST][16];
	size_t n = 0;

	memset(frames, 0, MOST * sizeof(*frames));
	for (; n < MOST && c->frames[n]; n++) {
		const char *colon = strchr(c->frames[n], ':');

		frames[n].reliable = true;
		frames[n].address = (struct vmt_u64){true, 0xffffffff81000000 + 16 * n};
		frames[n].function = colon ? colon + 1 : c->frames[n];
		frames[n].module = "vmlinux";
		if (colon) {
			snprintf(modules[n], sizeof(modules[n]), "%.*s",
				(int)(colon - c->frames[n]), c->frames[n]);
			frames[n].module = modules[n];
		}
	}
	return n;
}

static void test_stops(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(stops); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct vmt_frame frames[MOST];
		struct witness w = {.who = "CPU 0", .arch = "x86_64", .frames = frames};
		struct oops_event *ev;
		struct vmt_err err;

		w.n_frames = make_frames(&stops[i], frames);
		assert_int_equal(witness_event(ctx, &w, &ev, &err), 0);
		assert_string_equal(ev->kind->slug, stops[i].kind);
		if (stops[i].detector)
			assert_string_equal(ev->detector, stops[i].detector);
		else
			assert_null(ev->detector);
		assert_string_equal(ev->witness, "CPU 0");
		talloc_free(ctx);
	}
}

/* ---- faults: the instruction and the registers show the cause ---------------------------- */

struct fault_case {
	const char *code;
	size_t n;
	uint64_t rax;
	const char *kind, *access;
	uint64_t address;
};

#define CODE(text) text, sizeof(text) - 1

static const struct fault_case faults[] = {
	{CODE("\x89\x50\x08"), 0, "null-deref", "write", 8},   /* mov [rax+8], edx */
	{CODE("\x8b\x40\x40"), 0, "null-deref", "read", 0x40}, /* mov eax, [rax+0x40] */
	{CODE("\x8b\x40\x04"), 0xffffffffffffffed, "page-fault", "read", 0xfffffffffffffff1},
	{CODE("\x8b\x00"), 0x6b6b6b6b6b6b6b6b, "gpf", "read", 0x6b6b6b6b6b6b6b6b},
	{CODE("\x8b\x00"), 0xffffa0000000fff8, "stack-overflow", "read", 0xffffa0000000fff8},
	{CODE("\x8b\x00"), 0xffffa0000000eff8, "page-fault", "read", 0xffffa0000000eff8},
	{CODE("\x0f\x0b"), 0, "kernel-bug", NULL, 0},
	{CODE("\xf7\xf9"), 0, "divide-error", NULL, 0}, /* idiv ecx */
	{CODE("\x90"), 0, "oops", NULL, 0},
	{NULL, 0, 0, "oops", NULL, 0},
};

static void test_faults(void **state)
{
	static const struct stack_case stack = {{"vhba:vhba_complete", "call_timer_fn"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct vmt_register rax = {"rax", faults[i].rax};
		struct vmt_frame frames[MOST];
		struct witness w = {.who = "CPU 0",
			.arch = "x86_64",
			.stack = 0xffffa00000010000,
			.frames = frames,
			.regs = &rax,
			.n_regs = 1,
			.code = (const uint8_t *)faults[i].code,
			.n_code = faults[i].n};
		struct oops_event *ev;
		struct vmt_err err;

		w.n_frames = make_frames(&stack, frames);
		assert_int_equal(witness_event(ctx, &w, &ev, &err), 0);
		assert_string_equal(ev->kind->slug, faults[i].kind);
		assert_string_equal(ev->ip.function, "vhba_complete");
		assert_string_equal(ev->ip.module, "vhba");
		if (faults[i].access)
			assert_string_equal(ev->access, faults[i].access);
		assert_int_equal(ev->address.known, faults[i].access != NULL);
		assert_int_equal(ev->address.v, faults[i].address);
		talloc_free(ctx);
	}
}

static void test_jump(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_frame frames[] = {
		{.address = {true, 0}, .reliable = true},
		{.function = "vhba_bios_param", .module = "vhba", .reliable = true},
	};
	struct witness w = {.who = "CPU 1", .arch = "x86_64", .frames = frames, .n_frames = 2};
	struct oops_event *ev;
	struct vmt_err err;

	(void)state;
	assert_int_equal(witness_event(ctx, &w, &ev, &err), 0);
	assert_string_equal(ev->kind->slug, "null-deref");
	assert_string_equal(ev->access, "exec");
	frames[0].address.v = 0xffff888000001000;
	assert_int_equal(witness_event(ctx, &w, &ev, &err), 0);
	assert_string_equal(ev->kind->slug, "exec-fault");
	assert_int_equal(ev->address.v, 0xffff888000001000);
	talloc_free(ctx);
}

/* The code of a module that is not known: only the handler of the exception tells more. */
static void test_lost_code(void **state)
{
	static const struct {
		const char *handler, *kind;
	} cases[] = {{NULL, "oops"}, {"asm_exc_general_protection", "gpf"},
		{"asm_exc_page_fault", "oops"}, {"asm_exc_invalid_op", "oops"},
		{"asm_exc_divide_error", "divide-error"}, {"error_entry", "oops"}};
	struct vmt_frame frames[] = {{.address = {true, 0xffffffffc064561f}, .reliable = true},
		{.function = "process_one_work", .module = "vmlinux"}};
	struct oops_event *ev;
	struct vmt_err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct witness w = {.who = "CPU 0",
			.arch = "x86_64",
			.frames = frames,
			.n_frames = 2,
			.handler = cases[i].handler,
			.lacks_code = true};

		assert_int_equal(witness_event(NULL, &w, &ev, &err), 0);
		assert_string_equal(ev->kind->slug, cases[i].kind);
		assert_int_equal(ev->ip.address, 0xffffffffc064561f);
		assert_null(culprit_find(ev).function);
		talloc_free(ev);
	}
}

static void test_nothing(void **state)
{
	struct witness w = {.who = "CPU 1", .arch = "x86_64"};
	struct oops_event *ev;
	struct vmt_err err;

	(void)state;
	assert_int_equal(witness_event(NULL, &w, &ev, &err), 0);
	assert_string_equal(ev->kind->slug, "oops");
	assert_int_equal(ev->n_traces, 0);
	talloc_free(ev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stops),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_jump),
		cmocka_unit_test(test_lost_code),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
