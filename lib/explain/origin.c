// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/origin.h"

#include <inttypes.h>
#include <string.h>

#include "base/vmlinux.h"

#define DEPTH_MAX 8	/* reads through reads */
#define RUN_ON 16	/* bytes of text in front of an object that are no chance */
#define TEXT_MAX 64	/* of a text that is quoted */
#define OBJECT_MAX 8192 /* searched for text */

/* ---- values in front of the fault ---------------------------------------------------------- */

/* In front of a step; the step before it in `insn` may be in an instruction before. */
struct position {
	uint32_t insn;
	unsigned step;
};

struct search {
	const struct origin_at *at;
	struct mem_space *space;
	unsigned depth;
};

static const struct micro *step_at(const struct search *s, struct position p)
{
	const struct flow_code *code = s->at->code;

	return &code->steps[code->insns[p.insn].steps + p.step];
}

/* One step back, as long as there is only one way to have come. */
static bool go_back(const struct search *s, struct position *p)
{
	const struct code_insn *insns = s->at->code->insns;

	while (!p->step) {
		if (!p->insn || insns[p->insn].begins || !insns[p->insn - 1].goes_on)
			return false;
		p->step = insns[--p->insn].n_steps;
	}
	p->step--;
	return true;
}

static uint32_t writes(const struct origin_at *at, const struct micro *step)
{
	switch (step->op) {
	case MICRO_KILL:
		return step->kill;
	case MICRO_CALL:
		return at->machine->volatiles;
	case MICRO_MOVE:
	case MICRO_ADD:
	case MICRO_EITHER:
	case MICRO_CONST:
	case MICRO_LOAD:
		return step->reg < MICRO_REGS ? 1u << step->reg : 0;
	default:
		return 0;
	}
}

static bool reg_at_fault(const struct origin_at *at, uint8_t reg, uint64_t *ret)
{
	for (size_t i = 0; i < at->n_regs; i++) {
		if (micro_reg_find(at->machine, at->regs[i].name) != reg)
			continue;
		*ret = at->regs[i].value;
		return true;
	}
	return false;
}

/* A copy of the value, plus something: in which registers it is after a step. */
struct copies {
	uint32_t in;
	uint64_t plus[MICRO_REGS];
};

static void follow(const struct origin_at *at, const struct micro *step, struct copies *c)
{
	bool moves = step->op == MICRO_MOVE || step->op == MICRO_ADD;
	bool copied = moves && step->base < MICRO_REGS && c->in >> step->base & 1;
	uint64_t plus = copied ? c->plus[step->base] : 0;

	c->in &= ~writes(at, step);
	if (!copied || step->reg >= MICRO_REGS)
		return;
	c->in |= 1u << step->reg;
	c->plus[step->reg] = plus + (step->op == MICRO_ADD ? step->imm : 0);
}

/* The value of reg since p, if a register still has it at the fault, perhaps with an offset. */
static bool still_there(const struct search *s, struct position p, uint8_t reg, uint64_t *ret)
{
	const struct code_insn *insns = s->at->code->insns;
	struct copies c = {.in = 1u << reg};

	for (; p.insn < s->at->insn; p.insn++, p.step = 0)
		for (; p.step < insns[p.insn].n_steps; p.step++)
			follow(s->at, step_at(s, p), &c);
	for (uint8_t i = 0; i < s->at->machine->n_regs; i++) {
		if (!(c.in >> i & 1) || !reg_at_fault(s->at, i, ret))
			continue;
		*ret -= c.plus[i];
		return true;
	}
	return false;
}

/* The step that wrote reg last before *p, which moves there. */
static const struct micro *last_write(const struct search *s, struct position *p, uint8_t reg)
{
	while (go_back(s, p))
		if (writes(s->at, step_at(s, *p)) >> reg & 1)
			return step_at(s, *p);
	return NULL;
}

static bool value_at(struct search *s, struct position p, uint8_t reg, uint64_t *ret);

static bool address_at(struct search *s, struct position p, const struct micro *load, uint64_t *ret)
{
	uint64_t index = 0;

	if (load->elsewhere || load->size != 8 || !value_at(s, p, load->base, ret) ||
		(load->index != MICRO_NONE && !value_at(s, p, load->index, &index)))
		return false;
	*ret += index * load->scale + load->imm;
	return true;
}

static bool value_at(struct search *s, struct position p, uint8_t reg, uint64_t *ret)
{
	const struct micro *step;
	struct position since;
	bool known = false;

	if (reg >= MICRO_REGS || s->depth == DEPTH_MAX)
		return false;
	step = last_write(s, &p, reg);
	since = (struct position){p.insn, p.step + (step ? 1 : 0)};
	if (still_there(s, since, reg, ret))
		return true;
	if (!step)
		return false;
	s->depth++;
	if (step->op == MICRO_LOAD)
		known = address_at(s, p, step, ret) && mem_read_ptr(s->space, *ret, ret, NULL) == 0;
	else if (step->op == MICRO_MOVE || step->op == MICRO_ADD)
		known = value_at(s, p, step->base, ret);
	if (step->op == MICRO_ADD)
		*ret += step->imm;
	s->depth--;
	return known;
}

bool origin_find(
	const struct origin_at *at, struct mem_space *space, uint8_t reg, uint64_t *address)
{
	struct search s = {at, space, 0};
	struct position p = {at->insn, 0};
	uint64_t value, now;
	const struct micro *step;

	if (reg >= MICRO_REGS || !reg_at_fault(at, reg, &value))
		return false;
	for (unsigned i = 0; i < DEPTH_MAX; i++) {
		step = last_write(&s, &p, reg);
		if (!step)
			return false;
		if (step->op == MICRO_LOAD)
			return address_at(&s, p, step, address) &&
			       mem_read_ptr(space, *address, &now, NULL) == 0 && now == value;
		if ((step->op != MICRO_MOVE && step->op != MICRO_ADD) || step->base >= MICRO_REGS)
			return false;
		value -= step->op == MICRO_ADD ? step->imm : 0;
		reg = step->base;
	}
	return false;
}

/* ---- words --------------------------------------------------------------------------------- */

static bool is_text(char c)
{
	return c >= ' ' && c <= '~';
}

/*
 * Text that fills the object up to the pointer and over it, and the end of what is in front of the
 * object: it was written there, beyond its end. NULL: not so.
 */
static char *overrun(
	TALLOC_CTX *ctx, struct mem_space *space, uint64_t address, const struct explained_place *p)
{
	size_t n = RUN_ON + p->offset.v + sizeof(uint64_t);
	char *bytes = p->offset.v < OBJECT_MAX ? talloc_array(ctx, char, n) : NULL;
	char *s = NULL;

	if (bytes && mem_read(space, address - p->offset.v - RUN_ON, bytes, n, NULL) == 0) {
		for (size_t i = 0; i < n; i++)
			if (!is_text(bytes[i]))
				n = 0;
		if (n)
			s = talloc_asprintf(ctx,
				" It is part of a text that begins in front of that object "
				"(\"%.*s\"), as if something had written beyond the end of the "
				"object before it.",
				n < TEXT_MAX ? (int)n : TEXT_MAX, bytes);
	}
	talloc_free(bytes);
	return s;
}

static const char *state_text(const struct explained_place *p)
{
	if (!p->state)
		return "";
	return strcmp(p->state, VMT_STATE_FREE) == 0 ? ", which is free" : ", which is in use";
}

static char *slab_text(
	TALLOC_CTX *ctx, const char *reg, uint64_t address, const struct explained_place *p)
{
	return talloc_asprintf(ctx,
		"%s was read from 0x%" PRIx64 ", %" PRIu64 " byte%s into an object of the slab "
		"cache %s%s (%" PRIu64 " bytes)%s.",
		reg, address, p->offset.v, p->offset.v == 1 ? "" : "s", p->name,
		p->shared ? " and others" : "", p->size.v, state_text(p));
}

static char *variable_text(TALLOC_CTX *ctx, const char *reg, const struct explained_place *p)
{
	bool own = p->module && strcmp(p->module, VMLINUX) != 0;
	char *s = talloc_asprintf(ctx, "%s was read from the variable %s", reg, p->name);

	if (s && p->offset.v)
		s = talloc_asprintf_append_buffer(s, "+0x%" PRIx64, p->offset.v);
	if (s && own)
		s = talloc_asprintf_append_buffer(s, " [%s]", p->module);
	return s ? talloc_strdup_append_buffer(s, ".") : NULL;
}

static bool explain_object(TALLOC_CTX *ctx, const struct place_kernel *place, const char *reg,
	uint64_t address, const struct explained_place *p, struct origin_place *ret)
{
	char *s = slab_text(ctx, reg, address, p), *more;

	more = s ? overrun(ctx, place->kernel->image->space, address, p) : NULL;
	if (more)
		s = talloc_strdup_append_buffer(s, more);
	ret->overrun = more != NULL;
	ret->freed = p->state && strcmp(p->state, VMT_STATE_FREE) == 0;
	ret->cache = p->shared ? NULL : p->name;
	ret->sentence = s;
	return s != NULL;
}

bool origin_explain(TALLOC_CTX *ctx, const struct place_kernel *place, const char *reg,
	uint64_t address, struct origin_place *ret)
{
	struct explained_place p;

	*ret = (struct origin_place){0};
	if (explain_place(ctx, place, address, &p, NULL) || !p.name)
		return false;
	if (strcmp(p.region, VMT_REGION_SLAB) == 0)
		return explain_object(ctx, place, reg, address, &p, ret);
	if (strcmp(p.region, VMT_REGION_DATA) == 0)
		ret->sentence = variable_text(ctx, reg, &p);
	return ret->sentence != NULL;
}
