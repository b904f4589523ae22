/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Diagnostics: what could not be done, and why. Ids and severities are the rows of diag.def. */
#ifndef VMT_BASE_DIAG_H
#define VMT_BASE_DIAG_H

#include "base/alloc.h"
#include "base/err.h"

enum diag_id {
#define DIAG(sym, id, severity, meaning) DIAG_##sym,
#include "base/diag.def"
#undef DIAG
	DIAG_COUNT
};

struct diag_list {
	struct vmt_diag *items; /* talloc child of the list's context */
	size_t n;
};

/*
 * Adds one; ctx owns the list's items. When out of memory the diagnostic is dropped, since nothing
 * better can be done.
 */
void diag_add(struct diag_list *list, TALLOC_CTX *ctx, enum diag_id id, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* The id in a report. */
const char *diag_id(enum diag_id id);

/* Adds one of another report, which may be freed then. */
void diag_add_again(struct diag_list *list, TALLOC_CTX *ctx, const struct vmt_diag *diag);

/* The meaning of an id, a sentence; NULL: there is none. */
const char *diag_meaning(const char *id);

#endif
