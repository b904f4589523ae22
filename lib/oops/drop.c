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

/*
 * Which report may go: one of the middle, since the first ones hold the cause and the last ones the
 * end. Only one that an earlier report can replace (same kind, body and end), so that the one to be
 * judged is not lost whatever its kind; a fatal one goes last. That leaves at most three of a kind
 * and the open ones, which is less than the cap. n_events: none may go.
 */
static size_t find_spare(
	const struct oops_log *log, struct oops_build *const *open, size_t n_open, bool fatal)
{
	size_t middle = CAP_EVENTS * 3 / 4, found = log->n_events;
	uint8_t *seen = talloc_zero_array(log, uint8_t, KIND_COUNT);

	for (size_t i = 0; seen && i < log->n_events && (found < middle || found == log->n_events);
		i++) {
		const struct oops_event *ev = log->events[i];
		uint8_t *of_kind = &seen[ev->kind - oops_kinds];

		if (is_open(open, n_open, ev))
			continue;
		if (i && ev->fatal == fatal && !(seen_by(ev) & ~(unsigned)*of_kind))
			found = i;
		*of_kind |= (uint8_t)seen_by(ev);
	}
	talloc_free(seen);
	return found;
}

void oops_drop_at(struct oops_log *log, size_t i)
{
	talloc_free(log->events[i]);
	log->n_events--;
	memmove(&log->events[i], &log->events[i + 1], (log->n_events - i) * sizeof(*log->events));
}

void oops_drop_one(struct oops_log *log, struct oops_build *const *open, size_t n_open)
{
	size_t at = find_spare(log, open, n_open, false);

	if (at == log->n_events)
		at = find_spare(log, open, n_open, true);
	if (at == log->n_events)
		return;
	oops_drop_at(log, at);
	log->n_dropped++;
}
