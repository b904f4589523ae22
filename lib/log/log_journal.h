/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries of the journal as `journalctl -o export`, json and json-pretty write them, and of
 * `dmesg -J`: fields by name, gathered until the entry ends. For log_text.c.
 */
#ifndef VMT_LOG_LOG_JOURNAL_H
#define VMT_LOG_LOG_JOURNAL_H

#include <talloc.h>

#include "base/err.h"
#include "log/log.h"

struct log_journal;

int log_journal_new(
	TALLOC_CTX *ctx, log_sink sink, void *arg, struct log_journal **ret, struct vmt_err *err);

/*
 * Takes a line where it is part of an entry: *taken. Pushes the entry that it ends, unless that is
 * another program's. Returns 0 or what the sink returned.
 */
int log_journal_line(struct log_journal *j, const char *p, size_t len, bool *taken);

/*
 * Bytes of a binary field, which is no line: takes what belongs to it. Returns the count; 0: lines
 * follow.
 */
size_t log_journal_raw(struct log_journal *j, const char *p, size_t len);

/* The end: the last entry may not be closed. */
int log_journal_finish(struct log_journal *j);

#endif
