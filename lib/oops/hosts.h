/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A log that many machines wrote to, for example a syslog server's or a netconsole receiver's. Each
 * host has its own parser, so that reports stay separate where lines are interleaved.
 */
#ifndef VMT_OOPS_HOSTS_H
#define VMT_OOPS_HOSTS_H

#include "oops/event.h"

struct oops_hosts;

/* A talloc child of ctx. */
int oops_hosts_new(TALLOC_CTX *ctx, struct oops_hosts **ret, struct vmt_err *err);

/*
 * Takes the next record, like oops_parser_feed(); arg is the oops_hosts. A record without a host
 * continues the one before it.
 */
int oops_hosts_feed(void *hosts, const struct log_record *rec);

/* Like the parser's functions of these names. */
void oops_hosts_program(void *hosts, const struct log_record *rec);
bool oops_hosts_idle(const void *hosts);
size_t oops_hosts_ahead(const void *hosts, const char *text, size_t len);

/* Whether a record names a host, and another one than this. */
bool oops_hosts_is_other(const char *name, const struct log_record *rec);

/* Whether a header row matches the line. *at is the offset in it where the report's text begins. */
bool oops_hosts_is_header(const struct oops_hosts *hosts, const char *p, size_t len, size_t *at);

/* header.h */
struct oops_claim;
struct oops_claim oops_hosts_claim(const struct oops_hosts *hosts, const char *p, size_t len);

/*
 * Like oops_parser_finish(): one log of all hosts, with the events in the order of their first
 * lines. Each event's boot names its host. *more: there were more hosts than base/caps.h allows,
 * and the lines of the rest are mixed.
 */
int oops_hosts_finish(struct oops_hosts *hosts, TALLOC_CTX *ctx, struct oops_log **ret, bool *more,
	struct vmt_err *err);

#endif
