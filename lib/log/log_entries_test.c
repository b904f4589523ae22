// SPDX-License-Identifier: GPL-3.0-or-later
/* Entries that nobody needs are skipped, and what arrives is as if all were read. */
#include "log/log_entries.h"

#include <string.h>

#include "base/array.h"
#include "base/test.h"
#include "log/log_text.h"
#include "log/sample_skim.h"

#define N_ENTRIES 3000

struct seen {
	size_t n, needles, gaps, lost;
	uint64_t needle_ts[8], before_needle_ts, last_ts;
};

static int take(void *arg, const struct log_record *rec)
{
	struct seen *s = arg;

	s->n++;
	s->gaps += rec->gap;
	s->lost += rec->lost;
	if (memmem(rec->text, rec->len, "NEEDLE", 6)) {
		if (s->needles < ARRAY_SIZE(s->needle_ts))
			s->needle_ts[s->needles] = rec->ts_ns;
		s->before_needle_ts = s->last_ts;
		s->needles++;
	}
	if (rec->has_ts)
		s->last_ts = rec->ts_ns;
	return 0;
}

static struct seen run(const char *data, const struct log_skim *skim, size_t piece)
{
	struct seen s = {0};
	struct log_text *lt;
	size_t len = strlen(data);

	assert_int_equal(log_text_new(NULL, take, &s, skim, &lt, NULL), 0);
	for (size_t i = 0; i < len; i += piece)
		assert_int_equal(log_text_feed(lt, data + i, len - i < piece ? len - i : piece), 0);
	assert_int_equal(log_text_finish(lt), 0);
	talloc_free(lt);
	return s;
}

/* Each entry as a text; the caller frees it. i is its number and its time in seconds. */
typedef char *(*write_fn)(TALLOC_CTX *ctx, int i, const char *text);

static char *journal_json(TALLOC_CTX *ctx, int i, const char *text)
{
	if (i % 5 == 4)
		return talloc_asprintf(ctx,
			"{\"_TRANSPORT\":\"stdout\",\"SYSLOG_IDENTIFIER\":\"cron\",\"MESSAGE\":"
			"\"%d\"}\n",
			i);
	if (i == 2003)
		return talloc_asprintf(ctx,
			"{\"_TRANSPORT\":\"kernel\",\"_SOURCE_MONOTONIC_TIMESTAMP\":\"%d000000\","
			"\"MESSAGE\" : [ 78, 69, 69, 68, 76, 69, 1 ]}\n",
			i);
	return talloc_asprintf(ctx,
		"{\"_TRANSPORT\":\"kernel\",\"_SOURCE_MONOTONIC_TIMESTAMP\":\"%d000000\","
		"\"MESSAGE\":\"%s [%d]\"}\n",
		i, text, i);
}

static char *docker(TALLOC_CTX *ctx, int i, const char *text)
{
	return talloc_asprintf(
		ctx, "{\"log\":\"[%5d.000000] \\\"a\\\" %s\\n\",\"stream\":\"stdout\"}\n", i, text);
}

static char *export(TALLOC_CTX *ctx, int i, const char *text)
{
	return talloc_asprintf(ctx, "__CURSOR=s=1;i=%x\n_TRANSPORT=%s\n%s%d000000\nMESSAGE=%s\n\n",
		i, i % 5 == 4 ? "stdout" : "kernel",
		i % 5 == 4 ? "_PID=" : "_SOURCE_MONOTONIC_TIMESTAMP=", i,
		i % 5 == 4 ? "other" : text);
}

/* Numbers 1500 and 1701 are missing; 1700 is repeated. */
static char *extended(TALLOC_CTX *ctx, int i, const char *text)
{
	if (i == 1500)
		return talloc_strdup(ctx, "");
	if (i == 1701)
		i = 1700;
	return talloc_asprintf(ctx, "6,%d,%d000000,-%s;%s\n%s", i, i, i % 2 ? ",caller=T12" : "",
		text, i % 3 ? "" : " SUBSYSTEM=pci\n DEVICE=+pci:0000:00:1f.2\n");
}

static char *plain(TALLOC_CTX *ctx, int i, const char *text)
{
	return talloc_asprintf(ctx, i % 50 ? "output [%d] %s\n" : "[%5d.000000] %s\n", i, text);
}

static char *write_log(write_fn write)
{
	char *all = talloc_strdup(NULL, "");

	for (int i = 0; i < N_ENTRIES; i++) {
		const char *text = i == 503 || i == 1502 || i == 2501 ? "a NEEDLE" : "some words";
		char *entry = write(all, i, text);

		all = talloc_strdup_append_buffer(all, entry);
		talloc_free(entry);
	}
	return all;
}

static void entries_are_passed_over(void **state)
{
	static const write_fn writers[] = {journal_json, docker, export, extended, plain};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(writers); i++) {
		char *data = write_log(writers[i]);
		struct seen all = run(data, NULL, 1u << 20);

		assert_int_equal(all.needles, writers[i] == journal_json ? 4 : 3);
		assert_int_equal(all.gaps, writers[i] == extended ? 2 : 0);
		for (size_t piece = 1001; piece < 1u << 20; piece *= 8) {
			struct seen some = run(data, &sample_skim, piece);

			assert_int_equal(some.needles, all.needles);
			assert_memory_equal(some.needle_ts, all.needle_ts, sizeof(all.needle_ts));
			assert_int_equal(some.before_needle_ts, all.before_needle_ts);
			assert_int_equal(some.last_ts, all.last_ts);
			assert_int_equal(some.gaps, all.gaps);
			assert_int_equal(some.lost, all.lost);
			if (piece > 100000)
				assert_in_range(some.n, 10, 200);
		}
		talloc_free(data);
	}
}

/* An encoding that hides the words makes all entries be read. */
static void encoded_texts_are_read(void **state)
{
	char *data = talloc_strdup(NULL, "");

	(void)state;
	for (int i = 0; i < 200; i++)
		data = talloc_strdup_append_buffer(data,
			i % 100 == 9
				? "{\"Output\":\"bGluZSBsaW5lIGxpbmUgbGluZSBsaW5lIGxpbmUgbGluZSBs"
				  "aW5lIGxpbmUgTkVFRExFIHg=\"}\n"
				: "{\"Output\":\"some words\"}\n");
	assert_int_equal(run(data, NULL, 1u << 20).needles, 2);
	assert_int_equal(run(data, &sample_skim, 1u << 20).needles, 2);
	talloc_free(data);
}

/* A log that changes its form: nothing of the second one is skipped unread. */
static void forms_change(void **state)
{
	static const write_fn writers[] = {journal_json, docker, export, extended, plain};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(writers); i++)
		for (size_t k = 0; k < ARRAY_SIZE(writers); k++) {
			char *a = write_log(writers[i]), *b = write_log(writers[k]);
			char *data = talloc_asprintf(a, "%s%s", a, b);

			assert_int_equal(run(data, &sample_skim, 100000).needles,
				run(data, NULL, 100000).needles);
			talloc_free(b);
			talloc_free(a);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_passed_over),
		cmocka_unit_test(encoded_texts_are_read),
		cmocka_unit_test(forms_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
