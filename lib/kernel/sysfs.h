/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /sys as the dead kernel held it: the tree of kernfs nodes, with their names and links. */
#ifndef VMT_KERNEL_SYSFS_H
#define VMT_KERNEL_SYSFS_H

#include "image/image.h"

#define SYSFS_NAME_MAX 128

/* What is walked, and how much of it has been: one budget for all that is done with it. */
struct sysfs {
	const struct kernel_image *k;
	unsigned seen; /* nodes looked at; LIMIT above CAP_SYSFS_NODES */
	bool too_deep; /* a tree is deeper than CAP_SYSFS_DEPTH: a part of it was left out */
};

enum sysfs_type { SYSFS_DIR = 1, SYSFS_FILE = 2, SYSFS_LINK = 4 };

struct sysfs_node {
	uint64_t addr; /* of the kernfs_node */
	enum sysfs_type type;
	char name[SYSFS_NAME_MAX]; /* longer ones are cut */
	uint64_t kobject;	   /* whose directory it is; 0: no directory */
	uint64_t entries;	   /* of a directory: root of the tree of its nodes */
	uint64_t target;	   /* of a link: the node it points to */
};

int sysfs_read(struct sysfs *fs, uint64_t addr, struct sysfs_node *ret, struct vmt_err *err);

/* The directory of a kobject; NOTFOUND: it is not in /sys. */
int sysfs_of_kobject(
	struct sysfs *fs, uint64_t kobject, struct sysfs_node *ret, struct vmt_err *err);

/* The directory that a node lies in; NOTFOUND: it is the root. */
int sysfs_parent(struct sysfs *fs, const struct sysfs_node *node, struct sysfs_node *ret,
	struct vmt_err *err);

/*
 * Calls fn for each node of a directory that has one of the types (a mask), in the order of the
 * kernel's tree, until it returns not 0, and returns that. A node that cannot be read costs its
 * subtree; the others are shown, and the first such error is returned in the end.
 */
int sysfs_each(struct sysfs *fs, const struct sysfs_node *dir, unsigned types,
	int (*fn)(void *arg, const struct sysfs_node *node), void *arg, struct vmt_err *err);

/* Where the link of that name in dir leads to; NOTFOUND. */
int sysfs_follow(struct sysfs *fs, const struct sysfs_node *dir, const char *link,
	struct sysfs_node *ret, struct vmt_err *err);

#endif
