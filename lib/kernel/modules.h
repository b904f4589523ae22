/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Modules in a dead kernel's memory: the list, and for one module its sections, build-id and
 * symbols, which are read only on demand. Mirrors include/linux/module.h and kernel/module/.
 */
#ifndef VMT_KERNEL_MODULES_H
#define VMT_KERNEL_MODULES_H

#include "image/image.h"

#define MODULE_NAME_MAX 64 /* MODULE_NAME_LEN is 56 on 64-bit */
#define MODULE_RANGES 8

enum module_state {
	MODULE_LIVE,
	MODULE_COMING, /* its init function is running */
	MODULE_GOING,
	MODULE_UNFORMED, /* being loaded; none of its members can be trusted */
};

struct module_range {
	uint64_t base, size;
	uint64_t text_size; /* bytes at the start of the range that are instructions */
	bool init;	    /* freed when the init function is done */
};

struct kernel_module {
	uint64_t addr; /* of its struct module */
	char name[MODULE_NAME_MAX];
	const char *version, *srcversion; /* NULL: it has none, or it is not readable */
	enum module_state state;
	struct vmt_u64 taints; /* kernel taint bits */
	uint64_t base;	       /* of its text; 0: not known */
	uint64_t size;	       /* bytes of all ranges except init */
	struct module_range ranges[MODULE_RANGES];
	unsigned n_ranges;
};

struct module_list {
	struct kernel_module *items; /* in the kernel's order: newest first */
	size_t n;
	/* What is missing from the list. */
	bool broken; /* the list could not be followed to its end from either side */
	bool capped;
	size_t unreadable;    /* modules in the list that cannot be read */
	struct vmt_err first; /* the reason for the first failure */
};

/*
 * Follows the list forwards and, if it breaks, backwards from its end. ret->items is a talloc child
 * of ctx. Fails only if nothing can be read: no symbol, no layout, or a list head that is not in
 * the dump.
 */
int modules_read(TALLOC_CTX *ctx, const struct kernel_image *k, struct module_list *ret,
	struct vmt_err *err);

/* The module that contains addr, or has this name. NULL: none. */
const struct kernel_module *modules_at(const struct module_list *list, uint64_t addr);
const struct kernel_module *modules_find(const struct module_list *list, const char *name);

struct module_section {
	const char *name;
	uint64_t addr; /* stale for .init sections, .symtab and .strtab: their memory was freed */
};

/* Reads all sections that were loaded. The array and names are allocated from ctx. */
int module_sections(TALLOC_CTX *ctx, const struct kernel_image *k,
	const struct kernel_module *module, struct module_section **ret, size_t *n,
	struct vmt_err *err);
/* Reads the address of one section. VMT_ERR_NOTFOUND: there is none. */
int module_section(const struct kernel_image *k, const struct kernel_module *module,
	const char *name, uint64_t *ret, struct vmt_err *err);

/*
 * Reads the GNU build-id, in hexadecimal. *ret is a talloc child of ctx. VMT_ERR_NOTFOUND: the
 * module was built without.
 */
int module_build_id(TALLOC_CTX *ctx, const struct kernel_image *k,
	const struct kernel_module *module, const char **ret, struct vmt_err *err);

/*
 * As module_build_id(), for the kernel itself. VMCOREINFO's is garbage in some releases (6.1.113 to
 * 118).
 */
int kernel_build_id(
	TALLOC_CTX *ctx, const struct kernel_image *k, const char **ret, struct vmt_err *err);

/*
 * Finds the module's symbol that contains addr. Its size extends to the next symbol, or to the end
 * of the text, as the kernel prints it.
 */
int module_symbol_at(const struct kernel_image *k, const struct kernel_module *module,
	uint64_t addr, struct kallsym *ret, struct vmt_err *err);

/* Whether exactly one symbol of the module has this name. False also if not all can be read. */
bool module_symbol_is_only(
	const struct kernel_image *k, const struct kernel_module *module, const char *name);

struct unloaded_module {
	const char *name;
	struct vmt_u64 taints; /* known only if the kernel keeps a list of tainting modules */
};

/*
 * Lists unloaded modules, as far as the kernel remembers them: the last one, and those that tainted
 * it. tainted: the kernel's own taints, if known; it has those of all its modules, also of unloaded
 * ones. On failure *ret has what was found so far. *ret is a talloc child of ctx.
 */
int module_unloaded_list(TALLOC_CTX *ctx, const struct kernel_image *k, struct vmt_u64 tainted,
	struct unloaded_module **ret, size_t *n, struct vmt_err *err);

#endif
