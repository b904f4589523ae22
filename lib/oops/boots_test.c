// SPDX-License-Identifier: GPL-3.0-or-later
/* Logs in which one boot follows another. */
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "log/log_text.h"
#include "oops/hosts.h"

#define BOOT "Linux version 6.1.0 (x@y) (gcc) #1 SMP second\n"
#define RAN "[ 9000.000001] eth0: link is up\n"

/* As a file is read, with the lines of programs. */
static struct oops_log *read_text(const char *text, size_t len)
{
	static const struct log_skim skim = {oops_hosts_idle, oops_hosts_ahead, oops_hosts_program};
	struct oops_hosts *hosts;
	struct log_text *lines;
	struct oops_log *log;
	bool more;

	assert_int_equal(oops_hosts_new(NULL, &hosts, NULL), 0);
	assert_int_equal(log_text_new(hosts, oops_hosts_feed, hosts, &skim, &lines, NULL), 0);
	assert_int_equal(log_text_feed(lines, text, len), 0);
	assert_int_equal(log_text_finish(lines), 0);
	assert_int_equal(oops_hosts_finish(hosts, NULL, &log, &more, NULL), 0);
	talloc_free(hosts);
	return log;
}

/* NULL: no report. */
static void check(const char *text, const char *kind)
{
	struct oops_log *log = read_text(text, strlen(text));

	if (log->n_events != (kind != NULL))
		fail_msg("%zu reports in \"%s\"", log->n_events, text);
	if (kind)
		assert_string_equal(log->events[0]->kind->slug, kind);
	talloc_free(log);
}

#define CRON "May 08 06:17:01 web CRON[15704]: session opened for user root\n"
#define UP "May 08 06:17:01 web kernel: [ 9000.000001] eth0: link is up\n"
#define NEXT "May 08 06:23:28 web kernel: " BOOT

static void resets(void **state)
{
	(void)state;
	check(RAN "[    0.000000] " BOOT, "unexpected-reboot");
	check(CRON "-- Boot 738694871ef64e248fa4a3d6dd03b762 --\n" NEXT, "unexpected-reboot");
	check(CRON "-- Reboot --\n" NEXT, "unexpected-reboot");
	check(CRON UP NEXT, "unexpected-reboot");
	/* Without programs' lines, a shutdown would not be seen. */
	check(UP "-- Reboot --\n" NEXT, NULL);
	check(UP NEXT, NULL);
	/* The log begins with the boot. */
	check(CRON NEXT, NULL);
}

static void shutdowns(void **state)
{
	static const char *const last[] = {
		"May 08 06:17:02 web systemd-logind[700]: System is rebooting.\n",
		"May 08 06:17:02 web systemd[1]: Reached target Reboot.\n",
		"May 08 06:17:02 web systemd-journald[300]: Journal stopped\n",
		"May 08 06:17:02 web shutdown[1234]: shutting down for system halt\n",
		"May 08 06:17:02 web kernel: [ 9001.000000] reboot: Restarting system\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(last); i++) {
		char *text = talloc_asprintf(NULL, CRON UP "%s-- Reboot --\n" NEXT, last[i]);

		check(text, NULL);
		talloc_free(text);
	}
	check(RAN "[ 9001.0] systemd-shutdown[1]: Syncing filesystems\n[    0.000000] " BOOT, NULL);
	/* Another system stopped under it. */
	check(RAN "(XEN) Panic on CPU 3:\n[    0.000000] " BOOT, NULL);
}

/* A file that lost its end: the block that was not yet written is NULs. */
static void torn_file(void **state)
{
	static const char first[] = "May 08 06:17:01 web kernel: eth0: link is up\n";
	char text[8192];
	struct oops_log *log;

	(void)state;
	for (size_t nuls = 8; nuls <= 4096; nuls *= 512) {
		size_t len = strlen(first) + nuls;

		memset(text, 0, sizeof(text));
		memcpy(text, first, strlen(first));
		memcpy(text + len, NEXT, strlen(NEXT));
		log = read_text(text, len + strlen(NEXT));
		assert_int_equal(log->n_events, nuls > 8);
		assert_true(log->boot->seen);
		talloc_free(log);
	}
}

static const struct oops_event *last(const struct oops_log *log)
{
	return log->events[log->n_events - 1];
}

static void device_trouble(void **state)
{
	struct oops_log *log;
	const char *text = "[ 9000.000001] nvme nvme1: I/O 852 QID 15 timeout, reset controller\n"
			   "[    0.000000] " BOOT;

	(void)state;
	log = read_text(text, strlen(text));
	assert_string_equal(last(log)->kind->slug, "unexpected-reboot");
	assert_string_equal(
		last(log)->trouble, "nvme nvme1: I/O 852 QID 15 timeout, reset controller");
	talloc_free(log);
	text = "[ 9000.000001] igc 0000:03:00.0 eth0: PCIe link lost, device now detached\n"
	       "[ 9000.500000] WARNING: CPU: 1 PID: 7 at a.c:1 igc_rd32+0x1/0x2 [igc]\n";
	log = read_text(text, strlen(text));
	assert_non_null(last(log)->trouble);
	talloc_free(log);
	/* long before */
	text = "[ 1000.000001] igc 0000:03:00.0 eth0: PCIe link lost, device now detached\n"
	       "[ 9000.500000] WARNING: CPU: 1 PID: 7 at a.c:1 igc_rd32+0x1/0x2 [igc]\n";
	log = read_text(text, strlen(text));
	assert_null(last(log)->trouble);
	talloc_free(log);
}

#define CAPTURE                                                                                    \
	"[    0.000000] Linux version 6.1.0 (x@y) (gcc) #1 SMP\n"                                  \
	"[    0.000000] Command line: nr_cpus=1 elfcorehdr=507252K\n"                              \
	"[    0.100000] Memory: 1000K/2048K available (12K kernel code)\n"                         \
	"[    0.100000] smp: Brought up 1 node, 1 CPU\n"

#define FIRST                                                                                      \
	"[    0.000000] Linux version 6.1.0 (x@y) (gcc) #1 SMP\n"                                  \
	"[    0.000000] Command line: quiet\n"                                                     \
	"[    0.100000] smp: Brought up 1 node, 64 CPUs\n"

static void check_lost(const char *text, uint64_t cpus, const char *command_line)
{
	struct oops_log *log = read_text(text, strlen(text));
	const struct oops_boot *boot;

	assert_int_equal(log->n_events, 1);
	assert_string_equal(log->events[0]->kind->slug, "reason-lost");
	assert_true(log->events[0]->fatal);
	boot = log->events[0]->boot;
	assert_int_equal(boot->cpus.v, cpus);
	assert_false(boot->memory_bytes.known);
	if (command_line)
		assert_string_equal(boot->command_line, command_line);
	else
		assert_null(boot->command_line);
	talloc_free(log);
}

static void capture_kernels(void **state)
{
	(void)state;
	check_lost(CAPTURE, 0, NULL);
	check_lost(FIRST CAPTURE, 64, "quiet");
	check_lost(FIRST RAN CAPTURE, 64, "quiet");
	check_lost(
		FIRST RAN CAPTURE "[    9.0] reboot: Restarting system\n" FIRST FIRST, 64, "quiet");
	check(FIRST "[    5.000000] Kernel panic - not syncing: Fatal\n" CAPTURE, "panic");
	/* the capture kernel itself crashed */
	check(FIRST RAN CAPTURE "[    5.000000] Kernel panic - not syncing: Fatal\n", "panic");
	check("[    0.000000] Linux version 6.1.0 (x@y) (gcc) #1 SMP\n"
	      "[    0.000000] Reserving 4KB of memory at 0xb1fff000 for elfcorehdr\n",
		"reason-lost");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resets),
		cmocka_unit_test(shutdowns),
		cmocka_unit_test(torn_file),
		cmocka_unit_test(device_trouble),
		cmocka_unit_test(capture_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
