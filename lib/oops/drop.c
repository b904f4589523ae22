// SPDX-License-Identifier: GPL-3.0-or-later
/* See drop.h. */
#include <string.h>

#include "base/caps.h"
#include "oops/drop.h"

/* What is in the list of a kind already: such a report, one with a body, one that was fatal. */
enum { SEEN = 1, SEEN_BODY = 2, SEEN_FATAL = 4 };

static unsigned seen_by(const struct oops_event *ev)
{
	bool body = ev->last_line > ev->first_line || ev->fatal;

	return SEEN | (body ? SEEN_BODY : 0) | (ev->fatal ? SEEN_FATAL : 0);
}

/* An open report is still being filled: its build refers to it. */
static bool is_open(struct oops_build *const *open, size_t n_open, const struct oops_event *ev)
{
	for (size_t i = 0; i < n_open; i++)
		if (open[i]->ev == ev)
			return true;
	return false;
}

/* Whether earlier reports, which stay, can replace report i. */
static bool is_covered(
	const struct oops_log *log, struct oops_build *const *open, size_t n_open, size_t i)
{
	const struct oops_event *ev = log->events[i];
	unsigned left = seen_by(ev);

	for (size_t k = 0; k < i && left; k++)
		if (log->events[k]->kind == ev->kind && !is_open(open, n_open, log->events[k]))
			left &= ~seen_by(log->events[k]);
	return !left;
}

/*
 * Which report may go: one of the middle, since the first ones hold the cause and the last ones the
 * end. Only one that an earlier report can replace (same kind, body and end), so that the one to be
 * judged is not lost whatever its kind; a fatal one goes last. That leaves at most three of a kind
 * and the open ones, which is less than the cap. n_events: none may go.
 */
static size_t find_spare(
	const struct oops_log *log, struct oops_build *const *open, size_t n_open, bool fatal)
{
	size_t n = log->n_events < CAP_EVENTS ? log->n_events : CAP_EVENTS;
	size_t middle = n < CAP_EVENTS * 3 / 4 ? n : CAP_EVENTS * 3 / 4;
	uint8_t seen[KIND_COUNT] = {0};
	bool may_go[CAP_EVENTS];

	/* Mostly it is the one where the middle ends. */
	if (middle > 1 && log->events[middle - 1]->fatal == fatal &&
		!is_open(open, n_open, log->events[middle - 1]) &&
		is_covered(log, open, n_open, middle - 1))
		return middle - 1;
	for (size_t i = 0; i < n; i++) {
		const struct oops_event *ev = log->events[i];
		uint8_t *of_kind = &seen[ev->kind - oops_kinds];
		bool fresh = seen_by(ev) & ~(unsigned)*of_kind;

		may_go[i] = i && !fresh && ev->fatal == fatal;
		if (fresh && !is_open(open, n_open, ev))
			*of_kind |= (uint8_t)seen_by(ev);
	}
	for (size_t i = middle; i-- > 0;)
		if (may_go[i] && !is_open(open, n_open, log->events[i]))
			return i;
	for (size_t i = middle; i < n; i++)
		if (may_go[i] && !is_open(open, n_open, log->events[i]))
			return i;
	return log->n_events;
}

void oops_drop_at(struct oops_log *log, size_t i)
{
	talloc_free(log->events[i]);
	log->n_events--;
	memmove(&log->events[i], &log->events[i + 1], (log->n_events - i) * sizeof(*log->events));
}

/* In a log of a machine that died again and again, all of them may be fatal. */
static bool has_harmless(const struct oops_log *log)
{
	for (size_t i = log->n_events; i-- > 0;)
		if (!log->events[i]->fatal)
			return true;
	return false;
}

void oops_drop_one(struct oops_log *log, struct oops_build *const *open, size_t n_open)
{
	size_t at = has_harmless(log) ? find_spare(log, open, n_open, false) : log->n_events;

	if (at == log->n_events)
		at = find_spare(log, open, n_open, true);
	if (at == log->n_events)
		return;
	oops_drop_at(log, at);
	log->n_dropped++;
}
