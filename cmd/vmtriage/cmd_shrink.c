// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>
#include <unistd.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "newest.h"
#include "output.h"
#include "progress.h"
#include "redaction.h"

struct shrink_opts {
	struct common common;
};

static const struct opt opts[] = {
	{"output", 'o', OPT_FILE, "SMALL", offsetof(struct shrink_opts, common.output),
		"the new file (required); '-' is standard output"},
	{0},
};

static int shrink(
	const struct shrink_opts *o, struct output_inputs *in, struct vmt_redaction *redaction)
{
	struct vmt_options options = VMT_OPTIONS_INIT;
	struct vmt_shrink_result result = VMT_SHRINK_RESULT_INIT;
	struct newest newest = {0};
	struct output out;
	struct vmt_err err;
	bool aside;
	int rc;

	if (!output_open(&out, o->common.output, VMT_OUTFILE_NEW | VMT_OUTFILE_PRIVATE, in))
		return STATUS_ERROR;
	aside = output_is_aside(&out);
	options.redaction = redaction;
	options.tmp_limit = o->common.wishes.tmp_limit;
	if (isatty(fileno(out.file))) {
		complain(NULL, "a dump cannot be written to a terminal");
		output_close(&out, false);
		return STATUS_ERROR;
	}
	if (!o->common.quiet)
		progress_begin_pages(&options);
	rc = vmt_shrink_write(&options, in->paths, in->n, out.file, &result, &err);
	progress_end();
	if (rc && newest_dump(&o->common, in, &newest, &err))
		rc = vmt_shrink_write(&options, in->paths, in->n, out.file, &result, &err);
	if (rc && ferror(out.file))
		output_note(err.os_errno); /* reported once, at the end */
	else if (rc)
		complain_err(in->paths[0], &err);
	newest_done(&newest);
	if (!output_close(&out, !rc) || rc)
		return STATUS_ERROR;
	if (result.damaged && !o->common.quiet)
		complain(in->paths[0], "pages that could not be read are not in the small dump");
	if (aside && !o->common.quiet) /* else the dump may have gone to standard output */
		printf("%" PRIu64 " pages, %" PRIu64 " bytes\n", result.pages, result.bytes);
	return STATUS_CRASH;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct shrink_opts o = {0};
	struct vmt_redaction *redaction;
	struct output_inputs in;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	if (first == argc || !o.common.output) {
		complain(NULL, "%s (see vmtriage shrink --help)",
			o.common.output ? "no dump was given" : "-o SMALL is missing");
		return STATUS_ERROR;
	}
	in = (struct output_inputs){
		.paths = (const char *const *)argv + first, .n = (size_t)(argc - first)};
	if (!redaction_open(&o.common, &redaction))
		return STATUS_ERROR;
	status = shrink(&o, &in, redaction);
	redaction_close(&o.common, redaction, status == STATUS_CRASH);
	return status;
}

const struct command cmd_shrink = {
	.name = "shrink",
	.operands = "DUMP -o SMALL",
	.summary = "Write a small dump with only the pages that vmtriage reads.",
	.details = "Of a folder or an archive, its newest dump. The small dump gives the same\n"
		   "report, stacks and log. It is kdump-compressed (zstd), without the pages that\n"
		   "crash needs to start. It contains parts of the machine's memory and its log:\n"
		   "check it before you share it. --redact replaces what is personal in it, and\n"
		   "clears all memory that vmtriage does not read.",
	.opts = opts,
	.common = COMMON_BIT(REDACT) | COMMON_BIT(TMP_LIMIT) | COMMON_BIT(QUIET),
	.files = true,
	.run = run,
};
