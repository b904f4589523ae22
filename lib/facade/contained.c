// SPDX-License-Identifier: GPL-3.0-or-later
/* A triage in a worker. It is a fork, so it needs to be told nothing: it has the arguments. */
#include "facade/contained.h"

#include <talloc.h>

#include "base/array.h"
#include "contain/bounds.h"
#include "facade/session.h"
#include "io/preload.h"
#include "report/reply.h"

struct triage_args {
	struct vmt_options opts;
	const struct vmt_file *files;
	size_t n;
};

/* The job's descriptors are those of the files that have one, in their order. */
static int take_descriptors(
	const struct contain_worker *worker, struct vmt_file *files, size_t n, struct vmt_err *err)
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

static int run(void *arg, const struct contain_worker *worker, TALLOC_CTX *ctx, const void *job,
	size_t len)
{
	const struct triage_args *a = arg;
	struct vmt_file *files = talloc_memdup(ctx, a->files, a->n * sizeof(*files));
	struct vmt_report *report = NULL;
	struct vmt_err e = {0};
	uint8_t *reply;
	int rc = files ? take_descriptors(worker, files, a->n, &e) : VMT_ERR_NOMEM;

	(void)job;
	(void)len;
	if (!rc)
		rc = vmt_triage_files(&a->opts, files, a->n, &report, &e);
	if (rc == VMT_ERR_NOMEM)
		return rc;
	reply = rc ? reply_error(ctx, REPLY_ERROR, &e) : reply_report(ctx, report);
	vmt_report_free(report);
	if (!reply)
		return VMT_ERR_NOMEM;
	contain_send(worker, reply, talloc_get_size(reply));
	return 0;
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

static int read_result(TALLOC_CTX *ctx, const struct contain_result *result, const char *name,
	struct vmt_report **ret, struct vmt_err *err)
{
	const struct contain_part *part = result->parts;
	struct reply reply;

	if (result->end != CONTAIN_DONE || result->n != 1 ||
		reply_read(ctx, part->data, part->len, &reply, NULL))
		return bounds_error(result, name, err);
	if (reply.report) {
		*ret = talloc_steal(NULL, reply.report);
		return 0;
	}
	if (reply.tag != REPLY_ERROR)
		return bounds_error(result, name, err);
	if (err)
		*err = reply.error;
	return reply.error.code;
}

int contained_triage(const struct vmt_options *opts, const struct vmt_file *files, size_t n,
	struct vmt_report **ret, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct triage_args args = {*opts, files, n};
	struct contain_options co = {.run = run, .arg = &args, .workers = 1};
	const char *name = n ? session_file_name(&files[0]) : "input";
	const struct contain_result *result;
	struct contain_ticket *ticket;
	struct contain_pool *pool;
	struct contain_job job;
	int rc = ctx ? bounds_read(&co, opts->contain, err) : err_nomem(err);

	args.opts.contain = NULL;
	args.opts.debuginfod_urls = NULL;
	preload_libraries();
	if (!rc)
		rc = find_trees(ctx, opts, &co, err);
	if (!rc)
		rc = make_job(ctx, files, n, &job, err);
	if (!rc)
		rc = contain_pool_new(ctx, &co, &pool, err);
	if (!rc)
		rc = contain_submit(pool, &job, false, &ticket, err);
	if (!rc)
		rc = contain_wait(pool, ticket, &result, err);
	if (!rc)
		rc = read_result(ctx, result, name, ret, err);
	talloc_free(ctx);
	return rc;
}
