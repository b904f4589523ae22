// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A commit's release is the first tag, in the order of versions, that can be reached from: each tag
 * marks what no lower one has marked. So each commit is visited once, and a tag of a stable branch
 * gets only what is new in it.
 */
#include "fixes/source_gitgraph.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "fixes/version.h"

#define ID 20
#define MOST_COMMITS (1u << 23) /* the kernel has 1.4 million */
#define MOST_PARENTS (1u << 25)
#define MOST_TAGS (1u << 17)
#define MOST_BACKPORTS 64 /* releases of one commit: some twenty branches are kept at a time */
#define NONE UINT32_MAX

struct commit {
	uint8_t id[ID], upstream[ID];
	bool has_upstream;
	uint32_t parents, n_parents; /* among the graph's */
	uint32_t tag;		     /* NONE: not released */
	uint32_t backports, next;    /* commits made of this one, and the next of the same origin */
};

struct parent {
	uint8_t id[ID];
};

struct tag {
	const char *version;
	uint8_t id[ID];
};

struct gitgraph {
	struct commit *commits;
	struct parent *parents;
	struct tag *tags;
	size_t n, n_parents, n_tags;
	uint32_t *buckets; /* index + 1, by id; a power of two of them */
	size_t n_buckets;
};

int gitgraph_new(TALLOC_CTX *ctx, struct gitgraph **ret, struct vmt_err *err)
{
	*ret = talloc_zero(ctx, struct gitgraph);
	return *ret ? 0 : err_nomem(err);
}

static bool read_id(const char *s, uint8_t id[ID])
{
	for (size_t i = 0; i < ID; i++) {
		int high = ascii_hex(s[2 * i]), low = high < 0 ? -1 : ascii_hex(s[2 * i + 1]);

		if (low < 0)
			return false;
		id[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* ---- input ------------------------------------------------------------------------------- */

/* "refs/tags/v6.1.150", "refs/tags/kernel-5.14.0-611.el9", "refs/tags/debian/6.1.192-2" */
static const char *tag_version(TALLOC_CTX *ctx, const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *p = slash ? slash + 1 : name;

	while (*p && !(ascii_is_digit(*p) && p[1 + strspn(p + 1, "0123456789")] == '.'))
		p++;
	return *p ? talloc_strdup(ctx, p) : NULL;
}

int gitgraph_tag(struct gitgraph *g, const char *line, struct vmt_err *err)
{
	const char *name = strstr(line, " refs/tags/"), *commit = strchr(line, ' ');
	struct tag tag = {0}, *more;

	if (!name || !commit || g->n_tags >= MOST_TAGS)
		return 0;
	/* An annotated tag is an object of its own. */
	if (!(commit < name ? read_id(commit + 1, tag.id) : false) && !read_id(line, tag.id))
		return 0;
	tag.version = tag_version(g, name);
	if (!tag.version)
		return 0;
	more = ARRAY_ROOM(g, g->tags, g->n_tags);
	if (!more)
		return err_nomem(err);
	g->tags = more;
	more[g->n_tags++] = tag;
	return 0;
}

size_t gitgraph_tags(const struct gitgraph *g)
{
	return g->n_tags;
}

static int add_parents(struct gitgraph *g, struct commit *c, const char *p, struct vmt_err *err)
{
	c->parents = (uint32_t)g->n_parents;
	while (*p == ' ') {
		struct parent parent, *more;

		if (!read_id(p + 1, parent.id) || g->n_parents >= MOST_PARENTS)
			break;
		more = ARRAY_ROOM(g, g->parents, g->n_parents);
		if (!more)
			return err_nomem(err);
		g->parents = more;
		more[g->n_parents++] = parent;
		c->n_parents++;
		p += 1 + 2 * ID;
	}
	return 0;
}

int gitgraph_commit(struct gitgraph *g, const char *id, const char *parents, const char *upstream,
	struct vmt_err *err)
{
	struct commit c = {.tag = NONE, .backports = NONE, .next = NONE}, *more;
	int rc;

	if (g->n >= MOST_COMMITS)
		return err_set(err, VMT_ERR_LIMIT, "more than %u commits", MOST_COMMITS);
	if (!read_id(id, c.id))
		return 0;
	c.has_upstream = upstream && read_id(upstream, c.upstream);
	rc = add_parents(g, &c, parents, err);
	if (rc)
		return rc;
	more = ARRAY_ROOM(g, g->commits, g->n);
	if (!more)
		return err_nomem(err);
	g->commits = more;
	more[g->n++] = c;
	return 0;
}

/* ---- lookup ------------------------------------------------------------------------------ */

static size_t bucket(const struct gitgraph *g, const uint8_t *id)
{
	uint64_t v;

	memcpy(&v, id, sizeof(v)); /* a hash already */
	return (size_t)(v & (g->n_buckets - 1));
}

/* Where an id is, or the free bucket where it would be. */
static size_t slot(const struct gitgraph *g, const uint8_t *id)
{
	size_t at = bucket(g, id);

	while (g->buckets[at] && memcmp(g->commits[g->buckets[at] - 1].id, id, ID) != 0)
		at = (at + 1) & (g->n_buckets - 1);
	return at;
}

static uint32_t find(const struct gitgraph *g, const uint8_t *id)
{
	uint32_t found = g->n_buckets ? g->buckets[slot(g, id)] : 0;

	return found ? found - 1 : NONE;
}

static int build_table(struct gitgraph *g, struct vmt_err *err)
{
	size_t n = 16;

	while (n < 2 * g->n)
		n *= 2;
	g->buckets = talloc_zero_array(g, uint32_t, n);
	if (!g->buckets)
		return err_nomem(err);
	g->n_buckets = n;
	for (size_t i = 0; i < g->n; i++)
		g->buckets[slot(g, g->commits[i].id)] = (uint32_t)i + 1;
	return 0;
}

/* ---- releases ---------------------------------------------------------------------------- */

static int by_version(const void *a, const void *b)
{
	const struct tag *x = a, *y = b;
	int order = version_compare_upstream(x->version, y->version);

	return order ? order : version_compare_debian(x->version, y->version);
}

/* Each commit is pushed once, when it is marked. */
static void mark(struct gitgraph *g, uint32_t tag, uint32_t *stack)
{
	uint32_t start = find(g, g->tags[tag].id);
	size_t n = 0;

	if (start == NONE || g->commits[start].tag != NONE)
		return;
	g->commits[start].tag = tag;
	stack[n++] = start;
	while (n) {
		const struct commit *c = &g->commits[stack[--n]];

		for (uint32_t i = 0; i < c->n_parents; i++) {
			uint32_t p = find(g, g->parents[c->parents + i].id);

			if (p == NONE || g->commits[p].tag != NONE)
				continue;
			g->commits[p].tag = tag;
			stack[n++] = p;
		}
	}
}

/*
 * Not those of a commit that is a backport itself: two that name each other would both be lost.
 */
static int link_backports(struct gitgraph *g, struct vmt_err *err)
{
	uint32_t *origins = talloc_array(g, uint32_t, (unsigned)g->n + 1);

	if (!origins)
		return err_nomem(err);
	for (size_t i = 0; i < g->n; i++) {
		const struct commit *c = &g->commits[i];

		origins[i] = c->has_upstream ? find(g, c->upstream) : NONE;
		if (origins[i] == i)
			origins[i] = NONE;
	}
	for (size_t i = 0; i < g->n; i++) {
		struct commit *c = &g->commits[i];

		c->has_upstream = origins[i] != NONE && origins[origins[i]] == NONE;
		if (!c->has_upstream)
			continue;
		c->next = g->commits[origins[i]].backports;
		g->commits[origins[i]].backports = (uint32_t)i;
	}
	talloc_free(origins);
	return 0;
}

int gitgraph_finish(struct gitgraph *g, struct vmt_err *err)
{
	uint32_t *stack;
	int rc = build_table(g, err);

	if (rc)
		return rc;
	stack = talloc_array(g, uint32_t, (unsigned)g->n + 1);
	if (!stack)
		return err_nomem(err);
	if (g->n_tags)
		qsort(g->tags, g->n_tags, sizeof(*g->tags), by_version);
	for (size_t i = 0; i < g->n_tags; i++)
		mark(g, (uint32_t)i, stack);
	talloc_free(stack);
	return link_backports(g, err);
}

static void add_release(const struct gitgraph *g, const struct commit *c, struct fix_draft *d)
{
	const char *version = c->tag != NONE ? g->tags[c->tag].version : NULL;

	/* A package's revision follows a hyphen: what it counts in is not known. */
	if (version && strchr(version, '-') && !strstr(version, "-rc"))
		fix_draft_release(d, version, NULL);
	else
		fix_draft_upstream(d, version);
}

int gitgraph_releases(const struct gitgraph *g, const char *id, struct fix_draft *d)
{
	uint8_t own[ID];
	uint32_t at = read_id(id, own) ? find(g, own) : NONE;
	const struct commit *c;
	unsigned n = 0;

	if (at == NONE)
		return 0;
	c = &g->commits[at];
	if (c->has_upstream)
		return 1;
	add_release(g, c, d);
	for (at = c->backports; at != NONE && n < MOST_BACKPORTS; at = g->commits[at].next, n++)
		add_release(g, &g->commits[at], d);
	return 0;
}
