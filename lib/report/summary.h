/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The short facts of a report as lines of label and value, the same for every writer for people.
 * Values come from the dump as they are: the writer escapes them.
 */
#ifndef VMT_REPORT_SUMMARY_H
#define VMT_REPORT_SUMMARY_H

#include "base/alloc.h"
#include "base/err.h"

struct summary_line {
	const char *label;
	const char *value;
	bool optional; /* matters less than the others */
};

/*
 * The lines for which something is known, as a talloc child of ctx. For a crash without a culprit,
 * a line says so. Returns 0 or VMT_ERR_NOMEM.
 */
int summary_list(TALLOC_CTX *ctx, const struct vmt_report *r, struct summary_line **ret, size_t *n,
	struct vmt_err *err);

/* The same, shorter: for the first screen. */
int summary_list_short(TALLOC_CTX *ctx, const struct vmt_report *r, struct summary_line **ret,
	size_t *n, struct vmt_err *err);

/* One sentence: the verdict's, or that there is none and why. NULL: no memory. */
const char *summary_headline(TALLOC_CTX *ctx, const struct vmt_report *r);

/*
 * The kind that the headline tells: memory that turned out to be freed is "use-after-free",
 * whatever the kernel reported. NULL: none.
 */
const char *summary_kind(const struct vmt_verdict *v);

/* Why a report whose outcome is VMT_UNREAD has no verdict, in a few words. NULL: no memory. */
const char *summary_unread(TALLOC_CTX *ctx, const struct vmt_report *r);

/* The same in fewer words, if the input has a gap: "cut off: 40 % is there". */
const char *summary_unread_short(TALLOC_CTX *ctx, const struct vmt_report *r);

/* "Confidence: high, based on the log alone". NULL: no memory. */
char *summary_trust(TALLOC_CTX *ctx, const struct vmt_report *r);

/* "vhba_complete+0x1f/0x50 [vhba]", with "? " before it when unreliable. NULL: no memory. */
char *summary_frame(TALLOC_CTX *ctx, const struct vmt_frame *f);

/* "drivers/scsi/vhba.c:120:4 (inlined)"; "" where nothing is known. NULL: no memory. */
char *summary_frame_place(TALLOC_CTX *ctx, const struct vmt_frame *f);

/* "  81   line of source", marked where it is the culprit's; tabs are expanded. NULL: no memory. */
char *summary_source_line(TALLOC_CTX *ctx, const struct vmt_report *r, size_t i);

/* Whether the frame is the one that the verdict blames. */
bool summary_frame_blamed(const struct vmt_report *r, const struct vmt_frame *f);

/* The culprit's row of the module list; NULL: not there, or the kernel itself. */
const struct vmt_module *summary_culprit_module(const struct vmt_report *r);

/*
 * A diagnostic, words first, then what happened this time: "warning: The kernel log could not be
 * read (log: page 0x13a64: no such page)". NULL: no memory.
 */
char *summary_trouble(TALLOC_CTX *ctx, const struct vmt_diag *d);

/*
 * The i-th of a report. Steps that were skipped in consequence share one line: "" for all but the
 * first.
 */
char *summary_diagnostic(TALLOC_CTX *ctx, const struct vmt_report *r, size_t i);

/* "vhba 1.0, out-of-tree module, taint flags OE"; NULL: no memory. */
char *summary_module(TALLOC_CTX *ctx, const struct vmt_module *m);

/* "vmlinux, build ID 3b43fad5, in package linux-image-6.1.0-56-amd64-dbg"; NULL: no memory. */
char *summary_missing(TALLOC_CTX *ctx, const struct vmt_missing *m);

#endif
