// SPDX-License-Identifier: GPL-3.0-or-later
#include "sysstat.h"

#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define MOST_BYTES (64u << 20) /* of one file */

/* "sa29", "sa20261129", also compressed: not "sar29", which is text. */
static const char *const patterns[] = {
	"/var/log/sysstat/sa[0-9]*",
	"/var/log/sa/sa[0-9]*",
	"/var/log/sysstat/[0-9][0-9][0-9][0-9][0-9][0-9]/sa[0-9]*",
	"/var/log/sa/[0-9][0-9][0-9][0-9][0-9][0-9]/sa[0-9]*",
};

static bool start(const char *file, int out, pid_t *pid)
{
	const char *args[] = {"sadf", "-j", file, "--", "-u", "-r", "-q", NULL};
	const char *const *given = args;
	char *const *taken; /* posix_spawn() does not change them, either */
	posix_spawn_file_actions_t actions;
	bool good;

	memcpy(&taken, &given, sizeof(taken));
	if (posix_spawn_file_actions_init(&actions))
		return false;
	good = !posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) &&
	       !posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) &&
	       !posix_spawn_file_actions_adddup2(&actions, out, 1) &&
	       !posix_spawnp(pid, args[0], &actions, NULL, taken, environ);
	posix_spawn_file_actions_destroy(&actions);
	return good;
}

static void copy(int from, FILE *to)
{
	char bytes[65536];
	size_t all = 0;
	ssize_t n;

	while ((n = read(from, bytes, sizeof(bytes))) > 0) {
		all += (size_t)n;
		if (all <= MOST_BYTES)
			fwrite(bytes, 1, (size_t)n, to);
	}
}

static bool read_file(const char *file, FILE *to)
{
	int fds[2], status = 0;
	bool started;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return false;
	started = start(file, fds[1], &pid);
	close(fds[1]);
	if (started)
		copy(fds[0], to);
	close(fds[0]);
	while (started && waitpid(pid, &status, 0) < 0)
		;
	return started && WIFEXITED(status) && !WEXITSTATUS(status);
}

/* The root is no pattern, whatever characters it has. */
static bool escape(const char *root, char *buf, size_t size)
{
	size_t n = 0;

	for (; *root && n + 2 < size; root++) {
		if (strchr("*?[\\", *root))
			buf[n++] = '\\';
		buf[n++] = *root;
	}
	buf[n] = '\0';
	return !*root;
}

char *sysstat_read(const char *root, size_t *len, size_t *missed)
{
	char *text = NULL, escaped[4096], pattern[4200];
	bool fits = escape(root ? root : "", escaped, sizeof(escaped));
	FILE *out = open_memstream(&text, len);

	*missed = 0;
	if (!out)
		return NULL;
	for (size_t i = 0; fits && i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		glob_t found;

		snprintf(pattern, sizeof(pattern), "%s%s", escaped, patterns[i]);
		if (glob(pattern, 0, NULL, &found))
			continue;
		for (size_t k = 0; k < found.gl_pathc; k++)
			*missed += !read_file(found.gl_pathv[k], out);
		globfree(&found);
	}
	if (!fclose(out) && *len)
		return text;
	free(text);
	return NULL;
}
