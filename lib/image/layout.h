/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The layout of this kernel's structures: offsets and sizes by name, from the first provider that
 * knows them. One provider is BTF in the dump. Another is debuginfo, added by the facade.
 */
#ifndef VMT_IMAGE_LAYOUT_H
#define VMT_IMAGE_LAYOUT_H

#include "base/alloc.h"
#include "base/err.h"

struct layout_member {
	uint64_t offset; /* bytes from the start of the outermost struct */
	uint64_t size;	 /* bytes; of a pointer: the pointer itself; of an array: all elements */
	uint64_t count;	 /* of an array: number of elements (0: a flexible array); otherwise 1 */
	unsigned bit_offset, bit_size; /* of a bit field; bit_size 0: it is not one */
};

struct layout_provider {
	const char *name; /* "btf", "dwarf" */
	/*
	 * `member` may be a path through embedded and anonymous structs: "mem[0].base",
	 * "core_layout.size", "thread.sp". VMT_ERR_NOTFOUND: no such type or member.
	 */
	int (*member)(void *priv, const char *type, const char *member, struct layout_member *ret,
		struct vmt_err *err);
	int (*size)(void *priv, const char *type, uint64_t *ret, struct vmt_err *err);
	void *priv;
};

struct layout;

/* Knows no type, to begin with; a talloc child of ctx. */
int layout_new(TALLOC_CTX *ctx, struct layout **ret, struct vmt_err *err);

/*
 * Adds a provider, which is asked if those before it do not know. It is copied; priv must outlive
 * the layout. Answers that were remembered are forgotten.
 */
int layout_add(struct layout *layout, const struct layout_provider *provider, struct vmt_err *err);

/* Answers are remembered. VMT_ERR_NOTFOUND: no provider knows it. */
int layout_member(struct layout *layout, const char *type, const char *member,
	struct layout_member *ret, struct vmt_err *err);
int layout_size(struct layout *layout, const char *type, uint64_t *ret, struct vmt_err *err);
bool layout_has(struct layout *layout, const char *type, const char *member);

#endif
