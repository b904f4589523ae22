// SPDX-License-Identifier: GPL-3.0-or-later
#include "progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "complain.h"

#define FIRST_MS 500 /* a list that is done sooner needs no line */
#define EACH_MS 100
#define SILENT_MS 2000 /* without a terminal */

static int64_t started_ms, shown_ms, first_ms; /* first_ms: when the first file was done */
static bool bar;
static bool said;

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

static void put_left(char *text, size_t size, long seconds)
{
	if (seconds >= 3600)
		snprintf(text, size, "%ld h %ld min", seconds / 3600, seconds / 60 % 60);
	else if (seconds >= 60)
		snprintf(text, size, "%ld min %ld s", seconds / 60, seconds % 60);
	else
		snprintf(text, size, "%ld s", seconds);
}

/* "[#####.....] 512 of 1024 files, 310/s, 2 s left " */
static void put_bar(char *text, size_t size, uint64_t done, uint64_t all, long ms)
{
	static const char full[] = "####################", empty[] = "....................";
	int width = (int)sizeof(full) - 1, part = (int)(done * (uint64_t)width / all);
	double rate = ms > 0 ? (double)done * 1000 / (double)ms : 0;
	char left[32] = "?";

	if (rate > 0)
		put_left(left, sizeof(left), (long)((double)(all - done) / rate + 0.5));
	snprintf(text, size, "[%.*s%.*s] %llu of %llu files, %.*f/s, %s left ", part, full,
		width - part, empty, (unsigned long long)done, (unsigned long long)all,
		rate < 10 ? 1 : 0, rate, left);
}

static void put_count(char *text, size_t size, uint64_t done, uint64_t all, long now)
{
	all = all && done > all ? done : all;
	if (all && bar)
		put_bar(text, size, done, all, now - first_ms);
	else if (all)
		snprintf(text, size, "%llu of %llu files ", (unsigned long long)done,
			(unsigned long long)all);
	else
		snprintf(text, size, "%llu files found ", (unsigned long long)done);
}

static bool is_due(int64_t now)
{
	if (now - started_ms < FIRST_MS || now - shown_ms < EACH_MS)
		return false;
	shown_ms = now;
	return true;
}

static void put_line(const char *count, const char *path)
{
	char safe[4096];
	size_t room;

	vmt_escape(path, safe, sizeof(safe));
	room = columns() - 1;
	room = strlen(count) < room ? room - strlen(count) : 0;
	fprintf(stderr, "\r\033[K%.*s%s", (int)columns() - 1, count, fit(safe, room));
	fflush(stderr);
}

static void show(void *arg, uint64_t done, uint64_t all, const char *path)
{
	char count[128];
	int64_t now = clock_ms();

	(void)arg;
	if (all && !first_ms)
		first_ms = now;
	if (!is_due(now))
		return;
	put_count(count, sizeof(count), done, all, now);
	put_line(count, path);
}

/* "reading, 42 % of " and the path. The unit is the source's own: bytes, commits. */
static void show_reading(void *arg, uint64_t done, uint64_t all, const char *path)
{
	char count[64] = "reading ";

	(void)arg;
	if (!is_due(clock_ms()))
		return;
	if (all)
		snprintf(count, sizeof(count), "reading, %.0f %% of ",
			done < all ? 100 * (double)done / (double)all : 100);
	put_line(count, path);
}

/* Once, where no line can be erased: a log is not filled, and nobody takes silence for a hang. */
static void say_reading(void *arg, uint64_t done, uint64_t all, const char *path)
{
	(void)arg;
	(void)done;
	(void)all;
	if (said || clock_ms() - started_ms < SILENT_MS)
		return;
	said = true;
	complain(path, "is being read, for lack of an index: this may take a while");
}

static void show_part(const char *what, uint64_t done, uint64_t all, const char *path)
{
	char count[64];

	if (!all || !is_due(clock_ms()))
		return;
	snprintf(count, sizeof(count), "%s, %.0f %% of ", what,
		done < all ? 100 * (double)done / (double)all : 100);
	put_line(count, path);
}

static void show_pages(void *arg, uint64_t done, uint64_t all, const char *path)
{
	(void)arg;
	show_part("looking for the log", done, all, path);
}

static void show_unpacking(void *arg, uint64_t done, uint64_t all, const char *path)
{
	(void)arg;
	show_part("unpacking", done, all, path);
}

static bool can_show(void)
{
	const char *term = getenv("TERM");

	started_ms = clock_ms();
	shown_ms = first_ms = 0;
	said = false;
	return isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

static void begin(struct vmt_options *options, bool with_bar)
{
	bar = with_bar;
	if (!can_show())
		return;
	options->progress = show;
	options->searching = with_bar ? NULL : show_pages;
	options->unpacking = with_bar ? NULL : show_unpacking;
}

void progress_begin_reading(struct vmt_fixes_options *options)
{
	options->progress = can_show() ? show_reading : say_reading;
}

void progress_begin_pages(struct vmt_options *options)
{
	if (!can_show())
		return;
	options->progress = show_pages;
	options->unpacking = show_unpacking;
}

void progress_begin_log(struct vmt_log_options *options)
{
	if (can_show())
		options->unpacking = show_unpacking;
}

void progress_begin(struct vmt_options *options)
{
	begin(options, false);
}

void progress_begin_bar(struct vmt_options *options)
{
	begin(options, true);
}

void progress_end(void)
{
	if (shown_ms)
		fputs("\r\033[K", stderr);
	shown_ms = 0;
}
