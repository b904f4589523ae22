// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Turns the lines of a log into events. Reports of several CPUs may be open at once (told apart by
 * printk's caller id, if the log has one). A header opens a report, continues one whose head is
 * still being printed, or is a consequence of the one before it.
 */
#include <string.h>

#include "oops/arch_hint.h"
#include "oops/facts.h"
#include "oops/firmware.h"
#include "oops/headless.h"
#include "oops/misread.h"
#include "oops/parser_internal.h"
#include "oops/cited.h"

/* A report ends when this many lines that are not its own have passed. */
#define MAX_FOREIGN 60

/* A line that somebody typed or read off a screen is not longer. */
#define MAX_MENDED 256

/* What somebody typed begins with the report. */
#define MAX_TYPED 32

/* An unproven header must be followed by its proof within this many lines. */
#define MAX_UNPROVEN 10

/* The headline of a report without its head is cut at this length. */
#define MAX_HEADLINE 100

/* No header is shorter. */
#define MIN_LINE 5

static int new_parser(TALLOC_CTX *ctx, const struct oops_headers *headers, struct oops_parser **ret,
	struct vmt_err *err)
{
	struct oops_parser *ps = talloc_zero(ctx, struct oops_parser);

	if (ps) {
		ps->log = talloc_zero(ps, struct oops_log);
		ps->debugger = oops_debugger_new(ps);
	}
	if (!ps || !ps->log || !ps->debugger || !oops_facts_begin(ps->log)) {
		talloc_free(ps);
		return err_nomem(err);
	}
	ps->headers = headers;
	*ret = ps;
	return 0;
}

int oops_parser_new(TALLOC_CTX *ctx, struct oops_parser **ret, struct vmt_err *err)
{
	struct oops_headers *headers;
	int rc = oops_headers_new(ctx, &headers, err);

	if (rc)
		return rc;
	rc = new_parser(ctx, headers, ret, err);
	if (rc)
		talloc_free(headers);
	else
		talloc_steal(*ret, headers);
	return rc;
}

int oops_parser_new_beside(TALLOC_CTX *ctx, const struct oops_parser *first,
	struct oops_parser **ret, struct vmt_err *err)
{
	return new_parser(ctx, first->headers, ret, err);
}

/* ---- lines ------------------------------------------------------------------------------- */

static bool is_proven(const struct oops_build *b)
{
	if (b->flags & OOPS_H_LOST)
		return oops_headless_is_proven(b);
	return b->has_cpu_line && b->n_frames;
}

static bool is_blank(const char *line, size_t len)
{
	while (len && (line[len - 1] == ' ' || line[len - 1] == '\t' || line[len - 1] == '\r'))
		len--;
	return !len;
}

/* Below frames, a line that could only be a frame: it was garbled. */
static bool is_unread_frame(const struct oops_build *b, const char *line, size_t len)
{
	const char *plus;

	if (!len || *line != ' ' || len > MAX_MENDED || !b->trace || !b->trace->n_frames)
		return false;
	plus = memmem(line, len, "+0x", 3);
	return plus && !memchr(line, ':', (size_t)(plus - line));
}

static void take_body(struct oops_parser *ps, const char *line, size_t len)
{
	struct oops_build *b = oops_parser_current(ps);

	if (!b)
		return;
	if (!b->interrupted && oops_body_line(b, line, len)) {
		/* A head with nothing but blank lines after it has no body. */
		if (!is_blank(line, len)) {
			b->ev->last_line = ps->rec->seq;
			b->ev->end_line = ps->rec->seq + ps->rec->more;
		}
		oops_parser_note_clock(b, ps->rec);
		if (ps->guessed)
			oops_build_garbled(b);
		if (ps->rec->chopped)
			b->ev->corrupted = "its lines are cut off at a column";
		b->foreign = 0;
		ps->last_report = ps->rec->seq;
		ps->has_report = true;
		if (ps->rec->gap && b->trace)
			b->trace->cut = true;
		if (b->unproven && is_proven(b))
			oops_parser_keep_build(ps, b);
	} else {
		if (is_unread_frame(b, line, len))
			oops_build_garbled(b);
		b->foreign++;
	}
	if (b->ending || b->foreign > (b->unproven ? MAX_UNPROVEN : MAX_FOREIGN))
		oops_parser_close_at(ps, oops_parser_index_of(ps, b));
}

/* Whether the line may belong to a report nearby. */
static bool is_near_report(const struct oops_parser *ps)
{
	return ps->has_report && ps->rec->seq - ps->last_report < MAX_FOREIGN;
}

/* A line of a report that nothing announced: its head may be lost. */
static void open_headless(struct oops_parser *ps, const char *line, size_t len)
{
	struct oops_header h = {.kind = oops_kind_row(KIND_OOPS),
		.flags = OOPS_H_LOST | OOPS_H_ORPHAN | OOPS_H_UNPROVEN};

	while (h.start < len && line[h.start] == ' ')
		h.start++;
	if (oops_parser_open_report(ps, &h, line, len < MAX_HEADLINE ? len : MAX_HEADLINE))
		take_body(ps, line, len);
}

/* What the header is to a report that is not proven: its end, its proof or a line of its body. */
static struct oops_build *meet_header(
	struct oops_parser *ps, struct oops_build *b, const struct oops_header *h)
{
	bool lost = b->flags & OOPS_H_LOST;

	if (lost && ((h->flags & OOPS_H_DIE) ? oops_parser_may_die(b)
					     : (h->flags & OOPS_H_CONSEQUENCE) &&
						       (b->n_frames || b->kasan_map))) {
		oops_parser_keep_build(ps, b);
		oops_parser_take_end_kind(b, h);
		return b;
	}
	if ((h->flags & OOPS_H_ORPHAN) && !(lost && (h->flags & OOPS_H_NO_CRASH)))
		return b;
	oops_parser_close_at(ps, oops_parser_index_of(ps, b));
	return oops_parser_current(ps);
}

/*
 * After the </IRQ> of a trace that nothing announced, the interrupted code's registers are not a
 * report.
 */
static bool is_interrupted_code(const struct oops_parser *ps, const struct oops_header *h)
{
	return (h->flags & OOPS_H_ORPHAN) && ps->after_irq && ps->rec->seq == ps->after_irq &&
	       !ps->n_open;
}

static void join_header(struct oops_parser *ps, struct oops_build *b, const struct oops_header *h,
	const char *line, size_t len)
{
	oops_parser_join_report(b, h);
	b->interrupted = false;
	b->ev->end_line = ps->rec->seq + ps->rec->more;
	if (!oops_cited_is(line, len, oops_parser_word_start(line, h->start)))
		b->cited = false;
	oops_arch_hint_line(b, line + oops_parser_word_start(line, h->start), line + len);
	oops_parser_note_clock(b, ps->rec);
	oops_parser_split_by_count(ps, b);
}

/* Whether a fault's head, up to its die line, is still being printed. */
static bool is_unfinished(const struct oops_build *b)
{
	const char *detector = b->ev->detector;

	return detector && strcmp(detector, "mmu") == 0 && !b->has_die && !b->ending &&
	       !b->unproven && b->foreign < MAX_UNPROVEN && oops_parser_in_head(b);
}

/*
 * Another CPU may report a stall amid the head of a fault. The fault's die line then goes on with
 * the fault's report. Returns it; NULL: there is no such report.
 */
static struct oops_build *resume_fault(struct oops_parser *ps, const struct oops_header *h)
{
	const unsigned die = OOPS_H_DIE | OOPS_H_FAULT;

	for (size_t i = (h->flags & die) == die ? ps->n_open : 0; i--;) {
		struct oops_build *b = ps->open[i];

		if (b->has_caller || !is_unfinished(b) || !oops_parser_may_join(b, h, ps->rec))
			continue;
		while (ps->n_open > i + 1)
			oops_parser_close_at(ps, ps->n_open - 1);
		return b;
	}
	return NULL;
}

/* The report that the header belongs to; NULL: none. b is the current one. */
static struct oops_build *to_join(
	struct oops_parser *ps, struct oops_build *b, const struct oops_header *h)
{
	if (!b || oops_parser_may_join(b, h, ps->rec))
		return b;
	return resume_fault(ps, h);
}

static bool goes_on_later(const struct oops_build *b, const struct oops_header *h)
{
	return h->kind && h->kind->outcome == OOPS_STALL && !b->has_caller && is_unfinished(b);
}

static void take_header(
	struct oops_parser *ps, const struct oops_header *h, const char *line, size_t len)
{
	struct oops_build *b, *joined;

	if (is_interrupted_code(ps, h))
		return;
	oops_parser_take_new_boot(ps);
	b = oops_parser_current(ps);
	if (b && b->unproven)
		b = meet_header(ps, b, h);
	if (h->flags & OOPS_H_ORPHAN) {
		/* It only counts if no report nearby could have printed it. */
		if (b || (!(h->flags & OOPS_H_NO_CRASH) && is_near_report(ps))) {
			take_body(ps, line, len);
			return;
		}
	}
	if ((h->flags & OOPS_H_PANIC) && oops_parser_take_panic(ps, h, line, len)) {
		ps->last_report = ps->rec->seq;
		return;
	}
	if ((joined = to_join(ps, b, h))) {
		join_header(ps, joined, h, line, len);
		return;
	}
	/* Parts of a stall's report that look like other headers. */
	if (b && (h->flags & OOPS_H_STALL_MORE))
		return;
	if (b && (h->flags & OOPS_H_ONE_LINE)) {
		if (oops_parser_open_report(ps, h, line, len))
			oops_parser_close_at(ps, ps->n_open - 1);
		return;
	}
	if (b && goes_on_later(b, h))
		b->interrupted = true;
	else if (b && (!b->has_caller || b->caller == ps->rec->caller_id || b->ending))
		oops_parser_close_at(ps, oops_parser_index_of(ps, b));
	b = oops_parser_open_report(ps, h, line, len);
	if (b)
		oops_parser_split_by_count(ps, b);
	if (b && (h->flags & (OOPS_H_ORPHAN | OOPS_H_UNPROVEN)) == OOPS_H_ORPHAN)
		oops_body_line(b, line, len);
	ps->last_report = ps->rec->seq;
	ps->has_report = true;
}

static bool is_cut_here(const char *line, size_t len)
{
	static const char cut[] = "[ cut here ]";

	return len > 20 && len < 80 && line[0] == '-' &&
	       memmem(line, len, cut, sizeof(cut) - 1) != NULL;
}

static bool ends_irq(const char *line, size_t len)
{
	static const char mark[] = "</IRQ>";

	return len >= sizeof(mark) - 1 && len < 16 && memmem(line, len, mark, sizeof(mark) - 1);
}

/* Whether it is a header that nobody only quotes. */
static bool find_header(struct oops_parser *ps, const char *line, size_t len, struct oops_header *h)
{
	bool found = oops_headers_find(ps->headers, line, len, h);

	if (h->firmware)
		oops_firmware_line(ps->log, line, len);
	return found && ((h->flags & OOPS_H_FACT) || !oops_header_is_quoted(line, h->start));
}

/* Puts back digits that were read as letters, and underscores, in what may be a report's line. */
static bool mend_line(
	struct oops_parser *ps, const char **line, size_t len, bool header, char mended[MAX_MENDED])
{
	bool digits;

	ps->guessed = false;
	if ((!header && !ps->n_open && ps->seq >= MAX_TYPED) || len > MAX_MENDED)
		return false;
	digits = oops_misread_mend(*line, len, mended);
	if (digits)
		*line = mended;
	ps->guessed = oops_misread_name(*line, len, mended);
	if (ps->guessed)
		*line = mended;
	return digits || ps->guessed;
}

/* Takes a header: of a report, or of a fact about the machine. */
static void take_found(
	struct oops_parser *ps, const struct oops_header *h, const char *line, size_t len)
{
	ps->after_cut = false;
	if (h->flags & OOPS_H_FACT)
		oops_parser_take_fact(ps, h, line, len);
	else
		take_header(ps, h, line, len);
	oops_memory_line(ps, line, len);
	/* A driver's complaint is also evidence for what comes after it. */
	if (h->trouble && h->kind && h->kind->id == KIND_DEVICE_HANG)
		oops_boots_trouble_line(&ps->boots, ps->rec, line, len);
}

static void take_line(struct oops_parser *ps, const char *line, size_t len)
{
	struct oops_header h;
	struct oops_build *b;
	char mended[MAX_MENDED];
	bool found;

	if (oops_debugger_line(ps->debugger, ps->rec, line, len))
		return;
	if (ends_irq(line, len))
		ps->after_irq = ps->rec->seq + 1;
	if (len < MIN_LINE) {
		if (ps->n_open)
			take_body(ps, line, len);
		return;
	}
	if (is_cut_here(line, len)) {
		b = oops_parser_current(ps);
		if (b && !oops_parser_in_head(b))
			oops_parser_close_at(ps, oops_parser_index_of(ps, b));
		ps->after_cut = true;
		ps->message_len = 0;
		return;
	}
	found = find_header(ps, line, len, &h);
	if (mend_line(ps, &line, len, found, mended))
		found = find_header(ps, line, len, &h);
	if (found) {
		take_found(ps, &h, line, len);
		return;
	}
	if (h.trouble)
		oops_boots_trouble_line(&ps->boots, ps->rec, line, len);
	if (ps->after_cut) {
		ps->message_len = len < sizeof(ps->message) ? len : sizeof(ps->message);
		memcpy(ps->message, line, ps->message_len);
		ps->after_cut = false;
	}
	oops_memory_line(ps, line, len);
	if (ps->n_open)
		take_body(ps, line, len);
	else if (!is_near_report(ps) && oops_headless_opens(line, len))
		open_headless(ps, line, len);
}

int oops_parser_feed(void *parser, const struct log_record *rec)
{
	struct oops_parser *ps = parser;
	const char *p = rec->text, *end = rec->text + rec->len;

	ps->rec = rec;
	ps->seq = rec->seq;
	oops_parser_watch_clock(ps);
	ps->log->n_records++;
	ps->log->n_long += rec->capped;
	ps->boots.torn |= rec->torn;
	do {
		const char *nl = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
		const char *stop = nl ? nl : end;

		take_line(ps, p, (size_t)(stop - p));
		p = nl ? nl + 1 : end;
	} while (p < end);
	if (rec->has_ts) {
		ps->log->last_ts_ns = rec->ts_ns;
		ps->log->has_last_ts = true;
	}
	ps->log->has_last_unix |= rec->has_unix;
	if (rec->host && !ps->log->hostname)
		ps->log->hostname = talloc_strndup(ps->log, rec->host, rec->host_len);
	ps->rec = NULL;
	return 0;
}

void oops_parser_program(void *parser, const struct log_record *rec)
{
	struct oops_parser *ps = parser;
	struct oops_header h;

	ps->boots.programs = true;
	ps->boots.torn |= rec->torn;
	if (oops_headers_find(ps->headers, rec->text, rec->len, &h) && !h.kind && h.row &&
		h.row->fact == OOPS_FACT_SHUTDOWN)
		ps->boots.clean_end = true;
}

bool oops_parser_idle(const void *parser)
{
	const struct oops_parser *ps = parser;

	/* A pasted text may begin inside a trace. */
	return ps->seq > MAX_FOREIGN && !ps->n_open && !ps->after_cut && !ps->message_len &&
	       !oops_debugger_busy(ps->debugger) && !oops_memory_is_open(ps) &&
	       (!ps->has_report || ps->seq - ps->last_report > PANIC_WITHIN_LINES);
}

size_t oops_parser_ahead(const void *parser, const char *text, size_t len)
{
	const struct oops_parser *ps = parser;

	return oops_headers_ahead(ps->headers, text, len);
}

/* The kernel's own report of the crash that a debugger's output is about. */
static struct oops_event *own_report(const struct oops_log *log)
{
	for (size_t i = 0; i < log->n_events; i++)
		if (log->events[i]->fatal || log->events[i]->kind->weight == WEIGHT_DEATH)
			return log->events[i];
	return NULL;
}

static void take_debugger(struct oops_parser *ps)
{
	struct log_record rec = {0};
	const char *panic = oops_debugger_panic(ps->debugger, &rec.seq);
	struct oops_event *ev = own_report(ps->log);

	if (!ev && panic) {
		ps->rec = &rec;
		take_line(ps, panic, strlen(panic));
		ps->rec = NULL;
		oops_parser_close_all(ps);
		ev = own_report(ps->log);
	}
	oops_debugger_facts(ps->debugger, ps->log);
	if (ev) {
		oops_debugger_join(ps->debugger, ev);
	} else if ((ev = oops_debugger_event(ps->debugger))) {
		ev->boot = ps->log->boot;
		oops_parser_keep_event(ps, ev);
	}
}

bool oops_parser_is_header(const struct oops_parser *ps, const char *p, size_t len, size_t *at)
{
	struct oops_header h;

	*at = 0;
	if (len < MIN_LINE)
		return false;
	if (is_cut_here(p, len))
		return true;
	if (!oops_headers_find(ps->headers, p, len, &h))
		return false;
	*at = oops_parser_word_start(p, h.start);
	return true;
}

struct oops_claim oops_parser_claim(const struct oops_parser *ps, const char *p, size_t len)
{
	if (len < MIN_LINE)
		return (struct oops_claim){0};
	return oops_headers_claim(ps->headers, p, len);
}

int oops_parser_finish(
	struct oops_parser *ps, TALLOC_CTX *ctx, struct oops_log **ret, struct vmt_err *err)
{
	(void)err;
	oops_parser_close_all(ps);
	take_debugger(ps);
	oops_parser_take_capture(ps);
	oops_facts_finish(ps->log);
	*ret = talloc_steal(ctx, ps->log);
	ps->log = NULL;
	return 0;
}
