/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One ORC entry, in any of the formats that kernels have used. */
#ifndef VMT_STACK_ORC_ENTRY_H
#define VMT_STACK_ORC_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ORC_ENTRY_SIZE 6
#define ORC_HASH_SIZE 20

/* What a stack pointer or frame pointer is relative to. */
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

/* What is at the stack pointer that the entry gives. */
enum orc_kind {
	ORC_NO_INFO,	  /* it is not known how to go on */
	ORC_END,	  /* the outermost frame */
	ORC_CALL,	  /* below it: a return address */
	ORC_REGS,	  /* a complete pt_regs */
	ORC_REGS_PARTIAL, /* the part of it that the CPU pushes */
	ORC_BAD_KIND,
};

struct orc_entry {
	int16_t sp_offset, bp_offset;
	enum orc_reg sp_reg, bp_reg;
	enum orc_kind kind;
	bool signal; /* the caller's ip is where it was interrupted, not a return address */
};

struct orc_format;

/*
 * By the hash of the format's definition, which kernels since 6.3 contain; NULL: a format that is
 * not known here.
 */
const struct orc_format *orc_format_of_hash(const uint8_t *hash, size_t n);

/*
 * By what entries of a table look like (n bytes of them); NULL: not clear. The first two formats
 * differ only in rare entries: end_entry, one that marks the end of a stack, distinguishes them.
 */
const struct orc_format *orc_format_of_entries(
	const uint8_t *entries, size_t n, const uint8_t *end_entry);

/*
 * raw has ORC_ENTRY_SIZE bytes. Never fails: what the format does not define becomes a BAD value.
 */
void orc_entry_decode(const struct orc_format *f, const uint8_t *raw, struct orc_entry *ret);

#endif
