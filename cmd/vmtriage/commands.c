// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"

#include <string.h>

#include "complain.h"
#include "nearest.h"

const struct command *const commands[] = {
	&cmd_report,
	&cmd_list,
	&cmd_batch,
	&cmd_merge,
	&cmd_timeline,
	&cmd_fixes,
	&cmd_boot,
	&cmd_listen,
	&cmd_check,
	&cmd_log,
	&cmd_stack,
	&cmd_compare,
	&cmd_shrink,
	&cmd_completion,
	&cmd_help,
	NULL,
};

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++) {
		if (!strcmp((*c)->name, name))
			return *c;
	}
	return NULL;
}

const char *command_name(size_t i)
{
	return commands[i] ? commands[i]->name : NULL;
}

/* What other tools call it. */
static const struct {
	const char *word, *command;
} elsewhere[] = {
	{"bt", "stack"},
	{"backtrace", "stack"},
	{"stacks", "stack"},
	{"dmesg", "log"},
	{"ls", "list"},
	{"scan", "batch"},
	{"classify", "batch"},
	{"info", "report"},
	{"show", "report"},
	{"analyze", "report"},
	{"analyse", "report"},
	{"explain", "report"},
	{"verify", "report"},
	{"check-dump", "report"},
	{"compress", "shrink"},
	{"diff", "compare"},
	{"join", "merge"},
	{"cmp", "compare"},
	{"receive", "listen"},
	{"netconsole", "listen"},
	{"man", "help"},
	{"doctor", "check"},
	{"fix", "fixes"},
	{"changelog", "fixes"},
	{"search", "fixes"},
	{"verify", "check"},
	{"status", "check"},
};

static const char *meant(const char *word)
{
	struct nearest n;

	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (!strcmp(elsewhere[i].word, word))
			return elsewhere[i].command;
	nearest_start(&n, word);
	for (const struct command *const *c = commands; *c; c++)
		nearest_try(&n, (*c)->name);
	return n.best;
}

int command_unknown(const char *word, const char *and)
{
	const char *name = meant(word);

	if (name)
		complain(NULL, "%s is no command%s; did you mean %s?", word, and, name);
	else
		complain(NULL, "%s is no command%s (see vmtriage --help)", word, and);
	return STATUS_ERROR;
}
