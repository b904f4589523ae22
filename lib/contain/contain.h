/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work on hostile input in processes of its own: workers. A worker is a fork of the caller that can
 * compute and talk to its parent, and nothing else: no network, no other process, no file but those
 * of its job, which the parent opens for it, and unlinked temporary ones. Memory, CPU and time are
 * bounded. If it dies, its job says so, and the next job has another worker.
 */
#ifndef VMT_CONTAIN_CONTAIN_H
#define VMT_CONTAIN_CONTAIN_H

#include "base/alloc.h"
#include "base/err.h"

struct contain_worker;

/*
 * Runs in a worker: reads the job and sends results. Returns 0 or an error code; VMT_ERR_NOMEM
 * means that the bound on memory was reached. ctx is freed after it.
 */
typedef int (*contain_run)(
	void *arg, struct contain_worker *worker, TALLOC_CTX *ctx, const void *job, size_t len);

struct contain_options {
	contain_run run;
	void *arg;
	unsigned workers; /* at most; at least 1 */
	uint64_t memory;  /* bytes that a worker may map; 0: no bound */
	unsigned seconds; /* that a job may take, of CPU and of time; 0: no bound */
	/* Everything below these paths may be read for any job. */
	const char *const *trees;
	size_t n_trees;
};

/* ---- in a worker ------------------------------------------------------------------------- */

/*
 * One of the parts of a job's result. It may wait for the next part, or the end of the job, unless
 * it is flushed: a worker that dies loses what waits. If the parent is gone, the worker ends.
 */
void contain_send(struct contain_worker *worker, const void *data, size_t len);
void contain_flush(struct contain_worker *worker);

/* The job's i-th descriptor, which becomes the caller's; a negative errno: there is none. */
int contain_fd(const struct contain_worker *worker, uint32_t i);

/* ---- in the parent ----------------------------------------------------------------------- */

struct contain_job {
	const void *data; /* what run() gets; copied */
	size_t len;
	const char *const *paths; /* that it may read, and what is beside them; copied */
	size_t n_paths;
	const int *fds; /* that it may read; stay the caller's, and open until the job is done */
	size_t n_fds;
};

enum contain_end {
	CONTAIN_DONE,
	CONTAIN_FAILED, /* run() returned an error */
	CONTAIN_MEMORY,
	CONTAIN_TIMEOUT,
	CONTAIN_DIED,
};

struct contain_part {
	const void *data; /* followed by a NUL */
	size_t len;
};

struct contain_result {
	enum contain_end end;
	const char *why; /* for CONTAIN_DIED, TIMEOUT and MEMORY: a clause */
	int signal;	 /* that it died of; 0: none */
	int code;	 /* for CONTAIN_FAILED */
	/* What it sent, also before it died. */
	const struct contain_part *parts;
	size_t n;
};

struct contain_pool;
struct contain_ticket;

/* A talloc child of ctx, whose destructor ends the workers. They are started when needed. */
int contain_pool_new(TALLOC_CTX *ctx, const struct contain_options *opts, struct contain_pool **ret,
	struct vmt_err *err);

enum contain_turn {
	CONTAIN_LAST,
	CONTAIN_NEXT, /* before all that wait */
};

/* Queues a job. Free the ticket, which holds the result, when done. */
int contain_submit(struct contain_pool *pool, const struct contain_job *job, enum contain_turn turn,
	struct contain_ticket **ret, struct vmt_err *err);

/*
 * Waits until this job is done, while the workers go on with all others. Fails only if no worker
 * can be started at all.
 */
int contain_wait(struct contain_pool *pool, struct contain_ticket *ticket,
	const struct contain_result **ret, struct vmt_err *err);

#endif
