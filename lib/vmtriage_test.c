// SPDX-License-Identifier: GPL-3.0-or-later
/* The public interface as a caller uses it: ways in, ways out, and what is refused. */
#include "base/array.h"
#include "base/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "vmtriage.h"

#define DUMP "real/e1000-receive.vmcore"
#define TEXT "golden/inputs/nic-oops.log"

/* Bytes that grow; a file as well as what a vmt_write_fn got. */
struct bytes {
	char *data;
	size_t n;
	int refuse; /* an errno */
};

static int collect(void *arg, const void *data, size_t len)
{
	struct bytes *b = arg;

	if (b->refuse)
		return b->refuse;
	b->data = realloc(b->data, b->n + len + 1);
	assert_non_null(b->data);
	memcpy(b->data + b->n, data, len);
	b->n += len;
	b->data[b->n] = '\0';
	return 0;
}

static const char *in_testdata(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", getenv("VMT_TESTDATA"), name);
	return path;
}

static struct bytes load(const char *name)
{
	FILE *f = fopen(in_testdata(name), "r");
	struct bytes b = {0};
	char buf[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(buf, 1, sizeof(buf), f)))
		collect(&b, buf, n);
	fclose(f);
	return b;
}

/* Takes the path out of the hint that names a command for it. */
static void forget_path(char *json)
{
	char *hint = strstr(json, "vmtriage fixes "), *path, *end;

	if (!hint)
		return;
	path = hint + strlen("vmtriage fixes ");
	end = strchr(path, '"');
	memmove(path, end, strlen(end) + 1);
}

/* The report as JSON, without what the path of the input is. */
static char *report_of(const struct vmt_file *files, size_t n)
{
	struct vmt_report *report;
	struct bytes out = {0};
	struct vmt_err err;

	assert_int_equal(vmt_triage_files(NULL, files, n, &report, &err), 0);
	report->input.path = "same";
	assert_int_equal(
		vmt_report_write_to(report, VMT_FORMAT_JSON, NULL, collect, &out, &err), 0);
	vmt_report_free(report);
	forget_path(out.data);
	return out.data;
}

static void is_as_path(const char *name, const struct vmt_file *file)
{
	struct vmt_file path = vmt_file_path(in_testdata(name));
	char *want = report_of(&path, 1), *got = report_of(file, 1);

	assert_non_null(strstr(want, "\"null-deref\""));
	assert_string_equal(got, want);
	free(want);
	free(got);
}

static void memory_is_read_as_a_file_is(void **state)
{
	const char *const names[] = {DUMP, TEXT};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bytes b = load(names[i]);
		struct vmt_file file = vmt_file_memory(b.data, b.n, NULL);

		is_as_path(names[i], &file);
		free(b.data);
	}
}

static void a_descriptor_stays_as_it_is(void **state)
{
	const char *const names[] = {DUMP, TEXT};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		int fd = open(in_testdata(names[i]), O_RDONLY | O_CLOEXEC);
		struct vmt_file file = vmt_file_fd(fd, "upload");

		assert_int_equal(lseek(fd, 100, SEEK_SET), 100);
		is_as_path(names[i], &file);
		assert_int_equal(lseek(fd, 0, SEEK_CUR), 100);
		close(fd);
	}
}

static void a_pipe_is_read_to_its_end(void **state)
{
	struct bytes b = load(TEXT);
	struct vmt_file file;
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(write(fds[1], b.data, b.n), (ssize_t)b.n); /* less than a pipe holds */
	close(fds[1]);
	file = vmt_file_fd(fds[0], NULL);
	is_as_path(TEXT, &file);
	close(fds[0]);
	free(b.data);
}

static void the_name_is_for_messages_alone(void **state)
{
	static const char text[] = "Linux version";
	struct vmt_file named = vmt_file_memory(text, strlen(text), "/etc/passwd");
	struct vmt_file empty = vmt_file_memory(text, 0, "upload");
	struct vmt_report *report = NULL;
	struct vmt_err err;

	(void)state;
	assert_int_equal(vmt_triage_files(NULL, &named, 1, &report, &err), 0);
	assert_string_equal(report->input.path, "/etc/passwd");
	assert_int_equal(report->input.size.v, strlen(text));
	vmt_report_free(report);
	assert_int_equal(vmt_triage_files(NULL, &empty, 1, &report, &err), VMT_ERR_FORMAT);
	assert_string_equal(err.message, "upload: is empty");
}

/* Two parts, the newer one first; where the log is cut, the kernel begins a new part. */
static void parts_of_a_log_are_joined(void **state)
{
	struct bytes whole = load(TEXT), parts[2] = {{0}, {0}};
	const char *cut = strstr(strchr(whole.data + whole.n / 2, '\n'), "\n") + 1;
	struct vmt_file files[2], file = vmt_file_memory(whole.data, whole.n, NULL);
	struct vmt_report *report;
	struct vmt_err err;
	char *want = NULL;

	(void)state;
	collect(&parts[0], "Panic#1 Part1\n", 14);
	collect(&parts[0], cut, strlen(cut));
	collect(&parts[1], "Panic#1 Part2\n", 14);
	collect(&parts[1], whole.data, (size_t)(cut - whole.data));
	for (size_t i = 0; i < 2; i++)
		files[i] = vmt_file_memory(parts[i].data, parts[i].n, "part");
	assert_int_equal(vmt_triage_files(NULL, &file, 1, &report, &err), 0);
	want = strdup(report->signature.fine);
	vmt_report_free(report);
	assert_int_equal(vmt_triage_files(NULL, files, 2, &report, &err), 0);
	assert_string_equal(report->signature.fine, want);
	vmt_report_free(report);
	for (size_t i = 0; i < 2; i++)
		free(parts[i].data);
	free(whole.data);
	free(want);
}

static void logs_and_stacks_too(void **state)
{
	struct bytes b = load(DUMP), out = {0}, stacks_out = {0};
	struct vmt_file file = vmt_file_memory(b.data, b.n, NULL);
	struct vmt_stacks *stacks;
	bool incomplete = true;
	const struct vmt_log_options opts = {
		.struct_size = sizeof(opts), .incomplete = &incomplete};
	struct vmt_err err;

	(void)state;
	assert_int_equal(vmt_log_write_to(&opts, &file, 1, collect, &out, &err), 0);
	assert_false(incomplete);
	assert_non_null(strstr(out.data, "BUG: kernel NULL pointer dereference"));
	assert_int_equal(vmt_log_write_to(NULL, &file, 1, collect, &out, NULL), 0);
	assert_int_equal(vmt_stacks_read_files(NULL, &file, 1, false, &stacks, &err), 0);
	assert_int_equal(
		vmt_stacks_write_to(stacks, VMT_FORMAT_TEXT, NULL, collect, &stacks_out, &err), 0);
	assert_non_null(strstr(stacks_out.data, "e1000_clean_rx_irq"));
	vmt_stacks_free(stacks);
	free(out.data);
	free(stacks_out.data);
	free(b.data);
}

static size_t lines_of(const char *text, const char *from)
{
	size_t n = 0;

	for (const char *p = from ? strstr(text, from) : text; p && (p = strchr(p, '\n')); p++)
		n++;
	return n;
}

static size_t log_lines(const struct vmt_log_options *opts, struct bytes *out)
{
	struct bytes b = load(DUMP);
	struct vmt_file file = vmt_file_memory(b.data, b.n, NULL);
	struct vmt_err err;

	free(out->data);
	*out = (struct bytes){0};
	assert_int_equal(vmt_log_write_to(opts, &file, 1, collect, out, &err), 0);
	free(b.data);
	return out->data ? lines_of(out->data, NULL) : 0;
}

/* The dump was taken at 2026-11-21 00:52:12, when the last record was written. */
#define TAKEN (INT64_C(1795222332) * 1000000000)

static void a_log_is_narrowed(void **state)
{
	struct vmt_log_options opts = VMT_LOG_OPTIONS_INIT;
	struct bytes out = {0};
	struct vmt_err err;
	size_t all = log_lines(NULL, &out), part;

	(void)state;
	assert_int_equal(log_lines(&opts, &out), all);
	opts.last = 3;
	assert_int_equal(log_lines(&opts, &out), 3);
	opts.last = all + 1;
	assert_int_equal(log_lines(&opts, &out), all);
	opts.last = 0;
	opts.since = (struct vmt_time){true, TAKEN};
	assert_in_range(log_lines(&opts, &out), 1, 3);
	opts.since.ns = TAKEN - 1000000000;
	part = log_lines(&opts, &out);
	assert_in_range(part, 2, all - 1);
	opts.until = opts.since;
	opts.since.known = false;
	assert_in_range(log_lines(&opts, &out), all - part, all - part + 1);
	opts.until.ns = 0;
	assert_int_equal(log_lines(&opts, &out), 0);
	opts = (struct vmt_log_options){.struct_size = sizeof(opts), .format = "yaml"};
	assert_int_equal(vmt_log_write(&opts, NULL, 0, stdout, &err), VMT_ERR_USAGE);
	free(out.data);
}

static void a_full_disk_is_said(void **state)
{
	const char *path = in_testdata(DUMP);
	struct vmt_file file = vmt_file_path(path);
	struct bytes out = {.refuse = ENOSPC};
	struct vmt_report *report;
	struct vmt_list *list;
	struct vmt_err err;

	(void)state;
	assert_int_equal(vmt_log_write_to(NULL, &file, 1, collect, &out, &err), VMT_ERR_IO);
	assert_int_equal(err.os_errno, ENOSPC);
	assert_int_equal(vmt_triage(NULL, &path, 1, &report, &err), 0);
	for (size_t i = 0; vmt_report_format(i); i++) {
		assert_int_equal(vmt_report_write_to(
					 report, vmt_report_format(i), NULL, collect, &out, &err),
			VMT_ERR_IO);
		assert_int_equal(err.os_errno, ENOSPC);
	}
	vmt_report_free(report);
	assert_int_equal(vmt_list_crashes(NULL, &path, 1, &list, &err), 0);
	assert_int_equal(vmt_list_write_to(list, NULL, collect, &out, &err), VMT_ERR_IO);
	assert_int_equal(err.os_errno, ENOSPC);
	vmt_list_free(list);
}

static void options_are_checked(void **state)
{
	static const struct vmt_options no_size = {.level = VMT_LEVEL_LOG};
	struct vmt_options level = VMT_OPTIONS_INIT;
	struct vmt_shrink_result no_room = {0};
	const char *path = in_testdata(TEXT);
	struct vmt_stacks *stacks;
	struct vmt_report *report;
	struct vmt_list *list;

	(void)state;
	level.level = "deep";
	assert_int_equal(vmt_triage(&level, &path, 1, &report, NULL), VMT_ERR_USAGE);
	assert_int_equal(vmt_triage(&no_size, &path, 1, &report, NULL), VMT_ERR_USAGE);
	assert_int_equal(vmt_stacks_read(&no_size, &path, 1, true, &stacks, NULL), VMT_ERR_USAGE);
	assert_int_equal(vmt_list_crashes(&no_size, &path, 1, &list, NULL), VMT_ERR_USAGE);
	assert_int_equal(vmt_list_crashes(&level, &path, 1, &list, NULL), VMT_ERR_USAGE);
	assert_int_equal(vmt_shrink(&no_size, &path, 1, "/nowhere/x", NULL, NULL), VMT_ERR_USAGE);
	assert_int_equal(vmt_shrink(NULL, &path, 1, "/nowhere/x", &no_room, NULL), VMT_ERR_USAGE);
	level.level = VMT_LEVEL_LOG;
	assert_int_equal(vmt_triage(&level, &path, 1, &report, NULL), 0);
	assert_string_equal(report->level, VMT_LEVEL_LOG);
	assert_int_equal(vmt_report_write(report, VMT_FORMAT_TEXT,
				 &(struct vmt_write_options){.width = 80}, stdout, NULL),
		VMT_ERR_USAGE);
	assert_int_equal(vmt_report_write_to(report, VMT_FORMAT_TEXT, NULL, NULL, NULL, NULL),
		VMT_ERR_USAGE);
	vmt_report_free(report);
}

static void files_are_checked(void **state)
{
	const struct vmt_file wrong[] = {{0}, {.kind = VMT_FILE_MEMORY, .size = 1}, {.kind = 99}};
	struct vmt_file closed = vmt_file_fd(-1, NULL), folder = vmt_file_path("/nowhere");
	struct vmt_report *report;
	struct vmt_err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(
			vmt_triage_files(NULL, &wrong[i], 1, &report, NULL), VMT_ERR_USAGE);
	assert_int_equal(vmt_triage_files(NULL, NULL, 0, &report, NULL), VMT_ERR_USAGE);
	assert_int_equal(vmt_triage_files(NULL, &closed, 1, &report, &err), VMT_ERR_IO);
	assert_int_equal(err.os_errno, EBADF);
	assert_int_equal(vmt_triage_files(NULL, &folder, 1, &report, &err), VMT_ERR_IO);
	assert_int_equal(err.os_errno, ENOENT);
}

/* A log of 70 MiB, most of it the same line. */
static struct bytes pack_long_log(void)
{
	struct bytes log = load(TEXT), packed = {malloc(1 << 20), 0, 0};
	char lines[1 << 12];
	z_stream z = {.next_out = (Bytef *)packed.data, .avail_out = 1 << 20};

	for (size_t i = 0; i < sizeof(lines); i++)
		lines[i] = i % 64 == 63 ? '\n' : 'x';
	assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, MAX_WBITS + 16, 8, 0), Z_OK);
	for (unsigned i = 0; i < 70u << 20; i += sizeof(lines)) {
		z.next_in = (Bytef *)lines;
		z.avail_in = sizeof(lines);
		assert_int_equal(deflate(&z, Z_NO_FLUSH), Z_OK);
	}
	z.next_in = (Bytef *)log.data;
	z.avail_in = (uInt)log.n;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	packed.n = z.total_out;
	deflateEnd(&z);
	free(log.data);
	return packed;
}

static void note_unpacking(void *arg, uint64_t done, uint64_t all, const char *path)
{
	(void)path;
	assert_true(done <= all);
	*(uint64_t *)arg = done;
}

static void unpacking_is_told_and_bounded(void **state)
{
	struct bytes packed = pack_long_log(), out = {0};
	const struct vmt_file file = vmt_file_memory(packed.data, packed.n, "log.gz");
	struct vmt_options opts = VMT_OPTIONS_INIT;
	struct vmt_log_options lo = VMT_LOG_OPTIONS_INIT;
	struct vmt_report *report;
	struct vmt_err err;
	uint64_t done = 0;
	bool noted = false;

	(void)state;
	opts.unpacking = note_unpacking;
	opts.progress_arg = &done;
	opts.tmp_limit = 80u << 20;
	assert_int_equal(vmt_triage_files(&opts, &file, 1, &report, &err), 0);
	assert_non_null(report->verdict.kind);
	assert_int_equal(done, packed.n);
	for (size_t i = 0; i < report->n_diagnostics; i++)
		noted |= !strcmp(report->diagnostics[i].id, "unpacked") &&
			 strstr(report->diagnostics[i].message, "70 MiB of temporary space");
	assert_true(noted);
	vmt_report_free(report);
	opts.tmp_limit = lo.tmp_limit = 60u << 20;
	assert_int_equal(vmt_triage_files(&opts, &file, 1, &report, &err), VMT_ERR_LIMIT);
	assert_non_null(strstr(err.message, "log.gz: needs more temporary space"));
	assert_int_equal(vmt_log_write_to(&lo, &file, 1, collect, &out, &err), VMT_ERR_LIMIT);
	free(packed.data);
}

/* What only a verbose text has is not read for a short one, which stays the same. */
static void a_short_text_needs_less(void **state)
{
	static const char *const dumps[] = {
		DUMP, "real/null-deref.vmcore", "real/hung-task.vmcore"};
	struct vmt_options opts = {.struct_size = sizeof(opts), .level = VMT_LEVEL_CORE};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(dumps); i++) {
		const char *path = in_testdata(dumps[i]);
		struct bytes all = {0}, less = {0};
		struct vmt_report *full, *brief;

		opts.without_details = false;
		assert_int_equal(vmt_triage(&opts, &path, 1, &full, NULL), 0);
		opts.without_details = true;
		assert_int_equal(vmt_triage(&opts, &path, 1, &brief, NULL), 0);
		assert_int_equal(
			vmt_report_write_to(full, VMT_FORMAT_TEXT, NULL, collect, &all, NULL), 0);
		assert_int_equal(
			vmt_report_write_to(brief, VMT_FORMAT_TEXT, NULL, collect, &less, NULL), 0);
		assert_string_equal(all.data, less.data);
		assert_true(brief->stats.pages_read < full->stats.pages_read);
		assert_true(full->machine.n_sysctls && !brief->machine.n_sysctls);
		assert_true(full->modules[0].build_id && !brief->modules[0].build_id);
		assert_int_equal(full->n_cpus, brief->n_cpus);
		free(all.data);
		free(less.data);
		vmt_report_free(full);
		vmt_report_free(brief);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_read_as_a_file_is),
		cmocka_unit_test(a_descriptor_stays_as_it_is),
		cmocka_unit_test(a_pipe_is_read_to_its_end),
		cmocka_unit_test(the_name_is_for_messages_alone),
		cmocka_unit_test(parts_of_a_log_are_joined),
		cmocka_unit_test(logs_and_stacks_too),
		cmocka_unit_test(a_log_is_narrowed),
		cmocka_unit_test(a_full_disk_is_said),
		cmocka_unit_test(options_are_checked),
		cmocka_unit_test(files_are_checked),
		cmocka_unit_test(unpacking_is_told_and_bounded),
		cmocka_unit_test(a_short_text_needs_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
