// SPDX-License-Identifier: GPL-3.0-or-later
/* See scan.h. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "oops/scan.h"

#define GRAM 4 /* bytes looked at together */
#define SLOT_BITS 13
#define N_SLOTS (1u << SLOT_BITS)

/* A literal, and the position in it of the bytes that lead to it. */
struct place {
	uint16_t literal, at;
};

struct oops_scan {
	uint8_t marked[N_SLOTS];     /* whether any place has this slot: all that most text needs */
	uint16_t first[N_SLOTS + 1]; /* places by slot: first[k]..first[k+1] */
	struct place *places;
	const char *const *literals;
	const size_t *lengths;
	size_t n;
	size_t stride;	  /* between the bytes that are looked at */
	uint16_t *window; /* where in each literal its window is: stride + GRAM - 1 bytes */
};

/* Collisions are resolved by comparing. */
static inline unsigned slot_of(const char *p)
{
	uint32_t gram;

	memcpy(&gram, p, GRAM);
	return gram * 2654435761u >> (32 - SLOT_BITS);
}

/* How common a byte is in a log, roughly: windows should have rare ones. */
static unsigned weight(char c)
{
	if (c == ' ')
		return 12;
	if (c >= 'a' && c <= 'z')
		return 8;
	if (c == ':')
		return 5;
	if (c >= '0' && c <= '9')
		return 4;
	return c >= 'A' && c <= 'Z' ? 3 : 2;
}

/* Whether a gram is of what syslog and the journal put into each line. */
static bool is_everywhere(const char *gram)
{
	static const char tag[] = " kernel: ";

	return memmem(tag, sizeof(tag) - 1, gram, GRAM) != NULL;
}

/* What a window costs: how often its bytes will be met, as far as they are not looked for anyway.
 */
static unsigned cost(const struct oops_scan *s, const char *window)
{
	unsigned sum = 0;

	for (size_t k = 0; k < s->stride; k++) {
		const char *p = window + k;

		if (is_everywhere(p))
			sum += 1u << 20;
		else if (!s->marked[slot_of(p)])
			sum += weight(p[0]) * weight(p[1]) * weight(p[2]) * weight(p[3]);
	}
	return sum;
}

static void choose_window(struct oops_scan *s, size_t i)
{
	unsigned best = UINT32_MAX;

	for (size_t o = 0; o + s->stride + GRAM - 1 <= s->lengths[i] && o < UINT16_MAX; o++) {
		unsigned c = cost(s, s->literals[i] + o);

		if (c < best) {
			best = c;
			s->window[i] = (uint16_t)o;
		}
	}
	for (size_t k = 0; k < s->stride; k++)
		s->marked[slot_of(s->literals[i] + s->window[i] + k)] = 1;
}

/* Sorts the places by slot: counts, then fills. */
static void fill_places(struct oops_scan *s)
{
	uint16_t count = 0;

	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->stride; k++)
			s->first[slot_of(s->literals[i] + s->window[i] + k)]++;
	for (size_t slot = 0; slot <= N_SLOTS; slot++) {
		count = (uint16_t)(count + (slot < N_SLOTS ? s->first[slot] : 0));
		s->first[slot] = count;
	}
	for (size_t i = s->n; i--;)
		for (size_t k = 0; k < s->stride; k++) {
			uint16_t at = (uint16_t)(s->window[i] + k);
			unsigned slot = slot_of(s->literals[i] + at);

			s->places[--s->first[slot]] = (struct place){(uint16_t)i, at};
		}
}

int oops_scan_new(TALLOC_CTX *ctx, const char *const *literals, const size_t *lengths, size_t n,
	struct oops_scan **ret, struct vmt_err *err)
{
	struct oops_scan *s = talloc_zero(ctx, struct oops_scan);
	size_t shortest = GRAM + 7;

	if (!s)
		return err_nomem(err);
	s->literals = literals;
	s->lengths = lengths;
	s->n = n;
	for (size_t i = 0; i < n; i++)
		if (lengths[i] < shortest)
			shortest = lengths[i];
	s->stride = shortest < GRAM ? 1 : shortest - GRAM + 1;
	s->window = talloc_zero_array(s, uint16_t, n + 1);
	s->places = talloc_array(s, struct place, n * s->stride + 1);
	if (!s->window || !s->places || shortest < GRAM || n * s->stride >= UINT16_MAX) {
		talloc_free(s);
		return err_nomem(err);
	}
	for (size_t i = 0; i < n; i++)
		choose_window(s, i);
	fill_places(s);
	*ret = s;
	return 0;
}

/* Whether the literal of a place is around pos; *at: where it begins. */
static bool stands(const struct oops_scan *s, const struct place *place, const char *text,
	size_t len, size_t pos, size_t *at)
{
	size_t i = place->literal;

	if (pos < place->at)
		return false;
	*at = pos - place->at;
	return s->lengths[i] <= len - *at && s->literals[i][0] == text[*at] &&
	       memcmp(s->literals[i], text + *at, s->lengths[i]) == 0;
}

/* The next position from p on whose slot is marked; past len - GRAM: none. */
static size_t next_marked(const struct oops_scan *s, const char *text, size_t len, size_t p)
{
	const size_t stride = s->stride;

	while (p + GRAM + 3 * stride <= len) {
		const char *t = text + p;
		unsigned a = s->marked[slot_of(t)], b = s->marked[slot_of(t + stride)];
		unsigned c = s->marked[slot_of(t + 2 * stride)];
		unsigned d = s->marked[slot_of(t + 3 * stride)];

		if (a | b | c | d)
			return p + (a ? 0 : b ? 1 : c ? 2 : 3) * stride;
		p += 4 * stride;
	}
	while (p + GRAM <= len && !s->marked[slot_of(text + p)])
		p += stride;
	return p;
}

size_t oops_scan_next(const struct oops_scan *s, const char *text, size_t len, size_t *pos,
	size_t *from, size_t *at)
{
	size_t p = *pos;

	while ((p = next_marked(s, text, len, p)) + GRAM <= len) {
		unsigned slot = slot_of(text + p);

		for (size_t k = s->first[slot] + *from; k < s->first[slot + 1]; k++) {
			++*from;
			if (stands(s, &s->places[k], text, len, p, at)) {
				*pos = p;
				return s->places[k].literal;
			}
		}
		*from = 0;
		p += s->stride;
	}
	*pos = p;
	return SIZE_MAX;
}
