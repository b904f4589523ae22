// SPDX-License-Identifier: GPL-3.0-or-later
/* What the value and the type of a bad pointer change in the judgement. */
#include "base/array.h"
#include "base/test.h"

#include <string.h>

#include "triage/fake_judge.h"
#include "triage/pointer.h"

static TALLOC_CTX *judge(
	const char *text, const struct triage_pointer *pointer, struct vmt_report *report)
{
	struct triage_facts facts = {.pointer = pointer};

	return judge_text(text, &facts, report);
}

static const char gpf[] =
	"[   12.500000] Linux version 6.1.0-56-amd64 (x@y) (gcc) #1 SMP Debian 6.1.192-2\n"
	"[   12.500000] general protection fault, probably for non-canonical address "
	"0x%s: 0000 [#1] SMP\n"
	"[   12.500000] CPU: 1 PID: 9 Comm: foo Not tainted 6.1.0 #1\n"
	"[   12.500000] RIP: 0010:gizmo+0xf/0xed [nic]\n"
	"[   12.500000] Code: 53 89 f3 49 89 fe <48> 8b 40 08 90\n" /* mov rax, [rax + 8] */
	"[   12.500000] RAX: %s RBX: 0000000000000029 RCX: 0000000000000000\n"
	"[   12.500000] Call Trace:\n"
	"[   12.500000]  gadget+0x1/0x2 [nic]\n";

static bool says(const char *const *items, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(items[i], text))
			return true;
	return false;
}

static void poison_is_use_of_freed_memory(void **state)
{
	char *text = talloc_asprintf(NULL, gpf, "6b6b6b6b6b6b6b73", "6b6b6b6b6b6b6b6b");
	struct vmt_report r;
	TALLOC_CTX *ctx = judge(text, NULL, &r);

	(void)state;
	assert_string_equal(r.verdict.kind, "gpf");
	assert_string_equal(r.verdict.headline, "nic (in-tree driver): use of freed memory, read "
						"at 0x6b6b6b6b6b6b6b73 in gizmo+0xf");
	assert_true(says(r.verdict.next, r.verdict.n_next, "slub_debug"));
	assert_string_equal(
		r.fault.pointer_is, "0x6b6b6b6b6b6b6b6b, the poison of freed slab memory");
	talloc_free(ctx);
	talloc_free(text);
}

/* Any other value: what it is, and the fault as the CPU calls it. */
static void values_are_named(void **state)
{
	static const struct {
		const char *address, *rax, *evidence, *class;
	} rows[] = {
		{"2f7379732f76656c", "2f7379732f766564", "is text: \"dev/sys/\"", "non-canonical"},
		{"fff7888012345680", "fff7888012345678",
			"is one bit (51) off the kernel address 0xffff888012345678", "one-bit-off"},
		{"fffffffffffffff2", "ffffffffffffffea",
			"is the error pointer -EINVAL: a missing check with IS_ERR", "err-ptr"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = talloc_asprintf(NULL, gpf, rows[i].address, rows[i].rax);
		struct vmt_report r;
		TALLOC_CTX *ctx = judge(text, NULL, &r);

		assert_non_null(strstr(r.verdict.headline, "general protection fault"));
		assert_true(says(r.verdict.evidence, r.verdict.n_evidence, rows[i].evidence));
		assert_string_equal(r.verdict.address_class, rows[i].class);
		talloc_free(ctx);
		talloc_free(text);
	}
}

static void types_are_in_the_headline(void **state)
{
	const struct triage_pointer pointer = {.type = "struct host",
		.member = "stats",
		.member_offset = {true, 8},
		.expression = "cmd->host",
		.value = {true, 0},
		.how = "By the types."};
	char *text = talloc_asprintf(NULL, gpf, "fffffffffffffff2", "ffffffffffffffea");
	struct vmt_report r;
	TALLOC_CTX *ctx = judge(text, &pointer, &r);

	(void)state;
	assert_string_equal(r.verdict.headline,
		"nic (in-tree driver): general protection fault, read of host.stats through "
		"cmd->host in gizmo+0xf");
	assert_true(says(r.verdict.evidence, r.verdict.n_evidence, "By the types."));
	assert_string_equal(r.fault.type, "struct host");
	assert_string_equal(r.fault.member, "stats");
	assert_string_equal(r.fault.pointer_is, "NULL");
	/* A member in front of NULL is no error number. */
	assert_string_equal(r.verdict.address_class, "null-offset");
	assert_false(says(r.verdict.evidence, r.verdict.n_evidence, "IS_ERR"));
	talloc_free(ctx);
	talloc_free(text);
}

/* Where the pointer was in memory: in a free object, or in one that was written over. */
static void origins_change_the_judgement(void **state)
{
	static const struct {
		struct triage_pointer p;
		const char *headline, *next;
	} rows[] = {
		{{.source = "Of a.", .cache = "foo", .freed = true},
			"use of freed memory, read at 0x2f7379732f76656c in gizmo+0xf", "FZPU,foo"},
		{{.source = "Of a.", .cache = "foo", .overrun = true},
			"general protection fault, read at 0x2f7379732f76656c in gizmo+0xf",
			"FZPU,foo"},
		{{.source = "Of a.", .cache = "foo"},
			"general protection fault, read at 0x2f7379732f76656c in gizmo+0xf",
			"which pointer is it"},
		{{.source = "Of a.", .freed = true},
			"use of freed memory, read at 0x2f7379732f76656c in gizmo+0xf", "FZPU, or"},
	};
	char *text = talloc_asprintf(NULL, gpf, "2f7379732f76656c", "2f7379732f766564");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vmt_report r;
		TALLOC_CTX *ctx = judge(text, &rows[i].p, &r);

		assert_string_equal(strstr(r.verdict.headline, ": ") + 2, rows[i].headline);
		assert_true(says(r.verdict.next, r.verdict.n_next, rows[i].next));
		assert_true(says(r.verdict.evidence, r.verdict.n_evidence, "Of a."));
		assert_string_equal(r.fault.pointer_is, "text: \"dev/sys/\"");
		assert_string_equal(r.verdict.kind, "gpf");
		talloc_free(ctx);
	}
	talloc_free(text);
}

static const char no_code[] =
	"[   12.500000] Linux version 6.1.0-56-amd64 (x@y) (gcc) #1 SMP Debian 6.1.192-2\n"
	"[   12.500000] BUG: unable to handle page fault for address: fffffffffffffff1\n"
	"[   12.500000] #PF: supervisor read access in kernel mode\n"
	"[   12.500000] Oops: 0000 [#1] PREEMPT SMP NOPTI\n"
	"[   12.500000] CPU: 1 PID: 9 Comm: foo Not tainted 6.1.0 #1\n"
	"[   12.500000] RIP: 0010:gizmo+0xf/0xed [nic]\n"
	"[   12.500000] Code: Unable to access opcode bytes at 0xffffffffc041cff1.\n"
	"[   12.500000] RAX: ffffffffffffffed RBX: 0000000000000029 RCX: 0000000000000000\n"
	"[   12.500000] Call Trace:\n"
	"[   12.500000]  gadget+0x1/0x2 [nic]\n";

/* The log has no code where it begins at the start of a page, but memory has it. */
static void memory_has_the_code(void **state)
{
	const struct triage_pointer p = {.insn = "mov eax, dword ptr [rax + 4]",
		.reg = "rax",
		.in_reg = {true, 0xffffffffffffffed}};
	struct vmt_report r;
	TALLOC_CTX *ctx = judge(no_code, &p, &r);

	(void)state;
	assert_string_equal(r.fault.instruction, p.insn);
	assert_string_equal(r.fault.base_register, "rax");
	assert_string_equal(r.fault.pointer_is, "the error pointer -ENODEV");
	assert_true(says(r.verdict.evidence, r.verdict.n_evidence,
		"The value of register rax is the error pointer -ENODEV: a missing check"));
	assert_false(says(r.verdict.evidence, r.verdict.n_evidence, "Address 0x"));
	talloc_free(ctx);
}

static void accesses_have_words(void **state)
{
	static const struct {
		struct triage_pointer p;
		const char *access, *words;
	} rows[] = {
		{{.type = "struct foo", .member = "a.b[2]"}, "write", "write to foo.a.b[2]"},
		{{.type = "struct foo", .member = "a", .expression = "p"}, "read",
			"read of foo.a through p"},
		{{.type = "struct ops", .member = "open", .expression = "f->ops->open"}, "exec",
			"call of ops.open through f->ops->open"},
		{{.expression = "p->priv"}, "read", "read through p->priv"},
		{{.expression = "p->call"}, "exec", "call of p->call"},
		{{.type = "struct foo",
			 .member = "a",
			 .expression = "container_of(work, struct very_long_name, work)->next"},
			"read", "read of foo.a"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = pointer_access(NULL, &rows[i].p, rows[i].access);

		assert_string_equal(text, rows[i].words);
		talloc_free(text);
	}
}

/* The address in the instruction counts from the next one. */
static void code_that_is_wrong(void **state)
{
	static const char text[] =
		"[   12.500000] BUG: unable to handle page fault for address: %s\n"
		"[   12.500000] #PF: supervisor write access in kernel mode\n"
		"[   12.500000] Oops: 000%c [#1] SMP\n"
		"[   12.500000] CPU: 1 PID: 9 Comm: foo Not tainted 6.1.0 #1\n"
		"[   12.500000] RIP: 0010:[<ffffffffc0001000>]  [<ffffffffc0001000>] "
		"gizmo+0xf/0xed [nic]\n"
		"[   12.500000] Code: 53 89 <%s 90 90\n"
		"[   12.500000] RAX: 0000000000000000\n";
	static const char code[] = "48> 89 3d 00 00 00 50", segment[] = "65> 48 89 3d 00 00 00 50",
			  near[] = "48> 89 3d 00 00 10 00";
	static const struct {
		const char *address;
		char error;
		const char *code;
		bool wrong;
	} rows[] = {
		{"0000000010001007", '2', code, true}, /* rip + 7 + 0x50000000 */
		{"000000001000100c", '2', code, true},
		{"0000000010001000", '2', code, false}, /* of another operand */
		{"0000000010001008", '2', segment, false}, {"ffffffffc0101007", '2', near, true},
		{"ffffffffc0101007", '3', near, false}, /* mapped, and protected */
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *log =
			talloc_asprintf(NULL, text, rows[i].address, rows[i].error, rows[i].code);
		struct vmt_report r;
		TALLOC_CTX *ctx = judge(log, NULL, &r);

		assert_int_equal(says(r.verdict.evidence, r.verdict.n_evidence, "in the instruct"),
			rows[i].wrong);
		assert_int_equal(says(r.verdict.next, r.verdict.n_next, "vermagic"), rows[i].wrong);
		talloc_free(ctx);
		talloc_free(log);
	}
}

/* One wrong bit: by the value itself, or as memory shows it. */
static void one_bit_is_for_a_memory_test(void **state)
{
	char *text = talloc_asprintf(NULL, gpf, "fff7888012345680", "fff7888012345678");
	struct triage_facts facts = {.one_bit = "One bit (21) off."};
	struct vmt_report r;
	TALLOC_CTX *ctx = judge(text, NULL, &r);

	(void)state;
	assert_true(says(r.verdict.next, r.verdict.n_next, "memtest86+"));
	talloc_free(ctx);
	talloc_free(text);
	text = talloc_asprintf(NULL, gpf, "ffff888012345680", "ffff888012345678");
	ctx = judge(text, NULL, &r);
	assert_false(says(r.verdict.next, r.verdict.n_next, "memtest86+"));
	talloc_free(ctx);
	ctx = judge_text(text, &facts, &r);
	assert_true(says(r.verdict.next, r.verdict.n_next, "memtest86+"));
	assert_true(says(r.verdict.evidence, r.verdict.n_evidence, "One bit (21) off."));
	assert_string_equal(r.verdict.address_class, "one-bit-off");
	talloc_free(ctx);
	talloc_free(text);
}

/* arm64 prints instructions as words: str w1, [x0, #8]. */
static void words_of_arm64_are_decoded(void **state)
{
	static const char text[] =
		"[    2.281580] Linux version 6.1.0-56-arm64 (x@y) (gcc) #1 SMP Debian 6.1.192-2\n"
		"[    2.281580] Unable to handle kernel NULL pointer dereference at virtual "
		"address "
		"0000000000000008\n"
		"[    2.281580] Internal error: Oops: 0000000096000044 [#1] SMP\n"
		"[    2.281580] CPU: 0 PID: 0 Comm: swapper/0 Not tainted 6.1.0-56-arm64 #1\n"
		"[    2.281580] Hardware name: linux,dummy-virt (DT)\n"
		"[    2.281580] pc : gizmo+0x40/0x80 [nic]\n"
		"[    2.281580] x2 : ffffdebecda25000 x1 : 000000000000000e x0 : 0000000000000000\n"
		"[    2.281580] Call trace:\n"
		"[    2.281580]  gizmo+0x40/0x80 [nic]\n"
		"[    2.281580] Code: 6b01007f 540001a0 f9404800 b9401a61 (b9000801) \n";
	struct vmt_report r;
	TALLOC_CTX *ctx = judge(text, NULL, &r);

	(void)state;
	assert_string_equal(r.fault.instruction, "str w1, [x0, #8]");
	assert_string_equal(r.fault.base_register, "x0");
	assert_string_equal(r.fault.pointer_is, "NULL");
	talloc_free(ctx);
}

/* As when memory shows more of the stack than the log: nothing is there twice. */
static void judged_again_with_callers(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = talloc_asprintf(ctx, gpf, "2f7379732f76656c", "2f7379732f766564");
	struct vmt_frame caller = {.function = "gadget", .module = "nic", .reliable = true};
	struct triage_facts facts = {.log = log_of_text(ctx, text)};
	struct vmt_report r = {0};

	(void)state;
	assert_int_equal(triage_judge(ctx, &facts, &r, NULL), 0);
	assert_int_equal(r.n_registers, 3);
	facts.callers = &caller;
	facts.n_callers = 1;
	assert_int_equal(triage_judge(ctx, &facts, &r, NULL), 0);
	assert_int_equal(r.n_registers, 3);
	assert_int_equal(r.n_frames, 2);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(poison_is_use_of_freed_memory),
		cmocka_unit_test(values_are_named),
		cmocka_unit_test(types_are_in_the_headline),
		cmocka_unit_test(origins_change_the_judgement),
		cmocka_unit_test(memory_has_the_code),
		cmocka_unit_test(accesses_have_words),
		cmocka_unit_test(code_that_is_wrong),
		cmocka_unit_test(one_bit_is_for_a_memory_test),
		cmocka_unit_test(words_of_arm64_are_decoded),
		cmocka_unit_test(judged_again_with_callers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
