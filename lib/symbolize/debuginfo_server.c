// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Asks through elfutils' libdebuginfod, which reads DEBUGINFOD_URLS itself. It is loaded when it is
 * needed, as libdw does, because it pulls in libcurl and its libraries: some milliseconds that most
 * runs can save.
 */
#include "symbolize/debuginfo_server.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct debuginfod_client;

/* The functions of the library that are used. */
struct client_api {
	struct debuginfod_client *(*begin)(void);
	int (*find)(struct debuginfod_client *client, const unsigned char *build_id, int len,
		char **path);
	void (*end)(struct debuginfod_client *client);
};

static bool load(void *library, struct client_api *api)
{
	/* ISO C has no direct conversion from void * to a function pointer. */
	*(void **)&api->begin = dlsym(library, "debuginfod_begin");
	*(void **)&api->find = dlsym(library, "debuginfod_find_debuginfo");
	*(void **)&api->end = dlsym(library, "debuginfod_end");
	return api->begin && api->find && api->end;
}

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
	void *library = dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL);
	struct client_api api;
	const char *ret = NULL;

	if (library && load(library, &api))
		ret = ask(ctx, &api, build_id);
	/* Never unloaded: some of libcurl's libraries do not survive it. */
	return ret;
}
