// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbolize/types_dwarf.h"

#include <dwarf.h>
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "symbolize/lines_internal.h"

#define MAX_HOPS 32    /* typedefs and qualifiers on the way to a type: real chains have five */
#define MAX_NESTING 16 /* structs within each other */

struct types_dwarf {
	struct lines *lines;
	struct types_dwarf_place place;
	Dwarf_Die unit; /* of the last function */
	bool has_unit;
	unsigned allowed; /* how many more entries may be examined */
};

/* ---- types ------------------------------------------------------------------------------- */

static bool open_type(const struct types_dwarf *td, uint64_t type, Dwarf_Die *ret)
{
	return type && dwarf_offdie(td->lines->dwarf, type, ret);
}

/* False: void, or a type in a file that dwz made, whose offsets mean something else. */
static bool type_of(const struct types_dwarf *td, Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attr;

	return dwarf_attr_integrate(die, DW_AT_type, &attr) && dwarf_formref_die(&attr, ret) &&
	       dwarf_cu_getdwarf(ret->cu) == td->lines->dwarf;
}

static bool leads_on(int tag)
{
	return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

/* Strips typedefs and qualifiers. False: nothing is left, which is void. */
static bool strip(const struct types_dwarf *td, Dwarf_Die *die)
{
	for (unsigned hops = 0; hops < MAX_HOPS; hops++)
		if (!leads_on(dwarf_tag(die)))
			return true;
		else if (!type_of(td, die, die))
			return false;
	return false;
}

static bool number(Dwarf_Die *die, unsigned attribute, uint64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	if (!dwarf_attr_integrate(die, attribute, &attr) || dwarf_formudata(&attr, &value))
		return false;
	*ret = value;
	return true;
}

static bool die_size(Dwarf_Die *type, uint64_t *ret)
{
	Dwarf_Word bytes;

	if (dwarf_aggregate_size(type, &bytes))
		return false;
	*ret = bytes;
	return true;
}

static bool pointee(void *priv, uint64_t type, uint64_t *ret)
{
	struct types_dwarf *td = priv;
	Dwarf_Die die;

	if (!open_type(td, type, &die) || !strip(td, &die) ||
		dwarf_tag(&die) != DW_TAG_pointer_type)
		return false;
	*ret = type_of(td, &die, &die) && strip(td, &die) ? dwarf_dieoffset(&die) : 0;
	return true;
}

static bool size_of(void *priv, uint64_t type, uint64_t *ret)
{
	Dwarf_Die die;

	return open_type(priv, type, &die) && die_size(&die, ret);
}

static const char *word_of(int tag)
{
	return tag == DW_TAG_structure_type	? "struct "
	       : tag == DW_TAG_union_type	? "union "
	       : tag == DW_TAG_enumeration_type ? "enum "
						: "";
}

/* What a type is made of, for its text. */
struct wording {
	const char *alias; /* the first typedef on the way */
	unsigned stars;
	bool is_void;
	Dwarf_Die last; /* what is pointed to, unless is_void */
};

/* False: it has too many parts. */
static bool word(const struct types_dwarf *td, struct wording *w)
{
	for (unsigned hops = 0; hops < MAX_HOPS; hops++) {
		int tag = dwarf_tag(&w->last);

		if (tag == DW_TAG_typedef && !w->alias)
			w->alias = dwarf_diename(&w->last);
		if (tag == DW_TAG_pointer_type && !w->alias)
			w->stars++;
		else if (!leads_on(tag)) /* of a pointer with an alias, that is enough */
			return true;
		w->is_void = !type_of(td, &w->last, &w->last);
		if (w->is_void)
			return true;
	}
	return false;
}

/* As BTF's: an alias is preferred, but not to the name of a struct. */
static void text(void *priv, uint64_t type, char *buf, size_t size)
{
	struct wording w = {.is_void = !type};
	const char *name, *kind;
	int tag;

	*buf = 0;
	if (type && (!open_type(priv, type, &w.last) || !word(priv, &w)))
		return;
	tag = w.is_void ? 0 : dwarf_tag(&w.last);
	kind = word_of(tag);
	name = w.is_void ? "void" : dwarf_diename(&w.last);
	if (w.alias && !w.is_void &&
		(!name || (tag != DW_TAG_structure_type && tag != DW_TAG_union_type))) {
		name = w.alias;
		kind = "";
	}
	if (name)
		snprintf(buf, size, "%s%s%.*s", kind, name,
			w.stars ? (int)(w.stars < 3 ? w.stars : 3) + 1 : 0, " ***");
}

/* ---- the member at a place --------------------------------------------------------------- */

struct search {
	struct types_dwarf *td;
	unsigned size, nesting;
	bool ambiguous;
	struct types_member *spot;
};

/* A member, or its bits. */
struct slot {
	Dwarf_Die die, type;
	uint64_t start, size; /* bytes */
	bool is_bits;
};

static bool descend(struct search *s, Dwarf_Die *type, uint64_t offset);

static bool spend(struct types_dwarf *td)
{
	if (td->allowed)
		td->allowed--;
	return td->allowed != 0;
}

static void append(struct search *s, const char *name, uint64_t index)
{
	char *path = s->spot->path;
	size_t len = strlen(path);

	if (name)
		snprintf(path + len, sizeof(s->spot->path) - len, "%s%s", len ? "." : "", name);
	else
		snprintf(path + len, sizeof(s->spot->path) - len, "[%llu]",
			(unsigned long long)index);
}

/* Before DWARF 4, bit fields were in a storage unit that has a place of its own. */
static bool read_slot(const struct types_dwarf *td, Dwarf_Die *die, struct slot *ret)
{
	uint64_t bits = 0, bit_size = 0, storage;

	ret->die = *die;
	ret->start = 0;
	if (dwarf_tag(die) != DW_TAG_member || !type_of(td, die, &ret->type) ||
		(dwarf_hasattr(die, DW_AT_data_member_location) &&
			!number(die, DW_AT_data_member_location, &ret->start)))
		return false;
	ret->is_bits = number(die, DW_AT_bit_size, &bit_size);
	if (!ret->is_bits)
		return die_size(&ret->type, &ret->size);
	if (number(die, DW_AT_data_bit_offset, &bits)) {
		ret->start = bits / 8;
		ret->size = (bits % 8 + bit_size + 7) / 8;
		return true;
	}
	if (!number(die, DW_AT_byte_size, &storage) && !die_size(&ret->type, &storage))
		return false;
	ret->size = storage;
	return true;
}

static bool covers(const struct slot *m, uint64_t offset)
{
	return offset >= m->start && offset - m->start < m->size;
}

/* The one member of a struct that has the byte. */
static bool in_struct(struct search *s, Dwarf_Die *type, uint64_t offset)
{
	struct slot m, found = {.start = 0};
	unsigned n = 0;
	Dwarf_Die die;

	if (dwarf_child(type, &die))
		return false;
	do {
		if (!spend(s->td))
			return false;
		if (!read_slot(s->td, &die, &m) || !covers(&m, offset))
			continue;
		n++;
		found = m;
	} while (dwarf_siblingof(&die, &die) == 0);
	if (n != 1)
		return false;
	if (dwarf_diename(&found.die))
		append(s, dwarf_diename(&found.die), 0);
	s->spot->offset += found.start;
	if (!found.is_bits)
		return descend(s, &found.type, offset - found.start);
	s->spot->type = dwarf_dieoffset(&found.type);
	s->spot->exact = false;
	return true;
}

/* The one alternative that fits the access exactly. */
static bool in_union(struct search *s, Dwarf_Die *type, uint64_t offset)
{
	const struct types_member before = *s->spot;
	struct types_member found = before;
	unsigned n = 0;
	struct slot m;
	Dwarf_Die die;

	if (dwarf_child(type, &die))
		return false;
	do {
		*s->spot = before;
		if (!spend(s->td))
			return false;
		if (!read_slot(s->td, &die, &m) || !covers(&m, offset))
			continue;
		if (m.is_bits)
			return false;
		if (dwarf_diename(&m.die))
			append(s, dwarf_diename(&m.die), 0);
		s->spot->offset += m.start;
		if (!descend(s, &m.type, offset - m.start) || !s->spot->exact)
			continue;
		n++;
		found = *s->spot;
	} while (dwarf_siblingof(&die, &die) == 0);
	s->ambiguous |= n > 1;
	*s->spot = n == 1 ? found : before;
	return n == 1 && !s->ambiguous;
}

static uint64_t count_of(Dwarf_Die *range)
{
	uint64_t count;

	if (number(range, DW_AT_count, &count))
		return count;
	return number(range, DW_AT_upper_bound, &count) ? count + 1 : 0;
}

/* All dimensions of an array are in one entry. */
static bool in_array(struct search *s, Dwarf_Die *type, uint64_t offset)
{
	uint64_t counts[8], size, all = 1;
	Dwarf_Die element, range;
	unsigned n = 0;

	if (!type_of(s->td, type, &element) || !die_size(&element, &size) || !size ||
		dwarf_child(type, &range))
		return false;
	do {
		if (dwarf_tag(&range) != DW_TAG_subrange_type)
			continue;
		if (n == ARRAY_SIZE(counts))
			return false;
		counts[n] = count_of(&range);
		if (!counts[n]) /* flexible */
			return false;
		if (__builtin_mul_overflow(all, counts[n++], &all))
			return false;
	} while (dwarf_siblingof(&range, &range) == 0);
	if (offset / size >= all)
		return false;
	for (unsigned i = 0; i < n; i++) {
		all /= counts[i];
		append(s, NULL, offset / size / all % counts[i]);
	}
	s->spot->offset += offset - offset % size;
	return descend(s, &element, offset % size);
}

static bool in_scalar(struct search *s, Dwarf_Die *as_named, uint64_t offset)
{
	uint64_t size;

	if (!die_size(as_named, &size) || offset + s->size > size)
		return false;
	s->spot->type = dwarf_dieoffset(as_named);
	s->spot->exact = offset == 0 && s->size == size;
	return true;
}

static bool descend(struct search *s, Dwarf_Die *type, uint64_t offset)
{
	Dwarf_Die plain = *type;
	bool ok = false;

	if (s->nesting >= MAX_NESTING || !strip(s->td, &plain) ||
		dwarf_hasattr(&plain, DW_AT_declaration))
		return false;
	s->nesting++;
	switch (dwarf_tag(&plain)) {
	case DW_TAG_structure_type:
		ok = in_struct(s, &plain, offset);
		break;
	case DW_TAG_union_type:
		ok = in_union(s, &plain, offset);
		break;
	case DW_TAG_array_type:
		ok = in_array(s, &plain, offset);
		break;
	case DW_TAG_base_type:
	case DW_TAG_pointer_type:
	case DW_TAG_enumeration_type:
		ok = in_scalar(s, type, offset);
		break;
	default:
		break;
	}
	s->nesting--;
	return ok;
}

static bool member(
	void *priv, uint64_t type, uint64_t offset, unsigned size, struct types_member *ret)
{
	struct search s = {.td = priv, .size = size, .spot = ret};
	Dwarf_Die die;

	memset(ret, 0, sizeof(*ret));
	return open_type(priv, type, &die) && descend(&s, &die, offset);
}

/* ---- variables --------------------------------------------------------------------------- */

struct holders {
	const struct types_dwarf *td;
	uint64_t addr;
	unsigned reg; /* DWARF's number */
	struct types_held *items;
	unsigned n, room;
};

static unsigned dwarf_number(const struct types_dwarf *td, uint8_t reg)
{
	static const uint8_t x86[] = {0, 2, 1, 3, 7, 6, 4, 5};
	GElf_Ehdr header = {.e_machine = EM_NONE};

	if (!gelf_getehdr(td->lines->elf, &header) || header.e_machine == EM_AARCH64)
		return reg;
	return reg < ARRAY_SIZE(x86) ? x86[reg] : reg;
}

/* In the register itself, or a sum of it and a number. */
static bool is_held(const struct holders *h, Dwarf_Die *variable, int64_t *offset)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t n;

	if (!dwarf_attr_integrate(variable, DW_AT_location, &attr) ||
		dwarf_getlocation_addr(&attr, h->addr, &ops, &n, 1) != 1)
		return false;
	*offset = 0;
	if (n == 1)
		return ops[0].atom == DW_OP_reg0 + h->reg;
	*offset = (int64_t)-ops[0].number;
	return n == 2 && ops[0].atom == DW_OP_breg0 + h->reg && ops[1].atom == DW_OP_stack_value;
}

static void add_held(struct holders *h, Dwarf_Die *scope)
{
	Dwarf_Die die, type;
	int64_t offset;

	if (dwarf_child(scope, &die))
		return;
	do {
		int tag = dwarf_tag(&die);
		const char *name;

		if ((tag != DW_TAG_formal_parameter && tag != DW_TAG_variable) || h->n == h->room ||
			!is_held(h, &die, &offset))
			continue;
		name = dwarf_diename(&die);
		if (name && type_of(h->td, &die, &type))
			h->items[h->n++] =
				(struct types_held){name, dwarf_dieoffset(&type), offset};
	} while (dwarf_siblingof(&die, &die) == 0);
}

static unsigned held(void *priv, uint64_t addr, uint8_t reg, struct types_held *ret, unsigned n)
{
	struct types_dwarf *td = priv;
	struct holders h = {.td = td, .reg = dwarf_number(td, reg), .items = ret, .room = n};
	struct lines_scopes scopes;

	if (!td->place.to_file(td->place.arg, addr, &h.addr) ||
		lines_relocate_locations(td->lines, NULL) ||
		!lines_scopes_at(td->lines, h.addr, &scopes))
		return 0;
	while (scopes.n)
		add_held(&h, &scopes.dies[--scopes.n]);
	return h.n;
}

/* ---- functions --------------------------------------------------------------------------- */

/* DWARF's numbers of the registers with arguments. */
static const uint8_t x86_args[] = {5, 4, 1, 2, 8, 9}, arm_args[] = {0, 1, 2, 3, 4, 5, 6, 7};

/* Which of them has the parameter when the function begins; TYPES_NO_REG: none. */
static uint8_t reg_at_entry(const struct types_dwarf *td, Dwarf_Die *param, uint64_t addr)
{
	GElf_Ehdr header = {.e_machine = EM_NONE};
	bool arm = gelf_getehdr(td->lines->elf, &header) && header.e_machine == EM_AARCH64;
	const uint8_t *args = arm ? arm_args : x86_args;
	size_t n_args = arm ? ARRAY_SIZE(arm_args) : ARRAY_SIZE(x86_args), n;
	Dwarf_Attribute attr;
	Dwarf_Op *ops;

	if ((!arm && header.e_machine != EM_X86_64) ||
		!dwarf_attr_integrate(param, DW_AT_location, &attr) ||
		dwarf_getlocation_addr(&attr, addr, &ops, &n, 1) != 1 || n != 1)
		return TYPES_NO_REG;
	for (size_t i = 0; i < n_args; i++)
		if (ops[0].atom == DW_OP_reg0 + args[i])
			return (uint8_t)i;
	return TYPES_NO_REG;
}

/* Larger ones need two registers, and are named after the first. */
static bool fits_register(const struct types_dwarf *td, Dwarf_Die type)
{
	uint64_t size;

	if (!die_size(&type, &size) || size > 8 || !strip(td, &type))
		return false;
	return dwarf_tag(&type) == DW_TAG_pointer_type || dwarf_tag(&type) == DW_TAG_base_type ||
	       dwarf_tag(&type) == DW_TAG_enumeration_type;
}

static void take_param(
	const struct types_dwarf *td, Dwarf_Die *die, uint64_t addr, struct types_param *ret)
{
	const char *name = dwarf_diename(die);
	Dwarf_Die type;

	*ret = (struct types_param){.reg = TYPES_NO_REG};
	if (!type_of(td, die, &type))
		return;
	snprintf(ret->name, sizeof(ret->name), "%s", name ? name : "");
	ret->type = dwarf_dieoffset(&type);
	if (addr && fits_register(td, type))
		ret->reg = reg_at_entry(td, die, addr);
}

/* addr 0: a declaration. */
static void take_function(
	const struct types_dwarf *td, Dwarf_Die *die, uint64_t addr, struct types_function *ret)
{
	Dwarf_Die type;

	ret->result = type_of(td, die, &type) ? dwarf_dieoffset(&type) : 0;
	if (dwarf_child(die, &type))
		return;
	do
		if (dwarf_tag(&type) == DW_TAG_formal_parameter && ret->n_params < TYPES_PARAMS_MAX)
			take_param(td, &type, addr, &ret->params[ret->n_params++]);
	while (dwarf_siblingof(&type, &type) == 0);
}

/* Of several parts, compilers list the one with the entry first: a cold part comes later. */
static bool is_entry(Dwarf_Die *function, uint64_t addr)
{
	Dwarf_Addr base, start, end, low;

	if (dwarf_entrypc(function, &low) == 0)
		return low == addr;
	return dwarf_ranges(function, 0, &base, &start, &end) > 0 && start == addr;
}

/* A function that begins there. */
static bool find_function(struct types_dwarf *td, uint64_t addr, Dwarf_Die *ret)
{
	struct lines_scopes scopes;

	if (lines_relocate_locations(td->lines, NULL) ||
		!lines_scopes_at(td->lines, addr, &scopes) || !scopes.n)
		return false;
	*ret = scopes.dies[0];
	if (!is_entry(ret, addr))
		return false;
	td->has_unit = dwarf_diecu(ret, &td->unit, NULL, NULL);
	return true;
}

/* One of another file, which the unit only declares. */
static bool find_declared(struct types_dwarf *td, const char *name, Dwarf_Die *ret)
{
	if (!td->has_unit || dwarf_child(&td->unit, ret))
		return false;
	do {
		const char *own;

		if (!spend(td))
			return false;
		own = dwarf_tag(ret) == DW_TAG_subprogram ? dwarf_diename(ret) : NULL;
		if (own && strcmp(own, name) == 0 && dwarf_hasattr(ret, DW_AT_external))
			return true;
	} while (dwarf_siblingof(ret, ret) == 0);
	return false;
}

static bool function(void *priv, const char *name, uint64_t addr, struct types_function *ret)
{
	struct types_dwarf *td = priv;
	uint64_t at = 0;
	Dwarf_Die die;

	memset(ret, 0, sizeof(*ret));
	if (td->place.to_file(td->place.arg, addr, &at)) {
		if (!find_function(td, at, &die))
			return false;
	} else if (!name || !find_declared(td, name, &die)) {
		return false;
	}
	take_function(td, &die, at, ret);
	return true;
}

int types_dwarf_new(TALLOC_CTX *ctx, struct lines *l, const struct types_dwarf_place *place,
	struct types_dwarf **ret, struct vmt_err *err)
{
	struct types_dwarf *td = talloc_zero(ctx, struct types_dwarf);

	if (!td)
		return err_nomem(err);
	td->lines = l;
	td->place = *place;
	td->allowed = CAP_BTF_WALK;
	*ret = td;
	return 0;
}

struct types types_of_dwarf(struct types_dwarf *td)
{
	return (struct types){.priv = td,
		.words = "By the types in the debuginfo",
		.by_address = true,
		.function = function,
		.pointee = pointee,
		.member = member,
		.size = size_of,
		.held = held,
		.text = text};
}
