// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "io/blocks.h"
#include "io/spool.h"

struct folder {
	char path[64];
	char file[80];
};

static int make_folder(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));

	strcpy(f->path, "/tmp/vmtriage-test.XXXXXX");
	if (!mkdtemp(f->path))
		return -1;
	snprintf(f->file, sizeof(f->file), "%s/file", f->path);
	*state = f;
	return 0;
}

static int remove_folder(void **state)
{
	struct folder *f = *state;

	unlink(f->file);
	rmdir(f->path);
	free(f);
	return 0;
}

static void write_file(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

static void refused(const char *path, int code, const char *words)
{
	struct source *src = NULL;
	struct vmt_err err = {0};

	assert_int_equal(source_open_file(NULL, path, &src, &err), code);
	assert_null(src);
	assert_non_null(strstr(err.message, words));
	assert_non_null(strstr(err.message, path));
}

static void test_refusals(void **state)
{
	struct folder *f = *state;

	refused(f->path, VMT_ERR_FORMAT, "is a directory");
	refused("/dev/null", VMT_ERR_FORMAT, "is a device");
	refused(f->file, VMT_ERR_IO, "No such file");
	write_file(f->file, "", 0);
	refused(f->file, VMT_ERR_FORMAT, "is empty");
	unlink(f->file);
	/* Must not wait for a writer. */
	assert_int_equal(mkfifo(f->file, 0600), 0);
	refused(f->file, VMT_ERR_FORMAT, "pipe");
}

static void test_file(void **state)
{
	struct folder *f = *state;
	struct source *src;
	struct vmt_err err;
	char buf[8] = {0};

	write_file(f->file, "0123456789", 10);
	assert_int_equal(source_open_file(NULL, f->file, &src, &err), 0);
	assert_int_equal(src->size, 10);
	assert_int_equal(source_read(src, 3, buf, 4, &err), 4);
	assert_string_equal(buf, "3456");
	assert_int_equal(source_read(src, 8, buf, 4, &err), 2);
	assert_int_equal(source_read(src, 10, buf, 4, &err), 0);
	assert_int_equal(source_read(src, UINT64_MAX, buf, 4, &err), 0);
	assert_int_equal(src->bytes_read, 6);
	assert_int_equal(source_read_exact(src, 6, buf, 4, &err), 0);
	assert_int_equal(source_read_exact(src, 7, buf, 4, &err), VMT_ERR_TRUNCATED);
	assert_int_equal(err.where, 7);
	talloc_free(src);
}

/* A child writes text to the FIFO, or opens and closes it. */
static void write_later(const char *path, const char *text)
{
	if (fork() == 0) {
		int fd;

		usleep(50000);
		fd = open(path, O_WRONLY);
		_exit(write(fd, text, strlen(text)) < 0);
	}
}

static void opens_to(const char *path, const char *text)
{
	struct source *src;
	struct vmt_err err;
	char buf[16] = {0};

	if (source_open_operand(NULL, path, &src, &err))
		fail_msg("%s", err.message);
	assert_int_equal(src->size, strlen(text));
	assert_int_equal(source_read(src, 0, buf, sizeof(buf), &err), strlen(text));
	assert_string_equal(buf, text);
	talloc_free(src);
}

/* What the shell makes of <(command), and what stands for standard input. */
static void test_operand(void **state)
{
	struct folder *f = *state;
	struct source *src;
	struct vmt_err err;
	char name[32];
	int fds[2], old = dup(STDIN_FILENO);

	write_file(f->file, "file", 4);
	opens_to(f->file, "file");
	unlink(f->file);
	assert_int_equal(mkfifo(f->file, 0600), 0);
	write_later(f->file, "fifo");
	opens_to(f->file, "fifo");
	write_later(f->file, "");
	assert_int_equal(source_open_operand(NULL, f->file, &src, &err), VMT_ERR_FORMAT);

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "piped", 5), 5);
	close(fds[1]);
	snprintf(name, sizeof(name), "/dev/fd/%d", fds[0]);
	opens_to(name, "piped");
	close(fds[0]);

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(write(fds[1], "socket", 6), 6);
	close(fds[1]);
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	opens_to("/dev/stdin", "socket");
	dup2(old, STDIN_FILENO);
	close(old);
	assert_int_equal(source_open_operand(NULL, "/dev/null", &src, &err), VMT_ERR_FORMAT);
	assert_int_equal(source_open_operand(NULL, "/dev/fd/99999", &src, &err), VMT_ERR_IO);
}

static int open_slice(int fd, uint64_t offset, size_t size, const char *name, struct source **ret,
	struct vmt_err *err)
{
	struct vmt_file slice = vmt_file_slice(fd, offset, size, name);

	return source_open_slice(NULL, &slice, ret, err);
}

static void test_slice(void **state)
{
	struct folder *f = *state;
	struct source *src;
	struct vmt_err err;
	char buf[8] = {0};
	int fd;

	write_file(f->file, "0123456789", 10);
	fd = open(f->file, O_RDONLY);
	assert_int_equal(open_slice(fd, 3, 4, "slice", &src, &err), 0);
	assert_int_equal(src->size, 4);
	assert_int_equal(source_read(src, 1, buf, 8, &err), 3);
	assert_string_equal(buf, "456");
	assert_int_equal(source_next_data(src, 1), 1);
	talloc_free(src);
	assert_int_equal(open_slice(fd, 8, UINT64_MAX, "slice", &src, &err), 0);
	assert_int_equal(src->size, 2);
	talloc_free(src);
	assert_int_equal(open_slice(fd, 10, 1, "slice", &src, &err), VMT_ERR_FORMAT);
	assert_int_equal(open_slice(fd, 10, 1, "a.tar:vmcore", &src, &err), VMT_ERR_INCOMPLETE);
	close(fd);
}

/* The classic of a full disk: kdump began and wrote nothing. */
static void test_aborted(void **state)
{
	struct folder *f = *state;
	char name[128];

	snprintf(name, sizeof(name), "%s/dump-incomplete", f->path);
	write_file(name, "", 0);
	refused(name, VMT_ERR_INCOMPLETE, "kdump wrote nothing (0 bytes)");
	unlink(name);
}

/* Standard input: first a pipe, then a file. */
static void test_stdin(void **state)
{
	struct folder *f = *state;
	struct source *src;
	struct vmt_err err;
	int old = dup(STDIN_FILENO), fds[2];
	char buf[8] = {0};

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "piped", 5), 5);
	close(fds[1]);
	dup2(fds[0], STDIN_FILENO);
	assert_int_equal(source_open_file(NULL, "-", &src, &err), 0);
	assert_int_equal(src->size, 5);
	assert_int_equal(source_read(src, 1, buf, 8, &err), 4);
	assert_string_equal(buf, "iped");
	talloc_free(src);
	close(fds[0]);

	assert_int_equal(pipe(fds), 0);
	close(fds[1]);
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	assert_int_equal(source_open_file(NULL, "-", &src, &err), VMT_ERR_FORMAT);

	write_file(f->file, "seekable", 8);
	fds[0] = open(f->file, O_RDONLY);
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	assert_int_equal(source_open_file(NULL, "-", &src, &err), 0);
	assert_int_equal(src->size, 8);
	talloc_free(src);
	dup2(old, STDIN_FILENO);
	close(old);
}

static void test_spool(void **state)
{
	struct source *spool;
	struct vmt_err err;
	uint8_t *big = calloc(1, 1 << 20), buf[3];

	(void)state;
	big[0] = 1;
	big[(1 << 20) - 1] = 2;
	assert_int_equal(spool_open(NULL, "test", &spool, &err), 0);
	assert_int_equal(spool_write(spool, 3, big, 1 << 20, &err), 0);
	assert_int_equal(spool->size, (1 << 20) + 3);
	assert_int_equal(source_read_exact(spool, 2, buf, 3, &err), 0);
	assert_memory_equal(buf, "\0\1\0", 3);
	assert_int_equal(source_read_exact(spool, (1 << 20) + 1, buf, 2, &err), 0);
	assert_memory_equal(buf, "\0\2", 2);
	/*
	 * If the file system has holes, the zeros in the middle are one, and never more than that.
	 */
	assert_true(source_next_data(spool, 65536) <= (1 << 20) + 2);
	assert_true(source_next_data(spool, 65536) >= 65536);
	assert_int_equal(source_next_data(spool, 1 << 21), spool->size);
	assert_int_equal(spool_write(spool, UINT64_MAX - 1, big, 8, &err), VMT_ERR_LIMIT);
	talloc_free(spool);
	free(big);
}

static void write_spool(struct source *spool, size_t len, int want)
{
	uint8_t *data = malloc(len);
	struct vmt_err err;

	memset(data, 'x', len);
	assert_int_equal(spool_write(spool, spool->size, data, len, &err), want);
	free(data);
}

/* An option that the user does not have is not offered. */
static void test_fixed_budget(void **state)
{
	const struct spool_limits limits = {.fixed = true}, free_ones = {0};
	struct spool_budget *fixed = spool_budget_new(NULL, &limits);
	struct spool_budget *other = spool_budget_new(NULL, &free_ones);
	struct source *one, *two;
	struct vmt_err err;

	(void)state;
	assert_int_equal(spool_open(fixed, "one", &one, &err), 0);
	assert_int_equal(spool_expect(one, UINT64_MAX, &err), VMT_ERR_LIMIT);
	assert_null(strstr(err.message, "--tmp-limit"));
	assert_non_null(strstr(err.message, "TMPDIR"));
	assert_int_equal(spool_open(other, "two", &two, &err), 0);
	assert_int_equal(spool_expect(two, UINT64_MAX, &err), VMT_ERR_LIMIT);
	assert_non_null(strstr(err.message, "--tmp-limit"));
	talloc_free(fixed);
	talloc_free(other);
}

/* All spools below a budget share it; what is freed, and holes, do not count. */
static void test_budget(void **state)
{
	const struct spool_limits limits = {.most = 1u << 20};
	struct spool_budget *b = spool_budget_new(NULL, &limits);
	TALLOC_CTX *below = talloc_new(b);
	struct source *one, *two, *three;
	struct vmt_err err;

	(void)state;
	assert_int_equal(spool_open(below, "one", &one, &err), 0);
	assert_int_equal(spool_open(b, "two", &two, &err), 0);
	assert_int_equal(spool_expect(one, 1u << 20, &err), 0);
	assert_int_equal(spool_expect(one, (1u << 20) + 1, &err), VMT_ERR_LIMIT);
	assert_non_null(strstr(err.message, "one: "));
	assert_non_null(strstr(err.message, "limit of 1 MiB"));
	write_spool(one, 700000, 0);
	write_spool(two, 300000, 0);
	write_spool(two, 100000, VMT_ERR_LIMIT);
	assert_int_equal(spool_resize(two, 1u << 30, &err), 0);
	assert_int_equal(spool_used(one), 700000);
	talloc_free(one);
	write_spool(two, 700000, 0);
	write_spool(two, 100000, VMT_ERR_LIMIT);
	assert_int_equal(spool_open(NULL, "three", &three, &err), 0);
	write_spool(three, 2u << 20, 0);
	talloc_free(three);
	assert_int_equal(spool_open(b, "three", &three, &err), 0);
	talloc_steal(NULL, three);
	talloc_free(b);
	write_spool(three, 2u << 20, 0);
	talloc_free(three);
}

static void test_blocks(void **state)
{
	static uint8_t data[3 * BLOCKS_SIZE + 10];
	struct blocks *blocks;
	struct source *src;
	struct vmt_err err;
	uint8_t buf[BLOCKS_SIZE + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i % 251);
	assert_int_equal(source_open_memory(NULL, "m", data, sizeof(data), &src, &err), 0);
	assert_int_equal(blocks_open(src, &blocks, &err), 0);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(
			blocks_read(blocks, src, BLOCKS_SIZE - 1, buf, sizeof(buf), &err), 0);
		assert_memory_equal(buf, data + BLOCKS_SIZE - 1, sizeof(buf));
	}
	assert_int_equal(src->bytes_read, 3 * BLOCKS_SIZE);
	assert_int_equal(blocks_read(blocks, src, 3 * BLOCKS_SIZE, buf, 10, &err), 0);
	assert_int_equal(
		blocks_read(blocks, src, 3 * BLOCKS_SIZE, buf, 11, &err), VMT_ERR_TRUNCATED);
	talloc_free(src);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refusals, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_file, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_stdin, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_operand, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_slice, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_aborted, make_folder, remove_folder),
		cmocka_unit_test(test_spool),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_fixed_budget),
		cmocka_unit_test(test_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
