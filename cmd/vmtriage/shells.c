// SPDX-License-Identifier: GPL-3.0-or-later
#include "shells.h"

#include <string.h>

#include "commands.h"

void shells_put_commands(FILE *out, const char *separator)
{
	for (size_t i = 0; commands[i]; i++)
		fprintf(out, "%s%s", i ? separator : "", commands[i]->name);
}

void shells_put_values(FILE *out, const struct opt *o)
{
	const char *v;

	for (size_t i = 0; (v = opts_value(o, i)); i++)
		fprintf(out, "%s%s", i ? " " : "", v);
}

void shells_put_words(FILE *out, const struct command *cmd)
{
	const char *word;

	for (size_t i = 0; (word = cmd->word(i)); i++)
		fprintf(out, "%s%s", i ? " " : "", word);
}

static bool came_before(size_t command, const char *name)
{
	const struct opt *o;

	for (size_t c = 0; c < command; c++)
		for (size_t i = 0; (o = opts_row(commands[c], i)); i++)
			if (!strcmp(o->name, name))
				return true;
	return false;
}

void shells_put_valued(FILE *out, const char *separator)
{
	const char *before = "";
	const struct opt *o;

	for (size_t c = 0; commands[c]; c++) {
		for (size_t i = 0; (o = opts_row(commands[c], i)); i++) {
			if (!opts_takes_value(o) || came_before(c, o->name))
				continue;
			fprintf(out, "%s--%s", before, o->name);
			before = separator;
			if (o->letter)
				fprintf(out, "%s-%c", separator, o->letter);
		}
	}
}

void shells_put_help(FILE *out, const char *help, const char *special)
{
	for (; *help && !strchr(";:.", *help) && strncmp(help, " (", 2) != 0; help++) {
		if (*help == '\'')
			fputs("'\\'", out); /* ends the quotation, and begins it again */
		else if (strchr(special, *help))
			fputc('\\', out);
		fputc(*help == '\n' ? ' ' : *help, out);
	}
}
