// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Unloaded modules. last_unloaded_module begins with the name, whether it is a string (up to 5.19)
 * or a struct of name and taints. unloaded_tainted_modules is a list of those that tainted the
 * kernel (5.18 and later, CONFIG_MODULE_UNLOAD_TAINT_TRACKING).
 */
#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "kernel/modules.h"

/*
 * S, M, B, U, D, A, W, I and L: taints that no module has (taint_flags of kernel/panic.c). A kernel
 * that has no others had no module that tainted it, and its list need not be looked for.
 */
#define NOT_OF_MODULES                                                                             \
	(1u << 2 | 1u << 4 | 1u << 5 | 1u << 6 | 1u << 7 | 1u << 8 | 1u << 9 | 1u << 11 | 1u << 14)

CAP_FITS(2 * CAP_UNLOADED_MODULES, sizeof(struct unloaded_module));

struct unloaded_list {
	TALLOC_CTX *ctx;
	struct unloaded_module *items;
	size_t n;
};

static int add(
	struct unloaded_list *l, const char *name, struct vmt_u64 taints, struct vmt_err *err)
{
	struct unloaded_module *items = ARRAY_ROOM(l->ctx, l->items, l->n);

	if (!items)
		return err_nomem(err);
	l->items = items;
	items[l->n].taints = taints;
	items[l->n].name = talloc_strdup(items, name);
	if (!items[l->n].name)
		return err_nomem(err);
	l->n++;
	return 0;
}

static int add_last(struct unloaded_list *l, const struct kernel_image *k, struct vmt_err *err)
{
	char name[MODULE_NAME_MAX];
	uint64_t at;
	int rc = kernel_symbol(k, "last_unloaded_module", &at, err);

	if (!rc)
		rc = mem_read_string(k->space, at, name, sizeof(name), err);
	if (rc == VMT_ERR_NOTFOUND || (!rc && !name[0]))
		return 0;
	return rc ? rc : add(l, name, (struct vmt_u64){0}, err);
}

static int add_tainted(struct unloaded_list *l, const struct kernel_image *k, struct vmt_err *err)
{
	struct layout_member list, name;
	uint64_t head, link;
	int rc = kernel_symbol(k, "unloaded_tainted_modules", &head, err);

	if (!rc)
		rc = layout_member(k->layout, "mod_unload_taint", "list", &list, err);
	if (!rc)
		rc = layout_member(k->layout, "mod_unload_taint", "name", &name, err);
	if (!rc)
		rc = mem_read_ptr(k->space, head, &link, err);
	for (unsigned n = 0; !rc && link != head; n++) {
		uint64_t entry = link - list.offset;
		char text[MODULE_NAME_MAX];
		struct vmt_u64 taints;

		if (n >= CAP_UNLOADED_MODULES)
			return err_set_at(
				err, VMT_ERR_LIMIT, link, "unloaded_tainted_modules does not end");
		taints.known = kernel_read_member(k, entry, "mod_unload_taint", "taints", &taints.v,
				       NULL) == 0;
		rc = mem_read_string(k->space, entry + name.offset, text, sizeof(text), err);
		if (!rc)
			rc = add(l, text, taints, err);
		if (!rc)
			rc = mem_read_ptr(k->space, link, &link, err);
	}
	return rc == VMT_ERR_NOTFOUND ? 0 : rc;
}

int module_unloaded_list(TALLOC_CTX *ctx, const struct kernel_image *k, struct vmt_u64 tainted,
	struct unloaded_module **ret, size_t *n, struct vmt_err *err)
{
	struct unloaded_list l = {.ctx = ctx};
	int rc = add_last(&l, k, err);

	if (!rc && k->layout && (!tainted.known || tainted.v & ~(uint64_t)NOT_OF_MODULES))
		rc = add_tainted(&l, k, err);
	*ret = l.items;
	*n = l.n;
	return rc;
}
