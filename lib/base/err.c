// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/err.h"

#include <stdarg.h>
#include <string.h>

/* The functions that the macros call. */
#undef err_set
#undef err_set_at
#undef err_set_errno
#undef err_nomem
#undef err_prepend

__attribute__((format(printf, 5, 0))) static void fill(
	struct vmt_err *err, int code, int os_errno, uint64_t where, const char *fmt, va_list ap)
{
	err->code = code;
	err->os_errno = os_errno;
	err->where = where;
	vsnprintf(err->message, sizeof(err->message), fmt, ap);
}

int err_set(struct vmt_err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	fill(err, code, 0, 0, fmt, ap);
	va_end(ap);
	return code;
}

int err_set_at(struct vmt_err *err, int code, uint64_t where, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	fill(err, code, 0, where, fmt, ap);
	va_end(ap);
	return code;
}

int err_set_errno(struct vmt_err *err, int os_errno, const char *fmt, ...)
{
	size_t used;
	va_list ap;

	if (!err)
		return VMT_ERR_IO;
	va_start(ap, fmt);
	fill(err, VMT_ERR_IO, os_errno, 0, fmt, ap);
	va_end(ap);
	used = strlen(err->message);
	/* strerrordesc_np() is reentrant and returns the C locale's text in every locale. */
	const char *why = strerrordesc_np(os_errno);
	snprintf(err->message + used, sizeof(err->message) - used, ": %s",
		why ? why : "unknown reason");
	return VMT_ERR_IO;
}

int err_nomem(struct vmt_err *err)
{
	return err_set(err, VMT_ERR_NOMEM, "out of memory");
}

int err_prepend(struct vmt_err *err, int code, const char *fmt, ...)
{
	char old[sizeof(err->message)];
	size_t used;
	va_list ap;

	if (!err)
		return code;
	memcpy(old, err->message, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(err->message, sizeof(err->message), fmt, ap);
	va_end(ap);
	used = strlen(err->message);
	/* A sink fails without a message. */
	if (!old[0])
		err->code = code;
	else
		snprintf(err->message + used, sizeof(err->message) - used, ": %s", old);
	return code;
}

const char *err_without_path(const char *message, const char *path)
{
	size_t n = strlen(path);

	return !strncmp(message, path, n) && !strncmp(message + n, ": ", 2) ? message + n + 2
									    : message;
}
