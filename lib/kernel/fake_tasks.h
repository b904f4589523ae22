/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CPUs and tasks built by hand, and the layout of their structs, for tests. */
#ifndef VMT_KERNEL_FAKE_TASKS_H
#define VMT_KERNEL_FAKE_TASKS_H

#include "base/array.h"
#include "image/fake_kernel.h"
#include "kernel/task.h"

/* Offsets in RAM. */
#define FAKE_OFFSETS 0x60000u /* __per_cpu_offset */
#define FAKE_VARS 0x61000u
#define FAKE_PERCPU_AREA 0x70000u /* of CPU 0; each CPU has 0x4000 bytes */
#define FAKE_TASKS 0xa0000u	  /* task_structs, one page each */
#define FAKE_STACKS 0xc0000u	  /* their stacks, two pages each */

/* Offsets of per-CPU variables. */
enum {
	FAKE_CURRENT = 0x100,
	FAKE_IRQ_PTR = 0x108,
	FAKE_CEA = 0x110,
	FAKE_IDLE = 0x118,
	FAKE_NOTES = 0x200, /* not a symbol: crash_notes points at it */
	FAKE_TSS = 0x1000,
	FAKE_QUEUE = 0x2000,
	FAKE_HOT = 0x3000, /* pcpu_hot of other kernels */
};

/* Offsets of members. */
enum {
	TASK_CPU = 0,
	TASK_STATE = 8,
	TASK_STACK = 16,
	TASK_ON_CPU = 24,
	TASK_TASKS = 32,
	TASK_PID = 48,
	TASK_TGID = 52,
	TASK_NODE = 56,
	TASK_SIGNAL = 72,
	TASK_COMM = 80,
	TASK_NVCSW = 96,
	TASK_NIVCSW = 104,
	TASK_LAST_COUNT = 112,
	TASK_LAST_TIME = 120,
	TASK_EXEC_START = 128,
	TASK_SP = 136,
	SIGNAL_HEAD = 0x800, /* in the same page */
};

/* A place on the stack of task i. */
static inline uint64_t fake_stack(unsigned i, unsigned at)
{
	return FAKE_STACKS + 0x2000 * i + at;
}

struct fake_member {
	const char *type, *member;
	unsigned offset, size;
};

static const struct fake_member fake_members[] = {
	{"task_struct", "thread_info.cpu", TASK_CPU, 4},
	{"task_struct", "__state", TASK_STATE, 4},
	{"task_struct", "stack", TASK_STACK, 8},
	{"task_struct", "on_cpu", TASK_ON_CPU, 4},
	{"task_struct", "tasks", TASK_TASKS, 16},
	{"task_struct", "pid", TASK_PID, 4},
	{"task_struct", "tgid", TASK_TGID, 4},
	{"task_struct", "thread_node", TASK_NODE, 16},
	{"task_struct", "signal", TASK_SIGNAL, 8},
	{"task_struct", "comm", TASK_COMM, 16},
	{"task_struct", "nvcsw", TASK_NVCSW, 8},
	{"task_struct", "nivcsw", TASK_NIVCSW, 8},
	{"task_struct", "last_switch_count", TASK_LAST_COUNT, 8},
	{"task_struct", "last_switch_time", TASK_LAST_TIME, 8},
	{"task_struct", "se.exec_start", TASK_EXEC_START, 8},
	{"task_struct", "thread.sp", TASK_SP, 8},
	{"signal_struct", "thread_head", 0, 16},
	{"rq", "clock", 0, 8},
	{"rq", "clock_task", 8, 8},
	{"clocksource", "mult", 16, 4},
	{"clocksource", "shift", 20, 4},
	{"pcpu_hot", "current_task", 0, 8},
	{"pcpu_hot", "hardirq_stack_ptr", 16, 8},
};

static inline int fake_find_member(const struct fake_member *rows, size_t n, const char *type,
	const char *member, struct layout_member *ret, struct vmt_err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct fake_member *m = &rows[i];

		if (strcmp(m->type, type) != 0 || strcmp(m->member, member) != 0)
			continue;
		*ret = (struct layout_member){.offset = m->offset, .size = m->size, .count = 1};
		return 0;
	}
	return err_set(err, VMT_ERR_NOTFOUND, "no %s.%s", type, member);
}

static inline int fake_layout_member(void *priv, const char *type, const char *member,
	struct layout_member *ret, struct vmt_err *err)
{
	(void)priv;
	return fake_find_member(fake_members, ARRAY_SIZE(fake_members), type, member, ret, err);
}

static inline int fake_layout_size(void *priv, const char *type, uint64_t *ret, struct vmt_err *err)
{
	(void)priv;
	(void)ret;
	return err_set(err, VMT_ERR_NOTFOUND, "no %s", type);
}

/* The offset of a per-CPU variable in RAM. */
static inline uint64_t fake_percpu(unsigned cpu, unsigned var)
{
	return FAKE_PERCPU_AREA + 0x4000 * cpu + var;
}

static inline uint64_t fake_task(unsigned i)
{
	return FAKE_TASKS + 0x1000 * i;
}

static inline void fake_put_task(unsigned i, int pid, unsigned cpu)
{
	uint64_t t = fake_task(i);

	fake_put(t + TASK_CPU, 4, cpu);
	fake_put(t + TASK_PID, 4, (uint32_t)pid);
	fake_put(t + TASK_TGID, 4, (uint32_t)pid);
	fake_put(t + TASK_STACK, 8, fake_va(FAKE_STACKS + 0x2000 * i));
	fake_put(t + TASK_SIGNAL, 8, fake_va(t + SIGNAL_HEAD));
	fake_put(t + SIGNAL_HEAD, 8, fake_va(t + TASK_NODE));
	fake_put(t + TASK_NODE, 8, fake_va(t + SIGNAL_HEAD));
	sprintf((char *)fake_ram + t + TASK_COMM, "task-%u", i);
}

/* Puts per-CPU symbols, then the others, in ascending order. hot: as in a kernel of 6.2 to 6.14. */
static inline void fake_put_symbols(struct fake_tables *t, bool hot)
{
	const struct fake_layout layout = {.mode = FAKE_PERCPU, .two_bytes = true, .seqs = true};
	static const struct {
		unsigned at;
		const char *name;
	} vars[] = {
		{FAKE_VARS, "D__cpu_present_mask"},
		{FAKE_VARS + 8, "Dnr_cpu_ids"},
		{FAKE_VARS + 16, "Bcrash_notes"},
		{FAKE_VARS + 24, "Dcrashing_cpu"},
		{FAKE_VARS + 28, "Dpanic_cpu"},
		{FAKE_VARS + 32, "Djiffies"},
		{FAKE_VARS + 64, "dclocksource_jiffies"},
		{FAKE_TASKS, "Dinit_task"},
		{FAKE_STACKS, "D__start_init_stack"},
		{FAKE_STACKS + 0x2000, "D__end_init_stack"},
	};

	*t = (struct fake_tables){0};
	if (!hot) {
		fake_symbol_add(t, FAKE_CURRENT, "Dcurrent_task");
		fake_symbol_add(t, FAKE_IRQ_PTR, "Dhardirq_stack_ptr");
	}
	fake_symbol_add(t, FAKE_CEA, "Dcea_exception_stacks");
	fake_symbol_add(t, FAKE_IDLE, "didle_threads");
	fake_symbol_add(t, FAKE_TSS, "Dcpu_tss_rw");
	fake_symbol_add(t, FAKE_QUEUE, "Drunqueues");
	if (hot)
		fake_symbol_add(t, FAKE_HOT, "Dpcpu_hot");
	fake_symbol_add(t, FAKE_STEXT, "T_stext");
	fake_symbol_add(t, fake_va(FAKE_OFFSETS), "D__per_cpu_offset");
	for (size_t i = 0; i < ARRAY_SIZE(vars); i++)
		fake_symbol_add(t, fake_va(vars[i].at), "%s", vars[i].name);
	fake_put_tables(&layout, t);
}

/* CPUs 0, 1 and 3 of a kernel that supports four. */
static inline int fake_kernel_open(TALLOC_CTX *ctx, bool hot, struct kernel_image *k)
{
	static const struct layout_provider provider = {
		.name = "test", .member = fake_layout_member, .size = fake_layout_size};
	struct fake_tables t;
	int rc;

	fake_put_symbols(&t, hot);
	for (unsigned cpu = 0; cpu < 4; cpu++)
		fake_put(FAKE_OFFSETS + 8 * cpu, 8, fake_va(fake_percpu(cpu, 0)));
	fake_put(FAKE_VARS, 8, 0xb);
	fake_put(FAKE_VARS + 8, 4, 4);
	fake_put(FAKE_VARS + 24, 4, UINT32_MAX);
	fake_put(FAKE_VARS + 28, 4, UINT32_MAX);
	rc = fake_open(ctx, t.info, &k->symbols, NULL);
	k->space = fake_space(ctx);
	if (!rc)
		rc = layout_new(ctx, &k->layout, NULL);
	return rc ? rc : layout_add(k->layout, &provider, NULL);
}

#endif
