/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The formats that a result other than a report is written in: stacks, comparisons, fixes, a check,
 * a timeline. Each has a table of them; a format is one row.
 */
#ifndef VMT_REPORT_RESULT_FORMATS_H
#define VMT_REPORT_RESULT_FORMATS_H

#include "base/array.h"
#include "base/err.h"

struct format {
	const char *name; /* VMT_FORMAT_... */
	/* The caller checks out for errors, once. */
	int (*write)(const void *result, const struct vmt_write_options *opts, FILE *out,
		struct vmt_err *err);
};

struct formats {
	const char *what; /* that is written, as in "no format for WHAT is named ..." */
	const struct format *rows;
	size_t n;
};

#define FORMATS(what, rows)                                                                        \
	{                                                                                          \
		what, rows, ARRAY_SIZE(rows)                                                       \
	}

/* What is to be written, and how. */
struct to_write {
	const struct formats *formats;
	const char *name; /* of the format */
	const void *result;
	const struct vmt_write_options *opts; /* the caller's */
};

/* VMT_ERR_USAGE if no format has that name; VMT_ERR_IO if out did not take all. */
int formats_write(const struct to_write *what, FILE *out, struct vmt_err *err);

/* The same through the caller's function. */
int formats_write_to(
	const struct to_write *what, vmt_write_fn write, void *arg, struct vmt_err *err);

#endif
