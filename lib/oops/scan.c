// SPDX-License-Identifier: GPL-3.0-or-later
/* See scan.h. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "oops/scan.h"

#define GRAM 4	 /* bytes looked at together */
#define STRIDE 2 /* between the places that are looked at */
#define WINDOW (STRIDE + GRAM - 1)

#define KEY_BITS 15
#define SLOT_BITS 13
#define N_SLOTS (1u << SLOT_BITS)

/* A literal, and the position in it of the bytes that lead to it. */
struct place {
	uint16_t literal, at;
};

struct oops_scan {
	uint8_t marked[1u << KEY_BITS]; /* keys that any place has: all that most text needs */
	uint16_t first[N_SLOTS + 1];	/* places by slot: first[k]..first[k+1] */
	struct place *places;
	const char *const *literals;
	const size_t *lengths;
	size_t n;
	uint16_t *window; /* where in each literal its window is */
};

static inline uint32_t gram_at(const char *p)
{
	uint32_t gram;

	memcpy(&gram, p, GRAM);
	return gram;
}

/* Collisions are resolved by comparing. */
static inline unsigned key_of(const char *p)
{
	return gram_at(p) * 2654435761u >> (32 - KEY_BITS);
}

/* Keys that are near share a slot: most slots are empty anyway. */
static inline unsigned slot_of(const char *p)
{
	return key_of(p) >> (KEY_BITS - SLOT_BITS);
}

/* ---- choosing windows -------------------------------------------------------------------- */

/* Words that ordinary lines are full of, and what syslog and the journal put into each line. */
static const char ordinary[] =
	" kernel: registered register reserved reserving resources PCI: PCI interrupt link IRQ "
	"enabled enabling disabled available tables table entries for initialized init memory "
	"nodes node pages page allocated allocation setting default order: using type size bus "
	"CPUs: CPU cpu: irq RCU rcu: supported system state device version root security lock "
	"corrupt feature generic calls cached calibrating action acting config: configured "
	"console policy process protocol router routing Reserving Interrupt BIOS-e820: mem 0x0 "
	"ffffffff 00000000 0000:00: page: docker Initialize 00-0x00 section: interface: [mem 0x "
	"[io  0x pci PNP0 ACPI: SSDT ";

/* How common a byte is in a log, roughly: windows should have rare ones. */
static uint8_t weight(char c)
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

#define DEAR (1u << 16) /* more than any product of weights */

struct costs {
	uint8_t common[1u << KEY_BITS]; /* keys of ordinary text */
	uint8_t weights[UINT8_MAX + 1];
};

/* What a gram costs: how often it will be met, if it is not looked for anyway. */
static unsigned cost(const struct oops_scan *s, const struct costs *c, const char *p)
{
	const uint8_t *q = (const uint8_t *)p, *w = c->weights;
	unsigned key = key_of(p);

	if (s->marked[key])
		return 0;
	return c->common[key] * DEAR + w[q[0]] * w[q[1]] * w[q[2]] * w[q[3]];
}

/* Where in the literal the cheapest window is. */
static uint16_t choose_window(const struct oops_scan *s, const struct costs *c, size_t literal)
{
	unsigned costs[STRIDE] = {0}, sum = 0, best = UINT32_MAX;
	size_t window = 0;

	for (size_t i = 0; best && i + GRAM <= s->lengths[literal] && i < UINT16_MAX; i++) {
		unsigned *last = &costs[i % STRIDE];

		sum -= *last;
		*last = cost(s, c, s->literals[literal] + i);
		sum += *last;
		if (i + 1 >= STRIDE && sum < best) {
			best = sum;
			window = i + 1 - STRIDE;
		}
	}
	return (uint16_t)window;
}

static void choose_windows(struct oops_scan *s)
{
	struct costs c = {0};

	for (size_t i = 0; i + GRAM < sizeof(ordinary); i++)
		c.common[key_of(ordinary + i)] = 1;
	for (unsigned i = 0; i <= UINT8_MAX; i++)
		c.weights[i] = weight((char)i);
	for (size_t i = 0; i < s->n; i++) {
		s->window[i] = choose_window(s, &c, i);
		for (size_t k = 0; k < STRIDE; k++)
			s->marked[key_of(s->literals[i] + s->window[i] + k)] = 1;
	}
}

/* Sorts the places by slot: counts, then fills. */
static void fill_places(struct oops_scan *s)
{
	uint16_t count = 0;

	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < STRIDE; k++)
			s->first[slot_of(s->literals[i] + s->window[i] + k)]++;
	for (size_t slot = 0; slot <= N_SLOTS; slot++) {
		count = (uint16_t)(count + (slot < N_SLOTS ? s->first[slot] : 0));
		s->first[slot] = count;
	}
	for (size_t i = s->n; i--;)
		for (size_t k = 0; k < STRIDE; k++) {
			uint16_t at = (uint16_t)(s->window[i] + k);
			unsigned slot = slot_of(s->literals[i] + at);

			s->places[--s->first[slot]] = (struct place){(uint16_t)i, at};
		}
}

int oops_scan_new(TALLOC_CTX *ctx, const char *const *literals, const size_t *lengths, size_t n,
	struct oops_scan **ret, struct vmt_err *err)
{
	struct oops_scan *s = talloc_zero(ctx, struct oops_scan);
	size_t shortest = WINDOW;

	if (!s)
		return err_nomem(err);
	s->literals = literals;
	s->lengths = lengths;
	s->n = n;
	for (size_t i = 0; i < n; i++)
		if (lengths[i] < shortest)
			shortest = lengths[i];
	s->window = talloc_array(s, uint16_t, n + 1);
	s->places = talloc_array(s, struct place, n * STRIDE + 1);
	if (!s->window || !s->places || shortest < WINDOW || n * STRIDE >= UINT16_MAX) {
		talloc_free(s);
		return err_nomem(err);
	}
	choose_windows(s);
	fill_places(s);
	*ret = s;
	return 0;
}

/* ---- searching --------------------------------------------------------------------------- */

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

#define UNROLLED 8

/* The next position from p on whose key is marked; past len - GRAM: none. */
static size_t next_marked(const struct oops_scan *s, const char *text, size_t len, size_t p)
{
	while (p + GRAM + (UNROLLED - 1) * STRIDE <= len) {
		unsigned char any = 0;

		for (size_t i = 0; i < UNROLLED; i++)
			any |= s->marked[key_of(text + p + i * STRIDE)];
		if (any)
			break;
		p += UNROLLED * STRIDE;
	}
	while (p + GRAM <= len && !s->marked[key_of(text + p)])
		p += STRIDE;
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
		p += STRIDE;
	}
	*pos = p;
	return SIZE_MAX;
}
