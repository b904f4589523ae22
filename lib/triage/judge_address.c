// SPDX-License-Identifier: GPL-3.0-or-later
/* Judges the address of the fault, and the pointer that it went through. */
#include <string.h>

#include "triage/address.h"
#include "triage/fault.h"
#include "triage/judge_internal.h"
#include "triage/value.h"

static void find_poison(struct judge *j)
{
	const struct oops_event *ev = j->ev;

	for (size_t i = 0; i < ev->n_regs; i++) {
		const struct address_class *k = address_poison(ev->regs[i].value);

		if (!k || k->common)
			continue;
		j->facts.register_name = ev->regs[i].name;
		j->facts.register_meaning = k->meaning;
		if (!j->report->verdict.address_class)
			j->report->verdict.address_class = k->id;
		return;
	}
}

/* What the value of the register that the access goes through says; NULL: nothing. */
static const char *base_meaning(struct judge *j, uint64_t value, const struct address_class *k)
{
	const char *special = value_special(j->ctx, value, judge_arch(j));

	if (special && k)
		return judge_need(
			j, talloc_asprintf(j->ctx, "is %s: a missing check with IS_ERR", special));
	if (special)
		return judge_need(j, talloc_asprintf(j->ctx, "is %s", special));
	return k ? k->meaning : NULL;
}

/*
 * A GPF prints no address, or one that the kernel guessed. An access a little above an error number
 * looks like one through NULL. The registers of the instruction settle both.
 */
static void judge_operand(struct judge *j, const struct operand *op)
{
	struct vmt_fault *f = &j->report->fault;
	const struct address_class *k = op->base.known ? address_poison(op->base.v) : NULL;

	f->instruction = judge_copy(j, op->insn.text);
	if (*op->insn.operand)
		f->operand = judge_copy(j, op->insn.operand);
	if (*op->insn.base)
		f->base_register = judge_copy(j, op->insn.base);
	if (!j->facts.access)
		j->facts.access = op->access;
	if (op->address.known && (j->ev->kind->traits & TRAIT_NO_ADDRESS))
		j->facts.address = op->address;
	if (k)
		j->report->verdict.address_class = k->id;
	else if (op->base.known && value_is_one_bit_off(op->base.v, judge_arch(j)))
		j->report->verdict.address_class = "one-bit-off";
	if (op->base.known && !*op->insn.index) {
		f->pointer = op->base;
		f->pointer_is = judge_need(j, value_text(j->ctx, op->base.v, judge_arch(j)));
	}
	j->facts.register_name = f->base_register;
	j->facts.register_meaning = op->base.known ? base_meaning(j, op->base.v, k) : NULL;
	if (!j->facts.register_meaning)
		j->facts.register_name = NULL;
}

/* The code in memory, in place of code that the log lacks. */
static void judge_register(struct judge *j, const struct triage_pointer *p)
{
	struct vmt_fault *f = &j->report->fault;
	const struct address_class *k = p->in_reg.known ? address_poison(p->in_reg.v) : NULL;

	f->instruction = judge_copy(j, p->insn);
	f->base_register = judge_copy(j, p->reg);
	if (!p->in_reg.known)
		return;
	if (!f->pointer.known) {
		f->pointer = p->in_reg;
		f->pointer_is = judge_need(j, value_text(j->ctx, p->in_reg.v, judge_arch(j)));
	}
	j->facts.register_meaning = base_meaning(j, p->in_reg.v, k);
	j->facts.register_name = j->facts.register_meaning ? f->base_register : NULL;
	if (j->facts.register_name)
		j->facts.address_meaning = NULL; /* the same, but less exact */
}

/* What memory shows of the pointer. */
static void judge_pointer(struct judge *j)
{
	const struct triage_pointer *p = j->pointer;
	struct vmt_fault *f = &j->report->fault;

	f->type = judge_copy(j, p->type);
	f->member = judge_copy(j, p->member);
	f->member_offset = p->member_offset;
	f->expression = judge_copy(j, p->expression);
	f->argument = (struct vmt_u64){p->argument != 0, p->argument};
	if (p->value.known)
		f->pointer = p->value;
	/* A member that is in front of NULL looks like an error number. */
	if (p->value.known && !p->value.v && j->report->verdict.address_class) {
		j->report->verdict.address_class = "null-offset";
		j->facts.register_name = NULL;
	}
	if (p->value.known) {
		f->pointer_is = judge_need(j, value_text(j->ctx, p->value.v, judge_arch(j)));
	}
	if (!f->instruction)
		judge_register(j, p);
	j->facts.freed |= p->freed;
	j->facts.pointer = p;
}

/* A segment adds what the code does not show. */
static bool has_segment(const struct operand *op)
{
	return strstr(op->insn.operand, "gs:") || strstr(op->insn.operand, "fs:");
}

/* x86: nothing is mapped there. What is mapped, the code may name rightly and not be allowed. */
static bool is_absent(const struct oops_event *ev)
{
	return (ev->kind->traits & TRAIT_PAGE_FAULT) && ev->error_code.known &&
	       !(ev->error_code.v & 1);
}

/* Whether the fault was at the address that the instruction itself has, and that is no good one. */
static bool is_wrong_code(
	const struct judge *j, const struct operand *op, const struct address_class *k)
{
	uint64_t at = j->facts.address.v;

	if (!op->decoded || !operand_is_in_code(op) || has_segment(op) || !op->access)
		return false;
	if (j->facts.access && strcmp(j->facts.access, VMT_ACCESS_EXEC) == 0)
		return false;
	if (op->address.known && at - op->address.v >= op->insn.size)
		return false;
	return k || is_absent(j->ev);
}

/* Memory may show what the pointer was before a bit of it changed. */
static void judge_bit(struct judge *j)
{
	struct vmt_verdict *v = &j->report->verdict;

	if (j->facts.bit_meaning && !v->address_class && !j->facts.code_is_wrong)
		v->address_class = "one-bit-off";
	j->facts.one_bit = v->address_class && strcmp(v->address_class, "one-bit-off") == 0;
}

void judge_address(struct judge *j)
{
	struct vmt_report *r = j->report;
	const struct address_class *k = NULL;
	unsigned traits = j->ev->kind->traits;
	bool poisoned = traits & TRAIT_POINTER;
	const struct operand *op = &j->op;

	r->verdict.address_class = NULL; /* it may be judged for the second time */
	j->facts.access = fault_access(j->ev, judge_arch(j));
	j->facts.address = fault_address(j->ev);
	if (op->decoded && poisoned && !(traits & TRAIT_CHECKED))
		judge_operand(j, op);
	if (j->facts.address.known && poisoned)
		k = address_classify(j->facts.address.v, judge_arch(j));
	if (j->facts.address.known && poisoned && is_wrong_code(j, op, k)) {
		j->facts.code_is_wrong = true;
		j->facts.address_meaning = "is in the instruction itself, relative to the code: "
					   "the code is damaged, or is of another kernel";
	} else if (k && !r->verdict.address_class) {
		r->verdict.address_class = k->id;
		j->facts.address_meaning = k->meaning;
	} else if (traits & TRAIT_GUARD_PAGE) {
		r->verdict.address_class = "stack-guard";
	} else if (traits & TRAIT_FREED) {
		r->verdict.address_class = "freed";
	}
	j->facts.code_is_foreign =
		j->ev->kind->id == KIND_INVALID_OPCODE && operand_is_foreign(j->ev, judge_arch(j));
	judge_bit(j);
	j->facts.freed = address_is_freed(r->verdict.address_class);
	if (poisoned && !j->facts.register_name)
		find_poison(j);
	if (j->pointer)
		judge_pointer(j);
	r->verdict.access = j->facts.access;
	r->fault.address = j->facts.address;
	r->fault.access = j->facts.access;
	r->fault.klass = r->verdict.address_class;
}
