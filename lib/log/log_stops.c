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

void log_ahead_begin(struct log_ahead *a, const char *chunk)
{
	a->noise = a->wanted = NULL;
	a->chunk = chunk;
	a->stop = 0;
}

/* NULL: the chunk was looked at only up to *p, and has nothing before that. */
static const char *next_stop(struct log_ahead *a, const char **p, const char *end)
{
	const struct log_stops *stops = a->stops;
	size_t at = (size_t)(*p - a->chunk);

	while (a->stop < stops->n && stops->at[a->stop] < at)
		a->stop++;
	if (a->stop < stops->n)
		return a->chunk + stops->at[a->stop];
	if (at < stops->to)
		*p = a->chunk + stops->to;
	return *p == end ? end : NULL;
}

const char *log_ahead_next(struct log_ahead *a, const struct log_skim *skim, const void *arg,
	const char *p, const char *end)
{
	/* Not after NULs, or what else is left out at the start of a line. */
	if (a->stops && (p == a->chunk || p[-1] == '\n')) {
		const char *stop = next_stop(a, &p, end);

		if (stop)
			return stop;
	}
	if (!a->noise || a->noise < p)
		a->noise = log_skim_noise(p, end);
	if (!a->wanted || a->wanted < p)
		a->wanted = p + skim->ahead(arg, p, (size_t)(a->noise - p));
	return a->wanted;
}
