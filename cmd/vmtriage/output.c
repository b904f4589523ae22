// SPDX-License-Identifier: GPL-3.0-or-later
#include "output.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "complain.h"

const char *const output_colour_values[] = {"auto", "always", "never", NULL};

static int noted; /* errno of the first write that failed: stdio forgets it */

void output_note(int os_errno)
{
	noted = noted ? noted : os_errno;
}

bool output_open(struct output *out, const char *path)
{
	*out = (struct output){stdout, path};
	if (!path)
		return true;
	out->file = fopen(path, "we");
	if (!out->file)
		complain(path, "cannot write: %s", strerror(errno));
	return out->file;
}

static bool refused(const char *path, int why)
{
	why = noted ? noted : why;
	complain(path, "cannot write%s%s", why ? ": " : "", why ? strerror(why) : "");
	return false;
}

bool output_close(struct output *out)
{
	bool failed;

	if (!out->path)
		return true;
	failed = ferror(out->file); /* of an earlier write, whose errno is gone */
	errno = 0;
	if (fclose(out->file) || failed)
		return refused(out->path, errno);
	return true;
}

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

static bool is_terminal(const struct output *out)
{
	return isatty(fileno(out->file));
}

bool output_colour(const struct output *out, const char *when)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (strcmp(when, "auto") != 0)
		return !strcmp(when, "always");
	if ((no && *no) || (term && !strcmp(term, "dumb")))
		return false;
	return is_terminal(out);
}

unsigned output_width(const struct output *out)
{
	struct winsize size = {0};

	if (!is_terminal(out) || ioctl(fileno(out->file), TIOCGWINSZ, &size))
		return 0;
	return size.ws_col;
}
