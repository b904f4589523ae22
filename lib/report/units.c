// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/units.h"

#include <string.h>
#include <time.h>

#include "base/array.h"

#define NS 1000000000ll

/* Seconds (rounded down) and the rest of a time that may be before 1970. */
static int64_t split(int64_t ns, int64_t *rest)
{
	int64_t s = ns / NS;

	*rest = ns % NS;
	if (*rest < 0) {
		*rest += NS;
		s--;
	}
	return s;
}

static struct tm broken_down(int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm = {0};

	gmtime_r(&t, &tm);
	return tm;
}

char *units_rfc3339(TALLOC_CTX *ctx, int64_t unix_ns)
{
	int64_t rest;
	struct tm tm = broken_down(split(unix_ns, &rest));
	char *s = talloc_asprintf(ctx, "%04d-%02d-%02dT%02d:%02d:%02d", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);

	if (s && rest / 1000)
		s = talloc_asprintf_append(s, ".%06d", (int)(rest / 1000));
	return s ? talloc_strdup_append(s, "Z") : NULL;
}

char *units_time(TALLOC_CTX *ctx, int64_t unix_ns)
{
	int64_t rest;
	struct tm tm = broken_down(split(unix_ns, &rest));

	return talloc_asprintf(ctx, "%04d-%02d-%02d %02d:%02d:%02d", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

char *units_minute(TALLOC_CTX *ctx, int64_t unix_ns)
{
	char *s = units_time(ctx, unix_ns);

	if (s)
		s[strlen(s) - strlen(":SS")] = '\0';
	return s;
}

char *units_day(TALLOC_CTX *ctx, int64_t unix_ns)
{
	char *s = units_time(ctx, unix_ns);

	if (s)
		s[strcspn(s, " ")] = '\0';
	return s;
}

char *units_duration(TALLOC_CTX *ctx, int64_t ns)
{
	static const struct {
		int64_t big;
		const char *big_name;
		int64_t small;
		const char *small_name;
	} rows[] = {
		{86400, "d", 3600, "h"},
		{3600, "h", 60, "min"},
		{60, "min", 1, "s"},
	};
	int64_t rest, s = split(ns, &rest);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (s >= rows[i].big)
			return talloc_asprintf(ctx, "%lld %s %lld %s", (long long)(s / rows[i].big),
				rows[i].big_name, (long long)(s % rows[i].big / rows[i].small),
				rows[i].small_name);
	}
	return talloc_asprintf(ctx, "%lld.%03d s", (long long)s, (int)(rest / 1000000));
}

char *units_bytes(TALLOC_CTX *ctx, uint64_t bytes)
{
	static const char *const names[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	uint64_t unit = 1024;
	size_t i = 0;

	if (bytes < 1024)
		return talloc_asprintf(ctx, "%llu bytes", (unsigned long long)bytes);
	while (bytes / unit >= 1024) {
		unit *= 1024;
		i++;
	}
	/* Rounded down, in integers: 1023.9 never becomes 1024.0. */
	return talloc_asprintf(ctx, "%llu.%llu %s", (unsigned long long)(bytes / unit),
		(unsigned long long)(bytes % unit / (unit / 1024) * 10 / 1024), names[i]);
}
