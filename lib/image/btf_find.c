// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where BTF is in memory: the kernel's is between two symbols, a module's in the list btf_modules
 * (static in kernel/bpf/btf.c; the pointer in struct module is cleared after loading).
 */
#include "base/array.h"
#include "base/caps.h"
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

int btf_open_module(TALLOC_CTX *ctx, const struct kernel_image *k, struct btf *base,
	uint64_t module, struct btf **ret, struct vmt_err *err)
{
	struct layout_member list;
	uint64_t head, at, owner;
	int rc = kernel_symbol(k, "btf_modules", &head, err);

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
