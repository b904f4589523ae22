// SPDX-License-Identifier: GPL-3.0-or-later
/* Every reader of a text on the same bytes: what is read is sorted, and bounded. */
#include <string.h>

#include "timeline/log_events.h"
#include "timeline/packages.h"
#include "timeline/plans.h"
#include "timeline/schedule.h"
#include "timeline/wtmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW 1795217100 /* 2026-11-20 23:25 UTC */

static void check(struct event_list *list)
{
	event_list_sort(list);
	for (size_t i = 0; i < list->n; i++)
		for (size_t t = 1; t < list->kinds[i].n; t++)
			if (list->kinds[i].times[t] <= list->kinds[i].times[t - 1])
				__builtin_trap();
}

static void read_zone(TALLOC_CTX *ctx, const uint8_t *data, size_t size, const char *text)
{
	struct zone *zone;
	int64_t utc[2];

	if (zone_read(ctx, data, size, &zone, NULL) && zone_parse(ctx, text, &zone, NULL))
		return;
	for (int64_t at = NOW; at < NOW + 400 * 86400; at += 86400) {
		size_t n = zone_to_utc(zone, at, utc);

		for (size_t i = 0; i < n; i++)
			if (utc[i] + zone_offset(zone, utc[i]) != at)
				__builtin_trap();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *text = talloc_strndup(ctx, (const char *)data, size);
	size_t len = strlen(text);
	struct event_clock clock = {.latest = NOW};
	struct plan_span span = {.first = NOW - 2 * 86400, .last = NOW};
	struct event_list *list;

	if (event_list_new(ctx, &list, NULL))
		__builtin_trap();
	log_events_text(list, &clock, text, len, NULL);
	log_events_json(list, text, len, NULL);
	packages_apt(list, &clock, text, len, NULL);
	packages_lines(list, &clock, text, len, NULL);
	plans_crontab(list, &span, true, text, len, NULL);
	plans_timer(list, &span, "x.timer", text, len, NULL);
	wtmp_read(list, data, size, NULL);
	check(list);
	read_zone(ctx, data, size, text);
	talloc_free(ctx);
	return 0;
}
