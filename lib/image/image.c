// SPDX-License-Identifier: GPL-3.0-or-later
/* Values in the dead kernel by name: members of structs, variables. */
#include "image/image.h"

int kernel_read_member(const struct kernel_image *k, uint64_t addr, const char *type,
	const char *member, uint64_t *ret, struct vmt_err *err)
{
	struct layout_member m;
	int rc;

	if (!k->layout)
		return err_set(err, VMT_ERR_NOTFOUND, "layouts of structs are not known");
	rc = layout_member(k->layout, type, member, &m, err);
	if (rc)
		return rc;
	if (m.size == 0 || m.size > 8 || m.size & (m.size - 1))
		return err_set(err, VMT_ERR_NOTFOUND, "%s.%s is not an integer", type, member);
	rc = mem_read_uint(k->space, addr + m.offset, (unsigned)m.size, ret, err);
	if (rc)
		return err_prepend(err, rc, "%s.%s", type, member);
	if (m.bit_size) {
		unsigned shift = m.bit_offset;

		if (mem_space_big_endian(k->space))
			shift = (unsigned)m.size * 8 - m.bit_offset - m.bit_size;
		if (shift >= 64 || m.bit_size >= 64)
			return err_set(err, VMT_ERR_CORRUPT, "%s.%s is an impossible bit field",
				type, member);
		*ret = *ret >> shift & ((1ull << m.bit_size) - 1);
	}
	return 0;
}

int kernel_symbol(
	const struct kernel_image *k, const char *name, uint64_t *ret, struct vmt_err *err)
{
	int rc;

	if (!k->symbols)
		return err_set(err, VMT_ERR_NOTFOUND, "the kernel's symbols are not known");
	rc = kallsyms_find(k->symbols, name, ret, err);
	return rc == VMT_ERR_NOTFOUND || !rc ? rc : err_prepend(err, rc, "symbol %s", name);
}

int kernel_read_symbol(const struct kernel_image *k, const char *name, unsigned size, uint64_t *ret,
	struct vmt_err *err)
{
	uint64_t addr;
	int rc = kernel_symbol(k, name, &addr, err);

	if (!rc)
		rc = mem_read_uint(k->space, addr, size, ret, err);
	return rc == VMT_ERR_NOTFOUND || !rc ? rc : err_prepend(err, rc, "%s", name);
}
