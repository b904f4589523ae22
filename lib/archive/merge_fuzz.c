// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Records of batches, as merge and --resume read them, and one as a worker hands it over. What was
 * merged does not change when it is merged again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "archive/batch_done.h"
#include "vmtriage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct text {
	char *p;
	size_t n;
};

static struct text merge(const void *data, size_t size)
{
	int fd = memfd_create("records", MFD_CLOEXEC);
	struct vmt_merge_result result = VMT_MERGE_RESULT_INIT;
	struct vmt_merge_options options = VMT_MERGE_OPTIONS_INIT;
	struct text ret = {0};
	const char *one;
	char path[64];
	FILE *out = open_memstream(&ret.p, &ret.n);

	options.result = &result;
	options.memory = 1u << 20;
	one = path;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || !out || write(fd, data, size) != (ssize_t)size)
		abort();
	if (vmt_merge(&options, &one, 1, out, NULL))
		(void)fseek(out, 0, SEEK_SET);
	fclose(out);
	close(fd);
	return ret;
}

static void resume(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	int fd = memfd_create("earlier", MFD_CLOEXEC);
	struct batch_record r = {.path = "/var/crash/a", .known = true, .size = 1, .mtime_ns = 1};
	struct batch_done *done;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	if (!batch_done_open(ctx, NULL, false, path, &done, NULL))
		json_decref(batch_done_find(done, &r));
	(void)batch_record_take(ctx, &r, talloc_strndup(ctx, (const char *)data, size));
	close(fd);
	talloc_free(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text once = merge(data, size), twice = merge(once.p, once.n);

	if (once.n != twice.n || memcmp(once.p, twice.p, once.n) != 0)
		__builtin_trap();
	free(once.p);
	free(twice.p);
	resume(data, size);
	return 0;
}
