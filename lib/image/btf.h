/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * BTF, the kernel's types in its own memory: members and sizes by the names of types, as a
 * provider of layouts. Mirrors include/uapi/linux/btf.h and kernel/bpf/btf.c.
 *
 * A kernel's BTF is megabytes and has no index. It is read forward, as far as the types asked for
 * so far made it necessary, and the names met are remembered. Types of the kernel's core come
 * first: task_struct, module and pt_regs lie within the first 6 KB of 2.4 MB (Debian 6.1). So ask
 * for members of types that exist; whether a type exists at all, where a symbol or a member could
 * tell as well, is the one question that costs a pass over everything. Since 7.0 types are sorted
 * by name instead; there the kernel's own index of them is used.
 */
#ifndef VMT_IMAGE_BTF_H
#define VMT_IMAGE_BTF_H

#include "image/image.h"

struct btf;

/* What the kernel holds of a split BTF (a module's) that its bytes do not tell. */
struct btf_split {
	struct btf *base;    /* outlives the split one */
	uint32_t first_id;   /* of its own types; 0: to be counted (a pass over the base) */
	uint32_t first_name; /* offset where its own strings begin; 0: the length of the base's */
};

/* Where a BTF is. */
struct btf_place {
	struct mem_space *space;
	uint64_t addr, len;
};

/* split may be NULL. Reads the header only. */
int btf_open(TALLOC_CTX *ctx, struct btf_place place, const struct btf_split *split,
	struct btf **ret, struct vmt_err *err);

/* The kernel's own, by its symbols. NOTFOUND: the kernel was built without. */
int btf_open_kernel(
	TALLOC_CTX *ctx, const struct kernel_image *k, struct btf **ret, struct vmt_err *err);

/*
 * That of a module (address of its struct module), over the kernel's. NOTFOUND: it has none. Needs
 * a layout that knows struct btf_module and struct btf: the base's.
 */
int btf_open_module(TALLOC_CTX *ctx, const struct kernel_image *k, struct btf *base,
	uint64_t module, struct btf **ret, struct vmt_err *err);

/* Whether more types had one name than CAP_BTF_SAME_NAME: the rest was not looked at. */
bool btf_is_capped(const struct btf *btf);

/* As a provider; btf must outlive the layout that it is added to. */
struct layout_provider btf_provider(struct btf *btf);

#endif
