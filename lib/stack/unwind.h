/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unwinding: from registers to the frames that led there, through interrupt and exception stacks. A
 * way to step from a frame to its caller is a stack_stepper; stack_unwinder_add() adds one (CFI
 * from debuginfo).
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
	STACK_REGS, /* the registers at the start, or those saved at an interruption */
	STACK_ORC,
	STACK_CALL, /* no table covers the callee; found by the call to it */
	STACK_FRAME_POINTER,
	STACK_CFI,
	STACK_SCAN, /* a word on the stack that looks like a return address */
};

struct stack_frame {
	uint64_t ip;
	uint64_t sp;
	bool exact;    /* ip is where the CPU was (a fault, an interrupt), not a return address */
	bool reliable; /* false: guessed */
	enum stack_source source;
	uint64_t regs_at;    /* address of the pt_regs that this frame comes from; 0: none */
	const char *context; /* of the frame's stack, as cpu_stack.context; NULL: not known */
};

struct stack_trace {
	struct stack_frame *frames; /* innermost first */
	size_t n;
	/* Why the trace ends early or goes on with guesses, as a sentence. NULL: it is complete. */
	const char *stopped;
};

/* One step: from the registers of a frame to its caller's. */
struct stack_step {
	struct cpu_regs regs;		/* in and out */
	bool exact;			/* in: ip is exact; out: likewise for the caller */
	const struct cpu_stack *stack;	/* in: the frame's stack; NULL: not known */
	const struct cpu_stack *stacks; /* in: all stacks of the walk */
	size_t n_stacks;
	bool task_unknown; /* in: the task's stack is not among them */
	bool interrupted;  /* out: the caller was interrupted here */
	uint64_t regs_at;  /* out: the pt_regs that the caller's registers are from */
	bool end;	   /* out: there is no caller */
};

struct stack_stepper {
	enum stack_source source;
	/*
	 * 0: stepped; NOTFOUND: it knows nothing about ip; another code: memory could not be used.
	 */
	int (*step)(void *priv, struct stack_step *step, struct vmt_err *err);
	void *priv;
};

struct stack_unwinder;

/*
 * A new unwinder has steppers for ORC, for calls to nowhere, and for frame pointers. Steppers are
 * tried in the order in which they were added, but frame pointers last, since they may hold
 * anything. k and modules (NULL: not known) must outlive the unwinder. UNSUPPORTED: the
 * architecture's row in arch/ has no unwinding.
 */
int stack_unwinder_new(TALLOC_CTX *ctx, const struct kernel_image *k,
	const struct module_list *modules, struct stack_unwinder **ret, struct vmt_err *err);
int stack_unwinder_add(
	struct stack_unwinder *u, const struct stack_stepper *stepper, struct vmt_err *err);

/* Where to begin, and what is known about the stacks. */
struct stack_start {
	struct cpu_regs regs;
	bool exact; /* the program counter is where the CPU was, not a return address */
	const struct cpu_stack *stacks;
	size_t n_stacks;
	bool task_unknown; /* the task's stack is not among these: other addresses may be on it */
	uint64_t task; /* task_struct, for return addresses that tracers replaced; 0: not known */
};

/*
 * Unwinds. Bad memory is no failure: the trace then ends with ret->stopped. Frames are talloc
 * children of ctx.
 */
int stack_unwind(struct stack_unwinder *u, TALLOC_CTX *ctx, const struct stack_start *start,
	struct stack_trace *ret, struct vmt_err *err);

/* Unwinds a CPU from its registers; no frames where they are not known. */
int stack_unwind_cpu(struct stack_unwinder *u, TALLOC_CTX *ctx, const struct cpu *cpu,
	struct stack_trace *ret, struct vmt_err *err);

/* Unwinds a task from where it was switched out; no frames where it was not. */
int stack_unwind_task(struct stack_unwinder *u, TALLOC_CTX *ctx, const struct task *task,
	struct stack_trace *ret, struct vmt_err *err);

/* Whether tables or lists that the unwinder needs are longer than caps.h allows, and were cut. */
bool stack_is_capped(const struct stack_unwinder *u);

/* Whether addr is in the code of the kernel or of a module. */
bool stack_is_text(struct stack_unwinder *u, uint64_t addr);

/* Reads the pt_regs at addr. */
int stack_read_regs(
	struct mem_space *space, uint64_t addr, struct cpu_regs *ret, struct vmt_err *err);

#endif
