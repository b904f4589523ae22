/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spinlock that a CPU waits for, by its registers. */
#ifndef VMT_KERNEL_SPIN_H
#define VMT_KERNEL_SPIN_H

#include "image/image.h"

struct spin {
	uint64_t addr;	 /* of the lock */
	uint64_t holder; /* task_struct; 0: only kernels with CONFIG_DEBUG_SPINLOCK record it */
};

/* Whether the function waits for a spinlock, and has its address in a register meanwhile. */
bool spin_is_slow_path(const char *function);

/*
 * Finds the lock by the registers in such a function: the one value that is the address of a lock
 * that is taken and waited for. VMT_ERR_NOTFOUND: none is, or several are.
 */
int spin_find(const struct kernel_image *k, const struct vmt_register *regs, size_t n,
	uint64_t n_cpus, struct spin *ret, struct vmt_err *err);

#endif
