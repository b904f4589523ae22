/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses as the kernel holds them: some bytes in network order. */
#ifndef VMT_REDACT_REDACT_BYTES_H
#define VMT_REDACT_REDACT_BYTES_H

#include "redact/redact.h"

struct address_set;

/* An empty set; a talloc child of ctx. */
int address_set_new(TALLOC_CTX *ctx, struct address_set **ret, struct vmt_err *err);

/* The address that a text of a kind of address is. What says nothing of anybody is not added. */
int address_set_add_text(struct address_set *set, enum redact_kind kind, const char *text,
	size_t len, struct vmt_err *err);
int address_set_add(struct address_set *set, enum redact_kind kind, const uint8_t *bytes,
	size_t len, struct vmt_err *err);

/* redact.c: puts the pseudonym of a text of a kind in its place, and counts it. */
int redact_in_place(struct vmt_redaction *r, enum redact_kind kind, char *text, size_t len,
	struct vmt_err *err);

/* Replaces all addresses of the set in memory by pseudonyms of the same length. */
int address_set_replace(const struct address_set *set, struct vmt_redaction *r,
	const struct redact_words *words, char *memory, size_t len, struct vmt_err *err);

#endif
