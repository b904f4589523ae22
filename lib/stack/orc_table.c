// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * ORC tables in memory: sorted addresses, each stored as a distance from its own position, and
 * entries in the same order. The kernel's own table has an index by blocks of 256 bytes of code.
 * Mirrors orc_find(), unwind_init() and unwind_module_init() of arch/x86/kernel/unwind_orc.c.
 */
#include "stack/stack_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/cur.h"

#define LOOKUP_BLOCK 256
#define IMAGE_MAX (1ull << 30) /* KERNEL_IMAGE_SIZE with address randomization */

/* ---- looking up -------------------------------------------------------------------------- */

static struct orc_table *table_of(const struct orc *orc, uint64_t ip)
{
	size_t low = 0, high = orc->n_tables;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (orc->tables[mid].start <= ip)
			low = mid + 1;
		else
			high = mid;
	}
	return low && ip < orc->tables[low - 1].end ? &orc->tables[low - 1] : NULL;
}

/* No real table is larger than the limit. */
static void take_count(struct orc *orc, struct orc_table *t, uint64_t n)
{
	bool fits = n <= CAP_ORC_ENTRIES;

	t->n = fits ? n : 0;
	orc->capped |= !fits;
}

static bool symbol_range(const struct kernel_image *k, const char *start, const char *end,
	uint64_t *from, uint64_t *to)
{
	return !kernel_symbol(k, start, from, NULL) && !kernel_symbol(k, end, to, NULL) &&
	       *to > *from;
}

/* It is in the kernel's own table, but not in its index. */
static void find_init(struct orc *orc)
{
	struct orc_table *t = &orc->init;

	orc->init_tried = true;
	*t = orc->kernel;
	t->lookup = 0;
	if (!symbol_range(orc->k, "_sinittext", "_einittext", &t->start, &t->end))
		t->start = t->end = 0;
}

static const struct orc_table *in_init(struct orc *orc, uint64_t ip)
{
	if (!orc->kernel.end || ip - orc->kernel.end >= IMAGE_MAX)
		return NULL;
	if (!orc->init_tried)
		find_init(orc);
	return ip >= orc->init.start && ip < orc->init.end ? &orc->init : NULL;
}

/* struct mod_arch_specific of arch/x86/include/asm/module.h; n stays 0 where it cannot be read. */
static void find_module(struct orc *orc, struct orc_table *t)
{
	const struct kernel_image *k = orc->k;
	uint64_t n;

	if (!kernel_read_member(k, t->module, "module", "arch.num_orcs", &n, NULL) &&
		!kernel_read_member(k, t->module, "module", "arch.orc_unwind_ip", &t->ips, NULL) &&
		!kernel_read_member(k, t->module, "module", "arch.orc_unwind", &t->entries, NULL))
		take_count(orc, t, n);
	t->module = 0;
}

const struct orc_table *orc_table_of(struct orc *orc, uint64_t ip)
{
	struct orc_table *table = table_of(orc, ip);

	if (!table)
		return in_init(orc, ip);
	if (table->module)
		find_module(orc, table);
	return table;
}

static int entry_ip(struct mem_space *space, const struct orc_table *t, uint64_t i, uint64_t *ret,
	struct vmt_err *err)
{
	uint64_t raw = 0;
	int rc = mem_read_uint(space, t->ips + 4 * i, 4, &raw, err);

	if (rc)
		return err_prepend(err, rc, "ORC table");
	*ret = t->ips + 4 * i + (uint64_t)(int64_t)(int32_t)raw;
	return 0;
}

/* A range of entry numbers; high is past the last. */
struct stretch {
	uint64_t low, high;
};

/* *ret is past the last entry of the range that is not above ip. */
static int search(struct mem_space *space, const struct orc_table *t, struct stretch in,
	uint64_t ip, uint64_t *ret, struct vmt_err *err)
{
	uint64_t low = in.low, high = in.high;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2, at = 0;
		int rc = entry_ip(space, t, mid, &at, err);

		if (rc)
			return rc;
		if (at <= ip)
			low = mid + 1;
		else
			high = mid;
	}
	*ret = low;
	return 0;
}

/* All entries, narrowed by the index where it is plausible. */
static struct stretch narrow(struct mem_space *space, const struct orc_table *t, uint64_t ip)
{
	uint64_t block = (ip - t->start) / LOOKUP_BLOCK, first, last;
	struct stretch all = {0, t->n};
	uint8_t raw[8];

	if (!t->lookup || block + 1 >= t->n_lookup ||
		mem_read(space, t->lookup + 4 * block, raw, sizeof(raw), NULL))
		return all;
	first = cur_load(raw, 4, mem_space_big_endian(space));
	last = cur_load(raw + 4, 4, mem_space_big_endian(space)) + 1;
	return first >= last || last > t->n ? all : (struct stretch){first, last};
}

/* The entry before past is right when the next one is above ip. */
static bool is_last(struct mem_space *space, const struct orc_table *t, uint64_t past, uint64_t ip)
{
	uint64_t at = 0;

	return past == t->n || (!entry_ip(space, t, past, &at, NULL) && at > ip);
}

int orc_table_entry(struct mem_space *space, const struct orc_table *t, uint64_t ip, uint8_t *raw,
	struct vmt_err *err)
{
	struct stretch in = narrow(space, t, ip);
	uint64_t past = 0;
	int rc = search(space, t, in, ip, &past, err);

	if (!rc && in.high - in.low < t->n && (past == in.low || !is_last(space, t, past, ip)))
		rc = search(space, t, (struct stretch){0, t->n}, ip, &past, err);
	if (rc)
		return rc;
	if (past == 0)
		return err_set_at(err, VMT_ERR_NOTFOUND, ip, "below all ORC entries");
	rc = mem_read(space, t->entries + (past - 1) * ORC_ENTRY_SIZE, raw, ORC_ENTRY_SIZE, err);
	return rc ? err_prepend(err, rc, "ORC entry") : 0;
}

/* ---- finding the tables ------------------------------------------------------------------ */

int orc_table_add(
	TALLOC_CTX *ctx, struct orc *orc, const struct orc_table *table, struct vmt_err *err)
{
	struct orc_table *tables;

	if (table->end <= table->start)
		return 0;
	tables = ARRAY_ROOM(ctx, orc->tables, orc->n_tables);
	if (!tables)
		return err_nomem(err);
	orc->tables = tables;
	tables += orc->n_tables++;
	*tables = *table;
	take_count(orc, tables, table->n);
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct orc_table *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

void orc_tables_settle(struct orc *orc)
{
	if (orc->n_tables)
		qsort(orc->tables, orc->n_tables, sizeof(*orc->tables), by_start);
}

static bool has_orc(const struct kernel_image *k)
{
	return mem_space_arch(k->space)->unwind->has_orc;
}

static void kernel_tables(const struct kernel_image *k, struct orc_table *t)
{
	uint64_t ips_end, entries_end, lookup_end;

	if (!has_orc(k) ||
		!symbol_range(
			k, "__start_orc_unwind_ip", "__stop_orc_unwind_ip", &t->ips, &ips_end) ||
		!symbol_range(
			k, "__start_orc_unwind", "__stop_orc_unwind", &t->entries, &entries_end))
		return;
	if ((ips_end - t->ips) / 4 != (entries_end - t->entries) / ORC_ENTRY_SIZE)
		return;
	t->n = (ips_end - t->ips) / 4;
	if (symbol_range(k, "orc_lookup", "orc_lookup_end", &t->lookup, &lookup_end))
		t->n_lookup = (lookup_end - t->lookup) / 4;
	else
		t->lookup = 0;
}

/* The last element of the index is for the first block past the code. */
static bool find_end(const struct kernel_image *k, struct orc_table *t)
{
	if (t->n_lookup > 1)
		t->end = t->start + (t->n_lookup - 1) * LOOKUP_BLOCK;
	else
		kernel_symbol(k, "_etext", &t->end, NULL);
	return t->end > t->start;
}

static int add_kernel(TALLOC_CTX *ctx, struct orc *orc, struct vmt_err *err)
{
	struct orc_table t = {0};

	kernel_tables(orc->k, &t);
	if (kernel_symbol(orc->k, "_stext", &t.start, NULL) || !find_end(orc->k, &t))
		return 0;
	take_count(orc, &t, t.n);
	orc->kernel = t;
	return orc_table_add(ctx, orc, &t, err);
}

static int add_module(
	TALLOC_CTX *ctx, struct orc *orc, const struct kernel_module *m, struct vmt_err *err)
{
	struct orc_table t = {.module = has_orc(orc->k) ? m->addr : 0};
	int rc = 0;

	for (unsigned i = 0; i < m->n_ranges && !rc; i++) {
		t.start = m->ranges[i].base;
		t.end = t.start + m->ranges[i].text_size;
		rc = orc_table_add(ctx, orc, &t, err);
	}
	return rc;
}

int orc_tables_find(
	TALLOC_CTX *ctx, struct orc *orc, const struct module_list *modules, struct vmt_err *err)
{
	int rc = add_kernel(ctx, orc, err);

	for (size_t i = 0; modules && i < modules->n && !rc; i++)
		rc = add_module(ctx, orc, &modules->items[i], err);
	orc_tables_settle(orc);
	return rc;
}

/* ---- copies ------------------------------------------------------------------------------ */

/*
 * ftrace's trampolines are copies of ftrace_caller or of ftrace_regs_caller, which saves all
 * registers. The first instructions show which (create_trampoline(), arch/x86/kernel/ftrace.c).
 */
static bool original_of(const struct kernel_image *k, uint64_t copy, uint64_t *ret)
{
	static const char *const originals[] = {"ftrace_regs_caller", "ftrace_caller"};
	uint8_t is[16], was[16];

	if (mem_read(k->space, copy, is, sizeof(is), NULL))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(originals); i++)
		if (!kernel_symbol(k, originals[i], ret, NULL) &&
			!mem_read(k->space, *ret, was, sizeof(was), NULL) &&
			memcmp(is, was, sizeof(is)) == 0)
			return true;
	return false;
}

CAP_FITS(CAP_FTRACE_OPS, sizeof(struct orc_alias));

static void add_alias(TALLOC_CTX *ctx, struct orc *orc, uint64_t ops)
{
	struct orc_alias alias, *aliases;
	uint64_t size;

	if (kernel_read_member(orc->k, ops, "ftrace_ops", "trampoline", &alias.start, NULL) ||
		kernel_read_member(orc->k, ops, "ftrace_ops", "trampoline_size", &size, NULL) ||
		!alias.start || alias.start + size <= alias.start ||
		!original_of(orc->k, alias.start, &alias.original))
		return;
	alias.end = alias.start + size;
	aliases = ARRAY_ROOM(ctx, orc->aliases, orc->n_aliases);
	if (!aliases)
		return;
	orc->aliases = aliases;
	aliases[orc->n_aliases++] = alias;
}

void orc_aliases_find(TALLOC_CTX *ctx, struct orc *orc)
{
	const struct kernel_image *k = orc->k;
	uint64_t list, end, ops;

	if (orc->aliases_tried)
		return;
	orc->aliases_tried = true;
	if (!k->layout || kernel_symbol(k, "ftrace_ops_list", &list, NULL) ||
		kernel_symbol(k, "ftrace_list_end", &end, NULL) ||
		mem_read_ptr(k->space, list, &ops, NULL))
		return;
	for (unsigned i = 0; ops && ops != end; i++) {
		if (i == CAP_FTRACE_OPS) {
			orc->capped = true;
			return;
		}
		add_alias(ctx, orc, ops);
		if (kernel_read_member(k, ops, "ftrace_ops", "next", &ops, NULL))
			return;
	}
}
