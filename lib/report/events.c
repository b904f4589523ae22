// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/events.h"

#include <inttypes.h>
#include <string.h>

#include "report/units.h"

char *events_deaths(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	char which[48] = "the newest";

	if (r->n_deaths < 2 || !r->death.known)
		return NULL;
	if (r->death.v != r->n_deaths)
		snprintf(which, sizeof(which), "number %" PRIu64 " by age", r->death.v);
	return talloc_asprintf(ctx,
		"%" PRIu64 " crashes are in this log; this is %s (all: `vmtriage list FILE`)",
		r->n_deaths, which);
}

bool events_are_news(const struct vmt_report *r)
{
	return r->n_events > 1 || (r->n_events && !r->verdict.kind);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

struct events_spread events_spread(const struct vmt_report *r)
{
	struct events_spread s = {false, false};

	for (size_t i = 1; i < r->n_events; i++) {
		s.hosts |= !same(r->events[i].host, r->events[0].host);
		s.boots |= r->events[i].boot != r->events[0].boot;
	}
	return s;
}

static char *add(char *s, const char *text)
{
	return s && text ? talloc_asprintf_append(s, "%s%s", *s ? ", " : "", text) : s;
}

char *events_text(TALLOC_CTX *ctx, struct events_spread spread, const struct vmt_event *e)
{
	const char *what = e->headline ? e->headline : e->kind ? e->kind : "not known";
	char *notes = add(talloc_strdup(ctx, ""), e->fatal ? "fatal" : NULL);
	char boot[32];

	snprintf(boot, sizeof(boot), "boot %" PRIu64, e->boot);
	if (spread.boots)
		notes = add(notes, boot);
	if (spread.hosts)
		notes = add(notes, e->host);
	if (e->clock.known) {
		char *at = units_time(ctx, e->clock.ns);

		notes = at ? add(add(notes, at), NULL) : NULL;
		notes = notes ? talloc_strdup_append(notes, " UTC") : NULL;
	} else {
		notes = add(notes, e->time_text);
	}
	if (!notes || !*notes)
		return notes ? talloc_strdup(ctx, what) : NULL;
	return talloc_asprintf(ctx, "%s (%s)", what, notes);
}
