// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Asks through elfutils' libdebuginfod, which reads DEBUGINFOD_URLS itself. It is loaded when it is
 * needed, as libdw does, because it brings in libcurl and its libraries.
 */
#include "symbolize/debuginfo_server.h"

#include <errno.h>
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
static int ask(TALLOC_CTX *ctx, const struct client_api *api, const char *build_id,
	const char **ret, struct vmt_err *err)
{
	struct debuginfod_client *client = api->begin();
	char *path = NULL;
	int fd;

	if (!client)
		return err_set(err, VMT_ERR_IO, "the client library does not start");
	fd = api->find(client, (const unsigned char *)build_id, 0, &path);
	if (fd >= 0) {
		*ret = path ? talloc_strdup(ctx, path) : NULL;
		close(fd);
	}
	free(path);
	api->end(client);
	return fd >= 0 || fd == -ENOENT ? 0 : err_set_errno(err, -fd, "no server answers");
}

int debuginfo_fetch(TALLOC_CTX *ctx, const char *build_id, const char **ret, struct vmt_err *err)
{
	struct client_api api;
	int rc;

	*ret = NULL;
	rc = dynlib_load(&libdebuginfod, &api, err);
	return rc < 0 ? rc : ask(ctx, &api, build_id, ret, err);
}
