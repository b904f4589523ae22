// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "newest.h"
#include "output.h"
#include "progress.h"
#include "redaction.h"
#include "urls.h"

struct log_opts {
	struct common common;
	struct vmt_redaction *redaction;
	unsigned lines;
	bool verbose;
};

static const char *const formats[] = {VMT_FORMAT_TEXT, VMT_FORMAT_JSON, NULL};

static const struct opt opts[] = {
	{"number", 'n', OPT_NUMBER, "N", offsetof(struct log_opts, lines),
		"only the last N records", .min = 1, .max = 1000000000},
	{"verbose", 'v', OPT_FLAG, NULL, offsetof(struct log_opts, verbose),
		"facility and level of each record, as dmesg -x has"},
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct log_opts, common.format),
		"format of the log; json: one object per line", .values = formats},
	{0},
};

static int to_stream(void *arg, const void *data, size_t len)
{
	return fwrite(data, 1, len, arg) == len ? 0 : errno;
}

/* What the reader of a log should know, and is not in it. */
struct told {
	bool incomplete;
	struct vmt_log_range range;
};

static int read_url(
	const struct vmt_log_options *lo, const struct vmt_url *url, FILE *out, struct vmt_err *err)
{
	const struct vmt_file file = vmt_url_file(url);

	return vmt_log_write_to(lo, &file, 1, to_stream, out, err);
}

static int read_log(const struct log_opts *o, const struct vmt_log_options *lo,
	struct output_inputs *in, struct newest *newest, FILE *out, struct vmt_err *err)
{
	struct vmt_log_options telling = *lo;
	int rc;

	if (!o->common.quiet)
		progress_begin_log(&telling);
	rc = vmt_log_write(&telling, in->paths, in->n, out, err);
	progress_end();
	if (rc && newest_dump(&o->common, in, newest, err))
		rc = vmt_log_write(lo, in->paths, in->n, out, err);
	return rc;
}

/* "2026-11-20 23:25:12" */
static const char *clock_text(struct vmt_time time, char buf[static 32])
{
	time_t seconds = (time_t)(time.ns / 1000000000);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(buf, 32, "%Y-%m-%d %H:%M:%S", &tm))
		*buf = '\0';
	return buf;
}

/* Of a range that leaves out nothing, or everything, the reader should know why. */
static void tell_range(const char *path, const struct vmt_log_range *r)
{
	char first[32], last[32];

	if (!r->written && r->first.known)
		complain(path, "no record is of that time: the log is of %s to %s UTC",
			clock_text(r->first, first), clock_text(r->last, last));
	else if (r->undated)
		complain(path,
			"%" PRIu64 " of %" PRIu64 " records have no time: they are not left out",
			r->undated, r->written);
}

/* url: the operand; NULL: it is no URL. */
static int write_log(const struct log_opts *o, struct output_inputs *in, struct newest *newest,
	const struct vmt_url *url, FILE *out, struct told *told)
{
	struct vmt_log_options lo = {
		.struct_size = sizeof(lo),
		.format = o->common.format,
		.last = o->lines,
		.since = o->common.since,
		.until = o->common.until,
		.verbose = o->verbose,
		.incomplete = &told->incomplete,
		.range = &told->range,
		.redaction = o->redaction,
		.tmp_limit = o->common.wishes.tmp_limit,
	};
	struct vmt_err err;
	int rc = url ? read_url(&lo, url, out, &err) : read_log(o, &lo, in, newest, out, &err);

	if (rc && ferror(out)) {
		output_note(err.os_errno); /* reported once, at the end */
	} else if (rc) {
		complain_err(url ? vmt_url_file(url).name : in->paths[0], &err);
		return STATUS_ERROR;
	}
	return STATUS_CRASH;
}

static int print_log(struct log_opts *o, struct output_inputs *in, struct vmt_url *url)
{
	struct newest newest = {0};
	struct output out;
	struct told told = {.range = VMT_LOG_RANGE_INIT};
	const char *name;
	int status;

	if (!redaction_open(&o->common, &o->redaction))
		return STATUS_ERROR;
	if (!output_open(&out, o->common.output, 0, in)) {
		redaction_close(&o->common, o->redaction, false);
		return STATUS_ERROR;
	}
	if (!o->common.no_pager)
		output_page(&out, OUTPUT_TEXT);
	status = write_log(o, in, &newest, url, out.file, &told);
	if (!output_close(&out, status == STATUS_CRASH))
		status = STATUS_ERROR;
	name = url ? vmt_url_file(url).name : in->paths[0];
	if (told.incomplete && !o->common.quiet)
		complain(name, "a part of the log is missing from the dump, or could not be read");
	if (status == STATUS_CRASH && !o->common.quiet)
		tell_range(name, &told.range);
	redaction_close(&o->common, o->redaction, status == STATUS_CRASH);
	newest_done(&newest);
	return status;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct log_opts o = {.common = COMMON_INIT(formats[0])};
	struct output_inputs in;
	struct vmt_url *url;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	in = (struct output_inputs){
		.paths = (const char *const *)argv + first, .n = (size_t)(argc - first)};
	if (first == argc) {
		complain(NULL, "no dump was given (see vmtriage log --help)");
		return STATUS_ERROR;
	}
	if (!urls_take(&o.common, in.paths, in.n, &url))
		return STATUS_ERROR;
	status = print_log(&o, &in, url);
	urls_close(&o.common, url);
	return status;
}

const struct command cmd_log = {
	.name = "log",
	.operands = "DUMP",
	.summary = "Print the kernel log of a dump, as dmesg does.",
	.details = "Of a folder or an archive, its newest dump. All parts of a split dump may be\n"
		   "given. Control characters are written as \\xNN.",
	.opts = opts,
	.common = COMMON_BIT(JSON) | COMMON_RANGE | COMMON_URLS | COMMON_BIT(REDACT) |
		  COMMON_BIT(TMP_LIMIT) | COMMON_BIT(OUTPUT) | COMMON_BIT(NO_PAGER) |
		  COMMON_BIT(QUIET),
	.files = true,
	.run = run,
};
