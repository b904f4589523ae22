// SPDX-License-Identifier: GPL-3.0-or-later
/* What memory shows of a crash that the log does not record. */
#include <string.h>

#include "base/vmlinux.h"
#include "facade/kernel_view.h"
#include "kernel/stack_find.h"
#include "triage/blame.h"
#include "triage/trace.h"

#define CODE_BYTES 16 /* the longest instruction has 15 */

static int read_code(
	const struct kernel_view *view, TALLOC_CTX *ctx, struct witness *w, struct vmt_err *err)
{
	uint64_t ip = w->n_frames ? w->frames[0].address.v : 0;
	uint8_t *code = talloc_array(ctx, uint8_t, CODE_BYTES);

	if (!code)
		return err_nomem(err);
	if (mem_read(view->image.space, ip, code, CODE_BYTES, NULL))
		return 0;
	w->code = code;
	w->n_code = CODE_BYTES;
	return 0;
}

/* Whether a module has its code there, whose symbols could then not be read. */
static bool is_module_text(const struct module_list *list, uint64_t ip)
{
	const struct kernel_module *m = modules_at(list, ip);

	for (unsigned i = 0; m && i < m->n_ranges; i++)
		if (ip - m->ranges[i].base < m->ranges[i].text_size)
			return true;
	return false;
}

/* A code address without a function: no code is there only if all modules and tables are known. */
static bool lacks_code(const struct kernel_view *view, uint64_t ip)
{
	struct mem_space *space = view->image.space;
	struct vmt_u64 lost = mem_lost(space);
	const struct module_list *list = &view->modules;
	bool unknown = !view->has_modules || list->broken || list->capped || list->unreadable;
	uint64_t paddr;
	bool mapped;

	if (view->has_modules && is_module_text(list, ip))
		return true;
	mem_set_lost(space, (struct vmt_u64){0});
	mapped = mem_translate(space, ip, &paddr, NULL) == 0;
	/* Not mapped, as far as the tables could be read: certainly no code. */
	unknown = mem_lost(space).known || (mapped && unknown);
	mem_set_lost(space, lost);
	return unknown;
}

/* The blocked task that had waited longest: the one that made khungtaskd panic. */
struct longest {
	const struct kernel_view *view;
	struct task_clock clock;
	struct task task;
	uint64_t ms;
};

static int compare_task(void *arg, const struct task *task)
{
	struct longest *l = arg;
	struct vmt_u64 ms = task_is_blocked(task)
				    ? task_blocked_ms(&l->view->image, &l->clock, task)
				    : (struct vmt_u64){0};

	if (ms.known && ms.v > l->ms) {
		l->task = *task;
		l->ms = ms.v;
	}
	return 0;
}

static int add_waiter(
	struct kernel_view *view, TALLOC_CTX *ctx, struct oops_event *ev, struct vmt_err *err)
{
	struct longest l = {.view = view};
	struct kernel_view_stack stack = {0};
	uint64_t lost;
	int rc;

	task_clock_read(&view->image, &l.clock);
	rc = task_each(&view->image, compare_task, &l, &lost, NULL);
	view->caps.tasks |= rc == VMT_ERR_LIMIT;
	if ((rc && rc != VMT_ERR_LIMIT) || !l.ms)
		return 0;
	rc = kernel_view_task_stack(view, ctx, &l.task, &stack, err);
	if (rc)
		return rc;
	ev->subject_pid = (struct vmt_u64){true, (uint64_t)l.task.pid};
	ev->subject_comm = talloc_strdup(ctx, l.task.comm);
	ev->traces = trace_make(ctx, stack.frames, stack.n);
	ev->n_traces = 1;
	return ev->subject_comm && ev->traces ? 0 : err_nomem(err);
}

/* The function that handles the exception: its return address is below the registers. */
static const char *handler_of(
	const struct kernel_view *view, TALLOC_CTX *ctx, const struct cpu *cpu)
{
	const struct arch *arch = mem_space_arch(view->image.space);
	struct vmt_frame frame = {0};
	uint64_t addr;

	if (!cpu->fault_regs || arch->unwind->has_lr ||
		mem_read_ptr(view->image.space, cpu->fault_regs - 8, &addr, NULL))
		return NULL;
	symbolize_address(&view->symbolizer, ctx, addr, false, &frame);
	return is_vmlinux(frame.module) ? frame.function : NULL;
}

/* An exception on its stack, but not the interrupt by which the others are stopped. */
static bool has_crashed(struct kernel_view *view, TALLOC_CTX *ctx, size_t i)
{
	const struct kernel_view_stack *stack = &view->cpu_stacks[i];
	const char *handler = handler_of(view, ctx, &view->cpus.cpus[i]);
	const char *inner = stack->n ? stack->frames[0].function : NULL;

	if (handler && !strstr(handler, "nmi"))
		return true;
	return inner && is_vmlinux(stack->frames[0].module) && blame_find(inner, BLAME_REPORT);
}

static void find_crashed(struct kernel_view *view, TALLOC_CTX *ctx)
{
	struct cpu_set *set = &view->cpus;
	size_t n = 0, which = 0;

	if (set->crashing >= 0 || !set->crash_lost)
		return;
	for (size_t i = 0; i < set->n; i++)
		if (has_crashed(view, ctx, i)) {
			which = i;
			n++;
		}
	if (n == 1)
		set->crashing = set->cpus[which].number;
}

int kernel_view_find_stacks(struct kernel_view *view, TALLOC_CTX *ctx, struct dump *dump,
	struct vmt_report *report, struct vmt_err *err)
{
	int found, rc = 0;

	/* As a running machine has it: memory says that no CPU has crashed. */
	if (view->cpus.crashing < 0 && !view->cpus.crash_lost)
		return 0;
	found = stack_find(&view->image, dump, &view->cpus, err);
	if (found < 0)
		return found;
	if (found)
		rc = kernel_view_fill_cpus(view, ctx, (struct vmt_u64){0}, report, err);
	if (rc)
		return rc;
	find_crashed(view, ctx);
	return found;
}

int kernel_view_witness(struct kernel_view *view, TALLOC_CTX *ctx, const struct vmt_report *report,
	struct oops_event **ret, struct vmt_err *err)
{
	const struct cpu_set *set = &view->cpus;
	struct oops_event *ev = NULL;
	int rc = 0;

	for (size_t i = 0; i < set->n && !rc && !ev; i++) {
		const struct vmt_cpu *cpu = &report->cpus[i];
		struct witness w = {.arch = mem_space_arch(view->image.space)->name,
			.stack = set->cpus[i].task_stack.start,
			.frames = cpu->frames,
			.n_frames = cpu->n_frames,
			.cpu = {true, cpu->number},
			.pid = cpu->pid,
			.comm = cpu->comm,
			.regs = cpu->registers,
			.n_regs = cpu->n_registers};

		if (set->crashing != (int64_t)cpu->number || !cpu->n_frames)
			continue;
		w.who = talloc_asprintf(ctx, "CPU %u", set->cpus[i].number);
		if (!w.who)
			return err_nomem(err);
		if (!cpu->frames[0].function)
			w.lacks_code = lacks_code(view, cpu->frames[0].address.v);
		w.handler = handler_of(view, ctx, &set->cpus[i]);
		rc = read_code(view, ctx, &w, err);
		if (!rc)
			rc = witness_event(ctx, &w, &ev, err);
		if (!rc && ev && ev->kind->blames == BLAMES_WAITER)
			rc = add_waiter(view, ctx, ev, err);
	}
	*ret = ev;
	return rc;
}
