/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs whose output is read. */
#ifndef VMTRIAGE_CHILD_H
#define VMTRIAGE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Starts one, without input and without its messages. args ends with NULL. Returns where to read
 * its output; -1: it was not started.
 */
int child_start(const char *const *args, pid_t *pid);

/* Waits for its end. Returns whether it exited with 0, also if nobody knows. */
bool child_wait(pid_t pid);

#endif
