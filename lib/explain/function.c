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

static bool know_parameters(struct function *fn)
{
	if (fn->types.function(fn->types.priv, fn->symbol.name, fn->symbol.addr, &fn->proto) &&
		(fn->types.by_address ||
			(fn->kernel && is_only(fn->kernel, fn->module, fn->symbol.name))))
		fn->input.function = &fn->proto;
	return fn->input.function;
}

static int find_btf(struct function *fn, struct vmt_err *err)
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
	return 0;
}

/* Those in memory; or those of a file, if that has what memory lacks. */
static int find_types(struct function *fn, struct vmt_err *err)
{
	const struct explain_files *files = &fn->kernel->files;
	struct types in_memory;
	int rc = find_btf(fn, err);

	if ((!rc && know_parameters(fn)) || !files->types)
		return rc;
	in_memory = fn->types;
	if (files->types(files->arg, fn->module, &fn->types) && (know_parameters(fn) || rc))
		return 0;
	fn->types = in_memory;
	return rc;
}

static int read_code(struct function *fn, struct vmt_err *err)
{
	struct mem_space *space = fn->kernel->image->space;
	size_t size = (size_t)fn->symbol.size;
	uint8_t *bytes;
	int rc;

	if (!size || fn->symbol.size > CAP_FLOW_BYTES)
		return err_set(err, VMT_ERR_LIMIT, "%s has %llu bytes", fn->symbol.name,
			(unsigned long long)fn->symbol.size);
	bytes = talloc_size(fn, size);
	if (!bytes)
		return err_nomem(err);
	fn->bytes = bytes;
	rc = mem_read(space, fn->symbol.addr, bytes, size, err);
	return rc ? rc
		  : code_decode(fn, fn->input.machine,
			    &(struct code_bytes){fn->symbol.addr, bytes, size, NULL}, &fn->code,
			    err);
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

int function_open_file(TALLOC_CTX *ctx, const struct explain_code *code, struct function **ret,
	struct vmt_err *err)
{
	struct function *fn = talloc_zero(ctx, struct function);
	int rc;

	if (!fn)
		return err_nomem(err);
	fn->file = code;
	fn->types = code->types;
	fn->bytes = code->bytes.bytes;
	fn->symbol.addr = code->bytes.start;
	fn->symbol.size = code->bytes.n;
	snprintf(fn->symbol.name, sizeof(fn->symbol.name), "%s", code->name);
	fn->input.types = &fn->types;
	fn->input.results = fn->results;
	fn->input.machine = micro_machine_find(code->arch);
	rc = fn->input.machine ? code_decode(fn, fn->input.machine, &code->bytes, &fn->code, err)
			       : err_set(err, VMT_ERR_NOTFOUND, "instructions of this machine");
	fn->input.code = fn->code;
	if (!rc && (!know_parameters(fn) || flow_run(fn, &fn->input, &fn->flow, NULL)))
		fn->flow = NULL;
	if (rc) {
		talloc_free(fn);
		return rc;
	}
	*ret = fn;
	return 0;
}

const char *function_symbol(const struct function *fn, TALLOC_CTX *ctx, uint64_t addr)
{
	const struct kernel_module *module;
	struct kallsym symbol;

	if (fn->file)
		return fn->file->symbol(fn->file->arg, ctx, addr);
	if (find_symbol(fn->kernel, addr, &module, &symbol, NULL) || symbol.addr != addr)
		return NULL;
	return talloc_strdup(ctx, symbol.name);
}

/* The function whose result a value is, or was loaded through. */
static uint64_t called(const struct function *fn, uint32_t origin)
{
	const struct flow_origin *o = flow_origin(fn->flow, origin);

	while (o->source == FLOW_MEMBER)
		o = flow_origin(fn->flow, o->base);
	return o->source == FLOW_CALLED ? o->addr : 0;
}

/* The result of a function in other code than this one, whose types are other ones. */
static bool foreign_result(const struct function *fn, uint64_t addr, struct types_function *ret)
{
	const struct explain_kernel *k = fn->kernel;
	const struct kernel_module *module;
	struct types kernel_types, types = fn->types;
	struct kallsym symbol;

	if (!k || !k->btf || find_symbol(k, addr, &module, &symbol, NULL) || symbol.addr != addr)
		return false;
	if (module && module != fn->module)
		return false; /* its types have numbers of their own */
	kernel_types = types_of_btf(k->btf);
	if (!module)
		types = kernel_types;
	return types.function(types.priv, symbol.name, addr, ret) &&
	       is_only(k, module, symbol.name);
}

static bool add_result(struct function *fn, uint64_t addr)
{
	struct types *t = &fn->types;
	struct types_function proto;

	if (fn->input.n_results == FUNCTION_RESULTS || !addr)
		return false;
	if (t->by_address ? !t->function(t->priv, function_symbol(fn, fn, addr), addr, &proto)
			  : !foreign_result(fn, addr, &proto))
		return false;
	if (!proto.result)
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
	return function_symbol(arg, ctx, addr);
}

const char *function_text(const struct function *fn, TALLOC_CTX *ctx, uint32_t origin)
{
	return flow_text(fn->flow, ctx, origin, symbol_text, fn);
}

static const char *text_of(
	const struct function *fn, TALLOC_CTX *ctx, uint32_t insn, struct insn_decoder *decoder)
{
	const struct code_insn *in = &fn->code->insns[insn];
	struct insn text;

	if (insn_decoder_read(decoder, fn->bytes + in->offset, in->length,
		    fn->code->start + in->offset, &text, NULL))
		return NULL;
	return talloc_strdup(ctx, text.text);
}

const char *function_insn_text(const struct function *fn, TALLOC_CTX *ctx, uint32_t insn)
{
	struct insn_decoder *decoder;
	const char *text;

	if (insn_decoder_new(NULL, fn->input.machine->arch, &decoder, NULL))
		return NULL;
	text = text_of(fn, ctx, insn, decoder);
	talloc_free(decoder);
	return text;
}

unsigned function_around(const struct function *fn, TALLOC_CTX *ctx, uint32_t insn,
	struct function_line ret[FUNCTION_LINES])
{
	uint32_t before = FUNCTION_LINES * 2 / 3, from = insn < before ? 0 : insn - before;
	struct insn_decoder *decoder = NULL;
	unsigned n = 0;

	(void)insn_decoder_new(NULL, fn->input.machine->arch, &decoder, NULL);
	for (uint32_t i = from; i < fn->code->n && n < FUNCTION_LINES; i++)
		ret[n++] = (struct function_line){fn->code->start + fn->code->insns[i].offset,
			decoder ? text_of(fn, ctx, i, decoder) : NULL, i == insn};
	talloc_free(decoder);
	return n;
}
