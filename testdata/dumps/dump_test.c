// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Every description of testdata/dumps, made into a file, opened and read. What is stored in it must
 * come back as described, and what was filtered must be VMT_ERR_NODATA, unless it says:
 *
 *	expect open CODE           it cannot be opened (any: it may)
 *	expect complete yes|no|any
 *	expect mended yes|no|any   without it, what is well formed needs no mending
 *	expect page ADDR CODE      ok, nodata, truncated, ... or any
 *	expect pages CODE          for all stored pages
 *	expect vmcoreinfo KEY VALUE
 *	expect message TEXT        in dump.missing; - where there must be none
 *	expect layer-message TEXT  in layers.missing
 *	expect percent NUMBER      in dump.percent; 100 where it is not known
 *	expect format|release|machine|page-size|class|byte-order|split|layers|vranges VALUE
 *
 * A value of - is none; later lines override earlier ones of the same key.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/test.h"
#include "dump/dump.h"
#include "dump/format.h"
#include "dump/vmcoreinfo.h"
#include "io/codec.h"
#include "io/layers.h"
#include "mkdump.h"

static const struct {
	const char *name;
	int code;
} codes[] = {
	{"ok", 0},
	{"nodata", VMT_ERR_NODATA},
	{"truncated", VMT_ERR_TRUNCATED},
	{"corrupt", VMT_ERR_CORRUPT},
	{"unsupported", VMT_ERR_UNSUPPORTED},
	{"limit", VMT_ERR_LIMIT},
	{"format", VMT_ERR_FORMAT},
	{"usage", VMT_ERR_USAGE},
};

static const char *code_word(int code)
{
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		if (codes[i].code == code)
			return codes[i].name;
	}
	return "another code";
}

/* One description on the way through. */
struct subject {
	const char *name;
	struct mk_desc *desc;
	struct source *src;
	struct layers layers;
	struct dump *dump;
	struct vmt_err err;
	unsigned failures;
};

static void complain(struct subject *s, const char *what, const char *want, const char *got)
{
	print_error("%s: %s: expected %s, got %s\n", s->name, what, want, got);
	s->failures++;
}

/* What follows "KEY " in the last expectation that begins so; NULL where there is none. */
static const char *expected(const struct mk_desc *desc, const char *key)
{
	size_t len = strlen(key);

	for (size_t i = desc->n_expects; i-- > 0;) {
		const char *e = desc->expects[i];
		if (strncmp(e, key, len) == 0 && e[len] == ' ')
			return e + len + 1 + strspn(e + len, " \t") - 1;
	}
	return NULL;
}

/* Compares a word of the description, up to its end or a space. */
static bool same_word(const char *want, const char *got)
{
	size_t len = strcspn(want, " \t");

	if (len == 3 && strncmp(want, "any", 3) == 0)
		return true;
	if (len == 1 && want[0] == '-')
		return got == NULL;
	return got && strlen(got) == len && strncmp(want, got, len) == 0;
}

static void check_word(struct subject *s, const char *key, const char *got)
{
	const char *want = expected(s->desc, key);

	if (want && !same_word(want, got))
		complain(s, key, want, got ? got : "-");
}

static void check_number(struct subject *s, const char *key, uint64_t got)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)got);
	check_word(s, key, text);
}

/* A text within a message: the words of the description in a row. */
static void check_message(struct subject *s, const char *key, const char *got)
{
	const char *want = expected(s->desc, key);

	if (!want)
		return;
	if (want[0] == '-' ? got != NULL : !got || !strstr(got, want))
		complain(s, key, want, got ? got : "-");
}

static void check_facts(struct subject *s)
{
	struct dump *d = s->dump;

	check_word(s, "format", d->format->name);
	check_word(s, "release", d->release);
	check_number(s, "machine", d->machine);
	check_number(s, "page-size", d->page_size);
	check_number(s, "vranges", d->n_vranges);
	check_number(s, "percent", d->percent.known ? d->percent.v : 100);
	check_word(s, "class", d->is_64 ? "64" : "32");
	check_word(s, "byte-order", d->big_endian ? "big" : "little");
	check_word(s, "split", d->split ? "yes" : "no");
	check_word(s, "layers", s->layers.n ? s->layers.names[0] : NULL);
	check_message(s, "message", d->missing);
	check_message(s, "layer-message", s->layers.missing);
	check_word(s, "mended", d->mended ? "yes" : "no");
	if (d->mended && !strstr(s->name, "lie-"))
		complain(s, "mended", "no", "yes");
	if (expected(s->desc, "complete"))
		check_word(s, "complete", d->complete ? "yes" : "no");
	else if (!d->complete)
		complain(s, "complete", "yes", d->missing);
	if (!d->complete != (d->missing != NULL))
		complain(s, "missing", "a sentence where it is not complete", d->missing);
}

static void check_vmcoreinfo(struct subject *s)
{
	const char *want = expected(s->desc, "vmcoreinfo OSRELEASE"), *got = NULL;
	struct vmcoreinfo *info = NULL;

	if (s->dump->vmcoreinfo && vmcoreinfo_parse(s->dump, s->dump->vmcoreinfo,
					   s->dump->vmcoreinfo_len, &info, &s->err) == 0)
		got = vmcoreinfo_get(info, "OSRELEASE");
	if (want && !same_word(want, got))
		complain(s, "OSRELEASE", want, got ? got : "-");
}

/* ---- pages ------------------------------------------------------------------------------- */

static void check_page(struct subject *s, uint64_t addr, const struct mk_page *page)
{
	const char *want = page && page->stored ? expected(s->desc, "pages") : NULL;
	uint8_t *buf = talloc_array(s->dump, uint8_t, s->desc->page_size);
	char key[40];
	int rc;

	snprintf(key, sizeof(key), "page %#llx", (unsigned long long)addr);
	if (expected(s->desc, key))
		want = expected(s->desc, key);
	if (!want)
		want = page && page->stored ? "ok" : "nodata";
	memset(&s->err, 0, sizeof(s->err));
	rc = dump_read_phys(s->dump, addr, buf, s->desc->page_size, &s->err);
	if (!same_word(want, code_word(rc)))
		complain(s, key, want, rc ? s->err.message : "ok");
	else if (rc < 0 && (s->err.code != rc || !s->err.message[0]))
		complain(s, key, "an error that is told", s->err.message);
	else if (rc == 0 && page && page->stored && strncmp(want, "ok", 2) == 0 &&
		 memcmp(buf, page->data, s->desc->page_size) != 0)
		complain(s, key, "the bytes of the description", "others");
	talloc_free(buf);
}

/* All pages of the description, and all addresses that it has expectations about. */
static void check_pages(struct subject *s)
{
	const struct mk_desc *desc = s->desc;

	for (size_t i = 0; i < desc->n_pages; i++)
		check_page(s, desc->pages[i].addr, &desc->pages[i]);
	for (size_t i = 0; i < desc->n_expects; i++) {
		char *end;
		uint64_t addr = strtoull(desc->expects[i] + 5, &end, 0);
		bool known = false;

		if (strncmp(desc->expects[i], "page ", 5) != 0)
			continue;
		for (size_t k = 0; k < desc->n_pages; k++)
			known |= desc->pages[k].addr == addr;
		if (!known)
			check_page(s, addr, NULL);
	}
}

static int count_range(void *arg, uint64_t pfn, uint64_t n)
{
	uint64_t *count = arg;

	(void)pfn;
	*count += n;
	return 0;
}

/* Where nothing is a lie, the ranges hold just the stored pages. */
static void check_ranges(struct subject *s)
{
	uint64_t want = 0, got = 0;
	char text[24];
	int rc = dump_each_range(s->dump, count_range, &got, &s->err);

	if (strstr(s->name, "lie-") || expected(s->desc, "complete") ||
		expected(s->desc, "page 0x5000"))
		return;
	for (size_t i = 0; i < s->desc->n_pages; i++)
		want += s->desc->pages[i].stored;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)got);
	if (rc < 0 || want != got)
		complain(s, "pages in ranges", "all stored pages", text);
}

/* ---- the walk ---------------------------------------------------------------------------- */

static char *desc_path(TALLOC_CTX *ctx, const char *name)
{
	return talloc_asprintf(ctx, "%s/dumps/%s", getenv("VMT_TESTDATA"), name);
}

static int make_source(struct subject *s, const char *name)
{
	char *path = desc_path(NULL, name);
	struct source *raw;
	uint8_t *data;
	size_t len;

	s->name = name;
	if (mkdump_read(NULL, path, &s->desc, &s->err) < 0)
		fail_msg("%s", s->err.message);
	talloc_free(path);
	if (mkdump_build(s->desc, s->desc, &data, &len, &s->err) < 0)
		fail_msg("%s: %s", name, s->err.message);
	assert_int_equal(source_open_memory(s->desc, name, data, len, &raw, &s->err), 0);
	return layers_peel(s->desc, raw, &s->src, &s->layers, &s->err);
}

/* Without a codec its pages are stored raw, and lies about them are none. */
static bool lacks_codec(const struct mk_desc *desc)
{
	uint8_t page[64] = {0}, packed[256];
	struct codec_buffers b = {page, sizeof(page), packed, sizeof(packed)};
	struct codecs *codecs;
	bool lacks = false;

	assert_int_equal(codecs_open(NULL, &codecs, NULL), 0);
	for (int i = 0; i < CODEC_COUNT; i++) {
		if (strcmp(mkdump_text(desc, "compression"), codec_name((enum codec_id)i)) == 0)
			lacks = codec_pack(codecs, (enum codec_id)i, &b, NULL) ==
				VMT_ERR_UNSUPPORTED;
	}
	talloc_free(codecs);
	return lacks;
}

static unsigned check_desc(const char *name)
{
	struct subject s = {0};
	const char *want;
	int rc = make_source(&s, name);

	want = expected(s.desc, "open");
	if (rc == 0)
		rc = dump_open(s.desc, &s.src, 1, &s.dump, &s.err);
	if (lacks_codec(s.desc)) {
		print_message("%s: skipped: no codec in this build\n", name);
	} else if (!same_word(want ? want : "ok", code_word(rc))) {
		complain(&s, "open", want ? want : "ok", rc ? s.err.message : "ok");
	} else if (rc == 0) {
		check_facts(&s);
		check_vmcoreinfo(&s);
		check_pages(&s);
		check_ranges(&s);
	}
	talloc_free(s.desc);
	return s.failures;
}

static void test_all_descriptions(void **state)
{
	unsigned n = 0, failures = 0;
	char *path = desc_path(NULL, "");
	DIR *dir = opendir(path);
	struct dirent *e;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir))) {
		const char *dot = strrchr(e->d_name, '.');
		if (!dot || strcmp(dot, ".desc") != 0)
			continue;
		failures += check_desc(e->d_name);
		n++;
	}
	closedir(dir);
	talloc_free(path);
	assert_true(n >= 25);
	assert_int_equal(failures, 0);
}

/* Parts in any order; each alone lacks the other's pages, both together none. */
static void test_split_set(void **state)
{
	struct subject s[2] = {0};
	struct source *files[2];
	uint8_t buf[4096];

	(void)state;
	assert_int_equal(make_source(&s[0], "split-1.desc"), 0);
	assert_int_equal(make_source(&s[1], "split-2.desc"), 0);
	assert_true(dump_is_split_file(s[0].src));
	assert_true(dump_same_split_set(s[0].src, s[1].src));
	for (unsigned first = 0; first < 2; first++) {
		struct dump *dump;

		files[0] = s[first].src;
		files[1] = s[!first].src;
		assert_int_equal(dump_open(NULL, files, 2, &dump, &s[0].err), 0);
		assert_true(dump->split);
		assert_true(dump->complete);
		assert_false(dump->files_missing);
		for (size_t i = 0; i < s[0].desc->n_pages; i++) {
			const struct mk_page *page = &s[0].desc->pages[i];

			if (!page->stored)
				continue;
			assert_int_equal(dump_read_phys(dump, page->addr, buf, 4096, &s[0].err), 0);
			assert_memory_equal(buf, page->data, 4096);
		}
		talloc_free(dump);
	}
	talloc_free(s[0].desc);
	talloc_free(s[1].desc);
}

static void test_not_one_set(void **state)
{
	struct subject s[2] = {0};
	struct source *files[2];
	struct dump *dump;

	(void)state;
	assert_int_equal(make_source(&s[0], "split-1.desc"), 0);
	assert_int_equal(make_source(&s[1], "kdump-v6-zlib.desc"), 0);
	files[0] = s[0].src;
	files[1] = s[1].src;
	assert_false(dump_is_split_file(files[1]));
	assert_false(dump_same_split_set(files[0], files[1]));
	assert_int_equal(dump_open(NULL, files, 2, &dump, &s[0].err), VMT_ERR_USAGE);
	talloc_free(s[0].desc);
	talloc_free(s[1].desc);
}

static void count_page(void *arg, uint64_t pfn)
{
	(void)pfn;
	++*(unsigned *)arg;
}

/* Reads go over page boundaries, and a page is read from the file once. */
static void test_reads(void **state)
{
	struct subject s = {0};
	struct dump *dump;
	uint8_t buf[32];
	unsigned told = 0;

	(void)state;
	assert_int_equal(make_source(&s, "kdump-v6-zlib.desc"), 0);
	assert_int_equal(dump_open(NULL, &s.src, 1, &dump, &s.err), 0);
	dump->on_page = count_page;
	dump->on_page_arg = &told;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(dump_read_phys(dump, 0x1ff0, buf, 32, &s.err), 0);
	assert_int_equal(buf[0], 0xf0);
	assert_int_equal(buf[1], 0x1f);
	assert_int_equal(buf[16], 0);
	assert_int_equal(told, 2);
	assert_int_equal(dump->pages_read, 2);
	/* The second page of it is not there. */
	assert_int_equal(dump_read_phys(dump, 0x3ff0, buf, 32, &s.err), VMT_ERR_NODATA);
	assert_int_equal(dump_read_phys(dump, UINT64_MAX - 7, buf, 16, &s.err), VMT_ERR_NODATA);
	talloc_free(dump);
	talloc_free(s.desc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_descriptions),
		cmocka_unit_test(test_split_set),
		cmocka_unit_test(test_not_one_set),
		cmocka_unit_test(test_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
