/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rejoins log lines that a terminal, a mailer or a web page broke into pieces, and passes them on
 * to oops_hosts.
 */
#ifndef VMT_OOPS_REJOIN_H
#define VMT_OOPS_REJOIN_H

#include "oops/hosts.h"

struct oops_rejoin;

/*
 * whole: the text is small enough to be kept until its end, because only the complete text shows
 * where its lines are broken. Otherwise lines are passed on at once, and none are joined. hosts
 * must outlive the rejoiner.
 */
int oops_rejoin_new(TALLOC_CTX *ctx, struct oops_hosts *hosts, bool whole, struct oops_rejoin **ret,
	struct vmt_err *err);

/* A log_sink, and the functions of a struct log_skim. Their arg is the oops_rejoin. */
int oops_rejoin_feed(void *rejoin, const struct log_record *rec);
void oops_rejoin_program(void *rejoin, const struct log_record *rec);
bool oops_rejoin_idle(const void *rejoin);
size_t oops_rejoin_ahead(const void *rejoin, const char *text, size_t len);

/* Ends the text. *column is where its lines are broken; not known: they are not broken. */
int oops_rejoin_finish(struct oops_rejoin *rejoin, struct vmt_u64 *column);

#endif
