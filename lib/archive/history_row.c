// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/history_row.h"

#include <inttypes.h>
#include <string.h>

#include "archive/list_group.h"
#include "base/array.h"
#include "base/name_index.h"
#include "base/vmlinux.h"
#include "report/escape.h"

enum column_kind {
	COLUMN_TEXT,
	COLUMN_TIME,   /* nanoseconds */
	COLUMN_UPTIME, /* the same, in whole microseconds: texts have no more */
	COLUMN_VERSION,
	COLUMN_DIGEST,
};

/* A new column also needs a step in the history_schema.c. */
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

static char mark(const struct column *c)
{
	return c->kind == COLUMN_TIME || c->kind == COLUMN_UPTIME ? '@' : ':';
}

char *history_row_sql(TALLOC_CTX *ctx, enum history_row_sql form)
{
	char *all = talloc_strdup(ctx, "");

	for (size_t i = 0; all && i < ARRAY_SIZE(columns); i++) {
		const char *name = columns[i].name, *comma = i ? ", " : "";
		char m = mark(&columns[i]);

		switch (form) {
		case HISTORY_ROW_NAMES:
			all = talloc_asprintf_append_buffer(all, "%s%s", comma, name);
			break;
		case HISTORY_ROW_PARAMETERS:
			all = talloc_asprintf_append_buffer(all, "%s%c%s", comma, m, name);
			break;
		case HISTORY_ROW_FILLS:
			all = talloc_asprintf_append_buffer(
				all, "%s%s = coalesce(%s, %c%s)", comma, name, name, m, name);
			break;
		case HISTORY_ROW_REPLACES:
			all = talloc_asprintf_append_buffer(
				all, "%s%s = coalesce(%c%s, %s)", comma, name, m, name, name);
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

/* One of text and number is set; neither: it is not known. */
struct value {
	const char *text;
	const int64_t *number;
	int64_t ns;
};

static int read_column(
	TALLOC_CTX *ctx, const struct column *c, const struct vmt_report *report, struct value *ret)
{
	const void *member = (const char *)report + c->offset;
	const struct vmt_time *time = member;

	*ret = (struct value){0};
	switch (c->kind) {
	case COLUMN_TEXT:
		ret->text = *(const char *const *)member;
		break;
	case COLUMN_TIME:
	case COLUMN_UPTIME:
		ret->ns = c->kind == COLUMN_TIME ? time->ns : time->ns / 1000 * 1000;
		ret->number = time->known ? &ret->ns : NULL;
		break;
	case COLUMN_VERSION:
		ret->text = list_group_version(report);
		break;
	case COLUMN_DIGEST:
		ret->text = history_row_digest(ctx, report);
		return ret->text ? 0 : VMT_ERR_NOMEM;
	}
	return 0;
}

int history_row_bind(TALLOC_CTX *ctx, struct history_stmt *stmt, const struct vmt_report *report,
	struct vmt_err *err)
{
	const struct history_ops *ops = stmt->db->ops;
	int rc = 0;

	for (size_t i = 0; !rc && i < ARRAY_SIZE(columns); i++) {
		const struct column *c = &columns[i];
		struct value v;

		rc = read_column(ctx, c, report, &v);
		if (!rc && mark(c) == '@')
			rc = ops->bind_number(stmt, c->name, v.number);
		else if (!rc)
			rc = ops->bind_text(stmt, c->name, v.text);
	}
	return rc ? err_nomem(err) : 0;
}

/* As COPY wants it: a backslash before what would end the value. */
static char *append_text(char *line, const char *text)
{
	static const char ends[] = "\\\t\n\r";

	if (!text) /* no memory */
		return NULL;
	while (line && *text) {
		size_t n = strcspn(text, ends);
		char c = text[n];

		line = talloc_strndup_append_buffer(line, text, n);
		text += n;
		if (line && c) {
			char pair[] = {'\\',
				c == '\t'   ? 't'
				: c == '\n' ? 'n'
				: c == '\r' ? 'r'
					    : c,
				0};

			line = talloc_strdup_append_buffer(line, pair);
			text++;
		}
	}
	return line;
}

char *history_row_line(TALLOC_CTX *ctx, const char *first, const struct vmt_report *report)
{
	TALLOC_CTX *own = talloc_new(ctx);
	char *line = own ? talloc_strdup(ctx, first) : NULL;

	for (size_t i = 0; line && i < ARRAY_SIZE(columns); i++) {
		struct value v;

		if (read_column(own, &columns[i], report, &v))
			line = NULL;
		else if (v.number)
			line = talloc_asprintf_append_buffer(line, "\t%" PRId64, *v.number);
		else if (!v.text)
			line = talloc_strdup_append_buffer(line, "\t\\N");
		else
			line = append_text(
				talloc_strdup_append_buffer(line, "\t"), escape_utf8(own, v.text));
	}
	if (line)
		line = talloc_strdup_append_buffer(line, "\n");
	talloc_free(own);
	return line;
}

/* ---- the crash of a row ------------------------------------------------------------------ */

/* The culprit's module, with its version. */
static int read_version(
	struct vmt_report *r, struct text_pool *pool, const char *version, struct vmt_err *err)
{
	struct vmt_module *m;

	if (!version || is_vmlinux(r->verdict.module))
		return 0;
	m = talloc_zero(r, struct vmt_module);
	if (!m)
		return err_nomem(err);
	m->name = r->verdict.module;
	m->version = text_pool_get(pool, version);
	r->modules = m;
	r->n_modules = 1;
	return m->version ? 0 : err_nomem(err);
}

static int read_value(struct vmt_report *r, struct text_pool *pool, const struct column *c,
	const struct history_stmt *stmt, int at, struct vmt_err *err)
{
	const struct history_ops *ops = stmt->db->ops;
	char *member = (char *)r + c->offset;
	const char *text;

	if (c->kind == COLUMN_DIGEST || ops->is_null(stmt, at))
		return 0;
	if (mark(c) == '@') {
		*(struct vmt_time *)(void *)member = (struct vmt_time){true, ops->number(stmt, at)};
		return 0;
	}
	text = ops->text(stmt, at);
	if (c->kind == COLUMN_VERSION)
		return text ? read_version(r, pool, text, err) : err_nomem(err);
	/* Each has a file of its own. */
	if (text)
		text = c->offset == offsetof(struct vmt_report, input.path)
			       ? talloc_strdup(r, text)
			       : text_pool_get(pool, text);
	*(const char **)(void *)member = text;
	return text ? 0 : err_nomem(err);
}

struct vmt_report *history_row_read(TALLOC_CTX *ctx, struct text_pool *pool,
	const struct history_stmt *stmt, struct vmt_err *err)
{
	struct vmt_report *r = talloc_zero(ctx, struct vmt_report);

	if (!r) {
		err_nomem(err);
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		if (read_value(r, pool, &columns[i], stmt, (int)i, err)) {
			talloc_free(r);
			return NULL;
		}
	}
	r->input.complete = true;
	return r;
}
