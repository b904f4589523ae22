// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Real reports, read by one thread and by several: the parser gets the same lines, wherever blocks
 * end, and whether threads can be had or not.
 */
#include "base/test.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "log/log_read.h"
#include "log/sample_records.h"
#include "oops/rejoin.h"

#define BEFORE 100 /* lines, so that some are skipped */
#define AFTER 4200 /* lines after a report until text is skipped again, and some more */
#define LARGE (9u << 20)

struct sink {
	struct oops_rejoin *rejoin;
	FILE *out;
};

static int take(void *arg, const struct log_record *rec)
{
	struct sink *s = arg;

	sample_write(s->out, "record", rec);
	return oops_rejoin_feed(s->rejoin, rec);
}

static void take_program(void *arg, const struct log_record *rec)
{
	struct sink *s = arg;

	sample_write(s->out, "program", rec);
	oops_rejoin_program(s->rejoin, rec);
}

static bool is_idle(const void *arg)
{
	return oops_rejoin_idle(((const struct sink *)arg)->rejoin);
}

static size_t look_ahead(const void *arg, const char *text, size_t len)
{
	return oops_rejoin_ahead(((const struct sink *)arg)->rejoin, text, len);
}

/* The lines that the parser gets of a text, and the reports that it makes of them. */
static char *read_all(const char *text, size_t len, size_t block, unsigned n_threads)
{
	static const struct log_skim skim = {is_idle, look_ahead, take_program};
	const struct log_read how = {.block = block, .n_threads = n_threads};
	struct oops_hosts *hosts;
	struct oops_log *log;
	struct source *src;
	struct log_text *lines;
	struct sink sink;
	char *got = NULL;
	size_t n;
	bool more;

	sink.out = open_memstream(&got, &n);
	assert_non_null(sink.out);
	assert_int_equal(source_open_memory(NULL, "text", text, len, &src, NULL), 0);
	assert_int_equal(oops_hosts_new(src, &hosts, NULL), 0);
	assert_int_equal(oops_rejoin_new(src, hosts, false, &sink.rejoin, NULL), 0);
	assert_int_equal(log_text_new(src, take, &sink, &skim, &lines, NULL), 0);
	assert_int_equal(log_read(src, src, lines, &how, NULL), 0);
	assert_int_equal(oops_hosts_finish(hosts, src, &log, &more, NULL), 0);
	for (size_t i = 0; i < log->n_events; i++)
		fprintf(sink.out, "%s %llu %llu\n", log->events[i]->kind->slug,
			(unsigned long long)log->events[i]->first_line,
			(unsigned long long)log->events[i]->last_line);
	talloc_free(src);
	fclose(sink.out);
	return got;
}

static void check(const char *what, const char *text, size_t len, size_t block)
{
	char *one = read_all(text, len, block, 0), *several = read_all(text, len, block, 2);

	if (strcmp(one, several) != 0)
		fail_msg("%s, blocks of %zu bytes: the parser gets other lines", what, block);
	free(one);
	free(several);
}

static char *add_filler(char *text, size_t n)
{
	static const char line[] = "a line\n";
	size_t size = sizeof(line) - 1, len = strlen(text);

	text = talloc_realloc(NULL, text, char, len + n * size + 1);
	assert_non_null(text);
	for (size_t i = 0; i < n; i++, len += size)
		memcpy(text + len, line, size + 1);
	return text;
}

static int check_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	char *all, *text;
	FILE *f;

	(void)ftw;
	if (type != FTW_F)
		return 0;
	f = fopen(path, "r");
	assert_non_null(f);
	text = talloc_zero_array(NULL, char, (size_t)st->st_size + 1);
	assert_int_equal(fread(text, 1, (size_t)st->st_size, f), st->st_size);
	fclose(f);
	all = talloc_strdup_append_buffer(add_filler(talloc_strdup(NULL, ""), BEFORE), text);
	check(path, all, strlen(all), 1009);
	talloc_free(all);
	talloc_free(text);
	return 0;
}

static void all_logs(void **state)
{
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s/logs", getenv("VMT_TESTDATA"));
	assert_int_equal(nftw(path, check_file, 10, FTW_PHYS), 0);
}

static const char report[] =
	"[ 9.0] BUG: kernel NULL pointer dereference, address: 0000000000000040\n"
	"[ 9.0] Oops: 0000 [#1] PREEMPT SMP NOPTI\n"
	"[ 9.0] RIP: 0010:first_function+0x225/0x500 [culprit]\n"
	"[ 9.0] Call Trace:\n[ 9.0]  caller+0x1/0x20\n"
	"[ 9.0] ---[ end trace 0000000000000000 ]---\n"
	"[ 9.0] Kernel panic - not syncing: Fatal exception\n";

static void all_ends_of_blocks(void **state)
{
	char *text = add_filler(talloc_strdup(NULL, ""), BEFORE);
	size_t start = strlen(text);

	(void)state;
	text = add_filler(talloc_strdup_append_buffer(text, report), BEFORE);
	for (size_t i = 0; i <= sizeof(report); i++)
		check("a report", text, strlen(text), start + i);
	text = add_filler(text, AFTER);
	text = talloc_strdup_append_buffer(text, report);
	for (size_t size = 500; size < 500 + sizeof(report); size += 67)
		check("two reports", text, strlen(text), size);
	talloc_free(text);
}

static char *report_of(const char *text, size_t len, bool contained)
{
	const struct vmt_contain contain = VMT_CONTAIN_INIT;
	struct vmt_options opts = VMT_OPTIONS_INIT;
	struct vmt_file file = vmt_file_memory(text, len, "log");
	struct vmt_report *ret;
	char *got = NULL;
	size_t n;
	FILE *out = open_memstream(&got, &n);

	assert_non_null(out);
	opts.contain = contained ? &contain : NULL;
	assert_int_equal(vmt_triage_files(&opts, &file, 1, &ret, NULL), 0);
	assert_true(ret->stats.bytes_read > len);
	ret->stats.elapsed_us = 0;
	assert_int_equal(vmt_report_write(ret, VMT_FORMAT_JSON, NULL, out, NULL), 0);
	vmt_report_free(ret);
	fclose(out);
	return got;
}

/* A worker process gets no thread. */
static void without_threads(void **state)
{
	char *text = add_filler(talloc_strdup(NULL, ""), LARGE / 7), *two, *one;
	size_t n;

	(void)state;
	text = talloc_strdup_append_buffer(text, report);
	n = strlen(text);
	two = report_of(text, n, false);
	one = report_of(text, n, true);
	assert_non_null(strstr(two, "first_function"));
	assert_string_equal(one, two);
	free(two);
	free(one);
	talloc_free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_logs),
		cmocka_unit_test(all_ends_of_blocks),
		cmocka_unit_test(without_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
