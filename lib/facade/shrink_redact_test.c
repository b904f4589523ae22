// SPDX-License-Identifier: GPL-3.0-or-later
/* What a test planted in a dump is in no byte of the redacted small one, decompressed or not. */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/ascii.h"
#include "dump/dump.h"
#include "dump/kdump_write.h"
#include "io/file.h"
#include "vmtriage.h"

/* The dump's memory as one piece, and where each of its pages is. */
struct memory {
	struct dump *dump;
	uint64_t *pfns;
	size_t n;
	char *bytes;
};

static const char *const planted[] = {"web7", "10.99.88.77", "52:54:00:ab:cd:ef", "XK-99817-Z",
	"hunter2", "bob.smith", "fe80::5054:ff:feab:cdef", "12345678-aaaa-bbbb-cccc-1234567890ab",
	"10.66.55.44", "/home/robert", "172.31.200.9"};

static int add_pages(void *arg, uint64_t pfn, uint64_t n)
{
	struct memory *m = arg;

	m->pfns = talloc_realloc(m->dump, m->pfns, uint64_t, m->n + n);
	for (uint64_t i = 0; i < n; i++)
		m->pfns[m->n++] = pfn + i;
	return 0;
}

static void load(TALLOC_CTX *ctx, const char *path, struct memory *m)
{
	struct source *file;
	uint32_t size;

	*m = (struct memory){0};
	assert_int_equal(source_open_file(ctx, path, &file, NULL), 0);
	assert_int_equal(dump_open(ctx, &file, 1, &m->dump, NULL), 0);
	assert_int_equal(dump_each_range(m->dump, add_pages, m, NULL), 0);
	size = m->dump->page_size;
	m->bytes = talloc_size(m->dump, m->n * size);
	for (size_t i = 0; i < m->n; i++)
		assert_int_equal(
			dump_read_phys(m->dump, m->pfns[i] * size, m->bytes + i * size, size, NULL),
			0);
}

static int page(void *arg, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	struct memory *m = arg;
	uint32_t size = m->dump->page_size;

	(void)err;
	for (size_t i = 0; i < m->n; i++)
		if (m->pfns[i] == pfn)
			memcpy(buf, m->bytes + i * size, size);
	return 0;
}

static void store(struct memory *m, const char *path)
{
	struct dump *d = m->dump;
	struct kdump_facts facts = {.nodename = "web7",
		.release = d->release,
		.version = d->version,
		.machine = "x86_64",
		.page_size = d->page_size,
		.max_pfn = d->max_pfn,
		.notes = d->notes,
		.notes_len = d->notes_len,
		.vmcoreinfo = d->vmcoreinfo,
		.vmcoreinfo_len = d->vmcoreinfo_len};
	struct kdump_pages pages = {m->pfns, m->n, page, m};
	FILE *out = fopen(path, "w+b");
	uint64_t size;

	assert_int_equal(kdump_write(fileno(out), &facts, &pages, &size, NULL), 0);
	fclose(out);
}

static void put(char *at, const char *text)
{
	while (*text)
		*at++ = *text++;
}

/* Overwrites each text that begins with at. */
static void plant(struct memory *m, const char *at, const char *with)
{
	size_t all = m->n * m->dump->page_size;
	char *found = memmem(m->bytes, all, at, strlen(at));
	size_t n = 0;

	assert_non_null(found);
	for (; found;
		found = memmem(found + 1, (size_t)(m->bytes + all - found) - 1, at, strlen(at)),
		n++)
		put(found, with);
	assert_true(n > 0);
}

/* A log line that goes on in the next page gets an address there. */
static bool plant_across(struct memory *m, const char *text)
{
	size_t size = m->dump->page_size, half = strlen(text) / 2;

	for (size_t i = 1; i < m->n; i++) {
		char *at = m->bytes + i * size - half;
		bool plain = m->pfns[i] == m->pfns[i - 1] + 1;

		for (size_t k = 0; plain && k < strlen(text); k++)
			plain = ascii_is_alnum(at[k]) || (at[k] && strchr(" :.,-", at[k]));
		if (plain && memchr(at, ' ', strlen(text))) {
			put(at, text);
			return true;
		}
	}
	return false;
}

/* sockaddr_in of 198.51.100.77, net_device.dev_addr, and in_addr of 203.0.113.9 */
static const char binary[] = "\x02\x00\x1f\x90\xc6\x33\x64\x4d\0\0\0\0\0\0\0\0"
			     "\x52\x54\xc0\xff\xee\x42\0\0\xcb\x00\x71\x09\0\0\0";

/* Into the zeros of the page of the kernel's variables where its first task is. */
static size_t plant_binary(struct memory *m)
{
	size_t all = m->n * m->dump->page_size, n = 0;
	char *task = memmem(m->bytes, all, "swapper/0", strlen("swapper/0"));
	size_t from = task ? (size_t)(task - m->bytes) : 0;

	assert_non_null(task);
	from -= from % m->dump->page_size;
	for (size_t at = from; at < from + m->dump->page_size; at += sizeof(binary)) {
		bool zero = true;

		for (size_t i = 0; i < sizeof(binary); i++)
			zero &= !m->bytes[at + i];
		if (zero)
			memcpy(m->bytes + at, binary, sizeof(binary));
		n += zero;
	}
	return n;
}

/* Addresses that the log has as text, in binary form where the triage reads: in the log, too. */
static const struct {
	const char *bytes;
	size_t len;
} known[] = {{"\x52\x54\0\xab\xcd\xef", 6}, {"\xac\x1f\xc8\x09", 4},
	{"\xfe\x80\0\0\0\0\0\0\x50\x54\0\xff\xfe\xab\xcd\xef", 16}};

static void plant_known(struct memory *m)
{
	static const char line[] = "Early table checksum verification disabled";
	size_t all = m->n * m->dump->page_size, at = 0;
	char *found = memmem(m->bytes, all, line, sizeof(line) - 1);

	assert_non_null(found);
	at = (size_t)(found - m->bytes) + 1;
	at += at % 2;
	for (size_t i = 0; i < ARRAY_SIZE(known); at += known[i].len, i++)
		memcpy(m->bytes + at, known[i].bytes, known[i].len);
}

/* The stack pointer of the crash, whose low bytes are those of 104.62.0.128, which the log has. */
static const char stack_pointer[] = "\x68\x3e\0\x80\x88\xf1\x4e\xff";

static bool has_stack_pointer(const struct memory *m)
{
	return memmem(m->dump->notes, m->dump->notes_len, stack_pointer, 8);
}

static bool has(const struct memory *m, const char *bytes, size_t len)
{
	return memmem(m->bytes, m->n * m->dump->page_size, bytes, len);
}

static bool has_binary(const struct memory *m)
{
	static const struct {
		size_t from, len;
	} parts[] = {{0, 8}, {16, 6}, {24, 4}};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (has(m, binary + parts[i].from, parts[i].len))
			return true;
	return false;
}

static size_t count_known(const struct memory *m)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		n += has(m, known[i].bytes, known[i].len);
	return n;
}

static bool is_in(const char *bytes, size_t len, const char *what)
{
	return memmem(bytes, len, what, strlen(what));
}

struct place {
	char dir[64], dump[128], small[128];
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	*state = p;
	snprintf(p->dir, sizeof(p->dir), "/tmp/shrink_redact_test.XXXXXX");
	if (!mkdtemp(p->dir))
		return -1;
	snprintf(p->dump, sizeof(p->dump), "%s/dump", p->dir);
	snprintf(p->small, sizeof(p->small), "%s/small", p->dir);
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	int rc;

	unlink(p->dump);
	unlink(p->small);
	rc = rmdir(p->dir);
	free(p);
	return rc;
}

static void plant_all(struct memory *m)
{
	assert_true(plant_binary(m) > 8);
	/* Lines of the log of this dump, each longer than what takes its place. */
	plant(m, "Kernel command line: ", "nfs: server web7 not ");
	plant(m, "pps_core: Software ver. 5.3.6 - Copyright 2005-2007 Rodolfo Giometti",
		"a 10.99.88.77 b 52:54:00:ab:cd:ef SerialNumber: XK-99817-Z key=x1 ok");
	plant(m, "x86/fpu: Supporting XSAVE feature 0x001: 'x87 floating point registers'",
		"password=hunter2 fe80::5054:ff:feab:cdef /home/robert/ bob.smith@a.org ");
	plant(m, "RAMDISK: [mem", "web7 and web7");
	plant(m, "Using GB pages for direct mapping", "martian from 172.31.200.9 on eth0");
	plant_known(m);
	plant(m, "x86/fpu: Supporting XSAVE feature 0x008: 'MPX bounds registers'",
		"root 12345678-aaaa-bbbb-cccc-1234567890ab 104.62.0.128 ");
	assert_true(plant_across(m, " 10.66.55.44 "));
}

static void assert_none(const struct memory *m, const char *path)
{
	char *raw = talloc_zero_size(m->dump, 32 << 20);
	FILE *f = fopen(path, "rb");
	size_t len = fread(raw, 1, 32 << 20, f);

	fclose(f);
	for (size_t i = 0; i < ARRAY_SIZE(planted); i++)
		if (is_in(m->bytes, m->n * m->dump->page_size, planted[i]) ||
			is_in(raw, len, planted[i]))
			fail_msg("%s is in the small dump", planted[i]);
	assert_false(has_binary(m));
	assert_int_equal(count_known(m), 0);
}

/* Without redaction, all of it is in the small dump. */
static void assert_all(struct place *p)
{
	const char *paths[] = {p->dump};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct memory m;

	assert_int_equal(vmt_shrink(NULL, paths, 1, p->small, NULL, NULL), 0);
	load(ctx, p->small, &m);
	for (size_t i = 0; i < ARRAY_SIZE(planted); i++)
		if (!is_in(m.bytes, m.n * m.dump->page_size, planted[i]))
			fail_msg("%s is not in the small dump", planted[i]);
	assert_true(has_binary(&m));
	assert_int_equal(count_known(&m), ARRAY_SIZE(known));
	talloc_free(ctx);
	unlink(p->small);
}

static char *verdict_of(TALLOC_CTX *ctx, const char *path)
{
	struct vmt_report *r;
	char *text;

	assert_int_equal(vmt_triage(NULL, &path, 1, &r, NULL), 0);
	text = talloc_asprintf(ctx, "%s %s %s %s %zu", r->verdict.kind, r->verdict.function,
		r->signature.coarse, r->signature.fine, r->n_frames);
	vmt_report_free(r);
	return text;
}

static void nothing_planted_is_left(void **state)
{
	struct place *p = *state;
	const char *paths[] = {p->dump};
	struct vmt_options opts = VMT_OPTIONS_INIT;
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct memory m;
	char path[4096];

	snprintf(path, sizeof(path), "%s/real/null-deref.vmcore", getenv("VMT_TESTDATA"));
	load(ctx, path, &m);
	assert_true(has_stack_pointer(&m));
	plant_all(&m);
	store(&m, p->dump);
	assert_all(p);
	assert_int_equal(vmt_redaction_new(&opts.redaction, NULL), 0);
	assert_int_equal(vmt_shrink(&opts, paths, 1, p->small, NULL, NULL), 0);
	load(ctx, p->small, &m);
	assert_none(&m, p->small);
	assert_false(is_in(m.bytes, m.n * m.dump->page_size, "104.62.0.128"));
	assert_true(has_stack_pointer(&m));
	assert_string_equal(verdict_of(ctx, p->dump), verdict_of(ctx, p->small));
	vmt_redaction_free(opts.redaction);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_planted_is_left, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
