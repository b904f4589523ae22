// SPDX-License-Identifier: GPL-3.0-or-later
/* Debian packages: an ar archive with a tar of the files, deb(5). */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixes/source_tell.h"
#include "fixes/source_read.h"

#define BLOCK 512
#define CHANGELOG                                                                                  \
	"linux (6.1.99-1) bookworm; urgency=medium\n\n"                                            \
	"  * [x86] gizmo: Fix the NULL dereference in gizmo_open()\n"                              \
	"  * gadget: Do not free what is in use\n\n"                                               \
	" -- A B <a@example.org>  Mon, 15 Jul 2024 10:00:00 +0200\n"

struct bytes {
	char p[16384];
	size_t n;
};

static void put(struct bytes *b, const void *data, size_t n)
{
	assert_true(b->n + n <= sizeof(b->p));
	memcpy(b->p + b->n, data, n);
	b->n += n;
}

static void put_tar(struct bytes *b, const char *name, const char *text)
{
	char head[BLOCK] = "", tail[BLOCK] = "";
	unsigned sum = 0;

	snprintf(head, 100, "%s", name);
	snprintf(head + 100, 8, "0000644");
	snprintf(head + 124, 12, "%011o", (unsigned)strlen(text) & 0xffff);
	snprintf(head + 136, 12, "00000000000");
	memset(head + 148, ' ', 8);
	head[156] = '0';
	memcpy(head + 257, "ustar\00000", 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (unsigned char)head[i];
	snprintf(head + 148, 8, "%06o", sum);
	put(b, head, BLOCK);
	put(b, text, strlen(text));
	put(b, tail, (BLOCK - strlen(text) % BLOCK) % BLOCK);
}

static void put_member(struct bytes *deb, const char *name, const struct bytes *data)
{
	char head[61];

	snprintf(head, sizeof(head), "%-16s%-12d%-6d%-6d%-8s%-10zu`\n", name, 0, 0, 0, "100644",
		data->n);
	put(deb, head, 60);
	put(deb, data->p, data->n);
	put(deb, "\n", data->n % 2);
}

static const struct bytes version = {"2.0\n", 4}, odd = {"odd", 3};

/* A package with this file of this text; NULL: with no files at all. */
static struct bytes make_deb(const char *path, const char *text)
{
	struct bytes deb = {"", 0}, tar = {"", 0};
	static const char zeros[2 * BLOCK];

	put(&deb, "!<arch>\n", 8);
	put_member(&deb, "debian-binary", &version);
	put_member(&deb, "control.tar", &odd);
	if (path) {
		put_tar(&tar, "./usr/share/doc/linux-image/copyright", "free\n");
		put_tar(&tar, path, text);
		put(&tar, zeros, sizeof(zeros));
		put_member(&deb, "data.tar", &tar);
	}
	return deb;
}

struct taken {
	size_t n;
	char subjects[2][128];
};

static int take(const struct fix *fix, void *arg, struct vmt_err *err)
{
	struct taken *t = arg;

	(void)err;
	assert_true(t->n < 2);
	assert_int_equal(fix->releases_n, 1);
	assert_string_equal(fix->releases[0].version, "6.1.99-1");
	snprintf(t->subjects[t->n++], sizeof(t->subjects[0]), "%s", fix->subject);
	return 0;
}

static int read_deb(const struct bytes *deb, struct taken *t, struct vmt_err *err)
{
	char name[] = "/tmp/vmtriage-deb-XXXXXX";
	struct fix_reading r = {.take = take, .arg = t};
	int fd = mkstemp(name), rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, deb->p, deb->n), (ssize_t)deb->n);
	close(fd);
	*t = (struct taken){0};
	rc = source_package_deb(name, &r, err);
	unlink(name);
	return rc;
}

static void the_changelog_of_a_package(void **state)
{
	static const char *const paths[] = {"./usr/share/doc/linux-image/changelog.Debian",
		"usr/share/doc/linux-image-6.1/changelog.Debian.gz",
		"./usr/share/doc/linux-image/changelog.gz"};
	struct taken t;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct bytes deb = make_deb(paths[i], CHANGELOG);

		assert_int_equal(read_deb(&deb, &t, NULL), 0);
		assert_int_equal(t.n, 2);
		assert_non_null(strstr(t.subjects[0], "NULL dereference in gizmo_open()"));
		assert_string_equal(t.subjects[1], "gadget: Do not free what is in use");
	}
}

static void what_has_no_changelog(void **state)
{
	static const char *const paths[] = {"./usr/share/doc/linux-image/NEWS.gz",
		"./etc/changelog.Debian", "./usr/share/doc/linux-image/changelog.old"};
	struct vmt_err err;
	struct taken t;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct bytes deb = make_deb(paths[i], CHANGELOG);

		assert_int_equal(read_deb(&deb, &t, &err), VMT_ERR_NOTFOUND);
		assert_non_null(strstr(err.message, "has no changelog"));
		assert_int_equal(t.n, 0);
	}
}

/* The sizes of members lie, or the file is cut off. */
static void damaged_packages(void **state)
{
	static const char *const sizes[] = {"9999999999", "99999     ", "-1        "};
	struct bytes whole = make_deb("./usr/share/doc/l/changelog.Debian", CHANGELOG), deb;
	struct vmt_err err;
	struct taken t;

	(void)state;
	deb = make_deb(NULL, NULL);
	assert_int_equal(read_deb(&deb, &t, &err), VMT_ERR_CORRUPT);
	assert_non_null(strstr(err.message, "is no Debian package with files"));
	for (size_t member = 0; member < 2; member++)
		for (size_t i = 0; i < 3; i++) {
			deb = whole;
			memcpy(deb.p + (member ? 8 + 60 + 4 : 8) + 48, sizes[i], 10);
			assert_int_equal(read_deb(&deb, &t, &err), VMT_ERR_CORRUPT);
		}
	for (size_t n = 0; n < whole.n; n += 97) {
		deb = whole;
		deb.n = n;
		assert_int_not_equal(read_deb(&deb, &t, &err), 0);
		assert_int_equal(t.n, 0);
	}
}

static void a_missing_file(void **state)
{
	struct fix_reading r = {.take = take};
	struct vmt_err err;

	(void)state;
	assert_int_equal(source_package_deb("/nonexistent/x.deb", &r, &err), VMT_ERR_IO);
	assert_non_null(strstr(err.message, "/nonexistent/x.deb"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_changelog_of_a_package),
		cmocka_unit_test(what_has_no_changelog),
		cmocka_unit_test(damaged_packages),
		cmocka_unit_test(a_missing_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
