// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbolize/fake_debuginfod.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

struct fake_debuginfod fake_debuginfod;

struct debuginfod_client {
	int unused;
};

static struct debuginfod_client client;

EXPORT struct debuginfod_client *debuginfod_begin(void);
EXPORT int debuginfod_find_debuginfo(
	struct debuginfod_client *c, const unsigned char *build_id, int len, char **path);
EXPORT void debuginfod_end(struct debuginfod_client *c);

struct debuginfod_client *debuginfod_begin(void)
{
	fake_debuginfod.begun++;
	return fake_debuginfod.no_client ? NULL : &client;
}

int debuginfod_find_debuginfo(
	struct debuginfod_client *c, const unsigned char *build_id, int len, char **path)
{
	(void)c;
	snprintf(fake_debuginfod.build_id, sizeof(fake_debuginfod.build_id), "%s",
		(const char *)build_id);
	fake_debuginfod.len = len;
	if (!fake_debuginfod.path)
		return fake_debuginfod.error ? -fake_debuginfod.error : -ENOENT;
	*path = strdup(fake_debuginfod.path);
	fake_debuginfod.fd = open(fake_debuginfod.path, O_RDONLY);
	return fake_debuginfod.fd;
}

void debuginfod_end(struct debuginfod_client *c)
{
	if (c == &client)
		fake_debuginfod.ended++;
}
