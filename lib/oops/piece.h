/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recognizes pieces of broken lines by what reports look like. For rejoin.c. */
#ifndef VMT_OOPS_PIECE_H
#define VMT_OOPS_PIECE_H

#include "oops/hosts.h"
#include "oops/pattern.h"

/* Which part of a report a text begins, if it is the start of a line. */
enum piece_start {
	PIECE_OTHER,
	PIECE_BLANK,
	PIECE_FRAME,	 /* some other lines end in the same form: "f+0x1/0x2" */
	PIECE_ADDRESSED, /* a frame that no other line ends with: "[<c0012345>] f+0x1/0x2" */
	PIECE_BODY,
	PIECE_HEADER,
};

struct piece;

/* A talloc child of ctx; hosts must outlive it. */
int piece_new(TALLOC_CTX *ctx, struct oops_hosts *hosts, struct piece **ret, struct vmt_err *err);

/* Must be called for all lines of a text, in order. */
enum piece_start piece_start(struct piece *piece, const struct log_record *rec);

/* Whether a line that ends with head is incomplete. */
bool piece_is_open(struct oops_span head);

/* Whether a quote is open in a line of crash(8) that holds the kernel's last words. */
bool piece_is_quoting(struct oops_span head);

/* Whether head is a frame or a register line up to the address, and "f+0x1/0x2" must follow. */
bool piece_lacks_place(struct oops_span head);

/* Whether the text only appears at the end of such lines, and never alone: "[module]". */
bool piece_is_tail(struct oops_span head, const char *p, size_t len);

/* How two pieces make a line. */
enum piece_gap {
	PIECE_APART, /* they do not */
	PIECE_SPACED,
	PIECE_GLUED,
};

/*
 * Whether a line that ends with head is the start of a known first line of a report, or lacks a
 * field of it, and the text is the rest.
 */
enum piece_gap piece_completes(
	const struct piece *piece, struct oops_span head, const char *p, size_t len);

/*
 * Whether head ends in the middle of the place that a register line names, and the text is the rest
 * of it: "RIP: 0010:i40e_setup_tx_descri" "ptors+0x7/0xb0 [i40e]".
 */
bool piece_is_cut_place(struct oops_span head, const char *p, size_t len);

/* Whether the kernel prints head and the text on one line, though in two calls. */
bool piece_is_printed_on(struct oops_span head, const char *p, size_t len);

#endif
