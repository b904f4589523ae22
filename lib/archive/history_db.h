/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database that holds a history. SQL is one text for all of them. A parameter is ":host" if it
 * is a text and "@time" if it is a number; both are named without the mark.
 */
#ifndef VMT_ARCHIVE_HISTORY_DB_H
#define VMT_ARCHIVE_HISTORY_DB_H

#include <stdbool.h>

#include "base/alloc.h"
#include "base/err.h"

struct history_db {
	const struct history_ops *ops;
	const char *name; /* for messages, without secrets */
};

struct history_stmt {
	struct history_db *db;
};

/* What a schema's texts say differently. */
struct history_dialect {
	const char *id, *number, *text; /* types of columns */
	const char *now;		/* seconds since 1970 */
	const char *end;		/* of a table without an id */
	const char *last, *first;	/* after a column of an index: where nulls are */
	const char *clear;		/* takes all rows out of a table */
	const char *matches;		/* the operator between a column and a pattern */
	bool adds_up;			/* GROUP BY is quicker than reading all rows */
};

/* What is known of a database before it is used. */
struct history_found {
	bool empty;	/* nothing is in it */
	bool ours;	/* it says that it is a history */
	bool others;	/* it has what no history has */
	int64_t schema; /* which one; 0: none */
};

/* Rows of a bulk load: the next one, in the database's own form; 0: there is none. */
struct history_copy {
	int (*next)(void *arg, TALLOC_CTX *ctx, char **line, struct vmt_err *err);
	void *arg;
};

struct history_ops {
	const struct history_dialect *dialect;
	/* In a transaction. */
	int (*look)(struct history_db *db, struct history_found *ret, struct vmt_err *err);
	/* Of a history. */
	int (*schema)(struct history_db *db, int64_t *schema, struct vmt_err *err);
	/* Says that it is a history of this schema, in a transaction that writes. */
	int (*mark)(struct history_db *db, int schema, struct vmt_err *err);
	/* writes: no other process writes until its end. */
	int (*begin)(struct history_db *db, bool writes, const char *what, struct vmt_err *err);
	/* SQL without a result. */
	int (*run)(struct history_db *db, const char *sql, const char *what, struct vmt_err *err);
	int (*prepare)(TALLOC_CTX *ctx, struct history_db *db, const char *sql,
		struct history_stmt **ret, struct vmt_err *err);
	/* Texts must live until the statement is reset. A name that it does not have is skipped. */
	int (*bind_text)(struct history_stmt *s, const char *name, const char *text);
	/* A pattern of which only "*" is special, for the dialect's matches. */
	int (*bind_pattern)(struct history_stmt *s, const char *name, const char *pattern);
	int (*bind_number)(struct history_stmt *s, const char *name, const int64_t *number);
	/* Rows come while they are read: nothing else can be asked before their end. */
	void (*stream)(struct history_stmt *s);
	/* 1: a row; 0: there is none; else an error. */
	int (*step)(struct history_stmt *s, const char *what, struct vmt_err *err);
	void (*reset)(struct history_stmt *s);
	bool (*is_null)(const struct history_stmt *s, int column);
	int64_t (*number)(const struct history_stmt *s, int column);
	/* Valid until the next step. NULL: it is null, or there is no memory. */
	const char *(*text)(const struct history_stmt *s, int column);
	/* Feeds "COPY ... FROM STDIN"; NULL: it has no such thing. */
	int (*copy)(struct history_db *db, const char *sql, const struct history_copy *rows,
		struct vmt_err *err);
};

/* They end with ctx. create: it may be made, and written to. */
int history_sqlite_open(TALLOC_CTX *ctx, const char *path, bool create, struct history_db **ret,
	struct vmt_err *err);
int history_postgresql_open(TALLOC_CTX *ctx, const char *uri, bool create, struct history_db **ret,
	struct vmt_err *err);

#endif
