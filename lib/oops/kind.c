// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The kinds of crash that a verdict can name, in order of severity. A slug means the same for ever:
 * rows are only added.
 */
#include <string.h>

#include "oops/kind.h"

/* clang-format off */
const struct oops_kind oops_kinds[] = {
	{"use-after-free", "Use of freed memory", OOPS_REPORT, 1},
	{"out-of-bounds", "Access beyond the end of an object", OOPS_REPORT, 2},
	{"invalid-free", "Double free, or free of what was never allocated", OOPS_REPORT, 3},
	{"heap-corruption", "Slab or heap metadata, poison or red zone overwritten", OOPS_REPORT, 4},
	{"stack-corruption", "Kernel stack smashed (canary overwritten)", OOPS_PANIC, 5},
	{"stack-overflow", "Kernel stack exhausted or guard page hit", OOPS_PANIC, 6},
	{"exec-fault", "Jump to memory that may not be executed (NX, SMEP)", OOPS_OOPS, 7},
	{"control-protection", "Control-flow check failed (CET, IBT, BTI, PAC, CFI)", OOPS_OOPS, 8},
	{"user-access", "Kernel touched user memory outside an access window (SMAP, PAN)", OOPS_OOPS, 9},
	{"invalid-access", "Access the detector knows to be bad without knowing the object (wild pointer, memory tag mismatch)", OOPS_REPORT, 10},
	{"null-deref", "NULL pointer dereference (address in the first page)", OOPS_OOPS, 11},
	{"page-fault", "Access to an unmapped or protected kernel address", OOPS_OOPS, 12},
	{"gpf", "General protection or stack segment fault (non-canonical address)", OOPS_OOPS, 13},
	{"double-fault", "Fault while handling a fault", OOPS_PANIC, 14},
	{"divide-error", "Division by zero or overflow", OOPS_OOPS, 15},
	{"int3", "Stray breakpoint instruction", OOPS_OOPS, 16},
	{"list-corruption", "Linked list pointers do not match", OOPS_REPORT, 17},
	{"refcount-bug", "Reference count saturated, underflowed or used after zero", OOPS_WARNING, 18},
	{"bad-usercopy", "Hardened usercopy refused a copy to or from user space", OOPS_REPORT, 19},
	{"bad-page-state", "A page is in a state its flags or counts forbid", OOPS_REPORT, 20},
	{"bad-page-table", "Page tables or memory-map counters are inconsistent", OOPS_REPORT, 21},
	{"kernel-bug", "Kernel assertion failed (BUG)", OOPS_OOPS, 22},
	{"rust-panic", "Rust code in the kernel panicked", OOPS_OOPS, 23},
	{"invalid-opcode", "Invalid or undefined instruction", OOPS_OOPS, 24},
	{"alignment-fault", "Misaligned access, stack or program counter", OOPS_OOPS, 25},
	{"external-abort", "Bus or memory system refused an access (external abort, SError)", OOPS_OOPS, 26},
	{"unhandled-fault", "A fault the kernel has no handler for", OOPS_OOPS, 27},
	{"hard-lockup", "CPU stuck with interrupts off", OOPS_PANIC, 28},
	{"soft-lockup", "CPU stuck in the kernel without scheduling", OOPS_STALL, 29},
	{"rcu-stall", "RCU grace period does not end", OOPS_STALL, 30},
	{"workqueue-lockup", "Worker pool makes no progress", OOPS_STALL, 31},
	{"csd-stall", "A CPU does not answer a cross-CPU function call", OOPS_STALL, 32},
	{"hung-task", "Task blocked too long in uninterruptible sleep", OOPS_STALL, 33},
	{"machine-check", "Processor reports a machine check", OOPS_PANIC, 34},
	{"hardware-error", "Firmware, memory controller or bus reports a hardware error", OOPS_PANIC, 35},
	{"nmi-panic", "Panic on a non-maskable interrupt", OOPS_PANIC, 36},
	{"oom-panic", "Out of memory ended in a panic", OOPS_PANIC, 37},
	{"root-mount-failed", "Boot cannot go on: no root file system or no init", OOPS_PANIC, 38},
	{"init-killed", "Process 1 died", OOPS_PANIC, 39},
	{"fs-panic", "A file system stopped the kernel over an error of its own", OOPS_PANIC, 40},
	{"sysrq-crash", "Crash asked for by a person (SysRq c)", OOPS_PANIC, 41},
	{"panic", "Kernel panic of another cause", OOPS_PANIC, 42},
	{"oops", "Oops of another cause (head of the report missing or not known)", OOPS_OOPS, 43},
	{"uninit-value", "Decision made on uninitialised memory", OOPS_REPORT, 44},
	{"info-leak", "Uninitialised kernel memory copied out", OOPS_REPORT, 45},
	{"data-race", "Unsynchronised accesses to the same memory", OOPS_REPORT, 46},
	{"undefined-behavior", "C undefined behaviour caught at run time", OOPS_REPORT, 47},
	{"deadlock", "Lock order that can deadlock", OOPS_REPORT, 48},
	{"inconsistent-lock-state", "Lock taken both in and out of interrupt context", OOPS_REPORT, 49},
	{"held-lock-freed", "Memory holding a held lock was freed", OOPS_REPORT, 50},
	{"lock-imbalance", "Unlock without lock, or lock kept where none may be", OOPS_REPORT, 51},
	{"lock-misuse", "Lock used against its rules (uninitialised, wrong context, wrong nesting)", OOPS_REPORT, 52},
	{"lockdep-limit", "The lock checker ran out of its own tables", OOPS_REPORT, 53},
	{"spinlock-bug", "Spinlock or rwlock corrupted, recursive or held too long", OOPS_REPORT, 54},
	{"rcu-usage", "RCU used without its protection", OOPS_REPORT, 55},
	{"atomic-sleep", "Sleeping function called where sleeping is forbidden", OOPS_REPORT, 56},
	{"sched-while-atomic", "Scheduler entered in atomic context", OOPS_REPORT, 57},
	{"preempt-misuse", "Per-CPU accessor used in preemptible code", OOPS_REPORT, 58},
	{"odebug", "Object life cycle violated (debug objects)", OOPS_WARNING, 59},
	{"dma-api", "Driver broke the DMA API's rules", OOPS_WARNING, 60},
	{"memory-leak", "Allocated memory nobody points to", OOPS_REPORT, 61},
	{"ref-leak", "An object is still in use when its owner goes away", OOPS_REPORT, 62},
	{"irq-nobody-cared", "Interrupt line disabled: no handler claimed it", OOPS_REPORT, 63},
	{"oom-kill", "OOM killer ended a process", OOPS_REPORT, 64},
	{"alloc-failure", "Page allocation failed", OOPS_REPORT, 65},
	{"warning", "Kernel assertion failed, kernel goes on (WARN)", OOPS_WARNING, 66},
	{"unexpected-reboot", "Log goes from a running system straight into a boot", OOPS_REBOOT, 67},
	{"boot-hang", "Log ends before the boot is done, with no report", OOPS_HANG, 68},
};
/* clang-format on */

const size_t oops_n_kinds = sizeof(oops_kinds) / sizeof(*oops_kinds);

const struct oops_kind *oops_kind_find(const char *slug)
{
	for (size_t i = 0; i < oops_n_kinds; i++)
		if (strcmp(oops_kinds[i].slug, slug) == 0)
			return &oops_kinds[i];
	return NULL;
}
