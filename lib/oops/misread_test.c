// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "oops/misread.h"
#include "oops/parse_text.h"

static void digits_are_put_back(void **state)
{
	static const struct {
		const char *line, *want; /* NULL: nothing is changed */
	} rows[] = {
		{"RIP: 0010:gizmo_poll+0xlI/0x2Oo [gizmo]",
			"RIP: 0010:gizmo_poll+0x11/0x200 [gizmo]"},
		{"gizmo_poll+Ox1c/Ox90", "gizmo_poll+0x1c/0x90"},
		{"gizmo_poll+0x8a/0xdO [gizmo]", "gizmo_poll+0x8a/0xd0 [gizmo]"},
		{"address: OOOOOOOOOOOOOOOO", "address: 0000000000000000"},
		{"CR2: 0000000000000l3o CR3: 0000000Ol0a2c000",
			"CR2: 0000000000000130 CR3: 0000000010a2c000"},
		{"CPU: l PID: 4O1 Comm: lol Not tainted", "CPU: 1 PID: 401 Comm: lol Not tainted"},
		{"Oops: OOO2 [#l] SMP", "Oops: 0002 [#1] SMP"},
		{"Comm: swapper/lO", "Comm: swapper/10"},
		{"INFO: task jbd2/sdaI-8:2lO blocked for more than l20 seconds.",
			"INFO: task jbd2/sdaI-8:210 blocked for more than 120 seconds."},
		{"BUG: soft lockup - CPU#l stuck for 22s! [cp:4O1]",
			"BUG: soft lockup - CPU#1 stuck for 22s! [cp:401]"},
		{"RIP: OOlO:gizmo_poll+0x11/0x200", "RIP: 0010:gizmo_poll+0x11/0x200"},
		{"tty:lO] is ready", NULL},
		{"EIP: 0060:[<c0lO3f2a>] EFLAGS: OOOl0246 CPU: O",
			"EIP: 0060:[<c0103f2a>] EFLAGS: 00010246 CPU: 0"},
		{"eax: 0000000l   ebx: OOOOOOOO   CR2: 0000001o",
			"eax: 00000001   ebx: 00000000   CR2: 00000010"},
		{"pc : [<c0lO3f2a>]    r9 : 0000000l  *pde = OOOOOOOO",
			"pc : [<c0103f2a>]    r9 : 00000001  *pde = 00000000"},
		{"NULL pointer dereference at virtual address 0000OOlc",
			"NULL pointer dereference at virtual address 0000001c"},
		/* words, and names that have a number's letters */
		{"CPU: 1 PID: 412 Comm: decode01 Tainted: G", NULL},
		{"RIP: fold+0x10/0x40 [decode01]", NULL},
		{" local001+0x10/0x40 [codec001]", NULL},
		{"Modules linked in: decode01(OE) local001 codec001", NULL},
		{"Hardware name: Cool0001 local001, BIOS 1.0", NULL},
		{"INFO: task decode01:210 blocked for more than 120 seconds.", NULL},
		{"CPU: Intel PID: none Comm: IO", NULL},
		{"coalface ool_0x1 lo: link is down", NULL},
		{"RIP: 0010:gizmo_poll+0x11/0x200 [gizmo]", NULL},
		{"", NULL},
	};
	char out[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t len = strlen(rows[i].line);
		bool any = oops_misread_mend(rows[i].line, len, out);

		if (any != (rows[i].want != NULL) || (any && memcmp(out, rows[i].want, len) != 0))
			fail_msg("%s: %.*s", rows[i].line, any ? (int)len : 0, out);
	}
}

static void underscores_are_put_back(void **state)
{
	static const struct {
		const char *line, *want; /* NULL: nothing is changed */
	} rows[] = {
		{" do sys_open+0x1f/0x40", " do_sys_open+0x1f/0x40"},
		{"RIP: 0010:gizmo clean rx+0x11/0x20 [gizmo]",
			"RIP: 0010:gizmo_clean_rx+0x11/0x20 [gizmo]"},
		{" [<ffffffff81234567>] ? gizmo clean+0x1/0x20",
			" [<ffffffff81234567>] ? gizmo_clean+0x1/0x20"},
		{" do_sys_open+0x1f/0x40", NULL},
		{"PC is at gizmo_clean+0x1/0x20", NULL},
		{"calling  gizmo_init+0x0/0x20 [gizmo] @ 12", NULL},
		{"caller gizmo_map+0x1/0x20 mapping multiple BARs", NULL},
		{"CPU: 3 gizmo clean+0x1/0x20", NULL},
		{"(gizmo clean+0x1/0x20)", NULL},
		{"gizmo clean+0x1 of 4", NULL},
		{" +0x1/0x20", NULL},
	};
	char out[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t len = strlen(rows[i].line);
		bool any = oops_misread_name(rows[i].line, len, out);

		if (any != (rows[i].want != NULL) || (any && memcmp(out, rows[i].want, len) != 0))
			fail_msg("%s: %.*s", rows[i].line, any ? (int)len : 0, out);
	}
}

/* The brackets of a module's name were not seen. */
static void modules_without_brackets(void **state)
{
	struct oops_log *log =
		parse_text("BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
			   "RIP: 0010:gizmo_isr+0x17/0x90 gizmo\n"
			   "Call Trace:\n"
			   " gizmo_poll+0x1/0x20 gizmo]\n"
			   " net_rx_action+0x1/0x20 x\n"
			   " gizmo_down+0x1/0x20 is late\n");
	const struct oops_event *ev = log->events[0];

	(void)state;
	assert_string_equal(ev->ip.module, "gizmo");
	assert_string_equal(ev->traces[0].frames[0].module, "gizmo");
	assert_null(ev->traces[0].frames[1].module);
	assert_null(ev->traces[0].frames[2].module);
	/* Nothing proves the names. */
	assert_null(ev->corrupted);
	talloc_free(log);
	log = parse_text("BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
			 "RIP: 0010:gizmo isr+0x17/0x90 [gizmo]\n"
			 "Call Trace:\n"
			 " gizmo_poll+0x1/0x20 [gizmo]\n");
	assert_string_equal(log->events[0]->ip.function, "gizmo_isr");
	assert_non_null(log->events[0]->corrupted);
	talloc_free(log);
}

/* Each of these lines shows that some of its characters were lost. */
static void garbled_reports(void **state)
{
	static const struct {
		const char *line;
		bool garbled;
	} rows[] = {
		{"RAX: 0000000000000000 RBX: ffff888012345678 RCX: 0000000000000000", false},
		{"RAX: 000000000000000 RBX: ffff888012345678 RCX: 0000000000000000", true},
		{"RAX: 0000000000000000 RBX: fffff888012345678 RCX: 0000000000000000", true},
		{"x29: ffff800012345678 x28: ffff80001234567 x27: 0000000000000000", true},
		{"RAX: 0000000000000000 RBX: ffff8880123456", false},
		{" gizmo_poll+0x1/0x20", false},
		{" gizmo_poll+0x81/0x20", true},
		{" gizmo_po%l+0x1/0x20 [gizmo]", true},
		{" <TASK>", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = talloc_asprintf(NULL,
			"BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
			"RIP: 0010:gizmo_isr+0x17/0x90 [gizmo]\n%s\nCall Trace:\n"
			" gizmo_irq+0x1/0x20 [gizmo]\n%s\n",
			i < 5 ? rows[i].line : "", i < 5 ? "" : rows[i].line);
		struct oops_log *log = parse_text(text);

		if (rows[i].garbled != (log->events[0]->corrupted != NULL))
			fail_msg("%s", rows[i].line);
		talloc_free(log);
		talloc_free(text);
	}
}

static void a_typed_report(void **state)
{
	struct oops_log *log = parse_text(
		"BUG: unable to handle kernel NULL pointer dereference at OOOOOOO000000lO8\n"
		"IP: [<ffffffffa02ObOl7>] gizmo_isr+0xI7/0x9O [gizmo]\n"
		"Oops: OO02 [#l] SMP\n"
		"CPU: 2 PID: O Comm: swapper/2 Not tainted 3.16.0-4-amd64 #1\n");
	const struct oops_event *ev = log->events[0];

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_int_equal(ev->address.v, 0x108);
	assert_string_equal(ev->ip.function, "gizmo_isr");
	assert_string_equal(ev->ip.module, "gizmo");
	assert_int_equal(ev->ip.offset, 0x17);
	assert_int_equal(ev->error_code.v, 2);
	assert_true(ev->pid.known);
	assert_int_equal(ev->pid.v, 0);
	talloc_free(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_are_put_back),
		cmocka_unit_test(underscores_are_put_back),
		cmocka_unit_test(modules_without_brackets),
		cmocka_unit_test(garbled_reports),
		cmocka_unit_test(a_typed_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
