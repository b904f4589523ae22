// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/kernel_view.h"

#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "image/btf.h"
#include "image/btf_walk.h"
#include "kernel/iomem.h"
#include "kernel/module_probe.h"
#include "triage/blame.h"
#include "triage/path.h"
#include "triage/taint.h"

int kernel_view_find_symbols(struct kernel_view *view, struct session *s, struct vmt_err *err)
{
	int rc;

	view->image.space = s->space;
	view->image.info = s->info;
	view->symbolizer.image = &view->image;
	rc = kallsyms_open(s, s->space, s->info, &view->image.symbols, err);
	if (!rc && s->dump->on_page)
		kallsyms_search_plainly(view->image.symbols);
	return rc ? rc : kernel_view_add_symbols(view, s, err);
}

/*
 * Without types, at least the layout of struct module can be inferred. Returns lacks: the reason
 * why there are no types.
 */
static int probe_modules(struct kernel_view *view, struct session *s, int lacks)
{
	struct layout_provider provider;

	if (module_probe(s, &view->image, &provider, NULL) ||
		layout_add(view->image.layout, &provider, NULL))
		view->image.layout = NULL;
	return lacks;
}

int kernel_view_find_types(struct kernel_view *view, struct session *s, struct vmt_err *err)
{
	struct layout_provider provider;
	struct btf *btf;
	int rc = layout_new(s, &view->image.layout, err), lacks;

	if (rc)
		return rc;
	lacks = btf_open_kernel(s, &view->image, &btf, err);
	if (lacks) {
		rc = kernel_view_add_layouts(view, s, NULL);
		return rc ? probe_modules(view, s, lacks) : 0;
	}
	view->types = btf;
	provider = btf_provider(btf);
	return layout_add(view->image.layout, &provider, err);
}

int kernel_view_list_modules(struct kernel_view *view, struct session *s, struct vmt_err *err)
{
	int rc = modules_read(s, &view->image, &view->modules, err);

	view->has_modules = rc == 0;
	view->symbolizer.modules = rc ? NULL : &view->modules;
	return rc;
}

int kernel_view_read_cpus(struct kernel_view *view, struct session *s, struct vmt_err *err)
{
	int rc = cpu_set_read(s, &view->image, s->dump, &view->cpus, err);

	if (rc)
		return rc;
	rc = stack_unwinder_new(
		s, &view->image, view->has_modules ? &view->modules : NULL, &view->unwinder, err);
	/* If that fails, frame pointers and guesses remain. */
	if (!rc)
		(void)kernel_view_add_step(view, s, NULL);
	return rc;
}

static bool is_cut(const char *text)
{
	return text && strlen(text) == CAP_MODULE_VERSION - 1;
}

static void fill_module(struct kernel_view *view, TALLOC_CTX *ctx, bool details,
	const struct kernel_module *from, struct vmt_module *to)
{
	*to = (struct vmt_module){
		.name = talloc_strdup(ctx, from->name),
		.version = talloc_strdup(ctx, from->version),
		.srcversion = talloc_strdup(ctx, from->srcversion),
		.size = {from->size != 0, from->size},
		.base = {from->base != 0, from->base},
	};
	view->caps.module_text |= is_cut(from->version) || is_cut(from->srcversion);
	if (details)
		module_build_id(ctx, &view->image, from, &to->build_id, NULL);
	if (from->taints.known) {
		to->taints = taint_letters(ctx, from->taints.v);
		to->origin = taint_origin(to->taints);
	}
}

CAP_FITS(CAP_MODULES, sizeof(struct vmt_module));
CAP_FITS(CAP_CPUS, sizeof(struct vmt_cpu));
CAP_FITS(CAP_CPUS, sizeof(struct kernel_view_stack));
CAP_FITS(CAP_STACK_FRAMES, sizeof(struct vmt_frame));

const struct place_kernel *kernel_view_place(struct kernel_view *view)
{
	if (!view->place.kernel) {
		view->explained = (struct explain_kernel){&view->image, view->types,
			view->has_modules ? &view->modules : NULL, view->files};
		place_prepare(&view->place, &view->explained, &view->cpus);
	}
	return &view->place;
}

/* Types of what a module has, which build-ids and symbols need, are far from the others in BTF. */
static void learn_modules(struct btf *btf, bool ids)
{
	if (ids) {
		btf_learn_member(btf, "module", "sect_attrs");
		btf_learn_member(btf, "module_sect_attrs", "attrs");
		btf_learn_member(btf, "module", "notes_attrs");
		btf_learn_member(btf, "module_notes_attrs", "attrs");
	}
	btf_learn_member(btf, "module", "kallsyms");
}

int kernel_view_fill_modules(struct kernel_view *view, TALLOC_CTX *ctx, bool details,
	struct vmt_report *report, struct vmt_err *err)
{
	const struct module_list *list = &view->modules;
	struct vmt_module *modules = talloc_zero_array(ctx, struct vmt_module, list->n);

	if (!modules)
		return err_nomem(err);
	if (view->types)
		learn_modules(view->types, details || view->debuginfo.wanted);
	for (size_t i = 0; i < list->n; i++)
		fill_module(view, modules, details, &list->items[i], &modules[i]);
	report->modules = modules;
	report->n_modules = list->n;
	return 0;
}

void kernel_view_fill_kernel(struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_kernel *kernel)
{
	const struct kernel_image *k = &view->image;
	const char *build_id;
	char line[CAP_STRING];
	uint64_t value;

	if (kernel_build_id(ctx, k, &build_id, NULL) == 0)
		kernel->build_id = build_id;
	/* unsigned long since 2.6.37 */
	if (kernel_read_symbol(k, "tainted_mask", mem_space_ptr_size(k->space), &value, NULL) == 0)
		kernel->tainted = (struct vmt_u64){true, value};
	if (kernel->command_line ||
		kernel_read_symbol(
			k, "saved_command_line", mem_space_ptr_size(k->space), &value, NULL) ||
		mem_read_string(k->space, value, line, sizeof(line), NULL))
		return;
	kernel->command_line = talloc_strdup(ctx, line);
	view->caps.command_line = strlen(line) == sizeof(line) - 1;
}

/* Variables of sysctls; a kernel may be built without some of them. */
static const struct {
	const char *name, *symbol;
	uint8_t size;
} settings[] = {
	{"kernel.panic", "panic_timeout", 4},
	{"kernel.panic_on_oops", "panic_on_oops", 4},
	{"kernel.panic_on_warn", "panic_on_warn", 4},
	{"kernel.hung_task_panic", "sysctl_hung_task_panic", 4},
	{"kernel.softlockup_panic", "softlockup_panic", 4},
	{"kernel.hardlockup_panic", "hardlockup_panic", 4},
	{"kernel.panic_on_rcu_stall", "sysctl_panic_on_rcu_stall", 4},
	{"kernel.unknown_nmi_panic", "unknown_nmi_panic", 4},
	{"vm.panic_on_oom", "sysctl_panic_on_oom", 4},
};

#define N_SETTINGS ARRAY_SIZE(settings)

static int fill_unloaded(
	struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_report *report, struct vmt_err *err)
{
	struct unloaded_module *from;
	struct vmt_unloaded *to;
	struct vmt_err why;
	size_t n;

	view->caps.unloaded = module_unloaded_list(ctx, &view->image, report->kernel.tainted, &from,
				      &n, &why) == VMT_ERR_LIMIT;
	if (!n)
		return 0;
	to = talloc_zero_array(ctx, struct vmt_unloaded, n);
	if (!to)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		to[i] = (struct vmt_unloaded){from[i].name,
			from[i].taints.known ? taint_letters(ctx, from[i].taints.v) : NULL};
	report->unloaded = to;
	report->n_unloaded = n;
	return 0;
}

void kernel_view_fill_memory(struct kernel_view *view, struct vmt_report *report)
{
	struct vmt_u64 *bytes = &report->machine.memory_bytes;
	int rc;

	if (bytes->known || !view->image.layout)
		return;
	rc = iomem_ram_bytes(&view->image, &bytes->v, NULL);
	bytes->known = rc == 0;
	view->caps.resources = rc == VMT_ERR_LIMIT;
}

int kernel_view_fill_settings(
	struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_report *report, struct vmt_err *err)
{
	struct vmt_sysctl *sysctls = talloc_zero_array(ctx, struct vmt_sysctl, N_SETTINGS);
	size_t n = 0;

	if (!sysctls)
		return err_nomem(err);
	for (size_t i = 0; i < N_SETTINGS; i++) {
		sysctls[n].name = settings[i].name;
		n += kernel_read_symbol(&view->image, settings[i].symbol, settings[i].size,
			     &sysctls[n].value, NULL) == 0;
	}
	report->machine.sysctls = sysctls;
	report->machine.n_sysctls = n;
	return view->has_modules ? fill_unloaded(view, ctx, report, err) : 0;
}

static const char *const source_names[] = {
	[STACK_REGS] = VMT_SOURCE_REGS,
	[STACK_ORC] = VMT_SOURCE_ORC,
	[STACK_CALL] = VMT_SOURCE_CALL,
	[STACK_FRAME_POINTER] = VMT_SOURCE_FRAME_POINTER,
	[STACK_CFI] = VMT_SOURCE_CFI,
	[STACK_SCAN] = VMT_SOURCE_SCAN,
};

static int name_frames(struct kernel_view *view, TALLOC_CTX *ctx, const struct stack_trace *trace,
	struct kernel_view_stack *ret, struct vmt_err *err)
{
	uint64_t *sps = talloc_array(ctx, uint64_t, trace->n);

	ret->frames = talloc_zero_array(ctx, struct vmt_frame, trace->n);
	if (!ret->frames || !sps)
		return err_nomem(err);
	ret->sps = sps;
	ret->n = trace->n;
	ret->stopped = trace->stopped;
	for (size_t i = 0; i < trace->n; i++) {
		const struct stack_frame *from = &trace->frames[i];
		struct vmt_frame *to = &ret->frames[i];

		sps[i] = from->sp;
		symbolize_address(&view->symbolizer, ret->frames, from->ip, from->exact, to);
		to->reliable = from->reliable;
		to->exact = from->exact;
		to->plain = blame_plain(ret->frames, to->function);
		to->context = from->context;
		to->source = source_names[from->source];
	}
	path_mark_softirqs(ret->frames, ret->n);
	return 0;
}

static int cpu_stack(struct kernel_view *view, TALLOC_CTX *ctx, const struct cpu *cpu,
	struct kernel_view_stack *ret, struct vmt_err *err)
{
	struct stack_trace trace = {0};
	int rc = stack_unwind_cpu(view->unwinder, ctx, cpu, &trace, err);

	return rc ? rc : name_frames(view, ctx, &trace, ret, err);
}

int kernel_view_task_stack(struct kernel_view *view, TALLOC_CTX *ctx, const struct task *task,
	struct kernel_view_stack *ret, struct vmt_err *err)
{
	struct stack_trace trace = {0};
	int rc = stack_unwind_task(view->unwinder, ctx, task, &trace, err);

	return rc ? rc : name_frames(view, ctx, &trace, ret, err);
}

/* The known registers, with the names from the architecture's row. */
static int fill_registers(struct kernel_view *view, TALLOC_CTX *ctx, const struct cpu *from,
	struct vmt_cpu *to, struct vmt_err *err)
{
	const struct arch *arch = mem_space_arch(view->image.space);
	size_t most = arch->n_regs < CPU_REGS_MAX ? arch->n_regs : CPU_REGS_MAX, n = 0;
	struct vmt_register *regs = talloc_array(ctx, struct vmt_register, most);

	if (!regs)
		return err_nomem(err);
	for (size_t i = 0; from->has_regs && i < most; i++)
		if (from->regs.known >> i & 1)
			regs[n++] = (struct vmt_register){arch->regs[i].name, from->regs.v[i]};
	to->registers = regs;
	to->n_registers = n;
	return 0;
}

static int fill_cpu(struct kernel_view *view, TALLOC_CTX *ctx, size_t i, struct vmt_cpu *to,
	struct vmt_err *err)
{
	const struct cpu *from = &view->cpus.cpus[i];
	struct kernel_view_stack *stack = &view->cpu_stacks[i];
	struct task task;
	int rc = cpu_stack(view, ctx, from, stack, err);

	to->frames = stack->frames;
	to->n_frames = stack->n;
	to->stopped = stack->stopped ? talloc_strdup(ctx, stack->stopped) : NULL;
	if (from->task && task_read(&view->image, from->task, &task, NULL) == 0) {
		to->pid = (struct vmt_u64){true, (uint64_t)task.pid};
		to->comm = talloc_strdup(ctx, task.comm);
	}
	if (stack->n)
		to->context = stack->frames[0].context;
	return rc ? rc : fill_registers(view, ctx, from, to, err);
}

int kernel_view_fill_cpus(struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_u64 only,
	struct vmt_report *report, struct vmt_err *err)
{
	struct vmt_cpu *cpus = talloc_zero_array(ctx, struct vmt_cpu, view->cpus.n);

	view->cpu_stacks = talloc_zero_array(ctx, struct kernel_view_stack, view->cpus.n);
	if (!cpus || !view->cpu_stacks)
		return err_nomem(err);
	for (size_t i = 0; i < view->cpus.n; i++) {
		int rc = 0;

		cpus[i].number = view->cpus.cpus[i].number;
		if (!only.known || cpus[i].number == only.v)
			rc = fill_cpu(view, cpus, i, &cpus[i], err);
		if (rc)
			return rc;
	}
	report->cpus = cpus;
	report->n_cpus = view->cpus.n;
	if (!report->machine.cpus.known && view->cpus.n)
		report->machine.cpus = (struct vmt_u64){true, view->cpus.n};
	return 0;
}

static int join_one(TALLOC_CTX *ctx, const struct kernel_view_stack *stack, const char *who,
	struct vmt_report *report, struct kernel_view_join *join, struct vmt_err *err)
{
	struct memory_stack m = {stack->frames, stack->n, !stack->stopped, who, join->before};
	int rc = memory_join(ctx, &m, report, &join->match, err);

	if (!rc && join->match != MEMORY_OTHER && stack->stopped)
		join->stopped = talloc_strdup(ctx, stack->stopped);
	return rc;
}

/* A task that is not on a CPU: the subject of a hung-task report. */
static int join_task(struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_report *report,
	struct kernel_view_join *join, struct vmt_err *err)
{
	const struct vmt_crash *crash = &report->crash;
	struct kernel_view_stack stack = {0};
	struct task task;
	int rc;

	if (!crash->pid.known || crash->pid.v == 0 || crash->pid.v > INT32_MAX)
		return 0;
	rc = task_find(&view->image, (int32_t)crash->pid.v, &task, NULL);
	view->caps.tasks |= rc == VMT_ERR_LIMIT;
	if (rc)
		return 0;
	rc = kernel_view_task_stack(view, ctx, &task, &stack, err);
	return rc ? rc
		  : join_one(ctx, &stack, talloc_asprintf(ctx, "task %d", task.pid), report, join,
			    err);
}

/* Works on a copy, because the report's frames get contexts that the CPU's list must not have. */
static int join_cpu(struct kernel_view *view, TALLOC_CTX *ctx, size_t i, struct vmt_report *report,
	struct kernel_view_join *join, struct vmt_err *err)
{
	struct kernel_view_stack stack = view->cpu_stacks[i];

	stack.frames = talloc_memdup(ctx, stack.frames, stack.n * sizeof(stack.frames[0]));
	if (!stack.frames)
		return err_nomem(err);
	return join_one(ctx, &stack, talloc_asprintf(ctx, "CPU %u", view->cpus.cpus[i].number),
		report, join, err);
}

/*
 * Whether the CPU's stack may be that of the crash. Without frames in the log, only the task can
 * rule it out.
 */
static bool may_be_stack(const struct kernel_view *view, const struct vmt_report *report, size_t i)
{
	const struct vmt_cpu *cpu = &report->cpus[i];

	if (report->crash.cpu.v != cpu->number || !view->cpu_stacks[i].n)
		return false;
	return report->n_frames || !report->crash.pid.known || !cpu->pid.known ||
	       report->crash.pid.v == cpu->pid.v;
}

int kernel_view_join_stack(struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_report *report,
	struct kernel_view_join *join, struct vmt_err *err)
{
	int rc = 0;

	join->before = join->match;
	join->match = MEMORY_OTHER;
	join->stopped = NULL;
	for (size_t i = 0; report->crash.cpu.known && i < view->cpus.n && !rc; i++)
		if (may_be_stack(view, report, i))
			rc = join_cpu(view, ctx, i, report, join, err);
	if (!rc && join->match == MEMORY_OTHER)
		rc = join_task(view, ctx, report, join, err);
	return rc;
}
