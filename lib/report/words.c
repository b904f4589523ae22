// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words.h"

#include <string.h>

#include "base/err.h"

const struct words words_address_classes[] = {
	{"null", "NULL"},
	{"null-offset", "near NULL"},
	{"low", "near NULL"},
	{"err-ptr", "an error code used as a pointer (ERR_PTR)"},
	{"list-poison", "the poison value of a removed list entry"},
	{"timer-poison", "the poison value of a timer that is not queued"},
	{"slab-poison", "the poison value of freed memory"},
	{"slab-uninitialised", "the fill value of uninitialised memory"},
	{"slab-redzone", "the red zone of an object"},
	{"page-poison", "the poison value of a freed page"},
	{"init-poison", "the poison value of freed init memory or of a red zone"},
	{"dma-pool-poison", "the poison value of a freed DMA block"},
	{"kasan-shadow", "KASAN's shadow memory"},
	{"user", "a user-space address"},
	{"non-canonical", "not a canonical address"},
	{"stack-guard", "the guard page of a stack"},
	{"freed", "freed memory"},
	{"one-bit-off", "one bit off a good address"},
	{NULL},
};

const struct words words_contexts[] = {
	{"task", "in a task (process context)"},
	{"idle", "in the idle loop"},
	{"softirq", "in a software interrupt (softirq)"},
	{"hardirq", "in a hardware interrupt (hardirq)"},
	{"nmi", "in a non-maskable interrupt (NMI)"},
	{NULL},
};

const struct words words_detectors[] = {
	{"aer", "PCIe error reporting (AER)"},
	{"boot", ""},
	{"bti", "the CPU's branch target checks"},
	{"bug", "a check in the code (BUG)"},
	{"bus", "the system bus"},
	{"cet", "the CPU's control-flow checks (CET)"},
	{"cfi", "the compiler's control-flow checks (CFI)"},
	{"cpu", "the CPU"},
	{"die", ""},
	{"dma-debug", "the DMA API checks (dma-debug)"},
	{"driver", "the driver"},
	{"edac", "the memory controller's driver (EDAC)"},
	{"eeh", "PCI error handling (EEH)"},
	{"fortify", "the string and copy checks (FORTIFY_SOURCE)"},
	{"fs", "the file system"},
	{"ghes", "the firmware (GHES)"},
	{"init", ""},
	{"interconnect", "the chip's interconnect"},
	{"iommu", "the driver of the IOMMU"},
	{"ipmi", "the watchdog of the management controller (IPMI)"},
	{"irq", "the interrupt code"},
	{"kasan", "the address sanitizer (KASAN)"},
	{"kcsan", "the data race detector (KCSAN)"},
	{"kfence", "the memory error detector (KFENCE)"},
	{"khungtaskd", "the hung task detector (khungtaskd)"},
	{"kmemleak", "the memory leak detector (kmemleak)"},
	{"kmsan", "the memory sanitizer (KMSAN)"},
	{"list-debug", "the linked list checks (list debugging)"},
	{"lockdep", "the lock checker (lockdep)"},
	{"lockdep-rcu", "the RCU checks of the lock checker (lockdep)"},
	{"mce", "the CPU's machine check (MCE)"},
	{"memory-failure", "the handler of memory errors"},
	{"mempool", "the memory pool checks"},
	{"mm", "memory management"},
	{"mmu", "the CPU's memory management unit"},
	{"net", "the network stack"},
	{"netdev-watchdog", "the network transmit watchdog"},
	{"nmi", "a non-maskable interrupt (NMI)"},
	{"odebug", "the object life cycle checks (debugobjects)"},
	{"oom", "the out-of-memory handler"},
	{"page-poison", "the page poisoning checks"},
	{"pan", "the CPU's guard of user memory (PAN, SMAP)"},
	{"panic", ""},
	{"preempt-debug", "the preemption checks (DEBUG_PREEMPT)"},
	{"rcu", "the RCU stall detector"},
	{"refcount", "the reference count checks"},
	{"rust", "the Rust runtime"},
	{"sched", "the scheduler"},
	{"slab", "the slab allocator"},
	{"slub", "the slab allocator (SLUB)"},
	{"smp", "the detector of unanswered cross-CPU calls (CSD lock)"},
	{"spinlock-debug", "the spinlock checks (DEBUG_SPINLOCK)"},
	{"stackprotector", "the compiler's stack protector"},
	{"sysctl", "the check of sysctl tables"},
	{"sysrq", ""},
	{"ubsan", "the undefined behaviour sanitizer (UBSAN)"},
	{"unwinder", "the stack unwinder"},
	{"usercopy", "the user copy checks (hardened usercopy)"},
	{"vfs", "the file system layer (VFS)"},
	{"vmalloc", "the allocator of virtual memory (vmalloc)"},
	{"vmap-stack", "the guard page below the stack"},
	{"warn", "a check in the code (WARN)"},
	{"watchdog", "the lockup detector (watchdog)"},
	{"watchdog-timer", "a watchdog timer that no program reset in time"},
	{"workqueue", "the work queue watchdog"},
	{"xfs", "the checks of XFS"},
	{"xmon", ""},
	{NULL},
};

const struct words words_innocents[] = {
	{"machine-check", "none: the hardware reported an error"},
	{"hardware-error", "none: the hardware reported an error"},
	{"corrected-error", "none: the hardware reported an error that it corrected"},
	{"nmi-panic", "none: the hardware, or somebody, sent a non-maskable interrupt"},
	{"oom-panic", "none: memory ran out"},
	{"oom-kill", "none: memory ran out"},
	{"root-mount-failed", "none: the root file system or init was not found"},
	{"init-killed", "none: init (process 1) ended"},
	{"sysrq-crash", "none: the crash was requested through SysRq"},
	{NULL},
};

const struct words words_input_gaps[] = {
	{"input-truncated", "cut off"},
	{"input-incomplete", "incomplete: kdump could not write all of it"},
	{"input-parts-missing", "incomplete: parts of it are missing"},
	{NULL},
};

const struct words words_levels[] = {
	{VMT_LEVEL_LOG, "the log alone"},
	{VMT_LEVEL_CORE, "the dump alone, without debuginfo"},
	{VMT_LEVEL_FULL, "the dump and debuginfo"},
	{WORDS_LEVEL_TEXT, "the log and debuginfo"},
	{NULL},
};

const struct words words_origins[] = {
	{VMT_ORIGIN_IN_TREE, "in-tree module"},
	{VMT_ORIGIN_OUT_OF_TREE, "out-of-tree module"},
	{VMT_ORIGIN_PROPRIETARY, "proprietary module"},
	{NULL},
};

const struct words words_context_terms[] = {
	{"softirq", "softirq"},
	{"hardirq", "hardirq"},
	{"nmi", "NMI"},
	{NULL},
};

/* What may run in an interrupt. */
const struct words words_interrupt_paths[] = {
	{"block-completion", "the completion of disk I/O"},
	{"interrupt", "an interrupt handler"},
	{"rcu-callback", "an RCU callback"},
	{"receive", "the receive path"},
	{"scheduler", "the scheduler"},
	{"softirq", "a software interrupt"},
	{"tasklet", "a tasklet"},
	{"timer", "a timer"},
	{"transmit", "the transmit path"},
	{NULL},
};

const struct words words_paths[] = {
	{"block-completion", "the completion of disk I/O"},
	{"block-submit", "the submission of disk I/O"},
	{"boot", "the start of the kernel (boot)"},
	{"exec", "the start of a program (exec)"},
	{"exit", "the exit of a process"},
	{"filesystem", "the file system"},
	{"fork", "the creation of a process (fork)"},
	{"idle", "the idle loop"},
	{"interrupt", "an interrupt handler"},
	{"ioctl", "an ioctl"},
	{"kthread", "a kernel thread"},
	{"module-load", "the loading of a module"},
	{"module-unload", "the unloading of a module"},
	{"mount", "a mount or unmount"},
	{"page-fault", "the handling of a page fault"},
	{"probe", "the set-up of a device (probe)"},
	{"rcu-callback", "an RCU callback"},
	{"receive", "the receive path"},
	{"reclaim", "memory reclaim"},
	{"remove", "the removal of a device"},
	{"scheduler", "the scheduler"},
	{"socket", "a socket call"},
	{"softirq", "a software interrupt"},
	{"suspend", "suspend or resume"},
	{"syscall", "a system call"},
	{"tasklet", "a tasklet"},
	{"timer", "a timer"},
	{"transmit", "the transmit path"},
	{"workqueue", "a work queue"},
	{"writeback", "the writing of cached data to disk (writeback)"},
	{NULL},
};

const struct words words_warnings[] = {
	{"dump-damaged", "the dump is damaged: what was read of it may be wrong"},
	{"debuginfo-refused", "the debuginfo that was given belongs to another build"},
	{"debuginfo-unreadable", "debuginfo was found, but could not be used"},
	{"log-cut", "a part of the kernel log is not in the dump"},
	{"log-gaps", "a part of the log is missing"},
	{"stack-salvaged",
		"the stack of the crash was found without page tables, and only a part of it"},
	{"no-disassembler", "no instruction was decoded, for want of the library Capstone: what "
			    "was accessed is "
			    "not known"},
	{"log-salvaged", "the kernel log was gathered from single pages of the dump"},
	{NULL},
};

const struct words words_unreadable[] = {
	{"memory-unreadable", "the kernel's memory could not be read"},
	{"log-unreadable", "the kernel log could not be read"},
	{"crash-may-be-lost", "a part of the kernel log is missing, and the rest shows no crash"},
	{NULL},
};

const char *words_find(const struct words *rows, const char *slug)
{
	for (; slug && rows->slug; rows++) {
		if (!strcmp(rows->slug, slug))
			return rows->text;
	}
	return NULL;
}

const char *words_of(const struct words *rows, const char *slug)
{
	const char *text = words_find(rows, slug);

	return text ? text : slug;
}
