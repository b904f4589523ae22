// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads the log, from memory or from a text, into events. Missing parts become diagnostics. */
#include <inttypes.h>
#include <stdio.h>

#include "facade/no_log.h"
#include "facade/triage_run.h"
#include "kernel/ring/log_ring.h"
#include "log/log_join.h"
#include "log/log_read.h"
#include "log/log_text.h"
#include "oops/rejoin.h"

static void note_loss(struct triage *t, const struct log_loss *loss)
{
	t->log_cut = loss->records || loss->capped;
	t->log_torn = loss->records && loss->first.code == VMT_ERR_CORRUPT;
	if (loss->records)
		diag_add(&t->s->diags, t->report, DIAG_LOG_CUT,
			"%llu records of the log could not be read (first: %s)",
			(unsigned long long)loss->records, loss->first.message);
	if (loss->capped)
		diag_add(&t->s->diags, t->report, DIAG_CAP_REACHED,
			"the log is longer than any real one");
}

static void note_cap(struct triage *t, uint64_t n, const char *what)
{
	if (n)
		diag_add(&t->s->diags, t->report, DIAG_CAP_REACHED, "%llu %s",
			(unsigned long long)n, what);
}

/* Notes what was left out because of caps; n_long: lines that were cut before parsing. */
static void note_caps(struct triage *t, uint64_t n_long)
{
	const struct oops_log *log = t->log;
	uint64_t capped = 0;

	for (size_t i = 0; i < log->n_events; i++)
		capped += log->events[i]->capped;
	note_cap(t, log->n_dropped, "of the log's reports were left out, from the middle");
	note_cap(t, log->n_crowded,
		"of the log's reports were cut short: too many at the same time");
	note_cap(t, capped,
		"of the log's reports have more traces, frames, registers or modules "
		"than are kept");
	note_cap(t, log->n_long + n_long, "lines of the log were cut: too long");
}

int triage_read_ring(struct triage *t, struct vmt_err *err)
{
	struct oops_parser *parser;
	struct log_join *join;
	struct log_loss loss = {0};
	int rc = oops_parser_new(t->s, &parser, err);

	if (!rc)
		rc = log_join_new(t->s, oops_parser_feed, parser, &join, err);
	if (!rc)
		rc = log_ring_read(t->s->space, t->s->info, log_join_feed, join, &loss, err);
	if (!rc)
		rc = log_join_finish(join);
	if (rc)
		return rc;
	note_loss(t, &loss);
	rc = oops_parser_finish(parser, t->report, &t->log, err);
	if (!rc)
		note_caps(t, 0);
	return rc;
}

static int parse_salvaged(struct triage *t, struct oops_log **ret, struct vmt_err *err)
{
	struct oops_parser *parser;
	struct log_join *join;
	int rc = oops_parser_new(t->s, &parser, err);

	if (!rc)
		rc = log_join_new(t->s, oops_parser_feed, parser, &join, err);
	if (!rc)
		rc = log_blocks_push(t->salvaged, log_join_feed, join);
	if (!rc)
		rc = log_join_finish(join);
	return rc ? rc : oops_parser_finish(parser, t->report, ret, err);
}

static void tell_how_far(void *arg, uint64_t done, uint64_t all)
{
	const struct triage *t = arg;

	t->opts->progress(t->opts->progress_arg, done, all, t->report->input.path);
}

int triage_salvage_log(struct triage *t, struct vmt_err *err)
{
	const struct log_how_far how_far = {tell_how_far, t};
	struct oops_log *log;
	int rc;

	if (t->log && (!t->log_cut || t->log->n_events))
		return 0;
	rc = log_salvage(t->s, t->s->dump, t->opts && t->opts->progress ? &how_far : NULL,
		&t->salvaged, err);
	if (!rc)
		rc = parse_salvaged(t, &log, err);
	if (rc || (t->log && !log->n_events)) {
		TALLOC_FREE(t->salvaged);
		return t->log ? 0 : rc;
	}
	t->log = log;
	t->log_cut = true;
	note_caps(t, 0);
	diag_add(&t->s->diags, t->report, DIAG_LOG_SALVAGED,
		"%zu records of the log were found by reading every page: they have no times, and "
		"some may be missing",
		t->salvaged->n);
	if (t->salvaged->capped)
		diag_add(&t->s->diags, t->report, DIAG_CAP_REACHED,
			"the dump is too large to look at every page: the log was looked for "
			"in its first 4 GiB");
	return 0;
}

int triage_feed_text(struct session *s, struct log_text *lines, struct vmt_err *err)
{
	const struct log_read how = {.gaps = s->gaps.at, .n_gaps = s->gaps.n};

	return log_read(s, s->text, lines, &how, err);
}

static void note_gaps(struct triage *t, const struct log_text_gaps *gaps)
{
	char lost[32] = "records";

	if (!gaps->n)
		return;
	if (gaps->lost)
		snprintf(lost, sizeof(lost), "%llu record%s", (unsigned long long)gaps->lost,
			gaps->lost == 1 ? "" : "s");
	diag_add(&t->s->diags, t->report, DIAG_LOG_GAPS,
		"%s of the log missing, in %llu place%s, the first before line %llu", lost,
		(unsigned long long)gaps->n, gaps->n == 1 ? "" : "s",
		(unsigned long long)gaps->first_line);
}

/*
 * The size of what people paste and attach. A larger text is a machine's own log, whose lines are
 * not broken.
 */
#define SMALL_TEXT (1u << 20)

bool triage_is_small(const struct source *text)
{
	return text->size <= SMALL_TEXT;
}

static void note_broken(struct triage *t)
{
	struct vmt_u64 column = t->report->lines_broken_at;

	if (column.known)
		diag_add(&t->s->diags, t->report, DIAG_LINES_BROKEN,
			"the lines of this text are broken at column %llu",
			(unsigned long long)column.v);
}

struct text_reader {
	struct oops_rejoin *rejoin;
	struct log_text *lines;
};

static int new_reader(
	struct session *s, struct oops_hosts *hosts, struct text_reader *ret, struct vmt_err *err)
{
	static const struct log_skim skim = {
		oops_rejoin_idle, oops_rejoin_ahead, oops_rejoin_program};
	int rc = oops_rejoin_new(s, hosts, triage_is_small(s->text), &ret->rejoin, err);

	return rc ? rc
		  : log_text_new(
			    ret->rejoin, oops_rejoin_feed, ret->rejoin, &skim, &ret->lines, err);
}

/*
 * Reads a small text again if it has prefixes that were only known after its start: nothing of it
 * was passed on yet.
 */
static int read_again(struct session *s, struct oops_hosts *hosts, struct text_reader *reader,
	struct vmt_err *err)
{
	struct text_reader first = *reader;
	int rc = new_reader(s, hosts, reader, err);

	if (rc)
		return rc;
	log_text_know(reader->lines, first.lines);
	talloc_free(first.rejoin);
	return triage_feed_text(s, reader->lines, err);
}

/* Takes the log as another triage has read it, with what was said about that. */
static int take_text(struct triage *t)
{
	const struct triage *from = t->before;

	if (!from->log)
		return VMT_ERR_NODATA;
	t->log = from->log;
	t->lines = from->lines;
	t->report->lines_broken_at = from->report->lines_broken_at;
	for (size_t i = 0; i < from->n_read; i++)
		diag_add_again(
			&t->s->diags, t->report, &from->report->diagnostics[from->first_read + i]);
	return 0;
}

/* The numbers of lines are the file's, also where it has its newest line first. */
static void number_lines(struct triage *t)
{
	for (size_t i = 0; i < t->log->n_events && t->s->turned; i++) {
		uint64_t *line = &t->log->events[i]->text_line;

		*line = *line && *line <= t->s->turned ? t->s->turned + 1 - *line : 0;
	}
}

static int read_text(struct triage *t, struct vmt_err *err)
{
	struct oops_hosts *hosts;
	struct text_reader reader;
	bool more = false;
	int rc = oops_hosts_new(t->s, &hosts, err);

	if (!rc)
		rc = new_reader(t->s, hosts, &reader, err);
	if (!rc)
		rc = triage_feed_text(t->s, reader.lines, err);
	if (!rc && triage_is_small(t->s->text) && log_text_has_learned(reader.lines))
		rc = read_again(t->s, hosts, &reader, err);
	if (!rc)
		t->lines = reader.lines;
	if (!rc)
		rc = oops_rejoin_finish(reader.rejoin, &t->report->lines_broken_at);
	if (!rc)
		note_broken(t);
	if (!rc)
		note_gaps(t, log_text_gaps(reader.lines));
	if (!rc)
		rc = oops_hosts_finish(hosts, t->report, &t->log, &more, err);
	if (!rc) {
		note_caps(t, log_text_gaps(reader.lines)->n_long);
		no_log_drop(t);
		number_lines(t);
	}
	if (!rc && t->s->turned)
		diag_add(&t->s->diags, t->report, DIAG_NEWEST_FIRST,
			"%" PRIu64 " lines were put in order", t->s->turned);
	note_cap(t, t->s->gaps.n_capped, "parts of the log were cut: too long");
	if (!rc && (more || log_text_gaps(reader.lines)->mixed))
		diag_add(&t->s->diags, t->report, DIAG_CAP_REACHED,
			"the log has lines of too many hosts: some may be mixed up");
	return rc;
}

int triage_read_text(struct triage *t, struct vmt_err *err)
{
	int rc;

	t->first_read = t->s->diags.n;
	rc = t->before ? take_text(t) : read_text(t, err);
	t->n_read = t->s->diags.n - t->first_read;
	return rc;
}
