// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "common.h"
#include "complain.h"

static const struct opt opts[] = {{0}};

int help_all(void)
{
	fputs("Usage: vmtriage [COMMAND] [OPTION...] FILE...\n\n"
	      "Says why a Linux machine died, from its crash dump (vmcore) or its kernel log.\n\n"
	      "  vmtriage FILE      same as vmtriage report FILE\n"
	      "  vmtriage           reports the newest crash of this machine\n\n"
	      "Commands:\n",
		stdout);
	for (const struct command *const *c = commands; *c; c++)
		printf("  %-12s %s\n", (*c)->name, (*c)->summary);
	fputs("\nOptions:\n"
	      "  -h, --help     print this and exit\n"
	      "  -V, --version  print the version and exit\n\n"
	      "'vmtriage help COMMAND' lists the options of a command; 'man vmtriage-COMMAND'\n"
	      "describes them. Options may come before the name of the command. A file with\n"
	      "the name of a command is given as ./NAME.\n\n"
	      "Exit status: 0 a crash was found; 1 none was found; 2 something could not be\n"
	      "read, or wrong usage.\n",
		stdout);
	return STATUS_CRASH;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct common o = {0};
	const struct command *about;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	if (first == argc)
		return help_all();
	about = command_find(argv[first]);
	if (!about)
		return command_unknown(argv[first], "");
	opts_help(about, stdout);
	return STATUS_CRASH;
}

const struct command cmd_help = {
	.name = "help",
	.operands = "[COMMAND]",
	.summary = "Print the commands, or the options of one.",
	.opts = opts,
	.word = command_name,
	.run = run,
};
