// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "dump/dump.h"
#include "dump/kdump_write.h"
#include "dump/vmcoreinfo_scan.h"

#define KEYS "OSRELEASE=6.1.0\nPAGESIZE=4096\nSYMBOL(swapper_pg_dir)=ffffffff81000000\n"
#define FILLER "NUMBER(of_something)=1\n"

static char text[512];

/* Page 1 has truncated text, and the test puts its own at page 2. */
struct memory {
	uint32_t page_size, at;
	bool note;
};

static void make_text(void)
{
	strcpy(text, KEYS);
	while (strlen(text) < 300)
		strcat(text, FILLER);
}

static int make_page(void *arg, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	const struct memory *m = arg;
	size_t len = strlen(text);
	const uint32_t header[3] = {11, (uint32_t)len, 0};

	(void)err;
	memset(buf, 0, m->page_size);
	if (pfn == 1) {
		memcpy(buf, text, len - 1);
		return 0;
	}
	buf += m->at;
	if (m->note) {
		memcpy(buf, header, sizeof(header));
		memcpy(buf + 12, "VMCOREINFO\0", 12);
		buf += 24;
	}
	memcpy(buf, text, len);
	return 0;
}

static int scan(TALLOC_CTX *ctx, struct memory *m, const char **found, size_t *len)
{
	static const uint64_t pfns[] = {1, 2};
	struct kdump_facts facts = {.machine = "Unknown", .page_size = m->page_size, .max_pfn = 3};
	char path[] = "/tmp/vmtriage-test.XXXXXX";
	int fd = mkstemp(path);
	struct source *src;
	struct dump *dump;
	struct vmt_err err;
	uint64_t size;

	make_text();
	assert_true(fd >= 0);
	assert_int_equal(
		kdump_write(fd, &facts, &(struct kdump_pages){pfns, 2, make_page, m}, &size, &err),
		0);
	assert_int_equal(source_open_file(ctx, path, &src, &err), 0);
	unlink(path);
	close(fd);
	assert_int_equal(dump_open(ctx, &src, 1, &dump, &err), 0);
	assert_null(dump->vmcoreinfo);
	return vmcoreinfo_scan(ctx, dump, found, len, &err);
}

static void finds_text(void **state)
{
	struct memory cases[] = {
		{4096, 0, false}, {4096, 0, true}, {65536, 0x3000, false}, {65536, 0xf000, true}};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *found = NULL;
		size_t len = 0;

		assert_int_equal(scan(ctx, &cases[i], &found, &len), 0);
		assert_int_equal(len, strlen(text));
		assert_memory_equal(found, text, len);
	}
	talloc_free(ctx);
}

/* Text that does not begin a page is a copy. */
static void begins_a_page(void **state)
{
	struct memory m = {65536, 0x3010, false};
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *found;
	size_t len;

	(void)state;
	assert_int_equal(scan(ctx, &m, &found, &len), VMT_ERR_NODATA);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_text),
		cmocka_unit_test(begins_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
