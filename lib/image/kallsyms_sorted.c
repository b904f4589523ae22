// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * From name to symbol by kallsyms_seqs_of_names: the numbers of the symbols in the order of their
 * names (6.2 and later, and backports). It is used if it exists and is sorted. Mirrors
 * kallsyms_lookup_names() of kernel/kallsyms.c.
 *
 * Each look at a name costs a page of the dump, which must be decompressed: neighbours in the table
 * are anywhere in the image. So the search goes by names that are in pages that were read before
 * where it can, and remembers all names that it met. A dump that was cut to what a report reads may
 * lack such a page, but has those of a plain binary search.
 */
#include <string.h>

#include "base/array.h"
#include "base/cur.h"
#include "image/kallsyms_table.h"

/* Entries that are worth a guess: more than a page has. */
#define GUESSED 1400

/* Names to remember: some hundred symbols are looked up. */
#define MAX_PROBES 4096

/* Entries by which the table is recognized. */
#define CHECKED 24

struct sorted_probe {
	uint32_t pos, seq;
	const char *name;
};

static int sorted_seq(struct kallsyms *ks, uint32_t pos, uint32_t *ret, struct vmt_err *err)
{
	uint8_t raw[KALLSYMS_SEQ_SIZE];
	int rc = mem_read(
		ks->space, ks->at.seqs + (uint64_t)KALLSYMS_SEQ_SIZE * pos, raw, sizeof(raw), err);

	if (rc)
		return err_prepend(err, rc, "kallsyms_seqs_of_names");
	*ret = (uint32_t)cur_load_big(raw, sizeof(raw)); /* whatever the machine's byte order */
	if (*ret >= ks->n)
		return err_set_at(err, VMT_ERR_CORRUPT, ks->at.seqs,
			"kallsyms_seqs_of_names refers to symbol %u, which does not exist", *ret);
	return 0;
}

/*
 * The kernel sorted names without the suffix that LLVM appends to promoted local functions, so they
 * are compared without it.
 */
static int sorted_name(
	struct kallsyms *ks, uint32_t pos, struct kallsym *sym, uint32_t *seq, struct vmt_err *err)
{
	char *suffix;
	int rc = sorted_seq(ks, pos, seq, err);

	if (!rc)
		rc = kallsyms_name(ks, *seq, sym, err);
	if (rc)
		return rc;
	suffix = strstr(sym->name, ".llvm.");
	if (suffix)
		*suffix = 0;
	return 0;
}

/* Remembers a name, before the probe at. Without memory it is looked at again. */
static bool add_probe(struct kallsyms *ks, size_t at, uint32_t pos, uint32_t seq, const char *name)
{
	struct sorted_probe *probes;

	if (ks->n_probes == MAX_PROBES || !(probes = ARRAY_ROOM(ks, ks->probes, ks->n_probes)))
		return false;
	ks->probes = probes;
	name = talloc_strdup(ks, name);
	if (!name)
		return false;
	memmove(probes + at + 1, probes + at, (ks->n_probes++ - at) * sizeof(*probes));
	probes[at] = (struct sorted_probe){pos, seq, name};
	return true;
}

/* Numbers in the middle of the table are those of different symbols. Arbitrary bytes fail this. */
static bool check_sorted(struct kallsyms *ks)
{
	uint32_t n = ks->n < CHECKED ? ks->n : CHECKED, from = (ks->n - n) / 2, seqs[CHECKED];
	struct kallsym middle;

	for (uint32_t i = 0; i < n; i++) {
		if (sorted_seq(ks, from + i, &seqs[i], NULL))
			return false;
		for (uint32_t k = 0; k < i; k++)
			if (seqs[k] == seqs[i])
				return false;
	}
	if (sorted_name(ks, from + n / 2, &middle, &seqs[0], NULL))
		return false;
	add_probe(ks, 0, from + n / 2, seqs[0], middle.name);
	/* A third of all names: most likely the middle one is among them. */
	ks->prefixes = strncmp(middle.name, KALLSYMS_PREFIX, sizeof(KALLSYMS_PREFIX) - 1) == 0;
	return true;
}

bool kallsyms_has_sorted(struct kallsyms *ks)
{
	if (!ks->seqs_checked && ks->at.seqs) {
		ks->seqs_checked = true;
		if (!ks->plainly)
			kallsyms_near_open(ks);
		if (!check_sorted(ks))
			ks->at.seqs = 0;
	}
	return ks->at.seqs != 0;
}

/* ---- the search -------------------------------------------------------------------------- */

/* The first of the remembered names that is not before this one. */
static size_t first_probe(const struct kallsyms *ks, const char *name)
{
	size_t low = 0, high = ks->n_probes;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(ks->probes[mid].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Symbols of one name are in the order of their numbers, so one with a higher number has another.
 */
static bool is_other(struct kallsyms *ks, uint32_t pos, uint32_t seq)
{
	uint32_t before;

	return !sorted_seq(ks, pos, &before, NULL) && before > seq;
}

/* Where a name most likely is, between the names that were met before and after it. */
static uint32_t guess(
	const struct kallsyms *ks, const char *name, size_t at, uint32_t low, uint32_t high)
{
	uint32_t n = high - low, edge = n / 32, here = kallsyms_order(name, ks->prefixes), from, to;

	from = at ? kallsyms_order(ks->probes[at - 1].name, ks->prefixes) : 0;
	to = at < ks->n_probes ? kallsyms_order(ks->probes[at].name, ks->prefixes)
			       : KALLSYMS_ORDER_MAX;
	if (n < GUESSED || from >= to || here < from || here > to)
		return low + n / 2;
	return low + edge + (uint32_t)((uint64_t)(n - 2 * edge) * (here - from) / (to - from));
}

/* There is only one global symbol of a name. */
static bool is_global(const struct kallsym *sym)
{
	return sym->type >= 'A' && sym->type <= 'Z' && sym->type != 'W';
}

/* Another one of that name would be elsewhere. */
static bool is_expected(const struct kallsyms *ks, const struct kallsyms_search *in, uint32_t seq)
{
	uint32_t away = seq > in->likely ? seq - in->likely : in->likely - seq;

	return in->knows_likely && away < ks->n / 64;
}

/* Whether a name that was met before the probe at is in order. */
static bool fits_order(const struct kallsyms *ks, size_t at, const char *name)
{
	return (!at || strcmp(ks->probes[at - 1].name, name) <= 0) &&
	       (at == ks->n_probes || strcmp(name, ks->probes[at].name) <= 0);
}

/* The search by known pages. err is not set. VMT_ERR_CORRUPT: the table is not sorted. */
static int find_near(struct kallsyms *ks, const char *name, uint32_t *ret)
{
	size_t at = first_probe(ks, name);
	uint32_t low = at ? ks->probes[at - 1].pos + 1 : 0;
	uint32_t high = at < ks->n_probes ? ks->probes[at].pos : ks->n;
	bool found = at < ks->n_probes && strcmp(ks->probes[at].name, name) == 0;
	struct kallsyms_search in = {0};

	in.knows_likely = kallsyms_likely(ks, name, &in.likely);
	if (found)
		*ret = ks->probes[at].seq;
	while (low < high && !(found && is_other(ks, high - 1, *ret))) {
		uint32_t pos, seq;
		struct kallsym sym;
		int order, rc;

		in.low = low;
		in.high = high;
		in.guess = guess(ks, name, at, low, high);
		pos = kallsyms_near_choose(ks, &in);
		rc = sorted_name(ks, pos, &sym, &seq, NULL);
		if (rc)
			return rc;
		if (!fits_order(ks, at, sym.name))
			return VMT_ERR_CORRUPT;
		order = strcmp(sym.name, name);
		if (add_probe(ks, at, pos, seq, sym.name))
			at += order < 0;
		if (order < 0) {
			low = pos + 1;
			continue;
		}
		high = pos;
		if (order == 0) {
			*ret = seq;
			found = true;
			if (is_global(&sym) || is_expected(ks, &in, seq))
				break;
		}
	}
	if (found)
		kallsyms_likely_found(ks, name, *ret);
	return found ? 0 : VMT_ERR_NOTFOUND;
}

/* The search that always looks at the same entries for a name. */
static int find_plainly(
	struct kallsyms *ks, const char *name, uint32_t *place, uint32_t *ret, struct vmt_err *err)
{
	uint32_t low = 0, high = ks->n;
	bool found = false;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2, seq;
		struct kallsym sym;
		int order, rc = sorted_name(ks, mid, &sym, &seq, err);

		if (rc)
			return rc;
		order = strcmp(sym.name, name);
		if (order < 0) {
			low = mid + 1;
			continue;
		}
		high = mid;
		if (order == 0) {
			*place = mid;
			*ret = seq;
			found = true;
		}
	}
	return found ? 0 : VMT_ERR_NOTFOUND;
}

int kallsyms_find_sorted(struct kallsyms *ks, const char *name, uint32_t *ret, struct vmt_err *err)
{
	struct vmt_u64 lost = mem_lost(ks->space);
	uint32_t place;
	int rc;

	if (kallsyms_near_find(ks, name, ret))
		return 0;
	rc = ks->plainly ? VMT_ERR_NODATA : find_near(ks, name, ret);
	ks->unsorted |= rc == VMT_ERR_CORRUPT;
	/* What was met of a damaged table may have led astray. */
	if (rc && (rc != VMT_ERR_NOTFOUND || ks->unsorted)) {
		mem_set_lost(ks->space, lost);
		rc = find_plainly(ks, name, &place, ret, err);
	}
	if (rc == VMT_ERR_NOTFOUND)
		return err_set(err, rc, "the kernel has no symbol %s", name);
	return rc;
}

/* Where the first symbol of that name is in the table. */
static bool find_place(struct kallsyms *ks, const char *name, uint32_t *ret)
{
	struct vmt_u64 lost = mem_lost(ks->space);
	uint32_t seq;
	size_t at;

	if (!ks->plainly && find_near(ks, name, &seq) == 0) {
		at = first_probe(ks, name);
		if (at < ks->n_probes && strcmp(ks->probes[at].name, name) == 0) {
			*ret = ks->probes[at].pos;
			return true;
		}
	}
	mem_set_lost(ks->space, lost);
	return find_plainly(ks, name, ret, &seq, NULL) == 0;
}

/* Whether the name there is known to be another one. */
static bool is_another(struct kallsyms *ks, uint32_t pos, const char *name)
{
	struct kallsym sym;
	uint32_t seq;

	return sorted_name(ks, pos, &sym, &seq, NULL) == 0 && strcmp(sym.name, name) != 0;
}

bool kallsyms_is_only_sorted(struct kallsyms *ks, const char *name)
{
	uint32_t pos;

	return find_place(ks, name, &pos) && (pos + 1 == ks->n || is_another(ks, pos + 1, name)) &&
	       (pos == 0 || is_another(ks, pos - 1, name));
}
