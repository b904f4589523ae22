// SPDX-License-Identifier: GPL-3.0-or-later
/* Judges a text file. */
#include <stdlib.h>
#include <string.h>

#include "log/log_text.h"
#include "triage/triage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report report = {0};
	struct oops_parser *ps;
	struct log_text *lt;
	struct oops_log *log;

	if (ctx && oops_parser_new(ctx, &ps, NULL) == 0 &&
		log_text_new(ctx, oops_parser_feed, ps, NULL, &lt, NULL) == 0) {
		struct triage_facts facts = {0};

		log_text_feed(lt, (const char *)data, size);
		log_text_finish(lt);
		if (oops_parser_finish(ps, ctx, &log, NULL) == 0) {
			facts.log = log;
			if (triage_judge(ctx, &facts, &report, NULL) == 0 &&
				(report.verdict.kind != NULL) != (log->n_events != 0))
				abort();
			if (report.verdict.kind && !report.verdict.headline)
				abort();
		}
	}
	talloc_free(ctx);
	return 0;
}
