/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layouts of struct module and related structs from three eras, for tests. */
#ifndef VMT_KERNEL_FAKE_MODULES_H
#define VMT_KERNEL_FAKE_MODULES_H

#include "image/fake_kernel.h"
#include "kernel/modules.h"

struct row {
	const char *type, *member;
	unsigned offset, size, count;
};

static const struct row rows_common[] = {
	{"module", "state", 0, 4, 1},
	{"module", "list", 8, 16, 1},
	{"module", "name", 24, 56, 56},
	{"module", "version", 80, 8, 1},
	{"module", "srcversion", 88, 8, 1},
	{"module", "taints", 96, 8, 1},
	{"module", "sect_attrs", 104, 8, 1},
	{"module", "notes_attrs", 112, 8, 1},
	{"bin_attribute", "attr.name", 0, 8, 1},
	{"bin_attribute", "private", 32, 8, 1},
	{"bin_attribute", NULL, 0, 64, 1},
	{NULL, NULL, 0, 0, 0},
};

static const struct row rows_69[] = {
	{"module", "mem[0].base", 200, 8, 1},
	{"module", "mem[0].size", 208, 4, 1},
	{"module", "mem[1].base", 224, 8, 1},
	{"module", "mem[1].size", 232, 4, 1},
	{"module", "mem[4].base", 248, 8, 1},
	{"module", "mem[4].size", 256, 4, 1},
	{"module", "kallsyms", 120, 8, 1},
	{"mod_kallsyms", "symtab", 0, 8, 1},
	{"mod_kallsyms", "num_symtab", 8, 4, 1},
	{"mod_kallsyms", "strtab", 16, 8, 1},
	{"mod_kallsyms", "typetab", 24, 8, 1},
	{"module_sect_attrs", "grp.bin_attrs", 8, 8, 1},
	{"module_notes_attrs", "grp.bin_attrs", 8, 8, 1},
	{NULL, NULL, 0, 0, 0},
};

static const struct row rows_61[] = {
	{"module", "core_layout.base", 200, 8, 1},
	{"module", "core_layout.size", 208, 4, 1},
	{"module", "core_layout.text_size", 212, 4, 1},
	{"module", "init_layout.base", 224, 8, 1},
	{"module", "init_layout.size", 232, 4, 1},
	{"module", "init_layout.text_size", 236, 4, 1},
	{"module", "core_kallsyms.symtab", 128, 8, 1},
	{"module", "core_kallsyms.num_symtab", 136, 4, 1},
	{"module", "core_kallsyms.strtab", 144, 8, 1},
	{"module", "core_kallsyms.typetab", 152, 8, 1},
	{"module_sect_attrs", "nsections", 8, 4, 1},
	{"module_sect_attrs", "attrs", 16, 0, 0},
	{"module_sect_attr", "battr.attr.name", 0, 8, 1},
	{"module_sect_attr", "address", 64, 8, 1},
	{"module_sect_attr", NULL, 0, 72, 1},
	{NULL, NULL, 0, 0, 0},
};

static const struct row rows_310[] = {
	{"module", "module_core", 200, 8, 1},
	{"module", "core_size", 208, 4, 1},
	{"module", "core_text_size", 212, 4, 1},
	{"module", "symtab", 128, 8, 1},
	{"module", "num_symtab", 136, 4, 1},
	{"module", "strtab", 144, 8, 1},
	{"module_sect_attrs", "nsections", 8, 4, 1},
	{"module_sect_attrs", "attrs", 16, 0, 0},
	{"module_sect_attr", "name", 56, 8, 1},
	{"module_sect_attr", "address", 64, 8, 1},
	{"module_sect_attr", NULL, 0, 72, 1},
	{NULL, NULL, 0, 0, 0},
};

static const struct row *const eras[] = {rows_69, rows_61, rows_310};
static const struct row *era;

static const struct row *find_row(const struct row *rows, const char *type, const char *member)
{
	for (; rows->type; rows++) {
		if (strcmp(rows->type, type) == 0 &&
			(member ? rows->member && strcmp(rows->member, member) == 0
				: !rows->member))
			return rows;
	}
	return NULL;
}

static int rows_member(void *priv, const char *type, const char *member, struct layout_member *ret,
	struct vmt_err *err)
{
	const struct row *r = find_row(rows_common, type, member);

	(void)priv;
	if (!r)
		r = find_row(era, type, member);
	if (!r)
		return err_set(err, VMT_ERR_NOTFOUND, "no member of %s", type);
	*ret = (struct layout_member){.offset = r->offset, .size = r->size, .count = r->count};
	return 0;
}

static int rows_size(void *priv, const char *type, uint64_t *ret, struct vmt_err *err)
{
	struct layout_member m;
	int rc = rows_member(priv, type, NULL, &m, err);

	if (!rc)
		*ret = m.size;
	return rc;
}

#endif
