// SPDX-License-Identifier: GPL-3.0-or-later
#include "contain/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/sanitized.h"
#include "contain/channel.h"
#include "contain/lock.h"

#define SEND_SECONDS 30 /* a worker that reads nothing for so long is given up */

struct contain_worker {
	int channel;
	size_t n_held;
	uint8_t held[16384]; /* frames that go with the next ones: the parent wakes up once */
};

static void send_held(struct contain_worker *w)
{
	if (w->n_held && !channel_send_frames(w->channel, w->held, w->n_held))
		_exit(1);
	w->n_held = 0;
}

static void hold(struct contain_worker *w, enum frame_type type, const void *data, size_t len)
{
	const struct frame head = {type, (uint32_t)len};

	if (len > sizeof(w->held) - sizeof(head)) {
		send_held(w);
		if (!channel_send(w->channel, type, data, len))
			_exit(1);
		return;
	}
	if (sizeof(head) + len > sizeof(w->held) - w->n_held)
		send_held(w);
	memcpy(w->held + w->n_held, &head, sizeof(head));
	memcpy(w->held + w->n_held + sizeof(head), data, len);
	w->n_held += sizeof(head) + len;
}

void contain_send(struct contain_worker *worker, const void *data, size_t len)
{
	hold(worker, FRAME_DATA, data, len);
}

void contain_flush(struct contain_worker *worker)
{
	send_held(worker);
}

int contain_fd(const struct contain_worker *worker, uint32_t i)
{
	if (!channel_send(worker->channel, FRAME_FD, &i, sizeof(i)))
		_exit(1);
	return channel_receive_reply(worker->channel);
}

/* ---- the child --------------------------------------------------------------------------- */

/*
 * What the caller's program does on a signal must not be done again here. Those that a terminal
 * sends to all processes are for the parent, which ends its workers.
 */
static void reset_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from(int first)
{
	long most = sysconf(_SC_OPEN_MAX);

#ifdef __NR_close_range
	if (syscall(__NR_close_range, first, ~0u, 0) == 0)
		return;
#endif
	for (int fd = first; fd < most; fd++)
		close(fd);
}

/* Leaves the channel, and nothing in the place of the standard streams. */
static bool arrange_files(int channel)
{
	int copy = fcntl(channel, F_DUPFD, LOCK_CHANNEL + 1), null = open("/dev/null", O_RDWR);

	if (copy < 0 || null < 0)
		return false;
	for (int fd = 0; fd < LOCK_CHANNEL; fd++) {
#if SANITIZED
		if (fd == STDERR_FILENO) /* for its findings */
			continue;
#endif
		if (dup2(null, fd) < 0)
			return false;
	}
	if (dup2(copy, LOCK_CHANNEL) < 0)
		return false;
	close_from(LOCK_CHANNEL + 1);
	return true;
}

static int32_t run_job(struct contain_worker *worker, const struct contain_options *opts,
	const void *job, size_t len)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	int rc = ctx ? opts->run(opts->arg, worker, ctx, job, len) : VMT_ERR_NOMEM;

	talloc_free(ctx);
	return rc;
}

static _Noreturn void serve(const struct contain_options *opts)
{
	struct contain_worker worker = {.channel = LOCK_CHANNEL};
	struct frame head;

	while (channel_receive(LOCK_CHANNEL, &head, sizeof(head))) {
		void *job = malloc(head.len + 1);
		int32_t rc = VMT_ERR_NOMEM;

		if (!job || !channel_receive(LOCK_CHANNEL, job, head.len))
			_exit(1);
		rc = run_job(&worker, opts, job, head.len);
		free(job);
		hold(&worker, FRAME_END, &rc, sizeof(rc));
		send_held(&worker);
	}
	_exit(0);
}

static _Noreturn void be_worker(const struct contain_options *opts, pid_t parent, int channel)
{
	reset_signals();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent || !arrange_files(channel) ||
		!lock_down(opts->memory))
		_exit(WORKER_NOT_LOCKED);
	serve(opts);
}

/* ---- the parent -------------------------------------------------------------------------- */

int worker_start(const struct contain_options *opts, pid_t *pid, int *channel, struct vmt_err *err)
{
	const struct timeval patience = {.tv_sec = SEND_SECONDS};
	pid_t parent = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return err_set_errno(err, errno, "cannot start a worker");
	setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	*pid = fork();
	if (!*pid)
		be_worker(opts, parent, ends[1]);
	close(ends[1]);
	if (*pid < 0) {
		close(ends[0]);
		return err_set_errno(err, errno, "cannot start a worker");
	}
	*channel = ends[0];
	return 0;
}
