// SPDX-License-Identifier: GPL-3.0-or-later
/* The pointer that the fault went through, by the code and the types in memory. */
#include <string.h>

#include "arch/insn.h"
#include "explain/access.h"
#include "explain/bit.h"
#include "explain/region.h"
#include "facade/triage_run.h"
#include "triage/triage.h"

/* Whether the verdict is about an access to memory. */
static bool is_fault(const struct vmt_report *r)
{
	return r->verdict.kind && (r->fault.instruction || r->fault.address.known);
}

static bool is_same_place(const struct vmt_frame *a, const struct vmt_frame *b)
{
	return a->function && b->function && strcmp(a->function, b->function) == 0 &&
	       a->offset.known && b->offset.known && a->offset.v == b->offset.v;
}

/* Where the fault is on the stack of its CPU in memory. SIZE_MAX: not there. */
static size_t find_fault(const struct kernel_view_stack *stack, const struct vmt_report *r)
{
	bool jump = r->fault.access && strcmp(r->fault.access, VMT_ACCESS_EXEC) == 0;

	for (size_t i = 0; i < stack->n; i++) {
		const struct vmt_frame *f = &stack->frames[i];

		if (!f->exact)
			continue;
		if (jump ? r->fault.address.known && f->address.v == r->fault.address.v
			 : r->n_frames && is_same_place(f, &r->frames[0]))
			return i;
	}
	return SIZE_MAX;
}

static int explain_frame(struct triage *t, const struct kernel_view_stack *stack, size_t at,
	struct explained_pointer *ret, struct vmt_err *err)
{
	struct vmt_report *r = t->report;
	const struct explained_access access = {
		stack->frames[at].address.v, r->fault.address, r->registers, r->n_registers};

	if (!r->fault.access || strcmp(r->fault.access, VMT_ACCESS_EXEC) != 0)
		return explain_access(r, kernel_view_place(&t->view), &access, ret, err);
	if (at + 1 >= stack->n || !stack->frames[at + 1].reliable)
		return err_set(err, VMT_ERR_NOTFOUND, "no caller is known");
	return explain_call(
		r, kernel_view_place(&t->view), stack->frames[at + 1].address.v, ret, err);
}

void triage_take_pointer(struct triage *t, const struct explained_pointer *p)
{
	t->pointer = (struct triage_pointer){.type = p->type,
		.member = p->member,
		.member_offset = {p->member != NULL, p->member_offset},
		.expression = p->expression,
		.argument = p->argument,
		.value = p->value,
		.how = p->how,
		.container = p->container,
		.source = p->source,
		.cache = p->cache,
		.freed = p->freed,
		.overrun = p->overrun,
		.insn = p->insn,
		.reg = p->reg,
		.in_reg = p->in_reg};
	t->has_pointer = true;
}

/* The code around the fault. Without memory for it the report has none. */
void triage_take_code(struct vmt_report *r, const struct explained_pointer *p)
{
	struct vmt_instruction *code = talloc_zero_array(r, struct vmt_instruction, p->n_around);

	for (unsigned i = 0; code && i < p->n_around; i++)
		code[i] = (struct vmt_instruction){
			p->around[i].addr, p->around[i].text, p->around[i].current};
	r->instructions = code;
	r->n_instructions = code ? p->n_around : 0;
}

/* A value that says nothing by itself. */
static void find_bit(struct triage *t)
{
	const struct vmt_report *r = t->report;
	bool jump = r->fault.access && strcmp(r->fault.access, VMT_ACCESS_EXEC) == 0;
	struct vmt_u64 value = jump ? r->fault.address : r->fault.pointer;

	if (!jump && t->pointer.value.known)
		value = t->pointer.value;
	if (value.known && !r->fault.klass)
		bit_find(t->report, kernel_view_place(&t->view), value.v, jump, &t->one_bit);
}

/* Reports only what the dump lacks. If the code does not say enough, that is not the dump's fault.
 */
static void tell_lost(struct triage *t)
{
	struct vmt_u64 lost = mem_lost(t->view.image.space);

	if (!lost.known && t->view.types)
		lost = btf_lost(t->view.types);
	if (t->pointer.member || !lost.known)
		return;
	diag_add(&t->s->diags, t->report, DIAG_POINTER_UNEXPLAINED,
		"the member that the fault was to access is not known: the page at 0x%llx is not "
		"in the dump",
		(unsigned long long)(lost.v & ~(uint64_t)(t->s->dump->page_size - 1)));
}

/* Debuginfo is looked for only if the types in memory do not do. */
static bool file_types(void *arg, const struct kernel_module *module, struct types *ret)
{
	struct triage *t = arg;
	struct source_lines *lines;

	return triage_lines(t, &lines, NULL) == 0 &&
	       source_lines_types(lines, module ? module->name : NULL, NULL, ret);
}

bool triage_explain(struct triage *t)
{
	const struct vmt_report *r = t->report;
	struct explained_pointer found = {0};
	struct vmt_err err;

	if (!is_fault(r) || !t->view.image.symbols)
		return false;
	if (t->view.debuginfo.wanted)
		t->view.files = (struct explain_files){t, file_types};
	for (size_t i = 0; i < t->view.cpus.n && !t->has_pointer; i++) {
		const struct kernel_view_stack *stack = &t->view.cpu_stacks[i];
		size_t at = SIZE_MAX;

		if (r->crash.cpu.known && r->crash.cpu.v == t->view.cpus.cpus[i].number)
			at = find_fault(stack, r);
		if (at == SIZE_MAX)
			continue;
		mem_set_lost(t->view.image.space, (struct vmt_u64){0});
		if (explain_frame(t, stack, at, &found, &err) == 0 || found.reg)
			triage_take_pointer(t, &found);
		triage_take_code(t->report, &found);
	}
	tell_lost(t);
	find_bit(t);
	return t->has_pointer || t->one_bit;
}

static bool shows_code(const struct triage *t)
{
	const struct vmt_u64 event = t->report->verdict.event;

	return event.known && t->log && t->log->events[event.v]->code;
}

void triage_tell_disassembler(struct triage *t)
{
	const struct vmt_report *r = t->report;
	struct vmt_err why;

	if (r->fault.instruction || !(shows_code(t) || (t->s->dump && is_fault(r))))
		return;
	if (insn_lacks_library(r->kernel.arch, &why))
		diag_add(&t->s->diags, t->report, DIAG_NO_DISASSEMBLER,
			"no instruction was decoded: %s", why.message);
}

static void take_place(struct vmt_explained *to, const struct vmt_register *reg,
	const struct explained_place *from)
{
	*to = (struct vmt_explained){.name = reg->name,
		.value = reg->value,
		.region = from->region,
		.object = from->name,
		.module = from->module,
		.offset = from->offset,
		.size = from->size,
		.state = from->state,
		.shared = from->shared,
		.cpu = from->cpu};
}

int triage_explain_registers(struct triage *t, struct vmt_err *err)
{
	struct vmt_report *r = t->report;
	struct vmt_explained *list;
	size_t n = 0;

	if (!is_fault(r))
		return 0;
	list = talloc_zero_array(r, struct vmt_explained, r->n_registers);
	if (!list)
		return err_nomem(err);
	for (size_t i = 0; i < r->n_registers; i++) {
		struct explained_place found;

		if (explain_place(list, kernel_view_place(&t->view), r->registers[i].value, &found,
			    NULL) == 0)
			take_place(&list[n++], &r->registers[i], &found);
	}
	r->explained = list;
	r->n_explained = n;
	return 0;
}
