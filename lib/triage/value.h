/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a value that is used as a pointer is, in words. */
#ifndef VMT_TRIAGE_VALUE_H
#define VMT_TRIAGE_VALUE_H

#include "base/alloc.h"
#include "base/err.h"

/*
 * "NULL", "the error pointer -EINVAL", "LIST_POISON1", ...; else the number itself. arch as in
 * vmt_kernel. A talloc child of ctx; NULL: no memory.
 */
char *value_text(TALLOC_CTX *ctx, uint64_t value, const char *arch);

/*
 * The same for values that only their number or their bytes give away: an error pointer, text, a
 * kernel address with one wrong bit. NULL: none of these, or no memory.
 */
char *value_special(TALLOC_CTX *ctx, uint64_t value, const char *arch);

/* Whether it is a kernel address with one wrong bit in the part that all of them share. */
bool value_is_one_bit_off(uint64_t value, const char *arch);

#endif
