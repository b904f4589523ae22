// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See spin.h. Mirrors kernel/locking/qspinlock.c and include/asm-generic/qspinlock_types.h (4.2 and
 * later). Locks of other forms are not recognized.
 */
#include "kernel/spin.h"

#include <string.h>

#include "kernel/waits_internal.h"

/* Of the lock's word, if CONFIG_NR_CPUS is below 16384. */
#define LOCKED_MASK 0xffu
#define LOCKED 1u
#define LOCKED_SLOW 3u /* paravirtualized */
#define PENDING 0x100u
#define NEVER_SET 0xfe00u
#define TAIL_CPU_SHIFT 18

bool spin_is_slow_path(const char *function)
{
	static const char *const prefixes[] = {"native_", "__pv_", ""};
	static const char name[] = "queued_spin_lock_slowpath";

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(prefixes[i]);

		if (strncmp(function, prefixes[i], n) == 0 &&
			strncmp(function + n, name, sizeof(name) - 1) == 0)
			return true;
	}
	return false;
}

static bool read_word(const struct kernel_image *k, uint64_t addr, uint64_t *ret)
{
	return !(addr & 3) && mem_read_uint(k->space, addr, 4, ret, NULL) == 0;
}

/* Whether the word at addr is that of a lock that one CPU has and another one waits for. */
static bool is_contended(const struct kernel_image *k, uint64_t addr, uint64_t n_cpus)
{
	uint64_t word;

	return read_word(k, addr, &word) &&
	       ((word & LOCKED_MASK) == LOCKED || (word & LOCKED_MASK) == LOCKED_SLOW) &&
	       !(word & NEVER_SET) && word >> TAIL_CPU_SHIFT <= n_cpus &&
	       (word & PENDING || word >> TAIL_CPU_SHIFT);
}

/*
 * In a guest of x86, a CPU may spin without leaving a mark in the lock (virt_spin_lock()). The
 * address is then still where the caller put it.
 */
static bool is_taken_in_guest(const struct kernel_image *k, const struct vmt_register *reg)
{
	uint64_t word;

	return strcmp(reg->name, "rdi") == 0 && read_word(k, reg->value, &word) && word == LOCKED;
}

int spin_find(const struct kernel_image *k, const struct vmt_register *regs, size_t n,
	uint64_t n_cpus, struct spin *ret, struct vmt_err *err)
{
	uint64_t owner, guest = 0;

	*ret = (struct spin){0};
	for (size_t i = 0; i < n; i++) {
		if (is_taken_in_guest(k, &regs[i]))
			guest = regs[i].value;
		if (regs[i].value == ret->addr || !is_contended(k, regs[i].value, n_cpus))
			continue;
		if (ret->addr)
			return err_set(err, VMT_ERR_NOTFOUND, "several registers point to locks");
		ret->addr = regs[i].value;
	}
	ret->addr = ret->addr ? ret->addr : guest;
	if (!ret->addr)
		return err_set(err, VMT_ERR_NOTFOUND, "no register points to a lock");
	if (k->layout && !kernel_read_member(k, ret->addr, "raw_spinlock", "owner", &owner, NULL) &&
		wait_is_task(k, owner))
		ret->holder = owner;
	return 0;
}
