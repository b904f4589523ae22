// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/merge_report.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/seconds.h"
#include "base/vmlinux.h"

#define IN(member) offsetof(struct vmt_report, member)

static const struct text {
	const char *object, *key;
	size_t offset;
} texts[] = {
	{"kernel", "release", IN(kernel.release)},
	{"kernel", "version", IN(kernel.version)},
	{"kernel", "arch", IN(kernel.arch)},
	{"kernel", "build_id", IN(kernel.build_id)},
	{"kernel", "distribution", IN(kernel.distribution)},
	{"machine", "hostname", IN(machine.hostname)},
	{"machine", "hardware", IN(machine.hardware)},
	{"machine", "bios", IN(machine.bios)},
	{"crash", "context", IN(crash.context)},
	{"crash", "time_text", IN(crash.time_text)},
	{"crash", "time_source", IN(crash.time_source)},
	{"crash", "boot_id", IN(crash.boot_id)},
	{"verdict", "kind", IN(verdict.kind)},
	{"verdict", "headline", IN(verdict.headline)},
	{"verdict", "function", IN(verdict.function)},
	{"verdict", "module", IN(verdict.module)},
	{"verdict", "file", IN(verdict.file)},
	{"verdict", "origin", IN(verdict.origin)},
	{"verdict", "path", IN(verdict.path)},
	{"verdict", "access", IN(verdict.access)},
	{"verdict", "address_class", IN(verdict.address_class)},
	{"verdict", "confidence", IN(verdict.confidence)},
	{"verdict", "subsystem", IN(verdict.subsystem)},
	{"signature", "algorithm", IN(signature.algorithm)},
	{"signature", "coarse", IN(signature.coarse)},
	{"signature", "fine", IN(signature.fine)},
	{"signature", "text", IN(signature.text)},
	{"remember", "format", IN(input.format)},
	{"remember", "level", IN(level)},
	{"remember", "kind_text", IN(verdict.kind_text)},
	{"remember", "digest", IN(digest)},
};

static const json_t *at(const json_t *record, const char *object, const char *key)
{
	return json_object_get(json_object_get(record, object), key);
}

/* A copy of a text; NULL: there is none, or (*good) no memory. */
static char *copy(struct vmt_report *r, const json_t *value, bool *good)
{
	const char *text = json_string_value(value);
	char *own = text ? talloc_strdup(r, text) : NULL;

	*good = *good && (own || !text);
	return own;
}

/* ---- times ------------------------------------------------------------------------------- */

/* Of "2026-11-21T00:53:29.123456Z". */
static struct vmt_time time_of(const json_t *value)
{
	const char *text = json_string_value(value);
	int64_t us = 0, unit = 100000;
	struct tm tm = {0};
	struct vmt_time t;
	int n = 0;

	if (!text || sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
			     &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &n) != 6)
		return (struct vmt_time){0};
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	for (text += n + (text[n] == '.'); ascii_is_digit(*text); text++, unit /= 10)
		us += (*text - '0') * unit;
	t = seconds_to_time(timegm(&tm));
	if (t.known && __builtin_add_overflow(t.ns, us * 1000, &t.ns))
		t.known = false;
	return t;
}

/* Of seconds, which have six decimals. */
static struct vmt_time uptime_of(const json_t *value)
{
	double us = json_number_value(value) * 1e6;

	if (!json_is_number(value) || us < 0 || us > 9e15)
		return (struct vmt_time){0};
	return (struct vmt_time){true, (int64_t)(us + 0.5) * 1000};
}

/* ---- the report -------------------------------------------------------------------------- */

static bool read_module(struct vmt_report *r, const json_t *version)
{
	struct vmt_module *m;
	bool good = true;

	if (!r->verdict.module || is_vmlinux(r->verdict.module) || !json_is_string(version))
		return true;
	m = talloc_zero(r, struct vmt_module);
	if (!m)
		return false;
	m->name = r->verdict.module;
	m->version = copy(r, version, &good);
	r->modules = m;
	r->n_modules = 1;
	return good;
}

static bool read_path(struct vmt_report *r, const json_t *record)
{
	const char *path = json_string_value(json_object_get(record, "path"));
	const char *member = json_string_value(json_object_get(record, "member"));

	r->input.path = talloc_asprintf(
		r, "%s%s%s", path ? path : "", member ? ":" : "", member ? member : "");
	/* What an older version wrote has no digest: then a file is a crash of its own. */
	if (!r->digest)
		r->digest = r->input.path;
	return r->input.path;
}

struct vmt_report *merge_report(TALLOC_CTX *ctx, const json_t *record)
{
	struct vmt_report *r = talloc_zero(ctx, struct vmt_report);
	bool good = r;

	for (size_t i = 0; good && i < ARRAY_SIZE(texts); i++) {
		const char *text = copy(r, at(record, texts[i].object, texts[i].key), &good);

		memcpy((char *)r + texts[i].offset, &text, sizeof(text));
	}
	if (good)
		good = read_path(r, record) &&
		       read_module(r, at(record, "remember", "module_version"));
	if (!good) {
		talloc_free(r);
		return NULL;
	}
	r->verdict.no_crash = json_is_true(at(record, "verdict", "no_crash"));
	r->crash.time = time_of(at(record, "crash", "time"));
	r->crash.local = time_of(at(record, "remember", "local_time"));
	r->crash.uptime = uptime_of(at(record, "crash", "uptime_s"));
	r->input.complete = true;
	return r;
}
