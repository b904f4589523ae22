// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixes/source_program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct program {
	const char *name;
	int out, messages;
	pid_t pid; /* 0: it has ended */
};

static int wait_for(struct program *p)
{
	int status = 0;

	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	p->pid = 0;
	return status;
}

static int end(struct program *p)
{
	if (p->out >= 0)
		close(p->out);
	if (p->pid) {
		kill(p->pid, SIGTERM);
		wait_for(p);
	}
	if (p->messages >= 0)
		close(p->messages);
	return 0;
}

static int spawn(struct program *p, int out, const char *const *args, const char *const *env)
{
	char *const *argv, *const *envp; /* posix_spawn() does not change them, either */
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, pipe;
	int rc = posix_spawn_file_actions_init(&files);

	memcpy(&argv, &args, sizeof(argv));
	memcpy(&envp, &env, sizeof(envp));
	if (rc)
		return rc;
	rc = posix_spawnattr_init(&attr);
	if (rc) {
		posix_spawn_file_actions_destroy(&files);
		return rc;
	}
	sigemptyset(&none);
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &pipe);
	rc = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&files, out, 1);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&files, p->messages, 2);
	if (!rc)
		rc = posix_spawnp(&p->pid, args[0], &files, &attr, argv, envp);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

int program_start(TALLOC_CTX *ctx, const char *const *args, const char *const *env,
	struct program **ret, struct vmt_err *err)
{
	struct program *p = talloc_zero(ctx, struct program);
	int fds[2], rc;

	if (!p)
		return err_nomem(err);
	p->name = args[0];
	p->out = p->messages = -1;
	talloc_set_destructor(p, end);
	/* A file: a program that nobody listens to must not wait for it. */
	p->messages = memfd_create("messages", MFD_CLOEXEC);
	if (p->messages < 0 || pipe2(fds, O_CLOEXEC)) {
		rc = errno;
		talloc_free(p);
		return err_set_errno(err, rc, "%s", args[0]);
	}
	p->out = fds[0];
	rc = spawn(p, fds[1], args, env);
	close(fds[1]);
	if (!rc) {
		*ret = p;
		return 0;
	}
	p->pid = 0;
	talloc_free(p);
	if (rc == ENOENT)
		return err_set(err, VMT_ERR_NOTFOUND, "%s is not installed", args[0]);
	return err_set_errno(err, rc, "%s", args[0]);
}

int program_output(const struct program *p)
{
	return p->out;
}

int program_end(struct program *p, struct vmt_err *err)
{
	char said[300];
	ssize_t n;
	int status;

	close(p->out);
	p->out = -1;
	status = wait_for(p);
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	n = pread(p->messages, said, sizeof(said) - 1, 0);
	said[n > 0 ? n : 0] = '\0';
	said[strcspn(said, "\n")] = '\0';
	for (char *c = said; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = '?';
	if (WIFSIGNALED(status))
		return err_set(
			err, VMT_ERR_IO, "%s was ended by signal %d", p->name, WTERMSIG(status));
	return err_set(err, VMT_ERR_IO, "%s failed%s%s", p->name, *said ? ": " : "", said);
}
