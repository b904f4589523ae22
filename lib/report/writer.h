/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An output format is one row. To add one: a file with a `const struct report_writer`, named here
 * and in writers.c. Everything that comes from a dump goes out through escape.h. */
#ifndef VMT_REPORT_WRITER_H
#define VMT_REPORT_WRITER_H

#include "base/err.h"

struct report_writer {
	const char *name;
	const char *in_series; /* the format where one output takes several reports; NULL: itself */
	/* Writes what precedes a report in a series; NULL: nothing does. */
	void (*separate)(const char *input, bool first, FILE *out);
	/* Whether out took it all is asked by the caller, once. */
	int (*write)(const struct vmt_report *report, const struct vmt_write_options *opts,
		FILE *out, struct vmt_err *err);
};

extern const struct report_writer text_writer;
extern const struct report_writer markdown_writer;
extern const struct report_writer json_writer;
extern const struct report_writer json_lines_writer;

extern const struct report_writer *const report_writers[]; /* NULL past the last */

/* Flushes out; VMT_ERR_IO where it did not take all that was written to it. */
int report_flush(FILE *out, struct vmt_err *err);

#endif
