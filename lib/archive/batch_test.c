// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "archive/batch_done.h"
#include "archive/batch_walk.h"
#include "base/array.h"

static char dir[64];

static const char oops[] =
	"[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
	"[    1.000001] Oops: 0002 [#1] PREEMPT SMP\n"
	"[    1.000002] RIP: 0010:vhba_complete+0x1f/0x50 [vhba]\n"
	"[    1.000003] Kernel panic - not syncing: Fatal exception\n";

static const char *at(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void put(const char *name, const char *text)
{
	write_text(at(name), text);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/batch_test.XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(mkdir(at("b"), 0700), 0);
	put("b/second.log", oops);
	put("a.log", oops);
	put("c.log", "nothing\n[    1.000000] Linux version 6.1.0\n");
	put("junk", "\1\2\3\4\5\6\7\16\17\20\21\22\23\24\25\26");
	assert_int_equal(symlink("loop", at("loop")), 0);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {
		"b/second.log", "b", "a.log", "c.log", "junk", "loop", "out", "journal", "."};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (remove(at(names[i])))
			rmdir(dir);
	return 0;
}

/* What a batch of the folder writes; *kept: inputs that were not read again. */
static char *batch(const struct vmt_batch_options *bo, uint64_t *kept)
{
	const char *paths[] = {dir};
	struct vmt_batch_result result = VMT_BATCH_RESULT_INIT;
	struct vmt_batch_options own = *bo;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	own.result = &result;
	assert_int_equal(vmt_batch(NULL, &own, paths, 1, out, NULL), 0);
	fclose(out);
	if (kept)
		*kept = result.kept;
	return text;
}

static void has_status(const char *line, const char *name, const char *status)
{
	json_t *o = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
	const char *path = json_string_value(json_object_get(o, "path"));

	assert_non_null(path);
	assert_string_equal(path, at(name));
	assert_string_equal(json_string_value(json_object_get(o, "status")), status);
	json_decref(o);
}

static void a_record_of_everything(void **state)
{
	static const char *const rows[][2] = {{"a.log", "crash"}, {"c.log", "no-crash"},
		{"junk", "other"}, {"loop", "failed"}, {"b/second.log", "crash"}};
	struct vmt_batch_options bo = VMT_BATCH_OPTIONS_INIT;
	char *one, *two, *line;

	(void)state;
	bo.jobs = 1;
	one = batch(&bo, NULL);
	bo.jobs = 3;
	two = batch(&bo, NULL);
	assert_string_equal(one, two);
	line = one;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		has_status(line, rows[i][0], rows[i][1]);
		line = strchr(line, '\n') + 1;
	}
	assert_string_equal(line, "");
	free(one);
	free(two);
}

static void is_kept(const char *journal, const char *text, uint64_t expected)
{
	struct vmt_batch_options bo = VMT_BATCH_OPTIONS_INIT;
	uint64_t kept;
	char *again;

	bo.journal = journal;
	bo.resume = true;
	again = batch(&bo, &kept);
	assert_string_equal(again, text);
	assert_int_equal(kept, expected);
	free(again);
}

/* Cut off anywhere, it goes on with the same result. The journal in the folder is no input. */
static void resumes_anywhere(void **state)
{
	struct vmt_batch_options bo = VMT_BATCH_OPTIONS_INIT;
	char *text, *path = strdup(at("journal"));
	size_t len;

	(void)state;
	text = batch(&bo, NULL);
	len = strlen(text);
	for (size_t cut = 0; cut <= len; cut += 97) {
		FILE *f = fopen(path, "w");
		uint64_t lines = 0;

		fwrite(text, 1, cut, f);
		fclose(f);
		for (size_t i = 0; i < cut; i++)
			lines += text[i] == '\n';
		/* What cannot be looked at is always tried again. */
		is_kept(path, text, lines < 4 ? lines : lines - 1);
	}
	free(text);
	free(path);
}

static void what_changed_is_read_again(void **state)
{
	struct vmt_batch_options bo = VMT_BATCH_OPTIONS_INIT;
	char *text, *path = talloc_asprintf(NULL, "%s.journal", dir), *other, first;

	(void)state;
	bo.journal = path;
	free(batch(&bo, NULL));
	put("c.log", oops);
	text = batch(
		&(struct vmt_batch_options){sizeof(bo), NULL, 0, NULL, false, NULL, NULL, NULL},
		NULL);
	is_kept(path, text, 3);
	/* Of other rules. */
	other = strstr(text, "\"rules\":\"");
	first = other[9];
	other[9] = first == '9' ? '8' : '9';
	write_text(path, text);
	other[9] = first;
	is_kept(path, text, 3);
	free(text);
	unlink(path);
	talloc_free(path);
}

static void a_journal_is_not_lost(void **state)
{
	struct vmt_batch_options bo = VMT_BATCH_OPTIONS_INIT;
	const char *paths[] = {dir};
	char *path = strdup(at("journal"));
	struct vmt_err err;
	FILE *f;

	(void)state;
	bo.journal = path;
	put("journal", "x");
	assert_int_equal(vmt_batch(NULL, &bo, paths, 1, stdout, &err), VMT_ERR_USAGE);
	bo.resume = true;
	f = fopen(path, "r");
	assert_int_equal(flock(fileno(f), LOCK_EX), 0);
	assert_int_equal(vmt_batch(NULL, &bo, paths, 1, stdout, &err), VMT_ERR_USAGE);
	fclose(f);
	free(path);
}

static void formats(void **state)
{
	struct vmt_batch_options bo = VMT_BATCH_OPTIONS_INIT;
	const char *paths[] = {dir};
	struct vmt_err err;
	char *text;

	(void)state;
	bo.format = "text";
	text = batch(&bo, NULL);
	assert_non_null(strstr(text, "/a.log: vhba"));
	assert_non_null(strstr(text, "/c.log: no crash was found\n"));
	assert_non_null(strstr(text, "/junk: other: "));
	free(text);
	bo.format = "csv";
	text = batch(&bo, NULL);
	assert_memory_equal(text, "path,member,size,", 17);
	assert_non_null(strstr(text, "/loop,,,,failed,io,"));
	free(text);
	bo.format = "xml";
	assert_int_equal(vmt_batch(NULL, &bo, paths, 1, stdout, &err), VMT_ERR_USAGE);
}

static size_t count_remembered(struct vmt_history *history)
{
	struct vmt_list *list;
	size_t n;

	assert_int_equal(vmt_history_list(history, &list, NULL), 0);
	n = list->n;
	vmt_list_free(list);
	return n;
}

/* Both logs are of the same crash. A history that cannot be written costs no record. */
static void crashes_are_remembered(void **state)
{
	struct vmt_batch_options bo = VMT_BATCH_OPTIONS_INIT;
	struct vmt_batch_result result = VMT_BATCH_RESULT_INIT;
	char *path = talloc_asprintf(NULL, "%s.db", dir), *text, *again = NULL;
	const char *paths[] = {dir};
	size_t len;
	FILE *out;

	(void)state;
	text = batch(&bo, NULL);
	assert_int_equal(vmt_history_open(path, 0, &bo.history, NULL), 0);
	again = batch(&bo, NULL);
	assert_string_equal(again, text);
	free(again);
	assert_int_equal(count_remembered(bo.history), 1);
	vmt_history_close(bo.history);
	assert_int_equal(vmt_history_open(path, VMT_HISTORY_READ, &bo.history, NULL), 0);
	bo.result = &result;
	out = open_memstream(&again, &len);
	assert_int_equal(vmt_batch(NULL, &bo, paths, 1, out, NULL), 0);
	fclose(out);
	assert_string_equal(again, text);
	assert_int_not_equal(result.forgot.code, 0);
	vmt_history_close(bo.history);
	unlink(path);
	talloc_free(path);
	free(again);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_record_of_everything, set_up, tear_down),
		cmocka_unit_test_setup_teardown(resumes_anywhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_changed_is_read_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_journal_is_not_lost, set_up, tear_down),
		cmocka_unit_test_setup_teardown(formats, set_up, tear_down),
		cmocka_unit_test_setup_teardown(crashes_are_remembered, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
