// SPDX-License-Identifier: GPL-3.0-or-later
#include "complain.h"

#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Longer than any valid path, even escaped; longer text is cut. */
#define MAX_LINE (4 * 4096 + 4 * 1024)

static _Thread_local unsigned rows; /* of the terminal, that complaints took */

static void count_rows(size_t columns)
{
	struct winsize size = {0};

	if (isatty(STDERR_FILENO) && !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		rows += (unsigned)(columns ? (columns - 1) / size.ws_col : 0) + 1;
}

unsigned complain_rows(void)
{
	return rows;
}

void complain(const char *path, const char *fmt, ...)
{
	static _Thread_local char raw[MAX_LINE], safe[MAX_LINE]; /* too large for a stack */
	va_list ap;
	int n = snprintf(raw, sizeof(raw), "vmtriage: %s%s", path ? path : "", path ? ": " : "");

	va_start(ap, fmt);
	/* va_start was called. NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	vsnprintf(raw + n, sizeof(raw) - (size_t)n, fmt, ap);
	va_end(ap);
	vmt_escape(raw, safe, sizeof(safe));
	fprintf(stderr, "%s\n", safe);
	count_rows(strlen(safe));
}

static bool names(const char *message, const char *path)
{
	size_t n = strlen(path);

	return !strncmp(message, path, n) && (message[n] == ':' || message[n] == '/');
}

void complain_err(const char *path, const struct vmt_err *err)
{
	const char *shown = path && !strcmp(path, "-") ? "standard input" : path;

	const char *message = err->message;

	if (shown && names(message, shown) && message[strlen(shown)] == '/')
		shown = NULL; /* a file in the folder */
	else if (shown && names(message, shown))
		message += strlen(shown) + 1 + strspn(message + strlen(shown) + 1, " ");
	if (err->code == VMT_ERR_SEVERAL && path && strcmp(path, "-") != 0)
		complain(shown, "%s (vmtriage list %s shows its crashes)", message, path);
	else /* Words first: where a reader stopped means nothing to most people. */
		complain(shown, "%s%s", err->code == VMT_ERR_TRUNCATED ? "cut off: " : "", message);
}
