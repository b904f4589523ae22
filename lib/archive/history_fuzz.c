// SPDX-License-Identifier: GPL-3.0-or-later
/* Input: a file of SQLite, read as a history, as one that is added to, and as wtmpdb's. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "archive/wtmpdb.h"
#include "base/array.h"
#include "vmtriage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int discard(void *arg, const void *data, size_t len)
{
	(void)arg, (void)data, (void)len;
	return 0;
}

static struct vmt_report crash(void)
{
	return (struct vmt_report){
		.input = {.path = "/var/crash/vmcore", .format = "kdump"},
		.level = VMT_LEVEL_CORE,
		.kernel = {.release = "6.1.0-55"},
		.machine = {.hostname = "a"},
		.crash = {.time = {true, 1700000000000000000}, .uptime = {true, 1000}},
		.verdict = {.kind = "null-deref", .function = "vhba_complete", .module = "vhba"},
		.signature = {.algorithm = "t1", .coarse = "c1", .fine = "f1"},
	};
}

static void ask(struct vmt_history *h, const struct vmt_history_query *query)
{
	struct vmt_list_options options = {.struct_size = sizeof(options),
		.by = query->by,
		.format = query->summary == VMT_SUMMARY_PAGE ? "html" : "text",
		.group = query->summary == VMT_SUMMARY_GROUPS};
	struct vmt_list *list;

	if (vmt_history_find(h, query, &list, NULL))
		return;
	(void)vmt_list_write_to(list, &options, discard, NULL, NULL);
	vmt_list_free(list);
}

static void use(const char *path, unsigned flags)
{
	const struct vmt_history_query queries[] = {
		{.struct_size = sizeof(queries[0]), .by = "weekday"},
		{.struct_size = sizeof(queries[0]), .summary = VMT_SUMMARY_GROUPS},
		{.struct_size = sizeof(queries[0]), .summary = VMT_SUMMARY_PAGE},
	};
	struct vmt_report report = crash();
	const struct vmt_report *one = &report;
	struct vmt_history *h;
	struct vmt_list *list;
	bool done;

	if (vmt_history_open(path, flags, &h, NULL))
		return;
	if (!(flags & VMT_HISTORY_READ)) {
		(void)vmt_history_add(h, &one, 1, NULL);
		(void)vmt_history_done_for(h, "mail", &report, VMT_DONE_NOTE, &done, NULL);
	}
	(void)vmt_history_look_up(h, &report, NULL);
	if (!vmt_history_list(h, &list, NULL)) {
		(void)vmt_list_write_to(list, NULL, discard, NULL, NULL);
		vmt_list_free(list);
	}
	for (size_t i = 0; i < ARRAY_SIZE(queries); i++)
		ask(h, &queries[i]);
	vmt_history_close(h);
}

static void read_logins(const char *path)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct event_list *list;

	if (!event_list_new(ctx, &list, NULL)) {
		(void)wtmpdb_read(list, path, NULL);
		event_list_sort(list);
	}
	talloc_free(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("history", MFD_CLOEXEC);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	use(path, VMT_HISTORY_READ);
	read_logins(path);
	use(path, 0);
	close(fd);
	return 0;
}
