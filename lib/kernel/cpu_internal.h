/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts that cpu.c combines. */
#ifndef VMT_KERNEL_CPU_INTERNAL_H
#define VMT_KERNEL_CPU_INTERNAL_H

#include "kernel/cpu.h"

/*
 * Addresses of per-CPU variables before a CPU's offset is added. 0: this kernel does not have it.
 */
struct cpu_places {
	uint64_t current_task;
	uint64_t irq_stack_ptr, irq_stack_union;
	uint64_t irq_stack_start, overflow_stack;
	uint64_t tss;
	bool guarded; /* there are guard pages between the exception stacks */
	uint64_t thread_size;
};

/* Finds what there is. Nothing fails: what is not found is 0. */
void cpu_places_find(const struct kernel_image *k, struct cpu_places *ret);

/*
 * Finds the CPU's interrupt, exception and entry stacks. Stacks that cannot be determined are left
 * out.
 */
void cpu_read_stacks(
	const struct kernel_image *k, const struct cpu_places *places, struct cpu *cpu);

/* The number of CPUs with registers in the container. Stops counting at CAP_CPUS + 1. */
size_t cpu_count_notes(const struct dump *dump);

/* Sets each CPU's registers: from memory, or else from the container's notes. */
int cpu_read_registers(const struct kernel_image *k, const struct dump *dump, struct cpu_set *set,
	struct vmt_err *err);

#endif
