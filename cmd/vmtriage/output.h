/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where results go, and what it can show. */
#ifndef VMTRIAGE_OUTPUT_H
#define VMTRIAGE_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "vmtriage.h"

struct output {
	FILE *file;
	const char *path; /* NULL: standard output */
	struct vmt_outfile *outfile;
};

/* What the command reads: none of it may be the output. */
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

/* Whether the output is a file, which nobody sees before it is complete. */
bool output_is_aside(const struct output *out);

/*
 * Ends a file. With keep it gets its name; without, everything stays as it was before
 * output_open(). Standard output is main()'s. Complains and returns false where not all went out.
 */
bool output_close(struct output *out, bool keep);

/* The same of standard output, at the end; but a reader that had enough of it is no error. */
bool output_finish(void);

/* Keeps why a write failed, where the library saw it first; 0: not known. */
void output_note(int os_errno);

/* For --color WHEN: always, never, or auto: a terminal that does not say NO_COLOR. */
bool output_colour(const struct output *out, const char *when);

/* Columns of the terminal; 0 where it is none. */
unsigned output_width(const struct output *out);

extern const char *const output_colour_values[];

#define OUTPUT_HELP                                                                                \
	"write to FILE instead of standard output ('-'); an older FILE is\n"                       \
	"                          replaced only when the new one is complete"

#endif
