/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What personal data looks like in a text. A pattern is one row: a function that is asked at each
 * character of one class, an example that it must find, and one that it must leave alone.
 */
#ifndef VMT_REDACT_PERSONAL_H
#define VMT_REDACT_PERSONAL_H

#include <stdbool.h>

#include "redact/redact.h"

struct text {
	const char *p;
	size_t len;
};

struct span {
	size_t from, to;
	enum redact_kind kind;
	bool host; /* states the name of a host, which may occur elsewhere */
};

struct pattern {
	const char *id;
	enum redact_kind kind;
	/* The characters at which it is asked; "0..." any digit, "#..." any hex digit, "*..." any
	 * letter or digit, too. */
	const char *at;
	/* Sets from and to (and host), and maybe another kind. */
	bool (*find)(const struct text *t, size_t at, struct span *ret);
	const char *example, *found; /* found: the part of the example that is replaced */
	const char *kept;	     /* a text without any personal data */
};

extern const struct pattern patterns[];
extern const size_t n_patterns;

/* personal_number.c: addresses and other numbers */
bool pattern_ipv4(const struct text *t, size_t at, struct span *ret);
bool pattern_ipv6(const struct text *t, size_t at, struct span *ret);
bool pattern_mac(const struct text *t, size_t at, struct span *ret);
bool pattern_uuid(const struct text *t, size_t at, struct span *ret);

/* personal_key.c: what follows "KEY=" or "KEY:" */
bool pattern_key(const struct text *t, size_t at, struct span *ret);

/* Characters; false past the end, and before the start (at is SIZE_MAX). */
char text_at(const struct text *t, size_t at);
bool text_is_word(const struct text *t, size_t at); /* a letter, a digit or '_' */
bool text_starts(const struct text *t, size_t at, const char *with);

#endif
