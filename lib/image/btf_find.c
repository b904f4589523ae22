// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where BTF is in memory: the kernel's is between two symbols, a module's in the list btf_modules
 * (static in kernel/bpf/btf.c; the pointer in struct module is cleared after loading).
 */
#include "base/array.h"
#include "base/caps.h"
#include "base/cur.h"
#include "image/btf_types.h"

static const struct {
	const char *start, *end;
} kernel_symbols[] = {
	{"__start_BTF", "__stop_BTF"}, /* 5.6 and later: its own section */
	{"_binary__btf_vmlinux_bin_start", "_binary__btf_vmlinux_bin_end"}, /* 5.2 to 5.5 */
};

int btf_open_kernel(
	TALLOC_CTX *ctx, const struct kernel_image *k, struct btf **ret, struct vmt_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(kernel_symbols); i++) {
		uint64_t start, end;
		int rc = kernel_symbol(k, kernel_symbols[i].start, &start, err);

		if (rc == VMT_ERR_NOTFOUND)
			continue;
		if (!rc)
			rc = kernel_symbol(k, kernel_symbols[i].end, &end, err);
		if (rc)
			return rc;
		if (end < start)
			return err_set_at(err, VMT_ERR_CORRUPT, start, "BTF ends before it starts");
		rc = btf_open(
			ctx, (struct btf_place){k->space, start, end - start}, NULL, ret, err);
		if (!rc) {
			(*ret)->image = k;
			(*ret)->section = start;
		}
		return rc;
	}
	return err_set(err, VMT_ERR_NOTFOUND, "the kernel was built without BTF");
}

static int open_entry(TALLOC_CTX *ctx, const struct kernel_image *k, struct btf *base,
	uint64_t entry, struct btf **ret, struct vmt_err *err)
{
	struct btf_split split = {.base = base};
	uint64_t btf, data, size, value;
	int rc = kernel_read_member(k, entry, "btf_module", "btf", &btf, err);

	if (!rc)
		rc = kernel_read_member(k, btf, "btf", "data", &data, err);
	if (!rc)
		rc = kernel_read_member(k, btf, "btf", "data_size", &size, err);
	if (rc)
		return rc;
	if (kernel_read_member(k, btf, "btf", "start_id", &value, NULL) == 0)
		split.first_id = (uint32_t)value;
	if (kernel_read_member(k, btf, "btf", "start_str_off", &value, NULL) == 0)
		split.first_name = (uint32_t)value;
	return btf_open(ctx, (struct btf_place){k->space, data, size}, &split, ret, err);
}

/*
 * struct btf_module {struct list_head list; struct module *module; struct btf *btf; ...} and struct
 * btf {void *data; ...}: as all kernels since 5.11 have them. The module's address and the magic
 * number prove it, so the layouts need not be looked up, which costs more than all the rest.
 */
#define SHAPE_OWNER 2 /* in words */
#define SHAPE_BTF 3

/* The bytes of a BTF, by its own header. */
static bool length_of(struct mem_space *space, uint64_t at, uint64_t *ret)
{
	uint8_t raw[24];
	struct cur c = cur_init(raw, sizeof(raw), mem_space_big_endian(space));
	uint64_t hdr_len, types, strings;

	if (mem_read(space, at, raw, sizeof(raw), NULL) || cur_u16(&c) != BTF_MAGIC)
		return false;
	cur_skip(&c, 2);
	hdr_len = cur_u32(&c);
	types = cur_u32(&c);
	types += cur_u32(&c);
	strings = cur_u32(&c);
	strings += cur_u32(&c);
	*ret = hdr_len + (types > strings ? types : strings);
	return true;
}

/* VMT_ERR_UNSUPPORTED: something has another shape, and nothing is known. */
static int open_by_shape(TALLOC_CTX *ctx, const struct kernel_image *k, struct btf *base,
	uint64_t module, struct btf **ret)
{
	unsigned word = mem_space_ptr_size(k->space);
	struct btf_split split = {.base = base};
	uint64_t head, at, owner, data, len;

	btf_want_index(base);
	split.first_id = base->n_indexed;
	if (!split.first_id || kernel_symbol(k, "btf_modules", &head, NULL) ||
		mem_read_ptr(k->space, head, &at, NULL))
		return VMT_ERR_UNSUPPORTED;
	for (unsigned n = 0; at != head; n++) {
		if (n == CAP_MODULES ||
			mem_read_ptr(k->space, at + SHAPE_OWNER * word, &owner, NULL))
			return VMT_ERR_UNSUPPORTED;
		/* The first one shows whether it is the shape of all. */
		if ((n == 0 || owner == module) &&
			(mem_read_ptr(k->space, at + SHAPE_BTF * word, &data, NULL) ||
				mem_read_ptr(k->space, data, &data, NULL) ||
				!length_of(k->space, data, &len)))
			return VMT_ERR_UNSUPPORTED;
		if (owner == module)
			return btf_open(
				ctx, (struct btf_place){k->space, data, len}, &split, ret, NULL);
		if (mem_read_ptr(k->space, at, &at, NULL))
			return VMT_ERR_UNSUPPORTED;
	}
	return VMT_ERR_NOTFOUND;
}

int btf_open_module(TALLOC_CTX *ctx, const struct kernel_image *k, struct btf *base,
	uint64_t module, struct btf **ret, struct vmt_err *err)
{
	struct layout_member list;
	uint64_t head, at, owner;
	struct vmt_u64 lost = mem_lost(k->space);
	int rc = open_by_shape(ctx, k, base, module, ret);

	if (!rc)
		return 0;
	if (rc == VMT_ERR_NOTFOUND)
		return err_set(err, rc, "the module has no BTF");
	mem_set_lost(k->space, lost);
	rc = kernel_symbol(k, "btf_modules", &head, err);
	if (!rc)
		rc = layout_member(k->layout, "btf_module", "list", &list, err);
	if (!rc)
		rc = mem_read_ptr(k->space, head, &at, err);
	/* Without a check for cycles: a list with one ends at the cap. */
	for (unsigned n = 0; !rc && at != head; n++) {
		uint64_t entry = at - list.offset;

		if (n >= CAP_MODULES)
			return err_set_at(err, VMT_ERR_LIMIT, at, "btf_modules does not end");
		rc = kernel_read_member(k, entry, "btf_module", "module", &owner, err);
		if (!rc && owner == module)
			return open_entry(ctx, k, base, entry, ret, err);
		if (!rc)
			rc = mem_read_ptr(k->space, at, &at, err);
	}
	return rc ? rc : err_set(err, VMT_ERR_NOTFOUND, "the module has no BTF");
}
