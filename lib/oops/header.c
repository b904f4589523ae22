// SPDX-License-Identifier: GPL-3.0-or-later
/* Finds the header rows that a line matches and joins what they say. */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/text_piece.h"
#include "oops/boots.h"
#include "oops/firmware.h"
#include "oops/header.h"

struct oops_headers {
	struct oops_scan *scan;
	/* What it looks for: rows that may be anywhere in a line, rows that are only at its start,
	 * what else the parser must see, complaints of devices, and versions of firmware. */
	const char **literals;
	size_t *lengths;
	size_t *rows; /* which row each of the first n_rows literals is of */
	size_t n_anywhere, n_rows, n_before_trouble, n_before_firmware;
};

static bool is_special(char c)
{
	return c == '#' || c == '~' || c == '*' || c == '(' || c == '{' || c == '$';
}

/* The literal that a pattern begins with, without its escapes. */
static const char *literal_of(TALLOC_CTX *ctx, const char *pattern, size_t *len)
{
	size_t n = strcspn(pattern, "\\#~*({$"), k = 0;
	char *lit;

	*len = n;
	if (pattern[n] != '\\')
		return pattern;
	lit = talloc_array(ctx, char, strlen(pattern) + 1);
	for (; lit && *pattern && !is_special(*pattern); pattern++) {
		if (*pattern == '\\')
			pattern++;
		lit[k++] = *pattern;
	}
	if (lit)
		lit[k] = 0;
	*len = k;
	return lit;
}

/*
 * Lines that no row is for, but that the reader of a log must see: the one that says that the next
 * is a WARN's or BUG's message, printk's remark that some are missing, and those that a report has
 * whose head is lost.
 */
static const char *const also[] = {"[ cut here ]", "messages dropped **",
	"Modules linked in:", " PID: ", "Pid: ", "Call Trace:", "Call trace:", "---[ end trace",
	"CR2: ", "RIP  [<", "RIP [<", "IP: [<"};

#define N_ALSO ARRAY_SIZE(also)

static int fill_rows(struct oops_headers *h, bool starts, size_t *n, struct vmt_err *err)
{
	for (size_t i = 0; i < oops_n_header_rows; i++) {
		const struct oops_header_row *row = &oops_header_rows[i];

		if (((row->flags & OOPS_H_START) != 0) != starts)
			continue;
		h->literals[*n] = literal_of(h, row->pattern, &h->lengths[*n]);
		if (!h->literals[*n])
			return err_nomem(err);
		h->rows[(*n)++] = i;
	}
	return 0;
}

/* What JSON may write as an escape, by programs of all kinds. */
static const char escaped[] = "\"'/<>&";

/* The longest part of a literal that is the same in JSON. *len: the literal's length, then its. */
static const char *plain_part(const char *lit, size_t *len)
{
	const char *best = lit, *end = lit + *len;
	size_t n;

	*len = 0;
	for (const char *p = lit; p < end; p += n + 1) {
		n = strcspn(p, escaped);
		if (n > (size_t)(end - p))
			n = (size_t)(end - p);
		if (n > *len) {
			*len = n;
			best = p;
		}
	}
	return best;
}

/* So that entries in JSON can be skipped without decoding them. */
static void fill_plain_parts(struct oops_headers *h, size_t *n)
{
	size_t n_whole = *n;

	for (size_t i = 0; i < n_whole; i++) {
		size_t len = h->lengths[i];

		if (strcspn(h->literals[i], escaped) >= len)
			continue;
		h->literals[*n] = plain_part(h->literals[i], &len);
		h->lengths[(*n)++] = len;
	}
}

static void fill_texts(struct oops_headers *h, const char *const *texts, size_t n_texts, size_t *n)
{
	for (size_t i = 0; i < n_texts; i++, ++*n) {
		h->literals[*n] = texts[i];
		h->lengths[*n] = strlen(texts[i]);
	}
}

static int fill_scan(struct oops_headers *h, struct vmt_err *err)
{
	size_t n = 0;
	int rc = fill_rows(h, false, &n, err);

	h->n_anywhere = n;
	if (!rc)
		rc = fill_rows(h, true, &n, err);
	if (rc)
		return rc;
	h->n_rows = n;
	fill_texts(h, also, N_ALSO, &n);
	fill_plain_parts(h, &n);
	h->n_before_trouble = n;
	fill_texts(h, oops_trouble, oops_n_trouble, &n);
	h->n_before_firmware = n;
	for (size_t i = 0; i < oops_n_firmware_rows; i++)
		fill_texts(h, &oops_firmware_rows[i].mark, 1, &n);
	return oops_scan_new(h, h->literals, h->lengths, n, &h->scan, err);
}

int oops_headers_new(TALLOC_CTX *ctx, struct oops_headers **ret, struct vmt_err *err)
{
	struct oops_headers *h = talloc_zero(ctx, struct oops_headers);
	size_t max = 2 * oops_n_header_rows + 2 * N_ALSO + oops_n_trouble + oops_n_firmware_rows;
	int rc;

	if (!h)
		return err_nomem(err);
	h->literals = talloc_array(h, const char *, max);
	h->lengths = talloc_array(h, size_t, max);
	h->rows = talloc_array(h, size_t, max);
	if (!h->literals || !h->lengths || !h->rows)
		rc = err_nomem(err);
	else
		rc = fill_scan(h, err);
	if (rc) {
		talloc_free(h);
		return rc;
	}
	*ret = h;
	return 0;
}

static bool is_word(char c)
{
	return oops_is_symbol_char(c) && c != '.' && c != '$';
}

static void join_fields(struct oops_match *to, const struct oops_match *m)
{
	for (int i = 0; i < OOPS_N_FIELDS; i++)
		if (!to->f[i].p)
			to->f[i] = m->f[i];
}

/* Whether row a says more than row b: a kind before none, then the kinds' order, then the table's.
 */
static bool is_better(const struct oops_header_row *a, const struct oops_header_row *b)
{
	bool ga = a->flags & OOPS_H_GENERIC, gb = b->flags & OOPS_H_GENERIC;

	if (!a->kind || !b->kind)
		return a->kind && !b->kind;
	if (ga != gb)
		return gb;
	return a->kind < b->kind || (a->kind == b->kind && a < b);
}

/* Whether another row has found the start of the header that this one only knows to be somewhere.
 */
static bool has_start(const struct oops_header_row *row, const struct oops_header_row *found)
{
	return row->line && *row->line == '*' &&
	       text_begins(found->pattern, strlen(found->pattern), row->line + 1);
}

static void take_row(const struct oops_header_row *row, size_t start, const struct oops_match *m,
	struct oops_header *ret)
{
	bool better = !ret->row || is_better(row, ret->row);

	if (!ret->row || (start < ret->start && (better || !has_start(row, ret->row))))
		ret->start = start;
	if (better) {
		struct oops_match both = *m;

		join_fields(&both, &ret->m);
		ret->m = both;
		ret->row = row;
		ret->kind = oops_kind_row(row->kind);
		if (row->detector)
			ret->detector = row->detector;
	} else {
		join_fields(&ret->m, m);
		if (!ret->detector)
			ret->detector = row->detector;
	}
	ret->flags |= row->flags & ~(unsigned)OOPS_H_GENERIC;
}

/* Whether row i matches the line at a place; then *ret has what it says. */
static bool try_row(const struct oops_header_row *row, struct oops_span in, size_t at, bool first,
	struct oops_header *ret)
{
	const char *line = in.p, *end = in.p + in.len;
	struct oops_match m, whole;

	if ((row->flags & OOPS_H_WORD) && at && is_word(line[at - 1]))
		return false;
	if (!oops_pattern_match(row->pattern, line + at, end, &m))
		return false;
	if (row->line) {
		if (!oops_pattern_match(row->line, line, end, &whole))
			return false;
		join_fields(&m, &whole);
	}
	if (first)
		memset(ret, 0, sizeof(*ret));
	take_row(row, row->line ? 0 : at, &m, ret);
	return true;
}

/* The rows that are only at the start of a line of a line, those that need proof or those that do
 * not. */
static bool try_starts(const struct oops_headers *h, const char *line, size_t len, unsigned proof,
	struct oops_header *ret)
{
	bool any = false;

	for (size_t i = h->n_anywhere; i < h->n_rows; i++) {
		const struct oops_header_row *row = &oops_header_rows[h->rows[i]];

		if (len && *row->pattern == *line && (row->flags & OOPS_H_UNPROVEN) == proof)
			any |= try_row(row, (struct oops_span){line, len}, 0, !any, ret);
	}
	return any;
}

bool oops_headers_find(
	const struct oops_headers *h, const char *line, size_t len, struct oops_header *ret)
{
	size_t pos = 0, from = 0, at, i = oops_scan_next(h->scan, line, len, &pos, &from, &at);
	bool any, trouble = false, firmware = false;

	ret->trouble = ret->firmware = false;
	if (i == SIZE_MAX)
		return false;
	any = try_starts(h, line, len, 0, ret);
	for (; i != SIZE_MAX; i = oops_scan_next(h->scan, line, len, &pos, &from, &at))
		if (i < h->n_anywhere)
			any |= try_row(&oops_header_rows[h->rows[i]], (struct oops_span){line, len},
				at, !any, ret);
		else if (i >= h->n_before_firmware)
			firmware = true;
		else
			trouble |= i >= h->n_before_trouble;
	any = any || try_starts(h, line, len, OOPS_H_UNPROVEN, ret);
	ret->trouble = trouble;
	ret->firmware = firmware;
	return any;
}

struct oops_claim oops_headers_claim(const struct oops_headers *h, const char *line, size_t len)
{
	struct oops_claim claim = {0};
	struct oops_header found;

	if (!oops_headers_find(h, line, len, &found) || !found.kind)
		return claim;
	claim.row = found.row;
	claim.address_len = found.m.f[OOPS_F_ADDR].p ? found.m.f[OOPS_F_ADDR].len : 0;
	for (unsigned i = 0; i < OOPS_N_FIELDS; i++)
		if (found.m.f[i].p && !oops_field_is_text(i))
			claim.fields |= 1u << i;
	return claim;
}

size_t oops_headers_ahead(const struct oops_headers *h, const char *text, size_t len)
{
	size_t pos = 0, from = 0, at;

	return oops_scan_next(h->scan, text, len, &pos, &from, &at) == SIZE_MAX ? len : at;
}

static bool is_tag_char(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '(' || c == ')';
}

bool oops_header_is_quoted(const char *line, size_t start)
{
	static const char audit[] = "audit: type=", kernel[] = "kernel";
	size_t n = 0, digits;

	if (start >= sizeof(audit) - 1 && memcmp(line, audit, sizeof(audit) - 1) == 0)
		return true;
	while (n < start && is_tag_char(line[n]))
		n++;
	if (!n || n == start || line[n] != '[')
		return false;
	if (n == sizeof(kernel) - 1 && memcmp(line, kernel, n) == 0)
		return false;
	for (digits = n + 1; digits < start && ascii_is_digit(line[digits]);)
		digits++;
	return digits > n + 1 && digits + 1 < start && line[digits] == ']' &&
	       line[digits + 1] == ':';
}
