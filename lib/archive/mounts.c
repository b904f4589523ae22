// SPDX-License-Identifier: GPL-3.0-or-later
/* See proc_pid_mountinfo(5). pstore is no such file system: it holds crashes. */
#include "archive/mounts.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/array.h"

static const char *const kernel_types[] = {
	"autofs",
	"binfmt_misc",
	"bpf",
	"cgroup",
	"cgroup2",
	"configfs",
	"debugfs",
	"devpts",
	"devtmpfs",
	"efivarfs",
	"fuse.gvfsd-fuse",
	"fuse.lxcfs",
	"fuse.portal",
	"fusectl",
	"hugetlbfs",
	"mqueue",
	"nfsd",
	"nsfs",
	"proc",
	"resctrl",
	"rpc_pipefs",
	"securityfs",
	"selinuxfs",
	"smackfs",
	"sysfs",
	"tracefs",
	"xenfs",
};

#define MAX_MOUNTS 65536

struct mount {
	dev_t dev;
	const char *point, *type;
	enum mount_kind kind;
};

struct mounts {
	struct mount *items;
	size_t n;
};

static enum mount_kind kind_of(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(kernel_types); i++)
		if (strcmp(kernel_types[i], type) == 0)
			return MOUNT_KERNEL;
	return MOUNT_PLAIN;
}

static bool is_octal(const char *p)
{
	for (int i = 1; i <= 3; i++)
		if (p[i] < '0' || p[i] > '7')
			return false;
	return true;
}

/* "\040" stands for a blank. */
static void unescape(char *p)
{
	char *out = p;

	for (; *p; p++) {
		if (*p == '\\' && is_octal(p)) {
			*out++ = (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0'));
			p += 3;
		} else {
			*out++ = *p;
		}
	}
	*out = '\0';
}

/* "36 35 98:0 /root /point rw,noatime shared:1 - ext4 /dev/sda1 rw" */
static int add(struct mounts *m, const char *line)
{
	struct mount *more, mount;
	unsigned maj, min;
	char point[4096], type[64];
	const char *rest = strstr(line, " - ");

	if (!rest || sscanf(line, "%*u %*u %u:%u %*s %4095s", &maj, &min, point) != 3 ||
		sscanf(rest, " - %63s", type) != 1)
		return 0;
	unescape(point);
	mount = (struct mount){
		makedev(maj, min), talloc_strdup(m, point), talloc_strdup(m, type), kind_of(type)};
	more = ARRAY_ROOM(m, m->items, m->n);
	if (!more || !mount.point || !mount.type)
		return -1;
	m->items = more;
	more[m->n++] = mount;
	return 0;
}

struct mounts *mounts_read(TALLOC_CTX *ctx)
{
	struct mounts *m = talloc_zero(ctx, struct mounts);
	FILE *f = m ? fopen("/proc/self/mountinfo", "re") : NULL;
	char line[16384];
	int rc = 0;

	while (f && !rc && m->n < MAX_MOUNTS && fgets(line, sizeof(line), f))
		rc = add(m, line);
	if (f)
		fclose(f);
	if (rc)
		talloc_free(m);
	return rc ? NULL : m;
}

enum mount_kind mounts_kind(const struct mounts *mounts, dev_t dev, const char **type)
{
	for (size_t i = 0; i < mounts->n; i++) {
		if (mounts->items[i].dev != dev)
			continue;
		*type = mounts->items[i].type;
		return mounts->items[i].kind;
	}
	return MOUNT_PLAIN;
}

bool mounts_has_point(const struct mounts *mounts, const char *path, enum mount_kind *kind)
{
	/* The last mount on a path hides the others. */
	for (size_t i = mounts->n; i--;) {
		if (strcmp(mounts->items[i].point, path) != 0)
			continue;
		*kind = mounts->items[i].kind;
		return true;
	}
	return false;
}
