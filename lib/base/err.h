/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Errors: stored by the caller, set where they occur, prefixed on the way up. Works without memory.
 */
#ifndef VMT_BASE_ERR_H
#define VMT_BASE_ERR_H

#include "vmtriage.h"

#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* Sets err (which may be NULL) and returns code, so that `return err_set(...)` is one line. */
int err_set(struct vmt_err *err, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_set() with VMT_ERR_IO, and appends the system's reason for os_errno. */
int err_set_errno(struct vmt_err *err, int os_errno, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_set(), and records the file offset or address concerned. */
int err_set_at(struct vmt_err *err, int code, uint64_t where, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* As err_set() with VMT_ERR_NOMEM and the message for it. */
int err_nomem(struct vmt_err *err);

/*
 * Returns the code where compilers and analyzers can see it. Otherwise they follow paths on which a
 * failure returns 0.
 */
static inline int err_coded(int set, int code)
{
	(void)set;
	return code;
}
#define err_set(err, code, ...) err_coded(err_set(err, code, __VA_ARGS__), code)
#define err_set_errno(err, os_errno, ...)                                                          \
	err_coded(err_set_errno(err, os_errno, __VA_ARGS__), VMT_ERR_IO)
#define err_set_at(err, code, where, ...) err_coded(err_set_at(err, code, where, __VA_ARGS__), code)
#define err_nomem(err) err_coded(err_nomem(err), VMT_ERR_NOMEM)

/* Puts "PREFIX: " before the message of a failure and returns its code. err may be NULL. */
int err_prepend(struct vmt_err *err, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
#define err_prepend(err, code, ...) err_coded(err_prepend(err, code, __VA_ARGS__), code)

/* A message without the "PATH: " before it, where the path is shown beside it. */
const char *err_without_path(const char *message, const char *path);

#endif
