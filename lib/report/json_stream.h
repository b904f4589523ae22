/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values as JSON, one after the other: written at once, or made into a tree of jansson's. A report
 * has some thousand values, and a tree of them takes longer than to write them.
 *
 * key: of the value in an object that was begun; NULL in an array, and for the outermost value.
 * Lack of memory is remembered until the end.
 */
#ifndef VMT_REPORT_JSON_STREAM_H
#define VMT_REPORT_JSON_STREAM_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "vmtriage.h"

#define JSON_TREE_DEPTH 16

struct json_stream {
	FILE *out;     /* NULL: a tree */
	size_t indent; /* per level; 0: compact */
	unsigned depth;
	bool first; /* of the object or array */
	bool failed;
	size_t n;
	char text[4096];
	json_t *root, *open[JSON_TREE_DEPTH];
};

/* Begins a text in out, with so many columns for each level; 0: all on one line. */
void json_stream_begin(struct json_stream *j, FILE *out, size_t indent);

/* Writes a newline and what is left. The caller checks for errors of out (report_flush). */
int json_stream_end(struct json_stream *j, struct vmt_err *err);

/* The same, but into a tree of jansson's, which is the caller's. */
void json_tree_begin(struct json_stream *j);
json_t *json_tree_end(struct json_stream *j); /* NULL: no memory */

void json_begin_object(struct json_stream *j, const char *key);
void json_begin_array(struct json_stream *j, const char *key);
void json_end_object(struct json_stream *j);
void json_end_array(struct json_stream *j);

void json_put_null(struct json_stream *j, const char *key);
void json_put_bool(struct json_stream *j, const char *key, bool v);
void json_put_int(struct json_stream *j, const char *key, int64_t v);
void json_put_real(struct json_stream *j, const char *key, double v);
void json_put_utf8(struct json_stream *j, const char *key, const char *s, size_t len); /* valid */

/* null for NULL; invalid bytes become \\xNN */
void json_put_text(struct json_stream *j, const char *key, const char *s);
void json_put_texts(struct json_stream *j, const char *key, const char *const *s, size_t n);
void json_put_number(struct json_stream *j, const char *key, struct vmt_u64 u);
void json_put_address(struct json_stream *j, const char *key, struct vmt_u64 u);
void json_put_time(struct json_stream *j, const char *key, struct vmt_time t); /* since 1970, UTC */

/* An array of n rows of any type; put() writes each. */
typedef void (*json_put_row)(struct json_stream *j, const char *key, const void *row);
void json_put_rows(struct json_stream *j, const char *key, const void *first, size_t n, size_t size,
	json_put_row put);

#define JSON_PUT_ROWS(j, key, first, n, put) json_put_rows(j, key, first, n, sizeof(*(first)), put)

#endif
