// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sanitized.h"
#include "contain/contain.h"
#include "contain/filter.h"

/* ---- what a job does, in the worker ------------------------------------------------------ */

static void send_errno(struct contain_worker *w, bool failed)
{
	int n = failed ? errno : 0;

	contain_send(w, &n, sizeof(n));
}

static void try_open(struct contain_worker *w, const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	send_errno(w, fd < 0);
	if (fd >= 0)
		close(fd);
}

static void read_it(struct contain_worker *w, int fd)
{
	char text[64];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));

	contain_send(w, text, n < 0 ? 0 : (size_t)n);
	if (fd >= 0)
		close(fd);
}

static int eat_memory(TALLOC_CTX *ctx)
{
	for (size_t i = 0; i < 4096; i++) {
		char *p = talloc_size(ctx, 1u << 20);

		if (!p)
			return VMT_ERR_NOMEM;
		memset(p, 1, 1u << 20);
	}
	return VMT_ERR_LIMIT;
}

/* What a worker may never do. Each returns whether it failed, with errno. */
static bool try_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0;
}

static bool try_local_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0;
}

static bool try_fork(void)
{
	return fork() < 0;
}

static bool try_exec(void)
{
	return execl("/bin/true", "true", (char *)NULL) < 0;
}

static bool try_unlink(void)
{
	return unlink("/tmp/contain_test_none") < 0;
}

static bool try_rename(void)
{
	return rename("/tmp/contain_test_none", "/tmp/contain_test_other") < 0;
}

static bool try_link(void)
{
	return symlink("/etc/passwd", "/tmp/contain_test_none") < 0;
}

static bool try_folder(void)
{
	return mkdir("/tmp/contain_test_none", 0700) < 0;
}

static bool try_mode(void)
{
	return chmod("/tmp", 0777) < 0;
}

static bool try_truncate(void)
{
	return truncate("/tmp/contain_test_none", 0) < 0;
}

static bool try_chdir(void)
{
	return chdir("/") < 0;
}

static bool try_kill(void)
{
	return kill(getppid(), SIGTERM) < 0;
}

static bool try_kill_all(void)
{
	return kill(-1, 0) < 0;
}

static bool try_ptrace(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) < 0;
}

static bool try_other_memory(void)
{
	char byte;
	struct iovec own = {&byte, 1}, theirs = {&byte, 1};

	return process_vm_readv(getppid(), &own, 1, &theirs, 1, 0) < 0;
}

static bool try_mount(void)
{
	return mount("none", "/tmp", "tmpfs", 0, NULL) < 0;
}

static bool try_namespace(void)
{
	return unshare(CLONE_NEWUSER) < 0;
}

static bool try_raised_limit(void)
{
	const struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	return setrlimit(RLIMIT_NPROC, &limit) < 0;
}

static bool try_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0) == MAP_FAILED;
}

static bool try_memory_file(void)
{
	return memfd_create("x", 0) < 0;
}

static bool try_bpf(void)
{
	return syscall(__NR_bpf, 0, NULL, 0) < 0;
}

/* Would open and send files without a call that a filter sees. */
static bool try_ring(void)
{
	char params[256] = {0};

	return syscall(__NR_io_uring_setup, 1, params) < 0;
}

static bool try_user(void)
{
	return setuid(0) < 0;
}

static bool try_send(void)
{
	return send(STDIN_FILENO, "x", 1, 0) < 0;
}

static bool try_terminal(void)
{
	return syscall(__NR_ioctl, STDIN_FILENO, 0x5412 /* TIOCSTI */, "x") < 0;
}

static const struct call {
	const char *name;
	bool (*make)(void);
	int expected;
} calls[] = {
	{"socket", try_socket, EPERM},
	{"local socket", try_local_socket, EPERM},
	{"fork", try_fork, EPERM},
	{"exec", try_exec, EPERM},
	{"unlink", try_unlink, EPERM},
	{"rename", try_rename, EPERM},
	{"link", try_link, EPERM},
	{"folder", try_folder, EPERM},
	{"mode", try_mode, EPERM},
	{"truncate", try_truncate, EPERM},
	{"chdir", try_chdir, EPERM},
	{"kill", try_kill, EPERM},
	{"kill all", try_kill_all, EPERM},
	{"ptrace", try_ptrace, EPERM},
	{"other memory", try_other_memory, EPERM},
	{"mount", try_mount, EPERM},
	{"namespace", try_namespace, EPERM},
	{"raised limit", try_raised_limit, EPERM},
	{"code", try_code, EPERM},
	{"memory file", try_memory_file, EPERM},
	{"bpf", try_bpf, EPERM},
	{"ring", try_ring, EPERM},
	{"user", try_user, EPERM},
	{"send", try_send, EPERM},
	{"terminal", try_terminal, ENOTTY},
};

static void try_call(struct contain_worker *w, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (!strcmp(calls[i].name, name))
			send_errno(w, calls[i].make());
}

static int other_words(struct contain_worker *w, const char *job)
{
	if (!strncmp(job, "open ", 5))
		try_open(w, job + 5, O_RDONLY);
	else if (!strncmp(job, "write ", 6))
		try_open(w, job + 6, O_WRONLY | O_CREAT);
	else if (!strncmp(job, "read ", 5))
		read_it(w, open(job + 5, O_RDONLY));
	else if (!strcmp(job, "descriptor"))
		read_it(w, contain_fd(w, 0));
	else if (!strcmp(job, "no descriptor"))
		read_it(w, contain_fd(w, 1));
	else if (!strcmp(job, "temporary"))
		try_open(w, "/var/tmp", O_TMPFILE | O_RDWR);
	else if (!strncmp(job, "try ", 4))
		try_call(w, job + 4);
	else
		contain_send(w, job, strlen(job));
	return 0;
}

static int run(void *arg, struct contain_worker *w, TALLOC_CTX *ctx, const void *data, size_t len)
{
	const char *job = data;

	(void)arg;
	(void)len;
	if (!strcmp(job, "segv")) {
		contain_send(w, "before", 6);
		contain_flush(w);
		signal(SIGSEGV, SIG_DFL); /* a sanitizer has its own */
		raise(SIGSEGV);
	} else if (!strcmp(job, "abort")) {
		abort();
	} else if (!strcmp(job, "exit")) {
		_exit(0);
	} else if (!strcmp(job, "memory")) {
		return eat_memory(ctx);
	} else if (!strcmp(job, "loop")) {
		for (volatile int i = 0; i >= 0; i = 1)
			;
	} else if (!strcmp(job, "sleep")) {
		char c;

		return read(3, &c, 1) > 0 ? 0 : VMT_ERR_IO; /* nothing comes on the channel */
	} else if (!strcmp(job, "nonsense")) {
		if (write(3, "nonsense and more nonsense", 26) < 0)
			return VMT_ERR_IO;
		pause();
	} else if (!strcmp(job, "fail")) {
		return VMT_ERR_CORRUPT;
	}
	return other_words(w, job);
}

/* ---- the parent -------------------------------------------------------------------------- */

struct fixture {
	struct contain_pool *pool;
	char dir[64];
	int fd;
};

static void put_file(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int set_up(void **state)
{
	static const struct contain_options opts = {
		.run = run, .workers = 2, .memory = 256u << 20, .seconds = 6};
	struct fixture *f = talloc_zero(NULL, struct fixture);
	char path[96];

	strcpy(f->dir, "/tmp/contain_test.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	put_file(f->dir, "vmcore", "the dump");
	put_file(f->dir, "README", "beside it");
	snprintf(path, sizeof(path), "%s/below", f->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	put_file(path, "other", "of another");
	snprintf(path, sizeof(path), "%s/vmcore", f->dir);
	f->fd = open(path, O_RDONLY);
	assert_int_equal(contain_pool_new(f, &opts, &f->pool, NULL), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {"below/other", "below", "README", "vmcore", "."};
	char path[128];

	close(f->fd);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		if (remove(path))
			rmdir(f->dir);
	}
	talloc_free(f);
	return 0;
}

static struct contain_ticket *submit(struct fixture *f, const char *job)
{
	char path[128];
	const char *const paths[] = {path};
	const struct contain_job j = {job, strlen(job) + 1, paths, 1, &f->fd, 1};
	struct contain_ticket *t;

	snprintf(path, sizeof(path), "%s/vmcore", f->dir);
	assert_int_equal(contain_submit(f->pool, &j, CONTAIN_LAST, &t, NULL), 0);
	return t;
}

static const struct contain_result *result(struct fixture *f, struct contain_ticket *t)
{
	const struct contain_result *r;

	assert_int_equal(contain_wait(f->pool, t, &r, NULL), 0);
	return r;
}

static void ends(struct fixture *f, const char *job, enum contain_end end, const char *why)
{
	struct contain_ticket *t = submit(f, job), *after;
	const struct contain_result *r = result(f, t);

	assert_int_equal(r->end, end);
	if (why)
		assert_string_equal(r->why, why);
	/* The next job is none the worse for it. */
	after = submit(f, "hello");
	r = result(f, after);
	assert_int_equal(r->end, CONTAIN_DONE);
	assert_int_equal(r->n, 1);
	assert_string_equal(r->parts[0].data, "hello");
	talloc_free(t);
	talloc_free(after);
}

static void deaths(void **state)
{
	struct fixture *f = *state;
	struct contain_ticket *t = submit(f, "segv");
	const struct contain_result *r = result(f, t);

	assert_int_equal(r->signal, SIGSEGV);
	assert_int_equal(r->n, 1); /* what it sent before */
	assert_string_equal(r->parts[0].data, "before");
	ends(f, "segv", CONTAIN_DIED, "it died of SIGSEGV");
	ends(f, "abort", CONTAIN_DIED, "it died of SIGABRT");
	ends(f, "exit", CONTAIN_DIED, "it ended before its work was done");
	ends(f, "nonsense", CONTAIN_DIED, "it sent what no worker sends");
	ends(f, "fail", CONTAIN_FAILED, NULL);
}

static void bounds(void **state)
{
	struct fixture *f = *state;

	if (!SANITIZED)
		ends(f, "memory", CONTAIN_MEMORY, "memory ran out: it may use 256 MiB");
	ends(f, "loop", CONTAIN_TIMEOUT, NULL);
	ends(f, "sleep", CONTAIN_TIMEOUT, "it took more than 6 s");
}

static void fails_with(struct fixture *f, const char *job, int expected)
{
	struct contain_ticket *t = submit(f, job);
	const struct contain_result *r = result(f, t);
	int got;

	assert_int_equal(r->end, CONTAIN_DONE);
	assert_int_equal(r->parts[0].len, sizeof(got));
	memcpy(&got, r->parts[0].data, sizeof(got));
	assert_int_equal(got, expected);
	talloc_free(t);
}

static void no_network_no_process(void **state)
{
	struct fixture *f = *state;

	if (!FILTER_KNOWN)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		char job[64];

		snprintf(job, sizeof(job), "try %s", calls[i].name);
		fails_with(f, job, calls[i].expected);
	}
}

static void says(struct fixture *f, const char *job, const char *expected)
{
	struct contain_ticket *t = submit(f, job);
	const struct contain_result *r = result(f, t);

	assert_int_equal(r->end, CONTAIN_DONE);
	assert_string_equal(r->parts[0].data, expected);
	talloc_free(t);
}

static void only_the_files_of_the_job(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *what, *name;
		int expected;
	} cases[] = {
		{"open", "", 0}, /* the folder */
		{"open", "/README", 0},
		{"open", "/none", ENOENT},
		{"open", "/below/other", EACCES},
		{"open", "/../passwd", EACCES},
		{"open", "/..", EACCES},
		{"write", "/vmcore", EACCES},
		{"write", "/new", EACCES},
	};
	char job[128];

	if (!FILTER_KNOWN)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(job, sizeof(job), "%s %s%s", cases[i].what, f->dir, cases[i].name);
		fails_with(f, job, cases[i].expected);
	}
	fails_with(f, "open /etc/passwd", EACCES);
	fails_with(f, "open /proc/self/mem", EACCES);
	fails_with(f, "temporary", 0);
	snprintf(job, sizeof(job), "read %s/vmcore", f->dir);
	says(f, job, "the dump");
}

static void descriptors(void **state)
{
	struct fixture *f = *state;

	says(f, "descriptor", "the dump");
	says(f, "no descriptor", "");
}

/* Each ticket has its own result, in whatever order they are done and asked for. */
static void many_jobs(void **state)
{
	struct fixture *f = *state;
	struct contain_ticket *t[300];
	char text[32];

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		snprintf(text, sizeof(text), i % 100 == 7 ? "segv" : "job %zu", i);
		t[i] = submit(f, text);
	}
	for (size_t i = ARRAY_SIZE(t); i-- > 0;) {
		const struct contain_result *r = result(f, t[i]);

		snprintf(text, sizeof(text), "job %zu", i);
		assert_int_equal(r->end, i % 100 == 7 ? CONTAIN_DIED : CONTAIN_DONE);
		if (r->end == CONTAIN_DONE)
			assert_string_equal(r->parts[0].data, text);
		if (i % 3)
			talloc_free(t[i]);
	}
}

static void early_end(void **state)
{
	struct fixture *f = *state;
	struct contain_ticket *t[5];

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		t[i] = submit(f, "loop");
	talloc_free(t[0]); /* runs */
	talloc_free(t[4]); /* the last of the queue */
	talloc_free(t[3]);
	says(f, "", ""); /* an empty job comes after t[1] and t[2] */
}

/* ---- an old kernel ----------------------------------------------------------------------- */

/* From now on this process and its workers find no Landlock, as in a kernel before 5.13. */
static int hide_landlock(void **state)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_landlock_create_ruleset, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {ARRAY_SIZE(code), code};

	(void)state;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		return -1;
	return syscall(__NR_landlock_create_ruleset, NULL, 0, 1) < 0 && errno == ENOSYS ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(deaths, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_network_no_process, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_the_files_of_the_job, set_up, tear_down),
		cmocka_unit_test_setup_teardown(descriptors, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_jobs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(early_end, set_up, tear_down),
	};

	const struct CMUnitTest without_landlock[] = {
		cmocka_unit_test_setup_teardown(no_network_no_process, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_the_files_of_the_job, set_up, tear_down),
		cmocka_unit_test_setup_teardown(descriptors, set_up, tear_down),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	return failed + cmocka_run_group_tests(without_landlock, hide_landlock, NULL);
}
