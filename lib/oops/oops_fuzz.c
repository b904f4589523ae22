// SPDX-License-Identifier: GPL-3.0-or-later
/* Lines of text in; the events must hang together. */
#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "oops/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct oops_event *ev)
{
	if (!ev->kind || ev->n_traces > CAP_EVENT_TRACES || ev->n_modules > CAP_EVENT_MODULES)
		abort();
	for (size_t i = 0; i < ev->n_traces; i++)
		for (size_t k = 0; k < ev->traces[i].n_frames; k++)
			if (ev->traces[i].frames[k].function &&
				!strlen(ev->traces[i].frames[k].function))
				abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size;
	struct log_record rec = {0};
	struct oops_parser *ps;
	struct oops_log *log;

	if (oops_parser_new(NULL, &ps, NULL))
		return 0;
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		rec.text = p;
		rec.len = (size_t)((nl ? nl : end) - p);
		/* A leading digit stands for the caller: reports of several CPUs mix. */
		rec.has_caller = rec.len && *p >= '0' && *p <= '9';
		rec.caller_id = rec.has_caller ? (uint32_t)(*p - '0') : 0;
		rec.text += rec.has_caller;
		rec.len -= rec.has_caller;
		oops_parser_feed(ps, &rec);
		rec.seq++;
		p = nl ? nl + 1 : end;
	}
	if (oops_parser_finish(ps, NULL, &log, NULL) == 0) {
		for (size_t i = 0; i < log->n_events; i++)
			check(log->events[i]);
		talloc_free(log);
	}
	talloc_free(ps);
	return 0;
}
