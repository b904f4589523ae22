// SPDX-License-Identifier: GPL-3.0-or-later
/* Which release has the fix of a crash? Asks each source, and puts their candidates together. */
#include <stdlib.h>
#include <string.h>

#include "fixes/answer.h"

#define MOST_DEFAULT 10
#define MOST_PRESENT 3 /* fixes that are shown though the kernel had them */
/* What each source is asked for: many of the likeliest may be in the kernel already. */
#define MOST_ASKED(most) (4 * (most) + 40)

/*
 * Less likely candidates are not shown: with nothing better, nothing matches. Measured with
 * queries whose fix was taken out of what is searched: see scripts/fixes-rank --threshold.
 */
#define LEAST_CHANCE 0.02
#define MEDIUM_CHANCE 0.15
#define HIGH_CHANCE 0.5

/* Candidates of all sources. */
struct candidates {
	struct vmt_fix *list;
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
static int merge(struct answer *a, struct vmt_fix *to, const struct vmt_fix *from, struct vmt_err *err)
{
	struct vmt_fix stronger = from->chance > to->chance ? *from : *to;
	const struct vmt_fix *other = from->chance > to->chance ? to : from;
	const struct vmt_fix *decides = is_decided(to) ? to : from;

	if (!strcmp(from->status, VMT_FIX_PRESENT))
		decides = from;
	stronger.status = decides->status;
	stronger.release = decides->release;
	stronger.quotes = to->quotes || from->quotes;
	if (!stronger.commit)
		stronger.commit = other->commit;
	if (!stronger.n_cves) {
		stronger.cves = other->cves;
		stronger.n_cves = other->n_cves;
	}
	if (!stronger.n_files) {
		stronger.files = other->files;
		stronger.n_files = other->n_files;
	}
	*to = stronger;
	return add_releases(a->fixes, to, other, err);
}

static int add(struct answer *a, struct candidates *c, const struct vmt_fix *fix, struct vmt_err *err)
{
	for (size_t i = 0; i < c->n; i++)
		if (is_same(&c->list[i], fix))
			return merge(a, &c->list[i], fix, err);
	if (c->n < c->room)
		c->list[c->n++] = *fix;
	return 0;
}

/* The same in all runs, whatever the order of the sources. */
static int likeliest_first(const void *a, const void *b)
{
	const struct vmt_fix *x = a, *y = b;

	if (x->quotes != y->quotes)
		return x->quotes ? -1 : 1;
	if (x->chance != y->chance)
		return x->chance > y->chance ? -1 : 1;
	return strcmp(x->subject, y->subject);
}

/* ---- asking ------------------------------------------------------------------------------ */

/* The version in the words of the source's releases. */
static const char *version_for(const struct answer_source *s)
{
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

static int ask(struct answer *a, const struct answer_source *s, size_t source,
	const struct rank_query *query, struct candidates *c, struct vmt_err *err)
{
	struct rank_query own = *query;
	struct rank_match *matches;
	size_t n;
	int rc;

	own.release = version_for(s);
	rc = rank_fixes(a->tmp, s->index, a->where, &own, MOST_ASKED(a->opts->most), &matches, &n, err);
	for (size_t i = 0; !rc && i < n; i++) {
		struct vmt_fix fix;

		if ((double)matches[i].chance < LEAST_CHANCE)
			continue;
		rc = answer_match(a, s, source, &matches[i], &fix, err);
		if (!rc)
			rc = add(a, c, &fix, err);
	}
	return rc;
}

static int open_source(struct answer *a, struct answer_source *s, struct vmt_fix_source *row,
	struct vmt_err *err)
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

static const char *confidence_of(const struct vmt_fix *f)
{
	if (f->quotes || f->chance >= HIGH_CHANCE)
		return VMT_CONFIDENCE_HIGH;
	return f->chance >= MEDIUM_CHANCE ? VMT_CONFIDENCE_MEDIUM : VMT_CONFIDENCE_LOW;
}

/* What the kernel had is not the fix. The best of these say that they were not overlooked. */
static int choose(struct answer *a, struct candidates *c, struct vmt_err *err)
{
	struct vmt_fixes *f = a->fixes;
	size_t most = a->opts->most;
	struct vmt_fix *fixes = talloc_array(f, struct vmt_fix, most + 1),
		       *present = talloc_array(f, struct vmt_fix, MOST_PRESENT);

	if (!fixes || !present)
		return err_nomem(err);
	if (c->n)
		qsort(c->list, c->n, sizeof(*c->list), likeliest_first);
	for (size_t i = 0; i < c->n && f->n_fixes < most; i++) {
		struct vmt_fix *fix = &c->list[i];

		fix->confidence = confidence_of(fix);
		if (strcmp(fix->status, VMT_FIX_PRESENT) != 0)
			fixes[f->n_fixes++] = *fix;
		else if (f->n_present < MOST_PRESENT)
			present[f->n_present++] = *fix;
	}
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

static int make(struct answer *a, struct vmt_err *err)
{
	const struct vmt_kernel *k = &a->report->kernel;
	struct answer_source *list;
	struct candidates c = {0};
	size_t n;
	int rc = version_of_kernel(a->tmp, k->release, k->version, NULL, &a->kernel, err);

	if (!rc)
		rc = describe(a, err);
	if (!rc)
		rc = answer_sources(a, &list, &n, err);
	if (rc)
		return rc;
	if (!n && !a->fixes->driver.path)
		return err_set(err, VMT_ERR_NOTFOUND,
			"this machine has no changelog of a kernel: give one, or a clone of the kernel's repository");
	c.room = n * MOST_ASKED(a->opts->most);
	c.list = talloc_array(a->tmp, struct vmt_fix, c.room + 1);
	rc = c.list ? ask_all(a, list, n, &c, err) : err_nomem(err);
	return rc ? rc : choose(a, &c, err);
}

int answer_make(const struct vmt_report *report, const struct vmt_fixes_options *opts,
	const struct where *where, struct vmt_fixes **ret, struct vmt_err *err)
{
	struct vmt_fixes_options own = *opts;
	struct vmt_fixes *fixes = talloc_zero(NULL, struct vmt_fixes);
	struct answer a = {.report = report,
		.opts = &own,
		.fixes = fixes,
		.tmp = talloc_new(NULL),
		.where = where};
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
