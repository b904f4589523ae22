// SPDX-License-Identifier: GPL-3.0-or-later
/* Which release has the fix of a crash? Asks each source, and puts their candidates together. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "fixes/answer.h"

#define MOST_DEFAULT 10
#define SIGNATURE_MOST 4096 /* bytes */
#define MOST_PRESENT 3	    /* fixes that are shown though the kernel had them */
/* What each source is asked for: some of the likeliest are in the kernel already. */
#define MOST_ASKED(most) (2 * (most) + 10)

/*
 * The likelihood from which a match is offered as a fix, not as a weak one, and from which a report
 * names it. `scripts/fixes-rank --calibrate` counts how often they are right.
 */
#define MEDIUM_CHANCE 0.25
#define HIGH_CHANCE 0.5

/*
 * Unless the best is as good as this, nothing matches; and what is so much worse than the best is
 * not shown, not even as a weak match. Measured with crashes whose fix is known, in 14626 fixes: of
 * the right ones among the first ten, these keep 93 % (with messages and files) and 87 % (subjects
 * alone).
 */
#define LEAST_SCORE 3.0
#define LEAST_CHANCE 0.002
#define FURTHEST_SCORE 4.0

struct candidate {
	struct vmt_fix fix;
	double score;
	bool driver; /* from the changelog of the driver that crashed */
};

/* Candidates of all sources. */
struct candidates {
	struct candidate *list;
	size_t n, room;
};

/* ---- putting together -------------------------------------------------------------------- */

static bool is_same(const struct vmt_fix *a, const struct vmt_fix *b)
{
	if (a->commit && b->commit)
		return !strcmp(a->commit, b->commit);
	return !strcmp(a->subject, b->subject);
}

static bool is_decided(const struct vmt_fix *f)
{
	return !strcmp(f->status, VMT_FIX_NEWER) || !strcmp(f->status, VMT_FIX_PRESENT);
}

static int add_releases(
	TALLOC_CTX *ctx, struct vmt_fix *to, const struct vmt_fix *from, struct vmt_err *err)
{
	const char **all = talloc_array(ctx, const char *, to->n_releases + from->n_releases + 1);
	size_t n = to->n_releases;

	if (!all)
		return err_nomem(err);
	memcpy(all, to->releases, n * sizeof(*all));
	for (size_t i = 0; i < from->n_releases; i++) {
		bool has = false;

		for (size_t k = 0; k < n; k++)
			has |= !strcmp(all[k], from->releases[i]);
		if (!has)
			all[n++] = from->releases[i];
	}
	to->releases = all;
	to->n_releases = n;
	return 0;
}

/*
 * A fix that two sources tell of. The kernel has it if one says so: a changelog of the distribution
 * knows what it took over before upstream's branch did.
 */
static int merge(
	struct answer *a, struct vmt_fix *to, const struct vmt_fix *from, struct vmt_err *err)
{
	struct vmt_fix stronger = from->chance > to->chance ? *from : *to;
	const struct vmt_fix other = from->chance > to->chance ? *to : *from;
	const struct vmt_fix *decides = is_decided(to) ? to : from;

	if (!strcmp(from->status, VMT_FIX_PRESENT))
		decides = from;
	stronger.status = decides->status;
	stronger.release = decides->release;
	stronger.quotes = to->quotes || from->quotes;
	if (!stronger.commit)
		stronger.commit = other.commit;
	if (!stronger.n_cves) {
		stronger.cves = other.cves;
		stronger.n_cves = other.n_cves;
	}
	if (!stronger.n_files) {
		stronger.files = other.files;
		stronger.n_files = other.n_files;
	}
	*to = stronger;
	return add_releases(a->fixes, to, &other, err);
}

static int add(
	struct answer *a, struct candidates *c, const struct candidate *new, struct vmt_err *err)
{
	for (size_t i = 0; i < c->n; i++) {
		struct candidate *old = &c->list[i];

		if (!is_same(&old->fix, &new->fix))
			continue;
		old->score = new->score > old->score ? new->score : old->score;
		return merge(a, &old->fix, &new->fix, err);
	}
	if (c->n < c->room)
		c->list[c->n++] = *new;
	return 0;
}

/* The same in all runs, whatever the order of the sources. */
static int likeliest_first(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->fix.quotes != y->fix.quotes)
		return x->fix.quotes ? -1 : 1;
	if (x->driver != y->driver)
		return x->driver ? -1 : 1;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return strcmp(x->fix.subject, y->fix.subject);
}

/* ---- asking ------------------------------------------------------------------------------ */

/* The version in the words of the source's releases; NULL: they cannot be compared. */
static const char *version_for(const struct answer_source *s)
{
	if (s->foreign)
		return NULL;
	switch (s->source.kind) {
	case FIX_SOURCE_DEBIAN:
	case FIX_SOURCE_RPM:
	case FIX_SOURCE_INSTALLED:
	case FIX_SOURCE_RPM_FILE:
	case FIX_SOURCE_DEB_FILE:
		return s->ran.package ? s->ran.package : s->ran.upstream;
	default:
		return s->ran.upstream ? s->ran.upstream : s->ran.package;
	}
}

static bool is_present(const struct candidate *c)
{
	return !strcmp(c->fix.status, VMT_FIX_PRESENT);
}

static bool has_reason(const struct vmt_fix *f, const char *what)
{
	bool has = false;

	for (size_t i = 0; i < f->n_reasons; i++)
		has |= !strcmp(f->reasons[i].what, what);
	return has;
}

/*
 * A driver's bug is seldom in the kernel: then much must speak for it. Its own changelog is short,
 * so that no word in it is rare and scores are low.
 */
static bool may_be(const struct answer *a, const struct candidate *c)
{
	const struct vmt_fix *f = &c->fix;

	if (f->quotes || is_present(c))
		return true;
	if (c->driver)
		return has_reason(f, VMT_MATCH_FUNCTION) || has_reason(f, VMT_MATCH_KIND);
	return c->score >= LEAST_SCORE && (!a->driver || f->chance >= MEDIUM_CHANCE);
}

static int ask(struct answer *a, const struct answer_source *s, size_t source,
	const struct rank_query *query, struct candidates *c, struct vmt_err *err)
{
	struct rank_query own = *query;
	struct rank_match *matches;
	size_t n;
	int rc;

	own.release = version_for(s);
	own.where = a->where;
	own.most = MOST_ASKED(a->opts->most);
	rc = rank_fixes(a->tmp, s->index, &own, &matches, &n, err);
	for (size_t i = 0; !rc && i < n; i++) {
		struct candidate new = {.score = (double)matches[i].score, .driver = s->driver};

		/* The kernel cannot have the bug of a change that it lacks. */
		if (matches[i].lacks_cause)
			continue;
		rc = answer_match(a, s, source, &matches[i], &new.fix, err);
		if (!rc)
			rc = add(a, c, &new, err);
	}
	return rc;
}

static int open_source(
	struct answer *a, struct answer_source *s, struct vmt_fix_source *row, struct vmt_err *err)
{
	struct vmt_err why;
	int rc = answer_index(a, &s->source, &s->index, &why);

	if (rc == VMT_ERR_NOMEM)
		return err_nomem(err);
	if (rc) {
		s->index = NULL;
		row->error = talloc_memdup(a->fixes, &why, sizeof(why));
		return row->error ? 0 : err_nomem(err);
	}
	row->entries = index_size(s->index);
	return answer_count_newer(s, &row->newer, err);
}

static int ask_all(struct answer *a, struct answer_source *list, size_t n, struct candidates *c,
	struct vmt_err *err)
{
	struct vmt_fix_source *rows = a->rows;
	struct rank_query query;
	int rc = answer_query(a->tmp, a->report, &query, err);

	for (size_t i = 0; !rc && i < n; i++) {
		if (rows[i].error)
			continue;
		rc = open_source(a, &list[i], &rows[i], err);
		if (rc || !list[i].index)
			continue;
		rc = ask(a, &list[i], i, &query, c, err);
		a->fixes->entries += rows[i].entries;
		a->fixes->newer += rows[i].newer;
		talloc_free(list[i].index);
	}
	return rc;
}

/* ---- choosing ---------------------------------------------------------------------------- */

/* The likelihood is that of a kernel's many changes: those of a driver are few. */
static const char *confidence_of(const struct candidate *c)
{
	const struct vmt_fix *f = &c->fix;

	if (f->quotes || f->chance >= HIGH_CHANCE)
		return VMT_CONFIDENCE_HIGH;
	if (f->chance >= MEDIUM_CHANCE || (c->driver && has_reason(f, VMT_MATCH_FUNCTION)))
		return VMT_CONFIDENCE_MEDIUM;
	return VMT_CONFIDENCE_LOW;
}

/* Whether a fix that the kernel had is worth a word: that it was not overlooked. */
static bool is_close(const struct vmt_fix *f)
{
	return f->quotes || has_reason(f, VMT_MATCH_FUNCTION);
}

/* Keeps the order of the likely ones, and that of the others. */
static void likely_first(struct vmt_fix *fixes, struct vmt_fixes *f)
{
	for (size_t i = 0; i < f->n_fixes; i++) {
		struct vmt_fix fix = fixes[i];

		if (!strcmp(fix.confidence, VMT_CONFIDENCE_LOW))
			continue;
		memmove(&fixes[f->n_likely + 1], &fixes[f->n_likely],
			(i - f->n_likely) * sizeof(fix));
		fixes[f->n_likely++] = fix;
	}
}

static int choose(struct answer *a, struct candidates *c, struct vmt_err *err)
{
	struct vmt_fixes *f = a->fixes;
	size_t most = a->opts->most;
	struct vmt_fix *fixes = talloc_array(f, struct vmt_fix, most + 1),
		       *present = talloc_array(f, struct vmt_fix, MOST_PRESENT);
	double best = 0;

	if (!fixes || !present)
		return err_nomem(err);
	if (c->n)
		qsort(c->list, c->n, sizeof(*c->list), likeliest_first);
	for (size_t i = 0; i < c->n && f->n_fixes < most; i++) {
		struct candidate *it = &c->list[i];

		if (!may_be(a, it)) /* by now, it has what all sources say of it */
			continue;
		it->fix.confidence = confidence_of(it);
		if (is_present(it)) {
			if (is_close(&it->fix) && f->n_present < MOST_PRESENT)
				present[f->n_present++] = it->fix;
			continue;
		}
		if (!best && it->fix.chance < LEAST_CHANCE)
			break;
		best = it->score > best ? it->score : best;
		if (!it->fix.quotes && !it->driver && it->score < best - FURTHEST_SCORE)
			continue;
		fixes[f->n_fixes++] = it->fix;
	}
	likely_first(fixes, f);
	f->fixes = fixes;
	f->present = present;
	return 0;
}

/* ---- all --------------------------------------------------------------------------------- */

static int describe(struct answer *a, struct vmt_err *err)
{
	const struct vmt_report *r = a->report;
	struct vmt_fixes *f = a->fixes;
	unsigned failures = alloc_failures();
	const struct kernel_version *k = &a->kernel;
	const char *release = k->package ? k->package : k->upstream;

	if (r->input.path)
		f->input = talloc_strdup(f, r->input.path);
	if (r->verdict.headline)
		f->headline = talloc_strdup(f, r->verdict.headline);
	if (r->kernel.release)
		f->kernel = talloc_strdup(f, r->kernel.release);
	if (release)
		f->release = talloc_strdup(f, release);
	if (k->distribution)
		f->distribution = talloc_strdup(f, k->distribution);
	return alloc_check(failures, err);
}

/* Memory that ran out, a broken part, a command of the administrator. */
static bool is_innocent(const struct vmt_verdict *v)
{
	const struct oops_kind *kind = oops_kind_of_slug(v->kind);

	return kind && kind->blames == BLAMES_NOBODY && (kind->traits & TRAIT_INNOCENT);
}

/* What the running kernel says of itself; NULL: nothing. */
static char *running_signature(struct answer *a)
{
	struct root_files *root;
	char *text = NULL;
	size_t len;

	if (root_files_open(a->tmp, a->opts->root, &root, NULL) ||
		root_files_read(
			a->tmp, root, "/proc/version_signature", SIGNATURE_MOST, &text, &len))
		return NULL;
	return text;
}

/*
 * Ubuntu's upstream release stands in the banner of a boot, but not in a crash report: apport saves
 * it beside one, and the running kernel knows it, if it is the one that crashed.
 */
static int add_signature(struct answer *a, struct vmt_err *err)
{
	const struct vmt_kernel *k = &a->report->kernel;
	const char *texts[] = {k->signature, NULL};
	int rc = 0;

	if (!a->kernel.package || a->kernel.upstream || a->kernel.scheme != VERSION_DEBIAN)
		return 0;
	texts[1] = running_signature(a);
	for (size_t i = 0; !rc && i < ARRAY_SIZE(texts) && !a->kernel.upstream; i++) {
		struct kernel_version other;

		if (!texts[i])
			continue;
		rc = version_of_kernel(a->tmp, k->release, k->version, texts[i], &other, err);
		if (!rc && other.package && !strcmp(other.package, a->kernel.package))
			a->kernel.upstream = other.upstream;
	}
	return rc;
}

static int make(struct answer *a, struct vmt_err *err)
{
	const struct vmt_kernel *k = &a->report->kernel;
	struct answer_source *list;
	struct candidates c = {0};
	size_t n;
	int rc;

	if (is_innocent(&a->report->verdict))
		return err_set(err, VMT_ERR_NODATA, "no code is to blame for this crash: %s",
			a->report->verdict.kind_text ? a->report->verdict.kind_text
						     : a->report->verdict.kind);
	rc = version_of_kernel(a->tmp, k->release, k->version, NULL, &a->kernel, err);
	if (!rc)
		rc = add_signature(a, err);
	if (!rc)
		rc = describe(a, err);
	if (!rc)
		rc = answer_sources(a, &list, &n, err);
	if (!rc)
		rc = answer_firmware(a, err);
	if (rc)
		return rc;
	if (!n && !a->fixes->driver.path && !a->whence.path)
		return err_set(err, VMT_ERR_NOTFOUND,
			"this machine has no changelog of a kernel: give one, or a clone of the "
			"kernel's repository");
	c.room = n * MOST_ASKED(a->opts->most);
	c.list = talloc_array(a->tmp, struct candidate, c.room + 1);
	rc = c.list ? ask_all(a, list, n, &c, err) : err_nomem(err);
	return rc ? rc : choose(a, &c, err);
}

int answer_make(const struct vmt_report *report, const struct vmt_fixes_options *opts,
	const struct where *where, bool kept, struct vmt_fixes **ret, struct vmt_err *err)
{
	struct vmt_fixes_options own = *opts;
	struct vmt_fixes *fixes = talloc_zero(NULL, struct vmt_fixes);
	struct answer a = {.report = report,
		.opts = &own,
		.fixes = fixes,
		.tmp = talloc_new(NULL),
		.where = where,
		.kept = kept};
	int rc = fixes && a.tmp ? 0 : err_nomem(err);

	own.most = own.most ? own.most : MOST_DEFAULT;
	if (!rc)
		rc = make(&a, err);
	talloc_free(a.tmp);
	if (rc)
		talloc_free(fixes);
	else
		*ret = fixes;
	return rc;
}
