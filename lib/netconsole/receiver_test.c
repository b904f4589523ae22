// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "netconsole/recent.h"
#include "vmtriage.h"

#define SECOND ((int64_t)1000000000)
#define START (1795213556 * SECOND) /* 2026-11-20 22:25:56 UTC */

struct fixture {
	struct vmt_netconsole *nc;
	int64_t now;
	char lines[1 << 20];
	size_t len, n_lines;
	char log[1 << 20]; /* of the last event that had one */
	size_t reports, silences, restarts, interrupted, boots, forgotten;
};

static void take_lines(void *arg, struct vmt_netconsole_host *host, const char *text, size_t len)
{
	struct fixture *f = arg;

	assert_non_null(host->address);
	assert_int_equal(text[len - 1], '\n');
	f->n_lines++;
	if (len < sizeof(f->lines) - f->len) {
		memcpy(f->lines + f->len, text, len);
		f->len += len;
		f->lines[f->len] = '\0';
	}
}

static void take_event(void *arg, struct vmt_netconsole_host *host, enum vmt_heard what,
	const char *log, size_t len, int64_t now)
{
	struct fixture *f = arg;

	assert_non_null(host->address);
	assert_true(now > 0);
	if (log) {
		assert_true(len < sizeof(f->log));
		memcpy(f->log, log, len);
		f->log[len] = '\0';
	}
	f->reports += what == VMT_HEARD_REPORT;
	f->silences += what == VMT_HEARD_SILENCE;
	f->restarts += what == VMT_HEARD_RESTART;
	f->interrupted += what == VMT_HEARD_RESTART && log;
	f->boots += what == VMT_HEARD_BOOT;
	f->forgotten += what == VMT_HEARD_FORGOTTEN;
}

static struct fixture *start(unsigned hosts, uint64_t memory)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct vmt_netconsole_options opts = VMT_NETCONSOLE_OPTIONS_INIT;

	assert_non_null(f);
	opts.hosts = hosts;
	opts.memory = memory;
	opts.lines = take_lines;
	opts.heard = take_event;
	opts.arg = f;
	f->now = START;
	assert_int_equal(vmt_netconsole_new(&opts, &f->nc, NULL), 0);
	return f;
}

static void end(struct fixture *f)
{
	vmt_netconsole_free(f->nc);
	free(f);
}

static void take_from(struct fixture *f, const char *from, uint32_t scope, const char *text)
{
	uint8_t address[16];

	assert_int_equal(inet_pton(AF_INET6, from, address), 1);
	assert_true(vmt_netconsole_take(f->nc, address, scope, text, strlen(text), f->now));
}

static void take(struct fixture *f, const char *text)
{
	take_from(f, "::ffff:192.0.2.7", 0, text);
}

static void pass(struct fixture *f, int64_t ms)
{
	f->now += ms * (SECOND / 1000);
	vmt_netconsole_tick(f->nc, f->now, false);
}

static const char *const oops[] = {
	"4,10,100000000,-;BUG: kernel NULL pointer dereference, address: 0000000000000040\n",
	"4,11,100000001,-;Oops: 0000 [#1] PREEMPT SMP NOPTI\n",
	"4,12,100000002,-;CPU: 1 PID: 7 Comm: worker/1 Not tainted 6.1.0-56-amd64 #1\n",
	"4,13,100000003,-;RIP: 0010:first_function+0x225/0x500 [culprit]\n",
	"4,14,100000004,-;Call Trace:\n",
	"4,15,100000005,-; caller+0x1/0x20 [culprit]\n",
	"4,16,100000006,-;---[ end trace 0000000000000000 ]---\n",
};

static void take_oops(struct fixture *f, size_t lines)
{
	for (size_t i = 0; i < lines; i++)
		take(f, oops[i]);
}

static void lines_have_time_and_host(void **state)
{
	struct fixture *f = start(0, 0);

	(void)state;
	take(f, "6.1.0,6,1,1,-;a\x1b[31m\n SUBSYSTEM=\x9b\n");
	take(f, "[    0.000002] \x1b]0;title\x07 b\n");
	take_from(f, "fe80::7", 2, "6,5,9,-;c\n");
	assert_string_equal(f->lines,
		"2026-11-20T22:25:56.000000Z 192.0.2.7 6.1.0,6,1,1,-;a\\x1b[31m\n"
		"2026-11-20T22:25:56.000000Z 192.0.2.7  SUBSYSTEM=\\x9b\n"
		"2026-11-20T22:25:56.000000Z 192.0.2.7 [    0.000002] \\x1b]0;title\\x07 b\n"
		"2026-11-20T22:25:56.000000Z fe80::7 6,5,9,-;c\n");
	assert_int_equal(vmt_netconsole_hosts(f->nc), 2);
	end(f);
}

static void complete_report(void **state)
{
	struct fixture *f = start(0, 0);

	(void)state;
	take(f, "6,9,90000000,-;before\n");
	take_oops(f, 7);
	assert_true(vmt_netconsole_waits(f->nc));
	pass(f, 1000);
	assert_int_equal(f->reports, 0);
	pass(f, 1000);
	assert_int_equal(f->reports, 1);
	assert_false(vmt_netconsole_waits(f->nc));
	assert_non_null(strstr(f->log, ";before\n"));
	assert_non_null(strstr(f->log, ";---[ end trace"));
	pass(f, 60000);
	assert_int_equal(f->reports + f->silences, 1);
	end(f);
}

static void silence_in_a_report(void **state)
{
	struct fixture *f = start(0, 0);

	(void)state;
	take_oops(f, 4);
	pass(f, 9000);
	assert_int_equal(f->silences, 0);
	pass(f, 1000);
	assert_int_equal(f->silences, 1);
	end(f);
}

static void restarts(void **state)
{
	struct fixture *f = start(0, 0);

	(void)state;
	take(f, "6,9,90000000,-;all is well\n");
	take(f, "5,0,0,-;Linux version 6.1.0\n"); /* without a report */
	assert_int_equal(f->restarts, 1);
	take(f, "6,1,90000000,-;reboot: Restarting system\n");
	take(f, "5,0,0,-;Linux version 6.1.0\n"); /* as planned */
	assert_int_equal(f->restarts, 1);
	assert_int_equal(f->boots, 1);
	take_oops(f, 3);
	pass(f, 300);
	take(f, "5,0,0,-;Linux version 6.1.0\n"); /* in the middle of a report */
	assert_int_equal(f->interrupted, 1);
	assert_non_null(strstr(f->log, "NULL pointer"));
	assert_null(strstr(strstr(f->log, "NULL pointer"), "Linux version"));
	take_oops(f, 7);
	pass(f, 5000);
	take(f, "5,0,0,-;Linux version 6.1.0\n"); /* after one */
	assert_int_equal(f->boots, 2);
	end(f);
}

static void the_end_settles_all(void **state)
{
	struct fixture *f = start(0, 0);

	(void)state;
	take_oops(f, 3);
	take(f, "4,20,100000009,-;after a gap\n");
	take(f, "no end");
	vmt_netconsole_tick(f->nc, f->now, true);
	assert_int_equal(f->silences, 1);
	assert_non_null(strstr(f->lines, "after a gap"));
	assert_non_null(strstr(f->lines, "no end\n"));
	end(f);
}

static void hosts_are_bounded(void **state)
{
	struct fixture *f = start(100, 0);
	char from[64];

	(void)state;
	take_oops(f, 3); /* the oldest, with an open report */
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(from, sizeof(from), "2001:db8::%x", i + 1);
		take_from(f, from, 0, "6,1,1,-;x\n");
		assert_true(vmt_netconsole_hosts(f->nc) <= 100);
	}
	assert_int_equal(f->forgotten, 4901);
	assert_int_equal(f->silences, 0);
	pass(f, 10000);
	assert_int_equal(f->silences, 1); /* it was kept */
	end(f);
}

static void memory_is_bounded(void **state)
{
	struct fixture *f = start(1000, 1 << 20);
	char from[64], text[1000];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "6,1,1,-;", 8);
	strcpy(text + sizeof(text) - 2, "\n");
	take_oops(f, 3);
	for (unsigned i = 0; i < 900; i++) {
		snprintf(from, sizeof(from), "2001:db8::%x", i + 1);
		for (unsigned k = 0; k < 5; k++) {
			text[2] = (char)('1' + k);
			take_from(f, from, 0, text);
		}
	}
	pass(f, 10000);
	assert_int_equal(f->silences, 1);
	assert_non_null(strstr(f->log, "NULL pointer")); /* of the open report nothing is lost */
	end(f);
}

static void recent_lines(void **state)
{
	struct netconsole_recent r = {0};
	size_t total = 0;

	(void)state;
	for (unsigned i = 0; i < 20000; i++)
		netconsole_recent_add(&r, NULL, "a line of text\n", 15, false, &total);
	assert_true(r.len <= NETCONSOLE_RECENT && r.len > NETCONSOLE_RECENT / 4);
	assert_memory_equal(r.text, "a line", 6);
	assert_int_equal(total, r.size);
	for (unsigned i = 0; i < 100000; i++)
		netconsole_recent_add(&r, NULL, "report\n", 7, true, &total);
	assert_true(r.cut);
	assert_true(r.len <= NETCONSOLE_RECENT_OPEN);
	assert_memory_equal(r.text, "a line", 6);
	netconsole_recent_add(&r, NULL, "another\n", 8, false, &total);
	assert_true(r.len <= NETCONSOLE_RECENT);
	assert_memory_equal(r.text + r.len - 8, "another\n", 8);
	netconsole_recent_clear(&r, &total);
	assert_int_equal(total, 0);
}

static void usage(void **state)
{
	struct vmt_netconsole_options opts = VMT_NETCONSOLE_OPTIONS_INIT;
	struct vmt_netconsole *nc;
	struct vmt_err err;

	(void)state;
	assert_int_equal(vmt_netconsole_new(&opts, &nc, &err), VMT_ERR_USAGE);
	vmt_netconsole_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_have_time_and_host),
		cmocka_unit_test(complete_report),
		cmocka_unit_test(silence_in_a_report),
		cmocka_unit_test(restarts),
		cmocka_unit_test(the_end_settles_all),
		cmocka_unit_test(hosts_are_bounded),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(recent_lines),
		cmocka_unit_test(usage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
