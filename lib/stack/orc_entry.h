/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One ORC entry, whichever of its formats the kernel has. */
#ifndef VMT_STACK_ORC_ENTRY_H
#define VMT_STACK_ORC_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ORC_ENTRY_SIZE 6
#define ORC_HASH_SIZE 20

/* What a stack pointer or frame pointer is counted from. */
enum orc_reg {
	ORC_UNDEFINED,
	ORC_PREV_SP,
	ORC_AX,
	ORC_DX,
	ORC_DI,
	ORC_BP,
	ORC_SP,
	ORC_R10,
	ORC_R13,
	ORC_BP_INDIRECT,
	ORC_SP_INDIRECT,
	ORC_BAD_REG,
};

/* What lies at the stack pointer that the entry yields. */
enum orc_kind {
	ORC_NO_INFO,	  /* nobody knows how to go on */
	ORC_END,	  /* the outermost frame */
	ORC_CALL,	  /* below it: a return address */
	ORC_REGS,	  /* a whole pt_regs */
	ORC_REGS_PARTIAL, /* what the CPU pushes of it */
	ORC_BAD_KIND,
};

struct orc_entry {
	int16_t sp_offset, bp_offset;
	enum orc_reg sp_reg, bp_reg;
	enum orc_kind kind;
	bool signal; /* the caller's ip is where it was interrupted, not a return address */
};

struct orc_format;

/* By the hash of the format's definition that kernels since 6.3 carry; NULL: not one of ours. */
const struct orc_format *orc_format_of_hash(const uint8_t *hash, size_t n);

/*
 * By what a table's entries look like (n bytes of them). NULL where that does not tell. The first
 * two formats differ in rare entries alone: they are told apart by one that marks a stack's end.
 */
const struct orc_format *orc_format_of_entries(
	const uint8_t *entries, size_t n, const uint8_t *end_entry);

/* raw has ORC_ENTRY_SIZE bytes. Never fails: what the format does not know is a BAD value. */
void orc_entry_decode(const struct orc_format *f, const uint8_t *raw, struct orc_entry *ret);

#endif
