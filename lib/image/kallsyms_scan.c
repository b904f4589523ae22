// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Finds the tables of kallsyms by what they look like, for kernels that do not record where they
 * are (before 6.0). The addresses are a long run of rising (or, below a base, falling) numbers. The
 * other tables follow in the order in which scripts/kallsyms.c wrote them up to 6.3: addresses or
 * offsets, relative_base, num_syms, names, markers, [seqs_of_names,] token_table, token_index.
 *
 * One page in 64 KiB of the image is examined, which is enough for a table of 18000 symbols. If
 * that finds nothing, one in 8 KiB.
 */
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/cur.h"
#include "image/kallsyms_table.h"

#define PAGE 4096u
#define LABEL_ALIGN 8u
#define REACH (1ull << 30)	    /* no image is larger */
#define TOKEN_TABLE_MAX (16u << 10) /* real ones are near 1 KiB */

static uint64_t align_up(uint64_t n)
{
	return (n + LABEL_ALIGN - 1) & ~(uint64_t)(LABEL_ALIGN - 1);
}

struct scan {
	struct kallsyms *ks;
	uint64_t end; /* of the image, approximately */
	bool be;
};

/* How the numbers of a table are ordered. */
struct run_kind {
	unsigned size;
	bool falling;
	bool (*plausible)(const struct scan *s, int64_t v);
};

static bool is_offset(const struct scan *s, int64_t v)
{
	(void)s;
	return v < (int64_t)REACH && v > -(int64_t)REACH;
}

static bool is_address(const struct scan *s, int64_t v)
{
	return (uint64_t)v - s->ks->stext + REACH < 2 * REACH;
}

static const struct run_kind kinds[] = {
	{.size = 4, .falling = true, .plausible = is_offset},  /* absolute per-CPU */
	{.size = 4, .falling = false, .plausible = is_offset}, /* base relative */
	{.size = 8, .falling = false, .plausible = is_address},
};

static int64_t word(const struct scan *s, const struct run_kind *kind, const uint8_t *p)
{
	uint64_t v = cur_load(p, kind->size, s->be);

	return kind->size == 4 ? (int32_t)v : (int64_t)v;
}

/* The number of words in order, from the start of the page. */
static size_t run_length(
	const struct scan *s, const struct run_kind *kind, const uint8_t *page, size_t words)
{
	int64_t last = word(s, kind, page);

	for (size_t i = 0; i < words; i++) {
		int64_t v = word(s, kind, page + i * kind->size);

		if (!kind->plausible(s, v) || (kind->falling ? v > last : v < last))
			return i;
		last = v;
	}
	return words;
}

/* A full page of ordered numbers that is not padding: few symbols share an address. */
static bool is_run(const struct scan *s, const struct run_kind *kind, const uint8_t *page)
{
	size_t words = PAGE / kind->size, changes = 0;

	if (run_length(s, kind, page, words) < words)
		return false;
	for (size_t i = 1; i < words; i++)
		changes +=
			memcmp(page + (i - 1) * kind->size, page + i * kind->size, kind->size) != 0;
	return changes > words / 2;
}

/* The address where the run that contains va ends. */
static uint64_t run_end(const struct scan *s, const struct run_kind *kind, uint64_t va)
{
	uint8_t page[PAGE];
	size_t words = PAGE / kind->size, n = words;

	while (n == words && va < s->end && mem_read(s->ks->space, va, page, PAGE, NULL) == 0) {
		n = run_length(s, kind, page, words);
		va += n * kind->size;
	}
	return va;
}

/* ---- what follows the addresses ---------------------------------------------------------- */

/* The token table is 256 strings, followed by their index. */
static bool tokens_at(struct kallsyms *ks, uint64_t va)
{
	char *text = talloc_zero_array(ks, char, TOKEN_TABLE_MAX);
	size_t pos = 0;
	bool ok;

	if (!text)
		return false;
	mem_read_some(ks->space, va, text, TOKEN_TABLE_MAX);
	for (unsigned i = 0; i < 256 && pos < TOKEN_TABLE_MAX; i++)
		pos += strnlen(text + pos, TOKEN_TABLE_MAX - pos) + 1;
	ks->at.token_table = va;
	ks->at.token_index = align_up(va + pos);
	ok = pos < TOKEN_TABLE_MAX && kallsyms_read_tokens(ks, NULL) == 0;
	talloc_free(text);
	return ok;
}

/* Whether the kernel's markers are at at.markers and equal those made by a walk. */
static bool markers_match(struct kallsyms *ks, unsigned size)
{
	for (uint32_t i = 0; i < 2 && i < kallsyms_blocks(ks); i++) {
		uint64_t v;

		if (mem_read_uint(ks->space, ks->at.markers + (uint64_t)size * i, size, &v, NULL) ||
			v != ks->own_markers[i])
			return false;
	}
	return true;
}

static bool tables_behind_names(struct kallsyms *ks, uint64_t names_end)
{
	uint64_t seqs = align_up(3ull * ks->n);

	ks->at.markers = align_up(names_end);
	for (unsigned size = 4; size <= ks->ptr_size; size += 4) {
		uint64_t end = align_up(ks->at.markers + (uint64_t)size * kallsyms_blocks(ks));

		if (!markers_match(ks, size))
			continue;
		if (tokens_at(ks, end))
			return true;
		if (tokens_at(ks, end + seqs)) {
			ks->at.seqs = end;
			return true;
		}
	}
	return false;
}

static bool tables_from_count(struct scan *s, uint64_t num_syms)
{
	static const enum length_form forms[] = {LENGTH_BYTE, LENGTH_TWO_BYTES};
	struct kallsyms *ks = s->ks;

	ks->at.num_syms = num_syms;
	if (kallsyms_read_count(ks, NULL))
		return false;
	ks->at.names = align_up(num_syms + 4);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		uint64_t end;

		ks->form = forms[i];
		if (kallsyms_make_markers(ks, &end, NULL) == 0 && tables_behind_names(ks, end))
			return true;
		ks->own_markers = NULL;
	}
	return false;
}

/* Tries offsets that end at or before end, followed by their base. */
static bool tables_from_base(struct scan *s, uint64_t seen, uint64_t base_at)
{
	struct kallsyms *ks = s->ks;
	uint64_t base;

	if (mem_read_ptr(ks->space, base_at, &base, NULL) || !is_address(s, (int64_t)base) ||
		!tables_from_count(s, base_at + ks->ptr_size))
		return false;
	ks->at.relative_base = base_at;
	ks->at.offsets = base_at - align_up(4ull * ks->n);
	return ks->at.offsets <= seen;
}

static bool tables_from_run(struct scan *s, const struct run_kind *kind, uint64_t seen)
{
	uint64_t end = align_up(run_end(s, kind, seen));

	/* The base's lower half may look like another number of the run. */
	if (kind->size == 4)
		return tables_from_base(s, seen, end) ||
		       tables_from_base(s, seen, end - LABEL_ALIGN);
	if (!tables_from_count(s, end))
		return false;
	s->ks->at.addresses = end - (uint64_t)kind->size * s->ks->n;
	return s->ks->at.addresses <= seen;
}

/* ---- where to look ----------------------------------------------------------------------- */

static bool look_at_page(struct scan *s, uint64_t va)
{
	uint8_t page[PAGE];

	if (mem_read(s->ks->space, va, page, PAGE, NULL))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!is_run(s, &kinds[i], page))
			continue;
		if (tables_from_run(s, &kinds[i], va))
			return true;
		memset(&s->ks->at, 0, sizeof(s->ks->at));
		s->ks->form = LENGTH_UNKNOWN;
	}
	return false;
}

/* Data comes after read-only data, so there is no need to search past its symbols. */
static uint64_t image_end(const struct scan *s, const struct vmcoreinfo *info)
{
	static const char *const keys[] = {
		"SYMBOL(init_uts_ns)", "SYMBOL(node_online_map)", "SYMBOL(swapper_pg_dir)"};
	uint64_t end = s->ks->stext;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		uint64_t v;

		if (vmcoreinfo_hex(info, keys[i], &v) && v > end &&
			v - s->ks->stext < CAP_KALLSYMS_SCAN)
			end = v;
	}
	return end > s->ks->stext ? end : s->ks->stext + CAP_KALLSYMS_SCAN;
}

int kallsyms_scan(struct kallsyms *ks, const struct vmcoreinfo *info, struct vmt_err *err)
{
	static const unsigned strides[] = {64u << 10, 8u << 10};
	struct scan s = {.ks = ks, .be = mem_space_big_endian(ks->space)};

	memset(&ks->at, 0, sizeof(ks->at));
	s.end = image_end(&s, info);
	for (size_t i = 0; i < ARRAY_SIZE(strides); i++) {
		uint64_t start = ks->stext & ~(uint64_t)(PAGE - 1);

		/* From the end: code comes first, and is most of the image. */
		for (uint64_t at = (s.end - start) / strides[i] + 1; at-- > 0;) {
			if (look_at_page(&s, start + at * strides[i]))
				return 0;
		}
	}
	return err_set(err, VMT_ERR_NODATA,
		"the tables were not found: neither VMCOREINFO nor a search of the image has them");
}
