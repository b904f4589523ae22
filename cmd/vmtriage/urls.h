/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operands that are URLs: read only if that was allowed, and never shown with what is secret. */
#ifndef VMTRIAGE_URLS_H
#define VMTRIAGE_URLS_H

#include "common.h"
#include "vmtriage.h"

/* Whether the operand is a URL, of any scheme. */
bool urls_is_one(const char *operand);

/* Opens one, as the options say. NULL: that failed, which was complained about. */
struct vmt_url *urls_open(const struct common *c, const char *operand);

/*
 * For a command that takes one URL, or paths: opens it if the operands are one. *ret is NULL for
 * paths. False: that failed, or there is a URL among several operands; complains.
 */
bool urls_take(const struct common *c, const char *const *operands, size_t n, struct vmt_url **ret);

/* Closes it, with a note of what was fetched. NULL is nothing. */
void urls_close(const struct common *c, struct vmt_url *url);

/* A URL for a command that reads none; complains. */
void urls_refuse(const char *command, const char *operand);

#endif
