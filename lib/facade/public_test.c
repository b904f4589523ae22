// SPDX-License-Identifier: GPL-3.0-or-later
/* The public functions without an err: they still return the code. */
#include "base/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmtriage.h"

static char root[] = "/tmp/vmtriage-public-XXXXXX";

static const char *put(const char *name, const void *data, size_t len)
{
	static char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	fclose(f);
	return path;
}

/* Every function that reads, with a path that it cannot read. */
static void refuses(const char *path, int code)
{
	struct vmt_shrink_result shrunk = VMT_SHRINK_RESULT_INIT;
	struct vmt_report *report;
	struct vmt_stacks *stacks;
	bool incomplete = true;
	const struct vmt_log_options opts = {
		.struct_size = sizeof(opts), .incomplete = &incomplete};
	char out[128];

	snprintf(out, sizeof(out), "%s/out", root);
	assert_int_equal(vmt_triage(NULL, &path, 1, &report, NULL), code);
	assert_int_equal(vmt_log_write(&opts, &path, 1, stdout, NULL), code);
	assert_false(incomplete);
	assert_int_equal(vmt_stacks_read(NULL, &path, 1, true, &stacks, NULL), code);
	assert_int_equal(vmt_shrink(NULL, &path, 1, out, &shrunk, NULL), code);
	assert_int_equal(access(out, F_OK), -1);
	assert_int_equal(vmt_shrink_write(NULL, &path, 1, stdout, &shrunk, NULL), code);
}

static void what_cannot_be_read(void **state)
{
	struct vmt_report *report;

	(void)state;
	refuses("/nowhere/at/all", VMT_ERR_IO);
	refuses(root, VMT_ERR_SEVERAL);
	refuses(put("empty", "", 0), VMT_ERR_FORMAT);
	refuses(put("random", "\x80\xff\x01\xfe\x90\xaa\xbb\xcc\xdd\xee", 10), VMT_ERR_FORMAT);
	assert_int_not_equal(
		vmt_triage(NULL, (const char *const[]){put("head", "KDUMP   \x06\0\0\0", 12)}, 1,
			&report, NULL),
		0);
	assert_int_equal(vmt_triage(NULL, NULL, 0, &report, NULL), VMT_ERR_USAGE);
}

/* Editors of Windows save the only line of a report like this. */
static void one_line_of_any_encoding(void **state)
{
	static const char panic[] = "Kernel panic - not syncing: Attempted to kill init!\n";
	char marked[sizeof(panic) + 2] = "\xef\xbb\xbf", wide[2 * sizeof(panic)] = "\xff\xfe";
	struct vmt_report *report;
	size_t n = sizeof(panic) - 1;
	const struct {
		const char *data;
		size_t len;
	} texts[] = {{panic, n}, {marked, 3 + n}, {wide, 2 + 2 * n}};

	(void)state;
	memcpy(marked + 3, panic, n);
	for (size_t i = 0; i < n; i++)
		wide[2 + 2 * i] = panic[i];
	for (size_t i = 0; i < 3; i++) {
		const char *path = put("panic", texts[i].data, texts[i].len);

		assert_int_equal(vmt_triage(NULL, &path, 1, &report, NULL), 0);
		if (!report->verdict.event.known)
			fail_msg("text %zu: no report", i);
		vmt_report_free(report);
	}
}

/* A host's lines may have its short and its long name, or none that is its own. */
static void an_excerpt_of_one_host(void **state)
{
	static const char text[] =
		"Nov 29 10:00:00 web7 kernel: [  9.000000] BUG: kernel NULL pointer dereference, "
		"address: 0000000000000008\n"
		"Nov 29 10:00:00 db2 kernel: [  7.000000] all is well\n"
		"Nov 29 10:00:00 web7.example.org kernel: [  9.000001] Oops: 0002 [#1] SMP\n"
		"Nov 29 10:00:00 localhost kernel: [  9.000002] RIP: 0010:gizmo+0x1f/0x50 [gizmo]\n"
		"Nov 29 10:00:00 web7 kernel: [  9.000003] ---[ end trace 0000000000000000 ]---\n";
	const char *path = put("hosts", text, sizeof(text) - 1);
	struct vmt_report *report;

	(void)state;
	assert_int_equal(vmt_triage(NULL, &path, 1, &report, NULL), 0);
	assert_int_equal(report->excerpt.n, 4);
	vmt_report_free(report);
}

/* The rest of a line that a mailer broke belongs to the report, also where that ends. */
static void an_excerpt_of_broken_lines(void **state)
{
	static const char text[] =
		"[  100.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
		"[  100.000001] #PF: supervisor write access in kernel mode\n"
		"[  100.000002] CPU: 3 PID: 12 Comm: x Not tainted 6.1.0-with-quite-a-long-name\n"
		"#1 Debian 6.1.1\n"
		"[  100.000003] RIP: 0010:gizmo_complete_with_a_name_that_is_long_enou+0x1f/0x50\n"
		"[gizmo]\n"
		"[  100.000004] Call Trace:\n"
		"[  100.000005]  gizmo_timer_with_a_name_that_is_long_enough_for_it+0x3e/0x70\n"
		"[gizmo]\n";
	const char *path = put("broken", text, sizeof(text) - 1);
	struct vmt_report *report;

	(void)state;
	assert_int_equal(vmt_triage(NULL, &path, 1, &report, NULL), 0);
	assert_int_equal(report->excerpt.n, 9);
	assert_string_equal(report->excerpt.lines[8], "[gizmo]");
	vmt_report_free(report);
}

/* Each line of such a record is a header of its own. */
static void an_excerpt_of_headers(void **state)
{
	static const char text[] =
		"[    5.000000] mce: [Hardware Error]: CPU 3: Machine Check Exception: 4 Bank 5: "
		"b200000080060001\n"
		"[    5.000001] mce: [Hardware Error]: TSC 2db9f8ee73\n"
		"[    5.000002] mce: [Hardware Error]: Machine check: Processor context corrupt\n"
		"[    5.000003] Kernel panic - not syncing: Fatal machine check\n";
	const char *path = put("mce", text, sizeof(text) - 1);
	struct vmt_report *report;

	(void)state;
	assert_int_equal(vmt_triage(NULL, &path, 1, &report, NULL), 0);
	assert_int_equal(report->excerpt.n, 3);
	vmt_report_free(report);
}

static void lists_and_groups(void **state)
{
	const char *const paths[] = {"/nowhere/at/all", root};
	const struct vmt_list_options bad = {sizeof(struct vmt_list_options), .format = "no such"};
	struct vmt_list *list;
	size_t group[2], n;

	(void)state;
	assert_int_equal(vmt_group_inputs(paths, 2, group, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_int_equal(vmt_list_crashes(NULL, paths, 1, &list, NULL), 0);
	assert_int_equal(list->n, 1);
	assert_int_equal(list->entries[0].error->code, VMT_ERR_IO);
	assert_int_equal(vmt_list_write(list, &bad, stdout, NULL), VMT_ERR_USAGE);
	vmt_list_free(list);
}

static void writers(void **state)
{
	static const char log[] = "[    1.000000] BUG: kernel NULL pointer dereference, "
				  "address: 0000000000000040\n";
	const char *path = put("log", log, sizeof(log) - 1);
	struct vmt_stacks stacks = {0};
	struct vmt_report *report;
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_int_equal(vmt_triage(NULL, &path, 1, &report, NULL), 0);
	assert_int_equal(vmt_report_write(report, "no such", NULL, stdout, NULL), VMT_ERR_USAGE);
	assert_int_equal(vmt_stacks_write(&stacks, "no such", NULL, stdout, NULL), VMT_ERR_USAGE);
	if (full) {
		setvbuf(full, NULL, _IONBF, 0);
		for (size_t i = 0; vmt_report_format(i); i++)
			assert_int_equal(
				vmt_report_write(report, vmt_report_format(i), NULL, full, NULL),
				VMT_ERR_IO);
		fclose(full);
	}
	vmt_report_free(report);
}

static int refuse(void *arg, const void *data, size_t len)
{
	(void)data;
	*(size_t *)arg += len;
	return ENOSPC;
}

static void comparisons(void **state)
{
	static const char log[] = "[    1.000000] BUG: kernel NULL pointer dereference, "
				  "address: 0000000000000040\n";
	const char *path = put("log", log, sizeof(log) - 1);
	struct vmt_comparisons *all;
	struct vmt_report *report;
	size_t n = 0;

	(void)state;
	assert_int_equal(vmt_triage(NULL, &path, 1, &report, NULL), 0);
	assert_int_equal(
		vmt_compare((const struct vmt_report *[]){report}, 1, &all, NULL), VMT_ERR_USAGE);
	assert_int_equal(
		vmt_compare((const struct vmt_report *[]){report, report, report}, 3, &all, NULL),
		0);
	assert_true(all->first == report);
	assert_int_equal(all->n, 2);
	assert_true(all->items[1].report == report);
	assert_string_equal(all->items[1].relation, VMT_RELATION_SAME_CRASH);
	assert_int_equal(vmt_comparisons_write(all, "no such", NULL, stdout, NULL), VMT_ERR_USAGE);
	assert_int_equal(
		vmt_comparisons_write_to(all, VMT_FORMAT_JSON, NULL, refuse, &n, NULL), VMT_ERR_IO);
	assert_true(n > 0);
	vmt_comparisons_free(all);
	vmt_comparisons_free(NULL);
	vmt_report_free(report);
}

/* A dump with missing pages, through all functions. */
static void a_dump_with_holes(void **state)
{
	const char *data = getenv("VMT_TESTDATA");
	char path[4096], out[128];
	const char *const paths[] = {path};
	struct vmt_shrink_result shrunk = VMT_SHRINK_RESULT_INIT;
	struct vmt_report *report;
	struct vmt_stacks *stacks;
	bool incomplete = true;
	const struct vmt_log_options opts = {
		.struct_size = sizeof(opts), .incomplete = &incomplete};
	FILE *null = fopen("/dev/null", "w");

	(void)state;
	assert_non_null(null);
	snprintf(path, sizeof(path), "%s/real/hung-task.vmcore", data);
	snprintf(out, sizeof(out), "%s/small", root);
	assert_int_equal(vmt_triage(NULL, paths, 1, &report, NULL), 0);
	vmt_report_free(report);
	assert_int_equal(vmt_log_write(&opts, paths, 1, null, NULL), 0);
	assert_int_equal(vmt_stacks_read(NULL, paths, 1, true, &stacks, NULL), 0);
	vmt_stacks_free(stacks);
	assert_int_equal(vmt_shrink(NULL, paths, 1, out, &shrunk, NULL), 0);
	assert_int_equal(vmt_shrink(NULL, paths, 1, out, &shrunk, NULL), VMT_ERR_USAGE);
	assert_int_equal(vmt_shrink(NULL, paths, 1, "/nowhere/small", &shrunk, NULL), VMT_ERR_IO);
	assert_int_equal(vmt_shrink_write(NULL, paths, 1, null, &shrunk, NULL), 0);
	assert_int_equal(vmt_check_output(NULL, paths, 1, path, NULL), VMT_ERR_USAGE);
	assert_int_equal(vmt_check_output(NULL, paths, 1, out, NULL), 0);
	fclose(null);
}

static void files_to_write_to(void **state)
{
	struct vmt_outfile *file;
	const char *path = put("there", "x", 1);

	(void)state;
	assert_int_equal(vmt_outfile_open("/nowhere/at/all", 0, &file, NULL), VMT_ERR_IO);
	assert_int_equal(vmt_outfile_open(path, VMT_OUTFILE_NEW, &file, NULL), VMT_ERR_USAGE);
	assert_int_equal(vmt_outfile_open(path, 0, &file, NULL), 0);
	assert_int_equal(unlink(vmt_outfile_temporary(file)), 0);
	assert_int_equal(vmt_outfile_commit(file, NULL), VMT_ERR_IO);
}

#define OOPS "[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000040\n"

/* A crash in the middle of a file, and two parts of one log in another. */
static void slices_of_a_file(void **state)
{
	static const char text[] = "no log " OOPS;
	static const char parts[] = "Panic#1 Part2\n[    0.5] first\nPanic#1 Part1\n" OOPS;
	FILE *f = fopen(put("log", text, sizeof(text) - 1), "r");
	FILE *g = fopen(put("parts", parts, sizeof(parts) - 1), "r");
	struct vmt_file files[] = {
		vmt_file_slice(fileno(g), 30, sizeof(parts) - 31, "new"),
		vmt_file_slice(fileno(g), 0, 30, "old"),
		vmt_file_slice(fileno(f), 7, SIZE_MAX, "crash"),
		vmt_file_slice(fileno(f), 10000, 1, "beyond"),
	};
	struct vmt_report *report;
	size_t group[4], n;

	(void)state;
	assert_int_equal(vmt_triage_files(NULL, &files[2], 1, &report, NULL), 0);
	assert_string_equal(report->verdict.kind, "null-deref");
	assert_string_equal(report->input.path, "crash");
	assert_int_equal(report->input.size.v, sizeof(OOPS) - 1);
	vmt_report_free(report);
	assert_int_equal(vmt_triage_files(NULL, &files[3], 1, &report, NULL), VMT_ERR_FORMAT);
	assert_int_equal(vmt_group_files(files, 4, group, &n, NULL), 0);
	assert_int_equal(n, 3);
	assert_int_equal(group[0], group[1]);
	assert_int_equal(vmt_triage_files(NULL, files, 2, &report, NULL), 0);
	assert_string_equal(report->verdict.kind, "null-deref");
	vmt_report_free(report);
	fclose(f);
	fclose(g);
}

static void places_of_crashes(void **state)
{
	struct vmt_options opts = VMT_OPTIONS_INIT;
	struct vmt_places *places;
	char dir[128];

	(void)state;
	opts.sysroot = root;
	snprintf(dir, sizeof(dir), "%s/etc", root);
	assert_int_equal(mkdir(dir, 0700), 0);
	put("etc/kdump.conf", "#path /a\npath /b\npath \"/c d/\" # last\npathx /e\n", 46);
	assert_int_equal(vmt_find_places(&opts, &places, NULL), 0);
	assert_int_equal(places->n, 0);
	assert_int_equal(places->n_missing, 5);
	assert_string_equal(places->missing[0] + strlen(root), "/c d");
	assert_string_equal(places->missing[1] + strlen(root), "/var/crash");
	vmt_places_free(places);
	/* A foreign root's configuration leads to nowhere else. */
	put("etc/kdump.conf", "path /../../etc\n", 16);
	assert_int_equal(vmt_find_places(&opts, &places, NULL), 0);
	assert_int_equal(places->n_missing, 4);
	vmt_places_free(places);
}

static int clean(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s/*", root);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_cannot_be_read, clean),
		cmocka_unit_test_teardown(one_line_of_any_encoding, clean),
		cmocka_unit_test_teardown(an_excerpt_of_one_host, clean),
		cmocka_unit_test_teardown(an_excerpt_of_broken_lines, clean),
		cmocka_unit_test_teardown(an_excerpt_of_headers, clean),
		cmocka_unit_test_teardown(lists_and_groups, clean),
		cmocka_unit_test_teardown(writers, clean),
		cmocka_unit_test_teardown(comparisons, clean),
		cmocka_unit_test_teardown(a_dump_with_holes, clean),
		cmocka_unit_test_teardown(files_to_write_to, clean),
		cmocka_unit_test_teardown(slices_of_a_file, clean),
		cmocka_unit_test_teardown(places_of_crashes, clean),
	};
	int rc;

	if (!mkdtemp(root))
		return 99;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(root);
	return rc;
}
