// SPDX-License-Identifier: GPL-3.0-or-later
#include <signal.h>
#include <string.h>

#include "commands.h"
#include "complain.h"
#include "output.h"

static int help(void)
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
	      "  -h, --help   print this and exit\n"
	      "  --version    print the version and exit\n\n"
	      "vmtriage COMMAND --help lists a command's options. A file with the name of a "
	      "command\n"
	      "is given as ./NAME.\n\n"
	      "Exit status: 0 a crash was found; 1 none was found; 2 something could not be read,\n"
	      "or wrong usage.\n",
		stdout);
	return STATUS_CRASH;
}

static int version(void)
{
	printf("vmtriage %s\n", vmt_version());
	return STATUS_CRASH;
}

/* Options without a command. */
static const struct {
	const char *word;
	int (*run)(void);
} global[] = {
	{"--help", help},
	{"-h", help},
	{"--version", version},
};

static int run(int argc, char **argv)
{
	const struct command *cmd;

	for (size_t i = 0; i < sizeof(global) / sizeof(global[0]); i++) {
		if (argc > 1 && !strcmp(argv[1], global[i].word))
			return global[i].run();
	}
	cmd = argc > 1 ? command_find(argv[1]) : NULL;
	return cmd ? cmd->run(cmd, argc - 1, argv + 1) : cmd_report.run(&cmd_report, argc, argv);
}

int main(int argc, char **argv)
{
	int status;

	/* A pipe that its reader closed is a failed write, not a reason to die. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* the same for a file that gets too large */
	status = run(argc, argv);
	return output_finish() ? status : STATUS_ERROR;
}
