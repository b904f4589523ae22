// SPDX-License-Identifier: GPL-3.0-or-later
/* Archives as tar and zip write them, and as nobody does. */
#include "base/test.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "io/bundle.h"
#include "io/layers.h"

static char path[64];

struct made {
	const char *name, *content;
	mode_t type;  /* 0: a regular file */
	int64_t hole; /* before the content */
};

static void add(struct archive *a, const struct made *m)
{
	struct archive_entry *e = archive_entry_new();
	size_t len = m->content ? strlen(m->content) : 0;

	archive_entry_set_pathname(e, m->name);
	archive_entry_set_filetype(e, m->type ? m->type : AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, 1000, 0);
	if (m->type == AE_IFLNK)
		archive_entry_set_symlink(e, m->content);
	else
		archive_entry_set_size(e, m->hole + (int64_t)len);
	if (m->hole)
		archive_entry_sparse_add_entry(e, m->hole, (int64_t)len);
	/* It warns of names that are not UTF-8. There are no FIFOs in a zip file. */
	assert_true(archive_write_header(a, e) >= ARCHIVE_WARN || m->type == AE_IFIFO);
	if (m->type != AE_IFLNK && len) {
		for (int64_t i = 0; i < m->hole; i += 512)
			archive_write_data(a, (char[512]){0}, 512);
		assert_int_equal(archive_write_data(a, m->content, len), len);
	}
	archive_entry_free(e);
}

/* format: one of libarchive's; filter: "gzip", or NULL. */
static void make(int format, const char *filter, const struct made *members, size_t n)
{
	struct archive *a = archive_write_new();
	int fd;

	snprintf(path, sizeof(path), "/tmp/vmtriage-bundle-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(archive_write_set_format(a, format), ARCHIVE_OK);
	if (filter)
		assert_int_equal(archive_write_add_filter_by_name(a, filter), ARCHIVE_OK);
	assert_int_equal(archive_write_open_fd(a, fd), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++)
		add(a, &members[i]);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	close(fd);
}

static struct bundle *open_made(TALLOC_CTX *ctx)
{
	struct source *file, *inside;
	struct layers layers;
	struct bundle *b;
	struct vmt_err err;

	assert_int_equal(source_open_file(ctx, path, &file, &err), 0);
	assert_int_equal(layers_peel(ctx, file, &inside, &layers, &err), 0);
	assert_true(bundle_probe(inside));
	if (bundle_open(ctx, inside, &b, &err))
		fail_msg("%s", err.message);
	unlink(path);
	return b;
}

static void has(TALLOC_CTX *ctx, const struct bundle *b, const char *name, uint64_t hole,
	const char *content)
{
	const struct bundle_member *m = bundle_find(b, name);
	struct source *src;
	struct vmt_err err;
	char buf[600] = {0};

	assert_non_null(m);
	assert_int_equal(m->size, hole + strlen(content));
	assert_int_equal(bundle_open_member(ctx, m, m->name, &src, &err), 0);
	assert_int_equal(source_read(src, hole, buf, sizeof(buf), &err), strlen(content));
	assert_string_equal(buf, content);
	if (hole) {
		assert_int_equal(source_read(src, 0, buf, 1, &err), 1);
		assert_int_equal(buf[0], 0);
	}
}

#define LONG                                                                                       \
	"a-name-that-is-longer-than-the-hundred-bytes-of-an-old-header-so-that-it-needs-a-header-" \
	"of-its-own-before/dump.202601020304"

static const struct made usual[] = {
	{"./crash/1/vmcore", "one", 0, 0},
	{"crash/1/dmesg.txt", "first", 0, 0},
	{LONG, "a long name", 0, 0},
	{"crash/1/dmesg.txt", "replaced", 0, 0},
	{"/etc/passwd", "absolute", 0, 0},
	{"../up", "upwards", 0, 0},
	{"crash/1/link", "/etc/passwd", AE_IFLNK, 0},
	{"crash/1/fifo", NULL, AE_IFIFO, 0},
	{"crash/2/\xff\x1b[31m", "not text", 0, 0},
	{"top", "level", 0, 0},
};

static void members_are_slices(void **state)
{
	static const struct {
		int format;
		const char *filter;
	} kinds[] = {
		{ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, NULL},
		{ARCHIVE_FORMAT_TAR_GNUTAR, NULL},
		{ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, "gzip"},
		{ARCHIVE_FORMAT_TAR_GNUTAR, "xz"},
		{ARCHIVE_FORMAT_ZIP, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct bundle *b;

		make(kinds[i].format, kinds[i].filter, usual, ARRAY_SIZE(usual));
		b = open_made(ctx);
		assert_null(b->missing);
		assert_int_equal(b->n, 7);
		assert_int_equal(b->members[0].mtime_ns, 1000000000000);
		has(ctx, b, "crash/1/vmcore", 0, "one");
		has(ctx, b, "crash/1/dmesg.txt", 0, "replaced");
		has(ctx, b, LONG, 0, "a long name");
		has(ctx, b, "/etc/passwd", 0, "absolute");
		has(ctx, b, "../up", 0, "upwards");
		has(ctx, b, "crash/2/\xff\x1b[31m", 0, "not text");
		has(ctx, b, "top", 0, "level");
		assert_null(bundle_find(b, "crash/1/link"));
		talloc_free(ctx);
	}
}

static void folders_follow_each_other(void **state)
{
	static const struct made members[] = {
		{"b/x/2", "2", 0, 0},
		{"b/1", "1", 0, 0},
		{"b/x/1", "1", 0, 0},
		{"b/3", "3", 0, 0},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bundle *b;

	(void)state;
	make(ARCHIVE_FORMAT_TAR_USTAR, NULL, members, ARRAY_SIZE(members));
	b = open_made(ctx);
	assert_int_equal(b->n, 4);
	assert_string_equal(b->members[0].name, "b/1");
	assert_int_equal(bundle_folder(b, 0), 2);
	assert_string_equal(b->members[2].name, "b/x/1");
	assert_int_equal(bundle_folder(b, 2), 2);
	talloc_free(ctx);
}

static void holes_are_kept(void **state)
{
	static const struct made members[] = {
		{"1", "one", 0, 0},
		{"dump", "after the hole", 0, 1 << 20},
		{"2", "two", 0, 0},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bundle *b;

	(void)state;
	make(ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, NULL, members, ARRAY_SIZE(members));
	b = open_made(ctx);
	assert_non_null(b->copies);
	has(ctx, b, "1", 0, "one");
	has(ctx, b, "dump", 1 << 20, "after the hole");
	has(ctx, b, "2", 0, "two");
	talloc_free(ctx);
}

static void what_is_left_of_a_cut_archive_is_read(void **state)
{
	static const struct made members[] = {{"1", "one", 0, 0}, {"2", "two", 0, 0}};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bundle *b;

	(void)state;
	make(ARCHIVE_FORMAT_TAR_USTAR, NULL, members, ARRAY_SIZE(members));
	assert_int_equal(truncate(path, 1024 + 700), 0);
	b = open_made(ctx);
	has(ctx, b, "1", 0, "one");
	assert_non_null(b->missing);
	talloc_free(ctx);
}

/* A member that claims more than there is gets what there is. */
static void a_cut_member_is_short(void **state)
{
	static const struct made members[] = {{"1", "one", 0, 0}, {"2", "two-two-two", 0, 0}};
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct bundle_member *m;
	struct bundle *b;
	struct source *src;
	struct vmt_err err;

	(void)state;
	make(ARCHIVE_FORMAT_TAR_USTAR, NULL, members, ARRAY_SIZE(members));
	assert_int_equal(truncate(path, 1024 + 512 + 3), 0);
	b = open_made(ctx);
	m = bundle_find(b, "2");
	assert_non_null(m);
	assert_int_equal(bundle_open_member(ctx, m, m->name, &src, &err), 0);
	assert_int_equal(src->size, 3);
	assert_non_null(b->missing);
	talloc_free(ctx);
}

/* Ratio and size are bounded: a hole of 2^62 bytes is refused. */
static void impossible_sizes_are_refused(void **state)
{
	static const struct made members[] = {{"bomb", "x", 0, 0}};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct source *src;
	struct bundle *b;
	struct vmt_err err;
	char data[10240] = {0};
	FILE *f;

	(void)state;
	make(ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, NULL, members, 1);
	f = fopen(path, "r");
	assert_true(fread(data, 1, sizeof(data), f) > 512);
	fclose(f);
	unlink(path);
	memcpy(data + 124, "\x80\0\0\0\x3f\xff\xff\xff\xff\xff\xff\xff", 12); /* its size */
	memset(data + 148, ' ', 8);
	unsigned sum = 0;
	for (int i = 0; i < 512; i++)
		sum += (unsigned char)data[i];
	snprintf(data + 148, 8, "%06o", sum);
	assert_int_equal(source_open_memory(ctx, "bomb.tar", data, sizeof(data), &src, &err), 0);
	assert_int_equal(bundle_open(ctx, src, &b, &err), VMT_ERR_LIMIT);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_slices),
		cmocka_unit_test(folders_follow_each_other),
		cmocka_unit_test(holes_are_kept),
		cmocka_unit_test(what_is_left_of_a_cut_archive_is_read),
		cmocka_unit_test(a_cut_member_is_short),
		cmocka_unit_test(impossible_sizes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
