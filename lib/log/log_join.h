/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sink in front of another sink: joins records that continue the previous one. */
#ifndef VMT_LOG_LOG_JOIN_H
#define VMT_LOG_LOG_JOIN_H

#include "base/alloc.h"
#include "base/err.h"
#include "log/log.h"

struct log_join;

int log_join_new(
	TALLOC_CTX *ctx, log_sink sink, void *arg, struct log_join **ret, struct vmt_err *err);

/* A log_sink; arg is the log_join. */
int log_join_feed(void *join, const struct log_record *rec);

/* The end: pushes the last record. */
int log_join_finish(struct log_join *join);

#endif
