/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An output format is one row. To add one, write a file with a `const struct report_writer` and
 * name it here and in writers.c. All text from a dump is printed through escape.h.
 */
#ifndef VMT_REPORT_WRITER_H
#define VMT_REPORT_WRITER_H

#include "base/err.h"

struct report_writer {
	const char *name;
	bool inner;	       /* only for in_series: not offered to users */
	const char *in_series; /* the format for several reports in one output; NULL: the same */
	/* Writes what precedes a report in a series; NULL: nothing. */
	void (*separate)(const char *input, bool first, FILE *out);
	/* The caller checks out for errors, once. */
	int (*write)(const struct vmt_report *report, const struct vmt_write_options *opts,
		FILE *out, struct vmt_err *err);
};

extern const struct report_writer text_writer;
extern const struct report_writer markdown_writer;
extern const struct report_writer html_writer;
extern const struct report_writer html_part_writer;
extern const struct report_writer json_writer;
extern const struct report_writer json_lines_writer;

/*
 * Flushes out; VMT_ERR_IO if not everything could be written, VMT_ERR_NOMEM if memory for a part of
 * it was missing since alloc_failures() returned allocs.
 */
int report_flush(FILE *out, unsigned allocs, struct vmt_err *err);

#endif
