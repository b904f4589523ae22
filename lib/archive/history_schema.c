// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/history_schema.h"

#include <string.h>

#include "archive/history.h"
#include "archive/history_tally.h"
#include "base/array.h"

/*
 * Step i makes schema i + 1 of schema i, in every kind of database. Steps that were released never
 * change. What begins with $ is a word of struct history_dialect.
 */
static const char *const steps[HISTORY_SCHEMA] = {
	"CREATE TABLE crash ("
	" id $ID,"
	" added $INT NOT NULL DEFAULT ($NOW),"
	" host $TEXT, hardware $TEXT, bios $TEXT, release $TEXT, build $TEXT, arch $TEXT,"
	" distribution $TEXT, kind $TEXT, kind_text $TEXT, headline $TEXT, function $TEXT,"
	" module $TEXT, module_version $TEXT, origin $TEXT, path $TEXT, subsystem $TEXT,"
	" access $TEXT, address_class $TEXT, confidence $TEXT, algorithm $TEXT, coarse $TEXT,"
	" fine $TEXT, signature $TEXT, file $TEXT, format $TEXT, level $TEXT, time $INT,"
	" local_time $INT, time_text $TEXT, time_source $TEXT, uptime $INT, digest $TEXT);"
	"CREATE INDEX crash_coarse ON crash (coarse, time);"
	"CREATE INDEX crash_uptime ON crash (uptime, coarse);"
	"CREATE INDEX crash_time ON crash (time);"
	"CREATE INDEX crash_digest ON crash (digest);",
	"CREATE TABLE done ("
	" deed $TEXT NOT NULL, subject $TEXT NOT NULL,"
	" time $INT NOT NULL DEFAULT ($NOW),"
	" PRIMARY KEY (deed, subject))$END;",
	/* What a list is asked for, and what it counts. */
	"CREATE INDEX crash_newest ON crash"
	" (coalesce(time, local_time) DESC$LAST, file$FIRST, id);"
	"CREATE INDEX crash_host ON crash (host);",
	/* The ends of a group; and see history_tally.c, which fills the tables. */
	"CREATE INDEX crash_group ON crash (coarse, coalesce(time, local_time) DESC$LAST);"
	"CREATE TABLE tally ("
	" property $INT NOT NULL, value $TEXT NOT NULL, signature $TEXT NOT NULL,"
	" n $INT NOT NULL, first $INT, last $INT,"
	" PRIMARY KEY (property, value, signature))$END;"
	"CREATE TABLE tally_host ("
	" property $INT NOT NULL, value $TEXT NOT NULL, host $TEXT NOT NULL, n $INT NOT NULL,"
	" PRIMARY KEY (property, value, host))$END;",
	/*
	 * What a list by a property says, and the crashes of each day; all is counted again.
	 * named: crashes of hosts that are known.
	 */
	"CREATE TABLE total ("
	" property $INT NOT NULL, value $TEXT NOT NULL,"
	" n $INT NOT NULL, named $INT NOT NULL, hosts $INT NOT NULL, signatures $INT NOT NULL,"
	" first $INT, last $INT, PRIMARY KEY (property, value))$END;"
	"DELETE FROM tally;"
	"DELETE FROM tally_host;",
	/*
	 * A program of schema 4 that was connected before step 5 counts without the totals. By
	 * other names, it fails. All is counted again.
	 */
	"ALTER TABLE tally RENAME TO counted;"
	"ALTER TABLE tally_host RENAME TO counted_host;"
	"DELETE FROM counted;"
	"DELETE FROM counted_host;"
	"DELETE FROM total;",
	/* Kinds are counted as lists show them. A program of schema 6 would count them by another.
	 */
	"DELETE FROM counted;"
	"DELETE FROM counted_host;"
	"DELETE FROM total;",
};

static const char *word(const struct history_dialect *d, const char *mark, size_t *len)
{
	const struct {
		const char *mark, *word;
	} words[] = {{"$ID", d->id}, {"$INT", d->number}, {"$TEXT", d->text}, {"$NOW", d->now},
		{"$END", d->end}, {"$LAST", d->last}, {"$FIRST", d->first}};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		*len = strlen(words[i].mark);
		if (strncmp(mark, words[i].mark, *len) == 0)
			return words[i].word;
	}
	*len = 1;
	return "$";
}

/* The SQL that makes schema step + 1 of schema step; NULL: no memory. */
static char *sql_of_step(TALLOC_CTX *ctx, const struct history_dialect *d, int step)
{
	const char *p = steps[step];
	char *sql = talloc_strdup(ctx, "");

	while (sql && *p) {
		size_t n = strcspn(p, "$"), len = 0;
		const char *w = p[n] ? word(d, p + n, &len) : "";

		sql = talloc_asprintf_append_buffer(sql, "%.*s%s", (int)n, p, w);
		p += n + len;
	}
	return sql;
}

static int check_owner(struct history_db *db, int64_t *schema, struct vmt_err *err)
{
	struct history_found found = {0};
	int rc = db->ops->look(db, &found, err);

	*schema = found.schema;
	if (rc)
		return rc;
	if (found.others)
		return err_set(err, VMT_ERR_FORMAT, "%s has views or triggers: it is no history",
			db->name);
	if (!found.empty && !found.ours)
		return err_set(
			err, VMT_ERR_FORMAT, "%s is a database of another program", db->name);
	if (found.schema < 0 || found.schema > HISTORY_SCHEMA)
		return err_set(err, VMT_ERR_UNSUPPORTED,
			"the history %s was made by a newer vmtriage (schema %lld, this one knows "
			"%d)",
			db->name, (long long)found.schema, HISTORY_SCHEMA);
	return 0;
}

/* One transaction: several processes may meet an old one, and each must see a complete schema. */
static int migrate(struct history_db *db, struct vmt_err *err)
{
	const char *const what = "cannot set up the history";
	TALLOC_CTX *ctx = talloc_new(NULL);
	int64_t schema = 0, from;
	int rc = ctx ? db->ops->begin(db, true, what, err) : err_nomem(err);

	if (rc) {
		talloc_free(ctx);
		return rc;
	}
	rc = check_owner(db, &schema, err);
	from = schema;
	for (; !rc && schema < HISTORY_SCHEMA; schema++) {
		char *sql = sql_of_step(ctx, db->ops->dialect, (int)schema);

		rc = sql ? db->ops->run(db, sql, what, err) : err_nomem(err);
	}
	if (!rc && from < HISTORY_SCHEMA_TALLY)
		rc = history_tally_add(db, 0, err);
	if (!rc)
		rc = db->ops->mark(db, HISTORY_SCHEMA, err);
	talloc_free(ctx);
	return history_end(db, rc, what, err);
}

int history_schema_still(struct history_db *db, struct vmt_err *err)
{
	int64_t schema = 0;
	int rc = db->ops->schema(db, &schema, err);

	return rc || schema <= HISTORY_SCHEMA
		       ? rc
		       : err_set(err, VMT_ERR_UNSUPPORTED,
				 "%s: a newer vmtriage changed the history after this one had "
				 "opened it (schema %lld, this one knows %d)",
				 db->name, (long long)schema, HISTORY_SCHEMA);
}

/* At one moment: another process may be making the schema. */
static int look(struct history_db *db, int64_t *schema, struct vmt_err *err)
{
	int rc = db->ops->begin(db, false, "cannot open", err);

	if (rc)
		return rc;
	rc = check_owner(db, schema, err);
	db->ops->run(db, "ROLLBACK", "cannot open", NULL);
	return rc;
}

int history_schema_check(struct history_db *db, bool create, int64_t *schema, struct vmt_err *err)
{
	int rc = look(db, schema, err);

	if (rc)
		return rc;
	if (create && *schema < HISTORY_SCHEMA) {
		*schema = HISTORY_SCHEMA;
		return migrate(db, err);
	}
	if (!create && *schema < HISTORY_SCHEMA_READ)
		return err_set(err, VMT_ERR_UNSUPPORTED,
			*schema ? "%s is of an older version, and can only be read" : "%s is empty",
			db->name);
	return 0;
}
