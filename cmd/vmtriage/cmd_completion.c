// SPDX-License-Identifier: GPL-3.0-or-later
// The completion for bash is made from the tables of commands and options, so it is always current.
#include <string.h>

#include "commands.h"
#include "complain.h"

static const char *const shells[] = {"bash", NULL};

static const struct opt opts[] = {{0}};

static void put_words(FILE *out, const char *const *words)
{
	for (; *words; words++)
		fprintf(out, "%s%s", *words, words[1] ? " " : "");
}

static void put_values(FILE *out, const struct opt *o)
{
	const char *v;

	for (size_t i = 0; (v = opts_value(o, i)); i++)
		fprintf(out, "%s%s", i ? " " : "", v);
}

/* The case that completes an option's argument. */
static void put_argument(FILE *out, const struct command *cmd, const struct opt *o)
{
	if (o->type == OPT_FLAG)
		return;
	fprintf(out, "\t%s:--%s", cmd->name, o->name);
	if (o->letter)
		fprintf(out, " | %s:-%c", cmd->name, o->letter);
	fputs(")\n", out);
	if (o->type == OPT_CHOICE) {
		fputs("\t\tmapfile -t COMPREPLY < <(compgen -W '", out);
		put_values(out, o);
		fputs("' -- \"$cur\")\n", out);
	} else if (o->type == OPT_FILE || o->type == OPT_FILES) {
		fputs("\t\tcompopt -o filenames\n"
		      "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n",
			out);
	}
	fputs("\t\treturn\n\t\t;;\n", out);
}

/* A command's options and operands. */
static void put_command(FILE *out, const struct command *cmd)
{
	fprintf(out, "\t%s)\n\t\toptions='", cmd->name);
	for (const struct opt *o = cmd->opts; o->name; o++)
		fprintf(out, "--%s ", o->name);
	fputs("--help'\n", out);
	if (cmd->words) {
		fputs("\t\twords='", out);
		put_words(out, cmd->words);
		fputs("'\n", out);
	}
	fputs("\t\t;;\n", out);
}

static void put_bash(FILE *out)
{
	fputs("# Completion of vmtriage for bash; written by `vmtriage completion bash`.\n\n"
	      "_vmtriage()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	      "\tlocal command=report options= words=\n\n"
	      "\t[ \"$prev\" = = ] && prev=${COMP_WORDS[COMP_CWORD - 2]} # --option=value\n"
	      "\t[ \"$cur\" = = ] && cur=\n"
	      "\tcase ${COMP_WORDS[1]} in\n\t",
		out);
	for (const struct command *const *c = commands; *c; c++)
		fprintf(out, "%s%s", (*c)->name, c[1] ? " | " : ")\n");
	fputs("\t\t[ \"$COMP_CWORD\" -gt 1 ] && command=${COMP_WORDS[1]}\n\t\t;;\n\tesac\n\n"
	      "\tcase $command:$prev in\n",
		out);
	for (const struct command *const *c = commands; *c; c++) {
		for (const struct opt *o = (*c)->opts; o->name; o++)
			put_argument(out, *c, o);
	}
	fputs("\tesac\n\n\tcase $command in\n", out);
	for (const struct command *const *c = commands; *c; c++)
		put_command(out, *c);
	fputs("\tesac\n\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	      "\t\toptions+=' --version'\n\t\twords='",
		out);
	for (const struct command *const *c = commands; *c; c++)
		fprintf(out, "%s%s", (*c)->name, c[1] ? " " : "");
	fputs("'\n\tfi\n\n"
	      "\tif [[ $cur == -* ]]; then\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
	      "\telse\n"
	      "\t\tcompopt -o filenames\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\"; compgen -f -- "
	      "\"$cur\")\n"
	      "\tfi\n"
	      "}\n\n"
	      "complete -F _vmtriage vmtriage\n",
		out);
}

static int run(const struct command *cmd, int argc, char **argv)
{
	int first, status;

	if (!opts_parse(cmd, argc, argv, NULL, &first, &status))
		return status;
	if (argc - first != 1 || strcmp(argv[first], "bash") != 0) {
		complain(NULL,
			"there is a completion only for bash (see vmtriage completion --help)");
		return STATUS_ERROR;
	}
	put_bash(stdout);
	return STATUS_CRASH;
}

const struct command cmd_completion = {
	.name = "completion",
	.operands = "bash",
	.summary = "Print the shell's completion for vmtriage.",
	.details = "Try it with: source <(vmtriage completion bash)",
	.opts = opts,
	.words = shells,
	.run = run,
};
