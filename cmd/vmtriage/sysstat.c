// SPDX-License-Identifier: GPL-3.0-or-later
#include "sysstat.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"

#define MOST_BYTES (64u << 20) /* of one file */

/* "sa29", "sa20261129", also compressed: not "sar29", which is text. */
static const char *const patterns[] = {
	"/var/log/sysstat/sa[0-9]*",
	"/var/log/sa/sa[0-9]*",
	"/var/log/sysstat/[0-9][0-9][0-9][0-9][0-9][0-9]/sa[0-9]*",
	"/var/log/sa/[0-9][0-9][0-9][0-9][0-9][0-9]/sa[0-9]*",
};

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
	const char *args[] = {"sadf", "-j", file, "--", "-u", "-r", "-q", NULL};
	pid_t pid;
	int fd = child_start(args, &pid);

	if (fd < 0)
		return false;
	copy(fd, to);
	close(fd);
	return child_wait(pid);
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
