// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Many inputs, read by workers on all cores. Inputs are queued in the order of the walk and their
 * records are written in that order; a bounded number of them is under way, so that memory does not
 * grow with their number.
 */
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/batch_done.h"
#include "archive/batch_keep.h"
#include "archive/batch_read.h"
#include "archive/batch_walk.h"
#include "archive/contents.h"
#include "base/array.h"
#include "base/options.h"
#include "base/sized.h"
#include "contain/bounds.h"
#include "io/preload.h"
#include "report/reply.h"
#include "report/writer.h"

#define INPUTS_OF_A_WORKER 16 /* under way: one that takes long must not make the others wait */
#define GROUPED 4096	      /* files of one folder that are examined together */
#define DEATHS_OF_AN_ARCHIVE 16

/* One input: a file, or the parts of one. */
struct input {
	struct input *next;
	struct batch_file file; /* size and time of all its parts */
	const char **paths;
	size_t n;
	struct vmt_file held; /* of what can be read only once */
	bool is_held;
	json_t *old;		       /* records of an earlier batch; or NULL */
	struct contain_ticket *ticket; /* or NULL: there is nothing to read */
};

struct batch {
	struct vmt_options opts;
	struct vmt_batch_options bo;
	enum batch_format format;
	FILE *out;
	unsigned allocs; /* alloc_failures() at the start */
	bool is_file;	 /* out: nobody waits for each record */
	struct contain_pool *pool;
	struct vmt_keep *kept; /* empty: each worker fills a copy of its own */
	struct batch_keep keep;
	struct input *first, **last;
	size_t n_queued, most;
	uint64_t n_all; /* files; 0: not counted */
	uint64_t n_files;
	struct vmt_batch_result result;
	struct vmt_err *err;
};

static int close_input(struct input *in)
{
	json_decref(in->old);
	return 0;
}

/* ---- records ----------------------------------------------------------------------------- */

/* The records of one input while they are collected. */
struct collector {
	struct batch *batch;
	const struct input *input;
	TALLOC_CTX *ctx;
	struct batch_record *records;
	size_t n;
	const char *member; /* that is read; NULL: the file itself */
	bool answered;	    /* that has a record */
	bool broken;	    /* a worker failed */
};

static struct batch_record *add_record(struct collector *c, const char *member)
{
	struct batch_record *more = ARRAY_ROOM(c->ctx, c->records, c->n);

	if (!more)
		return NULL;
	c->records = more;
	more[c->n] = (struct batch_record){.path = c->input->file.path,
		.member = member,
		.known = c->input->file.known,
		.size = c->input->file.size,
		.mtime_ns = c->input->file.mtime_ns};
	return &more[c->n++];
}

/* "folder/vmcore" of "a.tar:folder/vmcore" */
static const char *member_of(const struct collector *c, const char *name)
{
	size_t len = strlen(c->input->file.path);

	return !strncmp(name, c->input->file.path, len) && name[len] == ':' ? name + len + 1 : name;
}

static int take_error(struct collector *c, const char *member, const struct vmt_err *error)
{
	struct batch_record *r = add_record(c, member);

	if (!r)
		return VMT_ERR_NOMEM;
	batch_record_error(c->ctx, r, error);
	if (c->input->file.skipped)
		r->status = BATCH_SKIPPED;
	return 0;
}

static int take_record(struct collector *c, const char *text)
{
	struct batch_record *r = add_record(c, c->member);
	struct vmt_err why;
	int rc = r ? batch_record_take(c->ctx, r, text) : VMT_ERR_NOMEM;

	if (rc != VMT_ERR_CORRUPT)
		return rc;
	err_set(&why, rc, "a worker's answer is damaged");
	batch_record_error(c->ctx, r, &why);
	return 0;
}

static int take_reply(struct collector *c, const struct contain_part *part)
{
	struct reply reply;
	struct vmt_err why;
	int rc = reply_read(c->ctx, part->data, part->len, &reply, &why);

	if (rc)
		return rc == VMT_ERR_NOMEM ? rc : take_error(c, c->member, &why);
	switch (reply.tag) {
	case REPLY_NAME:
		c->member = member_of(c, reply.name);
		c->answered = false;
		return 0;
	case REPLY_REPORT:
		return batch_keep_crash(&c->batch->keep, c->batch, reply.report, NULL);
	case REPLY_WHOLE:
		return take_error(c, NULL, &reply.error);
	case REPLY_ERROR:
		c->answered = true;
		return take_error(c, c->member, &reply.error);
	case REPLY_TEXT:
		c->answered = true;
		return take_record(c, reply.name);
	}
	return 0;
}

/* The worker that read it did not end its work. */
static int take_death(struct collector *c, const struct contain_result *result)
{
	struct batch_record *r = add_record(c, c->answered ? NULL : c->member);

	if (!r)
		return VMT_ERR_NOMEM;
	c->broken = true;
	batch_record_fail(c->ctx, r, BATCH_FAILED, bounds_id(result->end),
		talloc_asprintf(c->ctx, "the worker that read it failed: %s",
			result->why ? result->why : "its answer makes no sense"));
	return 0;
}

static size_t count_names(const struct contain_result *result)
{
	size_t n = 0;

	for (size_t i = 0; i < result->n; i++)
		n += result->parts[i].len && *(const char *)result->parts[i].data == REPLY_NAME;
	return n;
}

static int submit(struct batch *b, const struct input *in, uint32_t skip, enum contain_turn turn,
	struct contain_ticket **ret)
{
	uint8_t *data = batch_job(NULL, BATCH_READ, in->paths, in->n, skip, in->is_held);
	struct contain_job job = {.data = data,
		.len = talloc_get_size(data),
		.paths = in->paths,
		.n_paths = in->n,
		.fds = &in->held.fd,
		.n_fds = in->is_held};
	int rc = data ? contain_submit(b->pool, &job, turn, ret, b->err) : err_nomem(b->err);

	talloc_free(data);
	return rc;
}

/* After a death in an archive, another worker goes on with the next member. */
static int collect(struct collector *c, struct contain_ticket *ticket)
{
	struct batch *b = c->batch;
	const struct contain_result *result;
	uint32_t skip = 0;
	int rc = 0;

	for (unsigned i = 0; ticket && !rc; i++) {
		struct contain_ticket *next = NULL;
		size_t named;

		c->answered = false;
		rc = contain_wait(b->pool, ticket, &result, b->err);
		if (rc)
			return rc;
		for (size_t k = 0; k < result->n && !rc; k++)
			rc = take_reply(c, &result->parts[k]);
		named = count_names(result);
		skip += (uint32_t)named;
		if (!rc && (result->end != CONTAIN_DONE || (!c->n && !named)))
			rc = take_death(c, result);
		if (!rc && result->end != CONTAIN_DONE && named && i < DEATHS_OF_AN_ARCHIVE)
			rc = submit(b, c->input, skip, CONTAIN_NEXT, &next);
		talloc_steal(c->ctx, ticket); /* the records point into it */
		ticket = next;
	}
	return rc == VMT_ERR_NOMEM ? err_nomem(b->err) : rc;
}

/* ---- output ------------------------------------------------------------------------------ */

static void count(struct batch *b, const char *status)
{
	static const struct {
		const char *status;
		size_t offset;
	} counts[] = {
		{BATCH_CRASH, offsetof(struct vmt_batch_result, crashes)},
		{BATCH_FAILED, offsetof(struct vmt_batch_result, failed)},
		{BATCH_UNREAD, offsetof(struct vmt_batch_result, failed)},
		{BATCH_OTHER, offsetof(struct vmt_batch_result, others)},
		{BATCH_SKIPPED, offsetof(struct vmt_batch_result, skipped)},
	};

	b->result.records++;
	for (size_t i = 0; status && i < ARRAY_SIZE(counts); i++)
		if (!strcmp(status, counts[i].status))
			++*(uint64_t *)((char *)&b->result + counts[i].offset);
}

static int write_record(struct batch *b, const char *line, const char *status)
{
	if (!line)
		return err_nomem(b->err);
	count(b, status);
	return batch_record_write(line, b->format, b->out, b->err);
}

static int write_new(struct collector *c)
{
	struct batch *b = c->batch;
	int rc = 0;

	for (size_t i = 0; i < c->n && !rc; i++) {
		struct batch_record *r = &c->records[i];
		const char *line;

		r->number = i + 1;
		r->of = c->n;
		r->broken = c->broken;
		line = batch_record_line(c->ctx, r);
		rc = write_record(b, line, r->status);
		if (!rc && b->bo.journal)
			rc = batch_keep_line(&b->keep, b, line, b->err);
	}
	return rc;
}

static int write_old(struct collector *c, const json_t *records)
{
	int rc = 0;

	for (size_t i = 0; i < json_array_size(records) && !rc; i++) {
		const json_t *r = json_array_get(records, i);
		const char *status = json_string_value(json_object_get(r, "status"));

		rc = write_record(c->batch, batch_record_text(c->ctx, r), status);
	}
	return rc;
}

/* Also writes out what was kept, if it is time. */
static int flush(struct batch *b, bool always)
{
	bool due = always || batch_keep_is_due(&b->keep);
	int rc = due ? batch_keep_flush(&b->keep, b->err) : 0;

	return rc || (b->is_file && !due) ? rc : report_flush(b->out, b->allocs, b->err);
}

static void show_progress(const struct batch *b, const char *path)
{
	if (b->opts.progress)
		b->opts.progress(b->opts.progress_arg, b->n_files, b->n_all, path);
}

/* Writes the records of the first input of the queue, when they are there. */
static int finish_first(struct batch *b)
{
	struct input *in = b->first;
	struct collector c = {.batch = b, .input = in, .ctx = talloc_new(in)};
	int rc = c.ctx ? 0 : err_nomem(b->err);

	if (!rc && in->ticket)
		rc = collect(&c, in->ticket);
	else if (!rc && !in->old && take_error(&c, NULL, &in->file.why))
		rc = err_nomem(b->err);
	if (!rc)
		rc = in->old ? write_old(&c, in->old) : write_new(&c);
	if (!rc)
		rc = flush(b, false);
	b->n_files += in->n;
	show_progress(b, in->file.path);
	b->first = in->next;
	if (!b->first)
		b->last = &b->first;
	b->n_queued--;
	talloc_free(in);
	return rc;
}

/* ---- inputs ------------------------------------------------------------------------------ */

static struct input *new_input(struct batch *b, const struct batch_file *const *parts, size_t n)
{
	struct input *in = talloc_zero(b->pool, struct input);
	bool whole;

	if (!in)
		return NULL;
	talloc_set_destructor(in, close_input);
	in->file = *parts[0];
	in->n = n;
	in->paths = talloc_zero_array(in, const char *, n);
	whole = in->paths;
	for (size_t i = 0; whole && i < n; i++) {
		whole = (in->paths[i] = talloc_strdup(in, parts[i]->path));
		if (i)
			in->file.size += parts[i]->size;
		if (parts[i]->mtime_ns > in->file.mtime_ns)
			in->file.mtime_ns = parts[i]->mtime_ns;
	}
	if (!whole) {
		talloc_free(in);
		return NULL;
	}
	in->file.path = in->paths[0];
	return in;
}

/* Standard input and FIFOs are copied first, which the worker could not do. */
static int hold(const struct vmt_options *opts, struct input *in)
{
	int rc;

	if (in->n != 1 || in->file.known)
		return 0;
	in->held = vmt_file_path(in->paths[0]);
	rc = contents_hold(in, opts, &in->held, &in->file.why);
	in->is_held = !rc && in->held.kind == VMT_FILE_FD;
	return rc == VMT_ERR_NOMEM ? rc : 0;
}

static int add_input(struct batch *b, const struct batch_file *const *parts, size_t n)
{
	struct input *in = new_input(b, parts, n);
	struct batch_record key;
	int rc = 0;

	if (!in)
		return err_nomem(b->err);
	key = (struct batch_record){.path = in->file.path,
		.known = in->file.known,
		.size = in->file.size,
		.mtime_ns = in->file.mtime_ns};
	*b->last = in;
	b->last = &in->next;
	b->n_queued++;
	in->old = batch_done_find(b->keep.done, &key);
	b->result.kept += in->old != NULL;
	if (!in->old && !in->file.why.code && hold(&b->opts, in))
		rc = err_nomem(b->err);
	if (!rc && !in->old && !in->file.why.code)
		rc = submit(b, in, 0, CONTAIN_LAST, &in->ticket);
	while (!rc && b->n_queued > b->most)
		rc = finish_first(b);
	return rc;
}

/* Numbers the groups of files. If a worker dies of that, each file is an input of its own. */
static int find_groups(struct batch *b, const struct batch_file *files, size_t n, uint32_t *group)
{
	const char **paths = talloc_array(group, const char *, n);
	const struct contain_result *result;
	struct contain_ticket *ticket;
	struct contain_job job = {.paths = paths, .n_paths = n};
	int rc;

	for (size_t i = 0; i < n; i++)
		group[i] = (uint32_t)i;
	if (n < 2)
		return 0;
	for (size_t i = 0; paths && i < n; i++)
		paths[i] = files[i].path;
	job.data = paths ? batch_job(group, BATCH_GROUP, paths, n, 0, false) : NULL;
	if (!job.data)
		return err_nomem(b->err);
	job.len = talloc_get_size(job.data);
	rc = contain_submit(b->pool, &job, CONTAIN_NEXT, &ticket, b->err);
	if (!rc)
		rc = contain_wait(b->pool, ticket, &result, b->err);
	if (rc)
		return rc;
	if (result->end == CONTAIN_DONE && result->n == 1 &&
		result->parts[0].len == n * sizeof(*group))
		memcpy(group, result->parts[0].data, result->parts[0].len);
	talloc_free(ticket);
	return 0;
}

/* Files whose numbers are equal are one input, which comes where its first one is. */
static int take_some(struct batch *b, const struct batch_file *files, size_t n)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct batch_file **parts = talloc_array(ctx, const struct batch_file *, n);
	uint32_t *group = talloc_array(ctx, uint32_t, n);
	bool *taken = talloc_zero_array(ctx, bool, n);
	int rc = parts && group && taken ? find_groups(b, files, n, group) : err_nomem(b->err);

	for (size_t i = 0; i < n && !rc; i++) {
		size_t n_parts = 0;

		for (size_t k = i; k < n && !taken[i]; k++) {
			if (group[k] != group[i] || (k != i && !files[k].known))
				continue;
			taken[k] = k != i;
			parts[n_parts++] = &files[k];
		}
		if (n_parts)
			rc = add_input(b, parts, n_parts);
	}
	talloc_free(ctx);
	return rc;
}

static int take_folder(void *arg, const struct batch_file *files, size_t n)
{
	struct batch *b = arg;
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i += GROUPED)
		rc = take_some(b, files + i, n - i < GROUPED ? n - i : GROUPED);
	return rc;
}

/* ---- the batch --------------------------------------------------------------------------- */

static int count_folder(void *arg, const struct batch_file *files, size_t n)
{
	struct batch *b = arg;

	b->n_all += n;
	if (b->opts.progress)
		b->opts.progress(b->opts.progress_arg, b->n_all, 0, files[0].path);
	return 0;
}

static unsigned n_cores(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

static int read_options(struct batch *b, const struct vmt_options *opts,
	const struct vmt_batch_options *bo, struct vmt_err *err)
{
	int rc = options_read(&b->opts, opts, err);

	if (!rc)
		rc = sized_read(&b->bo, sizeof(b->bo), bo, err);
	if (!rc)
		rc = batch_format_find(b->bo.format, &b->format, err);
	if (!rc && b->bo.shards && (!b->bo.shard || b->bo.shard > b->bo.shards))
		rc = err_set(err, VMT_ERR_USAGE, "there is no shard %u of %u", b->bo.shard,
			b->bo.shards);
	/* As of a list: debuginfo does not change what a record has. */
	b->opts.level = b->opts.level ? b->opts.level : VMT_LEVEL_CORE;
	b->opts.without_excerpt = true;
	b->bo.jobs = b->bo.jobs ? b->bo.jobs : n_cores();
	b->most = (size_t)INPUTS_OF_A_WORKER * b->bo.jobs;
	b->last = &b->first;
	b->err = err;
	return rc;
}

/* reader: what the workers' function gets. */
static int start(TALLOC_CTX *ctx, struct batch *b, struct batch_reader *reader)
{
	struct contain_options co = {.run = batch_read, .arg = reader, .workers = b->bo.jobs};
	const char **trees = talloc_array(ctx, const char *, 1);
	int rc = trees ? bounds_read(&co, b->opts.contain, b->err) : err_nomem(b->err);

	if (rc)
		return rc;
	reader->opts = b->opts;
	reader->opts.contain = NULL;
	reader->opts.progress = reader->opts.unpacking = NULL;
	reader->opts.debuginfod_urls = NULL;
	if (!reader->opts.keep) {
		rc = vmt_keep_new(bounds_keep(&co), &b->kept, b->err);
		reader->opts.keep = b->kept;
	}
	if (rc)
		return rc;
	reader->remember = b->bo.history;
	b->keep.history = b->bo.history;
	trees[0] = b->opts.functions ? b->opts.functions : VMT_DATADIR "/functions.where";
	co.trees = trees;
	co.n_trees = 1;
	preload_libraries();
	rc = batch_done_open(ctx, b->bo.journal, b->bo.resume, b->bo.resume ? b->bo.earlier : NULL,
		&b->keep.done, b->err);
	return rc ? rc : contain_pool_new(ctx, &co, &b->pool, b->err);
}

static int run(struct batch *b, const char *const *paths, size_t n)
{
	struct batch_inode own[3];
	struct batch_walk walk = {.paths = paths,
		.n = n,
		.except = own,
		.take = take_folder,
		.arg = b,
		.shard = {b->bo.shard, b->bo.shards}};
	struct stat st;
	int rc = 0;

	walk.n_except = batch_done_files(b->keep.done, own);
	b->is_file = !fstat(fileno(b->out), &st) && S_ISREG(st.st_mode);
	if (b->is_file)
		own[walk.n_except++] = (struct batch_inode){st.st_dev, st.st_ino};
	if (b->opts.progress) {
		walk.take = count_folder;
		rc = batch_walk(&walk, b->err);
		walk.take = take_folder;
		walk.n_elsewhere = 0;
	}
	batch_record_begin(b->format, b->out);
	if (!rc)
		rc = batch_walk(&walk, b->err);
	b->result.elsewhere = walk.n_elsewhere;
	while (!rc && b->first)
		rc = finish_first(b);
	if (rc)
		batch_keep_flush(&b->keep, NULL);
	return rc ? rc : flush(b, true);
}

int vmt_batch(const struct vmt_options *opts, const struct vmt_batch_options *bo,
	const char *const *paths, size_t n, FILE *out, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct batch *b = talloc_zero(ctx, struct batch);
	struct batch_reader *reader = talloc_zero(ctx, struct batch_reader);
	int rc = b && reader ? read_options(b, opts, bo, err) : err_nomem(err);

	if (!rc)
		rc = sized_check(b->bo.result, err);
	if (!rc) {
		b->out = out;
		b->allocs = alloc_failures();
		rc = start(ctx, b, reader);
	}
	if (!rc)
		rc = run(b, paths, n);
	if (b) {
		b->result.forgot = b->keep.failed;
		vmt_keep_free(b->kept);
	}
	if (!rc)
		sized_write(b->bo.result, &b->result, sizeof(b->result));
	talloc_free(ctx);
	return rc;
}
