// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Which unit contains an address: from .debug_aranges (DWARF 5, 6.1.2), and for units that it
 * leaves out (clang and rustc write none) from the ranges of the unit itself. libdw's own
 * dwarf_getaranges() would sort them all, and dwarf_addrdie() ignores units that are left out.
 */
#include <dwarf.h>
#include <string.h>

#include "base/big.h"
#include "base/caps.h"
#include "base/cur.h"
#include "symbolize/lines_internal.h"

#define DWARF64 0xffffffffu

CAP_FITS(CAP_DWARF_RANGES, sizeof(struct lines_range));

/* The array is a talloc child of ctx. */
static int add_range(TALLOC_CTX *ctx, struct lines_ranges *ranges, const struct lines_range *range,
	struct vmt_err *err)
{
	size_t room = talloc_array_length(ranges->items);
	struct lines_range *items = ranges->items;

	if (ranges->n == CAP_DWARF_RANGES)
		return err_set(err, VMT_ERR_LIMIT, "more ranges of code than any kernel has");
	if (ranges->n == room) {
		items = talloc_realloc(ctx, items, struct lines_range, room ? 2 * room : 64);
		if (!items)
			return err_nomem(err);
		ranges->items = items;
	}
	items[ranges->n++] = *range;
	return 0;
}

/* Reads the pairs of address and length, up to the pair of zeros. */
static int parse_set(TALLOC_CTX *ctx, struct cur *c, uint64_t unit, struct lines_ranges *ret,
	struct vmt_err *err)
{
	while (cur_left(c)) {
		struct lines_range range = {.start = cur_u64(c), .unit = unit};
		uint64_t len = cur_u64(c);
		int rc;

		if (!cur_ok(c) || (!range.start && !len))
			break;
		if (!len || __builtin_add_overflow(range.start, len, &range.end))
			continue;
		rc = add_range(ctx, ret, &range, err);
		if (rc)
			return rc;
	}
	return 0;
}

int lines_parse_aranges(
	TALLOC_CTX *ctx, struct cur *c, struct lines_ranges *ret, struct vmt_err *err)
{
	while (cur_left(c)) {
		size_t at = cur_pos(c);
		uint64_t len = cur_u32(c), unit;
		unsigned offset_size = len == DWARF64 ? 8 : 4;
		struct cur set;
		const uint8_t *body;
		unsigned version, address_size, segment_size;
		int rc;

		if (offset_size == 8)
			len = cur_u64(c);
		body = len <= SIZE_MAX ? cur_bytes(c, (size_t)len) : NULL;
		if (!body)
			break;
		set = cur_init(body, (size_t)len, c->big_endian);
		version = cur_u16(&set);
		unit = cur_uint(&set, offset_size);
		address_size = cur_u8(&set);
		segment_size = cur_u8(&set);
		if (version != 2 || address_size != 8 || segment_size)
			continue;
		/*
		 * The first pair is aligned to the size of a pair, relative to the start of the
		 * set.
		 */
		cur_skip(&set, -((size_t)(body - c->start) - at + cur_pos(&set)) % 16);
		rc = parse_set(ctx, &set, unit, ret, err);
		if (rc)
			return rc;
	}
	return 0;
}

static const struct lines_range *find(const struct lines_ranges *ranges, uint64_t addr)
{
	for (size_t i = 0; i < ranges->n; i++)
		if (addr >= ranges->items[i].start && addr < ranges->items[i].end)
			return &ranges->items[i];
	return NULL;
}

/* Sets are in the order of their units, so each search starts where the last one ended. */
static bool is_listed(const struct lines_ranges *ranges, uint64_t unit, size_t *from)
{
	for (size_t k = 0; k < ranges->n; k++) {
		size_t i = (*from + k) % ranges->n;

		if (ranges->items[i].unit != unit)
			continue;
		*from = i;
		return true;
	}
	return false;
}

static int add_unit(struct lines *l, Dwarf_Die *die, uint64_t unit, struct vmt_err *err)
{
	Dwarf_Addr base, start, end;
	ptrdiff_t at = 0;
	int rc = 0;

	while (!rc && (at = dwarf_ranges(die, at, &base, &start, &end)) > 0) {
		struct lines_range range = {start, end, unit};

		if (start < end)
			rc = add_range(l, &l->others, &range, err);
	}
	return rc;
}

static int read_others(struct lines *l, struct vmt_err *err)
{
	Dwarf_Off unit = 0, next;
	size_t header, from = 0;
	Dwarf_Half version;
	int rc = 0;

	l->has_others = true;
	if (l->reloc)
		rc = lines_relocate_rest(l, err);
	while (!rc && dwarf_next_unit(l->dwarf, unit, &next, &header, &version, NULL, NULL, NULL,
			      NULL, NULL) == 0) {
		Dwarf_Die die;

		if (!is_listed(&l->listed, unit, &from) &&
			dwarf_offdie(l->dwarf, unit + header, &die))
			rc = add_unit(l, &die, unit, err);
		unit = next;
	}
	return rc;
}

int lines_read_units(struct lines *l, struct vmt_err *err)
{
	Elf_Data *data = sections_data(l->elf, ".debug_aranges", NULL);
	struct cur c;

	if (!data)
		return 0;
	c = cur_init(data->d_buf, data->d_size, l->big_endian);
	return lines_parse_aranges(l, &c, &l->listed, err);
}

bool lines_unit(struct lines *l, uint64_t addr, uint64_t *ret)
{
	const struct lines_range *range = find(&l->listed, addr);

	if (!range && !l->has_others)
		(void)read_others(l, NULL);
	if (!range)
		range = find(&l->others, addr);
	if (range)
		*ret = range->unit;
	return range;
}

bool lines_unit_die(struct lines *l, uint64_t addr, Dwarf_Die *ret)
{
	uint64_t unit;
	Dwarf_Off next;
	size_t header;
	Dwarf_Half version;

	if (!lines_unit(l, addr, &unit))
		return false;
	if (l->reloc && lines_relocate_unit(l, unit, NULL))
		return false;
	if (dwarf_next_unit(l->dwarf, unit, &next, &header, &version, NULL, NULL, NULL, NULL, NULL))
		return false;
	return dwarf_offdie(l->dwarf, unit + header, ret);
}
