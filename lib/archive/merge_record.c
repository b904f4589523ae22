// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/merge_record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "archive/batch_record.h"
#include "base/array.h"
#include "report/escape.h"
#include "report/json_scan.h"
#include "rules_id.h"

#define QUOTED 100 /* bytes of a damaged line that its record shows */

/* ---- members ----------------------------------------------------------------------------- */

/* The text of a member's value; NULL: there is none. */
struct member {
	const char *p;
	size_t len;
};

enum { PATH, SIZE, MTIME, STATUS, ERROR, RULES, RECORD, MEMBERS };

static const char *const names[MEMBERS] = {
	"path", "size", "mtime", "status", "error", "rules", "record"};

static void find_members(const char *p, struct member m[MEMBERS])
{
	memset(m, 0, MEMBERS * sizeof(*m));
	while (*p == '{' || *p == ',') {
		const char *key = p + 2, *value = json_scan(p + 1), *end;

		if (!value || *value != ':')
			return;
		end = json_scan(value + 1);
		if (!end)
			return;
		for (size_t i = 0; i < MEMBERS; i++)
			if (strlen(names[i]) == (size_t)(value - key - 1) &&
				!strncmp(names[i], key, strlen(names[i])) && !m[i].p)
				m[i] = (struct member){value + 1, (size_t)(end - value - 1)};
		p = end;
	}
}

static json_t *value_of(const struct member *m)
{
	return m->p ? json_loadb(m->p, m->len, JSON_DECODE_ANY, NULL) : NULL;
}

static bool is_text(const struct member *m)
{
	return m->p && *m->p == '"';
}

static bool equals(const struct member *m, const char *text)
{
	size_t len = strlen(text);

	return is_text(m) && m->len == len + 2 && !memcmp(m->p + 1, text, len);
}

static bool is_null(const struct member *m)
{
	return m->p && m->len == 4 && !memcmp(m->p, "null", 4);
}

/* ---- keys -------------------------------------------------------------------------------- */

/*
 * A key is a file: its folders, its name, or the line itself if it has no path; a state; the number
 * and the rank of a record. Files come before folders, as in a batch.
 */
enum { OF_NAME = 1, OF_FOLDER, OF_LINE };

#define DIGITS 16

struct key {
	uint8_t *p;
	size_t len;
};

static void put(struct key *k, const void *bytes, size_t len)
{
	memcpy(k->p + k->len, bytes, len);
	k->len += len;
}

static void put_byte(struct key *k, unsigned byte)
{
	k->p[k->len++] = (uint8_t)byte;
}

/* Numbers as text: easy to look at, and in the order of numbers. */
static void put_number(struct key *k, uint64_t v)
{
	char text[DIGITS + 1];

	snprintf(text, sizeof(text), "%016" PRIx64, v);
	put(k, text, DIGITS);
}

static void put_path(struct key *k, const char *path)
{
	for (size_t len;; path += len + 1) {
		len = strcspn(path, "/");
		put_byte(k, path[len] ? OF_FOLDER : OF_NAME);
		put(k, path, len);
		put_byte(k, 0);
		if (!path[len])
			return;
	}
}

/* "2026-11-21T00:53:29.123456Z" so that the newest is first; without a time last. */
static void put_time(struct key *k, const struct member *mtime)
{
	bool fraction = is_text(mtime) && mtime->len == sizeof("2026-11-21T00:53:29.123456Z") + 1;

	for (size_t i = 1; is_text(mtime) && i + 1 < mtime->len; i++)
		put_byte(k, 0xffu - (uint8_t)(mtime->p[i] == 'Z' ? '.' : mtime->p[i]));
	/* 29Z is 29.000000Z */
	for (size_t i = 0; is_text(mtime) && !fraction && i < strlen("000000"); i++)
		put_byte(k, 0xffu - '0');
	put_byte(k, 0xff);
}

/* Those that are judged by these rules are first, then the others by name. */
static void put_rules(struct key *k, const struct member *rules)
{
	put_byte(k, equals(rules, VMT_RULES) ? 1 : 2);
	put(k, rules->p, rules->len);
	put_byte(k, 0);
}

/* ---- reading ----------------------------------------------------------------------------- */

/* What "record" and "error" say. */
struct facts {
	json_int_t number, of;
	bool whole, damaged, missing;
};

static bool read_facts(const struct member m[MEMBERS], struct facts *f)
{
	json_t *record = value_of(&m[RECORD]), *error = value_of(&m[ERROR]);
	const char *id = json_string_value(json_object_get(error, "id"));

	f->number = json_integer_value(json_object_get(record, "number"));
	f->of = json_integer_value(json_object_get(record, "of"));
	f->whole = !json_is_false(json_object_get(record, "whole"));
	f->damaged = id && !strcmp(id, MERGE_DAMAGED);
	f->missing = id && !strcmp(id, MERGE_MISSING);
	json_decref(record);
	json_decref(error);
	return f->number > 0 && f->number <= f->of && f->of <= MERGE_RECORDS;
}

/* A line as batch_record_line() writes it; other JSON is written anew. NULL: it is none. */
static const char *as_written(TALLOC_CTX *ctx, const char *line)
{
	const char *end = *line == '{' ? json_scan(line) : NULL;
	json_t *value;

	if (end && end[0] == '\n' && !end[1])
		return line;
	value = json_loads(line, 0, NULL);
	line = value ? batch_record_text(ctx, value) : NULL;
	json_decref(value);
	end = line && *line == '{' ? json_scan(line) : NULL;
	return end && end[0] == '\n' ? line : NULL;
}

static int make_key(TALLOC_CTX *ctx, struct merge_record *r, const struct member m[MEMBERS],
	const struct facts *f, const char *path)
{
	struct key k = {.p = talloc_size(ctx, 2 * (path ? strlen(path) : r->len) + m[MTIME].len +
						      m[RULES].len + 8 * DIGITS)};
	json_t *size = value_of(&m[SIZE]);
	bool failed = !is_null(&m[ERROR]);

	if (!k.p)
		return VMT_ERR_NOMEM;
	if (path) {
		put_path(&k, path);
	} else {
		put_byte(&k, OF_LINE);
		put(&k, r->line, r->len);
		put_byte(&k, 0);
	}
	r->file_len = k.len;
	put_byte(&k, f->damaged ? 2 : 1);
	put_time(&k, &m[MTIME]);
	put_rules(&k, &m[RULES]);
	put_number(&k, json_is_integer(size) ? ~(uint64_t)json_integer_value(size) : UINT64_MAX);
	put_byte(&k, f->whole ? 1 : 2);
	put_number(&k, ~(uint64_t)f->of);
	r->state_len = k.len - r->file_len;
	put_number(&k, (uint64_t)f->number);
	put_byte(&k, failed ? 2 : 1);
	json_decref(size);
	r->key = k.p;
	r->key_len = k.len;
	return 0;
}

int merge_record_read(
	TALLOC_CTX *ctx, const char *line, struct merge_record *ret, struct vmt_err *err)
{
	struct member m[MEMBERS];
	struct facts f;
	json_t *path;
	int rc;

	*ret = (struct merge_record){.line = as_written(ctx, line)};
	if (!ret->line)
		return err_set(err, VMT_ERR_CORRUPT, "is no JSON object");
	ret->len = strlen(ret->line);
	find_members(ret->line, m);
	if ((!is_text(&m[PATH]) && !is_null(&m[PATH])) || !is_text(&m[STATUS]) ||
		!is_text(&m[RULES]) || !m[MTIME].p || !m[SIZE].p || !m[ERROR].p ||
		!read_facts(m, &f))
		return err_set(err, VMT_ERR_CORRUPT, "is no record of a batch");
	ret->number = (uint32_t)f.number;
	ret->of = (uint32_t)f.of;
	ret->missing = f.missing;
	path = value_of(&m[PATH]);
	rc = make_key(ctx, ret, m, &f, json_string_value(path));
	json_decref(path);
	return rc ? err_nomem(err) : 0;
}

void merge_record_parts(struct merge_record *r)
{
	size_t tail = DIGITS + 1, at = r->key_len - tail;
	char text[DIGITS + 1] = {0};

	memcpy(text, r->key + at, DIGITS);
	r->number = (uint32_t)strtoull(text, NULL, 16);
	memcpy(text, r->key + at - DIGITS, DIGITS);
	r->of = (uint32_t)~strtoull(text, NULL, 16);
	r->file_len = 0;
	for (unsigned kind = OF_FOLDER; kind == OF_FOLDER;) {
		kind = r->key[r->file_len];
		r->file_len += strlen((const char *)r->key + r->file_len) + 1;
	}
	r->state_len = at - r->file_len;
}

/* ---- what stands in ---------------------------------------------------------------------- */

/* The path of a line that begins as batch_record_line() does; NULL: it does not. */
static char *path_of(TALLOC_CTX *ctx, const char *line)
{
	static const char begin[] = "{\"path\":";
	const char *value = line + strlen(begin), *end;
	json_t *path = NULL;
	char *copy;

	if (strncmp(line, begin, strlen(begin)) != 0 || *value != '"')
		return NULL;
	end = json_scan(value);
	if (end)
		path = json_loadb(value, (size_t)(end - value), JSON_DECODE_ANY, NULL);
	copy = path ? talloc_strdup(ctx, json_string_value(path)) : NULL;
	json_decref(path);
	return copy;
}

char *merge_record_damaged(TALLOC_CTX *ctx, const char *line, uint64_t len, uint64_t hash)
{
	struct batch_record r = {.number = 1, .of = 1};
	char *begin = talloc_strndup(ctx, line, QUOTED);
	char *shown = begin ? escape_terminal(ctx, begin) : NULL;
	char *why = shown ? talloc_asprintf(ctx,
				    "the line of its record is damaged (%" PRIu64
				    " bytes, %016" PRIx64 "): %s",
				    len, hash, shown)
			  : NULL;

	if (!why)
		return NULL;
	r.path = path_of(ctx, line);
	batch_record_fail(ctx, &r, BATCH_FAILED, MERGE_DAMAGED, why);
	return batch_record_line(ctx, &r);
}

char *merge_record_missing(
	TALLOC_CTX *ctx, const struct merge_record *r, uint32_t number, uint32_t n_missing)
{
	struct batch_record missing = {.number = number, .of = r->of};
	struct member m[MEMBERS];
	char *why =
		talloc_asprintf(ctx, "%u of %u records of this file are missing", n_missing, r->of);
	json_t *path;
	char *line;

	find_members(r->line, m);
	path = value_of(&m[PATH]);
	missing.path = json_string_value(path);
	if (why)
		batch_record_fail(ctx, &missing, BATCH_FAILED, MERGE_MISSING, why);
	line = why ? batch_record_line(ctx, &missing) : NULL;
	json_decref(path);
	return line;
}
