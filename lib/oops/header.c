// SPDX-License-Identifier: GPL-3.0-or-later
/* Finds the header rows that a line matches and joins what they say. */
#include <string.h>

#include "oops/header.h"

struct oops_headers {
	struct oops_scan *scan;
	const char **literals;
	size_t *lengths;
	const struct oops_kind **kinds; /* of each row */
};

int oops_headers_new(TALLOC_CTX *ctx, struct oops_headers **ret, struct vmt_err *err)
{
	struct oops_headers *h = talloc_zero(ctx, struct oops_headers);
	size_t n = oops_n_header_rows;
	int r;

	if (!h)
		return err_nomem(err);
	h->literals = talloc_array(h, const char *, n);
	h->lengths = talloc_array(h, size_t, n);
	h->kinds = talloc_zero_array(h, const struct oops_kind *, n);
	if (!h->literals || !h->lengths || !h->kinds) {
		talloc_free(h);
		return err_nomem(err);
	}
	for (size_t i = 0; i < n; i++) {
		h->literals[i] = oops_header_rows[i].pattern;
		h->lengths[i] = oops_pattern_literal(oops_header_rows[i].pattern);
		if (oops_header_rows[i].kind)
			h->kinds[i] = oops_kind_find(oops_header_rows[i].kind);
	}
	r = oops_scan_new(h, h->literals, h->lengths, n, &h->scan, err);
	if (r) {
		talloc_free(h);
		return r;
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

/* Whether row a says more than row b: a kind before none, then the kinds' order, then the table's. */
static bool is_better(const struct oops_headers *h, size_t a, size_t b)
{
	const struct oops_kind *ka = h->kinds[a], *kb = h->kinds[b];

	if (!ka || !kb)
		return ka && !kb;
	return ka->order < kb->order || (ka->order == kb->order && a < b);
}

static void take_row(const struct oops_headers *h, size_t i, size_t start,
	const struct oops_match *m, struct oops_header *ret)
{
	const struct oops_header_row *row = &oops_header_rows[i];

	if (!ret->row || start < ret->start)
		ret->start = start;
	if (!ret->row || is_better(h, i, (size_t)(ret->row - oops_header_rows))) {
		struct oops_match both = *m;

		join_fields(&both, &ret->m);
		ret->m = both;
		ret->row = row;
		ret->kind = h->kinds[i];
	} else {
		join_fields(&ret->m, m);
	}
	if (!ret->detector)
		ret->detector = row->detector;
	ret->flags |= row->flags;
}

bool oops_headers_find(
	const struct oops_headers *h, const char *line, size_t len, struct oops_header *ret)
{
	size_t pos = 0, from = 0, i;
	bool any = false;

	while ((i = oops_scan_next(h->scan, line, len, &pos, &from)) != SIZE_MAX) {
		const struct oops_header_row *row = &oops_header_rows[i];
		struct oops_match m, whole;

		if ((row->flags & OOPS_H_WORD) && pos && is_word(line[pos - 1]))
			continue;
		if ((row->flags & OOPS_H_START) && pos)
			continue;
		if (!oops_pattern_match(row->pattern, line + pos, line + len, &m))
			continue;
		if (row->line) {
			if (!oops_pattern_match(row->line, line, line + len, &whole))
				continue;
			join_fields(&m, &whole);
		}
		if (!any)
			memset(ret, 0, sizeof(*ret));
		any = true;
		take_row(h, i, row->line ? 0 : pos, &m, ret);
	}
	return any;
}
