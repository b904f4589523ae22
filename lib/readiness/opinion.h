/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A finding is a row: what it is called for ever, what should be and why, the command that mends
 * it, and a function that looks at the facts. A function sets a status and what was seen; where it
 * says nothing, the row does not apply to this machine.
 */
#ifndef VMT_READINESS_OPINION_H
#define VMT_READINESS_OPINION_H

#include "readiness/machine_facts.h"

/* As monitoring plugins number them. */
enum opinion_status {
	OPINION_OK,
	OPINION_WARNING,
	OPINION_CRITICAL,
	OPINION_UNKNOWN,
	OPINION_NONE, /* does not apply */
};

struct judge_row;

struct opinion {
	TALLOC_CTX *ctx;
	const struct judge_row *row;
	enum opinion_status status;
	const char *value;
	/* Where the row's own words do not fit. */
	const char *expected, *why, *fix;
	bool nomem;
};

struct judge_row {
	const char *id;		   /* stable: in documents and in the configuration of monitoring */
	const char *group;	   /* kdump, panic, pstore, console, journal, watchdog, machine */
	bool essential;		   /* if it is not known, the whole is not */
	const char *expected;	   /* what should be */
	const char *why;	   /* what happens otherwise */
	const char *fix[FAMILIES]; /* FAMILY_OTHER: for all that have none of their own */
	void (*judge)(const struct facts *f, struct opinion *o);
	enum sysctl sysctl; /* for rows of one switch */
};

/* Tables, in the order in which findings are shown. Each ends with a row without id. */
extern const struct judge_row judge_container_rows[];
extern const struct judge_row judge_kdump_rows[];
extern const struct judge_row judge_image_rows[];
extern const struct judge_row judge_target_rows[];
extern const struct judge_row judge_panic_rows[];
extern const struct judge_row judge_pstore_rows[];
extern const struct judge_row judge_console_rows[];
extern const struct judge_row judge_machine_rows[];

extern const struct judge_row *const judge_tables[]; /* ends with NULL */

/* ---- for the functions --------------------------------------------------------------------- */

/* Sets the status and what is said of it. */
void judge_say(struct opinion *o, enum opinion_status status, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/* Replaces the row's words. */
char *judge_words(struct opinion *o, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The fact is not known, and why: "/proc/x is not in the tree", "only root may read /proc/x". */
void judge_unseen(struct opinion *o, enum seen seen, const char *what);

/* "256.0 MiB" */
const char *judge_bytes(struct opinion *o, uint64_t bytes);

/* "2026-11-20 23:25" UTC */
const char *judge_time(struct opinion *o, int64_t seconds);

/* ---- what several of them ask -------------------------------------------------------------- */

bool judge_is(struct fact_number n, int64_t v); /* known, and that value */

/* A capture kernel is loaded, or firmware takes the dump. */
bool judge_kdump_loaded(const struct facts *f);

/* Someone meant this machine to have kdump. */
bool judge_kdump_wanted(const struct facts *f);

/* The kernel is locked down, by itself or by secure boot. */
bool judge_is_locked(const struct facts *f);

/* A panic runs the notifiers and pstore before the capture kernel. */
bool judge_is_post(const struct facts *f);

/* The service that loads the crash kernel: "kdump-tools". */
const char *judge_service_name(const struct facts *f);

/* netconsole sends to someone, as far as is seen; *why: what is wrong, NULL: nothing. */
bool judge_netconsole_sends(const struct facts *f, const char **why);

/* The console that something outside may record; NULL: none. */
const struct fact_console *judge_serial(const struct facts *f);

/* A watchdog of hardware that runs; NULL: none. */
const struct fact_watchdog *judge_watchdog(const struct facts *f);

#endif
