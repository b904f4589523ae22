// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "shells.h"

/* The case that completes an option's value. */
static void put_value(FILE *out, const struct command *cmd, const struct opt *o)
{
	if (!opts_takes_value(o))
		return;
	fprintf(out, "\t%s:--%s", cmd->name, o->name);
	if (o->letter)
		fprintf(out, " | %s:-%c", cmd->name, o->letter);
	fputs(")\n", out);
	if (opts_value(o, 0)) {
		fputs("\t\tmapfile -t COMPREPLY < <(compgen -W '", out);
		shells_put_values(out, o);
		fputs("' -- \"$cur\")\n", out);
	} else if (o->type == OPT_FILE || o->type == OPT_FILES || o->type == OPT_DIRS) {
		fprintf(out,
			"\t\tcompopt -o filenames\n"
			"\t\tmapfile -t COMPREPLY < <(compgen %s -- \"$cur\")\n",
			o->type == OPT_DIRS ? "-d" : "-f");
	}
	fputs("\t\treturn\n\t\t;;\n", out);
}

/* A command's options and operands. */
static void put_command(FILE *out, const struct command *cmd)
{
	const struct opt *o;

	fprintf(out, "\t%s)\n\t\toptions='", cmd->name);
	for (size_t i = 0; (o = opts_row(cmd, i)); i++)
		fprintf(out, "%s--%s", i ? " " : "", o->name);
	fputs("'\n", out);
	if (cmd->word) {
		fputs("\t\twords='", out);
		shells_put_words(out, cmd);
		fputs("' files=\n", out);
	}
	fputs("\t\t;;\n", out);
}

/* Sets $command, and leaves it empty where the name of a command may still come. */
static void put_search(FILE *out)
{
	fputs("\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tcase ${COMP_WORDS[i]} in\n\t\t",
		out);
	shells_put_valued(out, " | ");
	fputs(")\n"
	      "\t\t\t[ \"${COMP_WORDS[i + 1]}\" = = ] && i=$((i + 1))\n"
	      "\t\t\ti=$((i + 1))\n"
	      "\t\t\t;;\n"
	      "\t\t-?*) ;;\n\t\t",
		out);
	shells_put_commands(out, " | ");
	fputs(")\n"
	      "\t\t\tcommand=${COMP_WORDS[i]}\n"
	      "\t\t\tbreak\n"
	      "\t\t\t;;\n"
	      "\t\t*)\n"
	      "\t\t\tcommand=report\n"
	      "\t\t\tbreak\n"
	      "\t\t\t;;\n"
	      "\t\tesac\n"
	      "\tdone\n",
		out);
}

void shells_bash(FILE *out)
{
	const struct opt *o;

	fputs("# Completion of vmtriage for bash; written by `vmtriage completion bash`.\n\n"
	      "_vmtriage()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	      "\tlocal command= options= words= files=1 i\n\n"
	      "\t[ \"$prev\" = = ] && prev=${COMP_WORDS[COMP_CWORD - 2]} # --option=value\n"
	      "\t[ \"$cur\" = = ] && cur=\n",
		out);
	put_search(out);
	fputs("\n\tcase ${command:-report}:$prev in\n", out);
	for (const struct command *const *c = commands; *c; c++)
		for (size_t i = 0; (o = opts_row(*c, i)); i++)
			put_value(out, *c, o);
	fputs("\tesac\n\n\tcase ${command:-report} in\n", out);
	for (const struct command *const *c = commands; *c; c++)
		put_command(out, *c);
	fputs("\tesac\n\t[ \"$command\" ] || words='", out);
	shells_put_commands(out, " ");
	fputs("'\n\n"
	      "\tif [[ $cur == -* ]]; then\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tcompopt -o filenames\n"
	      "\tmapfile -t COMPREPLY < <(\n"
	      "\t\tcompgen -W \"$words\" -- \"$cur\"\n"
	      "\t\t[ \"$files\" ] && compgen -f -- \"$cur\"\n"
	      "\t)\n"
	      "}\n\n"
	      "complete -F _vmtriage vmtriage\n",
		out);
}
