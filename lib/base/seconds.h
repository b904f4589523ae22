/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Seconds from a text, a file system or an archive as nanoseconds. 64 bits hold the years 1677 to
 * 2262 only, and an input may claim any other.
 */
#ifndef VMT_BASE_SECONDS_H
#define VMT_BASE_SECONDS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "vmtriage.h"

/* Returns false, and leaves *ret alone, where the result has no place in 64 bits. */
static inline bool seconds_to_ns(int64_t seconds, int64_t *ret)
{
	int64_t ns;

	if (__builtin_mul_overflow(seconds, INT64_C(1000000000), &ns))
		return false;
	*ret = ns;
	return true;
}

/* An unknown time where seconds_to_ns() fails. */
static inline struct vmt_time seconds_to_time(int64_t seconds)
{
	struct vmt_time ret = {0};

	ret.known = seconds_to_ns(seconds, &ret.ns);
	return ret;
}

/* When a file was last written; the nearest time that there is where seconds_to_ns() fails. */
static inline int64_t seconds_mtime_ns(const struct stat *st)
{
	int64_t ns;

	if (!seconds_to_ns(st->st_mtim.tv_sec, &ns) ||
		__builtin_add_overflow(ns, (int64_t)st->st_mtim.tv_nsec, &ns))
		return st->st_mtim.tv_sec < 0 ? INT64_MIN : INT64_MAX;
	return ns;
}

#endif
