// SPDX-License-Identifier: GPL-3.0-or-later
/* What is personal in a crash's text is in no output of it, however the text is wrapped. */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "vmtriage.h"

#define SAYS(at, pass)                                                                             \
	"gizmo: peer 203.0.113.77 mail alice" at                                                   \
	"example.org mac 52:54:00:ab:cd:ef password=" pass " key AKIAIOSFODNN7EXAMPLE"
#define PASS "hunter2secretpw"

static const char *const secrets[] = {"203.0.113.77", "alice", PASS, "ter2secretpw",
	"52:54:00:ab:cd:ef", "AKIAIOSFODNN7EXAMPLE", "db7.corp", NULL};

/* %s: what it says. */
static const char *const lines[] = {
	"Linux version 6.1.0-56-amd64 (x@y) (gcc) #1 SMP Debian 6.1.192-2",
	"Kernel panic - not syncing: %s",
	"CPU: 1 PID: 7 Comm: dd Not tainted 6.1.0-56-amd64 #1",
	"Call Trace:",
	" panic+0x107/0x2bb",
	" nic_open+0x46/0x190 [nic]",
	"gizmo: again %s",
	"---[ end Kernel panic - not syncing: %s ]---",
};

struct text {
	char p[1 << 16];
	size_t n;
};

static void put(struct text *t, const void *p, size_t n)
{
	assert_true(t->n + n < sizeof(t->p));
	memcpy(t->p + t->n, p, n);
	t->n += n;
}

static void put_text(struct text *t, const char *p)
{
	put(t, p, strlen(p));
}

static void put_base64(struct text *t, const char *p)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t left = strlen(p); left;) {
		size_t n = left < 3 ? left : 3;
		unsigned v = 0;

		for (size_t i = 0; i < 3; i++)
			v = v << 8 | (i < n ? (unsigned char)p[i] : 0);
		for (size_t i = 0; i < 4; i++)
			put(t, i <= n ? &digits[v >> (18 - 6 * i) & 63] : "=", 1);
		p += n;
		left -= n;
	}
}

static void put_bytes(struct text *t, const char *p)
{
	char number[8];

	for (; *p; p++) {
		snprintf(number, sizeof(number), "%d%s", *p, p[1] ? "," : "");
		put_text(t, number);
	}
}

static void put_escaped(struct text *t, const char *p)
{
	char unit[12];

	for (; *p; p++) {
		snprintf(unit, sizeof(unit), "\\u%04x", (unsigned char)*p);
		put_text(t, unit);
	}
}

/* How one line of the log is written: before it, it, after it. */
static const struct form {
	const char *name, *before, *after, *says;
	void (*put)(struct text *t, const char *line);
	bool stamped; /* with the kernel's own time in the line */
} forms[] = {
	{"plain", "", "\n", SAYS("@", PASS), put_text, true},
	{"carriage returns", "", "\r\r\n", SAYS("@", PASS), put_text, true},
	{"colours", "", "\n", SAYS("\x1b[1m@\x1b[0m", "hun\x1b[0mter2secretpw"), put_text, true},
	{"syslog", "Nov 20 10:00:07 db7.corp.example.net kernel: ", "\n", SAYS("@", PASS), put_text,
		true},
	{"URL", "", "\n", SAYS("%40", PASS), put_text, true},
	{"page", "", "\n", SAYS("&#64;", PASS), put_text, true},
	{"base64 in JSON", "{\"output\":\"", "\"}\n", SAYS("@", PASS), put_base64, true},
	{"journal",
		"{\"_TRANSPORT\":\"kernel\",\"_HOSTNAME\":\"db7.corp.example.net\","
		"\"SYSLOG_IDENTIFIER\":\"kernel\",\"MESSAGE\":\"",
		"\"}\n", SAYS("@", PASS), put_text, false},
	{"journal with escapes",
		"{\"_TRANSPORT\":\"kernel\",\"_HOSTNAME\":\"db7.corp.example.net\","
		"\"SYSLOG_IDENTIFIER\":\"kernel\",\"MESSAGE\":\"",
		"\"}\n", SAYS("@", PASS), put_escaped, false},
	{"journal of bytes",
		"{\"_TRANSPORT\":\"kernel\",\"_HOSTNAME\":\"db7.corp.example.net\","
		"\"SYSLOG_IDENTIFIER\":\"kernel\",\"MESSAGE\":[",
		"]}\n", SAYS("@", PASS), put_bytes, false},
	{"extended records", "3,%d,%d000000,-;", "\n DEVICE=+alice:203.0.113.77\n",
		SAYS("\\x40", PASS), put_text, false},
};

static void make(const struct form *form, struct text *t)
{
	char line[1024], before[256];

	t->n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		const char *at = strstr(lines[i], "%s");
		int head = at ? (int)(at - lines[i]) : (int)strlen(lines[i]);

		snprintf(before, sizeof(before), "%s", form->before);
		if (strstr(before, "%d,%d"))
			snprintf(before, sizeof(before), "3,%zu,%zu000000,-;", i, 10 + i);
		snprintf(line, sizeof(line), "%s%.*s%s%s", form->stamped ? "[   10.000000] " : "",
			head, lines[i], at ? form->says : "", at ? at + 2 : "");
		put_text(t, before);
		form->put(t, line);
		put_text(t, form->after);
	}
}

static int collect(void *arg, const void *data, size_t len)
{
	put(arg, data, len);
	return 0;
}

static void assert_clean(const char *form, const char *format, struct text *out)
{
	out->p[out->n] = '\0';
	assert_true(out->n > 100);
	for (size_t i = 0; secrets[i]; i++)
		if (strstr(out->p, secrets[i]))
			fail_msg("%s, %s: %.200s", form, format, strstr(out->p, secrets[i]));
}

static void no_output_has_a_secret(void **state)
{
	static const char *const formats[] = {
		VMT_FORMAT_TEXT, VMT_FORMAT_MARKDOWN, VMT_FORMAT_JSON, VMT_FORMAT_HTML};
	static struct text text, out;
	struct vmt_options opts = VMT_OPTIONS_INIT;
	struct vmt_write_options wo = {.struct_size = sizeof(wo), .verbose = true};

	(void)state;
	opts.level = VMT_LEVEL_LOG;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct vmt_report *report, *clean;
		struct vmt_redaction *r;
		struct vmt_file file;

		make(&forms[i], &text);
		file = vmt_file_memory(text.p, text.n, "log");
		assert_int_equal(vmt_triage_files(&opts, &file, 1, &report, NULL), 0);
		/* It is read: what is not there can be in no output. */
		if (!report->verdict.headline || !strstr(report->verdict.headline, "203.0.113.77"))
			fail_msg("%s: %s", forms[i].name, report->verdict.headline);
		assert_int_equal(vmt_redaction_new(&r, NULL), 0);
		assert_int_equal(vmt_report_redact(r, report, &clean, NULL), 0);
		for (size_t k = 0; k < ARRAY_SIZE(formats); k++) {
			out.n = 0;
			assert_int_equal(
				vmt_report_write_to(clean, formats[k], &wo, collect, &out, NULL),
				0);
			assert_clean(forms[i].name, formats[k], &out);
		}
		vmt_report_free(clean);
		vmt_redaction_free(r);
		vmt_report_free(report);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_output_has_a_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
