// SPDX-License-Identifier: GPL-3.0-or-later
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool spawn(const char *const *args, int out, pid_t *pid)
{
	char *const *taken; /* posix_spawn() does not change them, either */
	posix_spawn_file_actions_t actions;
	bool good;

	memcpy(&taken, &args, sizeof(taken));
	if (posix_spawn_file_actions_init(&actions))
		return false;
	good = !posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) &&
	       !posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) &&
	       !posix_spawn_file_actions_adddup2(&actions, out, 1) &&
	       !posix_spawnp(pid, args[0], &actions, NULL, taken, environ);
	posix_spawn_file_actions_destroy(&actions);
	return good;
}

int child_start(const char *const *args, pid_t *pid)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return -1;
	if (!spawn(args, fds[1], pid)) {
		close(fds[0]);
		fds[0] = -1;
	}
	close(fds[1]);
	return fds[0];
}

bool child_wait(pid_t pid)
{
	int status = 0;

	/* Where SIGCHLD is ignored, as some daemons leave it, the end comes with ECHILD. */
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && !WEXITSTATUS(status);
}
