// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Fixes as records of JSON, one in a line:
 *
 *	{"id": "CVE-2026-1234", "subject": "...", "body": "...", "files": ["net/ipv4/tcp.c"],
 *	 "fix": COMMIT, "fixes": [COMMIT], "branches": [{"from": "5.6", "fixed": "5.10.36"}],
 *	 "mainline": "5.13"}
 *
 * and the JSON that the kernel's CVE team publishes, version 5 of the format, a file for each CVE.
 */
#include <jansson.h>
#include <string.h>

#include "fixes/source_read.h"
#include "fixes/source_vulns.h"
#include "fixes/version.h"

#define PROGRESS_LINES 4096

int source_step(const struct fix_input *in, struct fix_reading *r, uint64_t *lines)
{
	if (!r->progress || ++*lines % PROGRESS_LINES)
		return 0;
	return r->progress(r->arg, fix_input_read(in), 0);
}

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static void add_strings(struct fix_draft *d, struct fix_strings *to, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *s = json_array_get(list, i);

		if (json_is_string(s))
			fix_draft_add(d, to, json_string_value(s), json_string_length(s));
	}
}

static void add_lines(struct fix_draft *d, const char *s)
{
	while (s && *s) {
		size_t n = strcspn(s, "\n");

		fix_draft_line(d, s, n);
		s += n + (s[n] == '\n');
	}
}

static bool is_commit(const char *s)
{
	return s && strlen(s) == 40 && strspn(s, "0123456789abcdef") == 40;
}

/* ---- records ----------------------------------------------------------------------------- */

static void fill_record(struct fix_draft *d, const json_t *o)
{
	const char *id = text(o, "id"), *commit = text(o, "fix"), *reverts;
	const json_t *branches = json_object_get(o, "branches");

	add_lines(d, text(o, "subject"));
	fix_draft_line(d, "", 0);
	add_lines(d, text(o, "body"));
	fix_draft_message(d);
	reverts = text(o, "reverts");
	if (reverts)
		d->fix.reverts = talloc_strdup(d->pool, reverts);
	if (id && !strncmp(id, "CVE-", 4))
		fix_draft_add(d, &d->cves, id, strlen(id));
	add_strings(d, &d->files, json_object_get(o, "files"));
	add_strings(d, &d->fixes, json_object_get(o, "fixes"));
	add_strings(d, &d->arches, json_object_get(o, "arches"));
	if (is_commit(commit))
		d->fix.commit = talloc_strdup(d->pool, commit);
	for (size_t i = 0; i < json_array_size(branches); i++)
		fix_draft_upstream(d, text(json_array_get(branches, i), "fixed"));
	fix_draft_upstream(d, text(o, "mainline"));
	d->fix.time = json_integer_value(json_object_get(o, "time"));
}

static int read_record(
	TALLOC_CTX *ctx, const struct fix_line *line, struct fix_reading *r, struct vmt_err *err)
{
	json_t *o = json_loadb(line->text, line->len, 0, NULL);
	struct fix_draft d = {0};
	int rc = 0;

	r->counts.items++;
	if (json_is_object(o)) {
		fix_draft_begin(ctx, &d);
		fill_record(&d, o);
		rc = fix_draft_done(&d, r, err);
		talloc_free(d.pool);
	} else {
		r->counts.skipped++;
	}
	json_decref(o);
	return rc;
}

int source_records_read(struct fix_input *in, struct fix_reading *r, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fix_line line;
	uint64_t lines = 0;
	int rc = ctx ? 0 : err_nomem(err), more = 1;

	while (!rc && (more = fix_input_line(in, &line, err)) > 0) {
		if (line.len)
			rc = read_record(ctx, &line, r, err);
		if (!rc)
			rc = source_step(in, r, &lines);
	}
	talloc_free(ctx);
	return rc ? rc : more;
}

/* ---- CVE records ------------------------------------------------------------------------- */

static void add_message(struct fix_draft *d, const json_t *cna)
{
	static const char begin[] =
		"In the Linux kernel, the following vulnerability has been resolved:";
	const json_t *list = json_object_get(cna, "descriptions");
	const char *s = text(json_array_get(list, 0), "value");

	if (s && !strncmp(s, begin, strlen(begin)))
		s += strlen(begin);
	while (s && (*s == '\n' || *s == ' '))
		s++;
	add_lines(d, s && *s ? s : text(cna, "title"));
	fix_draft_message(d);
}

/* A release from which on a branch is not affected. */
static void add_unaffected(struct fix_draft *d, const json_t *versions)
{
	for (size_t i = 0; i < json_array_size(versions); i++) {
		const json_t *v = json_array_get(versions, i);
		const char *status = text(v, "status"), *type = text(v, "versionType"),
			   *version = text(v, "version"), *until = text(v, "lessThanOrEqual");

		if (status && !strcmp(status, "unaffected") && until && strchr(until, '*') &&
			version && strcmp(version, "0") != 0 && type && strcmp(type, "git") != 0)
			fix_draft_upstream(d, version);
	}
}

static void add_affected(struct fix_draft *d, const json_t *affected)
{
	bool have = d->fix.releases_n > 0;

	for (size_t i = 0; i < json_array_size(affected); i++) {
		const json_t *a = json_array_get(affected, i);

		if (!d->files.n)
			add_strings(d, &d->files, json_object_get(a, "programFiles"));
		if (!have)
			add_unaffected(d, json_object_get(a, "versions"));
	}
}

/* "6.1:SHA:6.1.150:SHA"; "0" as the second version: never fixed. */
static void add_dyad_line(struct fix_draft *d, const char *p, size_t len)
{
	static const char id[] = "git id ";
	const char *end = p + len, *part[4] = {p}, *found;
	size_t n = 1;

	if (len && *p == '#') {
		found = memmem(p, len, id, strlen(id));
		if (found && end - found >= (ptrdiff_t)strlen(id) + 40)
			d->fix.commit = talloc_strndup(d->pool, found + strlen(id), 40);
		return;
	}
	for (const char *c = p; c < end && n < 4; c++)
		if (*c == ':')
			part[n++] = c + 1;
	if (n < 4 || part[3] - part[2] < 3)
		return;
	found = talloc_strndup(d->pool, part[2], (size_t)(part[3] - part[2] - 1));
	fix_draft_upstream(d, found);
}

int source_vulns_record(
	TALLOC_CTX *ctx, const struct vulns_record *v, struct fix_reading *r, struct vmt_err *err)
{
	json_t *o = json_loadb(v->json, v->json_len, 0, NULL);
	const json_t *cna = json_object_get(json_object_get(o, "containers"), "cna");
	const char *id = text(json_object_get(o, "cveMetadata"), "cveId");
	struct fix_draft d = {0};
	int rc;

	r->counts.items++;
	if (!json_is_object(cna)) {
		r->counts.skipped++;
		json_decref(o);
		return 0;
	}
	fix_draft_begin(ctx, &d);
	add_message(&d, cna);
	for (size_t at = 0, n; at < v->dyad_len; at += n + 1) {
		const char *newline = memchr(v->dyad + at, '\n', v->dyad_len - at);

		n = newline ? (size_t)(newline - v->dyad) - at : v->dyad_len - at;
		add_dyad_line(&d, v->dyad + at, n);
	}
	if (!d.fix.commit && v->sha1_len >= 40)
		d.fix.commit = talloc_strndup(d.pool, v->sha1, 40);
	if (d.fix.commit && !is_commit(d.fix.commit))
		d.fix.commit = NULL;
	add_affected(&d, json_object_get(cna, "affected"));
	if (id)
		fix_draft_add(&d, &d.cves, id, strlen(id));
	rc = fix_draft_done(&d, r, err);
	talloc_free(d.pool);
	json_decref(o);
	return rc;
}
