/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes out of a small dump what is personal. Bytes that nobody read become zeros, except in the
 * kernel's code and constants. In the rest, texts are redacted in place.
 */
#ifndef VMT_FACADE_SHRINK_REDACT_H
#define VMT_FACADE_SHRINK_REDACT_H

#include "dump/kdump_write.h"
#include "facade/session.h"

struct shrink_redact;

/* A talloc child of the session. redaction must outlive it. */
int shrink_redact_new(struct session *s, struct vmt_redaction *redaction,
	struct shrink_redact **ret, struct vmt_err *err);

/* These bytes, all in one page, were read. Returns 0, or VMT_ERR_NOMEM. */
int shrink_redact_see(struct shrink_redact *sr, uint64_t paddr, size_t len);

/*
 * After the reading: learns the names in these pages, and puts redacted copies of the header's
 * texts into facts.
 */
int shrink_redact_start(struct shrink_redact *sr, struct kdump_facts *facts, const uint64_t *pfns,
	size_t n, struct vmt_err *err);

/* A kdump_page_fn; arg is the shrink_redact. */
int shrink_redact_page(void *arg, uint64_t pfn, uint8_t *buf, struct vmt_err *err);

#endif
