/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel log as text: lines of dmesg, a console, netconsole, syslog or the journal, each in
 * its wrapping. Takes bytes in chunks of any size and pushes records, so a file of any length
 * passes in constant memory.
 */
#ifndef VMT_KERNEL_LOG_TEXT_H
#define VMT_KERNEL_LOG_TEXT_H

#include <talloc.h>

#include "base/err.h"
#include "kernel/log.h"

struct log_text;

int log_text_new(
	TALLOC_CTX *ctx, log_sink sink, void *arg, struct log_text **ret, struct vmt_err *err);

/* The next bytes of the file. Returns 0, or what the sink returned to stop. */
int log_text_feed(struct log_text *lt, const char *data, size_t len);

/* The end of the file: the last line may lack its newline. */
int log_text_finish(struct log_text *lt);

/*
 * Whether these first bytes of a file can be a text log at all: false where they are mostly no
 * text (a binary file). Serial noise and NULs are allowed for.
 */
bool log_text_probe(const uint8_t *head, size_t len);

#endif
