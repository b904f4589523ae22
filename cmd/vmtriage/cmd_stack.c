// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "newest.h"
#include "output.h"
#include "progress.h"
#include "redaction.h"
#include "urls.h"

struct stack_opts {
	struct common common;
	struct vmt_redaction *redaction;
	bool all;
	unsigned tasks;
};

static const char *const formats[] = {VMT_FORMAT_TEXT, VMT_FORMAT_JSON, NULL};

static const char *const levels[] = {VMT_LEVEL_FULL, VMT_LEVEL_CORE, NULL};

static const struct opt opts[] = {
	{"all", 'a', OPT_FLAG, NULL, offsetof(struct stack_opts, all),
		"all tasks, not only those on a CPU or blocked"},
	{"number", 'n', OPT_NUMBER, "N", offsetof(struct stack_opts, tasks),
		"only the first N of the tasks that are not on a CPU", .min = 1, .max = 1000000000},
	{"level", 0, OPT_CHOICE, "LEVEL", offsetof(struct stack_opts, common.wishes.level),
		"what to read: debuginfo too, or only the dump", .values = levels},
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct stack_opts, common.format),
		"format of the stacks", .values = formats},
	{0},
};

static int write_stacks(
	const struct stack_opts *o, const struct vmt_stacks *stacks, struct output *out)
{
	struct vmt_write_options wopts = {
		.struct_size = sizeof(wopts),
		.colour = output_colour(out, o->common.colour),
		.width = o->common.width ? o->common.width : output_width(out),
	};
	struct vmt_err err;
	int rc = vmt_stacks_write(stacks, o->common.format, &wopts, out->file, &err);

	if (rc == VMT_ERR_IO) {
		output_note(err.os_errno); /* reported once, at the end */
	} else if (rc) {
		complain_err(NULL, &err);
		return STATUS_ERROR;
	}
	return STATUS_CRASH;
}

static int write_redacted(
	const struct stack_opts *o, const struct vmt_stacks *stacks, struct output *out)
{
	struct vmt_stacks *redacted;
	struct vmt_err err;
	int status;

	if (!o->redaction)
		return write_stacks(o, stacks, out);
	if (vmt_stacks_redact(o->redaction, stacks, &redacted, &err)) {
		complain_err(NULL, &err);
		return STATUS_ERROR;
	}
	status = write_stacks(o, redacted, out);
	vmt_stacks_free(redacted);
	return status;
}

static int read_stacks(const struct stack_opts *o, struct output_inputs *in,
	const struct vmt_url *url, struct newest *newest, struct vmt_stacks **ret,
	struct vmt_err *err)
{
	struct vmt_options options = *in->options;
	struct vmt_file file;
	int rc;

	if (url) {
		file = vmt_url_file(url);
		return vmt_stacks_read_files(in->options, &file, 1, o->all, ret, err);
	}
	if (!o->common.quiet)
		progress_begin_pages(&options);
	rc = vmt_stacks_read(&options, in->paths, in->n, o->all, ret, err);
	progress_end();
	if (rc && newest_dump(&o->common, in, newest, err))
		rc = vmt_stacks_read(in->options, in->paths, in->n, o->all, ret, err);
	return rc;
}

/* url: the operand; NULL: it is no URL. */
static int print_stacks(const struct stack_opts *o, struct output_inputs *in,
	const struct vmt_url *url, struct output *out)
{
	struct newest newest = {0};
	struct vmt_stacks *stacks;
	struct vmt_err err;
	int rc = read_stacks(o, in, url, &newest, &stacks, &err), status;

	if (rc) {
		complain_err(url ? vmt_url_file(url).name : in->paths[0], &err);
		status = STATUS_ERROR;
	} else {
		if (!o->common.quiet)
			wishes_note_diags(stacks->diagnostics, stacks->n_diagnostics);
		if (o->tasks && stacks->n_tasks > o->tasks)
			stacks->n_tasks = o->tasks;
		status = write_redacted(o, stacks, out);
		vmt_stacks_free(stacks);
	}
	newest_done(&newest);
	return status;
}

static int run_with(struct stack_opts *o, struct output_inputs *in, const struct vmt_url *url)
{
	struct output out;
	int status;

	if (!redaction_open(&o->common, &o->redaction))
		return STATUS_ERROR;
	if (!output_open(&out, o->common.output, 0, in)) {
		redaction_close(&o->common, o->redaction, false);
		return STATUS_ERROR;
	}
	if (!o->common.no_pager)
		output_page(&out, OUTPUT_TEXT);
	status = print_stacks(o, in, url, &out);
	if (!output_close(&out, status == STATUS_CRASH))
		status = STATUS_ERROR;
	redaction_close(&o->common, o->redaction, status == STATUS_CRASH);
	return status;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct stack_opts o = {.common = COMMON_INIT(formats[0])};
	struct vmt_options options;
	struct output_inputs in = {.options = &options};
	struct vmt_url *url;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	in.paths = (const char *const *)argv + first;
	in.n = (size_t)(argc - first);
	if (first == argc) {
		complain(NULL, "no dump was given (see vmtriage stack --help)");
		return STATUS_ERROR;
	}
	if (!wishes_check(&o.common.wishes, o.common.quiet))
		return STATUS_ERROR;
	options = wishes_options(&o.common.wishes);
	if (!urls_take(&o.common, in.paths, in.n, &url))
		return STATUS_ERROR;
	status = run_with(&o, &in, url);
	urls_close(&o.common, url);
	return status;
}

const struct command cmd_stack = {
	.name = "stack",
	.operands = "DUMP",
	.summary = "Print the stacks of all CPUs and blocked tasks in a dump.",
	.details = "Of a folder or an archive, its newest dump. All parts of a split dump may be\n"
		   "given. No debuginfo is needed; with it, frames have source lines, and\n"
		   "inlined calls have frames of their own.",
	.opts = opts,
	.common = COMMON_PRINT | COMMON_URLS | COMMON_BIT(DEBUGINFO) | COMMON_BIT(REDACT) |
		  COMMON_BIT(TMP_LIMIT),
	.files = true,
	.run = run,
};
