/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines that announce a crash report: a table of rows, and finding those that a line matches.
 */
#ifndef VMT_OOPS_HEADER_H
#define VMT_OOPS_HEADER_H

#include "oops/event.h"
#include "oops/pattern.h"
#include "oops/scan.h"

enum oops_header_flag {
	/* May continue a report whose head is still being printed ("kernel BUG at", a die line). */
	OOPS_H_JOIN = 1 << 0,
	/* What the kernel's die() prints: once per report, so a second one is another report. */
	OOPS_H_DIE = 1 << 1,
	OOPS_H_PANIC = 1 << 2,
	/* A panic whose reason says that a report before it is the cause. */
	OOPS_H_CONSEQUENCE = 1 << 3,
	/* Continues a stall's report that is open, or else is a report of its own. */
	OOPS_H_STALL_MORE = 1 << 4,
	/* No crash: it is only read so that its lines do not end up in other reports. */
	OOPS_H_NO_CRASH = 1 << 5,
	/* The message need not say NULL: a low address is a NULL dereference. */
	OOPS_H_LOW_IS_NULL = 1 << 6,
	/* The character before it must not be part of a word. */
	OOPS_H_WORD = 1 << 7,
	/* Only counts if no report is open or just ended: the head is lost or unknown. */
	OOPS_H_ORPHAN = 1 << 8,
	/* A fact about the machine or kernel, not a report. */
	OOPS_H_FACT = 1 << 9,
	/* A line that ends in the name of the function that the report is about is still to come.
	 */
	OOPS_H_LOCKDEP = 1 << 10,
	/* Never the kernel's own line if a program's name comes before it. */
	OOPS_H_START = 1 << 11,
	/* Unspecific: any other row that fits, or the report that it continues, says more. */
	OOPS_H_GENERIC = 1 << 12,
	/* A report of one line: the report that it interrupts continues after it. */
	OOPS_H_ONE_LINE = 1 << 13,
	/* Only a report if a trace follows and no other row fits. */
	OOPS_H_UNPROVEN = 1 << 14,
	/* powerpc's xmon: the kernel's banner is part of its output. */
	OOPS_H_BANNER = 1 << 15,
	/* A panic that follows from any report, whatever its kind does by default. */
	OOPS_H_AFTER_ANY = 1 << 16,
	/* Its head is not in the log: the lines that follow must prove that it is a report. */
	OOPS_H_LOST = 1 << 17,
	/* What it reports happened before this boot. */
	OOPS_H_LEFT = 1 << 18,
	/* What die() prints for a page fault. */
	OOPS_H_FAULT = 1 << 19,
};

/* What a fact's line is about. */
enum oops_fact {
	OOPS_FACT_NONE, /* nothing that is kept */
	OOPS_FACT_BOOT, /* the first line of a kernel */
	OOPS_FACT_COMMAND_LINE,
	OOPS_FACT_HARDWARE,
	OOPS_FACT_CPUS,
	OOPS_FACT_MEMORY,
	OOPS_FACT_OUT_OF_TREE,
	OOPS_FACT_PROPRIETARY,
	OOPS_FACT_LOGIN,	/* the prompt of a console: the machine's name */
	OOPS_FACT_SHUTDOWN,	/* this boot is shut down on purpose */
	OOPS_FACT_BOOT_MARK,	/* the journal: another boot follows */
	OOPS_FACT_CAPTURE,	/* this kernel only takes a dump */
	OOPS_FACT_OTHER_SYSTEM, /* a system other than Linux stops; detector is its name */
	OOPS_FACT_SIGNATURE,	/* Ubuntu's release and upstream's, as apport saves them */
	OOPS_FACT_RECURSIVE,	/* the task of the last report was exiting already */
};

struct oops_header_row {
	const char *id;
	const char *pattern;	/* begins with a literal of 5 bytes or more */
	const char *line;	/* further fields, tried from the start of the line; NULL: none */
	enum oops_kind_id kind; /* KIND_NONE: a fact, or a block that is no crash */
	const char *detector;
	unsigned flags;
	enum oops_fact fact;
};

extern const struct oops_header_row oops_header_rows[];
extern const size_t oops_n_header_rows;

/* What all rows that match a line say together. */
struct oops_header {
	const struct oops_header_row *row; /* the one that gave the kind, or the fact */
	const struct oops_kind *kind;	   /* NULL: a fact or a block that is no crash */
	const char *detector;
	unsigned flags;	     /* of all rows that matched */
	struct oops_match m; /* fields of all of them, the earlier row's first */
	size_t start;	     /* where in the line the report's text begins */
	bool trouble;	     /* the line is a driver's complaint about its device */
	bool firmware;	     /* the line may tell of a device's firmware */
};

struct oops_headers;

/* Compiles the tables; a talloc child of ctx. */
int oops_headers_new(TALLOC_CTX *ctx, struct oops_headers **ret, struct vmt_err *err);

/*
 * Whether any row matches the line. If none does, only ret->trouble and ret->firmware are set.
 */
bool oops_headers_find(
	const struct oops_headers *h, const char *line, size_t len, struct oops_header *ret);

/* What a text says as a header, as far as it can be compared. row NULL: it is none, or only a fact.
 */
struct oops_claim {
	const struct oops_header_row *row;
	unsigned fields;    /* a bit for each that it fills and whose end is certain */
	size_t address_len; /* digits */
};

/* What the line claims if it is a header; zeros: it is none. */
struct oops_claim oops_headers_claim(const struct oops_headers *h, const char *line, size_t len);

/*
 * The number of bytes at the start of text without a line that must be fed to the parser, unless a
 * report is being read; len if there is none at all. A line that ends it may still be harmless.
 */
size_t oops_headers_ahead(const struct oops_headers *h, const char *text, size_t len);

/*
 * Whether the header at start is part of a program's message ("python[12]: ... Oops") or of an
 * audit record. Programs write to the kernel's log, too (/dev/kmsg), and may quote anything.
 */
bool oops_header_is_quoted(const char *line, size_t start);

#endif
