// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "history.h"
#include "newest.h"
#include "names0.h"
#include "output.h"
#include "progress.h"

#define OUTPUT_BUFFER (256u << 10)

struct batch_opts {
	struct common common;
	const char *files0_from;
	unsigned jobs, seconds, mib;
	bool resume;
	const char *shard;
	unsigned index, of; /* what shard says; 0: no shard */
};

static const char *const formats[] = {VMT_FORMAT_JSON, VMT_FORMAT_TEXT, "csv", NULL};

static const struct opt opts[] = {
	{"jobs", 'j', OPT_NUMBER, "N", offsetof(struct batch_opts, jobs),
		"read N files at once; default: one for each CPU", .min = 1, .max = 1024},
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct batch_opts, common.format),
		"format of the records; json: one object per line", .values = formats},
	{"files0-from", 0, OPT_FILE, "FILE", offsetof(struct batch_opts, files0_from),
		"also read what FILE names, each name ended by a NUL;\n"
		"'-': standard input"},
	{"resume", 0, OPT_FLAG, NULL, offsetof(struct batch_opts, resume),
		"read only what has no record yet in the file that\n"
		"--output names, or in the journal beside it"},
	{"shard", 0, OPT_TEXT, "I/N", offsetof(struct batch_opts, shard),
		"only the files of part I of N, by a hash of the path:\n"
		"a batch for each I from 1 to N reads all of them"},
	{"timeout", 0, OPT_NUMBER, "SECONDS", offsetof(struct batch_opts, seconds),
		"time for one input; default: 600", .min = 1, .max = 1000000},
	{"memory", 0, OPT_NUMBER, "MIB", offsetof(struct batch_opts, mib),
		"memory of a worker; default: 4096", .min = 64, .max = 100000000},
	{0},
};

/* What is to be read, and where to. */
struct job {
	const struct batch_opts *o;
	struct output_inputs in;
	char *journal; /* beside the output; NULL: none */
	struct vmt_history *history;
};

static int status_of(const struct job *job, const struct vmt_batch_result *r)
{
	const char *only = job->in.n == 1 ? job->in.paths[0] : NULL;

	if (!r->records && !r->elsewhere) {
		complain(only, "no file is there");
		return STATUS_ERROR;
	}
	if (r->forgot.code) {
		complain_err(NULL, &r->forgot);
		return STATUS_ERROR;
	}
	if (r->failed && !job->o->common.quiet)
		complain(NULL, "%" PRIu64 " of %" PRIu64 " records are of what could not be read",
			r->failed, r->records);
	if (!r->failed)
		return STATUS_CRASH;
	return r->failed + r->skipped == r->records && !r->elsewhere ? STATUS_ERROR
								     : STATUS_NO_CRASH;
}

static int run_batch(const struct job *job, struct output *out, bool *whole)
{
	const struct batch_opts *o = job->o;
	struct vmt_batch_result result = VMT_BATCH_RESULT_INIT;
	const struct vmt_contain contain = {sizeof(contain), (uint64_t)o->mib << 20, o->seconds};
	const struct vmt_batch_options bo = {
		.struct_size = sizeof(bo),
		.format = o->common.format,
		.jobs = o->jobs,
		.journal = job->journal,
		.resume = o->resume,
		.earlier = o->common.output,
		.result = &result,
		.history = job->history,
		.shard = o->index,
		.shards = o->of,
	};
	struct vmt_options options = wishes_options(&o->common.wishes);
	struct vmt_err err;
	int rc;

	options.contain = &contain;
	if (output_is_aside(out))
		setvbuf(out->file, NULL, _IOFBF, OUTPUT_BUFFER);
	if (!o->common.quiet)
		progress_begin_bar(&options);
	rc = vmt_batch(&options, &bo, job->in.paths, job->in.n, out->file, &err);
	progress_end();
	*whole = !rc;
	if (rc == VMT_ERR_IO && err.os_errno && !strchr(err.message, '/'))
		output_note(err.os_errno); /* reported once, at the end */
	else if (rc)
		complain_err(NULL, &err);
	return rc ? STATUS_ERROR : status_of(job, &result);
}

static bool name_journal(struct job *job, const struct output *out)
{
	const char *path = job->o->common.output;

	if (output_is_aside(out))
		return asprintf(&job->journal, "%s.journal", path) > 0;
	if (!job->o->resume)
		return true;
	complain(NULL, "--resume needs a file to go on with: --output FILE");
	return false;
}

static int batch_paths(const struct batch_opts *o, const char *const *paths, size_t n)
{
	struct job job = {.o = o, .in = {.paths = paths, .n = n}};
	int status = STATUS_ERROR;
	bool whole = false, remembers = true;
	struct output out;

	if (!output_open(&out, o->common.output, 0, &job.in))
		return STATUS_ERROR;
	if (name_journal(&job, &out)) {
		remembers = history_open(&o->common, 0, &job.history);
		status = run_batch(&job, &out, &whole);
		vmt_history_close(job.history);
	}
	if (!remembers)
		status = STATUS_ERROR;
	if (!output_close(&out, whole))
		status = STATUS_ERROR;
	else if (whole && job.journal)
		unlink(job.journal); /* its records are in the output */
	free(job.journal);
	return status;
}

static int batch_here(const struct batch_opts *o)
{
	const struct vmt_options options = wishes_options(&o->common.wishes);
	struct vmt_places *places;
	struct vmt_err err;
	int status = STATUS_ERROR;

	if (vmt_find_places(&options, &places, &err)) {
		complain_err(NULL, &err);
		return STATUS_ERROR;
	}
	if (places->n)
		status = batch_paths(o, places->paths, places->n);
	else
		newest_complain(&o->common, places);
	vmt_places_free(places);
	return status;
}

/* "3/16" */
static bool read_shard(struct batch_opts *o)
{
	int end = 0;

	if (!o->shard)
		return true;
	if (strspn(o->shard, "0123456789/") == strlen(o->shard) &&
		sscanf(o->shard, "%7u/%7u%n", &o->index, &o->of, &end) == 2 && !o->shard[end] &&
		o->index >= 1 && o->index <= o->of)
		return true;
	complain(NULL, "--shard needs I/N, with I from 1 to N: not '%s'", o->shard);
	return false;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct batch_opts o = {.common = COMMON_INIT(formats[0])};
	struct names0 names = {0};
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	if (!read_shard(&o))
		return STATUS_ERROR;
	for (int i = first; i < argc; i++)
		if (!names0_add(&names, argv[i]))
			return STATUS_ERROR;
	if (o.files0_from && !names0_read(&names, o.files0_from)) {
		names0_done(&names);
		return STATUS_ERROR;
	}
	if (first == argc && !o.files0_from)
		status = batch_here(&o);
	else
		status = batch_paths(&o, (const char *const *)names.items, names.n);
	names0_done(&names);
	return status;
}

const struct command cmd_batch = {
	.name = "batch",
	.operands = "[DIR|FILE...]",
	.summary = "Read many dumps and logs at once, and write a record of each.",
	.details = "A directory, or a tar or zip file, stands for all files in it and below it.\n"
		   "'-' is standard input. Each file is read in a worker process that can do\n"
		   "nothing but that: one that dies, or takes too long, is a record that says so.\n"
		   "An interrupted batch goes on with --output FILE --resume. Crashes are added\n"
		   "to the history.\n\n"
		   "Exit status: 0 all was read; 1 some inputs could not be read, or only in\n"
		   "part; 2 none could be read, or wrong usage.",
	.opts = opts,
	.common = COMMON_BIT(JSON) | COMMON_PAST | COMMON_BIT(TMP_LIMIT) | COMMON_BIT(OUTPUT) |
		  COMMON_BIT(QUIET),
	.files = true,
	.run = run,
};
