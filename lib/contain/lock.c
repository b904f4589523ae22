// SPDX-License-Identifier: GPL-3.0-or-later
#include "contain/lock.h"

#include <linux/landlock.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sanitized.h"
#include "contain/filter.h"

/* Address space, of which a sanitizer reserves terabytes. */
#define COUNTS_MEMORY !SANITIZED

static bool bound(int resource, rlim_t value)
{
	const struct rlimit limit = {value, value};

	return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

static bool bound_memory(uint64_t memory)
{
	struct rlimit old;

	if (!COUNTS_MEMORY || !memory || getrlimit(RLIMIT_AS, &old))
		return true;
	return bound(RLIMIT_AS, memory < old.rlim_max ? memory : old.rlim_max);
}

/*
 * No file at all, by Landlock, where the kernel has it (since 5.13): a second lock, since the
 * filter has closed the first. Descriptors from the parent stay usable.
 */
static void refuse_files(void)
{
	/* The rights of the first version, which all kernels know. */
	const struct landlock_ruleset_attr attr = {
		.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
	int fd = (int)syscall(
		__NR_landlock_create_ruleset, &attr, sizeof(attr.handled_access_fs), 0);

	if (fd < 0)
		return;
	syscall(__NR_landlock_restrict_self, fd, 0);
	close(fd);
}

bool lock_down(uint64_t memory)
{
	if (!bound(RLIMIT_CORE, 0) || !bound(RLIMIT_NPROC, 0) || !bound_memory(memory) ||
		prctl(PR_SET_DUMPABLE, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return false;
	if (FILTER_KNOWN)
		refuse_files();
	return filter_install();
}
