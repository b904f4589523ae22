// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "commands.h"
#include "complain.h"
#include "newest.h"
#include "output.h"
#include "pager.h"
#include "progress.h"
#include "wishes.h"

struct list_opts {
	const char *format;
	const char *colour;
	unsigned width;
	bool group;
	bool wide;
	bool no_pager;
};

static const char *const formats[] = {VMT_FORMAT_TEXT, VMT_FORMAT_JSON, NULL};

static const struct opt opts[] = {
	{"group", 'g', OPT_FLAG, NULL, offsetof(struct list_opts, group),
		"group crashes of the same kind and culprit"},
	{"format", 'f', OPT_CHOICE, "FORMAT", offsetof(struct list_opts, format),
		"format of the list; json: one object per line", .values = formats},
	{"color", 0, OPT_CHOICE, "WHEN", offsetof(struct list_opts, colour),
		"colour text; auto: on a terminal, unless NO_COLOR is set",
		.values = output_colour_values},
	{"width", 'w', OPT_NUMBER, "COLUMNS", offsetof(struct list_opts, width),
		"fit the list into this width; default: the terminal's, else as wide as needed",
		.min = 40, .max = 10000},
	{"wide", 0, OPT_FLAG, NULL, offsetof(struct list_opts, wide), "cut and wrap nothing"},
	{"no-pager", 0, OPT_FLAG, NULL, offsetof(struct list_opts, no_pager), PAGER_HELP},
	{0},
};

static int status_of(const struct vmt_list *list)
{
	int best = STATUS_NO_CRASH;

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

/* places: paths are the default ones of these; NULL: they were given. */
static int list_paths(const struct list_opts *o, const char *const *paths, size_t n,
	const struct vmt_places *places)
{
	struct vmt_options options = VMT_OPTIONS_INIT;
	struct output out;
	struct vmt_list *list;
	struct vmt_err err;
	int status, rc;

	progress_begin(&options);
	rc = vmt_list_crashes(&options, paths, n, &list, &err);
	progress_end();
	if (rc) {
		complain_err(n == 1 ? paths[0] : NULL, &err);
		return STATUS_ERROR;
	}
	output_open(&out, NULL, 0, NULL);
	if (!o->no_pager)
		output_page(&out, !o->group);
	struct vmt_list_options lo = {
		.struct_size = sizeof(lo),
		.format = o->format,
		.group = o->group,
		.colour = output_colour(&out, o->colour),
		.width = o->wide    ? 0
			 : o->width ? o->width
				    : output_width(&out),
	};
	status = status_of(list);
	rc = vmt_list_write(list, &lo, out.file, &err);
	if (rc == VMT_ERR_IO) {
		output_note(err.os_errno); /* reported once, at the end */
	} else if (rc) {
		complain_err(NULL, &err);
		status = STATUS_ERROR;
	}
	if (!output_close(&out, true))
		status = STATUS_ERROR;
	if (!list->n && places)
		newest_complain(places);
	else if (!list->n)
		complain(n == 1 ? paths[0] : NULL, "no crash was found");
	vmt_list_free(list);
	return status;
}

static int list_here(const struct list_opts *o)
{
	static const struct wishes none;
	const struct vmt_options options = wishes_options(&none);
	struct vmt_places *places;
	struct vmt_err err;
	int status;

	if (vmt_find_places(&options, &places, &err)) {
		complain_err(NULL, &err);
		return STATUS_ERROR;
	}
	status = list_paths(o, places->paths, places->n, places);
	vmt_places_free(places);
	return status;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct list_opts o = {.format = formats[0], .colour = output_colour_values[0]};
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	if (first == argc)
		return list_here(&o);
	return list_paths(&o, (const char *const *)argv + first, (size_t)(argc - first), NULL);
}

const struct command cmd_list = {
	.name = "list",
	.operands = "[DIR|FILE...]",
	.summary = "List crashes, newest first, one line each (default: those of this machine).",
	.details =
		"A directory, or a tar or zip file, stands for all dumps and logs in it and below "
		"it.\n"
		"A log next to the dump of the same crash is skipped.\n\n"
		"Exit status: 0 crashes were found; 1 none was found; 2 something could not be "
		"read\n"
		"(it has a line of its own), or wrong usage.",
	.opts = opts,
	.files = true,
	.run = run,
};
