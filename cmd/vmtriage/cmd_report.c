// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "complain.h"
#include "newest.h"
#include "output.h"
#include "pager.h"
#include "wishes.h"

struct report_opts {
	const char *format;
	const char *output;
	const char *colour;
	unsigned width;
	bool stats;
	bool verbose;
	bool no_pager;
	struct wishes wishes;
};

static const struct opt opts[] = {
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct report_opts, format),
		"format of the report", .value = vmt_report_format},
	{"debuginfo", 'd', OPT_FILES, "PATH", offsetof(struct report_opts, wishes.debuginfo),
		WISHES_DEBUGINFO_HELP},
	{"source", 's', OPT_FILES, "DIR", offsetof(struct report_opts, wishes.sources),
		"a source tree to quote the culprit's lines from; may be repeated"},
	{"level", 0, OPT_CHOICE, "LEVEL", offsetof(struct report_opts, wishes.level),
		"what to read: debuginfo too, only the dump, or only its log",
		.values = wishes_levels},
	{"output", 'o', OPT_FILE, "FILE", offsetof(struct report_opts, output), OUTPUT_HELP},
	{"color", 0, OPT_CHOICE, "WHEN", offsetof(struct report_opts, colour),
		"colour text; auto: on a terminal, unless NO_COLOR is set",
		.values = output_colour_values},
	{"width", 'w', OPT_NUMBER, "COLUMNS", offsetof(struct report_opts, width),
		"wrap text at this width; default: the terminal's, else 100", .min = 40,
		.max = 10000},
	{"verbose", 'v', OPT_FLAG, NULL, offsetof(struct report_opts, verbose),
		"add all details to the text: registers, modules, all frames, ..."},
	{"no-pager", 0, OPT_FLAG, NULL, offsetof(struct report_opts, no_pager), PAGER_HELP},
	{"stats", 0, OPT_FLAG, NULL, offsetof(struct report_opts, stats),
		"add time, pages, bytes and log records to the text"},
	{0},
};

/* The reports of one run. */
struct reporter {
	const struct report_opts *opts;
	struct output *out;
	size_t written;
	bool several;
	bool broken; /* a report was written only in part */
};

static int write_one(struct reporter *r, const char *path, const struct vmt_report *report)
{
	const char *format = r->opts->format;
	struct vmt_write_options wo = {
		.struct_size = sizeof(wo),
		.colour = output_colour(r->out, r->opts->colour),
		.width = r->opts->width ? r->opts->width : output_width(r->out),
		.stats = r->opts->stats,
		.height = output_height(r->out),
		.verbose = r->opts->verbose,
	};
	struct vmt_err err;
	int rc;

	if (r->several)
		format = vmt_report_series(format, path, !r->written, r->out->file);
	r->written++;
	rc = vmt_report_write(report, format, &wo, r->out->file, &err);
	if (rc == VMT_ERR_IO) {
		output_note(err.os_errno); /* reported once, at the end */
	} else if (rc) {
		complain_err(path, &err);
		r->broken = true;
		return STATUS_ERROR;
	}
	return (int)vmt_report_outcome(report); /* the numbers are the same */
}

/* n: of the parts of one input; 0: the newest crash of this machine. */
static int report_one(struct reporter *r, const char *const *paths, size_t n)
{
	struct vmt_options options = wishes_options(&r->opts->wishes);
	struct newest newest;
	struct vmt_err err;
	int rc, status = STATUS_NO_CRASH;

	options.without_excerpt = !strcmp(r->opts->format, VMT_FORMAT_TEXT);
	options.without_cpu_lines =
		strncmp(r->opts->format, VMT_FORMAT_JSON, strlen(VMT_FORMAT_JSON)) != 0;
	rc = n ? newest_triage(&options, paths, n, &newest, &err)
	       : newest_here(&options, &newest, &err);
	if (rc)
		complain_err(n ? paths[0] : NULL, &err);
	else if (newest.report)
		status = write_one(r, n ? paths[0] : newest.report->input.path, newest.report);
	if (rc || newest.unread)
		status = STATUS_ERROR;
	newest_done(&newest);
	return status;
}

/* Each input with all of its parts; group comes from vmt_group_inputs(). */
static int report_groups(struct reporter *r, const char *const *paths, size_t n,
	const size_t *group, size_t n_groups, const char **parts)
{
	int worst = STATUS_CRASH;

	r->several = n_groups > 1;
	for (size_t g = 0; g < n_groups; g++) {
		size_t n_parts = 0;
		int status;

		for (size_t i = 0; i < n; i++) {
			if (group[i] == g)
				parts[n_parts++] = paths[i];
		}
		status = report_one(r, parts, n_parts);
		worst = status > worst ? status : worst;
	}
	return worst;
}

static int report_all(struct reporter *r, const char *const *paths, size_t n)
{
	size_t *group = calloc(n, sizeof(*group)), n_groups = 0;
	const char **parts = calloc(n, sizeof(*parts));
	struct vmt_err err;
	int status = STATUS_ERROR;

	if (!group || !parts)
		complain(NULL, "out of memory");
	else if (vmt_group_inputs(paths, n, group, &n_groups, &err))
		complain_err(NULL, &err);
	else
		status = report_groups(r, paths, n, group, n_groups, parts);
	free(group);
	free(parts);
	return status;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	static const char *const standard_input[] = {"-"};
	struct report_opts o = {.format = vmt_report_format(0), .colour = output_colour_values[0]};
	struct reporter r = {.opts = &o};
	struct vmt_options options;
	struct output_inputs in = {.options = &options};
	struct output out;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	options = wishes_options(&o.wishes);
	in.paths = (const char *const *)argv + first;
	in.n = (size_t)(argc - first);
	if (!in.n && newest_is_piped()) {
		in.paths = standard_input;
		in.n = 1;
	}
	if (!output_open(&out, o.output, 0, &in))
		return STATUS_ERROR;
	if (!o.no_pager)
		output_page(&out, false);
	r.out = &out;
	status = in.n ? report_all(&r, in.paths, in.n) : report_one(&r, NULL, 0);
	return output_close(&out, r.written && !r.broken) ? status : STATUS_ERROR;
}

const struct command cmd_report = {
	.name = "report",
	.operands = "[FILE...]",
	.summary = "Say why a machine died, from a crash dump or a kernel log.",
	.details =
		"FILE is a vmcore in any format, or a text log; '-' is standard input. The parts "
		"of\n"
		"a split dump are one input. A directory, or a tar or zip file, stands for the "
		"newest\n"
		"crash in it. Without FILE: what comes on standard input, or the newest crash of "
		"this\n"
		"machine. Several inputs as JSON are one object per line.\n\n"
		"Exit status: 0 a crash was found; 1 none was found; 2 a file could not be read, "
		"or\n"
		"wrong usage. With several inputs, the highest.",
	.opts = opts,
	.files = true,
	.run = run,
};
