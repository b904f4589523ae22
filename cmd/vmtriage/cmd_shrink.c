// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>

#include "commands.h"
#include "complain.h"

struct shrink_opts {
	const char *output;
};

static const struct opt opts[] = {
	{"output", 'o', OPT_FILE, "SMALL", offsetof(struct shrink_opts, output),
		"the file to write; needed"},
	{0},
};

static int run(const struct command *cmd, int argc, char **argv)
{
	struct shrink_opts o = {0};
	struct vmt_shrink_result result;
	struct vmt_err err;
	const char *const *paths;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	if (first == argc || !o.output) {
		complain(NULL, "%s (see vmtriage shrink --help)",
			o.output ? "no dump was given" : "-o SMALL is missing");
		return STATUS_ERROR;
	}
	paths = (const char *const *)argv + first;
	if (vmt_shrink(NULL, paths, (size_t)(argc - first), o.output, &result, &err)) {
		complain_err(paths[0], &err);
		return STATUS_ERROR;
	}
	printf("%" PRIu64 " pages, %" PRIu64 " bytes\n", result.pages, result.bytes);
	return STATUS_CRASH;
}

const struct command cmd_shrink = {
	.name = "shrink",
	.operands = "DUMP -o SMALL",
	.summary = "Write a small dump of only those pages that a triage reads.",
	.details =
		"The small dump gives the same report. It is kdump-compressed (zstd), so that "
		"other\n"
		"tools can open it too. It holds parts of the machine's memory and its log: look\n"
		"before you share it.",
	.opts = opts,
	.files = true,
	.run = run,
};
