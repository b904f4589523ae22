// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/batch_done.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/name_index.h"
#include "report/escape.h"
#include "rules_id.h"
#include "report/units.h"

/* The first record of a file. */
struct place {
	size_t source;
	off_t offset;
};

struct batch_done {
	FILE *sources[2]; /* the journal, the earlier output; NULL: there is none */
	const char *journal;
	struct place *places;
	size_t n;
	struct name_index *index; /* of places, by path */
};

static int close_files(struct batch_done *done)
{
	for (size_t i = 0; i < ARRAY_SIZE(done->sources); i++)
		if (done->sources[i])
			fclose(done->sources[i]);
	return 0;
}

static uint32_t hash(const struct batch_done *done, const char *path)
{
	return name_index_hash(name_index_more(name_index_start(done->index), path, strlen(path)));
}

static const char *string(const json_t *record, const char *key)
{
	return json_string_value(json_object_get(record, key));
}

static json_int_t number(const json_t *record, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(record, "record"), key));
}

/* Whether the record is of these rules, and has what a record has. */
static bool is_record(const json_t *record)
{
	const char *rules = string(record, "rules");

	return rules && !strcmp(rules, VMT_RULES) && string(record, "path") &&
	       string(record, "mtime") && string(record, "status") && number(record, "of") > 0;
}

static int add_place(
	struct batch_done *done, const char *path, size_t source, off_t offset, struct vmt_err *err)
{
	struct place *more = ARRAY_ROOM(done, done->places, done->n);

	if (!more)
		return err_nomem(err);
	done->places = more;
	more[done->n] = (struct place){source, offset};
	return name_index_add(done->index, hash(done, path), (uint32_t)done->n++, err);
}

/* *end: after the last complete line. */
static int read_source(struct batch_done *done, size_t source, off_t *end, struct vmt_err *err)
{
	FILE *f = done->sources[source];
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int rc = 0;

	*end = 0;
	while (!rc && (len = getline(&line, &room, f)) > 0 && line[len - 1] == '\n') {
		json_t *record = json_loadb(line, (size_t)len - 1, 0, NULL);

		if (is_record(record) && number(record, "number") == 1)
			rc = add_place(done, string(record, "path"), source, *end, err);
		json_decref(record);
		*end += len;
	}
	free(line);
	return rc;
}

/* ---- opening ----------------------------------------------------------------------------- */

static int open_journal(struct batch_done *done, const char *path, bool resume, struct vmt_err *err)
{
	int fd =
		open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	struct stat st;

	done->journal = path;
	if (fd < 0)
		return err_set_errno(err, errno, "%s: cannot be written", path);
	done->sources[0] = fdopen(fd, "r+e");
	if (!done->sources[0]) {
		close(fd);
		return err_nomem(err);
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return err_set(err, VMT_ERR_USAGE, "%s: is no regular file", path);
	if (flock(fd, LOCK_EX | LOCK_NB))
		return err_set(err, VMT_ERR_USAGE, "%s: another batch writes to it", path);
	if (st.st_size && !resume)
		return err_set(err, VMT_ERR_USAGE,
			"%s: is of a batch that was interrupted: go on with --resume, or remove it",
			path);
	return 0;
}

static int read_all(struct batch_done *done, struct vmt_err *err)
{
	off_t end;
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(done->sources) && !rc; i++) {
		if (!done->sources[i])
			continue;
		rc = read_source(done, i, &end, err);
		/* A torn line would join the next record. */
		if (!rc && i == 0 && ftruncate(fileno(done->sources[0]), end))
			rc = err_set_errno(err, errno, "%s: cannot be written", done->journal);
	}
	return rc;
}

int batch_done_open(TALLOC_CTX *ctx, const char *journal, bool resume, const char *earlier,
	struct batch_done **ret, struct vmt_err *err)
{
	struct batch_done *done = talloc_zero(ctx, struct batch_done);
	int rc = done ? name_index_new(done, 0, &done->index, err) : err_nomem(err);
	struct stat st;

	if (rc)
		return rc;
	talloc_set_destructor(done, close_files);
	if (journal)
		rc = open_journal(done, journal, resume, err);
	if (earlier && !stat(earlier, &st) && S_ISREG(st.st_mode))
		done->sources[1] = fopen(earlier, "re");
	if (!rc)
		rc = read_all(done, err);
	if (rc)
		talloc_free(done);
	else
		*ret = done;
	return rc;
}

size_t batch_done_files(const struct batch_done *done, struct batch_inode ret[2])
{
	size_t n = 0;
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(done->sources); i++)
		if (done->sources[i] && !fstat(fileno(done->sources[i]), &st))
			ret[n++] = (struct batch_inode){st.st_dev, st.st_ino};
	return n;
}

/* ---- finding ----------------------------------------------------------------------------- */

static bool same_file(const json_t *record, const char *path, uint64_t size, const char *mtime)
{
	const json_t *bytes = json_object_get(record, "size");

	return is_record(record) && !strcmp(string(record, "path"), path) &&
	       !strcmp(string(record, "mtime"), mtime) && json_is_integer(bytes) &&
	       json_integer_value(bytes) == (json_int_t)size;
}

/* All records of the file from here on; NULL: it is another one, or not all are there. */
static json_t *read_records(
	FILE *f, off_t offset, const char *path, uint64_t size, const char *mtime)
{
	json_t *all = json_array();
	char *line = NULL;
	size_t room = 0;
	json_int_t n = 1;
	ssize_t len;

	if (fseeko(f, offset, SEEK_SET))
		n = 0;
	for (json_int_t i = 1; i <= n && (len = getline(&line, &room, f)) > 0; i++) {
		json_t *record = json_loadb(line, (size_t)len, 0, NULL);

		if (!same_file(record, path, size, mtime) || number(record, "number") != i) {
			json_decref(record);
			break;
		}
		n = number(record, "of");
		if (json_array_append_new(all, record))
			break;
	}
	free(line);
	if (n && (json_int_t)json_array_size(all) == n)
		return all;
	json_decref(all);
	return NULL;
}

json_t *batch_done_find(struct batch_done *done, const struct batch_record *r)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *path = ctx && r->known && done->n ? escape_utf8(ctx, r->path) : NULL;
	char *mtime = path ? units_rfc3339(ctx, r->mtime_ns) : NULL;
	uint32_t cursor = 0, i;
	json_t *found = NULL;

	while (mtime && !found && name_index_next(done->index, hash(done, path), &cursor, &i)) {
		const struct place *p = &done->places[i];

		found = read_records(done->sources[p->source], p->offset, path, r->size, mtime);
	}
	talloc_free(ctx);
	return found;
}

/* ---- adding ------------------------------------------------------------------------------ */

int batch_done_add(struct batch_done *done, const char *lines, size_t len, struct vmt_err *err)
{
	FILE *f = done->sources[0];
	size_t at = 0;

	while (f && at < len) {
		ssize_t n = write(fileno(f), lines + at, len - at);

		if (n < 0 && errno != EINTR)
			return err_set_errno(err, errno, "%s: cannot be written", done->journal);
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}
