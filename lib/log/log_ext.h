/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Extended records of /dev/kmsg and netconsole. They are sorted by sequence number, since UDP does
 * not keep the order. Fragments are joined, and continuations are joined to the record that they
 * continue. For log_text.c.
 */
#ifndef VMT_LOG_LOG_EXT_H
#define VMT_LOG_LOG_EXT_H

#include "base/alloc.h"
#include "base/err.h"
#include "log/log_wrap.h"

struct log_ext;

int log_ext_new(
	TALLOC_CTX *ctx, log_sink sink, void *arg, struct log_ext **ret, struct vmt_err *err);

/*
 * Takes a record (or a fragment) with is_ext set, not yet unescaped. It may be pushed now or later.
 * Returns 0 or what the sink returned.
 */
int log_ext_take(struct log_ext *ext, const struct log_wrap *w);

/* The line at p follows: pushes the record before it if it is not continued there. */
int log_ext_look(struct log_ext *ext, const char *p, const char *end);

/*
 * Skips records that follow the last one in order, and their key=value lines, up to end or what is
 * none of them. Returns where, and adds the number of records to *n. p is the start of a line.
 */
const char *log_ext_skip(struct log_ext *ext, const char *p, const char *end, uint64_t *n);

/*
 * The last record was followed by len bytes of its key=value lines. Fragment offsets count these
 * too.
 */
void log_ext_add_dict(struct log_ext *ext, size_t len);

/* Where the next fragment of that record begins in a key=value line; NULL: nowhere. */
const char *log_ext_find_sibling(const struct log_ext *ext, const char *p, size_t len);

/* " SUBSYSTEM=pci": a key=value line of an extended record. */
bool log_ext_is_dict(const char *p, size_t len);

/*
 * A line that is no extended record follows: pushes the records that only wait for a continuation.
 */
int log_ext_settle(struct log_ext *ext);

/*
 * Whether records came from more hosts than CAP_TEXT_HOSTS, so that those of the last hosts are
 * mixed.
 */
bool log_ext_is_mixed(const struct log_ext *ext);

/* The end: pushes everything. */
int log_ext_finish(struct log_ext *ext);

#endif
