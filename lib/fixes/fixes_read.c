// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Not installed: reads sources of fixes, for scripts/changelogs and for a look at them.
 *
 *	fixes_read [--count] PATH	the fixes as JSON, one in a line; or how many there are
 *	fixes_read --find [ROOT]	the sources of this machine, or of a tree
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixes/sources.h"

static void set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_string(text));
}

static void set_list(json_t *o, const char *key, const char *const *list, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(a, json_string(list[i]));
	if (n)
		json_object_set(o, key, a);
	json_decref(a);
}

static int print(const struct fix *f, void *arg, struct vmt_err *err)
{
	json_t *o = json_object(), *releases = json_array();

	(void)arg;
	(void)err;
	set_text(o, "subject", f->subject);
	set_text(o, "body", f->body);
	set_text(o, "trace", f->trace);
	set_text(o, "fix", f->commit);
	set_text(o, "reverts", f->reverts);
	set_list(o, "files", f->files, f->files_n);
	set_list(o, "fixes", f->fixes, f->fixes_n);
	set_list(o, "arches", f->arches, f->arches_n);
	set_list(o, "cves", f->cves, f->cves_n);
	for (size_t i = 0; i < f->releases_n; i++) {
		json_t *r = json_object();

		set_text(r, "fixed", f->releases[i].version);
		set_text(r, "branch", f->releases[i].branch);
		json_array_append_new(releases, r);
	}
	json_object_set_new(o, "branches", releases);
	json_object_set_new(o, "time", json_integer(f->time));
	json_object_set_new(o, "order", json_integer(f->order));
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
	return 0;
}

static int count(const struct fix *f, void *arg, struct vmt_err *err)
{
	(void)f;
	(void)arg;
	(void)err;
	return 0;
}

static int fail(const struct vmt_err *err)
{
	fprintf(stderr, "fixes_read: %s\n", err->message);
	return 2;
}

static int find(const char *path)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct root_files *root;
	struct fix_source *list;
	struct vmt_err err;
	size_t n;

	if (root_files_open(ctx, path, &root, &err) || fix_sources_find(ctx, root, &list, &n, &err))
		return fail(&err);
	for (size_t i = 0; i < n; i++)
		printf("%s: %s, %s %s\n", list[i].path, fix_source_kind_name(list[i].kind),
			list[i].package ? list[i].package : "-",
			list[i].version ? list[i].version : "-");
	talloc_free(ctx);
	return 0;
}

static int read_source(const char *path, bool only_count)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fix_reading r = {.take = only_count ? count : print};
	const struct fix_counts *c = &r.counts;
	struct fix_source source;
	struct vmt_err err;

	if (fix_source_tell(ctx, path, &source, &err) || fix_source_read(NULL, &source, &r, &err))
		return fail(&err);
	if (only_count)
		printf("{\"kind\": \"%s\", \"version\": \"%s\", \"stanzas\": %zu, \"items\": %zu, "
		       "\"fixes\": %zu, \"groups\": %zu, \"marks\": %zu, \"skipped\": %zu}\n",
			fix_source_kind_name(source.kind), source.version ? source.version : "",
			c->stanzas, c->items, c->fixes, c->groups, c->marks, c->skipped);
	talloc_free(ctx);
	return fflush(stdout) ? 2 : 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && argc < 4 && !strcmp(argv[1], "--find"))
		return find(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "--count"))
		return read_source(argv[2], true);
	if (argc == 2 && argv[1][0] != '-')
		return read_source(argv[1], false);
	fprintf(stderr, "usage: fixes_read [--count] PATH | --find [ROOT]\n");
	return 2;
}
