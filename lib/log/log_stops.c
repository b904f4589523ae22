// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/log_stops.h"

#include <string.h>

#include "log/log_skim.h"

void log_stops_find(const struct log_skim *skim, const void *arg, const char *text, size_t len,
	struct log_stops *ret)
{
	const char *p = text, *end = text + len, *noise = NULL;

	ret->n = 0;
	while (p < end && ret->n < LOG_STOPS_MAX) {
		const char *at, *nl;

		if (!noise || noise < p)
			noise = log_skim_noise(p, end);
		at = p + skim->ahead(arg, p, (size_t)(noise - p));
		if (at < end)
			ret->at[ret->n++] = (uint32_t)(at - text);
		nl = memchr(at, '\n', (size_t)(end - at));
		p = nl ? nl + 1 : end;
	}
	ret->to = (size_t)(p - text);
}
