/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Per-CPU variables by name, whatever place the kernel gave them. For cpu*.c and task*.c. */
#ifndef VMT_KERNEL_PERCPU_H
#define VMT_KERNEL_PERCPU_H

#include "image/image.h"

/*
 * Finds a per-CPU variable's address before the CPU's offset is added: its own symbol, or a member
 * of struct pcpu_hot (6.2 to 6.14). VMT_ERR_NOTFOUND: this kernel has neither.
 */
int percpu_find(const struct kernel_image *k, const char *name, uint64_t *ret, struct vmt_err *err);

/*
 * The address of a per-CPU variable for one CPU: the symbol (or the member of pcpu_hot that it was
 * from 6.2 to 6.14) plus __per_cpu_offset[cpu].
 */
int percpu_variable(const struct kernel_image *k, uint32_t cpu, const char *symbol, uint64_t *ret,
	struct vmt_err *err);

/* A CPU, and its offset for per-CPU addresses. */
struct percpu {
	uint32_t number;
	uint64_t offset;
};

/*
 * Reads the CPUs that were present, sorted by number. *ret is a talloc child of ctx. If the kernel
 * does not record which were present, returns those that were possible, except those without
 * per-CPU data. *n is 0 if the masks cannot be read.
 */
int percpu_read(TALLOC_CTX *ctx, const struct kernel_image *k, struct percpu **ret, size_t *n,
	struct vmt_err *err);

/* Whether the kernel claims more CPUs than CAP_CPUS. The claim is not believed. */
bool percpu_is_capped(const struct kernel_image *k);

#endif
