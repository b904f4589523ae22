/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the JSON report that other JSON outputs share. NULL: no memory. */
#ifndef VMT_REPORT_JSON_INTERNAL_H
#define VMT_REPORT_JSON_INTERNAL_H

#include <jansson.h>

#include "report/json_stream.h"
#include "vmtriage.h"

/* An array of n rows of any type; make() turns each into a value. */
json_t *json_rows(const void *first, size_t n, size_t size, json_t *(*make)(const void *row));

#define JSON_ROWS(first, n, make) json_rows(first, n, sizeof(*(first)), make)

json_t *json_text(const char *s); /* null for NULL; invalid bytes become \\xNN */
json_t *json_number(struct vmt_u64 u);
json_t *json_time(struct vmt_time time); /* since 1970, UTC; null if it is not known */
json_t *json_kernel(const struct vmt_kernel *k);
json_t *json_machine(const struct vmt_machine *m);
json_t *json_crash(const struct vmt_crash *c);
json_t *json_verdict(const struct vmt_verdict *v);
json_t *json_signature(const struct vmt_signature *s);
json_t *json_death(const struct vmt_report *r); /* which of the log's deaths it is */

/* The same parts, and more, for a stream. */
void json_put_kernel(struct json_stream *j, const char *key, const struct vmt_kernel *k);
void json_put_machine(struct json_stream *j, const char *key, const struct vmt_machine *m);
void json_put_crash(struct json_stream *j, const char *key, const struct vmt_crash *c);
void json_put_verdict(struct json_stream *j, const char *key, const struct vmt_verdict *v);
void json_put_signature(struct json_stream *j, const char *key, const struct vmt_signature *s);
void json_put_death(struct json_stream *j, const char *key, const struct vmt_report *r);
void json_put_frame(struct json_stream *j, const char *key, const void *frame);
void json_put_cpu(struct json_stream *j, const char *key, const void *cpu);
void json_put_diagnostic(struct json_stream *j, const char *key, const void *diag);
/* null if it is not known */
void json_put_wait(struct json_stream *j, const char *key, const struct vmt_wait *wait);
void json_put_task(struct json_stream *j, const char *key, struct vmt_u64 pid, const char *comm);

#endif
