/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pattern language of the grammar tables. A pattern matches from the position where it is tried
 * and need not reach the end of the line:
 *   #          one or more decimal digits
 *   ~          one or more hexadecimal digits, with or without 0x
 *   *          anything, as little as fits
 *   (a|b|)     one of these literals; the first that lets the rest match
 *   {name}     a field: the table in pattern.c says what it takes and where it is kept
 *   $          the end of the line, blanks before it ignored
 *   two blanks one or more blanks, since mail and web pages often keep just one
 *   \c         the character c
 *   other      itself
 */
#ifndef VMT_OOPS_PATTERN_H
#define VMT_OOPS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmtriage.h"

enum oops_field {
	OOPS_F_FUNC, /* symbol: f+0x1/0x2 [mod], or the name alone */
	OOPS_F_ADDR, /* hexadecimal */
	OOPS_F_ERR,  /* hexadecimal */
	OOPS_F_FILE, /* characters up to a blank or colon */
	OOPS_F_LINE, /* decimal, like all fields below without a comment that says otherwise */
	OOPS_F_CPU,
	OOPS_F_BANK,
	OOPS_F_PID,
	OOPS_F_SPID, /* of the task that the report is about */
	OOPS_F_SECS,
	OOPS_F_COUNT, /* N of [#N] */
	OOPS_F_COMM,  /* text up to what follows in the pattern, as little as fits */
	OOPS_F_SCOMM,
	OOPS_F_OBJ,
	OOPS_F_MOD,    /* text: the module that the report is about */
	OOPS_F_ACCESS, /* a word */
	OOPS_F_WORD,
	OOPS_F_REASON, /* the rest of the line */
	OOPS_F_REST,
	OOPS_N_FIELDS
};

struct oops_span {
	const char *p;
	size_t len;
};

struct oops_match {
	struct oops_span f[OOPS_N_FIELDS]; /* p NULL: the pattern has no such field */
	unsigned steps;			   /* taken so far; there is a limit */
};

/* Whether the pattern fits from p on. m is filled only then. */
bool oops_pattern_match(const char *pattern, const char *p, const char *end, struct oops_match *m);

/* Whether a field may take any words. */
bool oops_field_is_text(enum oops_field field);

/* The number that the span begins with, in this base. Of hexadecimal ones, "(null)" is 0. */
struct vmt_u64 oops_span_dec(struct oops_span s);
struct vmt_u64 oops_span_hex(struct oops_span s);

/* The first place of text in p..end. NULL: none. */
const char *oops_find(const char *p, const char *end, const char *text);

/* Whether a symbol's name may contain the byte. */
bool oops_is_symbol_char(char c);

/* Whether p..end is a build-id in hexadecimal. */
bool oops_is_build_id(const char *p, const char *end);

#endif
