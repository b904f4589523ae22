/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Structs of the public interface whose first member, a size_t, is their size as the caller has it.
 * A member that is added to one starts where the struct ended (sizeof), never in its padding: there
 * an older caller has garbage.
 */
#ifndef VMT_BASE_SIZED_H
#define VMT_BASE_SIZED_H

#include "base/err.h"

/*
 * Copies a caller's options (NULL: none) to own, of own_size bytes: what an older caller does not
 * have stays 0. VMT_ERR_USAGE where the size cannot be, or a newer caller wants what we do not
 * know.
 */
int sized_read(void *own, size_t own_size, const void *theirs, struct vmt_err *err);

/* Whether sized_write() may fill theirs (NULL: nothing is wanted). */
int sized_check(const void *theirs, struct vmt_err *err);

/* Copies a result, of own_size bytes, as far as the caller has room; its first member stays. */
void sized_write(void *theirs, const void *own, size_t own_size);

#endif
