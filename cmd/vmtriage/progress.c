// SPDX-License-Identifier: GPL-3.0-or-later
#include "progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define FIRST_MS 500 /* a list that is done sooner needs no line */
#define EACH_MS 100

static long started_ms, shown_ms;

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static size_t columns(void)
{
	struct winsize size = {0};

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col < 20 ? 80 : size.ws_col;
}

/* The end of a path says more than its start. Bytes of one character are not cut apart. */
static const char *fit(const char *text, size_t room)
{
	size_t len = strlen(text);
	const char *p = len > room ? text + len - room : text;

	while (p > text && ((unsigned char)*p & 0xc0) == 0x80)
		p++;
	return p;
}

static void show(void *arg, uint64_t done, uint64_t all, const char *path)
{
	char safe[4096], count[64];
	long now = now_ms();
	size_t room;

	(void)arg;
	if (now - started_ms < FIRST_MS || now - shown_ms < EACH_MS)
		return;
	shown_ms = now;
	if (all)
		snprintf(count, sizeof(count), "%llu of %llu files ", (unsigned long long)done,
			(unsigned long long)(all > done ? all : done));
	else
		snprintf(count, sizeof(count), "%llu files found ", (unsigned long long)done);
	vmt_escape(path, safe, sizeof(safe));
	room = columns() - 1;
	room = strlen(count) < room ? room - strlen(count) : 0;
	fprintf(stderr, "\r\033[K%s%s", count, fit(safe, room));
	fflush(stderr);
}

void progress_begin(struct vmt_options *options)
{
	const char *term = getenv("TERM");

	started_ms = now_ms();
	shown_ms = 0;
	if (isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0)
		options->progress = show;
}

void progress_end(void)
{
	if (shown_ms)
		fputs("\r\033[K", stderr);
	shown_ms = 0;
}
