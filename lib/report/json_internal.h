/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the JSON report that other JSON outputs share. NULL: no memory. */
#ifndef VMT_REPORT_JSON_INTERNAL_H
#define VMT_REPORT_JSON_INTERNAL_H

#include <jansson.h>

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
json_t *json_frame(const void *frame);
json_t *json_cpu(const void *cpu);
json_t *json_diagnostic(const void *diag);
json_t *json_death(const struct vmt_report *r); /* which of the log's deaths it is */
json_t *json_wait(const struct vmt_wait *wait); /* null if it is not known */
json_t *json_task(struct vmt_u64 pid, const char *comm);

#endif
