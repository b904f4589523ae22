/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Journal entries as `journalctl -o export`, json and json-pretty write them, and entries of `dmesg
 * -J`. Fields are identified by name and gathered until the entry ends. For log_text.c.
 */
#ifndef VMT_LOG_LOG_JOURNAL_H
#define VMT_LOG_LOG_JOURNAL_H

#include "base/alloc.h"
#include "base/err.h"
#include "log/log.h"
#include "log/log_entries.h"

struct log_journal;

int log_journal_new(
	TALLOC_CTX *ctx, log_sink sink, void *arg, struct log_journal **ret, struct vmt_err *err);

/*
 * Takes a line if it is part of an entry, and sets *taken. Pushes the entry that the line ends,
 * unless it is from another program. Returns 0 or what the sink returned.
 */
int log_journal_line(struct log_journal *j, const char *p, size_t len, bool *taken);

/*
 * Takes the bytes that belong to a binary field, which is not split into lines. Returns how many;
 * 0: lines follow.
 */
size_t log_journal_raw(struct log_journal *j, const char *p, size_t len);

/* The form of the entries if the next line begins one, and they are read one by one. */
enum log_entries log_journal_form(const struct log_journal *j);

/* The end of the input: the last entry may not be closed. */
int log_journal_finish(struct log_journal *j);

#endif
