// SPDX-License-Identifier: GPL-3.0-or-later
// The report for a terminal: one screen, or with -v everything. What is not known has no line,
// except for the parts of the verdict itself.
#include <inttypes.h>

#include "report/brief.h"
#include "report/parts.h"
#include "report/writer.h"

static void put_stats(struct page *p, const struct vmt_stats *s)
{
	page_title(p, "Statistics");
	fprintf(p->out,
		"  %" PRIu64 ".%03u ms, %" PRIu64 " pages of the dump, %" PRIu64
		" bytes read, %" PRIu64 " log records\n",
		s->elapsed_us / 1000, (unsigned)(s->elapsed_us % 1000), s->pages_read,
		s->bytes_read, s->log_records);
}

static int write_text(const struct vmt_report *r, const struct vmt_write_options *opts, FILE *out,
	struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct page p = page_init(ctx, out, opts->width, opts->colour);
	int rc;

	if (!ctx)
		return err_nomem(err);
	if (opts->verbose) {
		parts_put_verdict(&p, r);
		parts_put_all(&p, r);
	} else {
		brief_put(&p, r, opts->height);
		parts_put_why(&p, r);
	}
	if (opts->stats)
		put_stats(&p, &r->stats);
	rc = page_status(&p, err);
	talloc_free(ctx);
	return rc;
}

/* As head(1) and tail(1) do. */
static void separate(const char *input, bool first, FILE *out)
{
	char safe[4 * 4096];

	vmt_escape(input, safe, sizeof(safe));
	fprintf(out, "%s==> %s <==\n", first ? "" : "\n", safe);
}

const struct report_writer text_writer = {
	.name = VMT_FORMAT_TEXT,
	.separate = separate,
	.write = write_text,
};
