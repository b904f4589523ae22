// SPDX-License-Identifier: GPL-3.0-or-later
// Where reports are written beside a dump, where not, and for whom; what a fingerprint depends on.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fingerprint.h"
#include "sidecar.h"

static char top[64], place[80], dump[128];
static struct vmt_report report;
static struct sidecar side;

static const char *in(const char *name)
{
	static char path[2][256];
	static unsigned i;

	i = !i;
	snprintf(path[i], sizeof(path[i]), "%s/%s", top, name);
	return path[i];
}

static void make_file(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "dump", 4), 4);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static int set_up(void **state)
{
	(void)state;
	umask(022);
	snprintf(top, sizeof(top), "/tmp/vmtriage-sidecar-XXXXXX");
	if (!mkdtemp(top))
		return -1;
	snprintf(place, sizeof(place), "%s/crash", top);
	snprintf(dump, sizeof(dump), "%s/1/vmcore", place);
	if (mkdir(place, 0755) || mkdir(in("crash/1"), 0755))
		return -1;
	make_file(dump, 0640);
	report = (struct vmt_report){
		.input = {.path = dump}, .verdict = {.kind = "hung-task", .headline = "it hung"}};
	side = (struct sidecar){.place = place, .path = dump};
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	return system(command); /* NOLINT(cert-env33-c): a test's own folder */
}

static bool is_there(const char *name)
{
	struct stat st;

	return !lstat(in(name), &st);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(in(name), &st), 0);
	assert_true(S_ISREG(st.st_mode));
	return st.st_mode & 07777;
}

static void both_are_written_for_the_owner(void **state)
{
	char path[256];

	(void)state;
	assert_false(sidecar_exists(&side));
	assert_true(sidecar_write(&side, &report));
	assert_true(sidecar_exists(&side));
	assert_true(sidecar_path(&side, path, sizeof(path)));
	assert_string_equal(path, in("crash/1/vmtriage.txt"));
	assert_int_equal(mode_of("crash/1/vmtriage.txt"), 0600);
	assert_int_equal(mode_of("crash/1/vmtriage.json"), 0600);
	assert_int_equal(chmod(dump, 0400), 0);
	assert_true(sidecar_write(&side, &report)); /* again: replaced */
	assert_int_equal(mode_of("crash/1/vmtriage.txt"), 0400);
}

static void the_owner_is_the_dumps(void **state)
{
	struct stat st;

	(void)state;
	if (chown(dump, 12345, 54321)) { /* only root can try */
		skip();
		return;
	}
	assert_true(sidecar_write(&side, &report));
	assert_int_equal(stat(in("crash/1/vmtriage.json"), &st), 0);
	assert_int_equal(st.st_uid, 12345);
	assert_int_equal(st.st_gid, 54321);
}

static void several_dumps_have_names_of_their_own(void **state)
{
	(void)state;
	side.shared = true;
	assert_true(sidecar_write(&side, &report));
	assert_true(is_there("crash/1/vmtriage-of-vmcore.txt"));
	assert_false(is_there("crash/1/vmtriage.txt"));
	make_file(in("crash/flat"), 0600);
	side = (struct sidecar){.place = place, .path = in("crash/flat")};
	assert_true(sidecar_write(&side, &report));
	assert_true(is_there("crash/vmtriage-of-flat.json"));
}

/* A link that somebody put where the report goes is replaced, not followed. */
static void links_are_not_followed(void **state)
{
	(void)state;
	make_file(in("victim"), 0600);
	assert_int_equal(symlink(in("victim"), in("crash/1/vmtriage.txt")), 0);
	assert_int_equal(symlink(in("victim"), in("crash/1/.vmtriage.json.new")), 0);
	assert_true(sidecar_write(&side, &report));
	assert_int_equal(mode_of("crash/1/vmtriage.txt"), 0600);
	assert_int_equal(mode_of("crash/1/vmtriage.json"), 0600);
	{
		struct stat st;

		assert_int_equal(stat(in("victim"), &st), 0);
		assert_int_equal(st.st_size, 4);
	}
	/* A folder, or the dump, that is a link. */
	assert_int_equal(symlink("1", in("crash/2")), 0);
	side.path = in("crash/2/vmcore");
	assert_int_equal(unlink(in("crash/1/vmtriage.txt")), 0);
	assert_false(sidecar_write(&side, &report));
	assert_int_equal(symlink("vmcore", in("crash/1/link")), 0);
	side.path = in("crash/1/link");
	assert_false(sidecar_write(&side, &report));
	assert_false(is_there("crash/1/vmtriage.txt"));
}

static void what_others_can_change_is_left_alone(void **state)
{
	(void)state;
	assert_int_equal(chmod(in("crash/1"), 0777), 0);
	assert_false(sidecar_write(&side, &report));
	assert_int_equal(chmod(in("crash/1"), 0755), 0);
	assert_int_equal(chmod(place, 0777), 0);
	assert_false(sidecar_write(&side, &report));
	assert_int_equal(chmod(place, 01777), 0); /* as Ubuntu's /var/crash */
	assert_true(sidecar_write(&side, &report));
	if (!chown(in("crash/1"), 12345, (gid_t)-1)) {
		assert_int_equal(unlink(in("crash/1/vmtriage.txt")), 0);
		assert_false(sidecar_write(&side, &report));
		assert_false(is_there("crash/1/vmtriage.txt"));
	}
}

static void elsewhere_nothing_is_written(void **state)
{
	char path[256];

	(void)state;
	side.place = in("cra");
	assert_false(sidecar_path(&side, path, sizeof(path)));
	assert_false(sidecar_write(&side, &report));
	side.place = place;
	side.path = in("crash/../crash/1/vmcore");
	assert_false(sidecar_write(&side, &report));
	side.path = in("crash/a.tar:vmcore");
	assert_false(sidecar_write(&side, &report));
	side.path = place;
	assert_false(sidecar_write(&side, &report));
}

static uint64_t print(void)
{
	uint64_t n = 0;

	assert_true(fingerprint_folder(place, &n));
	return n;
}

static void a_fingerprint_changes_with_the_files(void **state)
{
	uint64_t first = print(), second, none;

	(void)state;
	assert_true(sidecar_write(&side, &report));
	assert_int_equal(print(), first); /* ours do not count */
	make_file(in("crash/1/more"), 0600);
	second = print();
	assert_int_not_equal(second, first);
	assert_int_equal(truncate(in("crash/1/more"), 2), 0);
	assert_int_not_equal(print(), second);
	assert_int_equal(unlink(in("crash/1/more")), 0);
	assert_int_equal(print(), first);
	assert_int_equal(rename(in("crash/1"), in("crash/2")), 0);
	assert_int_not_equal(print(), first);
	assert_false(fingerprint_folder(in("none"), &none));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_are_written_for_the_owner),
		TEST(the_owner_is_the_dumps),
		TEST(several_dumps_have_names_of_their_own),
		TEST(links_are_not_followed),
		TEST(what_others_can_change_is_left_alone),
		TEST(elsewhere_nothing_is_written),
		TEST(a_fingerprint_changes_with_the_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
