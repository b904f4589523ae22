// SPDX-License-Identifier: GPL-3.0-or-later
/* See scan.h. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "oops/scan.h"

#define N_FOLDS 65536

struct oops_scan {
	const char *const *literals;
	const size_t *lengths;
	size_t n;
	size_t window;
	uint8_t *offset;	/* where in each literal its window lies */
	uint8_t shift[N_FOLDS]; /* by the last three bytes of the window */
	uint16_t *first;  /* literals whose window ends in these bytes: first[k]..first[k+1] */
	uint16_t *by_end; /* numbers of literals */
	uint16_t bucket[N_FOLDS]; /* of those with shift 0 */
};

/* Three bytes at the end of a window, folded; what collides is told apart by comparing. */
static unsigned fold(const char *p)
{
	return ((unsigned)(unsigned char)p[0] << 10 ^ (unsigned)(unsigned char)p[1] << 5 ^
		       (unsigned char)p[2]) &
	       (N_FOLDS - 1);
}

/* How common a byte is in a log, roughly: windows should end in rare ones. */
static unsigned weight(char c)
{
	if (c == ' ')
		return 10;
	if (c >= 'a' && c <= 'z')
		return 6;
	if ((c >= '0' && c <= '9') || c == ':')
		return 5;
	return 2;
}

static void choose_offsets(struct oops_scan *s)
{
	for (size_t i = 0; i < s->n; i++) {
		unsigned best = UINT32_MAX;

		for (size_t o = 0; o + s->window <= s->lengths[i] && o < UINT8_MAX; o++) {
			const char *last = s->literals[i] + o + s->window - 3;
			unsigned w = weight(last[0]) + weight(last[1]) + weight(last[2]);

			if (w < best) {
				best = w;
				s->offset[i] = (uint8_t)o;
			}
		}
	}
}

static const char *window_of(const struct oops_scan *s, size_t i)
{
	return s->literals[i] + s->offset[i];
}

static void fill_shifts(struct oops_scan *s)
{
	memset(s->shift, (int)(s->window - 2), sizeof(s->shift));
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k + 2 < s->window; k++) {
			uint8_t *sh = &s->shift[fold(window_of(s, i) + k)];
			size_t to = s->window - 3 - k;

			if (to < *sh)
				*sh = (uint8_t)to;
		}
}

/* Gathers the literals by what ends their window. */
static void fill_buckets(struct oops_scan *s)
{
	size_t used = 0, bucket = 0;

	for (size_t i = 0; i < s->n; i++) {
		unsigned end = fold(window_of(s, i) + s->window - 3);

		if (s->bucket[end])
			continue;
		s->bucket[end] = (uint16_t)++bucket;
		s->first[bucket] = (uint16_t)used;
		for (size_t k = i; k < s->n; k++)
			if (fold(window_of(s, k) + s->window - 3) == end)
				s->by_end[used++] = (uint16_t)k;
		s->first[bucket + 1] = (uint16_t)used;
	}
}

int oops_scan_new(TALLOC_CTX *ctx, const char *const *literals, const size_t *lengths, size_t n,
	struct oops_scan **ret, struct vmt_err *err)
{
	struct oops_scan *s = talloc_zero(ctx, struct oops_scan);

	if (!s)
		return err_nomem(err);
	s->literals = literals;
	s->lengths = lengths;
	s->n = n;
	s->window = 200;
	for (size_t i = 0; i < n; i++)
		if (lengths[i] < s->window)
			s->window = lengths[i];
	s->first = talloc_zero_array(s, uint16_t, n + 2);
	s->by_end = talloc_zero_array(s, uint16_t, n + 1);
	s->offset = talloc_zero_array(s, uint8_t, n + 1);
	if (!s->first || !s->by_end || !s->offset || n >= UINT16_MAX || s->window < 3) {
		talloc_free(s);
		return err_nomem(err);
	}
	choose_offsets(s);
	fill_shifts(s);
	fill_buckets(s);
	*ret = s;
	return 0;
}

/* Whether literal i stands where its window was found; *at: where it begins. */
static bool stands(
	const struct oops_scan *s, size_t i, const char *text, size_t len, size_t pos, size_t *at)
{
	const char *lit = s->literals[i];

	if (pos < s->offset[i])
		return false;
	*at = pos - s->offset[i];
	return s->lengths[i] <= len - *at && text[*at] == *lit &&
	       memcmp(lit, text + *at, s->lengths[i]) == 0;
}

size_t oops_scan_next(const struct oops_scan *s, const char *text, size_t len, size_t *pos,
	size_t *from, size_t *at)
{
	const size_t window = s->window;
	size_t p = *pos;

	while (p + window <= len) {
		unsigned end = fold(text + p + window - 3);
		unsigned b;

		if (s->shift[end]) {
			p += s->shift[end];
			continue;
		}
		b = s->bucket[end];
		for (size_t k = s->first[b] + *from; b && k < s->first[b + 1]; k++) {
			++*from;
			if (stands(s, s->by_end[k], text, len, p, at)) {
				*pos = p;
				return s->by_end[k];
			}
		}
		*from = 0;
		p++;
	}
	*pos = p;
	return SIZE_MAX;
}
