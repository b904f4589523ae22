// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "history.h"
#include "output.h"

#define OUTPUT_BUFFER (256u << 10)

#define TABLE "table"

struct merge_opts {
	struct common common;
	bool group;
};

static const char *const formats[] = {
	VMT_FORMAT_JSON, VMT_FORMAT_TEXT, VMT_FORMAT_CSV, TABLE, VMT_FORMAT_HTML, NULL};

static const struct opt opts[] = {
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct merge_opts, common.format),
		"json, text and csv: records as of a batch; table and\n"
		"html: the crashes as a list; default: json, and no\n"
		"records if only --history is given",
		.values = formats, .unset = true},
	{"group", 'g', OPT_FLAG, NULL, offsetof(struct merge_opts, group),
		"group crashes of the same kind and culprit: table\n"
		"(the default then), html"},
	{"history", 0, OPT_FILE, "FILE", offsetof(struct merge_opts, common.history),
		"add the crashes to this history: a file, or\n"
		"postgresql://USER@HOST/DATABASE; default: to none"},
	{0},
};

struct merging {
	const struct merge_opts *o;
	struct output_inputs in;
	struct vmt_merge_result result;
	uint64_t n_damaged; /* lines of all files */
	/* Of the file that is read: */
	const char *path; /* NULL: no line of it was damaged yet */
	uint64_t n_here, first;
	char why[256];
};

static bool is_list(const char *format)
{
	return format && (!strcmp(format, TABLE) || !strcmp(format, VMT_FORMAT_HTML));
}

/* One message for each file: its first line that is no record, and how many are like it. */
static void tell_file(struct merging *m)
{
	uint64_t more = m->n_here - 1;

	if (m->path && more)
		complain(m->path, "%" PRIu64 " lines are damaged; the first: line %" PRIu64 " %s",
			m->n_here, m->first, m->why);
	else if (m->path)
		complain(m->path, "line %" PRIu64 " %s", m->first, m->why);
	m->path = NULL;
	m->n_here = 0;
}

static void note_damaged(void *arg, const char *path, uint64_t line, const char *why)
{
	struct merging *m = arg;

	if (m->path && strcmp(m->path, path) != 0)
		tell_file(m);
	if (!m->n_here++) {
		m->path = path;
		m->first = line;
		snprintf(m->why, sizeof(m->why), "%s", why);
	}
	m->n_damaged++;
}

static void tell_counts(const struct merging *m)
{
	const struct vmt_merge_result *r = &m->result;

	if (m->o->common.quiet)
		return;
	if (r->missing)
		complain(NULL, "%" PRIu64 " records are missing", r->missing);
	if (r->foreign)
		complain(NULL,
			"%" PRIu64 " of %" PRIu64
			" records were judged by another version of vmtriage",
			r->foreign, r->records);
}

/* Merges into a history and a stream; both may be NULL. */
static int merge(struct merging *m, struct vmt_history *history, FILE *out)
{
	const struct common *c = &m->o->common;
	const struct vmt_merge_options mo = {
		.struct_size = sizeof(mo),
		.format = is_list(c->format) ? NULL : c->format,
		.history = history,
		.result = &m->result,
		.damaged = note_damaged,
		.arg = m,
	};
	struct vmt_err err;
	int rc = vmt_merge(&mo, m->in.paths, m->in.n, out, &err);

	tell_file(m);
	if (rc == VMT_ERR_IO && out && ferror(out))
		output_note(err.os_errno); /* reported once, at the end */
	else if (rc)
		complain_err(NULL, &err);
	if (rc)
		return STATUS_ERROR;
	tell_counts(m);
	return m->n_damaged || m->result.missing ? STATUS_NO_CRASH : STATUS_CRASH;
}

/* ---- records ----------------------------------------------------------------------------- */

static int merge_records(struct merging *m)
{
	const struct common *c = &m->o->common;
	struct vmt_history *history = NULL;
	struct output out = {0};
	int status = STATUS_ERROR;
	bool writes;

	if (c->history && !history_open(c, 0, &history))
		return STATUS_ERROR;
	writes = c->format || c->output || !history;
	if (!writes || output_open(&out, c->output, 0, &m->in)) {
		if (writes && output_is_aside(&out))
			setvbuf(out.file, NULL, _IOFBF, OUTPUT_BUFFER);
		status = merge(m, history, writes ? out.file : NULL);
		if (writes && !output_close(&out, status != STATUS_ERROR))
			status = STATUS_ERROR;
	}
	vmt_history_close(history);
	return status;
}

/* ---- a list ------------------------------------------------------------------------------ */

static int write_list(const struct merging *m, const struct vmt_list *list)
{
	const struct merge_opts *o = m->o;
	struct vmt_list_options lo = VMT_LIST_OPTIONS_INIT;
	struct output out;
	struct vmt_err err;
	int rc;

	if (!output_open(&out, o->common.output, 0, &m->in))
		return STATUS_ERROR;
	if (!o->common.no_pager)
		output_page(&out, o->group ? OUTPUT_TEXT : OUTPUT_TABLE);
	lo.format = strcmp(o->common.format, TABLE) != 0 ? o->common.format : VMT_FORMAT_TEXT;
	lo.group = o->group;
	lo.colour = output_colour(&out, o->common.colour);
	lo.width = o->common.width ? o->common.width : output_width(&out);
	rc = vmt_list_write(list, &lo, out.file, &err);
	if (rc == VMT_ERR_IO)
		output_note(err.os_errno);
	else if (rc)
		complain_err(NULL, &err);
	return output_close(&out, !rc) && !rc ? STATUS_CRASH : STATUS_ERROR;
}

static int merge_list_in(struct merging *m, const char *path)
{
	struct vmt_history *history;
	struct vmt_list *list;
	struct vmt_err err;
	int status = STATUS_ERROR;

	if (vmt_history_open(path, 0, &history, &err)) {
		complain_err(NULL, &err);
		return STATUS_ERROR;
	}
	status = merge(m, history, NULL);
	if (status != STATUS_ERROR && vmt_history_list(history, &list, &err)) {
		complain_err(NULL, &err);
		status = STATUS_ERROR;
	} else if (status != STATUS_ERROR) {
		int written = write_list(m, list);

		status = written > status ? written : status;
		if (!m->o->common.quiet && m->result.failed)
			complain(NULL,
				"%" PRIu64 " of %" PRIu64 " records are of what could not be read",
				m->result.failed, m->result.records);
		vmt_list_free(list);
	}
	vmt_history_close(history);
	return status;
}

/* One crash is one line, as in a history: a temporary one joins the records. */
static int merge_list(struct merging *m)
{
	static const char *const files[] = {"", "-wal", "-shm", "-journal"};
	const char *tmp = getenv("TMPDIR");
	char dir[4096], path[4200];
	int status;

	if (m->o->common.history) {
		complain(NULL, "a list and --history do not go together: see 'vmtriage list "
			       "--remembered'");
		return STATUS_ERROR;
	}
	snprintf(
		dir, sizeof(dir), "%.4000s/vmtriage.XXXXXX", tmp && *tmp == '/' ? tmp : "/var/tmp");
	if (!mkdtemp(dir)) {
		*strrchr(dir, '/') = '\0';
		complain(dir,
			"no temporary folder can be made here (set TMPDIR to another one): %s",
			strerror(errno));
		return STATUS_ERROR;
	}
	snprintf(path, sizeof(path), "%s/history", dir);
	status = merge_list_in(m, path);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/history%s", dir, files[i]);
		unlink(path);
	}
	rmdir(dir);
	return status;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	static const char *const standard[] = {"-"};
	struct merge_opts o = {.common = COMMON_INIT(NULL)};
	struct merging m = {.o = &o, .result = VMT_MERGE_RESULT_INIT};
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	m.in = (struct output_inputs){
		.paths = (const char *const *)argv + first, .n = (size_t)(argc - first)};
	if (o.group && !o.common.format)
		o.common.format = TABLE;
	if (o.group && !is_list(o.common.format)) {
		complain(NULL, "--group goes with --format table or html, not with %s",
			o.common.format);
		return STATUS_ERROR;
	}
	if (!m.in.n)
		m.in = (struct output_inputs){.paths = standard, .n = 1};
	return is_list(o.common.format) ? merge_list(&m) : merge_records(&m);
}

const struct command cmd_merge = {
	.name = "merge",
	.operands = "[FILE...]",
	.summary = "Make one batch of many: the records of each file, once.",
	.details = "FILE is a JSON output of batch, also compressed (gzip, xz, zstd, lz4, bzip2);\n"
		   "'-' is standard input, and the default. The result does not depend on their\n"
		   "order, nor on what is there twice.\n\n"
		   "Exit status: 0 all lines are records, and none is missing; 1 some are not\n"
		   "(each has a record that says so); 2 a file could not be read or written, or\n"
		   "wrong usage.",
	.opts = opts,
	.common = COMMON_PRINT,
	.files = true,
	.run = run,
};
