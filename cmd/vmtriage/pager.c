// SPDX-License-Identifier: GPL-3.0-or-later
#include "pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "complain.h"

/* What a shell reports if it cannot find, or not run, a command. */
#define STATUS_NOT_FOUND 127
#define STATUS_NOT_RUN 126

struct pager {
	char *command;
	FILE *stream;
	unsigned rows, columns; /* of the screen */
	unsigned lines, column; /* of the text so far: lines of the screen */
	char *text;		/* all of it, for the case that the pager cannot run */
	size_t len, size;
	bool table;
	bool escape;	    /* inside an escape sequence */
	bool started, gone; /* the pager; its end of the pipe is closed */
	bool incomplete;    /* there was no memory for all of the text */
	pid_t pid;
	int fd;				  /* to the pager */
	struct sigaction interrupt, quit; /* as they were before it started */
};

/* ---- which one --------------------------------------------------------------------------- */

static bool in_path(const char *word, size_t len)
{
	const char *path = getenv("PATH");
	char file[4096];

	for (path = path ? path : "/usr/bin:/bin"; *path; path += *path == ':') {
		size_t n = strcspn(path, ":");
		int used = snprintf(file, sizeof(file), "%.*s/%.*s", (int)n, path, (int)len, word);

		if (used > 0 && (size_t)used < sizeof(file) && !access(file, X_OK))
			return true;
		path += n;
	}
	return false;
}

/* Whether it may be there: a command that only a shell can understand is left to the shell. */
static bool may_run(const char *command)
{
	size_t len = strcspn(command, " \t");
	char file[4096];

	if (command[strcspn(command, "|&;<>()$`\\\"'*?[#~=%\n")])
		return true;
	if (!memchr(command, '/', len))
		return in_path(command, len);
	snprintf(file, sizeof(file), "%.*s", (int)len, command);
	return !access(file, X_OK);
}

/* NULL: none. */
static const char *choose(void)
{
	const char *own = getenv("VMTRIAGE_PAGER"), *common = getenv("PAGER");
	const char *command = own ? own : common ? common : "less";

	command += strspn(command, " \t");
	if (!*command || !strcmp(command, "cat"))
		return NULL;
	if (may_run(command))
		return command;
	if (own || common)
		complain(NULL, "the pager %s is not there", command);
	return NULL;
}

/* ---- running it -------------------------------------------------------------------------- */

extern char **environ;

/* The shell runs it: the variable may hold options, or more. */
static int spawn(struct pager *p, int from)
{
	char sh[] = "sh", option[] = "-c", *argv[] = {sh, option, p->command, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t set;
	int rc;

	/* Whatever we ignore, a program expects as it is by default. */
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigaddset(&set, SIGXFSZ);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	if (posix_spawn_file_actions_init(&files))
		return -1;
	if (posix_spawnattr_init(&attr)) {
		posix_spawn_file_actions_destroy(&files);
		return -1;
	}
	rc = posix_spawn_file_actions_adddup2(&files, from, STDIN_FILENO);
	rc = rc ? rc : posix_spawnattr_setsigdefault(&attr, &set);
	rc = rc ? rc : posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	rc = rc ? rc : posix_spawn(&p->pid, "/bin/sh", &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return rc;
}

/* While the pager runs, keys like Ctrl-C are its own. */
static void ignore_keys(struct pager *p)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGINT, &ignore, &p->interrupt);
	sigaction(SIGQUIT, &ignore, &p->quit);
}

static void write_pipe(struct pager *p, const char *text, size_t len)
{
	while (len && !p->gone) {
		ssize_t n = write(p->fd, text, len);

		if (n > 0) {
			text += n;
			len -= (size_t)n;
		} else if (n < 0 && errno != EINTR) {
			p->gone = true; /* the user has seen enough */
		}
	}
}

static void start(struct pager *p)
{
	int fds[2];

	p->started = true;
	/* As git does: quit at once if all fits, pass colours, leave the text on the screen. */
	setenv("LESS", p->table ? "FRSX" : "FRX", 0);
	setenv("LV", "-c", 0);
	if (pipe2(fds, O_CLOEXEC)) {
		p->gone = true;
		return;
	}
	ignore_keys(p);
	if (spawn(p, fds[0])) {
		p->pid = 0;
		p->gone = true;
		close(fds[1]);
	} else {
		p->fd = fds[1];
	}
	close(fds[0]);
	write_pipe(p, p->text, p->len);
}

/* ---- the text ---------------------------------------------------------------------------- */

static bool keep(struct pager *p, const char *text, size_t len)
{
	if (len > p->size - p->len) {
		size_t size = 2 * p->size + len + 4096;
		char *more = realloc(p->text, size);

		if (!more)
			return false;
		p->text = more;
		p->size = size;
	}
	memcpy(p->text + p->len, text, len);
	p->len += len;
	return true;
}

/* Counts the lines of the screen that text takes, with those that the terminal wraps. */
static void count(struct pager *p, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\n') {
			p->lines++;
			p->column = 0;
		} else if (c == '\033' || p->escape) {
			p->escape = c == '\033' || c == '[' || c == ';' || (c >= '0' && c <= '9');
		} else if ((c & 0xc0) != 0x80 && p->column++ == p->columns) {
			p->lines++; /* not a byte inside a character */
			p->column = 1;
		}
	}
}

static ssize_t take(void *cookie, const char *text, size_t len)
{
	struct pager *p = cookie;

	if (!p->incomplete && !keep(p, text, len))
		p->incomplete = true;
	if (p->started) {
		write_pipe(p, text, len);
		return (ssize_t)len;
	}
	if (p->incomplete)
		return 0;
	count(p, text, len);
	if (p->lines >= p->rows)
		start(p);
	return (ssize_t)len;
}

struct pager *pager_open(unsigned rows, unsigned columns, bool table)
{
	const char *command = rows && columns ? choose() : NULL;
	struct pager *p = command ? calloc(1, sizeof(*p)) : NULL;

	if (!p)
		return NULL;
	p->command = strdup(command);
	p->rows = rows;
	p->columns = columns;
	p->table = table;
	p->fd = -1;
	p->stream = fopencookie(p, "w", (cookie_io_functions_t){.write = take});
	if (p->stream && p->command)
		return p;
	if (p->stream)
		fclose(p->stream);
	free(p->command);
	free(p);
	return NULL;
}

FILE *pager_stream(const struct pager *p)
{
	return p->stream;
}

/* Whether the pager ran. */
static bool end(struct pager *p)
{
	int status = 0;

	if (p->fd >= 0)
		close(p->fd);
	while (p->pid && waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (p->pid) {
		sigaction(SIGINT, &p->interrupt, NULL);
		sigaction(SIGQUIT, &p->quit, NULL);
	}
	return p->pid && !(WIFEXITED(status) && (WEXITSTATUS(status) == STATUS_NOT_FOUND ||
							WEXITSTATUS(status) == STATUS_NOT_RUN));
}

void pager_close(struct pager *p)
{
	fclose(p->stream);
	if (!p->started || !end(p))
		fwrite(p->text, 1, p->len, stdout);
	free(p->text);
	free(p->command);
	free(p);
}
