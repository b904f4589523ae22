/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of a text that tells fixes: a file's, or what a program writes. */
#ifndef VMT_FIXES_SOURCE_INPUT_H
#define VMT_FIXES_SOURCE_INPUT_H

#include "base/alloc.h"
#include "base/err.h"
#include "io/source.h"

/* The longest line: a record of JSON has some 30 KiB. */
#define FIX_LINE_MOST (1u << 20)

struct fix_input;

/* UTF-8 without control characters but tabs, with a NUL after it. Valid until the next line. */
struct fix_line {
	const char *text;
	size_t len;
};

/* src must outlive the input. *ret is a child of ctx. */
int fix_input_open(
	TALLOC_CTX *ctx, struct source *src, struct fix_input **ret, struct vmt_err *err);

/* fd, a pipe mostly, remains the caller's. name is for messages, and is copied. */
int fix_input_open_fd(
	TALLOC_CTX *ctx, int fd, const char *name, struct fix_input **ret, struct vmt_err *err);

/* The next line without its end. 1: there is one, 0: there is none, or a negative code. */
int fix_input_line(struct fix_input *in, struct fix_line *ret, struct vmt_err *err);

/* Bytes that were read. */
uint64_t fix_input_read(const struct fix_input *in);

#endif
