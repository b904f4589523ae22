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

static const char *man_dir;
static char *completion;

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

static char *man_file(const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", man_dir, name);
	return slurp(fopen(path, "r"));
}

/* Of one command, or all: vmtriage(1). */
static char *man_page(const char *command)
{
	char name[64];

	snprintf(name, sizeof(name), "vmtriage%s%s.1", *command ? "-" : "", command);
	return man_file(name);
}

/* The part of a page from ".SS TITLE" or ".SH TITLE" to the next heading. */
static char *man_section(const char *page, const char *kind, const char *title)
{
	char heading[64], *start, *end;

	snprintf(heading, sizeof(heading), "\n.%s %s\n", kind, title);
	start = strstr(page, heading);
	assert_non_null(start);
	end = strstr(start + strlen(heading), !strcmp(kind, "SS") ? "\n.S" : "\n.SH");
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

/* A whole word: not "\-\-form" in "\-\-format". */
static bool has_word(const char *text, const char *word)
{
	static const char more[] = "abcdefghijklmnopqrstuvwxyz\\-";

	for (const char *at = text; (at = strstr(at, word)); at++)
		if (!strspn(at + strlen(word), more))
			return true;
	return false;
}

static bool man_has_name(const char *text, const struct opt *o)
{
	char name[64];

	roff(o->name, name, sizeof(name));
	return has_word(text, name);
}

/* What a pattern can match is listed in vmtriage-json(5). */
static void man_describes(const char *page, const char *text, const struct opt *o)
{
	char letter[16], *words = o->type == OPT_PATTERN ? man_file("vmtriage-json.5") : NULL;
	const char *value;

	if (!man_has_name(text, o))
		fail_msg("%s: lacks --%s", page, o->name);
	snprintf(letter, sizeof(letter), "\\-%c", o->letter);
	if (o->letter && !strstr(text, letter))
		fail_msg("%s: lacks -%c", page, o->letter);
	for (size_t i = 0; (value = opts_value(o, i)); i++) {
		char word[64];

		roff_text(value, word, sizeof(word));
		if (!has_word(words ? words : text, word))
			fail_msg("%s: lacks %s of --%s", page, value, o->name);
	}
	free(words);
}

static bool is_own(const struct command *cmd, const struct opt *o)
{
	for (const struct opt *own = cmd->opts; own->name; own++)
		if (own == o)
			return true;
	return false;
}

/* vmtriage(1) has all commands, and describes the common options once. */
static void the_man_page_has_every_option(void **state)
{
	char *page = man_page(""), *common = man_section(page, "SH", "OPTIONS");

	(void)state;
	for (const struct command *const *c = commands; *c; c++) {
		char *section = man_section(page, "SS", (*c)->name);
		const struct opt *o;

		for (size_t i = 0; (o = opts_row(*c, i)); i++) {
			if (!man_has_name(section, o))
				fail_msg("%s: lacks --%s", (*c)->name, o->name);
			man_describes((*c)->name, is_own(*c, o) ? section : common, o);
		}
		free(section);
	}
	free(common);
	free(page);
}

/* An option that the page describes is one of the command's. */
static void page_has_no_more(const struct command *cmd, const char *options)
{
	for (const char *tp = options; (tp = strstr(tp, "\n.TP\n"));) {
		char line[256], *at;

		tp += strlen("\n.TP\n");
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(tp, "\n"), tp);
		for (at = line; (at = strstr(at, "\\-\\-")); at++) {
			const struct opt *o;
			bool known = false;

			for (size_t i = 0; (o = opts_row(cmd, i)); i++)
				known |= man_has_name(line, o);
			if (!known)
				fail_msg("vmtriage-%s(1) has an option that does not exist: %s",
					cmd->name, line);
		}
	}
}

static void each_command_has_a_page(void **state)
{
	char *all = man_page(""), *see = man_section(all, "SH", "SEE ALSO");

	(void)state;
	for (const struct command *const *c = commands; *c; c++) {
		char *page = man_page((*c)->name), *options = man_section(page, "SH", "OPTIONS");
		char name[64];
		const struct opt *o;

		for (size_t i = 0; (o = opts_row(*c, i)); i++)
			man_describes((*c)->name, options, o);
		page_has_no_more(*c, options);
		snprintf(name, sizeof(name), "vmtriage\\-%s (1)", (*c)->name);
		assert_non_null(strstr(see, name));
		free(options);
		free(page);
	}
	free(see);
	free(all);
}

/* The other shells' are tested in these shells: scripts/completions. */
static void completion_has_every_option(void **state)
{
	(void)state;
	for (const struct command *const *c = commands; *c; c++) {
		char heading[64], *start, *end, *section;
		const struct opt *o;

		snprintf(heading, sizeof(heading), "\n\t%s)\n\t\toptions='", (*c)->name);
		start = strstr(completion, heading);
		assert_non_null(start);
		end = strstr(start, "\n\t\t;;");
		section = strndup(start, (size_t)(end - start));
		for (size_t i = 0; (o = opts_row(*c, i)); i++) {
			char name[64];

			snprintf(name, sizeof(name), "--%s", o->name);
			if (!has_word(section, name))
				fail_msg("the completion lacks %s of %s", name, (*c)->name);
			snprintf(name, sizeof(name), "\t%s:--%s", (*c)->name, o->name);
			if (opts_takes_value(o) && !strstr(completion, name))
				fail_msg("the completion lacks values of %s", name);
		}
		free(section);
	}
}

struct sample {
	bool flag;
	const char *choice, *text, *kind;
	unsigned number;
	uint64_t bytes;
	struct opt_list files;
};

static const char *const choices[] = {"one", "two", NULL};
static const struct opt sample_opts[] = {
	{"flag", 'a', OPT_FLAG, NULL, offsetof(struct sample, flag), ""},
	{"choice", 'c', OPT_CHOICE, "C", offsetof(struct sample, choice), "", .values = choices},
	{"kind", 0, OPT_PATTERN, "K", offsetof(struct sample, kind), "", .values = choices},
	{"text", 0, OPT_TEXT, "T", offsetof(struct sample, text), ""},
	{"size", 0, OPT_SIZE, "SIZE", offsetof(struct sample, bytes), ""},
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
		"--number -3", "--number 4x", "--number", "--none", "-z", "--flag=1", "-c",
		"--kind three", "--kind x*", "--size 0", "--size 2X", "--size 2GB", "--size -1",
		"--size G", "--size 16777216T"};
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
	assert_true(parse("--kind t*", &s, &operands));
	assert_string_equal(s.kind, "t*");
	assert_true(parse("--size 20G", &s, &operands));
	assert_int_equal(s.bytes, 20ull << 30);
	assert_true(parse("--size 4096", &s, &operands));
	assert_int_equal(s.bytes, 4096);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(parse(wrong[i], &s, &operands));
}

/* Options before the command's name are read without knowing the command. */
static void a_name_means_the_same_everywhere(void **state)
{
	const struct opt *a, *b;

	(void)state;
	for (const struct command *const *c = commands; *c; c++) {
		for (const struct command *const *d = commands; *d; d++) {
			for (size_t i = 0; (a = opts_row(*c, i)); i++) {
				for (size_t k = 0; (b = opts_row(*d, k)); k++) {
					bool name = !strcmp(a->name, b->name);

					if (name ? a->letter != b->letter || a->type != b->type
						 : a->letter && a->letter == b->letter)
						fail_msg("--%s of %s and --%s of %s clash", a->name,
							(*c)->name, b->name, (*d)->name);
				}
			}
		}
	}
}

/* Every line of --help fits a terminal. */
static void help_is_narrow(void **state)
{
	(void)state;
	for (const struct command *const *c = commands; *c; c++) {
		char *text = NULL, *save = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		opts_help(*c, out);
		fclose(out);
		for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
			if (strlen(l) > 79)
				fail_msg("%s --help: too wide: %s", (*c)->name, l);
		free(text);
	}
}

static int operand_of(const char *line)
{
	static char copy[256];
	char *argv[16] = {(char[]){"vmtriage"}}, *save = NULL;
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	return opts_first_operand(argc, argv);
}

static void the_first_operand_is_found(void **state)
{
	(void)state;
	assert_int_equal(operand_of("list x"), 1);
	assert_int_equal(operand_of("-f json list x"), 3);
	assert_int_equal(operand_of("--format json --color=always list x"), 4);
	assert_int_equal(operand_of("-fjson -o out --stats list"), 5);
	assert_int_equal(operand_of("-gf json list"), 3);
	assert_int_equal(operand_of("--form json list"), 3);
	assert_int_equal(operand_of("- list"), 1);
	assert_int_equal(operand_of("-- list"), 0);
	assert_int_equal(operand_of("-f json"), 0);
	assert_int_equal(operand_of("-f"), 0);
	assert_int_equal(operand_of("--no-such list"), 0);
	assert_int_equal(operand_of(""), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_man_page_has_every_option),
		cmocka_unit_test(each_command_has_a_page),
		cmocka_unit_test(completion_has_every_option),
		cmocka_unit_test(options_are_parsed),
		cmocka_unit_test(a_name_means_the_same_everywhere),
		cmocka_unit_test(help_is_narrow),
		cmocka_unit_test(the_first_operand_is_found),
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
	man_dir = argv[1];
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	free(completion);
	return rc;
}
