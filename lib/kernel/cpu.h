/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The CPUs of a dead kernel: registers, the task that each was running, and its stacks. Mirrors
 * arch/x86/kernel/{crash,dumpstack_64,irq_64}.c and include/asm/{processor,current}.h.
 */
#ifndef VMT_KERNEL_CPU_H
#define VMT_KERNEL_CPU_H

#include "arch/arch.h"
#include "dump/dump.h"
#include "image/image.h"

#define CPU_REGS_MAX 40

/* Values in the order of the architecture's row (arch->regs). */
struct cpu_regs {
	uint64_t v[CPU_REGS_MAX];
	uint64_t known; /* bit i: v[i] is known */
};

static inline bool cpu_regs_has(const struct cpu_regs *r, unsigned i)
{
	return r->known >> i & 1;
}

static inline void cpu_regs_set(struct cpu_regs *r, unsigned i, uint64_t value)
{
	r->v[i] = value;
	r->known |= 1ull << i;
}

/* No stack has more bytes. A lie must not turn all of memory into a stack. */
#define CPU_STACK_BYTES_MAX (1u << 20)

/* A stack in memory. Frames whose stack pointer is inside ran in its context. */
struct cpu_stack {
	uint64_t start, end;
	const char *context; /* "task", "hardirq" (also runs softirqs), "nmi", ... */
};

#define CPU_STACKS_MAX 12

struct cpu {
	uint32_t number;
	uint64_t percpu; /* offset to add to the addresses of per-CPU symbols */
	bool has_regs;
	struct cpu_regs regs; /* at the time the crash stopped it */
	/* The pt_regs on its stack, of the exception that the crash began with; 0: not known. */
	uint64_t fault_regs;
	uint64_t task; /* address of the task_struct that it was running; 0: not known */
	struct cpu_stack task_stack;		 /* start 0: not known */
	struct cpu_stack stacks[CPU_STACKS_MAX]; /* all except the task's own */
	size_t n_stacks;
};

struct cpu_set {
	struct cpu *cpus; /* sorted by number */
	size_t n;
	bool capped;	  /* memory or the notes claim more than CAP_CPUS */
	int64_t crashing; /* number of the CPU that crashed; -1: not known */
	bool crash_lost;  /* it is not known, because memory that says so could not be read */
	bool find_capped; /* stack_find() did not look at all of the dump */
};

/*
 * Reads what can be read about each CPU that the kernel had. Registers come from crash_notes in
 * memory if they are there. Otherwise they come from the container's notes, which are matched by
 * per-CPU base, stack and pid rather than by order (CPUs that did not respond have no note).
 * Missing parts are 0. If memory does not say which CPUs there were, there is one for each note,
 * numbered in order. ret->cpus is a talloc child of ctx.
 */
int cpu_set_read(TALLOC_CTX *ctx, const struct kernel_image *k, const struct dump *dump,
	struct cpu_set *ret, struct vmt_err *err);

#endif
