// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/caps.h"
#include "log/pstore.h"

struct file {
	const char *name, *text;
	int64_t mtime_ns;
};

/* Joins files in the given order. The result is the joined text with each gap as "|". */
static void joins(const struct file *files, size_t n, const char *want, const char *missing)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char dir[] = "/tmp/vmtriage-pstore-XXXXXX";
	struct pstore_part parts[8] = {0}, *order[8];
	struct source *texts[8], *all;
	struct pstore_gaps gaps;
	char got[512] = "", *text;
	size_t len = 0, gap = 0;

	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < n; i++) {
		char *path = talloc_asprintf(ctx, "%s/%s", dir, files[i].name);
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		fputs(files[i].text, f);
		fclose(f);
		assert_int_equal(source_open_file(ctx, path, &texts[i], NULL), 0);
		assert_true(pstore_peek(path, texts[i], &parts[i]));
		remove(path);
		parts[i].mtime_ns = files[i].mtime_ns;
		parts[i].text = texts[i];
		order[i] = &parts[i];
	}
	rmdir(dir);
	assert_int_equal(pstore_sort(order, n, NULL), 0);
	assert_int_equal(pstore_join(ctx, order, n, &all, &gaps, NULL), 0);
	text = talloc_zero_size(ctx, all->size + 1);
	assert_int_equal(source_read_exact(all, 0, text, all->size, NULL), 0);
	for (size_t i = 0; i <= all->size; i++) {
		while (gap < gaps.n && gaps.at[gap] == i) {
			got[len++] = '|';
			gap++;
		}
		got[len++] = text[i];
	}
	assert_string_equal(got, want);
	if (missing)
		assert_string_equal(gaps.missing, missing);
	else
		assert_null(gaps.missing);
	talloc_free(ctx);
}

/* ---- which parts belong together, the slow way ------------------------------------------- */

#define SOME 40

static bool may_be_of(const struct pstore_part *a, const struct pstore_part *b)
{
	if (a->packed)
		return !a->stamp || a->stamp == b->stamp;
	return strcmp(a->reason, b->reason) == 0 && a->count == b->count && a->stamp == b->stamp;
}

/* The latest dump whose parts all allow it. */
static size_t dump_of(const struct pstore_part *parts, const size_t *dumps, size_t i, size_t n)
{
	for (size_t d = n; d--;) {
		bool fits = true;

		for (size_t k = 0; k < i; k++)
			fits &= dumps[k] != d || (parts[k].number != parts[i].number &&
							 may_be_of(&parts[i], &parts[k]));
		if (fits)
			return d;
	}
	return n;
}

static struct pstore_part made_part(unsigned *seed, size_t i)
{
	struct pstore_part part = {.path = "x", .mtime_ns = (int64_t)i, .reason = "Oops"};

#define ANY(n) ((unsigned)(*seed = *seed * 1103515245 + 12345) >> 16) % (n)
	part.packed = ANY(4) == 0;
	part.stamp = ANY(3);
	part.number = part.packed && !part.stamp ? 0 : 1 + ANY(4);
	part.count = ANY(2);
	if (part.packed)
		part.reason[0] = '\0';
	return part;
}

static void sorted_as_the_long_way_does(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		struct pstore_part parts[SOME], *order[SOME], sorted[SOME];
		unsigned seed = round;
		size_t n = 1 + round % SOME, n_dumps = 0, dumps[SOME], at = 0;

		for (size_t i = 0; i < n; i++) {
			parts[i] = made_part(&seed, i);
			order[i] = &parts[i];
		}
		assert_int_equal(pstore_sort(order, n, NULL), 0);
		/*
		 * By time, as they are placed: plain parts first, then packed ones by what they
		 * say.
		 */
		for (unsigned key = 0; key < 6; key++)
			for (size_t i = 0; i < n; i++)
				if (parts[i].packed == key / 3 && parts[i].stamp == key % 3)
					sorted[at++] = parts[i];
		for (size_t i = 0; i < n; i++) {
			dumps[i] = dump_of(sorted, dumps, i, n_dumps);
			n_dumps += dumps[i] == n_dumps;
			assert_int_equal(sorted[i].dump, dumps[i]);
		}
	}
}

static void oldest_first_in_any_order(void **state)
{
	static const struct file files[] = {
		{"dmesg-erst-11", "Panic#1 Part2\nb\n", 1},
		{"dmesg-erst-10", "Panic#1 Part1\nc\n", 1},
		{"dmesg-erst-12", "Panic#1 Part3\na\n", 1},
	};

	(void)state;
	joins(files, 3, "a\nb\nc\n", NULL);
}

/* Records of ramoops as they are in memory: the first one is the newest. */
static void with_the_header_of_ramoops(void **state)
{
	static const struct file files[] = {
		{"dmesg-ramoops-0", "====1796000000.123456-D\nPanic#1 Part1\nc\n", 1},
		{"dmesg-ramoops-1", "====1796000000.223456-D\nPanic#1 Part2\nb\n", 1},
		{"dmesg-ramoops-2", "Panic#1 Part3\na\n", 1},
	};

	(void)state;
	joins(files, 3, "a\nb\nc\n", NULL);
}

static void gaps_are_named(void **state)
{
	static const struct file files[] = {
		{"dmesg-erst-12", "Oops#1 Part2\nc\n", 1},
		{"dmesg-erst-15", "Oops#1 Part5\na", 1},
		{"dmesg-erst-13", "Oops#2 Part1\nd\n", 2},
	};

	(void)state;
	joins(files, 3, "a\n|c\n|d\n", "parts 3 to 4 of Oops#1 missing; part 1 of Oops#1 missing");
}

/* The count of dumps restarts at each boot. */
static void dumps_of_one_number(void **state)
{
	static const struct file files[] = {
		{"dmesg-erst-21", "Panic#1 Part1\ny\n", 20},
		{"dmesg-erst-11", "Panic#1 Part1\nb\n", 10},
		{"dmesg-erst-12", "Panic#1 Part2\na\n", 11},
		{"dmesg-erst-22", "Panic#1 Part2\nx\n", 21},
	};
	static const struct file efi[] = {
		{"dmesg-efi-170000000001001", "Panic#1 Part1\nb\n", 1},
		{"dmesg-efi-170009999901001", "Panic#1 Part1\ny\n", 1},
		{"dmesg-efi-170000000002001", "Panic#1 Part2\na\n", 1},
		{"dmesg-efi-170009999902001", "Panic#1 Part2\nx\n", 1},
	};

	(void)state;
	joins(files, 4, "a\nb\nx\ny\n", NULL);
	joins(efi, 4, "a\nb\nx\ny\n", NULL);
}

static void packed_parts_are_named(void **state)
{
	static const struct file files[] = {
		{"dmesg-efi-170000000001001", "Panic#1 Part1\nb\n", 1},
		{"dmesg-efi-170000000002001.enc.z", "\x78\x9c\x01", 1},
		{"dmesg-efi-170000000003001", "Panic#1 Part3\na\n", 1},
	};

	(void)state;
	joins(files, 3, "a\n|b\n",
		"part 2 of Panic#1 could not be decompressed by the kernel: "
		"dmesg-efi-170000000002001.enc.z");
}

/* An oops and the panic after it are two dumps of one log. */
static void what_is_repeated_comes_once(void **state)
{
	static const struct file files[] = {
		{"dmesg-erst-11",
			"Oops#1 Part1\n<6>[    1.000000] a\n<1>[    2.000000] Oops, a long line\n",
			1},
		{"dmesg-erst-12",
			"Panic#2 Part1\n<1>[    2.000000] Oops, a long line\n<0>[    3.000000] b\n",
			2},
	};

	(void)state;
	joins(files, 2,
		"<6>[    1.000000] a\n<1>[    2.000000] Oops, a long line\n<0>[    3.000000] b\n",
		NULL);
}

static void no_parts(void **state)
{
	static const char *const texts[] = {"", "Panic#1", "Panic#1 Part", "Panic#1 Part0\n",
		"#1 Part1\n", "Panic#x Part1\n", "Panic#1 Part1 x\n",
		"[    0.000000] Linux version\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char path[] = "/tmp/vmtriage-pstore-XXXXXX";
		int fd = mkstemp(path);
		struct pstore_part part;
		FILE *f = fdopen(fd, "w");

		assert_non_null(f);
		fputs(texts[i], f);
		fclose(f);
		assert_false(pstore_peek(path, NULL, &part));
		remove(path);
	}
	assert_false(pstore_peek("-", NULL, &(struct pstore_part){0}));
}

/* A part over the cap is cut. It is counted, and leaves a gap. */
static void a_part_over_the_cap(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t size = CAP_PSTORE_PART + 100;
	char *text = talloc_size(ctx, size);
	struct pstore_part parts[2] = {{.path = "a", .number = 2}, {.path = "b", .number = 1}};
	struct pstore_part *order[] = {&parts[0], &parts[1]};
	struct source *all;
	struct pstore_gaps gaps;

	(void)state;
	memset(text, 'x', size);
	assert_int_equal(source_open_memory(ctx, "a", text, size, &parts[0].text, NULL), 0);
	assert_int_equal(
		source_open_memory(ctx, "b", text, CAP_PSTORE_PART, &parts[1].text, NULL), 0);
	assert_int_equal(pstore_join(ctx, order, 2, &all, &gaps, NULL), 0);
	assert_int_equal(gaps.n_capped, 1);
	assert_int_equal(gaps.n, 1);
	assert_int_equal(gaps.at[0], CAP_PSTORE_PART + 1);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorted_as_the_long_way_does),
		cmocka_unit_test(oldest_first_in_any_order),
		cmocka_unit_test(with_the_header_of_ramoops),
		cmocka_unit_test(gaps_are_named),
		cmocka_unit_test(dumps_of_one_number),
		cmocka_unit_test(packed_parts_are_named),
		cmocka_unit_test(what_is_repeated_comes_once),
		cmocka_unit_test(no_parts),
		cmocka_unit_test(a_part_over_the_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
