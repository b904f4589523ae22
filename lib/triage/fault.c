// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * x86: the number after "Oops:" is the page fault's error code (arch/x86/include/asm/trap_pf.h).
 * arm64: it is ESR_EL1 (arch/arm64/include/asm/esr.h). arm: the fault status register
 * (arch/arm/mm/fault.h: FSR_WRITE).
 */
#include <string.h>

#include "triage/fault.h"

#include "base/array.h"
#include "base/machine.h"

#define X86_PF_WRITE 0x2
#define X86_PF_INSTR 0x10
#define ARM_FSR_WRITE 0x800
#define ESR_EC(e) ((e) >> 26 & 0x3f)
#define ESR_EC_IABT_LOW 0x20
#define ESR_EC_IABT_CUR 0x21
#define ESR_EC_DABT_LOW 0x24
#define ESR_EC_DABT_CUR 0x25
#define ESR_WNR 0x40
#define DSISR_ISSTORE 0x02000000

static const char *from_esr(uint64_t esr)
{
	uint64_t ec = ESR_EC(esr);

	if (ec == ESR_EC_IABT_LOW || ec == ESR_EC_IABT_CUR)
		return "exec";
	if (ec == ESR_EC_DABT_LOW || ec == ESR_EC_DABT_CUR)
		return esr & ESR_WNR ? "write" : "read";
	return NULL;
}

static const char *from_x86(uint64_t code)
{
	return code & X86_PF_INSTR ? "exec" : code & X86_PF_WRITE ? "write" : "read";
}

static bool is_page_fault(const struct oops_event *ev)
{
	return ev->kind->traits & TRAIT_PAGE_FAULT;
}

static bool is_bad_access(const struct oops_event *ev)
{
	return ev->kind->traits & TRAIT_BAD_ACCESS;
}

static struct vmt_u64 reg_of(const struct oops_event *ev, const char *name)
{
	for (size_t i = 0; i < ev->n_regs; i++)
		if (strcmp(ev->regs[i].name, name) == 0)
			return (struct vmt_u64){true, ev->regs[i].value};
	return (struct vmt_u64){0};
}

static const char *const access_names[128] = {['r'] = "read", ['w'] = "write", ['x'] = "exec"};

/*
 * Registers that number the cause of an exception, and the access of each cause: riscv's scause
 * (arch/riscv/include/asm/csr.h), mips' Cause (ExcCode, arch/mips/include/asm/mipsregs.h),
 * loongarch's ESTAT (arch/loongarch/include/asm/loongarch.h), which 6.1 prints as ExcCode.
 */
static const struct {
	enum machine_family family;
	const char *reg;
	unsigned shift;
	const char *access; /* by cause: r, w, x; '-': none */
} causes[] = {
	{MACHINE_RISCV, "cause", 0, "xx--rrww----xr-w"},
	{MACHINE_RISCV, "scause", 0, "xx--rrww----xr-w"},
	{MACHINE_MIPS, "cause", 2, "-wrwrw"},
	{MACHINE_LOONGARCH, "estat", 16, "-rwxwrx"},
	{MACHINE_LOONGARCH, "exccode", 0, "-rwxwrx"},
};

static const char *from_cause(const struct oops_event *ev, enum machine_family family)
{
	for (size_t i = 0; i < ARRAY_SIZE(causes); i++) {
		struct vmt_u64 v = reg_of(ev, causes[i].reg);
		uint64_t cause = v.v >> causes[i].shift & 0x1f;

		if (v.known && causes[i].family == family && cause < strlen(causes[i].access))
			return access_names[(unsigned char)causes[i].access[cause]];
	}
	return NULL;
}

/* powerpc: DSISR of a data storage interrupt. */
static const char *from_dsisr(const struct oops_event *ev)
{
	struct vmt_u64 dsisr = reg_of(ev, "dsisr");

	if (!dsisr.known || !is_page_fault(ev))
		return NULL;
	return dsisr.v & DSISR_ISSTORE ? "write" : "read";
}

static const struct {
	const char *printed, *access;
} words[] = {
	{"read", "read"},
	{"Read", "read"},
	{"write", "write"},
	{"Write", "write"},
	{"exec", "exec"},
	{"read-write", "write"},
	{"instruction", "exec"},
	{"execute", "exec"},
};

/* The CPU could not fetch the instruction that it was at. */
static bool is_jump(const struct oops_event *ev)
{
	return is_page_fault(ev) && !ev->ip.function && ev->ip.has_address && ev->address.known &&
	       ev->ip.address == ev->address.v;
}

/* Only x86 prints the code of a page fault in four digits: "Oops: 0002 [#1]". */
static bool is_x86(const struct oops_event *ev, enum machine_family family)
{
	return family == MACHINE_X86 || (ev->arch_hint && strcmp(ev->arch_hint, "x86") == 0);
}

const char *fault_access(const struct oops_event *ev, const char *arch)
{
	enum machine_family family = machine_find(arch)->family;
	const char *by_register;

	for (size_t i = 0; ev->access && i < ARRAY_SIZE(words); i++)
		if (strcmp(words[i].printed, ev->access) == 0)
			return words[i].access;
	if ((ev->kind->traits & TRAIT_FETCH) || is_jump(ev))
		return "exec";
	by_register = from_cause(ev, family);
	if (!by_register)
		by_register = from_dsisr(ev);
	if (by_register && is_bad_access(ev))
		return by_register;
	if (!ev->error_code.known || !is_page_fault(ev))
		return NULL;
	if (ev->error_code.v > 0x80000000u)
		return from_esr(ev->error_code.v);
	if (family == MACHINE_ARM)
		return ev->error_code.v & ARM_FSR_WRITE ? "write" : "read";
	if (is_x86(ev, family))
		return from_x86(ev->error_code.v);
	return NULL;
}

struct vmt_u64 fault_noted_address(const struct oops_event *ev)
{
	return reg_of(ev, "cr2");
}

struct vmt_u64 fault_address(const struct oops_event *ev)
{
	static const char *const regs[] = {"badaddr", "sbadaddr", "badva", "badv", "dar"};
	struct vmt_u64 v = ev->address;

	if (!v.known && is_page_fault(ev))
		v = reg_of(ev, "cr2");
	for (size_t i = 0; !v.known && is_bad_access(ev) && i < ARRAY_SIZE(regs); i++)
		v = reg_of(ev, regs[i]);
	return v;
}
