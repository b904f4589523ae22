// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Every header row has a line that it must take and one that it must not, in
 * testdata/logs/rules/header.tsv: id, the line that wins, the line that loses.
 */
#include "base/test.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "oops/header.h"
#include "oops/pattern.h"

/* The literal that a pattern begins with. */
static size_t literal_of(const char *pattern)
{
	return strcspn(pattern, "#~*({$\\");
}

static bool row_takes(const struct oops_header_row *row, const char *line)
{
	size_t n = literal_of(row->pattern), len = strlen(line);
	struct oops_match m;

	for (const char *p = line; p + n <= line + len; p++)
		if (memcmp(p, row->pattern, n) == 0 &&
			oops_pattern_match(row->pattern, p, line + len, &m))
			return true;
	return false;
}

static const struct oops_header_row *row_of(const char *id)
{
	for (size_t i = 0; i < oops_n_header_rows; i++)
		if (strcmp(oops_header_rows[i].id, id) == 0)
			return &oops_header_rows[i];
	return NULL;
}

static void check(const struct oops_headers *h, const struct oops_header_row *row, const char *wins,
	const char *loses)
{
	const struct oops_kind *kind = oops_kind_row(row->kind);
	struct oops_header found;

	if (!row_takes(row, wins))
		fail_msg("row %s does not take its line \"%s\"", row->id, wins);
	if (!oops_headers_find(h, wins, strlen(wins), &found))
		fail_msg("row %s: \"%s\" is not found", row->id, wins);
	if (found.kind != kind)
		fail_msg("row %s: \"%s\" is %s", row->id, wins,
			found.kind ? found.kind->slug : "no kind");
	if (row_takes(row, loses))
		fail_msg("row %s takes \"%s\"", row->id, loses);
}

static void every_row_wins_and_loses(void **state)
{
	char path[512], line[1024];
	struct oops_headers *h;
	size_t n = 0;
	FILE *f;

	(void)state;
	assert_int_equal(oops_headers_new(NULL, &h, NULL), 0);
	snprintf(path, sizeof(path), "%s/logs/rules/header.tsv", getenv("VMT_TESTDATA"));
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char *save, *id = strtok_r(line, "\t\n", &save);
		char *wins = strtok_r(NULL, "\t\n", &save), *loses = strtok_r(NULL, "\t\n", &save);
		const struct oops_header_row *row = id ? row_of(id) : NULL;

		if (!row || !wins || !loses)
			fail_msg("%s: no row, or columns missing", id);
		else
			check(h, row, wins, loses);
		n++;
	}
	fclose(f);
	talloc_free(h);
	assert_int_equal(n, oops_n_header_rows);
}

static void rows_are_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < oops_n_header_rows; i++) {
		const struct oops_header_row *r = &oops_header_rows[i];

		if (!r->kind != !!(r->flags & (OOPS_H_FACT | OOPS_H_NO_CRASH)))
			fail_msg("%s: either a kind, a fact or a block that is no crash", r->id);
		if (r->fact && !(r->flags & OOPS_H_FACT))
			fail_msg("%s: a fact without the flag", r->id);
		if ((r->flags & OOPS_H_AFTER_ANY) && !(r->flags & OOPS_H_CONSEQUENCE))
			fail_msg("%s: follows from any report, and from none", r->id);
		if (literal_of(r->pattern) < 4)
			fail_msg("%s: too short a literal for the search", r->id);
		assert_ptr_equal(row_of(r->id), r);
	}
}

static void user_space_lines_are_none(void **state)
{
	static const char *const lines[] = {
		"traps: app[12] general protection fault ip:7feb96eb56a1 sp:20000fd0 error:0",
		"app[12]: segfault at b ip 00007f568fec1ca6 sp 00007f54c1bf9d80 error 4 in libc.so",
		"WARNING: next download broken!",
		"WARNING: Caches not enabled",
		"ODEBUG: Out of memory. ODEBUG disabled",
		"INFO: Stall ended before state dump start",
		"EXT4-fs (loop1): INFO: recovery required on readonly filesystem",
		"mce: CPU supports 22 MCE banks",
		"traps: app[12] trap invalid opcode ip:401136 sp:7ffe error:0",
		"Kernel panic behaviour is set by panic=",
	};
	struct oops_headers *h;
	struct oops_header found;

	(void)state;
	assert_int_equal(oops_headers_new(NULL, &h, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (oops_headers_find(h, lines[i], strlen(lines[i]), &found) &&
			!(found.flags & OOPS_H_UNPROVEN))
			fail_msg("\"%s\" is taken by %s", lines[i], found.row->id);
	talloc_free(h);
}

static void patterns(void **state)
{
	struct oops_match m;
	const char *s = "BUG: soft lockup - CPU#3 stuck for 22s! [my task:77]";

	(void)state;
	assert_true(oops_pattern_match(
		"BUG: soft lockup - CPU\\#{cpu} stuck for {secs}s! [{comm}:{pid}]", s,
		s + strlen(s), &m));
	assert_int_equal(oops_span_dec(m.f[OOPS_F_CPU]).v, 3);
	assert_int_equal(oops_span_dec(m.f[OOPS_F_PID]).v, 77);
	assert_int_equal(m.f[OOPS_F_COMM].len, 7);
	s = "in f+0x1f/0x20 [mod deadbeef], x";
	assert_true(oops_pattern_match("in {func}, x$", s, s + strlen(s), &m));
	assert_int_equal(m.f[OOPS_F_FUNC].len, 26);
	assert_false(oops_pattern_match("in {func}, y$", s, s + strlen(s), &m));
	assert_true(oops_pattern_match("(out|in) *(x|y)$", s, s + strlen(s), &m));
	/* A line made to be matched slowly runs out of steps instead. */
	char slow[4000];
	memset(slow, 'a', sizeof(slow));
	assert_false(oops_pattern_match("*a*a*a*a*b", slow, slow + sizeof(slow), &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_wins_and_loses),
		cmocka_unit_test(rows_are_sound),
		cmocka_unit_test(user_space_lines_are_none),
		cmocka_unit_test(patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
