// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/batch_record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "archive/history_row.h"
#include "archive/list_group.h"
#include "base/array.h"
#include "report/escape.h"
#include "report/json_internal.h"
#include "report/json_out.h"
#include "report/json_scan.h"
#include "report/summary.h"
#include "report/units.h"
#include "rules_id.h"

/* ---- from a report ----------------------------------------------------------------------- */

/* The members that tell of a report, in this order. */
static const char *const judged[] = {
	"death", "verdict", "crash", "kernel", "machine", "signature", "remember"};
static const char nothing[] = "\"death\":null,\"verdict\":null,\"crash\":null,\"kernel\":null,"
			      "\"machine\":null,\"signature\":null,\"remember\":null";

static char *as_text_of(TALLOC_CTX *ctx, const json_t *value)
{
	char *text = NULL, *copy;
	size_t len = 0;
	FILE *f = value ? open_memstream(&text, &len) : NULL;
	int rc = f ? json_out(value, JSON_OUT_LINE, f, NULL) : VMT_ERR_NOMEM;

	if (f && fclose(f))
		rc = VMT_ERR_NOMEM;
	copy = rc ? NULL : talloc_strndup(ctx, text, len);
	free(text);
	return copy;
}

/* The members of an object: its text without braces and newline. */
static char *members_of(TALLOC_CTX *ctx, json_t *object)
{
	char *text = as_text_of(ctx, object);

	json_decref(object);
	if (!text)
		return NULL;
	text[strlen(text) - 2] = '\0';
	return text + 1;
}

static const char *id_of(const struct vmt_report *report)
{
	for (size_t i = 0; i < report->n_diagnostics; i++)
		if (!strcmp(report->diagnostics[i].severity, VMT_SEVERITY_ERROR))
			return report->diagnostics[i].id;
	return "incomplete";
}

static char *error_text(TALLOC_CTX *ctx, const char *id, const char *message)
{
	json_t *o = json_pack("{so so}", "id", json_text(id), "message", json_text(message));
	char *text = as_text_of(ctx, o);

	json_decref(o);
	if (text)
		text[strlen(text) - 1] = '\0';
	return text;
}

/* What a history keeps of a crash, and no other member tells. */
static json_t *remembered(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	char *digest;

	if (vmt_report_outcome(r) != VMT_CRASH)
		return json_null();
	digest = history_row_digest(ctx, r);
	return json_pack("{so so so so so so}", "format", json_text(r->input.format), "level",
		json_text(r->level), "kind_text", json_text(r->verdict.kind_text), "module_version",
		json_text(list_group_version(r)), "local_time", json_time(r->crash.local), "digest",
		digest ? json_text(digest) : NULL);
}

/* Status, error and members, each on a line. */
char *batch_record_judge(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	static const char *const statuses[] = {[VMT_CRASH] = BATCH_CRASH,
		[VMT_NO_CRASH] = BATCH_NO_CRASH,
		[VMT_UNREAD] = BATCH_UNREAD};
	enum vmt_outcome outcome = vmt_report_outcome(r);
	TALLOC_CTX *own = talloc_new(ctx);
	const char *error = "null";
	char *members, *whole = NULL;

	if (outcome == VMT_UNREAD)
		error = error_text(own, id_of(r), summary_unread(own, r));
	members = members_of(own,
		json_pack("{so so so so so so so}", judged[0], json_death(r), judged[1],
			json_verdict(&r->verdict), judged[2], json_crash(&r->crash), judged[3],
			json_kernel(&r->kernel), judged[4], json_machine(&r->machine), judged[5],
			json_signature(&r->signature), judged[6], remembered(own, r)));
	if (own && error && members)
		whole = talloc_asprintf(ctx, "%s\n%s\n%s", statuses[outcome], error, members);
	talloc_free(own);
	return whole;
}

/* ---- what a worker says ------------------------------------------------------------------ */

/* "\"death\":null,\"verdict\":{...},...": each member once, and nothing else. */
static bool is_judged(const char *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(judged); i++) {
		size_t len = strlen(judged[i]);

		if (i && *p++ != ',')
			return false;
		if (*p != '"' || strncmp(p + 1, judged[i], len) != 0 || p[len + 1] != '"' ||
			p[len + 2] != ':')
			return false;
		p = json_scan(p + len + 3);
		if (!p)
			return false;
	}
	return !*p;
}

int batch_record_take(TALLOC_CTX *ctx, struct batch_record *r, const char *text)
{
	static const char *const statuses[] = {BATCH_CRASH, BATCH_NO_CRASH, BATCH_UNREAD};
	const char *error = strchr(text, '\n'), *members = error ? strchr(error + 1, '\n') : NULL;

	if (!members || json_scan(error + 1) != members || !is_judged(members + 1))
		return VMT_ERR_CORRUPT;
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		size_t len = strlen(statuses[i]);

		if (len != (size_t)(error - text) || memcmp(text, statuses[i], len) != 0)
			continue;
		r->status = statuses[i];
		r->error = talloc_strndup(ctx, error + 1, (size_t)(members - error - 1));
		r->judged = members + 1;
		return r->error ? 0 : VMT_ERR_NOMEM;
	}
	return VMT_ERR_CORRUPT;
}

/* ---- what could not be read -------------------------------------------------------------- */

static const char *const ids[] = {
	[-VMT_ERR_NOMEM] = "no-memory",
	[-VMT_ERR_IO] = "io",
	[-VMT_ERR_NODATA] = "no-data",
	[-VMT_ERR_TRUNCATED] = "truncated",
	[-VMT_ERR_CORRUPT] = "corrupt",
	[-VMT_ERR_UNSUPPORTED] = "unsupported",
	[-VMT_ERR_FORMAT] = "format",
	[-VMT_ERR_LIMIT] = "limit",
	[-VMT_ERR_USAGE] = "usage",
	[-VMT_ERR_NOTFOUND] = "not-found",
	[-VMT_ERR_SEVERAL] = "several",
	[-VMT_ERR_INCOMPLETE] = "incomplete",
	[-VMT_ERR_WORKER] = "worker-died",
};

void batch_record_fail(TALLOC_CTX *ctx, struct batch_record *r, const char *status, const char *id,
	const char *message)
{
	r->status = status;
	r->error = error_text(ctx, id, message);
	r->judged = nothing;
}

void batch_record_error(TALLOC_CTX *ctx, struct batch_record *r, const struct vmt_err *error)
{
	char *whole = r->member ? talloc_asprintf(ctx, "%s:%s", r->path, r->member) : NULL;
	bool known = error->code < 0 && -error->code < (int)ARRAY_SIZE(ids);

	batch_record_fail(ctx, r, error->code == VMT_ERR_FORMAT ? BATCH_OTHER : BATCH_FAILED,
		known ? ids[-error->code] : NULL,
		err_without_path(error->message, whole ? whole : r->path));
	talloc_free(whole);
}

/* ---- JSON -------------------------------------------------------------------------------- */

static json_t *mtime(const struct batch_record *r)
{
	char *s = r->known ? units_rfc3339(NULL, r->mtime_ns) : NULL;
	json_t *v = json_text(s);

	talloc_free(s);
	return v;
}

char *batch_record_line(TALLOC_CTX *ctx, const struct batch_record *r)
{
	const struct vmt_u64 size = {r->known, r->size};
	TALLOC_CTX *own = talloc_new(ctx);
	char *file = members_of(
		own, json_pack("{so so so so}", "path", json_text(r->path), "member",
			     json_text(r->member), "size", json_number(size), "mtime", mtime(r)));
	char *line = NULL;

	if (own && file)
		line = talloc_asprintf(ctx,
			"{%s,\"status\":\"%s\",\"error\":%s,\"rules\":\"" VMT_RULES
			"\",\"record\":{\"number\":%zu,\"of\":%zu,\"whole\":%s},%s}\n",
			file, r->status, r->error ? r->error : "null", r->number, r->of,
			r->broken ? "false" : "true", r->judged);
	talloc_free(own);
	return line;
}

char *batch_record_text(TALLOC_CTX *ctx, const json_t *record)
{
	return as_text_of(ctx, record);
}

/* ---- text and CSV ------------------------------------------------------------------------ */

static const char *const format_names[] = {
	[BATCH_JSON] = VMT_FORMAT_JSON, [BATCH_TEXT] = VMT_FORMAT_TEXT, [BATCH_CSV] = "csv"};

int batch_format_find(const char *name, enum batch_format *ret, struct vmt_err *err)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(format_names); i++) {
		if (strcmp(name, format_names[i]) != 0)
			continue;
		*ret = (enum batch_format)i;
		return 0;
	}
	if (name)
		return err_set(err, VMT_ERR_USAGE, "no format for a batch is named %s", name);
	*ret = BATCH_JSON;
	return 0;
}

/* A column's name, and where its value is in the record. */
static const struct column {
	const char *name, *object, *key;
} columns[] = {
	{"path", NULL, "path"},
	{"member", NULL, "member"},
	{"size", NULL, "size"},
	{"mtime", NULL, "mtime"},
	{"status", NULL, "status"},
	{"error", "error", "id"},
	{"message", "error", "message"},
	{"time", "crash", "time"},
	{"host", "machine", "hostname"},
	{"kernel", "kernel", "release"},
	{"kind", "verdict", "kind"},
	{"module", "verdict", "module"},
	{"function", "verdict", "function"},
	{"headline", "verdict", "headline"},
	{"confidence", "verdict", "confidence"},
	{"coarse", "signature", "coarse"},
	{"fine", "signature", "fine"},
};

static const json_t *value_at(const json_t *record, const char *object, const char *key)
{
	return json_object_get(object ? json_object_get(record, object) : record, key);
}

static char *as_text(TALLOC_CTX *ctx, const json_t *value)
{
	if (json_is_integer(value))
		return talloc_asprintf(ctx, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return escape_terminal(ctx, json_is_string(value) ? json_string_value(value) : "");
}

/* As RFC 4180 wants it, and on one line. */
static void put_cell(const char *text, FILE *out)
{
	bool quoted = strpbrk(text, ",\"") != NULL;

	if (quoted)
		fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	if (quoted)
		fputc('"', out);
}

void batch_record_begin(enum batch_format format, FILE *out)
{
	if (format != BATCH_CSV)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		fprintf(out, "%s%s", i ? "," : "", columns[i].name);
	fputc('\n', out);
}

static int write_csv(TALLOC_CTX *ctx, const json_t *record, FILE *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		const struct column *c = &columns[i];
		char *text = as_text(ctx, value_at(record, c->object, c->key));

		if (!text)
			return VMT_ERR_NOMEM;
		if (i)
			fputc(',', out);
		put_cell(text, out);
	}
	fputc('\n', out);
	return 0;
}

static int write_text(TALLOC_CTX *ctx, const json_t *record, FILE *out)
{
	const json_t *member = value_at(record, NULL, "member");
	const json_t *headline = value_at(record, "verdict", "headline");
	const json_t *message = value_at(record, "error", "message");
	char *path = as_text(ctx, value_at(record, NULL, "path")), *inside = as_text(ctx, member);
	char *status = as_text(ctx, value_at(record, NULL, "status"));
	char *what = as_text(ctx, message ? message : headline);

	if (!path || !inside || !status || !what)
		return VMT_ERR_NOMEM;
	fprintf(out, "%s%s%s: ", path, *inside ? ":" : "", inside);
	if (message)
		fprintf(out, "%s: %s\n", status, what);
	else
		fprintf(out, "%s\n", *what ? what : "no crash was found");
	return 0;
}

int batch_record_write(const char *line, enum batch_format format, FILE *out, struct vmt_err *err)
{
	TALLOC_CTX *ctx;
	json_t *record;
	int rc;

	if (format == BATCH_JSON) {
		fputs(line, out);
		return 0;
	}
	ctx = talloc_new(NULL);
	record = ctx ? json_loads(line, 0, NULL) : NULL;
	rc = !record		   ? VMT_ERR_NOMEM
	     : format == BATCH_CSV ? write_csv(ctx, record, out)
				   : write_text(ctx, record, out);
	json_decref(record);
	talloc_free(ctx);
	return rc ? err_nomem(err) : 0;
}
