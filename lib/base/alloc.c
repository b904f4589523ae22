// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/alloc.h"

#include "base/err.h"

static _Thread_local unsigned failures;

void alloc_failed(void)
{
	failures++;
}

unsigned alloc_failures(void)
{
	return failures;
}

int alloc_check(unsigned since, struct vmt_err *err)
{
	return failures == since ? 0 : err_nomem(err);
}

char *alloc_asprintf(const void *ctx, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = talloc_vasprintf(ctx, fmt, ap);
	va_end(ap);
	return s;
}

/* talloc_vasprintf_append() is the one of these without a wrapper: it has no other caller. */
char *alloc_asprintf_append(char *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	s = alloc_told(talloc_vasprintf_append(s, fmt, ap));
	va_end(ap);
	return s;
}

char *alloc_asprintf_append_buffer(char *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	s = talloc_vasprintf_append_buffer(s, fmt, ap);
	va_end(ap);
	return s;
}
