// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The loop: record a frame, step to its caller, check that the step is plausible. Stacks grow down,
 * so a caller's stack pointer is higher. It moves to another stack only at an interrupt or
 * exception, and never back to one that it has left.
 */
#include <string.h>

#include "stack/stack_internal.h"

#include "base/big.h"
#include "base/caps.h"

/* How far below its stack an overflown stack pointer may be: a large frame and guard pages. */
#define OVERFLOW_REACH 16384
/* Moves between addresses that are on no known stack: each should be an interrupt. */
#define UNKNOWN_MOVES 8

struct walk {
	struct stack_unwinder *u;
	const struct stack_start *start;
	TALLOC_CTX *ctx;
	struct stack_trace *trace;
	size_t room;
	struct stack_step step;	    /* the last frame's */
	const struct cpu_stack *at; /* the stack that it is on; NULL: not known */
	struct cpu_stack assumed; /* a guess, if the task's stack is not known; start 0: none yet */
	uint64_t left;		  /* bit mask of the stacks that it has left */
	unsigned unknown_moves;
	bool reliable;
	enum stack_source source; /* of the next frame */
};

/* How a walk goes on. */
enum outcome {
	WALK_ON,
	WALK_END,  /* the outermost frame was reached */
	WALK_STOP, /* err says why */
	WALK_FAIL, /* out of memory */
};

/* ---- frames ------------------------------------------------------------------------------ */

CAP_FITS(CAP_STACK_FRAMES, sizeof(struct stack_frame));

static int push(struct walk *w, struct vmt_err *err)
{
	const struct arch_unwind *arch = w->u->arch;

	if (w->trace->n == w->room) {
		size_t room = w->room ? w->room * 2 : 32;
		struct stack_frame *frames = talloc_realloc(
			w->ctx, w->trace->frames, struct stack_frame, (unsigned)room);

		if (!frames)
			return err_nomem(err);
		w->trace->frames = frames;
		w->room = room;
	}
	w->trace->frames[w->trace->n++] = (struct stack_frame){
		.ip = w->step.regs.v[arch->pc],
		.sp = w->step.regs.v[arch->sp],
		.exact = w->step.exact,
		.reliable = w->reliable,
		.source = w->source,
		.regs_at = w->step.regs_at,
		.context = w->at ? w->at->context : NULL,
	};
	return 0;
}

/*
 * The stack that sp is on. With an empty stack it is at the end, after an overflow below the start.
 */
static const struct cpu_stack *stack_of(const struct walk *w, uint64_t sp)
{
	const struct cpu_stack *stacks = w->start->stacks;
	uint64_t reach = 0;

	for (int overflown = 0; overflown < 2; overflown++) {
		for (size_t i = 0; i < w->start->n_stacks; i++)
			if (sp - (stacks[i].start - reach) <
				stacks[i].end - stacks[i].start + reach)
				return &stacks[i];
		for (size_t i = 0; i < w->start->n_stacks; i++)
			if (sp == stacks[i].end)
				return &stacks[i];
		reach = OVERFLOW_REACH;
	}
	return w->assumed.start && sp - w->assumed.start <= w->assumed.end - w->assumed.start
		       ? &w->assumed
		       : NULL;
}

struct cpu_stack stack_around(const struct stack_unwinder *u, uint64_t sp)
{
	uint64_t size = u->arch->thread_size, start = sp & -size;

	return (struct cpu_stack){start, start + size, "task"};
}

/* The stack that an interrupt came from, where the task's is not known. */
static const struct cpu_stack *assume_stack(struct walk *w, uint64_t sp)
{
	if (!w->start->task_unknown || !w->at || w->assumed.start)
		return NULL;
	w->assumed = stack_around(w->u, sp);
	return &w->assumed;
}

/* ---- the loop ---------------------------------------------------------------------------- */

static enum outcome stop(struct vmt_err *err, const char *what, uint64_t value)
{
	err_set_at(err, VMT_ERR_CORRUPT, value, "%s 0x%llx", what, (unsigned long long)value);
	return WALK_STOP;
}

static enum outcome try_steppers(struct walk *w, struct vmt_err *err)
{
	w->step.interrupted = false;
	w->step.regs_at = 0;
	w->step.end = false;
	w->step.stack = w->at;
	w->step.stacks = w->start->stacks;
	w->step.n_stacks = w->start->n_stacks;
	w->step.task_unknown = w->start->task_unknown && !w->assumed.start;
	for (size_t i = 0; i < w->u->n_steppers; i++) {
		struct stack_step step = w->step;
		struct vmt_err why;
		int rc = w->u->steppers[i].step(w->u->steppers[i].priv, &step, &why);

		if (rc == 0) {
			w->step = step;
			w->source = step.interrupted ? STACK_REGS : w->u->steppers[i].source;
			return step.end ? WALK_END : WALK_ON;
		}
		/* The first stepper that knew the address gives the best reason. */
		if (i == 0 || err->code == VMT_ERR_NOTFOUND)
			*err = why;
		if (rc != VMT_ERR_NOTFOUND)
			break;
	}
	return WALK_STOP;
}

/*
 * Up to 4.17 the end is not marked: there is no unwind information, and only user registers are
 * above.
 */
static bool is_top(const struct walk *w)
{
	uint64_t sp = w->step.regs.v[w->u->arch->sp];

	return w->at && strcmp(w->at->context, "task") == 0 && w->trace->n > 1 &&
	       sp <= w->at->end && w->at->end - sp <= w->u->arch->pt_regs_size + 16u;
}

/*
 * Checks that the step may have moved the stack pointer to where it is now. It may stay the same
 * only where calls put the return address into a register which the interrupted code had not saved.
 */
static enum outcome change_stack(
	struct walk *w, uint64_t before, bool was_exact, struct vmt_err *err)
{
	uint64_t sp = w->step.regs.v[w->u->arch->sp];
	const struct cpu_stack *to = stack_of(w, sp);

	if (!to && !w->step.interrupted)
		to = assume_stack(w, sp);
	if (to == w->at) {
		if (sp > before || (sp == before && was_exact && w->u->arch->has_lr))
			return WALK_ON;
		if (to || ++w->unknown_moves > UNKNOWN_MOVES)
			return stop(err, "the stack pointer goes back to", sp);
		return WALK_ON;
	}
	if (w->at && w->at != &w->assumed)
		w->left |= 1ull << (w->at - w->start->stacks);
	if (to && to != &w->assumed && w->left >> (to - w->start->stacks) & 1)
		return stop(err, "the stack pointer goes back to a stack that was left:", sp);
	if (!to && (!w->step.interrupted || ++w->unknown_moves > UNKNOWN_MOVES))
		return stop(err, "the stack pointer is on no known stack:", sp);
	w->at = to;
	return WALK_ON;
}

/* A return address must be in code; the address of an interruption may be anywhere. */
static enum outcome check_ip(struct walk *w, struct vmt_err *err)
{
	const struct arch_unwind *arch = w->u->arch;
	unsigned ptr = mem_space_ptr_size(w->u->k->space);
	uint64_t *ip = &w->step.regs.v[arch->pc], slot = w->step.regs.v[arch->sp] - ptr;

	if (stack_hook_recover(w->u, w->start->task, slot, ip, err))
		return WALK_STOP;
	if (w->step.exact || stack_is_text(w->u, *ip - 1) || stack_is_return(w->u, *ip))
		return WALK_ON;
	err_set_at(err, VMT_ERR_CORRUPT, *ip,
		"the return address 0x%llx at 0x%llx is not in code: the stack is overwritten "
		"there",
		(unsigned long long)*ip, (unsigned long long)slot);
	return WALK_STOP;
}

/* Steps from the last frame to its caller and adds that as a frame. */
static enum outcome next(struct walk *w, struct vmt_err *err)
{
	uint64_t before = w->step.regs.v[w->u->arch->sp];
	struct stack_step last = w->step;
	const struct cpu_stack *at = w->at;
	enum outcome o = try_steppers(w, err);

	if (o == WALK_STOP && err->code == VMT_ERR_NOTFOUND && is_top(w))
		return WALK_END;
	if (o != WALK_ON)
		return o;
	if (w->step.interrupted && w->u->arch->is_user(w->step.regs.v))
		return WALK_END;
	o = change_stack(w, before, last.exact, err);
	if (o == WALK_ON)
		o = check_ip(w, err);
	if (o != WALK_ON) {
		w->step = last;
		w->at = at;
		return o;
	}
	if (w->trace->n == CAP_STACK_FRAMES) {
		err_set(err, VMT_ERR_LIMIT, "it has more than %d frames", CAP_STACK_FRAMES);
		return WALK_STOP;
	}
	return push(w, err) ? WALK_FAIL : WALK_ON;
}

static enum outcome follow(struct walk *w, struct vmt_err *err)
{
	enum outcome o;

	do
		o = next(w, err);
	while (o == WALK_ON);
	return o;
}

/* ---- guessing ---------------------------------------------------------------------------- */

/*
 * A word that looks like a return address becomes a frame if it is possible to step on from there:
 * most leftovers of earlier calls fail that test.
 */
static enum outcome guess(struct walk *w, uint64_t slot, uint64_t word, struct vmt_err *err)
{
	const struct arch_unwind *arch = w->u->arch;
	uint64_t left = w->left;
	size_t n = w->trace->n;
	enum outcome o;

	w->step = (struct stack_step){0};
	cpu_regs_set(&w->step.regs, arch->pc, word);
	cpu_regs_set(&w->step.regs, arch->sp, slot + mem_space_ptr_size(w->u->k->space));
	w->source = STACK_SCAN;
	if (push(w, err))
		return WALK_FAIL;
	o = follow(w, err);
	/*
	 * NODATA: the step needs a register whose value is not known, which does not disprove the
	 * frame.
	 */
	if (o == WALK_STOP && w->trace->n == n + 1 && err->code != VMT_ERR_NODATA) {
		w->trace->n = n;
		w->left = left;
	}
	return o;
}

/* Scans from sp to the end of its stack. */
static enum outcome scan(struct walk *w, struct vmt_err *err)
{
	unsigned ptr = mem_space_ptr_size(w->u->k->space);
	uint64_t sp = w->step.regs.v[w->u->arch->sp];
	const struct cpu_stack *stack = w->at;
	unsigned words = 0;

	w->reliable = false;
	if (!stack)
		return WALK_STOP;
	if (sp < stack->start)
		sp = stack->start;
	for (uint64_t at = sp / ptr * ptr; at + ptr <= stack->end; at += ptr) {
		size_t n = w->trace->n;
		enum outcome o;
		uint64_t word;

		if (words++ == CPU_STACK_BYTES_MAX / ptr)
			return WALK_STOP;
		if (n == CAP_STACK_FRAMES) {
			err_set(err, VMT_ERR_LIMIT, "it has more than %d frames", CAP_STACK_FRAMES);
			return WALK_STOP;
		}
		if (mem_read_ptr(w->u->k->space, at, &word, NULL) ||
			!stack_may_return_to(w->u, word))
			continue;
		w->at = stack;
		o = guess(w, at, word, err);
		if (o == WALK_END || o == WALK_FAIL)
			return o;
		/* Go on above the frames that were found from there. */
		if (w->trace->n > n) {
			stack = w->at;
			if (!stack)
				return WALK_STOP;
			at = w->trace->frames[w->trace->n - 1].sp / ptr * ptr - ptr;
		}
	}
	return WALK_STOP;
}

bool stack_is_capped(const struct stack_unwinder *u)
{
	return u->orc.capped;
}

/* ---- all of it --------------------------------------------------------------------------- */

static int run(struct walk *w, struct vmt_err *err)
{
	struct vmt_err why = {0}, rest = {0};
	enum outcome o;

	if (push(w, err))
		return VMT_ERR_NOMEM;
	o = follow(w, &why);
	if (o == WALK_STOP) {
		w->trace->stopped = talloc_strdup(w->ctx, why.message);
		o = w->trace->stopped ? scan(w, &rest) : WALK_FAIL;
	}
	if (o == WALK_STOP && w->trace->n == CAP_STACK_FRAMES && rest.code == VMT_ERR_LIMIT) {
		w->trace->stopped = talloc_strdup(w->ctx, rest.message);
		o = w->trace->stopped ? o : WALK_FAIL;
	}
	return o == WALK_FAIL ? err_nomem(err) : 0;
}

int stack_unwind(struct stack_unwinder *u, TALLOC_CTX *ctx, const struct stack_start *start,
	struct stack_trace *ret, struct vmt_err *err)
{
	struct walk w = {
		.u = u,
		.start = start,
		.ctx = ctx,
		.trace = ret,
		.step = {.regs = start->regs, .exact = start->exact},
		.reliable = true,
		.source = STACK_REGS,
	};

	*ret = (struct stack_trace){0};
	if (start->n_stacks > 64)
		return err_set(err, VMT_ERR_USAGE, "more than 64 stacks");
	if (!cpu_regs_has(&start->regs, u->arch->pc) || !cpu_regs_has(&start->regs, u->arch->sp)) {
		ret->stopped = "its registers are not known";
		return 0;
	}
	if (start->exact && u->arch->is_user(start->regs.v)) {
		ret->stopped = "it was running in user space";
		return 0;
	}
	w.at = stack_of(&w, start->regs.v[u->arch->sp]);
	return run(&w, err);
}
