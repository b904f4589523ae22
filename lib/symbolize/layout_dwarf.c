// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Each unit has its own copy of the types that it uses; the first complete one of a name is taken.
 * The first units of a kernel (init/main.c) have most of what there is: task_struct, module.
 */
#include "symbolize/layout_dwarf.h"

#include <dwarf.h>
#include <string.h>

#include "base/big.h"
#include "base/caps.h"
#include "base/name_index.h"

#define MAX_HOPS 32   /* const volatile typedef typedef ...: real chains have five */
#define MAX_NESTING 8 /* anonymous structs within each other: real ones go to four */

CAP_FITS(CAP_DWARF_TYPES, sizeof(Dwarf_Off));
static_assert(CAP_DWARF_TYPES <= NAME_INDEX_MOST, "the names of all types can be indexed");

struct layout_dwarf {
	Dwarf *dwarf;
	Dwarf_Off next; /* the next unit to read */
	bool ended;
	struct name_index *index; /* name -> index into types */
	Dwarf_Off *types;	  /* complete structs and unions */
	uint32_t n_types;
};

int layout_dwarf_new(TALLOC_CTX *ctx, Dwarf *dwarf, struct layout_dwarf **ret, struct vmt_err *err)
{
	struct layout_dwarf *ld = talloc_zero(ctx, struct layout_dwarf);
	int rc = ld ? name_index_new(ld, 0, &ld->index, err) : err_nomem(err);

	if (rc) {
		talloc_free(ld);
		return rc;
	}
	ld->dwarf = dwarf;
	*ret = ld;
	return 0;
}

/* ---- finding types ----------------------------------------------------------------------- */

static uint32_t hash_of(const char *name)
{
	return name_hash_of_sum(name_hash_sum(0, name, strlen(name)));
}

static bool find_known(const struct layout_dwarf *ld, const char *name, Dwarf_Die *ret)
{
	uint32_t cursor = 0, i;

	while (name_index_next(ld->index, hash_of(name), &cursor, &i)) {
		const char *own =
			dwarf_offdie(ld->dwarf, ld->types[i], ret) ? dwarf_diename(ret) : NULL;

		if (own && strcmp(own, name) == 0)
			return true;
	}
	return false;
}

static int add_type(struct layout_dwarf *ld, Dwarf_Die *die, struct vmt_err *err)
{
	const char *name = dwarf_diename(die);
	Dwarf_Die known;

	if (!name || dwarf_hasattr(die, DW_AT_declaration) || find_known(ld, name, &known))
		return 0;
	if (ld->n_types == CAP_DWARF_TYPES)
		return err_set(err, VMT_ERR_LIMIT, "more types than any kernel has");
	if (ld->n_types == talloc_array_length(ld->types)) {
		size_t room = ld->n_types ? 2 * (size_t)ld->n_types : 4096;
		Dwarf_Off *types = talloc_realloc(ld, ld->types, Dwarf_Off, room);

		if (!types)
			return err_nomem(err);
		ld->types = types;
	}
	ld->types[ld->n_types] = dwarf_dieoffset(die);
	return name_index_add(ld->index, hash_of(name), ld->n_types++, err);
}

static int read_unit(struct layout_dwarf *ld, struct vmt_err *err)
{
	Dwarf_Off unit = ld->next;
	Dwarf_Die die;
	size_t header;
	int rc = 0;

	if (dwarf_nextcu(ld->dwarf, unit, &ld->next, &header, NULL, NULL, NULL)) {
		ld->ended = true;
		return 0;
	}
	if (!dwarf_offdie(ld->dwarf, unit + header, &die) || dwarf_child(&die, &die))
		return 0;
	do {
		int tag = dwarf_tag(&die);

		if (tag == DW_TAG_structure_type || tag == DW_TAG_union_type)
			rc = add_type(ld, &die, err);
	} while (!rc && dwarf_siblingof(&die, &die) == 0);
	return rc;
}

static int find_type(struct layout_dwarf *ld, const char *name, Dwarf_Die *ret, struct vmt_err *err)
{
	while (!find_known(ld, name, ret)) {
		int rc = ld->ended ? err_set(err, VMT_ERR_NOTFOUND, "no struct %s", name)
				   : read_unit(ld, err);

		if (rc)
			return rc;
	}
	return 0;
}

/* ---- one type ---------------------------------------------------------------------------- */

/* Strips typedefs and qualifiers. */
static bool strip(Dwarf_Die *die)
{
	for (unsigned hops = 0; hops < MAX_HOPS; hops++) {
		Dwarf_Attribute attr;

		switch (dwarf_tag(die)) {
		case DW_TAG_typedef:
		case DW_TAG_const_type:
		case DW_TAG_volatile_type:
		case DW_TAG_restrict_type:
		case DW_TAG_atomic_type:
			if (!dwarf_formref_die(dwarf_attr(die, DW_AT_type, &attr), die))
				return false;
			break;
		default:
			return true;
		}
	}
	return false;
}

static bool type_of(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attr;

	return dwarf_formref_die(dwarf_attr(die, DW_AT_type, &attr), ret) && strip(ret);
}

static bool number(Dwarf_Die *die, unsigned attribute, uint64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	if (!dwarf_attr(die, attribute, &attr) || dwarf_formudata(&attr, &value))
		return false;
	*ret = value;
	return true;
}

/* Elements of the first dimension; 0: a flexible array. */
static uint64_t count_of(Dwarf_Die *array)
{
	uint64_t count;
	Dwarf_Die range;

	if (dwarf_child(array, &range))
		return 0;
	if (number(&range, DW_AT_count, &count))
		return count;
	return number(&range, DW_AT_upper_bound, &count) ? count + 1 : 0;
}

static bool size_of(Dwarf_Die *type, uint64_t *size, uint64_t *count)
{
	Dwarf_Word bytes;

	*count = dwarf_tag(type) == DW_TAG_array_type ? count_of(type) : 1;
	*size = 0;
	if (!*count)
		return true;
	if (dwarf_aggregate_size(type, &bytes))
		return false;
	*size = bytes;
	return true;
}

/* ---- paths ------------------------------------------------------------------------------- */

/* How far a path has been followed. */
struct place {
	Dwarf_Die type; /* stripped */
	uint64_t bits;	/* from the start of the outermost struct */
	uint64_t bit_size;
};

/* What is looked for in a struct and those within it. */
struct search {
	bool big_endian;
	const char *name;
	size_t len;
	unsigned left; /* members that may still be examined */
};

/*
 * Before DWARF 4, the offset of a bit field was from the most significant bit of its storage unit.
 */
static bool member_bits(Dwarf_Die *member, bool big_endian, uint64_t *bits, uint64_t *bit_size)
{
	uint64_t bytes = 0, from_top, storage;

	*bit_size = 0;
	if (number(member, DW_AT_bit_size, bit_size) && number(member, DW_AT_data_bit_offset, bits))
		return true;
	/* Members of a union need not have a location. */
	if (dwarf_hasattr(member, DW_AT_data_member_location) &&
		!number(member, DW_AT_data_member_location, &bytes))
		return false;
	*bits = bytes * 8;
	if (*bit_size && number(member, DW_AT_bit_offset, &from_top)) {
		Dwarf_Die type;
		uint64_t count;

		if (!number(member, DW_AT_byte_size, &storage) &&
			(!type_of(member, &type) || !size_of(&type, &storage, &count)))
			return false;
		*bits += big_endian ? from_top : storage * 8 - from_top - *bit_size;
	}
	return true;
}

static bool find_member(struct place *at, struct search *search, unsigned nesting);

/* The member that is wanted, or an anonymous struct that has it. */
static bool try_member(struct place *at, Dwarf_Die *member, struct search *search, unsigned nesting)
{
	const char *own = dwarf_diename(member);
	struct place inner;
	uint64_t bits, bit_size;

	if (dwarf_tag(member) != DW_TAG_member ||
		(own && (strlen(own) != search->len ||
				memcmp(own, search->name, search->len) != 0)))
		return false;
	if (!member_bits(member, search->big_endian, &bits, &bit_size) ||
		!type_of(member, &inner.type))
		return false;
	inner.bits = at->bits + bits;
	inner.bit_size = bit_size;
	if (!own && (nesting == MAX_NESTING || !find_member(&inner, search, nesting + 1)))
		return false;
	*at = inner;
	return true;
}

static bool find_member(struct place *at, struct search *search, unsigned nesting)
{
	int tag = dwarf_tag(&at->type);
	Dwarf_Die member;

	if ((tag != DW_TAG_structure_type && tag != DW_TAG_union_type) ||
		dwarf_child(&at->type, &member))
		return false;
	do {
		if (!search->left)
			return false;
		search->left--;
		if (try_member(at, &member, search, nesting))
			return true;
	} while (dwarf_siblingof(&member, &member) == 0);
	return false;
}

/* "[N]" at *path: moves to that element. */
static bool take_index(struct place *at, const char **path)
{
	uint64_t index = 0, size, count, n;
	const char *p = *path + 1;
	Dwarf_Die element;

	for (; *p >= '0' && *p <= '9' && index <= UINT32_MAX; p++)
		index = index * 10 + (uint64_t)(*p - '0');
	if (*p != ']' || dwarf_tag(&at->type) != DW_TAG_array_type)
		return false;
	n = count_of(&at->type);
	if ((n && index >= n) || !type_of(&at->type, &element) || !size_of(&element, &size, &count))
		return false;
	at->type = element;
	at->bits += index * size * 8;
	*path = p + 1;
	return true;
}

static bool follow_path(struct place *at, bool big_endian, const char *path)
{
	while (*path) {
		struct search search = {big_endian, path, strcspn(path, ".["), CAP_DWARF_MEMBERS};

		if (!find_member(at, &search, 0))
			return false;
		path += search.len;
		while (*path == '[')
			if (!take_index(at, &path))
				return false;
		path += *path == '.';
	}
	return true;
}

/* ---- the provider ------------------------------------------------------------------------ */

static bool is_big_endian(const struct layout_dwarf *ld)
{
	const char *ident = elf_getident(dwarf_getelf(ld->dwarf), NULL);

	return ident && ident[EI_DATA] == ELFDATA2MSB;
}

static int provide_member(void *priv, const char *type, const char *path, struct layout_member *ret,
	struct vmt_err *err)
{
	struct layout_dwarf *ld = priv;
	struct place at = {.bits = 0};
	int rc = find_type(ld, type, &at.type, err);

	if (rc)
		return rc;
	if (!follow_path(&at, is_big_endian(ld), path) ||
		!size_of(&at.type, &ret->size, &ret->count))
		return err_set(err, VMT_ERR_NOTFOUND, "%s has no member %s", type, path);
	ret->offset = at.bits / 8;
	ret->bit_size = (unsigned)at.bit_size;
	ret->bit_offset = at.bits % 8;
	return 0;
}

static int provide_size(void *priv, const char *type, uint64_t *ret, struct vmt_err *err)
{
	uint64_t count;
	Dwarf_Die die;
	int rc = find_type(priv, type, &die, err);

	if (rc)
		return rc;
	return size_of(&die, ret, &count)
		       ? 0
		       : err_set(err, VMT_ERR_NOTFOUND, "the size of %s is not known", type);
}

struct layout_provider layout_dwarf_provider(struct layout_dwarf *ld)
{
	return (struct layout_provider){
		.name = "dwarf", .member = provide_member, .size = provide_size, .priv = ld};
}
