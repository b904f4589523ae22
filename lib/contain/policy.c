// SPDX-License-Identifier: GPL-3.0-or-later
#include "contain/policy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether name is one name, and none that leads up. */
static bool is_plain(const char *name)
{
	return !strchr(name, '/') && strcmp(name, "..") != 0;
}

/* Whether path is the folder of len bytes, or an entry of it. */
static bool is_in(const char *path, const char *folder, size_t len)
{
	while (len > 1 && folder[len - 1] == '/')
		len--;
	if (strncmp(path, folder, len) != 0)
		return false;
	path += len;
	if (folder[len - 1] != '/' && *path && *path++ != '/')
		return false;
	return is_plain(path);
}

static bool belongs_to(const char *path, const char *job)
{
	const char *slash = strrchr(job, '/');

	if (!strcmp(path, job) || is_in(path, job, strlen(job)))
		return true;
	for (const char *colon = strchr(job, ':'); colon; colon = strchr(colon + 1, ':'))
		if (strlen(path) == (size_t)(colon - job) && !strncmp(path, job, strlen(path)))
			return true;
	if (slash)
		return is_in(path, job, (size_t)(slash - job) + 1);
	return is_in(path, ".", 1) || is_plain(path);
}

static bool leads_up(const char *path)
{
	for (const char *p = strstr(path, ".."); p; p = strstr(p + 2, ".."))
		if ((p == path || p[-1] == '/') && (!p[2] || p[2] == '/'))
			return true;
	return false;
}

static bool is_below(const char *path, const char *tree)
{
	size_t len = strlen(tree);

	while (len > 1 && tree[len - 1] == '/')
		len--;
	return len && !strncmp(path, tree, len) &&
	       (!path[len] || path[len] == '/' || tree[len - 1] == '/') && !leads_up(path);
}

static bool may_read(const struct policy *policy, const char *path)
{
	for (size_t i = 0; i < policy->n; i++)
		if (belongs_to(path, policy->paths[i]))
			return true;
	for (size_t i = 0; i < policy->n_trees; i++)
		if (is_below(path, policy->trees[i]))
			return true;
	return false;
}

/* The same folder as for those who read without a worker; the file's name is gone at once. */
static int open_temporary(void)
{
	const char *dir = secure_getenv("TMPDIR");
	char name[FRAME_PATH];
	int fd;

	if (!dir || dir[0] != '/')
		dir = "/var/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR) &&
		snprintf(name, sizeof(name), "%s/vmtriage.XXXXXX", dir) < (int)sizeof(name)) {
		fd = mkostemp(name, O_CLOEXEC);
		if (fd >= 0)
			unlink(name);
	}
	return fd < 0 ? -errno : fd;
}

int policy_open(const struct policy *policy, const struct frame_open *ask)
{
	int fd;

	if ((ask->flags & O_TMPFILE) == O_TMPFILE)
		return open_temporary();
	if ((ask->flags & O_ACCMODE) != O_RDONLY || ask->flags & (O_CREAT | O_TRUNC))
		return -EACCES;
	if (!may_read(policy, ask->path))
		return -EACCES;
	/* A FIFO is not waited for here, where it would stop all workers. */
	fd = open(ask->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
				     (ask->flags & (O_DIRECTORY | O_NOFOLLOW)));
	return fd < 0 ? -errno : fd;
}
