// SPDX-License-Identifier: GPL-3.0-or-later
/* The suspects in words. */
#include "triage/suspect.h"

static const struct {
	const char *word, *reason;
} parts[PART_COUNT] = {
	[PART_STACK] = {"stack", "is the innermost function on the stack"},
	[PART_NAMED] = {"named", "is named by the report"},
	[PART_MESSAGE] = {"message", "is named by the kernel's message"},
	[PART_ALLOCATED] = {"allocated", "allocated the object"},
	[PART_FREED] = {"freed", "freed the object"},
	[PART_PEER] = {"peer", "is on the stack of another task or CPU"},
	[PART_HISTORY] = {"history", "is on an earlier stack that the report shows"},
	[PART_WORK] = {"work", "is the work item's function"},
	[PART_HANDLER] = {"handler", "is a handler of the interrupt, and did not claim it"},
	[PART_REPORT] = {"other-report", "is in another report of the same boot"},
	[PART_TEARDOWN] = {"teardown", "takes down what is around it"},
};

const char *suspect_part_word(enum suspect_part part)
{
	return parts[part].word;
}

const char *suspect_reason(TALLOC_CTX *ctx, const struct suspect *s)
{
	/* One that only reports itself is never the innermost after those. */
	bool calls =
		s->part == PART_STACK && s->called &&
		(!blame_find(s->called, BLAME_REPORT) || blame_find(s->function, BLAME_REPORT));

	if (s->part == PART_STACK && s->frame && s->frame->unreliable)
		return talloc_strdup(ctx, "may be on the stack: the kernel is not sure");
	if (s->part == PART_TEARDOWN)
		return talloc_asprintf(ctx,
			"takes down what %.*s is part of (by their names and folder in the "
			"kernel's "
			"source; no stack shows it)",
			(int)blame_base_length(s->called), s->called);
	if (s->part == PART_STACK && s->called && !calls)
		return talloc_strdup(ctx,
			"is the innermost function on the stack, after those that only report");
	if (calls)
		return talloc_asprintf(
			ctx, "called %.*s", (int)blame_base_length(s->called), s->called);
	return talloc_strdup(ctx, parts[s->part].reason);
}

const char *suspect_subsystem(const struct where *where, const char *function, const char *module)
{
	size_t len = function ? blame_base_length(function) : 0;
	struct where_places p = area_places(function ? where : NULL, function, len, NULL);
	char buf[WHERE_PATH_SIZE];
	const char *path = NULL;
	uint16_t file;

	if (area_of(where, &p, module != NULL, &file))
		path = where_path(where, file, buf);
	return path ? area_words(path) : NULL;
}
