// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Ranks fixes for crashes: rankfixes {full|subjects} {rank|calibrate} CORPUS QUERIES TABLE
 *
 * CORPUS and QUERIES have a JSON object in each line: fixes, and crashes whose fix is known. TABLE
 * is the table of functions. Prints a line for each crash: its id, a tab, and the ids of the likely
 * fixes. To calibrate, prints two: for all fixes, and without the right one. Each fix that the
 * kernel does not have is then its ids and its likelihood. How long it took goes to stderr.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/alloc.h"
#include "base/err.h"
#include "fixes/rank.h"

#define CANDIDATES 50
#define MOST 4096 /* of the parts of one object */

static _Noreturn void fail(const char *what, const struct vmt_err *err)
{
	fprintf(stderr, "rankfixes: %s%s%s\n", what, err ? ": " : "", err ? err->message : "");
	exit(1);
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* Calls take() for each line. */
static void each_line(const char *path, void (*take)(const json_t *object, void *arg), void *arg)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;

	if (!f)
		fail(path, NULL);
	while (getline(&line, &room, f) > 0) {
		json_error_t error;
		json_t *object = json_loads(line, 0, &error);

		if (!json_is_object(object))
			fail(path, NULL);
		take(object, arg);
		json_decref(object);
	}
	if (ferror(f))
		fail(path, NULL);
	free(line);
	fclose(f);
}

/* Of the processor: whatever else runs on the machine does not count. */
static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- the corpus -------------------------------------------------------------------------- */

struct corpus {
	struct index_builder *builder;
	bool subjects;
};

static size_t read_branches(const json_t *object, struct fix_release *releases, char (*names)[16])
{
	const json_t *branch;
	size_t i, n = 0;

	json_array_foreach(json_object_get(object, "branches"), i, branch)
	{
		const char *version = text_of(branch, "fixed"), *dot;

		if (!version || n == MOST)
			continue;
		dot = strchr(version, '.');
		dot = dot ? dot + strcspn(dot + 1, ".-") + 1 : version;
		snprintf(names[n], sizeof(names[n]), "%.*s", (int)(dot - version), version);
		releases[n] = (struct fix_release){version, names[n]};
		n++;
	}
	return n;
}

static void add_fix(const json_t *object, void *arg)
{
	static struct fix_release releases[MOST];
	static char names[MOST][16];
	static const char *files[MOST];
	struct corpus *corpus = arg;
	const char *cve = text_of(object, "id");
	struct fix fix = {.subject = text_of(object, "subject"),
		.commit = text_of(object, "fix"),
		.cves = &cve,
		.cves_n = 1,
		.releases = releases,
		.files = files};
	struct vmt_err err = {0};
	const json_t *file;
	size_t i;

	if (!fix.subject || !cve)
		fail("a fix without a subject or an id", NULL);
	fix.releases_n = read_branches(object, releases, names);
	if (!corpus->subjects) {
		fix.body = text_of(object, "body");
		json_array_foreach(json_object_get(object, "files"), i,
			file) if (json_is_string(file) && fix.files_n < MOST) files[fix.files_n++] =
			json_string_value(file);
	}
	if (index_add(&fix, corpus->builder, &err))
		fail("the corpus", &err);
}

static struct fixes_index *make_index(TALLOC_CTX *ctx, const char *path, bool subjects)
{
	struct corpus corpus = {.subjects = subjects};
	struct vmt_err err = {0};
	struct fixes_index *index = NULL;
	const uint8_t *data;
	double start = seconds(), made;
	size_t size;

	if (index_builder_new(ctx, &corpus.builder, &err))
		fail("the index", &err);
	each_line(path, add_fix, &corpus);
	if (index_finish(ctx, corpus.builder, &data, &size, &err))
		fail("the index", &err);
	talloc_free(corpus.builder);
	made = seconds();
	if (index_from(ctx, data, size, &index, &err))
		fail("the index", &err);
	fprintf(stderr, "%u fixes, %zu bytes, made in %.2f s, opened in %.2f ms\n",
		index_size(index), size, made - start, (seconds() - made) * 1e3);
	return index;
}

/* ---- the queries ------------------------------------------------------------------------- */

struct queries {
	const struct fixes_index *index;
	const struct where *where;
	bool calibrate;
	size_t n;
	double time, longest;
};

/* A frame is an object, or only a name. */
static struct rank_frame frame_of(const json_t *frame)
{
	struct rank_frame ret = {.function = json_string_value(frame)};

	if (json_is_object(frame)) {
		ret.function = text_of(frame, "function");
		ret.module = text_of(frame, "module");
		ret.unreliable = json_is_false(json_object_get(frame, "reliable"));
	}
	return ret;
}

static struct rank_stack read_stack(TALLOC_CTX *ctx, const json_t *frames)
{
	size_t n = json_array_size(frames);
	struct rank_frame *items = talloc_array(ctx, struct rank_frame, (unsigned)n + 1);
	struct rank_stack ret = {.frames = items};

	if (!items)
		fail("no memory", NULL);
	for (size_t i = 0; i < n; i++) {
		items[ret.n] = frame_of(json_array_get(frames, i));
		ret.n += items[ret.n].function != NULL;
	}
	return ret;
}

static struct fix fix_of(
	TALLOC_CTX *ctx, const struct fixes_index *index, const struct rank_match *match)
{
	struct vmt_err err = {0};
	struct fix fix;

	if (index_fix(ctx, index, match->fix, &fix, &err))
		fail("the index", &err);
	return fix;
}

static void print_matches(TALLOC_CTX *ctx, const struct fixes_index *index,
	const struct rank_match *matches, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fix fix = fix_of(ctx, index, &matches[i]);

		for (size_t k = 0; k < fix.cves_n; k++)
			printf("%s%s", i || k ? " " : "", fix.cves[k]);
	}
	putchar('\n');
}

/* Those that the answer would show. */
static void print_likelihoods(TALLOC_CTX *ctx, const struct fixes_index *index,
	const struct rank_match *matches, size_t n)
{
	bool first = true;

	for (size_t i = 0; i < n; i++) {
		struct fix fix;

		if (matches[i].has == RANK_HAS_IT || matches[i].lacks_cause)
			continue;
		fix = fix_of(ctx, index, &matches[i]);
		for (size_t k = 0; k < fix.cves_n; k++)
			printf("%s%s", k ? "," : first ? "" : " ", fix.cves[k]);
		printf(":%.4f", rank_likelihood(&matches[i]));
		first = false;
	}
	putchar('\n');
}

/* The number + 1 of the fix of that id among the matches; 0: it is none of them. */
static uint32_t number_of(TALLOC_CTX *ctx, const struct fixes_index *index, const char *id,
	const struct rank_match *matches, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fix fix = fix_of(ctx, index, &matches[i]);

		for (size_t k = 0; k < fix.cves_n; k++)
			if (!strcmp(fix.cves[k], id))
				return matches[i].fix + 1;
	}
	return 0;
}

/* With and without the right one, which may be none of the matches. */
static void calibrate(TALLOC_CTX *ctx, const struct queries *queries, const char *id,
	struct rank_query *query, const struct rank_match *matches, size_t n)
{
	struct rank_match *others;
	struct vmt_err err = {0};

	printf("%s\twith\t", id);
	print_likelihoods(ctx, queries->index, matches, n);
	query->except = number_of(ctx, queries->index, id, matches, n);
	if (rank_fixes(ctx, queries->index, query, &others, &n, &err))
		fail(id, &err);
	printf("%s\twithout\t", id);
	print_likelihoods(ctx, queries->index, others, n);
}

static void run_query(const json_t *object, void *arg)
{
	struct queries *queries = arg;
	TALLOC_CTX *ctx = talloc_new(NULL);
	const json_t *others = json_object_get(object, "other_stacks");
	size_t others_n = json_array_size(others), n;
	struct rank_stack *stacks = talloc_array(ctx, struct rank_stack, (unsigned)others_n + 1);
	const char *slug = text_of(object, "kind"), *id = text_of(object, "id");
	const struct oops_kind *kind = slug ? oops_kind_of_slug(slug) : NULL;
	struct rank_query query = {.headline = text_of(object, "headline"),
		.release = text_of(object, "release"),
		.others = stacks,
		.others_n = others_n,
		.where = queries->where,
		.most = CANDIDATES};
	struct rank_match *matches;
	struct vmt_err err = {0};
	double start, took;

	if (!id || !stacks)
		fail("a query without an id", NULL);
	query.kind = kind ? kind->id : KIND_NONE;
	query.stack = read_stack(ctx, json_object_get(object, "frames"));
	for (size_t i = 0; i < others_n; i++)
		stacks[i] = read_stack(ctx, json_object_get(json_array_get(others, i), "frames"));
	start = seconds();
	if (rank_fixes(ctx, queries->index, &query, &matches, &n, &err))
		fail(id, &err);
	took = seconds() - start;
	queries->time += took;
	queries->longest = took > queries->longest ? took : queries->longest;
	queries->n++;
	if (queries->calibrate) {
		calibrate(ctx, queries, id, &query, matches, n);
	} else {
		printf("%s\t", id);
		print_matches(ctx, queries->index, matches, n);
	}
	talloc_free(ctx);
}

int main(int argc, char **argv)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct queries queries = {0};
	struct where *where = NULL;
	struct vmt_err err = {0};

	if (argc != 6 || (strcmp(argv[1], "full") != 0 && strcmp(argv[1], "subjects") != 0) ||
		(strcmp(argv[2], "rank") != 0 && strcmp(argv[2], "calibrate") != 0))
		fail("usage: rankfixes {full|subjects} {rank|calibrate} CORPUS QUERIES TABLE",
			NULL);
	if (where_open(ctx, argv[5], &where, &err))
		fail("the table of functions", &err);
	queries.where = where;
	queries.calibrate = strcmp(argv[2], "calibrate") == 0;
	queries.index = make_index(ctx, argv[3], strcmp(argv[1], "subjects") == 0);
	each_line(argv[4], run_query, &queries);
	if (queries.n)
		fprintf(stderr, "%zu queries, %.2f ms each, %.2f ms at most\n", queries.n,
			queries.time * 1e3 / (double)queries.n, queries.longest * 1e3);
	talloc_free(ctx);
	return fflush(stdout) || ferror(stdout);
}
