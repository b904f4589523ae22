// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/test.h"
#include "dump/dump.h"
#include "dump/format.h"
#include "dump/kdump_write.h"

static const uint64_t pfns[] = {1, 2, 3, 9, 40000, 1u << 28};

/* Pages 2 and 9 are zeros, page 3 is not compressible. */
static int make_page(void *arg, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	uint32_t size = *(uint32_t *)arg, x = 5;

	(void)err;
	memset(buf, pfn == 2 || pfn == 9 ? 0 : (int)(pfn % 251), size);
	for (uint32_t i = 0; pfn == 3 && i < size; i++) {
		x = x * 1664525 + 1013904223;
		buf[i] = (uint8_t)(x >> 24);
	}
	return 0;
}

static struct kdump_facts make_facts(uint32_t page_size, bool big_endian)
{
	return (struct kdump_facts){
		.nodename = "host",
		.release = "6.1.0",
		.version = "#1 SMP",
		.machine = "x86_64",
		.timestamp = 1700000000,
		.page_size = page_size,
		.big_endian = big_endian,
		.phys_base = 0xffffffffdc200000,
		.max_pfn = (1u << 28) + 1,
		.vmcoreinfo = "OSRELEASE=6.1.0\nPAGESIZE=4096\n",
		.vmcoreinfo_len = 30,
	};
}

static int temp_file(char *path)
{
	int fd;

	strcpy(path, "/tmp/vmtriage-test.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	return fd;
}

static void check_file(const char *path, uint32_t page_size, bool big_endian)
{
	uint8_t *want = malloc(page_size), *got = malloc(page_size);
	struct source *src;
	struct dump *dump;
	struct vmt_err err;

	assert_int_equal(source_open_file(NULL, path, &src, &err), 0);
	assert_int_equal(dump_open(NULL, &src, 1, &dump, &err), 0);
	assert_string_equal(dump->format->name, "kdump");
	assert_true(dump->complete);
	assert_string_equal(dump->nodename, "host");
	assert_string_equal(dump->version, "#1 SMP");
	assert_int_equal(dump->big_endian, big_endian);
	assert_int_equal(dump->machine, 62);
	assert_int_equal(dump->timestamp.v, 1700000000);
	assert_int_equal(dump->phys_base_hint.v, 0xffffffffdc200000);
	assert_int_equal(dump->max_pfn, (1u << 28) + 1);
	assert_int_equal(dump->vmcoreinfo_len, 30);
	assert_memory_equal(dump->vmcoreinfo, "OSRELEASE=6.1.0\nPAGESIZE=4096\n", 30);
	for (size_t i = 0; i < ARRAY_SIZE(pfns); i++) {
		make_page(&page_size, pfns[i], want, &err);
		assert_int_equal(
			dump_read_phys(dump, pfns[i] * page_size, got, page_size, &err), 0);
		assert_memory_equal(got, want, page_size);
	}
	assert_int_equal(dump_read_phys(dump, 0, got, page_size, &err), VMT_ERR_NODATA);
	talloc_free(dump);
	talloc_free(src);
	free(want);
	free(got);
}

static void round_trip(uint32_t page_size, bool big_endian)
{
	struct kdump_facts facts = make_facts(page_size, big_endian);
	char path[40];
	int fd = temp_file(path);
	struct vmt_err err;
	struct stat st;
	uint64_t size;

	assert_int_equal(
		kdump_write(fd, &facts,
			&(struct kdump_pages){pfns, ARRAY_SIZE(pfns), make_page, &page_size}, &size,
			&err),
		0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, size);
	/* Two bitmaps of 32 MiB, which are nearly all holes. */
	assert_true((uint64_t)st.st_blocks * 512 < 40ull * page_size);
	check_file(path, page_size, big_endian);
	close(fd);
	unlink(path);
}

static void test_round_trip(void **state)
{
	(void)state;
	round_trip(4096, false);
	round_trip(4096, true);
	round_trip(65536, false);
}

/* A copy reports the same pages as left out as the original dump. */
static void test_left_out(void **state)
{
	static const uint64_t stored[] = {1, 40000}, left_out[] = {7, 39999, 40001};
	struct kdump_facts facts = make_facts(4096, false);
	uint32_t page_size = 4096;
	char path[40];
	int fd = temp_file(path);
	struct source *src;
	struct dump *dump;
	struct vmt_err err;
	uint64_t size;

	(void)state;
	facts.dump_level = 17;
	facts.left_out = left_out;
	facts.n_left_out = 3;
	assert_int_equal(
		kdump_write(fd, &facts, &(struct kdump_pages){stored, 2, make_page, &page_size},
			&size, &err),
		0);
	assert_int_equal(source_open_file(NULL, path, &src, &err), 0);
	assert_int_equal(dump_open(NULL, &src, 1, &dump, &err), 0);
	assert_int_equal(dump->dump_level, 17);
	assert_true(dump_has_memory(dump, 7) && dump_has_memory(dump, 40001));
	assert_true(dump_has_memory(dump, 1) && !dump_has_memory(dump, 8));
	assert_null(dump_page(dump, 39999, &err));
	assert_int_equal(err.code, VMT_ERR_NODATA);
	assert_non_null(strstr(err.message, "left out of the dump (dump level 17)"));
	assert_null(dump_page(dump, 8, &err));
	assert_non_null(strstr(err.message, "no memory there"));
	assert_non_null(dump_page(dump, 40000, &err));
	talloc_free(dump);
	talloc_free(src);
	close(fd);
	unlink(path);
}

static void test_same_bytes(void **state)
{
	struct kdump_facts facts = make_facts(4096, false);
	uint8_t *data[2];
	uint32_t page_size = 4096;
	uint64_t size = 0;
	struct vmt_err err;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		char path[40];
		int fd = temp_file(path);

		facts.max_pfn = 40001;
		assert_int_equal(
			kdump_write(fd, &facts,
				&(struct kdump_pages){pfns, 5, make_page, &page_size}, &size, &err),
			0);
		data[i] = malloc(size);
		assert_int_equal(pread(fd, data[i], size, 0), size);
		close(fd);
		unlink(path);
	}
	assert_memory_equal(data[0], data[1], size);
	/*
	 * Five pages: one compressed, two shared zero pages, one raw, one compressed. Header and
	 * bitmaps.
	 */
	assert_true(size < 4096 * 4 + 4 * 8192 + 1024);
	free(data[0]);
	free(data[1]);
}

static int no_page(void *arg, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	(void)arg, (void)buf;
	return err_set(err, VMT_ERR_NODATA, "no page %d", (int)pfn);
}

static void test_refusals(void **state)
{
	static const uint64_t backward[] = {5, 4}, twice[] = {5, 5}, high[] = {1, 99};
	struct kdump_facts facts = make_facts(4096, false);
	uint32_t page_size = 4096;
	char path[40];
	int fd = temp_file(path);
	struct vmt_err err;
	uint64_t size;

	(void)state;
	facts.max_pfn = 99;
	assert_int_equal(
		kdump_write(fd, &facts, &(struct kdump_pages){backward, 2, make_page, &page_size},
			&size, &err),
		VMT_ERR_USAGE);
	assert_int_equal(
		kdump_write(fd, &facts, &(struct kdump_pages){twice, 2, make_page, &page_size},
			&size, &err),
		VMT_ERR_USAGE);
	assert_int_equal(
		kdump_write(fd, &facts, &(struct kdump_pages){high, 2, make_page, &page_size},
			&size, &err),
		VMT_ERR_USAGE);
	assert_int_equal(
		kdump_write(fd, &facts, &(struct kdump_pages){high, 1, no_page, NULL}, &size, &err),
		VMT_ERR_NODATA);
	facts.max_pfn = 8 * CAP_BITMAP + 1;
	assert_int_equal(
		kdump_write(fd, &facts, &(struct kdump_pages){high, 1, make_page, &page_size},
			&size, &err),
		VMT_ERR_LIMIT);
	assert_non_null(strstr(err.message, "bitmap"));
	facts.max_pfn = 99;
	facts.page_size = 5000;
	assert_int_equal(
		kdump_write(fd, &facts, &(struct kdump_pages){high, 1, make_page, &page_size},
			&size, &err),
		VMT_ERR_USAGE);
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
