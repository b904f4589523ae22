// SPDX-License-Identifier: GPL-3.0-or-later
/* Sets up an unwinder, and starts it: with a CPU's registers, or with those that a task saved. */
#include "stack/stack_internal.h"

int stack_unwinder_add(
	struct stack_unwinder *u, const struct stack_stepper *stepper, struct vmt_err *err)
{
	if (u->n_steppers == STACK_STEPPERS_MAX)
		return err_set(err, VMT_ERR_USAGE, "more than %d steppers", STACK_STEPPERS_MAX);
	u->steppers[u->n_steppers] = u->steppers[u->n_steppers - 1];
	u->steppers[u->n_steppers++ - 1] = *stepper;
	return 0;
}

int stack_unwinder_init(TALLOC_CTX *ctx, const struct kernel_image *k, struct stack_unwinder **ret,
	struct vmt_err *err)
{
	const struct arch *arch = mem_space_arch(k->space);
	struct stack_unwinder *u;

	if (!arch->unwind)
		return err_set(
			err, VMT_ERR_UNSUPPORTED, "stacks of %s cannot be unwound yet", arch->name);
	u = talloc_zero(ctx, struct stack_unwinder);
	if (!u)
		return err_nomem(err);
	u->k = u->orc.k = k;
	u->arch = arch->unwind;
	u->steppers[u->n_steppers++] = (struct stack_stepper){STACK_ORC, orc_step, u};
	u->steppers[u->n_steppers++] = (struct stack_stepper){STACK_CALL, call_step, u};
	u->steppers[u->n_steppers++] =
		(struct stack_stepper){STACK_FRAME_POINTER, frame_pointer_step, u};
	*ret = u;
	return 0;
}

/* The first of the symbols that this kernel has. */
static void find_begin(struct stack_unwinder *u)
{
	for (const char *const *name = u->arch->begins; *name && !u->begin; name++)
		if (kernel_symbol(u->k, *name, &u->begin, NULL))
			u->begin = 0;
}

int stack_unwinder_new(TALLOC_CTX *ctx, const struct kernel_image *k,
	const struct module_list *modules, struct stack_unwinder **ret, struct vmt_err *err)
{
	int rc = stack_unwinder_init(ctx, k, ret, err);

	if (rc)
		return rc;
	(*ret)->modules = modules;
	rc = orc_tables_find(*ret, &(*ret)->orc, modules, err);
	if (rc) {
		talloc_free(*ret);
		return rc;
	}
	find_begin(*ret);
	(*ret)->orc.end_at = (*ret)->begin;
	return 0;
}

/* Where it is not known, and the CPU is on no other stack, it is around the stack pointer. */
static struct cpu_stack task_stack_of(const struct stack_unwinder *u, const struct cpu *cpu)
{
	uint64_t sp = cpu->regs.v[u->arch->sp], word;
	struct cpu_stack around;

	if (cpu->task_stack.start || !cpu_regs_has(&cpu->regs, u->arch->sp))
		return cpu->task_stack;
	/* An overflow has moved the stack pointer below the stack, into unmapped memory. */
	if (mem_read_ptr(u->k->space, sp, &word, NULL))
		sp += u->arch->thread_size;
	around = stack_around(u, sp);
	for (size_t i = 0; i < cpu->n_stacks; i++)
		if (around.start < cpu->stacks[i].end && around.end > cpu->stacks[i].start)
			return cpu->task_stack;
	return around;
}

int stack_unwind_cpu(struct stack_unwinder *u, TALLOC_CTX *ctx, const struct cpu *cpu,
	struct stack_trace *ret, struct vmt_err *err)
{
	struct cpu_stack stacks[CPU_STACKS_MAX + 1];
	struct stack_start start = {
		.exact = true, .stacks = stacks, .task = cpu->task, .n_stacks = cpu->n_stacks};

	*ret = (struct stack_trace){0};
	if (!cpu->has_regs) {
		ret->stopped = "its registers were not saved";
		return 0;
	}
	start.regs = cpu->regs;
	for (size_t i = 0; i < cpu->n_stacks; i++)
		stacks[i] = cpu->stacks[i];
	stacks[start.n_stacks] = task_stack_of(u, cpu);
	start.task_unknown = !cpu->task_stack.start;
	start.n_stacks += stacks[start.n_stacks].start != 0;
	return stack_unwind(u, ctx, &start, ret, err);
}

int stack_unwind_task(struct stack_unwinder *u, TALLOC_CTX *ctx, const struct task *task,
	struct stack_trace *ret, struct vmt_err *err)
{
	struct stack_start start = {.regs = task->regs,
		.stacks = &task->stack,
		.n_stacks = task->stack.start ? 1 : 0,
		.task = task->addr};

	*ret = (struct stack_trace){0};
	if (!task->switched_out) {
		ret->stopped = "it was running, or where it was switched out cannot be read";
		return 0;
	}
	/* A task that never ran will begin there; nothing called it. */
	start.exact = u->begin && u->begin == task->regs.v[u->arch->pc];
	return stack_unwind(u, ctx, &start, ret, err);
}

int stack_read_regs(
	struct mem_space *space, uint64_t addr, struct cpu_regs *ret, struct vmt_err *err)
{
	const struct arch *arch = mem_space_arch(space);

	*ret = (struct cpu_regs){0};
	for (unsigned i = 0; i < arch->unwind->n_pt_regs; i++) {
		uint64_t value;
		int rc = mem_read_uint(
			space, addr + arch->regs[i].offset, arch->regs[i].size, &value, err);

		if (rc)
			return err_prepend(err, rc, "saved registers");
		cpu_regs_set(ret, i, value);
	}
	return 0;
}
