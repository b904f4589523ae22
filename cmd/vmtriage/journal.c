// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define MOST_ARGS 24

/* What a timeline reads; all else is not worth being formatted. "+" is "or". */
static const char *const matches[] = {
	"MESSAGE_ID=7d4958e842da4a758f6c1cdc7b36dcc5", /* a unit starts */
	"MESSAGE_ID=39f53479d3a045ac8e11786248231fbf", /* it has started */
	"+",
	"SYSLOG_IDENTIFIER=CRON",
	"SYSLOG_IDENTIFIER=CROND",
	"SYSLOG_IDENTIFIER=anacron",
	"SYSLOG_IDENTIFIER=systemd-logind",
	"SYSLOG_IDENTIFIER=systemd-journald",
	"+",
	"_TRANSPORT=kernel",
};

static bool start(struct journal *j, const char **args, int out)
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
	       !posix_spawnp(&j->pid, args[0], &actions, NULL, taken, environ);
	posix_spawn_file_actions_destroy(&actions);
	return good;
}

/* args: at most MOST_ARGS - 1, then NULL. */
static void open_with(struct journal *j, const char **args)
{
	int fds[2];

	*j = (struct journal){.fd = -1};
	if (pipe2(fds, O_CLOEXEC))
		return;
	if (start(j, args, fds[1]))
		j->fd = fds[0];
	else
		close(fds[0]);
	close(fds[1]);
}

void journal_run(struct journal *j, const char *const *more)
{
	const char *args[MOST_ARGS] = {"journalctl", "--no-pager", "-q"};
	size_t n = 3;

	while (*more && n < MOST_ARGS - 1)
		args[n++] = *more++;
	open_with(j, args);
}

void journal_open(struct journal *j, const char *root)
{
	char folder[4096];
	const char *args[MOST_ARGS] = {"journalctl", "-o", "json", "--no-pager", "-q",
		"--output-fields=MESSAGE,MESSAGE_ID,UNIT,SYSLOG_IDENTIFIER,_PID"};
	size_t n = 6;
	struct stat st;

	*j = (struct journal){.fd = -1};
	if (root) {
		snprintf(folder, sizeof(folder), "%s/var/log/journal", root);
		if (stat(folder, &st) || !S_ISDIR(st.st_mode))
			return;
		args[n++] = "-D";
		args[n++] = folder;
	}
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++)
		args[n++] = matches[i];
	open_with(j, args);
}

void journal_close(struct journal *j)
{
	if (j->fd < 0)
		return;
	close(j->fd);
	while (waitpid(j->pid, NULL, 0) < 0)
		;
}
