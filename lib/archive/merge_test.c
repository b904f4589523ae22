// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/array.h"
#include "rules_id.h"
#include "vmtriage.h"

#define LINES 400
#define ROUNDS 60

static char dir[64];
static unsigned seed;

static unsigned draw(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static const char *at(const char *name)
{
	static char path[4][256];
	static unsigned i;

	i = (i + 1) % 4;
	snprintf(path[i], sizeof(path[i]), "%s/%s", dir, name);
	return path[i];
}

/* ---- lines ------------------------------------------------------------------------------- */

struct record {
	const char *path, *mtime, *rules, *status, *id;
	unsigned number, of, size;
	bool broken;
};

static char *line_of(const struct record *r)
{
	char *line, error[128] = "null", mtime[64] = "null";

	if (r->id)
		snprintf(error, sizeof(error), "{\"id\":\"%s\",\"message\":\"it failed\"}", r->id);
	if (r->mtime)
		snprintf(mtime, sizeof(mtime), "\"%s\"", r->mtime);
	assert_true(
		asprintf(&line,
			"{\"path\":\"%s\",\"member\":null,\"size\":%u,\"mtime\":%s,"
			"\"status\":\"%s\",\"error\":%s,\"rules\":\"%s\","
			"\"record\":{\"number\":%u,\"of\":%u,\"whole\":%s},\"death\":null,"
			"\"verdict\":{\"kind\":\"null-deref\",\"no_crash\":false,"
			"\"headline\":\"x\",\"module\":\"vhba\"},"
			"\"crash\":{\"time\":\"2026-11-%02uT00:53:29.5Z\","
			"\"uptime_s\":3.314062},\"kernel\":null,\"machine\":null,"
			"\"signature\":{\"algorithm\":\"vmt2\",\"coarse\":\"%s\"},"
			"\"remember\":{\"module_version\":\"7.3\",\"digest\":\"%s\"}}\n",
			r->path, r->size, mtime, r->status, error, r->rules, r->number, r->of,
			r->broken ? "false" : "true", r->number % 28 + 1, r->path, r->path) > 0);
	return line;
}

/* Without what an older program does not know, with what only a newer one does. */
static char *of_another_version(char *line)
{
	char *end = strstr(line, ",\"remember\""), *other;

	if (!end)
		return line;
	*end = '\0';
	assert_true(asprintf(&other, "%s%s}\n", line,
			    draw(2) ? ",\"later\":{\"path\":\"z\",\"n\":[0.5,\"{\"]}" : "") > 0);
	free(line);
	return other;
}

static char *random_line(void)
{
	static const char *const paths[] = {
		"a.log", "a/b/c", "a/b.log", "a/b/d\\u00fc", "/x", "a/c"};
	static const char *const times[] = {NULL, "2026-11-21T00:53:29Z",
		"2026-11-21T00:53:29.100000Z", "2025-01-01T00:00:00Z"};
	static const char *const rules[] = {VMT_RULES, VMT_RULES, "0123456789ab", "ffffffffffff"};
	struct record r = {.path = paths[draw(ARRAY_SIZE(paths))],
		.mtime = times[draw(ARRAY_SIZE(times))],
		.rules = rules[draw(ARRAY_SIZE(rules))],
		.size = 7 + draw(2),
		.of = 1 + draw(4),
		.status = "crash",
		.broken = !draw(8)};
	char *line;

	r.number = 1 + draw(r.of);
	if (!draw(4)) {
		r.status = "failed";
		r.id = "worker-died";
	}
	line = line_of(&r);
	if (!draw(10)) /* what a full disk leaves */
		strcpy(line + draw((unsigned)strlen(line) - 1), "\n");
	if (!draw(40))
		strcpy(line, "{\"verdict\":{}}\n");
	if (!draw(8))
		line = of_another_version(line);
	if (!draw(40))
		line[3 + draw(60)] ^= 2;
	return line;
}

/* ---- merging ----------------------------------------------------------------------------- */

/* The usual 64 MiB would be filled anew for each of some thousand merges (MALLOC_PERTURB_). */
#define ENOUGH (4u << 20)

/* What a merge of files writes. memory 0: ENOUGH. */
static char *merge(
	const char *const *paths, size_t n, uint64_t memory, struct vmt_merge_result *ret)
{
	struct vmt_merge_options mo = VMT_MERGE_OPTIONS_INIT;
	struct vmt_merge_result own = VMT_MERGE_RESULT_INIT;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	mo.memory = memory ? memory : ENOUGH;
	mo.result = ret ? ret : &own;
	assert_int_equal(vmt_merge(&mo, paths, n, out, NULL), 0);
	fclose(out);
	return text;
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static char *merge_text(const char *text, struct vmt_merge_result *ret)
{
	const char *path = at("text");
	char *merged;

	put(path, text);
	merged = merge(&path, 1, 0, ret);
	unlink(path);
	return merged;
}

/* A command for a shell; $f is the file. */
static void run(const char *command, const char *path)
{
	setenv("f", path, 1);
	assert_int_equal(system(command), 0);
}

/* As other programs leave a file: compressed in several members, with other ends of lines. */
static void convert(const char *path)
{
	static const char *const ways[] = {"sed -i 's/$/\\r/' $f",
		"sed -i 's/$/\\r/; 1s/^/\\xef\\xbb\\xbf/' $f",
		"(head -n 20 $f | gzip -1; tail -n +21 $f | gzip -1) > $f.z; mv $f.z $f"};

	run(ways[draw(ARRAY_SIZE(ways))], path);
}

/* Lines in another order, some of them twice, in up to four files, merged in some steps. */
static char *merge_somehow(char *const *lines, size_t n)
{
	static const char *const names[] = {"0", "1", "2", "3"};
	unsigned files = 1 + draw(4);
	const char *paths[5];
	size_t left = files;
	char *text;
	FILE *f[4];

	for (unsigned i = 0; i < files; i++) {
		paths[i] = strdup(at(names[i]));
		f[i] = fopen(paths[i], "w");
		assert_non_null(f[i]);
	}
	for (size_t i = 0, from = draw((unsigned)n); i < n; i++) {
		const char *line = lines[(from + i * 7) % n]; /* n is no multiple of 7 */

		fputs(line, f[draw(files)]);
		if (!draw(4))
			fputs(line, f[draw(files)]);
	}
	for (unsigned i = 0; i < files; i++) {
		fclose(f[i]);
		if (!draw(8))
			convert(paths[i]);
	}
	while (left > 1 && draw(3)) { /* the last two become one */
		text = merge(paths + left - 2, 2, 0, NULL);
		put(paths[left - 2], text);
		free(text);
		left--;
	}
	text = merge(paths, left, 0, NULL);
	for (unsigned i = 0; i < files; i++) {
		unlink(paths[i]);
		free((char *)(uintptr_t)paths[i]);
	}
	return text;
}

/* Associative, commutative, idempotent: one result, however the lines are divided. */
static void one_result(void **state)
{
	char *lines[LINES];

	(void)state;
	for (seed = 1; seed <= 3; seed++) {
		unsigned kept = seed;
		char *once = NULL;

		for (size_t i = 0; i < LINES; i++)
			lines[i] = random_line();
		for (unsigned round = 0; round < ROUNDS; round++) {
			/* of a part of the lines, so that some records are missing */
			char *text = merge_somehow(lines, LINES / 8 * (1 + kept));

			if (!once)
				once = strdup(text);
			assert_string_equal(text, once);
			free(text);
		}
		for (size_t i = 0; i < LINES; i++)
			free(lines[i]);
		free(once);
		seed = kept;
	}
}

static void has(const char *text, const char *what, bool expected)
{
	if (!strstr(text, what) == expected)
		fail_msg("%s: %s in %s", what, expected ? "not" : "is", text);
}

/* ---- what counts ------------------------------------------------------------------------- */

static const struct record base = {.path = "a.log",
	.mtime = "2026-11-21T00:53:29Z",
	.rules = VMT_RULES,
	.status = "crash",
	.number = 1,
	.of = 1,
	.size = 7};

/* The first record counts, the second has no place beside it. */
static void wins(const struct record *first, const struct record *second)
{
	char *a = line_of(first), *b = line_of(second), both[8192], *merged;

	snprintf(both, sizeof(both), "%s%s", b, a);
	merged = merge_text(both, NULL);
	assert_string_equal(merged, a);
	free(merged);
	snprintf(both, sizeof(both), "%s%s", a, b);
	merged = merge_text(both, NULL);
	assert_string_equal(merged, a);
	free(merged);
	free(a);
	free(b);
}

static void which_counts(void **state)
{
	struct record first = base, second = base;

	(void)state;
	second.mtime = "2026-11-20T23:59:59.999999Z";
	wins(&first, &second);
	first.rules = "0123456789ab"; /* the newer file, whoever judged it */
	wins(&first, &second);
	second.mtime = first.mtime;
	wins(&second, &first);
	first.mtime = "2026-11-21T00:53:29.000001Z";
	wins(&first, &second);
	second = first = base;
	second.mtime = NULL;
	wins(&first, &second);
	second = base;
	second.status = "failed";
	second.id = "worker-died";
	wins(&first, &second);
	second.broken = true;
	wins(&first, &second);
}

static void missing_records(void **state)
{
	struct vmt_merge_result result = VMT_MERGE_RESULT_INIT;
	struct record r = base;
	char *lines[3], *merged, *again, all[8192];

	(void)state;
	r.of = 3;
	for (size_t i = 0; i < 3; i++) {
		r.number = (unsigned)i + 1;
		lines[i] = line_of(&r);
	}
	merged = merge_text(lines[1], &result);
	has(merged, "record-missing", true);
	has(merged, "2 of 3 records", true);
	assert_int_equal(result.missing, 2);
	assert_int_equal(result.records, 2);
	snprintf(all, sizeof(all), "%s%s%s", merged, lines[2], lines[0]);
	again = merge_text(all, &result);
	has(again, "record-missing", false);
	assert_int_equal(result.missing, 0);
	snprintf(all, sizeof(all), "%s%s%s", lines[0], lines[1], lines[2]);
	assert_string_equal(again, all);
	free(merged);
	free(again);
	for (size_t i = 0; i < 3; i++)
		free(lines[i]);
}

static unsigned n_told;

static void tell(void *arg, const char *path, uint64_t line, const char *why)
{
	(void)arg;
	assert_non_null(path);
	assert_non_null(why);
	assert_int_equal(line, 2);
	n_told++;
}

static void damaged_lines(void **state)
{
	static const char *const bad[] = {"{\"path\":\"b.log\",\"mem", "nonsense", "[]", "{}",
		"{\"path\":\"b.log\"}", "{\"path\":\"b", "\xff\xfe", "null", "3",
		"{\"path\":\"b.log\",\"member\":null,\"size\":7,\"mtime\":null,\"status\":"
		"\"crash\","
		"\"error\":null,\"rules\":\"x\",\"record\":{\"number\":2,\"of\":1}}",
		"{\"path\":\"b.log\",\"member\":null,\"size\":7,\"mtime\":null,\"status\":"
		"\"crash\","
		"\"error\":null,\"rules\":\"x\",\"record\":{\"number\":1,\"of\":99999999999}}"};
	struct record r = base;
	char *good = line_of(&r), *heals, text[8192], *merged, *again;

	(void)state;
	r.path = "b.log";
	heals = line_of(&r);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct vmt_merge_result result = VMT_MERGE_RESULT_INIT;
		bool named = !strncmp(bad[i], "{\"path\":\"b.log\"", 15);

		snprintf(text, sizeof(text), "%s%s\n%s", good, bad[i], good);
		merged = merge_text(text, &result);
		has(merged, "record-damaged", true);
		has(merged, "\"path\":\"a.log\"", true);
		assert_int_equal(result.damaged, 1);
		assert_int_equal(result.records, 2);
		again = merge_text(merged, &result);
		assert_string_equal(again, merged);
		snprintf(text, sizeof(text), "%s%s", merged, heals);
		free(again);
		again = merge_text(text, &result);
		has(again, "record-damaged", !named);
		free(again);
		free(merged);
	}
	free(good);
	free(heals);
}

static void count_told(void *arg, const char *path, uint64_t line, const char *why)
{
	(void)arg, (void)path, (void)line, (void)why;
	n_told++;
}

static void tells_of_damage(void **state)
{
	struct vmt_merge_options mo = VMT_MERGE_OPTIONS_INIT;
	char *good = line_of(&base), text[4096];
	const char *path = at("text");
	FILE *out = fopen("/dev/null", "w");

	(void)state;
	snprintf(text, sizeof(text), "%s\x01\n", good);
	put(path, text);
	mo.damaged = tell;
	assert_int_equal(vmt_merge(&mo, &path, 1, out, NULL), 0);
	assert_int_equal(n_told, 1);
	fclose(out);
	unlink(path);
	free(good);
}

/* ---- files that were put together -------------------------------------------------------- */

static void put_bytes(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static char *merge_bytes(const char *bytes, size_t len, struct vmt_merge_result *ret)
{
	const char *path = at("text");
	char *merged;

	put_bytes(path, bytes, len);
	merged = merge(&path, 1, 0, ret);
	unlink(path);
	return merged;
}

/* A file whose last line ends anywhere, and behind it another file: as if they were apart. */
static void an_output_that_is_cut_off(void **state)
{
	struct record first = base, second = base;
	char *const paths[] = {strdup(at("apart")), strdup(at("many"))};
	char *a, *b, both[8192], *apart, *together;
	size_t len;

	(void)state;
	first.path = "b.log";
	a = line_of(&first);
	b = line_of(&second);
	len = strlen(a) - 1;
	for (size_t n = 1; n <= len; n++) {
		snprintf(both, sizeof(both), "%.*s%s", (int)n, a, b);
		together = merge_text(both, NULL);
		put_bytes(paths[0], a, n);
		put(paths[1], b);
		apart = merge((const char *const *)paths, 2, 0, NULL);
		assert_string_equal(together, apart);
		has(together, "record-damaged", n < len);
		has(together, b, true);
		free(together);
		free(apart);
	}
	for (size_t i = 0; i < 2; i++) {
		unlink(paths[i]);
		free(paths[i]);
	}
	free(a);
	free(b);
}

/* A file system may leave zeros where the machine died; the records around them count. */
static void zeros_between_records(void **state)
{
	struct vmt_merge_result result = VMT_MERGE_RESULT_INIT;
	struct record other = base;
	char *a = line_of(&base), *b, bytes[8192] = "", *merged, *again;
	size_t len = strlen(a);

	(void)state;
	other.path = "b.log";
	b = line_of(&other);
	memcpy(bytes, a, len - 1);
	memcpy(bytes + len - 1 + 500, b, strlen(b));
	merged = merge_bytes(bytes, len - 1 + 500 + strlen(b), &result);
	has(merged, a, true);
	has(merged, b, true);
	has(merged, "500 bytes", true);
	assert_int_equal(result.damaged, 1);
	assert_int_equal(result.records, 3);
	again = merge_text(merged, &result);
	assert_string_equal(again, merged);
	free(again);
	free(merged);
	free(a);
	free(b);
}

/* What is no record is not searched for ever, and hides nothing before it. */
static void false_starts(void **state)
{
	struct vmt_merge_result result = VMT_MERGE_RESULT_INIT;
	char *good = line_of(&base), *text = strdup(""), *merged;

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		char *more;

		assert_true(asprintf(&more, "{\"path\":%s", text) > 0);
		free(text);
		text = more;
	}
	assert_true(asprintf(&merged, "%.*s%s\n", (int)strlen(good) - 1, good, text) > 0);
	free(text);
	text = merged;
	merged = merge_text(text, &result);
	has(merged, good, true);
	assert_int_equal(result.records, 2);
	free(merged);
	free(text);
	free(good);
}

static void compressed_files(void **state)
{
	struct vmt_merge_result result = VMT_MERGE_RESULT_INIT;
	struct vmt_merge_options mo = VMT_MERGE_OPTIONS_INIT;
	struct record r = base;
	const char *path = at("text");
	char *line, *plain, *packed;
	FILE *f = fopen(path, "w"), *out = fopen("/dev/null", "w");
	struct vmt_err err;

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		char name[32];

		snprintf(name, sizeof(name), "d/f%u", i);
		r.path = name;
		line = line_of(&r);
		fputs(line, f);
		free(line);
	}
	fclose(f);
	plain = merge(&path, 1, 0, NULL);
	run("(head -n 100 $f | gzip; tail -n +101 $f | gzip) > $f.z; mv $f.z $f", path);
	packed = merge(&path, 1, 0, &result);
	assert_string_equal(packed, plain);
	assert_int_equal(result.damaged, 0);
	/* Its end is missing, wherever the last line that is left ends. */
	assert_int_equal(truncate(path, 3000), 0);
	mo.damaged = count_told;
	n_told = 0;
	assert_int_equal(vmt_merge(&mo, &path, 1, out, &err), 0);
	assert_true(n_told);
	assert_int_equal(truncate(path, 20), 0);
	assert_int_not_equal(vmt_merge(&mo, &path, 1, out, &err), 0);
	assert_non_null(strstr(err.message, path));
	assert_int_equal(truncate(path, 0), 0); /* a part without files */
	assert_int_equal(vmt_merge(&mo, &path, 1, out, &err), 0);
	fclose(out);
	unlink(path);
	free(plain);
	free(packed);
}

/* It is longer than what is kept and hashed of a line; what comes behind it counts. */
static void a_line_without_measure(void **state)
{
	struct vmt_merge_result result = VMT_MERGE_RESULT_INIT;
	struct vmt_merge_options mo = VMT_MERGE_OPTIONS_INIT;
	const char *const paths[] = {at("long"), at("good")};
	char *good = line_of(&base);
	FILE *out = fopen("/dev/null", "w"), *in;

	(void)state;
	put(paths[0], good);
	assert_int_equal(truncate(paths[0], INT64_C(33) << 20), 0);
	in = fopen(paths[0], "a");
	fprintf(in, "\n%s", good);
	fclose(in);
	put(paths[1], good);
	mo.damaged = tell;
	mo.result = &result;
	n_told = 0;
	assert_int_equal(vmt_merge(&mo, paths, 2, out, NULL), 0);
	assert_int_equal(n_told, 1);
	assert_int_equal(result.lines, 4);
	assert_int_equal(result.damaged, 1);
	assert_int_equal(result.records, 2);
	fclose(out);
	unlink(paths[0]);
	unlink(paths[1]);
	free(good);
}

/* As other programs write JSON: with blanks, and in another order. */
static void other_json(void **state)
{
	char *good = line_of(&base), *dumped, text[8192], *merged;
	json_t *o = json_loads(good, 0, NULL);

	(void)state;
	dumped = json_dumps(o, JSON_SORT_KEYS);
	snprintf(text, sizeof(text), "%s\n\n%s", dumped, dumped);
	merged = merge_text(text, NULL);
	has(merged, "record-damaged", false);
	assert_string_equal(strchr(merged, '\n'), "\n");
	free(merged);
	free(dumped);
	json_decref(o);
	free(good);
}

/* ---- memory, files, formats -------------------------------------------------------------- */

/* The same with 1 MiB of memory and the rest in a file. */
static void in_little_memory(void **state)
{
	struct record r = base;
	const char *path = at("many");
	FILE *f = fopen(path, "w");
	char *large, *small;

	(void)state;
	seed = 7;
	for (unsigned i = 0; i < 5000; i++) {
		char name[32], *line;

		snprintf(name, sizeof(name), "d%u/f%u", draw(9), draw(2500));
		r.path = name;
		line = line_of(&r);
		fputs(line, f);
		free(line);
	}
	fclose(f);
	large = merge(&path, 1, 64u << 20, NULL);
	small = merge(&path, 1, 1, NULL);
	assert_string_equal(large, small);
	free(large);
	free(small);
	unlink(path);
}

static void files_before_folders(void **state)
{
	static const char *const order[] = {"a.log", "z", "a/b", "a/b.log", "a/b/c"};
	struct record r = base;
	char text[16384] = "", *merged;
	const char *found;

	(void)state;
	for (size_t i = ARRAY_SIZE(order); i--;) {
		char *line;

		r.path = order[i];
		line = line_of(&r);
		strcat(text, line);
		free(line);
	}
	found = merged = merge_text(text, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		char path[64];

		snprintf(path, sizeof(path), "{\"path\":\"%s\"", order[i]);
		assert_memory_equal(found, path, strlen(path));
		found = strchr(found, '\n') + 1;
	}
	free(merged);
}

static void a_file_that_is_not_there(void **state)
{
	const char *path = at("none");
	struct vmt_err err;
	FILE *out = fopen("/dev/null", "w");

	(void)state;
	assert_int_equal(vmt_merge(NULL, &path, 1, out, &err), VMT_ERR_IO);
	assert_non_null(strstr(err.message, path));
	fclose(out);
}

static void to_a_history(void **state)
{
	struct vmt_merge_options mo = VMT_MERGE_OPTIONS_INIT;
	const char *path = at("text");
	struct vmt_history *history;
	struct record r = base, old = base;
	char *one = line_of(&r), *two, text[8192];
	struct vmt_list *list;

	(void)state;
	old.path = "b.log";
	old.rules = "0123456789ab";
	two = line_of(&old);
	snprintf(text, sizeof(text), "%s%s", one, two);
	put(path, text);
	assert_int_equal(vmt_history_open(at("history"), 0, &history, NULL), 0);
	mo.history = history;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(vmt_merge(&mo, &path, 1, NULL, NULL), 0);
	assert_int_equal(vmt_history_list(history, &list, NULL), 0);
	assert_int_equal(list->n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct vmt_report *found = list->entries[i].report;

		assert_string_equal(found->verdict.kind, "null-deref");
		assert_int_equal(found->crash.time.ns, 1793580809500000000);
		assert_int_equal(found->crash.uptime.ns, 3314062000);
		assert_string_equal(found->modules[0].version, "7.3");
	}
	vmt_list_free(list);
	vmt_history_close(history);
	unlink(path);
	free(one);
	free(two);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/merge_test.XXXXXX");
	assert_non_null(mkdtemp(dir));
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {
		"history", "history-wal", "history-shm", "text", "many"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unlink(at(names[i]));
	rmdir(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_result),
		cmocka_unit_test(which_counts),
		cmocka_unit_test(missing_records),
		cmocka_unit_test(damaged_lines),
		cmocka_unit_test(tells_of_damage),
		cmocka_unit_test(an_output_that_is_cut_off),
		cmocka_unit_test(zeros_between_records),
		cmocka_unit_test(false_starts),
		cmocka_unit_test(compressed_files),
		cmocka_unit_test(a_line_without_measure),
		cmocka_unit_test(other_json),
		cmocka_unit_test(in_little_memory),
		cmocka_unit_test(files_before_folders),
		cmocka_unit_test(a_file_that_is_not_there),
		cmocka_unit_test(to_a_history),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
