// SPDX-License-Identifier: GPL-3.0-or-later
/* Real dumps, damaged in one place: the verdict is that of the whole dump, or there is none. */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cur.h"
#include "vmtriage.h"

/* Where the parts of the files of testdata/real are: kdump, blocks of 4 KiB, 512 MiB of memory. */
#define BLOCK_SIZE_AT 0x1ac
#define SUB_BLOCKS_AT 0x1b0
#define MAX_MAPNR_64_AT (0x1000 + 96)
#define NOTES 0x1000
#define BITMAP_1 0x3000
#define BITMAP_2 0x7000
#define DESCS 0xb000
#define BITMAP_LEN 0x4000

struct copy {
	uint8_t *data;
	size_t len;
};

static int set_up(void **state)
{
	char path[4096];
	struct copy *c = calloc(1, sizeof(*c));
	FILE *f;

	snprintf(path, sizeof(path), "%s/real/null-deref.vmcore", getenv("VMT_TESTDATA"));
	f = fopen(path, "rb");
	if (!c || !f)
		return -1;
	fseek(f, 0, SEEK_END);
	c->len = (size_t)ftell(f);
	rewind(f);
	c->data = malloc(c->len);
	if (!c->data || fread(c->data, 1, c->len, f) != c->len)
		return -1;
	fclose(f);
	*state = c;
	return 0;
}

static int tear_down(void **state)
{
	struct copy *c = *state;

	free(c->data);
	free(c);
	return 0;
}

static struct vmt_report *triage_with(const struct copy *c, bool verify)
{
	struct vmt_options options = VMT_OPTIONS_INIT;
	struct vmt_file file = vmt_file_memory(c->data, c->len, "vmcore");
	struct vmt_report *report;
	struct vmt_err err;

	options.level = VMT_LEVEL_CORE;
	options.verify = verify;
	assert_int_equal(vmt_triage_files(&options, &file, 1, &report, &err), 0);
	return report;
}

static struct vmt_report *triage(const struct copy *c)
{
	return triage_with(c, false);
}

static const char *diagnosed(const struct vmt_report *r, const char *id)
{
	for (size_t i = 0; i < r->n_diagnostics; i++)
		if (strcmp(r->diagnostics[i].id, id) == 0)
			return r->diagnostics[i].message;
	return NULL;
}

static void check_right(struct vmt_report *r)
{
	assert_non_null(r->verdict.kind);
	assert_string_equal(r->verdict.kind, "null-deref");
	assert_string_equal(r->verdict.function, "vhba_complete");
	assert_string_equal(r->verdict.module, "vhba");
}

static void right(const struct copy *c)
{
	struct vmt_report *r = triage(c);

	check_right(r);
	vmt_report_free(r);
}

struct text_buf {
	char *text;
	size_t len;
};

/* The first 64 KiB. */
static int take(void *arg, const void *data, size_t len)
{
	struct text_buf *buf = arg;

	if (len > 65535 - buf->len)
		len = 65535 - buf->len;
	memcpy(buf->text + buf->len, data, len);
	buf->len += len;
	return 0;
}

/* ---- the container ----------------------------------------------------------------------- */

static void a_bit_too_many(void **state)
{
	struct copy *c = *state;

	for (size_t i = 0; i < BITMAP_LEN; i += 997) {
		uint8_t *byte = &c->data[BITMAP_2 + i], was = *byte;

		*byte ^= 0x10;
		right(c);
		*byte = was;
	}
}

static void no_second_bitmap(void **state)
{
	struct copy *c = *state;

	memset(c->data + BITMAP_2, 0, BITMAP_LEN);
	right(c);
	memset(c->data + BITMAP_2, 0xa5, BITMAP_LEN);
	right(c);
}

/* Both bitmaps have the same wrong bit: only pages that know their place tell. */
static void both_bitmaps(void **state)
{
	struct copy *c = *state;

	c->data[BITMAP_1 + 0x1000] ^= 0x01;
	c->data[BITMAP_2 + 0x1000] ^= 0x01;
	right(c);
}

static void descriptors(void **state)
{
	struct copy *c = *state;

	memset(c->data + DESCS + 24 * 10, 0, 24);
	c->data[DESCS + 24 * 100 + 2] ^= 0x40; /* the offset */
	c->data[DESCS + 24 * 200 + 8] ^= 0x04; /* the size */
	c->data[DESCS + 24 * 300 + 12] = 0xff; /* the flags */
	right(c);
	/* Fifty in a row. */
	memset(c->data + DESCS + 24 * 150, 0xee, 24 * 50);
	right(c);
}

static void header(void **state)
{
	struct copy *c = *state;
	static const struct {
		size_t at;
		uint8_t byte;
	} lies[] = {{BLOCK_SIZE_AT, 1}, {BLOCK_SIZE_AT + 1, 0x20}, {SUB_BLOCKS_AT, 9},
		{MAX_MAPNR_64_AT + 3, 1}, {MAX_MAPNR_64_AT + 2, 0}, {8, 3}, {11, 200}};

	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		uint8_t was = c->data[lies[i].at];

		c->data[lies[i].at] = lies[i].byte;
		right(c);
		c->data[lies[i].at] = was;
	}
}

/* ---- the log ----------------------------------------------------------------------------- */

static void without_vmcoreinfo(void **state)
{
	struct copy *c = *state;
	struct vmt_report *r;

	memset(c->data + NOTES, 0, BITMAP_1 - NOTES);
	r = triage(c);
	check_right(r);
	assert_string_equal(r->verdict.confidence, VMT_CONFIDENCE_LOW);
	assert_non_null(diagnosed(r, "log-salvaged"));
	/* The excerpt is from the same records. */
	assert_string_equal(r->excerpt.lines[0],
		"BUG: kernel NULL pointer dereference, address: 0000000000000008");
	vmt_report_free(r);
}

/* Nothing of the tables is left: the pages are carved out of the file. */
static void without_tables(void **state)
{
	struct copy *c = *state;
	struct vmt_report *r;

	memset(c->data + NOTES, 0, DESCS - NOTES);
	r = triage(c);
	check_right(r);
	assert_non_null(diagnosed(r, "log-salvaged"));
	vmt_report_free(r);
}

/* That it was a fault is certain even where the module's code is lost, but no more than that. */
static bool says_less(const struct vmt_verdict *v)
{
	return strcmp(v->kind, "oops") == 0 && !v->function && !v->module &&
	       strcmp(v->confidence, VMT_CONFIDENCE_LOW) == 0;
}

/* Half of the facts give no verdict, or the right one, or a part of it. */
static void cut(void **state)
{
	struct copy *c = *state;
	size_t len = c->len;

	for (c->len = len - 1; c->len > BITMAP_1; c->len -= len / 23) {
		struct vmt_report *r = triage(c);

		assert_false(r->input.complete);
		if (r->verdict.kind && !says_less(&r->verdict))
			check_right(r);
		vmt_report_free(r);
		if (c->len < len / 23)
			break;
	}
	c->len = len;
}

static void log_of_it(void **state)
{
	struct copy *c = *state;
	struct vmt_file file = vmt_file_memory(c->data, c->len, "vmcore");
	struct vmt_log_options options = VMT_LOG_OPTIONS_INIT;
	bool incomplete = false;
	struct vmt_err err;
	char text[65536];
	struct text_buf buf = {text, 0};

	memset(c->data + NOTES, 0, DESCS - NOTES);
	options.incomplete = &incomplete;
	assert_int_equal(vmt_log_write_to(&options, &file, 1, take, &buf, &err), 0);
	text[buf.len] = 0;
	assert_true(incomplete);
	assert_non_null(strstr(text, "\nRIP: 0010:vhba_complete+0x1f/0x50 [vhba]\n"));
}

/* ---- all pages --------------------------------------------------------------------------- */

static void verified(void **state)
{
	struct copy *c = *state;
	struct vmt_report *r = triage_with(c, true);
	uint64_t first = cur_load_little(c->data + DESCS, 8);
	const char *message = diagnosed(r, "dump-verified");

	assert_string_equal(message, "409 pages: 409 whole, 0 damaged, 0 past the end of the file, "
				     "0 not readable for other reasons");
	assert_null(diagnosed(r, "dump-damaged"));
	vmt_report_free(r);
	memset(c->data + first, 0, 8);
	r = triage_with(c, true);
	message = diagnosed(r, "dump-verified");
	assert_non_null(strstr(message, "408 whole, 1 damaged"));
	assert_non_null(strstr(message, "checksum"));
	assert_non_null(diagnosed(r, "dump-damaged"));
	vmt_report_free(r);
	c->len -= 1000;
	r = triage_with(c, true);
	assert_non_null(strstr(diagnosed(r, "dump-verified"), "only in part"));
	vmt_report_free(r);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_bit_too_many), TEST(no_second_bitmap),
		TEST(both_bitmaps), TEST(descriptors), TEST(header), TEST(without_vmcoreinfo),
		TEST(without_tables), TEST(log_of_it), TEST(cut), TEST(verified)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
