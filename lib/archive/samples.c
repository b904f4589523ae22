// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/samples.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "timeline/civil.h"

#define MOST_SAMPLES 1000000

/* What is printed of a sample, if it has it. */
static const struct {
	const char *group, *key;
	const char *before, *after;
	bool hundredths;
} values[] = {
	{"queue", "ldavg-1", "load ", "", true},
	{"queue", "blocked", "", " blocked tasks", false},
	{"memory", "memused-percent", "", " % of the memory used", false},
};

static const json_t *part(const json_t *o, const char *key)
{
	return json_object_get(o, key);
}

/* Of all CPUs together; -1: it is not there. */
static double idle_of(const json_t *statistics)
{
	const json_t *loads = part(statistics, "cpu-load");

	for (size_t i = 0; i < json_array_size(loads); i++) {
		const json_t *load = json_array_get(loads, i);
		const char *cpu = json_string_value(part(load, "cpu"));

		if (cpu && !strcmp(cpu, "all") && json_is_number(part(load, "idle")))
			return json_number_value(part(load, "idle"));
	}
	return -1;
}

/* Appends a number by integers: a decimal point would go by the locale. */
static char *append(char *text, const char *before, double v, bool hundredths, const char *after)
{
	const char *comma = *text ? ", " : "";
	int64_t n = v >= 0 && v < 1e12 ? (int64_t)(v * (hundredths ? 100 : 1) + 0.5) : 0;

	if (hundredths)
		return talloc_asprintf_append(text, "%s%s%" PRId64 ".%02" PRId64 "%s", comma,
			before, n / 100, n % 100, after);
	return talloc_asprintf_append(text, "%s%s%" PRId64 "%s", comma, before, n, after);
}

static char *text_of(TALLOC_CTX *ctx, const json_t *statistics)
{
	char *text = talloc_strdup(ctx, "");
	double idle = idle_of(statistics);

	for (size_t i = 0; text && i < ARRAY_SIZE(values); i++) {
		const json_t *v = part(part(statistics, values[i].group), values[i].key);

		if (json_is_number(v))
			text = append(text, values[i].before, json_number_value(v),
				values[i].hundredths, values[i].after);
	}
	return text && idle >= 0 ? append(text, "CPUs ", idle, false, " % idle") : text;
}

/* {"date": "2026-11-29", "time": "16:56:32", "utc": 1, ...} */
static bool time_of(const json_t *stamp, int64_t *ret)
{
	const char *date = json_string_value(part(stamp, "date"));
	const char *clock = json_string_value(part(stamp, "time"));
	char text[64];
	struct stamp s;

	if (!date || !clock || json_integer_value(part(stamp, "utc")) != 1)
		return false;
	snprintf(text, sizeof(text), "%s %s ", date, clock);
	if (!stamp_read(text, strlen(text), &s) || !s.has_year)
		return false;
	*ret = civil_seconds(&s.at);
	return true;
}

static int add(TALLOC_CTX *ctx, const json_t *statistics, struct samples *s, struct vmt_err *err)
{
	struct sample *room, one;

	if (s->n >= MOST_SAMPLES || !time_of(part(statistics, "timestamp"), &one.at))
		return 0;
	one.text = text_of(ctx, statistics);
	if (one.text && !*one.text)
		return 0;
	room = one.text ? ARRAY_ROOM(ctx, s->items, s->n) : NULL;
	if (!room)
		return err_nomem(err);
	s->items = room;
	room[s->n++] = one;
	return 0;
}

static int add_file(TALLOC_CTX *ctx, const json_t *file, struct samples *s, struct vmt_err *err)
{
	const json_t *hosts = part(part(file, "sysstat"), "hosts");
	int rc = 0;

	for (size_t h = 0; h < json_array_size(hosts); h++) {
		const json_t *all = part(json_array_get(hosts, h), "statistics");

		for (size_t i = 0; i < json_array_size(all) && !rc; i++)
			rc = add(ctx, json_array_get(all, i), s, err);
	}
	return rc;
}

static int by_time(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

int samples_read(
	TALLOC_CTX *ctx, const char *text, size_t len, struct samples *ret, struct vmt_err *err)
{
	size_t at = 0;
	int rc = 0;

	*ret = (struct samples){0};
	while (at < len && !rc) {
		json_error_t e;
		json_t *file = json_loadb(text + at, len - at, JSON_DISABLE_EOF_CHECK, &e);

		if (!file)
			break;
		at += (size_t)e.position;
		rc = add_file(ctx, file, ret, err);
		json_decref(file);
	}
	if (ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), by_time);
	return rc;
}

const struct sample *samples_before(const struct samples *s, int64_t at)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->items[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &s->items[low - 1] : NULL;
}
