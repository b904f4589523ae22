/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Structs of the public interface. Their first member, a size_t, is the size of the struct as
 * compiled into the caller. A new member must start where the struct ended (sizeof), never in its
 * padding, which is garbage in structs of older callers.
 */
#ifndef VMT_BASE_SIZED_H
#define VMT_BASE_SIZED_H

#include "base/err.h"

/*
 * Copies a caller's options (NULL: none) to own, of own_size bytes. What an older caller does not
 * have is 0. VMT_ERR_USAGE if the size is impossible, or if a newer caller sets an option that we
 * do not know.
 */
int sized_read(void *own, size_t own_size, const void *theirs, struct vmt_err *err);

/*
 * Checks that sized_write() may fill theirs (NULL: nothing is wanted). Returns 0 or VMT_ERR_USAGE.
 */
int sized_check(const void *theirs, struct vmt_err *err);

/* Copies a result of own_size bytes, as much as fits in theirs. Keeps theirs' first member. */
void sized_write(void *theirs, const void *own, size_t own_size);

#endif
