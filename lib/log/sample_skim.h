/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Skims for lines with the word NEEDLE. For tests only. */
#ifndef VMT_LOG_SAMPLE_SKIM_H
#define VMT_LOG_SAMPLE_SKIM_H

#include <string.h>

#include "log/log_text.h"

static inline bool sample_always(const void *arg)
{
	(void)arg;
	return true;
}

static inline size_t sample_needle(const void *arg, const char *text, size_t len)
{
	const char *at = memmem(text, len, "NEEDLE", 6);

	(void)arg;
	return at ? (size_t)(at - text) : len;
}

static const struct log_skim sample_skim = {sample_always, sample_needle, NULL};

#endif
