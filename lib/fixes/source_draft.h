/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every reader of a source has in common: the reading itself, and the fix in the making. */
#ifndef VMT_FIXES_SOURCE_DRAFT_H
#define VMT_FIXES_SOURCE_DRAFT_H

#include "base/alloc.h"
#include "fixes/fix.h"

/*
 * What was read. Each item of a changelog is a fix, or it only groups others ("New upstream stable
 * update:") or marks a release ("Linux 6.1.150"): items == fixes + groups + marks.
 */
struct fix_counts {
	size_t stanzas, items, fixes, groups, marks;
	size_t skipped; /* records that are no fix as they stand: damaged JSON, merges */
};

/* A reading. Zeros but for take, to begin with. */
struct fix_reading {
	fix_taker take;
	void *arg;
	/* If the text itself does not say: the release that has all of it. NULL: not known. */
	const char *release;
	/*
	 * NULL, or called now and then. done and whole are bytes, or commits; whole 0: not known.
	 * Other than 0 ends the reading, and is what the reader returns.
	 */
	int (*progress)(void *arg, uint64_t done, uint64_t whole);
	struct fix_counts counts; /* filled by the reader */
};

struct fix_strings {
	const char **list;
	size_t n;
};

struct fix_draft {
	TALLOC_CTX *pool; /* of all that is in the fix */
	struct fix fix;
	struct fix_strings files, fixes, arches, cves;
	struct fix_release *releases;
	char *message; /* lines, each with its '\n' */
	size_t message_len;
	bool failed; /* no memory for part of it */
};

/* A new one. Everything of the one before is freed. */
void fix_draft_begin(TALLOC_CTX *ctx, struct fix_draft *d);

/* Bytes of one message: quoted crashes make some long. */
#define FIX_MESSAGE_MOST (1u << 20)

/* The same texts are added once. */
void fix_draft_add(struct fix_draft *d, struct fix_strings *to, const char *text, size_t len);
/* version NULL: nothing is added. branch NULL: not known. */
void fix_draft_release(struct fix_draft *d, const char *version, const char *branch);

/* The same, for a release of upstream's, which says its branch. */
void fix_draft_upstream(struct fix_draft *d, const char *version);

/*
 * The subject as a changelog has it: "[arm64] net: fix this (CVE-2026-1234) (Closes: #1)". The arch
 * list, CVEs, numbers of bugs and, if `author`, the author's name before them are taken off.
 */
void fix_draft_subject(struct fix_draft *d, const char *text, size_t len, bool author);

/* A line of a commit's message, without the blanks of the format. */
void fix_draft_line(struct fix_draft *d, const char *text, size_t len);

/* Makes subject, body, trace, upstream's commit and "Fixes:" of the lines. */
void fix_draft_message(struct fix_draft *d);

/* Hands it out. Returns what the taker returns. A draft without a subject is skipped. */
int fix_draft_done(struct fix_draft *d, struct fix_reading *r, struct vmt_err *err);

/* Whether a line is one of a crash text. */
bool fix_trace_is_line(const char *text, size_t len);

/* "Thu, 26 Nov 2026 18:12:56 +0100", "Nov 24 2026", ...: seconds since 1970; 0: it is no date. */
int64_t fix_time_read(const char *text, size_t len);

#endif
