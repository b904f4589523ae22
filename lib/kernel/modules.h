/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Modules in a dead kernel's memory: the list, and of one module its sections, build-id and own
 * symbols, which are read only when asked for. Mirrors include/linux/module.h and kernel/module/.
 */
#ifndef VMT_KERNEL_MODULES_H
#define VMT_KERNEL_MODULES_H

#include "image/image.h"

#define MODULE_NAME_MAX 64 /* MODULE_NAME_LEN is 56 on 64-bit */
#define MODULE_RANGES 8

enum module_state {
	MODULE_LIVE,
	MODULE_COMING, /* its init function runs */
	MODULE_GOING,
	MODULE_UNFORMED, /* being loaded; nothing of it can be trusted */
};

struct module_range {
	uint64_t base, size;
	uint64_t text_size; /* of these, the first that are instructions */
	bool init;	    /* freed once the init function is done */
};

struct kernel_module {
	uint64_t addr; /* of its struct module */
	char name[MODULE_NAME_MAX];
	const char *version, *srcversion; /* NULL: it states none, or not readable */
	enum module_state state;
	struct vmt_u64 taints; /* kernel taint bits */
	uint64_t base;	       /* of its text; 0: not known */
	uint64_t size;	       /* bytes of all ranges but the init ones */
	struct module_range ranges[MODULE_RANGES];
	unsigned n_ranges;
};

struct module_list {
	struct kernel_module *items; /* as the kernel lists them: newest first */
	size_t n;
	/* What is missing. */
	bool broken; /* the list could not be followed to its end, from either side */
	bool capped;
	size_t unreadable;    /* modules met that cannot be read */
	struct vmt_err first; /* why, of the first trouble */
};

/*
 * Follows the list forwards and, where it breaks, backwards from its end. Fails only where nothing
 * can be read: no symbol, no layout, a list head that is not in the dump.
 */
int modules_read(TALLOC_CTX *ctx, const struct kernel_image *k, struct module_list *ret,
	struct vmt_err *err);

/* The module that addr lies in; NULL: none. */
const struct kernel_module *modules_at(const struct module_list *list, uint64_t addr);
const struct kernel_module *modules_find(const struct module_list *list, const char *name);

struct module_section {
	const char *name;
	uint64_t addr; /* of .init sections, .symtab and .strtab: stale, their memory was freed */
};

/* All sections that were loaded. The array and names hang on ctx. */
int module_sections(TALLOC_CTX *ctx, const struct kernel_image *k,
	const struct kernel_module *module, struct module_section **ret, size_t *n,
	struct vmt_err *err);
/* The address of one; NOTFOUND. */
int module_section(const struct kernel_image *k, const struct kernel_module *module,
	const char *name, uint64_t *ret, struct vmt_err *err);

/* The GNU build-id in hexadecimal; NOTFOUND where it was built without. */
int module_build_id(TALLOC_CTX *ctx, const struct kernel_image *k,
	const struct kernel_module *module, const char **ret, struct vmt_err *err);

/* The same of the kernel itself: VMCOREINFO's is garbage in some releases (6.1.113 to 118). */
int kernel_build_id(
	TALLOC_CTX *ctx, const struct kernel_image *k, const char **ret, struct vmt_err *err);

/*
 * The module's symbol that addr lies in. size goes to the next symbol, or to the end of the text,
 * as the kernel prints it.
 */
int module_symbol_at(const struct kernel_image *k, const struct kernel_module *module,
	uint64_t addr, struct kallsym *ret, struct vmt_err *err);

struct unloaded_module {
	const char *name;
	struct vmt_u64 taints; /* known only where the kernel keeps a list of tainting ones */
};

/*
 * Modules that were there once, as far as the kernel remembers: the last one, and tainting ones.
 * Where that fails, *ret has what was found before.
 */
int module_unloaded_list(TALLOC_CTX *ctx, const struct kernel_image *k,
	struct unloaded_module **ret, size_t *n, struct vmt_err *err);

#endif
