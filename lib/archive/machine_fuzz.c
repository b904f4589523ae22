// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The files of a machine, each "path", a newline and its content, with a byte 0x1e between them.
 * Will it catch its next crash, and what happened before those that it had?
 */
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmtriage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST 64
#define SEPARATOR 0x1e

static int discard(void *arg, const void *data, size_t len)
{
	(void)arg, (void)data, (void)len;
	return 0;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static bool is_plain(const char *name, size_t len)
{
	return len > 1 && len < 200 && name[0] == '/' && !memmem(name, len, "..", 2) &&
	       !memmem(name, len, "//", 2) && !memchr(name, 0, len);
}

static void put_file(const char *root, const char *p, size_t len)
{
	const char *nl = memchr(p, '\n', len);
	size_t name = nl ? (size_t)(nl - p) : len;
	char path[PATH_MAX];
	int fd;

	if (!nl || !is_plain(p, name))
		return;
	snprintf(path, sizeof(path), "%s%.*s", root, (int)name, p);
	for (char *c = path + strlen(root) + 1; (c = strchr(c, '/')); c++) {
		*c = '\0';
		(void)mkdir(path, 0700);
		*c = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (write(fd, nl + 1, len - name - 1) < 0)
		abort();
	close(fd);
}

static void check(const char *root)
{
	struct vmt_check_options options = {
		.struct_size = sizeof(options), .root = root, .now = {true, 1795217100000000000}};
	struct vmt_check *c;

	if (vmt_check_make(&options, &c, NULL))
		return;
	if (!c->status || c->exit_status > 3)
		abort();
	vmt_check_free(c);
}

static void timeline(const char *root)
{
	struct vmt_timeline_options options = VMT_TIMELINE_OPTIONS_INIT;
	struct vmt_timeline *t;
	struct vmt_list *list;

	options.root = root;
	if (vmt_list_crashes(NULL, &root, 1, &list, NULL))
		return;
	(void)vmt_list_write_to(list, NULL, discard, NULL, NULL);
	if (!vmt_timeline_make(list, &options, &t, NULL)) {
		(void)vmt_timeline_write_to(t, "text", NULL, discard, NULL, NULL);
		vmt_timeline_free(t);
	}
	vmt_list_free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *stop = p + size;
	char root[] = "/tmp/vmtriage-machine-XXXXXX";

	if (!mkdtemp(root))
		abort();
	for (unsigned i = 0; p < stop && i < MOST; i++) {
		const char *next = memchr(p, SEPARATOR, (size_t)(stop - p));

		put_file(root, p, (size_t)((next ? next : stop) - p));
		p = next ? next + 1 : stop;
	}
	check(root);
	timeline(root);
	nftw(root, drop, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}
