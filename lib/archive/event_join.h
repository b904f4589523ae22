/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which sources tell of one event: a dump, its log, the console's log, a record in pstore. Works on
 * plain facts. Two sources are joined only if something shows that they are of the same boot; what
 * is only alike stays apart.
 */
#ifndef VMT_ARCHIVE_EVENT_JOIN_H
#define VMT_ARCHIVE_EVENT_JOIN_H

#include "base/alloc.h"
#include "base/err.h"

/* What a source is, the best first. */
enum event_source {
	EVENT_DUMP,
	EVENT_DUMP_CUT, /* a dump that is incomplete */
	EVENT_DUMP_LOG, /* the log that a kdump service took out of a dump */
	EVENT_PSTORE,
	EVENT_CONSOLE, /* any other text: netconsole, a serial console, syslog, the journal */
};

/* A report in a log, by when the kernel printed it. */
struct event_instant {
	const char *kind;
	int64_t ns; /* since boot */
};

/* What is known of a source. NULL or not known: it does not say. */
struct event_facts {
	enum event_source source;
	bool poor;	 /* its report is cut off or mixed up: a whole one is better */
	size_t file;	 /* the deaths that one file has are different events */
	size_t n_deaths; /* that the file has */
	const char *host;
	const char *release; /* of the kernel */
	const char *signature;
	const char *boot_id;
	struct vmt_time time;  /* of the crash, since 1970, UTC */
	bool own_clock;	       /* time is by the clock of the machine that crashed */
	struct vmt_time local; /* the same as a clock without a zone has it */
	struct vmt_time clock; /* local without its year: since the start of a leap year */
	bool saved_then; /* local and clock: when the dump was saved, some minutes later at most */
	struct vmt_time uptime;
	struct vmt_u64 cpu, pid;	      /* of the crash */
	const struct event_instant *instants; /* of the same boot */
	size_t n_instants;
	size_t judged; /* the instant that the verdict is about; n_instants: it has none */
	size_t with;   /* a source that is known to be of the same event; SIZE_MAX: none is */
};

/*
 * Sets best[i] to the best source of the event that source i tells of; best[i] is i if it is that.
 * Of equally good ones the first is it. Fails only for lack of memory.
 */
int event_join(TALLOC_CTX *ctx, const struct event_facts *facts, size_t n, size_t *best,
	struct vmt_err *err);

/* The word for a source in a list. */
const char *event_source_word(enum event_source source);

/* The clock of a time without a zone, and of a syslog's stamp ("Nov  1 03:04:05"). */
struct vmt_time event_clock(struct vmt_time local);
struct vmt_time event_clock_of_stamp(const char *text);

#endif
