/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands. To add one: a file cmd_NAME.c with its row, named here and in commands.c. */
#ifndef VMTRIAGE_COMMANDS_H
#define VMTRIAGE_COMMANDS_H

#include "opts.h"
#include "vmtriage.h"

/* Exit statuses: with several inputs, the highest. */
enum status {
	STATUS_CRASH = 0,    /* a crash was found and reported; other commands: success */
	STATUS_NO_CRASH = 1, /* read, and no crash was found */
	STATUS_ERROR = 2,    /* a file could not be read or written, or wrong usage */
};

extern const struct command cmd_report;
extern const struct command cmd_list;
extern const struct command cmd_batch;
extern const struct command cmd_merge;
extern const struct command cmd_timeline;
extern const struct command cmd_fixes;
extern const struct command cmd_boot;
extern const struct command cmd_listen;
extern const struct command cmd_check;
extern const struct command cmd_log;
extern const struct command cmd_stack;
extern const struct command cmd_compare;
extern const struct command cmd_shrink;
extern const struct command cmd_completion;
extern const struct command cmd_help;

extern const struct command *const commands[]; /* ends with NULL */

/* The command of that name; NULL: there is none. */
const struct command *command_find(const char *name);

/* The name of the i-th command; NULL after the last. */
const char *command_name(size_t i);

/* Complains that the word is no command, and what may be meant. Returns the exit status. */
int command_unknown(const char *word, const char *and);

/* The overview: vmtriage --help. Returns the exit status. */
int help_all(void);

#endif
