// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "newest.h"
#include "output.h"

struct compare_opts {
	struct common common;
};

static const char *const formats[] = {VMT_FORMAT_TEXT, VMT_FORMAT_JSON, NULL};

static const char *const levels[] = {VMT_LEVEL_CORE, VMT_LEVEL_LOG, NULL};

static const struct opt opts[] = {
	{"level", 0, OPT_CHOICE, "LEVEL", offsetof(struct compare_opts, common.wishes.level),
		"what to read of a dump: its memory, or only its log", .values = levels},
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct compare_opts, common.format),
		"format of the comparison", .values = formats},
	{0},
};

/* The inputs of one run; group and n_groups come from vmt_group_inputs(). */
struct inputs {
	const char *const *paths;
	size_t n, *group, n_groups;
	const char **parts; /* of one group; room for n */
	struct newest *newest;
	const struct vmt_report **reports;
};

static bool inputs_init(struct inputs *in, const char *const *paths, size_t n)
{
	struct vmt_err err;

	*in = (struct inputs){.paths = paths,
		.n = n,
		.group = calloc(n + 1, sizeof(*in->group)),
		.parts = calloc(n + 1, sizeof(*in->parts)),
		.newest = calloc(n + 1, sizeof(*in->newest)),
		.reports = calloc(n + 1, sizeof(const struct vmt_report *))};
	if (!in->group || !in->parts || !in->newest || !in->reports)
		complain(NULL, "out of memory");
	else if (vmt_group_inputs(paths, n, in->group, &in->n_groups, &err))
		complain_err(NULL, &err);
	else if (in->n_groups < 2)
		complain(NULL, n < 2 ? "two crashes are needed (see vmtriage compare --help)"
				     : "all of these files are parts of one crash");
	else
		return true;
	return false;
}

static void inputs_done(struct inputs *in)
{
	for (size_t i = 0; in->newest && i < in->n_groups; i++)
		newest_done(&in->newest[i]);
	free(in->group);
	free(in->parts);
	free(in->newest);
	free(in->reports);
}

/* Complains about an input that cannot be compared. */
static bool read_group(const struct compare_opts *o, struct inputs *in, size_t g)
{
	struct vmt_options options = wishes_options(&o->common.wishes);
	struct newest *newest = &in->newest[g];
	struct vmt_err err;
	size_t n_parts = 0;

	if (!options.level)
		options.level = VMT_LEVEL_CORE;
	options.without_excerpt = true;
	for (size_t i = 0; i < in->n; i++)
		if (in->group[i] == g)
			in->parts[n_parts++] = in->paths[i];
	if (newest_triage(&o->common, &options, in->parts, n_parts, newest, &err)) {
		complain_err(in->parts[0], &err);
		return false;
	}
	if (newest->report && vmt_report_outcome(newest->report) == VMT_UNREAD) {
		complain(in->parts[0], "too much of it is missing or damaged to find a crash");
		return false;
	}
	in->reports[g] = newest->report;
	return newest->report && !newest->unread;
}

static int status_of(const struct vmt_comparisons *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->items[i].relation, VMT_RELATION_SAME_CRASH) != 0 &&
			strcmp(all->items[i].relation, VMT_RELATION_SAME_BUG) != 0)
			return STATUS_NO_CRASH;
	return STATUS_CRASH;
}

static int write_all(
	const struct compare_opts *o, const struct vmt_comparisons *all, struct output *out)
{
	struct vmt_write_options wo = {
		.struct_size = sizeof(wo),
		.colour = output_colour(out, o->common.colour),
		.width = o->common.width ? o->common.width : output_width(out),
	};
	struct vmt_err err;
	int rc = vmt_comparisons_write(all, o->common.format, &wo, out->file, &err);

	if (rc == VMT_ERR_IO) {
		output_note(err.os_errno); /* reported once, at the end */
	} else if (rc) {
		complain_err(NULL, &err);
		return STATUS_ERROR;
	}
	return status_of(all);
}

static int compare(const struct compare_opts *o, struct inputs *in, struct output *out)
{
	struct vmt_comparisons *all;
	struct vmt_err err;
	bool read = true;
	int status;

	for (size_t g = 0; g < in->n_groups; g++)
		read &= read_group(o, in, g);
	if (!read)
		return STATUS_ERROR;
	if (vmt_compare(in->reports, in->n_groups, &all, &err)) {
		complain_err(NULL, &err);
		return STATUS_ERROR;
	}
	status = write_all(o, all, out);
	vmt_comparisons_free(all);
	return status;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct compare_opts o = {.common = COMMON_INIT(formats[0])};
	struct vmt_options options;
	struct output_inputs oi = {.options = &options};
	struct inputs in;
	struct output out;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	options = wishes_options(&o.common.wishes);
	oi.paths = (const char *const *)argv + first;
	oi.n = (size_t)(argc - first);
	status = STATUS_ERROR;
	if (inputs_init(&in, oi.paths, oi.n) && output_open(&out, o.common.output, 0, &oi)) {
		if (!o.common.no_pager)
			output_page(&out, OUTPUT_TEXT);
		status = compare(&o, &in, &out);
		if (!output_close(&out, status != STATUS_ERROR))
			status = STATUS_ERROR;
	}
	inputs_done(&in);
	return status;
}

const struct command cmd_compare = {
	.name = "compare",
	.operands = "FIRST OTHER...",
	.summary = "Say whether crashes are the same one, or have the same bug.",
	.details =
		"Each OTHER is compared with FIRST. All may be dumps, logs, or directories and\n"
		"archives, which stand for the newest crash in them; a dump may be compared with\n"
		"a log, and with a crash of another kernel or machine.\n\n"
		"Exit status: 0 every OTHER is the same crash or likely the same bug; 1 one is\n"
		"not; 2 a file could not be read, or wrong usage.",
	.opts = opts,
	.common = COMMON_PRINT | COMMON_BIT(TMP_LIMIT),
	.files = true,
	.run = run,
};
