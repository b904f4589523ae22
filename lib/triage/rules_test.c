// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Walks the tables of rules. Every row has a text that it must match and one that it must not
 * match, in testdata/logs/rules/TABLE.tsv: id, the expected outcome, the text that matches, the
 * text that does not (with \n for a newline). A row may have several such lines.
 */
#include "base/test.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "log/log_text.h"
#include "triage/culprit.h"
#include "triage/path.h"
#include "triage/select.h"
#include "triage/sentence.h"

struct rule {
	char id[64], result[64], wins[1024], loses[1024];
};

static char *unescape(char *to, size_t size, const char *s)
{
	size_t n = 0;

	for (; *s && n + 1 < size; s++) {
		bool newline = s[0] == '\\' && s[1] == 'n';

		to[n++] = newline ? '\n' : *s;
		s += newline;
	}
	to[n] = 0;
	return to;
}

static size_t load(const char *table, struct rule *rules, size_t room)
{
	char path[512], line[2600];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/logs/rules/%s.tsv", getenv("VMT_TESTDATA"), table);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char *save, *id = strtok_r(line, "\t\n", &save);
		char *result = strtok_r(NULL, "\t\n", &save), *wins = strtok_r(NULL, "\t\n", &save);
		char *loses = strtok_r(NULL, "\t\n", &save);

		assert_true(id && result && wins && loses && n < room);
		snprintf(rules[n].id, sizeof(rules[n].id), "%s", id);
		snprintf(rules[n].result, sizeof(rules[n].result), "%s", result);
		unescape(rules[n].wins, sizeof(rules[n].wins), wins);
		unescape(rules[n].loses, sizeof(rules[n].loses), loses);
		n++;
	}
	fclose(f);
	return n;
}

static struct oops_log *parse(const char *text)
{
	struct oops_parser *ps;
	struct log_text *lt;
	struct oops_log *log;

	assert_int_equal(oops_parser_new(NULL, &ps, NULL), 0);
	assert_int_equal(log_text_new(ps, oops_parser_feed, ps, NULL, &lt, NULL), 0);
	log_text_feed(lt, text, strlen(text));
	log_text_finish(lt);
	assert_int_equal(oops_parser_finish(ps, NULL, &log, NULL), 0);
	talloc_free(ps);
	return log;
}

/* The outcome of a table for a text: the name of the culprit, the path or the rule. */
typedef const char *(*outcome)(const struct oops_log *log);

static const char *culprit_of(const struct oops_log *log)
{
	return log->n_events ? culprit_find(log->events[0]).function : NULL;
}

static const char *path_of(const struct oops_log *log)
{
	struct culprit c;
	const char *by;

	if (!log->n_events)
		return NULL;
	c = culprit_find(log->events[0]);
	return path_find(log->events[0], &c, &by);
}

static const char *rule_of(const struct oops_log *log)
{
	struct selection s;

	assert_int_equal(select_event(log, 0, &s, NULL), 0);
	return s.event == SIZE_MAX ? NULL : s.rule;
}

static void check(const struct rule *r, outcome get, const char *want)
{
	struct oops_log *log = parse(r->wins);
	const char *got = get(log);

	if (!got || strcmp(got, want) != 0)
		fail_msg("rule %s: the text that it must win gives %s, not %s", r->id, got, want);
	talloc_free(log);
	log = parse(r->loses);
	got = get(log);
	if (got && strcmp(got, want) == 0)
		fail_msg("rule %s: the text that it must lose gives %s too", r->id, got);
	talloc_free(log);
}

static struct rule rules[256];

/* Tests every line of the table's texts. Every row must have at least one line. */
static void walk(const char *table, const char *(*row)(size_t), outcome get)
{
	size_t n = load(table, rules, ARRAY_SIZE(rules)), known = 0;

	for (size_t i = 0; row(i); i++) {
		size_t lines = 0;

		for (size_t k = 0; k < n; k++)
			lines += strcmp(rules[k].id, row(i)) == 0;
		if (!lines)
			fail_msg("no text for the rule %s", row(i));
		known += lines;
	}
	assert_int_equal(known, n);
	for (size_t k = 0; k < n; k++)
		check(&rules[k], get, rules[k].result);
}

static const char *blame_id(size_t i)
{
	if (i >= blame_n_rows)
		return NULL;
	assert_true(strlen(blame_rows[i].reason) > 10);
	return blame_rows[i].id;
}

static void blame(void **state)
{
	(void)state;
	walk("blame", blame_id, culprit_of);
}

static void paths(void **state)
{
	(void)state;
	walk("path", path_rule, path_of);
}

static const char *selection_id(size_t i)
{
	const char *id = select_rule(i);

	if (id)
		assert_non_null(select_reason(id));
	return id;
}

static void selection(void **state)
{
	(void)state;
	walk("select", selection_id, rule_of);
}

static void advice(void **state)
{
	(void)state;
	for (int i = ADVICE_NONE + 1; i < ADVICE_COUNT; i++)
		if (!advice_text(i) || strlen(advice_text(i)) < 10)
			fail_msg("advice %d has no text", i);
	for (size_t i = KIND_NONE + 1; i < KIND_COUNT; i++)
		assert_int_equal(
			!advice_text(oops_kinds[i].advice), oops_kinds[i].advice == ADVICE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blame),
		cmocka_unit_test(paths),
		cmocka_unit_test(selection),
		cmocka_unit_test(advice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
