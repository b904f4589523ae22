// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <string.h>

#include "oops/hosts.h"

/* Lines of "host text"; "-" for none. */
static struct oops_log *parse(const char *text)
{
	struct log_record rec = {0};
	struct oops_hosts *hosts;
	struct oops_log *log;
	bool more;

	assert_int_equal(oops_hosts_new(NULL, &hosts, NULL), 0);
	while (*text) {
		size_t len = strcspn(text, "\n"), host = strcspn(text, " ");

		rec.host = *text == '-' ? NULL : text;
		rec.host_len = host;
		rec.text = text + host + 1;
		rec.len = len - host - 1;
		assert_int_equal(oops_hosts_feed(hosts, &rec), 0);
		rec.seq++;
		text += len + 1;
	}
	assert_int_equal(oops_hosts_finish(hosts, NULL, &log, &more, NULL), 0);
	assert_false(more);
	talloc_free(hosts);
	return log;
}

static const struct oops_trace *main_trace(const struct oops_event *ev)
{
	for (size_t i = 0; i < ev->n_traces; i++)
		if (ev->traces[i].role == OOPS_TRACE_MAIN)
			return &ev->traces[i];
	fail_msg("no trace");
	return NULL;
}

static void mixed_lines_stay_apart(void **state)
{
	struct oops_log *log =
		parse("a Linux version 6.1.0-a\n"
		      "b Linux version 5.10.0-b\n"
		      "a BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
		      "a RIP: 0010:f+0x1/0x10\n"
		      "b ------------[ cut here ]------------\n"
		      "a Call Trace:\n"
		      "b WARNING: CPU: 0 PID: 1 at kernel/x.c:12 g+0x2/0x20\n"
		      "a  f1+0x1/0x10\n"
		      "b Call Trace:\n"
		      "b  g1+0x1/0x10\n"
		      "a  f2+0x1/0x10\n"
		      "b  g2+0x1/0x10\n");

	(void)state;
	assert_int_equal(log->n_events, 2);
	assert_string_equal(log->events[0]->kind->slug, "null-deref");
	assert_string_equal(log->events[0]->boot->hostname, "a");
	assert_string_equal(log->events[0]->boot->release, "6.1.0-a");
	assert_int_equal(main_trace(log->events[0])->n_frames, 2);
	assert_string_equal(main_trace(log->events[0])->frames[1].function, "f2");
	assert_string_equal(log->events[1]->kind->slug, "warning");
	assert_string_equal(log->events[1]->boot->hostname, "b");
	assert_string_equal(log->events[1]->boot->release, "5.10.0-b");
	assert_int_equal(main_trace(log->events[1])->n_frames, 2);
	assert_string_equal(main_trace(log->events[1])->frames[0].function, "g1");
	talloc_free(log);
}

/* A machine is called localhost before it has its name, and may be given its domain or not. */
static void names_of_one_machine(void **state)
{
	struct oops_log *log =
		parse("localhost Linux version 6.1.0-a\n"
		      "- DMI: Maker Model, BIOS 1\n"
		      "web7 BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
		      "web7.example.org Call Trace:\n"
		      "-  f1+0x1/0x10\n"
		      "localhost  f2+0x1/0x10\n");

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_string_equal(log->events[0]->boot->release, "6.1.0-a");
	assert_string_equal(log->events[0]->boot->hostname, "web7");
	assert_int_equal(main_trace(log->events[0])->n_frames, 2);
	talloc_free(log);
}

/* Addresses have no domain: 10.0.0.1 is not 10.0.0.1x, nor 10.0. */
static void addresses(void **state)
{
	struct oops_log *log = parse(
		"10.0.0 BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
		"10.0.0.1 BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
		"10.0.0.12 BUG: kernel NULL pointer dereference, address: 0000000000000008\n");

	(void)state;
	assert_int_equal(log->n_events, 3);
	for (size_t i = 1; i < 3; i++)
		assert_ptr_not_equal(log->events[i]->boot, log->events[i - 1]->boot);
	talloc_free(log);
}

/* A host without reports, and hosts whose reports are of one line. */
static void hosts_without_reports(void **state)
{
	struct oops_log *log = parse("a all is well\n"
				     "b WARNING: at a.c:1 f+0x1/0x2\n"
				     "b ---[ end trace 0 ]---\n"
				     "c all is well\n");

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_string_equal(log->events[0]->boot->hostname, "b");
	talloc_free(log);
	log = parse("a all is well\nb all is well\n");
	assert_int_equal(log->n_events, 0);
	talloc_free(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mixed_lines_stay_apart),
		cmocka_unit_test(names_of_one_machine),
		cmocka_unit_test(hosts_without_reports),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
