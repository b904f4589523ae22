// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/sample_report.h"
#include "report/units.h"
#include "report/writer.h"

/* Not inlined: gcc 12 takes what strstr() finds in the text for a part of buf itself. */
static __attribute__((noinline)) char *written(
	const struct vmt_report *r, const struct vmt_write_options *opts)
{
	char *buf = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&buf, &len);
	struct vmt_err err = {0};

	assert_int_equal(vmt_report_write(r, "text", opts, out, &err), 0);
	fclose(out);
	return buf;
}

static char *complete(const struct vmt_report *r)
{
	struct vmt_write_options opts = {sizeof(opts), .verbose = true};

	return written(r, &opts);
}

/* The widest text before a line's first word: what is before a frame. */
#define LEAD_MAX 32

/* Only a word that is longer than a line makes a line too long. */
static void check_widths(char *text, unsigned width)
{
	for (char *line = text, *end; *line; line = end + 1) {
		const char *blank;
		size_t columns;

		end = strchr(line, '\n');
		assert_non_null(end);
		columns = escape_columns(line, (size_t)(end - line));
		assert_false(end > line && end[-1] == ' ');
		blank = memrchr(line, ' ', (size_t)(end - line));
		if (columns <= width)
			continue;
		blank = blank ? blank + 1 : line;
		assert_true(escape_columns(blank, (size_t)(end - blank)) + LEAD_MAX > width);
	}
}

static void lines_break_at_blanks_only(void **state)
{
	static const char host[] = "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2-a-host-of-no-blanks-that-"
				   "goes-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and";
	struct vmt_report r = sample_report();

	(void)state;
	r.machine.hostname = host;
	for (unsigned width = 40; width <= 200; width++) {
		struct vmt_write_options opts = {sizeof(opts), .width = width};

		for (opts.verbose = false;; opts.verbose = true) {
			char *text = written(&r, &opts);

			check_widths(text, width);
			assert_non_null(strstr(text, host));
			assert_non_null(strstr(text, "vhba_complete+0x1f/0x50"));
			free(text);
			if (opts.verbose)
				break;
		}
	}
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* The last row is the prompt's. */
static void the_first_screen_is_the_answer(void **state)
{
	struct vmt_write_options opts = {sizeof(opts), .width = 80};
	struct vmt_report r = sample_report();
	char *text = written(&r, &opts);

	(void)state;
	assert_in_range(count_lines(text), 15, 24);
	assert_non_null(strstr(text, "\nTo do     Report this to the vendor"));
	assert_non_null(strstr(text, "\nCulprit   vhba_complete, out-of-tree module vhba"));
	assert_non_null(strstr(text,
		"\nKind      NULL pointer dereference (null-deref), write at 0x8 (near NULL)\n"));
	assert_non_null(strstr(text, "\nWhen      2026-11-20 23:25:12 UTC"));
	assert_non_null(strstr(text, "\nWhere     CPU 0, task swapper/0 (pid 0, idle), in a timer "
				     "(softirq)\n"));
	assert_non_null(strstr(text, "\nEvidence  \"BUG: kernel NULL"));
	assert_non_null(strstr(text, "\nStack   > #0   softirq  vhba_complete+0x1f/0x50 [vhba]"));
	assert_non_null(strstr(text, "-v shows all"));
	assert_null(strstr(text, "0123456789ABCDEF"));
	assert_null(strstr(text, "ff7a16eb80003e68"));
	assert_null(strstr(text, "? vhba_dequeue"));
	free(text);
	opts.height = 60; /* more room: the guess, too, and all of the evidence */
	text = written(&r, &opts);
	assert_non_null(strstr(text, "a task named \\x1b[31mred"));
	free(text);
}

/* Lines that lost their newlines make headlines without end. */
static void long_texts_are_cut(void **state)
{
	struct vmt_write_options opts = {sizeof(opts), .width = 80};
	struct vmt_report r = sample_report();
	char line[4000], *text;

	(void)state;
	for (size_t i = 0; i < sizeof(line); i++)
		line[i] = i % 7 ? 'x' : ' ';
	line[sizeof(line) - 1] = '\0';
	r.verdict.headline = line + 1;
	r.verdict.victim = false;
	text = written(&r, &opts);
	assert_in_range(count_lines(text), 15, 24);
	assert_non_null(strstr(text, "xxxxxx \xe2\x80\xa6\nConfidence: high"));
	free(text);
	text = complete(&r);
	assert_non_null(strstr(text, "x\nConfidence: high"));
	free(text);
}

/* f0 to f99, and f40 is to blame. */
static void the_blamed_frame_is_shown(void **state)
{
	static struct vmt_frame deep[100];
	static char names[100][8];
	struct vmt_write_options opts = {sizeof(opts), .width = 80};
	struct vmt_report r = sample_report();
	char *text;

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		snprintf(names[i], sizeof(names[i]), "f%zu", i);
		deep[i] = (struct vmt_frame){names[i], .reliable = true, .context = "task"};
	}
	r.frames = deep;
	r.n_frames = 100;
	r.verdict.function = "f40";
	r.verdict.module = "vmlinux";
	text = written(&r, &opts);
	assert_in_range(count_lines(text), 15, 24);
	assert_non_null(strstr(text, "  #0 "));
	assert_non_null(strstr(text, "> #40 "));
	assert_non_null(strstr(text, " more frames, -v shows all\n"));
	free(text);
	text = complete(&r);
	assert_non_null(strstr(text, "  #99 "));
	free(text);
}

/* A function that calls itself. */
static void equal_frames_share_a_line(void **state)
{
	static struct vmt_frame deep[2000];
	struct vmt_report r = sample_report();
	char *text;

	(void)state;
	for (size_t i = 0; i < 2000; i++)
		deep[i] = (struct vmt_frame){i == 1999 ? "caller" : "again", .reliable = true};
	r.frames = deep;
	r.n_frames = 2000;
	for (int all = 0; all < 2; all++) {
		text = all ? complete(&r) : written(&r, NULL);
		assert_non_null(strstr(text, "#0     again (1999 times)\n"));
		assert_non_null(strstr(text, "#1999  caller\n"));
		free(text);
	}
}

static void verdict_comes_first(void **state)
{
	struct vmt_report r = sample_report();
	char *text = complete(&r);

	(void)state;
	assert_int_equal(strncmp(text, r.verdict.headline, strlen(r.verdict.headline)), 0);
	assert_null(strchr(text, '\033')); /* neither colour nor the dump's */
	assert_non_null(strstr(text, "a task named \\x1b[31mred"));
	assert_non_null(strstr(text, "> #0   softirq  vhba_complete+0x1f/0x50 [vhba]"));
	assert_non_null(strstr(text, "  #1            ? vhba_dequeue+0x90/0x90 [vhba]"));
	assert_non_null(strstr(text, "Confidence: high"));
	assert_non_null(strstr(text, "2026-11-20 23:25:12 UTC"));
	free(text);
}

static void colour_only_where_asked_for(void **state)
{
	struct vmt_report r = sample_report();
	struct vmt_write_options opts = {sizeof(opts), .colour = true};
	char *text = written(&r, &opts);

	(void)state;
	assert_int_equal(strncmp(text, "\033[1;31mvhba", 11), 0);
	free(text);
}

static void unknown_takes_no_line(void **state)
{
	struct vmt_report r = {.input = {.path = "a.log", .complete = true}};
	char *text = written(&r, NULL);

	(void)state;
	assert_int_equal(strncmp(text, "No crash was found\n", 19), 0);
	assert_null(strstr(text, "Kernel"));
	assert_null(strstr(text, "Frames"));
	assert_null(strstr(text, "(null)"));
	free(text);
	r.verdict.kind = "oops";
	text = written(&r, NULL);
	assert_non_null(strstr(text, "Culprit   not known\n"));
	assert_non_null(strstr(text, "Confidence: not known\n"));
	free(text);
}

static void cost_only_where_asked_for(void **state)
{
	struct vmt_report r = sample_report();
	struct vmt_write_options opts = {sizeof(opts), .stats = true};
	char *with = written(&r, &opts), *without = written(&r, NULL);

	(void)state;
	assert_non_null(strstr(with, "12.345 ms, 120 pages"));
	assert_null(strstr(without, "120 pages"));
	free(with);
	free(without);
}

static void victims_without_a_stack_get_no_caution(void **state)
{
	struct vmt_report r = sample_report();
	char *with = written(&r, NULL), *without;

	(void)state;
	r.n_frames = 0;
	without = written(&r, NULL);
	assert_non_null(strstr(with, "this is where the problem surfaced"));
	assert_null(strstr(without, "the problem surfaced"));
	free(with);
	free(without);
}

static void some_kinds_have_no_culprit(void **state)
{
	struct vmt_report r = {.verdict = {.kind = "oom-panic", .module = "vmlinux"}};
	char *text = written(&r, NULL);

	(void)state;
	assert_non_null(strstr(text, "Culprit   none: memory ran out\n"));
	free(text);
	r.verdict.module = "tuner";
	text = written(&r, NULL);
	assert_non_null(strstr(text, "Culprit   module tuner\n"));
	free(text);
	r.verdict.module = "vmlinux";
	r.verdict.kind = "panic";
	text = written(&r, NULL);
	assert_non_null(strstr(text, "Culprit   the kernel itself\n"));
	free(text);
}

static void detectors_have_words(void **state)
{
	struct vmt_report r = {
		.verdict = {
			.kind = "double-fault", .kind_text = "double fault", .detector = "cpu"}};
	char *text = written(&r, NULL);

	(void)state;
	assert_non_null(strstr(text, "Kind      double fault, found by the CPU\n"));
	free(text);
	r.verdict.detector = "die";
	text = written(&r, NULL);
	assert_non_null(strstr(text, "Kind      double fault\n"));
	free(text);
	r.verdict.detector = "a-new-one";
	text = written(&r, NULL);
	assert_non_null(strstr(text, "Kind      double fault, found by a-new-one\n"));
	free(text);
}

static void unread_inputs_say_why(void **state)
{
	static const struct vmt_diag cut[] = {
		{"input-truncated", VMT_SEVERITY_WARNING, "The file ends before the last page."},
		{"log-unreadable", VMT_SEVERITY_ERROR, "log: page 0x13a64: no such page"},
	};
	struct vmt_report r = {.input = {.format = "kdump", .complete = false},
		.diagnostics = cut,
		.n_diagnostics = 2};
	char *text = written(&r, NULL);

	(void)state;
	assert_int_equal(strncmp(text,
				 "No verdict: the dump is cut off, and the kernel log could not be "
				 "read\n",
				 70),
		0);
	free(text);
	r.input.percent = (struct vmt_u64){true, 40};
	text = written(&r, NULL);
	assert_non_null(strstr(text, "No verdict: the dump is cut off: 40 % is there, and the"));
	assert_null(strstr(text, "0x13a64"));
	free(text);
	text = complete(&r);
	assert_non_null(strstr(text, "  - error: The kernel log could not be read (log: page "
				     "0x13a64: no such page)\n"));
	free(text);
	r.input.percent.known = false;
	r.diagnostics++;
	r.n_diagnostics = 1;
	text = written(&r, NULL);
	assert_int_equal(strncmp(text, "No verdict: the kernel log could not be read\n", 45), 0);
	free(text);
}

static void user_space_s_gs_base_is_left_out(void **state)
{
	static const struct vmt_register regs[] = {{"gs", 1}, {"knlgs", 2}, {"cs", 3}};
	struct vmt_report r = {
		.verdict = {.kind = "gpf"}, .registers = regs, .n_registers = ARRAY_SIZE(regs)};
	char *text = complete(&r);

	(void)state;
	assert_null(strstr(text, "knlgs"));
	assert_non_null(strstr(text, "\n     gs 0000000000000001     cs 0000000000000003\n"));
	free(text);
}

static void a_replaced_module_is_named(void **state)
{
	struct vmt_module module = {.name = "x", .version = "2.1"};
	struct vmt_report r = {
		.verdict = {.kind = "null-deref", .function = "x_read", .module = "x"},
		.modules = &module,
		.n_modules = 1};
	char *text = complete(&r);

	(void)state;
	assert_null(strstr(text, "on disk"));
	free(text);
	module.disk_path = "/lib/modules/6.1/x.ko";
	text = complete(&r);
	assert_non_null(strstr(text, "version 2.1, another build of it is on disk now"));
	free(text);
}

static void pointers_are_explained(void **state)
{
	struct vmt_write_options opts = {sizeof(opts), .width = 2000, .verbose = true};
	struct vmt_report r = sample_report();
	char *text = written(&r, &opts);

	(void)state;
	assert_non_null(strstr(text,
		"write to scsi_cmnd.result (offset 8) through cmd (argument 2), which is NULL, at "
		"0x0000000000000008"));
	assert_non_null(strstr(text, "\n> 0xffffffffc054d01f  mov dword ptr [rax + 8], edx\n"));
	assert_non_null(strstr(text, "rip  the code vhba_complete+0x1f [vhba]\n"));
	assert_non_null(strstr(text, "rsp  a stack of CPU 1: softirq\n"));
	assert_non_null(strstr(text,
		"rbx  32 bytes into an object of the slab cache kmalloc-96 and others (96 bytes), "
		"which is free\n"));
	assert_non_null(strstr(text, "  vhba_complete\n"
				     "    arg  host = 0xff47fc0c1fc19480, struct vhba_host *\n"
				     "    var  data = at 0xff7a16eb80003e70, u8 []\n"));
	free(text);
}

static void one_byte_is_no_bytes(void **state)
{
	struct vmt_write_options opts = {sizeof(opts), .width = 2000, .verbose = true};
	const struct vmt_explained objects[] = {
		{.name = "rax",
			.region = VMT_REGION_SLAB,
			.object = "kmalloc-64",
			.offset = {true, 1},
			.size = {true, 64}},
		{.name = "rbx",
			.region = VMT_REGION_VMALLOC,
			.offset = {true, 1},
			.size = {true, 4096}},
	};
	struct vmt_report r = sample_report();
	char *text;

	(void)state;
	r.explained = objects;
	r.n_explained = 2;
	text = written(&r, &opts);
	assert_non_null(
		strstr(text, "rax  1 byte into an object of the slab cache kmalloc-64 (64 bytes)"));
	assert_non_null(strstr(text, "rbx  1 byte into an area of vmalloc (4096 bytes)"));
	free(text);
}

static void units(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	assert_string_equal(units_rfc3339(ctx, 0), "1970-01-01T00:00:00Z");
	assert_string_equal(units_minute(ctx, -1), "1969-12-31 23:59");
	assert_string_equal(units_day(ctx, 0), "1970-01-01");
	assert_string_equal(units_rfc3339(ctx, -1), "1969-12-31T23:59:59.999999Z");
	assert_string_equal(units_time(ctx, 1795217112345678000), "2026-11-20 23:25:12");
	assert_string_equal(units_duration(ctx, 2534606000), "2.534 s");
	assert_string_equal(units_duration(ctx, 200 * 1000000000ll), "3 min 20 s");
	assert_string_equal(units_duration(ctx, 360000 * 1000000000ll), "4 d 4 h");
	assert_string_equal(units_bytes(ctx, 1023), "1023 bytes");
	assert_string_equal(units_bytes(ctx, 1536), "1.5 KiB");
	assert_string_equal(units_bytes(ctx, 16540117), "15.7 MiB");
	assert_string_equal(units_bytes(ctx, UINT64_MAX), "15.9 EiB");
	talloc_free(ctx);
}

static char *dumps_of(size_t n)
{
	struct vmt_device_dump *dumps = calloc(n, sizeof(*dumps));
	struct vmt_write_options opts = {
		sizeof(struct vmt_write_options), .width = 2000, .verbose = true};
	struct vmt_report r = sample_report();
	char *text, *line;
	const char *at;

	assert_non_null(dumps);
	for (size_t i = 0; i < n; i++)
		dumps[i] = (struct vmt_device_dump){"nic", i};
	r.device_dumps = dumps;
	r.n_device_dumps = n;
	text = written(&r, &opts);
	at = strstr(text, "Dev dumps ");
	assert_non_null(at);
	line = strndup(at, strcspn(at, "\n"));
	free(text);
	free(dumps);
	return line;
}

static void of_many_dumps_the_first_are_shown(void **state)
{
	char *line = dumps_of(2);

	(void)state;
	assert_string_equal(line, "Dev dumps nic (0 bytes), nic (1 bytes)");
	free(line);
	line = dumps_of(10);
	assert_non_null(strstr(line, "Dev dumps nic (0 bytes), nic (1 bytes),"));
	assert_non_null(strstr(line, ", nic (9 bytes)"));
	free(line);
	line = dumps_of(5000);
	assert_string_equal(line,
		"Dev dumps 5000 devices, the first 10: nic (0 bytes), nic (1 bytes), "
		"nic (2 bytes), nic (3 bytes), nic (4 bytes), nic (5 bytes), nic (6 bytes), "
		"nic (7 bytes), nic (8 bytes), nic (9 bytes)");
	free(line);
}

/* Only what was passed over before the culprit, and each fact's meaning once. */
static void reasons_only_where_asked_for(void **state)
{
	struct vmt_write_options opts = {sizeof(opts), .width = 100};
	struct vmt_report r = sample_report();
	char *text = written(&r, &opts);

	(void)state;
	assert_null(strstr(text, "\nWhy\n"));
	free(text);
	r.explanation = sample_explanation();
	text = written(&r, &opts);
	assert_non_null(strstr(text, "\n  Blamed     the function that ran\n"));
	assert_non_null(strstr(text, "\n    memcpy: copies memory that its caller chose, rule "
				     "memory-copies\n"));
	assert_null(strstr(text, "\n    foo_rx\n"));
	assert_non_null(strstr(text, "\n      +8  foo_rx (foo), drivers/net/foo.c: specific +8\n"));
	assert_non_null(strstr(
		text, "\n    specific      is code of one driver, protocol or file system\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_break_at_blanks_only),
		cmocka_unit_test(the_first_screen_is_the_answer),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(the_blamed_frame_is_shown),
		cmocka_unit_test(equal_frames_share_a_line),
		cmocka_unit_test(verdict_comes_first),
		cmocka_unit_test(colour_only_where_asked_for),
		cmocka_unit_test(unknown_takes_no_line),
		cmocka_unit_test(cost_only_where_asked_for),
		cmocka_unit_test(of_many_dumps_the_first_are_shown),
		cmocka_unit_test(victims_without_a_stack_get_no_caution),
		cmocka_unit_test(some_kinds_have_no_culprit),
		cmocka_unit_test(detectors_have_words),
		cmocka_unit_test(unread_inputs_say_why),
		cmocka_unit_test(user_space_s_gs_base_is_left_out),
		cmocka_unit_test(a_replaced_module_is_named),
		cmocka_unit_test(pointers_are_explained),
		cmocka_unit_test(one_byte_is_no_bytes),
		cmocka_unit_test(reasons_only_where_asked_for),
		cmocka_unit_test(units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
