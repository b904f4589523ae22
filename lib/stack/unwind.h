/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unwinding: from registers to the frames that led there, through interrupt and exception stacks.
 * A way to step from a frame to its caller is a row; to add one (CFI from debuginfo), fill a
 * stack_stepper and hand it to stack_unwinder_add().
 */
#ifndef VMT_STACK_UNWIND_H
#define VMT_STACK_UNWIND_H

#include "arch/arch.h"
#include "image/image.h"
#include "kernel/cpu.h"
#include "kernel/modules.h"
#include "kernel/task.h"
#include "mem/space.h"

enum stack_source {
	STACK_REGS, /* the registers that were given, or those saved where it was interrupted */
	STACK_ORC,
	STACK_CALL, /* no table speaks of the callee; this is the call that went there */
	STACK_FRAME_POINTER,
	STACK_CFI,
	STACK_SCAN, /* a word on the stack that looks like a return address */
};

struct stack_frame {
	uint64_t ip;
	uint64_t sp;
	bool exact;    /* ip is where it ran (a fault, an interrupt), not a return address */
	bool reliable; /* false: guessed */
	enum stack_source source;
	uint64_t regs_at;    /* address of the pt_regs that this frame comes from; 0: none */
	const char *context; /* of the stack it is on, as cpu_stack.context; NULL: not known */
};

struct stack_trace {
	struct stack_frame *frames; /* innermost first */
	size_t n;
	/* Why it ends early, or goes on with guesses: a sentence. NULL: it reached its end. */
	const char *stopped;
};

/* One step: from the registers of a frame to its caller's. */
struct stack_step {
	struct cpu_regs regs;		/* in and out */
	bool exact;			/* in: ip is exact; out: likewise for the caller */
	const struct cpu_stack *stack;	/* in: that it is on; NULL: not known */
	const struct cpu_stack *stacks; /* in: all of the walk */
	size_t n_stacks;
	bool task_unknown; /* in: the task's is not among them */
	bool interrupted;  /* out: the caller was interrupted here */
	uint64_t regs_at;  /* out: the pt_regs that the caller's registers are from */
	bool end;	   /* out: there is no caller */
};

struct stack_stepper {
	enum stack_source source;
	/* 0: stepped; NOTFOUND: this way does not know the ip; another code: memory is bad. */
	int (*step)(void *priv, struct stack_step *step, struct vmt_err *err);
	void *priv;
};

struct stack_unwinder;

/*
 * Steppers are tried in the order they were added, the one by frame pointers last: what they hold
 * may be anything. From new, there are ORC, calls to nowhere and frame pointers. k and modules
 * (NULL: not known) must outlive it. UNSUPPORTED for a machine whose row of arch/ does not tell
 * how.
 */
int stack_unwinder_new(TALLOC_CTX *ctx, const struct kernel_image *k,
	const struct module_list *modules, struct stack_unwinder **ret, struct vmt_err *err);
int stack_unwinder_add(
	struct stack_unwinder *u, const struct stack_stepper *stepper, struct vmt_err *err);

/* Where to begin, and what belongs to it. */
struct stack_start {
	struct cpu_regs regs;
	bool exact; /* the program counter is where it ran, not a return address */
	const struct cpu_stack *stacks;
	size_t n_stacks;
	bool task_unknown; /* the task's stack is not among them: it is what is left for */
	uint64_t task; /* task_struct, for return addresses that tracers replaced; 0: not known */
};

/*
 * Unwinds. Never fails for what memory holds: it ends with ret->stopped. Frames hang on ctx.
 */
int stack_unwind(struct stack_unwinder *u, TALLOC_CTX *ctx, const struct stack_start *start,
	struct stack_trace *ret, struct vmt_err *err);

/* Of a CPU, from the registers it had; none where they are not known. */
int stack_unwind_cpu(struct stack_unwinder *u, TALLOC_CTX *ctx, const struct cpu *cpu,
	struct stack_trace *ret, struct vmt_err *err);

/* Of a task, from where it was switched out; none where it was not. */
int stack_unwind_task(struct stack_unwinder *u, TALLOC_CTX *ctx, const struct task *task,
	struct stack_trace *ret, struct vmt_err *err);

/* Whether tables or lists that it needs are longer than caps.h allows, and were not read whole. */
bool stack_is_capped(const struct stack_unwinder *u);

/* Whether addr lies in the code of the kernel or of a module. */
bool stack_is_text(const struct stack_unwinder *u, uint64_t addr);

/* The pt_regs at addr. */
int stack_read_regs(
	struct mem_space *space, uint64_t addr, struct cpu_regs *ret, struct vmt_err *err);

#endif
