// SPDX-License-Identifier: GPL-3.0-or-later
/* The stacks in a dump's memory: of its CPUs, and of tasks that were not on a CPU. */
#include <stdlib.h>
#include <string.h>

#include "base/big.h"
#include "base/options.h"
#include "facade/keep.h"
#include "facade/kernel_view.h"
#include "facade/source_lines.h"
#include "facade/web_file.h"
#include "image/identity.h"

struct collect {
	struct kernel_view *view;
	struct vmt_stacks *ret;
	struct vmt_task *tasks;
	struct big *bytes; /* the memory of tasks: CAP_TASKS of them are more than talloc allows */
	struct task_clock clock;
	uint64_t *running; /* addresses of tasks that are on a CPU, sorted */
	size_t n_running;
	bool all, has_clock;
	struct vmt_err *err;
};

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int find_running(struct collect *c, struct vmt_err *err)
{
	const struct cpu_set *set = &c->view->cpus;

	c->running = talloc_array(c->ret, uint64_t, set->n);
	if (!c->running)
		return err_nomem(err);
	for (size_t i = 0; i < set->n; i++)
		if (set->cpus[i].task)
			c->running[c->n_running++] = set->cpus[i].task;
	qsort(c->running, c->n_running, sizeof(c->running[0]), by_number);
	return 0;
}

static bool is_on_cpu(const struct collect *c, uint64_t task)
{
	return bsearch(&task, c->running, c->n_running, sizeof(task), by_number);
}

/* The clock is not read before the first blocked task: it costs hundreds of pages. */
static struct vmt_u64 blocked_ms(struct collect *c, const struct task *task)
{
	if (!c->has_clock)
		task_clock_read(&c->view->image, &c->clock);
	c->has_clock = true;
	return task_blocked_ms(&c->view->image, &c->clock, task);
}

static int take_task(void *arg, const struct task *task)
{
	struct collect *c = arg;
	struct vmt_stacks *ret = c->ret;
	bool blocked = task_is_blocked(task);
	struct kernel_view_stack stack = {0};
	struct kernel_view_wait wait = {0};
	struct vmt_task *tasks;
	int rc;

	if ((!c->all && !blocked) || is_on_cpu(c, task->addr))
		return 0;
	tasks = big_room(c->bytes, sizeof(*tasks), ret->n_tasks);
	if (!tasks)
		return err_nomem(c->err);
	ret->tasks = c->tasks = tasks;
	rc = kernel_view_task_stack(c->view, ret, task, &stack, c->err);
	if (!rc)
		rc = kernel_view_wait(c->view, ret, task, &stack, &wait, c->err);
	tasks[ret->n_tasks++] = (struct vmt_task){
		.pid = (uint64_t)task->pid,
		.comm = talloc_strdup(ret, task->comm),
		.blocked = blocked,
		.blocked_ms = blocked ? blocked_ms(c, task) : (struct vmt_u64){0},
		.frames = stack.frames,
		.n_frames = stack.n,
		.stopped = stack.stopped ? talloc_strdup(ret, stack.stopped) : NULL,
		.waits_for = wait.wait,
	};
	return rc;
}

static int by_blocked(const void *a, const void *b)
{
	const struct vmt_task *x = a, *y = b;

	if (x->blocked != y->blocked)
		return y->blocked - x->blocked;
	if (x->blocked_ms.v != y->blocked_ms.v)
		return x->blocked_ms.v < y->blocked_ms.v ? 1 : -1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	/* Only in a damaged list. */
	return strcmp(x->comm ? x->comm : "", y->comm ? y->comm : "");
}

static int collect_tasks(
	struct kernel_view *view, struct vmt_stacks *ret, bool all, struct vmt_err *err)
{
	struct collect c = {.view = view, .ret = ret, .all = all, .err = err};
	int rc = find_running(&c, err);

	c.bytes = big_new(ret);
	if (!rc && !c.bytes)
		rc = err_nomem(err);
	if (!rc)
		rc = task_each(&view->image, take_task, &c, &ret->n_lost, err);
	talloc_free(c.running);

	if (c.tasks)
		qsort(c.tasks, ret->n_tasks, sizeof(c.tasks[0]), by_blocked);
	return rc;
}

/* The CPU that crashed comes first. */
static int collect_cpus(struct kernel_view *view, struct vmt_stacks *ret, struct vmt_err *err)
{
	struct vmt_report holder = {0};
	struct vmt_cpu *cpus;
	size_t n = 0;
	int rc = kernel_view_fill_cpus(view, ret, (struct vmt_u64){0}, &holder, err);

	if (rc)
		return rc;
	cpus = talloc_array(ret, struct vmt_cpu, holder.n_cpus);
	if (!cpus)
		return err_nomem(err);
	ret->crashing = (struct vmt_u64){view->cpus.crashing >= 0, (uint64_t)view->cpus.crashing};
	for (int crashing = 1; crashing >= 0; crashing--) {
		for (size_t i = 0; i < holder.n_cpus; i++) {
			const struct vmt_cpu *cpu = &holder.cpus[i];

			if ((ret->crashing.known && cpu->number == ret->crashing.v) != crashing)
				continue;
			cpus[n++] = *cpu;
		}
	}
	ret->cpus = cpus;
	ret->n_cpus = n;
	return 0;
}

static int open_view(struct kernel_view *view, struct session *s, struct diag_list *diags,
	void *ctx, struct vmt_err *err)
{
	struct vmt_err why;
	int rc = session_find_info(s, ctx, err);

	if (!rc)
		rc = session_find_memory(s, err);
	if (!rc)
		rc = kernel_view_find_symbols(view, s, err);
	if (rc)
		return rc;
	if (kernel_view_find_types(view, s, &why))
		diag_add(diags, ctx, DIAG_NO_TYPES, "%s", why.message);
	if (kernel_view_list_modules(view, s, &why))
		diag_add(diags, ctx, DIAG_MODULES_FAILED, "%s", why.message);
	return kernel_view_read_cpus(view, s, err);
}

static bool wants_lines(const struct vmt_options *opts)
{
	return !opts || !opts->level || strcmp(opts->level, VMT_LEVEL_FULL) == 0;
}

static int expand_stacks(struct source_lines *lines, struct vmt_stacks *ret, struct vmt_err *err)
{
	size_t n = 0;
	struct source_lines_stack *stacks =
		talloc_array(lines, struct source_lines_stack, ret->n_cpus + ret->n_tasks);
	size_t cpu_size = ret->n_cpus * sizeof(*ret->cpus);
	struct vmt_cpu *cpus = cpu_size ? talloc_memdup(ret, ret->cpus, cpu_size) : NULL;
	struct big *bytes = big_new(ret);
	struct vmt_task *tasks =
		bytes ? big_resize(bytes, (ret->n_tasks + 1) * sizeof(*tasks)) : NULL;

	if (!stacks || (ret->n_cpus && !cpus) || !tasks)
		return err_nomem(err);
	if (ret->n_tasks)
		memcpy(tasks, ret->tasks, ret->n_tasks * sizeof(*tasks));
	for (size_t i = 0; i < ret->n_cpus; i++)
		stacks[n++] = (struct source_lines_stack){&cpus[i].frames, &cpus[i].n_frames};
	for (size_t i = 0; i < ret->n_tasks; i++)
		stacks[n++] = (struct source_lines_stack){&tasks[i].frames, &tasks[i].n_frames};
	ret->cpus = cpus;
	ret->tasks = tasks;
	return source_lines_expand(lines, ret, stacks, n, err);
}

static int add_lines(struct kernel_view *view, struct session *s, const struct vmt_options *opts,
	struct vmt_stacks *ret, struct vmt_err *err)
{
	struct vmt_kernel kernel = {.release = vmcoreinfo_get(s->info, "OSRELEASE"),
		.build_id = vmcoreinfo_get(s->info, "BUILD-ID")};
	struct source_lines_facts facts = {.view = view, .kernel = &kernel};
	struct source_lines *lines;
	int rc;

	(void)kernel_build_id(s, &view->image, &kernel.build_id, NULL);
	rc = source_lines_new(s, opts, &facts, &lines, err);
	if (rc)
		return rc;
	rc = expand_stacks(lines, ret, err);
	source_lines_diagnose(lines, ret, &s->diags);
	talloc_free(lines);
	return rc;
}

static void find_hostname(struct session *s, struct vmt_stacks *ret)
{
	struct identity id = {0};

	if (!identity_read(ret, s->space, s->info, &id, NULL))
		ret->hostname = id.nodename;
	if (!ret->hostname && s->dump->nodename)
		ret->hostname = talloc_strdup(ret, s->dump->nodename);
}

static int read_stacks(struct session *s, const struct vmt_options *opts, bool all,
	struct vmt_stacks *ret, struct vmt_err *err)
{
	struct kernel_view view = {.debuginfo = {.wanted = wants_lines(opts), .opts = opts}};
	struct vmt_err why;
	int rc;

	keep_use(opts, s);
	rc = open_view(&view, s, &s->diags, ret, err);
	if (!rc)
		find_hostname(s, ret);
	if (!rc)
		rc = collect_cpus(&view, ret, err);
	if (!rc && collect_tasks(&view, ret, all, &why))
		diag_add(&s->diags, ret, DIAG_TASKS_FAILED, "the list of tasks: %s", why.message);
	if (!rc && wants_lines(opts) && add_lines(&view, s, opts, ret, &why))
		diag_add(&s->diags, ret, DIAG_DEBUGINFO_FAILED, "debuginfo: %s", why.message);
	kernel_view_tell_caps(&view, &s->diags, ret);
	if (s->dump->damaged)
		diag_add(&s->diags, ret, DIAG_DUMP_DAMAGED, "%s", s->dump->first_damage.message);
	ret->diagnostics = s->diags.items;
	ret->n_diagnostics = s->diags.n;
	return rc;
}

int session_read_stacks(struct session *s, const struct vmt_options *opts, bool all,
	struct vmt_stacks **ret, struct vmt_err *err)
{
	unsigned allocs = alloc_failures();
	struct vmt_stacks *stacks = talloc_zero(NULL, struct vmt_stacks);
	int rc;

	if (!stacks)
		rc = err_nomem(err);
	else if (s->text)
		rc = err_set(err, VMT_ERR_FORMAT,
			"this is a text, not a dump: it has no stacks in memory");
	else
		rc = read_stacks(s, opts, all, stacks, err);
	if (!rc)
		rc = alloc_check(allocs, err);
	if (rc)
		talloc_free(stacks);
	else
		*ret = stacks;
	return rc;
}

int vmt_stacks_read_files(const struct vmt_options *opts, const struct vmt_file *files, size_t n,
	bool all, struct vmt_stacks **ret, struct vmt_err *err)
{
	struct vmt_options own;
	struct session *s;
	int rc = options_read(&own, opts, err), lost;

	if (!rc)
		rc = session_open(NULL, &own, files, n, &s, err);
	if (rc)
		return rc;
	rc = session_read_stacks(s, &own, all, ret, err);
	lost = url_check_session(s, err);
	if (!rc && lost)
		vmt_stacks_free(*ret);
	talloc_free(s);
	return lost ? lost : rc;
}

int vmt_stacks_read(const struct vmt_options *opts, const char *const *paths, size_t n, bool all,
	struct vmt_stacks **ret, struct vmt_err *err)
{
	struct vmt_file *files = session_files(NULL, paths, n);
	int rc = files ? vmt_stacks_read_files(opts, files, n, all, ret, err) : err_nomem(err);

	talloc_free(files);
	return rc;
}

void vmt_stacks_free(struct vmt_stacks *stacks)
{
	talloc_free(stacks);
}
