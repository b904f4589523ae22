// SPDX-License-Identifier: GPL-3.0-or-later
/* The exit status is that of a monitoring plugin, unlike that of all other commands. */
#include "commands.h"
#include "common.h"
#include "complain.h"
#include "output.h"

enum { CHECK_UNKNOWN = 3 };

struct check_opts {
	struct common common;
	const char *root;
	bool verbose;
};

static const char *const formats[] = {
	VMT_FORMAT_TEXT, VMT_FORMAT_JSON, VMT_FORMAT_PROMETHEUS, VMT_FORMAT_NAGIOS, NULL};

static const struct opt opts[] = {
	{"root", 0, OPT_FILE, "DIR", offsetof(struct check_opts, root),
		"the machine's files: of a sosreport, or a mounted\n"
		"disk; default: those of this machine"},
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct check_opts, common.format),
		"format of the findings", .values = formats},
	{"verbose", 'v', OPT_FLAG, NULL, offsetof(struct check_opts, verbose),
		"also what is fine, and the reasons of the table"},
	{0},
};

static bool write_check(
	const struct check_opts *o, const struct vmt_check *check, struct output *out)
{
	struct vmt_write_options wo = {.struct_size = sizeof(wo),
		.colour = output_colour(out, o->common.colour),
		.width = o->common.width ? o->common.width : output_width(out),
		.verbose = o->verbose};
	struct vmt_err err;
	int rc;

	if (!o->common.no_pager)
		output_page(out, OUTPUT_TEXT);
	rc = vmt_check_write(check, o->common.format, &wo, out->file, &err);
	if (rc == VMT_ERR_IO)
		output_note(err.os_errno); /* reported once, at the end */
	else if (rc)
		complain_err(NULL, &err);
	return output_close(out, !rc || rc == VMT_ERR_IO) && !rc;
}

static int show(const struct check_opts *o, const struct vmt_check *check)
{
	struct output_inputs in = {0};
	struct output out;

	if (!output_open(&out, o->common.output, 0, &in) || !write_check(o, check, &out))
		return CHECK_UNKNOWN;
	return (int)check->exit_status;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct check_opts o = {.common = COMMON_INIT(formats[0])};
	struct vmt_check_options options = {.struct_size = sizeof(options)};
	struct vmt_check *check;
	struct vmt_err err;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status == STATUS_ERROR ? CHECK_UNKNOWN : status;
	if (first != argc) {
		complain(NULL, "check takes no files; for a tree of files: --root DIR");
		return CHECK_UNKNOWN;
	}
	options.root = o.root;
	if (vmt_check_make(&options, &check, &err)) {
		complain_err(NULL, &err);
		return CHECK_UNKNOWN;
	}
	status = show(&o, check);
	vmt_check_free(check);
	return status;
}

const struct command cmd_check = {
	.name = "check",
	.operands = "",
	.summary = "Say whether this machine will catch its next crash.",
	.details =
		"Looks at kdump, pstore, netconsole, consoles, the journal, watchdogs, and the\n"
		"switches that make a hang a crash. Changes nothing. What only root may read is\n"
		"named.\n\n"
		"Exit status, as monitoring plugins have it: 0 fine; 1 warning; 2 critical;\n"
		"3 not known, or wrong usage.",
	.opts = opts,
	.common = COMMON_PRINT,
	.run = run,
};
