// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * libdw finds the row of the table and turns its rules into DWARF expressions. Compilers use only a
 * few operations; hand-written .cfi_escape in assembly may use more.
 */
#include "symbolize/cfi.h"

#include <dwarf.h>
#include <stdlib.h>

#include "symbolize/reloc.h"

#define STACK_MAX 16

struct cfi {
	Dwarf_CFI *of_dwarf;	   /* .debug_frame; belongs to the file */
	Dwarf_CFI *of_elf;	   /* .eh_frame */
	struct reloc_file *module; /* NULL: the file is linked */
	struct reloc_copy debug_frame, eh_frame;
};

static int close_cfi(struct cfi *cfi)
{
	if (cfi->of_elf)
		dwarf_cfi_end(cfi->of_elf);
	reloc_copy_end(&cfi->eh_frame);
	reloc_copy_end(&cfi->debug_frame);
	return 0;
}

const struct sections *cfi_sections(const struct cfi *cfi)
{
	return cfi->module ? &cfi->module->sections : NULL;
}

static int relocate_table(
	struct cfi *cfi, Elf_Data *data, size_t index, struct reloc_copy *copy, struct vmt_err *err)
{
	int rc = reloc_copy_open(cfi->module, data, index, copy, err);

	return rc ? rc : reloc_fill_whole(cfi->module, copy, err);
}

/*
 * Relocates the tables. It must happen before libdw reads them, because libdw caches what it has
 * read.
 */
static int relocate(struct cfi *cfi, Elf *elf, struct vmt_err *err)
{
	int rc = reloc_open(cfi, elf, &cfi->module, err);
	size_t index = 0;
	Elf_Data *data;

	if (rc)
		return rc;
	data = sections_data(elf, ".debug_frame", &index);
	rc = relocate_table(cfi, data, index, &cfi->debug_frame, err);
	if (rc)
		return err_prepend(err, rc, ".debug_frame");
	/* libdw uses the raw data of this section. */
	data = sections_raw(elf, ".eh_frame", &index);
	rc = relocate_table(cfi, data, index, &cfi->eh_frame, err);
	return rc ? err_prepend(err, rc, ".eh_frame") : 0;
}

static int find_tables(struct cfi *cfi, Elf *elf, Dwarf *dwarf, struct vmt_err *err)
{
	GElf_Ehdr header;
	int rc = 0;

	if (!gelf_getehdr(elf, &header))
		return err_set(err, VMT_ERR_CORRUPT, "%s", elf_errmsg(-1));
	if (header.e_type == ET_REL)
		rc = relocate(cfi, elf, err);
	if (rc)
		return rc;
	cfi->of_dwarf = dwarf ? dwarf_getcfi(dwarf) : NULL;
	cfi->of_elf = dwarf_getcfi_elf(elf);
	if (!cfi->of_dwarf && !cfi->of_elf)
		return err_set(err, VMT_ERR_NOTFOUND, "no call frame information");
	return 0;
}

int cfi_open(TALLOC_CTX *ctx, Elf *elf, Dwarf *dwarf, struct cfi **ret, struct vmt_err *err)
{
	struct cfi *cfi = talloc_zero(ctx, struct cfi);
	int rc;

	if (!cfi)
		return err_nomem(err);
	talloc_set_destructor(cfi, close_cfi);
	rc = find_tables(cfi, elf, dwarf, err);
	if (rc)
		talloc_free(cfi);
	else
		*ret = cfi;
	return rc;
}

/* ---- expressions ------------------------------------------------------------------------- */

struct machine {
	const struct cfi_regs *regs;
	struct vmt_u64 cfa;
	cfi_read read;
	void *arg;
	uint64_t stack[STACK_MAX];
	size_t n;
	bool failed; /* stack overflow or underflow, or a register without a known value */
};

static void push(struct machine *m, uint64_t v)
{
	if (m->n == STACK_MAX)
		m->failed = true;
	else
		m->stack[m->n++] = v;
}

static uint64_t pop(struct machine *m)
{
	if (!m->n) {
		m->failed = true;
		return 0;
	}
	return m->stack[--m->n];
}

static void push_register(struct machine *m, uint64_t reg, uint64_t offset)
{
	if (reg >= CFI_REGS || !(m->regs->known >> reg & 1))
		m->failed = true;
	else
		push(m, m->regs->v[reg] + offset);
}

static int apply(struct machine *m, const Dwarf_Op *op, struct vmt_err *err)
{
	uint64_t a;

	if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31) {
		push_register(m, op->atom - DW_OP_breg0, op->number);
		return 0;
	}
	if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31) {
		push(m, op->atom - DW_OP_lit0);
		return 0;
	}
	switch (op->atom) {
	case DW_OP_bregx:
		push_register(m, op->number, op->number2);
		return 0;
	case DW_OP_call_frame_cfa:
		m->failed |= !m->cfa.known;
		push(m, m->cfa.v);
		return 0;
	case DW_OP_const1u:
	case DW_OP_const2u:
	case DW_OP_const4u:
	case DW_OP_const8u:
	case DW_OP_constu:
	case DW_OP_const1s:
	case DW_OP_const2s:
	case DW_OP_const4s:
	case DW_OP_const8s:
	case DW_OP_consts:
		push(m, op->number);
		return 0;
	case DW_OP_plus_uconst:
		push(m, pop(m) + op->number);
		return 0;
	case DW_OP_plus:
		a = pop(m);
		push(m, pop(m) + a);
		return 0;
	case DW_OP_minus:
		a = pop(m);
		push(m, pop(m) - a);
		return 0;
	case DW_OP_and:
		a = pop(m);
		push(m, pop(m) & a);
		return 0;
	case DW_OP_deref:
		a = pop(m);
		if (m->failed || m->n == STACK_MAX)
			return 0;
		return m->read(m->arg, a, &m->stack[m->n++], err);
	default:
		return err_set(err, VMT_ERR_UNSUPPORTED,
			"unknown operation 0x%x in call frame information", op->atom);
	}
}

static int evaluate(struct machine *m, const Dwarf_Op *ops, size_t n, struct vmt_err *err)
{
	int rc = 0;

	m->n = 0;
	m->failed = false;
	for (size_t i = 0; i < n && !rc; i++)
		rc = apply(m, &ops[i], err);
	if (!rc && (m->failed || !m->n))
		rc = err_set(
			err, VMT_ERR_NOTFOUND, "a value that describes the frame is not known");
	return rc;
}

/* ---- a frame ----------------------------------------------------------------------------- */

/* The caller's value of a register. NOTFOUND: it was not preserved. */
static int find_register(
	struct machine *m, Dwarf_Frame *frame, unsigned reg, uint64_t *ret, struct vmt_err *err)
{
	Dwarf_Op room[3], *ops;
	bool is_value;
	size_t n;
	int rc;

	if (dwarf_frame_register(frame, (int)reg, room, &ops, &n))
		return err_set(err, VMT_ERR_NOTFOUND, "%s", dwarf_errmsg(-1));
	if (!n && !ops && reg < CFI_REGS && m->regs->known >> reg & 1) {
		*ret = m->regs->v[reg];
		return 0;
	}
	if (!n)
		return err_set(err, VMT_ERR_NOTFOUND, "register %u was not preserved", reg);
	is_value = ops[n - 1].atom == DW_OP_stack_value;
	rc = evaluate(m, ops, n - is_value, err);
	if (rc)
		return rc;
	*ret = m->stack[m->n - 1];
	return is_value ? 0 : m->read(m->arg, *ret, ret, err);
}

static int find_frame(struct cfi *cfi, uint64_t pc, Dwarf_Frame **ret, struct vmt_err *err)
{
	if (cfi->of_dwarf && dwarf_cfi_addrframe(cfi->of_dwarf, pc, ret) == 0)
		return 0;
	if (cfi->of_elf && dwarf_cfi_addrframe(cfi->of_elf, pc, ret) == 0)
		return 0;
	return err_set_at(err, VMT_ERR_NOTFOUND, pc, "no call frame information for this code");
}

static int take_registers(struct machine *m, Dwarf_Frame *frame, unsigned sp,
	struct cfi_regs *caller, uint64_t *pc, struct vmt_err *err)
{
	int ra = dwarf_frame_info(frame, NULL, NULL, NULL), rc;
	Dwarf_Op *ops;
	size_t n;

	if (ra < 0 || dwarf_frame_cfa(frame, &ops, &n) || !n)
		return err_set(err, VMT_ERR_NOTFOUND, "no rule for the frame's address");
	rc = evaluate(m, ops, n, err);
	if (rc)
		return rc;
	m->cfa = (struct vmt_u64){true, m->stack[m->n - 1]};
	rc = find_register(m, frame, (unsigned)ra, pc, err);
	if (rc)
		return rc;
	for (unsigned reg = 0; reg < CFI_REGS; reg++)
		if (find_register(m, frame, reg, &caller->v[reg], NULL) == 0)
			caller->known |= 1ull << reg;
	/* The frame's address (CFA) is the stack pointer from before the call. */
	caller->v[sp] = m->cfa.v;
	caller->known |= 1ull << sp;
	return 0;
}

int cfi_step(struct cfi *cfi, const struct cfi_machine *machine, uint64_t pc, struct cfi_regs *regs,
	uint64_t *ret, struct vmt_err *err)
{
	struct machine m = {.regs = regs, .read = machine->read, .arg = machine->read_arg};
	struct cfi_regs caller = {.known = 0};
	Dwarf_Frame *frame;
	int rc = find_frame(cfi, pc, &frame, err);

	if (rc)
		return rc;
	rc = take_registers(&m, frame, machine->sp, &caller, ret, err);
	free(frame);
	if (rc == 0)
		*regs = caller;
	return rc;
}
