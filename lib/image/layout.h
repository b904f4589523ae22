/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How this kernel's structures are laid out: offsets and sizes by name, from the first provider
 * that knows. BTF in the dump is one; debuginfo, handed in by the facade, is another.
 */
#ifndef VMT_IMAGE_LAYOUT_H
#define VMT_IMAGE_LAYOUT_H

#include <talloc.h>

#include "base/err.h"

struct layout_member {
	uint64_t offset;	       /* bytes from the start of the outermost struct */
	uint64_t size;		       /* bytes; of a pointer: its own; of an array: of all of it */
	uint64_t count;		       /* of an array: elements (0: a flexible one); else 1 */
	unsigned bit_offset, bit_size; /* of a bit field; bit_size 0: none */
};

struct layout_provider {
	const char *name; /* "btf", "dwarf" */
	/*
	 * member may be a path through embedded structs and anonymous ones: "mem[0].base",
	 * "core_layout.size", "thread.sp". NOTFOUND: no such type or member.
	 */
	int (*member)(void *priv, const char *type, const char *member, struct layout_member *ret,
		struct vmt_err *err);
	int (*size)(void *priv, const char *type, uint64_t *ret, struct vmt_err *err);
	void *priv;
};

struct layout;

int layout_new(TALLOC_CTX *ctx, struct layout **ret, struct vmt_err *err);
int layout_add(struct layout *layout, const struct layout_provider *provider, struct vmt_err *err);

/* Answers are remembered. NOTFOUND where no provider knows it. */
int layout_member(struct layout *layout, const char *type, const char *member,
	struct layout_member *ret, struct vmt_err *err);
int layout_size(struct layout *layout, const char *type, uint64_t *ret, struct vmt_err *err);
bool layout_has(struct layout *layout, const char *type, const char *member);

#endif
