// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdlib.h>
#include <string.h>

#include "report/sample_report.h"
#include "report/writer.h"

static char *written(const struct vmt_report *r)
{
	char *buf = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&buf, &len);
	struct vmt_err err = {0};

	assert_int_equal(vmt_report_write(r, "markdown", NULL, out, &err), 0);
	fclose(out);
	return buf;
}

static void has_its_parts(void **state)
{
	struct vmt_report r = sample_report();
	char *text = written(&r);

	(void)state;
	assert_int_equal(strncmp(text, "# vhba (out-of-tree driver), timer: NULL", 40), 0);
	assert_non_null(strstr(text, "\n| Kernel | `6.1.0-56-cloud-amd64 #1 SMP"));
	assert_non_null(strstr(text, "\n```text\n>#0   vhba_complete+0x1f/0x50 [vhba]"));
	assert_non_null(strstr(text, "<details><summary>Registers</summary>\n\n```text\n"));
	assert_non_null(strstr(text, "- a task named \\\\x1b\\[31mred\n"));
	free(text);
}

/* Trackers want to see what the kernel printed. */
static void has_the_lines_of_the_log(void **state)
{
	struct vmt_report r = sample_report();
	char *text = written(&r);

	(void)state;
	assert_non_null(
		strstr(text, "\n## Crash report in the log\n\n````text\n[    2.534606] BUG: "
			     "kernel NULL pointer dereference\n[    2.534700] ``` "
			     "\\x1b[31m</details>\n````\n\n12 more lines"));
	free(text);
	r.excerpt.n = 0;
	text = written(&r);
	assert_null(strstr(text, "Crash report in the log"));
	free(text);
}

/* A dump that tries to leave its cell, its fence and its fold. */
static void nothing_gets_out(void **state)
{
	static const char evil[] = "`|</details><script>x</script>\n```\n# Title [a](http://b)";
	const struct vmt_frame frame = {.function = evil, .reliable = true};
	struct vmt_report r = {.frames = &frame, .n_frames = 1};
	char *text;

	(void)state;
	r.verdict.kind = "oops";
	r.verdict.headline = evil;
	r.machine.hostname = evil;
	text = written(&r);
	assert_non_null(strstr(text, "# \\`\\|&lt;/details&gt;&lt;script&gt;"));
	assert_non_null(strstr(text, "| Host | ```` `\\|</details>")); /* longer than its ``` */
	assert_non_null(strstr(text, "\n````text\n"));
	assert_null(strstr(text, "\n# Title"));
	assert_null(strstr(text, "\n```\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_its_parts),
		cmocka_unit_test(has_the_lines_of_the_log),
		cmocka_unit_test(nothing_gets_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
