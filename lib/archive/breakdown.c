// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/breakdown.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "archive/list_counts.h"
#include "base/array.h"
#include "report/summary.h"

/* ---- properties -------------------------------------------------------------------------- */

static const char *kind(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	(void)ctx;
	return summary_kind(&e->report->verdict);
}

static const char *signature(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	return list_group_name(ctx, e->report);
}

static const char *driver_version(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	const char *version = list_group_version(e->report);

	return version ? talloc_asprintf(ctx, "%s %s", e->report->verdict.module, version) : NULL;
}

static bool clock_of(const struct vmt_list_entry *e, struct tm *tm)
{
	const struct vmt_crash *c = &e->report->crash;
	struct vmt_time ns = c->time.known ? c->time : c->local;
	time_t seconds = (time_t)(ns.ns / 1000000000);

	return ns.known && gmtime_r(&seconds, tm);
}

static const char *hour(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	struct tm tm;

	return clock_of(e, &tm) ? talloc_asprintf(ctx, "%02d:00", tm.tm_hour) : NULL;
}

static const char *const days[] = {
	"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

const char *breakdown_day(unsigned from_monday)
{
	return from_monday < ARRAY_SIZE(days) ? days[from_monday] : NULL;
}

static const char *weekday(TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	struct tm tm;

	(void)ctx;
	return clock_of(e, &tm) ? days[(tm.tm_wday + 6) % 7] : NULL;
}

#define TEXT(member) NULL, offsetof(struct vmt_report, member)
#define HOST offsetof(struct vmt_report, machine.hostname)

static const struct property {
	const char *name, *heading;
	/* NULL: the text at offset in struct vmt_report */
	const char *(*get)(TALLOC_CTX *ctx, const struct vmt_list_entry *e);
	size_t offset;
} properties[] = {
	{"kind", "KIND", kind, 0},
	{"module", "MODULE", TEXT(verdict.module)},
	{"signature", "SIGNATURE", signature, 0},
	{"kernel", "KERNEL", TEXT(kernel.release)},
	{"driver-version", "DRIVER", driver_version, 0},
	{"host", "HOST", NULL, HOST},
	{"hardware", "HARDWARE", TEXT(machine.hardware)},
	{"bios", "BIOS", TEXT(machine.bios)},
	{"hour", "HOUR (UTC)", hour, 0},
	{"weekday", "WEEKDAY (UTC)", weekday, 0},
};

static const char *value_of(
	const struct property *p, TALLOC_CTX *ctx, const struct vmt_list_entry *e)
{
	const char *text;

	if (p->get)
		return p->get(ctx, e);
	memcpy(&text, (const char *)e->report + p->offset, sizeof(text));
	return text;
}

const char *breakdown_name(size_t i)
{
	return i < ARRAY_SIZE(properties) ? properties[i].name : NULL;
}

/* ---- counting ---------------------------------------------------------------------------- */

static int compare(const char *a, const char *b)
{
	if (a == b || !a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int by_value_and_host(const void *a, const void *b)
{
	const struct breakdown_crash *x = a, *y = b;
	int c = compare(x->value, y->value);

	return c ? c : compare(x->host, y->host);
}

static int by_signature(const void *a, const void *b)
{
	return compare(((const struct breakdown_crash *)a)->signature,
		((const struct breakdown_crash *)b)->signature);
}

/* A machine that dies of something else each time: of so many crashes, so many differ. */
#define SUSPECT_CRASHES 4

static bool is_suspect(const struct breakdown_row *row)
{
	return row->value && row->crashes >= SUSPECT_CRASHES &&
	       4 * row->signatures >= 3 * row->crashes;
}

static void add_times(struct breakdown_row *row, const struct breakdown_crash *c)
{
	if (c->first.known && (!row->first.known || c->first.ns < row->first.ns))
		row->first = c->first;
	if (c->last.known && (!row->last.known || c->last.ns > row->last.ns))
		row->last = c->last;
}

/* n of them with one value, sorted by host. */
static void count_row(struct breakdown_crash *c, size_t n, struct breakdown_row *row)
{
	*row = (struct breakdown_row){.value = c->value};
	for (size_t i = 0; i < n; i++) {
		row->crashes += c[i].n;
		row->hosts += c[i].host && (!i || compare(c[i].host, c[i - 1].host) != 0);
		add_times(row, &c[i]);
	}
	qsort(c, n, sizeof(*c), by_signature);
	for (size_t i = 0; i < n; i++)
		row->signatures += !i || compare(c[i].signature, c[i - 1].signature) != 0;
}

static int most_first(const void *a, const void *b)
{
	const struct breakdown_row *x = a, *y = b;

	if (x->crashes != y->crashes)
		return x->crashes < y->crashes ? 1 : -1;
	return compare(x->value, y->value);
}

static const struct property *find_property(const char *by, struct vmt_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(properties); i++)
		if (strcmp(properties[i].name, by) == 0)
			return &properties[i];
	err_set(err, VMT_ERR_USAGE, "crashes cannot be counted by %s", by);
	return NULL;
}

static int read_crash(TALLOC_CTX *ctx, const struct property *p, const struct vmt_list_entry *e,
	struct breakdown_crash *ret, struct vmt_err *err)
{
	const struct vmt_report *r = e->report;

	*ret = (struct breakdown_crash){.value = value_of(p, ctx, e),
		.host = r->machine.hostname,
		.signature = r->signature.coarse ? r->signature.coarse : list_group_name(ctx, r),
		.first = r->crash.time,
		.last = r->crash.time,
		.n = 1};
	return ret->signature ? 0 : err_nomem(err);
}

int breakdown_crash_of(TALLOC_CTX *ctx, const char *by, const struct vmt_list_entry *e,
	struct breakdown_crash *ret, struct vmt_err *err)
{
	const struct property *p = find_property(by, err);

	return p ? read_crash(ctx, p, e, ret, err) : VMT_ERR_USAGE;
}

static int read_crashes(TALLOC_CTX *ctx, const struct vmt_list *list, const struct property *p,
	struct breakdown_crash *ret, size_t *n, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < list->n && !rc; i++) {
		const struct vmt_list_entry *e = &list->entries[i];

		if (e->report && vmt_report_outcome(e->report) == VMT_CRASH)
			rc = read_crash(ctx, p, e, &ret[(*n)++], err);
	}
	return rc;
}

static struct breakdown_row *find(const struct breakdown *b, const char *value)
{
	for (size_t i = 0; i < b->n; i++)
		if (compare(b->rows[i].value, value) == 0)
			return &b->rows[i];
	return NULL;
}

/* All hours or days in their order, then what has no time. */
static int order_clock(TALLOC_CTX *ctx, bool hours, struct breakdown *b, struct vmt_err *err)
{
	size_t n = hours ? 24 : ARRAY_SIZE(days);
	struct breakdown_row *rows = talloc_zero_array(ctx, struct breakdown_row, n + 1);
	const struct breakdown_row *unknown = find(b, NULL);

	if (!rows)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const char *value = hours ? talloc_asprintf(ctx, "%02zu:00", i) : days[i];
		const struct breakdown_row *row;

		if (!value)
			return err_nomem(err);
		row = find(b, value);
		rows[i] = row ? *row : (struct breakdown_row){.value = value};
	}
	if (unknown)
		rows[n] = *unknown;
	b->rows = rows;
	b->n = n + (unknown != NULL);
	return 0;
}

static int count(TALLOC_CTX *ctx, struct breakdown_crash *crashes, size_t n, struct breakdown *ret,
	struct vmt_err *err)
{
	ret->rows = talloc_zero_array(ctx, struct breakdown_row, n + 1);
	if (!ret->rows)
		return err_nomem(err);
	qsort(crashes, n, sizeof(*crashes), by_value_and_host);
	for (size_t i = 0, end; i < n; i = end) {
		struct breakdown_row *row = &ret->rows[ret->n++];

		for (end = i + 1; end < n && !compare(crashes[i].value, crashes[end].value); end++)
			;
		count_row(&crashes[i], end - i, row);
	}
	return 0;
}

int breakdown_finish(TALLOC_CTX *ctx, const char *by, struct breakdown *b, struct vmt_err *err)
{
	const struct property *p = find_property(by, err);

	if (!p)
		return VMT_ERR_USAGE;
	b->heading = p->heading;
	b->by = p->name;
	b->of_hosts = !p->get && p->offset == HOST;
	b->of_time = p->get == hour || p->get == weekday;
	for (size_t i = 0; i < b->n; i++)
		b->rows[i].suspect = b->of_hosts && is_suspect(&b->rows[i]);
	if (b->n)
		qsort(b->rows, b->n, sizeof(*b->rows), most_first);
	return b->of_time && b->n ? order_clock(ctx, p->get == hour, b, err) : 0;
}

int breakdown_count(TALLOC_CTX *ctx, const char *by, struct breakdown_crash *crashes, size_t n,
	struct breakdown *ret, struct vmt_err *err)
{
	int rc;

	*ret = (struct breakdown){0};
	rc = count(ctx, crashes, n, ret, err);
	return rc ? rc : breakdown_finish(ctx, by, ret, err);
}

int breakdown_make(TALLOC_CTX *ctx, const struct vmt_list *list, const char *by,
	struct breakdown *ret, struct vmt_err *err)
{
	const struct property *p = find_property(by, err);
	const struct list_counts *done = list->counts;
	struct breakdown_crash *crashes;
	size_t n = 0;
	int rc;

	if (!p)
		return VMT_ERR_USAGE;
	for (size_t i = 0; done && i < done->n_by; i++) {
		if (!strcmp(done->by[i].by, by)) {
			*ret = done->by[i];
			return 0;
		}
	}
	crashes = talloc_zero_array(ctx, struct breakdown_crash, list->n + 1);
	rc = crashes ? read_crashes(ctx, list, p, crashes, &n, err) : err_nomem(err);
	return rc ? rc : breakdown_count(ctx, by, crashes, n, ret, err);
}
