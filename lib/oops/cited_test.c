// SPDX-License-Identifier: GPL-3.0-or-later
/* Headers that somebody only speaks of. */
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "oops/parse_text.h"
#include "oops/cited.h"

/* Two lines. */
#define IN_PROSE                                                                                   \
	"It begins with `BUG: kernel NULL pointer dereference, address: 0000000000000000`.\n"      \
	"Then comes `Kernel panic - not syncing`, and the machine stops.\n"

static const char *const cited[] = {
	"printk(\"BUG: unable to handle kernel NULL pointer dereference at %p\\n\", p);\n",
	"\tpr_emerg(\"Kernel panic - not syncing: %s\\n\", buf);\n",
	"dmesg | grep -E \"Kernel panic - not syncing|BUG: soft lockup\"\n",
	"if grep -q 'kernel BUG at mm/slub.c:305!' /var/log/messages; then\n",
	"/* kernel BUG at mm/slub.c:305! */\n",
	IN_PROSE,
	"| general protection fault: 0000 [#1] SMP | a wild pointer |\n",
	"Kernel panic - not syncing: Attempted to kill init! | init died |\n",
	"pr_alert(BUG: scheduling while atomic: %s/%d/0x%08x)\n",
	"  watchdog: BUG: soft lockup - CPU#X stuck for Xs! [comm:pid]\n",
	"No more warnings here (\"INFO: task cp:11 blocked for more than 120 seconds\") so far.\n",
	"NETDEV WATCHDOG: eth%d: transmit queue %d timed out\n",
	"NETDEV WATCHDOG: cpu%d: transmit timed out\n",
	"INFO: task <name>:<pid> blocked for more than 120 seconds.\n",
	"We saw \xe2\x80\x9cKernel panic - not syncing: Fatal exception\xe2\x80\x9d once.\n",
};

static void what_is_cited_is_no_report(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cited); i++) {
		struct oops_log *log = parse_text(cited[i]);

		if (log->n_events)
			fail_msg("%s: %s", cited[i], log->events[0]->headline);
		talloc_free(log);
	}
}

/* What a report's own lines follow is a report, and so is a field of an exported table. */
static const char *const real[] = {
	"> \"BUG: kernel NULL pointer dereference, address: 0000000000000000\n"
	"CPU: 1 PID: 100 Comm: x Not tainted 6.1.0 #1\nRIP: 0010:gizmo+0x1/0x2\n",
	"\"2026-11-20\",\"web1\",\"Kernel panic - not syncing: Fatal exception\"\n",
	"\"Kernel panic - not syncing: Fatal exception\"\n",
	"| Kernel panic - not syncing: Fatal exception\n",
	"'BUG: kernel NULL pointer dereference, address: 0000000000000000\n"
	"Oops: 0000 [#1] SMP\n",
	"BUG: soft lockup - CPU#1 stuck for 22s! [100%disk:100]\n",
	"forcedeth 0000:00:14.0: NETDEV WATCHDOG: eth%d: transmit timed out\n",
};

static void a_report_in_quotes_is_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(real); i++) {
		struct oops_log *log = parse_text(real[i]);

		if (log->n_events != 1)
			fail_msg("%zu reports in %s", log->n_events, real[i]);
		talloc_free(log);
	}
}

static void words_of_a_sentence(void **state)
{
	static const struct {
		const char *line;
		bool want;
	} rows[] = {
		{"fix kernel BUG at mm/slub.c:1!", true},
		{"grep, kernel BUG at mm/slub.c:1!", true},
		{"kernel BUG at mm/slub.c:1!", false},
		{"[    1.0] kernel BUG at mm/slub.c:1!", false},
		{"web1 kernel: kernel BUG at mm/slub.c:1!", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *at = strstr(rows[i].line, "kernel BUG");

		if (oops_cited_in_sentence(rows[i].line, (size_t)(at - rows[i].line)) !=
			rows[i].want)
			fail_msg("%s", rows[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_cited_is_no_report),
		cmocka_unit_test(a_report_in_quotes_is_one),
		cmocka_unit_test(words_of_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
