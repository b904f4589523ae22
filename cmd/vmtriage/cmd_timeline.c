// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "history.h"
#include "journal.h"
#include "newest.h"
#include "output.h"
#include "progress.h"
#include "sysstat.h"
#include "wanted.h"

struct timeline_opts {
	struct common common;
	bool remembered;
	const char *root, *journal, *sysstat, *zone;
};

static const char *const formats[] = {VMT_FORMAT_TEXT, VMT_FORMAT_JSON, NULL};

static const struct opt opts[] = {
	{"root", 0, OPT_FILE, "DIR", offsetof(struct timeline_opts, root),
		"the machine's files: of a sosreport, or a mounted\n"
		"disk; default: those of this machine"},
	{"journal", 0, OPT_FILE, "FILE", offsetof(struct timeline_opts, journal),
		"a file that journalctl -o json wrote, or its text;\n"
		"default: journalctl is run"},
	{"sysstat", 0, OPT_FILE, "FILE", offsetof(struct timeline_opts, sysstat),
		"a file that sadf -j wrote; default: sadf is run for\n"
		"sysstat's files, if it is installed"},
	{"zone", 0, OPT_TEXT, "ZONE", offsetof(struct timeline_opts, zone),
		"the machine's time zone: Europe/Berlin; default:\n"
		"as its files say"},
	{"remembered", 0, OPT_FLAG, NULL, offsetof(struct timeline_opts, remembered),
		"the crashes of the history, and read no dumps"},
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct timeline_opts, common.format),
		"format of the timeline", .values = formats},
	{0},
};

static int make(
	const struct timeline_opts *o, const struct vmt_list *list, struct vmt_timeline **ret)
{
	struct vmt_file file = {0}, samples = {0};
	struct vmt_timeline_options options = {.struct_size = sizeof(options),
		.root = o->root,
		.zone = o->zone,
		.claimed = o->journal != NULL};
	struct journal journal = {.fd = -1};
	size_t len = 0, missed = 0;
	char *text = NULL;
	struct vmt_err err;
	int rc;

	if (o->journal) {
		file = vmt_file_path(o->journal);
		options.journal = &file;
	} else {
		journal_open(&journal, o->root);
		if (journal.fd >= 0) {
			file = vmt_file_fd(journal.fd, "journalctl");
			options.journal = &file;
		}
	}
	if (o->sysstat)
		samples = vmt_file_path(o->sysstat);
	else if ((text = sysstat_read(o->root, &len, &missed)))
		samples = vmt_file_memory(text, len, "sadf");
	if (missed && !o->common.quiet)
		complain(NULL, "%zu files of sysstat cannot be read: is sadf installed?", missed);
	options.sysstat = text || o->sysstat ? &samples : NULL;
	rc = vmt_timeline_make(list, &options, ret, &err);
	journal_close(&journal);
	free(text);
	if (rc)
		complain_err(NULL, &err);
	return rc;
}

static int show(const struct timeline_opts *o, const struct vmt_timeline *t, struct output *out)
{
	struct vmt_write_options wo = {.struct_size = sizeof(wo),
		.colour = output_colour(out, o->common.colour),
		.width = o->common.width ? o->common.width : output_width(out)};
	struct vmt_err err;
	int rc;

	if (!o->common.no_pager)
		output_page(out, OUTPUT_TEXT);
	rc = vmt_timeline_write(t, o->common.format, &wo, out->file, &err);
	if (rc == VMT_ERR_IO)
		output_note(err.os_errno); /* reported once, at the end */
	else if (rc)
		complain_err(NULL, &err);
	if (!output_close(out, !rc || rc == VMT_ERR_IO) || rc)
		return STATUS_ERROR;
	return t->n_crashes ? STATUS_CRASH : STATUS_NO_CRASH;
}

static bool has_unread(const struct vmt_list *list)
{
	bool some = false;

	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_list_entry *e = &list->entries[i];

		if (!e->error)
			continue;
		complain_err(e->path, e->error);
		some = true;
	}
	return some;
}

static int relate(
	const struct timeline_opts *o, struct vmt_list *list, const struct output_inputs *in)
{
	const struct wanted wanted = {.sort = wanted_orders[0]};
	struct vmt_timeline *t;
	struct output out;
	int status = STATUS_ERROR;
	bool unread;

	wanted_keep(&wanted, &o->common, list);
	unread = has_unread(list);
	if (make(o, list, &t))
		return STATUS_ERROR;
	if (output_open(&out, o->common.output, 0, in))
		status = show(o, t, &out);
	if (!t->n_crashes && !o->common.quiet)
		complain(NULL,
			t->n_unproven || t->n_other_hosts
				? "no crash is known to be of this machine%s"
				: "no crash with a time was found%s",
			common_range_words(&o->common));
	vmt_timeline_free(t);
	return unread ? STATUS_ERROR : status;
}

static int relate_paths(const struct timeline_opts *o, const struct output_inputs *in)
{
	struct vmt_options options = {.struct_size = sizeof(options), .without_excerpt = true};
	struct vmt_list *list;
	struct vmt_err err;
	int rc, status;

	if (!o->common.quiet)
		progress_begin(&options);
	rc = vmt_list_crashes(&options, in->paths, in->n, &list, &err);
	progress_end();
	if (rc) {
		complain_err(in->n == 1 ? in->paths[0] : NULL, &err);
		return STATUS_ERROR;
	}
	status = relate(o, list, in);
	vmt_list_free(list);
	return status;
}

/* The crashes of this machine, or of the tree. */
static int relate_here(const struct timeline_opts *o)
{
	struct vmt_options options = wishes_options(&o->common.wishes);
	struct output_inputs in = {0};
	struct vmt_places *places;
	struct vmt_err err;
	int status;

	if (o->root)
		options.sysroot = o->root;
	if (vmt_find_places(&options, &places, &err)) {
		complain_err(NULL, &err);
		return STATUS_ERROR;
	}
	in.paths = places->paths;
	in.n = places->n;
	status = relate_paths(o, &in);
	vmt_places_free(places);
	return status;
}

static int relate_remembered(const struct timeline_opts *o)
{
	struct vmt_list *list = history_find(&o->common, 0, NULL, 0);
	struct output_inputs in = {0};
	int status;

	if (!list)
		return STATUS_ERROR;
	status = relate(o, list, &in);
	vmt_list_free(list);
	return status;
}

static bool check_root(const char *root)
{
	struct stat st;

	if (!root || (!stat(root, &st) && S_ISDIR(st.st_mode)))
		return true;
	complain(root, "is no folder");
	return false;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct timeline_opts o = {.common = COMMON_INIT(formats[0])};
	struct output_inputs in;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	if (o.remembered && first != argc) {
		complain(NULL, "--remembered reads no files");
		return STATUS_ERROR;
	}
	if (!check_root(o.root))
		return STATUS_ERROR;
	if (o.remembered)
		return relate_remembered(&o);
	if (first == argc)
		return relate_here(&o);
	in = (struct output_inputs){
		.paths = (const char *const *)argv + first, .n = (size_t)(argc - first)};
	return relate_paths(&o, &in);
}

const struct command cmd_timeline = {
	.name = "timeline",
	.operands = "[DIR|FILE...]",
	.summary = "Compare the times of crashes with what happened on the machine.",
	.details =
		"Says after which jobs, logins, upgrades or messages of the kernel crashes come\n"
		"more often than by chance. That does not make them the cause.\n\n"
		"Exit status: 0 a crash was found; 1 none was found; 2 something could not be\n"
		"read, or wrong usage.",
	.opts = opts,
	.common = COMMON_PRINT | COMMON_RANGE | COMMON_PATTERNS | COMMON_BIT(HISTORY),
	.files = true,
	.run = run,
};
