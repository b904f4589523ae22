/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text in, a judged report out, for tests. */
#ifndef VMT_TRIAGE_FAKE_JUDGE_H
#define VMT_TRIAGE_FAKE_JUDGE_H

#include <string.h>

#include "log/log_text.h"
#include "triage/triage.h"

/* The log is a child of ctx. */
static inline struct oops_log *log_of_text(TALLOC_CTX *ctx, const char *text)
{
	struct oops_parser *ps;
	struct log_text *lt;
	struct oops_log *log;

	assert_int_equal(oops_parser_new(ctx, &ps, NULL), 0);
	assert_int_equal(log_text_new(ctx, oops_parser_feed, ps, NULL, &lt, NULL), 0);
	assert_int_equal(log_text_feed(lt, text, strlen(text)), 0);
	assert_int_equal(log_text_finish(lt), 0);
	assert_int_equal(oops_parser_finish(ps, ctx, &log, NULL), 0);
	talloc_free(ps);
	return log;
}

/* facts->log is set here. Free what is returned: the report's texts are its children. */
static inline TALLOC_CTX *judge_text(
	const char *text, struct triage_facts *facts, struct vmt_report *report)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct oops_log *log = log_of_text(ctx, text);

	memset(report, 0, sizeof(*report));
	facts->log = log;
	assert_int_equal(triage_judge(ctx, facts, report, NULL), 0);
	/* The report must not refer to the log's memory. */
	talloc_free(log);
	facts->log = NULL;
	return ctx;
}

/* Of the log's text alone. */
static inline TALLOC_CTX *judge_alone(const char *text, struct vmt_report *report)
{
	struct triage_facts facts = {0};

	return judge_text(text, &facts, report);
}

#endif
