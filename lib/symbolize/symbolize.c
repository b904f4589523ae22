// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbolize/symbolize.h"

#include "base/vmlinux.h"

void symbolize_address(const struct symbolizer *sym, TALLOC_CTX *ctx, uint64_t addr, bool exact,
	struct vmt_frame *ret)
{
	const struct kernel_image *k = sym->image;
	const struct kernel_module *module = NULL;
	uint64_t lookup = exact ? addr : addr - 1;
	struct kallsym symbol;
	int rc;

	ret->address = (struct vmt_u64){true, addr};
	if (sym->modules)
		module = modules_at(sym->modules, lookup);
	if (module)
		rc = module_symbol_at(k, module, lookup, &symbol, NULL);
	else
		rc = k->symbols ? kallsyms_at(k->symbols, lookup, &symbol, NULL) : VMT_ERR_NODATA;
	if (module)
		ret->module = talloc_strdup(ctx, module->name);
	if (rc)
		return;
	ret->module = module ? ret->module : VMLINUX;
	ret->function = talloc_strdup(ctx, symbol.name);
	ret->offset = (struct vmt_u64){true, addr - symbol.addr};
	ret->size = (struct vmt_u64){symbol.size != 0, symbol.size};
}
