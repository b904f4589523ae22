/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program whose output is read: git or rpm. It is started without a shell, with an environment of
 * its own, and reads nothing.
 */
#ifndef VMT_FIXES_SOURCE_PROGRAM_H
#define VMT_FIXES_SOURCE_PROGRAM_H

#include "base/alloc.h"
#include "base/err.h"

struct program;

/*
 * args and env end with NULL; args[0] is looked for in the caller's PATH. VMT_ERR_NOTFOUND: it is
 * not installed. Freeing the program ends it.
 */
int program_start(TALLOC_CTX *ctx, const char *const *args, const char *const *env,
	struct program **ret, struct vmt_err *err);

/* Its output: a pipe, which the program keeps. */
int program_output(const struct program *p);

/*
 * Waits for its end. VMT_ERR_IO: it failed; the message has the first line of what it wrote to
 * standard error.
 */
int program_end(struct program *p, struct vmt_err *err);

#endif
