// SPDX-License-Identifier: GPL-3.0-or-later
// What the option tables say, the man page and the completion must say too.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"

static char *man, *completion;

static char *slurp(FILE *f)
{
	char *text = calloc(1, 1u << 20);
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, (1u << 20) - 1, f);
	assert_true(n > 0);
	fclose(f);
	return text;
}

/* The part of the man page from ".SS COMMAND" to the next heading. */
static char *man_section(const char *command)
{
	char heading[64], *start, *end;

	snprintf(heading, sizeof(heading), "\n.SS %s\n", command);
	start = strstr(man, heading);
	assert_non_null(start);
	end = strstr(start + strlen(heading), "\n.S");
	return strndup(start, end ? (size_t)(end - start) : strlen(start));
}

/* "foo-bar" as roff has it: "foo\-bar". */
static void roff_text(const char *text, char *buf, size_t size)
{
	size_t n = 0;

	for (*buf = '\0'; *text && n + 3 < size; text++)
		n += (size_t)snprintf(buf + n, size - n, *text == '-' ? "\\%c" : "%c", *text);
}

/* An option: "\-\-foo\-bar". */
static void roff(const char *name, char *buf, size_t size)
{
	size_t n = (size_t)snprintf(buf, size, "\\-\\-");

	roff_text(name, buf + n, size - n);
}

static void man_page_has_every_option(void **state)
{
	(void)state;
	for (const struct command *const *c = commands; *c; c++) {
		char *section = man_section((*c)->name);

		for (const struct opt *o = (*c)->opts; o->name; o++) {
			char name[64], letter[16];
			const char *value;

			roff(o->name, name, sizeof(name));
			if (!strstr(section, name))
				fail_msg("the man page lacks --%s of %s", o->name, (*c)->name);
			snprintf(letter, sizeof(letter), "\\-%c", o->letter);
			if (o->letter && !strstr(section, letter))
				fail_msg("the man page lacks -%c of %s", o->letter, (*c)->name);
			for (size_t i = 0; (value = opts_value(o, i)); i++) {
				char text[64];

				roff_text(value, text, sizeof(text));
				if (!strstr(strcmp(o->name, "color") ? section : man, text))
					fail_msg("the man page lacks %s of --%s", value, o->name);
			}
		}
		free(section);
	}
}

static void completion_has_every_option(void **state)
{
	(void)state;
	for (const struct command *const *c = commands; *c; c++) {
		char heading[64], *start, *end, *section;

		snprintf(heading, sizeof(heading), "\n\t%s)\n\t\toptions='", (*c)->name);
		start = strstr(completion, heading);
		assert_non_null(start);
		end = strstr(start, "\n\t\t;;");
		section = strndup(start, (size_t)(end - start));
		for (const struct opt *o = (*c)->opts; o->name; o++) {
			char name[64];

			snprintf(name, sizeof(name), "--%s ", o->name);
			if (!strstr(section, name))
				fail_msg("the completion lacks %s of %s", name, (*c)->name);
			snprintf(name, sizeof(name), "\t%s:--%s", (*c)->name, o->name);
			if (o->type != OPT_FLAG && !strstr(completion, name))
				fail_msg("the completion lacks values of %s", name);
		}
		free(section);
	}
}

struct sample {
	bool flag;
	const char *choice, *text;
	unsigned number;
	struct opt_list files;
};

static const char *const choices[] = {"one", "two", NULL};
static const struct opt sample_opts[] = {
	{"flag", 'a', OPT_FLAG, NULL, offsetof(struct sample, flag), ""},
	{"choice", 'c', OPT_CHOICE, "C", offsetof(struct sample, choice), "", .values = choices},
	{"text", 0, OPT_TEXT, "T", offsetof(struct sample, text), ""},
	{"number", 'n', OPT_NUMBER, "N", offsetof(struct sample, number), "", .min = 2, .max = 9},
	{"file", 0, OPT_FILES, "F", offsetof(struct sample, files), ""},
	{0},
};
static const struct command sample_command = {.name = "sample", .opts = sample_opts};

static bool parse(const char *line, struct sample *s, int *first)
{
	static char copy[256];
	char *argv[16] = {NULL}, *save = NULL;
	int argc = 0, status = 0;
	bool go_on;

	snprintf(copy, sizeof(copy), "sample %s", line);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	*s = (struct sample){0};
	go_on = opts_parse(&sample_command, argc, argv, s, first, &status);
	assert_true(go_on || status == 2);
	*first = argc - *first;
	return go_on;
}

static void options_are_parsed(void **state)
{
	static const char *const wrong[] = {"--choice three", "--number 1", "--number 10",
		"--number -3", "--number 4x", "--number", "--none", "-z", "--flag=1", "-c"};
	struct sample s;
	int operands;

	(void)state;
	assert_true(parse(
		"x -a --file=b --choice=two -n 9 y --text t --file c -- --flag", &s, &operands));
	assert_int_equal(s.files.n, 2);
	assert_string_equal(s.files.items[0], "b");
	assert_string_equal(s.files.items[1], "c");
	assert_true(s.flag);
	assert_string_equal(s.choice, "two");
	assert_string_equal(s.text, "t");
	assert_int_equal(s.number, 9);
	assert_int_equal(operands, 3);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(parse(wrong[i], &s, &operands));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(man_page_has_every_option),
		cmocka_unit_test(completion_has_every_option),
		cmocka_unit_test(options_are_parsed),
	};
	char name[] = "/tmp/vmtriage-completion-XXXXXX";
	char *bash[] = {name, name, NULL};
	int fd = mkstemp(name), saved = dup(STDOUT_FILENO), rc;

	if (argc < 2 || fd < 0 || saved < 0)
		return 99;
	bash[0] = (char[]){"completion"};
	bash[1] = (char[]){"bash"};
	dup2(fd, STDOUT_FILENO);
	cmd_completion.run(&cmd_completion, 2, bash);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(fd);
	completion = slurp(fopen(name, "r"));
	unlink(name);
	man = slurp(fopen(argv[1], "r"));
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	free(man);
	free(completion);
	return rc;
}
