/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options are rows of a table that parsing, --help and completion read. To add an option, add a row
 * to its command's table and a member to that command's struct; if several commands take it, see
 * common.h. A test then fails until the man page describes it. A name or a letter means the same in
 * all commands, so that options may come before the command's name.
 */
#ifndef VMTRIAGE_OPTS_H
#define VMTRIAGE_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum opt_type {
	OPT_FLAG,    /* bool */
	OPT_WORD,    /* const char *, set to values[0] */
	OPT_HELP,    /* no member: --help */
	OPT_VERSION, /* no member */
	/* The others take a value. */
	OPT_TEXT,    /* const char * */
	OPT_PATTERN, /* const char *, a shell's pattern that fits one of values */
	OPT_FILE,    /* const char *, completed as a file */
	OPT_CHOICE,  /* const char *, one of values */
	OPT_NUMBER,  /* unsigned, min to max */
	OPT_SIZE,    /* uint64_t, bytes, given as 500M or 20G; at least 1 */
	OPT_TIME,    /* struct vmt_time, since 1970, UTC */
	OPT_FILES,   /* struct opt_list; may be given several times */
	OPT_DIRS,    /* the same, of folders */
};

#define OPT_LIST_MAX 64

struct opt_list {
	const char *items[OPT_LIST_MAX];
	size_t n;
};

struct opt {
	const char *name; /* long; NULL ends a table */
	char letter;	  /* short; 0: none */
	enum opt_type type;
	const char *arg;  /* the value's name in --help */
	size_t member;	  /* offset in the command's struct */
	const char *help; /* may have several lines */
	/*
	 * For OPT_CHOICE and OPT_PATTERN, ends with NULL; the first is the default of a choice. Or
	 * a function of the index.
	 */
	const char *const *values;
	const char *(*value)(size_t i);
	unsigned min, max; /* for OPT_NUMBER */
	bool unset;	   /* for OPT_CHOICE: none of the values is the default */
};

struct command {
	const char *name;
	const char *operands;	       /* in the usage line */
	const char *summary;	       /* one line */
	const char *details;	       /* further lines of --help; NULL: none */
	const struct opt *opts;	       /* its own rows */
	unsigned common;	       /* bits of enum common_row */
	bool files;		       /* operands are files, for completion */
	const char *(*word)(size_t i); /* else: operands to complete, until NULL; NULL: none */
	/* argv[0] is the command's name. Returns the exit status. */
	int (*run)(const struct command *cmd, int argc, char **argv);
};

/* The i-th option of a command: its own rows, then the common ones; NULL after the last. */
const struct opt *opts_row(const struct command *cmd, size_t i);

/* The i-th value of a choice or a pattern; NULL after the last, and for other types. */
const char *opts_value(const struct opt *opt, size_t i);

/* Whether a value follows the option. */
bool opts_takes_value(const struct opt *opt);

/*
 * Fills values, the command's struct of defaults, from argv. *first is the first operand's index:
 * options may appear anywhere before "--". False: there is nothing more to do, and *status is the
 * exit status (after --help or an error).
 */
bool opts_parse(
	const struct command *cmd, int argc, char **argv, void *values, int *first, int *status);

/* The index in argv of the first operand, as far as can be told without the command; 0: none. */
int opts_first_operand(int argc, char **argv);

/* Prints what `vmtriage help COMMAND` shows. */
void opts_help(const struct command *cmd, FILE *out);

#endif
