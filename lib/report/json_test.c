// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/sample_report.h"
#include "report/writer.h"

static json_t *written(const struct vmt_report *r, const char *format, size_t *lines)
{
	char *buf = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&buf, &len);
	struct vmt_err err = {0};
	json_t *o;

	assert_int_equal(vmt_report_write(r, format, NULL, out, &err), 0);
	fclose(out);
	*lines = 0;
	for (size_t i = 0; i < len; i++) {
		assert_true(buf[i] == '\n' || (buf[i] >= 0x20 && buf[i] < 0x7f));
		*lines += buf[i] == '\n';
	}
	o = json_loads(buf, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(o);
	free(buf);
	return o;
}

/* Each object of the schema and all of its keys, in order. [] steps into an array's first. */
static const struct {
	const char *path, *keys;
	bool in_empty; /* an empty report has it too */
} objects[] = {
	{"",
		"schema tool input level kernel machine crash verdict events frames registers "
		"registers_explained variables instructions fault "
		"modules unloaded_modules devices device_dumps firmware cpus signature debuginfo "
		"source "
		"diagnostics other_system death lines_broken_at excerpt waits seen "
		"maintainers code_differences explanation redacted",
		true},
	{"tool", "name version", true},
	{"input", "path format size complete missing layers percent", true},
	{"kernel", "release version arch build_id distribution tainted command_line signature",
		true},
	{"kernel.tainted", "value letters", true},
	{"kernel.tainted.letters.[]", "letter meaning", false},
	{"machine", "hostname hardware bios cpus memory_bytes sysctls", true},
	{"crash", "time uptime_s cpu task context time_text time_source boot_id", true},
	{"crash.task", "pid comm", true},
	{"verdict",
		"kind no_crash detector headline function module file line origin path access "
		"address_class victim corrupted confidence event evidence next caution suspects "
		"subsystem certainty",
		true},
	{"events.[]", "kind headline time_s fatal boot host time time_text", false},
	{"frames.[]",
		"function plain offset module address file line column inlined reliable context "
		"source",
		false},
	{"registers_explained.[]",
		"register value region object module offset size state shared cpu", false},
	{"instructions.[]", "address text current", false},
	{"variables.[]", "function name type value argument address frame", false},
	{"fault",
		"address access class instruction operand base_register type member "
		"member_offset expression argument pointer pointer_is",
		true},
	{"modules.[]", "name version srcversion build_id size base taints origin on_disk", false},
	{"devices.[]", "bus driver name pci_address pci_id uses", false},
	{"devices.[].uses.[]", "subsystem name model firmware", false},
	{"firmware.[]", "driver device part file version", false},
	{"cpus.[]", "cpu task context registers frames stopped", false},
	{"signature", "algorithm coarse fine text", true},
	{"debuginfo", "vmlinux modules missing", true},
	{"debuginfo.missing.[]", "what build_id package", false},
	{"source", "path first_line lines", true},
	{"excerpt", "lines left_out", false},
	{"maintainers.[]", "section status lists bugs trees persons", false},
	{"waits", "chain deadlock others_idle only_cpu spinning", true},
	{"waits.chain.[]", "task state cpu function module waits_for frames", false},
	{"waits.chain.[].waits_for",
		"type mode address name module offset object container member readers "
		"holder writer device text",
		false},
	{"waits.chain.[].waits_for.device", "name in_flight oldest_ms", false},
	{"diagnostics.[]", "id severity message", false},
	{"seen", "count first last hosts kernels versions others", false},
	{"seen.kernels.[]", "name count first last", false},
	{"seen.versions.[]", "name count first last", false},
	{"seen.others.[]", "name count first last", false},
	{"explanation", "kind blamed culprit frames suspects certainty", false},
	{"explanation.frames.[]", "function module role reason culprit", false},
	{"explanation.suspects.[]", "function module file role points facts", false},
	{"explanation.suspects.[].facts.[]", "fact points reason", false},
	{"explanation.certainty", "frame bug", false},
	{"redacted.[]", "kind count", false},
};

static json_t *at(json_t *o, const char *path)
{
	char copy[128], *save = NULL;

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *s = strtok_r(copy, ".", &save); s; s = strtok_r(NULL, ".", &save))
		o = strcmp(s, "[]") ? json_object_get(o, s) : json_array_get(o, 0);
	return o;
}

static void has_keys(json_t *o, const char *keys)
{
	char got[512] = "";
	const char *key;
	json_t *v;

	json_object_foreach(o, key, v)
	{
		if (*got)
			strcat(got, " ");
		strncat(got, key, sizeof(got) - strlen(got) - 2);
	}
	assert_string_equal(got, keys);
}

static void every_key_is_there(void **state)
{
	static const struct vmt_redacted redacted = {"host", 2};
	struct vmt_report full = sample_report(), empty = {0};
	size_t lines;
	json_t *f, *e = written(&empty, "json", &lines);

	(void)state;
	full.explanation = sample_explanation();
	full.redacted = &redacted;
	full.n_redacted = 1;
	full.is_redacted = true;
	f = written(&full, "json", &lines);
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		has_keys(at(f, objects[i].path), objects[i].keys);
		if (objects[i].in_empty)
			has_keys(at(e, objects[i].path), objects[i].keys);
	}
	assert_true(json_is_null(at(e, "verdict.kind")));
	assert_true(json_is_null(at(e, "kernel.tainted.letters")));
	assert_int_equal(json_array_size(at(e, "frames")), 0);
	assert_int_equal(json_object_size(at(e, "registers")), 0);
	json_decref(f);
	json_decref(e);
}

static char *manual(void)
{
	static char page[1u << 17];
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/../cmd/vmtriage/man/vmtriage-json.5",
		getenv("VMT_TESTDATA"));
	f = fopen(path, "r");
	assert_non_null(f);
	page[fread(page, 1, sizeof(page) - 1, f)] = '\0';
	fclose(f);
	return page;
}

/* The text below the heading of an object: ".SS kernel.tainted.letters[]". */
static char *manual_section(const char *page, const char *path)
{
	char name[128] = "", heading[140];
	const char *start, *end;
	size_t n = 0;

	for (const char *p = *path ? path : "report"; *p; p++) /* without the dot in ".[]" */
		if (strncmp(p, ".[]", 3) != 0 && n + 1 < sizeof(name))
			name[n++] = *p;
	snprintf(heading, sizeof(heading), "\n.SS %s\n", name);
	start = strstr(page, heading);
	if (!start) {
		snprintf(heading, sizeof(heading), "\n.SS \"%s\"\n", name);
		start = strstr(page, heading);
	}
	if (!start)
		fail_msg("vmtriage-json(5) has no part on %s", name);
	end = strstr(start + 4, "\n.S");
	return strndup(start, (size_t)(end - start));
}

/* As the tag of a paragraph: ".B key" or ".BR other ", " key" after ".TP". */
static bool is_described(const char *section, const char *key)
{
	for (const char *tp = section; (tp = strstr(tp, "\n.TP\n.B"));) {
		char line[256], *save = NULL;

		tp += strlen("\n.TP\n");
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(tp, "\n"), tp);
		for (char *w = strtok_r(line, " \",", &save); w; w = strtok_r(NULL, " \",", &save))
			if (!strcmp(w, key))
				return true;
	}
	return false;
}

static void the_manual_has_every_key(void **state)
{
	const char *page = manual();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		char *section = manual_section(page, objects[i].path);
		char keys[512], *save = NULL;

		snprintf(keys, sizeof(keys), "%s", objects[i].keys);
		for (char *k = strtok_r(keys, " ", &save); k; k = strtok_r(NULL, " ", &save))
			if (!is_described(section, k))
				fail_msg("vmtriage-json(5) lacks %s of '%s'", k, objects[i].path);
		free(section);
	}
}

static void values_have_their_form(void **state)
{
	struct vmt_report r = sample_report();
	size_t lines;
	json_t *o;

	(void)state;
	o = written(&r, "json", &lines);
	assert_true(lines > 100);
	assert_string_equal(json_string_value(at(o, "frames.[].address")), "0xffffffffc054d01f");
	assert_string_equal(json_string_value(at(o, "fault.address")), "0x0000000000000008");
	assert_string_equal(json_string_value(at(o, "registers.cr2")), "0x0000000000000008");
	assert_string_equal(json_string_value(at(o, "crash.time")), "2026-11-20T23:25:12.345678Z");
	assert_int_equal(json_integer_value(at(o, "frames.[].offset")), 0x1f);
	assert_float_equal(json_number_value(at(o, "crash.uptime_s")), 2.534606, 0);
	assert_int_equal(json_integer_value(at(o, "schema")), 1);
	assert_true(json_is_true(at(o, "verdict.victim")));
	json_decref(o);
}

static void lines_are_one_line_of_the_same(void **state)
{
	struct vmt_report r = sample_report();
	size_t lines;
	json_t *a = written(&r, "json", &lines), *b = written(&r, "json-lines", &lines);

	(void)state;
	assert_int_equal(lines, 1);
	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
}

static void any_bytes_are_valid_json(void **state)
{
	struct vmt_report r = {0};
	size_t lines;
	json_t *o;

	(void)state;
	r.machine.hostname = "\xff\033\x7f\"\\\n\xc2\x9b";
	r.kernel.tainted = (struct vmt_u64){true, UINT64_MAX};
	o = written(&r, "json", &lines); /* asserts that the output is ASCII */
	assert_string_equal(
		json_string_value(at(o, "machine.hostname")), "\\xff\033\x7f\"\\\n\xc2\x9b");
	assert_true(json_is_null(at(o, "kernel.tainted.value")));
	json_decref(o);
}

static void a_full_file_is_an_error(void **state)
{
	struct vmt_report r = sample_report();
	struct vmt_err err = {0};
	FILE *out = fopen("/dev/full", "w");

	(void)state;
	if (!out)
		skip();
	for (size_t i = 0; vmt_report_format(i); i++) {
		clearerr(out);
		assert_int_equal(
			vmt_report_write(&r, vmt_report_format(i), NULL, out, &err), VMT_ERR_IO);
	}
	fclose(out);
	assert_int_equal(vmt_report_write(&r, "yaml", NULL, stdout, &err), VMT_ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_there),
		cmocka_unit_test(the_manual_has_every_key),
		cmocka_unit_test(values_have_their_form),
		cmocka_unit_test(lines_are_one_line_of_the_same),
		cmocka_unit_test(any_bytes_are_valid_json),
		cmocka_unit_test(a_full_file_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
