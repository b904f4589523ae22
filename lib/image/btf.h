/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * BTF, the kernel's types in its own memory: members and sizes by type name, as a provider of
 * layouts. Mirrors include/uapi/linux/btf.h and kernel/bpf/btf.c.
 *
 * A kernel's BTF is megabytes large and has no index. It is read forward only as far as the
 * requested types require, and all names on the way are remembered. The kernel's core types come
 * first: task_struct, module and pt_regs are in the first 6 KB of 2.4 MB (Debian 6.1). So ask for
 * members of types that exist. Asking whether a type exists is the one question that costs a pass
 * over everything: prefer a symbol or a member that answers it too. Since 7.0 types are sorted by
 * name instead, and the kernel's own index of them is used.
 */
#ifndef VMT_IMAGE_BTF_H
#define VMT_IMAGE_BTF_H

#include "image/image.h"

struct btf;

/* What the kernel records about a split BTF (a module's) that is not in its bytes. */
struct btf_split {
	struct btf *base;    /* must outlive the split one */
	uint32_t first_id;   /* of its own types; 0: to be counted (a pass over the base) */
	uint32_t first_name; /* where its own strings begin; 0: at the length of the base's */
};

/* The location of a BTF. */
struct btf_place {
	struct mem_space *space;
	uint64_t addr, len;
};

/* Opens a BTF, a talloc child of ctx. split may be NULL. Reads only the header. */
int btf_open(TALLOC_CTX *ctx, struct btf_place place, const struct btf_split *split,
	struct btf **ret, struct vmt_err *err);

/* Opens the kernel's own BTF by its symbols. VMT_ERR_NOTFOUND: the kernel was built without. */
int btf_open_kernel(
	TALLOC_CTX *ctx, const struct kernel_image *k, struct btf **ret, struct vmt_err *err);

/*
 * Opens the BTF of a module (the address of its struct module), as a split BTF over the kernel's.
 * VMT_ERR_NOTFOUND: it has none. k->layout must know struct btf_module and struct btf, from the
 * base.
 */
int btf_open_module(TALLOC_CTX *ctx, const struct kernel_image *k, struct btf *base,
	uint64_t module, struct btf **ret, struct vmt_err *err);

/* Whether a name had more types than CAP_BTF_SAME_NAME. The others were not examined. */
bool btf_is_capped(const struct btf *btf);

/* Where a part of it could not be read so far. What was not found may be there. */
struct vmt_u64 btf_lost(const struct btf *btf);

/* btf as a provider. It must outlive the layout that the provider is added to. */
struct layout_provider btf_provider(struct btf *btf);

#endif
