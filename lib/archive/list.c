// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The crashes in folders. Files are identified by their contents. Several files of one event (a
 * dump, the log that the kdump service extracted from it, the log of the capture kernel) are
 * matched by what they record.
 */
#include <stdlib.h>
#include <string.h>

#include "archive/slim.h"
#include "archive/candidate.h"
#include "archive/contents.h"
#include "archive/log_head.h"
#include "archive/named_files.h"
#include "archive/runs.h"
#include "archive/tree_host.h"
#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/options.h"

/* What is kept of dumps pays if several are read. */
#define FEW_FILES 4

/* Frees reports of the facade together with the list. */
struct holder {
	struct vmt_reports *reports;
};

static int release(struct holder *h)
{
	vmt_reports_free(h->reports);
	return 0;
}

static int set_error(TALLOC_CTX *ctx, struct candidate *c, const struct vmt_err *e)
{
	c->error = talloc_memdup(ctx, e, sizeof(*e));
	if (!c->error)
		return VMT_ERR_NOMEM;
	return 0;
}

CAP_FITS(2 * CAP_LIST_ROWS, sizeof(struct candidate));

struct lister {
	const struct vmt_options *opts;
	struct vmt_list *list;
	struct candidate *candidates;
	size_t n;
	size_t n_all; /* files that the walk found */
	struct tree_hosts *owners;
	struct named_files *beside; /* in the folder that is read */
	struct vmt_workers *workers;
	const char **kinds; /* that reports have */
	size_t n_kinds;
	struct vmt_list_left *left;
	const char *reason; /* the last one that was kept */
	bool full;
	bool newest;	  /* an archive is read, of which only the newest crash is wanted */
	bool large;	  /* more files than crashes that are read */
	size_t n_crashes; /* candidates that have one */
	uint64_t n_older; /* files of the archive that were not read for that */
};

/* ---- the list ---------------------------------------------------------------------------- */

static struct candidate *add_candidate(struct lister *l, const struct walk_file *file)
{
	struct candidate *more = ARRAY_ROOM(l->list, l->candidates, l->n);

	if (!more)
		return NULL;
	l->candidates = more;
	more[l->n] = (struct candidate){
		.file = file, .paths = &file->path, .n_paths = 1, .with = SIZE_MAX};
	return &more[l->n++];
}

static int add_error(struct lister *l, const struct walk_file *file, const struct vmt_err *e)
{
	struct candidate *c = add_candidate(l, file);

	return c ? set_error(l->list, c, e) : VMT_ERR_NOMEM;
}

/* The number of kinds of reports is small. */
static const char *keep_kind(void *arg, const char *slug)
{
	struct lister *l = arg;
	const char **more;

	for (size_t i = 0; i < l->n_kinds; i++)
		if (!strcmp(l->kinds[i], slug))
			return l->kinds[i];
	more = ARRAY_ROOM(l->list, l->kinds, l->n_kinds);
	if (!more)
		return NULL;
	l->kinds = more;
	more[l->n_kinds] = talloc_strdup(l->list, slug);
	return more[l->n_kinds] ? more[l->n_kinds++] : NULL;
}

/*
 * Why a log is dropped that the caller did not name and that has no crash of its own; NULL: it is
 * not.
 */
static const char *sift(TALLOC_CTX *ctx, const struct candidate *c)
{
	if (c->file->named || !c->text)
		return NULL;
	if (!c->crash)
		return vmt_report_outcome(c->report) == VMT_NO_CRASH ? "text without a crash"
								     : NULL;
	return log_head_is_capture(ctx, &c->file->file, c->report)
		       ? "log of the kernel that took the dump"
		       : NULL;
}

/* What the candidate keeps of a report of the facade. */
static int take_report(struct lister *l, struct candidate *c, struct vmt_report *report)
{
	c->report = report;
	c->text = report->input.format && !strcmp(report->input.format, VMT_INPUT_TEXT);
	c->crash = report->verdict.kind != NULL;
	l->n_crashes += c->crash;
	c->host = tree_hosts_find(l->owners, c->file->path);
	if (!c->crash)
		return 0;
	if (l->opts->brief)
		c->report = slim_copy(l->list, report);
	return c->report ? candidate_take_instants(l->list, c, report, keep_kind, l)
			 : VMT_ERR_NOMEM;
}

/* The first report is that of the last candidate; the others are of older deaths in the same log.
 */
static int take_reports(struct lister *l, const struct vmt_reports *all, bool *kept)
{
	struct candidate first = l->candidates[l->n - 1];
	int rc = 0;

	*kept = false;
	for (size_t i = 0; i < all->n && !rc; i++) {
		struct candidate *c = i ? add_candidate(l, first.file) : &l->candidates[l->n - 1];

		if (!c)
			return VMT_ERR_NOMEM;
		c->paths = first.paths;
		c->n_paths = first.n_paths;
		rc = take_report(l, c, all->reports[i]);
		if (rc)
			break;
		if (!i)
			c->left = sift(l->list, c);
		c->dropped = i ? l->candidates[l->n - 1 - i].dropped : c->left != NULL;
		*kept |= !c->dropped && c->report == all->reports[i];
		if (c->dropped)
			c->report = NULL;
	}
	return rc;
}

/* The message of an error without the path before it; most are as the one before. */
static const char *keep_reason(struct lister *l, const char *path, const struct vmt_err *e)
{
	const char *m = err_without_path(e->message, path);

	if (!l->reason || strcmp(l->reason, m) != 0)
		l->reason = talloc_strdup(l->list, m);
	return l->reason;
}

/* The options of all inputs. */
static struct vmt_options options_of(const struct lister *l)
{
	struct vmt_options opts = *l->opts;

	opts.without_excerpt |= !opts.one_death; /* no list shows it */
	opts.without_details |= opts.brief;
	opts.progress = opts.searching; /* its own is of files */
	return opts;
}

static size_t most_deaths(const struct vmt_options *opts)
{
	return opts->one_death ? 1 : CAP_LIST_DEATHS;
}

/* files: those of the last candidate. */
static int judge(struct lister *l, const struct vmt_file *files, size_t n)
{
	struct vmt_options opts = options_of(l);
	struct candidate *c = &l->candidates[l->n - 1];
	struct holder *holder = talloc_zero(l->list, struct holder);
	struct vmt_reports *all = NULL;
	struct vmt_err e = {0};
	bool kept;
	int rc;

	if (!holder)
		return VMT_ERR_NOMEM;
	/* Named files are from anywhere. */
	opts.beside = c->file->named ? NULL : named_files_find;
	opts.beside_arg = named_files_has_any(l->beside) ? l->beside : NULL;
	opts.workers = l->workers;
	rc = vmt_triage_deaths(&opts, files, n, most_deaths(&opts), &all, &e);
	if (rc) {
		talloc_free(holder);
		c->dropped = rc == VMT_ERR_FORMAT && !c->file->named;
		if (!c->dropped)
			return set_error(l->list, c, &e);
		c->left = keep_reason(l, c->file->path, &e);
		return c->left ? 0 : VMT_ERR_NOMEM;
	}
	holder->reports = all;
	talloc_set_destructor(holder, release);
	rc = take_reports(l, all, &kept);
	if (!kept)
		talloc_free(holder);
	return rc;
}

static int judge_group(struct lister *l, const struct walk_file *const *parts, size_t n)
{
	struct candidate *c = add_candidate(l, parts[0]);
	const char **paths = n > 1 ? talloc_array(l->list, const char *, n) : NULL;
	struct vmt_file *files = talloc_array(l->list, struct vmt_file, n);
	int rc = c && files && (paths || n == 1) ? 0 : VMT_ERR_NOMEM;

	if (l->opts->progress)
		l->opts->progress(
			l->opts->progress_arg, l->list->n_files, l->n_all, parts[0]->path);
	for (size_t i = 0; i < n && !rc; i++) {
		if (paths)
			paths[i] = parts[i]->path;
		files[i] = parts[i]->file;
	}
	if (!rc && paths) {
		c->paths = paths;
		c->n_paths = n;
	}
	if (!rc)
		rc = judge(l, files, n);
	talloc_free(files);
	l->list->n_files += n;
	return rc;
}

/* Sorts the files by group, and counts the files of each group. */
static void order_groups(const struct walk_file *const *files, size_t n, const size_t *group,
	const struct walk_file **parts, size_t *sizes, size_t *next)
{
	for (size_t i = 0; i < n; i++)
		sizes[group[i]]++;
	for (size_t g = 0, at = 0; at < n; at += sizes[g++])
		next[g] = at;
	for (size_t i = 0; i < n; i++)
		parts[next[group[i]]++] = files[i];
}

/* What the other files of a folder tell of its crashes. */
static int look_around(
	struct lister *l, TALLOC_CTX *ctx, const struct walk_file *const *files, size_t n)
{
	int rc = named_files_new(ctx, &l->beside);

	for (size_t i = 0; i < n && !rc; i++) {
		rc = named_files_add(l->beside, &files[i]->file);
		if (!rc && tree_hosts_may_name(files[i]->path)) {
			char *head = log_head_read(ctx, &files[i]->file);

			rc = head ? tree_hosts_take(l->owners, files[i]->path, head) : 0;
			talloc_free(head);
		}
	}
	return rc;
}

/* At the cap of rows, the rest is left out. */
static bool has_room(struct lister *l)
{
	l->full |= l->n >= CAP_LIST_ROWS;
	return !l->full;
}

/* Where there may be more crashes than are read, the newest are read first. */
static void order_runs(const struct lister *l, struct run *runs, size_t n)
{
	if (l->newest && l->large)
		runs_order(runs, n);
}

/* Whether a run is not to be read any more. */
static bool pass_over(struct lister *l, const struct run *run)
{
	bool enough = l->newest && l->n_crashes >= CAP_NEWEST_CRASHES;

	l->n_older += enough ? run->n : 0;
	return enough;
}

static int judge_groups(struct lister *l, const struct walk_file *const *parts, const size_t *sizes,
	size_t n_groups)
{
	struct run *runs = talloc_array(l->list, struct run, n_groups);
	size_t n = 0;
	int rc = runs ? 0 : VMT_ERR_NOMEM;

	for (size_t g = 0; g < n_groups && !rc; g++) {
		runs[g] = (struct run){n, sizes[g], 0};
		for (; n < runs[g].first + sizes[g]; n++)
			if (parts[n]->mtime_ns > runs[g].mtime_ns)
				runs[g].mtime_ns = parts[n]->mtime_ns;
	}
	if (!rc)
		order_runs(l, runs, n_groups);
	for (size_t g = 0; g < n_groups && !rc && has_room(l); g++)
		if (!pass_over(l, &runs[g]))
			rc = judge_group(l, parts + runs[g].first, runs[g].n);
	talloc_free(runs);
	return rc;
}

/* Judges the files of one folder, with the parts of a split dump as one input. */
static int judge_folder(
	struct lister *l, const struct walk_file *const *files, size_t n, struct vmt_err *err)
{
	TALLOC_CTX *own = talloc_new(l->list);
	struct vmt_file *inputs = talloc_array(own, struct vmt_file, n);
	const struct walk_file **parts = talloc_array(own, const struct walk_file *, n);
	size_t *group = talloc_array(own, size_t, n), *next = talloc_array(own, size_t, n);
	size_t *sizes = talloc_zero_array(own, size_t, n), n_groups = 0;
	size_t first = l->n;
	int rc = own && inputs && parts && group && next && sizes ? 0 : err_nomem(err);

	for (size_t i = 0; i < n && !rc; i++)
		inputs[i] = files[i]->file;
	if (!rc)
		rc = vmt_group_files(inputs, n, group, &n_groups, err);
	if (!rc)
		order_groups(files, n, group, parts, sizes, next);
	if (!rc)
		rc = look_around(l, own, files, n);
	if (!rc)
		rc = judge_groups(l, parts, sizes, n_groups);
	l->beside = NULL;
	if (!rc)
		rc = candidate_join(l->candidates + first, l->n - first, first);
	talloc_free(own);
	return rc == VMT_ERR_NOMEM ? err_nomem(err) : rc;
}

/* ---- archives ---------------------------------------------------------------------------- */

static int judge_files(struct lister *l, const struct walk_file **files, size_t n, unsigned depth,
	struct vmt_err *err);

/* Judges the members of one folder of the archive. */
static int judge_members(struct lister *l, const struct contents *contents, size_t first, size_t n,
	unsigned depth, struct vmt_err *err)
{
	struct walk_file *members = talloc_zero_array(l->list, struct walk_file, n);
	const struct walk_file **files = talloc_array(members, const struct walk_file *, n);
	int rc = files ? 0 : err_nomem(err);

	for (size_t i = 0; i < n && !rc; i++) {
		rc = contents_member(members, contents, first + i, &members[i], err);
		files[i] = &members[i];
	}
	return rc ? rc : judge_files(l, files, n, depth, err);
}

/* Nobody named it, and there is no crash in it. */
static int drop_archive(
	struct lister *l, const struct walk_file *archive, const struct vmt_err *why)
{
	struct candidate *c = add_candidate(l, archive);

	if (!c)
		return VMT_ERR_NOMEM;
	c->dropped = true;
	c->left = keep_reason(l, archive->path, why);
	return c->left ? 0 : VMT_ERR_NOMEM;
}

/* What an archive's row says if there is more, or less, in it than the rows of its crashes show. */
static int judge_archive_itself(struct lister *l, const struct walk_file *archive, size_t first,
	const struct contents *contents, int failed, struct vmt_err *e)
{
	const struct vmt_err *why = e;
	bool found = false;

	for (size_t i = first; i < l->n; i++)
		found |= !l->candidates[i].dropped;
	if (!failed && (contents->lost || contents->bundle->missing))
		why = contents_missing(contents, e);
	else if (!failed && !found)
		why = contents_empty(e);
	else if (!failed)
		return 0;
	if (!found && !archive->named)
		return drop_archive(l, archive, why);
	return add_error(l, archive, why);
}

/* Judges the folders of an archive. */
static int judge_bundle(
	struct lister *l, const struct contents *contents, unsigned depth, struct vmt_err *err)
{
	const struct bundle *b = contents->bundle;
	struct run *runs = talloc_array(l->list, struct run, b->n + 1);
	size_t n = 0;
	int rc = runs ? 0 : err_nomem(err);

	for (size_t i = 0; i < b->n && !rc; n++) {
		runs[n] = (struct run){i, bundle_folder(b, i), 0};
		for (; i < runs[n].first + runs[n].n; i++)
			if (b->members[i].mtime_ns > runs[n].mtime_ns)
				runs[n].mtime_ns = b->members[i].mtime_ns;
	}
	l->large |= b->n > CAP_NEWEST_CRASHES;
	order_runs(l, runs, n);
	for (size_t i = 0; i < n && !rc; i++)
		if (!pass_over(l, &runs[i]))
			rc = judge_members(l, contents, runs[i].first, runs[i].n, depth, err);
	talloc_free(runs);
	return rc;
}

static int tell_older(struct lister *l, const struct walk_file *archive)
{
	struct vmt_err e;

	err_set(&e, VMT_ERR_LIMIT,
		"more than %u crashes: %llu files that may be older were not read",
		CAP_NEWEST_CRASHES, (unsigned long long)l->n_older);
	return l->n_older ? add_error(l, archive, &e) : 0;
}

static int judge_archive(
	struct lister *l, const struct walk_file *file, unsigned depth, struct vmt_err *err)
{
	struct contents contents;
	struct vmt_err why = {0};
	size_t first = l->n;
	TALLOC_CTX *own = talloc_new(l->list);
	int failed = own ? contents_read(own, l->opts, file, &contents, &why) : VMT_ERR_NOMEM,
	    rc = 0;

	l->newest = l->opts->one_death;
	if (!failed)
		rc = judge_bundle(l, &contents, depth + 1, err);
	if (!rc && failed != VMT_ERR_NOMEM)
		rc = judge_archive_itself(l, file, first, &contents, failed, &why);
	if (!rc && depth == 0) {
		rc = tell_older(l, file);
		l->newest = l->large = false;
		l->n_older = 0;
	}
	talloc_free(own);
	return rc == VMT_ERR_NOMEM || failed == VMT_ERR_NOMEM ? err_nomem(err) : rc;
}

/* The files of one folder; an archive among them is looked into after them. */
static int judge_files(struct lister *l, const struct walk_file **files, size_t n, unsigned depth,
	struct vmt_err *err)
{
	const struct walk_file **archives = talloc_array(l->list, const struct walk_file *, n);
	size_t n_plain = 0, n_archives = 0;
	int rc = archives ? 0 : err_nomem(err);

	for (size_t i = 0; i < n && !rc; i++) {
		if (depth < CAP_BUNDLE_DEPTH && contents_probe(&files[i]->file))
			archives[n_archives++] = files[i];
		else
			files[n_plain++] = files[i];
	}
	if (!rc && n_plain)
		rc = judge_folder(l, files, n_plain, err);
	for (size_t i = 0; i < n_archives && !rc; i++)
		rc = judge_archive(l, archives[i], depth, err);
	talloc_free(archives);
	return rc;
}

/* ---- all files --------------------------------------------------------------------------- */

/* Copies what can be read only once. If that fails, the file has its error. */
static int hold_streams(struct lister *l, struct walk *w)
{
	int rc = 0;

	for (size_t i = 0; i < w->n && rc != VMT_ERR_NOMEM; i++) {
		struct walk_file *file = &w->files[i];
		struct vmt_err e = {0};

		if (file->named && !file->error)
			rc = contents_hold(l->list, l->opts, &file->file, &e);
		if (e.code)
			file->error = talloc_memdup(l->list, &e, sizeof(e));
		if (e.code && !file->error)
			rc = VMT_ERR_NOMEM;
	}
	return rc == VMT_ERR_NOMEM ? rc : 0;
}

static int judge_run(struct lister *l, const struct walk_file *files, size_t n, struct vmt_err *err)
{
	const struct walk_file **run = talloc_array(l->list, const struct walk_file *, n);
	int rc = run ? 0 : err_nomem(err);

	for (size_t i = 0; i < n && !rc; i++)
		run[i] = &files[i];
	if (!rc)
		rc = judge_files(l, run, n, 0, err);
	talloc_free(run);
	return rc;
}

static int judge_all(struct lister *l, struct walk *w, struct vmt_err *err)
{
	int rc = hold_streams(l, w);

	l->n_all = w->n;
	l->list->n_skipped = w->n_skipped;
	for (size_t i = 0, n; i < w->n && !rc; i += n) {
		n = 1;
		if (w->files[i].error) { /* a folder that cannot be read */
			rc = add_error(l, &w->files[i], w->files[i].error);
			continue;
		}
		while (i + n < w->n && w->files[i + n].folder == w->files[i].folder &&
			!w->files[i + n].error)
			n++;
		rc = judge_run(l, w->files + i, n, err);
	}
	return rc == VMT_ERR_NOMEM ? err_nomem(err) : rc;
}

static int newest_first(const void *a, const void *b)
{
	const struct vmt_list_entry *x = a, *y = b;

	int order = strcmp(x->path, y->path);
	uint64_t death_x = x->report ? x->report->death.v : 0,
		 death_y = y->report ? y->report->death.v : 0;

	if (x->time.ns != y->time.ns)
		return x->time.ns < y->time.ns ? 1 : -1;
	return order ? order : (death_x < death_y) - (death_x > death_y);
}

/* A log may have several crashes, of which each is a candidate. */
static void count_others(struct lister *l)
{
	uint64_t n_listed = 0;

	for (size_t i = 0, next; i < l->n; i = next) {
		const struct candidate *c = l->candidates;
		bool listed = false, crash = false;

		for (next = i; next < l->n && c[next].file == c[i].file; next++) {
			listed |= !c[next].dropped;
			crash |= c[next].crash || c[next].same;
		}
		n_listed += listed;
		if (listed || crash)
			l->list->n_same += c[i].n_paths - listed;
	}
	l->list->n_others = l->list->n_files > n_listed ? l->list->n_files - n_listed : 0;
}

static int add_left(struct lister *l, const char *path, const char *reason)
{
	struct vmt_list_left *more = ARRAY_ROOM(l->list, l->left, l->list->n_left);

	if (!more)
		return VMT_ERR_NOMEM;
	l->list->left = l->left = more;
	more[l->list->n_left++] = (struct vmt_list_left){path, reason};
	return 0;
}

/* Names what has no entry, and is no source of one. */
static int name_left(struct lister *l, const struct walk *w)
{
	const struct candidate *c = l->candidates;
	int rc = 0;

	for (size_t i = 0, next; i < l->n && !rc; i = next) {
		const char *reason = c[i].left;

		for (next = i; next < l->n && c[next].file == c[i].file; next++)
			reason = c[next].dropped ? reason : NULL;
		for (size_t k = 0; reason && k < c[i].n_paths && !rc; k++)
			rc = add_left(l, c[i].paths[k], reason);
		for (size_t k = 1; !reason && k < c[i].n_paths && !rc; k++)
			rc = add_left(l, c[i].paths[k], "the rest of a file that is listed");
	}
	for (size_t i = 0; i < w->n_left && !rc; i++)
		rc = add_left(l, w->left[i].path, w->left[i].reason);
	return rc;
}

static int tell_full(struct lister *l, const struct walk *w)
{
	struct vmt_err e;

	err_set(&e, VMT_ERR_LIMIT, "more than %u crashes; the rest was not examined",
		CAP_LIST_ROWS);
	return l->full ? add_error(l, &w->files[0], &e) : 0;
}

static int fill(struct lister *l, const struct walk *w, struct vmt_err *err)
{
	struct vmt_list *list = l->list;
	int rc = candidate_rows(list, l->candidates, l->n, !l->opts->no_join, err);

	if (rc)
		return rc;
	count_others(l);
	if (name_left(l, w))
		return err_nomem(err);
	qsort(list->entries, list->n, sizeof(*list->entries), newest_first);
	return 0;
}

int vmt_list_crashes(const struct vmt_options *opts, const char *const *paths, size_t n,
	struct vmt_list **ret, struct vmt_err *err)
{
	/* By default without debuginfo, which does not change what a list shows. */
	struct vmt_options own;
	struct vmt_options opts_all;
	struct lister l = {.opts = &own};
	unsigned allocs = alloc_failures();
	struct vmt_keep *kept = NULL;
	struct walk w;
	int rc = options_read(&own, opts, err);

	if (rc)
		return rc;
	l.list = talloc_zero(NULL, struct vmt_list);
	if (!l.list)
		return err_nomem(err);
	if (!own.level)
		own.level = VMT_LEVEL_CORE;
	rc = walk_paths(
		l.list, paths, n, &(struct walk_progress){own.progress, own.progress_arg}, &w, err);
	l.owners = tree_hosts_new(l.list);
	if (!rc && !l.owners)
		rc = err_nomem(err);
	if (!rc && !own.contain && !own.keep && w.n > FEW_FILES) {
		rc = vmt_keep_new(0, &kept, err);
		own.keep = kept;
	}
	opts_all = options_of(&l);
	opts_all.beside = named_files_find; /* in a folder where no name means anything */
	if (!rc && own.contain)
		rc = vmt_workers_new(&opts_all, most_deaths(&own), &l.workers, err);
	if (!rc)
		rc = judge_all(&l, &w, err);
	vmt_workers_free(l.workers);
	vmt_keep_free(kept);
	if (!rc)
		rc = tell_full(&l, &w);
	if (!rc)
		rc = fill(&l, &w, err);
	if (!rc)
		rc = alloc_check(allocs, err);
	if (rc) {
		talloc_free(l.list);
		return rc;
	}
	*ret = l.list;
	return 0;
}

void vmt_list_free(struct vmt_list *list)
{
	talloc_free(list);
}
