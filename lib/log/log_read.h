/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Feeds a source to a log_text, in blocks. One thread reads the lines, in order. Before that, the
 * blocks are fetched and looked at (log_stops.h), which is most of the work: if the text is large,
 * and several processors may be used, other threads do that ahead. The outcome is the same.
 */
#ifndef VMT_LOG_LOG_READ_H
#define VMT_LOG_LOG_READ_H

#include "io/source.h"
#include "log/log_text.h"

struct log_read {
	const uint64_t *gaps; /* offsets where something is missing, ascending */
	size_t n_gaps;
	/* For tests; 0: as the text and the machine suggest. */
	size_t block;	    /* bytes */
	unsigned n_threads; /* besides the caller's */
};

/* Ends with log_text_finish(). Returns what the sink returned to stop, or an error. */
int log_read(TALLOC_CTX *ctx, struct source *src, struct log_text *lines,
	const struct log_read *how, struct vmt_err *err);

#endif
