/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where results are written, and what the terminal can show. */
#ifndef VMTRIAGE_OUTPUT_H
#define VMTRIAGE_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "vmtriage.h"

struct pager;

struct output {
	FILE *file;
	const char *path; /* NULL: standard output */
	struct vmt_outfile *outfile;
	struct pager *pager; /* that file goes through; NULL: none */
};

/* What the command reads. None of these files may be the output. */
struct output_inputs {
	const struct vmt_options *options; /* NULL: none */
	const char *const *paths;
	size_t n;
};

/*
 * path NULL or "-": standard output. flags are of enum vmt_outfile_flags. Complains and returns
 * false where the file is an input or cannot be made. Until output_close(), a signal that ends the
 * program also removes the unfinished file.
 */
bool output_open(
	struct output *out, const char *path, unsigned flags, const struct output_inputs *inputs);

enum output_lines {
	OUTPUT_TEXT,
	OUTPUT_TABLE, /* they should not be wrapped */
};

/*
 * Shows the output in a pager, if it is a terminal and becomes longer than its screen. Call it
 * before anything is written.
 */
void output_page(struct output *out, enum output_lines lines);

/* Whether the output is a file that appears only when it is complete. */
bool output_is_aside(const struct output *out);

/*
 * Closes a file. With keep it gets its name; without, everything stays as it was before
 * output_open(). Standard output is left to output_finish(), but for a pager. Complains and returns
 * false where something could not be written.
 */
bool output_close(struct output *out, bool keep);

/* The same for standard output, at the end. A pipe that its reader closed is no error. */
bool output_finish(void);

/* Remembers why a write in the library failed; 0: not known. */
void output_note(int os_errno);

/* For --color WHEN: always, never, or auto: a terminal that does not say NO_COLOR. */
bool output_colour(const struct output *out, const char *when);

/* Columns and rows of the terminal; 0: not a terminal. */
unsigned output_width(const struct output *out);
/* Of the screen, without the rows that complaints took. */
unsigned output_height(const struct output *out);

extern const char *const output_colour_values[];

#endif
