// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/core.h"

#include <string.h>

#include "kernel/btf.h"
#include "triage/taint.h"

int core_find_symbols(struct core *core, struct session *s, struct vmt_err *err)
{
	core->image.space = s->space;
	core->image.info = s->info;
	core->symbolizer.image = &core->image;
	return kallsyms_open(s, s->space, s->info, &core->image.symbols, err);
}

int core_find_types(struct core *core, struct session *s, struct vmt_err *err)
{
	struct layout_provider provider;
	struct btf *btf;
	int rc = btf_open_kernel(s, &core->image, &btf, err);

	if (!rc)
		rc = layout_new(s, &core->image.layout, err);
	if (rc)
		return rc;
	provider = btf_provider(btf);
	return layout_add(core->image.layout, &provider, err);
}

int core_list_modules(struct core *core, struct session *s, struct vmt_err *err)
{
	int rc = modules_read(s, &core->image, &core->modules, err);

	core->has_modules = rc == 0;
	core->symbolizer.modules = rc ? NULL : &core->modules;
	return rc;
}

int core_read_cpus(struct core *core, struct session *s, struct vmt_err *err)
{
	int rc = cpu_set_read(s, &core->image, s->dump, &core->cpus, err);

	if (rc)
		return rc;
	return stack_unwinder_new(s, &core->image, core->has_modules ? &core->modules : NULL,
		&core->unwinder, err);
}

static void fill_module(struct core *core, TALLOC_CTX *ctx, const struct kernel_module *from,
	struct vmt_module *to)
{
	*to = (struct vmt_module){
		.name = talloc_strdup(ctx, from->name),
		.version = talloc_strdup(ctx, from->version),
		.srcversion = talloc_strdup(ctx, from->srcversion),
		.size = {from->size != 0, from->size},
		.base = {from->base != 0, from->base},
	};
	module_build_id(ctx, &core->image, from, &to->build_id, NULL);
	if (from->taints.known) {
		to->taints = taint_letters(ctx, from->taints.v);
		to->origin = taint_origin(to->taints);
	}
}

int core_fill_modules(struct core *core, TALLOC_CTX *ctx, struct vmt_report *report,
	struct vmt_err *err)
{
	const struct module_list *list = &core->modules;
	struct vmt_module *modules = talloc_zero_array(ctx, struct vmt_module, list->n);

	if (!modules)
		return err_nomem(err);
	for (size_t i = 0; i < list->n; i++)
		fill_module(core, modules, &list->items[i], &modules[i]);
	report->modules = modules;
	report->n_modules = list->n;
	return 0;
}

static const char *const source_names[] = {
	[STACK_REGS] = "orc",
	[STACK_ORC] = "orc",
	[STACK_CALL] = "orc",
	[STACK_FRAME_POINTER] = "frame-pointer",
	[STACK_CFI] = "cfi",
	[STACK_SCAN] = "scan",
};

static int name_frames(struct core *core, TALLOC_CTX *ctx, const struct stack_trace *trace,
	struct core_stack *ret, struct vmt_err *err)
{
	ret->frames = talloc_zero_array(ctx, struct vmt_frame, trace->n);
	if (!ret->frames)
		return err_nomem(err);
	ret->n = trace->n;
	ret->stopped = trace->stopped;
	for (size_t i = 0; i < trace->n; i++) {
		const struct stack_frame *from = &trace->frames[i];
		struct vmt_frame *to = &ret->frames[i];

		symbolize_address(&core->symbolizer, ret->frames, from->ip, from->exact, to);
		to->reliable = from->reliable;
		to->context = from->context;
		to->source = source_names[from->source];
	}
	return 0;
}

int core_cpu_stack(struct core *core, TALLOC_CTX *ctx, const struct cpu *cpu,
	struct core_stack *ret, struct vmt_err *err)
{
	struct stack_trace trace = {0};
	int rc = stack_unwind_cpu(core->unwinder, ctx, cpu, &trace, err);

	return rc ? rc : name_frames(core, ctx, &trace, ret, err);
}

int core_task_stack(struct core *core, TALLOC_CTX *ctx, const struct task *task,
	struct core_stack *ret, struct vmt_err *err)
{
	struct stack_trace trace = {0};
	int rc = stack_unwind_task(core->unwinder, ctx, task, &trace, err);

	return rc ? rc : name_frames(core, ctx, &trace, ret, err);
}

static int fill_cpu(struct core *core, TALLOC_CTX *ctx, const struct cpu *from, struct vmt_cpu *to,
	struct vmt_err *err)
{
	struct core_stack stack = {0};
	struct task task;
	int rc = core_cpu_stack(core, ctx, from, &stack, err);

	to->number = from->number;
	to->frames = stack.frames;
	to->n_frames = stack.n;
	if (from->task && task_read(&core->image, from->task, &task, NULL) == 0) {
		to->pid = (struct vmt_u64){true, (uint64_t)task.pid};
		to->comm = talloc_strdup(ctx, task.comm);
	}
	if (stack.n)
		to->context = stack.frames[0].context;
	return rc;
}

int core_fill_cpus(struct core *core, TALLOC_CTX *ctx, struct vmt_report *report,
	struct vmt_err *err)
{
	struct vmt_cpu *cpus = talloc_zero_array(ctx, struct vmt_cpu, core->cpus.n);

	if (!cpus)
		return err_nomem(err);
	for (size_t i = 0; i < core->cpus.n; i++) {
		int rc = fill_cpu(core, cpus, &core->cpus.cpus[i], &cpus[i], err);

		if (rc)
			return rc;
	}
	report->cpus = cpus;
	report->n_cpus = core->cpus.n;
	return 0;
}
