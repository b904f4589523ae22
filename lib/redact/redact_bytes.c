// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Addresses in binary form: net_device.dev_addr, sockaddr, the headers of packets. Code, pointers
 * and text may have the same bytes by chance: the longer an address, the less likely that is.
 */
#include "redact/redact_bytes.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

#define BUCKETS 4096
#define LONGEST 32 /* bytes: MAX_ADDR_LEN of the kernel */
#define SHORTEST 4
#define WORD 8
#define TEXT 8 /* letters of what is one */

struct address {
	struct address *next;
	enum redact_kind kind;
	size_t len, text_len;
	uint8_t bytes[LONGEST];
	char *text; /* as it was first read */
};

struct address_set {
	struct address *buckets[BUCKETS];
	uint8_t starts[1u << 16 >> 3]; /* a bit for each pair of first bytes */
	bool lengths[LONGEST + 1];     /* that some of them have */
};

int address_set_new(TALLOC_CTX *ctx, struct address_set **ret, struct vmt_err *err)
{
	*ret = talloc_zero(ctx, struct address_set);
	return *ret ? 0 : err_nomem(err);
}

/* ---- text to bytes ----------------------------------------------------------------------- */

static size_t mac_bytes(const char *text, size_t len, uint8_t *bytes)
{
	size_t n = 0;

	for (size_t at = 0; at + 2 <= len && n < LONGEST; at += 3) {
		int high = ascii_hex(text[at]), low = ascii_hex(text[at + 1]);

		if (high < 0 || low < 0)
			return 0;
		bytes[n++] = (uint8_t)(high * 16 + low);
	}
	return n;
}

/* Pseudonyms have leading zeros. */
static size_t ipv4_bytes(const char *text, size_t len, uint8_t *bytes)
{
	size_t n = 0;

	memset(bytes, 0, 4);
	for (size_t i = 0; i < len && n < 4; i++) {
		if (text[i] == '.')
			n++;
		else if (!ascii_is_digit(text[i]))
			return 0;
		else
			bytes[n] = (uint8_t)(bytes[n] * 10 + (text[i] - '0'));
	}
	return 4;
}

static size_t ipv6_bytes(const char *text, size_t len, uint8_t *bytes)
{
	char copy[INET6_ADDRSTRLEN] = "";

	if (len >= sizeof(copy))
		return 0;
	memcpy(copy, text, len);
	return inet_pton(AF_INET6, copy, bytes) == 1 ? 16 : 0;
}

static size_t to_bytes(enum redact_kind kind, const char *text, size_t len, uint8_t *bytes)
{
	if (kind == REDACT_MAC)
		return mac_bytes(text, len, bytes);
	if (kind == REDACT_IPV4)
		return ipv4_bytes(text, len, bytes);
	return kind == REDACT_IPV6 ? ipv6_bytes(text, len, bytes) : 0;
}

/* ---- bytes to text ----------------------------------------------------------------------- */

/* As the kernel prints it. */
static size_t to_text(
	enum redact_kind kind, const uint8_t *bytes, size_t len, char text[3 * LONGEST])
{
	text[0] = '\0';
	if (kind == REDACT_MAC)
		for (size_t i = 0; i < len; i++)
			snprintf(text + 3 * i, 4, "%02x%s", bytes[i], i + 1 < len ? ":" : "");
	else
		inet_ntop(len == 4 ? AF_INET : AF_INET6, bytes, text, 3 * LONGEST);
	return strlen(text);
}

/* ---- learning ---------------------------------------------------------------------------- */

/*
 * Few bytes that are not 0 or 255 are found in any memory. Nobody has the IPv4 addresses that are
 * left out, and small numbers look like 1.0.0.0.
 */
static bool is_telling(enum redact_kind kind, const uint8_t *bytes, size_t len)
{
	unsigned n = 0;

	for (size_t i = 0; i < len; i++)
		n += bytes[i] != 0 && bytes[i] != 0xff;
	if (kind == REDACT_IPV4)
		return len == 4 && bytes[0] && bytes[3] && bytes[0] != 127 && bytes[0] != 255;
	return n >= 3 && len >= SHORTEST;
}

/* By all bytes: those of a network begin alike. */
static uint32_t bucket_of(const uint8_t *bytes, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	return hash % BUCKETS;
}

static struct address *find_address(const struct address_set *set, const uint8_t *bytes, size_t len)
{
	struct address *a = set->buckets[bucket_of(bytes, len)];

	while (a && (a->len != len || memcmp(a->bytes, bytes, len) != 0))
		a = a->next;
	return a;
}

/* Of those that the bytes begin with. */
static struct address *find_longest(const struct address_set *set, const uint8_t *bytes, size_t len)
{
	struct address *a = NULL;

	for (size_t n = len < LONGEST ? len : LONGEST; !a && n >= SHORTEST; n--)
		a = set->lengths[n] ? find_address(set, bytes, n) : NULL;
	return a;
}

static int add(struct address_set *set, struct address *a, const char *text, struct vmt_err *err)
{
	struct address **bucket = &set->buckets[bucket_of(a->bytes, a->len)], *copy;
	unsigned start = a->bytes[0] | (unsigned)a->bytes[1] << 8;

	if (!is_telling(a->kind, a->bytes, a->len) || find_address(set, a->bytes, a->len))
		return 0;
	a->next = *bucket;
	copy = talloc_memdup(set, a, sizeof(*a));
	if (copy)
		copy->text = talloc_strndup(copy, text, a->text_len);
	if (!copy || !copy->text) {
		talloc_free(copy);
		return err_nomem(err);
	}
	*bucket = copy;
	set->starts[start / 8] |= (uint8_t)(1u << start % 8);
	set->lengths[a->len] = true;
	return 0;
}

int address_set_add(struct address_set *set, enum redact_kind kind, const uint8_t *bytes,
	size_t len, struct vmt_err *err)
{
	struct address a = {.kind = kind, .len = len};
	char text[3 * LONGEST];

	if (len < SHORTEST || len > LONGEST)
		return 0;
	memcpy(a.bytes, bytes, len);
	a.text_len = to_text(kind, bytes, len, text);
	return add(set, &a, text, err);
}

int address_set_add_text(struct address_set *set, enum redact_kind kind, const char *text,
	size_t len, struct vmt_err *err)
{
	struct address a = {.kind = kind, .text_len = len};
	int rc;

	a.len = to_bytes(kind, text, len, a.bytes);
	/* netfilter prints a whole Ethernet header: the receiver, the sender, and the protocol. */
	if (kind == REDACT_MAC && a.len == 14) {
		rc = address_set_add(set, kind, a.bytes, 6, err);
		return rc ? rc : address_set_add(set, kind, a.bytes + 6, 6, err);
	}
	return a.len ? add(set, &a, text, err) : 0;
}

/* ---- replacing --------------------------------------------------------------------------- */

static bool is_shown(char c)
{
	return (c >= ' ' && c <= '~') || c == '\n' || c == '\t';
}

/* Four letters of a text may be the bytes of an IPv4 address. A port before one may be a letter. */
static bool is_in_text(const char *memory, size_t len, size_t at, size_t n)
{
	size_t from = at, to = at;

	while (from > 0 && at - from < TEXT && is_shown(memory[from - 1]))
		from--;
	while (to < len && to - at < TEXT + n && is_shown(memory[to]))
		to++;
	return to >= at + n && to - from >= TEXT;
}

/* Any word that has one of the bytes; registers in notes are aligned to four. */
static bool is_in_pointer(
	const struct redact_words *words, const char *memory, size_t len, size_t at, size_t n)
{
	size_t from = at < SHORTEST ? 0 : (at - SHORTEST) / 4 * 4;

	for (; from < at + n && from + WORD <= len; from += 4)
		if (from + WORD > at && words->is_pointer(words->arg, memory + from))
			return true;
	return false;
}

static const struct address *address_at(const struct address_set *set,
	const struct redact_words *words, const char *memory, size_t len, size_t at)
{
	const uint8_t *p = (const uint8_t *)memory + at;
	unsigned start = p[0] | (unsigned)p[1] << 8;
	const struct address *a;

	if (!(set->starts[start / 8] & 1u << start % 8))
		return NULL;
	a = find_longest(set, p, len - at);
	/* The header of an IP packet is aligned to two. */
	if (!a || (a->kind == REDACT_IPV4 && (at % 2 || is_in_text(memory, len, at, a->len))) ||
		is_in_pointer(words, memory, len, at, a->len))
		return NULL;
	return a;
}

static int replace(struct vmt_redaction *r, const struct address *a, char *at, struct vmt_err *err)
{
	char *text = talloc_strndup(r, a->text, a->text_len);
	uint8_t bytes[LONGEST] = {0};
	int rc = text ? redact_in_place(r, a->kind, text, a->text_len, err) : err_nomem(err);

	if (!rc) {
		to_bytes(a->kind, text, a->text_len, bytes);
		memcpy(at, bytes, a->len);
	}
	talloc_free(text);
	return rc;
}

int address_set_replace(const struct address_set *set, struct vmt_redaction *r,
	const struct redact_words *words, char *memory, size_t len, struct vmt_err *err)
{
	int rc = 0;

	for (size_t at = 0; !rc && len >= SHORTEST && at <= len - SHORTEST; at++) {
		const struct address *a = address_at(set, words, memory, len, at);

		if (a) {
			rc = replace(r, a, memory + at, err);
			at += a->len - 1;
		}
	}
	return rc;
}
