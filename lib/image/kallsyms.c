// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Addresses of kallsyms: a table sorted by address, in four encodings over the years (the rows
 * below). Mirrors kallsyms_sym_address() and get_symbol_pos() of kernel/kallsyms.c.
 */
#include "image/kallsyms.h"

#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "image/kallsyms_table.h"

/* The image is within the reach of a signed 32-bit offset. */
#define IMAGE_REACH (1ull << 31)

/* ---- addresses --------------------------------------------------------------------------- */

/*
 * Per-CPU symbols are near 0. Modulo 2^64 this may be as close, but it is in the other half of all
 * addresses.
 */
static bool in_reach(const struct kallsyms *ks, uint64_t at)
{
	uint64_t top = 1ull << (8 * ks->ptr_size - 1);

	return (at & top) == (ks->stext & top) && at - ks->stext + IMAGE_REACH < 2 * IMAGE_REACH;
}

static uint64_t address_absolute_percpu(const struct kallsyms *ks, uint32_t i, uint64_t raw)
{
	int32_t off = (int32_t)raw;

	(void)i;
	return off >= 0 ? (uint64_t)off : ks->base - 1 - (uint64_t)(int64_t)off;
}

static uint64_t address_base_relative(const struct kallsyms *ks, uint32_t i, uint64_t raw)
{
	(void)i;
	return ks->base + (uint32_t)raw;
}

static uint64_t address_place_relative(const struct kallsyms *ks, uint32_t i, uint64_t raw)
{
	return ks->at.offsets + 4ull * i + (uint64_t)(int64_t)(int32_t)raw;
}

static uint64_t address_absolute(const struct kallsyms *ks, uint32_t i, uint64_t raw)
{
	(void)ks;
	(void)i;
	return raw;
}

static const struct kallsyms_mode modes[] = {
	/* CONFIG_KALLSYMS_ABSOLUTE_PERCPU: 4.6 to 6.14, x86 SMP */
	{true, true, address_absolute_percpu},
	/* CONFIG_KALLSYMS_BASE_RELATIVE: 4.6 to 6.19 */
	{true, true, address_base_relative},
	/* 7.0 and later */
	{true, false, address_place_relative},
	/* up to 4.5; a configuration choice up to 6.10 */
	{false, false, address_absolute},
};

/* Symbols are sorted by address. What lost its bytes has that of the first, or none. */
static bool is_in_order(const struct kallsyms *ks, uint32_t i, uint64_t at)
{
	if (!ks->stext_i || i == ks->stext_i)
		return true;
	if (i < ks->stext_i)
		return at <= ks->stext;
	return at > ks->stext || (at == ks->stext && i - ks->stext_i <= CAP_KALLSYMS_ALIASES);
}

/* The address of symbol i. */
static int address_of(struct kallsyms *ks, uint32_t i, uint64_t *ret, struct vmt_err *err)
{
	bool offsets = ks->mode->needs_offsets;
	unsigned size = offsets ? 4 : ks->ptr_size;
	uint64_t raw, table = offsets ? ks->at.offsets : ks->at.addresses;
	int rc = mem_read_uint(ks->space, table + (uint64_t)size * i, size, &raw, err);

	if (rc)
		return err_prepend(err, rc, "kallsyms addresses");
	*ret = ks->mode->address(ks, i, raw);
	if (ks->ptr_size == 4)
		*ret = (uint32_t)*ret;
	if (!is_in_order(ks, i, *ret))
		return err_set_at(err, VMT_ERR_CORRUPT, table + (uint64_t)size * i,
			"kallsyms addresses: that of symbol %u is out of order", i);
	return 0;
}

/*
 * What a search knows: symbols below low are not above the address, those from high on are.
 */
struct bracket {
	uint32_t low, high;
	uint64_t low_at;  /* of the symbol before low; 0: there is none */
	uint64_t high_at; /* of high; 0: not known */
};

static int look_at(
	struct kallsyms *ks, uint64_t addr, uint32_t i, struct bracket *in, struct vmt_err *err)
{
	uint64_t value = 0;
	int rc = address_of(ks, i, &value, err);

	if (!rc && value <= addr) {
		in->low = i + 1;
		in->low_at = value;
	} else if (!rc) {
		in->high = i;
		in->high_at = value;
	}
	return rc;
}

/* The symbols that were looked at before, nearest to the address. */
static void recall(const struct kallsyms *ks, uint64_t addr, struct bracket *in)
{
	for (size_t i = 0; i < ks->n_met; i++) {
		const struct kallsyms_met *met = &ks->met[i];

		if (met->at <= addr && met->i >= in->low) {
			in->low = met->i + 1;
			in->low_at = met->at;
		} else if (met->at > addr && met->i < in->high) {
			in->high = met->i;
			in->high_at = met->at;
		}
	}
}

/* Addresses of code are spread evenly, so that of a symbol tells where it is in the table. */
static uint32_t guess(const struct kallsyms *ks, uint64_t addr, const struct bracket *in)
{
	/* Per-CPU symbols come first, far from all others. */
	uint64_t low_at = in->low_at && in_reach(ks, in->low_at) ? in->low_at : ks->stext;
	uint64_t n = in->high - in->low;
	uint64_t span = in->high_at - low_at;

	if (!in->high_at || low_at >= in->high_at || addr < low_at || span > IMAGE_REACH)
		return in->low + (uint32_t)(n / 2);
	return in->low + (uint32_t)(n * (addr - low_at) / span);
}

static void meet(struct kallsyms *ks, uint32_t i, uint64_t at)
{
	if (ks->n_met < ARRAY_SIZE(ks->met))
		ks->met[ks->n_met++] = (struct kallsyms_met){i, at};
	if (at >= ks->at.num_syms && in_reach(ks, at) && i < ks->data)
		ks->data = i;
}

/*
 * Each look at another page costs its decompression. So the first and the last symbol in a page
 * are looked at together, and the search goes on by halves where guesses do not help.
 */
static int search_near(struct kallsyms *ks, uint64_t addr, struct bracket *in)
{
	unsigned size = ks->mode->needs_offsets ? 4 : ks->ptr_size;
	uint64_t table = ks->mode->needs_offsets ? ks->at.offsets : ks->at.addresses;
	int rc = 0;

	recall(ks, addr, in);
	for (unsigned tries = 0; !rc && in->low < in->high; tries++) {
		uint32_t i =
			tries % 3 == 2 ? in->low + (in->high - in->low) / 2 : guess(ks, addr, in);
		uint64_t in_page = (table + (uint64_t)size * i) % ks->page / size;
		uint32_t first = i - in->low > in_page ? i - (uint32_t)in_page : in->low;
		uint64_t more = ks->page / size - 1 - in_page;
		uint32_t last = in->high - 1 - i > more ? i + (uint32_t)more : in->high - 1;

		rc = look_at(ks, addr, first, in, NULL);
		if (rc || in->high == first)
			continue;
		meet(ks, first, in->low_at);
		if (in->low <= last)
			rc = look_at(ks, addr, last, in, NULL);
		if (rc || in->high != last)
			continue;
		meet(ks, last, in->high_at);
		while (!rc && in->low < in->high)
			rc = look_at(ks, addr, in->low + (in->high - in->low) / 2, in, NULL);
	}
	return rc;
}

/* The last symbol that is not above addr. VMT_ERR_NOTFOUND if all are. */
static int last_not_above(
	struct kallsyms *ks, uint64_t addr, uint32_t *i, uint64_t *at, struct vmt_err *err)
{
	struct vmt_u64 lost = mem_lost(ks->space);
	struct bracket in = {.high = ks->n};
	int rc = ks->plainly ? VMT_ERR_NODATA : search_near(ks, addr, &in);

	if (rc) {
		mem_set_lost(ks->space, lost);
		in = (struct bracket){.high = ks->n};
		for (rc = 0; !rc && in.low < in.high;)
			rc = look_at(ks, addr, in.low + (in.high - in.low) / 2, &in, err);
	}
	if (rc)
		return rc;
	if (in.low == 0)
		return err_set_at(err, VMT_ERR_NOTFOUND, addr, "the address is below all symbols");
	*i = in.low - 1;
	*at = in.low_at;
	return 0;
}

/* The first of the symbols at this address: the one that the kernel prints. */
static int first_alias(struct kallsyms *ks, uint64_t at, uint32_t *i, struct vmt_err *err)
{
	for (unsigned n = 0; *i > 0; n++) {
		uint64_t value = 0;
		int rc = address_of(ks, *i - 1, &value, err);

		if (rc)
			return rc;
		if (value != at)
			break;
		if (n == CAP_KALLSYMS_ALIASES) {
			ks->capped = true;
			break;
		}
		--*i;
	}
	return 0;
}

/* ---- finding the tables ------------------------------------------------------------------ */

static const struct {
	const char *key;
	size_t member;
} table_keys[] = {
	{"SYMBOL(kallsyms_num_syms)", offsetof(struct kallsyms_where, num_syms)},
	{"SYMBOL(kallsyms_names)", offsetof(struct kallsyms_where, names)},
	{"SYMBOL(kallsyms_token_table)", offsetof(struct kallsyms_where, token_table)},
	{"SYMBOL(kallsyms_token_index)", offsetof(struct kallsyms_where, token_index)},
	{"SYMBOL(kallsyms_offsets)", offsetof(struct kallsyms_where, offsets)},
	{"SYMBOL(kallsyms_relative_base)", offsetof(struct kallsyms_where, relative_base)},
	{"SYMBOL(kallsyms_addresses)", offsetof(struct kallsyms_where, addresses)},
};

static bool tables_of_vmcoreinfo(struct kallsyms *ks, const struct vmcoreinfo *info)
{
	for (size_t i = 0; i < ARRAY_SIZE(table_keys); i++) {
		uint64_t value;

		if (vmcoreinfo_hex(info, table_keys[i].key, &value))
			memcpy((char *)&ks->at + table_keys[i].member, &value, sizeof(value));
	}
	return ks->at.num_syms && ks->at.names && ks->at.token_table && ks->at.token_index &&
	       (ks->at.offsets || ks->at.addresses);
}

static bool mode_fits(const struct kallsyms *ks, const struct kallsyms_mode *mode)
{
	if (!mode->needs_offsets)
		return ks->at.addresses != 0;
	return ks->at.offsets && mode->needs_base == (ks->at.relative_base != 0);
}

/* Checks that one of the symbols at the address of _stext is _stext. */
static int check_stext(struct kallsyms *ks, bool *ok, struct vmt_err *err)
{
	struct kallsym sym;
	uint64_t at = 0;
	uint32_t i = 0, first;
	int rc = last_not_above(ks, ks->stext, &i, &at, err);

	*ok = false;
	if (rc == VMT_ERR_NOTFOUND || (!rc && at != ks->stext))
		return 0;
	if (rc)
		return rc;
	first = i;
	rc = first_alias(ks, at, &first, err);
	for (; !rc && !*ok && first <= i; first++) {
		rc = kallsyms_name(ks, first, &sym, err);
		*ok = !rc && strcmp(sym.name, "_stext") == 0;
		if (*ok)
			ks->stext_i = first;
	}
	return rc;
}

static int choose_mode(struct kallsyms *ks, struct vmt_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		bool ok;
		int rc;

		if (!mode_fits(ks, &modes[i]))
			continue;
		ks->mode = &modes[i];
		ks->n_met = 0;
		ks->stext_i = 0;
		ks->data = ks->n / 2;
		rc = check_stext(ks, &ok, err);
		if (rc)
			return rc;
		if (ok)
			return 0;
	}
	return err_set_at(err, VMT_ERR_CORRUPT, ks->stext, "_stext is not where VMCOREINFO says");
}

static int open_tables(struct kallsyms *ks, const struct vmcoreinfo *info, struct vmt_err *err)
{
	int rc = 0;

	if (!vmcoreinfo_hex(info, "SYMBOL(_stext)", &ks->stext))
		return err_set(err, VMT_ERR_NODATA, "VMCOREINFO does not say where _stext is");
	if (tables_of_vmcoreinfo(ks, info))
		rc = kallsyms_read_count(ks, err);
	else
		rc = kallsyms_scan(ks, info, err);
	if (!rc && !ks->tokens)
		rc = kallsyms_read_tokens(ks, err);
	if (!rc && ks->at.relative_base)
		rc = mem_read_ptr(ks->space, ks->at.relative_base, &ks->base, err);
	if (!rc && !ks->own_markers)
		rc = kallsyms_find_markers(ks, err);
	if (!rc)
		rc = choose_mode(ks, err);
	return rc;
}

int kallsyms_open(TALLOC_CTX *ctx, struct mem_space *space, const struct vmcoreinfo *info,
	struct kallsyms **ret, struct vmt_err *err)
{
	struct kallsyms *ks;
	int rc;

	if (!info)
		return err_set(err, VMT_ERR_NODATA, "kallsyms needs VMCOREINFO");
	ks = talloc_zero(ctx, struct kallsyms);
	if (!ks)
		return err_nomem(err);
	ks->space = space;
	ks->ptr_size = mem_space_ptr_size(space);
	ks->page = mem_space_unit(space);
	if (ks->page < KALLSYMS_CHUNK)
		ks->page = KALLSYMS_CHUNK;
	rc = open_tables(ks, info, err);
	if (rc) {
		talloc_free(ks);
		return err_prepend(err, rc, "kallsyms");
	}
	*ret = ks;
	return 0;
}

/* ---- lookups ----------------------------------------------------------------------------- */

bool kallsyms_is_capped(const struct kallsyms *ks)
{
	return ks->capped;
}

/* The address of the next symbol with a different address. 0: there is none. */
static int next_address(
	struct kallsyms *ks, uint32_t i, uint64_t at, uint64_t *ret, struct vmt_err *err)
{
	*ret = 0;
	for (unsigned n = 0; ++i < ks->n; n++) {
		uint64_t value = 0;
		int rc = address_of(ks, i, &value, err);

		if (rc)
			return rc;
		if (value > at) {
			*ret = value;
			return 0;
		}
		if (n == CAP_KALLSYMS_ALIASES) {
			ks->capped = true;
			break;
		}
	}
	return 0;
}

static int own_at(struct kallsyms *ks, uint64_t addr, struct kallsym *ret, struct vmt_err *err)
{
	uint64_t at = 0, next = 0;
	uint32_t i = 0;
	int rc = last_not_above(ks, addr, &i, &at, err);

	if (!rc)
		rc = next_address(ks, i, at, &next, err);
	if (rc)
		return rc;
	/* The image has ended after the last symbol. */
	if (!in_reach(ks, at) || (!next && at != addr))
		return err_set_at(err, VMT_ERR_NOTFOUND, addr, "no symbol at 0x%llx",
			(unsigned long long)addr);
	rc = first_alias(ks, at, &i, err);
	if (!rc)
		rc = kallsyms_name(ks, i, ret, err);
	ret->addr = at;
	ret->size = next ? next - at : 0;
	return rc;
}

int kallsyms_at(struct kallsyms *ks, uint64_t addr, struct kallsym *ret, struct vmt_err *err)
{
	int rc = own_at(ks, addr, ret, err);
	struct kallsym other;

	if (ks->more.at && ks->more.at(ks->more.priv, addr, &other) &&
		(rc || other.addr > ret->addr)) {
		*ret = other;
		return 0;
	}
	return rc;
}

void kallsyms_add(struct kallsyms *ks, const struct kallsyms_more *more)
{
	ks->more = *more;
}

void kallsyms_search_plainly(struct kallsyms *ks)
{
	uint64_t at;
	uint32_t i;

	ks->plainly = true;
	last_not_above(ks, ks->stext, &i, &at, NULL); /* which opening the tables has looked up */
}

bool kallsyms_may_begin(struct kallsyms *ks, uint64_t addr)
{
	struct vmt_u64 lost = mem_lost(ks->space);
	uint64_t at = 0;
	uint32_t i;
	int rc = in_reach(ks, addr) ? last_not_above(ks, addr, &i, &at, NULL) : VMT_ERR_NOTFOUND;

	mem_set_lost(ks->space, lost);
	if (ks->plainly)
		return true;
	return rc ? rc != VMT_ERR_NOTFOUND : at == addr;
}

bool kallsyms_rank(struct kallsyms *ks, uint64_t addr, uint32_t *ret)
{
	struct vmt_u64 lost = mem_lost(ks->space);
	uint64_t at;
	int rc = last_not_above(ks, addr, ret, &at, NULL);

	mem_set_lost(ks->space, lost);
	return rc == 0;
}

int kallsyms_find(struct kallsyms *ks, const char *name, uint64_t *ret, struct vmt_err *err)
{
	uint32_t i;
	int rc;

	if (strcmp(name, "_stext") == 0) { /* it was checked that the symbol is there */
		*ret = ks->stext;
		return 0;
	}
	rc = kallsyms_has_sorted(ks) ? kallsyms_find_sorted(ks, name, &i, err)
				     : kallsyms_find_indexed(ks, name, &i, err);

	if (rc == VMT_ERR_NOTFOUND && ks->more.find && ks->more.find(ks->more.priv, name, ret))
		return 0;
	if (!rc)
		rc = address_of(ks, i, ret, err);
	if (!rc)
		meet(ks, i, *ret);
	return rc;
}

bool kallsyms_is_only(struct kallsyms *ks, const char *name)
{
	return kallsyms_has_sorted(ks) ? kallsyms_is_only_sorted(ks, name)
				       : kallsyms_is_only_indexed(ks, name);
}
