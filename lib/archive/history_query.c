// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Patterns as a shell's, ranges of time, and hashes that begin so. What a pattern begins with is
 * also a range, which an index can answer.
 */
#include "archive/history_query.h"

#include <fnmatch.h>
#include <string.h>

#include "base/array.h"

#define WHEN "coalesce(time, local_time)"
#define SPECIAL "*?[\\"

/* Of a member of the query, the column that it is about. */
static const struct {
	const char *column;
	size_t offset;
} patterns[] = {
	{"host", offsetof(struct vmt_history_query, host)},
	{"release", offsetof(struct vmt_history_query, kernel)},
	{"module", offsetof(struct vmt_history_query, module)},
	{"kind", offsetof(struct vmt_history_query, kind)},
};

static const char *pattern_at(const struct vmt_history_query *q, size_t i)
{
	const char *text;

	memcpy(&text, (const char *)q + patterns[i].offset, sizeof(text));
	return text;
}

static bool is_plain(const char *pattern)
{
	return !strpbrk(pattern, SPECIAL);
}

static bool is_simple(const char *pattern)
{
	return !strpbrk(pattern, "?[\\");
}

/* Whether there is a valid text behind all that begin so. */
static bool has_range(const char *text, size_t len)
{
	return len && text[len - 1] > 0 && text[len - 1] < 0x7e;
}

/* That text, if there is one; NULL: no memory. */
static char *behind(TALLOC_CTX *ctx, const char *text, size_t len)
{
	char *copy = talloc_strndup(ctx, text, len);

	if (copy)
		copy[len - 1]++;
	return copy;
}

static char *add_match(char *sql, const struct history_dialect *d, const char *column)
{
	return talloc_asprintf_append_buffer(sql, "%s %s :%s", column, d->matches, column);
}

/* A pattern for the text of a column; the parameter has the column's name. */
static char *add_pattern(
	char *sql, const struct history_dialect *d, const char *column, const char *pattern)
{
	size_t len = strcspn(pattern, SPECIAL);

	if (is_plain(pattern))
		return talloc_asprintf_append_buffer(sql, "%s = :%s", column, column);
	if (has_range(pattern, len))
		sql = talloc_asprintf_append_buffer(
			sql, "%s >= :%s_from AND %s < :%s_to AND ", column, column, column, column);
	if (!sql || !is_simple(pattern))
		return sql ? talloc_strdup_append_buffer(sql, "1 = 1") : NULL;
	return add_match(sql, d, column);
}

/* Whether the headline counts, too: it says "use of freed memory", whatever the kernel reported. */
static bool is_freed_kind(const char *column, const char *pattern)
{
	return strcmp(column, "kind") == 0 && fnmatch(pattern, WORDS_FREED_KIND, 0) == 0;
}

static char *add_column(
	char *sql, const struct history_dialect *d, const char *column, const char *pattern)
{
	if (!is_freed_kind(column, pattern))
		return add_pattern(sql, d, column, pattern);
	sql = talloc_strdup_append_buffer(sql, "((");
	sql = sql ? add_pattern(sql, d, column, pattern) : NULL;
	return sql ? talloc_strdup_append_buffer(sql, ") OR " HISTORY_FREED ")") : NULL;
}

static char *add_hash(char *sql, const char *column, const char *start)
{
	if (has_range(start, strlen(start)))
		return talloc_asprintf_append_buffer(
			sql, " OR (%s >= :hash AND %s < :hash_to)", column, column);
	return talloc_asprintf_append_buffer(
		sql, " OR substr(%s, 1, length(:hash)) = :hash", column);
}

/* What has no time is in every range. */
static char *add_range(char *sql, const struct vmt_history_query *q, enum history_part part)
{
	const char *or_none = part == HISTORY_DATED ? "" : " OR " WHEN " IS NULL";

	if (sql && part == HISTORY_DATELESS)
		return talloc_strdup_append_buffer(sql, " AND " WHEN " IS NULL");
	if (sql && q->since.known)
		sql = talloc_asprintf_append_buffer(sql, " AND (" WHEN " >= @since%s)", or_none);
	if (sql && q->until.known)
		sql = talloc_asprintf_append_buffer(sql, " AND (" WHEN " <= @until%s)", or_none);
	return sql;
}

char *history_query_sql(TALLOC_CTX *ctx, const struct history_dialect *d,
	const struct vmt_history_query *q, enum history_part part)
{
	char *sql = talloc_strdup(ctx, q->by ? "kind IS NOT NULL" : "1 = 1");

	sql = add_range(sql, q, part);
	for (size_t i = 0; sql && i < ARRAY_SIZE(patterns); i++) {
		const char *pattern = pattern_at(q, i);

		if (!pattern)
			continue;
		sql = talloc_strdup_append_buffer(sql, " AND ");
		sql = sql ? add_column(sql, d, patterns[i].column, pattern) : NULL;
	}
	if (!sql || !q->signature)
		return sql;
	sql = talloc_strdup_append_buffer(sql, " AND ((");
	sql = sql ? add_pattern(sql, d, "signature", q->signature) : NULL;
	sql = sql ? talloc_strdup_append_buffer(sql, ")") : NULL;
	sql = sql ? add_hash(sql, "coarse", q->signature) : NULL;
	sql = sql ? add_hash(sql, "fine", q->signature) : NULL;
	return sql ? talloc_strdup_append_buffer(sql, ")") : NULL;
}

static int bind_pattern(
	TALLOC_CTX *ctx, struct history_stmt *stmt, const char *column, const char *pattern)
{
	const struct history_ops *ops = stmt->db->ops;
	size_t len = strcspn(pattern, SPECIAL);
	char *from, *to, *name_from, *name_to;

	if (is_plain(pattern))
		return ops->bind_text(stmt, column, pattern);
	if (has_range(pattern, len)) {
		from = talloc_strndup(ctx, pattern, len);
		to = behind(ctx, pattern, len);
		name_from = talloc_asprintf(ctx, "%s_from", column);
		name_to = talloc_asprintf(ctx, "%s_to", column);
		if (!from || !to || !name_from || !name_to ||
			ops->bind_text(stmt, name_from, from) || ops->bind_text(stmt, name_to, to))
			return VMT_ERR_NOMEM;
	}
	return is_simple(pattern) ? ops->bind_pattern(stmt, column, pattern) : 0;
}

int history_query_bind(TALLOC_CTX *ctx, struct history_stmt *stmt,
	const struct vmt_history_query *q, struct vmt_err *err)
{
	const struct history_ops *ops = stmt->db->ops;
	const int64_t newest = (int64_t)q->newest;
	int rc = ops->bind_number(stmt, "since", &q->since.ns);

	rc = rc ? rc : ops->bind_number(stmt, "until", &q->until.ns);
	rc = rc ? rc : ops->bind_number(stmt, "newest", &newest);
	for (size_t i = 0; !rc && i < ARRAY_SIZE(patterns); i++)
		if (pattern_at(q, i))
			rc = bind_pattern(ctx, stmt, patterns[i].column, pattern_at(q, i));
	if (!rc && q->signature) {
		size_t len = strlen(q->signature);

		rc = bind_pattern(ctx, stmt, "signature", q->signature);
		rc = rc ? rc : ops->bind_text(stmt, "hash", q->signature);
		if (!rc && has_range(q->signature, len)) {
			char *to = behind(ctx, q->signature, len);

			rc = to ? ops->bind_text(stmt, "hash_to", to) : VMT_ERR_NOMEM;
		}
	}
	return rc ? err_nomem(err) : 0;
}

/* ---- what SQL cannot say ----------------------------------------------------------------- */

bool history_query_is_exact(const struct vmt_history_query *q)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		if (pattern_at(q, i) && !is_simple(pattern_at(q, i)))
			return false;
	return !q->signature || is_simple(q->signature);
}

bool history_query_is_all(const struct vmt_history_query *q)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		if (pattern_at(q, i))
			return false;
	return !q->signature && !q->since.known && !q->until.known && !q->newest;
}

static bool matches(const char *pattern, const char *text)
{
	return !pattern || (text && fnmatch(pattern, text, 0) == 0);
}

static bool begins(const char *text, const char *start)
{
	return text && strncmp(text, start, strlen(start)) == 0;
}

bool history_query_matches(const struct vmt_history_query *q, const struct vmt_report *r)
{
	const struct vmt_signature *s = &r->signature;

	return matches(q->host, r->machine.hostname) && matches(q->kernel, r->kernel.release) &&
	       matches(q->module, r->verdict.module) &&
	       (!q->kind || vmt_verdict_is_kind(&r->verdict, q->kind)) &&
	       (!q->signature || (s->text && matches(q->signature, s->text)) ||
		       begins(s->coarse, q->signature) || begins(s->fine, q->signature));
}
