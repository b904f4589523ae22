// SPDX-License-Identifier: GPL-3.0-or-later
/* Facts are set here, not read: what no tree of files can have. */
#include "base/array.h"
#include "base/test.h"

#include <string.h>

#include "readiness/evidence.h"

#define GIB (UINT64_C(1) << 30)

static struct fact_number seen(int64_t v)
{
	return (struct fact_number){SEEN_YES, v};
}

/* A machine whose kdump is right. */
static struct facts *right(TALLOC_CTX *ctx)
{
	struct facts *f = talloc_zero(ctx, struct facts);
	struct root_files *root;

	assert_int_equal(root_files_open(f, NULL, &root, NULL), 0);
	f->root = root;
	f->release = "6.1.0-1-amd64";
	f->machine = "x86_64";
	f->cmdline = "crashkernel=512M";
	f->memory = 16 * GIB;
	f->dump_now = GIB;
	f->crashkernel = crashkernel_read(f->cmdline, f->memory);
	f->crash_size = seen(GIB / 2);
	f->crash_loaded = seen(1);
	f->service = SERVICE_KDUMP_TOOLS;
	f->service_settings = settings_shell(f, "USE_KDUMP=1");
	f->installed = true;
	f->target = f->target_what = "/var/crash";
	f->target_space = seen((int64_t)(100 * GIB));
	f->dump_level = seen(31);
	for (size_t i = 0; i < SYSCTLS; i++)
		f->sysctls[i].now = seen(1);
	f->watchdogs_seen = seen(0);
	f->post_notifiers = (struct fact_text){SEEN_YES, "N"};
	f->pstore_backend.seen = SEEN_YES;
	return f;
}

/* The status of one row, by its id; "" if it does not apply. */
static struct opinion judge_row(const struct facts *f, const char *id)
{
	for (const struct judge_row *const *t = judge_tables; *t; t++)
		for (const struct judge_row *row = *t; row->id; row++) {
			struct opinion o = {
				.ctx = talloc_parent(f), .row = row, .status = OPINION_NONE};

			if (strcmp(row->id, id) != 0)
				continue;
			row->judge(f, &o);
			return o;
		}
	fail_msg("no row is named %s", id);
	return (struct opinion){0};
}

static void is(const struct facts *f, const char *id, enum opinion_status status)
{
	struct opinion o = judge_row(f, id);

	if (o.status != status)
		fail_msg("%s: %d, not %d: %s", id, o.status, status, o.value ? o.value : "-");
}

static void room_for_the_dump(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct facts *f = right(ctx);

	(void)state;
	is(f, "kdump-space", OPINION_OK);
	f->target_space = seen((int64_t)(GIB / 2));
	is(f, "kdump-space", OPINION_CRITICAL);
	f->dump_now = GIB / 4;
	is(f, "kdump-space", OPINION_OK);
	f->dump_level = seen(0); /* nothing is left out */
	is(f, "kdump-space", OPINION_CRITICAL);
	f->dump_level = seen(31);
	f->service = SERVICE_SUSE;
	f->service_settings = settings_shell(f, "KDUMP_FREE_DISK_SIZE=300");
	is(f, "kdump-space", OPINION_CRITICAL);
	f->target_space.seen = SEEN_DENIED;
	is(f, "kdump-space", OPINION_UNKNOWN);
	f->target_remote = true;
	is(f, "kdump-space", OPINION_NONE);
	talloc_free(ctx);
}

static void size_of_the_reservation(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct facts *f = right(ctx);

	(void)state;
	is(f, "reservation-size", OPINION_UNKNOWN);
	f->need = (struct need_of){.machine = "x86_64",
		.kernel_loaded = 60 << 20,
		.modules = 20 << 20,
		.initrd_file = 30 << 20,
		.kernel_file = 10 << 20};
	is(f, "reservation-size", OPINION_OK);
	f->crash_size = seen(170 << 20);
	is(f, "reservation-size", OPINION_WARNING);
	f->crash_size = seen(100 << 20);
	is(f, "reservation-size", OPINION_CRITICAL);
	f->crash_size = seen(255 << 20); /* enough, but less than the distribution reserves */
	is(f, "reservation-size", OPINION_OK);
	f->service = SERVICE_KDUMPCTL;
	is(f, "reservation-size", OPINION_WARNING);
	talloc_free(ctx);
}

static void what_only_root_sees(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct facts *f = right(ctx);

	(void)state;
	f->pstore_records.seen = SEEN_DENIED;
	is(f, "pstore-records", OPINION_UNKNOWN);
	f->boot_config.seen = SEEN_DENIED;
	is(f, "reservation-next-boot", OPINION_UNKNOWN);
	f->last_dump.seen = SEEN_DENIED;
	is(f, "kdump-test", OPINION_UNKNOWN);
	f->sysctl_denied = true;
	is(f, "sysctl-persistence", OPINION_UNKNOWN);
	talloc_free(ctx);
}

static void the_last_test_gets_old(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct facts *f = right(ctx);

	(void)state;
	f->test_status = "success";
	f->test_time = seen(1800000000);
	f->now = 1800000000 + 86400;
	is(f, "kdump-test", OPINION_OK);
	f->now = 1800000000 + INT64_C(300) * 86400;
	is(f, "kdump-test", OPINION_WARNING);
	f->now = 0;
	is(f, "kdump-test", OPINION_OK);
	f->newer = "/etc/kdump.conf";
	f->newer_time = seen(1800000001);
	is(f, "kdump-test", OPINION_WARNING);
	f->test_status = "fail";
	is(f, "kdump-test", OPINION_WARNING);
	talloc_free(ctx);
}

static void firmware_takes_the_dump(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct facts *f = right(ctx);

	(void)state;
	f->crash_loaded = seen(0);
	f->crash_size = seen(0);
	f->fadump_enabled = seen(1);
	f->fadump_registered = seen(1);
	is(f, "reservation", OPINION_OK);
	is(f, "kdump-loaded", OPINION_OK);
	f->fadump_registered = seen(0);
	is(f, "kdump-loaded", OPINION_CRITICAL);
	talloc_free(ctx);
}

/* ---- the table ------------------------------------------------------------------------------ */

static void cell_is(const struct facts *f, enum death d, enum channel c, enum outcome want)
{
	struct evidence_table table;

	evidence_judge(f, NULL, 0, &table);
	if (table.cells[d][c].outcome != want)
		fail_msg("%s in %s: %s, not %s: %s", evidence_death(d), evidence_channel(c),
			evidence_outcome(table.cells[d][c].outcome), evidence_outcome(want),
			table.cells[d][c].reason);
	assert_non_null(table.cells[d][c].reason);
}

static void a_dump_needs_a_panic(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct facts *f = right(ctx);

	(void)state;
	for (unsigned d = 0; d < DEATH_POWER_LOSS; d++)
		cell_is(f, d, CHANNEL_KDUMP, OUTCOME_LIKELY);
	cell_is(f, DEATH_POWER_LOSS, CHANNEL_KDUMP, OUTCOME_NO);
	f->last_dump = seen(1800000000);
	cell_is(f, DEATH_PANIC, CHANNEL_KDUMP, OUTCOME_YES);
	f->sysctls[SYSCTL_PANIC_ON_OOPS].now = seen(0);
	cell_is(f, DEATH_OOPS, CHANNEL_KDUMP, OUTCOME_NO);
	f->sysctls[SYSCTL_SOFTLOCKUP_PANIC].now.seen = SEEN_UNKNOWN;
	cell_is(f, DEATH_SOFT_LOCKUP, CHANNEL_KDUMP, OUTCOME_UNKNOWN);
	f->sysctls[SYSCTL_NMI_WATCHDOG].now = seen(0);
	cell_is(f, DEATH_HARD_LOCKUP, CHANNEL_KDUMP, OUTCOME_NO);
	f->crash_loaded = seen(0);
	cell_is(f, DEATH_PANIC, CHANNEL_KDUMP, OUTCOME_NO);
	f->crash_loaded.seen = SEEN_UNKNOWN;
	cell_is(f, DEATH_PANIC, CHANNEL_KDUMP, OUTCOME_UNKNOWN);
	talloc_free(ctx);
}

static void the_capture_kernel_comes_before_pstore(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct facts *f = right(ctx);

	(void)state;
	cell_is(f, DEATH_PANIC, CHANNEL_PSTORE, OUTCOME_NO);
	f->pstore_backend.text = "efi_pstore";
	cell_is(f, DEATH_PANIC, CHANNEL_PSTORE, OUTCOME_NO);
	f->post_notifiers = (struct fact_text){SEEN_YES, "Y"};
	cell_is(f, DEATH_PANIC, CHANNEL_PSTORE, OUTCOME_YES);
	f->post_notifiers.text = "N";
	f->crash_loaded = seen(0);
	cell_is(f, DEATH_PANIC, CHANNEL_PSTORE, OUTCOME_YES);
	f->pstore_backend.text = "ramoops";
	cell_is(f, DEATH_OOPS, CHANNEL_PSTORE, OUTCOME_LIKELY);
	f->sysctls[SYSCTL_HUNG_TASK_PANIC].now = seen(0);
	cell_is(f, DEATH_HUNG_TASK, CHANNEL_PSTORE, OUTCOME_NO);
	f->pstore_backend.seen = SEEN_DENIED;
	f->pstore_backend.text = NULL;
	cell_is(f, DEATH_OOPS, CHANNEL_PSTORE, OUTCOME_UNKNOWN);
	talloc_free(ctx);
}

static void a_watchdog_can_make_a_hang_a_panic(void **state)
{
	struct fact_watchdog w = {.name = "watchdog0", .active = true, .timeout = {SEEN_YES, 30}};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct facts *f = right(ctx);

	(void)state;
	f->watchdogs = &w;
	f->n_watchdogs = 1;
	f->sysctls[SYSCTL_NMI_WATCHDOG].now = seen(0);
	cell_is(f, DEATH_HARD_LOCKUP, CHANNEL_WATCHDOG, OUTCOME_LIKELY);
	cell_is(f, DEATH_HARD_LOCKUP, CHANNEL_KDUMP, OUTCOME_NO);
	w.governor = "panic";
	w.pretimeout = seen(5);
	cell_is(f, DEATH_HARD_LOCKUP, CHANNEL_KDUMP, OUTCOME_LIKELY);
	is(f, "watchdog", OPINION_OK);
	w.active = false;
	is(f, "watchdog", OPINION_WARNING);
	w.software = true;
	is(f, "watchdog", OPINION_OK);
	cell_is(f, DEATH_HARD_LOCKUP, CHANNEL_WATCHDOG, OUTCOME_NO);
	talloc_free(ctx);
}

static void consoles_filter(void **state)
{
	struct fact_console serial = {"ttyS0", true, true, {SEEN_YES, 115200}};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct facts *f = right(ctx);

	(void)state;
	cell_is(f, DEATH_PANIC, CHANNEL_SERIAL, OUTCOME_UNKNOWN);
	f->consoles = &serial;
	f->n_consoles = 1;
	f->sysctls[SYSCTL_PRINTK].now = seen(7);
	cell_is(f, DEATH_HUNG_TASK, CHANNEL_SERIAL, OUTCOME_LIKELY);
	is(f, "console-level", OPINION_OK);
	f->sysctls[SYSCTL_PRINTK].now = seen(3);
	cell_is(f, DEATH_HUNG_TASK, CHANNEL_SERIAL, OUTCOME_NO);
	cell_is(f, DEATH_PANIC, CHANNEL_SERIAL, OUTCOME_LIKELY);
	is(f, "console-level", OPINION_WARNING);
	is(f, "serial-console", OPINION_OK);
	serial.speed.v = 9600;
	is(f, "serial-console", OPINION_WARNING);
	talloc_free(ctx);
}

static void rows_are_whole(void **state)
{
	(void)state;
	for (const struct judge_row *const *t = judge_tables; *t; t++)
		for (const struct judge_row *row = *t; row->id; row++) {
			assert_true(row->group && row->expected && row->why && row->judge);
			for (const struct judge_row *const *u = judge_tables; *u; u++)
				for (const struct judge_row *other = *u; other->id; other++)
					assert_true(
						other == row || strcmp(other->id, row->id) != 0);
		}
}

/* This machine is what it is: the result must be whole, and readable in all formats. */
static void this_machine(void **state)
{
	static const char *const formats[] = {
		VMT_FORMAT_TEXT, VMT_FORMAT_JSON, VMT_FORMAT_PROMETHEUS, VMT_FORMAT_NAGIOS};
	struct vmt_write_options wo = VMT_WRITE_OPTIONS_INIT;
	struct vmt_check *c;
	struct vmt_err err;

	(void)state;
	assert_int_equal(vmt_check_make(NULL, &c, &err), 0);
	assert_true(c->n_findings > 0 && c->exit_status <= 3 && c->summary && c->status);
	wo.verbose = true;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		FILE *out = fopen("/dev/null", "we");

		assert_int_equal(vmt_check_write(c, formats[i], &wo, out, &err), 0);
		fclose(out);
	}
	assert_int_equal(vmt_check_write(c, "no-format", NULL, stdout, &err), VMT_ERR_USAGE);
	vmt_check_free(c);
	vmt_check_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(room_for_the_dump),
		cmocka_unit_test(size_of_the_reservation),
		cmocka_unit_test(what_only_root_sees),
		cmocka_unit_test(the_last_test_gets_old),
		cmocka_unit_test(firmware_takes_the_dump),
		cmocka_unit_test(a_dump_needs_a_panic),
		cmocka_unit_test(the_capture_kernel_comes_before_pstore),
		cmocka_unit_test(a_watchdog_can_make_a_hang_a_panic),
		cmocka_unit_test(consoles_filter),
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
