// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "newest.h"
#include "output.h"
#include "progress.h"

struct fixes_opts {
	struct common common;
	struct opt_list changes;
	unsigned most;
	bool no_cache;
};

static const char *const formats[] = {VMT_FORMAT_TEXT, VMT_FORMAT_MARKDOWN, VMT_FORMAT_JSON, NULL};

static const struct opt opts[] = {
	{"changes", 'c', OPT_FILES, "PATH", offsetof(struct fixes_opts, changes),
		"a changelog, a package, a git clone, or the sources\n"
		"of a driver; may be repeated; default: what the\n"
		"machine has"},
	{"root", 0, OPT_FILE, "DIR", offsetof(struct fixes_opts, common.wishes.root),
		"the files of another machine: its changelogs, and\n"
		"where its crashes are kept"},
	{"number", 'n', OPT_NUMBER, "N", offsetof(struct fixes_opts, most),
		"at most N changes; default: 10", .min = 1, .max = 1000},
	{"no-cache", 0, OPT_FLAG, NULL, offsetof(struct fixes_opts, no_cache),
		"keep no index of what was read, and use none"},
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct fixes_opts, common.format),
		"format of the answer", .values = formats},
	{0},
};

static int write_fixes(
	const struct fixes_opts *o, const struct vmt_fixes *fixes, struct output *out)
{
	struct vmt_write_options wo = {.struct_size = sizeof(wo),
		.colour = output_colour(out, o->common.colour),
		.width = o->common.width ? o->common.width : output_width(out)};
	struct vmt_err err;
	int rc = vmt_fixes_write(fixes, o->common.format, &wo, out->file, &err);

	if (rc == VMT_ERR_IO) {
		output_note(err.os_errno); /* reported once, at the end */
	} else if (rc) {
		complain_err(NULL, &err);
		return STATUS_ERROR;
	}
	return fixes->n_likely ? STATUS_CRASH : STATUS_NO_CRASH;
}

/* A source that cannot be read may have had the fix. */
static bool has_unread(const struct vmt_fixes *fixes)
{
	bool some = false;

	for (size_t i = 0; i < fixes->n_sources; i++) {
		if (!fixes->sources[i].error)
			continue;
		complain_err(NULL, fixes->sources[i].error);
		some = true;
	}
	return some;
}

static int answer(const struct fixes_opts *o, const struct vmt_options *options,
	const struct vmt_report *report, struct output *out)
{
	struct vmt_fixes_options fo = {.struct_size = sizeof(fo),
		.root = options->sysroot,
		.changes = o->changes.items,
		.n_changes = o->changes.n,
		.most = o->most,
		.functions = options->functions,
		.cache = o->no_cache ? "" : getenv("VMTRIAGE_CACHE")};
	struct vmt_fixes *fixes;
	struct vmt_err err;
	int rc, status;

	if (!report->verdict.kind) {
		complain(report->input.path, "has no crash that a fix could be searched for");
		return STATUS_NO_CRASH;
	}
	if (!o->common.quiet)
		progress_begin_reading(&fo);
	rc = vmt_fixes_find(report, &fo, &fixes, &err);
	progress_end();
	if (rc) {
		complain_err(NULL, &err);
		return rc == VMT_ERR_NODATA ? STATUS_NO_CRASH : STATUS_ERROR;
	}
	status = write_fixes(o, fixes, out);
	if (has_unread(fixes))
		status = STATUS_ERROR;
	vmt_fixes_free(fixes);
	return status;
}

/* n 0: the newest crash of this machine. */
static int find(const struct fixes_opts *o, const struct output_inputs *in, struct output *out)
{
	const struct common *c = &o->common;
	struct newest newest;
	struct vmt_err err;
	int rc = in->n ? newest_triage(c, in->options, in->paths, in->n, &newest, &err)
		       : newest_here(c, in->options, &newest, &err);
	int status = STATUS_NO_CRASH;

	if (rc) {
		complain_err(in->n ? in->paths[0] : NULL, &err);
		if (in->n)
			newest_hint(c, in->paths[0], rc);
		status = STATUS_ERROR;
	} else if (newest.report) {
		status = answer(o, in->options, newest.report, out);
	}
	if (!rc && newest.unread)
		status = STATUS_ERROR;
	newest_done(&newest);
	return status;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	static const char *const standard_input[] = {"-"};
	struct fixes_opts o = {.common = COMMON_INIT(formats[0])};
	struct vmt_options options;
	struct output_inputs in = {.options = &options};
	struct output out;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	if (!wishes_check(&o.common.wishes, o.common.quiet))
		return STATUS_ERROR;
	options = wishes_options(&o.common.wishes);
	options.without_excerpt = true;
	options.without_cpu_lines = true;
	in.paths = (const char *const *)argv + first;
	in.n = (size_t)(argc - first);
	if (!in.n && newest_is_piped()) {
		in.paths = standard_input;
		in.n = 1;
	}
	if (!output_open(&out, o.common.output, 0, &in))
		return STATUS_ERROR;
	if (!o.common.no_pager)
		output_page(&out, OUTPUT_TEXT);
	status = find(&o, &in, &out);
	if (!output_close(&out, status != STATUS_ERROR))
		status = STATUS_ERROR;
	return status;
}

const struct command cmd_fixes = {
	.name = "fixes",
	.operands = "[FILE...]",
	.summary = "Find the change that fixes a crash, and the release that has it.",
	.details =
		"Searches the changelogs of newer kernels for what the crash has in common with\n"
		"a change: functions of the stack, the driver, what went wrong. Offline: nothing\n"
		"is sent, and nothing is loaded. FILE is a dump or a log, as for report.\n\n"
		"Exit status: 0 a change may be the fix; 1 none matches, or there is no crash;\n"
		"2 something could not be read, or wrong usage.",
	.opts = opts,
	.common = COMMON_PRINT | COMMON_RANGE | COMMON_BIT(DEBUGINFO),
	.files = true,
	.run = run,
};
