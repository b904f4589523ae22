/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes personal data out of text: names, addresses, serial numbers and secrets become pseudonyms,
 * the same for the same original, numbered in the order of their appearance. What a text may hold
 * is found by the rows of a table (personal.c), and by names that are known: hosts.
 */
#ifndef VMT_REDACT_REDACT_H
#define VMT_REDACT_REDACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/err.h"

enum redact_kind {
	REDACT_HOST,
	REDACT_USER,
	REDACT_EMAIL,
	REDACT_IPV4,
	REDACT_IPV6,
	REDACT_MAC,
	REDACT_UUID,
	REDACT_SERIAL,
	REDACT_SECRET,
	REDACT_ARGUMENTS,
	REDACT_KINDS,
};

/* Every later occurrence of this host name as a word is replaced. Names like localhost are kept. */
int redact_know_host(struct vmt_redaction *r, const char *name, size_t len, struct vmt_err *err);

/* Learns the host names that a text states, without replacing anything. */
int redact_learn(struct vmt_redaction *r, const char *text, size_t len, struct vmt_err *err);

/* The same for the memory of a machine: addresses are then replaced in binary form, too. */
int redact_learn_memory(
	struct vmt_redaction *r, const char *memory, size_t len, struct vmt_err *err);

/* An address in network order: a MAC, IPv4 or IPv6 address. */
int redact_know_address(struct vmt_redaction *r, enum redact_kind kind, const uint8_t *bytes,
	size_t len, struct vmt_err *err);

struct redacted {
	char *text; /* NUL-terminated */
	size_t len;
};

/* Sets *ret to the text, which may be any bytes, without what is personal; a child of ctx. */
int redact_text(struct vmt_redaction *r, TALLOC_CTX *ctx, const char *text, size_t len,
	struct redacted *ret, struct vmt_err *err);

/* The same in place, in the memory of a machine: pseudonyms have the length of the originals. */
int redact_memory(struct vmt_redaction *r, char *memory, size_t len, struct vmt_err *err);

/* How to tell a pointer: what has the bytes of an address by chance must stay. */
struct redact_words {
	bool (*is_pointer)(void *arg, const void *word); /* of 8 bytes, not aligned */
	void *arg;
};

/* Replaces addresses in binary form that are known, by the bytes of their pseudonyms. */
int redact_binary(struct vmt_redaction *r, const struct redact_words *words, char *memory,
	size_t len, struct vmt_err *err);

/* Sets *ret to the pseudonym of a complete string of a kind. */
int redact_whole(struct vmt_redaction *r, TALLOC_CTX *ctx, enum redact_kind kind, const char *text,
	char **ret, struct vmt_err *err);

#endif
