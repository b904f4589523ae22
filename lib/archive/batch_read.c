// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/batch_read.h"

#include <string.h>
#include <unistd.h>

#include "archive/batch_record.h"
#include "archive/contents.h"
#include "archive/slim.h"
#include "base/caps.h"
#include "report/reply.h"

struct head {
	uint32_t task, n, skip, with_fd;
};

uint8_t *batch_job(TALLOC_CTX *ctx, enum batch_task task, const char *const *paths, size_t n,
	uint32_t skip, bool with_fd)
{
	const struct head head = {task, (uint32_t)n, skip, with_fd};
	size_t len = sizeof(head);
	uint8_t *job, *p;

	for (size_t i = 0; i < n; i++)
		len += strlen(paths[i]) + 1;
	job = talloc_size(ctx, len);
	if (!job)
		return NULL;
	memcpy(job, &head, sizeof(head));
	p = job + sizeof(head);
	for (size_t i = 0; i < n; i++) {
		memcpy(p, paths[i], strlen(paths[i]) + 1);
		p += strlen(paths[i]) + 1;
	}
	return job;
}

struct reader {
	const struct batch_reader *batch;
	struct contain_worker *worker;
	uint32_t skip; /* members that are still to be passed over */
};

static int send(struct reader *r, uint8_t *reply)
{
	if (!reply)
		return VMT_ERR_NOMEM;
	contain_send(r->worker, reply, talloc_get_size(reply));
	talloc_free(reply);
	return 0;
}

static int send_report(struct reader *r, TALLOC_CTX *ctx, const struct vmt_report *report)
{
	struct vmt_report *slim;
	char *text;
	int rc = 0;

	if (r->batch->remember && vmt_report_outcome(report) == VMT_CRASH) {
		slim = slim_copy(ctx, report);
		rc = slim ? send(r, reply_report(ctx, slim)) : VMT_ERR_NOMEM;
		talloc_free(slim);
	}
	text = rc ? NULL : batch_record_judge(ctx, report);
	if (!rc)
		rc = text ? send(r, reply_text(ctx, text)) : VMT_ERR_NOMEM;
	talloc_free(text);
	return rc;
}

/* The parent must know of what a worker dies. */
static int send_name(struct reader *r, TALLOC_CTX *ctx, const char *name)
{
	int rc = send(r, reply_name(ctx, name));

	contain_flush(r->worker);
	return rc;
}

/* Reads one input as of this death. *deaths: how many its log has. */
static int read_death(struct reader *r, TALLOC_CTX *ctx, const struct vmt_file *files, size_t n,
	uint64_t death, uint64_t *deaths)
{
	struct vmt_options opts = r->batch->opts;
	struct vmt_report *report = NULL;
	struct vmt_err e = {0};
	int rc;

	opts.death = death;
	contain_flush(r->worker); /* the death before it */
	rc = vmt_triage_files(&opts, files, n, &report, &e);
	*deaths = rc ? 0 : report->n_deaths;
	if (rc == VMT_ERR_NOMEM)
		return rc;
	rc = rc ? send(r, reply_error(ctx, REPLY_ERROR, &e)) : send_report(r, ctx, report);
	vmt_report_free(report);
	return rc;
}

static int read_input(struct reader *r, TALLOC_CTX *ctx, const struct vmt_file *files, size_t n)
{
	uint64_t deaths, same;
	int rc = read_death(r, ctx, files, n, 0, &deaths);

	for (uint64_t i = 1; i < deaths && i < CAP_LIST_DEATHS && !rc; i++)
		rc = read_death(r, ctx, files, n, deaths - i, &same);
	return rc;
}

/* ---- archives ---------------------------------------------------------------------------- */

static int read_any(
	struct reader *r, TALLOC_CTX *ctx, const struct walk_file *file, unsigned depth);

/* The members of one folder of an archive, and which of them belong together. */
struct folder {
	const struct walk_file *members;
	const size_t *group;
	size_t n;
	unsigned depth;
};

static int read_group(struct reader *r, TALLOC_CTX *ctx, const struct folder *f, size_t g)
{
	struct vmt_file *files = talloc_array(ctx, struct vmt_file, f->n);
	size_t first = f->n, n = 0;
	int rc;

	if (!files)
		return VMT_ERR_NOMEM;
	for (size_t i = 0; i < f->n; i++) {
		if (f->group[i] != g)
			continue;
		first = n ? first : i;
		files[n++] = f->members[i].file;
	}
	if (!n)
		return 0;
	if (n == 1)
		return read_any(r, ctx, &f->members[first], f->depth);
	if (r->skip) {
		r->skip--;
		return 0;
	}
	rc = send_name(r, ctx, f->members[first].path);
	return rc ? rc : read_input(r, ctx, files, n);
}

static int read_folder(
	struct reader *r, const struct contents *contents, size_t first, size_t n, unsigned depth)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct walk_file *members = talloc_zero_array(ctx, struct walk_file, n);
	struct vmt_file *files = talloc_array(ctx, struct vmt_file, n);
	size_t *group = talloc_array(ctx, size_t, n), n_groups = 0;
	const struct folder folder = {members, group, n, depth};
	int rc = members && files && group ? 0 : VMT_ERR_NOMEM;

	for (size_t i = 0; i < n && !rc; i++) {
		rc = contents_member(members, contents, first + i, &members[i], NULL);
		files[i] = members[i].file;
	}
	if (!rc)
		rc = vmt_group_files(files, n, group, &n_groups, NULL);
	for (size_t g = 0; g < n_groups && !rc; g++)
		rc = read_group(r, ctx, &folder, g);
	talloc_free(ctx);
	return rc;
}

static int read_archive(
	struct reader *r, TALLOC_CTX *ctx, const struct walk_file *file, unsigned depth)
{
	struct contents contents;
	struct vmt_err why = {0};
	int rc = contents_read(ctx, &r->batch->opts, file, &contents, &why);

	if (rc == VMT_ERR_NOMEM)
		return rc;
	if (!rc && !contents.bundle->n)
		rc = contents_empty(&why)->code;
	if (rc)
		return send(r, reply_error(ctx, REPLY_ERROR, &why));
	for (size_t i = 0, n; !rc && i < contents.bundle->n; i += n) {
		n = bundle_folder(contents.bundle, i);
		rc = read_folder(r, &contents, i, n, depth + 1);
	}
	if (!rc && (contents.lost || contents.bundle->missing))
		rc = send(r, reply_error(ctx, REPLY_WHOLE, contents_missing(&contents, &why)));
	return rc;
}

/*
 * A member, or an archive among the members, as deep as CAP_BUNDLE_DEPTH. Each is named before it
 * is read, so that the parent knows of which one a worker died.
 */
/* NOLINTNEXTLINE(misc-no-recursion) */
static int read_any(struct reader *r, TALLOC_CTX *ctx, const struct walk_file *file, unsigned depth)
{
	bool archive;
	int rc = 0;

	contain_flush(r->worker); /* the member before it */
	archive = depth < CAP_BUNDLE_DEPTH && contents_probe(&file->file);
	if (depth && r->skip) {
		r->skip--;
		if (!archive || !r->skip) /* the last: a worker died of it */
			return 0;
	} else if (depth) {
		rc = send_name(r, ctx, file->path);
	}
	if (rc)
		return rc;
	return archive ? read_archive(r, ctx, file, depth) : read_input(r, ctx, &file->file, 1);
}

/* ---- tasks ------------------------------------------------------------------------------- */

static int find_groups(struct reader *r, TALLOC_CTX *ctx, const struct vmt_file *files, size_t n)
{
	size_t *group = talloc_array(ctx, size_t, n), n_groups;
	uint32_t *numbers = talloc_array(ctx, uint32_t, n);
	int rc = group && numbers ? vmt_group_files(files, n, group, &n_groups, NULL)
				  : VMT_ERR_NOMEM;

	for (size_t i = 0; i < n && !rc; i++)
		numbers[i] = (uint32_t)group[i];
	if (!rc)
		contain_send(r->worker, numbers, n * sizeof(*numbers));
	return rc;
}

int batch_read(
	void *arg, struct contain_worker *worker, TALLOC_CTX *ctx, const void *job, size_t len)
{
	struct reader r = {.batch = arg, .worker = worker};
	const char *p = (const char *)job + sizeof(struct head);
	struct walk_file first = {.path = p};
	struct vmt_file *files;
	struct head head;
	int fd = -1, rc;

	(void)len;
	memcpy(&head, job, sizeof(head));
	r.skip = head.skip;
	files = talloc_array(ctx, struct vmt_file, head.n);
	if (!files)
		return VMT_ERR_NOMEM;
	for (uint32_t i = 0; i < head.n; i++, p += strlen(p) + 1)
		files[i] = vmt_file_path(p);
	if (head.with_fd) {
		fd = contain_fd(worker, 0);
		files[0] = vmt_file_fd(fd, first.path);
	}
	first.file = files[0];
	if (head.task == BATCH_GROUP)
		rc = find_groups(&r, ctx, files, head.n);
	else if (head.n == 1)
		rc = read_any(&r, ctx, &first, 0);
	else
		rc = read_input(&r, ctx, files, head.n);
	if (fd >= 0)
		close(fd);
	return rc;
}
