// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Call frame information ends where assembly saved the registers of interrupted code: entry code
 * that calls C has a struct pt_regs at its stack pointer (arch/x86/entry/entry_64.S). And it does
 * not cover inline assembly that calls on another stack (arch/x86/include/asm/irq_stack.h).
 */
#include "facade/cfi_step.h"

#include "dump/vmcoreinfo.h"
#include "facade/cfi_modules.h"

struct cfi_stepper {
	struct cfi *kernel; /* NULL: none */
	const struct module_list *list;
	struct cfi_modules *modules; /* NULL: none */
	struct mem_space *space;
	const struct arch_unwind *arch;
	uint64_t bias; /* of the kernel: run-time address minus the file's address */
	uint64_t entry_start, entry_end; /* entry code; 0: not known */
};

bool cfi_step_is_needed(const struct kernel_view *view)
{
	uint64_t addr;

	return kernel_symbol(&view->image, "__start_orc_unwind_ip", &addr, NULL) != 0;
}

static int read_word(void *arg, uint64_t addr, uint64_t *ret, struct vmt_err *err)
{
	return mem_read_ptr(arg, addr, ret, err);
}

static void to_dwarf(
	const struct arch_unwind *arch, const struct cpu_regs *from, struct cfi_regs *to)
{
	*to = (struct cfi_regs){.known = 0};
	for (unsigned i = 0; i < arch->n_dwarf; i++) {
		if (!cpu_regs_has(from, arch->dwarf[i]))
			continue;
		to->v[i] = from->v[arch->dwarf[i]];
		to->known |= 1ull << i;
	}
}

static void from_dwarf(
	const struct arch_unwind *arch, const struct cfi_regs *from, struct cpu_regs *to)
{
	*to = (struct cpu_regs){.known = 0};
	for (unsigned i = 0; i < arch->n_dwarf; i++)
		if (from->known >> i & 1)
			cpu_regs_set(to, arch->dwarf[i], from->v[i]);
}

static unsigned dwarf_number(const struct arch_unwind *arch, uint8_t reg)
{
	unsigned i = 0;

	while (i < arch->n_dwarf && arch->dwarf[i] != reg)
		i++;
	return i;
}

static int saved_regs(struct cfi_stepper *s, struct stack_step *step, struct vmt_err *err)
{
	uint64_t ip = step->regs.v[s->arch->pc], sp = step->regs.v[s->arch->sp];
	int rc;

	if (ip < s->entry_start || ip >= s->entry_end || step->exact)
		return err_set_at(err, VMT_ERR_NOTFOUND, ip, "no entry code");
	rc = stack_read_regs(s->space, sp, &step->regs, err);
	if (rc)
		return rc;
	step->exact = true;
	step->interrupted = true;
	step->regs_at = sp;
	return 0;
}

/*
 * The code that switched to the interrupt stack continues at the stack pointer that it saved in
 * that stack's top word.
 */
static void leave_irq_stack(const struct cfi_stepper *s, struct stack_step *step)
{
	const struct cpu_stack *stack = step->stack;
	uint64_t sp = step->regs.v[s->arch->sp], before;

	if (!s->arch->links_irq_stack || !stack || sp >= stack->end ||
		sp != stack->end - mem_space_ptr_size(s->space) ||
		mem_read_ptr(s->space, sp, &before, NULL))
		return;
	if (before < stack->start || before >= stack->end)
		cpu_regs_set(&step->regs, s->arch->sp, before);
}

/* Finds the call frame information for the code at pc, and converts pc to the file's addresses. */
static int find_code(
	struct cfi_stepper *s, uint64_t pc, struct cfi **cfi, uint64_t *ret, struct vmt_err *err)
{
	const struct kernel_module *module = s->modules ? modules_at(s->list, pc) : NULL;

	if (module)
		return cfi_modules_find(s->modules, module, pc, cfi, ret, err);
	if (!s->kernel)
		return err_set_at(err, VMT_ERR_NOTFOUND, pc, "no debuginfo for the kernel");
	*cfi = s->kernel;
	*ret = pc - s->bias;
	return 0;
}

static int step_by_cfi(void *priv, struct stack_step *step, struct vmt_err *err)
{
	struct cfi_stepper *s = priv;
	uint64_t pc = step->regs.v[s->arch->pc] - !step->exact, at, caller;
	struct cfi_regs regs;
	struct cfi *cfi;
	int rc = saved_regs(s, step, err);

	if (rc != VMT_ERR_NOTFOUND)
		return rc;
	rc = find_code(s, pc, &cfi, &at, err);
	if (rc)
		return rc;
	leave_irq_stack(s, step);
	to_dwarf(s->arch, &step->regs, &regs);
	rc = cfi_step(cfi,
		&(struct cfi_machine){dwarf_number(s->arch, s->arch->sp), read_word, s->space}, at,
		&regs, &caller, err);
	if (rc == VMT_ERR_UNSUPPORTED)
		return err_prepend(err, VMT_ERR_NOTFOUND, "debuginfo");
	if (rc)
		return rc;
	from_dwarf(s->arch, &regs, &step->regs);
	cpu_regs_set(&step->regs, s->arch->pc, caller);
	step->exact = false;
	return 0;
}

/* NOTFOUND: no debuginfo, or it has no call frame information. */
static int open_kernel(struct cfi_stepper *s, struct kernel_view *view, struct vmt_err *err)
{
	const struct debuginfo_file *file = view->debuginfo.file;

	if (!file)
		return err_set(err, VMT_ERR_NOTFOUND, "no debuginfo");
	if (!vmcoreinfo_hex(view->image.info, "KERNELOFFSET", &s->bias))
		s->bias = 0;
	return cfi_open(s, file->elf, file->dwarf, &s->kernel, err);
}

static int list_modules(struct cfi_stepper *s, struct kernel_view *view, struct vmt_err *err)
{
	struct cfi_places places = {
		.image = &view->image,
		.list = &view->modules,
		.search = view->debuginfo.search,
		.release = vmcoreinfo_get(view->image.info, "OSRELEASE"),
	};

	s->list = &view->modules;
	return view->has_modules && places.search ? cfi_modules_new(s, &places, &s->modules, err)
						  : 0;
}

static int new_stepper(struct kernel_view *view, struct cfi_stepper **ret, struct vmt_err *err)
{
	const struct arch *arch = mem_space_arch(view->image.space);
	struct cfi_stepper *s;

	if (!arch->unwind || !arch->unwind->n_dwarf)
		return err_set(err, VMT_ERR_UNSUPPORTED,
			"the DWARF register numbers of %s are not known", arch->name);
	s = talloc_zero(view->unwinder, struct cfi_stepper);
	if (!s)
		return err_nomem(err);
	s->space = view->image.space;
	s->arch = arch->unwind;
	if (kernel_symbol(&view->image, "__entry_text_start", &s->entry_start, NULL) ||
		kernel_symbol(&view->image, "__entry_text_end", &s->entry_end, NULL))
		s->entry_start = s->entry_end = 0;
	*ret = s;
	return 0;
}

int cfi_step_add(struct kernel_view *view, struct vmt_err *err)
{
	struct stack_stepper stepper = {.source = STACK_CFI, .step = step_by_cfi};
	struct cfi_stepper *s = NULL;
	int rc = new_stepper(view, &s, err), lacks;

	if (rc)
		return rc;
	lacks = open_kernel(s, view, err);
	rc = list_modules(s, view, err);
	if (rc || (lacks && !s->modules))
		return rc ? rc : lacks;
	stepper.priv = s;
	return stack_unwinder_add(view->unwinder, &stepper, err);
}
