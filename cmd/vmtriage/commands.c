// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"

#include <string.h>

const struct command *const commands[] = {
	&cmd_report,
	&cmd_list,
	&cmd_log,
	&cmd_stack,
	&cmd_shrink,
	&cmd_completion,
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
