// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdlib.h>
#include <string.h>

#include "report/sample_report.h"
#include "report/writer.h"

static char *written(const struct vmt_report *r, const char *format)
{
	char *buf = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&buf, &len);
	struct vmt_err err = {0};

	assert_int_equal(vmt_report_write(r, format, NULL, out, &err), 0);
	fclose(out);
	return buf;
}

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)); text += strlen(word))
		n++;
	return n;
}

/* In this order: what matters most comes first. */
static void has_its_parts(void **state)
{
	static const char *const wanted[] = {"<!DOCTYPE html>\n",
		"content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
		"form-action 'none'\"",
		"<header class=\"verdict crash\">\n<p class=\"kind\">NULL pointer "
		"dereference</p>\n<h1>vhba",
		"<p>Confidence: high", "<h2>What to do</h2>\n<ol>\n<li>Report this",
		"<dt>Kernel</dt>\n<dd>6.1.0-56-cloud-amd64 #1 SMP",
		"<h2>Evidence</h2>\n<ul>\n<li>&quot;BUG: kernel NULL",
		"a task named \\x1b[31mred</li>", "<h2>Stack</h2>\n", "<svg class=\"stack\"",
		">in a software interrupt (softirq)</text>",
		"class=\"mark\">#0 culprit: vhba_complete+0x1f/0x50 [vhba]</text>",
		"class=\"box guess\"", ">in a task (process context)</text>", "Dashed: may not",
		"<summary>All 5 frames", "<b class=\"mark\">&gt;   120    ", "<h2>Who maintains",
		"A Person &lt;a@example.org&gt;", "[    2.534700] ``` \\x1b[31m&lt;/details&gt;\n",
		"12 more lines", "<td class=\"n\">2.534606</td>",
		"<li><b>rip</b>    ffffffffc054d01f</li>", "<h2>What registers point to",
		"&gt; 0xffffffffc054d01f  mov dword ptr [rax + 8], edx</b>",
		"<td class=\"mono\">vhba</td><td class=\"mono\">1.2.3</td>",
		"linux-image-6.1.0-56-dbg", "<footer>", "</html>\n"};
	struct vmt_report r = sample_report();
	char *text = written(&r, "html"), *at = text;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		char *found = strstr(at, wanted[i]);

		if (!found)
			fail_msg("not there, or too early: %s", wanted[i]);
		at = found ? found : at;
	}
	free(text);
}

static void a_report_without_a_crash_has_no_alarm(void **state)
{
	static const struct vmt_report nothing = {.level = VMT_LEVEL_LOG};
	char *text = written(&nothing, "html");

	(void)state;
	assert_non_null(strstr(text, "<header class=\"verdict\">"));
	assert_null(strstr(text, "<h2>Stack"));
	assert_null(strstr(text, "<h2>Modules"));
	free(text);
}

/* Thousands of equal frames are one box, and other frames have a bound. */
static void deep_stacks_stay_small(void **state)
{
	static struct vmt_frame deep[500];
	struct vmt_report r = {.frames = deep, .n_frames = ARRAY_SIZE(deep)};
	char *text;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(deep); i++)
		deep[i] = (struct vmt_frame){.function = "f", .reliable = true};
	text = written(&r, "html");
	assert_int_equal(count(text, "<rect class=\"box\""), 1);
	assert_non_null(strstr(text, ">#0 f (500 times)<"));
	free(text);
	for (size_t i = 0; i < ARRAY_SIZE(deep); i++)
		deep[i].offset = (struct vmt_u64){true, i};
	text = written(&r, "html");
	assert_int_equal(count(text, "<rect class=\"box\""), 60);
	assert_non_null(strstr(text, " 440 more frames are in the table."));
	free(text);
}

/* One page for several reports, without a second head. */
static void a_series_is_one_page(void **state)
{
	struct vmt_report r = sample_report();
	struct vmt_err err = {0};
	char *buf = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&buf, &len);

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
			vmt_report_write(&r, vmt_report_series("html", "x.log", i == 0, out), NULL,
				out, &err),
			0);
	fclose(out);
	assert_int_equal(count(buf, "<!DOCTYPE"), 1);
	assert_int_equal(count(buf, "<body>"), 1);
	assert_int_equal(count(buf, "<article>"), 3);
	assert_null(strstr(buf, "</body>"));
	free(buf);
	for (size_t i = 0; vmt_report_format(i); i++)
		assert_string_not_equal(vmt_report_format(i), "html-part");
}

/* ---- hostile text ------------------------------------------------------------------------ */

/* A text in each place where a dump's may be. */
static struct vmt_report full_of(const char *evil)
{
	static const char *texts[2];
	static struct vmt_frame frame;
	static struct vmt_register reg;
	static struct vmt_module module;
	static struct vmt_event log[2];
	static struct vmt_diag diag;
	static struct vmt_missing lacks;
	static struct vmt_explained points;
	static struct vmt_instruction instruction;
	static struct vmt_variable variable;
	static struct vmt_maintainer maintainer;
	struct vmt_report r = sample_report();

	texts[0] = texts[1] = evil;
	frame = (struct vmt_frame){.function = evil,
		.module = evil,
		.file = evil,
		.context = evil,
		.source = evil,
		.line = {true, 1}};
	reg = (struct vmt_register){evil, 1};
	module = (struct vmt_module){
		.name = evil, .version = evil, .origin = evil, .taints = evil, .build_id = evil};
	log[0] = log[1] = (struct vmt_event){.kind = "oops", .headline = evil, .host = evil};
	diag = (struct vmt_diag){evil, "warning", evil};
	lacks = (struct vmt_missing){evil, evil, evil};
	points = (struct vmt_explained){
		.name = "rip", .region = VMT_REGION_TEXT, .object = evil, .module = evil};
	instruction = (struct vmt_instruction){1, evil, true};
	variable = (struct vmt_variable){.function = evil, .name = evil, .type = evil};
	maintainer = (struct vmt_maintainer){evil, evil, texts, 2, texts, 2, texts, 2, texts, 2};
	r.input.path = r.input.missing = r.kernel.release = r.kernel.version = evil;
	r.machine.hostname = r.machine.hardware = r.machine.bios = r.crash.comm = evil;
	r.verdict.headline = r.verdict.kind_text = r.verdict.function = r.verdict.module = evil;
	r.verdict.evidence = r.verdict.next = texts;
	r.verdict.n_evidence = r.verdict.n_next = 2;
	r.frames = &frame;
	r.registers = &reg;
	r.modules = &module;
	r.events = log;
	r.n_events = 2;
	r.diagnostics = &diag;
	r.debuginfo.missing = &lacks;
	r.explained = &points;
	r.instructions = &instruction;
	r.variables = &variable;
	r.maintainers = &maintainer;
	r.excerpt.lines = r.source.lines = texts;
	r.excerpt.n = r.source.n = 2;
	r.source.path = evil;
	r.n_frames = r.n_registers = r.n_modules = r.n_explained = r.n_instructions = 1;
	r.n_variables = r.n_maintainers = r.n_diagnostics = r.debuginfo.n_missing = 1;
	return r;
}

/* The tags of a page alone, without the numbers in them, which go by the length of the text. */
static char *tags_of(const char *page)
{
	char *tags = malloc(strlen(page) + 1), *to = tags;
	bool in = false;

	assert_non_null(tags);
	for (const char *p = page; *p; p++) {
		in |= *p == '<';
		if (in && !(*p >= '0' && *p <= '9'))
			*to++ = *p;
		in &= *p != '>';
	}
	*to = '\0';
	return tags;
}

/* Always the same pseudo-random text of characters that matter in HTML. */
static void make_evil(char *evil, size_t size, unsigned *seed)
{
	static const char *const bits[] = {"<", ">", "\"", "'", "&", "=", "/", "<script>", "</pre>",
		"<!--", "-->", "<![CDATA[", "]]>", "\" onload=\"x", "</title>", "</svg>", "&lt;",
		"&#60;", "\n", "\t", "\033[1m", "\x7f", "\xff", "\xe2\x80\xae", "\xc0\xbc", " ",
		"a", "javascript:", "</style>", "\r", "`"};
	size_t len = 0;

	evil[0] = '\0';
	for (unsigned i = 0; i < 12; i++) {
		const char *bit;

		*seed = *seed * 1103515245 + 12345;
		bit = bits[(*seed >> 16) % ARRAY_SIZE(bits)];
		if (len + strlen(bit) + 1 > size)
			break;
		memcpy(evil + len, bit, strlen(bit) + 1);
		len += strlen(bit);
	}
	if (!len)
		memcpy(evil, "<", 2);
}

/* Whatever the text, the page has the tags and attributes of a page with plain text. */
static void text_never_becomes_markup(void **state)
{
	static char evil[512];
	struct vmt_report plain = full_of("plain"), r;
	char *page = written(&plain, "html"), *wanted = tags_of(page), *tags;
	unsigned seed = 1;

	(void)state;
	free(page);
	for (unsigned i = 0; i < 500; i++) {
		make_evil(evil, sizeof(evil), &seed);
		r = full_of(evil);
		page = written(&r, "html");
		for (const char *p = page; *p; p++)
			assert_true(*p == '\n' || ((uint8_t)*p >= ' ' && *p != 0x7f));
		tags = tags_of(page);
		if (strcmp(tags, wanted) != 0)
			fail_msg("text %u became markup: %s", i, evil);
		free(tags);
		free(page);
	}
	free(wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_its_parts),
		cmocka_unit_test(a_report_without_a_crash_has_no_alarm),
		cmocka_unit_test(deep_stacks_stay_small),
		cmocka_unit_test(a_series_is_one_page),
		cmocka_unit_test(text_never_becomes_markup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
