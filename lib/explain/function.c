// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/function.h"

#include <string.h>

#include "arch/insn.h"
#include "base/caps.h"

/* The symbol at an address, and the module that has it. */
static int find_symbol(const struct explain_kernel *k, uint64_t addr,
	const struct kernel_module **module, struct kallsym *ret, struct vmt_err *err)
{
	*module = k->modules ? modules_at(k->modules, addr) : NULL;
	if (*module)
		return module_symbol_at(k->image, *module, addr, ret, err);
	return kallsyms_at(k->image->symbols, addr, ret, err);
}

/* Another function of that name may have other parameters. */
static bool is_only(
	const struct explain_kernel *k, const struct kernel_module *module, const char *name)
{
	return module ? module_symbol_is_only(k->image, module, name)
		      : kallsyms_is_only(k->image->symbols, name);
}

static int find_types(struct function *fn, struct vmt_err *err)
{
	const struct explain_kernel *k = fn->kernel;
	struct btf *btf = k->btf;
	int rc = 0;

	if (!btf)
		return err_set(err, VMT_ERR_NOTFOUND, "the kernel was built without BTF");
	if (fn->module)
		rc = btf_open_module(fn, k->image, k->btf, fn->module->addr, &btf, err);
	if (rc)
		return rc;
	btf_allow(btf);
	fn->types = types_of_btf(btf);
	if (fn->types.function(fn->types.priv, fn->symbol.name, &fn->proto) &&
		is_only(k, fn->module, fn->symbol.name))
		fn->input.function = &fn->proto;
	return 0;
}

static int read_code(struct function *fn, struct vmt_err *err)
{
	struct mem_space *space = fn->kernel->image->space;
	size_t size = (size_t)fn->symbol.size;
	int rc;

	if (!size || fn->symbol.size > CAP_FLOW_BYTES)
		return err_set(err, VMT_ERR_LIMIT, "%s has %llu bytes", fn->symbol.name,
			(unsigned long long)fn->symbol.size);
	fn->bytes = talloc_size(fn, size);
	if (!fn->bytes)
		return err_nomem(err);
	rc = mem_read(space, fn->symbol.addr, fn->bytes, size, err);
	return rc ? rc
		  : code_decode(fn, fn->input.machine,
			    &(struct code_bytes){fn->symbol.addr, fn->bytes, size}, &fn->code, err);
}

int function_open(TALLOC_CTX *ctx, const struct explain_kernel *kernel, uint64_t addr,
	struct function **ret, struct vmt_err *err)
{
	struct function *fn = talloc_zero(ctx, struct function);
	int rc;

	if (!fn)
		return err_nomem(err);
	fn->kernel = kernel;
	fn->input.types = &fn->types;
	fn->input.results = fn->results;
	fn->input.machine = micro_machine_find(mem_space_arch(kernel->image->space)->name);
	rc = fn->input.machine ? find_symbol(kernel, addr, &fn->module, &fn->symbol, err)
			       : err_set(err, VMT_ERR_NOTFOUND, "instructions of this machine");
	if (!rc)
		rc = read_code(fn, err);
	fn->input.code = fn->code;
	if (!rc && (find_types(fn, NULL) || flow_run(fn, &fn->input, &fn->flow, NULL)))
		fn->flow = NULL;
	if (rc) {
		talloc_free(fn);
		return rc;
	}
	*ret = fn;
	return 0;
}

/* The function whose result a value is, or was loaded through. */
static uint64_t called(const struct function *fn, uint32_t origin)
{
	const struct flow_origin *o = flow_origin(fn->flow, origin);

	while (o->source == FLOW_MEMBER)
		o = flow_origin(fn->flow, o->base);
	return o->source == FLOW_CALLED ? o->addr : 0;
}

static bool add_result(struct function *fn, uint64_t addr)
{
	const struct explain_kernel *k = fn->kernel;
	const struct kernel_module *module;
	struct types kernel_types = types_of_btf(k->btf), *types = &fn->types;
	struct types_function proto;
	struct kallsym symbol;

	if (fn->input.n_results == FUNCTION_RESULTS ||
		find_symbol(k, addr, &module, &symbol, NULL) || symbol.addr != addr)
		return false;
	if (module && module != fn->module)
		return false; /* its types have numbers of their own */
	if (!module)
		types = &kernel_types;
	if (!types->function(types->priv, symbol.name, &proto) || !proto.result ||
		!is_only(k, module, symbol.name))
		return false;
	fn->results[fn->input.n_results++] = (struct flow_result){addr, proto.result};
	return true;
}

bool function_before(
	struct function *fn, uint32_t insn, unsigned step, uint8_t of, struct flow_value *regs)
{
	while (flow_before(fn->flow, insn, step, regs)) {
		const struct flow_value *v = of < MICRO_REGS ? &regs[of] : NULL;
		struct flow *again;

		if (!v || v->kind != FLOW_RESULT)
			return true;
		if (!add_result(fn, called(fn, v->origin)) ||
			flow_run(fn, &fn->input, &again, NULL))
			return true;
		talloc_free(fn->flow);
		fn->flow = again;
	}
	return false;
}

static const char *symbol_text(const void *arg, TALLOC_CTX *ctx, uint64_t addr)
{
	const struct function *fn = arg;
	const struct kernel_module *module;
	struct kallsym symbol;

	if (find_symbol(fn->kernel, addr, &module, &symbol, NULL) || symbol.addr != addr)
		return NULL;
	return talloc_strdup(ctx, symbol.name);
}

const char *function_text(const struct function *fn, TALLOC_CTX *ctx, uint32_t origin)
{
	return flow_text(fn->flow, ctx, origin, symbol_text, fn);
}

const char *function_insn_text(const struct function *fn, TALLOC_CTX *ctx, uint32_t insn)
{
	const struct code_insn *in = &fn->code->insns[insn];
	struct insn text;

	if (insn_decode(fn->input.machine->arch, fn->bytes + in->offset, in->length,
		    fn->code->start + in->offset, &text, NULL))
		return NULL;
	return talloc_strdup(ctx, text.text);
}

unsigned function_around(const struct function *fn, TALLOC_CTX *ctx, uint32_t insn,
	struct function_line ret[FUNCTION_LINES])
{
	uint32_t before = FUNCTION_LINES * 2 / 3, from = insn < before ? 0 : insn - before;
	unsigned n = 0;

	for (uint32_t i = from; i < fn->code->n && n < FUNCTION_LINES; i++)
		ret[n++] = (struct function_line){fn->code->start + fn->code->insns[i].offset,
			function_insn_text(fn, ctx, i), i == insn};
	return n;
}
