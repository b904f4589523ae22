// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/seen.h"

#include <inttypes.h>

#include "base/vmlinux.h"
#include "report/json_internal.h"
#include "report/units.h"

#define NAMED 3 /* so many kernels or versions are named */

/* "once", "3 times since 2026-10-12" */
static char *times(TALLOC_CTX *ctx, const struct vmt_seen *seen)
{
	char *since;

	if (seen->count == 1)
		return talloc_strdup(ctx, "for the first time");
	if (!seen->first.known)
		return talloc_asprintf(ctx, "%" PRIu64 " times", seen->count);
	since = units_day(ctx, seen->first.ns);
	return since ? talloc_asprintf(ctx, "%" PRIu64 " times since %s", seen->count, since)
		     : NULL;
}

/* "6.1.0-55 (3 times) and 6.1.0-56 (once)" */
static char *list(TALLOC_CTX *ctx, const struct vmt_seen_value *values, size_t n)
{
	size_t named = n > NAMED ? NAMED : n;
	char *s = talloc_strdup(ctx, "");

	for (size_t i = 0; s && i < named; i++) {
		const char *joint = !i ? "" : i + 1 == n ? " and " : ", ";

		s = values[i].count == 1
			    ? talloc_asprintf_append(s, "%s%s (once)", joint, values[i].name)
			    : talloc_asprintf_append(s, "%s%s (%" PRIu64 " times)", joint,
				      values[i].name, values[i].count);
	}
	if (s && n > named)
		s = talloc_asprintf_append(s, " and %zu more", n - named);
	return s;
}

static uint64_t sum(const struct vmt_seen_value *values, size_t n)
{
	uint64_t all = 0;

	for (size_t i = 0; i < n; i++)
		all += values[i].count;
	return all;
}

/* Whether all crashes are known to have the only value. */
static bool always(const struct vmt_seen *seen, const struct vmt_seen_value *values, size_t n)
{
	return n == 1 && sum(values, n) == seen->count;
}

static char *add_kernels(char *s, const struct vmt_seen *seen)
{
	char *names;

	if (always(seen, seen->kernels, seen->n_kernels))
		return talloc_asprintf_append(s, ", always on %s", seen->kernels[0].name);
	names = list(s, seen->kernels, seen->n_kernels);
	return names ? talloc_asprintf_append(s, ", on %s", names) : NULL;
}

static char *add_versions(char *s, const struct vmt_report *report)
{
	const struct vmt_seen *seen = report->seen;
	const char *module = report->verdict.module;
	char *names;

	if (is_vmlinux(module) || !seen->n_versions)
		return s;
	if (always(seen, seen->versions, seen->n_versions))
		return talloc_asprintf_append(s, "%s with %s %s",
			always(seen, seen->kernels, seen->n_kernels) ? "" : ", always", module,
			seen->versions[0].name);
	names = list(s, seen->versions, seen->n_versions);
	return names ? talloc_asprintf_append(s, ", with %s %s", module, names) : NULL;
}

/* Other crashes on other kernels show that these ran, and did not crash so. */
static char *add_others(char *s, const struct vmt_seen *seen)
{
	char *names = list(s, seen->others, seen->n_others);

	return names ? talloc_asprintf_append(s, "; since then, not among the crashes on %s", names)
		     : NULL;
}

char *seen_text(TALLOC_CTX *ctx, const struct vmt_report *report)
{
	const struct vmt_seen *seen = report->seen;
	char *s = times(ctx, seen);

	if (s && seen->count > 1 && seen->hosts)
		s = talloc_asprintf_append(
			s, ", on %" PRIu64 " host%s", seen->hosts, seen->hosts == 1 ? "" : "s");
	if (s && seen->count > 1 && seen->n_kernels)
		s = add_kernels(s, seen);
	if (s && seen->count > 1)
		s = add_versions(s, report);
	return s && seen->count > 1 && seen->n_others ? add_others(s, seen) : s;
}

/* ---- JSON -------------------------------------------------------------------------------- */

static void put_value(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_seen_value *v = row;

	json_begin_object(j, key);
	json_put_text(j, "name", v->name);
	json_put_int(j, "count", (int64_t)v->count);
	json_put_time(j, "first", v->first);
	json_put_time(j, "last", v->last);
	json_end_object(j);
}

void seen_put(struct json_stream *j, const char *key, const struct vmt_seen *s)
{
	if (!s) {
		json_put_null(j, key);
		return;
	}
	json_begin_object(j, key);
	json_put_int(j, "count", (int64_t)s->count);
	json_put_time(j, "first", s->first);
	json_put_time(j, "last", s->last);
	json_put_int(j, "hosts", (int64_t)s->hosts);
	JSON_PUT_ROWS(j, "kernels", s->kernels, s->n_kernels, put_value);
	JSON_PUT_ROWS(j, "versions", s->versions, s->n_versions, put_value);
	JSON_PUT_ROWS(j, "others", s->others, s->n_others, put_value);
	json_end_object(j);
}
