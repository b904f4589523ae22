// SPDX-License-Identifier: GPL-3.0-or-later
/* Many crashes at once, what a history can be asked, and what only a server can do wrong. */
#include "base/array.h"
#include "base/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "archive/history_query.h"
#include "archive/history_schema.h"
#include "archive/sample_history.h"

/* ---- many at once ------------------------------------------------------------------------ */

#define MANY 400

static const char *const many_hosts[] = {"a", "b", "c\xff", NULL, "a_b", "axb", "a%b", "a\\b"};
static const char *const many_coarse[] = {"c1", "c2", "c3", NULL};
static const char *const many_modules[] = {"vhba", "vmlinux", NULL, "nvme"};
static struct vmt_module many_versions[] = {{.name = "vhba", .version = "7"}, {.name = "nvme"}};

/* Crashes of which some are the same, in files that know different things of it. */
static struct vmt_report *make_many(TALLOC_CTX *own)
{
	struct vmt_report *all = talloc_zero_array(own, struct vmt_report, MANY);
	unsigned seed = 1;

	for (size_t i = 0; i < MANY; i++) {
		unsigned r = seed = seed * 1103515245 + 12345;

		all[i] = crash((int)(r >> 16) % 60);
		all[i].machine.hostname = many_hosts[(r >> 4) % 8];
		all[i].machine.bios = (r >> 5) % 2 ? "1.0" : NULL;
		all[i].kernel.release = (r >> 6) % 2 ? "6.1.0-55" : "6.12.1";
		all[i].verdict.kind = (r >> 7) % 2   ? "null-deref"
				      : (r >> 2) % 2 ? "hung-task"
						     : "gpf";
		all[i].verdict.function = (r >> 9) % 2 ? "f" : NULL;
		all[i].verdict.module = many_modules[(r >> 10) % 4];
		all[i].modules = many_versions;
		all[i].n_modules = 2;
		all[i].signature.text = (r >> 12) % 2 ? "null-deref f" : NULL;
		all[i].signature.coarse = many_coarse[(r >> 8) % 4];
		all[i].crash.time.known = (r >> 11) % 3;
		all[i].crash.uptime.known = (r >> 13) % 3;
		all[i].level = (r >> 15) % 2 ? VMT_LEVEL_LOG : VMT_LEVEL_CORE;
		all[i].verdict.headline = (r >> 14) % 4	 ? "tab\tline\nreturn\rback\\slash \\N \x80"
					  : (r >> 3) % 2 ? "A use of freed memory in f()"
							 : "A Use of Freed Memory";
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

static char *write_list(
	TALLOC_CTX *own, const struct vmt_list *list, const char *format, const char *by)
{
	const struct vmt_list_options options = {
		.struct_size = sizeof(options), .format = format, .by = by};
	char *all = talloc_strdup(own, "");

	assert_int_equal(vmt_list_write_to(list, &options, collect, &all, NULL), 0);
	return all;
}

static char *ask(TALLOC_CTX *own, struct vmt_history *h, const struct vmt_history_query *q)
{
	struct vmt_list *list;
	struct vmt_err err;
	char *all;

	if (vmt_history_find(h, q, &list, &err))
		fail_msg("%s", err.message);
	all = write_list(own, list, "json", q->by);
	vmt_list_free(list);
	return all;
}

/* The same without SQL. */
static char *ask_all(TALLOC_CTX *own, struct vmt_history *h, const struct vmt_history_query *q)
{
	struct vmt_list *list;
	size_t n = 0;
	char *all;

	assert_int_equal(vmt_history_list(h, &list, NULL), 0);
	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_list_entry *e = &list->entries[i];
		bool in = !e->time.known || ((!q->since.known || e->time.ns >= q->since.ns) &&
						    (!q->until.known || e->time.ns <= q->until.ns));

		if (in && history_query_matches(q, e->report) && (!q->newest || n < q->newest))
			list->entries[n++] = *e;
	}
	list->n = n;
	all = write_list(own, list, "json", q->by);
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
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
		/* Only the server needs valid UTF-8; JSON shows both alike. */
		if (server && i && i != 2)
			continue;
		assert_string_equal(dump(own, h, questions[i]), dump(own, beside, questions[i]));
	}
	vmt_history_close(h);
	vmt_history_close(beside);
	talloc_free(own);
}

static void questions_are_answered_as_by_reading_all(void **state)
{
	const struct vmt_time from = {true, 1700000000 * SECOND + 20 * DAY},
			      to = {true, 1700000000 * SECOND + 30 * DAY};
	const struct vmt_history_query questions[] = {
		{.host = NULL},
		{.since = from},
		{.until = to},
		{.since = from, .until = to, .host = "a"},
		{.host = "a*"},
		{.host = "*b"},
		{.host = "*"},
		{.host = "a?b"},
		{.host = "[!b]"},
		{.host = "a\\_*"},
		{.host = "a_*"},
		{.host = "a%*"},
		{.host = "a\\\\*"},
		{.kernel = "6.1.*"},
		{.module = "v*"},
		{.module = "nvme", .kind = "hung*"},
		{.kind = "*deref"},
		{.kind = "gpf"},
		{.kind = "use-*"},
		{.kind = "%"},
		{.signature = "c1"},
		{.signature = "c"},
		{.signature = "f1"},
		{.signature = "null*"},
		{.signature = "null-deref f"},
		{.signature = "~"},
		{.signature = ""},
		{.newest = 7},
		{.newest = 7, .host = "a?b"},
		{.newest = 1000, .kernel = "6.1[!2]*", .since = from},
	};
	TALLOC_CTX *own = talloc_new(NULL);
	struct vmt_report *all = make_many(own);
	const struct vmt_report *pointers[MANY];
	struct vmt_history *h = open_history(), *beside = sqlite_beside();

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		pointers[i] = &all[i];
	assert_int_equal(vmt_history_add(h, pointers, MANY, NULL), 0);
	assert_int_equal(vmt_history_add(beside, pointers, MANY, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
		struct vmt_history_query q = questions[i];

		q.struct_size = sizeof(q);
		for (size_t by = 0; by == 0 || q.by; by++) {
			const char *answer = ask(own, h, &q);

			assert_string_equal(answer, ask_all(own, h, &q));
			assert_string_equal(answer, ask(own, beside, &q));
			q.by = vmt_list_property(by);
		}
	}
	vmt_history_close(h);
	vmt_history_close(beside);
	talloc_free(own);
}

/* What numbers answer, and the same by reading all crashes. */
static void assert_counts(TALLOC_CTX *own, struct vmt_history *h)
{
	static const struct {
		struct vmt_list_options options;
		unsigned summary;
	} forms[] = {{{.format = "text", .group = true}, VMT_SUMMARY_GROUPS},
		{{.format = "csv", .group = true}, VMT_SUMMARY_GROUPS},
		{{.format = "html"}, VMT_SUMMARY_PAGE}};

	for (size_t i = 0; vmt_list_property(i); i++) {
		const struct vmt_history_query q = {
			.struct_size = sizeof(q), .by = vmt_list_property(i)};

		assert_string_equal(ask(own, h, &q), ask_all(own, h, &q));
	}
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		const struct vmt_history_query q = {
			.struct_size = sizeof(q), .summary = forms[i].summary};
		struct vmt_list_options options = forms[i].options;
		char *all = talloc_strdup(own, "");
		struct vmt_list *list;

		options.struct_size = sizeof(options);
		assert_int_equal(vmt_history_find(h, &q, &list, NULL), 0);
		assert_int_equal(vmt_list_write_to(list, &options, collect, &all, NULL), 0);
		vmt_list_free(list);
		assert_string_equal(all, dump(own, h, options));
	}
}

/* Each of them draws other crashes; with: some have no signature. */
static void keep_counts(unsigned seed, bool with)
{
	TALLOC_CTX *own = talloc_new(NULL);
	struct vmt_report *all = make_many(own);
	struct vmt_history *h = open_history();

	for (size_t at = 0; at < MANY;) {
		const struct vmt_report *some[MANY];
		size_t n = (seed = seed * 1103515245 + 12345) >> 16 & 1 ? 1 + seed % 7 : 90, i;

		for (i = 0; i < n && at + i < MANY; i++) {
			struct vmt_report *r = &all[at + i];

			r->signature.coarse = with && i % 9 == 0 ? NULL : many_coarse[(at + i) % 3];
			r->machine.hardware = (seed >> (i % 16)) & 1 ? "Model" : NULL;
			some[i] = r;
		}
		assert_int_equal(vmt_history_add(h, some, i, NULL), 0);
		at += i;
		if (seed >> 20 & 1)
			assert_counts(own, h);
	}
	assert_counts(own, h);
	vmt_history_close(h);
	talloc_free(own);
}

static void counts_are_those_of_all_crashes(void **state)
{
	(void)state;
	keep_counts(1, false);
	keep_counts(2, false); /* into the same */
	keep_counts(3, true);
}

static void an_older_one_has_the_same_answers(void **state)
{
	TALLOC_CTX *own = talloc_new(NULL);
	struct vmt_report *all = make_many(own);
	const struct vmt_report *pointers[MANY];
	struct vmt_history *h = open_history();

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		all[i].signature.coarse = many_coarse[i % 3];
		pointers[i] = &all[i];
	}
	assert_int_equal(vmt_history_add(h, pointers, MANY / 2, NULL), 0);
	vmt_history_close(h);
	set("ALTER TABLE counted RENAME TO tally; ALTER TABLE counted_host RENAME TO tally_host;"
	    "DROP TABLE total");
	set_schema(4);

	assert_int_equal(vmt_history_open(file, VMT_HISTORY_READ, &h, NULL), 0);
	assert_int_equal(h->schema, 4);
	assert_counts(own, h);
	vmt_history_close(h);
	h = open_history();
	assert_int_equal(h->schema, HISTORY_SCHEMA);
	assert_counts(own, h);
	for (size_t i = MANY / 2; i < MANY; i += 20)
		assert_int_equal(vmt_history_add(h, pointers + i, 20, NULL), 0);
	assert_counts(own, h);
	vmt_history_close(h);
	talloc_free(own);
}

/* Kinds are counted as they are shown since schema 7. */
static void what_an_older_one_counted_is_counted_again(void **state)
{
	struct vmt_history *h = open_history();
	struct vmt_report r = crash(0);
	struct vmt_history_query q = {.struct_size = sizeof(q), .by = "kind"};
	TALLOC_CTX *own = talloc_new(NULL);

	(void)state;
	r.verdict.kind = "gpf";
	r.verdict.headline = "Use of freed memory in f: use of freed memory";
	add(h, &r);
	vmt_history_close(h);
	set("UPDATE total SET value = '=gpf' WHERE value = '=use-after-free';"
	    "UPDATE counted SET value = '=gpf' WHERE value = '=use-after-free'");
	set_schema(6);
	h = open_history();
	assert_non_null(strstr(ask(own, h, &q), "use-after-free"));
	assert_null(strstr(ask(own, h, &q), "gpf"));
	assert_counts(own, h);
	vmt_history_close(h);
	talloc_free(own);
}

/* One that was opened before it: it says so, and nothing is added. */
static void a_newer_program_may_change_it(void **state)
{
	struct vmt_history *h = open_history(), *old = open_history();
	struct vmt_report r = crash(0), other = crash(1);
	const struct vmt_report *p = &other;
	struct vmt_list *list;
	struct vmt_err err;

	(void)state;
	add(old, &r);
	vmt_history_close(h);
	set_schema(HISTORY_SCHEMA + 1);
	assert_int_equal(vmt_history_add(old, &p, 1, &err), VMT_ERR_UNSUPPORTED);
	assert_non_null(strstr(err.message, "a newer vmtriage changed the history"));
	assert_int_equal(vmt_history_list(old, &list, &err), VMT_ERR_UNSUPPORTED);
	assert_int_equal(old->db->ops->mark(old->db, HISTORY_SCHEMA, NULL), 0);
	assert_int_equal(count(old), 1);
	vmt_history_close(old);
}

/* What a program of schema 4 does that was connected before it was brought up to date. */
static void an_older_program_cannot_count_any_more(void **state)
{
	struct vmt_history *h = open_history();
	struct vmt_report r = crash(0);

	(void)state;
	add(h, &r);
	assert_int_not_equal(h->db->ops->run(h->db,
				     "INSERT INTO tally (property, value, signature, n)"
				     " VALUES (0, '=bug', 'c1', 1)",
				     "test", NULL),
		0);
	vmt_history_close(h);
}

static void all_times_have_their_place(void **state)
{
	TALLOC_CTX *own = talloc_new(NULL);
	struct vmt_history *h = open_history();
	struct vmt_report r = crash(0);

	(void)state;
	add(h, &r);
	r.signature.coarse = "c2";
	r.crash.time.known = false;
	add(h, &r);
	assert_counts(own, h); /* one date: the other one has no mark */
	r.signature.coarse = "c3";
	r.crash.time = (struct vmt_time){true, INT64_MAX - 3 * SECOND};
	add(h, &r);
	r.crash = (struct vmt_crash){.time = {true, 0}};
	add(h, &r);
	assert_counts(own, h);
	vmt_history_close(h);
	talloc_free(own);
}

static int find_code(struct vmt_history_query q)
{
	struct vmt_history *h;
	struct vmt_list *list;
	int rc;

	q.struct_size = sizeof(q);
	assert_int_equal(vmt_history_open(file, VMT_HISTORY_READ, &h, NULL), 0);
	rc = vmt_history_find(h, &q, &list, NULL);
	if (!rc)
		vmt_list_free(list);
	vmt_history_close(h);
	return rc;
}

static void what_is_counted_twice_is_refused(void **state)
{
	struct vmt_history *h = open_history();
	struct vmt_report r = crash(0);

	(void)state;
	add(h, &r);
	vmt_history_close(h);
	set("INSERT INTO counted (property, value, signature, n) WITH RECURSIVE r (i) AS"
	    " (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 10000)"
	    " SELECT 5, CAST(i AS TEXT), 'c1', 1 FROM r");
	assert_int_equal(find_code((struct vmt_history_query){.summary = VMT_SUMMARY_GROUPS}),
		VMT_ERR_CORRUPT);
}

/* SQLite has texts in columns of numbers: they are behind all numbers. */
static void times_that_are_no_numbers_end(void **state)
{
	struct vmt_history *h = open_history();

	(void)state;
	for (int day = 0; day < 4; day++) {
		struct vmt_report r = crash(day);

		r.signature.coarse = day < 2 ? "c1" : "c2";
		add(h, &r);
	}
	vmt_history_close(h);
	alarm(60);
	set("UPDATE crash SET time = '!' WHERE id = 1");
	assert_int_equal(find_code((struct vmt_history_query){.summary = VMT_SUMMARY_PAGE}), 0);
	set("UPDATE crash SET time = '9223372036854775807x' WHERE id = 3");
	assert_int_equal(find_code((struct vmt_history_query){.summary = VMT_SUMMARY_PAGE}), 0);
	alarm(0);
}

/* A value that only one group's crashes have; of some crashes it is not known. */
static void findings_are_those_of_all_crashes(void **state)
{
	TALLOC_CTX *own = talloc_new(NULL);
	struct vmt_history *h = open_history();
	struct vmt_module module = driver;

	(void)state;
	module.version = "8";
	for (int i = 0; i < 160; i++) {
		struct vmt_report r = crash(i);
		bool mine = i % 4 == 0;

		r.signature.coarse = mine ? "c1" : i % 4 == 1 ? "c2" : "c3";
		r.machine.hostname = i % 11 == 0 ? NULL : talloc_asprintf(own, "h%d", i);
		r.machine.bios = mine && i % 12 ? "1.1" : mine ? NULL : "1.0";
		r.machine.hardware = mine ? "A" : "B";
		r.kernel.release = mine && i % 8 ? "6.1.1" : mine ? NULL : "6.1.2";
		r.modules = mine ? &module : &driver;
		add(h, &r);
	}
	assert_counts(own, h);
	assert_non_null(strstr(dump(own, h, (struct vmt_list_options){.group = true}), "  Only "));
	vmt_history_close(h);
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
	snprintf(where, sizeof(where),
		"postgresql://asked@/postgres?host=/tmp/s3cret&sslpassword=s3cret");
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

/* Whoever listens for a year outlives the server. */
static void a_lost_connection_is_made_again(void **state)
{
	struct vmt_history *h = open_history();
	struct vmt_report first = crash(0), second = crash(1);

	(void)state;
	add(h, &first);
	command("DO $$ BEGIN PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
		" WHERE application_name = 'vmtriage' AND pid <> pg_backend_pid(); END $$");
	add(h, &second);
	assert_int_equal(count(h), 2);
	vmt_history_close(h);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, clean)
#define BOTH                                                                                       \
	TEST(many_at_once_are_as_one_by_one), TEST(several_load_at_once),                          \
		TEST(questions_are_answered_as_by_reading_all),                                    \
		TEST(counts_are_those_of_all_crashes), TEST(findings_are_those_of_all_crashes),    \
		TEST(an_older_one_has_the_same_answers),                                           \
		TEST(what_an_older_one_counted_is_counted_again),                                  \
		TEST(a_newer_program_may_change_it), TEST(an_older_program_cannot_count_any_more), \
		TEST(all_times_have_their_place), TEST(what_is_counted_twice_is_refused)
	const struct CMUnitTest sqlite_tests[] = {BOTH, TEST(times_that_are_no_numbers_end)};
	const struct CMUnitTest server_tests[] = {
		BOTH,
		TEST(a_servers_tables_that_are_not_ours_are_refused),
		TEST(an_empty_server_is_only_read),
		TEST(a_password_is_never_shown),
		TEST(a_silent_server_is_given_up),
		TEST(a_lost_connection_is_made_again),
	};

	server = getenv("VMT_TEST_POSTGRESQL");
	return server ? cmocka_run_group_tests(server_tests, NULL, NULL)
		      : cmocka_run_group_tests(sqlite_tests, NULL, NULL);
}
