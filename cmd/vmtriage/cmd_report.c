// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "output.h"

struct report_opts {
	struct common common;
	bool stats, verbose;
};

static const struct opt opts[] = {
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct report_opts, common.format),
		"format of the report", .value = vmt_report_format},
	{"source", 's', OPT_DIRS, "DIR", offsetof(struct report_opts, common.wishes.sources),
		"a source tree to quote the culprit's lines from;\n"
		"may be repeated"},
	{"level", 0, OPT_CHOICE, "LEVEL", offsetof(struct report_opts, common.wishes.level),
		"what to read: debuginfo too, the dump, or its log", .values = wishes_levels},
	{"verbose", 'v', OPT_FLAG, NULL, offsetof(struct report_opts, verbose),
		"all details: registers, modules, all frames, ..."},
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
	bool noted;  /* which wishes could not be fulfilled */
};

static int write_one(struct reporter *r, const char *path, const struct vmt_report *report)
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

/* When the crash was, as far as is known. */
static struct vmt_time time_of(const struct vmt_report *report)
{
	return report->crash.time.known ? report->crash.time : report->crash.local;
}

/*
 * Triages the newest crash that is in the time that the options ask for. *ret is NULL if none is.
 * A log may tell of several.
 */
static int triage(const struct report_opts *o, const char *const *paths, size_t n,
	struct vmt_report **ret, struct vmt_err *err)
{
	struct vmt_options options = wishes_options(&o->common.wishes);
	int rc;

	options.without_excerpt = !strcmp(o->common.format, VMT_FORMAT_TEXT);
	options.without_cpu_lines =
		strncmp(o->common.format, VMT_FORMAT_JSON, strlen(VMT_FORMAT_JSON)) != 0;
	rc = vmt_triage(&options, paths, n, ret, err);
	while (!rc && !common_in_range(&o->common, time_of(*ret))) {
		uint64_t death = (*ret)->death.known ? (*ret)->death.v : 0;

		vmt_report_free(*ret);
		*ret = NULL;
		if (death < 2)
			break;
		options.death = death - 1;
		rc = vmt_triage(&options, paths, n, ret, err);
	}
	return rc;
}

static int report_one(struct reporter *r, const char *const *paths, size_t n)
{
	const struct common *c = &r->opts->common;
	struct vmt_report *report;
	struct vmt_err err;
	int status;

	if (triage(r->opts, paths, n, &report, &err)) {
		complain_err(paths[0], &err);
		return STATUS_ERROR;
	}
	if (!report) {
		if (!c->quiet)
			complain(paths[0], "no crash was found in that time");
		return STATUS_NO_CRASH;
	}
	if (!r->noted && !c->quiet)
		wishes_note(&c->wishes, report);
	r->noted = true;
	status = write_one(r, paths[0], report);
	vmt_report_free(report);
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

/* ---- without a file ---------------------------------------------------------------------- */

/* Triaged again: the list does not use debuginfo. */
static int report_entry(const struct report_opts *o, const struct vmt_list_entry *e)
{
	struct vmt_options options = wishes_options(&o->common.wishes);
	struct output_inputs in = {.options = &options, .paths = &e->path, .n = 1};
	struct output out;
	struct reporter r = {.opts = o, .out = &out};
	int status;

	if (!output_open(&out, o->common.output, 0, &in))
		return STATUS_ERROR;
	if (!o->common.no_pager)
		output_page(&out, false);
	status = report_one(&r, &e->path, 1);
	return output_close(&out, r.written && !r.broken) ? status : STATUS_ERROR;
}

/* Files newer than the newest crash that cannot be read are reported too. */
static int report_first(const struct report_opts *o, const struct vmt_list *list)
{
	int worst = STATUS_CRASH, status;

	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_list_entry *e = &list->entries[i];

		if (!common_in_range(&o->common, e->time))
			continue;
		if (e->error) {
			complain_err(e->path, e->error);
			worst = STATUS_ERROR;
		} else if (vmt_report_outcome(e->report) != VMT_NO_CRASH) {
			status = report_entry(o, e);
			return status > worst ? status : worst;
		}
	}
	if (worst == STATUS_ERROR)
		return worst;
	complain(CRASH_DIR, "no crash was found%s (to read another place: vmtriage FILE)",
		o->common.since.known || o->common.until.known ? " in that time" : "");
	return STATUS_NO_CRASH;
}

bool crash_dir_exists(void)
{
	struct stat st;

	if (!stat(CRASH_DIR, &st) || errno != ENOENT)
		return true;
	complain(CRASH_DIR, "the directory does not exist (to read another place: "
			    "vmtriage FILE)");
	return false;
}

static int report_newest(const struct report_opts *o)
{
	static const char *const dir[] = {CRASH_DIR};
	struct vmt_list *list;
	struct vmt_err err;
	int status;

	if (!crash_dir_exists())
		return STATUS_NO_CRASH;
	if (vmt_list_crashes(NULL, dir, 1, &list, &err)) {
		complain_err(CRASH_DIR, &err);
		return STATUS_ERROR;
	}
	status = report_first(o, list);
	vmt_list_free(list);
	return status;
}

/* ---- the command -------------------------------------------------------------------------- */

static int run(const struct command *cmd, int argc, char **argv)
{
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
	if (first == argc)
		return report_newest(&o);
	options = wishes_options(&o.common.wishes);
	in.paths = (const char *const *)argv + first;
	in.n = (size_t)(argc - first);
	if (!output_open(&out, o.common.output, 0, &in))
		return STATUS_ERROR;
	if (!o.common.no_pager)
		output_page(&out, false);
	r.out = &out;
	status = report_all(&r, in.paths, in.n);
	return output_close(&out, r.written && !r.broken) ? status : STATUS_ERROR;
}

const struct command cmd_report = {
	.name = "report",
	.operands = "[FILE...]",
	.summary = "Say why a machine died, from a crash dump or a kernel log.",
	.details =
		"Without FILE: the newest crash in " CRASH_DIR ".\n"
		"FILE is a vmcore in any format, or a text log; '-' is standard input.\n"
		"The parts of a split dump are one input. Several inputs as JSON are one object\n"
		"per line.\n\n"
		"Exit status: 0 a crash was found; 1 none was found; 2 a file could not be\n"
		"read, or wrong usage. With several inputs, the highest.",
	.opts = opts,
	.common = COMMON_PRINT | COMMON_RANGE | COMMON_BIT(DEBUGINFO),
	.files = true,
	.run = run,
};
