// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * struct orc_entry of arch/x86/include/asm/orc_types.h: two offsets of 16 bits, then bit fields: 4
 * bits for each register, a type, flags. The fields moved in 6.3 and 6.4, and the registers were
 * renumbered in 7.1. Distributions backported the new forms to older kernels, some without the
 * header that identifies the format (6.3 and later).
 */
#include "stack/orc_entry.h"

#include <string.h>

#include "base/array.h"
#include "base/cur.h"

struct orc_format {
	uint8_t hash[4];	    /* the first bytes of .orc_header; 0: older than the header */
	const enum orc_reg *regs;   /* 16 */
	const enum orc_kind *kinds; /* 8 */
	uint8_t kind_mask;
	uint16_t end_bit, signal_bit; /* 0: implied by the kind */
};

static const enum orc_reg regs_first[16] = {
	ORC_UNDEFINED,
	ORC_PREV_SP,
	ORC_DX,
	ORC_DI,
	ORC_BP,
	ORC_SP,
	ORC_R10,
	ORC_R13,
	ORC_BP_INDIRECT,
	ORC_SP_INDIRECT,
	ORC_BAD_REG,
	ORC_BAD_REG,
	ORC_BAD_REG,
	ORC_BAD_REG,
	ORC_BAD_REG,
	ORC_BAD_REG,
};

static const enum orc_reg regs_renumbered[16] = {
	ORC_UNDEFINED,
	ORC_AX,
	ORC_DX,
	ORC_SP,
	ORC_BP,
	ORC_DI,
	ORC_R10,
	ORC_R13,
	ORC_PREV_SP,
	ORC_SP_INDIRECT,
	ORC_BP_INDIRECT,
	ORC_BAD_REG,
	ORC_BAD_REG,
	ORC_BAD_REG,
	ORC_BAD_REG,
	ORC_BAD_REG,
};

/*
 * The end of a stack has a bit of its own; an undefined stack pointer without it means "not known".
 */
static const enum orc_kind kinds_first[8] = {
	ORC_CALL,
	ORC_REGS,
	ORC_REGS_PARTIAL,
	ORC_BAD_KIND,
};

static const enum orc_kind kinds_explicit[8] = {
	ORC_NO_INFO,
	ORC_END,
	ORC_CALL,
	ORC_REGS,
	ORC_REGS_PARTIAL,
	ORC_BAD_KIND,
	ORC_BAD_KIND,
	ORC_BAD_KIND,
};

static const struct orc_format formats[] = {
	/* 4.14 (where no entry has the end bit) to 6.2 */
	{{0}, regs_first, kinds_first, 3, 1u << 10, 0},
	/* 6.3 */
	{{0xdb, 0x84, 0xae, 0xd4}, regs_first, kinds_first, 3, 1u << 11, 1u << 10},
	/* 6.4 to 7.0; RHEL 9's 5.14 */
	{{0xfe, 0x5d, 0x32, 0xbf}, regs_first, kinds_explicit, 7, 0, 1u << 11},
	/* 7.1 and later */
	{{0x13, 0x7c, 0x36, 0xad}, regs_renumbered, kinds_explicit, 7, 0, 1u << 11},
};

enum { FORMAT_1, FORMAT_2, FORMAT_3, FORMAT_4 };

const struct orc_format *orc_format_of_hash(const uint8_t *hash, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats) && n >= 4; i++)
		if (formats[i].hash[0] && memcmp(formats[i].hash, hash, 4) == 0)
			return &formats[i];
	return NULL;
}

static uint16_t flags_of(const uint8_t *entry)
{
	return (uint16_t)cur_load_little(entry + 4, 2);
}

/*
 * In any table, most entries are of calls and relative to the stack pointer. That is kind 0 and
 * register 5 in the first two formats, kind 2 and register 5 in the third, kind 2 and register 3 in
 * the last.
 */
const struct orc_format *orc_format_of_entries(
	const uint8_t *entries, size_t n, const uint8_t *end_entry)
{
	size_t calls_first = 0, calls_third = 0, calls_fourth = 0, total = n / ORC_ENTRY_SIZE;

	for (size_t i = 0; i < total; i++) {
		uint16_t flags = flags_of(entries + i * ORC_ENTRY_SIZE);
		unsigned reg = flags & 15, kind = flags >> 8 & 7;

		calls_first += (reg == 5 || reg == 4) && (kind & 3) == 0;
		calls_third += reg == 5 && kind == 2;
		calls_fourth += reg == 3 && kind == 2;
	}
	if (calls_third > total / 2)
		return &formats[FORMAT_3];
	if (calls_fourth > total / 2)
		return &formats[FORMAT_4];
	if (calls_first <= total / 2)
		return NULL;
	if (end_entry && flags_of(end_entry) & formats[FORMAT_2].end_bit)
		return &formats[FORMAT_2];
	return &formats[FORMAT_1];
}

void orc_entry_decode(const struct orc_format *f, const uint8_t *raw, struct orc_entry *ret)
{
	uint16_t flags = flags_of(raw);

	ret->sp_offset = (int16_t)cur_load_little(raw, 2);
	ret->bp_offset = (int16_t)cur_load_little(raw + 2, 2);
	ret->sp_reg = f->regs[flags & 15];
	ret->bp_reg = f->regs[flags >> 4 & 15];
	ret->kind = f->kinds[flags >> 8 & f->kind_mask];
	if (f->end_bit && ret->sp_reg == ORC_UNDEFINED)
		ret->kind = flags & f->end_bit ? ORC_END : ORC_NO_INFO;
	/* In the first format, the kind implies it. */
	ret->signal = f->signal_bit ? (flags & f->signal_bit) != 0
				    : ret->kind == ORC_REGS || ret->kind == ORC_REGS_PARTIAL;
}
