// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The tables are in include/asm-generic/vmlinux.lds.h and arch/.../vmlinux.lds.S. A field that
 * refers to code holds the distance from itself, or an address. Sites are marked generously: a
 * difference that is not found does less harm than one that is none.
 */
#include "symbolize/code_sites.h"

#include <string.h>

#include "base/array.h"
#include "base/cur.h"

/* What an entry says. Its first field is where the code is. */
enum form {
	FORM_DISTANCE, /* only that */
	FORM_ADDRESS,  /* the same, as an address */
	FORM_PARAVIRT, /* an address, u8 type, u8 length (to 6.7) */
	FORM_ALTERNATIVE,
	FORM_REFUSED, /* a file that has such a table is not compared */
};

#define TO_BRANCH_END 0 /* length: up to the end of the branch there */
#define ONLY_NOPS 0x80u /* length: as far as the file has NOPs */

struct row {
	const char *section;
	bool prefix; /* section is only the start of the name */
	uint8_t form, entry;
	uint8_t x86, arm; /* bytes of code that change */
	/* In a vmlinux, which has the table inside a larger section; NULL: a section of its own. */
	const char *first, *end;
};

static const struct row rows[] = {
	{".altinstructions", false, FORM_ALTERNATIVE, 0, 0, 0, NULL, NULL},
	/* struct jump_entry: s32 code, s32 target, long key */
	{"__jump_table", false, FORM_DISTANCE, 16, 5, 4, "__start___jump_table",
		"__stop___jump_table"},
	/* struct static_call_site: s32 addr, s32 key */
	{".static_call_sites", false, FORM_DISTANCE, 8, TO_BRANCH_END, 4,
		"__start_static_call_sites", "__stop_static_call_sites"},
	{".retpoline_sites", false, FORM_DISTANCE, 4, TO_BRANCH_END, 4, NULL, NULL},
	{".return_sites", false, FORM_DISTANCE, 4, 5, 4, NULL, NULL},
	{".call_sites", false, FORM_DISTANCE, 4, TO_BRANCH_END, 4, NULL, NULL},
	{".ibt_endbr_seal", false, FORM_DISTANCE, 4, 4, 4, NULL, NULL},
	/* FineIBT (6.2) also rewrites what is before indirect calls. */
	{".cfi_sites", false, FORM_REFUSED, 0, 0, 0, NULL, NULL},
	/* On one CPU, the LOCK prefix is replaced. */
	{".smp_locks", false, FORM_DISTANCE, 4, 1, 4, NULL, NULL},
	{".parainstructions", false, FORM_PARAVIRT, 16, 0, 0, NULL, NULL},
	{"__mcount_loc", false, FORM_ADDRESS, 8, 5, 16 | ONLY_NOPS, "__start_mcount_loc",
		"__stop_mcount_loc"},
	{"__patchable_function_entries", false, FORM_ADDRESS, 8, 16 | ONLY_NOPS, 16 | ONLY_NOPS,
		NULL, NULL},
	/* Constants that are known only at boot (6.11): an immediate operand, or movz and movk */
	{"runtime_ptr_", true, FORM_DISTANCE, 4, 8, 16, NULL, NULL},
	{"runtime_shift_", true, FORM_DISTANCE, 4, 1, 4, NULL, NULL},
};

struct table {
	const struct row *row;
	const uint8_t *bytes;
	size_t n;
	uint64_t base; /* of the section; 0 for a relocated one, which holds distances from there */
	uint16_t machine;
	uint64_t code_start, code_end; /* all code of the file is between these */
	struct code_sites *sites;      /* NULL: not kept */
};

/*
 * Several windows of a kernel are looked at, and its tables have some hundred thousand entries. So
 * it is kept where those of a part of a table lead to.
 */
#define CHUNK 64 /* entries */

struct extent {
	uint64_t low, high;
};

struct alternative;

struct code_sites {
	size_t n;
	struct known_table {
		const uint8_t *bytes;
		size_t n;
		uint64_t base;
		const struct row *row;
		const struct alternative *form; /* NULL: the row's own */
		const struct extent *extents;
	} tables[32];
};

struct code_sites *code_sites_new(TALLOC_CTX *ctx)
{
	return talloc_zero(ctx, struct code_sites);
}

/* ---- marking ----------------------------------------------------------------------------- */

static bool is_nop(uint16_t machine, const uint8_t *p, size_t left)
{
	static const uint8_t arm_nop[] = {0x1f, 0x20, 0x03, 0xd5};

	if (machine == EM_X86_64)
		return *p == 0x90;
	return left >= 4 && memcmp(p, arm_nop, 4) == 0;
}

#define SITE_MAX 256 /* no site is longer */

/* Tables have some hundred thousand sites, and few of them are in the window. */
static bool is_outside(const struct code_window *w, uint64_t from, uint64_t n)
{
	return from - w->start >= w->n && w->start - from >= n;
}

static void mark(struct code_window *w, uint64_t from, uint64_t n)
{
	if (is_outside(w, from, n))
		return;
	for (uint64_t i = 0; i < n; i++)
		if (from + i - w->start < w->n)
			w->free[from + i - w->start] = true;
}

static void mark_nops(struct code_window *w, uint16_t machine, uint64_t from, uint64_t n)
{
	unsigned step = machine == EM_X86_64 ? 1 : 4;

	for (uint64_t i = 0; i < n; i += step) {
		uint64_t at = from + i - w->start;

		if (at < w->n && is_nop(machine, w->bytes + at, w->n - at))
			mark(w, from + i, step);
	}
}

/* The length of a call or jump: CS prefixes, then an opcode of one or two bytes and 4 bytes. */
static unsigned branch_length(const struct code_window *w, uint64_t addr)
{
	uint64_t at = addr - w->start;
	unsigned n = 0;

	while (n < 2 && at < w->n && at + n < w->n && w->bytes[at + n] == 0x2e)
		n++;
	return at < w->n && at + n < w->n && w->bytes[at + n] == 0x0f ? n + 6 : n + 5;
}

static void mark_site(const struct table *t, struct code_window *w, uint64_t addr)
{
	uint8_t length = t->machine == EM_X86_64 ? t->row->x86 : t->row->arm;

	if (length & ONLY_NOPS)
		mark_nops(w, t->machine, addr, length & ~ONLY_NOPS);
	else
		mark(w, addr, length == TO_BRANCH_END ? branch_length(w, addr) : length);
}

static uint64_t distant(const struct table *t, size_t at)
{
	return t->base + at + (uint64_t)(int32_t)cur_load_little(t->bytes + at, 4);
}

static int refuse(const struct table *t, struct vmt_err *err)
{
	return err_set(
		err, VMT_ERR_UNSUPPORTED, "%s is in a form that is not known", t->row->section);
}

static bool is_code(const struct table *t, uint64_t addr)
{
	return addr >= t->code_start && addr < t->code_end;
}

/* Entries [from, to). */
static int mark_range(
	const struct table *t, struct code_window *w, size_t from, size_t to, struct vmt_err *err)
{
	size_t step = t->row->entry;
	/* There are so many that each instruction of the loop counts. */
	const uint8_t *bytes = t->bytes;
	bool distances = t->row->form == FORM_DISTANCE, all_code = t->row->first;
	uint64_t base = t->base, near = w->start - (SITE_MAX - 1), span = w->n + SITE_MAX - 1;
	uint64_t code = t->code_start, code_len = t->code_end > code ? t->code_end - code : 0;

	for (size_t at = from * step, end = to * step; at < end; at += step) {
		uint64_t addr =
			distances ? base + at + (uint64_t)(int32_t)cur_load_little(bytes + at, 4)
				  : cur_load_little(bytes + at, 8);

		if (all_code && addr - code >= code_len && addr)
			return refuse(t, err);
		if (addr - near >= span)
			continue;
		if (t->row->form == FORM_PARAVIRT)
			mark(w, addr, bytes[at + 9]);
		else
			mark_site(t, w, addr);
	}
	return 0;
}

/* Sections of a hostile file can begin at one place and differ in all else. */
static bool is_known(const struct known_table *k, const struct table *t)
{
	return k->bytes == t->bytes && k->n == t->n && k->base == t->base && k->row == t->row;
}

static const struct known_table *find_known(const struct table *t)
{
	for (size_t i = 0; t->sites && i < t->sites->n; i++)
		if (is_known(&t->sites->tables[i], t))
			return &t->sites->tables[i];
	return NULL;
}

/*
 * The lowest and the highest site of each CHUNK of n entries of a table that is not known yet.
 * NULL: not kept, or not all code.
 */
static const struct extent *learn_extents(
	const struct table *t, size_t n, size_t entry, const struct alternative *form)
{
	bool distances = form || t->row->form == FORM_DISTANCE, all_code = t->row->first;
	struct code_sites *sites = t->sites;
	struct extent *extents;

	if (!sites || sites->n == ARRAY_SIZE(sites->tables))
		return NULL;
	extents = talloc_array(sites, struct extent, n / CHUNK + 1);
	for (size_t i = 0; extents && i < n; i += CHUNK) {
		struct extent e = {UINT64_MAX, 0};

		for (size_t k = i; k < n && k - i < CHUNK; k++) {
			size_t at = k * entry;
			uint64_t addr =
				distances ? distant(t, at) : cur_load_little(t->bytes + at, 8);

			if (all_code && addr && !is_code(t, addr)) {
				talloc_free(extents);
				return NULL;
			}
			e.low = addr < e.low ? addr : e.low;
			e.high = addr > e.high ? addr : e.high;
		}
		extents[i / CHUNK] = e;
	}
	if (extents)
		sites->tables[sites->n++] =
			(struct known_table){t->bytes, t->n, t->base, t->row, form, extents};
	return extents;
}

static bool is_far(const struct code_window *w, const struct extent *e)
{
	return (e->low >= w->start && e->low - w->start >= w->n) ||
	       (e->high < w->start && w->start - e->high >= SITE_MAX);
}

/*
 * Entries that do not lead to code have another form: static keys were addresses to 4.18. Zeros are
 * calls of ftrace that were removed, or that are relocated at boot. A section of its own may end in
 * padding.
 */
static int mark_entries(const struct table *t, struct code_window *w, struct vmt_err *err)
{
	/* The last one has no padding. */
	size_t least = t->row->form == FORM_PARAVIRT ? 10 : t->row->entry;
	size_t n = t->n < least ? 0 : (t->n - least) / t->row->entry + 1;
	const struct known_table *known = find_known(t);
	const struct extent *extents =
		known ? known->extents : learn_extents(t, n, t->row->entry, NULL);
	int rc = 0;

	if (!extents)
		return mark_range(t, w, 0, n, err);
	for (size_t i = 0; i < n && !rc; i += CHUNK)
		if (!is_far(w, &extents[i / CHUNK]))
			rc = mark_range(t, w, i, i + CHUNK < n ? i + CHUNK : n, err);
	return rc;
}

/* ---- alternatives ------------------------------------------------------------------------ */

/* struct alt_instr: two distances, which feature, two lengths. */
struct alternative {
	uint8_t entry, lengths; /* bytes of an entry; where the lengths are in it */
};

static const struct alternative alternatives[] = {
	{12, 10}, /* x86 from 5.13 to 6.2, and arm64 */
	{14, 12}, /* x86 from 6.3: the feature has flags */
	{13, 10}, /* x86 to 5.12: a third length at the end */
};

static bool is_alternative(const struct table *t, size_t at, const struct alternative *a)
{
	const uint8_t *lengths = t->bytes + at + a->lengths;
	uint64_t addr = distant(t, at);

	/* A replacement is never longer than what it replaces. */
	if (!lengths[0] || lengths[1] > lengths[0] || !is_code(t, addr))
		return false;
	return t->machine != EM_AARCH64 || !(lengths[0] & 3 || addr & 3);
}

static bool is_form(const struct table *t, const struct alternative *a)
{
	if (t->n % a->entry)
		return false;
	for (size_t at = 0; at < t->n; at += a->entry)
		if (!is_alternative(t, at, a))
			return false;
	return true;
}

static const struct alternative *form_of(const struct table *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(alternatives); i++)
		if (is_form(t, &alternatives[i]))
			return &alternatives[i];
	return NULL;
}

static int mark_alternatives(const struct table *t, struct code_window *w, struct vmt_err *err)
{
	const struct known_table *known = find_known(t);
	const struct alternative *a = known ? known->form : form_of(t);
	const struct extent *extents;
	size_t n;

	if (!a)
		return refuse(t, err);
	n = t->n / a->entry;
	extents = known ? known->extents : learn_extents(t, n, a->entry, a);
	for (size_t i = 0; i < n; i++) {
		size_t at = i * a->entry;

		if (extents && i % CHUNK == 0 && is_far(w, &extents[i / CHUNK]))
			i += CHUNK - 1;
		else
			mark(w, distant(t, at), t->bytes[at + a->lengths]);
	}
	return 0;
}

/* ---- the file ---------------------------------------------------------------------------- */

static const struct row *find_row(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].prefix ? strncmp(name, rows[i].section, strlen(rows[i].section)) == 0
				   : strcmp(name, rows[i].section) == 0)
			return &rows[i];
	return NULL;
}

static int mark_table(const struct table *t, struct code_window *w, struct vmt_err *err)
{
	if (t->row->form == FORM_REFUSED)
		return refuse(t, err);
	if (t->row->form == FORM_ALTERNATIVE)
		return mark_alternatives(t, w, err);
	return mark_entries(t, w, err);
}

static int read_table(struct table *t, Elf_Scn *scn, struct reloc_file *reloc,
	struct code_window *w, struct vmt_err *err)
{
	struct reloc_copy copy = {0};
	Elf_Data *data = elf_getdata(scn, NULL);
	int rc = 0;

	if (!data || !data->d_buf)
		return 0;
	if (reloc) {
		t->base = 0;
		rc = reloc_copy_open(reloc, data, elf_ndxscn(scn), &copy, err);
		if (!rc)
			rc = reloc_fill_whole(reloc, &copy, err);
	}
	t->bytes = data->d_buf;
	t->n = data->d_size;
	if (!rc)
		rc = mark_table(t, w, err);
	reloc_copy_end(&copy);
	return rc;
}

/* Finds the bytes at an address of a linked file. NULL: it has none. */
static const uint8_t *bytes_at(Elf *elf, uint64_t addr, uint64_t end, uint64_t *base)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr h;

	while ((scn = elf_nextscn(elf, scn))) {
		Elf_Data *data;

		if (!gelf_getshdr(scn, &h) || !(h.sh_flags & SHF_ALLOC) ||
			h.sh_type != SHT_PROGBITS || addr < h.sh_addr || end < addr ||
			end - h.sh_addr > h.sh_size)
			continue;
		data = elf_rawdata(scn, NULL);
		*base = addr;
		return data && data->d_buf && data->d_size == h.sh_size
			       ? (const uint8_t *)data->d_buf + (addr - h.sh_addr)
			       : NULL;
	}
	return NULL;
}

void code_sites_look_up(const struct code_symbols *symbols)
{
	uint64_t addr;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].first) {
			(void)symbols->find(symbols->arg, rows[i].first, &addr);
			(void)symbols->find(symbols->arg, rows[i].end, &addr);
		}
}

/*
 * Tables inside other sections. A kernel whose symbols do not show the static keys is not compared:
 * its other tables may be missing, too.
 */
static int mark_inner(Elf *elf, const struct code_symbols *symbols, struct table *t,
	struct code_window *w, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows) && !rc; i++) {
		uint64_t first, end;

		t->row = &rows[i];
		if (!t->row->first)
			continue;
		t->bytes = NULL;
		if (symbols->find(symbols->arg, t->row->first, &first) &&
			symbols->find(symbols->arg, t->row->end, &end))
			t->bytes = bytes_at(elf, first, end, &t->base);
		if (t->bytes) {
			t->n = end - first;
			rc = mark_table(t, w, err);
		} else if (strcmp(t->row->section, "__jump_table") == 0) {
			rc = err_set(err, VMT_ERR_UNSUPPORTED, "no symbols of %s", t->row->section);
		}
	}
	return rc;
}

/* Everything between the first and the last byte of code. */
static void find_code(Elf *elf, const struct reloc_file *reloc, struct table *t)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr h;

	t->code_start = UINT64_MAX;
	while ((scn = elf_nextscn(elf, scn))) {
		const struct section *placed =
			reloc ? sections_by_index(&reloc->sections, elf_ndxscn(scn)) : NULL;
		uint64_t start;

		if (!gelf_getshdr(scn, &h) || !(h.sh_flags & SHF_EXECINSTR) || (reloc && !placed))
			continue;
		start = reloc ? placed->base : h.sh_addr;
		if (start < t->code_start)
			t->code_start = start;
		if (start + h.sh_size > t->code_end)
			t->code_end = start + h.sh_size;
	}
}

int code_sites_mark(Elf *elf, struct reloc_file *reloc, const struct code_symbols *symbols,
	struct code_sites *sites, struct code_window *w, struct vmt_err *err)
{
	struct table t = {.sites = reloc ? NULL : sites};
	Elf_Scn *scn = NULL;
	GElf_Ehdr header;
	size_t strings;
	int rc = 0;

	if (!gelf_getehdr(elf, &header) || elf_getshdrstrndx(elf, &strings))
		return err_set(err, VMT_ERR_CORRUPT, "%s", elf_errmsg(-1));
	t.machine = header.e_machine;
	find_code(elf, reloc, &t);
	while (!rc && (scn = elf_nextscn(elf, scn))) {
		GElf_Shdr section;
		const char *name = gelf_getshdr(scn, &section)
					   ? elf_strptr(elf, strings, section.sh_name)
					   : NULL;

		t.row = name ? find_row(name) : NULL;
		if (!t.row || section.sh_type == SHT_NOBITS || section.sh_type == SHT_RELA)
			continue;
		t.base = section.sh_addr;
		rc = read_table(&t, scn, reloc, w, err);
	}
	/* In a linked kernel for arm64, relocations hold the addresses of the calls of ftrace. */
	if (!reloc && t.machine == EM_AARCH64)
		mark_nops(w, t.machine, w->start, w->n);
	return rc || reloc ? rc : mark_inner(elf, symbols, &t, w, err);
}
