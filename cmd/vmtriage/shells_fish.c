// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "shells.h"

static bool is_report(const struct command *cmd)
{
	return cmd == &cmd_report;
}

/* Without a command's name, the options are those of report. */
static void put_condition(FILE *out, const struct command *cmd)
{
	fprintf(out, "complete -c vmtriage -n '__vmtriage_in %s%s'", cmd->name,
		is_report(cmd) ? " none" : "");
}

static void put_value(FILE *out, const struct opt *o)
{
	if (o->type == OPT_FILE || o->type == OPT_FILES) {
		fputs(" -r -F", out);
		return;
	}
	fputs(" -x", out);
	if (o->type == OPT_DIRS)
		fputs(" -a '(__fish_complete_directories)'", out);
	if (!opts_value(o, 0))
		return;
	fputs(" -a '", out);
	shells_put_values(out, o);
	fputc('\'', out);
}

static void put_command(FILE *out, const struct command *cmd)
{
	const struct opt *o;

	fputs("complete -c vmtriage -n '__vmtriage_in none' -a ", out);
	fprintf(out, "%s -d '", cmd->name);
	shells_put_help(out, cmd->summary, "\\");
	fputs("'\n", out);
	for (size_t i = 0; (o = opts_row(cmd, i)); i++) {
		put_condition(out, cmd);
		fprintf(out, " -l %s", o->name);
		if (o->letter)
			fprintf(out, " -s %c", o->letter);
		if (opts_takes_value(o))
			put_value(out, o);
		fputs(" -d '", out);
		shells_put_help(out, o->help, "\\");
		fputs("'\n", out);
	}
	if (!cmd->word)
		return;
	put_condition(out, cmd);
	fputs(" -f -a '", out);
	shells_put_words(out, cmd);
	fputs("'\n", out);
}

void shells_fish(FILE *out)
{
	fputs("# Completion of vmtriage for fish; written by `vmtriage completion fish`.\n\n"
	      "function __vmtriage_command --description 'The command on the line, or none'\n"
	      "\tset -l value no\n"
	      "\tfor word in (commandline -opc)[2..-1]\n"
	      "\t\tif test $value = yes\n"
	      "\t\t\tset value no\n"
	      "\t\t\tcontinue\n"
	      "\t\tend\n"
	      "\t\tswitch $word\n"
	      "\t\t\tcase ",
		out);
	shells_put_valued(out, " ");
	fputs("\n\t\t\t\tset value yes\n"
	      "\t\t\tcase -\n"
	      "\t\t\t\techo report\n"
	      "\t\t\t\treturn\n"
	      "\t\t\tcase '-*'\n"
	      "\t\t\tcase ",
		out);
	shells_put_commands(out, " ");
	fputs("\n\t\t\t\techo $word\n"
	      "\t\t\t\treturn\n"
	      "\t\t\tcase '*'\n"
	      "\t\t\t\techo report\n"
	      "\t\t\t\treturn\n"
	      "\t\tend\n"
	      "\tend\n"
	      "\techo none\n"
	      "end\n\n"
	      "function __vmtriage_in\n"
	      "\tcontains -- (__vmtriage_command) $argv\n"
	      "end\n\n",
		out);
	for (const struct command *const *c = commands; *c; c++)
		put_command(out, *c);
}
