// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <stdio.h>
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

/* ---- names, the long way ----------------------------------------------------------------- */

#define SOME 200

static bool same_host(const char *a, const char *b)
{
	size_t n = strlen(a), len = strlen(b), shorter = n < len ? n : len;

	if (memcmp(a, b, shorter) != 0)
		return false;
	return n == len || ((n < len ? b[n] : a[len]) == '.' && (*b < '0' || *b > '9'));
}

static void any_name(char *name, unsigned *seed)
{
	static const char *const labels[] = {"a", "b", "web", "10", "7"};
	size_t len = 0;

	for (unsigned more = 1; more && len < 20;) {
		*seed = *seed * 1103515245 + 12345;
		len += (size_t)sprintf(
			name + len, "%s%s", len ? "." : "", labels[(*seed >> 16) % 5]);
		more = (*seed >> 24) % 5 < 3;
	}
}

/* Each line is a report; its event has the name that its host had first. */
static void named_as_the_long_way_does(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		char names[SOME][32], text[SOME * 80] = "";
		const char *hosts[SOME];
		size_t n_hosts = 0, n = 2 + round % (SOME - 1), len = 0;
		unsigned seed = round;
		struct oops_log *log;

		for (size_t i = 0; i < n; i++) {
			any_name(names[i], &seed);
			len += (size_t)sprintf(text + len,
				"%s EDAC MC0: 1 UE memory read error on DIMM0\n", names[i]);
		}
		log = parse(text);
		assert_int_equal(log->n_events, n);
		for (size_t i = 0, h; i < n; i++) {
			/* The host of the line before it is asked first. */
			if (!i || !same_host(log->events[i - 1]->boot->hostname, names[i])) {
				for (h = 0; h < n_hosts && !same_host(hosts[h], names[i]); h++)
					;
				if (h == n_hosts)
					hosts[n_hosts++] = names[i];
				assert_string_equal(log->events[i]->boot->hostname, hosts[h]);
			} else {
				assert_string_equal(log->events[i]->boot->hostname,
					log->events[i - 1]->boot->hostname);
			}
		}
		talloc_free(log);
	}
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
		cmocka_unit_test(named_as_the_long_way_does),
		cmocka_unit_test(mixed_lines_stay_apart),
		cmocka_unit_test(names_of_one_machine),
		cmocka_unit_test(hosts_without_reports),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
