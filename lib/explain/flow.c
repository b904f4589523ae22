// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/flow.h"

#include <string.h>

#include "explain/flow_internal.h"

/* ---- the stack --------------------------------------------------------------------------- */

/* Forgets the slots that overlap size bytes at offset. */
static void drop_slots(struct flow_state *s, int64_t offset, uint64_t size)
{
	for (unsigned i = 0; i < s->n_slots;) {
		int64_t at = s->slots[i].offset;

		if (at + 8 > offset && (uint64_t)(at < offset ? 0 : at - offset) < size)
			s->slots[i] = s->slots[--s->n_slots];
		else
			i++;
	}
}

static void set_slot(struct flow_state *s, int64_t offset, unsigned size, uint32_t value)
{
	drop_slots(s, offset, size ? size : UINT64_MAX);
	if (value && size == 8 && s->n_slots < CAP_FLOW_SLOTS)
		s->slots[s->n_slots++] = (struct flow_slot){offset, value};
}

static uint32_t get_slot(const struct flow_state *s, int64_t offset)
{
	for (unsigned i = 0; i < s->n_slots; i++)
		if (s->slots[i].offset == offset)
			return s->slots[i].value;
	return 0;
}

/* An offset that can be added to without overflow. */
static bool is_near(int64_t offset)
{
	return offset > -(1 << 20) && offset < 1 << 20;
}

static void escape(struct flow *f, struct flow_state *s, uint32_t value)
{
	const struct flow_value *v = &f->values[value];

	if (v->kind == FLOW_STACK && v->offset < s->escaped)
		s->escaped = v->offset;
}

/* ---- steps ------------------------------------------------------------------------------- */

static uint32_t reg_of(const struct flow_state *s, uint8_t reg)
{
	return reg < MICRO_REGS ? s->regs[reg] : 0;
}

static void set_reg(struct flow_state *s, uint8_t reg, uint32_t value)
{
	if (reg < MICRO_REGS)
		s->regs[reg] = value;
}

static uint32_t constant(struct flow *f, uint64_t imm)
{
	return flow_number(f, &(struct flow_value){.kind = FLOW_CONST, .offset = (int64_t)imm});
}

/* A variable, of which only the name may be known. */
static uint32_t variable(struct flow *f, uint64_t addr, uint32_t insn)
{
	struct flow_origin o = {.source = FLOW_VARIABLE, .addr = addr, .insn = insn};

	return flow_number(
		f, &(struct flow_value){.kind = FLOW_POINTER, .origin = flow_origin_number(f, &o)});
}

static uint32_t loaded(
	struct flow *f, const struct flow_state *s, const struct micro *m, uint32_t insn)
{
	uint32_t base = reg_of(s, m->base);
	const struct flow_value *v = &f->values[base];
	int64_t disp = (int64_t)m->imm;
	bool indexed = m->index != MICRO_NONE;

	if (m->elsewhere || m->size != 8)
		return 0;
	if (m->base == MICRO_NONE)
		return indexed ? 0 : variable(f, m->imm, insn);
	if (v->kind == FLOW_CONST && !indexed)
		return variable(f, (uint64_t)v->offset + m->imm, insn);
	if (v->kind == FLOW_STACK)
		return indexed || !is_near(disp) ? 0 : get_slot(s, v->offset + disp);
	return flow_loaded(f, base, disp, indexed ? m->scale : 0, insn);
}

static void store(struct flow *f, struct flow_state *s, const struct micro *m)
{
	uint32_t value = reg_of(s, m->reg);
	const struct flow_value *base = &f->values[reg_of(s, m->base)];
	int64_t disp = (int64_t)m->imm;

	if (m->elsewhere)
		return;
	if (base->kind != FLOW_STACK) {
		if (m->base == f->in->machine->sp)
			s->n_slots = 0;
		escape(f, s, value);
		return;
	}
	if (!is_near(disp) || !is_near(base->offset))
		s->n_slots = 0;
	else if (m->index != MICRO_NONE)
		drop_slots(s, base->offset + disp, UINT64_MAX);
	else
		set_slot(s, base->offset + disp, m->size, value);
	escape(f, s, value);
}

/*
 * The tracer's hook at the start of a function changes nothing: on x86 the first instruction, after
 * endbr64 at most; on arm64 what follows mov x9, x30.
 */
static bool is_hook(const struct flow *f, uint32_t insn)
{
	const struct flow_code *code = f->in->code;
	const struct micro *before;

	if (f->in->machine->stack_at_entry)
		return code->insns[insn].offset <= 4 && insn <= 1;
	if (insn > 3 || !insn || code->insns[insn - 1].n_steps != 1)
		return false;
	before = &code->steps[code->insns[insn - 1].steps];
	return before->op == MICRO_MOVE && before->reg == 9 && before->base == 30;
}

static uint32_t result(struct flow *f, uint64_t function, uint32_t insn)
{
	struct flow_origin o = {.source = FLOW_CALLED, .addr = function, .insn = insn};
	uint32_t origin = flow_origin_number(f, &o);

	for (unsigned i = 0; i < f->in->n_results; i++)
		if (f->in->results[i].function == function)
			return flow_typed(f, f->in->results[i].type, origin);
	if (!function)
		return 0;
	return flow_number(f, &(struct flow_value){.kind = FLOW_RESULT, .origin = origin});
}

static void call(struct flow *f, struct flow_state *s, const struct micro *m, uint32_t insn)
{
	const struct micro_machine *mc = f->in->machine;

	if (is_hook(f, insn))
		return;
	for (unsigned i = 0; i < mc->n_args; i++)
		escape(f, s, s->regs[mc->args[i]]);
	if (s->escaped != INT64_MAX)
		drop_slots(s, s->escaped, UINT64_MAX);
	for (unsigned i = 0; i < mc->n_regs; i++)
		if (mc->volatiles >> i & 1)
			s->regs[i] = 0;
	s->regs[mc->result] = result(f, m->base == MICRO_NONE ? m->imm : 0, insn);
}

const struct flow_outside *flow_outside(const struct flow *f, unsigned *n)
{
	*n = f->n_outside;
	return f->outside;
}

/* Remembers an access outside of the struct that a parameter points to. */
static void note_outside(struct flow *f, const struct flow_state *s, const struct micro *m)
{
	const struct flow_value *v = &f->values[reg_of(s, m->base)];
	const struct flow_origin *o = flow_origin(f, v->origin);
	int64_t at = (int64_t)((uint64_t)v->offset + m->imm);
	uint64_t size;

	if (v->kind != FLOW_POINTER || o->source != FLOW_PARAM || m->index != MICRO_NONE ||
		m->elsewhere || !m->size ||
		!f->in->types->size(f->in->types->priv, v->type, &size) ||
		(at >= 0 && (uint64_t)at + m->size <= size))
		return;
	for (unsigned i = 0; i < f->n_outside; i++)
		if (f->outside[i].param == o->param && f->outside[i].at == at &&
			f->outside[i].size == m->size)
			return;
	if (f->n_outside < CAP_FLOW_OUTSIDE)
		f->outside[f->n_outside++] = (struct flow_outside){o->param, at, m->size};
}

static void step(struct flow *f, struct flow_state *s, const struct micro *m, uint32_t insn)
{
	switch (m->op) {
	case MICRO_KILL:
		for (unsigned i = 0; i < MICRO_REGS; i++)
			if (m->kill >> i & 1)
				s->regs[i] = 0;
		break;
	case MICRO_MOVE:
		set_reg(s, m->reg, reg_of(s, m->base));
		break;
	case MICRO_ADD:
		set_reg(s, m->reg, flow_plus(f, reg_of(s, m->base), (int64_t)m->imm));
		break;
	case MICRO_EITHER:
		set_reg(s, m->reg, flow_join(f, reg_of(s, m->reg), reg_of(s, m->base)));
		break;
	case MICRO_CONST:
		set_reg(s, m->reg, constant(f, m->imm));
		break;
	case MICRO_LOAD:
		note_outside(f, s, m);
		set_reg(s, m->reg, loaded(f, s, m, insn));
		break;
	case MICRO_STORE:
		note_outside(f, s, m);
		store(f, s, m);
		break;
	case MICRO_CALL:
		call(f, s, m, insn);
		break;
	case MICRO_JUMP:
	case MICRO_BRANCH:
	case MICRO_STOP:
	case MICRO_TRAP:
		break;
	}
}

static void run_insn(struct flow *f, struct flow_state *s, uint32_t i, unsigned n_steps)
{
	const struct code_insn *in = &f->in->code->insns[i];

	for (unsigned k = 0; k < in->n_steps && k < n_steps; k++)
		step(f, s, &f->in->code->steps[in->steps + k], i);
}

/* ---- paths ------------------------------------------------------------------------------- */

static bool join_regs(struct flow *f, struct flow_state *to, const struct flow_state *from)
{
	bool changed = false;

	for (unsigned i = 0; i < MICRO_REGS; i++) {
		uint32_t v = flow_join(f, to->regs[i], from->regs[i]);

		changed |= v != to->regs[i];
		to->regs[i] = v;
	}
	return changed;
}

static bool join_slots(struct flow *f, struct flow_state *to, const struct flow_state *from)
{
	bool changed = false;

	for (unsigned i = 0; i < to->n_slots;) {
		struct flow_slot *slot = &to->slots[i];
		uint32_t v = flow_join(f, slot->value, get_slot(from, slot->offset));

		changed |= v != slot->value;
		slot->value = v;
		if (v)
			i++;
		else
			*slot = to->slots[--to->n_slots];
	}
	return changed;
}

/* A path with this state leads to instruction i. */
static void arrive(struct flow *f, uint32_t i, const struct flow_state *s)
{
	struct flow_state *to = f->states[i];
	bool changed = !to;

	if (!to) {
		to = f->states[i] = talloc_memdup(f, s, sizeof(*s));
		f->full |= !to;
		if (!to)
			return;
	}
	changed |= join_regs(f, to, s);
	changed |= join_slots(f, to, s);
	if (s->escaped < to->escaped) {
		to->escaped = s->escaped;
		changed = true;
	}
	f->pending[i] |= changed;
	if (changed && i < f->lowest)
		f->lowest = i;
}

/* Runs from instruction i to where paths join or part. Returns the number of instructions. */
static uint32_t run_block(struct flow *f, uint32_t i)
{
	const struct flow_code *code = f->in->code;
	struct flow_state s = *f->states[i];
	uint32_t n = 0;

	for (;; i++) {
		const struct code_insn *in = &code->insns[i];

		run_insn(f, &s, i, MICRO_MAX);
		n++;
		if (in->jump != CODE_NOWHERE)
			arrive(f, in->jump, &s);
		if (!in->goes_on && !(in->traps && f->through_traps))
			return n;
		if (i + 1 == code->n)
			return n;
		if (code->insns[i + 1].begins) {
			arrive(f, i + 1, &s);
			return n;
		}
	}
}

/* The first instructions first: what they change reaches the others in fewer rounds. */
static void settle(struct flow *f)
{
	uint32_t steps = 0;

	while (!f->full && f->lowest < f->in->code->n) {
		uint32_t i = f->lowest++;

		if (!f->pending[i])
			continue;
		f->pending[i] = 0;
		steps += run_block(f, i);
		f->full |= steps > CAP_FLOW_STEPS;
	}
}

/* The parameter as a pointer into the larger struct. */
static uint32_t contained(struct flow *f)
{
	const struct flow_container *c = &f->in->container;
	struct flow_origin o = {.source = FLOW_PARAM, .param = c->param, .name = c->name};

	return flow_number(f, &(struct flow_value){.kind = FLOW_POINTER,
				      .origin = flow_origin_number(f, &o),
				      .type = c->type,
				      .offset = (int64_t)c->offset});
}

static void enter(struct flow *f)
{
	const struct flow_input *in = f->in;
	struct flow_state s = {.escaped = INT64_MAX};
	struct flow_value stack = {.kind = FLOW_STACK};

	s.regs[in->machine->sp] = flow_number(f, &stack);
	for (unsigned i = 0; in->function && i < in->function->n_params; i++) {
		const struct types_param *p = &in->function->params[i];
		struct flow_origin o = {.source = FLOW_PARAM, .param = i, .name = p->name};

		if (p->reg >= in->machine->n_args)
			continue;
		s.regs[in->machine->args[p->reg]] =
			in->container.known && in->container.param == i
				? contained(f)
				: flow_typed(f, p->type, flow_origin_number(f, &o));
	}
	arrive(f, 0, &s);
}

int flow_run(TALLOC_CTX *ctx, const struct flow_input *in, struct flow **ret, struct vmt_err *err)
{
	struct flow *f = talloc_zero(ctx, struct flow);
	struct flow_origin any = {0};

	if (!f)
		return err_nomem(err);
	f->in = in;
	f->states = talloc_zero_array(f, struct flow_state *, in->code->n);
	f->pending = talloc_zero_array(f, uint8_t, in->code->n);
	if (!f->states || !f->pending) {
		talloc_free(f);
		return err_nomem(err);
	}
	flow_origin_number(f, &any);
	if (in->code->n)
		enter(f);
	settle(f);
	if (f->full) {
		talloc_free(f);
		return err_set_at(err, VMT_ERR_LIMIT, in->code->start,
			"the function has too many values or loops to follow");
	}
	*ret = f;
	return 0;
}

/* The instruction where the state was kept before this one. CODE_NOWHERE: no path leads there. */
static uint32_t kept_before(const struct flow *f, uint32_t insn)
{
	const struct code_insn *insns = f->in->code->insns;

	while (!insns[insn].begins) {
		const struct code_insn *before = &insns[insn - 1];

		if (!insn || (!before->goes_on && !(before->traps && f->through_traps)))
			return CODE_NOWHERE;
		insn--;
	}
	return f->states[insn] ? insn : CODE_NOWHERE;
}

/* The code after a trap: an assertion that only warns. */
static uint32_t kept_after_traps(struct flow *f, uint32_t insn)
{
	f->through_traps = true;
	for (uint32_t i = 0; i < f->in->code->n; i++)
		f->pending[i] = f->states[i] != NULL;
	f->lowest = 0;
	settle(f);
	return f->full ? CODE_NOWHERE : kept_before(f, insn);
}

bool flow_before(struct flow *f, uint32_t insn, unsigned step_no, struct flow_value *regs)
{
	struct flow_state s;
	uint32_t i;

	if (insn >= f->in->code->n)
		return false;
	i = kept_before(f, insn);
	if (i == CODE_NOWHERE && !f->through_traps)
		i = kept_after_traps(f, insn);
	if (i == CODE_NOWHERE)
		return false;
	s = *f->states[i];
	for (; i < insn; i++)
		run_insn(f, &s, i, MICRO_MAX);
	run_insn(f, &s, insn, step_no);
	for (unsigned r = 0; r < MICRO_REGS; r++)
		regs[r] = f->values[s.regs[r]];
	return !f->full;
}
