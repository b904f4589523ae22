// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>
#include <string.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "history.h"
#include "nearest.h"
#include "newest.h"
#include "output.h"
#include "progress.h"
#include "wanted.h"

struct list_opts {
	struct common common;
	unsigned lines;
	bool group, wide, no_join, verbose, remembered, no_contain;
	const char *by, *columns;
	struct wanted wanted;
};

static const char *const formats[] = {
	VMT_FORMAT_TEXT, VMT_FORMAT_JSON, VMT_FORMAT_CSV, VMT_FORMAT_HTML, NULL};

static const struct opt opts[] = {
	{"group", 'g', OPT_FLAG, NULL, offsetof(struct list_opts, group),
		"group crashes of the same kind and culprit; text:\n"
		"of many hosts or kernels, the ten most frequent"},
	{"root", 0, OPT_FILE, "DIR", offsetof(struct list_opts, common.wishes.root),
		"the files of another machine: where its crashes are\n"
		"kept"},
	{"number", 'n', OPT_NUMBER, "N", offsetof(struct list_opts, lines),
		"only the newest N crashes", .min = 1, .max = 1000000},
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct list_opts, common.format),
		"format of the list; json: one object per line", .values = formats},
	{"by", 0, OPT_CHOICE, "PROPERTY", offsetof(struct list_opts, by),
		"only count the crashes with each kernel, host, ...", .value = vmt_list_property,
		.unset = true},
	{"sort", 0, OPT_CHOICE, "KEY", offsetof(struct list_opts, wanted.sort), "what to sort by",
		.values = wanted_orders},
	{"reverse", 'r', OPT_FLAG, NULL, offsetof(struct list_opts, wanted.reverse),
		"in the opposite order"},
	{"remembered", 0, OPT_FLAG, NULL, offsetof(struct list_opts, remembered),
		"list the crashes of the history, and read no files"},
	{"columns", 0, OPT_TEXT, "NAMES", offsetof(struct list_opts, columns),
		"columns of the table: time,host,kernel,verdict,file,\n"
		"kind,function,module,driver-version,confidence,\n"
		"signature,hardware,bios,headline"},
	{"wide", 0, OPT_FLAG, NULL, offsetof(struct list_opts, wide),
		"cut and wrap nothing, however wide the terminal is"},
	{"no-join", 0, OPT_FLAG, NULL, offsetof(struct list_opts, no_join),
		"a line for each file, even of one crash"},
	{"verbose", 'v', OPT_FLAG, NULL, offsetof(struct list_opts, verbose),
		"name other files of a crash, and what is left out"},
	{"no-contain", 0, OPT_FLAG, NULL, offsetof(struct list_opts, no_contain),
		"read files in this process, without workers"},
	{0},
};

static int status_of(const struct vmt_list *list)
{
	int best = list->n_counted ? STATUS_CRASH : STATUS_NO_CRASH;

	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_list_entry *e = &list->entries[i];
		enum vmt_outcome outcome = e->error ? VMT_UNREAD : vmt_report_outcome(e->report);

		if (outcome == VMT_UNREAD)
			return STATUS_ERROR;
		if (outcome == VMT_CRASH)
			best = STATUS_CRASH;
	}
	return best;
}

/* Of the entries that the options ask for, the first ones. */
static void keep_wanted(const struct list_opts *o, struct vmt_list *list)
{
	if (o->lines) {
		struct wanted newest = o->wanted;

		newest.sort = wanted_orders[0];
		newest.reverse = false;
		wanted_keep(&newest, &o->common, list);
		list->n = list->n < o->lines ? list->n : o->lines;
	}
	wanted_keep(&o->wanted, &o->common, list);
}

/* The output may be in one of the folders, but must not replace one of the crashes there. */
static bool spares_crashes(const struct vmt_list *list, const char *output)
{
	struct vmt_err err;

	for (size_t i = 0; output && i < list->n; i++) {
		if (vmt_check_output(NULL, &list->entries[i].path, 1, output, &err)) {
			complain_err(output, &err);
			return false;
		}
	}
	return true;
}

static int write_list(const struct list_opts *o, const struct vmt_list *list, struct output *out)
{
	struct vmt_list_options lo = {
		.struct_size = sizeof(lo),
		.format = o->common.format,
		.group = o->group,
		.by = o->by,
		.columns = o->columns,
		.verbose = o->verbose,
		.colour = output_colour(out, o->common.colour),
		.width = o->wide	   ? 0
			 : o->common.width ? o->common.width
					   : output_width(out),
	};
	struct vmt_err err;
	int rc = vmt_list_write(list, &lo, out->file, &err);

	if (rc == VMT_ERR_IO) {
		output_note(err.os_errno); /* reported once, at the end */
	} else if (rc) {
		complain_err(NULL, &err);
		return STATUS_ERROR;
	}
	return status_of(list);
}

/* How many files were read, and what became of those that are not in the list. */
static void write_counts(const struct vmt_list *list, struct output *out)
{
	fprintf(out->file, "%sRead %" PRIu64 " file%s", list->n ? "\n" : "", list->n_files,
		list->n_files == 1 ? "" : "s");
	if (list->n_others)
		fprintf(out->file,
			"; left out: %" PRIu64 " without a crash, %" PRIu64 " of a listed crash",
			list->n_others - list->n_same, list->n_same);
	if (list->n_skipped)
		fprintf(out->file,
			"; not read: %" PRIu64 " of the kernel's own (/proc and the like)",
			list->n_skipped);
	fputc('\n', out->file);
}

/* Writes the wanted part of a list. false: the output could not be written. */
static bool show(const struct list_opts *o, struct vmt_list *list, struct output *out, int *status)
{
	keep_wanted(o, list);
	if (!o->common.no_pager)
		output_page(out, o->group ? OUTPUT_TEXT : OUTPUT_TABLE);
	*status = write_list(o, list, out);
	if (o->verbose && !strcmp(o->common.format, VMT_FORMAT_TEXT))
		write_counts(list, out);
	return output_close(out, true);
}

/* Whether numbers will do, for the quickest answer. */
static unsigned summary_of(const struct list_opts *o)
{
	const char *format = o->common.format;

	if (o->by || o->lines || o->wanted.reverse || strcmp(o->wanted.sort, wanted_orders[0]) != 0)
		return 0;
	if (!strcmp(format, VMT_FORMAT_HTML))
		return VMT_SUMMARY_PAGE;
	return o->group && strcmp(format, VMT_FORMAT_JSON) != 0 ? VMT_SUMMARY_GROUPS : 0;
}

static int list_remembered(const struct list_opts *o)
{
	struct vmt_list *list = history_find(&o->common, o->lines, o->by, summary_of(o));
	struct output_inputs in = {0};
	struct output out;
	int status = STATUS_ERROR;

	if (!list)
		return STATUS_ERROR;
	if (output_open(&out, o->common.output, 0, &in) && !show(o, list, &out, &status))
		status = STATUS_ERROR;
	if (!list->n && !list->n_counted && !o->common.quiet)
		complain(NULL, "the history has no such crash");
	vmt_list_free(list);
	return status;
}

/*
 * The list is made before the output, which must not appear in it. places: in are the default ones
 * of these; NULL: they were given.
 */
/* Counts have no lines for files. */
static void complain_of_counts(const struct list_opts *o, const struct vmt_list *list)
{
	size_t unread = 0, crashes = list->n_counted;

	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_list_entry *e = &list->entries[i];
		enum vmt_outcome outcome = e->error ? VMT_UNREAD : vmt_report_outcome(e->report);

		unread += outcome == VMT_UNREAD;
		crashes += outcome == VMT_CRASH;
	}
	if (unread)
		complain(NULL, "%zu file%s could not be read (list without --by names %s)", unread,
			unread == 1 ? "" : "s", unread == 1 ? "it" : "them");
	else if (!crashes && !o->common.quiet)
		complain(NULL, "no crash was found%s", common_range_words(&o->common));
}

static int list_paths(
	const struct list_opts *o, const struct output_inputs *in, const struct vmt_places *places)
{
	const struct common *c = &o->common;
	const char *only = in->n == 1 ? in->paths[0] : NULL;
	const struct vmt_contain contain = VMT_CONTAIN_INIT;
	struct vmt_options options = {.struct_size = sizeof(options),
		.without_excerpt = true,
		.brief = true,
		.no_join = o->no_join,
		.contain = o->no_contain ? NULL : &contain,
		.tmp_limit = c->wishes.tmp_limit};
	struct output out;
	struct vmt_list *list;
	struct vmt_err err;
	int rc, status = STATUS_ERROR;

	if (!c->quiet)
		progress_begin(&options);
	rc = vmt_list_crashes(&options, in->paths, in->n, &list, &err);
	progress_end();
	if (rc) {
		complain_err(only, &err);
		return STATUS_ERROR;
	}
	if (spares_crashes(list, c->output) && output_open(&out, c->output, 0, in)) {
		bool remembered = history_remember_all(&o->common, list);

		if (!show(o, list, &out, &status) || !remembered)
			status = STATUS_ERROR;
		if (!list->n && places)
			newest_complain(c, places);
		else if (!list->n && !c->quiet)
			complain(only, "no crash was found%s", common_range_words(c));
		else if (o->by)
			complain_of_counts(o, list);
	}
	vmt_list_free(list);
	return status;
}

static int list_here(const struct list_opts *o)
{
	const struct vmt_options options = wishes_options(&o->common.wishes);
	struct output_inputs in = {0};
	struct vmt_places *places;
	struct vmt_err err;
	int status;

	if (vmt_find_places(&options, &places, &err)) {
		complain_err(NULL, &err);
		return STATUS_ERROR;
	}
	in.paths = places->paths;
	in.n = places->n;
	status = list_paths(o, &in, places);
	vmt_places_free(places);
	return status;
}

static bool is_column(const char *name)
{
	const char *column;

	for (size_t i = 0; (column = vmt_list_column(i)); i++)
		if (!strcmp(column, name))
			return true;
	return false;
}

/* Before all is read: whether there are these columns. */
static bool columns_exist(const char *names)
{
	for (const char *p = names, *comma; p; p = comma ? comma + 1 : NULL) {
		char name[64];
		struct nearest n;
		const char *column;

		comma = strchr(p, ',');
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(p, ","), p);
		if (is_column(name))
			continue;
		nearest_start(&n, name);
		for (size_t i = 0; (column = vmt_list_column(i)); i++)
			nearest_try(&n, column);
		complain(NULL, "a list has no column named '%s'%s%s%s", name,
			n.best ? "; did you mean " : " (see vmtriage list --help)",
			n.best ? n.best : "", n.best ? "?" : "");
		return false;
	}
	return true;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct list_opts o = {.common = COMMON_INIT(formats[0]), .wanted.sort = wanted_orders[0]};
	struct output_inputs in;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	if (!columns_exist(o.columns) || !wishes_check(&o.common.wishes, o.common.quiet))
		return STATUS_ERROR;
	if (o.remembered && first != argc) {
		complain(NULL, "--remembered reads no files");
		return STATUS_ERROR;
	}
	if (o.remembered)
		return list_remembered(&o);
	if (first == argc)
		return list_here(&o);
	in = (struct output_inputs){
		.paths = (const char *const *)argv + first, .n = (size_t)(argc - first)};
	return list_paths(&o, &in, NULL);
}

const struct command cmd_list = {
	.name = "list",
	.operands = "[DIR|FILE...]",
	.summary = "List crashes, newest first (default: those of this machine).",
	.details = "A directory, or a tar or zip file, stands for all dumps and logs in it and\n"
		   "below it. One crash has one line, even if several files tell of it.\n\n"
		   "Exit status: 0 crashes were found; 1 none was found; 2 something could not be\n"
		   "read (it has a line of its own), or wrong usage.",
	.opts = opts,
	.common =
		COMMON_PRINT | COMMON_RANGE | COMMON_PATTERNS | COMMON_PAST | COMMON_BIT(TMP_LIMIT),
	.files = true,
	.run = run,
};
