// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Per-CPU variables: __per_cpu_offset[], the CPU masks, struct pcpu_hot.
 * Mirrors include/linux/{cpumask,percpu-defs}.h and arch/x86/include/asm/current.h.
 */
#include "kernel/percpu.h"

#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/cur.h"
#include "kernel/cpu.h"

int percpu_find(const struct kernel_image *k, const char *name, uint64_t *ret, struct vmt_err *err)
{
	struct layout_member m;
	uint64_t hot;
	int rc = kernel_symbol(k, name, ret, err);

	/* The symbol first: asking for a type that does not exist is expensive. */
	if (rc != VMT_ERR_NOTFOUND || !k->layout || kernel_symbol(k, "pcpu_hot", &hot, NULL) ||
		layout_member(k->layout, "pcpu_hot", name, &m, NULL))
		return rc;
	*ret = hot + m.offset;
	return 0;
}

/*
 * Reads from __per_cpu_offset[]. A kernel for one CPU has no such array, and its variables are not
 * moved.
 */
static int read_offset(const struct kernel_image *k, uint64_t table, uint32_t cpu, uint64_t *ret,
	struct vmt_err *err)
{
	int rc;

	*ret = 0;
	if (!table)
		return 0;
	rc = mem_read_ptr(k->space, table + (uint64_t)cpu * mem_space_ptr_size(k->space), ret, err);
	return rc ? err_prepend(err, rc, "per-CPU data of CPU %u", cpu) : 0;
}

static int find_table(const struct kernel_image *k, uint64_t *ret, struct vmt_err *err)
{
	int rc = kernel_symbol(k, "__per_cpu_offset", ret, err);

	if (rc)
		*ret = 0;
	return rc == VMT_ERR_NOTFOUND ? 0 : rc;
}

int percpu_variable(const struct kernel_image *k, uint32_t cpu, const char *symbol, uint64_t *ret,
	struct vmt_err *err)
{
	uint64_t place, table, offset;
	int rc = percpu_find(k, symbol, &place, err);

	if (!rc)
		rc = find_table(k, &table, err);
	if (!rc)
		rc = read_offset(k, table, cpu, &offset, err);
	if (!rc)
		*ret = place + offset;
	return rc;
}

/* The number of bits in a mask. In some configurations nr_cpu_ids is a constant. */
static uint32_t mask_bits(const struct kernel_image *k)
{
	uint64_t bits, size;

	if (!kernel_read_symbol(k, "nr_cpu_ids", 4, &bits, NULL) && bits && bits <= CAP_CPUS)
		return (uint32_t)bits;
	if (k->layout && !layout_size(k->layout, "cpumask", &size, NULL) && size <= CAP_CPUS / 8)
		return (uint32_t)size * 8;
	return 1;
}

bool percpu_is_capped(const struct kernel_image *k)
{
	uint64_t bits;

	return !kernel_read_symbol(k, "nr_cpu_ids", 4, &bits, NULL) && bits > CAP_CPUS;
}

/* Masks are arrays of machine words, with the lowest bits first. */
static bool mask_has(const uint8_t *mask, uint32_t bit, unsigned word, bool big_endian)
{
	uint64_t value = cur_load(mask + bit / 8 / word * word, word, big_endian);

	return value >> bit % (8 * word) & 1;
}

/* Since 4.5 the masks themselves. Before, bitmaps that constant pointers refer to. */
static const char *const masks[] = {
	"__cpu_present_mask", "cpu_present_bits", "__cpu_possible_mask", "cpu_possible_bits"};

static bool any_bit(const uint8_t *mask, size_t len)
{
	while (len--)
		if (mask[len])
			return true;
	return false;
}

/*
 * Finds the first mask with any CPU in it. A kernel for one CPU has no masks: then that CPU. False
 * if there may be masks that cannot be read.
 */
static bool find_mask(const struct kernel_image *k, uint32_t bits, uint8_t *mask)
{
	size_t len = (bits + 63) / 64 * 8;
	bool trouble = !k->symbols;

	for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
		uint64_t addr;
		int rc = kernel_symbol(k, masks[i], &addr, NULL);

		if (!rc)
			rc = mem_read(k->space, addr, mask, len, NULL);
		if (!rc && any_bit(mask, len))
			return true;
		trouble |= rc && rc != VMT_ERR_NOTFOUND;
	}
	memset(mask, 0, len);
	mask[mem_space_big_endian(k->space) ? mem_space_ptr_size(k->space) - 1 : 0] = 1;
	return !trouble;
}

int percpu_read(TALLOC_CTX *ctx, const struct kernel_image *k, struct percpu **ret, size_t *n,
	struct vmt_err *err)
{
	uint8_t mask[CAP_CPUS / 8] = {0};
	unsigned word = mem_space_ptr_size(k->space);
	uint32_t bits = mask_bits(k);
	uint64_t table;
	int rc = find_table(k, &table, err);

	*n = 0;
	*ret = NULL;
	if (rc)
		return rc;
	if (!find_mask(k, bits, mask))
		return 0;
	for (uint32_t cpu = 0; cpu < bits; cpu++) {
		struct percpu *all;
		uint64_t offset;

		if (!mask_has(mask, cpu, word, mem_space_big_endian(k->space)) ||
			read_offset(k, table, cpu, &offset, NULL))
			continue;
		all = ARRAY_ROOM(ctx, *ret, *n);
		if (!all)
			return err_nomem(err);
		*ret = all;
		all[(*n)++] = (struct percpu){cpu, offset};
	}
	return 0;
}
