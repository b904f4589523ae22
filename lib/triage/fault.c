// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * x86: the number after "Oops:" is the page fault's error code (arch/x86/include/asm/trap_pf.h).
 * arm64: it is ESR_EL1 (arch/arm64/include/asm/esr.h). arm: the fault status register
 * (arch/arm/mm/fault.h: FSR_WRITE).
 */
#include <string.h>

#include "triage/fault.h"

#define X86_PF_WRITE 0x2
#define X86_PF_INSTR 0x10
#define ARM_FSR_WRITE 0x800
#define ESR_EC(e) ((e) >> 26 & 0x3f)
#define ESR_EC_IABT_LOW 0x20
#define ESR_EC_IABT_CUR 0x21
#define ESR_EC_DABT_LOW 0x24
#define ESR_EC_DABT_CUR 0x25
#define ESR_WNR 0x40

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

/* The kinds whose die line holds a page fault's code. */
static bool is_page_fault(const struct oops_event *ev)
{
	static const char *const kinds[] = {
		"null-deref", "page-fault", "exec-fault", "user-access", "stack-overflow"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(ev->kind->slug, kinds[i]) == 0)
			return true;
	return false;
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
};

const char *fault_access(const struct oops_event *ev, const char *arch)
{
	for (size_t i = 0; ev->access && i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i].printed, ev->access) == 0)
			return words[i].access;
	if (strcmp(ev->kind->slug, "exec-fault") == 0)
		return "exec";
	if (!ev->error_code.known || !is_page_fault(ev))
		return NULL;
	if (ev->error_code.v > 0x80000000u)
		return from_esr(ev->error_code.v);
	if (arch && strcmp(arch, "arm") == 0)
		return ev->error_code.v & ARM_FSR_WRITE ? "write" : "read";
	if (arch && (strcmp(arch, "x86_64") == 0 || strcmp(arch, "i386") == 0))
		return from_x86(ev->error_code.v);
	return NULL;
}

struct vmt_u64 fault_address(const struct oops_event *ev)
{
	if (ev->address.known || !is_page_fault(ev))
		return ev->address;
	for (size_t i = 0; i < ev->n_regs; i++)
		if (strcmp(ev->regs[i].name, "cr2") == 0 ||
			strcmp(ev->regs[i].name, "badaddr") == 0)
			return (struct vmt_u64){true, ev->regs[i].value};
	return ev->address;
}
