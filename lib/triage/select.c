// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The first report is the cause, for what comes after may come of it. But a mere remark (a failed
 * allocation, a warning that the kernel survived) is not what a machine died of when something
 * worse follows by itself.
 */
#include <string.h>

#include "triage/select.h"

#include "base/array.h"

bool select_is_no_crash(const struct oops_event *ev)
{
	return (ev->kind->traits & TRAIT_NO_CRASH) && !ev->fatal;
}

static const struct {
	const char *id, *reason;
} rules[] = {
	{"first-report", "it is the first, and the others may be its consequences"},
	{"only-report", "it is the only report of the log"},
	{"after-remark", "the reports before it are normal under load"},
	{"after-warning", "the kernel survived the warnings before it and died of this one"},
	{"after-survived",
		"the kernel survived the hardware errors before it and died of this one"},
};

const char *select_rule(size_t i)
{
	return i < ARRAY_SIZE(rules) ? rules[i].id : NULL;
}

const char *select_reason(const char *rule)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (strcmp(rules[i].id, rule) == 0)
			return rules[i].reason;
	return NULL;
}

/* Whether more than its first line was logged. */
static bool has_body(const struct oops_event *ev)
{
	return ev->last_line > ev->first_line || ev->fatal;
}

/* The first event from i on of at least this weight; the number of events where there is none. */
static size_t next_of(const struct oops_log *log, size_t i, enum oops_weight w)
{
	while (i < log->n_events && (log->events[i]->kind->weight < w || !has_body(log->events[i])))
		i++;
	return i;
}

/*
 * A controller's line about memory that went bad, which the kernel went on after: what it is fatal
 * to later is the crash. n_events: there is no such.
 */
static size_t next_after_survived(const struct oops_log *log)
{
	size_t i = 1;

	if (has_body(log->events[0]) || log->events[0]->kind->id != KIND_HARDWARE_ERROR)
		return log->n_events;
	while (i < log->n_events && !log->events[i]->fatal)
		i++;
	return i;
}

size_t select_event(const struct oops_log *log, const char **rule)
{
	enum oops_weight first;
	size_t worse;

	if (!log->n_events)
		return SIZE_MAX;
	*rule = log->n_events == 1 ? "only-report" : "first-report";
	worse = next_after_survived(log);
	if (worse < log->n_events) {
		*rule = "after-survived";
		return worse;
	}
	first = log->events[0]->kind->weight;
	if (first > WEIGHT_WARNING || log->events[0]->fatal)
		return 0;
	worse = next_of(log, 1, first == WEIGHT_REMARK ? WEIGHT_REPORT : WEIGHT_DEATH);
	if (worse == log->n_events)
		return 0;
	*rule = first == WEIGHT_REMARK ? "after-remark" : "after-warning";
	return worse;
}
