// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Loops over all bytes of a log, in vectors or so that compilers vectorize them: inner loops of a
 * fixed length without branches.
 */
#include "log/log_skim.h"

#include <stdbool.h>
#include <string.h>

#define STEP 64

typedef unsigned char vec __attribute__((vector_size(16)));

static inline vec load(const unsigned char *p)
{
	vec v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* For a byte and the one after it: nonzero if a line of plain text does not contain them. */
static inline unsigned char is_noise(unsigned char c, unsigned char next)
{
	unsigned char ends_line = (c == '\r') & ((next == '\n') | (next == '\r'));

	return (c < 0x20) & !((c == '\n') | (c == '\t') | ends_line);
}

static bool any_bit(vec v)
{
	uint64_t half[2];

	memcpy(half, &v, sizeof(half));
	return half[0] | half[1];
}

/* Most text has no control characters but the ends of its lines. */
static bool any_control(const unsigned char *p)
{
	vec any = {0};

	for (size_t i = 0; i < STEP; i += sizeof(vec)) {
		vec c = load(p + i);

		any |= (vec)(c < 0x20) & (vec)(c != '\n');
	}
	return any_bit(any);
}

/* The same where lines end with \r\n. */
static bool any_other_control(const unsigned char *p)
{
	vec any = {0};

	for (size_t i = 0; i < STEP; i += sizeof(vec)) {
		vec c = load(p + i), next = load(p + i + 1);

		any |= (vec)(c < 0x20) & (vec)(c != '\n') &
		       ~((vec)(c == '\r') & (vec)(next == '\n'));
	}
	return any_bit(any);
}

static unsigned char any_noise(const unsigned char *p)
{
	unsigned char any = 0;

	for (int i = 0; i < STEP; i++)
		any |= is_noise(p[i], p[i + 1]);
	return any;
}

const char *log_skim_noise(const char *text, const char *end)
{
	const unsigned char *p = (const unsigned char *)text, *stop = (const unsigned char *)end;

	while (stop - p > STEP && !any_control(p))
		p += STEP;
	/* Mostly because lines end with \r: the first check would not help from here on. */
	while (stop - p > STEP && (!any_other_control(p) || !any_noise(p)))
		p += STEP;
	/* The last byte has no successor: treat it as if its line ended there. */
	while (p < stop && !is_noise(*p, p + 1 < stop ? p[1] : '\n'))
		p++;
	return (const char *)p;
}

uint64_t log_skim_count_lines(const char *p, const char *end)
{
	uint64_t n = 0;

	for (; end - p >= STEP; p += STEP) {
		unsigned char here = 0;

		for (int i = 0; i < STEP; i++)
			here = (unsigned char)(here + (p[i] == '\n'));
		n += here;
	}
	for (; p < end; p++)
		n += *p == '\n';
	return n;
}
