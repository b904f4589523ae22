// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Values that the kernel stores where a pointer is no longer valid (include/linux/poison.h, err.h),
 * and ranges that no pointer should be in. The access is usually to a member, so addresses a little
 * above a value count as well.
 */
#include "triage/address.h"

#include <string.h>

#include "base/array.h"
#include "base/machine.h"

struct range_row {
	struct address_class klass;
	uint64_t first, last;
	bool poison; /* means as much in a register as in the faulting address */
	bool only64;
	bool layout;  /* only if the split of the address space is known */
	bool no_tags; /* not if the top byte may be a tag (arm64) */
};

#define REACH 0xfff /* a member is at most this far into its object */

/* clang-format off */
static const struct range_row rows[] = {
	{{"null", "means that a NULL pointer was used"}, 0, 0, false, false},
	{{"null-offset", "is in the first page: a member was accessed through a NULL pointer"}, 1, 0xfff, false, false},
	{{"list-poison", "is LIST_POISON1: the entry had been removed from its list"}, 0xdead000000000100, 0xdead000000000100 + 0x1f, true, true},
	{{"list-poison", "is LIST_POISON2: the entry had been removed from its list"}, 0xdead000000000120, 0xdead000000000120 + 0x1f, true, true},
	{{"list-poison", "is LIST_POISON2 (4.4 to 4.19): the entry had been removed from its list"}, 0xdead000000000200, 0xdead000000000200 + 0x1f, true, true},
	{{"list-poison", "is LIST_POISON1 (up to 3.10): the entry had been removed from its list"}, 0xdead000000100100, 0xdead000000100100 + 0x1f, true, true},
	{{"list-poison", "is LIST_POISON2 (up to 3.10): the entry had been removed from its list"}, 0xdead000000200200, 0xdead000000200200 + 0x1f, true, true},
	{{"list-poison", "is LIST_POISON1 (32 bits): the entry had been removed from its list"}, 0x100100, 0x100100 + 0x1f, false, false},
	{{"list-poison", "is LIST_POISON2 (32 bits): the entry had been removed from its list"}, 0x200200, 0x200200 + 0x1f, false, false},
	{{"timer-poison", "is TIMER_ENTRY_STATIC: a timer that was never queued"}, 0xdead000000000300, 0xdead00000000031f, true, true},
	{{"list-poison", "is in the range that list and page poison values come from"}, 0xdead000000000000, 0xdead0000ffffffff, true, true},
	{{"slab-poison", "is made of 0x6b: the object that held the pointer had been freed"}, 0x6b6b6b6b6b6b6b6b - REACH, 0x6b6b6b6b6b6b6b6b + REACH, true, true},
	{{"slab-poison", "is made of 0x6b: the object that held the pointer had been freed"}, 0x6b6b6b6b - REACH, 0x6b6b6b6b + REACH, false, false},
	{{"slab-uninitialised", "is made of 0x5a: the object that held the pointer was never initialised"}, 0x5a5a5a5a5a5a5a5a - REACH, 0x5a5a5a5a5a5a5a5a + REACH, true, true},
	{{"slab-redzone", "is made of 0xbb: the pointer was read from beyond the end of an object"}, 0xbbbbbbbbbbbbbbbb - REACH, 0xbbbbbbbbbbbbbbbb + REACH, true, true},
	{{"page-poison", "is made of 0xaa: the page that held the pointer had been freed"}, 0xaaaaaaaaaaaaaaaa - REACH, 0xaaaaaaaaaaaaaaaa + REACH, true, true},
	{{"init-poison", "is made of 0xcc: freed init memory, or an object's red zone"}, 0xcccccccccccccccc - REACH, 0xcccccccccccccccc + REACH, true, true},
	{{"dma-pool-poison", "is made of 0xa7: the DMA pool block that held the pointer had been freed"}, 0xa7a7a7a7a7a7a7a7 - REACH, 0xa7a7a7a7a7a7a7a7 + REACH, true, true},
	{{"kasan-shadow", "is in KASAN's shadow of the first page: a NULL pointer was used"}, 0xdffffc0000000000, 0xdffffc00000001ff, false, true},
	{{"kasan-shadow", "is in KASAN's shadow memory: the pointer that was checked was invalid"}, 0xdffffc0000000200, 0xdffffffeffffffff, false, true},
	{{"err-ptr", "is an error number in a pointer: a missing check with IS_ERR", true}, 0xfffffffffffff001, 0xffffffffffffffff, true, true},
	{{"err-ptr", "is a little above an error number in a pointer"}, 0xffffffffffffe000, 0xfffffffffffff000, false, true},
	{{"err-ptr", "is an error number in a pointer: a missing check with IS_ERR"}, 0xfffff001, 0xffffffff, false, false},
	{{"user", "belongs to user space"}, 0x10000, 0x00007fffffffffff, false, true, true},
	{{"user", "belongs to user space"}, 0x10000, 0x7fffffff, false, false, true},
	{{"low", "is near 0, above the first page: a large offset from a NULL pointer"}, 0x1000, 0xffff, false, false},
	{{"non-canonical", "is not canonical: no pointer can have this value"}, 0x0100000000000000, 0xfeffffffffffffff, false, true, false, true},
};
/* clang-format on */

/* Whether user space is the lower half of the address space, and nothing else is in it. */
static bool is_split(const struct machine *m)
{
	switch (m->family) {
	case MACHINE_ARM:
	case MACHINE_ARM64:
	case MACHINE_LOONGARCH:
	case MACHINE_POWER:
	case MACHINE_RISCV:
	case MACHINE_X86:
		return true;
	case MACHINE_MIPS:
	case MACHINE_S390:
	case MACHINE_OTHER:
		break;
	}
	return false;
}

/*
 * mips logs do not say whether the kernel is 32 or 64 bits wide, so an address that fits 32 bits
 * counts as 32-bit.
 */
static bool is_narrow(const struct machine *m, uint64_t address)
{
	return m->narrow || (m->family == MACHINE_MIPS && address <= UINT32_MAX);
}

const struct address_class *address_classify(uint64_t address, const char *arch)
{
	const struct machine *machine = machine_find(arch);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct range_row *r = &rows[i];
		/* A 32-bit row applies to a 64-bit kernel only if its values are as small there. */
		bool fits =
			is_narrow(machine, address) ? !r->only64 : r->only64 || r->last <= 0xffff;

		if (r->layout && !is_split(machine))
			continue;
		if (r->no_tags && machine->tagged)
			continue;
		if (fits && address >= r->first && address <= r->last)
			return &r->klass;
	}
	return NULL;
}

const struct address_class *address_poison(uint64_t value)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].poison && value >= rows[i].first && value <= rows[i].last)
			return &rows[i].klass;
	return NULL;
}

bool address_is_freed(const char *id)
{
	static const char *const freed[] = {"slab-poison", "page-poison", "dma-pool-poison"};

	for (size_t i = 0; id && i < ARRAY_SIZE(freed); i++)
		if (strcmp(freed[i], id) == 0)
			return true;
	return false;
}
