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
	line->rec.text = alloc_text(rj, rec->text, rec->len);
	line->rec.host = rec->host ? alloc_text(rj, rec->host, rec->host_len) : NULL;
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

static bool shows_mask(const struct line *line)
{
	return is_start(line) && line->start != PIECE_BLANK && line->rec.columns;
}

/* A lone line without a wrapping, after one that has it, is rather the rest of that one. */
static bool may_be_rest(const struct oops_rejoin *rj, size_t i)
{
	return i && !rj->lines[i].rec.wraps && rj->lines[i - 1].rec.wraps;
}

/* The wrapping that most starts of lines have, or else most lines that have any. */
static void find_mask(struct oops_rejoin *rj)
{
	struct {
		uint32_t mask;
		size_t count;
	} masks[MAX_MASKS];
	size_t n = 0, best = 0, starts = 0;

	for (size_t i = 0; i < rj->n; i++)
		starts += shows_mask(&rj->lines[i]);
	for (size_t i = 0; i < rj->n; i++) {
		const struct line *line = &rj->lines[i];
		uint32_t mask = line->rec.wraps;
		size_t k = 0;

		if (starts ? !shows_mask(line) : !mask || !line->rec.columns)
			continue;
		if (may_be_rest(rj, i))
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
		if (masks[k].count > masks[best].count ||
			(masks[k].count == masks[best].count && masks[k].mask > masks[best].mask &&
				(masks[k].mask & masks[best].mask) == masks[best].mask))
			best = k;
	rj->mask = n ? masks[best].mask : 0;
}

/* Whether a line begins with the wrapping of its neighbours, and whether it lacks a part of it. */
static bool has_mask(const struct oops_rejoin *rj, const struct line *line)
{
	return (line->rec.wraps & rj->mask) == rj->mask;
}

static bool is_of_log(const struct oops_rejoin *rj, const struct line *line)
{
	return has_mask(rj, line) && (is_start(line) || (rj->mask && line->rec.columns));
}

/* The lines from the first to the last that may belong to a report. */
static void find_region(const struct oops_rejoin *rj, size_t *from, size_t *to)
{
	*from = 0;
	*to = rj->n;
	while (*from < *to && !is_of_log(rj, &rj->lines[*from]))
		++*from;
	while (*to > *from && !is_start(&rj->lines[*to - 1]) && !is_of_log(rj, &rj->lines[*to - 1]))
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
	if (b->start == PIECE_BLANK)
		return rj->mask;
	if (b->start == PIECE_FRAME)
		return rj->mask || (rj->indented && *b->rec.text != ' ');
	return false;
}

/* Whether frames begin with blanks, so that what has none is no frame. */
static void find_indent(struct oops_rejoin *rj, size_t from, size_t to)
{
	size_t frames = 0, indented = 0;

	for (size_t i = from; i < to; i++) {
		const struct line *line = &rj->lines[i];

		if ((line->start != PIECE_FRAME && line->start != PIECE_ADDRESSED) ||
			!has_mask(rj, line))
			continue;
		frames++;
		indented += *line->rec.text == ' ' || *line->rec.text == '\t';
	}
	rj->indented = 2 * indented > frames;
}

/*
 * The column at which most pairs of lines were broken between words: the first word of the second
 * would have crossed it. A line that is longer speaks against it. 0: none.
 */
static size_t word_column(const struct oops_rejoin *rj, size_t from, size_t to)
{
	long votes[MAX_WORD_COLUMN + 2] = {0}, sum = 0, most = 1;
	size_t best = 0;

	for (size_t i = from; i < to; i++) {
		const struct line *a = &rj->lines[i], *b = a + 1;
		size_t end;

		if (a->rec.columns && a->rec.columns <= MAX_WORD_COLUMN && !is_one_word(a))
			votes[0]--, votes[a->rec.columns]++;
		else if (a->rec.columns > MAX_WORD_COLUMN)
			votes[0]--;
		if (i + 1 >= rj->n || !may_go_on(rj, i + 1) || a->rec.columns > MAX_WORD_COLUMN)
			continue;
		end = a->rec.columns + 1 + b->first_word;
		votes[a->rec.columns]++;
		votes[end <= MAX_WORD_COLUMN ? end : MAX_WORD_COLUMN + 1]--;
	}
	for (size_t n = 0; n <= MAX_WORD_COLUMN; n++) {
		sum += votes[n];
		if (n >= MIN_COLUMN && sum > most) {
			most = sum;
			best = n;
		}
	}
	return best;
}

static bool is_in_word(const struct line *a, const struct line *b)
{
	return a->rec.len && b->rec.len && oops_is_symbol_char(a->rec.text[a->rec.len - 1]) &&
	       oops_is_symbol_char(b->rec.text[0]);
}

/* Widths of terminals. Text that is broken between words seldom has lines of exactly that length.
 */
static bool is_terminal(size_t column)
{
	return column == 80 || column == 100 || column == 120 || column == 132 || column == 160;
}

static bool is_same_text(const struct line *a, const struct line *b)
{
	return a->rec.len == b->rec.len && memcmp(a->rec.text, b->rec.text, a->rec.len) == 0;
}

static size_t widest_column(const struct oops_rejoin *rj, size_t from, size_t to)
{
	size_t widest = 0;

	for (size_t i = from; i < to; i++)
		if (rj->lines[i].rec.columns > widest && !is_one_word(&rj->lines[i]))
			widest = rj->lines[i].rec.columns;
	return widest;
}

static void find_column(struct oops_rejoin *rj)
{
	size_t from, to, at = 0, go_on = 0, wide = 0, in_word = 0, words;

	find_region(rj, &from, &to);
	find_indent(rj, from, to);
	rj->column = widest_column(rj, from, to);
	words = word_column(rj, from, to);
	for (size_t i = from + 1; i < rj->n && i <= to; i++) {
		const struct line *a = &rj->lines[i - 1], *b = &rj->lines[i];

		/* A line that is repeated proves no more than once. */
		if (i > from + 2 && is_same_text(a, &rj->lines[i - 3]))
			continue;
		/* A complete line. Those of x86's registers have 80 columns with their time. */
		if (rj->mask && has_mask(rj, b))
			continue;
		if (a->rec.columns == rj->column) {
			at++;
			go_on += may_go_on(rj, i);
			in_word += is_in_word(a, b);
		} else if (may_go_on(rj, i) && a->rec.columns + 1 + b->first_word > rj->column) {
			wide++;
		}
	}
	rj->cut = rj->column >= MIN_COLUMN && rj->column <= MAX_COLUMN && 2 * go_on > at &&
		  (go_on >= 2 ? go_on >= (rj->mask ? 4 * wide : wide)
			      : in_word && !wide && is_terminal(rj->column));
	if (!rj->cut && words)
		rj->column = words;
	if (rj->column < MIN_COLUMN || rj->column > MAX_COLUMN)
		return;
	rj->broken = !rj->cut && (words || (rj->column <= MAX_WORD_COLUMN && go_on + wide >= 2));
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

/* Whether b is the rest of head by what they say. */
static bool is_rest(const struct line *b, struct oops_span head)
{
	if (piece_is_tail(head, b->rec.text, b->rec.len))
		return true;
	if (b->start == PIECE_FRAME && piece_lacks_place(head))
		return true;
	if (piece_is_quoting(head) && memchr(b->rec.text, '"', b->rec.len))
		return true;
	return piece_is_open(head) && (b->start == PIECE_OTHER || b->start == PIECE_FRAME);
}

/* Whether b is the rest of what first begins by where the lines are broken. */
static bool is_broken_here(struct oops_rejoin *rj, const struct line *first, size_t i)
{
	const struct line *a = &rj->lines[i - 1], *b = &rj->lines[i];

	if (!fits(rj, a, b))
		return false;
	if (rj->mask && has_mask(rj, first) && b->start != PIECE_HEADER)
		return true;
	return (rj->cut || rj->broken) && is_start(first) && may_go_on(rj, i);
}

/* first: the line that a is a piece of; head: its text up to the end of a. */
static enum piece_gap goes_on(
	struct oops_rejoin *rj, const struct line *first, struct oops_span head, size_t i)
{
	const struct line *a = &rj->lines[i - 1], *b = &rj->lines[i];
	enum piece_gap gap = rj->cut && a->rec.columns == rj->column ? PIECE_GLUED : PIECE_SPACED;
	enum piece_gap said = PIECE_APART;

	/* Two calls of printk, each with its time, and no end of the line between them. */
	if (b->rec.line == a->rec.line && piece_is_printed_on(head, b->rec.text, b->rec.len))
		return gap;
	if (!is_next(rj, i) || is_fence(b))
		return PIECE_APART;
	if ((first->rec.wraps == b->rec.wraps || !has_mask(rj, b)) &&
		piece_is_printed_on(head, b->rec.text, b->rec.len))
		return gap;
	if (rj->mask && has_mask(rj, b))
		return PIECE_APART;
	if (piece_is_cut_place(head, b->rec.text, b->rec.len))
		return PIECE_GLUED;
	if (b->start == PIECE_OTHER ||
		(b->start == PIECE_HEADER && (first->rec.wraps & ~b->rec.wraps)))
		said = piece_completes(rj->piece, head, b->rec.text, b->rec.len);
	if (said != PIECE_APART)
		return gap == PIECE_GLUED ? gap : said;
	if ((!first->rec.len && rj->mask && has_mask(rj, first)) || is_rest(b, head) ||
		is_broken_here(rj, first, i))
		return gap;
	return PIECE_APART;
}

/* ---- the end ----------------------------------------------------------------------------- */

static void append(struct oops_rejoin *rj, struct log_record *rec, const struct line *b, bool glued)
{
	size_t len = b->rec.len;

	if (!glued && rec->len && rec->len < sizeof(rj->text) && rj->text[rec->len - 1] != ' ')
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
		enum piece_gap gap = goes_on(rj, first, (struct oops_span){rj->text, rec.len}, i);

		if (gap == PIECE_APART)
			break;
		if (first->rec.wraps != rj->lines[i].rec.wraps || !rj->mask)
			if (a->rec.columns > rj->broken_at)
				rj->broken_at = a->rec.columns;
		append(rj, &rec, &rj->lines[i], gap == PIECE_GLUED);
		rec.truncated |= rj->lines[i].rec.truncated;
		rec.more = rj->lines[i].rec.seq - rec.seq;
	}
	*rc = oops_hosts_feed(rj->hosts, &rec);
	return i;
}

/* A text is cut off at a column where this many of its lines end. */
#define MIN_CHOPPED 3

/* "f+0x1f/0x2", "f+0x1f/0x20 [mod": a line ends within what its end proves to be no end. */
static bool is_chopped(const struct log_record *rec)
{
	const char *end = rec->text + rec->len, *p = end, *open;

	open = memrchr(rec->text, '[', rec->len);
	if (open && end - open < 24 && memmem(rec->text, rec->len, "/0x", 3) &&
		!memchr(open, ']', (size_t)(end - open)))
		return true;
	while (p > rec->text && (oops_is_symbol_char(p[-1]) || p[-1] == '/'))
		p--;
	return p > rec->text && p[-1] == '+' && end - p < 24 && (end == p || *p == '0') &&
	       !memmem(p, (size_t)(end - p), "/0x", 3);
}

/* Marks the lines of a text that is cut off at a column: what they end with may be a part of it. */
static void mark_chopped(struct oops_rejoin *rj)
{
	size_t widest = widest_column(rj, 0, rj->n), n = 0;
	bool proven = false;

	for (size_t i = 0; i < rj->n; i++)
		if (rj->lines[i].rec.columns == widest) {
			proven |= is_chopped(&rj->lines[i].rec);
			n++;
		}
	for (size_t i = 0; proven && n >= MIN_CHOPPED && i < rj->n; i++)
		rj->lines[i].rec.chopped = rj->lines[i].rec.columns == widest;
}

/* Fewer pairs prove nothing: a stack may call the same function again and again. */
#define MIN_PAIRS 8

static bool is_again(const struct line *a, const struct line *b)
{
	return is_same_text(a, b) && b->rec.len && a->rec.wraps == b->rec.wraps &&
	       a->rec.host_len == b->rec.host_len && a->rec.ts_ns == b->rec.ts_ns &&
	       a->program == b->program && !b->rec.gap && !b->rec.torn;
}

/* Two consoles, or two loggers, of one machine write each line twice into one file. */
static void drop_doubles(struct oops_rejoin *rj)
{
	size_t pairs = 0, said = 0, n = 0;

	for (size_t i = 0; i < rj->n; i++) {
		bool again = i + 1 < rj->n && is_again(&rj->lines[i], &rj->lines[i + 1]);

		said += rj->lines[i].rec.len != 0;
		pairs += again;
		i += again;
		said += again;
	}
	if (pairs < MIN_PAIRS || 10 * pairs < 4 * said)
		return;
	for (size_t i = 0; i < rj->n; i++) {
		rj->lines[n++] = rj->lines[i];
		i += i + 1 < rj->n && is_again(&rj->lines[i], &rj->lines[i + 1]);
	}
	rj->n = n;
}

int oops_rejoin_finish(struct oops_rejoin *rj, struct vmt_u64 *column)
{
	int rc = 0;

	drop_doubles(rj);
	find_mask(rj);
	find_column(rj);
	if (!rj->cut && !rj->broken)
		mark_chopped(rj);
	for (size_t i = 0; i < rj->n && !rc;)
		i = take_one(rj, i, &rc);
	column->known = rj->broken_at != 0;
	column->v = rj->cut ? rj->column : rj->broken_at;
	return rc;
}
