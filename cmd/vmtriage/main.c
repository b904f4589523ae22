// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "complain.h"
#include "output.h"

/* Options may come before the command's name: puts that first, as the commands expect it. */
static const struct command *find_command(int argc, char **argv)
{
	int at = opts_first_operand(argc, argv);
	const struct command *cmd = at ? command_find(argv[at]) : NULL;
	char *name = cmd ? argv[at] : NULL;

	if (!cmd)
		return NULL;
	memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof(*argv));
	argv[1] = name;
	return cmd;
}

static bool is_help(const char *word)
{
	return !strcmp(word, "-h") || !strcmp(word, "--help");
}

/* A word that is no path, no link, and no file: most likely a mistyped command. */
static bool is_mistyped(const char *word)
{
	struct stat st;

	return *word && strcmp(word, "-") != 0 && !strpbrk(word, "/.:") && lstat(word, &st) &&
	       errno == ENOENT;
}

static int run(int argc, char **argv)
{
	const struct command *cmd;
	int at;

	cmd = find_command(argc, argv);
	if (cmd)
		return cmd->run(cmd, argc - 1, argv + 1);
	if (argc > 1 && is_help(argv[1]))
		return help_all();
	at = opts_first_operand(argc, argv);
	if (at && is_mistyped(argv[at]))
		return command_unknown(argv[at], " and no file");
	return cmd_report.run(&cmd_report, argc, argv);
}

int main(int argc, char **argv)
{
	int status;

	/* A pipe that its reader closed is a failed write, not a reason to die. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* the same for a file that gets too large */
	status = run(argc, argv);
	/* A monitoring plugin's status for errors is higher. */
	return output_finish() || status > STATUS_ERROR ? status : STATUS_ERROR;
}
