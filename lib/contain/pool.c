// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "contain/channel.h"
#include "contain/policy.h"
#include "contain/worker.h"

/*
 * A worker is replaced after so many jobs: what one of them may have done to it does not last, and
 * a start costs little then.
 */
#define JOBS_OF_A_WORKER 64

/*
 * But it lives so many times as long as its start took: a fork takes the longer, the more memory
 * the parent has, and that may grow with the number of jobs.
 */
#define LIFE_BY_START 50

/* What one job may send. */
#define RESULT_MAX (256u << 20)

struct contain_ticket {
	struct contain_ticket *next; /* in the queue */
	struct contain_pool *pool;   /* NULL: it is gone */
	struct contain_job job;
	struct contain_result result;
	struct contain_part *parts;
	size_t received; /* bytes */
	bool done;
};

struct worker {
	pid_t pid; /* 0: none runs */
	int channel;
	unsigned n_jobs;
	int64_t deadline_ms;
	int64_t started_us, start_us;  /* when, and how long that took */
	int64_t bounded_ms;	       /* when its CPU time was last bounded */
	struct contain_ticket *ticket; /* its job; NULL: it is idle */
	uint8_t *in;		       /* what came and is no complete frame yet */
	size_t n_in;
};

struct contain_pool {
	struct contain_options opts;
	struct worker *workers;
	struct contain_ticket *first, **last; /* jobs that no worker has yet */
	struct vmt_err failed;		      /* code is not 0: no worker can be started */
};

static bool has_lived(const struct worker *w)
{
	return w->n_jobs >= JOBS_OF_A_WORKER &&
	       clock_us() - w->started_us >= LIFE_BY_START * w->start_us;
}

/* ---- the end of a worker, and of a job --------------------------------------------------- */

/* Returns its status, as waitpid() does; 0: not known. */
static int end_worker(struct worker *w)
{
	int status = 0;

	kill(w->pid, SIGKILL);
	close(w->channel);
	while (waitpid(w->pid, &status, 0) < 0) {
		if (errno != EINTR) {
			status = 0;
			break;
		}
	}
	w->pid = 0;
	w->n_in = 0;
	return status;
}

static void finish(struct worker *w, enum contain_end end)
{
	struct contain_ticket *t = w->ticket;

	w->ticket = NULL;
	if (!t)
		return;
	t->result.end = end;
	t->result.parts = t->parts;
	t->done = true;
}

static char *describe_signal(TALLOC_CTX *ctx, int number)
{
	const char *name = sigabbrev_np(number);

	return name ? talloc_asprintf(ctx, "it died of SIG%s", name)
		    : talloc_asprintf(ctx, "it died of signal %d", number);
}

/* The channel ended, or has nonsense in it. */
static void give_up(struct contain_pool *pool, struct worker *w, const char *why)
{
	struct contain_ticket *t = w->ticket;
	int status;

	/* It may be about to end by itself: SIGKILL would hide of what. */
	for (int i = 0; !why && i < 100; i++) {
		siginfo_t info = {.si_pid = 0};

		if (waitid(P_PID, (id_t)w->pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid)
			break;
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	status = end_worker(w);
	if (WIFEXITED(status) && WEXITSTATUS(status) == WORKER_NOT_LOCKED) {
		err_set(&pool->failed, VMT_ERR_UNSUPPORTED,
			"a worker cannot be locked in: the kernel refuses seccomp or a limit");
	} else if (t && WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) {
		t->result.why = talloc_asprintf(
			t, "it took more than %u s of CPU time", pool->opts.seconds);
		finish(w, CONTAIN_TIMEOUT);
		return;
	} else if (t && !why && WIFSIGNALED(status)) {
		t->result.signal = WTERMSIG(status);
		why = describe_signal(t, t->result.signal);
	}
	if (t)
		t->result.why = why ? why : "it ended before its work was done";
	finish(w, CONTAIN_DIED);
}

static void time_out(struct contain_pool *pool, struct worker *w)
{
	w->ticket->result.why =
		talloc_asprintf(w->ticket, "it took more than %u s", pool->opts.seconds);
	end_worker(w);
	finish(w, CONTAIN_TIMEOUT);
}

/* ---- what a worker says ------------------------------------------------------------------ */

static bool answer_open(
	struct contain_pool *pool, struct worker *w, const uint8_t *data, size_t len)
{
	const struct contain_job *job = &w->ticket->job;
	const struct policy policy = {
		job->paths, job->n_paths, pool->opts.trees, pool->opts.n_trees};
	struct frame_open ask = {0};
	int fd;

	if (len <= offsetof(struct frame_open, path) || len > sizeof(ask) || data[len - 1])
		return false;
	memcpy(&ask, data, len);
	fd = policy_open(&policy, &ask);
	/* If that fails, the worker is gone, as will be heard next. */
	channel_reply(w->channel, fd < 0 ? fd : 0, fd);
	if (fd >= 0)
		close(fd);
	return true;
}

static bool answer_fd(struct worker *w, const uint8_t *data, size_t len)
{
	const struct contain_job *job = &w->ticket->job;
	uint32_t i;

	if (len != sizeof(i))
		return false;
	memcpy(&i, data, sizeof(i));
	if (i < job->n_fds)
		channel_reply(w->channel, 0, job->fds[i]);
	else
		channel_reply(w->channel, -EBADF, -1);
	return true;
}

static bool take_part(struct worker *w, const uint8_t *data, size_t len)
{
	struct contain_ticket *t = w->ticket;
	struct contain_part *parts = ARRAY_ROOM(t, t->parts, t->result.n);
	char *copy = parts ? talloc_size(parts, len + 1) : NULL;

	if (parts)
		t->parts = parts;
	t->received += len + sizeof(*parts);
	if (!copy || t->received > RESULT_MAX)
		return false;
	memcpy(copy, data, len);
	copy[len] = '\0';
	parts[t->result.n++] = (struct contain_part){copy, len};
	return true;
}

static bool take_end(struct contain_pool *pool, struct worker *w, const uint8_t *data, size_t len)
{
	int32_t code;

	if (len != sizeof(code))
		return false;
	memcpy(&code, data, sizeof(code));
	w->ticket->result.code = code;
	if (code == VMT_ERR_NOMEM)
		w->ticket->result.why =
			talloc_asprintf(w->ticket, "memory ran out: it may use %llu MiB",
				(unsigned long long)(pool->opts.memory >> 20));
	finish(w, !code ? CONTAIN_DONE : code == VMT_ERR_NOMEM ? CONTAIN_MEMORY : CONTAIN_FAILED);
	/* One whose memory is full, or that worked for long, makes room for a fresh one. */
	if (code == VMT_ERR_NOMEM || has_lived(w))
		end_worker(w);
	return true;
}

static bool take_frame(
	struct contain_pool *pool, struct worker *w, const struct frame *head, const uint8_t *data)
{
	if (!w->ticket)
		return false;
	switch (head->type) {
	case FRAME_OPEN:
		return answer_open(pool, w, data, head->len);
	case FRAME_FD:
		return answer_fd(w, data, head->len);
	case FRAME_DATA:
		return take_part(w, data, head->len);
	case FRAME_END:
		return take_end(pool, w, data, head->len);
	default:
		return false;
	}
}

/* Takes all complete frames. */
static void take_frames(struct contain_pool *pool, struct worker *w)
{
	struct frame head;
	size_t at = 0;

	while (w->pid && w->n_in - at >= sizeof(head)) {
		memcpy(&head, w->in + at, sizeof(head));
		if (head.len <= FRAME_MAX && w->n_in - at - sizeof(head) < head.len)
			break;
		if (head.len > FRAME_MAX ||
			!take_frame(pool, w, &head, w->in + at + sizeof(head))) {
			give_up(pool, w, "it sent what no worker sends");
			return;
		}
		at += sizeof(head) + head.len;
	}
	if (!w->pid)
		return;
	memmove(w->in, w->in + at, w->n_in - at);
	w->n_in -= at;
}

static void hear(struct contain_pool *pool, struct worker *w)
{
	size_t room = talloc_get_size(w->in);
	uint8_t *more;
	ssize_t n;

	if (w->n_in == room) {
		more = talloc_realloc(pool, w->in, uint8_t, room ? 2 * room : 65536);
		if (!more) {
			give_up(pool, w, "it sent too much");
			return;
		}
		w->in = more;
		room = talloc_get_size(more);
	}
	n = recv(w->channel, w->in + w->n_in, room - w->n_in, MSG_DONTWAIT);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		give_up(pool, w, NULL);
		return;
	}
	w->n_in += (size_t)n;
	take_frames(pool, w);
}

/* ---- jobs for workers -------------------------------------------------------------------- */

/*
 * Since a worker has one thread, its CPU time cannot exceed the time that the parent measures. The
 * bound of one job does for those that begin within a second.
 */
static void bound_cpu(const struct contain_pool *pool, struct worker *w)
{
	int64_t now = clock_ms();
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
	struct timespec used;
	clockid_t clock;

	if (w->n_jobs > 1 && now - w->bounded_ms < 1000)
		return;
	w->bounded_ms = now;
	if (!pool->opts.seconds || clock_getcpuclockid(w->pid, &clock) ||
		clock_gettime(clock, &used) || prlimit(w->pid, RLIMIT_CPU, NULL, &limit))
		return;
	limit.rlim_cur = (rlim_t)used.tv_sec + pool->opts.seconds + 2;
	if (limit.rlim_cur < limit.rlim_max)
		prlimit(w->pid, RLIMIT_CPU, &limit, NULL);
}

static void give_job(struct contain_pool *pool, struct worker *w, struct contain_ticket *t)
{
	w->ticket = t;
	w->n_jobs++;
	w->deadline_ms = clock_ms() + (int64_t)pool->opts.seconds * 1000;
	bound_cpu(pool, w);
	if (!channel_send(w->channel, FRAME_JOB, t->job.data, t->job.len))
		give_up(pool, w, NULL);
}

static struct contain_ticket *take_queued(struct contain_pool *pool)
{
	struct contain_ticket *t = pool->first;

	pool->first = t->next;
	t->next = NULL;
	if (!pool->first)
		pool->last = &pool->first;
	return t;
}

/* An idle worker that was killed must not take a job with it. */
static bool is_gone(const struct worker *w)
{
	char c;

	return recv(w->channel, &c, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
	       (errno != EAGAIN && errno != EINTR);
}

static void give_jobs(struct contain_pool *pool)
{
	for (unsigned i = 0; i < pool->opts.workers && pool->first && !pool->failed.code; i++) {
		struct worker *w = &pool->workers[i];

		if (w->ticket)
			continue;
		if (w->pid && is_gone(w))
			end_worker(w);
		if (!w->pid) {
			w->n_jobs = 0;
			w->started_us = clock_us();
			if (worker_start(&pool->opts, &w->pid, &w->channel, &pool->failed)) {
				w->pid = 0;
				break;
			}
			w->start_us = clock_us() - w->started_us;
		}
		give_job(pool, w, take_queued(pool));
	}
}

/* Milliseconds until the first deadline; -1: there is none. */
static int patience(const struct contain_pool *pool)
{
	int64_t best = -1, now = clock_ms();

	for (unsigned i = 0; pool->opts.seconds && i < pool->opts.workers; i++) {
		const struct worker *w = &pool->workers[i];
		int64_t left = w->deadline_ms - now > 0 ? w->deadline_ms - now : 0;

		if (w->ticket && (best < 0 || left < best))
			best = left;
	}
	return best > 60000 ? 60000 : (int)best;
}

/* Waits for the workers once. */
static void attend(struct contain_pool *pool, struct pollfd *fds)
{
	unsigned n = pool->opts.workers;

	for (unsigned i = 0; i < n; i++)
		fds[i] = (struct pollfd){
			pool->workers[i].ticket ? pool->workers[i].channel : -1, POLLIN, 0};
	if (poll(fds, n, patience(pool)) < 0)
		return; /* a signal */
	for (unsigned i = 0; i < n; i++) {
		struct worker *w = &pool->workers[i];

		if (fds[i].revents && w->ticket)
			hear(pool, w);
		if (pool->opts.seconds && w->ticket && clock_ms() >= w->deadline_ms)
			time_out(pool, w);
	}
}

int contain_wait(struct contain_pool *pool, struct contain_ticket *ticket,
	const struct contain_result **ret, struct vmt_err *err)
{
	struct pollfd *fds = talloc_array(pool, struct pollfd, pool->opts.workers);

	if (!fds)
		return err_nomem(err);
	while (!ticket->done && !pool->failed.code) {
		give_jobs(pool);
		if (!pool->failed.code)
			attend(pool, fds);
	}
	give_jobs(pool);
	talloc_free(fds);
	if (pool->failed.code)
		return err_set(err, pool->failed.code, "%s", pool->failed.message);
	*ret = &ticket->result;
	return 0;
}

/* ---- tickets and pools ------------------------------------------------------------------- */

/* A ticket that is freed early takes its job out of the queue, or its worker's life. */
static int drop_ticket(struct contain_ticket *t)
{
	struct contain_pool *pool = t->pool;

	if (!pool || t->done)
		return 0;
	for (unsigned i = 0; i < pool->opts.workers; i++) {
		if (pool->workers[i].ticket != t)
			continue;
		pool->workers[i].ticket = NULL;
		end_worker(&pool->workers[i]);
		return 0;
	}
	for (struct contain_ticket **p = &pool->first; *p; p = &(*p)->next) {
		if (*p != t)
			continue;
		*p = t->next;
		if (!t->next)
			pool->last = p;
		break;
	}
	return 0;
}

static bool copy_job(struct contain_ticket *t, const struct contain_job *job)
{
	const char **paths = talloc_zero_array(t, const char *, job->n_paths + 1);
	bool whole = paths;

	t->job = *job;
	t->job.data = talloc_memdup(t, job->data, job->len ? job->len : 1);
	t->job.fds = talloc_memdup(t, job->fds, job->n_fds * sizeof(int));
	t->job.paths = paths;
	for (size_t i = 0; whole && i < job->n_paths; i++)
		whole = (paths[i] = talloc_strdup(paths, job->paths[i]));
	return whole && t->job.data && (!job->n_fds || t->job.fds);
}

int contain_submit(struct contain_pool *pool, const struct contain_job *job, enum contain_turn turn,
	struct contain_ticket **ret, struct vmt_err *err)
{
	struct contain_ticket *t = talloc_zero(pool, struct contain_ticket);

	if (!t || !copy_job(t, job)) {
		talloc_free(t);
		return err_nomem(err);
	}
	t->pool = pool;
	if (turn == CONTAIN_NEXT) {
		t->next = pool->first;
		pool->first = t;
	} else {
		*pool->last = t;
	}
	if (!t->next)
		pool->last = &t->next;
	talloc_set_destructor(t, drop_ticket);
	*ret = t;
	give_jobs(pool);
	return 0;
}

static int close_pool(struct contain_pool *pool)
{
	for (unsigned i = 0; i < pool->opts.workers; i++)
		if (pool->workers[i].pid)
			end_worker(&pool->workers[i]);
	for (unsigned i = 0; i < pool->opts.workers; i++)
		if (pool->workers[i].ticket)
			pool->workers[i].ticket->pool = NULL;
	for (struct contain_ticket *t = pool->first; t; t = t->next)
		t->pool = NULL;
	return 0;
}

int contain_pool_new(TALLOC_CTX *ctx, const struct contain_options *opts, struct contain_pool **ret,
	struct vmt_err *err)
{
	struct contain_pool *pool = talloc_zero(ctx, struct contain_pool);

	if (!pool)
		return err_nomem(err);
	pool->opts = *opts;
	pool->last = &pool->first;
	pool->workers = talloc_zero_array(pool, struct worker, opts->workers);
	if (!pool->workers) {
		talloc_free(pool);
		return err_nomem(err);
	}
	talloc_set_destructor(pool, close_pool);
	*ret = pool;
	return 0;
}
