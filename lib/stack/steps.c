// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Steps for code that no table covers: a call to where no code is (a NULL or wild function
 * pointer), and functions without tables.
 */
#include "stack/stack_internal.h"

bool stack_is_text(struct stack_unwinder *u, uint64_t addr)
{
	return orc_table_of(&u->orc, addr) != NULL;
}

bool stack_is_return(const struct stack_unwinder *u, uint64_t addr)
{
	uint8_t code[ARCH_CALL_MAX];

	return addr > sizeof(code) &&
	       !mem_read(u->k->space, addr - sizeof(code), code, sizeof(code), NULL) &&
	       u->arch->is_call(code + sizeof(code), sizeof(code));
}

bool stack_may_return_to(struct stack_unwinder *u, uint64_t ret)
{
	/* If the modules are not known, any address in the kernel's neighbourhood may be in one. */
	bool beside = !u->modules && ret >= mem_space_arch(u->k->space)->image_base;

	return (beside || stack_is_text(u, ret - 1)) && stack_is_return(u, ret);
}

int stack_not_called(uint64_t ip, struct vmt_err *err)
{
	return err_set_at(err, VMT_ERR_NOTFOUND, ip, "the caller of 0x%llx is not known",
		(unsigned long long)ip);
}

/* Nothing has run there yet, so the word at the stack pointer is what the call pushed. */
static int call_to_nowhere(struct stack_unwinder *u, struct stack_step *step, struct vmt_err *err)
{
	uint64_t sp = step->regs.v[u->arch->sp], ret;
	int rc = mem_read_ptr(u->k->space, sp, &ret, err);

	if (rc)
		return rc;
	if (!stack_may_return_to(u, ret))
		return stack_not_called(step->regs.v[u->arch->pc], err);
	cpu_regs_set(&step->regs, u->arch->pc, ret);
	cpu_regs_set(&step->regs, u->arch->sp, sp + mem_space_ptr_size(u->k->space));
	return 0;
}

bool stack_function_start(const struct stack_unwinder *u, uint64_t ip, uint64_t *ret)
{
	const struct kernel_module *m = u->modules ? modules_at(u->modules, ip) : NULL;
	struct kallsym sym;

	if (m ? module_symbol_at(u->k, m, ip, &sym, NULL)
	      : !u->k->symbols || kallsyms_at(u->k->symbols, ip, &sym, NULL))
		return false;
	*ret = sym.addr;
	return true;
}

static bool calls(struct stack_unwinder *u, uint64_t ret, uint64_t function)
{
	uint8_t code[ARCH_CALL_MAX];
	uint64_t target;

	return stack_is_text(u, ret - 1) &&
	       !mem_read(u->k->space, ret - sizeof(code), code, sizeof(code), NULL) &&
	       u->arch->call_target(code + sizeof(code), sizeof(code), ret, &target) &&
	       target == function;
}

/*
 * The return address of a function that objtool was told to ignore (__crash_kexec) is the first
 * word on the stack that points just after a call to this very function.
 */
static int call_to_function(struct stack_unwinder *u, struct stack_step *step, struct vmt_err *err)
{
	unsigned ptr = mem_space_ptr_size(u->k->space), fp = u->arch->fp;
	uint64_t ip = step->regs.v[u->arch->pc], sp = step->regs.v[u->arch->sp], function, ret;

	if (!step->stack || sp < step->stack->start ||
		!stack_function_start(u, ip - !step->exact, &function))
		return stack_not_called(ip, err);
	for (sp = sp / ptr * ptr; sp + ptr <= step->stack->end; sp += ptr) {
		int rc = mem_read_ptr(u->k->space, sp, &ret, err);

		if (rc)
			return rc;
		if (!calls(u, ret, function))
			continue;
		/*
		 * Assume that the function left the frame pointer alone if it is still plausible.
		 */
		step->regs.known &= 1ull << fp;
		if (step->regs.v[fp] <= sp || step->regs.v[fp] > step->stack->end)
			step->regs.known = 0;
		cpu_regs_set(&step->regs, u->arch->pc, ret);
		cpu_regs_set(&step->regs, u->arch->sp, sp + ptr);
		return 0;
	}
	return stack_not_called(ip, err);
}

int call_step(void *priv, struct stack_step *step, struct vmt_err *err)
{
	struct stack_unwinder *u = priv;
	uint64_t ip = step->regs.v[u->arch->pc];
	const struct orc_table *table = orc_table_of(&u->orc, ip - !step->exact);
	int rc;

	/* A kernel without tables has frame pointers, which are more reliable. */
	if (table && table->n)
		rc = call_to_function(u, step, err);
	else if (!table && step->exact)
		rc = call_to_nowhere(u, step, err);
	else
		rc = stack_not_called(ip, err);
	if (rc == 0)
		step->exact = false;
	return rc;
}
