/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Did you mean ...?" */
#ifndef VMTRIAGE_NEAREST_H
#define VMTRIAGE_NEAREST_H

struct nearest {
	const char *word; /* what was typed */
	const char *best; /* NULL: nothing is like it */
	unsigned distance;
};

/* Begins to look for what word may have been meant for; it must outlive n. */
void nearest_start(struct nearest *n, const char *word);

/* Keeps the candidate if it is nearer to the word than those before. */
void nearest_try(struct nearest *n, const char *candidate);

#endif
