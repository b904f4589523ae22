/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text through the parser, line by line, for tests. */
#ifndef VMT_OOPS_PARSE_TEXT_H
#define VMT_OOPS_PARSE_TEXT_H

#include <string.h>

#include "oops/event.h"

static inline struct oops_log *parse_text(const char *text)
{
	struct log_record rec = {0};
	struct oops_parser *ps;
	struct oops_log *log;

	assert_int_equal(oops_parser_new(NULL, &ps, NULL), 0);
	while (*text) {
		const char *nl = strchr(text, '\n');

		rec.text = text;
		rec.len = nl ? (size_t)(nl - text) : strlen(text);
		/* "2|text": printed by CPU 2 */
		rec.has_caller = rec.len > 1 && text[1] == '|';
		if (rec.has_caller) {
			rec.caller_id = LOG_CALLER_CPU | (uint32_t)(text[0] - '0');
			rec.text += 2;
			rec.len -= 2;
		}
		assert_int_equal(oops_parser_feed(ps, &rec), 0);
		rec.seq++;
		text = nl ? nl + 1 : text + strlen(text);
	}
	assert_int_equal(oops_parser_finish(ps, NULL, &log, NULL), 0);
	talloc_free(ps);
	return log;
}

/* The only event of a log, which must be of that kind. */
static inline const struct oops_event *only_event(const struct oops_log *log, const char *kind)
{
	if (log->n_events != 1)
		fail_msg("%zu events, wanted one: %s", log->n_events, kind);
	assert_string_equal(log->events[0]->kind->slug, kind);
	return log->events[0];
}

#endif
