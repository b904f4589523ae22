// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Unwinding by ORC: the entry for an address says how to find the caller's stack pointer and frame
 * pointer. Mirrors unwind_next_frame() of arch/x86/kernel/unwind_orc.c.
 */
#include "stack/stack_internal.h"

#include "kernel/percpu.h"

/* Entries that are sampled to recognize the format. */
#define SAMPLE 256

/* ---- the format -------------------------------------------------------------------------- */

static const struct orc_format *format_of_header(const struct kernel_image *k)
{
	uint8_t hash[ORC_HASH_SIZE];
	uint64_t at;

	if (kernel_symbol(k, "__start_orc_header", &at, NULL) ||
		mem_read(k->space, at, hash, sizeof(hash), NULL))
		return NULL;
	return orc_format_of_hash(hash, sizeof(hash));
}

/* Reads the entry for the code where new tasks begin, which marks the end of the stack. */
static bool read_end_entry(struct orc *orc, uint8_t *raw)
{
	const struct orc_table *table = orc->end_at ? orc_table_of(orc, orc->end_at) : NULL;

	return table && !orc_table_entry(orc->k->space, table, orc->end_at, raw, NULL);
}

/* Samples the middle of the largest table, which is ordinary C code. */
static const struct orc_format *format_of_tables(struct orc *orc)
{
	uint8_t sample[SAMPLE * ORC_ENTRY_SIZE], end[ORC_ENTRY_SIZE];
	const struct orc_table *best = NULL;
	uint64_t first, n;

	for (size_t i = 0; i < orc->n_tables; i++) {
		const struct orc_table *t = &orc->tables[i];

		if (!orc->kernel.n) /* then a module's, which must be read first */
			t = orc_table_of(orc, t->start);
		if (!best || t->n > best->n)
			best = t;
	}
	if (!best || !best->n)
		return NULL;
	n = best->n < SAMPLE ? best->n : SAMPLE;
	first = (best->n - n) / 2;
	if (mem_read(orc->k->space, best->entries + first * ORC_ENTRY_SIZE, sample,
		    n * ORC_ENTRY_SIZE, NULL))
		return NULL;
	return orc_format_of_entries(
		sample, n * ORC_ENTRY_SIZE, read_end_entry(orc, end) ? end : NULL);
}

static const struct orc_format *format(struct orc *orc)
{
	if (!orc->format_tried) {
		orc->format_tried = true;
		orc->format = format_of_header(orc->k);
		if (!orc->format)
			orc->format = format_of_tables(orc);
	}
	return orc->format;
}

/*
 * 5.12 changed both the meaning of SP_INDIRECT and how interrupts switch stacks. The new way needs
 * a flag for each CPU, which shows which kernel this is (some releases have it in pcpu_hot).
 */
static bool indirect_adds_last(struct orc *orc)
{
	if (!orc->indirect_tried) {
		uint64_t place;

		orc->indirect_tried = true;
		orc->indirect_adds_last =
			percpu_find(orc->k, "hardirq_stack_inuse", &place, NULL) == 0 ||
			kernel_symbol(orc->k, "pcpu_hot", &place, NULL) == 0;
	}
	return orc->indirect_adds_last;
}

/* ---- the entry of an address ------------------------------------------------------------- */

static const struct orc_table *table_or_alias(struct stack_unwinder *u, uint64_t *ip)
{
	const struct orc_table *table = orc_table_of(&u->orc, *ip);

	if (table)
		return table;
	orc_aliases_find(u, &u->orc);
	for (size_t i = 0; i < u->orc.n_aliases; i++) {
		const struct orc_alias *a = &u->orc.aliases[i];

		if (*ip - a->start >= a->end - a->start)
			continue;
		*ip = *ip - a->start + a->original;
		return orc_table_of(&u->orc, *ip);
	}
	return NULL;
}

static int find_entry(
	struct stack_unwinder *u, uint64_t ip, struct orc_entry *ret, struct vmt_err *err)
{
	const struct orc_table *table = table_or_alias(u, &ip);
	uint8_t raw[ORC_ENTRY_SIZE];
	int rc;

	if (!table || !table->n)
		return err_set_at(err, VMT_ERR_NOTFOUND, ip, "no ORC table covers this address");
	if (!format(&u->orc))
		return err_set(err, VMT_ERR_NOTFOUND, "the ORC tables are in no known format");
	rc = orc_table_entry(u->k->space, table, ip, raw, err);
	if (!rc)
		orc_entry_decode(u->orc.format, raw, ret);
	return rc;
}

/* ---- the step ---------------------------------------------------------------------------- */

/* The names of the registers that an entry may be relative to. */
static const char *const reg_names[ORC_BAD_REG] = {
	[ORC_AX] = "rax",
	[ORC_DX] = "rdx",
	[ORC_DI] = "rdi",
	[ORC_BP] = "rbp",
	[ORC_SP] = "rsp",
	[ORC_R10] = "r10",
	[ORC_R13] = "r13",
	[ORC_BP_INDIRECT] = "rbp",
	[ORC_SP_INDIRECT] = "rsp",
};

static int base_of(struct stack_unwinder *u, const struct cpu_regs *regs, enum orc_reg reg,
	uint64_t *ret, struct vmt_err *err)
{
	const char *name = reg < ORC_BAD_REG ? reg_names[reg] : NULL;
	int i = name ? arch_reg_find(mem_space_arch(u->k->space), name) : -1;

	if (i < 0)
		return err_set(
			err, VMT_ERR_CORRUPT, "an ORC entry is relative to register %d", reg);
	if (!cpu_regs_has(regs, (unsigned)i))
		return err_set(err, VMT_ERR_NODATA, "the value of %s is not known there", name);
	*ret = regs->v[i];
	return 0;
}

/* The stack pointer that the caller had before it called. */
static int caller_sp(struct stack_unwinder *u, const struct cpu_regs *regs,
	const struct orc_entry *e, uint64_t *ret, struct vmt_err *err)
{
	uint64_t offset = (uint64_t)(int64_t)e->sp_offset;
	bool late = e->sp_reg == ORC_SP_INDIRECT && indirect_adds_last(&u->orc);
	int rc = base_of(u, regs, e->sp_reg, ret, err);

	if (rc)
		return rc;
	/* Other registers (R10, R13) hold the stack pointer itself. */
	if ((e->sp_reg == ORC_SP || e->sp_reg == ORC_BP || e->sp_reg == ORC_BP_INDIRECT ||
		    e->sp_reg == ORC_SP_INDIRECT) &&
		!late)
		*ret += offset;
	if (e->sp_reg != ORC_BP_INDIRECT && e->sp_reg != ORC_SP_INDIRECT)
		return 0;
	rc = mem_read_ptr(u->k->space, *ret, ret, err);
	if (!rc && late)
		*ret += offset;
	return rc;
}

static int caller_bp(struct stack_unwinder *u, const struct cpu_regs *before, struct cpu_regs *regs,
	const struct orc_entry *e, uint64_t sp, struct vmt_err *err)
{
	uint64_t offset = (uint64_t)(int64_t)e->bp_offset, at = 0, value;
	unsigned fp = u->arch->fp;
	int rc;

	switch (e->bp_reg) {
	case ORC_UNDEFINED:
		return 0;
	case ORC_PREV_SP:
		at = sp + offset;
		break;
	case ORC_BP:
		rc = base_of(u, before, ORC_BP, &at, err);
		if (rc)
			return rc;
		at += offset;
		break;
	default:
		return err_set(err, VMT_ERR_CORRUPT, "an ORC entry has rbp relative to register %d",
			e->bp_reg);
	}
	rc = mem_read_ptr(u->k->space, at, &value, err);
	if (!rc)
		cpu_regs_set(regs, fp, value);
	return rc;
}

/*
 * Only the registers that ORC tracks are known for a caller: the others may have been saved
 * anywhere.
 */
static int return_from(
	struct stack_unwinder *u, struct cpu_regs *regs, uint64_t sp, struct vmt_err *err)
{
	uint64_t ip;
	int rc = mem_read_ptr(u->k->space, sp - mem_space_ptr_size(u->k->space), &ip, err);

	if (rc)
		return rc;
	regs->known &= 1ull << u->arch->fp;
	cpu_regs_set(regs, u->arch->pc, ip);
	cpu_regs_set(regs, u->arch->sp, sp);
	return 0;
}

/* The five words that the CPU pushed; the other registers are unchanged. */
static int partial_regs(
	struct stack_unwinder *u, struct cpu_regs *regs, uint64_t sp, struct vmt_err *err)
{
	const struct arch *arch = mem_space_arch(u->k->space);
	struct cpu_regs out = *regs;

	for (unsigned i = 0; i < u->arch->n_pt_regs; i++) {
		uint64_t value;
		int rc;

		if (arch->regs[i].offset < u->arch->pt_regs_hw)
			continue;
		rc = mem_read_ptr(u->k->space, sp + (arch->regs[i].offset - u->arch->pt_regs_hw),
			&value, err);
		if (rc)
			return rc;
		cpu_regs_set(&out, i, value);
	}
	*regs = out;
	return 0;
}

static int caller_regs(struct stack_unwinder *u, struct stack_step *step, const struct orc_entry *e,
	uint64_t sp, struct vmt_err *err)
{
	switch (e->kind) {
	case ORC_CALL:
		return return_from(u, &step->regs, sp, err);
	case ORC_REGS:
		step->interrupted = true;
		step->regs_at = sp;
		return stack_read_regs(u->k->space, sp, &step->regs, err);
	case ORC_REGS_PARTIAL:
		step->interrupted = true;
		return partial_regs(u, &step->regs, sp, err);
	default:
		return err_set(err, VMT_ERR_CORRUPT, "an ORC entry of unknown kind %d", e->kind);
	}
}

int orc_step(void *priv, struct stack_step *step, struct vmt_err *err)
{
	struct stack_unwinder *u = priv;
	struct stack_step out = *step;
	struct orc_entry e;
	uint64_t ip, sp;
	int rc;

	ip = step->regs.v[u->arch->pc] - !step->exact;
	rc = find_entry(u, ip, &e, err);
	if (rc)
		return rc;
	if (e.kind == ORC_END) {
		step->end = true;
		return 0;
	}
	if (e.kind == ORC_NO_INFO)
		return err_set_at(err, VMT_ERR_NOTFOUND, ip, "no unwind information for 0x%llx",
			(unsigned long long)ip);
	rc = caller_sp(u, &step->regs, &e, &sp, err);
	if (!rc)
		rc = caller_regs(u, &out, &e, sp, err);
	if (!rc)
		rc = caller_bp(u, &step->regs, &out.regs, &e, sp, err);
	if (rc)
		return rc == VMT_ERR_NOTFOUND ? VMT_ERR_CORRUPT : rc;
	out.exact = e.signal;
	*step = out;
	return 0;
}
