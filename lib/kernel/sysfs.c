// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Mirrors include/linux/kernfs.h and fs/sysfs/dir.c: the nodes of a directory form a red-black
 * tree, ordered by a hash of their names. The hash depends on the release, so the complete tree is
 * walked. A directory's private pointer is its kobject. kernfs exists since 3.14. Nothing is read
 * from older kernels.
 */
#include "kernel/sysfs.h"

#include <string.h>

#include "base/caps.h"

#define TYPE_MASK 0xfu

/* Only the type: most nodes of a directory are attributes, which are not needed. */
static int read_type(struct sysfs *fs, uint64_t addr, enum sysfs_type *ret, struct vmt_err *err)
{
	uint64_t flags;
	int rc = kernel_read_member(fs->k, addr, "kernfs_node", "flags", &flags, err);

	*ret = rc ? 0 : (enum sysfs_type)(flags & TYPE_MASK);
	return rc;
}

static int read_name(struct sysfs *fs, uint64_t addr, char *name, struct vmt_err *err)
{
	uint64_t at;
	int rc = kernel_read_member(fs->k, addr, "kernfs_node", "name", &at, err);

	if (!rc && !at) {
		*name = '\0';
		return 0;
	}
	return rc ? rc : mem_read_string(fs->k->space, at, name, SYSFS_NAME_MAX, err);
}

int sysfs_read(struct sysfs *fs, uint64_t addr, struct sysfs_node *ret, struct vmt_err *err)
{
	int rc;

	*ret = (struct sysfs_node){.addr = addr};
	rc = read_type(fs, addr, &ret->type, err);
	if (!rc)
		rc = read_name(fs, addr, ret->name, err);
	if (!rc && ret->type == SYSFS_LINK)
		rc = kernel_read_member(
			fs->k, addr, "kernfs_node", "symlink.target_kn", &ret->target, err);
	if (rc || ret->type != SYSFS_DIR)
		return rc;
	rc = kernel_read_member(
		fs->k, addr, "kernfs_node", "dir.children.rb_node", &ret->entries, err);
	return rc ? rc : kernel_read_member(fs->k, addr, "kernfs_node", "priv", &ret->kobject, err);
}

int sysfs_of_kobject(
	struct sysfs *fs, uint64_t kobject, struct sysfs_node *ret, struct vmt_err *err)
{
	uint64_t node;
	int rc = kernel_read_member(fs->k, kobject, "kobject", "sd", &node, err);

	if (!rc && !node)
		rc = err_set_at(err, VMT_ERR_NOTFOUND, kobject, "the kobject has no directory");
	return rc ? rc : sysfs_read(fs, node, ret, err);
}

int sysfs_parent(struct sysfs *fs, const struct sysfs_node *node, struct sysfs_node *ret,
	struct vmt_err *err)
{
	uint64_t parent;
	int rc = kernel_read_member(fs->k, node->addr, "kernfs_node", "parent", &parent, err);

	/* 6.15 and later */
	if (rc == VMT_ERR_NOTFOUND)
		rc = kernel_read_member(fs->k, node->addr, "kernfs_node", "__parent", &parent, err);
	if (!rc && !parent)
		rc = err_set_at(err, VMT_ERR_NOTFOUND, node->addr, "the root of /sys");
	return rc ? rc : sysfs_read(fs, parent, ret, err);
}

/* A walk with its own stack of pending nodes. */
struct walk {
	uint64_t todo[CAP_SYSFS_DEPTH];
	unsigned n;
};

static void push(struct sysfs *fs, struct walk *w, uint64_t rb)
{
	if (rb && w->n < CAP_SYSFS_DEPTH)
		w->todo[w->n++] = rb;
	else
		fs->too_deep |= rb != 0;
}

/* Reads what every node of the tree has, and puts the subtrees on the stack. */
static int step(
	struct sysfs *fs, uint64_t node, struct walk *w, enum sysfs_type *type, struct vmt_err *err)
{
	uint64_t left, right;
	int rc = kernel_read_member(fs->k, node, "kernfs_node", "rb.rb_left", &left, err);

	if (!rc)
		rc = kernel_read_member(fs->k, node, "kernfs_node", "rb.rb_right", &right, err);
	if (!rc)
		rc = read_type(fs, node, type, err);
	if (rc)
		return rc;
	push(fs, w, right);
	push(fs, w, left);
	return 0;
}

int sysfs_each(struct sysfs *fs, const struct sysfs_node *dir, unsigned types,
	int (*fn)(void *arg, const struct sysfs_node *node), void *arg, struct vmt_err *err)
{
	struct layout_member rb;
	struct walk w = {.n = 0};
	struct sysfs_node entry;
	int rc = layout_member(fs->k->layout, "kernfs_node", "rb", &rb, err), lost = 0;

	push(fs, &w, dir->entries);
	while (!rc && w.n) {
		uint64_t node = w.todo[--w.n] - rb.offset;
		enum sysfs_type type = 0;
		int bad;

		if (fs->seen++ >= CAP_SYSFS_NODES)
			return err_set_at(err, VMT_ERR_LIMIT, dir->addr,
				"more than %u nodes of /sys", CAP_SYSFS_NODES);
		bad = step(fs, node, &w, &type, lost ? NULL : err);
		if (!bad && (type & types)) {
			bad = sysfs_read(fs, node, &entry, lost ? NULL : err);
			if (!bad)
				rc = fn(arg, &entry);
		}
		lost = lost ? lost : bad;
	}
	return rc ? rc : lost;
}

struct wanted {
	const char *name;
	struct sysfs_node found;
};

static int match(void *arg, const struct sysfs_node *node)
{
	struct wanted *w = arg;

	if (strcmp(node->name, w->name) != 0)
		return 0;
	w->found = *node;
	return 1;
}

int sysfs_follow(struct sysfs *fs, const struct sysfs_node *dir, const char *link,
	struct sysfs_node *ret, struct vmt_err *err)
{
	struct wanted w = {.name = link};
	int rc = sysfs_each(fs, dir, SYSFS_LINK, match, &w, err);

	if (rc == 0)
		return err_set_at(
			err, VMT_ERR_NOTFOUND, dir->addr, "%s has no link %s", dir->name, link);
	return rc < 0 ? rc : sysfs_read(fs, w.found.target, ret, err);
}
