/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completions, made from the tables of commands and options, so they are always current. */
#ifndef VMTRIAGE_SHELLS_H
#define VMTRIAGE_SHELLS_H

#include <stdio.h>

#include "opts.h"

/* Each prints the completion for its shell. */
void shells_bash(FILE *out);
void shells_zsh(FILE *out);
void shells_fish(FILE *out);

/* The names of all commands, with a separator between them. */
void shells_put_commands(FILE *out, const char *separator);

/* The values of a choice, with blanks between them. */
void shells_put_values(FILE *out, const struct opt *o);

/* The words that a command takes instead of files, with blanks between them. */
void shells_put_words(FILE *out, const struct command *cmd);

/* The options of all commands that take a value, in both forms, with a separator between them. */
void shells_put_valued(FILE *out, const char *separator);

/* The start of a help text, enough for a menu. Each character of special gets a backslash. */
void shells_put_help(FILE *out, const char *help, const char *special);

#endif
