// SPDX-License-Identifier: GPL-3.0-or-later
/* Logs with more reports than are kept, or followed at the same time. */
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "oops/event.h"
#include "oops/parse_text.h"

static void the_middle_of_many_is_dropped(void **state)
{
	char *text = talloc_strdup(NULL, "");
	struct oops_log *log;

	(void)state;
	for (int i = 0; i < CAP_EVENTS + 10; i++)
		text = talloc_asprintf_append_buffer(
			text, "WARNING: at a.c:%d f%d+0x1/0x2\n---[ end trace 0 ]---\n", i, i);
	log = parse_text(text);
	assert_int_equal(log->n_events, CAP_EVENTS);
	assert_int_equal(log->n_dropped, 10);
	assert_string_equal(log->events[0]->named_function, "f0");
	assert_int_equal(log->events[CAP_EVENTS - 1]->line.v, CAP_EVENTS + 9);
	talloc_free(log);
	talloc_free(text);
}

/* n reports of one line each. */
static char *add_remarks(char *text, int n)
{
	for (int i = 0; i < n; i++)
		text = talloc_asprintf_append_buffer(
			text, "EDAC MC0: 1 UE memory read error page:0x%x\n", i);
	return text;
}

static struct oops_event *first_of(const struct oops_log *log, const char *kind)
{
	for (size_t i = 0; i < log->n_events; i++)
		if (strcmp(log->events[i]->kind->slug, kind) == 0)
			return log->events[i];
	fail_msg("no %s", kind);
	return NULL;
}

/* One-line reports between the lines of an oops do not close it. */
static void an_open_report_is_never_dropped(void **state)
{
	char *text = add_remarks(talloc_strdup(NULL, ""), 200);
	const struct oops_event *ev;
	struct oops_log *log;

	(void)state;
	text = talloc_strdup_append(text,
		"BUG: kernel NULL pointer dereference, address: 0000000000000040\n"
		"CPU: 1 PID: 7 Comm: x Not tainted 6.1.0 #1\n");
	text = add_remarks(text, 100);
	text = talloc_strdup_append(text, "RIP: 0010:f+0x1/0x2\n");
	text = add_remarks(text, 500);
	log = parse_text(text);
	assert_int_equal(log->n_events, CAP_EVENTS);
	assert_int_equal(log->n_dropped, 801 - CAP_EVENTS);
	ev = first_of(log, "null-deref");
	assert_string_equal(ev->comm, "x");
	assert_string_equal(ev->ip.function, "f");
	talloc_free(log);
	talloc_free(text);
}

/* By kind, whether it has a body, and whether it was fatal: what stands for what is dropped. */
static void what_may_be_judged_is_kept(void **state)
{
	char *text = add_remarks(talloc_strdup(NULL, ""), 230);
	struct oops_log *log;

	(void)state;
	for (int i = 0; i < 300; i++)
		text = talloc_asprintf_append_buffer(text,
			"BUG: kernel NULL pointer dereference, address: 0000000000000040\n"
			"RIP: 0010:f%d+0x1/0x2\n%s---[ end trace 0 ]---\n",
			i, i == 5 ? "Kernel panic - not syncing: Fatal exception\n" : "");
	text = talloc_strdup_append(text, "WARNING: at a.c:1 g+0x1/0x2\n---[ end trace 0 ]---\n");
	text = add_remarks(text, 300);
	log = parse_text(text);
	assert_int_equal(log->n_events, CAP_EVENTS);
	assert_string_equal(log->events[0]->kind->slug, "hardware-error");
	assert_string_equal(first_of(log, "null-deref")->ip.function, "f0");
	assert_string_equal(first_of(log, "warning")->named_function, "g");
	for (size_t i = 0; i < log->n_events; i++)
		if (log->events[i]->fatal) {
			assert_string_equal(log->events[i]->ip.function, "f5");
			talloc_free(log);
			talloc_free(text);
			return;
		}
	fail_msg("the fatal report is lost");
}

/* The report that a panic ends need not be the last one: others print in between. */
static void a_panic_ends_its_own_report(void **state)
{
	static const struct {
		uint32_t caller;
		const char *text;
	} lines[] = {
		{7, "BUG: kernel NULL pointer dereference, address: 0000000000000040"},
		{7, "RIP: 0010:f+0x1/0x2"},
		{1, "EDAC MC0: 1 UE memory read error page:0x1"},
		{7, "---[ end trace 0 ]---"},
		{1, "EDAC MC0: 1 UE memory read error page:0x2"},
		{7, "Kernel panic - not syncing: Fatal exception"},
	};
	struct log_record rec = {.has_caller = true};
	struct oops_parser *ps;
	struct oops_log *log;

	(void)state;
	for (int callers = 0; callers < 2; callers++) {
		assert_int_equal(oops_parser_new(NULL, &ps, NULL), 0);
		for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
			/* Without callers nothing tells whose the panic is after another report. */
			if (!callers && i == 4)
				continue;
			rec.has_caller = callers;
			rec.caller_id = lines[i].caller;
			rec.text = lines[i].text;
			rec.len = strlen(rec.text);
			rec.seq = i;
			assert_int_equal(oops_parser_feed(ps, &rec), 0);
		}
		assert_int_equal(oops_parser_finish(ps, NULL, &log, NULL), 0);
		for (size_t i = 0; i < log->n_events; i++)
			assert_int_equal(log->events[i]->fatal, i == 0);
		talloc_free(log);
		talloc_free(ps);
	}
}

/* Fatal ones, too, have a limit. */
static void many_fatal_reports(void **state)
{
	char *text = talloc_strdup(NULL, "");
	struct oops_log *log;

	(void)state;
	for (int i = 0; i < CAP_EVENTS + 50; i++)
		text = talloc_asprintf_append_buffer(text,
			"Linux version 6.1.0 (x@y) (gcc) #1 SMP\n"
			"Kernel panic - not syncing: reason %d\n",
			i);
	log = parse_text(text);
	assert_int_equal(log->n_events, CAP_EVENTS);
	assert_int_equal(log->n_dropped, 50);
	assert_string_equal(log->events[0]->reason, "reason 0");
	assert_string_equal(log->events[CAP_EVENTS - 1]->reason, "reason 305");
	/* Three of a kind and the open ones may never go. */
	assert_true(3 * KIND_COUNT + CAP_OPEN_EVENTS < CAP_EVENTS);
	talloc_free(log);
	talloc_free(text);
}

static void parts_over_a_cap_are_told(void **state)
{
	char *text = talloc_strdup(NULL, "WARNING: at a.c:1 g+0x1/0x2\nCall Trace:\n");
	struct oops_log *log;

	(void)state;
	for (int i = 0; i < CAP_EVENT_FRAMES; i++)
		text = talloc_asprintf_append_buffer(text, " f%d+0x1/0x2\n", i);
	log = parse_text(text);
	assert_false(log->events[0]->capped);
	talloc_free(log);
	text = talloc_strdup_append_buffer(text, " last+0x1/0x2\n");
	log = parse_text(text);
	assert_true(log->events[0]->capped);
	talloc_free(log);
	talloc_free(text);
}

/* More reports at the same time, by printk's callers, than are followed. */
static void too_many_at_once(void **state)
{
	char text[64];
	struct log_record rec = {.text = text, .has_caller = true};
	struct oops_parser *ps;
	struct oops_log *log;

	(void)state;
	assert_int_equal(oops_parser_new(NULL, &ps, NULL), 0);
	for (uint32_t i = 0; i <= CAP_OPEN_EVENTS; i++) {
		rec.caller_id = rec.seq = i;
		rec.len = (size_t)snprintf(text, sizeof(text), "WARNING: at a.c:%u g+0x1/0x2", i);
		assert_int_equal(oops_parser_feed(ps, &rec), 0);
	}
	assert_int_equal(oops_parser_finish(ps, NULL, &log, NULL), 0);
	assert_int_equal(log->n_events, CAP_OPEN_EVENTS + 1);
	assert_int_equal(log->n_crowded, 1);
	talloc_free(log);
	talloc_free(ps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_middle_of_many_is_dropped),
		cmocka_unit_test(an_open_report_is_never_dropped),
		cmocka_unit_test(what_may_be_judged_is_kept),
		cmocka_unit_test(many_fatal_reports),
		cmocka_unit_test(a_panic_ends_its_own_report),
		cmocka_unit_test(parts_over_a_cap_are_told),
		cmocka_unit_test(too_many_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
