// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <string.h>

#include "oops/rejoin.h"

#define STAMPED 1u

/* Lines of a text; "[1] " stands for a printk time. */
static struct oops_log *parse(const char *text, struct vmt_u64 *column)
{
	struct log_record rec = {0};
	struct oops_rejoin *rejoin;
	struct oops_hosts *hosts;
	struct oops_log *log;
	bool more;

	assert_int_equal(oops_hosts_new(NULL, &hosts, NULL), 0);
	assert_int_equal(oops_rejoin_new(hosts, hosts, true, &rejoin, NULL), 0);
	while (*text) {
		size_t len = strcspn(text, "\n");
		bool stamped = strncmp(text, "[1] ", 4) == 0;

		rec.line = rec.seq + 1;
		rec.wraps = stamped ? STAMPED : 0;
		rec.columns = (uint32_t)len;
		rec.text = text + (stamped ? 4 : 0);
		rec.len = len - (stamped ? 4 : 0);
		assert_int_equal(oops_rejoin_feed(rejoin, &rec), 0);
		rec.seq++;
		text += len + 1;
	}
	assert_int_equal(oops_rejoin_finish(rejoin, column), 0);
	assert_int_equal(oops_hosts_finish(hosts, NULL, &log, &more, NULL), 0);
	talloc_free(hosts);
	return log;
}

static void broken_between_words(void **state)
{
	struct vmt_u64 column;
	struct oops_log *log = parse("[1] BUG: kernel NULL pointer dereference, address:\n"
				     "0000000000000010\n"
				     "[1] CPU: 3 PID: 100 Comm: bridge Tainted: G           OE\n"
				     "5.4.0-98-generic #1\n"
				     "[1] RIP:\n"
				     "0010:i40e_setup_tx_descriptors+0x7/0xb0 [i40e]\n"
				     "[1] Call Trace:\n"
				     "[1]\x20\n"
				     "i40e_vsi_open+0x30/0x100\n"
				     "[i40e]\n",
		&column);
	const struct oops_event *ev = log->events[0];

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_true(ev->address.known);
	assert_int_equal(ev->address.v, 0x10);
	assert_string_equal(ev->release, "5.4.0-98-generic");
	assert_string_equal(ev->ip.function, "i40e_setup_tx_descriptors");
	assert_string_equal(ev->ip.module, "i40e");
	assert_string_equal(ev->traces[0].frames[0].module, "i40e");
	assert_true(column.known);
	talloc_free(log);
}

/* As a terminal of that many columns shows a text. */
static char *cut(const char *text, size_t columns)
{
	char *ret = talloc_strdup(NULL, "");

	while (*text) {
		size_t len = strcspn(text, "\n"), n = len < columns ? len : columns;

		ret = talloc_asprintf_append(ret, "%.*s\n", (int)n, text);
		text += n + (n == len);
	}
	return ret;
}

static void cut_at_a_column(void **state)
{
	struct vmt_u64 column;
	char *text =
		cut("[1] BUG: unable to handle page fault for address: 0000000000000010\n"
		    "[1] CPU: 3 PID: 100 Comm: bridge Tainted: G           OE      "
		    "5.4.0-98-generic #1\n"
		    "[1] RIP: 0010:i40e_setup_a_very_long_name_of_tx_descriptors+0x7/0xb0 [i40e]\n"
		    "[1] Call Trace:\n"
		    "[1]  i40e_vsi_open+0x30/0x100 [i40e]\n",
			56);
	struct oops_log *log = parse(text, &column);
	const struct oops_event *ev = log->events[0];

	(void)state;
	assert_int_equal(column.v, 56);
	assert_int_equal(ev->address.v, 0x10);
	assert_string_equal(ev->release, "5.4.0-98-generic");
	assert_string_equal(ev->ip.function, "i40e_setup_a_very_long_name_of_tx_descriptors");
	talloc_free(log);
	talloc_free(text);
}

/* A terminal cut one line in the middle of a name. One line proves no column. */
static void cut_in_a_name(void **state)
{
	struct vmt_u64 column;
	struct oops_log *log =
		parse("BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
		      "RIP: 0010:i40e_setup_tx_descri\n"
		      "ptors+0x7/0xb0 [i40e]\n"
		      "Call Trace:\n"
		      " i40e_vsi_open+0x30/0x100 [i40e]\n",
			&column);
	const struct oops_event *ev = log->events[0];

	(void)state;
	assert_string_equal(ev->ip.function, "i40e_setup_tx_descriptors");
	assert_int_equal(column.v, 30);
	talloc_free(log);
	/* A place that is whole, and one without a name, are followed by frames. */
	log = parse("BUG: unable to handle page fault for address: ffffffffc06b4f00\n"
		    "RIP: 0010:0xffffffffc06b4f00\n"
		    "netmap_ioctl+0x10/0x200 [netmap]\n",
		&column);
	assert_null(log->events[0]->ip.function);
	talloc_free(log);
}

static void whole_lines_stay(void **state)
{
	struct vmt_u64 column;
	struct oops_log *log =
		parse("BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
		      "RAX: 0000000000000000 RBX: 0000000000000000 RCX: 0000000000000000\n"
		      "RDX: 0000000000000000 RSI: 0000000000000000 RDI: 0000000000000000\n"
		      "Call Trace:\n"
		      "i40e_vsi_open+0x30/0x100 [i40e]\n"
		      "i40e_open+0x30/0x100 [i40e]\n",
			&column);

	(void)state;
	assert_false(column.known);
	assert_int_equal(log->events[0]->n_regs, 6);
	assert_int_equal(log->events[0]->traces[0].n_frames, 2);
	talloc_free(log);
}

/* To 4.14, x86 prints this line in two calls, and each gets a time where others print, too. */
static void printed_in_two(void **state)
{
	struct vmt_u64 column;
	struct oops_log *log = parse("[1] BUG: unable to handle kernel\n"
				     "[1] NULL pointer dereference at 0000000000000059\n"
				     "[1] IP: [<ffffffffc0620676>] f+0x196/0x410 [m]\n",
		&column);

	(void)state;
	assert_false(column.known);
	assert_int_equal(log->events[0]->kind->id, KIND_NULL_DEREF);
	assert_int_equal(log->events[0]->address.v, 0x59);
	talloc_free(log);
}

/* The lines of a picture end at a column, and nothing follows. */
static void chopped_at_a_column(void **state)
{
	struct vmt_u64 column;
	struct oops_log *log = parse("BUG: kernel NULL pointer dereference, address: 00000000\n"
				     "CPU: 3 PID: 100 Comm: bridge Tainted: G           OE   \n"
				     "RIP: 0010:i40e_setup_a_long_name_of_descriptors+0x7/0xb\n"
				     "Call Trace:\n"
				     " i40e_vsi_open+0x30/0x100 [i40e]\n"
				     " i40e_setup_another_long_name_of_descrs+0x7/0xb0 [i40e_\n",
		&column);

	(void)state;
	assert_non_null(log->events[0]->corrupted);
	talloc_free(log);
	/* Registers end at a column, too. */
	log = parse("BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
		    "RAX: 0000000000000000 RBX: 0000000000000000 RCX: 0000000000000000\n"
		    "RDX: 0000000000000000 RSI: 0000000000000000 RDI: 0000000000000000\n"
		    "RBP: 0000000000000000 R08: 0000000000000000 R09: 0000000000000000\n"
		    "Call Trace:\n"
		    " i40e_vsi_open+0x30/0x100 [i40e]\n",
		&column);
	assert_null(log->events[0]->corrupted);
	talloc_free(log);
}

/* Two consoles wrote each line of a report. A function that calls itself is no such thing. */
static void lines_written_twice(void **state)
{
	static const char *const lines[] = {
		"[1] BUG: kernel NULL pointer dereference, address: 0000000000000010",
		"[1] #PF: supervisor read access in kernel mode",
		"[1] CPU: 3 PID: 100 Comm: bridge Not tainted 5.4.0-98-generic #1",
		"[1] RIP: 0010:i40e_setup+0x7/0xb0 [i40e]",
		"[1] Call Trace:", "[1]  i40e_open+0x30/0x100 [i40e]",
		"[1]  i40e_vsi_up+0x30/0x100 [i40e]", "[1]  i40e_up+0x30/0x100 [i40e]",
		"[1]  do_open+0x30/0x100"};
	char *once = talloc_strdup(NULL, ""), *twice = talloc_strdup(NULL, "");
	struct vmt_u64 column;
	struct oops_log *log;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		bool recursive = i == 5;

		once = talloc_asprintf_append(once, "%s\n", lines[i]);
		if (recursive)
			once = talloc_asprintf_append(once, "%s\n", lines[i]);
		twice = talloc_asprintf_append(twice, "%s\n%s\n", lines[i], lines[i]);
	}
	log = parse(once, &column);
	assert_int_equal(log->events[0]->traces[0].n_frames, 5);
	talloc_free(log);
	log = parse(twice, &column);
	assert_int_equal(log->n_events, 1);
	assert_int_equal(log->events[0]->traces[0].n_frames, 4);
	assert_string_equal(log->events[0]->ip.function, "i40e_setup");
	talloc_free(log);
	talloc_free(once);
	talloc_free(twice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_between_words),
		cmocka_unit_test(cut_at_a_column),
		cmocka_unit_test(cut_in_a_name),
		cmocka_unit_test(whole_lines_stay),
		cmocka_unit_test(printed_in_two),
		cmocka_unit_test(lines_written_twice),
		cmocka_unit_test(chopped_at_a_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
