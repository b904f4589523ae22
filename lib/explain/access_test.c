// SPDX-License-Identifier: GPL-3.0-or-later
/* What is said of an access or a call, by code in a file. */
#include "base/test.h"

#include "base/array.h"
#include "base/sample_bytes.h"
#include "explain/access.h"
#include "explain/fake_flow.h"

#define START 0x1000
#define THUNK_RAX 0x1100
#define THUNK_ARRAY 0x1200

static const char *name_of(void *arg, TALLOC_CTX *ctx, uint64_t addr)
{
	(void)arg;
	if (addr == THUNK_ARRAY)
		return talloc_strdup(ctx, "__x86_indirect_thunk_array");
	return addr == THUNK_RAX ? talloc_strdup(ctx, "__x86_indirect_thunk_rax") : NULL;
}

struct row {
	const char *what, *code;
	unsigned ip;	 /* offset of the instruction, or of the one after the call */
	unsigned filled; /* offset of four bytes that are filled in; 0: none */
	const char *said;
};

struct machine {
	const char *arch;
	const struct vmt_register *regs;
	size_t n_regs;
};

static void say(TALLOC_CTX *ctx, const struct machine *m, const struct row *row, bool call,
	char *ret, size_t size)
{
	static bool filled[256];
	uint8_t bytes[256];
	struct explain_code code = {.arch = m->arch,
		.name = "complete",
		.bytes = {START, bytes, sample_bytes(row->code, bytes), filled},
		.types = types_of_btf(fake_flow_btf(ctx)),
		.symbol = name_of};
	struct explained_access access = {START + row->ip, {0}, m->regs, m->n_regs};
	struct explained_pointer p;

	code.types.by_address = true;
	for (unsigned i = 0; i < ARRAY_SIZE(filled); i++)
		filled[i] = row->filled && i >= row->filled && i < row->filled + 4;
	*ret = 0;
	if (call ? explain_call_in(ctx, &code, access.ip, &p, NULL)
		 : explain_access_in(ctx, &code, &access, &p, NULL))
		return;
	snprintf(ret, size, "%s.%s %s", p.type ? p.type : "?", p.member ? p.member : "?",
		p.expression ? p.expression : "?");
	if (p.value.known)
		snprintf(ret + strlen(ret), size - strlen(ret), " %llx",
			(unsigned long long)p.value.v);
}

static void check(const struct machine *m, const struct row *rows, size_t n, bool call)
{
	for (size_t i = 0; i < n; i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		char said[300];

		fake_reset();
		say(ctx, m, &rows[i], call, said, sizeof(said));
		if (strcmp(said, rows[i].said) != 0)
			print_message("%s\n", rows[i].what);
		assert_string_equal(said, rows[i].said);
		talloc_free(ctx);
	}
}

/* void complete(struct host *host, struct cmd *cmd, u32 tag); see fake_flow.h */
static void accesses(void **state)
{
	static const struct vmt_register regs[] = {{.name = "rax", .value = 0x18},
		{.name = "rdi", .value = 0x500}, {.name = "rsi", .value = 0x600}};
	static const struct machine m = {"x86_64", regs, ARRAY_SIZE(regs)};
	static const struct row rows[] = {
		{"of an argument", "488b4708", 0, 0, "struct host.stats host 500"},
		{"of what was loaded", "488b4708 8b4808", 4, 0, "struct stats.last host->stats 18"},
		{"another instruction", "488b4708 8b4808", 5, 0, ""},
		{"a filled-in offset", "488b4708 8b8808000000", 4, 6, ""},
		/* lea, and mov, of an address that is filled in */
		{"a filled-in address", "488d05f9ffffff 8b4808", 7, 3, ""},
		{"a filled-in number", "48c7c000000000 8b4808", 7, 3, ""},
		/* jmp to the return thunk: nothing leads on */
		{"a filled-in jump", "488b4708 e900000000 8b4808", 9, 5, ""},
		{"a filled-in branch", "488b4708 0f8400000000 8b4808", 10, 6,
			"struct stats.last host->stats 18"},
	};

	(void)state;
	check(&m, rows, ARRAY_SIZE(rows), false);
}

static void calls(void **state)
{
	static const struct machine m = {"x86_64", NULL, 0};
	static const struct row rows[] = {
		{"through a register", "488b4730 ffd0 90", 6, 0, "struct host.priv host->priv"},
		{"through memory", "ff5730 90", 3, 0, "struct host.priv host->priv"},
		{"through two", "488b4608 ff5030 90", 7, 0, "struct host.priv cmd->host->priv"},
		/* call START + 0x100, from START + 4 */
		{"through a thunk", "488b4730 e8f7000000 90", 9, 0, "struct host.priv host->priv"},
		{"through the first of all thunks", "488b4730 e8f7010000 90", 9, 0,
			"struct host.priv host->priv"},
		{"of another function", "488b4730 e8f6000000 90", 9, 0, ""},
		{"of a function that is filled in", "488b4730 e8f7000000 90", 9, 5, ""},
		{"of an argument", "ffd7 90", 2, 0, ""},
		{"of what another call may have changed", "488b4730 90 e800000000 ffd0 90", 12, 0,
			""},
		{"not after a call", "488b4730 90", 4, 0, ""},
		{"of an element", "ff54c710 90", 4, 0, ""},
	};

	(void)state;
	check(&m, rows, ARRAY_SIZE(rows), true);
}

static void arm_calls(void **state)
{
	static const struct machine m = {"aarch64", NULL, 0};
	static const struct row rows[] = {
		/* ldr x1, [x0, #48]; blr x1 */
		{"through a register", "011840f9 20003fd6 1f2003d5", 8, 0,
			"struct host.priv host->priv"},
		{"of a function", "011840f9 3e000094 1f2003d5", 8, 0, ""},
	};

	(void)state;
	check(&m, rows, ARRAY_SIZE(rows), true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accesses),
		cmocka_unit_test(calls),
		cmocka_unit_test(arm_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
