// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "shells.h"

static const struct {
	const char *name;
	void (*put)(FILE *out);
} shells[] = {
	{"bash", shells_bash},
	{"zsh", shells_zsh},
	{"fish", shells_fish},
	{NULL, NULL},
};

static const struct opt opts[] = {{0}};

static const char *shell(size_t i)
{
	return shells[i].name;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct common o = {0};
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	for (size_t i = 0; argc - first == 1 && shells[i].name; i++) {
		if (strcmp(argv[first], shells[i].name) != 0)
			continue;
		shells[i].put(stdout);
		return STATUS_CRASH;
	}
	complain(NULL, "for which shell: bash, zsh or fish? (see vmtriage completion --help)");
	return STATUS_ERROR;
}

const struct command cmd_completion = {
	.name = "completion",
	.operands = "bash|zsh|fish",
	.summary = "Print a shell's completion for vmtriage.",
	.details = "Try it with: source <(vmtriage completion bash)\n"
		   "In fish: vmtriage completion fish | source",
	.opts = opts,
	.word = shell,
	.run = run,
};
