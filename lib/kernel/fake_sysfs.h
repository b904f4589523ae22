/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layout of the structs behind /sys, for tests. */
#ifndef VMT_KERNEL_FAKE_SYSFS_H
#define VMT_KERNEL_FAKE_SYSFS_H

#include "base/array.h"
#include "image/fake_kernel.h"
#include "image/layout.h"

/* Offsets of members. */
enum {
	NODE_PARENT = 8,
	NODE_NAME = 16,
	NODE_RB = 24,
	NODE_ENTRIES = 64,
	NODE_TARGET = 64,
	NODE_PRIV = 96,
	NODE_FLAGS = 104,
	NODE_SIZE = 128,
};

static const struct {
	const char *type, *member;
	unsigned offset, size;
} sysfs_members[] = {
	{"kernfs_node", "parent", NODE_PARENT, 8},
	{"kernfs_node", "name", NODE_NAME, 8},
	{"kernfs_node", "rb", NODE_RB, 24},
	{"kernfs_node", "rb.rb_left", NODE_RB + 16, 8},
	{"kernfs_node", "rb.rb_right", NODE_RB + 8, 8},
	{"kernfs_node", "dir.children.rb_node", NODE_ENTRIES, 8},
	{"kernfs_node", "symlink.target_kn", NODE_TARGET, 8},
	{"kernfs_node", "priv", NODE_PRIV, 8},
	{"kernfs_node", "flags", NODE_FLAGS, 2},
	{"kobject", "sd", 48, 8},
	{"module", "mkobj.drivers_dir", 8, 8},
	{"pci_dev", "dev.kobj", 0x100, 64},
	{"pci_dev", "vendor", 0x3c, 2},
	{"pci_dev", "device", 0x3e, 2},
};

static int sysfs_member(void *priv, const char *type, const char *name, struct layout_member *ret,
	struct vmt_err *err)
{
	(void)priv;
	for (size_t i = 0; i < ARRAY_SIZE(sysfs_members); i++) {
		if (strcmp(sysfs_members[i].type, type) == 0 &&
			strcmp(sysfs_members[i].member, name) == 0) {
			*ret = (struct layout_member){.offset = sysfs_members[i].offset,
				.size = sysfs_members[i].size,
				.count = 1};
			return 0;
		}
	}
	return err_set(err, VMT_ERR_NOTFOUND, "no %s.%s", type, name);
}

static int sysfs_size(void *priv, const char *type, uint64_t *ret, struct vmt_err *err)
{
	(void)priv;
	(void)ret;
	return err_set(err, VMT_ERR_NOTFOUND, "no %s", type);
}

static inline int fake_sysfs_layout(TALLOC_CTX *ctx, struct layout **ret)
{
	struct layout_provider provider = {
		.name = "rows", .member = sysfs_member, .size = sysfs_size};
	int rc = layout_new(ctx, ret, NULL);

	return rc ? rc : layout_add(*ret, &provider, NULL);
}

#endif
