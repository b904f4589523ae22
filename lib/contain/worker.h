/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process of one worker. */
#ifndef VMT_CONTAIN_WORKER_H
#define VMT_CONTAIN_WORKER_H

#include <sys/types.h>

#include "contain/contain.h"

/* The exit status of one that the kernel did not let give up its rights. */
#define WORKER_NOT_LOCKED 99

/* Starts one. *channel: the parent's end. */
int worker_start(const struct contain_options *opts, pid_t *pid, int *channel, struct vmt_err *err);

#endif
