/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces of broken lines, by what reports look like. For rejoin.c. */
#ifndef VMT_OOPS_PIECE_H
#define VMT_OOPS_PIECE_H

#include "oops/hosts.h"
#include "oops/pattern.h"

/* What of a report a text is the start of, if it is a line. */
enum piece_start {
	PIECE_OTHER,
	PIECE_BLANK,
	PIECE_FRAME, /* as some ends of other lines are: "f+0x1/0x2" */
	PIECE_BODY,
	PIECE_HEADER,
};

struct piece;

int piece_new(TALLOC_CTX *ctx, struct oops_hosts *hosts, struct piece **ret, struct vmt_err *err);

/* All lines of a text in their order. */
enum piece_start piece_start(struct piece *piece, const struct log_record *rec);

/* Whether a line that ends with head is not at its end. */
bool piece_is_open(struct oops_span head);

/* Whether text is what stands at the end of such lines, and never alone: "[module]". */
bool piece_is_tail(struct oops_span head, const char *p, size_t len);

/* Whether the kernel prints text after head as one line, though in two calls. */
bool piece_is_printed_on(struct oops_span head, const char *p, size_t len);

#endif
