// SPDX-License-Identifier: GPL-3.0-or-later
/* Folders as kdump services leave them, with logs for dumps: which files are one event. */
#include "base/test.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/walk.h"
#include "base/array.h"
#include "base/caps.h"
#include "base/err.h"

#define BOOT "[    0.000000] Linux version 6.1.0-56-amd64 (x@y) (gcc 12) #1 SMP Debian 6.1.192-2\n"
#define COMMAND "[    0.000000] Command line: root=/dev/sda1 ro crashkernel=256M\n"
#define OOPS(function)                                                                             \
	"[  100.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"         \
	"[  100.000001] #PF: supervisor write access in kernel mode\n"                             \
	"[  100.000002] #PF: error_code(0x0002) - not-present page\n"                              \
	"[  100.000003] Oops: 0002 [#1] PREEMPT SMP NOPTI\n"                                       \
	"[  100.000004] CPU: 0 PID: 7 Comm: test Not tainted 6.1.0-56-amd64 #1  Debian "           \
	"6.1.192-2\n"                                                                              \
	"[  100.000005] RIP: 0010:" function "+0x1f/0x50\n"                                        \
	"[  100.000006] Call Trace:\n"                                                             \
	"[  100.000007]  <TASK>\n"                                                                 \
	"[  100.000008]  " function "_caller+0x3e/0x70\n"                                          \
	"[  100.000009]  do_syscall_64+0x55/0xb0\n"                                                \
	"[  100.000010]  </TASK>\n"                                                                \
	"[  100.000011] CR2: 0000000000000008\n"

static char dir[64];
static const struct walk_progress no_progress;

static void put(const char *name, const char *text, time_t mtime)
{
	const struct timespec times[2] = {{mtime, 0}, {mtime, 0}};
	char path[256], *slash;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	for (slash = path + strlen(dir) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		mkdir(path, 0755);
	}
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/vmtriage-list-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static struct vmt_list *list_of(const char *const *paths, size_t n)
{
	struct vmt_list *list;
	struct vmt_err err;

	assert_int_equal(vmt_list_crashes(NULL, paths, n, &list, &err), 0);
	return list;
}

static struct vmt_list *list_dir(void)
{
	const char *const paths[] = {dir};

	return list_of(paths, 1);
}

/* Path below dir. */
static const char *name_of(const struct vmt_list *list, size_t i)
{
	assert_in_range(i, 0, list->n - 1);
	return list->entries[i].path + strlen(dir) + 1;
}

static void newest_is_first(void **state)
{
	struct vmt_list *list;

	(void)state;
	put("b/vmcore-dmesg.txt", BOOT OOPS("b_fn"), 2000);
	put("a/vmcore-dmesg.txt", BOOT OOPS("a_fn"), 1000);
	put("c/x/y.log", BOOT OOPS("c_fn"), 3000);
	put("d/vmcore-dmesg.txt", BOOT OOPS("d_fn"), 2000);
	list = list_dir();
	assert_int_equal(list->n, 4);
	assert_string_equal(name_of(list, 0), "c/x/y.log");
	assert_string_equal(name_of(list, 1), "b/vmcore-dmesg.txt"); /* same time: by path */
	assert_string_equal(name_of(list, 2), "d/vmcore-dmesg.txt");
	assert_string_equal(name_of(list, 3), "a/vmcore-dmesg.txt");
	assert_string_equal(list->entries[0].report->verdict.kind, "null-deref");
	assert_string_equal(list->entries[0].report->verdict.function, "c_fn");
	vmt_list_free(list);
}

static void what_is_no_crash_is_passed_over(void **state)
{
	struct vmt_list *list;

	(void)state;
	put("1/vmcore-dmesg.txt", BOOT COMMAND OOPS("a_fn"), 1);
	put("1/kexec-dmesg.log",
		BOOT "[    0.000000] Command line: irqpoll nr_cpus=1 elfcorehdr=0x1e000000\n" OOPS(
			"capture_fn"),
		2);
	put("1/README.txt", "Kernel crashdump\n----------------\n", 2);
	put("1/empty", "", 2);
	put("1/picture", "\x89PNG\r\n\x1a\n\x01\x02\x03\x04\x05\x06\x07", 2);
	put("2/quiet.log", BOOT COMMAND, 2);
	list = list_dir();
	assert_int_equal(list->n, 1);
	assert_string_equal(name_of(list, 0), "1/vmcore-dmesg.txt");
	vmt_list_free(list);
}

static void logs_of_one_crash_are_one(void **state)
{
	struct vmt_list *list;

	(void)state;
	put("1/dmesg-efi-1", BOOT COMMAND OOPS("a_fn"), 1);
	put("1/dmesg.txt", BOOT COMMAND OOPS("a_fn"), 2);
	put("1/other.txt", BOOT COMMAND OOPS("b_fn"), 2);
	list = list_dir();
	assert_int_equal(list->n, 2);
	assert_string_equal(name_of(list, 0), "1/other.txt");
	assert_string_equal(name_of(list, 1), "1/dmesg-efi-1");
	vmt_list_free(list);
}

/* A serial console's log continues into the capture kernel; its crash is the first kernel's. */
static void a_console_log_is_kept(void **state)
{
	struct vmt_list *list;

	(void)state;
	put("console.log",
		BOOT COMMAND OOPS("a_fn") BOOT
		"[    0.000000] Command line: irqpoll elfcorehdr=0x1e000000\n",
		1);
	list = list_dir();
	assert_int_equal(list->n, 1);
	assert_non_null(list->entries[0].report);
	vmt_list_free(list);
}

static void a_log_serves_for_a_broken_dump(void **state)
{
	struct vmt_list *list;

	(void)state;
	put("1/vmcore-incomplete", "KDUMP   \x06", 2);
	list = list_dir();
	assert_int_equal(list->n, 1);
	assert_non_null(list->entries[0].error);
	vmt_list_free(list);
	put("1/vmcore-dmesg-incomplete.txt", BOOT OOPS("a_fn"), 2);
	list = list_dir();
	assert_int_equal(list->n, 1);
	assert_string_equal(name_of(list, 0), "1/vmcore-dmesg-incomplete.txt");
	vmt_list_free(list);
}

static void named_files_have_a_line_whatever_they_are(void **state)
{
	char quiet[128], empty[128], none[128];
	const char *const paths[] = {quiet, empty, none, quiet};
	struct vmt_list *list;

	(void)state;
	put("quiet.log", BOOT COMMAND, 3);
	put("empty", "", 2);
	snprintf(quiet, sizeof(quiet), "%s/quiet.log", dir);
	snprintf(empty, sizeof(empty), "%s/empty", dir);
	snprintf(none, sizeof(none), "%s/none", dir);
	list = list_of(paths, 4);
	assert_int_equal(list->n, 3);
	assert_string_equal(name_of(list, 0), "quiet.log");
	assert_null(list->entries[0].report->verdict.kind);
	assert_int_equal(list->entries[1].error->code, VMT_ERR_FORMAT);
	assert_int_equal(list->entries[2].error->code, VMT_ERR_IO);
	vmt_list_free(list);
}

/* Like any other file: it gets a row if it has a crash, cannot be read, or was named. */
static void an_apport_report_is_a_file_like_others(void **state)
{
	char path[128];
	const char *const named[] = {path};
	struct vmt_list *list;

	(void)state;
	snprintf(path, sizeof(path), "%s/linux-image.crash", dir);
	put("linux-image.crash",
		"ProblemType: KernelCrash\nVmCoreDmesg: base64\n H4sIAAAAAAAC/w==\n /////w==\n", 1);
	list = list_dir();
	assert_int_equal(list->n, 1);
	assert_int_equal(list->entries[0].error->code, VMT_ERR_CORRUPT);
	vmt_list_free(list);
	put("linux-image.crash",
		"ProblemType: KernelOops\nOopsText:\n [   10.0] nothing to see here\n", 1);
	list = list_dir();
	assert_int_equal(list->n, 0);
	vmt_list_free(list);
	list = list_of(named, 1);
	assert_int_equal(list->n, 1);
	assert_null(list->entries[0].error);
	assert_null(list->entries[0].report->verdict.kind);
	vmt_list_free(list);
	put("linux-image.crash",
		"ProblemType: KernelOops\nOopsText:\n BUG: kernel NULL pointer dereference, "
		"address: "
		"0000000000000008\n RIP: 0010:a_fn+0x1/0x10\nUname: Linux\n",
		1);
	list = list_dir();
	assert_int_equal(list->n, 1);
	assert_string_equal(list->entries[0].report->verdict.function, "a_fn");
	vmt_list_free(list);
}

/* The same log once more is none. */
static void each_death_of_a_log_has_a_line(void **state)
{
	struct vmt_list *list;

	(void)state;
	put("serial.log", BOOT OOPS("a_fn") BOOT OOPS("b_fn") BOOT OOPS("c_fn"), 7);
	put("tail.log", BOOT OOPS("c_fn"), 6);
	list = list_dir();
	assert_int_equal(list->n, 3);
	for (size_t i = 0; i < list->n; i++)
		assert_int_equal(list->entries[i].report->n_deaths, list->n);
	assert_string_equal(list->entries[0].report->verdict.function, "c_fn");
	assert_int_equal(list->entries[0].report->death.v, 3);
	assert_string_equal(list->entries[2].report->verdict.function, "a_fn");
	assert_int_equal(list->entries[2].report->death.v, 1);
	assert_string_equal(list->entries[2].time_source, "file");
	vmt_list_free(list);
}

static void names_of_folders_tell_the_time(void **state)
{
	struct vmt_list *list;

	(void)state;
	put("db-127.0.0.1-2026-11-07-04:41:00/vmcore-dmesg.txt", BOOT OOPS("a_fn"), 9);
	put("202611202325/dmesg.202611202325", BOOT OOPS("b_fn"), 8);
	list = list_dir();
	assert_int_equal(list->n, 2);
	assert_string_equal(list->entries[0].report->verdict.function, "b_fn");
	assert_string_equal(list->entries[0].time_source, "folder");
	assert_string_equal(list->entries[1].report->crash.time_text, "2026-11-07-04:41:00");
	assert_false(list->entries[1].report->crash.time.known);
	vmt_list_free(list);
}

/* The same crash, where the clock since boot is exact. */
#define PRECISE(ts)                                                                                \
	"[  " ts "] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"             \
	"[  " ts "] RIP: 0010:a_fn+0x1f/0x50\n"                                                    \
	"[  " ts "] Call Trace:\n"                                                                 \
	"[  " ts "]  a_fn_caller+0x3e/0x70\n"                                                      \
	"[  " ts "] Kernel panic - not syncing: Fatal exception\n"

static void files_of_one_event_have_one_entry(void **state)
{
	struct vmt_options opts = VMT_OPTIONS_INIT;
	const char *const paths[] = {dir};
	struct vmt_list *list;

	(void)state;
	put("hostname", "db1\n", 1);
	put("crash/127.0.0.1-2026-11-07-04:41:00/vmcore-dmesg.txt", BOOT PRECISE("500.123456"), 9);
	put("console/log", BOOT PRECISE("400.654321") BOOT PRECISE("500.123456"), 8);
	put("syslog/log", "2026-11-07T04:40:01.000000+00:00 db1 kernel: " PRECISE("500.123456"), 7);
	list = list_dir();
	assert_int_equal(list->n, 2);
	assert_string_equal(
		name_of(list, 0), "crash/127.0.0.1-2026-11-07-04:41:00/vmcore-dmesg.txt");
	assert_string_equal(list->entries[0].host, "db1");
	assert_int_equal(list->entries[0].n_sources, 2);
	assert_string_equal(list->entries[0].sources[0].kind, "log");
	assert_true(list->entries[0].utc); /* as syslog has it */
	assert_string_equal(name_of(list, 1), "console/log");
	assert_int_equal(list->entries[1].report->death.v, 1);
	assert_int_equal(list->n_same, 1); /* the console's log has a line */
	vmt_list_free(list);
	opts.no_join = true;
	assert_int_equal(vmt_list_crashes(&opts, paths, 1, &list, NULL), 0);
	assert_int_equal(list->n, 4);
	for (size_t i = 0; i < list->n; i++)
		assert_int_equal(list->entries[i].n_sources, 0);
	vmt_list_free(list);
}

/* What a list shows is the same; the rest is not kept. */
static void a_brief_list_shows_the_same(void **state)
{
	struct vmt_options opts = VMT_OPTIONS_INIT;
	const char *const paths[] = {dir};
	struct vmt_list_options lo = {sizeof(lo), .format = "json"};
	struct vmt_list *full, *brief;
	char *text[2] = {NULL, NULL};
	size_t len;

	(void)state;
	put("a/vmcore-dmesg.txt", BOOT COMMAND OOPS("a_fn"), 1);
	put("b/log", BOOT OOPS("b_fn") BOOT OOPS("c_fn"), 2);
	full = list_dir();
	opts.brief = true;
	assert_int_equal(vmt_list_crashes(&opts, paths, 1, &brief, NULL), 0);
	for (size_t i = 0; i < 2; i++) {
		FILE *f = open_memstream(&text[i], &len);

		assert_int_equal(vmt_list_write(i ? brief : full, &lo, f, NULL), 0);
		fclose(f);
	}
	assert_string_equal(text[0], text[1]);
	assert_true(full->entries[0].report->n_frames > 0);
	assert_int_equal(brief->entries[0].report->n_frames, 0);
	free(text[0]);
	free(text[1]);
	vmt_list_free(full);
	vmt_list_free(brief);
}

static char *report_json(const struct vmt_report *r)
{
	struct vmt_report plain = *r;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	plain.stats = (struct vmt_stats){0};
	assert_int_equal(vmt_report_write(&plain, VMT_FORMAT_JSON, NULL, f, NULL), 0);
	fclose(f);
	return text;
}

/* Of one reading, but as if each death were triaged alone. */
static void deaths_are_as_if_alone(void **state)
{
	char path[128];
	struct vmt_options opts = VMT_OPTIONS_INIT;
	struct vmt_reports *all;
	struct vmt_report *alone;
	struct vmt_file file;

	(void)state;
	put("log",
		BOOT OOPS("a_fn") "** 7 printk messages dropped **\n" BOOT COMMAND OOPS("b_fn")
			BOOT OOPS("c_fn"),
		1);
	snprintf(path, sizeof(path), "%s/log", dir);
	file = vmt_file_path(path);
	assert_int_equal(vmt_triage_deaths(NULL, &file, 1, 2, &all, NULL), 0);
	assert_int_equal(all->n, 2);
	vmt_reports_free(all);
	assert_int_equal(vmt_triage_deaths(NULL, &file, 1, 9, &all, NULL), 0);
	assert_int_equal(all->n, 3);
	for (size_t i = 0; i < all->n; i++) {
		char *a, *b;

		opts.death = 3 - i;
		assert_int_equal(vmt_triage_files(&opts, &file, 1, &alone, NULL), 0);
		a = report_json(alone);
		b = report_json(all->reports[i]);
		assert_string_equal(a, b);
		assert_non_null(strstr(a, "log-gaps"));
		free(a);
		free(b);
		vmt_report_free(alone);
	}
	vmt_reports_free(all);
}

static void links_go_round_once(void **state)
{
	char from[128];
	struct walk w;
	const char *const paths[] = {dir};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	put("a/file", "x", 1);
	snprintf(from, sizeof(from), "%s/a/loop", dir);
	assert_int_equal(symlink("..", from), 0);
	snprintf(from, sizeof(from), "%s/latest", dir);
	assert_int_equal(symlink("a", from), 0);
	snprintf(from, sizeof(from), "%s/nowhere", dir);
	assert_int_equal(symlink("gone", from), 0);
	assert_int_equal(walk_paths(ctx, paths, 1, &no_progress, &w, NULL), 0);
	assert_int_equal(w.n, 1);
	assert_string_equal(w.files[0].path + strlen(dir), "/a/file");
	talloc_free(ctx);
}

/* The kernel's file systems have no end, and files that are never read to their end. */
static void the_kernels_file_systems_are_left_out(void **state)
{
	static const char *const links[][2] = {
		{"/proc", "proc"}, {"/proc/kmsg", "kmsg"}, {"/sys", "sys"}};
	const char *paths[] = {dir};
	TALLOC_CTX *ctx = talloc_new(NULL);
	char from[128];
	struct walk w;

	(void)state;
	put("file", "x", 1);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		snprintf(from, sizeof(from), "%s/%s", dir, links[i][1]);
		assert_int_equal(symlink(links[i][0], from), 0);
	}
	assert_int_equal(walk_paths(ctx, paths, 1, &no_progress, &w, NULL), 0);
	assert_int_equal(w.n, 1);
	assert_int_equal(w.n_skipped, 3);
	paths[0] = "/proc";
	assert_int_equal(walk_paths(ctx, paths, 1, &no_progress, &w, NULL), 0);
	assert_int_equal(w.n, 1);
	assert_int_equal(w.files[0].error->code, VMT_ERR_FORMAT);
	talloc_free(ctx);
}

static void other_file_systems_are_left_alone(void **state)
{
	char from[128];
	struct stat here, there;
	struct walk w;
	const char *const paths[] = {dir};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	put("file", "x", 1);
	assert_int_equal(stat(dir, &here), 0);
	if (stat("/dev/shm", &there) || here.st_dev == there.st_dev)
		skip();
	snprintf(from, sizeof(from), "%s/shm", dir);
	assert_int_equal(symlink("/dev/shm", from), 0);
	assert_int_equal(walk_paths(ctx, paths, 1, &no_progress, &w, NULL), 0);
	assert_int_equal(w.n, 2);
	assert_string_equal(w.files[1].path, from);
	assert_int_equal(w.files[1].error->code, VMT_ERR_LIMIT);
	talloc_free(ctx);
}

static void depth_has_a_cap_that_is_told(void **state)
{
	char name[128] = "";
	struct walk w;
	const char *const paths[] = {dir};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	for (unsigned i = 0; i < CAP_WALK_DEPTH; i++)
		strcat(name, "d/");
	strcat(name, "file");
	put(name, "x", 1);
	assert_int_equal(walk_paths(ctx, paths, 1, &no_progress, &w, NULL), 0);
	assert_int_equal(w.n, 1);
	assert_int_equal(w.files[0].error->code, VMT_ERR_LIMIT);
	talloc_free(ctx);
}

/* Appends a member to a tar file. */
static void put_member(FILE *f, const char *name, const char *text, unsigned mtime)
{
	size_t len = strlen(text);
	char block[512] = "";
	unsigned sum = 0;

	snprintf(block, 100, "%s", name);
	snprintf(block + 100, 8, "0000644");
	snprintf(block + 124, 12, "%011o", (unsigned)len);
	snprintf(block + 136, 12, "%011o", mtime);
	memset(block + 148, ' ', 8);
	block[156] = '0';
	memcpy(block + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof(block); i++)
		sum += (unsigned char)block[i];
	snprintf(block + 148, 8, "%06o", sum);
	fwrite(block, 1, sizeof(block), f);
	fwrite(text, 1, len, f);
	memset(block, 0, sizeof(block));
	fwrite(block, 1, (sizeof(block) - len % sizeof(block)) % sizeof(block), f);
}

/* In each of two folders a few crashes more than half of what is read; the newest are in a. */
static void only_the_newest_of_an_archive_are_read(void **state)
{
	const struct vmt_options opts = {.struct_size = sizeof(opts), .one_death = true};
	const size_t half = CAP_NEWEST_CRASHES / 2 + 5;
	char path[128], name[64], text[] = BOOT OOPS("fn_0000");
	const char *const paths[] = {path};
	struct vmt_list *list;
	size_t n_errors = 0, n_newest = 0;
	struct vmt_err err;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/a.tar", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	for (unsigned i = 0; i < 2 * half; i++) {
		snprintf(name, sizeof(name), "%c/%04u.log", i < half ? 'a' : 'b', i);
		for (char *at = text; (at = strstr(at, "fn_")); at += 7)
			memcpy(at + 3, name + 2, 4);
		put_member(f, name, text, 5000 - i);
	}
	fwrite((char[1024]){0}, 1, 1024, f);
	fclose(f);
	assert_int_equal(vmt_list_crashes(&opts, paths, 1, &list, &err), 0);
	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_list_entry *e = &list->entries[i];

		n_newest += strstr(e->path, ":a/0000.log") != NULL;
		n_errors += e->error != NULL;
		if (e->error)
			assert_non_null(strstr(e->error->message, " 10 files"));
		else
			assert_null(strstr(e->path, ":b/2057.log"));
	}
	assert_int_equal(n_errors, 1);
	assert_int_equal(n_newest, 1);
	vmt_list_free(list);
}

#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(newest_is_first),
		IN_DIR(what_is_no_crash_is_passed_over),
		IN_DIR(logs_of_one_crash_are_one),
		IN_DIR(a_console_log_is_kept),
		IN_DIR(a_log_serves_for_a_broken_dump),
		IN_DIR(named_files_have_a_line_whatever_they_are),
		IN_DIR(an_apport_report_is_a_file_like_others),
		IN_DIR(each_death_of_a_log_has_a_line),
		IN_DIR(names_of_folders_tell_the_time),
		IN_DIR(files_of_one_event_have_one_entry),
		IN_DIR(a_brief_list_shows_the_same),
		IN_DIR(deaths_are_as_if_alone),
		IN_DIR(links_go_round_once),
		IN_DIR(the_kernels_file_systems_are_left_out),
		IN_DIR(other_file_systems_are_left_alone),
		IN_DIR(depth_has_a_cap_that_is_told),
		IN_DIR(only_the_newest_of_an_archive_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
