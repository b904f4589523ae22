/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /sys in the memory of a dead kernel: the tree of kernfs nodes with their names and links. */
#ifndef VMT_KERNEL_SYSFS_H
#define VMT_KERNEL_SYSFS_H

#include "image/image.h"

#define SYSFS_NAME_MAX 128

/* A walk of /sys. One budget covers everything that is done with it. */
struct sysfs {
	const struct kernel_image *k;
	unsigned seen; /* nodes visited; VMT_ERR_LIMIT above CAP_SYSFS_NODES */
	bool too_deep; /* part of a tree was left out, as it is deeper than CAP_SYSFS_DEPTH */
};

enum sysfs_type { SYSFS_DIR = 1, SYSFS_FILE = 2, SYSFS_LINK = 4 };

struct sysfs_node {
	uint64_t addr; /* of the kernfs_node */
	enum sysfs_type type;
	char name[SYSFS_NAME_MAX]; /* truncated if longer */
	uint64_t kobject;	   /* of a directory: its kobject; otherwise 0 */
	uint64_t entries;	   /* of a directory: root of the tree of its nodes */
	uint64_t target;	   /* of a link: the node it points to */
};

/* Reads the kernfs_node at addr. */
int sysfs_read(struct sysfs *fs, uint64_t addr, struct sysfs_node *ret, struct vmt_err *err);

/* Finds the directory of a kobject. VMT_ERR_NOTFOUND: it is not in /sys. */
int sysfs_of_kobject(
	struct sysfs *fs, uint64_t kobject, struct sysfs_node *ret, struct vmt_err *err);

/* Finds the directory that contains a node. VMT_ERR_NOTFOUND: the node is the root. */
int sysfs_parent(struct sysfs *fs, const struct sysfs_node *node, struct sysfs_node *ret,
	struct vmt_err *err);

/*
 * Calls fn for each node of a directory with one of the types (a mask), in the order of the
 * kernel's tree, until fn returns other than 0, and returns that. A node that cannot be read costs
 * its subtree. The others are still visited, and the first such error is returned at the end.
 */
int sysfs_each(struct sysfs *fs, const struct sysfs_node *dir, unsigned types,
	int (*fn)(void *arg, const struct sysfs_node *node), void *arg, struct vmt_err *err);

/* Follows the link of that name in dir. VMT_ERR_NOTFOUND: there is none. */
int sysfs_follow(struct sysfs *fs, const struct sysfs_node *dir, const char *link,
	struct sysfs_node *ret, struct vmt_err *err);

#endif
