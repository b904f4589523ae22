// SPDX-License-Identifier: GPL-3.0-or-later
/* Error codes and registers in, access and address out. */
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "triage/fault.h"

static const struct fault_case {
	const char *arch;
	enum oops_kind_id kind;
	uint64_t code; /* 0: none was printed */
	struct oops_register regs[2];
	const char *access; /* NULL: not known */
	struct vmt_u64 address;
} cases[] = {
	{"x86_64", KIND_PAGE_FAULT, 2, {{"cr2", 0x10}}, "write", {true, 0x10}},
	/* another fault: CR2 is left over from before */
	{"x86_64", KIND_GPF, 2, {{"cr2", 0x10}}, NULL, {0}},
	{"aarch64", KIND_PAGE_FAULT, 0x96000044, {{0}}, "write", {0}},
	{"aarch64", KIND_PAGE_FAULT, 0x86000004, {{0}}, "exec", {0}},
	{"arm", KIND_PAGE_FAULT, 0x805, {{0}}, "write", {0}},
	{"riscv64", KIND_PAGE_FAULT, 0, {{"cause", 12}, {"badaddr", 8}}, "exec", {true, 8}},
	{"riscv64", KIND_PAGE_FAULT, 0, {{"cause", 13}, {"badaddr", 8}}, "read", {true, 8}},
	{"riscv64", KIND_NULL_DEREF, 0, {{"scause", 15}, {"sbadaddr", 8}}, "write", {true, 8}},
	{"riscv64", KIND_EXTERNAL_ABORT, 0, {{"cause", 5}, {"badaddr", 9}}, "read", {true, 9}},
	/* a breakpoint accesses nothing */
	{"riscv64", KIND_PAGE_FAULT, 0, {{"cause", 3}}, NULL, {0}},
	{"riscv64", KIND_PAGE_FAULT, 0, {{"cause", 31}}, NULL, {0}},
	{"mips", KIND_PAGE_FAULT, 0, {{"cause", 0x4080000c}, {"badva", 4}}, "write", {true, 4}},
	{"mips", KIND_ALIGNMENT_FAULT, 0, {{"cause", 0x40800010}, {"badva", 5}}, "read", {true, 5}},
	{"loongarch64", KIND_PAGE_FAULT, 0, {{"estat", 0x30000}, {"badv", 4}}, "exec", {true, 4}},
	{"loongarch64", KIND_PAGE_FAULT, 0, {{"exccode", 2}, {"badva", 4}}, "write", {true, 4}},
	{"ppc64le", KIND_PAGE_FAULT, 0, {{"dsisr", 0x42000000}, {"dar", 4}}, "write", {true, 4}},
	{"ppc64", KIND_PAGE_FAULT, 0, {{"dsisr", 0x40000000}, {"dar", 4}}, "read", {true, 4}},
	{"ppc64", KIND_KERNEL_BUG, 0, {{"dsisr", 0x40000000}, {"dar", 4}}, NULL, {0}},
};

static void accesses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct fault_case *c = &cases[i];
		struct oops_event ev = {.kind = oops_kind_row(c->kind),
			.error_code = {c->code != 0, c->code},
			.regs = c->regs,
			.n_regs = (c->regs[0].name != NULL) + (c->regs[1].name != NULL)};
		const char *access = fault_access(&ev, c->arch);
		struct vmt_u64 address = fault_address(&ev);

		if (!access != !c->access || (access && strcmp(access, c->access) != 0))
			fail_msg("case %zu: access %s", i, access ? access : "none");
		if (address.known != c->address.known || address.v != c->address.v)
			fail_msg("case %zu: address %llx", i, (unsigned long long)address.v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accesses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
