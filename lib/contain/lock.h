/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a worker gives up for good, in its own process, before it reads anything hostile. */
#ifndef VMT_CONTAIN_LOCK_H
#define VMT_CONTAIN_LOCK_H

#include <stdbool.h>
#include <stdint.h>

/* The worker's only descriptor but for those of /dev/null; fixed, so that a filter can name it. */
#define LOCK_CHANNEL 3

/*
 * From now on the process may compute, use the descriptors that it has, and talk through
 * LOCK_CHANNEL. open(2) asks the parent. memory: bytes of address space; 0: no bound. False: the
 * kernel refused; the process must end. A machine without a filter here (filter.c) gets the other
 * bounds alone.
 */
bool lock_down(uint64_t memory);

#endif
