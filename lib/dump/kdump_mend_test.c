// SPDX-License-Identifier: GPL-3.0-or-later
/* Dumps of machines with much memory, whose second bitmap is damaged. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/test.h"
#include "dump/kdump_internal.h"
#include "dump/kdump_write.h"

#define PAGE 4096u
#define PER_GIB (1u << 18) /* pages */
#define DIRECT_MAP 0xffff888000000000u
#define RUNS 500
#define RUN 19 /* pages in a row, so many that not all of them are read */
#define N (RUNS * RUN)

struct machine {
	uint64_t max_pfn;
	uint64_t pfns[N]; /* what the dump holds */
	char path[40];
	int fd;
	uint64_t bitmap1, bitmap2; /* offsets in the file */
	uint8_t *good;		   /* the second bitmap */
	size_t len;
};

/* Each page has its number, and one in four has an empty list. */
static int make_page(void *arg, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	uint32_t at = 256 + 16 * (pfn % 32);
	uint64_t self = DIRECT_MAP + pfn * PAGE + at;

	(void)arg, (void)err;
	memset(buf, 0, PAGE);
	memcpy(buf, &pfn, sizeof(pfn));
	if (pfn % 4 == 0) {
		memcpy(buf + at, &self, sizeof(self));
		memcpy(buf + at + 8, &self, sizeof(self));
	}
	return 0;
}

static struct dump *open_dump(const struct machine *m, struct source **src)
{
	struct dump *dump;
	struct vmt_err err;

	assert_int_equal(source_open_file(NULL, m->path, src, &err), 0);
	assert_int_equal(dump_open(NULL, src, 1, &dump, &err), 0);
	return dump;
}

/* All of the machine's pages are memory, and a few of all of them are in the dump. */
static void make_machine(struct machine *m, uint64_t gib)
{
	struct kdump_facts facts = {.page_size = PAGE, .machine = "x86_64", .dump_level = 31};
	struct kdump_pages pages = {m->pfns, N, make_page, NULL};
	const struct kdump *kd;
	struct source *src;
	struct dump *dump;
	struct vmt_err err;
	uint64_t size;
	uint8_t *all;

	m->max_pfn = facts.max_pfn = gib * PER_GIB;
	for (size_t i = 0; i < N; i++)
		m->pfns[i] = (i / RUN) * (m->max_pfn / RUNS) + (i / RUN * 37) % 512 + i % RUN;
	strcpy(m->path, "/tmp/vmtriage-test.XXXXXX");
	m->fd = mkstemp(m->path);
	assert_true(m->fd >= 0);
	assert_int_equal(kdump_write(m->fd, &facts, &pages, &size, &err), 0);
	dump = open_dump(m, &src);
	kd = dump->priv;
	m->bitmap1 = kd->h.bitmap1;
	m->bitmap2 = kd->h.bitmap2;
	talloc_free(dump);
	talloc_free(src);
	m->len = (size_t)(m->max_pfn / 8);
	all = malloc(m->len);
	m->good = malloc(m->len);
	assert_true(all && m->good);
	memset(all, 0xff, m->len);
	assert_int_equal(pwrite(m->fd, all, m->len, (off_t)m->bitmap1), m->len);
	assert_int_equal(pread(m->fd, m->good, m->len, (off_t)m->bitmap2), m->len);
	free(all);
}

static void done_machine(struct machine *m)
{
	free(m->good);
	close(m->fd);
	unlink(m->path);
}

/* Returns how many pages are not readable. No page may be taken for another one. */
static size_t count_lost(const struct machine *m, bool mended)
{
	struct source *src;
	struct dump *dump = open_dump(m, &src);
	struct vmt_err err;
	size_t lost = 0;

	assert_int_equal(dump->mended, mended);
	for (size_t i = 0; i < N; i++) {
		const uint8_t *page = dump_page(dump, m->pfns[i], &err);

		lost += !page;
		if (page)
			assert_memory_equal(page, &m->pfns[i], sizeof(m->pfns[i]));
	}
	talloc_free(dump);
	talloc_free(src);
	return lost;
}

/* With these bytes of the second bitmap. */
static size_t lost_with(
	const struct machine *m, uint64_t at, const uint8_t *bytes, size_t n, bool mended)
{
	size_t lost;

	assert_int_equal(pwrite(m->fd, bytes, n, (off_t)(m->bitmap2 + at)), n);
	lost = count_lost(m, mended);
	assert_int_equal(pwrite(m->fd, m->good + at, n, (off_t)(m->bitmap2 + at)), n);
	return lost;
}

static size_t lost_by_flip(const struct machine *m, uint64_t pfn)
{
	uint8_t byte = (uint8_t)(m->good[pfn / 8] ^ 1u << pfn % 8);

	return lost_with(m, pfn / 8, &byte, 1, true);
}

static void one_bit(const struct machine *m)
{
	size_t places[] = {3, RUNS / 3, RUNS / 2, RUNS - 2};

	assert_int_equal(count_lost(m, false), 0);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		uint64_t first = m->pfns[places[i] * RUN];

		/* Far from any other: what is beside it is not doubtful. */
		assert_true(lost_by_flip(m, first + m->max_pfn / RUNS / 2) <= RUN);
		assert_true(lost_by_flip(m, first + 8) <= RUN);
		assert_true(lost_by_flip(m, first + RUN + 2) <= RUN);
	}
}

/* A block of the file, as a disk loses it. */
static void one_block(const struct machine *m)
{
	uint8_t block[4096];
	uint64_t at = m->pfns[RUNS / 2 * RUN] / 8 - sizeof(block) / 2;
	size_t held = 0;

	for (size_t i = 0; i < N; i++)
		held += m->pfns[i] / 8 >= at && m->pfns[i] / 8 < at + sizeof(block);
	memset(block, 0, sizeof(block));
	assert_true(held > 0);
	assert_true(lost_with(m, at, block, sizeof(block), true) <= held + 2 * RUN);
	memset(block, 0xff, sizeof(block));
	assert_true(lost_with(m, at, block, sizeof(block), true) <= held + 2 * RUN);
}

static void test_sizes(void **state)
{
	/* The last is as large as a bitmap may be that is checked. */
	static const uint64_t gib[] = {64, 100, 8ull * CAP_CHECKED_BITMAP / PER_GIB};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(gib); i++) {
		struct machine *m = calloc(1, sizeof(*m));

		assert_non_null(m);
		make_machine(m, gib[i]);
		one_bit(m);
		one_block(m);
		done_machine(m);
		free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sizes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
