/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operands that are URLs: read only if that was allowed, and never shown with what is secret. */
#ifndef VMTRIAGE_URLS_H
#define VMTRIAGE_URLS_H

#include "common.h"
#include "vmtriage.h"

bool urls_is_one(const char *operand);

/* Whether one of several operands is a URL, which only a command for many inputs takes; complains.
 */
bool urls_among(const char *const *operands, size_t n);

/* Opens one, as the options say. NULL: that failed, which was complained about. */
struct vmt_url *urls_open(const struct common *c, const char *operand);

/* Closes it, with a note of what was fetched. NULL is nothing. */
void urls_close(const struct common *c, struct vmt_url *url);

/* A URL for a command that reads none; complains. */
void urls_refuse(const char *command, const char *operand);

#endif
