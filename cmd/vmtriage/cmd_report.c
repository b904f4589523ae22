// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "history.h"
#include "newest.h"
#include "output.h"
#include "progress.h"
#include "redaction.h"
#include "urls.h"

struct report_opts {
	struct common common;
	bool stats, verbose, explain, verify, contain;
};

static const struct opt opts[] = {
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct report_opts, common.format),
		"format of the report", .value = vmt_report_format},
	{"source", 's', OPT_DIRS, "DIR", offsetof(struct report_opts, common.wishes.sources),
		"a source tree: the culprit's lines, who maintains it;\n"
		"may be repeated"},
	{"level", 0, OPT_CHOICE, "LEVEL", offsetof(struct report_opts, common.wishes.level),
		"what to read: debuginfo too, the dump, or its log", .values = wishes_levels},
	{"root", 0, OPT_FILE, "DIR", offsetof(struct report_opts, common.wishes.root),
		"the files of another machine: where its crashes are\n"
		"kept, its debuginfo"},
	{"number", 'n', OPT_NUMBER, "N", offsetof(struct report_opts, common.crashes),
		"the N newest crashes of a folder, an archive or a log", .min = 1, .max = 1000000},
	{"verbose", 'v', OPT_FLAG, NULL, offsetof(struct report_opts, verbose),
		"all details: registers, modules, all frames, ..."},
	{"explain", 0, OPT_FLAG, NULL, offsetof(struct report_opts, explain),
		"add the rules and facts that led to the verdict"},
	{"verify", 0, OPT_FLAG, NULL, offsetof(struct report_opts, verify),
		"read every page of a dump: which are damaged, and why"},
	{"contain", 0, OPT_FLAG, NULL, offsetof(struct report_opts, contain),
		"read files in locked-in worker processes"},
	{"stats", 0, OPT_FLAG, NULL, offsetof(struct report_opts, stats),
		"add time, pages, bytes and log records to the text"},
	{0},
};

/* The reports of one run. */
struct reporter {
	const struct report_opts *opts;
	struct output *out;
	struct vmt_history *history;
	struct vmt_redaction *redaction;
	size_t written;
	bool several;
	bool broken;	/* a report was written only in part */
	bool noted;	/* which wishes could not be fulfilled */
	bool opened;	/* the history, if there is one */
	bool forgetful; /* it could not be used */
};

static int write_report(struct reporter *r, const char *path, const struct vmt_report *report)
{
	const char *format = r->opts->common.format;
	struct vmt_write_options wo = {
		.struct_size = sizeof(wo),
		.colour = output_colour(r->out, r->opts->common.colour),
		.width = r->opts->common.width ? r->opts->common.width : output_width(r->out),
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

/* The history is opened for the first crash: most runs on a healthy machine have none. */
static void remember(struct reporter *r, struct vmt_report *report)
{
	if (vmt_report_outcome(report) != VMT_CRASH)
		return;
	if (!r->opened)
		r->forgetful = !history_open(&r->opts->common, 0, &r->history);
	r->opened = true;
	if (!history_remember(r->history, report))
		r->forgetful = true;
}

/* Where the machine has an index of a changelog: which release has the fix. */
static bool add_fix(const struct reporter *r, const char *path, struct vmt_report *report)
{
	struct vmt_options options = wishes_options(&r->opts->common.wishes);
	struct vmt_fixes_options fo = {.struct_size = sizeof(fo),
		.root = options.sysroot,
		.functions = options.functions,
		.cache = getenv("VMTRIAGE_CACHE")};
	struct vmt_err err;

	if (!vmt_report_add_fix(report, &fo, &err))
		return true;
	complain_err(path, &err);
	return false;
}

/* The history remembers the true names. */
static int write_one(struct reporter *r, const char *path, struct vmt_report *report)
{
	struct vmt_report *redacted;
	struct vmt_err err;
	int status;

	remember(r, report);
	if (!add_fix(r, path, report))
		return STATUS_ERROR;
	if (!r->redaction)
		return write_report(r, path, report);
	if (vmt_report_redact(r->redaction, report, &redacted, &err)) {
		complain_err(path, &err);
		r->broken = true;
		return STATUS_ERROR;
	}
	status = write_report(r, redacted->input.path ? redacted->input.path : "-", redacted);
	vmt_report_free(redacted);
	return status;
}

/* One of the crashes after the newest. Returns the worse of its status and the given one. */
static int write_next(struct reporter *r, const struct newest *newest, int worst)
{
	int status = newest->report ? write_one(r, newest->report->input.path, newest->report)
				    : STATUS_ERROR;

	return status > worst ? status : worst;
}

static struct vmt_options options_of(const struct report_opts *o)
{
	static const struct vmt_contain contain = VMT_CONTAIN_INIT;
	const char *format = o->common.format;
	struct vmt_options options = wishes_options(&o->common.wishes);

	options.explain = o->explain;
	options.verify = o->verify;
	options.contain = o->contain ? &contain : NULL;
	options.without_excerpt = !strcmp(format, VMT_FORMAT_TEXT);
	options.without_details = options.without_excerpt && !o->verbose;
	options.without_cpu_lines = strncmp(format, VMT_FORMAT_JSON, strlen(VMT_FORMAT_JSON)) != 0;
	return options;
}

/* path: the input's; NULL: none was given. */
static int write_newest(struct reporter *r, const struct vmt_options *options, const char *path,
	struct newest *newest)
{
	const struct common *c = &r->opts->common;
	int status;

	if (!r->noted && !c->quiet)
		wishes_note(&c->wishes, newest->report);
	r->noted = true;
	status = write_one(
		r, path && c->crashes < 2 ? path : newest->report->input.path, newest->report);
	for (unsigned i = 1; i < c->crashes && newest_next(c, options, newest); i++)
		status = write_next(r, newest, status);
	return status;
}

static int report_url(struct reporter *r, const char *operand)
{
	const struct common *c = &r->opts->common;
	struct vmt_options options = options_of(r->opts);
	struct vmt_url *url = urls_open(c, operand);
	int status = url ? STATUS_NO_CRASH : STATUS_ERROR;
	struct newest newest;
	struct vmt_file file;
	struct vmt_err err;

	if (!url)
		return status;
	file = vmt_url_file(url);
	if (newest_url(c, &options, &file, &newest, &err)) {
		complain_err(file.name, &err);
		status = STATUS_ERROR;
	} else if (newest.report) {
		status = write_newest(r, &options, file.name, &newest);
	}
	newest_done(&newest);
	urls_close(c, url);
	return status;
}

/* n: of the parts of one input; 0: the newest crash of this machine. */
static int report_one(struct reporter *r, const char *const *paths, size_t n)
{
	const struct common *c = &r->opts->common;
	struct vmt_options options = options_of(r->opts);
	struct newest newest;
	struct vmt_err err;
	int rc, status = STATUS_NO_CRASH;

	if (n == 1 && urls_is_one(paths[0]))
		return report_url(r, paths[0]);
	if (!c->quiet)
		progress_begin_pages(&options);
	rc = n ? newest_triage(c, &options, paths, n, &newest, &err)
	       : newest_here(c, &options, &newest, &err);
	progress_end();
	options.progress = options.unpacking = NULL;
	if (rc) {
		complain_err(n ? paths[0] : NULL, &err);
		if (n)
			newest_hint(c, paths[0], rc);
	} else if (newest.report) {
		status = write_newest(r, &options, n ? paths[0] : NULL, &newest);
	}
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

	r->several |= n_groups > 1;
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
	struct report_opts o = {.common = COMMON_INIT(VMT_FORMAT_TEXT)};
	struct reporter r = {.opts = &o};
	struct vmt_options options;
	struct output_inputs in = {.options = &options};
	struct output out;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	if (!wishes_check(&o.common.wishes, o.common.quiet))
		return STATUS_ERROR;
	options = wishes_options(&o.common.wishes);
	in.paths = (const char *const *)argv + first;
	in.n = (size_t)(argc - first);
	if (!in.n && newest_is_piped()) {
		in.paths = standard_input;
		in.n = 1;
	}
	if (!redaction_open(&o.common, &r.redaction))
		return STATUS_ERROR;
	if (!output_open(&out, o.common.output, 0, &in)) {
		redaction_close(&o.common, r.redaction, false);
		return STATUS_ERROR;
	}
	if (!o.common.no_pager)
		output_page(&out, OUTPUT_TEXT);
	r.out = &out;
	r.several = o.common.crashes > 1;
	status = in.n ? report_all(&r, in.paths, in.n) : report_one(&r, NULL, 0);
	vmt_history_close(r.history);
	if (r.forgetful)
		status = STATUS_ERROR;
	if (!output_close(&out, r.written && !r.broken))
		status = STATUS_ERROR;
	redaction_close(&o.common, r.redaction, r.written && !r.broken);
	return status;
}

const struct command cmd_report = {
	.name = "report",
	.operands = "[FILE...]",
	.summary = "Say why a machine died, from a crash dump or a kernel log.",
	.details =
		"FILE is a vmcore in any format, or a text log; '-' is standard input.\n"
		"The parts of a split dump are one input. A directory, or a tar or zip file,\n"
		"stands for the newest crash in it. Without FILE: what comes on standard input,\n"
		"or the newest crash of this machine. Several inputs as JSON are one object per\n"
		"line.\n\n"
		"Exit status: 0 a crash was found; 1 none was found; 2 a file could not be\n"
		"read, or wrong usage. With several inputs, the highest.",
	.opts = opts,
	.common = COMMON_PRINT | COMMON_RANGE | COMMON_PAST | COMMON_URLS | COMMON_BIT(REDACT) |
		  COMMON_BIT(DEBUGINFO) | COMMON_BIT(TMP_LIMIT),
	.files = true,
	.run = run,
};
