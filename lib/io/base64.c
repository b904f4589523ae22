// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A console as EC2's GetConsoleOutput returns it, and logs that people encode to get them through a
 * console or a chat: base64 on one line or in lines of equal length (RFC 4648, RFC 2045). What is
 * inside may be compressed.
 */
#include "io/base64.h"

#include <string.h>

#include "base/array.h"
#include "base/base64.h"
#include "io/spool.h"

#define CHUNK (64u << 10)

/* So many bytes show what a file is. Words of fewer letters than MIN_DIGITS may look like base64.
 */
#define PROBED 2048
#define MIN_DIGITS 64

struct decoder {
	uint32_t bits; /* not yet a whole byte */
	unsigned n_bits;
	bool ended; /* '=': nothing follows */
};

/* Appends to out, which has room for as many bytes. False: not base64. */
static bool decode(struct decoder *d, const char *p, size_t len, uint8_t *out, size_t *n)
{
	for (size_t i = 0; i < len; i++) {
		int v = base64_value(p[i]);

		if (p[i] == '\n' || p[i] == '\r')
			continue;
		d->ended |= p[i] == '=';
		if (v < 0 && !d->ended)
			return false;
		if (v < 0 || d->ended)
			continue;
		d->bits = d->bits << 6 | (uint32_t)v;
		d->n_bits += 6;
		if (d->n_bits < 8)
			continue;
		d->n_bits -= 8;
		out[(*n)++] = (uint8_t)(d->bits >> d->n_bits);
	}
	return true;
}

static bool is_packed(const uint8_t *p, size_t n)
{
	static const char *const magic[] = {
		"\x1f\x8b\x08",
		"\xfd\x37zXZ",
		"\x28\xb5\x2f\xfd",
		"BZh",
	};

	for (size_t i = 0; i < ARRAY_SIZE(magic); i++)
		if (n > strlen(magic[i]) && memcmp(p, magic[i], strlen(magic[i])) == 0)
			return true;
	return false;
}

static bool is_text(const uint8_t *p, size_t n)
{
	size_t blanks = 0, strange = 0;

	for (size_t i = 0; i < n; i++) {
		blanks += p[i] == ' ';
		strange +=
			p[i] < 0x20 && p[i] != '\n' && p[i] != '\r' && p[i] != '\t' && p[i] != 0x1b;
		strange += p[i] >= 0x7f;
	}
	return blanks > n / 64 && strange <= n / 32;
}

bool base64_probe(struct source *src)
{
	struct decoder d = {0};
	uint8_t out[PROBED];
	char head[PROBED];
	size_t n = 0;
	int64_t got = source_read(src, 0, head, MIN_DIGITS, NULL);

	if (got < MIN_DIGITS || !decode(&d, head, MIN_DIGITS, out, &n))
		return false;
	d = (struct decoder){0};
	n = 0;
	got = source_read(src, 0, head, sizeof(head), NULL);
	if (got < MIN_DIGITS || !decode(&d, head, (size_t)got, out, &n))
		return false;
	return is_packed(out, n) || is_text(out, n);
}

int base64_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err)
{
	struct decoder d = {0};
	struct source *spool;
	uint64_t off = 0, written = 0;
	int64_t got = 0;
	uint8_t *out;
	char *chunk;
	int rc = spool_open(ctx, job->src->name, &spool, err);

	if (rc < 0)
		return rc;
	chunk = talloc_size(spool, CHUNK);
	out = talloc_size(spool, CHUNK);
	rc = chunk && out ? 0 : err_nomem(err);
	while (!rc && written < job->limit &&
		(got = source_read(job->src, off, chunk, CHUNK, err)) > 0) {
		size_t n = 0;

		if (!decode(&d, chunk, (size_t)got, out, &n))
			*missing = "the base64 text has other characters in it: what follows them "
				   "is lost";
		rc = n ? spool_write(spool, written, out, n, err) : 0;
		written += n;
		off += (uint64_t)got;
		if (*missing)
			break;
	}
	rc = !rc && got < 0 ? (int)got : rc;
	talloc_free(chunk);
	talloc_free(out);
	if (rc)
		talloc_free(spool);
	else
		*ret = spool;
	return rc;
}
