// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/region.h"

#include <string.h>

#include "base/vmlinux.h"
#include "kernel/task.h"

struct place_search {
	TALLOC_CTX *ctx;
	const struct explain_kernel *k;
	const struct place_kernel *place;
	uint64_t addr;
	struct explained_place *ret;
};

static int nothing(struct vmt_err *err)
{
	return err_set(err, VMT_ERR_NOTFOUND, "the address points to nothing that is known");
}

static int take_symbol(struct place_search *s, const struct kallsym *symbol, const char *region,
	struct vmt_err *err)
{
	s->ret->region = region;
	s->ret->name = talloc_strdup(s->ctx, symbol->name);
	s->ret->offset = (struct vmt_u64){true, s->addr - symbol->addr};
	s->ret->size = (struct vmt_u64){symbol->size != 0, symbol->size};
	return s->ret->name ? 0 : err_nomem(err);
}

/* Letters of nm: text, weak text. */
static bool is_text(char type)
{
	return type == 't' || type == 'T' || type == 'w' || type == 'W';
}

static int in_module(struct place_search *s, struct vmt_err *err)
{
	const struct kernel_module *m = s->k->modules ? modules_at(s->k->modules, s->addr) : NULL;
	struct kallsym symbol;
	int rc;

	if (!m)
		return nothing(err);
	s->ret->module = talloc_strdup(s->ctx, m->name);
	rc = module_symbol_at(s->k->image, m, s->addr, &symbol, NULL);
	if (!rc)
		return take_symbol(
			s, &symbol, is_text(symbol.type) ? VMT_REGION_TEXT : VMT_REGION_DATA, err);
	s->ret->region = VMT_REGION_MODULE;
	return s->ret->module ? 0 : err_nomem(err);
}

static int in_image(struct place_search *s, struct vmt_err *err)
{
	struct kallsym symbol;
	int rc = s->k->image->symbols ? kallsyms_at(s->k->image->symbols, s->addr, &symbol, NULL)
				      : VMT_ERR_NOTFOUND;

	/* The last symbols of the image are marks, with nothing after them. */
	if (rc || !symbol.size || symbol.size > 1u << 24)
		return nothing(err);
	s->ret->module = talloc_strdup(s->ctx, VMLINUX);
	return take_symbol(
		s, &symbol, is_text(symbol.type) ? VMT_REGION_TEXT : VMT_REGION_DATA, err);
}

static int in_stack(struct place_search *s, const struct cpu *cpu, const struct cpu_stack *stack,
	struct vmt_err *err)
{
	struct task task;

	if (!stack->start || s->addr < stack->start || s->addr >= stack->end)
		return nothing(err);
	s->ret->region = VMT_REGION_STACK;
	s->ret->cpu = (struct vmt_u64){true, cpu->number};
	s->ret->offset = (struct vmt_u64){true, s->addr - stack->start};
	s->ret->size = (struct vmt_u64){true, stack->end - stack->start};
	if (stack == &cpu->task_stack && cpu->task &&
		task_read(s->k->image, cpu->task, &task, NULL) == 0)
		s->ret->name = talloc_strdup(s->ctx, task.comm);
	else if (stack->context)
		s->ret->name = talloc_strdup(s->ctx, stack->context);
	return 0;
}

/* A per-CPU variable: the symbols are those of the first copy, which is only a template. */
static int in_percpu(struct place_search *s, const struct cpu *cpu, struct vmt_err *err)
{
	uint64_t addr = s->addr, start = s->place->percpu_start;
	struct kallsym symbol;
	int rc;

	if (!cpu->percpu || addr - cpu->percpu - start >= s->place->percpu_end - start)
		return nothing(err);
	rc = kallsyms_at(s->k->image->symbols, addr - cpu->percpu, &symbol, err);
	if (rc)
		return rc;
	s->addr = addr - cpu->percpu;
	rc = take_symbol(s, &symbol, VMT_REGION_PERCPU, err);
	s->addr = addr;
	s->ret->cpu = (struct vmt_u64){true, cpu->number};
	return rc;
}

static int in_cpus(struct place_search *s, struct vmt_err *err)
{
	const struct cpu_set *cpus = s->place->cpus;

	for (size_t i = 0; cpus && i < cpus->n; i++) {
		const struct cpu *cpu = &cpus->cpus[i];

		if (in_stack(s, cpu, &cpu->task_stack, NULL) == 0 || in_percpu(s, cpu, NULL) == 0)
			return 0;
		for (size_t k = 0; k < cpu->n_stacks; k++)
			if (in_stack(s, cpu, &cpu->stacks[k], NULL) == 0)
				return 0;
	}
	return nothing(err);
}

void place_prepare(
	struct place_kernel *p, const struct explain_kernel *kernel, const struct cpu_set *cpus)
{
	*p = (struct place_kernel){.kernel = kernel, .cpus = cpus};
	if (kernel_symbol(kernel->image, "__per_cpu_start", &p->percpu_start, NULL) ||
		kernel_symbol(kernel->image, "__per_cpu_end", &p->percpu_end, NULL))
		p->percpu_start = p->percpu_end = 0;
	slab_prepare(p);
	vmalloc_prepare(p);
}

int explain_place(TALLOC_CTX *ctx, const struct place_kernel *place, uint64_t addr,
	struct explained_place *ret, struct vmt_err *err)
{
	const struct explain_kernel *k = place->kernel;
	struct place_search s = {ctx, k, place, addr, ret};
	uint64_t page, at;

	memset(ret, 0, sizeof(*ret));
	if (addr < INT64_MAX)
		return nothing(err);
	if (in_cpus(&s, NULL) == 0 || in_module(&s, NULL) == 0 || in_image(&s, NULL) == 0)
		return 0;
	if (!k->image->layout)
		return nothing(err);
	if (slab_object(ctx, place, addr, ret, NULL) == 0)
		return 0;
	if (vmalloc_area(ctx, place, addr, ret, NULL) == 0)
		return 0;
	if (page_of(place, addr, &page, &at, NULL))
		return nothing(err);
	ret->region = VMT_REGION_PAGE;
	ret->state = page_state(place, page);
	ret->offset = (struct vmt_u64){true, addr - at};
	return 0;
}
