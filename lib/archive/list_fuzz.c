// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Input: files, each "name", a newline and its content, with a byte 0x1e between them. They become
 * a tar file, so that names and contents change and not its checksums, which is listed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmtriage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BLOCK 512
#define MOST 64
#define SEPARATOR 0x1e
#define NAME_SIZE 100
#define SIZE_AT 124
#define SUM_AT 148

static void put(int fd, const void *data, size_t size)
{
	if (write(fd, data, size) != (ssize_t)size)
		abort();
}

static void put_member(int fd, const char *p, size_t len)
{
	static const char zeros[BLOCK];
	const char *nl = memchr(p, '\n', len);
	size_t name = nl ? (size_t)(nl - p) : len, size = nl ? len - name - 1 : 0;
	char head[BLOCK + 1] = {0};
	unsigned sum = 0;
	snprintf(head + SIZE_AT, 12, "%011o", (unsigned)size);
	memcpy(head, p, name < NAME_SIZE ? name : NAME_SIZE);
	strcpy(head + NAME_SIZE, "0000644");
	snprintf(head + SIZE_AT, 12, "%011zo", size);
	strcpy(head + SIZE_AT + 12, "15110000000");
	memset(head + SUM_AT, ' ', 8);
	head[156] = '0';
	memcpy(head + 257, "ustar\00000", 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (unsigned char)head[i];
	snprintf(head + SUM_AT, 8, "%06o", sum);
	put(fd, head, BLOCK);
	if (size)
		put(fd, nl + 1, size);
	if (size % BLOCK)
		put(fd, zeros, BLOCK - size % BLOCK);
}

static int discard(void *arg, const void *data, size_t len)
{
	(void)arg, (void)data, (void)len;
	return 0;
}

static void list(const char *path)
{
	struct vmt_list *list;
	struct vmt_err err;

	if (vmt_list_crashes(NULL, &path, 1, &list, &err))
		return;
	(void)vmt_list_write_to(list, NULL, discard, NULL, &err);
	vmt_list_free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char end[2 * BLOCK];
	const char *p = (const char *)data, *stop = p + size;
	int fd = memfd_create("archive", MFD_CLOEXEC);
	char path[64];

	if (fd < 0)
		abort();
	for (unsigned i = 0; p < stop && i < MOST; i++) {
		const char *next = memchr(p, SEPARATOR, (size_t)(stop - p));

		put_member(fd, p, (size_t)((next ? next : stop) - p));
		p = next ? next + 1 : stop;
	}
	put(fd, end, sizeof(end));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	list(path);
	close(fd);
	return 0;
}
