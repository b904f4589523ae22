// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbolize/location.h"

#include <dwarf.h>
#include <string.h>

#include "base/array.h"

#define STACK 16
#define OPS 64

struct evaluation {
	const struct variables_machine *machine;
	const struct location_frame *frame;
	uint64_t addr;
	uint64_t stack[STACK];
	unsigned n;
	bool is_value; /* the top is the value itself, not its address */
	bool failed;
	unsigned nested;
};

static void push(struct evaluation *e, uint64_t value)
{
	if (e->n == STACK)
		e->failed = true;
	else
		e->stack[e->n++] = value;
}

static uint64_t pop(struct evaluation *e)
{
	if (!e->n) {
		e->failed = true;
		return 0;
	}
	return e->stack[--e->n];
}

static uint64_t reg(struct evaluation *e, unsigned number)
{
	uint64_t value = 0;

	e->failed |= !e->machine->reg(e->machine->arg, number, &value);
	return value;
}

static void run(struct evaluation *e, const Dwarf_Op *ops, size_t n);

/* The frame base of the function: with gcc, the canonical frame address. */
static uint64_t frame_base(struct evaluation *e)
{
	struct evaluation base = *e;
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t n;

	base.n = 0;
	base.nested++;
	base.is_value = false;
	if (e->nested || !e->frame->function ||
		!dwarf_attr_integrate(e->frame->function, DW_AT_frame_base, &attr) ||
		dwarf_getlocation_addr(&attr, e->addr, &ops, &n, 1) != 1) {
		e->failed = true;
		return 0;
	}
	run(&base, ops, n);
	e->failed |= base.failed || base.n != 1;
	return base.n ? base.stack[base.n - 1] : 0;
}

static void binary(struct evaluation *e, unsigned op)
{
	uint64_t b = pop(e), a = pop(e);

	switch (op) {
	case DW_OP_plus:
		push(e, a + b);
		break;
	case DW_OP_minus:
		push(e, a - b);
		break;
	case DW_OP_mul:
		push(e, a * b);
		break;
	case DW_OP_and:
		push(e, a & b);
		break;
	case DW_OP_or:
		push(e, a | b);
		break;
	case DW_OP_xor:
		push(e, a ^ b);
		break;
	case DW_OP_shl:
		push(e, b < 64 ? a << b : 0);
		break;
	case DW_OP_shr:
		push(e, b < 64 ? a >> b : 0);
		break;
	default:
		e->failed = true;
		break;
	}
}

static void dereference(struct evaluation *e, uint64_t size)
{
	uint64_t at = pop(e), value = 0;

	e->failed |= (size != 1 && size != 2 && size != 4 && size != 8) || e->failed ||
		     !e->machine->read(e->machine->arg, at, (unsigned)size, &value);
	push(e, value);
}

/* Constants, which DW_OP_const1u and so on push. */
static bool is_constant(unsigned op)
{
	return (op >= DW_OP_const1u && op <= DW_OP_consts) ||
	       (op >= DW_OP_lit0 && op <= DW_OP_lit31);
}

static void step(struct evaluation *e, const Dwarf_Op *op)
{
	if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31) {
		push(e, reg(e, op->atom - DW_OP_breg0) + op->number);
	} else if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg31) {
		push(e, reg(e, op->atom - DW_OP_reg0));
		e->is_value = true;
	} else if (is_constant(op->atom)) {
		push(e, op->atom >= DW_OP_lit0 ? (uint64_t)(op->atom - DW_OP_lit0) : op->number);
	} else {
		switch (op->atom) {
		case DW_OP_fbreg:
			push(e, frame_base(e) + op->number);
			break;
		case DW_OP_call_frame_cfa:
			e->failed |= !e->machine->cfa.known;
			push(e, e->machine->cfa.v);
			break;
		case DW_OP_addr:
			e->failed |= !e->machine->bias.known;
			push(e, op->number + e->machine->bias.v);
			break;
		case DW_OP_plus_uconst:
			push(e, pop(e) + op->number);
			break;
		case DW_OP_deref:
			dereference(e, 8);
			break;
		case DW_OP_deref_size:
			dereference(e, op->number);
			break;
		case DW_OP_dup:
			push(e, pop(e));
			if (e->n)
				push(e, e->stack[e->n - 1]);
			break;
		case DW_OP_neg:
			push(e, -pop(e));
			break;
		case DW_OP_not:
			push(e, ~pop(e));
			break;
		case DW_OP_stack_value:
			e->is_value = true;
			break;
		case DW_OP_nop:
			break;
		default: /* entry values, pieces, types: not known */
			binary(e, op->atom);
			break;
		}
	}
}

static void run(struct evaluation *e, const Dwarf_Op *ops, size_t n)
{
	e->failed |= n == 0 || n > OPS;
	for (size_t i = 0; i < n && !e->failed; i++)
		step(e, &ops[i]);
}

/* A variable that is a constant has no location. */
static struct location constant(Dwarf_Die *variable)
{
	struct location ret = {LOCATION_UNKNOWN, 0};
	Dwarf_Attribute attr;
	Dwarf_Sword value;

	if (dwarf_attr_integrate(variable, DW_AT_const_value, &attr) &&
		dwarf_formsdata(&attr, &value) == 0) {
		ret.kind = LOCATION_VALUE;
		ret.value = (uint64_t)value;
	}
	return ret;
}

struct location location_of(Dwarf_Die *variable, uint64_t addr,
	const struct variables_machine *machine, const struct location_frame *frame)
{
	struct evaluation e = {.machine = machine, .frame = frame, .addr = addr};
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t n;

	if (!dwarf_attr(variable, DW_AT_location, &attr))
		return constant(variable);
	if (dwarf_getlocation_addr(&attr, addr, &ops, &n, 1) != 1)
		return (struct location){LOCATION_UNKNOWN, 0};
	run(&e, ops, n);
	if (e.failed || e.n != 1)
		return (struct location){LOCATION_UNKNOWN, 0};
	return (struct location){e.is_value ? LOCATION_VALUE : LOCATION_MEMORY, e.stack[0]};
}
