// SPDX-License-Identifier: GPL-3.0-or-later
#include "output.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "complain.h"
#include "pager.h"

const char *const output_colour_values[] = {"auto", "always", "never", NULL};

static int noted; /* errno of the first write that failed: stdio does not keep it */

void output_note(int os_errno)
{
	noted = noted ? noted : os_errno;
}

/* ---- signals ----------------------------------------------------------------------------- */

/* Signals that end the program and leave time to clean up. */
static const int ends[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU};

static const char *volatile unfinished; /* a file that must not be left behind */

static void on_end(int signal_no)
{
	if (unfinished)
		unlink(unfinished);
	raise(signal_no); /* SA_RESETHAND restored the default action */
}

static void catch_ends(void)
{
	struct sigaction catch = {.sa_handler = on_end, .sa_flags = (int)SA_RESETHAND}, old;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (!sigaction(ends[i], NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(ends[i], &catch, NULL);
}

/* While the file is made or removed: a signal in between would leave it behind. */
static void hold_ends(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		sigaddset(&set, ends[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

static void release_ends(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}

/* ---- files ------------------------------------------------------------------------------- */

/* Opening a FIFO waits for its reader. There is no file to remove, and a signal must interrupt. */
static bool waits(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static int open_file(struct output *out, const char *path, unsigned flags, struct vmt_err *err)
{
	sigset_t before;
	int rc;

	if (waits(path))
		return vmt_outfile_open(path, flags, &out->outfile, err);
	catch_ends();
	hold_ends(&before);
	rc = vmt_outfile_open(path, flags, &out->outfile, err);
	if (!rc)
		unfinished = vmt_outfile_temporary(out->outfile);
	release_ends(&before);
	return rc;
}

bool output_open(
	struct output *out, const char *path, unsigned flags, const struct output_inputs *inputs)
{
	struct vmt_err err;
	int rc;

	*out = (struct output){.file = stdout};
	if (!path || !strcmp(path, "-"))
		return true;
	rc = vmt_check_output(inputs->options, inputs->paths, inputs->n, path, &err);
	if (!rc)
		rc = open_file(out, path, flags, &err);
	if (rc) {
		complain_err(path, &err);
		return false;
	}
	out->path = path;
	out->file = vmt_outfile_stream(out->outfile);
	return true;
}

bool output_is_aside(const struct output *out)
{
	return out->outfile && vmt_outfile_temporary(out->outfile);
}

static bool refused(const char *path, int why)
{
	why = noted ? noted : why;
	complain(path, "cannot write%s%s", why ? ": " : "", why ? strerror(why) : "");
	return false;
}

static int end_file(struct output *out, bool keep, struct vmt_err *err)
{
	if (keep)
		return vmt_outfile_commit(out->outfile, err);
	vmt_outfile_discard(out->outfile);
	return 0;
}

bool output_close(struct output *out, bool keep)
{
	bool failed = noted || ferror(out->file), aside = output_is_aside(out);
	struct vmt_err err;
	sigset_t before;
	int rc;

	if (out->pager) {
		pager_close(out->pager);
		out->pager = NULL;
		out->file = stdout;
	}
	if (!out->path)
		return true;
	if (aside)
		hold_ends(&before);
	rc = end_file(out, keep && !failed, &err);
	if (aside) {
		unfinished = NULL;
		release_ends(&before);
	}
	if (rc)
		complain_err(out->path, &err);
	return failed ? refused(out->path, 0) : !rc;
}

/* ---- standard output --------------------------------------------------------------------- */

static bool reader_gone(void)
{
	struct pollfd fd = {STDOUT_FILENO, POLLOUT, 0};

	return poll(&fd, 1, 0) == 1 && (fd.revents & POLLERR);
}

bool output_finish(void)
{
	int rc, why;

	errno = 0;
	rc = fflush(stdout);
	why = errno;
	if ((!rc && !ferror(stdout)) || reader_gone())
		return true;
	return refused("standard output", why);
}

/* What the pager shows is on the terminal, too. */
static int descriptor(const struct output *out)
{
	return out->pager ? STDOUT_FILENO : fileno(out->file);
}

static bool is_terminal(const struct output *out)
{
	return isatty(descriptor(out));
}

/* A terminal of which nothing is known, or that can do nothing but print. */
static bool is_plain_terminal(void)
{
	const char *term = getenv("TERM");

	return !term || !*term || !strcmp(term, "dumb");
}

bool output_colour(const struct output *out, const char *when)
{
	const char *no = getenv("NO_COLOR");

	if (strcmp(when, "auto") != 0)
		return !strcmp(when, "always");
	if ((no && *no) || is_plain_terminal())
		return false;
	return is_terminal(out);
}

static struct winsize screen(const struct output *out)
{
	struct winsize size = {0};

	if (!is_terminal(out) || ioctl(descriptor(out), TIOCGWINSZ, &size))
		return (struct winsize){0};
	return size;
}

unsigned output_width(const struct output *out)
{
	return screen(out).ws_col;
}

unsigned output_height(const struct output *out)
{
	unsigned rows = screen(out).ws_row, taken = complain_rows();

	return rows > taken ? rows - taken : rows;
}

void output_page(struct output *out, enum output_lines lines)
{
	struct winsize size = screen(out);

	if (out->file != stdout || is_plain_terminal())
		return;
	out->pager = pager_open(size.ws_row, size.ws_col, lines == OUTPUT_TABLE);
	if (out->pager)
		out->file = pager_stream(out->pager);
}
