/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMTRIAGE_CLOCK_H
#define VMTRIAGE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds that only go on (CLOCK_MONOTONIC), for durations and deadlines. */
static inline int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Nanoseconds since 1970, UTC. */
static inline int64_t clock_wall_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

#endif
