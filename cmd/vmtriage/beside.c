// SPDX-License-Identifier: GPL-3.0-or-later
#include "beside.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

const char *beside_program(const char *name)
{
	static char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n <= 0)
		return NULL;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash || strlen(name) >= sizeof(path) - (size_t)(slash + 1 - path))
		return NULL;
	memcpy(slash + 1, name, strlen(name) + 1);
	return access(path, R_OK) ? NULL : path;
}
