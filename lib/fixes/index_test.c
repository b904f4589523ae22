// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/test.h"

#include "base/err.h"
#include "fixes/index_internal.h"
#include "fixes/sample_fixes.h"

static int setup(void **state)
{
	*state = talloc_new(NULL);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static bool has_text(const char *const *texts, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(texts[i], text) == 0)
			return true;
	return false;
}

static void test_round_trip(void **state)
{
	struct fixes_index *index = sample_index(*state, sample_fixes, SAMPLE_FIXES);
	struct fix fix;

	assert_int_equal(index_size(index), SAMPLE_FIXES);
	for (uint32_t i = 0; i < SAMPLE_FIXES; i++) {
		const struct fix *old = &sample_fixes[i];

		assert_int_equal(index_fix(*state, index, i, &fix, NULL), 0);
		assert_string_equal(fix.subject, old->subject);
		assert_int_equal(fix.files_n, old->files_n);
		assert_int_equal(fix.cves_n, old->cves_n);
		assert_int_equal(fix.arches_n, old->arches_n);
		assert_int_equal(fix.fixes_n, old->fixes_n);
		assert_int_equal(fix.releases_n, old->releases_n);
		assert_int_equal(fix.time, old->time);
		assert_int_equal(fix.order, old->order);
		for (size_t k = 0; k < old->files_n; k++)
			assert_string_equal(fix.files[k], old->files[k]);
		for (size_t k = 0; k < old->releases_n; k++) {
			assert_string_equal(fix.releases[k].version, old->releases[k].version);
			assert_string_equal(fix.releases[k].branch, old->releases[k].branch);
		}
		if (old->commit)
			assert_string_equal(fix.commit, old->commit);
		else
			assert_null(fix.commit);
	}
	assert_int_equal(index_fix(*state, index, SAMPLE_FIXES, &fix, NULL), VMT_ERR_NOTFOUND);
}

static bool has_term(const struct fixes_index *index, uint32_t fix, enum index_field field,
	enum term_space space, const char *text)
{
	struct index_postings p = index_find(index, term_hash(space, text, strlen(text)));
	struct index_posting posting;
	uint32_t n = 0;
	bool found = false;

	for (; index_next(&p, &posting); n++)
		found |= posting.fix == fix && posting.value[field] > 0;
	assert_int_equal(n, p.n);
	return found;
}

static void test_terms(void **state)
{
	struct fixes_index *index = sample_index(*state, sample_fixes, SAMPLE_FIXES);

	assert_true(has_term(index, 0, INDEX_SUBJECT, TERM_NAME, "e1000_clean"));
	assert_true(has_term(index, 0, INDEX_SUBJECT, TERM_WORD, "clean"));
	assert_true(has_term(index, 0, INDEX_SUBJECT, TERM_TOPIC, "use after free"));
	assert_true(has_term(index, 0, INDEX_BODY, TERM_WORD, "timer"));
	assert_true(
		has_term(index, 0, INDEX_FILES, TERM_FOLDER, "drivers/net/ethernet/intel/e1000"));
	assert_true(has_term(index, 0, INDEX_TRACE, TERM_CALL, "e1000_clean napi_poll"));
	/* A quoted trace has calls, and adds no words. */
	assert_false(has_term(index, 0, INDEX_BODY, TERM_WORD, "poll"));
	assert_false(has_term(index, 1, INDEX_SUBJECT, TERM_NAME, "e1000_clean"));
	assert_false(has_term(index, 0, INDEX_SUBJECT, TERM_WORD, "the"));
}

static void test_trace_forms(void **state)
{
	static const struct fix fix = {
		.subject = "x: y",
		.trace = "[   12.3] RIP: 0010:one+0x12/0x30 [mod]\n"
			 "Call Trace:\n"
			 "[   12.3]  two.isra.0+0x1/0x2\n"
			 "[   12.3]  ? wrong+0x1/0x2\n"
			 " three fs/three.c:12 [inline]\n"
			 " four+0x12/0x30 fs/four.c:13\n"
			 "Freed by task 1:\n"
			 " five+0x12/0x30\n",
	};
	struct fixes_index *index = sample_index(*state, &fix, 1);

	assert_true(has_term(index, 0, INDEX_TRACE, TERM_CALL, "two three"));
	assert_true(has_term(index, 0, INDEX_TRACE, TERM_CALL, "three four"));
	assert_false(has_term(index, 0, INDEX_TRACE, TERM_CALL, "four five"));
	assert_false(has_term(index, 0, INDEX_TRACE, TERM_CALL, "two wrong"));
}

/* The same fix of two branches is one; two of one subject in one branch are two. */
static void test_told_twice(void **state)
{
	static const struct fix_release r1[] = {{"6.1.5", "6.1"}}, r2[] = {{"6.6.7", "6.6"}},
					r3[] = {{"6.1.9", "6.1"}};
	static const char *const cve[] = {"CVE-2026-1"};
	static const struct fix fixes[] = {
		{.subject = "a: b", .releases = r1, .releases_n = 1},
		{.subject = "a: b", .releases = r2, .releases_n = 1, .cves = cve, .cves_n = 1},
		{.subject = "a: b", .releases = r3, .releases_n = 1},
	};
	struct fixes_index *index = sample_index(*state, fixes, 3);
	struct fix fix;

	assert_int_equal(index_size(index), 2);
	assert_int_equal(index_fix(*state, index, 0, &fix, NULL), 0);
	assert_int_equal(fix.releases_n, 2);
	assert_string_equal(fix.releases[1].version, "6.6.7");
	assert_true(has_text(fix.cves, fix.cves_n, "CVE-2026-1"));
	assert_int_equal(index_fix(*state, index, 1, &fix, NULL), 0);
	assert_string_equal(fix.releases[0].version, "6.1.9");
}

static void test_reverts(void **state)
{
	static const struct fix fixes[] = {
		{.subject = "a: new", .order = 1},
		{.subject = "Revert \"a: b\"", .reverts = "a: b", .order = 2},
		{.subject = "a: b", .order = 3},
		{.subject = "Revert \"Revert \"c: d\"\"", .reverts = "Revert \"c: d\"", .order = 4},
		{.subject = "Revert \"c: d\"", .reverts = "c: d", .order = 5},
		{.subject = "c: d", .order = 6},
		/* older than what has the subject that it takes back */
		{.subject = "Revert \"a: new\"", .reverts = "a: new", .order = 7},
	};
	struct fixes_index *index = sample_index(*state, fixes, 7);

	assert_int_equal(index_row(index, 0).reverted_by, INDEX_NONE);
	assert_int_equal(index_row(index, 1).reverted_by, INDEX_NONE);
	assert_int_equal(index_row(index, 2).reverted_by, 1);
	assert_int_equal(index_row(index, 4).reverted_by, 3);
	assert_int_equal(index_row(index, 5).reverted_by, INDEX_NONE);
}

static void test_causes(void **state)
{
	static const char *const cause[] = {"0123456789ab"}, *const other[] = {"0123456788"};
	static const struct fix fixes[] = {
		{.subject = "a", .fixes = cause, .fixes_n = 1},
		{.subject = "b", .commit = "0123456789abcdef0123456789abcdef01234567"},
		{.subject = "c", .fixes = other, .fixes_n = 1},
	};
	struct fixes_index *index = sample_index(*state, fixes, 3);

	assert_int_equal(index_row(index, 0).introduced_by, 1);
	assert_int_equal(index_row(index, 1).introduced_by, INDEX_NONE);
	assert_int_equal(index_row(index, 2).introduced_by, INDEX_NONE);
}

static void test_arches(void **state)
{
	static const char *const list[] = {"arm64", "x86"}, *const rt[] = {"rt"};
	static const char *const mips[] = {"arch/mips/kernel/traps.c"};
	static const char *const more[] = {"arch/mips/kernel/traps.c", "mm/memory.c"};
	static const struct fix fixes[] = {
		{.subject = "a", .arches = list, .arches_n = 2},
		{.subject = "b", .arches = rt, .arches_n = 1},
		{.subject = "c", .files = mips, .files_n = 1},
		{.subject = "d", .files = more, .files_n = 2},
	};
	struct fixes_index *index = sample_index(*state, fixes, 4);

	assert_true(index_row(index, 0).arches & index_arch("x86_64"));
	assert_true(index_row(index, 0).arches & index_arch("aarch64"));
	assert_false(index_row(index, 0).arches & index_arch("s390x"));
	assert_int_equal(index_row(index, 1).arches, 0);
	assert_int_equal(index_row(index, 2).arches, index_arch("mips64"));
	assert_int_equal(index_row(index, 3).arches, 0);
	assert_int_equal(index_arch("toaster"), 0);
}

static void test_empty(void **state)
{
	struct fixes_index *index = sample_index(*state, NULL, 0);

	assert_int_equal(index_size(index), 0);
	assert_int_equal(index_find(index, 1).n, 0);
}

/* Any cut, and any byte that is another one, is noticed. */
static void test_damaged(void **state)
{
	size_t size;
	const uint8_t *data = sample_index_bytes(*state, sample_fixes, SAMPLE_FIXES, &size);
	uint8_t *copy = talloc_memdup(*state, data, size);
	struct fixes_index *index;

	assert_non_null(copy);
	assert_int_equal(index_from(*state, copy, size, &index, NULL), 0);
	for (size_t n = 0; n < size; n++) {
		/* At its exact size, so that a sanitizer sees a read past the end. */
		uint8_t *cut = n ? talloc_memdup(*state, data, n) : talloc_size(*state, 1);

		assert_true(index_from(*state, cut, n, &index, NULL) < 0);
		talloc_free(cut);
	}
	for (size_t i = 0; i < size; i++)
		for (unsigned bit = 0; bit < 8; bit += 3) {
			copy[i] ^= (uint8_t)(1 << bit);
			assert_true(index_from(*state, copy, size, &index, NULL) < 0);
			copy[i] ^= (uint8_t)(1 << bit);
		}
}

/* A checksum that fits says nothing: the numbers of releases are checked, too. */
static void test_release_out_of_range(void **state)
{
	size_t size, lists;
	const uint8_t *whole = sample_index_bytes(*state, sample_fixes, SAMPLE_FIXES, &size);
	uint8_t *data = talloc_memdup(*state, whole, size);
	struct fixes_index *index;

	assert_non_null(data);
	lists = INDEX_HEADER + INDEX_ROW * (size_t)cur_little_32(data + 16) +
		(8 + INDEX_TERM_END) * (size_t)cur_little_32(data + 20) +
		4 * (size_t)cur_little_32(data + 24);
	assert_true(cur_little_32(data + 36) >= 4);
	cur_store_little(data + lists, 4, cur_little_32(data + 24));
	cur_store_little(data + 12, 4, crc32_z(0, data + INDEX_CHECKED, size - INDEX_CHECKED));
	assert_int_equal(index_from(*state, data, size, &index, NULL), 0);
	for (uint32_t fix = 0; fix < index_size(index); fix++) {
		uint32_t release;

		for (uint32_t i = 0; (release = index_release_of(index, fix, i)) != INDEX_NONE; i++)
			assert_true(release < index_releases(index));
	}
}

static void test_file(void **state)
{
	char path[] = "/tmp/vmtriage-index-XXXXXX";
	struct vmt_err err = {0};
	size_t size;
	const uint8_t *data = sample_index_bytes(*state, sample_fixes, SAMPLE_FIXES, &size);
	struct fixes_index *index;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(index_open(*state, path, &index, &err), VMT_ERR_FORMAT);
	assert_int_equal(write(fd, data, size), size);
	assert_int_equal(index_open(*state, path, &index, &err), 0);
	assert_int_equal(index_size(index), SAMPLE_FIXES);
	talloc_free(index);
	assert_int_equal(ftruncate(fd, (off_t)size - 1), 0);
	assert_int_equal(index_open(*state, path, &index, &err), VMT_ERR_CORRUPT);
	assert_non_null(strstr(err.message, path));
	close(fd);
	unlink(path);
	assert_int_equal(index_open(*state, path, &index, &err), VMT_ERR_NOTFOUND);
	assert_int_equal(index_open(*state, "/tmp", &index, &err), VMT_ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_terms, setup, teardown),
		cmocka_unit_test_setup_teardown(test_trace_forms, setup, teardown),
		cmocka_unit_test_setup_teardown(test_told_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reverts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_causes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_arches, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_release_out_of_range, setup, teardown),
		cmocka_unit_test_setup_teardown(test_file, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
