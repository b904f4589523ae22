// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See arch_hint.h. Names of registers, of entry code and of the lines that only one architecture
 * prints: arch/.../kernel/{process,traps,dumpstack,entry}*, mm/fault.c.
 */
#include <string.h>

#include "base/array.h"
#include "oops/arch_hint.h"

#define X86 "x86" /* 32 or 64 bits: the addresses show which */

struct hint {
	const char *pattern, *arch;
};

/* Lines, from their start. */
static const struct hint lines[] = {
	{"RIP: ", "x86_64"},
	{"RIP  [<", "x86_64"},
	{"RSP: ~:~ EFLAGS", "x86_64"},
	{"RAX: ~ RBX: ", "x86_64"},
	{"R10: ~ R11: ~ R12: ", "x86_64"},
	{"R13: ~ R14: ~ R15: ", "x86_64"},
	{"CS:  ~ DS: ~ ES: ~ CR0: 00000000~", "x86_64"},
	{"CR2: ~ CR3: ~ CR4: 00000000~", "x86_64"},
	{"CR2: ~", X86},
	{"EIP: ", "i386"},
	{"EIP is at ", "i386"},
	{"EAX: ~ EBX: ", "i386"},
	{"BUG: kernel NULL pointer dereference, address: ", X86},
	{"BUG: unable to handle page fault for address: ", X86},
	{"BUG: unable to handle kernel NULL pointer dereference at ", X86},
	{"BUG: unable to handle kernel paging request at ", X86},
	{"general protection fault", X86},
	{"invalid opcode: 0000 [", X86},
	{"divide error: 0000 [", X86},
	{"Oops: invalid opcode: 0000 [", X86},
	{"Oops: general protection fault", X86},
	{"Oops: divide error: 0000 [", X86},
	{"Oops: (0000|0001|0002|0003|0008|0009|000a|000b|0010|0011) [\\#", X86},
	{"IP: [<", X86},
	{"Internal error: Oops: 00000000(8|9)~ [\\#", "aarch64"},
	{"Internal error: Oops: (8|9)6~ [\\#", "aarch64"},
	{"Mem abort info:", "aarch64"},
	{"pstate: ", "aarch64"},
	{"Internal error: *] * ARM$", "arm"},
	{"Internal error: *] ARM$", "arm"},
	{"Internal error: *] *THUMB2$", "arm"},
	{"pc : [<~>]*lr : [<~>]*psr: ", "arm"},
	{"pc : [<~>]*lr : [<~>]*pstate: ", "aarch64"},
	{"CPU: ARMv", "arm"},
	/* riscv prints addresses, and arm "(dump_backtrace) from". */
	{" dump_backtrace+0x~/0x~", "aarch64"},
	{"dump_backtrace+0x~/0x~", "aarch64"},
	/* More digits than 32 bits have. */
	{"NIP [c00000000~] ", "ppc64"},
	{"NIP [c0080000~] ", "ppc64"},
	{"NIP [d00000000~] ", "ppc64"},
	{"NIP [~] ", "ppc"},
	{"Kernel Offset: ~ from 0xffffffff81000000 ", "x86_64"},
	{"mce: [Hardware Error]: PROCESSOR ", X86},
	{"Internal error: Oops - BUG: 00000000f2000800 ", "aarch64"},
	{"sepc: ~ ra : ", "riscv64"},
	{"Hardware name: PowerNV", "ppc64"},
	{"Hardware name: *pSeries", "ppc64"},
	{"Krnl PSW : ", "s390x"},
	{"IAOQ[0]: ", "parisc"},
	{" IAOQ[0]: ", "parisc"},
	{"Kernel Fault: Code=", "parisc"},
	{"IASQ: ~ ~ IAOQ: ", "parisc"},
	{"TSTATE: ~ TPC: ", "sparc64"},
	{"TPC: <", "sparc64"},
	{"SR: ~  SP: ~  a2: ~", "m68k"},
	{"Frame format=", "m68k"},
	{"pc = [<~>]  ra = [<~>]  ps = ", "alpha"},
};

/* Functions that only one architecture has; a star matches any end. */
static const struct hint functions[] = {
	{"entry_SYSCALL_64*", "x86_64"},
	{"do_syscall_64*", "x86_64"},
	{"x86_64_start_*", "x86_64"},
	{"secondary_startup_64*", "x86_64"},
	{"system_call_fastpath*", "x86_64"},
	{"ret_from_fork_asm", "x86_64"},
	{"child_rip", "x86_64"},
	{"__x64_sys_*", "x86_64"},
	{"asm_exc_*", X86},
	{"asm_sysvec_*", X86},
	{"asm_common_interrupt", X86},
	{"entry_INT80_32", "i386"},
	{"entry_SYSENTER_32*", "i386"},
	{"sysenter_do_call", "i386"},
	{"el0_svc*", "aarch64"},
	{"el0t_64_sync*", "aarch64"},
	{"el1h_64_*", "aarch64"},
	{"el0_sync*", "aarch64"},
	{"el1_irq*", "aarch64"},
	{"invoke_syscall*", "aarch64"},
	{"__arm64_sys_*", "aarch64"},
	{"__irq_svc", "arm"},
	{"__dabt_svc", "arm"},
	{"__und_svc*", "arm"},
	{"ret_fast_syscall", "arm"},
	{"unwind_backtrace", "arm"},
	{"system_call_vectored_common", "ppc64"},
	{"hardware_interrupt_common*", "ppc64"},
	{"decrementer_common*", "ppc64"},
	{"kernel_thread_starter", "s390x"},
	{"pgm_check_handler*", "s390x"},
	{"__riscv_sys_*", "riscv64"},
	{"do_trap_ecall_u", "riscv64"},
};

void oops_arch_hint_line(struct oops_build *b, const char *p, const char *end)
{
	struct oops_match m;

	const char *known = b->ev->arch_hint;

	if (known && strcmp(known, X86) != 0)
		return;
	for (size_t i = 0; p < end && i < ARRAY_SIZE(lines); i++)
		if (*p == *lines[i].pattern && oops_pattern_match(lines[i].pattern, p, end, &m)) {
			b->ev->arch_hint = lines[i].arch;
			return;
		}
}

static bool fits(const char *name, const char *pattern)
{
	size_t n = strlen(pattern);

	if (pattern[n - 1] == '*')
		return strncmp(name, pattern, n - 1) == 0;
	return strcmp(name, pattern) == 0;
}

static const char *by_frame(const struct oops_frame *f)
{
	for (size_t i = 0; f->function && !f->module && i < ARRAY_SIZE(functions); i++)
		if (*f->function == *functions[i].pattern &&
			fits(f->function, functions[i].pattern))
			return functions[i].arch;
	return NULL;
}

static bool is_wide(uint64_t address)
{
	return address > UINT32_MAX;
}

/* Whether the trace's frames show it: by their names, or by the width of their addresses. */
static const char *by_trace(const struct oops_trace *t, bool *wide)
{
	const char *arch = NULL;

	for (size_t i = 0; i < t->n_frames; i++) {
		const struct oops_frame *f = &t->frames[i];

		*wide |= f->has_address && is_wide(f->address);
		if (!arch || strcmp(arch, X86) == 0) {
			const char *a = by_frame(f);

			arch = a ? a : arch;
		}
	}
	return arch;
}

/* Where x86_64 has its text and its modules. Of those that print addresses, only mips64 has the
 * same. */
static bool is_x86_text(const struct oops_frame *f)
{
	return f->has_address && f->function && f->address >= 0xffffffff81000000;
}

static bool has_x86_text(const struct oops_event *ev)
{
	for (size_t i = 0; i < ev->n_traces; i++)
		for (size_t k = 0; k < ev->traces[i].n_frames; k++)
			if (is_x86_text(&ev->traces[i].frames[k]))
				return true;
	return is_x86_text(&ev->ip);
}

const char *oops_arch_hint(const struct oops_event *ev)
{
	const char *arch = ev->arch_hint, *by_name = NULL;
	bool wide = (ev->address.known && is_wide(ev->address.v)) ||
		    (ev->ip.has_address && is_wide(ev->ip.address)) || ev->wide_address;

	for (size_t i = 0; i < ev->n_traces; i++) {
		const char *a = by_trace(&ev->traces[i], &wide);

		if (!by_name || (a && strcmp(by_name, X86) == 0))
			by_name = a;
	}
	for (size_t i = 0; i < ev->n_regs; i++)
		wide |= is_wide(ev->regs[i].value);
	if (by_name && (!arch || strcmp(arch, X86) == 0))
		arch = by_name;
	if (arch && strcmp(arch, X86) == 0)
		arch = wide ? "x86_64" : NULL;
	return arch || !has_x86_text(ev) ? arch : "x86_64";
}
