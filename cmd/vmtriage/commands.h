/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands. To add one: a file cmd_NAME.c with its row, named here and in commands.c. */
#ifndef VMTRIAGE_COMMANDS_H
#define VMTRIAGE_COMMANDS_H

#include "opts.h"
#include "vmtriage.h"

/* Exit statuses: with several inputs, the highest. */
enum status {
	STATUS_CRASH = 0,    /* a crash was found and reported; other commands: done */
	STATUS_NO_CRASH = 1, /* read, and there is none */
	STATUS_ERROR = 2,    /* cannot be read or written, or wrong usage */
};

#define CRASH_DIR "/var/crash" /* where the kdump services of all distributions put dumps */

extern const struct command cmd_report;
extern const struct command cmd_list;
extern const struct command cmd_log;
extern const struct command cmd_stack;
extern const struct command cmd_shrink;
extern const struct command cmd_completion;

extern const struct command *const commands[]; /* NULL past the last */

const struct command *command_find(const char *name);

/* The newest crash of CRASH_DIR, reported as text: `vmtriage` alone. Returns the exit status. */
int report_newest(void);

#endif
