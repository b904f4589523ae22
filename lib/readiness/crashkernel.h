/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * crashkernel= on a kernel's command line: how much memory it reserves. As the kernel reads it
 * (Documentation/admin-guide/kernel-parameters.txt, kernel/crash_reserve.c): the last value without
 * a suffix counts; ",high" and ",low" count where there is none; ",cma" adds to it.
 */
#ifndef VMT_READINESS_CRASHKERNEL_H
#define VMT_READINESS_CRASHKERNEL_H

#include <stdbool.h>
#include <stdint.h>

struct crashkernel {
	bool asked;	     /* there is such a parameter */
	bool automatic;	     /* "auto": RHEL 8 and older only; a mistake for all other kernels */
	bool ranges;	     /* the size depends on the memory */
	bool outside;	     /* no range has this machine's memory: nothing is reserved */
	bool high;	     /* ",high" is what counts */
	const char *problem; /* what the kernel says of a mistake; NULL: none */
	uint64_t size;	     /* bytes; 0: nothing is reserved */
	uint64_t low, cma;   /* bytes of ",low" and ",cma" */
};

/*
 * memory: bytes of the machine, which the kernel rounds up to a multiple of 128 MiB; 0: not known,
 * and ranges give the size of the last one. line may be NULL.
 */
struct crashkernel crashkernel_read(const char *line, uint64_t memory);

/* "256M", "0x100000", "1G" as the kernel reads them; *end is what follows. */
uint64_t crashkernel_memparse(const char *text, const char **end);

#endif
