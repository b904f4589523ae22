// SPDX-License-Identifier: GPL-3.0-or-later
/* Types and code from debuginfo, for the pointer that a fault went through. */
#include <string.h>

#include "base/caps.h"
#include "base/vmlinux.h"
#include "facade/source_lines_internal.h"
#include "symbolize/code_file.h"
#include "symbolize/module_place.h"
#include "symbolize/text_frames.h"

/* ---- types ------------------------------------------------------------------------------- */

static bool from_memory(void *arg, uint64_t addr, uint64_t *ret)
{
	const struct source_lines_object *o = arg;

	if (o->module)
		return lines_sections(o->lines) && module_place(o->sections, o->n_sections,
							   lines_sections(o->lines), addr, ret);
	*ret = addr - o->bias;
	return o->has_bias;
}

static bool from_file(void *arg, uint64_t addr, uint64_t *ret)
{
	(void)arg;
	*ret = addr;
	return addr;
}

bool source_lines_types(
	struct source_lines *sl, const char *module, const char *build_id, struct types *ret)
{
	struct source_lines_object *o;
	struct types_dwarf_place place = {.to_file = sl->facts.view ? from_memory : from_file};

	if (source_lines_object(sl, module, build_id, &o, NULL) || !o->lines)
		return false;
	place.arg = o;
	if (!o->types && types_dwarf_new(o, o->lines, &place, &o->types, NULL))
		return false;
	*ret = types_of_dwarf(o->types);
	return true;
}

/* ---- code -------------------------------------------------------------------------------- */

/* The name of a symbol of a file that is at exactly that address. */
static const char *symbol_at(void *arg, TALLOC_CTX *ctx, uint64_t addr)
{
	const struct source_lines_object *o = arg;
	const struct sections *placed = lines_sections(o->lines);
	Elf_Data *table = sections_data(o->file->elf, ".symtab", NULL);
	GElf_Shdr header;
	GElf_Sym s;

	if (!table || !sections_find(o->file->elf, ".symtab", &header))
		return NULL;
	for (int i = 0; gelf_getsym(table, i, &s); i++) {
		const struct section *in = placed ? sections_by_index(placed, s.st_shndx) : NULL;
		unsigned type = GELF_ST_TYPE(s.st_info);
		const char *name;

		if ((placed && !in) || (in ? in->base : 0) + s.st_value != addr ||
			type == STT_SECTION || type == STT_FILE)
			continue;
		name = elf_strptr(o->file->elf, header.sh_link, s.st_name);
		if (name && *name && *name != '.' && *name != '$')
			return talloc_strdup(ctx, name);
	}
	return NULL;
}

/* A file with debuginfo need not have the code; then another one may have it. */
static Elf *file_with_code(struct source_lines *sl, const struct source_lines_object *o)
{
	struct debuginfo_want want = {.module = o->module,
		.build_id = o->file->build_id,
		.release = sl->facts.kernel->release,
		.version = sl->facts.kernel->version,
		.code = true};
	struct debuginfo_file *file;
	GElf_Shdr h;

	if (sections_find(o->file->elf, ".text", &h) && h.sh_type == SHT_PROGBITS)
		return o->file->elf;
	if (debuginfo_find(sl->search, sl, &want, &file, NULL) || !file || !file->proved)
		return NULL;
	return file->elf;
}

static bool read_bytes(
	struct source_lines *sl, const struct source_lines_object *o, struct code_window *w)
{
	const struct code_symbols none = {0};
	Elf *elf = file_with_code(sl, o);
	struct code_file *code;

	w->bytes = talloc_zero_size(sl, w->n);
	w->free = talloc_zero_array(sl, bool, w->n);
	return elf && w->bytes && w->free && code_file_open(sl, elf, &none, &code, NULL) == 0 &&
	       code_file_read_any(code, w, NULL) == 0;
}

bool source_lines_code(struct source_lines *sl, const struct vmt_frame *frame, const char *arch,
	struct explain_code *ret, uint64_t *ip)
{
	const char *module = is_vmlinux(frame->module) ? NULL : frame->module;
	struct text_frame spot = {
		.function = frame->function, .offset = frame->offset, .size = frame->size};
	struct code_window w = {.n = (size_t)frame->size.v};
	struct source_lines_object *o;

	if (!arch || !frame->function || !frame->offset.known || !frame->size.known ||
		!frame->size.v || frame->size.v > CAP_FLOW_BYTES ||
		source_lines_object(sl, module, frame->build_id, &o, NULL) || !o->lines ||
		text_frames_find(o->lines, o->file->elf, &spot, 1, NULL) || !spot.found ||
		!source_lines_types(sl, module, frame->build_id, &ret->types))
		return false;
	w.start = spot.start;
	if (!read_bytes(sl, o, &w))
		return false;
	ret->arch = arch;
	ret->name = frame->function;
	ret->bytes = (struct code_bytes){spot.start, w.bytes, w.n, w.free};
	ret->arg = o;
	ret->symbol = symbol_at;
	*ip = spot.start + frame->offset.v;
	return true;
}
