// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbolize/variables.h"

#include <dwarf.h>
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "symbolize/lines_internal.h"
#include "symbolize/location.h"

#define HOPS 32 /* typedefs and qualifiers on the way to a type */

struct listing {
	TALLOC_CTX *ctx;
	const struct variables_machine *machine;
	struct location_frame frame;
	uint64_t addr;
	struct variable *items;
	size_t n;
	bool nomem;
};

/* ---- types ------------------------------------------------------------------------------- */

static bool type_of(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attr;

	return dwarf_attr_integrate(die, DW_AT_type, &attr) && dwarf_formref_die(&attr, ret);
}

static bool is_qualifier(int tag)
{
	return tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

static const char *word_of(int tag)
{
	switch (tag) {
	case DW_TAG_structure_type:
		return "struct ";
	case DW_TAG_union_type:
		return "union ";
	case DW_TAG_enumeration_type:
		return "enum ";
	default:
		return "";
	}
}

/* "struct foo *", "u32", "char []": enough to recognize a type. */
static char *type_text(TALLOC_CTX *ctx, Dwarf_Die type)
{
	unsigned stars = 0;
	bool array = false, is_void = false;
	const char *name;
	char *s;

	for (unsigned i = 0;; i++) {
		int tag = dwarf_tag(&type);

		if (i == HOPS)
			return talloc_strdup(ctx, "?");
		stars += tag == DW_TAG_pointer_type;
		array |= tag == DW_TAG_array_type;
		if (tag != DW_TAG_pointer_type && tag != DW_TAG_array_type && !is_qualifier(tag))
			break;
		if (!type_of(&type, &type)) {
			is_void = true;
			break;
		}
	}
	name = is_void ? "void" : dwarf_diename(&type);
	if (!name)
		name = dwarf_tag(&type) == DW_TAG_subroutine_type ? "function" : "(nameless)";
	s = talloc_asprintf(ctx, "%s%s", is_void ? "" : word_of(dwarf_tag(&type)), name);
	for (unsigned i = 0; s && i < stars && i < 4; i++)
		s = talloc_strdup_append_buffer(s, i ? "*" : " *");
	return s && array ? talloc_strdup_append_buffer(s, " []") : s;
}

/* How a value of the type is printed. */
struct form {
	unsigned size; /* 1, 2, 4, 8; 0: it is not a number */
	bool hexadecimal, is_signed;
};

static struct form form_of(Dwarf_Die type)
{
	struct form f = {0};
	Dwarf_Attribute attr;
	Dwarf_Word encoding = 0, size = 8;

	for (unsigned i = 0; i < HOPS; i++) {
		int tag = dwarf_tag(&type);

		if (tag != DW_TAG_typedef && !is_qualifier(tag)) {
			f.hexadecimal = tag == DW_TAG_pointer_type;
			if (tag != DW_TAG_pointer_type && tag != DW_TAG_base_type &&
				tag != DW_TAG_enumeration_type)
				return f;
			if (tag != DW_TAG_pointer_type &&
				(!dwarf_attr(&type, DW_AT_byte_size, &attr) ||
					dwarf_formudata(&attr, &size)))
				return f;
			if (dwarf_attr(&type, DW_AT_encoding, &attr))
				dwarf_formudata(&attr, &encoding);
			f.is_signed = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
			f.size = size == 1 || size == 2 || size == 4 || size == 8 ? (unsigned)size
										  : 0;
			return f;
		}
		if (!type_of(&type, &type))
			return f;
	}
	return f;
}

static char *value_text(TALLOC_CTX *ctx, struct form form, uint64_t value)
{
	unsigned unused = 64 - 8 * form.size;

	if (!form.size)
		return NULL;
	value = value << unused >> unused;
	if (form.hexadecimal)
		return talloc_asprintf(ctx, "0x%" PRIx64, value);
	if (form.is_signed)
		return talloc_asprintf(ctx, "%" PRId64, (int64_t)(value << unused) >> unused);
	return talloc_asprintf(ctx, "%" PRIu64, value);
}

/* ---- variables --------------------------------------------------------------------------- */

static void take_value(struct listing *l, Dwarf_Die *die, Dwarf_Die *type, struct variable *ret)
{
	struct form form = form_of(*type);
	struct location at = location_of(die, l->addr, l->machine, &l->frame);
	uint64_t value = at.value;

	if (at.kind == LOCATION_UNKNOWN)
		return;
	if (at.kind == LOCATION_MEMORY) {
		ret->address = (struct vmt_u64){true, at.value};
		if (!form.size || !l->machine->read(l->machine->arg, at.value, form.size, &value))
			return;
	}
	ret->value = value_text(l->ctx, form, value);
}

static void add(struct listing *l, Dwarf_Die *die, const char *function)
{
	const char *name = dwarf_diename(die);
	struct variable *items, *v;
	Dwarf_Die type;

	if (!name || !type_of(die, &type) || l->n == CAP_VARIABLES)
		return;
	items = ARRAY_ROOM(l->ctx, l->items, l->n);
	if (!items) {
		l->nomem = true;
		return;
	}
	l->items = items;
	v = &items[l->n++];
	*v = (struct variable){.function = function ? talloc_strdup(l->ctx, function) : NULL,
		.name = talloc_strdup(l->ctx, name),
		.type = type_text(l->ctx, type),
		.argument = dwarf_tag(die) == DW_TAG_formal_parameter};
	l->nomem |= !v->name || !v->type;
	take_value(l, die, &type, v);
}

static void add_children(struct listing *l, Dwarf_Die *scope, const char *function)
{
	Dwarf_Die child;

	if (dwarf_child(scope, &child))
		return;
	do {
		int tag = dwarf_tag(&child);

		if (tag == DW_TAG_formal_parameter || tag == DW_TAG_variable)
			add(l, &child, function);
	} while (dwarf_siblingof(&child, &child) == 0);
}

int variables_at(struct lines *lines, TALLOC_CTX *ctx, const struct variables_machine *machine,
	struct variable **ret, size_t *n, struct vmt_err *err)
{
	struct listing l = {.ctx = ctx, .machine = machine, .addr = machine->addr};
	struct lines_scopes scopes;
	size_t end;
	int rc = lines_relocate_locations(lines, err);

	*n = 0;
	*ret = NULL;
	if (rc || !lines_scopes_at(lines, machine->addr, &scopes))
		return rc;
	l.frame.function = scopes.n ? &scopes.dies[0] : NULL;
	/* Innermost function first, and in it the blocks from the outermost on. */
	for (end = scopes.n; end;) {
		size_t first = end - 1;

		while (first && dwarf_tag(&scopes.dies[first]) == DW_TAG_lexical_block)
			first--;
		for (size_t i = first; i < end; i++)
			add_children(&l, &scopes.dies[i], dwarf_diename(&scopes.dies[first]));
		end = first;
	}
	*ret = l.items;
	*n = l.n;
	return l.nomem ? err_nomem(err) : 0;
}
