// SPDX-License-Identifier: GPL-3.0-or-later
/* With one thread and with several, with the ends of blocks at every place of a text. */
#include "base/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "log/log_read.h"
#include "log/sample_records.h"
#include "log/sample_skim.h"

static int take(void *arg, const struct log_record *rec)
{
	sample_write(arg, "record", rec);
	return 0;
}

static void take_program(void *arg, const struct log_record *rec)
{
	sample_write(arg, "program", rec);
}

/* What the sink gets of a text. */
static char *read_all(const char *text, size_t len, size_t block, unsigned n_threads)
{
	static const struct log_skim skim = {sample_always, sample_needle, take_program};
	const struct log_read how = {.block = block, .n_threads = n_threads};
	const struct log_text_gaps *gaps;
	struct source *src;
	struct log_text *lines;
	char *got = NULL;
	size_t n;
	FILE *out = open_memstream(&got, &n);

	assert_non_null(out);
	assert_int_equal(source_open_memory(NULL, "text", text, len, &src, NULL), 0);
	assert_int_equal(log_text_new(src, take, out, &skim, &lines, NULL), 0);
	assert_int_equal(log_read(src, src, lines, &how, NULL), 0);
	gaps = log_text_gaps(lines);
	fprintf(out, "%llu gaps, %llu bytes\n", (unsigned long long)gaps->n,
		(unsigned long long)src->bytes_read);
	talloc_free(src);
	fclose(out);
	return got;
}

static void check(const char *text, size_t len, size_t block)
{
	char *one = read_all(text, len, block, 0);

	for (unsigned n = 1; n <= 3; n += 2) {
		char *several = read_all(text, len, block, n);

		if (strcmp(one, several) != 0)
			fail_msg("blocks of %zu bytes, %u threads:\n%s\nin place of\n%s", block, n,
				several, one);
		free(several);
	}
	free(one);
}

/* A line of text, as programs keep it: number, microseconds, text. */
static const char *const forms[] = {
	"[%5u.%06u] %s\n",
	"[%5u.%06u] %s\r\n",
	"[%5u.%06u] \033[31m%s\033[0m\n",
	"Nov 20 23:25:%2$.2u web%1$u kernel: [    1.000000] %3$s\n",
	"{\"_TRANSPORT\":\"kernel\",\"__REALTIME_TIMESTAMP\":\"%u%06u\",\"MESSAGE\":\"%s\"}\n",
	"__CURSOR=s\n_TRANSPORT=kernel\n_SOURCE_MONOTONIC_TIMESTAMP=%u%06u\nMESSAGE=%s\n\n",
	"6,%u,%u,-;%s\n SUBSYSTEM=usb\n",
	"> [%5u.%06u] %s\n",
	"2026-11-20T23:25:%2$.2u.00%1$.4u000Z stdout F %3$s\n",
	"[%5u.%06u] a\\nb\\nc\\n%s\n",
};

#define LINES 150 /* more than must be read before any is skipped */

static char *make_text(const char *form)
{
	static const char *const texts[] = {"usb 1-1: new device", "has the NEEDLE: it", "",
		"TCP: no time", "eth0: link is up [ 3.5] NEEDLE", "systemd[1]: started"};
	char *text = talloc_strdup(NULL, "");

	for (unsigned i = 0; i < LINES; i++) {
		size_t k = i % 7 ? 0 : i / 7 % ARRAY_SIZE(texts);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		text = talloc_asprintf_append_buffer(text, form, i, i % 60, texts[k]);
#pragma GCC diagnostic pop
	}
	return text;
}

static void all_ends_of_blocks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		char *text = make_text(forms[i]);
		size_t len = strlen(text), line = len / LINES;

		/* A block ends one byte later from one line of that length to the next. */
		for (size_t block = line + 1; block < 4 * line; block += line / 2 + 1)
			check(text, len, block);
		for (size_t block = len - 8 * line; block < len - 4 * line; block++)
			check(text, len, block);
		talloc_free(text);
	}
}

/* Lines that begin in the middle of what was looked at: after lost data, or as UTF-16. */
static void lines_at_strange_places(void **state)
{
	char *text = make_text(forms[0]), *wide;
	size_t len = strlen(text);

	(void)state;
	for (size_t at = len / 2; at < len; at += 501) {
		size_t nuls = strcspn(text + at, "\n");

		memset(text + at, 0, nuls < 20 ? nuls : 20);
	}
	for (size_t block = 200; block < 2000; block += 37)
		check(text, len, block);
	wide = talloc_zero_array(text, char, 2 * len);
	for (size_t i = 0; i < len; i++)
		wide[2 * i] = text[i];
	for (size_t block = 200; block < 2000; block += 137)
		check(wide, 2 * len, block);
	talloc_free(text);
}

/* More stops than a block's list holds. */
static void many_stops(void **state)
{
	char *text = make_text(forms[0]);

	(void)state;
	for (unsigned i = 0; i < 20000; i++)
		text = talloc_strdup_append_buffer(text, i % 3 ? "a\n" : "NEEDLE\n");
	check(text, strlen(text), 60000);
	check(text, strlen(text), 1u << 20);
	talloc_free(text);
}

static int stop_at_once(void *arg, const struct log_record *rec)
{
	(void)arg;
	return rec->line > 100 ? 7 : 0;
}

static int64_t read_badly(
	struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	size_t n = off + len < src->size ? len : (size_t)(src->size - off);

	if (off >= 8192)
		return err_set(err, VMT_ERR_IO, "a bad block");
	memset(buf, '\n', n);
	return (int64_t)n;
}

/* The file became shorter after it was opened. */
static int64_t read_less(
	struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	(void)src;
	(void)err;
	len = off >= 5000 ? 0 : off + len > 5000 ? 5000 - (size_t)off : len;
	memset(buf, '\n', len);
	return (int64_t)len;
}

static int read_from(const struct source_ops *ops, log_sink sink, unsigned n_threads, uint64_t *n,
	struct vmt_err *err)
{
	const struct log_read how = {.block = 1000, .n_threads = n_threads};
	struct source src = {.ops = ops, .name = "text", .size = 1u << 20};
	struct log_text *lines;
	FILE *null = fopen("/dev/null", "w");
	int rc;

	assert_non_null(null);
	assert_int_equal(log_text_new(NULL, sink, null, &sample_skim, &lines, NULL), 0);
	rc = log_read(lines, &src, lines, &how, err);
	*n = src.bytes_read;
	talloc_free(lines);
	fclose(null);
	return rc;
}

static void early_ends(void **state)
{
	static const struct source_ops bad = {.read = read_badly, .shared = true};
	static const struct source_ops shorter = {.read = read_less, .shared = true};
	struct vmt_err err = {0};
	uint64_t n;

	(void)state;
	for (unsigned n_threads = 0; n_threads <= 3; n_threads++) {
		assert_int_equal(read_from(&bad, take, n_threads, &n, &err), VMT_ERR_IO);
		assert_string_equal(err.message, "a bad block");
		assert_int_equal(read_from(&bad, take, n_threads, &n, NULL), VMT_ERR_IO);
		assert_int_equal(read_from(&shorter, take, n_threads, &n, NULL), 0);
		assert_int_equal(n, 5000);
	}
}

/* What was fetched, but not read, does not count. */
static void a_sink_that_stops(void **state)
{
	char *text = make_text(forms[4]);
	uint64_t n[2];

	(void)state;
	for (unsigned n_threads = 0; n_threads < 2; n_threads++) {
		const struct log_read how = {.block = 500, .n_threads = n_threads};
		struct source *src;
		struct log_text *lines;

		assert_int_equal(
			source_open_memory(NULL, "text", text, strlen(text), &src, NULL), 0);
		assert_int_equal(
			log_text_new(src, stop_at_once, NULL, &sample_skim, &lines, NULL), 0);
		assert_int_equal(log_read(src, src, lines, &how, NULL), 7);
		n[n_threads] = src->bytes_read;
		talloc_free(src);
	}
	assert_int_equal(n[0], n[1]);
	assert_true(n[0] < strlen(text));
	talloc_free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_ends_of_blocks),
		cmocka_unit_test(lines_at_strange_places),
		cmocka_unit_test(many_stops),
		cmocka_unit_test(early_ends),
		cmocka_unit_test(a_sink_that_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
