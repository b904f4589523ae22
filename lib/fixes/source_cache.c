// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixes/sources.h"

int fix_cache_folder(TALLOC_CTX *ctx, char **ret, struct vmt_err *err)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	*ret = NULL;
	if (geteuid() == 0)
		*ret = talloc_strdup(ctx, "/var/cache/vmtriage/fixes");
	else if (cache && *cache == '/')
		*ret = talloc_asprintf(ctx, "%s/vmtriage/fixes", cache);
	else if (home && *home == '/')
		*ret = talloc_asprintf(ctx, "%s/.cache/vmtriage/fixes", home);
	else
		return 0;
	return *ret ? 0 : err_nomem(err);
}

/* FNV-1a. A name without a NUL between would be the same as that of other parts. */
static uint64_t add(uint64_t sum, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		sum = (sum ^ p[i]) * 0x100000001b3u;
	return sum;
}

static uint64_t add_text(uint64_t sum, const char *text)
{
	return add(sum, text ? text : "", text ? strlen(text) + 1 : 1);
}

int fix_cache_name(TALLOC_CTX *ctx, const char *root_path, const struct fix_source *source,
	char **ret, struct vmt_err *err)
{
	static const char *const names[FIX_SOURCE_KINDS] = {"debian", "rpm", "gitlog", "records",
		"vendor", "whence", "git", "vulns", "dkms", "installed", "rpm-file", "deb-file"};
	char *whole = source->kind == FIX_SOURCE_INSTALLED ? NULL : realpath(source->path, NULL);
	uint64_t sum = 0xcbf29ce484222325u;

	sum = add_text(sum, root_path);
	sum = add_text(sum, root_path || !whole ? source->path : whole);
	sum = add(sum, &source->size, sizeof(source->size));
	sum = add(sum, &source->mtime_ns, sizeof(source->mtime_ns));
	sum = add_text(sum, source->state);
	free(whole);
	*ret = talloc_asprintf(
		ctx, "%s-%016llx.index", names[source->kind], (unsigned long long)sum);
	return *ret ? 0 : err_nomem(err);
}
