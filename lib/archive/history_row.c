// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/history_row.h"

#include <inttypes.h>
#include <string.h>

#include "archive/list_group.h"
#include "base/array.h"
#include "base/name_index.h"
#include "base/vmlinux.h"

enum column_kind {
	COLUMN_TEXT,
	COLUMN_TIME,   /* nanoseconds */
	COLUMN_UPTIME, /* the same, in whole microseconds: texts have no more */
	COLUMN_VERSION,
	COLUMN_DIGEST,
};

/* A new column also needs a step in the schema of history.c. */
static const struct column {
	const char *name;
	enum column_kind kind;
	size_t offset; /* into struct vmt_report */
} columns[] = {
	{"host", COLUMN_TEXT, offsetof(struct vmt_report, machine.hostname)},
	{"hardware", COLUMN_TEXT, offsetof(struct vmt_report, machine.hardware)},
	{"bios", COLUMN_TEXT, offsetof(struct vmt_report, machine.bios)},
	{"release", COLUMN_TEXT, offsetof(struct vmt_report, kernel.release)},
	{"build", COLUMN_TEXT, offsetof(struct vmt_report, kernel.version)},
	{"arch", COLUMN_TEXT, offsetof(struct vmt_report, kernel.arch)},
	{"distribution", COLUMN_TEXT, offsetof(struct vmt_report, kernel.distribution)},
	{"kind", COLUMN_TEXT, offsetof(struct vmt_report, verdict.kind)},
	{"kind_text", COLUMN_TEXT, offsetof(struct vmt_report, verdict.kind_text)},
	{"headline", COLUMN_TEXT, offsetof(struct vmt_report, verdict.headline)},
	{"function", COLUMN_TEXT, offsetof(struct vmt_report, verdict.function)},
	{"module", COLUMN_TEXT, offsetof(struct vmt_report, verdict.module)},
	{"module_version", COLUMN_VERSION, 0},
	{"origin", COLUMN_TEXT, offsetof(struct vmt_report, verdict.origin)},
	{"path", COLUMN_TEXT, offsetof(struct vmt_report, verdict.path)},
	{"subsystem", COLUMN_TEXT, offsetof(struct vmt_report, verdict.subsystem)},
	{"access", COLUMN_TEXT, offsetof(struct vmt_report, verdict.access)},
	{"address_class", COLUMN_TEXT, offsetof(struct vmt_report, verdict.address_class)},
	{"confidence", COLUMN_TEXT, offsetof(struct vmt_report, verdict.confidence)},
	{"algorithm", COLUMN_TEXT, offsetof(struct vmt_report, signature.algorithm)},
	{"coarse", COLUMN_TEXT, offsetof(struct vmt_report, signature.coarse)},
	{"fine", COLUMN_TEXT, offsetof(struct vmt_report, signature.fine)},
	{"signature", COLUMN_TEXT, offsetof(struct vmt_report, signature.text)},
	{"file", COLUMN_TEXT, offsetof(struct vmt_report, input.path)},
	{"format", COLUMN_TEXT, offsetof(struct vmt_report, input.format)},
	{"level", COLUMN_TEXT, offsetof(struct vmt_report, level)},
	{"time", COLUMN_TIME, offsetof(struct vmt_report, crash.time)},
	{"local_time", COLUMN_TIME, offsetof(struct vmt_report, crash.local)},
	{"time_text", COLUMN_TEXT, offsetof(struct vmt_report, crash.time_text)},
	{"time_source", COLUMN_TEXT, offsetof(struct vmt_report, crash.time_source)},
	{"uptime", COLUMN_UPTIME, offsetof(struct vmt_report, crash.uptime)},
	{"digest", COLUMN_DIGEST, 0},
};

char *history_row_sql(TALLOC_CTX *ctx, enum history_row_sql form)
{
	char *all = talloc_strdup(ctx, "");

	for (size_t i = 0; all && i < ARRAY_SIZE(columns); i++) {
		const char *name = columns[i].name, *comma = i ? ", " : "";

		switch (form) {
		case HISTORY_ROW_NAMES:
			all = talloc_asprintf_append_buffer(all, "%s%s", comma, name);
			break;
		case HISTORY_ROW_PARAMETERS:
			all = talloc_asprintf_append_buffer(all, "%s:%s", comma, name);
			break;
		case HISTORY_ROW_FILLS:
			all = talloc_asprintf_append_buffer(
				all, "%s%s = coalesce(%s, :%s)", comma, name, name, name);
			break;
		case HISTORY_ROW_REPLACES:
			all = talloc_asprintf_append_buffer(
				all, "%s%s = coalesce(:%s, %s)", comma, name, name, name);
			break;
		}
	}
	return all;
}

/* ---- values of a crash ------------------------------------------------------------------- */

static uint64_t mix_number(uint64_t hash, uint64_t v)
{
	return name_index_more(hash, &v, sizeof(v));
}

char *history_row_digest(TALLOC_CTX *ctx, const struct vmt_report *report)
{
	uint64_t hash = 0xcbf29ce484222325;

	if (report->digest)
		return talloc_strdup(ctx, report->digest);
	for (size_t i = 0; i < report->n_frames; i++) {
		const struct vmt_frame *f = &report->frames[i];

		if (f->function)
			hash = name_index_more(hash, f->function, strlen(f->function) + 1);
		hash = mix_number(hash, f->offset.known ? f->offset.v : 0);
	}
	for (size_t i = 0; i < report->n_registers; i++)
		hash = mix_number(hash, report->registers[i].value);
	hash = mix_number(hash, report->fault.address.known ? report->fault.address.v : 0);
	return talloc_asprintf(ctx, "%016" PRIx64, hash);
}

static int bind_text(const struct sqlite_api *sq, sqlite3_stmt *stmt, int at, const char *text)
{
	return text ? sq->sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC)
		    : sq->sqlite3_bind_null(stmt, at);
}

static int bind_time(const struct sqlite_api *sq, sqlite3_stmt *stmt, int at,
	const struct vmt_time *time, int64_t unit)
{
	return time->known ? sq->sqlite3_bind_int64(stmt, at, time->ns / unit * unit)
			   : sq->sqlite3_bind_null(stmt, at);
}

int history_row_bind(TALLOC_CTX *ctx, const struct sqlite_api *sq, sqlite3_stmt *stmt,
	const struct vmt_report *report, struct vmt_err *err)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; rc == SQLITE_OK && i < ARRAY_SIZE(columns); i++) {
		const char *member = (const char *)report + columns[i].offset;
		char name[32], *digest;
		int at;

		snprintf(name, sizeof(name), ":%s", columns[i].name);
		at = sq->sqlite3_bind_parameter_index(stmt, name);
		if (!at)
			continue;
		switch (columns[i].kind) {
		case COLUMN_TEXT:
			rc = bind_text(sq, stmt, at, *(const char *const *)(const void *)member);
			break;
		case COLUMN_TIME:
			rc = bind_time(sq, stmt, at, (const void *)member, 1);
			break;
		case COLUMN_UPTIME:
			rc = bind_time(sq, stmt, at, (const void *)member, 1000);
			break;
		case COLUMN_VERSION:
			rc = bind_text(sq, stmt, at, list_group_version(report));
			break;
		case COLUMN_DIGEST:
			digest = history_row_digest(ctx, report);
			rc = digest ? bind_text(sq, stmt, at, digest) : SQLITE_NOMEM;
			break;
		}
	}
	return rc == SQLITE_OK ? 0 : err_nomem(err);
}

/* ---- the crash of a row ------------------------------------------------------------------ */

/* The culprit's module, with its version. */
static int read_version(struct vmt_report *r, const char *version, struct vmt_err *err)
{
	struct vmt_module *m;

	if (!version || is_vmlinux(r->verdict.module))
		return 0;
	m = talloc_zero(r, struct vmt_module);
	if (!m)
		return err_nomem(err);
	m->name = r->verdict.module;
	m->version = talloc_strdup(m, version);
	r->modules = m;
	r->n_modules = 1;
	return m->version ? 0 : err_nomem(err);
}

static int read_value(struct vmt_report *r, const struct column *c, const struct sqlite_api *sq,
	sqlite3_stmt *stmt, int at, struct vmt_err *err)
{
	char *member = (char *)r + c->offset;
	const char *text;
	char *copy;

	if (sq->sqlite3_column_type(stmt, at) == SQLITE_NULL || c->kind == COLUMN_DIGEST)
		return 0;
	if (c->kind == COLUMN_TIME || c->kind == COLUMN_UPTIME) {
		*(struct vmt_time *)(void *)member =
			(struct vmt_time){true, sq->sqlite3_column_int64(stmt, at)};
		return 0;
	}
	text = (const char *)sq->sqlite3_column_text(stmt, at);
	if (c->kind == COLUMN_VERSION)
		return text ? read_version(r, text, err) : err_nomem(err);
	copy = text ? talloc_strdup(r, text) : NULL;
	if (!copy)
		return err_nomem(err);
	*(const char **)(void *)member = copy;
	return 0;
}

struct vmt_report *history_row_read(
	TALLOC_CTX *ctx, const struct sqlite_api *sq, sqlite3_stmt *stmt, struct vmt_err *err)
{
	struct vmt_report *r = talloc_zero(ctx, struct vmt_report);

	if (!r) {
		err_nomem(err);
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		if (read_value(r, &columns[i], sq, stmt, (int)i, err)) {
			talloc_free(r);
			return NULL;
		}
	}
	r->input.complete = true;
	return r;
}
