// SPDX-License-Identifier: GPL-3.0-or-later
/* Dumps of one kernel, whole and damaged, in any order: what is kept of others changes no report.
 */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "vmtriage.h"

#define DAMAGED 4 /* copies of each dump */

struct input {
	char *data;
	size_t len;
	char *expected; /* its report, when nothing is kept */
};

static char *read_file(const char *name, size_t *len)
{
	char path[4096], *data;
	FILE *f;

	snprintf(path, sizeof(path), "%s/real/%s", getenv("VMT_TESTDATA"), name);
	f = fopen(path, "rb");
	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	*len = (size_t)ftell(f);
	rewind(f);
	data = malloc(*len);
	assert_non_null(data);
	assert_int_equal(fread(data, 1, *len, f), *len);
	fclose(f);
	return data;
}

/* What was read for the report, and the report. */
static char *report_of(const struct input *in, struct vmt_keep *keep)
{
	struct vmt_options opts = VMT_OPTIONS_INIT;
	struct vmt_file file = vmt_file_memory(in->data, in->len, "dump");
	struct vmt_report *report;
	struct vmt_err err;
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	opts.level = VMT_LEVEL_CORE;
	opts.keep = keep;
	if (vmt_triage_files(&opts, &file, 1, &report, &err)) {
		fprintf(f, "%s", err.message);
	} else {
		fprintf(f, "%llu pages, %llu bytes\n", (unsigned long long)report->stats.pages_read,
			(unsigned long long)report->stats.bytes_read);
		assert_int_equal(vmt_report_write(report, VMT_FORMAT_JSON, NULL, f, &err), 0);
		vmt_report_free(report);
	}
	fclose(f);
	return text;
}

/* Numbers that are the same in each run. */
static uint32_t draw(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void damage(struct input *in, unsigned i, uint32_t *seed)
{
	size_t at = in->len / (DAMAGED + 1) * (i + 1), end = i % 2 ? at + 65536 : in->len;

	for (; at < end && at < in->len; at += 1 + draw(seed) % 2000)
		in->data[at] = (char)(in->data[at] ^ (char)(1 + draw(seed) % 255));
}

static void test_any_order(void **state)
{
	static const char *const names[] = {
		"null-deref.vmcore", "hung-task.vmcore", "e1000-receive.vmcore"};
	struct input inputs[ARRAY_SIZE(names) * (DAMAGED + 1)];
	size_t n = 0;
	uint32_t seed = 17;
	struct vmt_keep *keep;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		for (unsigned k = 0; k <= DAMAGED; k++, n++) {
			inputs[n].data = read_file(names[i], &inputs[n].len);
			if (k)
				damage(&inputs[n], k - 1, &seed);
			inputs[n].expected = report_of(&inputs[n], NULL);
		}
	/* With room for all, and with so little that it is full again and again. */
	for (unsigned round = 0; round < 2; round++) {
		assert_int_equal(vmt_keep_new(round ? 1 << 20 : 0, &keep, NULL), 0);
		for (size_t i = 0; i < 2 * n; i++) {
			const struct input *in = &inputs[draw(&seed) % n];
			char *got = report_of(in, keep);

			assert_string_equal(got, in->expected);
			free(got);
		}
		vmt_keep_free(keep);
	}
	for (size_t i = 0; i < n; i++) {
		free(inputs[i].data);
		free(inputs[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_order)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
