/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where results go, and what it can show. */
#ifndef VMTRIAGE_OUTPUT_H
#define VMTRIAGE_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

struct output {
	FILE *file;
	const char *path; /* NULL: standard output */
};

/* path NULL: standard output. Complains and returns false where the file cannot be made. */
bool output_open(struct output *out, const char *path);

/* Ends a file; standard output is main()'s. Complains and returns false where not all went out. */
bool output_close(struct output *out);

/* The same of standard output, at the end; but a reader that had enough of it is no error. */
bool output_finish(void);

/* Keeps why a write failed, where the library saw it first; 0: not known. */
void output_note(int os_errno);

/* For --color WHEN: always, never, or auto: a terminal that does not say NO_COLOR. */
bool output_colour(const struct output *out, const char *when);

/* Columns of the terminal; 0 where it is none. */
unsigned output_width(const struct output *out);

extern const char *const output_colour_values[];

#endif
