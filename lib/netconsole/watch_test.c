// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <string.h>

#include "netconsole/watch.h"

#define SECOND 1000000000
#define SILENCE (10 * (int64_t)SECOND)

struct fixture {
	struct oops_headers *headers;
	struct netconsole_watch w;
	int64_t now;
};

static int make(void **state)
{
	static struct fixture f;

	f = (struct fixture){.now = 1795213556 * (int64_t)SECOND};
	*state = &f;
	return oops_headers_new(NULL, &f.headers, NULL);
}

static int done(void **state)
{
	struct fixture *f = *state;

	talloc_free(f->headers);
	return 0;
}

static void say(struct fixture *f, const char *line)
{
	netconsole_watch_line(&f->w, f->headers, line, strlen(line), f->now);
}

static bool due_after(struct fixture *f, int64_t seconds)
{
	return netconsole_watch_is_due(&f->w, SILENCE, f->now + seconds * SECOND);
}

static void quiet_life(void **state)
{
	struct fixture *f = *state;

	say(f, "eth0: link up");
	say(f, "python[12]: BUG: kernel NULL pointer dereference, quoted");
	assert_false(f->w.open);
	assert_false(due_after(f, 1000));
}

static void oops(void **state)
{
	struct fixture *f = *state;

	say(f, "BUG: kernel NULL pointer dereference, address: 0000000000000040");
	assert_true(f->w.open);
	assert_true(f->w.explained);
	assert_true(f->w.ends);
	assert_false(due_after(f, 9));
	assert_true(due_after(f, 10));
	say(f, "---[ end trace 0000000000000000 ]---");
	assert_false(due_after(f, 1));
	assert_true(due_after(f, 2));
	/* The panic that follows belongs to it. */
	say(f, "Kernel panic - not syncing: Fatal exception");
	assert_false(due_after(f, 9));
	say(f, "Rebooting in 10 seconds..");
	assert_true(due_after(f, 1));
}

static void endless_report(void **state)
{
	struct fixture *f = *state;

	say(f, "Kernel panic - not syncing: x");
	for (int i = 0; i < 69; i++) {
		f->now += SECOND;
		say(f, "talk");
	}
	assert_false(due_after(f, 0));
	assert_true(due_after(f, 1));
}

static void warning_explains_no_reset(void **state)
{
	struct fixture *f = *state;

	say(f, "WARNING: CPU: 1 PID: 7 at net/core/dev.c:10 f+0x1/0x2");
	assert_true(f->w.open);
	assert_false(f->w.explained);
	assert_false(f->w.ends);
}

static void shutdown(void **state)
{
	struct fixture *f = *state;

	say(f, "reboot: Restarting system");
	assert_true(f->w.shut_down);
	netconsole_watch_boot(&f->w);
	assert_false(f->w.shut_down);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(quiet_life, make, done),
		cmocka_unit_test_setup_teardown(oops, make, done),
		cmocka_unit_test_setup_teardown(endless_report, make, done),
		cmocka_unit_test_setup_teardown(warning_explains_no_reset, make, done),
		cmocka_unit_test_setup_teardown(shutdown, make, done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
