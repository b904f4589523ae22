// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A fix's score is a sum: for each term that it shares with the crash, how rare the term is, times
 * the weights below; and what its releases say. All weights are those that make the right fixes of
 * a set of crashes most likely (a softmax over their candidates).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixes/rank_internal.h"

#include "base/array.h"
#include "base/big.h"
#include "base/err.h"

/* How much a term counts in each field. A subject that is all there is of a fix counts more. */
static const struct {
	float subject, subject_alone, body, files, trace;
	enum rank_reason_kind reason;
} weights[CLASSES] = {
	[CLASS_NAME] = {0.180f, 0.181f, 0.131f, 0, 0, RANK_FUNCTION},
	[CLASS_PART] = {0.124f, 0.301f, 0.139f, 0.067f, 0, RANK_WORD},
	[CLASS_MODULE] = {0.011f, 0.314f, 0, 0.321f, 0, RANK_MODULE},
	[CLASS_TOPIC] = {0.138f, 0.280f, 0.376f, 0, 0, RANK_TOPIC},
	[CLASS_HEADLINE] = {0.047f, 0.090f, 0.096f, 0, 0, RANK_HEADLINE},
	[CLASS_FILE] = {0, 0, 0, 0.137f, 0, RANK_FILE},
	[CLASS_FOLDER] = {0, 0, 0, 0.154f, 0, RANK_FOLDER},
	[CLASS_PLACE] = {0.055f, 0.286f, 0, 0.205f, 0, RANK_WORD},
	[CLASS_OTHER_NAME] = {0.027f, 0.015f, 0.015f, 0, 0, RANK_FUNCTION},
	[CLASS_OTHER_PART] = {0.212f, 0.275f, 0.039f, 0.191f, 0, RANK_WORD},
	[CLASS_OTHER_FILE] = {0, 0, 0, 0.243f, 0, RANK_FILE},
	[CLASS_OTHER_FOLDER] = {0, 0, 0, 0.258f, 0, RANK_FOLDER},
	[CLASS_CALL] = {0, 0, 0, 0, 1, RANK_CALL},
};

/* What the releases of a fix add. A crash is mostly repaired soon after it was seen. */
#define HAS_IT (-6.4f)	    /* the crashed kernel has it, by its version */
#define LACKS_CAUSE (-6.4f) /* ... and has not what brought the bug */
#define LACKS_IT 1.1f	    /* a later release of its branch has it */
/* The logarithm of upstream's releases between, at most so many; and those of a fix that has none.
 */
#define SERIES_AFTER (-1.8f)
#define SERIES_MOST 19
#define SERIES_UNKNOWN 2

struct ranking {
	const struct fixes_index *index;
	const struct rank_query *query;
	struct rank_terms terms;
	float *idf;		       /* of each term */
	float *scores;		       /* of each fix */
	struct rank_release *releases; /* of the index */
	uint16_t arch;
	bool dated;
};

static float value_of(enum rank_class class, const struct index_posting *p, bool alone)
{
	float v = (float)p->value[INDEX_BODY] * weights[class].body +
		  (float)p->value[INDEX_FILES] * weights[class].files +
		  (float)p->value[INDEX_TRACE] * weights[class].trace;

	v += (float)p->value[INDEX_SUBJECT] *
	     (alone ? weights[class].subject_alone : weights[class].subject);
	return v / INDEX_UNIT;
}

static void add_term(struct ranking *r, size_t i, const uint8_t *alone)
{
	const struct rank_term *term = &r->terms.items[i];
	struct index_postings postings = index_find(r->index, term->hash);
	float n = (float)index_size(r->index), with = (float)postings.n;
	struct index_posting p;
	float weight;

	if (with < 1 || with > n)
		return;
	r->idf[i] = logf(1 + (n - with + 0.5f) / (with + 0.5f));
	weight = term->weight * r->idf[i];
	while (index_next(&postings, &p))
		r->scores[p.fix] += weight * value_of(term->class, &p, alone[p.fix]);
}

/* ---- releases ---------------------------------------------------------------------------- */

static void read_releases(struct ranking *r)
{
	for (uint32_t i = 0; i < index_releases(r->index); i++) {
		struct fix_release release;

		index_release(r->index, i, &release);
		r->releases[i] = rank_release_of(&release, r->query->release);
	}
}

/* What all releases of a fix say together. */
static struct rank_release releases_of(const struct ranking *r, uint32_t fix)
{
	struct rank_release ret = {.series = RANK_NO_SERIES};
	uint32_t number;

	for (uint32_t i = 0; (number = index_release_of(r->index, fix, i)) != INDEX_NONE; i++) {
		ret.has |= r->releases[number].has;
		ret.lacks |= r->releases[number].lacks;
		if (r->releases[number].series < ret.series)
			ret.series = r->releases[number].series;
	}
	return ret;
}

static bool lacks_cause(const struct ranking *r, const struct index_row *row)
{
	struct rank_release cause;

	if (row->introduced_by == INDEX_NONE)
		return false;
	cause = releases_of(r, row->introduced_by);
	return !cause.has && (cause.lacks || (cause.series > 0 && cause.series != RANK_NO_SERIES));
}

/* Sets what the match says of releases; returns what they add to the score. */
static float judge_releases(
	const struct ranking *r, const struct index_row *row, struct rank_match *match)
{
	struct rank_release all = releases_of(r, match->fix);
	int series = all.series;
	float ret = 0;

	if (!r->dated)
		return 0;
	match->lacks_cause = lacks_cause(r, row);
	if (all.has)
		match->has = RANK_HAS_IT;
	else if (all.lacks || (series > 0 && series != RANK_NO_SERIES))
		match->has = RANK_LACKS_IT;
	ret += all.has ? HAS_IT : 0;
	ret += match->lacks_cause ? LACKS_CAUSE : 0;
	ret += all.lacks ? LACKS_IT : 0;
	if (series == RANK_NO_SERIES)
		series = SERIES_UNKNOWN;
	series = series < 0 ? 0 : series > SERIES_MOST ? SERIES_MOST : series;
	return ret + SERIES_AFTER * logf(1 + (float)series);
}

/* ---- the best ---------------------------------------------------------------------------- */

/* Keeps the best in order. Of two with one score, the one that comes first in the index is first.
 */
static void keep(struct rank_match *best, size_t most, size_t *n, const struct rank_match *match)
{
	size_t i = *n;

	if (i == most && (!most || match->score <= best[most - 1].score))
		return;
	if (i == most)
		i--;
	else
		(*n)++;
	for (; i > 0 && best[i - 1].score < match->score; i--)
		best[i] = best[i - 1];
	best[i] = *match;
}

static size_t choose(struct ranking *r, struct rank_match *best, size_t most)
{
	size_t n = 0;
	double sum = 0, top = 0;

	for (uint32_t i = 0; i < index_size(r->index); i++) {
		struct rank_match match = {.fix = i};
		struct index_row row;

		if (r->scores[i] <= 0 || i + 1 == r->query->except)
			continue;
		row = index_row(r->index, i);
		if (row.reverted_by != INDEX_NONE ||
			(r->arch && row.arches && !(row.arches & r->arch)))
			continue;
		match.score = r->scores[i] + judge_releases(r, &row, &match);
		/* Scores are about 30 at most, so that the sum is exact enough. */
		sum += exp((double)match.score);
		keep(best, most, &n, &match);
	}
	for (size_t i = 0; i < n; i++) {
		top = exp((double)best[i].score);
		best[i].chance = sum > 0 ? (float)(top / sum) : 0;
	}
	return n;
}

/* ---- reasons ----------------------------------------------------------------------------- */

struct part {
	float value;
	unsigned fields;
};

/* What a term adds to each of the best. places: of each fix its place among them, from 1. */
static void add_parts(const struct ranking *r, size_t i, const uint32_t *places,
	const uint8_t *alone, struct part *parts)
{
	const struct rank_term *term = &r->terms.items[i];
	struct index_postings postings = index_find(r->index, term->hash);
	struct index_posting p;

	while (r->idf[i] > 0 && index_next(&postings, &p)) {
		struct part *part;

		if (!places[p.fix])
			continue;
		part = &parts[(places[p.fix] - 1) * r->terms.n + i];
		part->value = term->weight * r->idf[i] * value_of(term->class, &p, alone[p.fix]);
		for (unsigned f = 0; f < INDEX_FIELDS; f++)
			part->fields |= (unsigned)(p.value[f] != 0) << f;
	}
}

/* One word can stand for a function, a file and a module: it is one reason, of the first kind. */
static void join_parts(const struct ranking *r, struct part *parts)
{
	const struct rank_term *terms = r->terms.items;

	for (size_t i = 0; i < r->terms.n; i++)
		for (size_t k = i + 1; k < r->terms.n && parts[i].value > 0; k++)
			if (parts[k].value > 0 && terms[i].hash == terms[k].hash) {
				parts[i].value += parts[k].value;
				parts[i].fields |= parts[k].fields;
				parts[k].value = 0;
			}
}

static int give_reasons(
	TALLOC_CTX *ctx, const struct ranking *r, struct part *parts, struct rank_match *match)
{
	struct rank_reason *reasons = talloc_array(ctx, struct rank_reason, RANK_REASONS_MOST);
	float all = 0;

	if (!reasons)
		return VMT_ERR_NOMEM;
	join_parts(r, parts);
	for (size_t i = 0; i < r->terms.n; i++)
		all += parts[i].value;
	for (match->reasons_n = 0; match->reasons_n < RANK_REASONS_MOST; match->reasons_n++) {
		const struct rank_term *term;
		size_t best = 0;

		for (size_t i = 1; i < r->terms.n; i++)
			if (parts[i].value > parts[best].value)
				best = i;
		if (!r->terms.n || parts[best].value <= 0)
			break;
		term = &r->terms.items[best];
		reasons[match->reasons_n] =
			(struct rank_reason){.kind = weights[term->class].reason,
				.text = talloc_strdup(reasons, term->text),
				.fields = parts[best].fields,
				.share = parts[best].value / all};
		parts[best].value = 0;
		if (!reasons[match->reasons_n].text)
			return VMT_ERR_NOMEM;
	}
	match->reasons = reasons;
	return 0;
}

static int explain(TALLOC_CTX *ctx, const struct ranking *r, struct rank_match *best, size_t n,
	const uint8_t *alone)
{
	struct big *room = big_new(r->terms.ctx);
	uint32_t *places = talloc_zero_array(r->terms.ctx, uint32_t, index_size(r->index) + 1);
	struct part *parts = NULL;
	int rc = 0;

	if (!n || !r->terms.n)
		return 0;
	if (room && places)
		parts = big_resize(room, n * r->terms.n * sizeof(*parts));
	if (!parts)
		return VMT_ERR_NOMEM;
	for (size_t k = 0; k < n; k++)
		places[best[k].fix] = (uint32_t)k + 1;
	for (size_t i = 0; i < r->terms.n; i++)
		add_parts(r, i, places, alone, parts);
	for (size_t k = 0; k < n && !rc; k++)
		rc = give_reasons(ctx, r, &parts[k * r->terms.n], &best[k]);
	return rc;
}

/* ---- how likely -------------------------------------------------------------------------- */

size_t rank_reasons(const struct rank_match *match, enum rank_reason_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < match->reasons_n; i++)
		n += match->reasons[i].kind == kind;
	return n;
}

/*
 * The ranking's chance supposes that one of the fixes is the right one, which is often not so. The
 * weights were fitted to crashes whose fix is known: for every other one it was taken out of what
 * was searched.
 */
double rank_likelihood(const struct rank_match *m)
{
	double sum = -1.3 + 0.055 * (double)m->score + 1.2 * log((double)m->chance + 1e-9);

	sum += rank_reasons(m, RANK_FUNCTION) ? 0.35 : 0;
	sum += rank_reasons(m, RANK_TOPIC) ? 0.6 : 0;
	return 1 / (1 + exp(-sum));
}

/* ---- all of it --------------------------------------------------------------------------- */

static uint8_t *find_alone(TALLOC_CTX *ctx, const struct fixes_index *index)
{
	uint8_t *alone = talloc_array(ctx, uint8_t, index_size(index) + 1);

	for (uint32_t i = 0; alone && i < index_size(index); i++)
		alone[i] = !(index_row(index, i).flags & INDEX_HAS_MORE);
	return alone;
}

static int rank(TALLOC_CTX *ctx, struct ranking *r, struct rank_match *best, size_t most, size_t *n)
{
	TALLOC_CTX *work = r->terms.ctx;
	uint8_t *alone = find_alone(work, r->index);

	r->idf = talloc_zero_array(work, float, (unsigned)r->terms.n + 1);
	r->scores = talloc_zero_array(work, float, index_size(r->index) + 1);
	r->releases = talloc_zero_array(work, struct rank_release, index_releases(r->index) + 1);
	if (!alone || !r->idf || !r->scores || !r->releases || r->terms.failed)
		return VMT_ERR_NOMEM;
	for (size_t i = 0; i < r->terms.n; i++)
		add_term(r, i, alone);
	read_releases(r);
	*n = choose(r, best, most);
	return explain(ctx, r, best, *n, alone);
}

int rank_fixes(TALLOC_CTX *ctx, const struct fixes_index *index, const struct rank_query *query,
	struct rank_match **ret, size_t *n, struct vmt_err *err)
{
	TALLOC_CTX *work = talloc_new(ctx);
	struct ranking r = {.index = index, .query = query, .terms.ctx = work};
	struct rank_match *best =
		talloc_zero_array(ctx, struct rank_match, (unsigned)query->most + 1);
	int rc = VMT_ERR_NOMEM;

	*n = 0;
	if (work && best) {
		r.dated = rank_release_is_known(query->release);
		r.arch = query->arch ? index_arch(query->arch) : 0;
		rank_read_query(&r.terms, query->where, query);
		rc = rank(best, &r, best, query->most, n);
	}
	talloc_free(work);
	if (rc) {
		talloc_free(best);
		return err_nomem(err);
	}
	*ret = best;
	return 0;
}
