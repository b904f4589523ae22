// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "commands.h"
#include "complain.h"
#include "output.h"
#include "pager.h"
#include "wishes.h"

struct stack_opts {
	const char *format;
	const char *output;
	const char *colour;
	unsigned width;
	bool all;
	bool no_pager;
	struct wishes wishes;
};

static const char *const formats[] = {VMT_FORMAT_TEXT, VMT_FORMAT_JSON, NULL};

static const char *const levels[] = {VMT_LEVEL_FULL, VMT_LEVEL_CORE, NULL};

static const struct opt opts[] = {
	{"all", 'a', OPT_FLAG, NULL, offsetof(struct stack_opts, all),
		"all tasks, not only those on a CPU and the blocked ones"},
	{"debuginfo", 'd', OPT_FILES, "PATH", offsetof(struct stack_opts, wishes.debuginfo),
		WISHES_DEBUGINFO_HELP},
	{"level", 0, OPT_CHOICE, "LEVEL", offsetof(struct stack_opts, wishes.level),
		"what to read: debuginfo too, or only the dump", .values = levels},
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct stack_opts, format),
		"format of the stacks", .values = formats},
	{"output", 'o', OPT_FILE, "FILE", offsetof(struct stack_opts, output), OUTPUT_HELP},
	{"color", 0, OPT_CHOICE, "WHEN", offsetof(struct stack_opts, colour),
		"colour text; auto: on a terminal, unless NO_COLOR is set",
		.values = output_colour_values},
	{"width", 'w', OPT_NUMBER, "COLUMNS", offsetof(struct stack_opts, width),
		"wrap text at this width; default: the terminal's, else 100", .min = 40,
		.max = 10000},
	{"no-pager", 0, OPT_FLAG, NULL, offsetof(struct stack_opts, no_pager), PAGER_HELP},
	{0},
};

static int write_stacks(
	const struct stack_opts *o, const struct vmt_stacks *stacks, struct output *out)
{
	struct vmt_write_options wopts = {
		.struct_size = sizeof(wopts),
		.colour = output_colour(out, o->colour),
		.width = o->width ? o->width : output_width(out),
	};
	struct vmt_err err;
	int rc = vmt_stacks_write(stacks, o->format, &wopts, out->file, &err);

	if (rc == VMT_ERR_IO) {
		output_note(err.os_errno); /* reported once, at the end */
	} else if (rc) {
		complain_err(NULL, &err);
		return STATUS_ERROR;
	}
	return STATUS_CRASH;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct stack_opts o = {.format = formats[0], .colour = output_colour_values[0]};
	struct vmt_options options;
	struct vmt_stacks *stacks;
	struct output_inputs in = {.options = &options};
	struct output out;
	struct vmt_err err;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	in.paths = (const char *const *)argv + first;
	in.n = (size_t)(argc - first);
	if (first == argc) {
		complain(NULL, "no dump was given (see vmtriage stack --help)");
		return STATUS_ERROR;
	}
	options = wishes_options(&o.wishes);
	if (!output_open(&out, o.output, 0, &in))
		return STATUS_ERROR;
	if (!o.no_pager)
		output_page(&out, false);
	if (vmt_stacks_read(&options, in.paths, in.n, o.all, &stacks, &err)) {
		complain_err(in.paths[0], &err);
		status = STATUS_ERROR;
	} else {
		status = write_stacks(&o, stacks, &out);
		vmt_stacks_free(stacks);
	}
	return output_close(&out, status == STATUS_CRASH) ? status : STATUS_ERROR;
}

const struct command cmd_stack = {
	.name = "stack",
	.operands = "DUMP",
	.summary = "Print the stacks of all CPUs and blocked tasks in a dump.",
	.details =
		"All parts of a split dump may be given. No debuginfo is needed; with it, frames "
		"have\n"
		"source lines, and inlined calls have frames of their own.",
	.opts = opts,
	.files = true,
	.run = run,
};
