// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The arguments and variables of the frame where the CPU was, and the arguments of its callers up
 * to the culprit, whose registers call frame information restores.
 */
#include <string.h>

#include "facade/source_lines_internal.h"
#include "symbolize/cfi.h"
#include "symbolize/variables.h"

#define CALLERS_MAX 8 /* between the fault and the culprit: few */

struct frame_state {
	const struct vmt_report *report;
	struct kernel_view *view;
	const struct arch *arch;
	struct cfi_regs regs; /* of the current frame */
};

/* ---- the machine ------------------------------------------------------------------------- */

/* The kernel prints r8 as r08. */
static bool is_named(const struct vmt_register *reg, const char *name)
{
	const char *printed = reg->name;

	if (strcmp(printed, name) == 0)
		return true;
	return printed[0] == 'r' && printed[1] == '0' && name[0] == 'r' &&
	       strcmp(printed + 2, name + 1) == 0;
}

/* Those of the report are of its first frame. */
static void take_regs(struct frame_state *s)
{
	const struct vmt_report *r = s->report;

	for (unsigned n = 0; n < s->arch->unwind->n_dwarf && n < CFI_REGS; n++) {
		const char *name = s->arch->regs[s->arch->unwind->dwarf[n]].name;

		for (size_t i = 0; i < r->n_registers; i++) {
			if (!is_named(&r->registers[i], name))
				continue;
			s->regs.v[n] = r->registers[i].value;
			s->regs.known |= 1ull << n;
			break;
		}
	}
}

static bool read_reg(void *arg, unsigned number, uint64_t *ret)
{
	const struct frame_state *s = arg;

	if (number >= CFI_REGS || !(s->regs.known >> number & 1))
		return false;
	*ret = s->regs.v[number];
	return true;
}

static bool read_memory(void *arg, uint64_t addr, unsigned size, uint64_t *ret)
{
	const struct frame_state *s = arg;

	return mem_read_uint(s->view->image.space, addr, size, ret, NULL) == 0;
}

static int read_word(void *arg, uint64_t addr, uint64_t *ret, struct vmt_err *err)
{
	return mem_read_ptr(arg, addr, ret, err);
}

/* Where a call pushes the return address, the caller's stack pointer is the frame's address. */
static struct vmt_u64 find_cfa(const struct frame_state *s)
{
	const struct vmt_frame *top = &s->report->frames[0];

	for (size_t i = 0; !s->arch->unwind->has_lr && i < s->view->cpus.n; i++) {
		const struct kernel_view_stack *stack = &s->view->cpu_stacks[i];

		for (size_t k = 0; k + 1 < stack->n; k++)
			if (stack->frames[k].exact &&
				stack->frames[k].address.v == top->address.v &&
				!stack->frames[k + 1].exact && stack->frames[k + 1].reliable)
				return (struct vmt_u64){true, stack->sps[k + 1]};
	}
	return (struct vmt_u64){0};
}

/* ---- the report -------------------------------------------------------------------------- */

struct taken {
	TALLOC_CTX *ctx;
	struct vmt_variable *items;
	size_t n;
	size_t base; /* the index that the current frame will have, with the calls inlined in it */
};

/* The frame of a variable: the inlined call that it is in, or the function itself. */
static size_t frame_of(
	const struct taken *t, const struct source_lines_spot *spot, const char *function)
{
	size_t last = spot->n_places ? spot->n_places - 1 : 0;

	for (size_t i = 0; function && i < last; i++)
		if (spot->places[i].function && strcmp(spot->places[i].function, function) == 0)
			return t->base + i;
	return t->base + last;
}

static int take(struct taken *t, const struct source_lines_spot *spot, const struct variable *from,
	size_t n, bool all, struct vmt_err *err)
{
	struct vmt_variable *items =
		talloc_realloc(t->ctx, t->items, struct vmt_variable, t->n + n);

	if (!items)
		return err_nomem(err);
	t->items = items;
	for (size_t i = 0; i < n; i++)
		if (all || from[i].argument)
			items[t->n++] = (struct vmt_variable){.function = from[i].function,
				.name = from[i].name,
				.type = from[i].type,
				.value = from[i].value,
				.address = from[i].address,
				.argument = from[i].argument,
				.frame = {true, frame_of(t, spot, from[i].function)}};
	return 0;
}

/* How many of the report's frames lead to the culprit's, which is the last of them. */
static size_t count_frames(const struct vmt_report *r)
{
	const struct vmt_verdict *v = &r->verdict;

	for (size_t i = 0; v->function && i < r->n_frames && i <= CALLERS_MAX; i++) {
		const struct vmt_frame *f = &r->frames[i];

		if (i && (f->exact || !f->reliable))
			break;
		if (f->function && strcmp(f->function, v->function) == 0)
			return i + 1;
	}
	return 1;
}

/* ---- frames ------------------------------------------------------------------------------ */

/* The registers of the frame's caller. False: they cannot be restored, or lead elsewhere. */
static bool step_out(struct frame_state *s, const struct source_lines_spot *spot,
	const struct vmt_frame *caller, struct cfi_regs *ret)
{
	struct source_lines_object *o = spot->object;
	const struct arch_unwind *arch = s->arch->unwind;
	struct cfi_machine machine = {0, read_word, s->view->image.space};
	uint64_t pc;

	while (machine.sp < arch->n_dwarf && arch->dwarf[machine.sp] != arch->sp)
		machine.sp++;
	if (!o->cfi && cfi_open(o, o->file->elf, o->file->dwarf, &o->cfi, NULL))
		return false;
	*ret = s->regs;
	return cfi_step(o->cfi, &machine, spot->addr, ret, &pc, NULL) == 0 &&
	       pc == caller->address.v;
}

static int frame_variables(struct frame_state *s, const struct source_lines_spot *spot,
	struct vmt_u64 cfa, struct taken *t, struct vmt_err *err)
{
	struct variables_machine machine = {s, read_reg, read_memory, cfa,
		{spot->object->has_bias, spot->object->bias}, spot->addr};
	struct variable *found;
	size_t n;
	int rc = variables_at(spot->object->lines, t->ctx, &machine, &found, &n, err);

	return rc || !n ? rc : take(t, spot, found, n, !t->base, err);
}

static int add_frames(struct frame_state *s, const struct source_lines_spot *spots, size_t n,
	struct taken *t, struct vmt_err *err)
{
	const struct arch_unwind *arch = s->arch->unwind;
	unsigned sp = 0;
	int rc = 0;

	while (sp < arch->n_dwarf && arch->dwarf[sp] != arch->sp)
		sp++;
	for (size_t i = 0; i < n && !rc; i++) {
		bool can_step = false;
		struct vmt_u64 cfa = {0};
		struct cfi_regs caller;

		if (!spots[i].found || !spots[i].object)
			break;
		if (n > 1 && i + 1 < s->report->n_frames)
			can_step = step_out(s, &spots[i], &s->report->frames[i + 1], &caller);
		if (can_step && caller.known >> sp & 1)
			cfa = (struct vmt_u64){true, caller.v[sp]};
		rc = frame_variables(s, &spots[i], i ? cfa : find_cfa(s), t, err);
		if (!can_step)
			break;
		s->regs = caller;
		t->base += spots[i].n_places ? spots[i].n_places : 1;
	}
	return rc;
}

int source_lines_variables(struct source_lines *sl, TALLOC_CTX *ctx,
	const struct source_lines_spot *spots, struct vmt_report *report, struct vmt_err *err)
{
	struct kernel_view *view = sl->facts.view;
	struct frame_state s = {.report = report, .view = view};
	struct taken t = {.ctx = ctx};
	int rc;

	if (!view || !view->cpu_stacks || !report->n_frames || !report->frames[0].exact ||
		!report->verdict.kind || !report->n_registers || !spots[0].found)
		return 0;
	s.arch = mem_space_arch(view->image.space);
	if (!s.arch->unwind)
		return 0;
	take_regs(&s);
	rc = add_frames(&s, spots, count_frames(report), &t, err);
	report->variables = t.items;
	report->n_variables = t.n;
	return rc;
}
