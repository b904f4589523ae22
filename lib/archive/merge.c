// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The records of many batches become those of one. All lines are sorted by the file that they are
 * of, so that its records meet, however many files there are.
 */
#include <string.h>

#include "archive/batch_record.h"
#include "archive/merge_input.h"
#include "archive/merge_record.h"
#include "archive/merge_report.h"
#include "archive/sorter.h"
#include "base/array.h"
#include "base/sized.h"
#include "report/json_scan.h"
#include "report/writer.h"
#include "rules_id.h"

#define MEMORY (64u << 20)
#define TRANSACTION 4096 /* crashes that are added to the history at once */
#define FALSE_STARTS 16	 /* of records in one line that are none */

/* ---- the merge --------------------------------------------------------------------------- */

struct merge {
	struct vmt_merge_options mo;
	enum batch_format format;
	FILE *out; /* NULL: none */
	struct sorter *sorter;
	struct vmt_merge_result result;
	TALLOC_CTX *waiting; /* crashes for the history */
	const struct vmt_report **crashes;
	size_t n_crashes;
	/* The state of a file whose records are written now. */
	struct state {
		uint8_t *key; /* of its file and its state; NULL: none yet */
		size_t file_len, len;
		struct merge_record last; /* its line is a talloc child of key */
		uint32_t n_missing, first_missing;
	} state;
	struct vmt_err *err;
};

static int add(struct merge *m, const struct merge_record *r)
{
	const struct sorter_item item = {r->key, r->key_len, r->line, r->len};

	return r->missing ? 0 : sorter_add(m->sorter, &item, m->err);
}

static int take_damaged(
	struct merge *m, TALLOC_CTX *ctx, const char *text, uint64_t len, uint64_t hash)
{
	char *line = merge_record_damaged(ctx, text, len, hash);
	struct merge_record r;
	int rc = line ? merge_record_read(ctx, line, &r, m->err) : err_nomem(m->err);

	return rc ? rc : add(m, &r);
}

/* Of a line that is no record: from begin up to end. */
static int take_rest(struct merge *m, TALLOC_CTX *ctx, const struct merge_line *l,
	const char *begin, const char *end)
{
	size_t len = (size_t)(end - begin);
	char *text;

	if (len == l->n)
		return take_damaged(m, ctx, l->text, l->len, l->hash);
	text = len ? talloc_size(ctx, len + 2) : NULL;
	if (!text)
		return len ? err_nomem(m->err) : 0;
	memcpy(text, begin, len);
	memcpy(text + len, "\n", 2);
	return take_damaged(m, ctx, text, len, merge_input_hash(text, len));
}

/*
 * Where outputs were put together, the last line of one of them may have been cut off, and a file
 * system may have left zeros: the records after them are whole. What is between is no record.
 */
static int take_pieces(struct merge *m, TALLOC_CTX *ctx, const struct merge_line *l)
{
	static const char start[] = "{\"path\":";
	const char *p = l->text, *rest = p, *end = p + l->n;
	unsigned wrong = 0;
	int rc = 0;

	while (!rc && !l->cut && wrong < FALSE_STARTS &&
		(p = memmem(p, (size_t)(end - p), start, strlen(start)))) {
		const char *behind = json_scan(p);
		char *line = behind ? talloc_asprintf(ctx, "%.*s\n", (int)(behind - p), p) : NULL;
		struct merge_record r;

		if (behind && !line)
			return err_nomem(m->err);
		rc = line ? merge_record_read(ctx, line, &r, NULL) : VMT_ERR_CORRUPT;
		if (rc == VMT_ERR_CORRUPT) {
			rc = 0;
			wrong++;
			p++;
			continue;
		}
		rc = rc ? err_nomem(m->err) : take_rest(m, ctx, l, rest, p);
		if (!rc)
			rc = add(m, &r);
		p = rest = behind;
	}
	return rc ? rc : take_rest(m, ctx, l, rest, end);
}

static void tell(struct merge *m, const char *path, uint64_t number, const char *why)
{
	if (m->mo.damaged)
		m->mo.damaged(m->mo.arg, path, number, why);
}

static int take_line(struct merge *m, const struct merge_line *l, const char *path)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct merge_record r;
	struct vmt_err why;
	int rc;

	if (!ctx)
		return err_nomem(m->err);
	m->result.lines++;
	if (l->cut)
		rc = err_set(&why, VMT_ERR_CORRUPT, "is too long for a record");
	else if (memchr(l->text, 0, l->n))
		rc = err_set(&why, VMT_ERR_CORRUPT, "has a NUL");
	else
		rc = merge_record_read(ctx, l->text, &r, &why);
	if (!rc) {
		rc = add(m, &r);
	} else if (rc == VMT_ERR_CORRUPT) {
		tell(m, path, l->number, why.message);
		rc = take_pieces(m, ctx, l);
	} else {
		rc = err_nomem(m->err);
	}
	talloc_free(ctx);
	return rc;
}

static int read_file(struct merge *m, const char *path)
{
	struct merge_input *in;
	const struct merge_line *l;
	uint64_t number = 1;
	int rc = merge_input_open(m, path, &in, m->err);

	if (rc)
		return rc;
	while (!(rc = merge_input_next(in, &l, m->err)) && l) {
		number = l->number + 1;
		if (l->len)
			rc = take_line(m, l, path);
		if (rc)
			break;
	}
	if (!rc && merge_input_missing(in))
		tell(m, path, number, merge_input_missing(in));
	talloc_free(in);
	return rc;
}

/* ---- the history ------------------------------------------------------------------------- */

static int flush_crashes(struct merge *m)
{
	int rc =
		m->n_crashes ? vmt_history_add(m->mo.history, m->crashes, m->n_crashes, m->err) : 0;

	TALLOC_FREE(m->waiting);
	m->crashes = NULL;
	m->n_crashes = 0;
	return rc;
}

static int remember(struct merge *m, const json_t *record)
{
	const struct vmt_report **more;
	const struct vmt_report *r;

	m->waiting = m->waiting ? m->waiting : talloc_new(m);
	more = m->waiting ? ARRAY_ROOM(m->waiting, m->crashes, m->n_crashes) : NULL;
	r = more ? merge_report(m->waiting, record) : NULL;
	if (more)
		m->crashes = more;
	if (!r)
		return err_nomem(m->err);
	more[m->n_crashes++] = r;
	return m->n_crashes == TRANSACTION ? flush_crashes(m) : 0;
}

/* ---- output ------------------------------------------------------------------------------ */

static const char *text_at(const json_t *record, const char *object, const char *key)
{
	const json_t *o = object ? json_object_get(record, object) : record;
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static void count(struct merge *m, const json_t *record, const char *status)
{
	struct vmt_merge_result *r = &m->result;

	r->records++;
	r->crashes += !strcmp(status, BATCH_CRASH);
	r->failed += !strcmp(status, BATCH_FAILED) || !strcmp(status, BATCH_UNREAD);
	r->others += !strcmp(status, BATCH_OTHER);
	r->skipped += !strcmp(status, BATCH_SKIPPED);
	r->damaged += !strcmp(text_at(record, "error", "id"), MERGE_DAMAGED);
	r->foreign += strcmp(text_at(record, NULL, "rules"), VMT_RULES) != 0;
}

static int write_line(struct merge *m, const char *line)
{
	json_t *record = json_loads(line, 0, NULL);
	const char *status;
	int rc = record ? 0 : err_nomem(m->err);

	if (rc)
		return rc;
	status = text_at(record, NULL, "status");
	count(m, record, status);
	if (m->mo.history && !strcmp(status, BATCH_CRASH))
		rc = remember(m, record);
	json_decref(record);
	if (!rc && m->out)
		rc = batch_record_write(line, m->format, m->out, m->err);
	return rc;
}

/* ---- what counts ------------------------------------------------------------------------- */

static int end_state(struct merge *m)
{
	struct state *s = &m->state;
	char *line;
	int rc = 0;

	if (!s->key)
		return 0;
	if (s->last.number < s->last.of) {
		s->first_missing = s->n_missing ? s->first_missing : s->last.number + 1;
		s->n_missing += s->last.of - s->last.number;
	}
	if (s->n_missing) {
		m->result.missing += s->n_missing;
		line = merge_record_missing(s->key, &s->last, s->first_missing, s->n_missing);
		rc = line ? write_line(m, line) : err_nomem(m->err);
	}
	talloc_free(s->key);
	*s = (struct state){0};
	return rc;
}

static int begin_state(struct merge *m, const struct merge_record *r)
{
	struct state *s = &m->state;
	int rc = end_state(m);

	if (rc)
		return rc;
	s->file_len = r->file_len;
	s->len = r->file_len + r->state_len;
	s->key = talloc_memdup(m, r->key, s->len);
	return s->key ? 0 : err_nomem(m->err);
}

/* Records come by file, and then with the one that counts first. */
static int take_sorted(struct merge *m, const struct merge_record *r)
{
	struct state *s = &m->state;
	bool same_file =
		s->key && r->file_len == s->file_len && !memcmp(r->key, s->key, s->file_len);
	int rc = same_file ? 0 : begin_state(m, r);
	char *line;

	if (rc)
		return rc;
	if (r->file_len + r->state_len != s->len || memcmp(r->key, s->key, s->len) != 0 ||
		r->number == s->last.number)
		return 0; /* of another state, or the same again */
	if (r->number > s->last.number + 1) {
		s->first_missing = s->n_missing ? s->first_missing : s->last.number + 1;
		s->n_missing += r->number - s->last.number - 1;
	}
	line = talloc_strndup(s->key, r->line, r->len);
	if (!line)
		return err_nomem(m->err);
	talloc_free((char *)(uintptr_t)s->last.line);
	s->last = *r;
	s->last.line = line;
	return write_line(m, line);
}

static int write_all(struct merge *m)
{
	struct sorter_item item;
	int rc;

	if (m->out)
		batch_record_begin(m->format, m->out);
	while (!(rc = sorter_next(m->sorter, &item, m->err)) && item.data) {
		struct merge_record r = {.line = item.data, .len = item.len};

		r.key = (uint8_t *)(uintptr_t)item.key;
		r.key_len = item.key_len;
		merge_record_parts(&r);
		rc = take_sorted(m, &r);
		if (rc)
			return rc;
	}
	if (!rc)
		rc = end_state(m);
	return rc ? rc : flush_crashes(m);
}

static int read_options(
	struct merge *m, const struct vmt_merge_options *mo, FILE *out, struct vmt_err *err)
{
	int rc = sized_read(&m->mo, sizeof(m->mo), mo, err);

	m->out = out;
	m->err = err;
	if (!rc)
		rc = batch_format_find(m->mo.format, &m->format, err);
	if (!rc)
		rc = sized_check(m->mo.result, err);
	if (!rc)
		rc = sorter_new(m, m->mo.memory ? (size_t)m->mo.memory : MEMORY, &m->sorter, err);
	return rc;
}

int vmt_merge(const struct vmt_merge_options *mo, const char *const *paths, size_t n, FILE *out,
	struct vmt_err *err)
{
	struct merge *m = talloc_zero(NULL, struct merge);
	unsigned allocs = alloc_failures();
	int rc = m ? read_options(m, mo, out, err) : err_nomem(err);

	for (size_t i = 0; i < n && !rc; i++)
		rc = read_file(m, paths[i]);
	if (!rc)
		rc = write_all(m);
	if (!rc && out)
		rc = report_flush(out, allocs, err);
	if (!rc)
		sized_write(m->mo.result, &m->result, sizeof(m->result));
	talloc_free(m);
	return rc;
}
