// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One task: members of task_struct by name, its stack, and the registers that the scheduler saved
 * there. Mirrors include/linux/sched.h, arch/x86/include/asm/switch_to.h (inactive_task_frame, 4.9
 * and later) and arch/x86/include/asm/processor.h.
 */
#include "kernel/task.h"

#include <string.h>

#include "base/array.h"
#include "kernel/percpu.h"
#include "kernel/task_internal.h"

#define STACK_MIN 4096u

bool task_is_blocked(const struct task *task)
{
	return task->state & TASK_STATE_UNINTERRUPTIBLE && !(task->state & TASK_STATE_NOLOAD);
}

int task_member(const struct kernel_image *k, uint64_t addr, const char *member, uint64_t *ret)
{
	return kernel_read_member(k, addr, "task_struct", member, ret, NULL);
}

/* ---- the stack --------------------------------------------------------------------------- */

/* The distance between the two symbols around the first task's stack. */
static uint64_t stack_of_symbols(const struct kernel_image *k)
{
	static const struct {
		const char *start, *end;
	} pairs[] = {
		{"__start_init_stack", "__end_init_stack"}, /* 6.10 and later */
		{"__start_init_task", "__end_init_task"},   /* 4.16 to 6.9 */
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		uint64_t start, end;

		if (!kernel_symbol(k, pairs[i].start, &start, NULL) &&
			!kernel_symbol(k, pairs[i].end, &end, NULL))
			return end - start;
	}
	return 0;
}

uint64_t task_thread_size(const struct kernel_image *k)
{
	uint64_t size = stack_of_symbols(k);

	/*
	 * Up to 4.15, with types from debuginfo. In BTF, asking for a type that is missing is
	 * expensive.
	 */
	if (!size && k->layout)
		layout_size(k->layout, "thread_union", &size, NULL);
	if (size >= STACK_MIN && size <= CPU_STACK_BYTES_MAX && !(size & (size - 1)))
		return size;
	return mem_space_arch(k->space)->unwind->thread_size;
}

bool task_read_stack(
	const struct kernel_image *k, uint64_t addr, uint64_t size, struct cpu_stack *ret)
{
	uint64_t start;

	/* The stack of a dead task that is not yet reaped has been freed, and the pointer is 0. */
	if (!size || task_member(k, addr, "stack", &start) || !start || start + size < start)
		return false;
	*ret = (struct cpu_stack){start, start + size, "task"};
	return true;
}

/* ---- saved registers --------------------------------------------------------------------- */

/* From the types if they are known: from 5.1 to 5.8, x86's frame also had the flags. */
static void find_frame(
	const struct kernel_image *k, const struct arch_switch *sw, struct task_shape *ret)
{
	ret->frame_known = true;
	ret->frame_size = sw->frame_size;
	if (k->layout)
		layout_size(k->layout, sw->frame_type, &ret->frame_size, NULL);
	for (size_t i = 0; i < sw->n_saved; i++) {
		struct layout_member m;

		ret->saved[i] = sw->saved[i].offset;
		if (k->layout &&
			!layout_member(k->layout, sw->frame_type, sw->saved[i].member, &m, NULL))
			ret->saved[i] = m.offset;
	}
}

void task_shape_find(const struct kernel_image *k, struct task_shape *ret)
{
	const struct arch_unwind *u = mem_space_arch(k->space)->unwind;

	*ret = (struct task_shape){0};
	if (u)
		ret->thread_size = task_thread_size(k);
}

static bool read_switched(const struct kernel_image *k, struct task_shape *shape, struct task *task)
{
	const struct arch_unwind *u = mem_space_arch(k->space)->unwind;
	const struct arch_switch *sw = &u->switched;
	struct cpu_regs *regs = &task->regs;
	uint64_t sp;

	for (size_t i = 0; sw->in_task && i < sw->n_saved; i++) {
		uint8_t reg = sw->saved[i].reg;

		if (task_member(k, task->addr, sw->saved[i].member, &regs->v[reg]))
			return false;
		regs->known |= 1ull << reg;
	}
	if (sw->in_task)
		return true;
	if (task_member(k, task->addr, sw->sp_member, &sp) ||
		sp - task->stack.start >= task->stack.end - task->stack.start)
		return false;
	/* The type is late in BTF: look it up only when needed. */
	if (!shape->frame_known)
		find_frame(k, sw, shape);
	for (size_t i = 0; i < sw->n_saved; i++) {
		uint8_t reg = sw->saved[i].reg;

		if (mem_read_ptr(k->space, sp + shape->saved[i], &regs->v[reg], NULL))
			return false;
		regs->known |= 1ull << reg;
	}
	regs->v[u->sp] = sp + shape->frame_size;
	regs->known |= 1ull << u->sp;
	return true;
}

/* ---- all of it --------------------------------------------------------------------------- */

static void read_comm(const struct kernel_image *k, struct task *task)
{
	struct layout_member m;

	if (!k->layout || layout_member(k->layout, "task_struct", "comm", &m, NULL))
		return;
	if (m.size >= sizeof(task->comm))
		m.size = sizeof(task->comm) - 1;
	mem_read_some(k->space, task->addr + m.offset, task->comm, m.size);
}

/* Kernels for one CPU have no on_cpu. */
static bool is_running(const struct kernel_image *k, uint64_t addr)
{
	uint64_t value;

	if (!task_member(k, addr, "on_cpu", &value))
		return value;
	return !percpu_variable(k, 0, "current_task", &value, NULL) &&
	       !mem_read_ptr(k->space, value, &value, NULL) && value == addr;
}

int task_read(const struct kernel_image *k, uint64_t addr, struct task *ret, struct vmt_err *err)
{
	struct task_shape shape;

	task_shape_find(k, &shape);
	return task_read_shaped(k, &shape, addr, ret, err);
}

int task_read_shaped(const struct kernel_image *k, struct task_shape *shape, uint64_t addr,
	struct task *ret, struct vmt_err *err)
{
	uint64_t value, involuntary;
	int rc;

	*ret = (struct task){.addr = addr};
	rc = kernel_read_member(k, addr, "task_struct", "pid", &value, err);
	if (rc)
		return err_prepend(err, rc, "task at 0x%llx", (unsigned long long)addr);
	ret->pid = (int32_t)value;
	if (!task_member(k, addr, "tgid", &value))
		ret->tgid = (int32_t)value;
	if (task_member(k, addr, "__state", &ret->state))
		task_member(k, addr, "state", &ret->state);
	if (!task_member(k, addr, "nvcsw", &value) && !task_member(k, addr, "nivcsw", &involuntary))
		ret->switches = (struct vmt_u64){true, value + involuntary};
	read_comm(k, ret);
	if (task_read_stack(k, addr, shape->thread_size, &ret->stack) && !is_running(k, addr))
		ret->switched_out = read_switched(k, shape, ret);
	return 0;
}
