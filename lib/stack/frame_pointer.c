// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Unwinding by frame pointers, for code without tables (BPF's JIT, kernels built with
 * UNWINDER_FRAME_POINTER). A frame is {the caller's frame pointer, return address}. Entry code of
 * such a kernel passes on an encoded pointer to the saved registers in place of a frame pointer
 * (ENCODE_FRAME_POINTER of arch/x86/include/asm/frame.h, since 4.10). Whether an interrupted
 * function had set up its frame is read from its instructions.
 */
#include "base/array.h"
#include "stack/stack_internal.h"

/* How far a frame pointer may be from the stack pointer where the stack's bounds are not known. */
#define FRAME_MAX 16384

static bool holds_frame(const struct cpu_stack *stack, uint64_t fp, unsigned ptr)
{
	return fp >= stack->start && stack->end > 2ull * ptr && fp <= stack->end - 2ull * ptr;
}

/* Above the stack pointer, or on another stack, from which an interrupt came to this one. */
static bool in_reach(const struct stack_step *step, uint64_t sp, uint64_t fp, unsigned ptr)
{
	if (fp % ptr)
		return false;
	if (!step->stack)
		return fp >= sp && fp <= sp + FRAME_MAX - 2 * ptr;
	if (holds_frame(step->stack, fp, ptr))
		return fp >= sp;
	for (size_t i = 0; i < step->n_stacks; i++)
		if (&step->stacks[i] != step->stack && holds_frame(&step->stacks[i], fp, ptr))
			return true;
	return step->task_unknown;
}

/*
 * Whether the kernel was built with frame pointers: then each of these begins by making a frame.
 * Found out once.
 */
static bool kernel_keeps(struct stack_unwinder *u)
{
	static const char *const functions[] = {"panic", "schedule", "do_exit"};
	uint8_t code[ARCH_PROLOGUE_MAX], around[2];
	uint64_t addr;

	for (size_t i = 0; !u->frames_tried && i < ARRAY_SIZE(functions); i++)
		if (u->arch->frame_at && !kernel_symbol(u->k, functions[i], &addr, NULL) &&
			!mem_read(u->k->space, addr, code, sizeof(code), NULL)) {
			around[0] = 0;
			around[1] = code[0];
			u->keeps_frames |=
				u->arch->frame_at(code, sizeof(code), 0, around) == ARCH_FRAME_NONE;
		}
	u->frames_tried = true;
	return u->keeps_frames;
}

/* Code with unwind tables does not count: the tables are more reliable. */
static bool keeps_frame_pointers(struct stack_unwinder *u, uint64_t ip)
{
	const struct orc_table *table = orc_table_of(&u->orc, ip);

	return table && !table->n && kernel_keeps(u);
}

/* How much of its frame the function has at ip. */
static enum arch_frame frame_at(const struct stack_unwinder *u, uint64_t ip)
{
	uint8_t code[ARCH_PROLOGUE_MAX], around[2] = {0};
	uint64_t start, at;

	if (!u->arch->frame_at || !stack_function_start(u, ip, &start) || ip < start)
		return ARCH_FRAME_UNKNOWN;
	at = ip - start;
	if (mem_read(u->k->space, start, code, sizeof(code), NULL) ||
		mem_read(u->k->space, ip, around + 1, 1, NULL) ||
		(at && mem_read(u->k->space, ip - 1, around, 1, NULL)))
		return ARCH_FRAME_UNKNOWN;
	return u->arch->frame_at(code, sizeof(code), at, around);
}

static uint64_t plain_return(const struct stack_unwinder *u, uint64_t addr)
{
	return u->arch->plain_return ? u->arch->plain_return(addr) : addr;
}

/*
 * The return address is still where the call put it: on top of the stack or above the saved frame
 * pointer, or in the link register.
 */
static int without_frame(
	struct stack_unwinder *u, struct stack_step *step, unsigned above, struct vmt_err *err)
{
	unsigned ptr = mem_space_ptr_size(u->k->space);
	uint64_t sp = step->regs.v[u->arch->sp] + above, ret, fp = step->regs.v[u->arch->fp];
	bool has_fp = cpu_regs_has(&step->regs, u->arch->fp);
	int rc = u->arch->has_lr ? 0 : mem_read_ptr(u->k->space, sp, &ret, err);

	if (rc)
		return rc;
	if (u->arch->has_lr && !cpu_regs_has(&step->regs, u->arch->lr))
		return stack_not_called(step->regs.v[u->arch->pc], err);
	if (u->arch->has_lr)
		ret = plain_return(u, step->regs.v[u->arch->lr]);
	if (!stack_may_return_to(u, ret))
		return stack_not_called(step->regs.v[u->arch->pc], err);
	step->regs.known = 0;
	cpu_regs_set(&step->regs, u->arch->pc, ret);
	cpu_regs_set(&step->regs, u->arch->sp, u->arch->has_lr ? sp : sp + ptr);
	if (has_fp)
		cpu_regs_set(&step->regs, u->arch->fp, fp);
	step->exact = false;
	return 0;
}

/*
 * The link register points into the function itself: it has made a call, and so has saved its own
 * return address elsewhere.
 */
static bool is_link_stale(const struct stack_unwinder *u, const struct stack_step *step)
{
	uint64_t own, other;

	return u->arch->has_lr && stack_function_start(u, step->regs.v[u->arch->pc], &own) &&
	       stack_function_start(u, plain_return(u, step->regs.v[u->arch->lr]) - 1, &other) &&
	       own == other;
}

/* The function may have been interrupted before its frame was complete, or never makes one. */
static int interrupted_early(struct stack_unwinder *u, struct stack_step *step, struct vmt_err *err)
{
	uint64_t ip = step->regs.v[u->arch->pc];

	switch (step->exact ? frame_at(u, ip) : ARCH_FRAME_UNKNOWN) {
	case ARCH_FRAME_NEVER:
		if (is_link_stale(u, step))
			break;
		return without_frame(u, step, 0, err);
	case ARCH_FRAME_NONE:
		return without_frame(u, step, 0, err);
	case ARCH_FRAME_HALF:
		return without_frame(u, step, mem_space_ptr_size(u->k->space), err);
	case ARCH_FRAME_WHOLE:
	case ARCH_FRAME_UNKNOWN:
		break;
	}
	return stack_not_called(ip, err);
}

static int saved_regs(
	struct stack_unwinder *u, struct stack_step *step, uint64_t at, struct vmt_err *err)
{
	struct cpu_regs regs;
	int rc = stack_read_regs(u->k->space, at, &regs, err);

	if (rc)
		return rc;
	/* A kernel thread never came from user space: there are no registers to go back to. */
	if (!regs.v[u->arch->pc] && !regs.v[u->arch->sp]) {
		step->end = true;
		return 0;
	}
	step->regs = regs;
	step->exact = true;
	step->interrupted = true;
	step->regs_at = at;
	return 0;
}

/*
 * With frame pointers throughout, an address without a call before it may still be a return
 * address: boot code may jump instead of calling, and may have been freed since (.init.text).
 */
static bool is_caller(struct stack_unwinder *u, uint64_t ret, bool keeps)
{
	uint64_t start;
	uint8_t code;

	if (stack_is_return(u, ret) || !keeps)
		return stack_is_return(u, ret);
	return stack_is_text(u, ret - 1) || (stack_function_start(u, ret - 1, &start) &&
						    mem_read(u->k->space, ret - 1, &code, 1, NULL));
}

/*
 * The address of the pt_regs that the frame record at fp is part of: the record repeats two of its
 * registers. 0: it is not in a pt_regs.
 */
static uint64_t regs_around(
	const struct stack_unwinder *u, uint64_t fp, uint64_t next, uint64_t ret)
{
	const struct arch_reg *regs = mem_space_arch(u->k->space)->regs;
	const uint16_t *off = u->arch->records_in_regs;

	for (; off && *off; off++) {
		uint64_t at = fp - *off, pc, frame;

		if (!mem_read_ptr(u->k->space, at + regs[u->arch->pc].offset, &pc, NULL) &&
			!mem_read_ptr(u->k->space, at + regs[u->arch->fp].offset, &frame, NULL) &&
			pc == ret && frame == next)
			return at;
	}
	return 0;
}

/* Code that keeps no frame pointers leaves any value in the register, so everything is checked. */
static int saved_frame(
	struct stack_unwinder *u, struct stack_step *step, bool keeps, struct vmt_err *err)
{
	unsigned ptr = mem_space_ptr_size(u->k->space), fp_reg = u->arch->fp;
	uint64_t ip = step->regs.v[u->arch->pc], sp = step->regs.v[u->arch->sp];
	uint64_t fp = step->regs.v[fp_reg], next, ret, at;
	int rc;

	if (!in_reach(step, sp, fp, ptr))
		return stack_not_called(ip, err);
	rc = mem_read_ptr(u->k->space, fp, &next, err);
	if (!rc)
		rc = mem_read_ptr(u->k->space, fp + ptr, &ret, err);
	if (rc)
		return rc;
	at = regs_around(u, fp, next, ret);
	if (at)
		return saved_regs(u, step, at, err);
	if (keeps && !next && !ret) {
		step->end = true;
		return 0;
	}
	ret = plain_return(u, ret);
	if (!is_caller(u, ret, keeps))
		return stack_not_called(ip, err);
	step->regs.known = 0;
	cpu_regs_set(&step->regs, u->arch->pc, ret);
	cpu_regs_set(&step->regs, u->arch->sp, fp + 2 * ptr);
	cpu_regs_set(&step->regs, fp_reg, next);
	step->exact = false;
	return 0;
}

/* Whether the call went through a register, which still holds where it went. */
static bool holds_target(const struct stack_unwinder *u, const struct cpu_regs *regs)
{
	uint64_t ip = regs->v[u->arch->pc];

	for (unsigned i = 0; i < CPU_REGS_MAX; i++)
		if (i != u->arch->pc && cpu_regs_has(regs, i) && regs->v[i] == ip)
			return true;
	return false;
}

/*
 * A jump to where no code can be, or to data: the frame is still the caller's, and the link
 * register is as its call set it. Memory that can be read may be code that is in no table (BPF),
 * which has calls of its own, but not before its first instruction has run.
 */
static bool went_nowhere(struct stack_unwinder *u, const struct stack_step *step)
{
	uint64_t ip = step->regs.v[u->arch->pc];
	uint8_t code;

	return step->exact && u->arch->has_lr && cpu_regs_has(&step->regs, u->arch->lr) &&
	       !stack_is_text(u, ip) &&
	       (mem_read(u->k->space, ip, &code, 1, NULL) || holds_target(u, &step->regs));
}

int frame_pointer_step(void *priv, struct stack_step *step, struct vmt_err *err)
{
	struct stack_unwinder *u = priv;
	uint64_t ip = step->regs.v[u->arch->pc], fp = step->regs.v[u->arch->fp], at;
	bool keeps = keeps_frame_pointers(u, ip - !step->exact);

	if (keeps && interrupted_early(u, step, err) == 0)
		return 0;
	if (went_nowhere(u, step) && without_frame(u, step, 0, err) == 0)
		return 0;
	if (!cpu_regs_has(&step->regs, u->arch->fp))
		return stack_not_called(ip, err);
	if (keeps && !fp) {
		step->end = true;
		return 0;
	}
	at = keeps && u->arch->regs_of_fp ? u->arch->regs_of_fp(fp) : 0;
	return at ? saved_regs(u, step, at, err) : saved_frame(u, step, keeps, err);
}
