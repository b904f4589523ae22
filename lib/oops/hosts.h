/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A log that many machines wrote to: a syslog server's file, a netconsole receiver's. Each has a
 * parser of its own, so that their reports are not mixed where their lines are.
 */
#ifndef VMT_OOPS_HOSTS_H
#define VMT_OOPS_HOSTS_H

#include "oops/event.h"

struct oops_hosts;

int oops_hosts_new(TALLOC_CTX *ctx, struct oops_hosts **ret, struct vmt_err *err);

/*
 * Takes the next record; as oops_parser_feed(), with the hosts for arg. A record without a host
 * continues the one before it.
 */
int oops_hosts_feed(void *hosts, const struct log_record *rec);

/* As those of the parser. */
void oops_hosts_program(void *hosts, const struct log_record *rec);
bool oops_hosts_idle(const void *hosts);
size_t oops_hosts_ahead(const void *hosts, const char *text, size_t len);

/* Whether a header row matches the line; *at: where in it the report's text begins. */
bool oops_hosts_is_header(const struct oops_hosts *hosts, const char *p, size_t len, size_t *at);

/*
 * As oops_parser_finish(): one log of all hosts, events in the order of their first lines, each
 * with its host in its boot. *more: lines came from more hosts than caps.h allows, and are mixed.
 */
int oops_hosts_finish(struct oops_hosts *hosts, TALLOC_CTX *ctx, struct oops_log **ret, bool *more,
	struct vmt_err *err);

#endif
