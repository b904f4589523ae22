/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pointer's type and member, in words. */
#ifndef VMT_TRIAGE_POINTER_H
#define VMT_TRIAGE_POINTER_H

#include "triage/triage.h"

/*
 * "write to foo.member through bar->foo", "execution of foo.call". access as in vmt_fault. A talloc
 * child of ctx; NULL: no memory.
 */
char *pointer_access(TALLOC_CTX *ctx, const struct triage_pointer *p, const char *access);

#endif
