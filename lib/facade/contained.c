// SPDX-License-Identifier: GPL-3.0-or-later
/* A triage in a worker. It is a fork, so it needs to be told nothing: it has the arguments. */
#include "facade/contained.h"

#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/options.h"
#include "contain/bounds.h"
#include "facade/session.h"
#include "io/preload.h"
#include "io/source.h"
#include "report/reply.h"

struct triage_args {
	struct vmt_options opts;
	const struct vmt_file *files;
	size_t n;
	size_t most; /* deaths of a log; 0: only the one that opts asks for */
};

/* Workers for many inputs, which forked before these are known: jobs describe them. */
struct vmt_workers {
	struct triage_args args;
	struct contain_options options;
	struct contain_pool *pool;
	struct vmt_keep *kept; /* empty: each worker fills a copy of its own */
};

/* The job's descriptors are those of the files that have one, in their order. */
static int take_descriptors(
	struct contain_worker *worker, struct vmt_file *files, size_t n, struct vmt_err *err)
{
	uint32_t next = 0;

	for (size_t i = 0; i < n; i++) {
		if (files[i].kind != VMT_FILE_FD && files[i].kind != VMT_FILE_SLICE)
			continue;
		files[i].fd = contain_fd(worker, next++);
		if (files[i].fd < 0)
			return err_set_errno(
				err, -files[i].fd, "%s: cannot read", session_file_name(&files[i]));
	}
	return 0;
}

static int send_report(
	struct contain_worker *worker, TALLOC_CTX *ctx, const struct vmt_report *report)
{
	uint8_t *reply = reply_report(ctx, report);

	if (!reply)
		return VMT_ERR_NOMEM;
	contain_send(worker, reply, talloc_get_size(reply));
	talloc_free(reply);
	return 0;
}

static int send_error(struct contain_worker *worker, TALLOC_CTX *ctx, const struct vmt_err *error)
{
	uint8_t *reply = reply_error(ctx, REPLY_ERROR, error);

	if (!reply)
		return VMT_ERR_NOMEM;
	contain_send(worker, reply, talloc_get_size(reply));
	return 0;
}

static int triage_one(const struct triage_args *a, struct contain_worker *worker, TALLOC_CTX *ctx,
	const struct vmt_file *files, size_t n)
{
	struct vmt_report *report;
	struct vmt_err e;
	int rc = vmt_triage_files(&a->opts, files, n, &report, &e);

	if (rc)
		return rc == VMT_ERR_NOMEM ? rc : send_error(worker, ctx, &e);
	rc = send_report(worker, ctx, report);
	vmt_report_free(report);
	return rc;
}

static int triage_all(const struct triage_args *a, struct contain_worker *worker, TALLOC_CTX *ctx,
	const struct vmt_file *files, size_t n)
{
	struct vmt_reports *all;
	struct vmt_err e;
	int rc = vmt_triage_deaths(&a->opts, files, n, a->most, &all, &e);

	if (rc)
		return rc == VMT_ERR_NOMEM ? rc : send_error(worker, ctx, &e);
	for (size_t i = 0; i < all->n && !rc; i++)
		rc = send_report(worker, ctx, all->reports[i]);
	vmt_reports_free(all);
	return rc;
}

/* A file in a job, before its name and a NUL. Without padding: it is sent as it is. */
struct job_file {
	uint64_t kind; /* enum vmt_file_kind: a path or a slice */
	uint64_t offset, size;
};

/* The files of a job. A slice's descriptor is to be asked for. */
static struct vmt_file *read_files(TALLOC_CTX *ctx, const char *job, size_t len, size_t *n)
{
	struct vmt_file *files =
		talloc_array(ctx, struct vmt_file, len / (sizeof(struct job_file) + 1));
	struct job_file head;

	*n = 0;
	for (size_t at = 0; files && at < len; at += strlen(job + at) + 1) {
		memcpy(&head, job + at, sizeof(head));
		at += sizeof(head);
		files[(*n)++] = head.kind == VMT_FILE_SLICE
					? vmt_file_slice(-1, head.offset, head.size, job + at)
					: vmt_file_path(job + at);
	}
	return files;
}

/* The worker goes on to other files. */
static void close_descriptors(const struct vmt_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (files[i].kind == VMT_FILE_SLICE && files[i].fd >= 0)
			close(files[i].fd);
}

static int run(
	void *arg, struct contain_worker *worker, TALLOC_CTX *ctx, const void *job, size_t len)
{
	struct triage_args a = *(const struct triage_args *)arg;
	struct vmt_err e;
	struct vmt_file *files;
	size_t n = a.n;
	int rc;

	files = len ? read_files(ctx, job, len, &n)
		    : talloc_memdup(ctx, a.files, a.n * sizeof(*files));
	if (!files)
		return VMT_ERR_NOMEM;
	rc = take_descriptors(worker, files, n, &e);
	if (len && n && files[0].kind == VMT_FILE_PATH)
		a.opts.beside = NULL; /* its folder is looked into */
	if (rc)
		rc = send_error(worker, ctx, &e);
	else
		rc = a.most ? triage_all(&a, worker, ctx, files, n)
			    : triage_one(&a, worker, ctx, files, n);
	if (len)
		close_descriptors(files, n);
	return rc;
}

/* Where debuginfo and source may be. */
static int find_trees(TALLOC_CTX *ctx, const struct vmt_options *o, struct contain_options *ret,
	struct vmt_err *err)
{
	static const char *const system[] = {
		"/usr/lib/debug", "/usr/lib/modules", "/lib/modules", "/boot", "/usr/src"};
	const char *root = o->sysroot ? o->sysroot : "";
	size_t n = 0, most = ARRAY_SIZE(system) + 1 + o->n_debuginfo + o->n_sources;
	const char **trees = talloc_array(ctx, const char *, most);

	for (size_t i = 0; trees && i < ARRAY_SIZE(system); i++) {
		trees[n] = talloc_asprintf(trees, "%s%s", root, system[i]);
		if (!trees[n++])
			return err_nomem(err);
	}
	if (!trees)
		return err_nomem(err);
	trees[n++] = o->functions ? o->functions : VMT_DATADIR "/functions.where";
	for (size_t i = 0; i < o->n_debuginfo; i++)
		trees[n++] = o->debuginfo[i];
	for (size_t i = 0; i < o->n_sources; i++)
		trees[n++] = o->sources[i];
	ret->trees = trees;
	ret->n_trees = n;
	return 0;
}

static int make_job(TALLOC_CTX *ctx, const struct vmt_file *files, size_t n,
	struct contain_job *ret, struct vmt_err *err)
{
	const char **paths = talloc_array(ctx, const char *, n + 1);
	int *fds = talloc_array(ctx, int, n + 1);

	if (!paths || !fds)
		return err_nomem(err);
	*ret = (struct contain_job){.data = "", .paths = paths, .fds = fds};
	for (size_t i = 0; i < n; i++) {
		if (files[i].kind == VMT_FILE_PATH && files[i].name)
			paths[ret->n_paths++] = files[i].name;
		else if (files[i].kind == VMT_FILE_FD || files[i].kind == VMT_FILE_SLICE)
			fds[ret->n_fds++] = files[i].fd;
	}
	return 0;
}

static int read_part(TALLOC_CTX *ctx, const struct contain_part *part, struct vmt_report **ret,
	struct vmt_err *err)
{
	struct reply reply;

	if (reply_read(ctx, part->data, part->len, &reply, NULL))
		return VMT_ERR_CORRUPT;
	if (reply.report) {
		*ret = reply.report;
		return 0;
	}
	if (reply.tag != REPLY_ERROR)
		return VMT_ERR_CORRUPT;
	*err = reply.error;
	return reply.error.code;
}

/* Reports that become talloc children of ret. */
static int read_result(struct vmt_reports *ret, const struct contain_result *result,
	const char *name, struct vmt_err *err)
{
	struct vmt_err e = {0};

	ret->reports = talloc_array(ret, struct vmt_report *, result->n + 1);
	if (!ret->reports)
		return err_nomem(err);
	if (result->end != CONTAIN_DONE || !result->n)
		return bounds_error(result, name, err);
	for (size_t i = 0; i < result->n; i++) {
		int rc = read_part(ret, &result->parts[i], &ret->reports[ret->n], &e);

		if (rc && !e.code)
			return bounds_error(result, name, err);
		if (rc && err)
			*err = e;
		if (rc)
			return rc;
		ret->n++;
	}
	return 0;
}

static int prepare(
	TALLOC_CTX *ctx, struct triage_args *args, struct contain_options *co, struct vmt_err *err)
{
	int rc;

	*co = (struct contain_options){.run = run, .arg = args, .workers = 1};
	rc = bounds_read(co, args->opts.contain, err);
	if (!rc)
		rc = find_trees(ctx, &args->opts, co, err);
	args->opts.contain = NULL;
	args->opts.workers = NULL;
	args->opts.progress = args->opts.unpacking = NULL;
	args->opts.debuginfod_urls = NULL;
	preload_libraries();
	return rc;
}

static int do_job(struct contain_pool *pool, const struct contain_job *job, const char *name,
	struct vmt_reports *ret, struct vmt_err *err)
{
	const struct contain_result *result;
	struct contain_ticket *ticket = NULL;
	int rc = contain_submit(pool, job, CONTAIN_LAST, &ticket, err);

	if (!rc)
		rc = contain_wait(pool, ticket, &result, err);
	if (!rc)
		rc = read_result(ret, result, name, err);
	talloc_free(ticket);
	return rc;
}

static int refuse_urls(const struct vmt_file *files, size_t n, struct vmt_err *err)
{
	for (size_t i = 0; i < n; i++)
		if (files[i].kind == VMT_FILE_URL)
			return err_set(err, VMT_ERR_USAGE,
				"%s: a worker has no network: only a download of it can be read in "
				"one (--download)",
				session_file_name(&files[i]));
	return 0;
}

/* In a worker that is forked for these files, and so has them. */
static int fork_for(const struct vmt_options *opts, const struct vmt_file *files, size_t n,
	size_t most, struct vmt_reports *ret, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct triage_args args = {*opts, files, n, most};
	const char *name = n ? session_file_name(&files[0]) : "input";
	struct contain_options co;
	struct contain_pool *pool;
	struct contain_job job;
	int rc = ctx ? refuse_urls(files, n, err) : err_nomem(err);

	if (!rc)
		rc = prepare(ctx, &args, &co, err);
	if (!rc)
		rc = make_job(ctx, files, n, &job, err);
	if (!rc)
		rc = contain_pool_new(ctx, &co, &pool, err);
	if (!rc)
		rc = do_job(pool, &job, name, ret, err);
	talloc_free(ctx);
	return rc;
}

/*
 * Whether a job can describe the files. What the caller has learned since of other files beside a
 * slice, only a worker that is forked now knows.
 */
static bool can_describe(const struct vmt_options *opts, const struct vmt_file *files, size_t n)
{
	const struct vmt_options *known = &opts->workers->args.opts;
	bool same = opts->beside == known->beside && opts->beside_arg == known->beside_arg;

	for (size_t i = 0; i < n; i++) {
		bool slice = files[i].kind == VMT_FILE_SLICE && same;

		if (!slice && files[i].kind != VMT_FILE_PATH)
			return false;
		if (!files[i].name || !*files[i].name || strcmp(files[i].name, "-") == 0)
			return false;
	}
	return n != 0;
}

static char *describe(TALLOC_CTX *ctx, const struct vmt_file *files, size_t n, size_t *len)
{
	size_t at = 0;
	char *data;

	*len = 0;
	for (size_t i = 0; i < n; i++)
		*len += sizeof(struct job_file) + strlen(files[i].name) + 1;
	data = talloc_size(ctx, *len);
	for (size_t i = 0; i < n && data; i++) {
		struct job_file head = {files[i].kind, files[i].offset, files[i].size};

		memcpy(data + at, &head, sizeof(head));
		at += sizeof(head);
		memcpy(data + at, files[i].name, strlen(files[i].name) + 1);
		at += strlen(files[i].name) + 1;
	}
	return data;
}

static int send_files(struct vmt_workers *w, const struct vmt_file *files, size_t n,
	struct vmt_reports *ret, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct contain_job job;
	int rc = ctx ? make_job(ctx, files, n, &job, err) : err_nomem(err);
	char *data = rc ? NULL : describe(ctx, files, n, &job.len);

	if (!rc && !data)
		rc = err_nomem(err);
	job.data = data;
	if (!rc)
		rc = do_job(w->pool, &job, files[0].name, ret, err);
	talloc_free(ctx);
	return rc;
}

int contained_deaths(const struct vmt_options *opts, const struct vmt_file *files, size_t n,
	size_t most, struct vmt_reports **ret, struct vmt_err *err)
{
	struct vmt_reports *all;
	bool described =
		opts->workers && most == opts->workers->args.most && can_describe(opts, files, n);
	int rc;

	/* An archive may have a hundred thousand of these, and there is nothing to read. */
	if (described && n == 1 && files[0].kind == VMT_FILE_SLICE && !files[0].size)
		return source_refuse_empty(files[0].name, err);
	all = talloc_zero(NULL, struct vmt_reports);
	if (!all)
		return err_nomem(err);
	if (described)
		rc = send_files(opts->workers, files, n, all, err);
	else
		rc = fork_for(opts, files, n, most, all, err);
	if (rc) {
		talloc_free(all);
		return rc;
	}
	*ret = all;
	return 0;
}

int contained_triage(const struct vmt_options *opts, const struct vmt_file *files, size_t n,
	struct vmt_report **ret, struct vmt_err *err)
{
	struct vmt_reports *all = talloc_zero(NULL, struct vmt_reports);
	int rc = all ? fork_for(opts, files, n, 0, all, err) : err_nomem(err);

	if (!rc)
		*ret = talloc_steal(NULL, all->reports[0]);
	talloc_free(all);
	return rc;
}

int vmt_workers_new(
	const struct vmt_options *opts, size_t most, struct vmt_workers **ret, struct vmt_err *err)
{
	struct vmt_workers *w = talloc_zero(NULL, struct vmt_workers);
	int rc = w ? options_read(&w->args.opts, opts, err) : err_nomem(err);

	if (!rc && !w->args.opts.contain)
		rc = err_set(err, VMT_ERR_USAGE, "workers need bounds");
	if (!rc) {
		w->args.most = most;
		rc = prepare(w, &w->args, &w->options, err);
	}
	if (!rc && !w->args.opts.keep) {
		rc = vmt_keep_new(bounds_keep(&w->options), &w->kept, err);
		w->args.opts.keep = w->kept;
	}
	if (!rc)
		rc = contain_pool_new(w, &w->options, &w->pool, err);
	if (rc) {
		vmt_workers_free(w);
		return rc;
	}
	*ret = w;
	return 0;
}

void vmt_workers_free(struct vmt_workers *workers)
{
	if (workers)
		vmt_keep_free(workers->kept);
	talloc_free(workers);
}
