// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "commands.h"
#include "complain.h"
#include "output.h"
#include "pager.h"

struct log_opts {
	const char *output;
	bool no_pager;
};

static const struct opt opts[] = {
	{"output", 'o', OPT_FILE, "FILE", offsetof(struct log_opts, output), OUTPUT_HELP},
	{"no-pager", 0, OPT_FLAG, NULL, offsetof(struct log_opts, no_pager), PAGER_HELP},
	{0},
};

static int run(const struct command *cmd, int argc, char **argv)
{
	struct log_opts o = {0};
	struct output_inputs in;
	struct output out;
	struct vmt_err err;
	bool incomplete = false;
	int first, rc, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	in = (struct output_inputs){
		.paths = (const char *const *)argv + first, .n = (size_t)(argc - first)};
	if (first == argc) {
		complain(NULL, "no dump was given (see vmtriage log --help)");
		return STATUS_ERROR;
	}
	if (!output_open(&out, o.output, 0, &in))
		return STATUS_ERROR;
	if (!o.no_pager)
		output_page(&out, false);
	status = STATUS_CRASH;
	rc = vmt_log_write(NULL, in.paths, in.n, out.file, &incomplete, &err);
	if (rc && ferror(out.file)) {
		output_note(err.os_errno); /* reported once, at the end */
	} else if (rc) {
		complain_err(in.paths[0], &err);
		status = STATUS_ERROR;
	}
	if (!output_close(&out, status == STATUS_CRASH))
		status = STATUS_ERROR;
	if (!rc && incomplete)
		complain(in.paths[0], "a part of the log is missing from the dump");
	return status;
}

const struct command cmd_log = {
	.name = "log",
	.operands = "DUMP",
	.summary = "Print the kernel log of a dump, as dmesg does.",
	.details =
		"All parts of a split dump may be given. Control characters are written as \\xNN.",
	.opts = opts,
	.files = true,
	.run = run,
};
