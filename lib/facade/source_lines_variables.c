// SPDX-License-Identifier: GPL-3.0-or-later
/* The arguments and variables of the frame where the CPU was. */
#include <string.h>

#include "facade/source_lines_internal.h"
#include "symbolize/variables.h"

struct frame_state {
	const struct vmt_report *report;
	struct kernel_view *view;
	const struct arch *arch;
};

/* The kernel prints r8 as r08. */
static bool is_named(const struct vmt_register *reg, const char *name)
{
	const char *printed = reg->name;

	if (strcmp(printed, name) == 0)
		return true;
	return printed[0] == 'r' && printed[1] == '0' && name[0] == 'r' &&
	       strcmp(printed + 2, name + 1) == 0;
}

static bool read_reg(void *arg, unsigned number, uint64_t *ret)
{
	const struct frame_state *s = arg;
	const struct vmt_report *r = s->report;
	const char *name;

	if (number >= s->arch->unwind->n_dwarf)
		return false;
	name = s->arch->regs[s->arch->unwind->dwarf[number]].name;
	for (size_t i = 0; i < r->n_registers; i++) {
		if (!is_named(&r->registers[i], name))
			continue;
		*ret = r->registers[i].value;
		return true;
	}
	return false;
}

static bool read_memory(void *arg, uint64_t addr, unsigned size, uint64_t *ret)
{
	const struct frame_state *s = arg;

	return mem_read_uint(s->view->image.space, addr, size, ret, NULL) == 0;
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

static int take(TALLOC_CTX *ctx, const struct variable *from, size_t n, struct vmt_report *report,
	struct vmt_err *err)
{
	struct vmt_variable *to = talloc_zero_array(ctx, struct vmt_variable, n);

	if (!to)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		to[i] = (struct vmt_variable){.function = from[i].function,
			.name = from[i].name,
			.type = from[i].type,
			.value = from[i].value,
			.address = from[i].address,
			.argument = from[i].argument};
	report->variables = to;
	report->n_variables = n;
	return 0;
}

int source_lines_variables(struct source_lines *sl, TALLOC_CTX *ctx,
	const struct source_lines_spot *spot, struct vmt_report *report, struct vmt_err *err)
{
	struct kernel_view *view = sl->facts.view;
	struct frame_state s = {.report = report, .view = view};
	struct variables_machine machine = {&s, read_reg, read_memory, {0}, {0}, spot->addr};
	struct variable *found;
	size_t n;
	int rc;

	if (!view || !view->cpu_stacks || !report->n_frames || !report->frames[0].exact ||
		!report->verdict.kind || !report->n_registers || !spot->found)
		return 0;
	s.arch = mem_space_arch(view->image.space);
	if (!s.arch->unwind)
		return 0;
	machine.cfa = find_cfa(&s);
	machine.bias = (struct vmt_u64){spot->object->has_bias, spot->object->bias};
	rc = variables_at(spot->object->lines, ctx, &machine, &found, &n, err);
	return rc || !n ? rc : take(ctx, found, n, report, err);
}
