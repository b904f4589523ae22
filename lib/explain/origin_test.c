// SPDX-License-Identifier: GPL-3.0-or-later
/* Where the last instruction of small pieces of code got its pointer from. */
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "base/sample_bytes.h"
#include "explain/origin.h"
#include "image/fake_kernel.h"

#define START 0x1000
#define HOST 0x60000
#define REQUEST 0x61000
#define BAD 0x6b6b6b6b6b6b6b6bu

/* The offset in RAM that the pointer in `reg` was read from; 0: not known. */
static uint64_t origin_of(
	const char *arch, const char *hex, const char *reg, const struct vmt_register *regs)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct micro_machine *m = micro_machine_find(arch);
	struct flow_code *code;
	struct origin_at at = {.machine = m, .regs = regs, .n_regs = 2};
	uint8_t bytes[64];
	size_t n = sample_bytes(hex, bytes);
	uint64_t address = 0;
	bool found;

	assert_int_equal(
		code_decode(ctx, m, &(struct code_bytes){START, bytes, n, NULL}, &code, NULL), 0);
	at.code = code;
	at.insn = code->n - 1;
	found = origin_find(&at, fake_space(ctx), micro_reg_find(m, reg), &address);
	talloc_free(ctx);
	return found ? address - FAKE_IMAGE : 0;
}

static void pointers_are_followed(void **state)
{
	static const struct {
		const char *arch, *code, *reg;
		const char *other; /* a register with the address of the host, plus */
		uint64_t plus, from;
	} rows[] = {
		/* mov rax, [rdi + 0x18]; mov [rax + 8], 0 */
		{"x86_64", "488b4718 c7400800000000", "rax", "rdi", 0, HOST + 0x18},
		/* The register changed since: add rdi, 0x20 in between. */
		{"x86_64", "488b4718 4883c720 c7400800000000", "rax", "rdi", 0x20, HOST + 0x18},
		/* Its value is in another: mov rbx, rdi; xor edi, edi. */
		{"x86_64", "4889fb 488b4718 31ff c7400800000000", "rax", "rbx", 0, HOST + 0x18},
		/* mov rax, [rdi + 0x50]; mov rax, [rax + 0x10]: through the request. */
		{"x86_64", "488b4750 488b4010 c7400800000000", "rax", "rdi", 0, REQUEST + 0x10},
		/* mov rax, [rdi + 0x18]; mov rcx, rax; mov [rcx + 8], 0 */
		{"x86_64", "488b4718 4889c1 c7410800000000", "rcx", "rdi", 0, HOST + 0x18},
		/* xor edi, edi: the host is lost. */
		{"x86_64", "488b4718 31ff c7400800000000", "rax", "rdi", 0, 0},
		/* call: rdi may hold anything after it. */
		{"x86_64", "488b4718 e800000000 c7400800000000", "rax", "rdi", 0, 0},
		/* test rsi, rsi; je +4; mov rax, [rdi + 0x18]: only on one path. */
		{"x86_64", "4885f6 7404 488b4718 c7400800000000", "rax", "rdi", 0, 0},
		/* Memory has another value by now. */
		{"x86_64", "488b4720 c7400800000000", "rax", "rdi", 0, 0},
		/* ldr x1, [x0, #0x50]; ldr x1, [x1, #0x10]; str wzr, [x1, #8] */
		{"aarch64", "012840f9 210840f9 3f0800b9", "x1", "x0", 0, REQUEST + 0x10},
		/* ldr x0, [x0, #0x18]; str wzr, [x0, #8]: the host is lost. */
		{"aarch64", "000c40f9 1f0800b9", "x0", "x1", 0, 0},
	};

	(void)state;
	fake_reset();
	fake_put(HOST + 0x18, 8, BAD);
	fake_put(HOST + 0x20, 8, 1);
	fake_put(HOST + 0x50, 8, fake_va(REQUEST));
	fake_put(REQUEST + 0x10, 8, BAD);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct vmt_register regs[] = {{.name = rows[i].reg, .value = BAD},
			{.name = rows[i].other, .value = fake_va(HOST) + rows[i].plus}};

		if (origin_of(rows[i].arch, rows[i].code, rows[i].reg, regs) != rows[i].from)
			fail_msg("row %zu (%s)", i, rows[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pointers_are_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
