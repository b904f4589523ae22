// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "archive/history.h"
#include "archive/history_schema.h"
#include "archive/list_group.h"

/*
 * The same tests for each kind of database: where the history is. server: an address of PostgreSQL,
 * which scripts/with-postgresql sets; NULL: SQLite.
 */
static char folder[64], file[512];
static const char *server;

/* In the server's database, whether there is a history or not. */
static void command(const char *sql)
{
	struct history_db *db;
	struct vmt_err err;
	TALLOC_CTX *own = talloc_new(NULL);

	if (history_postgresql_open(own, server, true, &db, &err) ||
		db->ops->run(db, sql, "test", &err))
		fail_msg("%s", err.message);
	talloc_free(own);
}

static int make(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/vmtriage-history.XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/state/vmtriage/history.db", folder);
	if (server) {
		command("DROP SCHEMA IF EXISTS vmtriage CASCADE");
		snprintf(file, sizeof(file), "%s", server);
	}
	return 0;
}

static int clean(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
	return 0;
}

#define SECOND INT64_C(1000000000)
#define DAY (86400 * SECOND)

static struct vmt_module driver = {.name = "vhba", .version = "7.3.1"};

/* A crash of vhba on host a, day days after the first, at an uptime that is its own. */
static struct vmt_report crash(int day)
{
	return (struct vmt_report){
		.input = {.path = "/var/crash/vmcore", .format = "kdump"},
		.level = VMT_LEVEL_CORE,
		.kernel = {.release = "6.1.0-55"},
		.machine = {.hostname = "a"},
		.crash = {.time = {true, 1700000000 * SECOND + day * DAY},
			.uptime = {true, 1000 * SECOND + day * 1000}},
		.verdict = {.kind = "null-deref", .function = "vhba_complete", .module = "vhba"},
		.modules = &driver,
		.n_modules = 1,
		.signature = {.algorithm = "t1", .coarse = "c1", .fine = "f1"},
	};
}

static struct vmt_history *open_history(void)
{
	struct vmt_history *h;
	struct vmt_err err;

	if (vmt_history_open(file, 0, &h, &err))
		fail_msg("%s", err.message);
	return h;
}

static void add(struct vmt_history *h, const struct vmt_report *r)
{
	struct vmt_err err;

	if (vmt_history_add(h, &r, 1, &err))
		fail_msg("%s", err.message);
}

static size_t count(struct vmt_history *h)
{
	struct vmt_list *list;
	size_t n;

	assert_int_equal(vmt_history_list(h, &list, NULL), 0);
	n = list->n;
	vmt_list_free(list);
	return n;
}

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
	talloc_free(ctx);
	vmt_history_close(h);
}

#define WRITERS 4
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

static void set(const char *sql)
{
	struct vmt_history *h = open_history();

	assert_int_equal(h->db->ops->run(h->db, sql, "test", NULL), 0);
	vmt_history_close(h);
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

static void set_schema(const char *server_sql, const char *sqlite_sql)
{
	set(server ? server_sql : sqlite_sql);
}

/* The file of a version that did not have the table. */
static void an_older_one_is_read_and_brought_up_to_date(void **state)
{
	struct vmt_history *h = open_history();
	struct vmt_report r = crash(0);

	(void)state;
	add(h, &r);
	vmt_history_close(h);
	set("DROP TABLE done; DROP INDEX crash_newest");
	set_schema("UPDATE history SET schema = 1", "PRAGMA user_version = 1");
	assert_int_equal(vmt_history_open(file, VMT_HISTORY_READ, &h, NULL), 0);
	assert_int_equal(count(h), 1);
	vmt_history_close(h);
	h = open_history();
	assert_int_equal(count(h), 1);
	assert_false(done(h, "mail", "x", VMT_DONE_NOTE));
	vmt_history_close(h);
}

/* ---- many at once ------------------------------------------------------------------------ */

#define MANY 400

static const char *const many_hosts[] = {"a", "b", "c\xff", NULL};
static const char *const many_coarse[] = {"c1", "c2", "c3", NULL};

/* Crashes of which some are the same, in files that know different things of it. */
static struct vmt_report *make_many(TALLOC_CTX *own)
{
	struct vmt_report *all = talloc_zero_array(own, struct vmt_report, MANY);
	unsigned seed = 1;

	for (size_t i = 0; i < MANY; i++) {
		unsigned r = seed = seed * 1103515245 + 12345;

		all[i] = crash((int)(r >> 16) % 60);
		all[i].machine.hostname = many_hosts[(r >> 4) % 4];
		all[i].signature.coarse = many_coarse[(r >> 8) % 4];
		all[i].crash.time.known = (r >> 11) % 3;
		all[i].crash.uptime.known = (r >> 13) % 3;
		all[i].level = (r >> 15) % 2 ? VMT_LEVEL_LOG : VMT_LEVEL_CORE;
		all[i].verdict.headline = "tab\tline\nreturn\rback\\slash \\N \x80";
		all[i].input.path = talloc_asprintf(own, "/var/crash/%zu", i);
	}
	return all;
}

static int collect(void *arg, const void *data, size_t len)
{
	char **all = arg;

	*all = talloc_strndup_append_buffer(*all, data, len);
	return *all ? 0 : -1;
}

/* All rows, with what a list can show of them. */
static char *dump(TALLOC_CTX *own, struct vmt_history *h, struct vmt_list_options options)
{
	char *all = talloc_strdup(own, "");
	struct vmt_list *list;

	options.struct_size = sizeof(options);
	assert_int_equal(vmt_history_list(h, &list, NULL), 0);
	assert_int_equal(vmt_list_write_to(list, &options, collect, &all, NULL), 0);
	vmt_list_free(list);
	return all;
}

static struct vmt_history *sqlite_beside(void)
{
	char path[128];
	struct vmt_history *h;

	snprintf(path, sizeof(path), "%s/beside.db", folder);
	assert_int_equal(vmt_history_open(path, 0, &h, NULL), 0);
	return h;
}

/* Added in parts of any size, to a database of any kind, the rows are the same. */
static void many_at_once_are_as_one_by_one(void **state)
{
	static const size_t sizes[] = {1, 63, 64, 1, 200, MANY};
	TALLOC_CTX *own = talloc_new(NULL);
	struct vmt_report *all = make_many(own);
	struct vmt_history *h = open_history(), *beside = sqlite_beside();
	const struct vmt_report *pointers[MANY];
	const struct vmt_list_options questions[] = {{.format = "json"}, {.format = "csv"},
		{.format = "json", .group = true}, {.by = "kernel"}, {.by = "host"},
		{.by = "hour"}};
	struct vmt_err err;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		pointers[i] = &all[i];
		add(beside, &all[i]);
	}
	for (size_t at = 0, i = 0; at < MANY; at += sizes[i++]) {
		size_t n = sizes[i] < MANY - at ? sizes[i] : MANY - at;

		if (vmt_history_add(h, pointers + at, n, &err))
			fail_msg("%s", err.message);
	}
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		/* Only the server needs valid UTF-8; JSON shows both alike. */
		if (server && i && i != 2)
			continue;
		assert_string_equal(dump(own, h, questions[i]), dump(own, beside, questions[i]));
	}
	vmt_history_close(h);
	vmt_history_close(beside);
	talloc_free(own);
}

/* All or nothing, however many. */
static void several_load_at_once(void **state)
{
	TALLOC_CTX *own = talloc_new(NULL);
	struct vmt_report *all = make_many(own);
	const struct vmt_report *pointers[MANY];
	struct vmt_history *h;
	size_t n;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		pointers[i] = &all[i];
		all[i].crash.uptime = (struct vmt_time){true, 1000000 * (int64_t)i};
		all[i].crash.time = (struct vmt_time){true, 100 * SECOND * (int64_t)i};
		all[i].signature.coarse = "c1";
		all[i].machine.hostname = "a";
	}
	for (int w = 0; w < WRITERS; w++) {
		if (fork())
			continue;
		if (vmt_history_open(file, 0, &h, NULL))
			_exit(1);
		/* Each of them begins elsewhere, and loads all. */
		for (size_t i = 0; i < 4; i++)
			if (vmt_history_add(
				    h, pointers + (i + (size_t)w) % 4 * (MANY / 4), MANY / 4, NULL))
				_exit(2);
		vmt_history_close(h);
		_exit(0);
	}
	for (int w = 0; w < WRITERS; w++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	h = open_history();
	n = count(h);
	assert_int_equal(n, MANY);
	vmt_history_close(h);
	talloc_free(own);
}

/* ---- only of a server -------------------------------------------------------------------- */

static int open_code(const char *where, unsigned flags, struct vmt_err *err)
{
	struct vmt_history *h;
	int rc;

	memset(err, 0, sizeof(*err));
	rc = vmt_history_open(where, flags, &h, err);
	if (!rc)
		vmt_history_close(h);
	return rc;
}

static void a_servers_tables_that_are_not_ours_are_refused(void **state)
{
	struct vmt_err err;

	(void)state;
	set("UPDATE history SET schema = 1000");
	assert_int_equal(open_code(file, 0, &err), VMT_ERR_UNSUPPORTED);
	assert_non_null(strstr(err.message, "newer vmtriage (schema 1000"));
	assert_int_equal(open_code(file, VMT_HISTORY_READ, &err), VMT_ERR_UNSUPPORTED);
	command("UPDATE vmtriage.history SET schema = 2, application = 1");
	assert_int_equal(open_code(file, 0, &err), VMT_ERR_FORMAT);
	command("DROP TABLE vmtriage.history");
	assert_int_equal(open_code(file, 0, &err), VMT_ERR_FORMAT);
	command("DROP SCHEMA vmtriage CASCADE; CREATE SCHEMA vmtriage; "
		"CREATE TABLE vmtriage.history (x int)");
	assert_int_equal(open_code(file, 0, &err), VMT_ERR_CORRUPT);
}

static void an_empty_server_is_only_read(void **state)
{
	struct vmt_history *h;
	struct vmt_report r = crash(0);
	const struct vmt_report *one = &r;
	struct vmt_err err;

	(void)state;
	assert_int_equal(open_code(file, VMT_HISTORY_READ, &err), VMT_ERR_UNSUPPORTED);
	assert_non_null(strstr(err.message, "is empty"));
	vmt_history_close(open_history());
	assert_int_equal(vmt_history_open(file, VMT_HISTORY_READ, &h, NULL), 0);
	assert_int_equal(vmt_history_add(h, &one, 1, &err), VMT_ERR_IO);
	assert_int_equal(count(h), 0);
	vmt_history_close(h);
}

static void a_password_is_never_shown(void **state)
{
	const char *dir = strstr(server, "host=");
	char where[512];
	struct vmt_err err;

	(void)state;
	command("DROP ROLE IF EXISTS asked; CREATE ROLE asked LOGIN PASSWORD 'right'");
	command("GRANT ALL ON SCHEMA vmtriage TO asked");
	snprintf(where, sizeof(where), "postgresql://asked:s3cret@/postgres?%s", dir);
	assert_int_equal(open_code(where, 0, &err), VMT_ERR_IO);
	assert_non_null(strstr(err.message, "password authentication failed"));
	assert_non_null(strstr(err.message, "asked@/postgres: "));
	assert_null(strstr(err.message, "s3cret"));
	snprintf(where, sizeof(where), "postgres://asked@/postgres?%s&password=s3cret", dir);
	assert_int_equal(open_code(where, 0, &err), VMT_ERR_IO);
	assert_null(strstr(err.message, "s3cret"));
	snprintf(where, sizeof(where), "postgresql://asked:s3cret@[::1/postgres");
	assert_int_equal(open_code(where, 0, &err), VMT_ERR_USAGE);
	assert_null(strstr(err.message, "s3cret"));
	/* A host's name is part of what libpq says. */
	snprintf(where, sizeof(where), "postgresql://asked:s3cret@/postgres?host=/tmp/s3cret");
	assert_int_equal(open_code(where, 0, &err), VMT_ERR_IO);
	assert_null(strstr(err.message, "s3cret"));
	snprintf(where, sizeof(where), "postgresql://asked:right@/postgres?%s", dir);
	assert_int_equal(open_code(where, 0, &err), 0);
	command("DROP OWNED BY asked; DROP ROLE asked");
}

/* Takes connections, and is silent. */
static void a_silent_server_is_given_up(void **state)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char where[128];
	struct vmt_err err;

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	snprintf(where, sizeof(where), "postgresql://u@127.0.0.1:%d/d?connect_timeout=2",
		ntohs(a.sin_port));
	alarm(60);
	assert_int_equal(open_code(where, 0, &err), VMT_ERR_IO);
	assert_non_null(strstr(err.message, "timeout expired"));
	alarm(0);
	close(fd);
}

static void a_lost_connection_is_an_error(void **state)
{
	struct vmt_history *h = open_history();
	struct vmt_report r = crash(0);
	const struct vmt_report *one = &r;
	struct vmt_err err;

	(void)state;
	add(h, &r);
	command("DO $$ BEGIN PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
		" WHERE application_name = 'vmtriage' AND pid <> pg_backend_pid(); END $$");
	assert_int_equal(vmt_history_add(h, &one, 1, &err), VMT_ERR_IO);
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
		TEST(an_older_one_is_read_and_brought_up_to_date),                                 \
		TEST(many_at_once_are_as_one_by_one), TEST(several_load_at_once)
	const struct CMUnitTest sqlite_tests[] = {
		BOTH,
		TEST(is_only_for_its_owner),
		TEST(what_is_not_ours_is_refused),
		TEST(a_damaged_one_is_refused),
		TEST(only_reading_makes_nothing),
	};
	const struct CMUnitTest server_tests[] = {
		BOTH,
		TEST(a_servers_tables_that_are_not_ours_are_refused),
		TEST(an_empty_server_is_only_read),
		TEST(a_password_is_never_shown),
		TEST(a_silent_server_is_given_up),
		TEST(a_lost_connection_is_an_error),
	};

	server = getenv("VMT_TEST_POSTGRESQL");
	return server ? cmocka_run_group_tests(server_tests, NULL, NULL)
		      : cmocka_run_group_tests(sqlite_tests, NULL, NULL);
}
