// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/code.h"

#include <string.h>

#include "base/array.h"
#include "base/caps.h"

uint32_t code_find(const struct flow_code *code, uint64_t addr)
{
	uint64_t offset = addr - code->start;
	uint32_t low = 0, high = code->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (code->insns[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < code->n && code->insns[low].offset == offset ? low : CODE_NOWHERE;
}

uint32_t code_find_before(const struct flow_code *code, uint64_t addr)
{
	uint32_t at = code_find(code, addr);

	if (at == CODE_NOWHERE && code->n &&
		code->start + code->insns[code->n - 1].offset + code->insns[code->n - 1].length ==
			addr)
		return code->n - 1;
	return at == CODE_NOWHERE || !at ? CODE_NOWHERE : at - 1;
}

static int keep(
	struct flow_code *code, uint32_t offset, const struct micro_insn *in, struct vmt_err *err)
{
	struct code_insn *insns = ARRAY_ROOM(code, code->insns, code->n);

	if (!insns)
		return err_nomem(err);
	code->insns = insns;
	insns[code->n++] = (struct code_insn){.offset = offset,
		.steps = code->n_steps,
		.n_steps = (uint8_t)in->n,
		.length = (uint8_t)in->length,
		.goes_on = true,
		.jump = CODE_NOWHERE};
	for (unsigned i = 0; i < in->n; i++) {
		struct micro *steps = ARRAY_ROOM(code, code->steps, code->n_steps);

		if (!steps)
			return err_nomem(err);
		code->steps = steps;
		steps[code->n_steps++] = in->steps[i];
	}
	return 0;
}

/* Where each instruction leads, which needs all of them. */
static void connect(struct flow_code *code)
{
	for (uint32_t i = 0; i < code->n; i++) {
		struct code_insn *in = &code->insns[i];
		const struct micro *last;

		if (!in->n_steps)
			continue;
		last = &code->steps[in->steps + in->n_steps - 1];
		in->traps = last->op == MICRO_TRAP;
		in->goes_on = last->op != MICRO_JUMP && last->op != MICRO_STOP && !in->traps;
		if (last->op == MICRO_JUMP || last->op == MICRO_BRANCH)
			in->jump = code_find(code, last->imm);
		if (in->jump != CODE_NOWHERE)
			code->insns[in->jump].begins = true;
		if (i + 1 < code->n && (!in->goes_on || last->op == MICRO_BRANCH))
			code->insns[i + 1].begins = true;
	}
	if (code->n)
		code->insns[0].begins = true;
}

/* What a relocation fills in is not known here. */
static void forget(struct micro_insn *in)
{
	for (unsigned i = 0; i < in->n; i++) {
		struct micro *m = &in->steps[i];

		switch (m->op) {
		case MICRO_MOVE:
		case MICRO_ADD:
		case MICRO_EITHER:
		case MICRO_CONST:
			m->kill = m->reg < MICRO_REGS ? 1u << m->reg : 0;
			m->op = MICRO_KILL;
			break;
		case MICRO_LOAD:
		case MICRO_STORE:
			m->elsewhere = true;
			break;
		case MICRO_JUMP:
			m->op = MICRO_STOP;
			break;
		case MICRO_CALL:
		case MICRO_BRANCH:
			m->imm = 0;
			break;
		default:
			break;
		}
	}
}

static bool is_filled(const struct code_bytes *from, size_t at, size_t n)
{
	for (size_t i = 0; from->filled && i < n; i++)
		if (from->filled[at + i])
			return true;
	return false;
}

int code_decode(TALLOC_CTX *ctx, const struct micro_machine *m, const struct code_bytes *from,
	struct flow_code **ret, struct vmt_err *err)
{
	struct flow_code *code = talloc_zero(ctx, struct flow_code);
	uint64_t start = from->start;
	size_t n = from->n;
	struct micro_decoder *d;
	struct micro_insn in;
	int rc;

	if (!code)
		return err_nomem(err);
	if (n > CAP_FLOW_BYTES)
		rc = err_set_at(err, VMT_ERR_LIMIT, start, "a function of %zu bytes", n);
	else
		rc = micro_decoder_new(code, m, &d, err);
	code->start = start;
	for (size_t at = 0;
		!rc && at < n && micro_decode(d, from->bytes + at, n - at, start + at, &in);
		at += in.length) {
		if (is_filled(from, at, in.length))
			forget(&in);
		rc = keep(code, (uint32_t)at, &in, err);
	}
	if (rc) {
		talloc_free(code);
		return rc;
	}
	connect(code);
	*ret = code;
	return 0;
}
