/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A history for each test, in each kind of database. For tests only.
 */
#ifndef VMT_ARCHIVE_SAMPLE_HISTORY_H
#define VMT_ARCHIVE_SAMPLE_HISTORY_H

#include "base/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/history.h"

/*
 * The same tests for each kind of database: where the history is. server: an address of PostgreSQL,
 * which scripts/with-postgresql sets; NULL: SQLite.
 */
static char folder[64], file[512];
static const char *server;

/* In the server's database, whether there is a history or not. */
static inline void command(const char *sql)
{
	struct history_db *db;
	struct vmt_err err;
	TALLOC_CTX *own = talloc_new(NULL);

	if (history_postgresql_open(own, server, true, &db, &err) ||
		db->ops->run(db, sql, "test", &err))
		fail_msg("%s", err.message);
	talloc_free(own);
}

static inline int make(void **state)
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

static inline int clean(void **state)
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
static inline struct vmt_report crash(int day)
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

static inline struct vmt_history *open_history(void)
{
	struct vmt_history *h;
	struct vmt_err err;

	if (vmt_history_open(file, 0, &h, &err))
		fail_msg("%s", err.message);
	return h;
}

static inline void add(struct vmt_history *h, const struct vmt_report *r)
{
	struct vmt_err err;

	if (vmt_history_add(h, &r, 1, &err))
		fail_msg("%s", err.message);
}

static inline size_t count(struct vmt_history *h)
{
	struct vmt_list *list;
	size_t n;

	assert_int_equal(vmt_history_list(h, &list, NULL), 0);
	n = list->n;
	vmt_list_free(list);
	return n;
}

#define WRITERS 4

/* In a history that is ours. */
static inline void set(const char *sql)
{
	struct vmt_history *h = open_history();

	assert_int_equal(h->db->ops->run(h->db, sql, "test", NULL), 0);
	vmt_history_close(h);
}

static inline void set_schema(int schema)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "%s = %d",
		server ? "UPDATE history SET schema" : "PRAGMA user_version", schema);
	set(sql);
}

#endif
