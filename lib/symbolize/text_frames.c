// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Looks up names in .symtab: one pass over all symbols for all names, and one for the sizes. The
 * size that the kernel prints is the distance to the next symbol (kernel/kallsyms.c:
 * get_symbol_pos(), and for modules find_kallsyms_symbol()), which is the symbol's own size plus
 * the padding.
 */
#include "symbolize/text_frames.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/cur.h"
#include "symbolize/lines_internal.h"

/* A symbol that has a wanted name. */
struct candidate {
	size_t name;	     /* its index in names */
	uint64_t start, own; /* own: its own size */
	uint64_t end;	     /* of its section; UINT64_MAX: the next section follows directly */
	uint64_t next;	     /* the next symbol; UINT64_MAX: none */
	uint64_t next_named; /* the next one that is also in the kernel's own table */
	size_t order;	     /* of the symbol in the table */
};

CAP_FITS(CAP_TEXT_CANDIDATES, sizeof(struct candidate));

struct lookup {
	TALLOC_CTX *ctx;
	struct lines *l;
	const char **names; /* sorted, without duplicates */
	size_t n_names;
	uint64_t filter[64]; /* bits of the hashes of all names: it rejects most symbols */
	struct candidate *found;
	size_t n_found;
	size_t *of_names; /* indexes into found, grouped by name */
	size_t *ends;	  /* of each name's group in of_names */
	struct cur symbols;
	const char *strings;
	size_t strings_len;
};

struct symbol {
	const char *name;
	uint64_t address, size;
	uint64_t section_end;
};

/* ---- the table --------------------------------------------------------------------------- */

#define SYM_SIZE 24 /* of an Elf64_Sym */

static bool open_table(struct lookup *k, Elf *elf)
{
	Elf_Data *symbols = sections_data(elf, ".symtab", NULL);
	Elf_Data *strings = sections_data(elf, ".strtab", NULL);

	if (!symbols || !strings || !strings->d_size)
		return false;
	/* libelf has converted the integers to native byte order. */
	k->symbols =
		cur_init(symbols->d_buf, symbols->d_size, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	k->strings = strings->d_buf;
	k->strings_len = strings->d_size;
	return k->strings[k->strings_len - 1] == '\0';
}

/* Functions and labels; false: the symbol is something else. */
static bool take_symbol(const struct lookup *k, struct cur *c, struct symbol *ret)
{
	uint32_t name = cur_u32(c);
	unsigned type = ELF64_ST_TYPE(cur_u8(c)), section;

	cur_skip(c, 1);
	section = cur_u16(c);
	ret->address = cur_u64(c);
	ret->size = cur_u64(c);
	ret->section_end = UINT64_MAX;
	if (!cur_ok(c) || name >= k->strings_len || section == SHN_UNDEF ||
		section >= SHN_LORESERVE ||
		(type != STT_FUNC && type != STT_NOTYPE && type != STT_GNU_IFUNC))
		return false;
	ret->name = k->strings + name;
	if (lines_sections(k->l)) {
		const struct section *s = sections_by_index(lines_sections(k->l), section);

		if (!s)
			return false;
		ret->address += s->base;
		ret->section_end = s->base + s->size;
	}
	return true;
}

/* ---- names ------------------------------------------------------------------------------- */

static unsigned hash(const char *name)
{
	uint32_t h = 2166136261u;

	for (unsigned i = 0; i < 12 && name[i]; i++)
		h = (h ^ (uint8_t)name[i]) * 16777619u;
	return (h ^ h >> 12) & 4095;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int index_names(
	struct lookup *k, const struct text_frame *frames, size_t n, struct vmt_err *err)
{
	size_t kept = 0;

	k->names = talloc_array(k->ctx, const char *, n);
	if (!k->names)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		k->names[i] = frames[i].function;
	qsort(k->names, n, sizeof(k->names[0]), by_name);
	for (size_t i = 0; i < n; i++) {
		unsigned h = hash(k->names[i]);

		if (!kept || strcmp(k->names[kept - 1], k->names[i]) != 0)
			k->names[kept++] = k->names[i];
		k->filter[h / 64] |= 1ull << h % 64;
	}
	k->n_names = kept;
	return 0;
}

static bool find_name(const struct lookup *k, const char *name, size_t *ret)
{
	unsigned h = hash(name);
	const char **at;

	if (!(k->filter[h / 64] & 1ull << h % 64))
		return false;
	at = bsearch(&name, k->names, k->n_names, sizeof(k->names[0]), by_name);
	if (at)
		*ret = (size_t)(at - k->names);
	return at;
}

/* ---- candidates -------------------------------------------------------------------------- */

static int by_start(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static int add_candidate(struct lookup *k, const struct candidate *c, struct vmt_err *err)
{
	size_t room = talloc_array_length(k->found);

	if (k->n_found == CAP_TEXT_CANDIDATES)
		return err_set(err, VMT_ERR_LIMIT, "too many symbols of one name");
	if (k->n_found == room) {
		struct candidate *more =
			talloc_realloc(k->ctx, k->found, struct candidate, room ? 2 * room : 64);

		if (!more)
			return err_nomem(err);
		k->found = more;
	}
	/* There is an array by now. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	k->found[k->n_found++] = *c;
	return 0;
}

/* Groups the candidates by name, each group in the order of addresses. */
static int index_candidates(struct lookup *k, struct vmt_err *err)
{
	k->of_names = talloc_array(k->ctx, size_t, k->n_found);
	k->ends = talloc_zero_array(k->ctx, size_t, k->n_names + 1);
	if (!k->of_names || !k->ends)
		return err_nomem(err);
	/*
	 * ends[i + 1] is first the size of group i, then where its next candidate goes, and finally
	 * its end.
	 */
	for (size_t i = 0; i < k->n_found; i++)
		k->ends[k->found[i].name + 1]++;
	for (size_t i = 0; i < k->n_names; i++)
		k->ends[i + 1] += k->ends[i];
	for (size_t i = 0; i < k->n_found; i++)
		k->of_names[k->ends[k->found[i].name]++] = i;
	return 0;
}

static int find_candidates(struct lookup *k, struct vmt_err *err)
{
	struct cur c = k->symbols;
	int rc = 0;

	while (!rc && cur_left(&c) >= SYM_SIZE) {
		struct symbol symbol;
		size_t name;

		if (!take_symbol(k, &c, &symbol) || !find_name(k, symbol.name, &name))
			continue;
		rc = add_candidate(k,
			&(struct candidate){name, symbol.address, symbol.size, symbol.section_end,
				UINT64_MAX, UINT64_MAX, k->n_found},
			err);
	}
	if (rc)
		return rc;
	if (k->n_found)
		qsort(k->found, k->n_found, sizeof(k->found[0]), by_start);
	return index_candidates(k, err);
}

/* Names that scripts/kallsyms.c leaves out of the kernel's own table. */
static bool is_unnamed(const char *name)
{
	static const char *const prefixes[] = {"__pfx_", "__cfi_", "__kstrtab", ".L", "$"};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return !*name;
}

/* The number of candidates that start below addr. */
static size_t count_before(const struct lookup *k, uint64_t addr)
{
	size_t low = 0, high = k->n_found;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (k->found[mid].start < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void note_next(struct candidate *c, const struct symbol *symbol)
{
	if (symbol->address >= c->end)
		return;
	if (symbol->address < c->next)
		c->next = symbol->address;
	if (symbol->address < c->next_named && !is_unnamed(symbol->name))
		c->next_named = symbol->address;
}

static void find_sizes(struct lookup *k)
{
	struct cur c = k->symbols;

	while (cur_left(&c) >= SYM_SIZE) {
		struct symbol symbol;
		size_t n;

		if (!take_symbol(k, &c, &symbol))
			continue;
		/* The candidates at the nearest lower address. */
		n = count_before(k, symbol.address);
		for (size_t i = n; i-- && k->found[i].start == k->found[n - 1].start;)
			note_next(&k->found[i], &symbol);
	}
}

/* ---- the choice -------------------------------------------------------------------------- */

/* Which symbol counts as the next one: a module's table has more symbols than the kernel's. */
enum sizing {
	SIZE_KERNEL,
	SIZE_MODULE,
	N_SIZINGS,
};

static bool fits(const struct candidate *c, const struct text_frame *frame, enum sizing sizing)
{
	uint64_t next = sizing == SIZE_KERNEL ? c->next_named : c->next;

	if (!frame->size.known || !frame->size.v)
		return frame->offset.v <= c->own;
	if (frame->offset.v > frame->size.v)
		return false;
	/* The last one in a section: it is not known where the next section was loaded. */
	if (next == UINT64_MAX)
		return c->own <= frame->size.v;
	return next - c->start == frame->size.v;
}

/*
 * The number of functions that fit, and the first of them; unit not NULL: only in that unit.
 * *named: there is a function by that name.
 */
static size_t count_fitting(const struct lookup *k, const struct text_frame *frame,
	enum sizing sizing, const uint64_t *unit, const struct candidate **first, bool *named)
{
	size_t n = 0, name;

	if (!find_name(k, frame->function, &name))
		return 0;
	for (size_t i = name ? k->ends[name - 1] : 0; i < k->ends[name]; i++) {
		const struct candidate *c = &k->found[k->of_names[i]];
		uint64_t own;

		*named = true;
		if (!fits(c, frame, sizing))
			continue;
		if (unit && (!lines_unit(k->l, c->start, &own) || own != *unit))
			continue;
		if (*first && c->start == (*first)->start)
			continue;
		if (!*first)
			*first = c;
		n++;
	}
	return n;
}

static bool settle(const struct lookup *k, struct text_frame *frame, const uint64_t *unit)
{
	const struct candidate *first = NULL;
	bool named = false;
	size_t n = 0;

	for (enum sizing sizing = 0; !n && sizing < N_SIZINGS; sizing++)
		n = count_fitting(k, frame, sizing, unit, &first, &named);
	frame->found = n == 1 && first;
	frame->several = n > 1 || (unit && frame->several && !n);
	frame->differs = !n && named && !unit;
	if (frame->found)
		frame->start = first->start;
	return frame->found;
}

/*
 * Static functions with the same name are distinguished by the units of their neighbours in the
 * trace.
 */
static void settle_by_neighbours(const struct lookup *k, struct text_frame *frames, size_t n)
{
	bool more = true;

	for (size_t round = 0; more; round++) {
		if (round == CAP_TEXT_ROUNDS) {
			k->l->capped = true;
			return;
		}
		more = false;
		for (size_t i = 0; i < n; i++) {
			const struct text_frame *next = i + 1 < n ? &frames[i + 1] : NULL;
			const struct text_frame *previous = i ? &frames[i - 1] : NULL;
			uint64_t unit;

			if (frames[i].several && next && next->found &&
				lines_unit(k->l, next->start, &unit))
				more |= settle(k, &frames[i], &unit);
			if (frames[i].several && previous && previous->found &&
				lines_unit(k->l, previous->start, &unit))
				more |= settle(k, &frames[i], &unit);
		}
	}
}

static int look_up(struct lookup *k, struct text_frame *frames, size_t n, struct vmt_err *err)
{
	int rc = index_names(k, frames, n, err);

	if (!rc)
		rc = find_candidates(k, err);
	if (rc)
		return rc;
	find_sizes(k);
	for (size_t i = 0; i < n; i++)
		settle(k, &frames[i], NULL);
	settle_by_neighbours(k, frames, n);
	return 0;
}

int text_frames_find(
	struct lines *l, Elf *elf, struct text_frame *frames, size_t n, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(l);
	struct lookup k = {.l = l, .ctx = ctx};
	int rc = 0;

	if (!ctx)
		return err_nomem(err);
	if (n && open_table(&k, elf))
		rc = look_up(&k, frames, n, err);
	talloc_free(ctx);
	return rc;
}

bool text_frames_symbol(struct lines *l, Elf *elf, const char *name, uint64_t *ret)
{
	struct text_frame frame = {.function = name};

	if (text_frames_find(l, elf, &frame, 1, NULL) || !frame.found)
		return false;
	*ret = frame.start;
	return true;
}
