/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taint letters: their meaning, for the kernel and for a module. */
#ifndef VMT_TRIAGE_TAINT_H
#define VMT_TRIAGE_TAINT_H

#include "base/alloc.h"
#include "vmtriage.h"

/* NULL: no kernel has this letter. */
const char *taint_meaning(char letter);

/* "in-tree", "out-of-tree" or "proprietary", by the module's own letters (NULL: it has none). */
const char *taint_origin(const char *letters);

/* The letters of a mask of taint bits, allocated from ctx; "": none; NULL: no memory. */
char *taint_letters(TALLOC_CTX *ctx, uint64_t mask);

#endif
