// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/batch_record.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "report/escape.h"
#include "report/json_internal.h"
#include "report/json_out.h"
#include "report/summary.h"
#include "report/units.h"
#include "rules_id.h"

/* ---- from a report or an error ----------------------------------------------------------- */

static const char *id_of(const struct vmt_report *report)
{
	for (size_t i = 0; i < report->n_diagnostics; i++)
		if (!strcmp(report->diagnostics[i].severity, VMT_SEVERITY_ERROR))
			return report->diagnostics[i].id;
	return "incomplete";
}

void batch_record_report(TALLOC_CTX *ctx, struct batch_record *r, const struct vmt_report *report)
{
	r->report = report;
	switch (vmt_report_outcome(report)) {
	case VMT_CRASH:
		r->status = BATCH_CRASH;
		return;
	case VMT_NO_CRASH:
		r->status = BATCH_NO_CRASH;
		return;
	case VMT_UNREAD:
		break;
	}
	r->status = BATCH_UNREAD;
	r->error_id = id_of(report);
	r->message = summary_unread(ctx, report);
}

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

/* A message without the path, which the record has: "cannot read: No such file or directory". */
static const char *without(const char *message, const char *path)
{
	size_t n = strlen(path);

	return !strncmp(message, path, n) && !strncmp(message + n, ": ", 2) ? message + n + 2
									    : message;
}

void batch_record_error(TALLOC_CTX *ctx, struct batch_record *r, const struct vmt_err *error)
{
	char *whole = r->member ? talloc_asprintf(ctx, "%s:%s", r->path, r->member) : NULL;

	r->status = error->code == VMT_ERR_FORMAT ? BATCH_OTHER : BATCH_FAILED;
	if (error->code < 0 && -error->code < (int)ARRAY_SIZE(ids))
		r->error_id = ids[-error->code];
	r->message = talloc_strdup(ctx, without(error->message, whole ? whole : r->path));
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

static json_t *error(const struct batch_record *r)
{
	if (!r->error_id && !r->message)
		return json_null();
	return json_pack("{so so}", "id", json_text(r->error_id), "message", json_text(r->message));
}

json_t *batch_record_json(const struct batch_record *r)
{
	const struct vmt_u64 size = {r->known, r->size};
	const struct vmt_report *report = r->report;

	return json_pack("{so so so so ss so ss s{sI sI} so so so so so so}", "path",
		json_text(r->path), "member", json_text(r->member), "size", json_number(size),
		"mtime", mtime(r), "status", r->status, "error", error(r), "rules", VMT_RULES,
		"record", "number", (json_int_t)r->number, "of", (json_int_t)r->of, "death",
		report ? json_death(report) : json_null(), "verdict",
		report ? json_verdict(&report->verdict) : json_null(), "crash",
		report ? json_crash(&report->crash) : json_null(), "kernel",
		report ? json_kernel(&report->kernel) : json_null(), "machine",
		report ? json_machine(&report->machine) : json_null(), "signature",
		report ? json_signature(&report->signature) : json_null());
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

int batch_record_write(
	const json_t *record, enum batch_format format, FILE *out, struct vmt_err *err)
{
	TALLOC_CTX *ctx;
	int rc;

	if (format == BATCH_JSON)
		return json_out(record, JSON_OUT_LINE, out, err);
	ctx = talloc_new(NULL);
	rc = !ctx		   ? VMT_ERR_NOMEM
	     : format == BATCH_CSV ? write_csv(ctx, record, out)
				   : write_text(ctx, record, out);
	talloc_free(ctx);
	return rc ? err_nomem(err) : 0;
}
