// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See rejoin.h. A line is taken for the rest of the one before it if at least two of these hold:
 *   - it lacks the wrapping (time, host) that the lines of the log have;
 *   - it cannot be the start of a line of a report, or the line before it cannot be the end of one;
 *   - its first word would not have fit on the line before it, in a text whose lines are all as
 *     short; or that line is cut at the column where many are.
 */
#include "oops/rejoin.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/caps.h"
#include "oops/piece.h"

/* A text with lines longer than this is not broken, or at least it cannot be shown. */
#define MAX_COLUMN 250
#define MIN_COLUMN 40

/* Mailers and editors break between words; no line of theirs is longer. */
#define MAX_WORD_COLUMN 132

#define MAX_MASKS 16

struct line {
	struct log_record rec; /* text and host are children of the oops_rejoin's lines */
	size_t first_word;     /* columns */
	enum piece_start start;
	bool program; /* printed by a program, not the kernel */
};

struct oops_rejoin {
	struct oops_hosts *hosts;
	bool whole;
	struct line *lines;
	size_t n;
	uint32_t mask; /* the wrapping that lines of reports have */
	size_t column; /* no line is longer */
	bool cut;      /* lines are cut there, in the middle of words */
	bool broken;   /* between words */
	bool indented; /* frames are */
	size_t broken_at;
	struct piece *piece;
	char text[CAP_TEXT_LINE];
};

int oops_rejoin_new(TALLOC_CTX *ctx, struct oops_hosts *hosts, bool whole, struct oops_rejoin **ret,
	struct vmt_err *err)
{
	struct oops_rejoin *rj = talloc(ctx, struct oops_rejoin);
	int rc;

	if (!rj)
		return err_nomem(err);
	memset(rj, 0, offsetof(struct oops_rejoin, text));
	rj->hosts = hosts;
	rj->whole = whole;
	rc = piece_new(rj, hosts, &rj->piece, err);
	if (rc)
		talloc_free(rj);
	else
		*ret = rj;
	return rc;
}

static size_t first_word(const struct log_record *rec)
{
	size_t n = 0;

	while (n < rec->len && rec->text[n] != ' ')
		n++;
	return n;
}

static struct line *add_line(struct oops_rejoin *rj, const struct log_record *rec)
{
	struct line *lines = ARRAY_ROOM(rj, rj->lines, rj->n), *line;

	if (!lines)
		return NULL;
	rj->lines = lines;
	line = &lines[rj->n];
	memset(line, 0, sizeof(*line));
	line->rec = *rec;
	line->rec.text = talloc_strndup(rj, rec->text, rec->len);
	line->rec.host = rec->host ? talloc_strndup(rj, rec->host, rec->host_len) : NULL;
	if (!line->rec.text || (rec->host && !line->rec.host))
		return NULL;
	rj->n++;
	return line;
}

int oops_rejoin_feed(void *rejoin, const struct log_record *rec)
{
	struct oops_rejoin *rj = rejoin;
	struct line *line;

	if (!rj->whole)
		return oops_hosts_feed(rj->hosts, rec);
	line = add_line(rj, rec);
	if (!line)
		return VMT_ERR_NOMEM;
	line->first_word = first_word(rec);
	line->start = piece_start(rj->piece, &line->rec);
	return 0;
}

void oops_rejoin_program(void *rejoin, const struct log_record *rec)
{
	struct oops_rejoin *rj = rejoin;
	struct line *line;

	if (!rj->whole) {
		oops_hosts_program(rj->hosts, rec);
		return;
	}
	line = add_line(rj, rec);
	if (!line)
		return;
	line->program = true;
	line->rec.columns = 0;
}

bool oops_rejoin_idle(const void *rejoin)
{
	const struct oops_rejoin *rj = rejoin;

	return !rj->whole && oops_hosts_idle(rj->hosts);
}

size_t oops_rejoin_ahead(const void *rejoin, const char *text, size_t len)
{
	const struct oops_rejoin *rj = rejoin;

	return oops_hosts_ahead(rj->hosts, text, len);
}

/* ---- what the text as a whole tells ------------------------------------------------------ */

static bool is_start(const struct line *line)
{
	return line->start != PIECE_OTHER;
}

/* The wrapping that most starts of lines have. */
static void find_mask(struct oops_rejoin *rj)
{
	struct {
		uint32_t mask;
		size_t count;
	} masks[MAX_MASKS];
	size_t n = 0, best = 0;

	for (size_t i = 0; i < rj->n; i++) {
		uint32_t mask = rj->lines[i].rec.wraps;
		size_t k = 0;

		if (!is_start(&rj->lines[i]) || !rj->lines[i].rec.columns)
			continue;
		while (k < n && masks[k].mask != mask)
			k++;
		if (k == n && n == MAX_MASKS)
			continue;
		if (k == n) {
			masks[n].mask = mask;
			masks[n++].count = 0;
		}
		masks[k].count++;
	}
	for (size_t k = 1; k < n; k++)
		if (masks[k].count > masks[best].count)
			best = k;
	rj->mask = n ? masks[best].mask : 0;
}

/* Whether a line begins with the wrapping of its neighbours, and whether it lacks a part of it. */
static bool has_mask(const struct oops_rejoin *rj, const struct line *line)
{
	return (line->rec.wraps & rj->mask) == rj->mask;
}

/* The lines from the first to the last that may belong to a report. */
static void find_region(const struct oops_rejoin *rj, size_t *from, size_t *to)
{
	*from = 0;
	*to = rj->n;
	while (*from < *to && !(is_start(&rj->lines[*from]) && has_mask(rj, &rj->lines[*from])))
		++*from;
	while (*to > *from && !is_start(&rj->lines[*to - 1]))
		--*to;
}

static bool is_one_word(const struct line *line)
{
	return !memchr(line->rec.text, ' ', line->rec.len);
}

static bool is_next(const struct oops_rejoin *rj, size_t i)
{
	const struct line *a = &rj->lines[i - 1], *b = &rj->lines[i];

	return a->rec.columns && b->rec.columns && b->rec.line == a->rec.line + 1 && b->rec.len &&
	       !b->rec.gap;
}

/* Whether line i may continue the one before it, judged by its form. For lines that are cut. */
static bool may_go_on(const struct oops_rejoin *rj, size_t i)
{
	const struct line *b = &rj->lines[i];

	if (!is_next(rj, i))
		return false;
	if (rj->mask && has_mask(rj, b))
		return false;
	if (b->start == PIECE_OTHER)
		return true;
	if (b->start == PIECE_FRAME)
		return rj->mask || (rj->indented && *b->rec.text != ' ');
	return false;
}

static void find_column(struct oops_rejoin *rj)
{
	size_t from, to, frames = 0, indented = 0, at = 0, go_on = 0, wide = 0;

	find_region(rj, &from, &to);
	rj->column = 0;
	for (size_t i = from; i < to; i++) {
		const struct line *line = &rj->lines[i];

		if (line->start == PIECE_FRAME && has_mask(rj, line)) {
			frames++;
			indented += *line->rec.text == ' ' || *line->rec.text == '\t';
		}
		if (line->rec.columns > rj->column && !is_one_word(line))
			rj->column = line->rec.columns;
	}
	rj->indented = 2 * indented > frames;
	for (size_t i = from + 1; i < rj->n && i <= to; i++) {
		const struct line *a = &rj->lines[i - 1], *b = &rj->lines[i];

		if (a->rec.columns == rj->column) {
			at++;
			go_on += may_go_on(rj, i);
		} else if (may_go_on(rj, i) && a->rec.columns + 1 + b->first_word > rj->column) {
			wide++;
		}
	}
	if (rj->column < MIN_COLUMN || rj->column > MAX_COLUMN)
		return;
	rj->cut = go_on >= 2 && 2 * go_on > at && go_on >= wide;
	rj->broken = !rj->cut && rj->column <= MAX_WORD_COLUMN && go_on + wide >= 2;
}

/* ---- pairs ------------------------------------------------------------------------------- */

static bool is_fence(const struct line *b)
{
	return b->rec.len >= 3 &&
	       (memcmp(b->rec.text, "```", 3) == 0 || memcmp(b->rec.text, "---", 3) == 0 ||
		       memcmp(b->rec.text, "===", 3) == 0);
}

/* Whether b, by where a ends, is the rest of it. */
static bool fits(const struct oops_rejoin *rj, const struct line *a, const struct line *b)
{
	if (rj->cut && a->rec.columns == rj->column)
		return true;
	return rj->column <= MAX_WORD_COLUMN && a->rec.columns + 1 + b->first_word > rj->column;
}

/* first: the line that a is a piece of; head: its text up to the end of a. */
static bool goes_on(
	struct oops_rejoin *rj, const struct line *first, struct oops_span head, size_t i)
{
	const struct line *a = &rj->lines[i - 1], *b = &rj->lines[i];

	if (!is_next(rj, i) || is_fence(b))
		return false;
	if (first->rec.wraps == b->rec.wraps && piece_is_printed_on(head, b->rec.text, b->rec.len))
		return true;
	if (rj->mask && has_mask(rj, b))
		return false;
	if (piece_is_tail(head, b->rec.text, b->rec.len))
		return true;
	if (!first->rec.len && rj->mask && has_mask(rj, first))
		return true;
	if (piece_is_open(head) && (b->start == PIECE_OTHER || b->start == PIECE_FRAME))
		return true;
	if (rj->mask && has_mask(rj, first) && b->start != PIECE_HEADER && fits(rj, a, b))
		return true;
	return (rj->cut || rj->broken) && is_start(first) && may_go_on(rj, i) && fits(rj, a, b);
}

static bool is_glued(const struct oops_rejoin *rj, const struct line *a)
{
	return rj->cut && a->rec.columns == rj->column;
}

/* ---- the end ----------------------------------------------------------------------------- */

static void append(struct oops_rejoin *rj, struct log_record *rec, const struct line *b, bool glued)
{
	size_t len = b->rec.len;

	if (!glued && rec->len && rec->len < sizeof(rj->text))
		rj->text[rec->len++] = ' ';
	if (len > sizeof(rj->text) - rec->len) {
		len = sizeof(rj->text) - rec->len;
		rec->truncated = rec->capped = true;
	}
	memcpy(rj->text + rec->len, b->rec.text, len);
	rec->len += len;
}

/* Feeds the line that i is the first piece of. Returns the number of the next one. */
static size_t take_one(struct oops_rejoin *rj, size_t i, int *rc)
{
	const struct line *first = &rj->lines[i];
	struct log_record rec = first->rec;

	if (first->program) {
		oops_hosts_program(rj->hosts, &rec);
		return i + 1;
	}
	if (rec.len > sizeof(rj->text))
		rec.len = sizeof(rj->text);
	memcpy(rj->text, rec.text, rec.len);
	rec.text = rj->text;
	for (i++; i < rj->n; i++) {
		const struct line *a = &rj->lines[i - 1];

		if (!goes_on(rj, first, (struct oops_span){rj->text, rec.len}, i))
			break;
		if (first->rec.wraps != rj->lines[i].rec.wraps || !rj->mask)
			if (a->rec.columns > rj->broken_at)
				rj->broken_at = a->rec.columns;
		append(rj, &rec, &rj->lines[i], is_glued(rj, a));
		rec.truncated |= rj->lines[i].rec.truncated;
	}
	*rc = oops_hosts_feed(rj->hosts, &rec);
	return i;
}

int oops_rejoin_finish(struct oops_rejoin *rj, struct vmt_u64 *column)
{
	int rc = 0;

	find_mask(rj);
	find_column(rj);
	for (size_t i = 0; i < rj->n && !rc;)
		i = take_one(rj, i, &rc);
	column->known = rj->broken_at != 0;
	column->v = rj->cut ? rj->column : rj->broken_at;
	return rc;
}
