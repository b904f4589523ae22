// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The CPUs of a dead kernel: who was running where, and which one crashed. Mirrors
 * arch/x86/include/asm/current.h (current_task; pcpu_hot from 6.2 to 6.14), kernel/panic.c
 * (panic_cpu, 4.4 and later), arch/x86/kernel/{reboot,dumpstack}.c (crashing_cpu, die_owner).
 */
#include "kernel/cpu_internal.h"

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "kernel/percpu.h"
#include "kernel/task_internal.h"

CAP_FITS(CAP_CPUS, sizeof(struct cpu));
CAP_FITS(CAP_CPUS, sizeof(struct percpu));

/* The task_struct itself records its CPU. A CPU that never ran claims to run init_task. */
static bool runs_on(const struct kernel_image *k, uint64_t task, uint32_t cpu)
{
	/* Since 5.16; 4.9 to 5.15. Earlier it is in a thread_info on the stack. */
	static const char *const members[] = {"thread_info.cpu", "cpu"};

	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		uint64_t on;

		if (!kernel_read_member(k, task, "task_struct", members[i], &on, NULL))
			return on == cpu;
	}
	return true;
}

static void read_current(
	const struct kernel_image *k, const struct cpu_places *places, struct cpu *cpu)
{
	uint64_t task;

	if (!places->current_task ||
		mem_read_ptr(k->space, places->current_task + cpu->percpu, &task, NULL) || !task)
		return;
	if (!runs_on(k, task, cpu->number))
		return;
	cpu->task = task;
	task_read_stack(k, task, places->thread_size, &cpu->task_stack);
}

/* Each variable is -1 until a CPU crashes. */
static int64_t find_crashing(const struct kernel_image *k, struct cpu_set *set)
{
	static const char *const symbols[] = {"crashing_cpu", "panic_cpu", "die_owner"};

	set->crash_lost = true;
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		uint64_t value;

		if (kernel_read_symbol(k, symbols[i], 4, &value, NULL))
			continue;
		set->crash_lost = false;
		for (size_t c = 0; c < set->n; c++)
			if (set->cpus[c].number == value)
				return set->cpus[c].number;
	}
	return -1;
}

/* If memory does not say which CPUs there were: one for each note. */
static int count_notes(TALLOC_CTX *ctx, const struct dump *dump, struct percpu **ret, size_t *n,
	struct vmt_err *err)
{
	*n = dump ? cpu_count_notes(dump) : 0;
	if (*n == 0)
		*n = 1;
	if (*n > CAP_CPUS)
		*n = CAP_CPUS;
	*ret = talloc_zero_array(ctx, struct percpu, (unsigned)*n);
	if (!*ret)
		return err_nomem(err);
	for (size_t i = 0; i < *n; i++)
		(*ret)[i].number = (uint32_t)i;
	return 0;
}

int cpu_set_read(TALLOC_CTX *ctx, const struct kernel_image *k, const struct dump *dump,
	struct cpu_set *ret, struct vmt_err *err)
{
	struct cpu_places places;
	struct percpu *present = NULL;
	int rc = percpu_read(ctx, k, &present, &ret->n, err);
	/*
	 * If symbols are known only for functions, there seems to be one CPU: use one for each
	 * note.
	 */
	bool known = rc == 0 && ret->n &&
		     (ret->n > 1 || present[0].offset || !dump || cpu_count_notes(dump) <= 1);

	if (!known)
		rc = count_notes(ctx, dump, &present, &ret->n, err);
	if (rc)
		return rc;
	ret->cpus = talloc_zero_array(ctx, struct cpu, (unsigned)ret->n);
	if (!ret->cpus)
		return err_nomem(err);
	cpu_places_find(k, &places);
	for (size_t i = 0; i < ret->n; i++) {
		ret->cpus[i].number = present[i].number;
		ret->cpus[i].percpu = present[i].offset;
		if (!known)
			continue;
		read_current(k, &places, &ret->cpus[i]);
		cpu_read_stacks(k, &places, &ret->cpus[i]);
	}
	talloc_free(present);
	ret->crashing = find_crashing(k, ret);
	ret->capped = percpu_is_capped(k) || (dump && cpu_count_notes(dump) > CAP_CPUS);
	return cpu_read_registers(k, dump, ret, err);
}
