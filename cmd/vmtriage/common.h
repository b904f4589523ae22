/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options that mean the same in several commands. To add one: a row in common.c, its number and its
 * member here, and its bit in .common of the commands that take it.
 */
#ifndef VMTRIAGE_COMMON_H
#define VMTRIAGE_COMMON_H

#include "opts.h"
#include "vmtriage.h"
#include "wishes.h"

/* Which crashes are meant. Shell patterns; NULL: any. What is not known matches only "any". */
struct patterns {
	const char *host, *kernel, *module, *kind;
	const char *signature; /* a pattern for its text, or how one of its hashes begins */
};

/* The values. A command's own struct begins with this one. */
struct common {
	const char *format; /* a command has its own row for this: formats differ */
	const char *output;
	const char *colour;
	unsigned width;
	bool quiet, no_pager;
	unsigned crashes; /* how many of a folder, an archive or a log are meant; 0: the newest */
	struct vmt_time since, until; /* since 1970, UTC */
	struct patterns patterns;
	const char *history;
	bool no_history;
	bool redact;
	bool allow_url, download;
	unsigned url_timeout; /* seconds; 0: the default */
	struct wishes wishes;
};

#define COMMON_INIT(first_format)                                                                  \
	{                                                                                          \
		.format = (first_format), .colour = "auto"                                         \
	}

enum common_row {
	COMMON_JSON,
	COMMON_DEBUGINFO,
	COMMON_SINCE,
	COMMON_UNTIL,
	COMMON_HOST,
	COMMON_KERNEL,
	COMMON_MODULE,
	COMMON_KIND,
	COMMON_SIGNATURE,
	COMMON_HISTORY,
	COMMON_NO_HISTORY,
	COMMON_REDACT,
	COMMON_ALLOW_URL,
	COMMON_DOWNLOAD,
	COMMON_URL_TIMEOUT,
	COMMON_TMP_LIMIT,
	COMMON_OUTPUT,
	COMMON_COLOR,
	COMMON_WIDTH,
	COMMON_NO_PAGER,
	COMMON_QUIET,
	COMMON_HELP, /* every command takes this and the rest */
	COMMON_VERSION,
	COMMON_ROWS,
};

extern const struct opt common_rows[COMMON_ROWS];

#define COMMON_BIT(row) (1u << COMMON_##row)
/* What a command takes that prints text or JSON. */
#define COMMON_PRINT                                                                               \
	(COMMON_BIT(JSON) | COMMON_BIT(OUTPUT) | COMMON_BIT(COLOR) | COMMON_BIT(WIDTH) |           \
		COMMON_BIT(NO_PAGER) | COMMON_BIT(QUIET))
#define COMMON_PAST (COMMON_BIT(HISTORY) | COMMON_BIT(NO_HISTORY))
#define COMMON_RANGE (COMMON_BIT(SINCE) | COMMON_BIT(UNTIL))
#define COMMON_PATTERNS                                                                            \
	(COMMON_BIT(HOST) | COMMON_BIT(KERNEL) | COMMON_BIT(MODULE) | COMMON_BIT(KIND) |           \
		COMMON_BIT(SIGNATURE))

/* What a command takes that reads URLs. */
#define COMMON_URLS (COMMON_BIT(ALLOW_URL) | COMMON_BIT(DOWNLOAD) | COMMON_BIT(URL_TIMEOUT))

/* Whether only crashes of some hosts, kernels, ... are meant. */
bool common_has_pattern(const struct common *c);

/* What follows "no crash was found" if only some were asked for: " in that time". */
const char *common_range_words(const struct common *c);

/* Whether a time lies in the range; one that is not known lies in every range. */
bool common_in_range(const struct common *c, struct vmt_time time);

#endif
