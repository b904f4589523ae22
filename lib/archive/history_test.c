// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "archive/list_group.h"
#include "archive/sample_history.h"

static void no_crash_is_no_row(void **state)
{
	struct vmt_history *h = open_history();

	(void)state;
	add(h, &(struct vmt_report){0});
	assert_int_equal(count(h), 0);
	vmt_history_close(h);
}

static void is_only_for_its_owner(void **state)
{
	struct stat st;

	(void)state;
	vmt_history_close(open_history());
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void what_goes_in_comes_out(void **state)
{
	struct vmt_history *h = open_history();
	struct vmt_report r = crash(0);
	struct vmt_list *list;

	(void)state;
	add(h, &r);
	vmt_history_close(h);
	h = open_history();
	assert_int_equal(vmt_history_list(h, &list, NULL), 0);
	assert_int_equal(list->n, 1);
	assert_string_equal(list->entries[0].path, "/var/crash/vmcore");
	assert_int_equal(list->entries[0].time.ns, r.crash.time.ns);
	assert_string_equal(list->entries[0].report->machine.hostname, "a");
	assert_string_equal(list->entries[0].host, "a");
	assert_true(list->entries[0].utc);
	assert_string_equal(list->entries[0].report->verdict.function, "vhba_complete");
	assert_string_equal(list_group_version(list->entries[0].report), "7.3.1");
	assert_int_equal(list->entries[0].report->crash.uptime.ns, 1000 * SECOND);
	assert_null(list->entries[0].report->machine.bios);
	vmt_list_free(list);
	vmt_history_close(h);
}

/* The dump, its dmesg without a date, its console of a host that is not named, all read twice. */
static void files_of_one_crash_are_one_row(void **state)
{
	struct vmt_history *h = open_history();
	struct vmt_report log = crash(0), console = crash(0), dump = crash(0);
	struct vmt_list *list;

	(void)state;
	log.level = console.level = VMT_LEVEL_LOG;
	log.input.path = "/var/crash/dmesg";
	log.crash.time.known = false;
	dump.crash.uptime.ns += 999; /* a log has microseconds */
	console.machine.hostname = NULL;
	console.crash.time.ns += 3600 * SECOND; /* the receiver's clock is wrong */
	for (int i = 0; i < 2; i++) {
		add(h, &log);
		add(h, &console);
		add(h, &dump);
	}
	assert_int_equal(vmt_history_list(h, &list, NULL), 0);
	assert_int_equal(list->n, 1);
	assert_string_equal(list->entries[0].path, "/var/crash/vmcore");
	assert_true(list->entries[0].time.known);
	vmt_list_free(list);
	vmt_history_close(h);
}

static void crashes_that_differ_are_rows_of_their_own(void **state)
{
	struct vmt_history *h = open_history();
	struct vmt_report other_host = crash(0), other_bug = crash(0), other_boot = crash(0);
	struct vmt_report undated = crash(0), undated_too = crash(0), r = crash(0);
	struct vmt_frame frame = {.function = "vhba_complete", .offset = {true, 0x28}};

	(void)state;
	add(h, &r);
	other_host.machine.hostname = "b";
	add(h, &other_host);
	other_bug.signature.coarse = "c2";
	add(h, &other_bug);
	other_boot.crash.uptime.ns += 1000; /* it crashes in each boot, at nearly the same time */
	other_boot.crash.time.ns += 60 * SECOND;
	add(h, &other_boot);
	assert_int_equal(count(h), 4);
	undated.crash.time.known = undated.crash.uptime.known = false;
	undated_too.crash.time.known = undated_too.crash.uptime.known = false;
	undated_too.frames = &frame;
	undated_too.n_frames = 1;
	add(h, &undated);
	add(h, &undated);
	add(h, &undated_too);
	/* The first may be a text of one of the dated crashes: nothing says that it is another. */
	assert_int_equal(count(h), 5);
	vmt_history_close(h);
}

static TALLOC_CTX *ctx;

static const struct vmt_seen *look_up(struct vmt_history *h, const struct vmt_report *r)
{
	struct vmt_report *copy = talloc_memdup(ctx, r, sizeof(*r));

	assert_int_equal(vmt_history_look_up(h, copy, NULL), 0);
	return copy->seen;
}

static void what_was_seen_is_counted(void **state)
{
	static struct vmt_module newer = {.name = "vhba", .version = "7.4.0"};
	struct vmt_history *h = open_history();
	struct vmt_report r, other = crash(9), last = crash(3);
	const struct vmt_seen *seen;

	(void)state;
	ctx = talloc_new(NULL);
	for (int day = 0; day < 3; day++) {
		r = crash(day);
		add(h, &r);
	}
	last.machine.hostname = "b";
	last.kernel.release = "6.1.0-56";
	last.modules = &newer;
	add(h, &last);
	other.signature.coarse = "c2";
	other.kernel.release = "6.1.0-57";
	add(h, &other);

	seen = look_up(h, &last);
	assert_non_null(seen);
	assert_int_equal(seen->count, 4);
	assert_int_equal(seen->hosts, 2);
	assert_int_equal(seen->last.ns - seen->first.ns, 3 * DAY);
	assert_int_equal(seen->n_kernels, 2);
	assert_string_equal(seen->kernels[0].name, "6.1.0-56");
	assert_int_equal(seen->kernels[0].count, 1);
	assert_string_equal(seen->kernels[1].name, "6.1.0-55");
	assert_int_equal(seen->kernels[1].count, 3);
	assert_int_equal(seen->n_versions, 2);
	assert_string_equal(seen->versions[1].name, "7.3.1");
	assert_int_equal(seen->n_others, 1);
	assert_string_equal(seen->others[0].name, "6.1.0-57");
	r = crash(20);
	r.signature.coarse = "never";
	assert_null(look_up(h, &r));

	/* Kernels that are not known are none that it was not seen on. */
	for (int day = 30; day < 32; day++) {
		r = crash(day);
		r.kernel.release = NULL;
		r.signature.coarse = day == 30 ? "c3" : "c4";
		add(h, &r);
	}
	r.signature.coarse = "c3";
	seen = look_up(h, &r);
	assert_non_null(seen);
	assert_int_equal(seen->n_kernels, 0);
	assert_int_equal(seen->n_others, 0);
	talloc_free(ctx);
	vmt_history_close(h);
}

#define EACH 25

static void several_write_at_once(void **state)
{
	pid_t pids[WRITERS];
	struct vmt_history *h;

	(void)state;
	for (int w = 0; w < WRITERS; w++) {
		pids[w] = fork();
		if (pids[w])
			continue;
		/* All of them may find no file, and a failure must not go on with other tests. */
		if (vmt_history_open(file, 0, &h, NULL))
			_exit(1);
		for (int i = 0; i < EACH; i++) {
			const struct vmt_report r = crash(w * EACH + i), *one = &r;

			if (vmt_history_add(h, &one, 1, NULL))
				_exit(2);
		}
		vmt_history_close(h);
		_exit(0);
	}
	for (int w = 0; w < WRITERS; w++) {
		int status;

		assert_int_equal(waitpid(pids[w], &status, 0), pids[w]);
		assert_int_equal(status, 0);
	}
	h = open_history();
	assert_int_equal(count(h), WRITERS * EACH);
	vmt_history_close(h);
}

/* ---- what is refused --------------------------------------------------------------------- */

static void *read_all(size_t *n)
{
	int fd = open(file, O_RDONLY);
	void *all = malloc(1 << 20);
	ssize_t got = read(fd, all, 1 << 20);

	assert_true(got >= 0);
	close(fd);
	*n = (size_t)got;
	return all;
}

static void write_all(const void *data, size_t n)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, data, n), n);
	close(fd);
}

/* Opening fails with this code, and the file stays as it is. */
static void assert_refused(int code)
{
	struct vmt_history *h;
	struct vmt_err err;
	size_t n, n_after;
	void *before = read_all(&n), *after;

	assert_int_equal(vmt_history_open(file, 0, &h, &err), code);
	assert_int_equal(vmt_history_open(file, VMT_HISTORY_READ, &h, &err), code);
	after = read_all(&n_after);
	assert_int_equal(n, n_after);
	assert_memory_equal(before, after, n);
	free(before);
	free(after);
}

static void what_is_not_ours_is_refused(void **state)
{
	(void)state;
	set("PRAGMA user_version = 1000");
	assert_refused(VMT_ERR_UNSUPPORTED);
	assert_int_equal(unlink(file), 0);
	set("PRAGMA application_id = 1");
	assert_refused(VMT_ERR_FORMAT);
	assert_int_equal(unlink(file), 0);
	set("CREATE VIEW v AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
	    " SELECT n FROM r");
	assert_refused(VMT_ERR_FORMAT);
	write_all("this is no database, but the notes of somebody", 46);
	assert_refused(VMT_ERR_CORRUPT);
}

static void a_damaged_one_is_refused(void **state)
{
	struct vmt_report r = crash(0);
	size_t n;
	char *all;
	struct vmt_history *h = open_history();

	(void)state;
	add(h, &r);
	vmt_history_close(h);
	all = read_all(&n);
	assert_true(n > 8192);
	memset(all + 100, 0xff, 200); /* the schema's own page */
	write_all(all, n);
	free(all);
	assert_refused(VMT_ERR_CORRUPT);
}

static void only_reading_makes_nothing(void **state)
{
	struct vmt_history *h;
	struct vmt_err err;
	struct stat st;

	(void)state;
	assert_int_equal(vmt_history_open(file, VMT_HISTORY_READ, &h, &err), VMT_ERR_IO);
	assert_int_equal(stat(file, &st), -1);
	vmt_history_close(open_history());
	assert_int_equal(vmt_history_open(file, VMT_HISTORY_READ, &h, &err), 0);
	assert_int_equal(count(h), 0);
	vmt_history_close(h);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(mkdir(file, 0700), 0);
	assert_int_not_equal(vmt_history_open(file, 0, &h, &err), 0);
}

static bool done(struct vmt_history *h, const char *deed, const char *subject, unsigned flags)
{
	struct vmt_err err;
	bool was = true;

	if (vmt_history_done(h, deed, subject, flags, &was, &err))
		fail_msg("%s", err.message);
	return was;
}

static bool done_for(struct vmt_history *h, const struct vmt_report *r, unsigned flags)
{
	struct vmt_err err;
	bool was = true;

	if (vmt_history_done_for(h, "mail", r, flags, &was, &err))
		fail_msg("%s", err.message);
	return was;
}

static void a_deed_is_done_once(void **state)
{
	struct vmt_history *h = open_history();

	(void)state;
	assert_false(done(h, "mail", "x", 0));
	assert_false(done(h, "mail", "x", VMT_DONE_NOTE));
	assert_true(done(h, "mail", "x", VMT_DONE_NOTE));
	assert_false(done(h, "mail", "y", 0));
	assert_false(done(h, "ticket", "x", 0));
	vmt_history_close(h);
	h = open_history();
	assert_true(done(h, "mail", "x", 0));
	vmt_history_close(h);
}

/* Whichever of its files is read; that it was listed before does not count. */
static void a_deed_is_done_for_a_crash(void **state)
{
	struct vmt_history *h = open_history();
	struct vmt_report dump = crash(0), log = crash(0), other = crash(1);

	(void)state;
	log.level = VMT_LEVEL_LOG;
	log.crash.time.known = false;
	add(h, &dump);
	assert_false(done_for(h, &dump, 0));
	assert_false(done_for(h, &log, VMT_DONE_NOTE));
	assert_true(done_for(h, &dump, VMT_DONE_NOTE));
	assert_false(done_for(h, &other, 0));
	assert_int_equal(count(h), 1);
	assert_false(done_for(h, &other, VMT_DONE_NOTE));
	assert_true(done_for(h, &other, 0));
	assert_int_equal(count(h), 2);
	vmt_history_close(h);
}

/* The file of a version that did not have the table. */
static void an_older_one_is_read_and_brought_up_to_date(void **state)
{
	struct vmt_history *h = open_history();
	struct vmt_report r = crash(0);

	(void)state;
	add(h, &r);
	vmt_history_close(h);
	set("DROP TABLE done; DROP INDEX crash_newest; DROP INDEX crash_host;"
	    "DROP INDEX crash_group;"
	    "DROP TABLE counted; DROP TABLE counted_host; DROP TABLE total");
	set_schema(1);
	assert_int_equal(vmt_history_open(file, VMT_HISTORY_READ, &h, NULL), 0);
	assert_int_equal(count(h), 1);
	vmt_history_close(h);
	h = open_history();
	assert_int_equal(count(h), 1);
	assert_false(done(h, "mail", "x", VMT_DONE_NOTE));
	vmt_history_close(h);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, clean)
#define BOTH                                                                                       \
	TEST(no_crash_is_no_row), TEST(what_goes_in_comes_out),                                    \
		TEST(files_of_one_crash_are_one_row),                                              \
		TEST(crashes_that_differ_are_rows_of_their_own), TEST(what_was_seen_is_counted),   \
		TEST(several_write_at_once), TEST(a_deed_is_done_once),                            \
		TEST(a_deed_is_done_for_a_crash),                                                  \
		TEST(an_older_one_is_read_and_brought_up_to_date)
	const struct CMUnitTest server_tests[] = {BOTH};
	const struct CMUnitTest sqlite_tests[] = {
		BOTH,
		TEST(is_only_for_its_owner),
		TEST(what_is_not_ours_is_refused),
		TEST(a_damaged_one_is_refused),
		TEST(only_reading_makes_nothing),
	};

	server = getenv("VMT_TEST_POSTGRESQL");
	return server ? cmocka_run_group_tests(server_tests, NULL, NULL)
		      : cmocka_run_group_tests(sqlite_tests, NULL, NULL);
}
