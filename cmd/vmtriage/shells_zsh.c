// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "shells.h"

static void put_value(FILE *out, const struct opt *o)
{
	fprintf(out, ":%s:", o->arg);
	if (opts_value(o, 0)) {
		fputc('(', out);
		shells_put_values(out, o);
		fputc(')', out);
	} else if (o->type == OPT_FILE || o->type == OPT_FILES) {
		fputs("_files", out);
	} else if (o->type == OPT_DIRS) {
		fputs("_files -/", out);
	}
}

/* One of an option's two forms: "-f+" or "--format=" where it takes a value. */
static void put_form(FILE *out, const struct opt *o, const char *form, char end)
{
	fputs("\t\t'", out);
	if (o->type == OPT_FILES || o->type == OPT_DIRS)
		fputc('*', out);
	else if (o->letter)
		fprintf(out, "(-%c --%s)", o->letter, o->name);
	fputs(form, out);
	if (opts_takes_value(o))
		fputc(end, out);
	fputc('[', out);
	shells_put_help(out, o->help, "[]\\");
	fputc(']', out);
	if (opts_takes_value(o))
		put_value(out, o);
	fputs("'\n", out);
}

static void put_command(FILE *out, const struct command *cmd)
{
	const struct opt *o;

	fprintf(out, "\t%s)\n\t\toptions=(\n", cmd->name);
	for (size_t i = 0; (o = opts_row(cmd, i)); i++) {
		char form[64];

		snprintf(form, sizeof(form), "-%c", o->letter);
		if (o->letter)
			put_form(out, o, form, '+');
		snprintf(form, sizeof(form), "--%s", o->name);
		put_form(out, o, form, '=');
	}
	fputs("\t\t)\n", out);
	if (cmd->word) {
		fputs("\t\toperands='*:word:(", out);
		shells_put_words(out, cmd);
		fputs(")'\n", out);
	}
	fputs("\t\t;;\n", out);
}

/* Takes the command's name out of the words, as _arguments expects only options and operands. */
static void put_search(FILE *out)
{
	fputs("\tfor ((i = 2; i < CURRENT; i++)); do\n"
	      "\t\tcase $words[i] in\n\t\t(",
		out);
	shells_put_valued(out, "|");
	fputs(") ((i++)) ;;\n"
	      "\t\t(-?*) ;;\n\t\t(",
		out);
	shells_put_commands(out, "|");
	fputs(")\n"
	      "\t\t\tcommand=$words[i]\n"
	      "\t\t\twords[i]=()\n"
	      "\t\t\t((CURRENT--))\n"
	      "\t\t\tbreak\n"
	      "\t\t\t;;\n"
	      "\t\t(*)\n"
	      "\t\t\tcommand=report\n"
	      "\t\t\tbreak\n"
	      "\t\t\t;;\n"
	      "\t\tesac\n"
	      "\tdone\n",
		out);
}

void shells_zsh(FILE *out)
{
	fputs("#compdef vmtriage\n"
	      "# Completion of vmtriage for zsh; written by `vmtriage completion zsh`.\n\n"
	      "_vmtriage_first()\n{\n"
	      "\tlocal -a commands=(\n",
		out);
	for (const struct command *const *c = commands; *c; c++) {
		fprintf(out, "\t\t'%s:", (*c)->name);
		shells_put_help(out, (*c)->summary, "\\");
		fputs("'\n", out);
	}
	fputs("\t)\n\n"
	      "\t_describe -t commands command commands\n"
	      "\t_files\n"
	      "}\n\n"
	      "_vmtriage()\n{\n"
	      "\tlocal command= operands='*:file:_files' i\n"
	      "\tlocal -a options\n\n",
		out);
	put_search(out);
	fputs("\n\tcase ${command:-report} in\n", out);
	for (const struct command *const *c = commands; *c; c++)
		put_command(out, *c);
	fputs("\tesac\n"
	      "\t[[ -n $command ]] || operands='1:command or file:_vmtriage_first'\n"
	      "\t_arguments -s -S : $options $operands\n"
	      "}\n\n"
	      "if [[ $funcstack[1] = _vmtriage ]]; then\n"
	      "\t_vmtriage \"$@\"\n"
	      "else\n"
	      "\tcompdef _vmtriage vmtriage\n"
	      "fi\n",
		out);
}
