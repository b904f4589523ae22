// SPDX-License-Identifier: GPL-3.0-or-later
// Which files of the hook folders run, in which order, and what they get.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "hooks.h"

/* A folder with etc/, usr/, and the file "out" that the hooks of a test write to. */
struct place {
	char top[64], etc[80], usr[80], out[80], stderr_path[80];
	const char *folders[2];
	struct hooks hooks;
	int stderr_was;
};

static const struct hooks_crash crash = {
	.path = "/var/crash/1/vmcore",
	.kind = "null-deref",
	.headline = "a\nb",
	.host = "web1",
	.source = HOOKS_SOURCE_BOOT,
	.json = "{\"schema\": 1}\n",
	.json_size = 14,
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	int fd;

	umask(022);
	if (!p)
		return -1;
	snprintf(p->top, sizeof(p->top), "/tmp/vmtriage-hooks-XXXXXX");
	if (!mkdtemp(p->top))
		return -1;
	snprintf(p->etc, sizeof(p->etc), "%s/etc", p->top);
	snprintf(p->usr, sizeof(p->usr), "%s/usr", p->top);
	snprintf(p->out, sizeof(p->out), "%s/out", p->top);
	snprintf(p->stderr_path, sizeof(p->stderr_path), "%s/stderr", p->top);
	p->folders[0] = p->etc;
	p->folders[1] = p->usr;
	p->hooks = (struct hooks){.folders = p->folders, .n = 2, .seconds = 60};
	fd = open(p->stderr_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	p->stderr_was = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (mkdir(p->etc, 0755) || mkdir(p->usr, 0755) || fd < 0 || dup2(fd, STDERR_FILENO) < 0)
		return -1;
	close(fd);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	char command[128];
	int rc;

	dup2(p->stderr_was, STDERR_FILENO);
	close(p->stderr_was);
	snprintf(command, sizeof(command), "rm -rf '%s'", p->top);
	rc = system(command); /* NOLINT(cert-env33-c): a test's own folder */
	free(p);
	return rc;
}

/* Makes a shell script; "$OUT" in it is the file that output() reads. */
static void script(
	struct place *p, const char *folder, const char *name, mode_t mode, const char *text)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\nOUT='%s'\n%s\n", p->out, text);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static const char *content(const char *path)
{
	static char text[16384];
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	text[n] = '\0';
	if (f)
		(void)fclose(f);
	return text;
}

static void they_run_by_name(void **state)
{
	struct place *p = *state;

	script(p, p->usr, "20-b", 0755, "echo usr-20 >>$OUT");
	script(p, p->etc, "10_A", 0755, "echo etc-10 >>$OUT");
	script(p, p->usr, "10_B", 0755, "echo usr-10 >>$OUT");
	script(p, p->etc, "30", 0700, "echo etc-30 >>$OUT");
	assert_int_equal(hooks_run(&p->hooks, &crash), 0);
	assert_string_equal(content(p->out), "etc-10\nusr-10\nusr-20\netc-30\n");
	assert_string_equal(content(p->stderr_path), "");
}

static void a_name_in_etc_masks_that_in_usr(void **state)
{
	struct place *p = *state;
	char path[PATH_MAX];

	script(p, p->usr, "mail", 0755, "echo usr-mail >>$OUT");
	script(p, p->etc, "mail", 0755, "echo etc-mail >>$OUT");
	script(p, p->usr, "ticket", 0755, "echo usr-ticket >>$OUT");
	snprintf(path, sizeof(path), "%s/ticket", p->etc);
	assert_int_equal(symlink("/dev/null", path), 0);
	script(p, p->usr, "off", 0755, "echo usr-off >>$OUT");
	script(p, p->etc, "off", 0644, "echo etc-off >>$OUT");
	assert_int_equal(hooks_run(&p->hooks, &crash), 0);
	assert_string_equal(content(p->out), "etc-mail\n");
}

static void other_names_do_not_run(void **state)
{
	static const char *const names[] = {"a.sh", "b~", ".c", "d.dpkg-old", "e f", "README.txt"};
	struct place *p = *state;
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		script(p, p->etc, names[i], 0755, "echo \"$0\" >>$OUT");
	snprintf(path, sizeof(path), "%s/folder", p->etc);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(hooks_run(&p->hooks, &crash), 0);
	assert_string_equal(content(p->out), "");
}

static void what_others_can_write_does_not_run(void **state)
{
	struct place *p = *state;

	script(p, p->etc, "world", 0757, "echo world >>$OUT");
	script(p, p->etc, "fine", 0755, "echo fine >>$OUT");
	assert_int_equal(hooks_run(&p->hooks, &crash), 0);
	assert_string_equal(content(p->out), "fine\n");
	assert_non_null(strstr(content(p->stderr_path), "world"));

	assert_int_equal(unlink(p->out), 0);
	assert_int_equal(chmod(p->etc, 01777), 0);
	script(p, p->usr, "usr", 0755, "echo usr >>$OUT");
	assert_int_equal(hooks_run(&p->hooks, &crash), 0);
	assert_string_equal(content(p->out), "usr\n");
}

static void what_another_user_owns_does_not_run(void **state)
{
	struct place *p = *state;
	char path[PATH_MAX];

	script(p, p->etc, "theirs", 0755, "echo theirs >>$OUT");
	snprintf(path, sizeof(path), "%s/theirs", p->etc);
	if (chown(path, 12345, (gid_t)-1)) { /* only root can try */
		skip();
		return;
	}
	assert_int_equal(hooks_run(&p->hooks, &crash), 0);
	assert_string_equal(content(p->out), "");
	assert_non_null(strstr(content(p->stderr_path), "theirs"));
}

static void they_get_the_report_and_nothing_else(void **state)
{
	struct place *p = *state;

	assert_int_equal(setenv("VMTRIAGE_TEST_SECRET", "x", 1), 0);
	script(p, p->etc, "a", 0755, "cat >>$OUT; env | grep -E '^VMTRIAGE|SECRET' | sort >>$OUT");
	script(p, p->etc, "b", 0755,
		"cat >>$OUT; ls -l /proc/self/fd | grep -c memfd >>$OUT; echo printed");
	assert_int_equal(hooks_run(&p->hooks, &crash), 0);
	assert_int_equal(unsetenv("VMTRIAGE_TEST_SECRET"), 0);
	assert_string_equal(content(p->out), "{\"schema\": 1}\n"
					     "VMTRIAGE_HEADLINE=a\\x0ab\n"
					     "VMTRIAGE_HOST=web1\n"
					     "VMTRIAGE_KIND=null-deref\n"
					     "VMTRIAGE_PATH=/var/crash/1/vmcore\n"
					     "VMTRIAGE_SIGNATURE=\n"
					     "VMTRIAGE_SOURCE=boot\n"
					     "{\"schema\": 1}\n"
					     "1\n");
	assert_string_equal(content(p->stderr_path), "printed\n");
}

static void a_failure_is_a_message(void **state)
{
	struct place *p = *state;
	const char *messages;

	script(p, p->etc, "a", 0755, "exit 3");
	script(p, p->etc, "b", 0755, "kill -SEGV $$");
	script(p, p->etc, "d", 0755, "echo d >>$OUT");
	script(p, p->etc, "c", 0755, "");
	{
		char path[PATH_MAX];
		FILE *f;

		snprintf(path, sizeof(path), "%s/c", p->etc);
		f = fopen(path, "we");
		assert_non_null(f);
		(void)fputs("#!/proc/nonexistent/shell\n", f);
		assert_int_equal(fclose(f), 0);
	}
	assert_int_equal(hooks_run(&p->hooks, &crash), 3);
	assert_string_equal(content(p->out), "d\n");
	messages = content(p->stderr_path);
	assert_non_null(strstr(messages, "etc/a: the hook failed: exit status 3\n"));
	assert_non_null(strstr(messages, "etc/b: the hook failed: signal 11\n"));
	assert_non_null(strstr(messages, "etc/c: the hook cannot be run"));
}

/* Also what it has started, and also if it ignores SIGTERM. */
static void a_slow_one_is_ended(void **state)
{
	struct place *p = *state;
	time_t begin = time(NULL);

	p->hooks.seconds = 1;
	script(p, p->etc, "a", 0755, "trap '' TERM; sleep 300 & echo $! >>$OUT; wait; sleep 300");
	/* Nobody may have waited for it. */
	script(p, p->etc, "b", 0755,
		"grep -sq 'State:.[^Z]' /proc/$(head -n 1 $OUT)/status || echo gone >>$OUT");
	assert_int_equal(hooks_run(&p->hooks, &crash), 1);
	assert_true(time(NULL) - begin < 60);
	assert_non_null(strstr(content(p->out), "\ngone\n"));
	assert_non_null(strstr(content(p->stderr_path), "more than 1 s"));
}

static void signals_are_the_default(void **state)
{
	struct place *p = *state;
	sigset_t term;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	/* glibc ignores those of its own, 32 and 33. */
	script(p, p->etc, "a", 0755,
		"for i in Blk Ign; do\n"
		"mask=$(sed -n \"s/^Sig$i:.//p\" /proc/$$/status)\n"
		"echo $i $((0x$mask & 0x7fffffff)) >>$OUT\n"
		"done");
	assert_int_equal(hooks_run(&p->hooks, &crash), 0);
	sigprocmask(SIG_UNBLOCK, &term, NULL);
	assert_string_equal(content(p->out), "Blk 0\nIgn 0\n");
}

static void no_folder_is_no_hook(void **state)
{
	struct place *p = *state;

	assert_int_equal(rmdir(p->etc), 0);
	assert_int_equal(hooks_run(&p->hooks, &crash), 0);
	assert_string_equal(content(p->stderr_path), "");
}

static void a_report_is_given_as_json(void **state)
{
	struct place *p = *state;
	struct vmt_report report = {0};

	report.verdict.kind = "hung-task";
	report.verdict.headline = "it hung";
	report.signature.coarse = "0123456789abcdef";
	script(p, p->etc, "a", 0755,
		"grep -c '\"kind\": \"hung-task\"' >>$OUT\n"
		"echo $VMTRIAGE_KIND, $VMTRIAGE_HEADLINE, $VMTRIAGE_SIGNATURE, $VMTRIAGE_HOST, "
		"$VMTRIAGE_SOURCE, $VMTRIAGE_PATH >>$OUT");
	assert_int_equal(
		hooks_run_report(&p->hooks, HOOKS_SOURCE_LISTEN, "/x", "192.0.2.1", &report), 0);
	assert_string_equal(content(p->out),
		"1\nhung-task, it hung, 0123456789abcdef, 192.0.2.1, listen, /x\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(they_run_by_name),
		TEST(a_name_in_etc_masks_that_in_usr),
		TEST(other_names_do_not_run),
		TEST(what_others_can_write_does_not_run),
		TEST(what_another_user_owns_does_not_run),
		TEST(they_get_the_report_and_nothing_else),
		TEST(a_failure_is_a_message),
		TEST(a_slow_one_is_ended),
		TEST(signals_are_the_default),
		TEST(no_folder_is_no_hook),
		TEST(a_report_is_given_as_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
