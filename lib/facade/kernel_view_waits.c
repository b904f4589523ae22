// SPDX-License-Identifier: GPL-3.0-or-later
/* What tasks wait for, and the chain of those who hold it. */
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/vmlinux.h"
#include "explain/owner.h"
#include "facade/kernel_view.h"
#include "kernel/spin.h"
#include "triage/holder.h"

/* The innermost frames, which are those of waiting. */
#define WAITING_FRAMES 16

static const struct {
	const char *type, *mode;
	const char *lock; /* the struct */
} kinds[] = {
	[WAIT_NONE] = {NULL, NULL, NULL},
	[WAIT_MUTEX] = {VMT_WAIT_MUTEX, NULL, "mutex"},
	[WAIT_RWSEM_READ] = {VMT_WAIT_RWSEM, VMT_ACCESS_READ, "rw_semaphore"},
	[WAIT_RWSEM_WRITE] = {VMT_WAIT_RWSEM, VMT_ACCESS_WRITE, "rw_semaphore"},
	[WAIT_SEMAPHORE] = {VMT_WAIT_SEMAPHORE, NULL, "semaphore"},
	[WAIT_RT_MUTEX] = {VMT_WAIT_RT_MUTEX, NULL, "rt_mutex_base"},
	[WAIT_COMPLETION] = {VMT_WAIT_COMPLETION, NULL, "completion"},
	[WAIT_WORK] = {VMT_WAIT_WORK, NULL, NULL},
	[WAIT_QUEUE] = {VMT_WAIT_QUEUE, NULL, "wait_queue_head"},
	[WAIT_JOURNAL] = {VMT_WAIT_JOURNAL, NULL, NULL},
	[WAIT_IO] = {VMT_WAIT_IO, NULL, NULL},
};

static enum wait_kind kind_of(const struct kernel_view_stack *stack)
{
	enum wait_kind kind = WAIT_NONE;

	for (size_t i = 0; i < stack->n && i < WAITING_FRAMES; i++) {
		const struct vmt_frame *f = &stack->frames[i];
		enum wait_kind k =
			f->function && f->reliable ? wait_kind_of(f->function) : WAIT_NONE;

		/* Work items and requests are waited for by a completion. */
		if (k != WAIT_NONE &&
			(kind == WAIT_NONE || k == WAIT_WORK || k == WAIT_IO_COMPLETION))
			kind = k;
		else if (k == WAIT_NONE && kind != WAIT_NONE)
			break;
	}
	return kind;
}

/* The module whose code waits, by the innermost frame that is of one. */
static const struct kernel_module *module_of(
	const struct kernel_view *view, const struct kernel_view_stack *stack)
{
	for (size_t i = 0; view->has_modules && i < stack->n && i < WAITING_FRAMES; i++)
		if (stack->frames[i].reliable && stack->frames[i].module &&
			!is_vmlinux(stack->frames[i].module))
			return modules_find(&view->modules, stack->frames[i].module);
	return NULL;
}

/* The slab object at the address, and the struct that is there. */
static void name_object(struct kernel_view *view, TALLOC_CTX *ctx, uint64_t addr,
	const struct kernel_view_stack *stack, const char *lock, struct vmt_wait *ret)
{
	const struct place_kernel *place;
	struct explained_place found;
	struct explained_owner owner;

	if (!view->types)
		return;
	place = kernel_view_place(view);
	if (explain_place(ctx, place, addr, &found, NULL) ||
		strcmp(found.region, VMT_REGION_SLAB) != 0 || !found.name)
		return;
	ret->object = found.name;
	ret->offset = found.offset;
	if (!lock || !explain_owner(ctx, place, module_of(view, stack), lock, &found, &owner))
		return;
	ret->container = owner.type;
	ret->member = owner.member;
}

/* The variable or function at or before the address; none outside of the kernel and its modules. */
static bool name_address(
	struct kernel_view *view, TALLOC_CTX *ctx, uint64_t addr, struct vmt_wait *ret)
{
	struct vmt_frame at = {0};

	symbolize_address(&view->symbolizer, ctx, addr, true, &at);
	ret->address = (struct vmt_u64){true, addr};
	/* The class key of a lock may be empty, and so have the same address as the lock. */
	if (at.function && strncmp(at.function, "__key", 5) == 0)
		return true;
	ret->name = at.function;
	ret->module = at.function ? at.module : NULL;
	ret->offset = at.offset;
	return ret->name != NULL;
}

static void name_disk(TALLOC_CTX *ctx, const struct disk *disk, struct vmt_wait *ret)
{
	ret->address = (struct vmt_u64){true, disk->addr};
	ret->device = talloc_strdup(ctx, disk->name);
	ret->in_flight = disk->in_flight;
	ret->oldest_ms = disk->oldest_ms;
}

int kernel_view_wait(struct kernel_view *view, TALLOC_CTX *ctx, const struct task *task,
	const struct kernel_view_stack *stack, struct kernel_view_wait *ret, struct vmt_err *err)
{
	enum wait_kind kind = kind_of(stack);
	struct wait wait;
	struct task holder;

	*ret = (struct kernel_view_wait){0};
	view->waits.k = &view->image;
	if (kind == WAIT_NONE || wait_find(&view->waits, task, kind, &wait, NULL))
		return 0;
	ret->wait.type = kinds[wait.kind].type;
	ret->wait.mode = kinds[wait.kind].mode;
	if (wait.kind == WAIT_IO)
		name_disk(ctx, &wait.disk, &ret->wait);
	else if (!name_address(view, ctx, wait.addr, &ret->wait))
		name_object(view, ctx, wait.addr, stack, kinds[wait.kind].lock, &ret->wait);
	if (wait.holder && !task_read(&view->image, wait.holder, &holder, NULL)) {
		ret->holder = wait.holder;
		ret->wait.holder_pid = (struct vmt_u64){true, (uint64_t)holder.pid};
		ret->wait.holder_comm = talloc_strdup(ctx, holder.comm);
		ret->wait.readers = (struct vmt_u64){wait.n_readers != 0, wait.n_readers};
	}
	if (wait.writer && !task_read(&view->image, wait.writer, &holder, NULL)) {
		ret->wait.writer_pid = (struct vmt_u64){true, (uint64_t)holder.pid};
		ret->wait.writer_comm = talloc_strdup(ctx, holder.comm);
	}
	ret->wait.text = holder_words(ctx, &ret->wait);
	return ret->wait.text ? 0 : err_nomem(err);
}

/* ---- the chain --------------------------------------------------------------------------- */

/* The stack of a task, on a CPU or not, and its state. */
static int read_stack(struct kernel_view *view, TALLOC_CTX *ctx, const struct task *task,
	struct kernel_view_stack *stack, struct vmt_waiter *ret, struct vmt_err *err)
{
	int rc = 0;

	ret->state = task_is_blocked(task) ? VMT_TASK_BLOCKED : VMT_TASK_SLEEPING;
	for (size_t i = 0; i < view->cpus.n; i++) {
		if (view->cpus.cpus[i].task != task->addr)
			continue;
		ret->state = VMT_TASK_RUNNING;
		ret->cpu = (struct vmt_u64){true, view->cpus.cpus[i].number};
		*stack = view->cpu_stacks[i];
	}
	if (!ret->cpu.known)
		rc = kernel_view_task_stack(view, ctx, task, stack, err);
	ret->frames = stack->frames;
	ret->n_frames = stack->n;
	return rc;
}

static int add_link(struct kernel_view *view, TALLOC_CTX *ctx, uint64_t addr,
	struct vmt_waiter *ret, uint64_t *holder, struct vmt_err *err)
{
	struct kernel_view_stack stack = {0};
	struct kernel_view_wait wait = {0};
	struct task task;
	int rc = task_read(&view->image, addr, &task, err);

	if (rc)
		return rc;
	*ret = (struct vmt_waiter){
		.pid = (uint64_t)task.pid, .comm = talloc_strdup(ctx, task.comm)};
	rc = read_stack(view, ctx, &task, &stack, ret, err);
	if (!rc)
		rc = holder_find_place(ctx, ret, err);
	if (!rc && !ret->cpu.known)
		rc = kernel_view_wait(view, ctx, &task, &stack, &wait, err);
	ret->waits_for = wait.wait;
	*holder = wait.holder;
	return rc;
}

static bool is_in(const uint64_t *tasks, size_t n, uint64_t task)
{
	for (size_t i = 0; i < n; i++)
		if (tasks[i] == task)
			return true;
	return false;
}

int kernel_view_fill_waits(struct kernel_view *view, TALLOC_CTX *ctx, uint64_t pid,
	struct vmt_report *report, struct vmt_err *err)
{
	struct vmt_waiter *chain = talloc_zero_array(ctx, struct vmt_waiter, CAP_WAIT_CHAIN);
	uint64_t tasks[CAP_WAIT_CHAIN], next;
	struct task task;
	size_t n = 0;
	int rc;

	if (!chain)
		return err_nomem(err);
	if (!pid || pid > INT32_MAX || task_find(&view->image, (int32_t)pid, &task, NULL))
		return 0;
	for (next = task.addr; next && n < CAP_WAIT_CHAIN && !is_in(tasks, n, next); n++) {
		tasks[n] = next;
		rc = add_link(view, ctx, tasks[n], &chain[n], &next, err);
		if (rc)
			return rc;
	}
	/* Nothing is proved about the first one: then there is no chain. */
	if (!chain[0].waits_for.type)
		return 0;
	view->caps.chain = next && !is_in(tasks, n, next);
	report->deadlock = next && is_in(tasks, n, next);
	report->waits = chain;
	report->n_waits = n;
	return 0;
}

/* ---- spinlocks --------------------------------------------------------------------------- */

/* The registers of the judged event are those of its first exact frame. */
static bool is_spinning(const struct vmt_report *r)
{
	for (size_t i = 0; i < r->n_frames; i++)
		if (r->frames[i].exact)
			return r->frames[i].function && spin_is_slow_path(r->frames[i].function);
	return false;
}

/* The first frame of what the CPU did before it was told to stop. */
static size_t first_own_frame(const struct vmt_cpu *cpu)
{
	static const char *const stops[] = {
		"local_cpu_stop", "ipi_cpu_stop", "ipi_cpu_crash_stop", "crash_nmi_callback"};
	bool stopped = false;

	for (size_t i = 0; i < cpu->n_frames; i++) {
		const struct vmt_frame *f = &cpu->frames[i];

		/* Exact is what was interrupted. */
		if (stopped && f->exact)
			return i;
		for (size_t j = 0; f->function && j < ARRAY_SIZE(stops); j++)
			stopped |= strcmp(f->function, stops[j]) == 0;
	}
	return 0;
}

/* Whether a CPU was idle, and not even in an interrupt. */
static bool is_idle(const struct vmt_cpu *cpu)
{
	if (!cpu->pid.known || cpu->pid.v || !cpu->n_frames || cpu->stopped)
		return false;
	for (size_t i = first_own_frame(cpu); i < cpu->n_frames; i++)
		if (cpu->frames[i].context &&
			strcmp(cpu->frames[i].context, VMT_CONTEXT_TASK) != 0 &&
			strcmp(cpu->frames[i].context, VMT_CONTEXT_IDLE) != 0)
			return false;
	return true;
}

/* Whether the innermost exact frame, of which the registers are, spins on this lock. */
static bool spins_on(const struct kernel_view *view, const struct vmt_cpu *cpu, uint64_t lock)
{
	const struct vmt_frame *f = cpu->frames;
	struct spin spin;

	return cpu->n_frames && f->exact && f->function && spin_is_slow_path(f->function) &&
	       !spin_find(
		       &view->image, cpu->registers, cpu->n_registers, view->cpus.n, &spin, NULL) &&
	       spin.addr == lock;
}

/*
 * Who keeps a spinlock cannot sleep, so it is on a CPU: on one that is neither idle nor waits for
 * this lock, or nowhere.
 */
static void count_others(const struct kernel_view *view, struct vmt_report *r, uint64_t lock)
{
	size_t n_others = 0;

	r->n_spinning = (struct vmt_u64){true, 1};
	if (!r->n_cpus || !r->crash.cpu.known)
		return;
	for (size_t i = 0; i < r->n_cpus; i++) {
		if (r->cpus[i].number == r->crash.cpu.v || is_idle(&r->cpus[i]))
			continue;
		if (spins_on(view, &r->cpus[i], lock)) {
			r->n_spinning.v++;
			continue;
		}
		/* Of a CPU whose task is not known, nothing can be said. */
		n_others += r->cpus[i].pid.known ? 1 : 2;
		r->only_cpu = (struct vmt_u64){true, r->cpus[i].number};
	}
	r->others_idle = !n_others && r->n_spinning.v == 1;
	r->only_cpu.known = n_others == 1;
}

/* The CPU that can hold the lock, as the chain's second link: it may have lost it, so not a holder.
 */
static int add_only_cpu(
	TALLOC_CTX *ctx, struct vmt_report *r, struct vmt_waiter *w, struct vmt_err *err)
{
	for (size_t i = 0; i < r->n_cpus; i++) {
		const struct vmt_cpu *cpu = &r->cpus[i];
		size_t first = first_own_frame(cpu);

		if (cpu->number != r->only_cpu.v)
			continue;
		*w = (struct vmt_waiter){.pid = cpu->pid.v,
			.comm = cpu->comm,
			.state = VMT_TASK_RUNNING,
			.cpu = r->only_cpu,
			.frames = cpu->frames + first,
			.n_frames = cpu->n_frames - first};
		r->n_waits = 2;
	}
	return r->n_waits == 2 ? holder_find_place(ctx, w, err) : 0;
}

int kernel_view_fill_spin(
	struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_report *report, struct vmt_err *err)
{
	struct vmt_waiter *w;
	struct task holder;
	struct spin spin;

	if (!is_spinning(report) || spin_find(&view->image, report->registers, report->n_registers,
					    view->cpus.n, &spin, NULL))
		return 0;
	w = talloc_zero_array(ctx, struct vmt_waiter, 2);
	if (!w)
		return err_nomem(err);
	*w = (struct vmt_waiter){.pid = report->crash.pid.v,
		.comm = report->crash.comm,
		.state = VMT_TASK_RUNNING,
		.cpu = report->crash.cpu,
		.function = report->verdict.function,
		.module = report->verdict.module,
		.waits_for.type = VMT_WAIT_SPINLOCK};
	name_address(view, ctx, spin.addr, &w->waits_for);
	if (spin.holder && !task_read(&view->image, spin.holder, &holder, NULL)) {
		w->waits_for.holder_pid = (struct vmt_u64){true, (uint64_t)holder.pid};
		w->waits_for.holder_comm = talloc_strdup(ctx, holder.comm);
	}
	w->waits_for.text = holder_words(ctx, &w->waits_for);
	if (!w->waits_for.text)
		return err_nomem(err);
	report->waits = w;
	report->n_waits = 1;
	if (!w->waits_for.holder_pid.known)
		count_others(view, report, spin.addr);
	return report->only_cpu.known ? add_only_cpu(ctx, report, &w[1], err) : 0;
}
