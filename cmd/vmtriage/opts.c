// SPDX-License-Identifier: GPL-3.0-or-later
#include "opts.h"

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "clock.h"
#include "commands.h"
#include "common.h"
#include "complain.h"
#include "nearest.h"
#include "times.h"
#include "urls.h"

#define MAX_OPTS 64
#define HELP_COLUMN 26
#define HELP_WIDTH 79

const struct opt *opts_row(const struct command *cmd, size_t i)
{
	const unsigned always = ~0u << COMMON_HELP;
	size_t n = 0;

	for (const struct opt *o = cmd->opts; o->name; o++)
		if (n++ == i)
			return o;
	for (size_t row = 0; row < COMMON_ROWS; row++)
		if (((cmd->common | always) & 1u << row) && n++ == i)
			return &common_rows[row];
	return NULL;
}

const char *opts_value(const struct opt *opt, size_t i)
{
	if (opt->type != OPT_CHOICE && opt->type != OPT_PATTERN)
		return NULL;
	return opt->value ? opt->value(i) : opt->values[i];
}

bool opts_takes_value(const struct opt *opt)
{
	return opt->type >= OPT_TEXT;
}

/* ---- values ------------------------------------------------------------------------------ */

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

static bool is_pattern(const struct opt *opt, const char *arg)
{
	const char *v;

	for (size_t i = 0; (v = opts_value(opt, i)); i++)
		if (fnmatch(arg, v, 0) == 0)
			return true;
	return false;
}

static bool set_pattern(const struct opt *opt, const char *arg, const char **ret)
{
	struct nearest n;
	const char *v;

	*ret = arg;
	if (is_pattern(opt, arg))
		return true;
	nearest_start(&n, arg);
	for (size_t i = 0; (v = opts_value(opt, i)); i++)
		nearest_try(&n, v);
	if (n.best)
		complain(NULL, "no %s is named '%s'; did you mean %s?", opt->name, arg, n.best);
	else
		complain(NULL, "no %s is named '%s'; 'man vmtriage-json' lists them", opt->name,
			arg);
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

static bool set_size(const struct opt *opt, const char *arg, uint64_t *ret)
{
	static const char units[] = "KMGTP";
	const char *unit;
	char *end;
	unsigned long long v;
	unsigned shift = 0;

	errno = 0;
	v = strtoull(arg, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		shift = 10 * (unsigned)(unit - units + 1);
		end++;
	}
	if (errno || *end || *arg < '0' || *arg > '9' || !v || v > UINT64_MAX >> shift) {
		complain(NULL, "--%s must be a size, as 500M or 20G (K, M, G, T, P), not '%s'",
			opt->name, arg);
		return false;
	}
	*ret = (uint64_t)v << shift;
	return true;
}

static bool set_time(const struct opt *opt, const char *arg, struct vmt_time *ret)
{
	if (times_parse(arg, clock_wall_ns(), &ret->ns)) {
		ret->known = true;
		return true;
	}
	complain(NULL,
		"--%s must be a time, as 2026-11-20, '2026-11-20 23:25', yesterday, '2 hours ago', "
		"-2h or @SECONDS, not '%s'",
		opt->name, arg);
	return false;
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
	case OPT_WORD:
		*(const char **)member = opt->values[0];
		return true;
	case OPT_TEXT:
	case OPT_FILE:
		*(const char **)member = arg;
		return true;
	case OPT_CHOICE:
		choice = find_choice(opt, arg);
		*(const char **)member = choice;
		return choice || wrong_choice(opt, arg);
	case OPT_PATTERN:
		return set_pattern(opt, arg, member);
	case OPT_NUMBER:
		return set_number(opt, arg, member);
	case OPT_SIZE:
		return set_size(opt, arg, member);
	case OPT_TIME:
		return set_time(opt, arg, member);
	case OPT_FILES:
	case OPT_DIRS:
		return add(opt, arg, member);
	case OPT_HELP:
	case OPT_VERSION:
		break;
	}
	return false;
}

/* ---- getopt ------------------------------------------------------------------------------ */

/* The tables for getopt_long(), which returns 256 + index for a long option, else the letter. */
struct tables {
	const struct opt *rows[MAX_OPTS];
	struct option longs[MAX_OPTS + 1];
	char shorts[2 * MAX_OPTS + 3], *next;
	int n;
};

static const struct opt *find(const struct tables *t, int c)
{
	for (int i = 0; i < t->n; i++)
		if (c == 256 + i || (t->rows[i]->letter && c == t->rows[i]->letter))
			return t->rows[i];
	return NULL;
}

static const char *row_name(const struct tables *t, int i)
{
	return t->rows[i] ? t->rows[i]->name : "";
}

static bool has_name(const struct tables *t, const char *name)
{
	for (int i = 0; i < t->n; i++)
		if (!strcmp(row_name(t, i), name))
			return true;
	return false;
}

/* before: what getopt's string of letters begins with. */
static void tables_start(struct tables *t, const char *before)
{
	*t = (struct tables){0};
	memcpy(t->shorts, before, strlen(before) + 1);
	t->next = t->shorts + strlen(before);
}

static void tables_add(struct tables *t, const struct command *cmd)
{
	const struct opt *o;

	for (size_t i = 0; (o = opts_row(cmd, i)) && t->n < MAX_OPTS; i++) {
		if (has_name(t, o->name))
			continue;
		t->rows[t->n] = o;
		t->longs[t->n] =
			(struct option){o->name, opts_takes_value(o), NULL, 256 + (int)t->n};
		t->n++;
		if (!o->letter)
			continue;
		*t->next++ = o->letter;
		if (opts_takes_value(o))
			*t->next++ = ':';
	}
}

int opts_first_operand(int argc, char **argv)
{
	struct tables t;
	int c;

	if (argc > 1 && *argv[1] != '-') /* the usual case, without all tables */
		return 1;
	tables_start(&t, "+:"); /* ends at the first operand */
	for (const struct command *const *cmd = commands; *cmd; cmd++)
		tables_add(&t, *cmd);
	optind = 0; /* glibc: reinitialise */
	while ((c = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1)
		if (c == '?' || c == ':')
			return 0;
	if (optind >= argc || !strcmp(argv[optind - 1], "--"))
		return 0;
	return optind;
}

/* The command's option that was likely meant; NULL: none is like it. */
static const char *like(const struct tables *t, const char *word)
{
	struct nearest n;
	char name[64];

	if (strncmp(word, "--", 2) != 0)
		return NULL;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	nearest_start(&n, name);
	for (int i = 0; i < t->n; i++)
		nearest_try(&n, row_name(t, i));
	return n.best;
}

/* The options that a shortened name may stand for; "": not two or more. */
static void candidates(const struct tables *t, const char *word, char *list, size_t size)
{
	size_t len = strcspn(word, "="), n = 0;

	*list = '\0';
	for (int i = 0; i < t->n && len > 2; i++) {
		size_t used = strlen(list);

		if (strncmp(word, "--", 2) != 0 || strncmp(row_name(t, i), word + 2, len - 2) != 0)
			continue;
		snprintf(list + used, size - used, "%s--%s", n++ ? ", " : "", row_name(t, i));
	}
	if (n < 2)
		*list = '\0';
}

static void refuse(const struct command *cmd, const struct tables *t, int c, char **argv)
{
	const char *word = argv[optind - 1], *meant = like(t, word);
	char several[256];

	candidates(t, word, several, sizeof(several));

	/* getopt names the letter in a bundle of letters; of a long option only the word is known.
	 */
	if (optopt && optopt < 256)
		complain(NULL, "%s -%c (see vmtriage %s --help)",
			c == ':' ? "a value is missing after" : "unknown option", optopt,
			cmd->name);
	else if (c == '?' && !optopt && *several)
		complain(NULL, "%s may be one of %s", word, several);
	else if (c == '?' && !optopt && meant)
		complain(NULL, "unknown option %s; did you mean --%s?", word, meant);
	else
		complain(NULL, "%s %s (see vmtriage %s --help)",
			c == ':' ? "a value is missing after"
			: optopt ? "no value is allowed after"
				 : "unknown option",
			word, cmd->name);
}

/* "vmtriage report list x": the name of a command among the files. */
static bool is_misplaced(const struct command *cmd, const char *word)
{
	struct stat st;

	if (!cmd->files || !command_find(word) || !lstat(word, &st))
		return false;
	complain(NULL, "%s is no file; as a command it goes first: vmtriage %s", word, word);
	return true;
}

/* A message that names the file would show the URL's secrets. */
static bool is_refused(const struct command *cmd, const char *word)
{
	if (!cmd->files || cmd->common & COMMON_BIT(ALLOW_URL) || !urls_is_one(word))
		return false;
	urls_refuse(cmd->name, word);
	return true;
}

bool opts_parse(
	const struct command *cmd, int argc, char **argv, void *values, int *first, int *status)
{
	struct tables t;
	const struct opt *opt;
	int c;

	tables_start(&t, ":"); /* errors are printed here, not by getopt */
	tables_add(&t, cmd);
	optind = 0; /* glibc: reinitialise */
	*status = STATUS_ERROR;
	while ((c = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		opt = find(&t, c);
		if (!opt) {
			refuse(cmd, &t, c, argv);
			return false;
		}
		if (opt->type == OPT_HELP || opt->type == OPT_VERSION) {
			if (opt->type == OPT_HELP)
				opts_help(cmd, stdout);
			else
				printf("vmtriage %s\n", vmt_version());
			*status = STATUS_CRASH;
			return false;
		}
		if (!set(opt, values, optarg))
			return false;
	}
	for (int i = optind; i < argc; i++)
		if (is_misplaced(cmd, argv[i]) || is_refused(cmd, argv[i]))
			return false;
	*first = optind;
	return true;
}

/* ---- help -------------------------------------------------------------------------------- */

/* A text of several lines, each from HELP_COLUMN on; the first has been indented. */
static void help_text(FILE *out, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		fprintf(out, "%.*s\n", (int)n, text);
		text += n + (text[n] == '\n');
		if (*text)
			fprintf(out, "%*s", HELP_COLUMN, "");
	}
}

static void help_row(FILE *out, const struct opt *o)
{
	char left[64];
	int n = snprintf(left, sizeof(left), o->letter ? "  -%c, " : "      ", o->letter);

	n += snprintf(left + n, sizeof(left) - (size_t)n, "--%s%s%s", o->name, o->arg ? " " : "",
		o->arg ? o->arg : "");
	if (n < HELP_COLUMN - 1)
		fprintf(out, "%-*s", HELP_COLUMN, left);
	else
		fprintf(out, "%s\n%*s", left, HELP_COLUMN, "");
	help_text(out, o->help);
}

static void help_values(FILE *out, const struct opt *o)
{
	const char *v;

	fprintf(out, "%*s", HELP_COLUMN, "");
	for (size_t i = 0, column = HELP_COLUMN; (v = opts_value(o, i)); i++) {
		column += strlen(v) + (i || o->unset ? 2 : strlen(" (default)  "));
		if (column > HELP_WIDTH) {
			fprintf(out, ",\n%*s%s", HELP_COLUMN, "", v);
			column = HELP_COLUMN + strlen(v) + 2;
		} else {
			fprintf(out, "%s%s%s", i ? ", " : "", v, i || o->unset ? "" : " (default)");
		}
	}
	fputc('\n', out);
}

void opts_help(const struct command *cmd, FILE *out)
{
	const struct opt *o;

	fprintf(out, "Usage: vmtriage %s [OPTION...]%s%s\n\n%s\n", cmd->name,
		*cmd->operands ? " " : "", cmd->operands, cmd->summary);
	if (cmd->details)
		fprintf(out, "\n%s\n", cmd->details);
	fputs("\nOptions:\n", out);
	for (size_t i = 0; (o = opts_row(cmd, i)); i++) {
		help_row(out, o);
		if (o->type == OPT_CHOICE)
			help_values(out, o);
	}
}
