// SPDX-License-Identifier: GPL-3.0-or-later
#include "nearest.h"

#include <stddef.h>
#include <string.h>

#define LONGEST 32 /* of a word that is compared */

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/*
 * How many letters must be added, left out, replaced, or exchanged with their neighbour to get from
 * one word to the other. Both fit LONGEST.
 */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[3][LONGEST + 1]; /* of the last three letters of a */
	size_t n = strlen(b);

	for (size_t j = 0; j <= n; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; a[i - 1]; i++) {
		unsigned *now = row[i % 3], *before = row[(i + 2) % 3], *last = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= n; j++) {
			now[j] = least(before[j], now[j - 1]) + 1;
			now[j] = least(now[j], before[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], last[j - 2] + 1);
		}
	}
	return row[strlen(a) % 3][n];
}

void nearest_start(struct nearest *n, const char *word)
{
	*n = (struct nearest){.word = word};
}

void nearest_try(struct nearest *n, const char *candidate)
{
	size_t length = strlen(n->word);
	unsigned d;

	if (length > LONGEST || strlen(candidate) > LONGEST)
		return;
	d = distance(n->word, candidate);
	/* More than a third of the letters wrong: a different word. */
	if (3 * d > length + 1 || (n->best && d >= n->distance))
		return;
	n->best = candidate;
	n->distance = d;
}
