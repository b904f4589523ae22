// SPDX-License-Identifier: GPL-3.0-or-later
/* Which texts have their newest line first, and what they are in order. */
#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "log/log_order.h"

#define HEAD "gizmo: kernel BUG at drivers/gizmo.c:7!\n"
#define CPU "CPU: 1 PID: 9 Comm: cat\n"
#define RIP "RIP: 0010:gizmo_open+0x1/0x9\n"
#define FRAME " gizmo_probe+0x1/0x9\n"

static const struct {
	const char *text;
	bool newest_first;
} texts[] = {
	{HEAD CPU RIP "Call Trace:\n" FRAME, false},
	{FRAME "Call Trace:\n" RIP CPU HEAD, true},
	{" </TASK>\n" FRAME " <TASK>\nCall Trace:\n\n" RIP CPU HEAD, true},
	{FRAME "Call trace:\nlr : gizmo_probe+0x1/0x9\npc : gizmo_open+0x1/0x9\n" CPU, true},
	/* older kernels print the stack's words between the two */
	{HEAD RIP "Stack:\n ffff88207fd72f78 0000000000000001 ffff881fe1d0cb60\nCall Trace:\n",
		false},
	{FRAME "Call Trace:\n ffff88207fd72f78 0000000000000001 ffff881fe1d0cb60\r\nStack:\n" RIP,
		true},
	{FRAME "Call Trace:\n c1d0cb60 00000001 c1d0cb64\nStack:\n" RIP, true},
	{FRAME "Call Trace:\n c1d0cb60 1 c1d0cb64\n" RIP, false},
	/* the trace is missing, or the text ends */
	{HEAD CPU RIP "Call Trace:\nCode: 1\n", false},
	{FRAME "Call Trace:\n", false},
	{HEAD FRAME "Call Trace:\n[c000000012345678] [c000000001234560] 0xc (unreliable)\n", false},
	{RIP "Call Trace:\nCPU: 1\n", false},
	/* another one is whole */
	{FRAME "Call Trace:\n" CPU "Call Trace:\n" FRAME, false},
	{"10:00:05 a\n10:00:04 b\n", false},
	{"", false},
	{"\n", false},
};

static void by_traces(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (log_order_is_newest_first(texts[i].text, strlen(texts[i].text)) !=
			texts[i].newest_first)
			fail_msg("%s", texts[i].text);
}

/* n lines, each a second before the one before it; one of them is out of order. */
static bool by_seconds(size_t n, size_t wrong)
{
	char text[4096];
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
			"Nov 20 10:00:%02zu web1 kernel: gizmo %zu\n", i == wrong ? 59 : 50 - i, i);
	return log_order_is_newest_first(text, len);
}

static void by_times(void **state)
{
	(void)state;
	assert_true(by_seconds(30, 99));
	assert_true(by_seconds(40, 7));
	assert_false(by_seconds(10, 99));
	assert_false(by_seconds(14, 7));
}

/* Lines of several hosts that one server gathered: the later ones first, or in order. */
static bool of_hosts(bool newest_first, size_t n_hosts)
{
	static const char *const hosts[] = {"web1", "db-2.example.org", "10.0.0.7"};
	char text[8192];
	size_t len = 0;

	for (size_t i = 0; i < 45; i++) {
		size_t second = newest_first ? 59 - i : i;

		/* Each host has its own turn, and some lines at one time. */
		len += (size_t)snprintf(text + len, sizeof(text) - len,
			"Nov 20 10:%02zu:%02zu %s kernel: [%5zu.000000] gizmo %zu\n", second / 4,
			second % 4 * 15, hosts[i * 7 % n_hosts], 1000 * (i * 7 % n_hosts) + second,
			i);
	}
	return log_order_is_newest_first(text, len);
}

static void hosts_may_be_mixed(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 3; n++) {
		assert_true(of_hosts(true, n));
		assert_false(of_hosts(false, n));
	}
}

/* A list of logins, the newest first, and what dmesg printed after them. */
static void lists_before_a_log(void **state)
{
	char text[4096];
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < 20; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
			"root pts/0 10.0.0.1 Mon Nov 30 %02zu:10:05 2026 - gone\n", 22 - i);
	assert_true(log_order_is_newest_first(text, len));
	for (size_t i = 0; i < 20; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
			"[%5zu.%06zu] usb 1-1: gizmo\n", 9 * i, 7 * i);
	assert_false(log_order_is_newest_first(text, len));
}

static void in_order(void **state)
{
	static const char mixed[] = "4 b x\n3 a x\n2 b\n1 a\n";
	char out[32] = "";

	(void)state;
	assert_int_equal(log_order_reverse("a\nbc\n\nd\n", 8, out), 4);
	assert_string_equal(out, "d\n\nbc\na\n");
	memset(out, 0, sizeof(out));
	assert_int_equal(log_order_reverse("a\nb", 3, out), 2);
	assert_string_equal(out, "b\na\n");
	assert_int_equal(log_order_reverse("", 0, out), 0);
	memset(out, 0, sizeof(out));
	assert_int_equal(log_order_reverse(mixed, strlen(mixed), out), 4);
	assert_string_equal(out, "1 a\n2 b\n3 a x\n4 b x\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_traces),
		cmocka_unit_test(by_times),
		cmocka_unit_test(hosts_may_be_mixed),
		cmocka_unit_test(lists_before_a_log),
		cmocka_unit_test(in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
