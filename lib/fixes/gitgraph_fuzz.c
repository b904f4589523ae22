// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A repository's tags and commits, as a hostile one may have them. Lines: "t", a letter for the
 * object, one for its commit or a blank, and the tag's name; "c", a letter for the commit, one for
 * the commit that it is a backport of or a blank, and one for each parent. Others are tags as they
 * stand.
 */
#include <stdlib.h>
#include <string.h>

#include "fixes/source_gitgraph.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ID 40

static const char *id_of(TALLOC_CTX *ctx, char letter)
{
	char *id = talloc_zero_size(ctx, ID + 1);

	memset(id, letter, ID);
	return letter == ' ' || !letter ? NULL : id;
}

static void add_tag(TALLOC_CTX *ctx, struct gitgraph *g, const char *line)
{
	const char *object = id_of(ctx, line[1]), *commit = object ? id_of(ctx, line[2]) : NULL;
	const char *name = object && line[2] ? line + 3 : "";

	(void)gitgraph_tag(g,
		talloc_asprintf(ctx, "%s %s refs/tags/%s", object ? object : "",
			commit ? commit : "", name),
		NULL);
}

static void add_commit(TALLOC_CTX *ctx, struct gitgraph *g, const char *line)
{
	const char *id = id_of(ctx, line[1]), *upstream = id ? id_of(ctx, line[2]) : NULL;
	char *parents = talloc_strdup(ctx, "");

	if (!id)
		return;
	for (const char *p = line[2] ? line + 3 : ""; *p; p++) {
		const char *parent = id_of(ctx, *p);

		parents = talloc_asprintf_append(parents, " %s", parent ? parent : "");
	}
	(void)gitgraph_commit(g, id, parents, upstream, NULL);
}

static void ask(TALLOC_CTX *ctx, const struct gitgraph *g)
{
	struct fix_draft d = {0};

	for (const char *p = "0123456789abcdef"; *p; p++) {
		fix_draft_begin(ctx, &d);
		(void)gitgraph_releases(g, id_of(ctx, *p), &d);
		for (size_t i = 0; i < d.fix.releases_n; i++)
			if (!d.releases[i].version)
				__builtin_trap();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = talloc_strndup(ctx, (const char *)data, size), *next;
	struct gitgraph *g;

	if (gitgraph_new(ctx, &g, NULL))
		abort();
	for (char *line = text; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (*line == 't')
			add_tag(ctx, g, line);
		else if (*line == 'c')
			add_commit(ctx, g, line);
		else
			(void)gitgraph_tag(g, line, NULL);
	}
	if (!gitgraph_finish(g, NULL))
		ask(ctx, g);
	talloc_free(ctx);
	return 0;
}
