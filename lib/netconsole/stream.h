/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The datagrams of one host as its log: complete records in the order of their numbers, each once.
 * Numbers may be missing for ever: records that the console's level suppresses have one, too.
 */
#ifndef VMT_NETCONSOLE_STREAM_H
#define VMT_NETCONSOLE_STREAM_H

#include "base/alloc.h"
#include "netconsole/packet.h"
#include "vmtriage.h"

/* A record that came too early is held until this many have, or for this long. */
#define NETCONSOLE_WINDOW 32
#define NETCONSOLE_WAIT_NS 200000000

/* Lines of basic and of extended records that are compared with each other. */
#define NETCONSOLE_SEEN 64

/* A line of a basic target, or a record of an extended one. */
struct netconsole_record {
	int64_t arrived;  /* since 1970: its first part */
	const char *head; /* of an extended record; NULL: a basic line */
	size_t head_len;
	const char *release; /* NULL: not sent */
	size_t release_len;
	const char *text; /* without the newline; of an extended record with \xNN */
	size_t len;
	const char *keys; /* lines " KEY=VALUE\n" */
	size_t keys_len;
	/* Parts are missing: as many bytes as it had. text begins at offset, with blanks for them.
	 */
	size_t offset, total;
	uint64_t usec;
	bool has_usec;
	bool boot; /* the first one of a new boot */
};

typedef void (*netconsole_sink)(void *arg, const struct netconsole_record *rec);

struct netconsole_held;

/* What one kind of target sent lately. */
struct netconsole_seen {
	uint64_t keys[NETCONSOLE_SEEN];
	unsigned n;    /* ever */
	uint64_t usec; /* of the latest record */
	bool has_usec;
	bool booted; /* it saw a new boot that the other one has not seen yet */
};

struct netconsole_counts {
	uint64_t datagrams;
	uint64_t records;    /* and basic lines */
	uint64_t duplicates; /* datagrams and lines that came before */
	uint64_t missing;    /* numbers that never came: lost, or suppressed by the sender */
	uint64_t incomplete; /* records that lack parts */
};

/* Belongs to its user, who sets ctx and held_bytes; the rest is 0. */
struct netconsole_stream {
	TALLOC_CTX *ctx;    /* for what is held */
	size_t *held_bytes; /* of all streams */
	uint64_t next;	    /* the next number expected */
	uint64_t before;    /* bit n: number next - 1 - n has arrived */
	bool started;
	struct netconsole_held *held[NETCONSOLE_WINDOW]; /* sorted by number */
	size_t n_held;
	/* A basic line that lacks its end. */
	char *line;
	size_t line_len;
	int64_t line_arrived;
	struct netconsole_seen basic, extended;
	bool fresh; /* the next record is the first one of a boot */
	struct netconsole_counts counts;
};

/* now: nanoseconds since 1970; a clock that was set does no harm. */
void netconsole_stream_take(struct netconsole_stream *s, const struct netconsole_packet *p,
	int64_t now, netconsole_sink sink, void *arg);

/* Gives up waiting where it was long enough; all: everywhere. */
void netconsole_stream_tick(
	struct netconsole_stream *s, int64_t now, bool all, netconsole_sink sink, void *arg);

/* Whether something waits for a tick. */
static inline bool netconsole_stream_waits(const struct netconsole_stream *s)
{
	return s->n_held || s->line_len;
}

/* Drops what is held. */
void netconsole_stream_done(struct netconsole_stream *s);

#endif
