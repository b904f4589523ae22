// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Asks through elfutils' libdebuginfod, which reads DEBUGINFOD_URLS itself. It is loaded when it is
 * needed, as libdw does, because it brings in libcurl and its libraries.
 */
#include "symbolize/debuginfo_server.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/array.h"
#include "base/dynlib.h"

/* As in <elfutils/debuginfod.h>, which a build does not need. */
struct debuginfod_client;

struct client_api {
	struct debuginfod_client *(*begin)(void);
	int (*find)(struct debuginfod_client *client, const unsigned char *build_id, int len,
		char **path);
	void (*end)(struct debuginfod_client *client);
};

static const char *const names[] = {
	"debuginfod_begin", "debuginfod_find_debuginfo", "debuginfod_end"};
static const struct dynlib libdebuginfod = {
	"libdebuginfod.so.1", "libdebuginfod1", names, ARRAY_SIZE(names)};

/* A length of 0 means that the id is hexadecimal text. */
static const char *ask(TALLOC_CTX *ctx, const struct client_api *api, const char *build_id)
{
	struct debuginfod_client *client = api->begin();
	const char *ret = NULL;
	char *path = NULL;
	int fd;

	if (!client)
		return NULL;
	fd = api->find(client, (const unsigned char *)build_id, 0, &path);
	if (fd >= 0) {
		ret = path ? talloc_strdup(ctx, path) : NULL;
		close(fd);
	}
	free(path);
	api->end(client);
	return ret;
}

const char *debuginfo_fetch(TALLOC_CTX *ctx, const char *build_id)
{
	struct client_api api;

	return dynlib_load(&libdebuginfod, &api, NULL) < 0 ? NULL : ask(ctx, &api, build_id);
}
