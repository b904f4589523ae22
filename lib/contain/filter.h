/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system calls of a worker: those that it may make, by seccomp(2). */
#ifndef VMT_CONTAIN_FILTER_H
#define VMT_CONTAIN_FILTER_H

#include <stdbool.h>

#if defined(__x86_64__) || defined(__aarch64__)
#define FILTER_KNOWN 1
#else
#define FILTER_KNOWN 0
#endif

/*
 * Makes open(2) ask through the channel, and lets other calls that are not needed fail with EPERM.
 * False: the kernel refused.
 */
bool filter_install(void);

#endif
