/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logs that begin with their newest line, as `journalctl -r` and log servers' tables do. */
#ifndef VMT_LOG_LOG_ORDER_H
#define VMT_LOG_LOG_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the start of a text shows it. */
bool log_order_is_newest_first(const char *text, size_t len);

/*
 * Copies the lines from the last one to the first one to out, which has room for len + 1 bytes: a
 * missing last newline is added. Returns the number of lines.
 */
uint64_t log_order_reverse(const char *text, size_t len, char *out);

#endif
