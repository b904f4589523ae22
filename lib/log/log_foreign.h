/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that people give by mistake, or that are next to crashes, and are no logs. */
#ifndef VMT_LOG_LOG_FOREIGN_H
#define VMT_LOG_LOG_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

/* What a text with these first bytes is, if it cannot be a log: "a System.map: ..."; else NULL. */
const char *log_foreign_describe(const uint8_t *head, size_t len);

#endif
