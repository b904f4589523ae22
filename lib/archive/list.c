// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The crashes in folders. Files are identified by their contents. Several files of one event (a
 * dump, the log that the kdump service extracted from it, the log of the capture kernel) are
 * matched by what they record.
 */
#include <stdlib.h>
#include <string.h>

#include "archive/contents.h"
#include "archive/told.h"
#include "archive/walk.h"
#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/options.h"
#include "io/crash_name.h"
#include "io/layers.h"
#include "io/name_time.h"

#define HEAD_LEN (64u << 10) /* enough for a boot's command line */

/* A file (or the parts of one) while it is judged. */
struct candidate {
	const struct walk_file *file;
	const char *const *paths; /* of all its parts */
	size_t n_paths;
	struct vmt_report *report;
	struct vmt_err *error;
	bool dropped;
};

/* Frees a report of the facade together with the list. */
struct holder {
	struct vmt_report *report;
};

static int release(struct holder *h)
{
	vmt_report_free(h->report);
	return 0;
}

static bool is_text(const struct candidate *c)
{
	return c->report && c->report->input.format &&
	       !strcmp(c->report->input.format, VMT_INPUT_TEXT);
}

static bool is_crash(const struct candidate *c)
{
	return c->report && c->report->verdict.kind;
}

static bool is_note(const struct candidate *c)
{
	return crash_name_of(c->file->path).kind == CRASH_NAME_NOTE;
}

/* The first bytes of a file's unpacked contents, as a string; NULL: it cannot be read. */
static char *read_head(TALLOC_CTX *ctx, const struct vmt_file *file)
{
	char *head = talloc_size(ctx, HEAD_LEN + 1);
	struct source *src, *inside;
	struct layers layers;
	int64_t got = -1;

	if (head && !contents_open(head, file, &src, NULL) &&
		!layers_peek(head, src, &inside, &layers, NULL))
		got = source_read(inside, 0, head, HEAD_LEN, NULL);
	if (got < 0) {
		talloc_free(head);
		return NULL;
	}
	for (int64_t i = 0; i < got; i++)
		head[i] = head[i] ? head[i] : ' ';
	head[got] = '\0';
	return head;
}

/*
 * Whether this is a log of the kernel that took the dump (kexec-dmesg.log). kexec passes
 * elfcorehdr= to that kernel. A console log may continue into that kernel, but begins with the boot
 * of the crashed one.
 */
static bool is_capture_log(const char *head)
{
	const char *line = strstr(head, "ommand line: "), *end;
	const char *word = line ? strstr(line, "elfcorehdr=") : NULL;

	end = line ? line + strcspn(line, "\n") : NULL;
	return word && word < end;
}

static int set_error(TALLOC_CTX *ctx, struct candidate *c, const struct vmt_err *e)
{
	c->error = talloc_memdup(ctx, e, sizeof(*e));
	if (!c->error)
		return VMT_ERR_NOMEM;
	return 0;
}

/* A log that the caller did not name is dropped if it has no crash of its own. */
static void sift_text(TALLOC_CTX *ctx, struct candidate *c)
{
	char *head;

	if (!is_crash(c)) {
		c->dropped = vmt_report_outcome(c->report) == VMT_NO_CRASH;
		return;
	}
	head = read_head(ctx, &c->file->file);
	c->dropped = head && is_capture_log(head);
	talloc_free(head);
}

/* files: those of c. death: as vmt_options.death. */
static int judge(TALLOC_CTX *ctx, const struct vmt_options *from, uint64_t death,
	const struct vmt_file *files, size_t n, struct candidate *c)
{
	struct vmt_options opts = *from;
	struct holder *holder = talloc_zero(ctx, struct holder);
	struct vmt_err e = {0};
	int rc;

	opts.death = death;
	opts.without_excerpt |= !from->one_death; /* no list shows it */
	if (!holder)
		return VMT_ERR_NOMEM;
	rc = vmt_triage_files(&opts, files, n, &holder->report, &e);
	if (!rc) {
		talloc_set_destructor(holder, release);
		c->report = holder->report;
		if (!c->file->named && is_text(c))
			sift_text(ctx, c);
		return 0;
	}
	c->dropped = rc == VMT_ERR_FORMAT && !c->file->named;
	return set_error(ctx, c, &e);
}

/* ---- several files of one event ---------------------------------------------------------- */

/* Drops what is told of the deaths of one log, which come first; returns how many these are. */
static size_t drop_told(const struct told *told, struct candidate *c, size_t n)
{
	size_t same = 0;

	for (; same < n && c[same].file == c[0].file; same++)
		c[same].dropped =
			c[same].dropped || !c[same].report || told_has(told, c[same].report);
	return same;
}

/* One log's deaths may look alike; so they are told together. */
static int tell(struct told *told, const struct candidate *c, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++)
		if (!c[i].dropped && is_crash(&c[i]))
			rc = told_add_log(told, c[i].report);
	return rc;
}

/* ABRT's note of the crash's first line, beside the log that it is from. */
static void drop_notes(struct candidate *c, size_t n)
{
	bool others = false;

	for (size_t i = 0; i < n; i++)
		others |= is_crash(&c[i]) && !c[i].dropped && !is_note(&c[i]);
	for (size_t i = 0; i < n; i++)
		c[i].dropped |= others && is_note(&c[i]) && !c[i].file->named;
}

/*
 * In one folder, a dump with a crash replaces the logs of that crash, and the first such log
 * replaces the others. If a folder's only dump cannot be read, or shows no crash, a log that does
 * replaces it.
 */
static int join_folder(struct candidate *c, size_t n)
{
	size_t n_dumps = 0, n_logs = 0, poor = 0;
	struct told *told;
	int rc = told_new(NULL, &told);

	drop_notes(c, n);
	for (size_t i = 0; i < n && !rc; i++)
		if (!c[i].dropped && is_crash(&c[i]) && !is_text(&c[i]))
			rc = told_add_dump(told, c[i].report);
	for (size_t i = 0; i < n && !rc; i++) {
		if (c[i].dropped || c[i].file->named)
			continue;
		if (is_text(&c[i])) {
			size_t same = drop_told(told, c + i, n - i);

			for (size_t k = i; k < i + same; k++)
				n_logs += !c[k].dropped;
			rc = tell(told, c + i, same);
			i += same - 1;
		} else if (!c[i].file->error.code) {
			n_dumps++;
			poor = i;
		}
	}
	if (!rc && n_dumps == 1 && n_logs && !is_crash(&c[poor]))
		c[poor].dropped = true;
	talloc_free(told);
	return rc;
}

/* ---- the list ---------------------------------------------------------------------------- */

CAP_FITS((CAP_WALK_FILES + 1) * CAP_LIST_DEATHS, sizeof(struct candidate));
CAP_FITS((CAP_WALK_FILES + 1) * CAP_LIST_DEATHS, sizeof(struct vmt_list_entry));

struct lister {
	const struct vmt_options *opts;
	struct vmt_list *list;
	struct candidate *candidates;
	size_t n;
	size_t n_all; /* files that the walk found */
};

static struct candidate *add_candidate(struct lister *l, const struct walk_file *file)
{
	struct candidate *more = ARRAY_ROOM(l->list, l->candidates, l->n);

	if (!more)
		return NULL;
	l->candidates = more;
	more[l->n] = (struct candidate){.file = file, .paths = &file->path, .n_paths = 1};
	return &more[l->n++];
}

static int add_error(struct lister *l, const struct walk_file *file, const struct vmt_err *e)
{
	struct candidate *c = add_candidate(l, file);

	return c ? set_error(l->list, c, e) : VMT_ERR_NOMEM;
}

/* The other deaths that the log of the last candidate tells of; the newest ones, of many. */
static int judge_other_deaths(struct lister *l, const struct vmt_file *files, size_t n)
{
	const struct candidate newest = l->candidates[l->n - 1];
	uint64_t deaths = newest.report && !newest.dropped ? newest.report->n_deaths : 0;
	int rc = 0;

	for (uint64_t i = 1; i < deaths && i < CAP_LIST_DEATHS && !l->opts->one_death && !rc; i++) {
		struct candidate *c = add_candidate(l, newest.file);

		if (!c)
			return VMT_ERR_NOMEM;
		c->paths = newest.paths;
		c->n_paths = newest.n_paths;
		rc = judge(l->list, l->opts, deaths - i, files, n, c);
	}
	return rc;
}

static int judge_group(struct lister *l, const struct walk_file *const *parts, size_t n)
{
	const char **paths = talloc_array(l->list, const char *, n);
	struct vmt_file *files = talloc_array(l->list, struct vmt_file, n);
	struct candidate *c = add_candidate(l, parts[0]);
	int rc = paths && files && c ? 0 : VMT_ERR_NOMEM;

	if (l->opts->progress)
		l->opts->progress(
			l->opts->progress_arg, l->list->n_files, l->n_all, parts[0]->path);
	for (size_t i = 0; i < n && !rc; i++) {
		paths[i] = parts[i]->path;
		files[i] = parts[i]->file;
	}
	if (!rc) {
		c->paths = paths;
		c->n_paths = n;
		rc = judge(l->list, l->opts, l->opts->death, files, n, c);
	}
	if (!rc)
		rc = judge_other_deaths(l, files, n);
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
	for (size_t g = 0, at = 0; g < n_groups && !rc; at += sizes[g++])
		rc = judge_group(l, parts + at, sizes[g]);
	if (!rc)
		rc = join_folder(l->candidates + first, l->n - first);
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

/* What an archive's row says if there is more, or less, in it than the rows of its crashes show. */
static int judge_archive_itself(struct lister *l, const struct walk_file *archive, size_t first,
	const struct contents *contents, int failed, struct vmt_err *why)
{
	bool found = false;

	for (size_t i = first; i < l->n; i++)
		found |= !l->candidates[i].dropped;
	if (!found && !archive->named)
		return 0;
	if (failed || contents->lost || contents->bundle->missing)
		return add_error(l, archive, failed ? why : contents_missing(contents, why));
	return found ? 0 : add_error(l, archive, contents_empty(why));
}

static int judge_archive(
	struct lister *l, const struct walk_file *file, unsigned depth, struct vmt_err *err)
{
	struct contents contents;
	struct vmt_err why = {0};
	size_t first = l->n;
	TALLOC_CTX *own = talloc_new(l->list);
	int failed = own ? contents_read(own, file, &contents, &why) : VMT_ERR_NOMEM, rc = 0;

	for (size_t i = 0, n; !failed && !rc && i < contents.bundle->n; i += n) {
		n = bundle_folder(contents.bundle, i);
		rc = judge_members(l, &contents, i, n, depth + 1, err);
	}
	if (!rc && failed != VMT_ERR_NOMEM)
		rc = judge_archive_itself(l, file, first, &contents, failed, &why);
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

		if (file->named && !file->error.code)
			rc = contents_hold(l->list, &file->file, &file->error);
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
		if (w->files[i].error.code) { /* a folder that cannot be read */
			rc = add_error(l, &w->files[i], &w->files[i].error);
			continue;
		}
		while (i + n < w->n && w->files[i + n].folder == w->files[i].folder &&
			!w->files[i + n].error.code)
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

/*
 * The crash's own time, also of a clock whose zone is not known; else that in the path of a dump
 * that cannot be read; else the file's.
 */
static void set_time(TALLOC_CTX *list, struct vmt_list_entry *e, int64_t mtime_ns)
{
	const struct vmt_crash *c = e->report ? &e->report->crash : NULL;
	const char *text;

	if (c && (c->time.known || c->local.known))
		e->time = c->time.known ? c->time : c->local;
	else if (e->error && name_time_find(list, e->path, &text, &e->time))
		e->time_source = VMT_TIME_FOLDER;
	else if (mtime_ns)
		e->time = (struct vmt_time){true, mtime_ns};
	if (e->time_source)
		return;
	if (c && c->time_source)
		e->time_source = c->time_source;
	else if (e->time.known)
		e->time_source = VMT_TIME_FILE;
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
			crash |= is_crash(&c[next]);
		}
		n_listed += listed;
		if (listed || crash)
			l->list->n_same += c[i].n_paths - listed;
	}
	l->list->n_others = l->list->n_files > n_listed ? l->list->n_files - n_listed : 0;
}

static int fill(struct lister *l, struct vmt_err *err)
{
	struct vmt_list *list = l->list;

	list->entries = talloc_zero_array(list, struct vmt_list_entry, l->n ? l->n : 1);
	if (!list->entries)
		return err_nomem(err);
	for (size_t i = 0; i < l->n; i++) {
		const struct candidate *c = &l->candidates[i];
		struct vmt_list_entry *e = &list->entries[list->n];

		if (c->dropped)
			continue;
		*e = (struct vmt_list_entry){.path = c->file->path,
			.report = c->report,
			.error = c->error,
			.paths = c->paths,
			.n_paths = c->n_paths};
		set_time(list, e, c->file->mtime_ns);
		list->n++;
	}
	count_others(l);
	qsort(list->entries, list->n, sizeof(*list->entries), newest_first);
	return 0;
}

int vmt_list_crashes(const struct vmt_options *opts, const char *const *paths, size_t n,
	struct vmt_list **ret, struct vmt_err *err)
{
	/* By default without debuginfo, which does not change what a list shows. */
	struct vmt_options own;
	struct lister l = {.opts = &own};
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
	if (!rc)
		rc = judge_all(&l, &w, err);
	if (!rc)
		rc = fill(&l, err);
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
