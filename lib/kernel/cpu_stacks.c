// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The stacks of a CPU besides those of tasks (x86). The interrupt stack is a per-CPU variable
 * (hardirq_stack_ptr since 5.1, irq_stack_union before). The stacks for exceptions and entry code
 * are in the task state segment, whose layout is the processor's. So no types are needed. Mirrors
 * arch/x86/kernel/{dumpstack_64,irq_64}.c and arch/x86/include/asm/
 * {processor,cpu_entry_area,page_64_types}.h.
 */
#include "kernel/cpu_internal.h"

#include "base/array.h"
#include "base/cur.h"
#include "kernel/percpu.h"
#include "kernel/task_internal.h"

#define PAGE 4096u
/* struct x86_hw_tss: a reserved word, sp0 to sp2, 8 reserved bytes, seven exception stacks. */
#define TSS_SP0 4
#define TSS_IST 36
#define TSS_IST_COUNT 7
#define TSS_SIZE (TSS_IST + 8 * TSS_IST_COUNT)
/* CPU_ENTRY_AREA_PGD: half a TiB with the entry stack of each CPU (4.15 and later). */
#define ENTRY_AREA 0xfffffe0000000000u
#define ENTRY_AREA_SIZE (1ull << 39)

static void find_place(const struct kernel_image *k, const char *name, uint64_t *ret)
{
	if (percpu_find(k, name, ret, NULL))
		*ret = 0;
}

static void find_x86(const struct kernel_image *k, struct cpu_places *ret)
{
	static const char *const tss[] = {
		"cpu_tss_rw", /* 4.15 and later */
		"cpu_tss",    /* 4.2 to 4.14 */
		"init_tss",
	};
	uint64_t guarded;

	find_place(k, "hardirq_stack_ptr", &ret->irq_stack_ptr);
	if (!ret->irq_stack_ptr)
		find_place(k, "irq_stack_union", &ret->irq_stack_union);
	for (size_t i = 0; i < ARRAY_SIZE(tss) && !ret->tss; i++)
		find_place(k, tss[i], &ret->tss);
	/* 5.2 and later */
	find_place(k, "cea_exception_stacks", &guarded);
	ret->guarded = guarded != 0;
}

/* The start of the stack. On x86 the variable of that name had its end. */
static void find_aarch64(const struct kernel_image *k, struct cpu_places *ret)
{
	find_place(k, "irq_stack_ptr", &ret->irq_stack_start);
	find_place(k, "overflow_stack", &ret->overflow_stack);
}

void cpu_places_find(const struct kernel_image *k, struct cpu_places *ret)
{
	const struct arch_unwind *arch = mem_space_arch(k->space)->unwind;

	*ret = (struct cpu_places){0};
	if (!arch || arch->has_tss)
		find_place(k, "current_task", &ret->current_task);
	if (!ret->current_task)
		find_place(k, "__entry_task", &ret->current_task); /* aarch64 */
	if (!arch)
		return;
	ret->thread_size = task_thread_size(k);
	if (arch->has_tss)
		find_x86(k, ret);
	else
		find_aarch64(k, ret);
}

static void add(struct cpu *cpu, const char *context, uint64_t end, uint64_t size)
{
	if (cpu->n_stacks == CPU_STACKS_MAX || !size || size > CPU_STACK_BYTES_MAX || end <= size)
		return;
	cpu->stacks[cpu->n_stacks++] = (struct cpu_stack){end - size, end, context};
}

/* As large as a task's stack: both are four pages, or eight with KASAN. */
static void irq_stack(
	const struct kernel_image *k, const struct cpu_places *places, struct cpu *cpu)
{
	uint64_t top;

	if (places->irq_stack_union)
		add(cpu, "hardirq", places->irq_stack_union + cpu->percpu + places->thread_size,
			places->thread_size);
	else if (places->irq_stack_ptr &&
		 !mem_read_ptr(k->space, places->irq_stack_ptr + cpu->percpu, &top, NULL) && top)
		/* The top itself, or the last word on the stack (5.12 and later). */
		add(cpu, "hardirq", (top + 15) / 16 * 16, places->thread_size);
}

/*
 * The vectors with a stack of their own, in the order of the table. Each stack is next to the
 * previous.
 */
static const struct {
	const char *context;
	unsigned debug; /* before guard pages, the debug stack had double size */
} exceptions[TSS_IST_COUNT] = {
	{"double-fault", 0}, {"nmi", 0}, {"debug", 1}, {"machine-check", 0},
	{"vmm", 0}, /* 5.10 and later, with SEV-ES */
};

static void exception_stacks(const struct cpu_places *places, const uint64_t *tops, struct cpu *cpu)
{
	uint64_t step = tops[1] - tops[0], size = places->guarded ? step - PAGE : step;

	if (!tops[0] || tops[1] <= tops[0] || size > CPU_STACK_BYTES_MAX || size % PAGE)
		return;
	for (size_t i = 0; i < TSS_IST_COUNT && exceptions[i].context && tops[i]; i++)
		add(cpu, exceptions[i].context, tops[i],
			exceptions[i].debug && !places->guarded ? size * 2 : size);
}

void cpu_read_stacks(const struct kernel_image *k, const struct cpu_places *places, struct cpu *cpu)
{
	uint8_t raw[TSS_SIZE];
	uint64_t tops[TSS_IST_COUNT], sp0, start;

	irq_stack(k, places, cpu);
	if (places->irq_stack_start &&
		!mem_read_ptr(k->space, places->irq_stack_start + cpu->percpu, &start, NULL) &&
		start)
		add(cpu, "hardirq", start + places->thread_size, places->thread_size);
	if (places->overflow_stack)
		add(cpu, "overflow", places->overflow_stack + cpu->percpu + PAGE, PAGE);
	if (!places->tss || mem_read(k->space, places->tss + cpu->percpu, raw, sizeof(raw), NULL))
		return;
	for (size_t i = 0; i < TSS_IST_COUNT; i++)
		tops[i] = cur_load_little(raw + TSS_IST + 8 * i, 8);
	exception_stacks(places, tops, cpu);
	/* Up to 4.14, and with FRED, this is the task's stack. */
	sp0 = cur_load_little(raw + TSS_SP0, 8);
	if (sp0 - ENTRY_AREA < ENTRY_AREA_SIZE)
		add(cpu, "entry", sp0, (sp0 - 1) % PAGE + 1);
}
