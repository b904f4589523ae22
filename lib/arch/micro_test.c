// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "arch/micro.h"
#include "base/array.h"
#include "base/sample_bytes.h"

/* Steps as text: "load rax=[rdi+24]8 add rsp=rsp-8", all in one line. */
static void print_reg(char *s, const struct micro_machine *m, uint8_t reg)
{
	strcat(s, reg == MICRO_NONE ? "-" : m->names[reg]);
}

static void print_address(char *s, const struct micro_machine *m, const struct micro *st)
{
	strcat(s, st->elsewhere ? "other[" : "[");
	print_reg(s, m, st->base);
	if (st->index != MICRO_NONE) {
		strcat(s, "+");
		print_reg(s, m, st->index);
		sprintf(s + strlen(s), "*%u", st->scale);
	}
	sprintf(s + strlen(s), "%+lld]%u", (long long)st->imm, st->size);
}

static void print_kill(char *s, const struct micro_machine *m, uint32_t kill)
{
	for (unsigned i = 0; i < m->n_regs; i++)
		if (kill >> i & 1)
			sprintf(s + strlen(s), " %s", m->names[i]);
}

static void print_step(char *s, const struct micro_machine *m, const struct micro *st)
{
	static const char *const words[] = {"kill", "move", "add", "either", "const", "load",
		"store", "call", "jump", "branch", "stop", "trap"};

	sprintf(s + strlen(s), "%s%s", *s ? " " : "", words[st->op]);
	if (st->op == MICRO_KILL) {
		print_kill(s, m, st->kill);
		return;
	}
	if (st->op == MICRO_TRAP || (st->op == MICRO_STOP && st->base == MICRO_NONE))
		return;
	strcat(s, " ");
	if (st->op >= MICRO_CALL) {
		if (st->base != MICRO_NONE)
			print_reg(s, m, st->base);
		else
			sprintf(s + strlen(s), "0x%llx", (unsigned long long)st->imm);
		return;
	}
	print_reg(s, m, st->reg);
	strcat(s, "=");
	if (st->op == MICRO_LOAD || st->op == MICRO_STORE) {
		print_address(s, m, st);
		return;
	}
	if (st->op != MICRO_CONST)
		print_reg(s, m, st->base);
	if (st->op == MICRO_CONST || st->op == MICRO_ADD)
		sprintf(s + strlen(s), "%+lld", (long long)st->imm);
}

struct row {
	const char *bytes; /* in hexadecimal */
	const char *steps;
};

static void check(const char *arch, const struct row *rows, size_t n)
{
	const struct micro_machine *m = micro_machine_find(arch);
	struct micro_decoder *d;

	assert_non_null(m);
	assert_int_equal(micro_decoder_new(NULL, m, &d, NULL), 0);
	for (size_t i = 0; i < n; i++) {
		uint8_t bytes[16];
		size_t len = sample_bytes(rows[i].bytes, bytes);
		struct micro_insn in;
		char text[400] = "";

		assert_true(micro_decode(d, bytes, len, 0x1000, &in));
		assert_int_equal(in.length, len);
		for (unsigned k = 0; k < in.n; k++)
			print_step(text, m, &in.steps[k]);
		assert_string_equal(text, rows[i].steps);
	}
	talloc_free(d);
}

static void x86_64(void **state)
{
	static const struct row rows[] = {
		{"4889f3", "move rbx=rsi"}, {"89f3", "kill rbx"}, /* mov ebx, esi */
		{"488b8790000000", "load rax=[rdi+144]8"}, {"8b5318", "load rdx=[rbx+24]4"},
		{"8a5318", "load rdx=[rbx+24]1 kill rdx"}, /* mov dl, [rbx+0x18] */
		{"895008", "store -=[rax+8]4"}, {"48895008", "store rdx=[rax+8]8"},
		{"48c7400801000000", "store -=[rax+8]8"}, {"488b04cf", "load rax=[rdi+rcx*8+0]8"},
		{"488b0500010000", "load rax=[-+4359]8"}, /* [rip+0x100] */
		{"488d0500010000", "const rax=+4359"},
		{"65488b0425c0fb0100", "load rax=other[-+129984]8"}, {"488d47e0", "add rax=rdi-32"},
		{"488d0437", "kill rax"}, /* lea rax, [rdi+rsi] */
		{"4883c720", "add rdi=rdi+32"}, {"4883ec18", "add rsp=rsp-24"},
		{"83c720", "kill rdi"},				  /* add edi, 0x20 */
		{"31c0", "const rax=+0"}, {"4831d8", "kill rax"}, /* xor rax, rbx */
		{"b805000000", "const rax=+5"}, {"48c7c000000081", "const rax=-2130706432"},
		{"53", "add rsp=rsp-8 store rbx=[rsp+0]8"},
		{"5b", "load rbx=[rsp+0]8 add rsp=rsp+8"},
		{"c9", "move rsp=rbp load rbp=[rsp+0]8 add rsp=rsp+8"},
		{"480f44c2", "either rax=rdx"},				 /* cmove */
		{"0fb6c0", "kill rax"},					 /* movzx eax, al */
		{"0fb607", "load rax=[rdi+0]1"}, {"4863f8", "kill rdi"}, /* movsxd rdi, eax */
		{"48837f0800", "load -=[rdi+8]8"},			 /* cmp */
		{"4885ff", ""},						 /* test rdi, rdi */
		{"f0480fb117", "store -=[rdi+0]8 kill rax rdx"},	 /* lock cmpxchg */
		{"488707", "store -=[rdi+0]8 kill rax"},		 /* xchg [rdi], rax */
		{"f348ab", "store -=[rdi+0]8 kill rax rcx rsi rdi"},	 /* rep stosq */
		{"48f7f1", "kill rax rcx rdx"},				 /* div rcx */
		{"e8fb000000", "call 0x1100"}, {"ffd0", "call rax"},
		{"ff5018", "load -=[rax+24]8 call 0x0"}, {"e9fb000000", "jump 0x1100"},
		{"ffe0", "stop rax"}, {"7410", "branch 0x1012"}, {"c3", "stop"}, {"0f0b", "trap"},
		{"0f1f440000", ""}, /* nop */
		{"f30f1efa", ""},   /* endbr64 */
		{"0f1808", ""},	    /* prefetcht0 */
	};

	(void)state;
	check("x86_64", rows, ARRAY_SIZE(rows));
}

static void aarch64(void **state)
{
	static const struct row rows[] = {
		{"f30301aa", "move x19=x1"}, {"f303012a", "kill x19"}, /* mov w19, w1 */
		{"004840f9", "load x0=[x0+144]8"}, {"611a40b9", "load x1=[x19+24]4"},
		{"010800b9", "store x1=[x0+8]4"}, {"1f0800f9", "store -=[x0+16]8"}, /* str xzr */
		{"fd7bbda9", "add sp=sp-48 store x29=[sp+0]8 store x30=[sp+8]8"},
		{"fd7bc3a8", "load x29=[sp+0]8 load x30=[sp+8]8 add sp=sp+48"},
		{"000440a9", "load x1=[x0+8]8 load x0=[x0+0]8"}, /* ldp x0, x1, [x0] */
		{"f35301a9", "store x19=[sp+16]8 store x20=[sp+24]8"}, {"fd030091", "add x29=sp+0"},
		{"008000d1", "add x0=x0-32"}, {"1f0400f1", ""}, /* cmp x0, #1 */
		{"20000090", "const x0=+20480"},		/* adrp: 0x1000 + 4 pages */
		{"a0ffff97", "call 0xe80"}, {"40010054", "branch 0x1028"}, /* b.eq */
		{"600000b4", "branch 0x100c"},				   /* cbz x0 */
		{"04000014", "jump 0x1010"}, {"00003fd6", "call x0"}, {"20001fd6", "stop x1"},
		{"c0035fd6", "stop"}, {"000020d4", "trap"}, /* brk */
		{"1f2003d5", "kill x17 x30"},		    /* nop: as any hint */
		{"00008052", "const x0=+0"},		    /* mov w0, #0 */
		{"e0031faa", "const x0=+0"},		    /* mov x0, xzr */
		{"0004819a", "kill x0"},		    /* csinc */
		{"2000829a", "move x0=x1 either x0=x2"},    /* csel x0, x1, x2, eq */
		{"2000809a", "move x0=x0 either x0=x1"},    /* csel x0, x1, x0, eq */
		{"0004028b", "kill x0"},		    /* add x0, x0, x2, lsl #1 */
		{"20fc5fc8", "load x0=[x1+0]8"},	    /* ldaxr */
		{"20fc9fc8", "store x0=[x1+0]8"},	    /* stlr */
		{"22fc01c8", "store -=[x1+0]8 kill x1 x2"}, /* stlxr w1, x2, [x1] */
		{"200022f8", "store -=[x1+0]8 kill x0"},    /* ldadd x2, x0, [x1] */
		{"207862f8", "load x0=[x1+x2*8+0]8"}, {"208440f8", "load x0=[x1+0]8 add x1=x1+8"},
		{"208c40f8", "add x1=x1+8 load x0=[x1+0]8"},
		{"203040f8", "load x0=[x1+3]8"}, /* ldur */
		{"000080f9", ""},		 /* prfm */
	};

	(void)state;
	check("aarch64", rows, ARRAY_SIZE(rows));
}

static void registers(void **state)
{
	const struct micro_machine *m = micro_machine_find("x86_64");

	(void)state;
	assert_int_equal(micro_reg_find(m, "rdi"), 7);
	assert_int_equal(micro_reg_find(m, "r08"), 8);
	assert_int_equal(micro_reg_find(m, "r8"), 8);
	assert_int_equal(micro_reg_find(m, "r12"), 12);
	assert_int_equal(micro_reg_find(m, "cr2"), MICRO_NONE);
	assert_int_equal(micro_reg_find(m, "r0"), MICRO_NONE);
	assert_null(micro_machine_find("sparc"));
	assert_null(micro_machine_find(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(x86_64),
		cmocka_unit_test(aarch64),
		cmocka_unit_test(registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
