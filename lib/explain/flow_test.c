// SPDX-License-Identifier: GPL-3.0-or-later
/* What is said of a register at the last instruction of small functions. */
#include "base/test.h"

#include "base/array.h"
#include "base/caps.h"
#include "base/sample_bytes.h"
#include "explain/fake_flow.h"
#include "explain/flow.h"

#define START 0x1000

static const char *name_of(const void *arg, TALLOC_CTX *ctx, uint64_t addr)
{
	(void)arg;
	return addr == 0x2000 ? talloc_strdup(ctx, "table") : NULL;
}

struct fixture {
	TALLOC_CTX *ctx;
	struct types types;
	struct types_function proto;
	struct flow_code *code;
	struct flow_input in;
	struct flow *flow;
};

static void run(struct fixture *f, const char *arch, const char *hex)
{
	uint8_t bytes[256];
	size_t n = sample_bytes(hex, bytes);

	memset(f, 0, sizeof(*f));
	f->ctx = talloc_new(NULL);
	fake_reset();
	f->types = types_of_btf(fake_flow_btf(f->ctx));
	assert_true(f->types.function(f->types.priv, "complete", 0, &f->proto));
	f->in = (struct flow_input){
		.machine = micro_machine_find(arch), .types = &f->types, .function = &f->proto};
	assert_int_equal(code_decode(f->ctx, f->in.machine,
				 &(struct code_bytes){START, bytes, n, NULL}, &f->code, NULL),
		0);
	f->in.code = f->code;
	assert_int_equal(flow_run(f->ctx, &f->in, &f->flow, NULL), 0);
}

/* "struct stats host->stats+0"; "" if nothing is known. */
static void say(struct fixture *f, uint32_t insn, const char *reg, char *ret, size_t size)
{
	struct flow_value regs[MICRO_REGS], *v;
	char type[BTF_TEXT_MAX] = "";
	const char *text;

	*ret = 0;
	if (!flow_before(f->flow, insn, 0, regs))
		return;
	v = &regs[micro_reg_find(f->in.machine, reg)];
	if (v->kind != FLOW_POINTER && v->kind != FLOW_SCALAR && v->kind != FLOW_RESULT)
		return;
	f->types.text(f->types.priv, v->type, type, sizeof(type));
	text = flow_text(f->flow, f->ctx, v->origin, name_of, NULL);
	snprintf(ret, size, "%s %s%+lld", type, text ? text : "?", (long long)v->offset);
}

struct row {
	const char *what, *code, *reg, *said;
};

static void check(const char *arch, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fixture f;
		char said[300];

		run(&f, arch, rows[i].code);
		say(&f, f.code->n - 1, rows[i].reg, said, sizeof(said));
		if (strcmp(said, rows[i].said) != 0)
			print_message("%s\n", rows[i].what);
		assert_string_equal(said, rows[i].said);
		talloc_free(f.ctx);
	}
}

/* The last instruction is a nop. */
static void x86_64(void **state)
{
	static const struct row rows[] = {
		{"a parameter", "90", "rdi", "struct host host+0"},
		{"the second", "90", "rsi", "struct cmd cmd+0"},
		{"no pointer", "90", "rdx", "u32 tag+0"},
		{"not a parameter", "90", "rcx", ""},
		{"a load", "488b4708 90", "rax", "struct stats host->stats+0"},
		{"the hook of the tracer", "e8fb000000 90", "rdi", "struct host host+0"},
		{"the same after endbr64", "f30f1efa e8fb000000 90", "rdi", "struct host host+0"},
		{"another call", "90 90 e8fb000000 90", "rdi", ""},
		{"a call keeps rbx", "4889fb 90 e8fb000000 90", "rbx", "struct host host+0"},
		{"a copy", "4889fb 488b4b08 90", "rcx", "struct stats host->stats+0"},
		{"two loads", "488b4608 488b4008 90", "rax", "struct stats cmd->host->stats+0"},
		{"an element", "488b4718 90", "rax", "struct cmd host->cmds[1]+0"},
		{"some element", "488b44cf10 90", "rax", "struct cmd ?+0"},
		{"half of a member", "8b4708 90", "rax", ""},
		{"between members", "488b470c 90", "rax", ""},
		{"past the end", "488b4738 90", "rax", ""},
		{"before the start", "488b47f8 90", "rax", ""},
		{"void", "488b4730 90", "rax", "void host->priv+0"},
		{"through void", "488b4730 488b4008 90", "rax", ""},
		{"an address", "488d4710 90", "rax", "struct host host+16"},
		{"and back", "488d4710 488b40f8 90", "rax", "struct stats host->stats+0"},
		{"a sum", "488d0437 90", "rax", ""},
		{"truncated", "89f8 90", "rax", ""},
		{"overwritten", "31ff 90", "rdi", ""},
		{"spilled", "57 4831ff 488b3c24 90", "rdi", "struct host host+0"},
		{"push and pop", "57 5b 90", "rbx", "struct host host+0"},
		{"overwritten slot", "57 c7042400000000 5b 90", "rbx", ""},
		{"part of the slot", "57 c644240300 5b 90", "rbx", ""},
		{"another slot", "57 c744240800000000 5b 90", "rbx", "struct host host+0"},
		{"below an address that a call has",
			"57 4883ec10 488d7c2400 e8fb000000 4883c410 5b 90", "rbx", ""},
		{"above it", "4883ec10 57 488d7c2408 e8fb000000 5b 90", "rbx",
			"struct host host+0"},
		/* test rdx, rdx; je +3; mov rdi, rsi */
		{"paths differ", "4885d2 7403 4889f7 90", "rdi", ""},
		{"paths agree", "4885d2 7403 4889fb 90", "rdi", "struct host host+0"},
		{"one path ends", "4885d2 7401 c3 90", "rdi", "struct host host+0"},
		/* je +2; xor edi, edi */
		{"or NULL", "4885d2 7402 31ff 90", "rdi", "struct host ?+0"},
		{"a choice", "480f44fe 90", "rdi", ""},
		{"a choice of the same", "4889fb 480f44fb 90", "rdi", "struct host host+0"},
		/* mov rsi, [rsi]; test rsi, rsi; jne -8 */
		{"a list", "488b36 4885f6 75f8 90", "rsi", "struct cmd ?+0"},
		{"a loop over an array", "4883c718 4885d2 75f7 90", "rdi", ""},
		{"after an assertion", "4885d2 7402 0f0b 90", "rdi", "struct host host+0"},
		{"only after an assertion", "0f0b 90", "rdi", "struct host host+0"},
		{"not reached", "eb01 90 c3 90", "rdi", ""},
		{"a variable", "488b05f90f0000 90", "rax", "void table+0"},
		{"per-CPU", "65488b0425c0fb0100 90", "rax", ""},
		{"a result", "90 90 e8fb000000 90", "rax", "void ?+0"},
		{"rep movs", "f348a5 90", "rdi", ""},
		{"exchanged", "4887fe 90", "rdi", ""},
	};

	(void)state;
	check("x86_64", rows, ARRAY_SIZE(rows));
}

static void aarch64(void **state)
{
	static const struct row rows[] = {
		{"a parameter", "1f2003d5", "x0", "struct host host+0"},
		{"a load", "000440f9 1f2003d5", "x0", "struct stats host->stats+0"},
		{"two loads", "210440f9 210440f9 1f2003d5", "x1",
			"struct stats cmd->host->stats+0"},
		{"a pair", "200440a9 1f2003d5", "x1", "struct host cmd->host+0"},
		{"the first of the pair", "200440a9 1f2003d5", "x0", "struct cmd cmd->next+0"},
		{"a copy over a call", "f30300aa 1f2003d5 3e000094 1f2003d5", "x19",
			"struct host host+0"},
		{"lost by a call", "1f2003d5 3e000094 1f2003d5", "x1", ""},
		{"a call at the start is no hook", "fd030091 3e000094 1f2003d5", "x1", ""},
		{"the hook of the tracer", "e9031eaa 3e000094 1f2003d5", "x0",
			"struct host host+0"},
		{"spilled", "e00f1ff8 000080d2 e00741f8 1f2003d5", "x0", "struct host host+0"},
		{"paths differ", "420000b4 e00301aa 1f2003d5", "x0", ""},
		{"a choice of the same", "e20300aa 4000829a 1f2003d5", "x0", "struct host host+0"},
	};

	(void)state;
	check("aarch64", rows, ARRAY_SIZE(rows));
}

/* The result of a call, once its type was asked for. */
static void results(void **state)
{
	struct flow_result result = {0x1103, FAKE_HOST_PTR};
	struct fixture f;
	char said[300];

	(void)state;
	run(&f, "x86_64", "90 90 90 e8fb000000 488b4008 90");
	say(&f, f.code->n - 1, "rax", said, sizeof(said));
	assert_string_equal(said, "void ?+0");
	talloc_free(f.flow);
	f.in.results = &result;
	f.in.n_results = 1;
	assert_int_equal(flow_run(f.ctx, &f.in, &f.flow, NULL), 0);
	say(&f, f.code->n - 1, "rax", said, sizeof(said));
	assert_string_equal(said, "struct stats ?+0");
	talloc_free(f.ctx);
}

static void caps(void **state)
{
	static const uint8_t bytes[CAP_FLOW_BYTES + 1];
	struct flow_code *code;

	(void)state;
	assert_int_equal(
		code_decode(NULL, micro_machine_find("x86_64"),
			&(struct code_bytes){START, bytes, sizeof(bytes), NULL}, &code, NULL),
		VMT_ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(x86_64),
		cmocka_unit_test(aarch64),
		cmocka_unit_test(results),
		cmocka_unit_test(caps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
