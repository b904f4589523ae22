// SPDX-License-Identifier: GPL-3.0-or-later
#include "opts.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "complain.h"

#define MAX_OPTS 32
#define HELP_COLUMN 26

const char *opts_value(const struct opt *opt, size_t i)
{
	if (opt->type != OPT_CHOICE)
		return NULL;
	return opt->value ? opt->value(i) : opt->values[i];
}

static const char *find_choice(const struct opt *opt, const char *arg)
{
	const char *v;

	for (size_t i = 0; (v = opts_value(opt, i)); i++) {
		if (!strcmp(v, arg))
			return v;
	}
	return NULL;
}

static bool wrong_choice(const struct opt *opt, const char *arg)
{
	char list[256] = "";
	const char *v;

	for (size_t i = 0; (v = opts_value(opt, i)); i++) {
		size_t used = strlen(list);
		snprintf(list + used, sizeof(list) - used, "%s%s", used ? ", " : "", v);
	}
	complain(NULL, "--%s must be one of %s, not '%s'", opt->name, list, arg);
	return false;
}

static bool set_number(const struct opt *opt, const char *arg, unsigned *ret)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(arg, &end, 10);
	if (errno || *end || end == arg || *arg < '0' || *arg > '9' || v < opt->min ||
		v > opt->max) {
		complain(NULL, "--%s must be a number from %u to %u, not '%s'", opt->name, opt->min,
			opt->max, arg);
		return false;
	}
	*ret = (unsigned)v;
	return true;
}

static bool add(const struct opt *opt, const char *arg, struct opt_list *list)
{
	if (list->n == OPT_LIST_MAX) {
		complain(NULL, "--%s is given more than %d times", opt->name, OPT_LIST_MAX);
		return false;
	}
	list->items[list->n++] = arg;
	return true;
}

static bool set(const struct opt *opt, void *values, const char *arg)
{
	void *member = (char *)values + opt->member;
	const char *choice;

	switch (opt->type) {
	case OPT_FLAG:
		*(bool *)member = true;
		return true;
	case OPT_TEXT:
	case OPT_FILE:
		*(const char **)member = arg;
		return true;
	case OPT_CHOICE:
		choice = find_choice(opt, arg);
		*(const char **)member = choice;
		return choice || wrong_choice(opt, arg);
	case OPT_NUMBER:
		return set_number(opt, arg, member);
	case OPT_FILES:
		return add(opt, arg, member);
	}
	return false;
}

/* The table for getopt_long(): it returns 256 + index for a long option, else the letter. */
static void to_getopt(const struct command *cmd, struct option *longs, char *shorts)
{
	size_t n = 0;

	*shorts++ = ':'; /* errors are printed here, not by getopt */
	for (const struct opt *o = cmd->opts; o->name; o++, n++) {
		longs[n] = (struct option){o->name, o->type != OPT_FLAG, NULL, 256 + (int)n};
		if (!o->letter)
			continue;
		*shorts++ = o->letter;
		if (o->type != OPT_FLAG)
			*shorts++ = ':';
	}
	longs[n++] = (struct option){"help", 0, NULL, 'h'};
	longs[n] = (struct option){0};
	*shorts++ = 'h';
	*shorts = '\0';
}

static const struct opt *find(const struct command *cmd, int c)
{
	for (const struct opt *o = cmd->opts; o->name; o++) {
		if (c == 256 + (int)(o - cmd->opts) || (o->letter && c == o->letter))
			return o;
	}
	return NULL;
}

static void refuse(const struct command *cmd, int c, char **argv)
{
	const char *word = argv[optind - 1];

	/* getopt names the letter in a bundle of letters; of a long option only the word is known.
	 */
	if (optopt && optopt < 256)
		complain(NULL, "%s -%c (see vmtriage %s --help)",
			c == ':' ? "a value is missing after" : "unknown option", optopt,
			cmd->name);
	else
		complain(NULL, "%s %s (see vmtriage %s --help)",
			c == ':' ? "a value is missing after"
			: optopt ? "no value is allowed after"
				 : "unknown option",
			word, cmd->name);
}

bool opts_parse(
	const struct command *cmd, int argc, char **argv, void *values, int *first, int *status)
{
	struct option longs[MAX_OPTS + 2];
	char shorts[2 * MAX_OPTS + 4];
	const struct opt *opt;
	int c;

	to_getopt(cmd, longs, shorts);
	optind = 0; /* glibc: reinitialise */
	*status = STATUS_ERROR;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == 'h') {
			opts_help(cmd, stdout);
			*status = 0;
			return false;
		}
		if (c == '?' || c == ':') {
			refuse(cmd, c, argv);
			return false;
		}
		opt = find(cmd, c);
		if (!opt || !set(opt, values, optarg))
			return false;
	}
	*first = optind;
	return true;
}

static void help_row(FILE *out, char letter, const char *name, const char *arg, const char *help)
{
	char left[64];
	int n = snprintf(left, sizeof(left), letter ? "  -%c, " : "      ", letter);

	n += snprintf(left + n, sizeof(left) - (size_t)n, "--%s%s%s", name, arg ? " " : "",
		arg ? arg : "");
	if (n < HELP_COLUMN - 1)
		fprintf(out, "%-*s%s\n", HELP_COLUMN, left, help);
	else
		fprintf(out, "%s\n%*s%s\n", left, HELP_COLUMN, "", help);
}

static void help_values(FILE *out, const struct opt *o)
{
	const char *v;

	fprintf(out, "%*s", HELP_COLUMN, "");
	for (size_t i = 0; (v = opts_value(o, i)); i++)
		fprintf(out, "%s%s%s", i ? ", " : "", v, i ? "" : " (default)");
	fputc('\n', out);
}

void opts_help(const struct command *cmd, FILE *out)
{
	fprintf(out, "Usage: vmtriage %s [OPTION...] %s\n\n%s\n", cmd->name, cmd->operands,
		cmd->summary);
	if (cmd->details)
		fprintf(out, "\n%s\n", cmd->details);
	fputs("\nOptions:\n", out);
	for (const struct opt *o = cmd->opts; o->name; o++) {
		help_row(out, o->letter, o->name, o->arg, o->help);
		if (o->type == OPT_CHOICE)
			help_values(out, o);
	}
	help_row(out, 'h', "help", NULL, "print this and exit");
}
