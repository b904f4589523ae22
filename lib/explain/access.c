// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/access.h"

#include <inttypes.h>
#include <string.h>

#include "explain/container.h"
#include "explain/origin.h"

#define CHAIN_MAX 4 /* loads that the sentence names, the last ones */

static int nothing(struct vmt_err *err)
{
	return err_set(err, VMT_ERR_NOTFOUND, "nothing is known of the pointer");
}

/* ---- registers --------------------------------------------------------------------------- */

static bool reg_value(
	const struct explained_access *a, const struct micro_machine *m, uint8_t reg, uint64_t *ret)
{
	for (size_t i = 0; i < a->n_regs; i++) {
		if (micro_reg_find(m, a->regs[i].name) != reg)
			continue;
		*ret = a->regs[i].value;
		return true;
	}
	return false;
}

/* The address of a step, by the registers. */
static bool address_of(const struct explained_access *a, const struct micro_machine *m,
	const struct micro *step, uint64_t *ret)
{
	uint64_t base, index = 0;

	if (step->elsewhere || step->base == MICRO_NONE || !reg_value(a, m, step->base, &base))
		return false;
	if (step->index != MICRO_NONE && !reg_value(a, m, step->index, &index))
		return false;
	*ret = base + index * step->scale + step->imm;
	return true;
}

/* arm64 reports addresses without the tag in their top byte. */
static bool is_at(uint64_t reported, uint64_t address, unsigned size)
{
	return (reported - address) << 8 >> 8 < (size ? size : 1);
}

/*
 * The step that faulted: the one that accesses the address; or, if that is not known, the only one
 * that is not to the stack.
 */
static int faulting_step(
	const struct function *fn, const struct code_insn *in, const struct explained_access *a)
{
	const struct micro_machine *m = fn->input.machine;
	int found = -1;

	for (int i = 0; i < in->n_steps; i++) {
		const struct micro *s = &fn->code->steps[in->steps + (uint32_t)i];
		uint64_t address;

		if ((s->op != MICRO_LOAD && s->op != MICRO_STORE) || s->base == m->sp ||
			!address_of(a, m, s, &address))
			continue;
		if (a->address.known && is_at(a->address.v, address, s->size))
			return i;
		if (found >= 0)
			return -1;
		found = i;
	}
	return a->address.known ? -1 : found;
}

/* ---- words ------------------------------------------------------------------------------- */

static const char *type_text(const struct function *fn, TALLOC_CTX *ctx, uint64_t type)
{
	char buf[BTF_TEXT_MAX];

	if (!type)
		return NULL;
	fn->types.text(fn->types.priv, type, buf, sizeof(buf));
	return *buf ? talloc_strdup(ctx, buf) : NULL;
}

/* What was loaded on the way, the last load first in chain. Returns the root. */
static const struct flow_origin *chain_of(
	const struct function *fn, uint32_t origin, const struct flow_origin **chain, unsigned *n)
{
	const struct flow_origin *o = flow_origin(fn->flow, origin);

	*n = 0;
	for (unsigned i = 0; o->source == FLOW_MEMBER && i < 16; i++) {
		if (*n < CHAIN_MAX)
			chain[(*n)++] = o;
		o = flow_origin(fn->flow, o->base);
	}
	return o;
}

/* " \"mov rax, qword ptr [rdi + 0x90]\" at f+0x15 loaded stats of struct vhba_host." */
static char *add_load(
	char *s, const struct function *fn, TALLOC_CTX *ctx, const struct flow_origin *o)
{
	const char *text = function_insn_text(fn, ctx, o->insn);
	const char *type = type_text(fn, ctx, o->type);

	if (!s || !text || !type)
		return NULL;
	return talloc_asprintf_append_buffer(s, "; \"%s\" at +0x%x loaded %s%s%s", text,
		fn->code->insns[o->insn].offset, *o->name ? o->name : "what points to a",
		*o->name ? " of " : " ", type);
}

static const char *how_text(const struct function *fn, TALLOC_CTX *ctx, uint32_t origin)
{
	const struct micro_machine *m = fn->input.machine;
	const struct flow_origin *chain[CHAIN_MAX], *root;
	const char *name = fn->symbol.name;
	unsigned n;
	char *s = NULL;

	root = chain_of(fn, origin, chain, &n);
	if (root->source == FLOW_PARAM)
		s = talloc_asprintf(ctx, "%s, %s has %s in %s when it begins", fn->types.words,
			name, fn->proto.params[root->param].name,
			m->names[m->args[fn->proto.params[root->param].reg]]);
	else if (root->source == FLOW_CALLED)
		s = talloc_asprintf(ctx, "%s and the call at %s+0x%x", fn->types.words, name,
			fn->code->insns[root->insn].offset);
	else if (root->source == FLOW_VARIABLE)
		s = talloc_asprintf(ctx, "%s+0x%x reads the variable", name,
			fn->code->insns[root->insn].offset);
	else
		s = talloc_asprintf(ctx, "%s, on all paths through %s", fn->types.words, name);
	while (s && n--)
		s = add_load(s, fn, ctx, chain[n]);
	return s ? talloc_strdup_append_buffer(s, ".") : NULL;
}

/* ---- the answer -------------------------------------------------------------------------- */

/* All that a value says about the access of a step whose base it is. */
static int describe(TALLOC_CTX *ctx, const struct function *fn, const struct flow_value *v,
	const struct micro *step, struct explained_pointer *ret, struct vmt_err *err)
{
	const struct flow_origin *o = flow_origin(fn->flow, v->origin);
	int64_t at = (int64_t)((uint64_t)v->offset + step->imm);
	struct types_member m;

	if (v->kind != FLOW_POINTER && v->kind != FLOW_SCALAR)
		return nothing(err);
	ret->expression = function_text(fn, ctx, v->origin);
	if (v->kind == FLOW_POINTER && v->type && at >= 0 &&
		fn->types.member(fn->types.priv, v->type, (uint64_t)at, step->size, &m)) {
		ret->type = type_text(fn, ctx, v->type);
		if (ret->type && *m.path) {
			ret->member = talloc_strdup(ctx, m.path);
			ret->member_offset = m.offset;
		}
	}
	if (o->source == FLOW_PARAM && !fn->input.container.known)
		ret->argument = o->param + 1;
	if (!ret->type && !ret->expression)
		return nothing(err);
	ret->how = how_text(fn, ctx, v->origin);
	return 0;
}

static int explain_insn(TALLOC_CTX *ctx, struct function *fn, uint32_t insn,
	const struct explained_access *a, struct explained_pointer *ret, struct vmt_err *err)
{
	const struct code_insn *in = &fn->code->insns[insn];
	int i = faulting_step(fn, in, a);
	const struct micro *step;
	struct flow_value regs[MICRO_REGS], first[MICRO_REGS];
	uint64_t value;

	if (i < 0)
		return nothing(err);
	step = &fn->code->steps[in->steps + (uint32_t)i];
	if (step->index != MICRO_NONE || step->base >= MICRO_REGS ||
		!function_before(fn, insn, 0, step->base, first) ||
		!flow_before(fn->flow, insn, (unsigned)i, regs))
		return nothing(err);
	/* The instruction faulted before it changed a register. */
	if (first[step->base].kind == regs[step->base].kind &&
		reg_value(a, fn->input.machine, step->base, &value))
		ret->value = (struct vmt_u64){true, value - (uint64_t)first[step->base].offset};
	return describe(ctx, fn, &regs[step->base], step, ret, err);
}

#define HELD_MAX 8

/* The only member that one of the variables in a register has there. */
static bool only_member(const struct types *t, const struct types_held *held, unsigned n,
	const struct micro *step, struct types_member *ret, unsigned *which)
{
	bool found = false;

	for (unsigned i = 0; i < n; i++) {
		int64_t at = (int64_t)((uint64_t)held[i].offset + step->imm);
		struct types_member m;
		uint64_t to;

		if (at < 0 || !t->pointee(t->priv, held[i].type, &to) || !to ||
			!t->member(t->priv, to, (uint64_t)at, step->size, &m) || !*m.path)
			continue;
		if (found &&
			(strcmp(m.path, ret->path) != 0 || held[i].offset != held[*which].offset))
			return false;
		if (!found)
			*which = i;
		*ret = m;
		found = true;
	}
	return found;
}

static bool has_variables(const struct function *fn, struct types *ret)
{
	*ret = fn->types;
	if (!ret->held && fn->kernel && fn->kernel->files.types &&
		!fn->kernel->files.types(fn->kernel->files.arg, fn->module, ret))
		return false;
	return ret->held;
}

/* What the values do not say, debuginfo may: which variable the register holds. */
static bool explain_variable(TALLOC_CTX *ctx, const struct function *fn, uint32_t insn,
	const struct explained_access *a, struct explained_pointer *ret)
{
	const struct micro_machine *m = fn->input.machine;
	const struct code_insn *in = &fn->code->insns[insn];
	int step_no = faulting_step(fn, in, a);
	const struct micro *step =
		step_no < 0 ? NULL : &fn->code->steps[in->steps + (uint32_t)step_no];
	struct types_held held[HELD_MAX];
	struct types_member member;
	struct types t;
	unsigned n, i = 0;
	char text[BTF_TEXT_MAX];
	uint64_t to;

	if (!step || step->base >= MICRO_REGS || step->index != MICRO_NONE ||
		!reg_value(a, m, step->base, &ret->value.v) || !has_variables(fn, &t))
		return false;
	n = t.held(t.priv, a->ip, step->base, held, HELD_MAX);
	if (!only_member(&t, held, n, step, &member, &i) || !t.pointee(t.priv, held[i].type, &to))
		return false;
	t.text(t.priv, to, text, sizeof(text));
	ret->type = talloc_strdup(ctx, text);
	ret->member = talloc_strdup(ctx, member.path);
	ret->member_offset = member.offset;
	ret->expression = talloc_strdup(ctx, held[i].name);
	ret->value = (struct vmt_u64){true, ret->value.v - (uint64_t)held[i].offset};
	ret->argument = 0;
	ret->how = talloc_asprintf(ctx, "By the debuginfo, %s holds the variable %s at %s+0x%x%s",
		m->names[step->base], held[i].name, fn->symbol.name, in->offset,
		held[i].offset ? " (plus an offset)." : ".");
	return true;
}

/* A variable that the function has at once, by an offset to a parameter: container_of(). */
static bool container_at(struct function *fn, const struct types *t, uint64_t addr, unsigned param)
{
	const struct micro_machine *m = fn->input.machine;
	struct types_held held[HELD_MAX];
	unsigned n = t->held(t->priv, addr, m->args[fn->proto.params[param].reg], held, HELD_MAX);

	for (unsigned i = 0; i < n; i++) {
		uint64_t to;

		if (held[i].offset <= 0 || !t->pointee(t->priv, held[i].type, &to) || !to)
			continue;
		fn->input.container = (struct flow_container){.known = true,
			.param = param,
			.type = to,
			.offset = (uint64_t)held[i].offset,
			.name = talloc_strdup(fn, held[i].name)};
		return fn->input.container.name;
	}
	return false;
}

#define BEGINNING 4 /* instructions in which a compiler derives such variables */

static bool find_variable_around(struct function *fn)
{
	const struct micro_machine *m = fn->input.machine;
	struct flow_value regs[MICRO_REGS];
	struct flow *again;
	bool found = false;

	for (uint32_t i = 0; fn->types.held && !found && i < BEGINNING && i < fn->code->n; i++)
		for (unsigned p = 0;
			!found && p < fn->proto.n_params && flow_before(fn->flow, i, 0, regs);
			p++) {
			uint8_t reg = fn->proto.params[p].reg;
			const struct flow_value *v = reg < m->n_args ? &regs[m->args[reg]] : NULL;
			const struct flow_origin *o = v ? flow_origin(fn->flow, v->origin) : NULL;

			if (o && o->source == FLOW_PARAM && o->param == p && !v->offset)
				found = container_at(fn, &fn->types,
					fn->code->start + fn->code->insns[i].offset, p);
		}
	if (!found || flow_run(fn, &fn->input, &again, NULL))
		return false;
	talloc_free(fn->flow);
	fn->flow = again;
	return true;
}

/* A parameter that a register still holds, and whose struct is inside a larger one. */
static bool find_container(TALLOC_CTX *ctx, struct function *fn, const struct place_kernel *place,
	uint32_t insn, const struct explained_access *a, struct explained_pointer *ret)
{
	struct flow_value regs[MICRO_REGS];
	uint64_t value;

	if (!flow_before(fn->flow, insn, 0, regs))
		return false;
	for (unsigned i = 0; i < fn->input.machine->n_regs; i++) {
		const struct flow_origin *o = flow_origin(fn->flow, regs[i].origin);

		if (regs[i].kind == FLOW_POINTER && o->source == FLOW_PARAM &&
			reg_value(a, fn->input.machine, (uint8_t)i, &value) &&
			container_find(ctx, fn, place, o->param, value - (uint64_t)regs[i].offset,
				&ret->container))
			return true;
	}
	return false;
}

/*
 * The register that held the pointer, and where in memory it was before. These need no types.
 * place NULL: there is no memory.
 */
static void find_source(TALLOC_CTX *ctx, const struct function *fn,
	const struct place_kernel *place, uint32_t insn, const struct explained_access *a,
	struct explained_pointer *ret)
{
	const struct micro_machine *m = fn->input.machine;
	const struct origin_at at = {m, fn->code, insn, a->regs, a->n_regs};
	const struct code_insn *in = &fn->code->insns[insn];
	int i = faulting_step(fn, in, a);
	const struct micro *step = i < 0 ? NULL : &fn->code->steps[in->steps + (uint32_t)i];
	struct origin_place found;
	uint64_t from;

	if (!step || step->base >= MICRO_REGS || step->index != MICRO_NONE ||
		!reg_value(a, m, step->base, &ret->in_reg.v))
		return;
	ret->in_reg.known = true;
	ret->reg = m->names[step->base];
	for (unsigned n = 0; n < ret->n_around; n++)
		if (ret->around[n].current)
			ret->insn = ret->around[n].text;
	if (!place || !origin_find(&at, fn->kernel->image->space, step->base, &from) ||
		!origin_explain(ctx, place, ret->reg, from, &found))
		return;
	ret->source = found.sentence;
	ret->cache = found.cache;
	ret->freed = found.freed;
	ret->overrun = found.overrun;
}

static int explain_in(TALLOC_CTX *ctx, const struct place_kernel *place, struct function *fn,
	const struct explained_access *access, struct explained_pointer *ret, struct vmt_err *err)
{
	uint32_t insn = code_find(fn->code, access->ip);
	int rc;

	if (insn == CODE_NOWHERE)
		return nothing(err);
	ret->n_around = function_around(fn, ctx, insn, ret->around);
	find_source(ctx, fn, place, insn, access, ret);
	rc = fn->flow ? explain_insn(ctx, fn, insn, access, ret, err) : nothing(err);
	if (rc == VMT_ERR_NOTFOUND && place && fn->flow &&
		find_container(ctx, fn, place, insn, access, ret))
		rc = explain_insn(ctx, fn, insn, access, ret, err);
	if (!ret->member && fn->flow && find_variable_around(fn) &&
		explain_insn(ctx, fn, insn, access, ret, err) == 0)
		rc = 0;
	if (!ret->member && explain_variable(ctx, fn, insn, access, ret))
		return 0;
	return rc;
}

int explain_access(TALLOC_CTX *ctx, const struct place_kernel *place,
	const struct explained_access *access, struct explained_pointer *ret, struct vmt_err *err)
{
	struct function *fn;
	int rc = function_open(ctx, place->kernel, access->ip, &fn, err);

	memset(ret, 0, sizeof(*ret));
	if (rc)
		return rc;
	rc = explain_in(ctx, place, fn, access, ret, err);
	talloc_free(fn);
	return rc;
}

int explain_access_in(TALLOC_CTX *ctx, const struct explain_code *code,
	const struct explained_access *access, struct explained_pointer *ret, struct vmt_err *err)
{
	struct function *fn;
	int rc = function_open_file(ctx, code, &fn, err);

	memset(ret, 0, sizeof(*ret));
	if (rc)
		return rc;
	rc = explain_in(ctx, NULL, fn, access, ret, err);
	talloc_free(fn);
	return rc;
}

/* The call of what an instruction loaded before. */
static int explain_loaded(TALLOC_CTX *ctx, const struct function *fn, const struct flow_value *v,
	struct explained_pointer *ret, struct vmt_err *err)
{
	const struct flow_origin *o = flow_origin(fn->flow, v->origin);

	if (v->kind != FLOW_POINTER || v->offset || o->source != FLOW_MEMBER)
		return nothing(err);
	ret->type = type_text(fn, ctx, o->type);
	ret->expression = function_text(fn, ctx, v->origin);
	if (ret->type && *o->name) {
		ret->member = talloc_strdup(ctx, o->name);
		ret->member_offset = o->member_at;
	}
	ret->how = how_text(fn, ctx, v->origin);
	return ret->type || ret->expression ? 0 : nothing(err);
}

/* The call of what memory holds. */
static int explain_memory(TALLOC_CTX *ctx, const struct function *fn, const struct flow_value *v,
	const struct micro *load, struct explained_pointer *ret, struct vmt_err *err)
{
	int rc = load->index == MICRO_NONE ? describe(ctx, fn, v, load, ret, err) : nothing(err);

	if (!rc && !ret->member)
		rc = nothing(err);
	if (!rc && ret->expression)
		ret->expression = talloc_asprintf(ctx, "%s->%s", ret->expression, ret->member);
	ret->argument = 0;
	return rc;
}

/*
 * "__x86_indirect_thunk_rax" calls a register as well. It is the first of all thunks (since 5.13),
 * and their array has the same address.
 */
static uint8_t thunk_reg(const struct function *fn, uint64_t target)
{
	static const char prefix[] = "__x86_indirect_thunk_";
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *name = target ? function_symbol(fn, ctx, target) : NULL;
	uint8_t reg = MICRO_NONE;

	if (name && strncmp(name, prefix, strlen(prefix)) == 0) {
		const char *rest = name + strlen(prefix);

		reg = micro_reg_find(fn->input.machine, strcmp(rest, "array") == 0 ? "rax" : rest);
	}
	talloc_free(ctx);
	return reg;
}

/* A call through a pointer, in a register or in memory. */
static int explain_target(TALLOC_CTX *ctx, struct function *fn, uint32_t insn,
	struct explained_pointer *ret, struct vmt_err *err)
{
	const struct code_insn *in = &fn->code->insns[insn];
	const struct micro *call, *load;
	struct flow_value regs[MICRO_REGS];
	uint8_t reg;

	if (!in->n_steps)
		return nothing(err);
	call = &fn->code->steps[in->steps + in->n_steps - 1u];
	load = in->n_steps == 2 && call[-1].op == MICRO_LOAD ? call - 1 : NULL;
	if (call->op != MICRO_CALL)
		return nothing(err);
	reg = load ? load->base : call->base != MICRO_NONE ? call->base : thunk_reg(fn, call->imm);
	if (reg >= MICRO_REGS || !function_before(fn, insn, 0, reg, regs))
		return nothing(err);
	return load ? explain_memory(ctx, fn, &regs[reg], load, ret, err)
		    : explain_loaded(ctx, fn, &regs[reg], ret, err);
}

static int explain_call_to(TALLOC_CTX *ctx, struct function *fn, uint64_t return_to,
	struct explained_pointer *ret, struct vmt_err *err)
{
	uint32_t insn = code_find_before(fn->code, return_to);

	if (insn == CODE_NOWHERE)
		return nothing(err);
	ret->n_around = function_around(fn, ctx, insn, ret->around);
	return fn->flow ? explain_target(ctx, fn, insn, ret, err) : nothing(err);
}

int explain_call(TALLOC_CTX *ctx, const struct place_kernel *place, uint64_t return_to,
	struct explained_pointer *ret, struct vmt_err *err)
{
	struct function *fn;
	int rc = function_open(ctx, place->kernel, return_to - 1, &fn, err);

	memset(ret, 0, sizeof(*ret));
	if (rc)
		return rc;
	rc = explain_call_to(ctx, fn, return_to, ret, err);
	talloc_free(fn);
	return rc;
}

int explain_call_in(TALLOC_CTX *ctx, const struct explain_code *code, uint64_t return_to,
	struct explained_pointer *ret, struct vmt_err *err)
{
	struct function *fn;
	int rc = function_open_file(ctx, code, &fn, err);

	memset(ret, 0, sizeof(*ret));
	if (rc)
		return rc;
	rc = explain_call_to(ctx, fn, return_to, ret, err);
	talloc_free(fn);
	return rc;
}
