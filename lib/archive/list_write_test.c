// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "archive/list_group.h"
#include "base/array.h"
#include "base/err.h"

#define AT(s)                                                                                      \
	{                                                                                          \
		true, (1795217112 - (int64_t)(s)) * 1000000000                                     \
	}

static const struct vmt_module old_driver[] = {{"vhba", "1.0"}}, new_driver[] = {{"vhba", "1.1"}};

static struct vmt_report reports[] = {
	{.verdict = {.kind = "null-deref",
		 .function = "vhba_complete",
		 .module = "vhba",
		 .headline = "vhba, timer: NULL pointer dereference in vhba_complete+0x1f"},
		.machine = {.hostname = "lab1"},
		.kernel = {.release = "6.1.0-56-amd64"},
		.modules = new_driver,
		.n_modules = 1},
	{.verdict = {.kind = "null-deref",
		 .function = "vhba_complete",
		 .module = "vhba",
		 .headline = "vhba, timer: NULL pointer dereference in vhba_complete+0x1b"},
		.machine = {.hostname = "lab\0332"},
		.kernel = {.release = "6.1.0-55-amd64"},
		.modules = old_driver,
		.n_modules = 1},
	{.verdict = {.kind = "sysrq-crash", .function = "sysrq_handle_crash", .module = "vmlinux"},
		.machine = {.hostname = "lab1"}},
	{.input = {.path = "/c/quiet.log"}},
};
static const struct vmt_err broken = {
	VMT_ERR_TRUNCATED, 0, 0, "/c/broken: the file ends within the kdump header"};

static struct vmt_list_entry entries[] = {
	{"/c/sysrq", &reports[2], NULL, AT(0), .utc = true, .host = "lab1"},
	{"/c/new", &reports[0], NULL, AT(100), .utc = true, .host = "lab1"},
	{"/c/broken", NULL, &broken, AT(200)},
	{"/c/quiet.log", &reports[3], NULL, {false, 0}},
	{"/c/old", &reports[1], NULL, AT(90000), .utc = true, .host = "lab\0332"},
};
static const struct vmt_list list = {entries, ARRAY_SIZE(entries)};

static char *written(const struct vmt_list *l, const struct vmt_list_options *opts)
{
	char *buf = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&buf, &len);
	struct vmt_err err = {0};

	assert_int_equal(vmt_list_write(l, opts, out, &err), 0);
	fclose(out);
	return buf;
}

static void one_line_a_crash(void **state)
{
	char *text = written(&list, NULL);

	(void)state;
	/* clang-format off */
	assert_string_equal(text,
		"TIME (UTC)        HOST      KERNEL          VERDICT                          FILE\n"
		"2026-11-20 23:25  lab1                      sysrq-crash sysrq_handle_crash   /c/sysrq\n"
		"2026-11-20 23:23  lab1      6.1.0-56-amd64  null-deref vhba_complete [vhba]  /c/new\n"
		"2026-11-20 23:21                            error: cut off                   /c/broken\n"
		"                                            no crash was found               /c/quiet.log\n"
		"2026-11-19 22:25  lab\\x1b2  6.1.0-55-amd64  null-deref vhba_complete [vhba]  /c/old\n");
	/* clang-format on */
	free(text);
}

/* What matters least is cut first, and the path never. */
static void narrow_tables_cut_the_middle(void **state)
{
	static const char path[] = "/var/crash/202611202325/dump.202611202325";
	struct vmt_list_entry row = {
		path, &reports[1], NULL, AT(0), .utc = true, .host = "lab\0332"};
	struct vmt_list one = {&row, 1};
	struct vmt_list_options opts = {sizeof(opts), .width = 78};
	char *text = written(&one, &opts);

	(void)state;
	/* clang-format off */
	assert_string_equal(text,
		"TIME (UTC)        HOST      KERNEL     VERDICT                   FILE\n"
		"2026-11-20 23:25  lab\\x1b2  6.1.0-55\xe2\x80\xa6  null-deref vhba_complet\xe2\x80\xa6  "
		"/var/crash/202611202325/dump.202611202325\n");
	/* clang-format on */
	free(text);
	opts.width = 40; /* it cannot become narrower */
	text = written(&one, &opts);
	assert_non_null(strstr(text, path));
	free(text);
}

/* A message runs over its column, and is cut only if the screen has no room for it. */
static void errors_do_not_widen_the_table(void **state)
{
	static const struct vmt_err odd = {VMT_ERR_FORMAT, 0, 0,
		"not a crash dump: a file that begins with zeros (was it never written?)"};
	struct vmt_list_entry rows[] = {
		{"/c/zeros", NULL, &odd, AT(0)}, {"/c/old", &reports[2], NULL, AT(0), .utc = true}};
	struct vmt_list two = {rows, 2}, one = {rows, 1};
	struct vmt_list_options opts = {sizeof(opts), .columns = "verdict,file"};
	char *text = written(&two, &opts);

	(void)state;
	/* clang-format off */
	assert_string_equal(text,
		"VERDICT                                   FILE\n"
		"error: not a crash dump: a file that begins with zeros (was it never written?)  /c/zeros\n"
		"sysrq-crash sysrq_handle_crash            /c/old\n");
	free(text);
	opts.width = 60;
	text = written(&two, &opts);
	assert_string_equal(text,
		"VERDICT                                   FILE\n"
		"error: not a crash dump: a file that begins with \xe2\x80\xa6  /c/zeros\n"
		"sysrq-crash sysrq_handle_crash            /c/old\n");
	/* clang-format on */
	free(text);
	/* Nobody else is there. */
	opts.width = 0;
	text = written(&one, &opts);
	assert_non_null(strstr(text, "(was it never written?)  /c/zeros\n"));
	free(text);
}

static void empty_columns_are_left_out(void **state)
{
	static struct vmt_report nothing = {.level = VMT_LEVEL_LOG};
	struct vmt_list_entry rows[] = {{"/a", &nothing, NULL, {false, 0}}};
	struct vmt_list one = {rows, 1};
	char *text = written(&one, NULL);

	(void)state;
	assert_string_equal(text, "VERDICT             FILE\nno crash was found  /a\n");
	free(text);
}

static void groups_are_counted(void **state)
{
	struct vmt_list_options opts = {sizeof(opts), .group = true, .width = 100};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct list_groups gs;
	struct vmt_err err;
	char *text;

	(void)state;
	assert_int_equal(list_group_make(ctx, &list, &gs, &err), 0);
	assert_int_equal(gs.n, 2);
	assert_int_equal(gs.groups[0].n, 2);
	assert_string_equal(gs.groups[0].entries[0]->path, "/c/new");
	assert_int_equal(gs.groups[0].n_versions, 2);
	assert_int_equal(gs.groups[1].n_kernels, 0);
	talloc_free(ctx);
	text = written(&list, &opts);
	assert_int_equal(strncmp(text, "2 x null-deref vhba_complete [vhba]\n", 36), 0);
	assert_non_null(strstr(text, "\n  Newest    vhba, timer: NULL pointer dereference in "
				     "vhba_complete+0x1f\n  File      /c/new\n"
				     "  Time      2026-11-19 22:25 to 2026-11-20 23:23 UTC\n"
				     "  Hosts     lab\\x1b2 (1), lab1 (1)\n"
				     "  Kernels   6.1.0-55-amd64 (1), 6.1.0-56-amd64 (1)\n"
				     "  Driver    1.0 (1), 1.1 (1)\n"));
	assert_non_null(strstr(text, "\nNo crash was found in\n  /c/quiet.log\n"));
	assert_non_null(strstr(text, "\nCould not be read\n  /c/broken: cut off\n"));
	free(text);
}

/* Crashes whose time is not known come last. */
static void groups_without_times(void **state)
{
	struct vmt_list_options opts = {sizeof(opts), .group = true, .width = 100};
	struct vmt_list_entry group[] = {
		{"/c/new", &reports[0], NULL, AT(100), .utc = true},
		{"/c/old", &reports[1], NULL, {false, 0}},
	};
	const struct vmt_list both = {group, 2}, last = {group + 1, 1};
	char *text = written(&both, &opts);

	(void)state;
	assert_non_null(strstr(text, "\n  Time      2026-11-20 23:23 UTC\n"));
	free(text);
	text = written(&last, &opts);
	assert_non_null(strstr(text, "\n  File      /c/old\n"));
	assert_null(strstr(text, "Time"));
	free(text);
	opts.group = false;
	opts.format = "html";
	text = written(&both, &opts);
	assert_non_null(strstr(text, "2026-11-20 23:23"));
	assert_null(strstr(text, " to<br>"));
	free(text);
}

static size_t check_lines(char *text, const char *keys)
{
	size_t n = 0;

	for (char *line = text, *end; *line; line = end + 1, n++) {
		char got[256] = "";
		const char *key;
		json_t *o, *v;

		end = strchr(line, '\n');
		*end = '\0';
		o = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(o);
		json_object_foreach(o, key, v)
		{
			strcat(got, *got ? " " : "");
			strcat(got, key);
		}
		if (!json_is_string(json_object_get(o, "error")))
			assert_string_equal(got, keys);
		json_decref(o);
	}
	return n;
}

static void json_lines(void **state)
{
	struct vmt_list_options opts = {sizeof(opts), .format = "json"};
	char *text = written(&list, &opts);

	(void)state;
	assert_int_equal(
		check_lines(text,
			"path time host kernel headline kind module function signature error "
			"time_source time_text death sources"),
		5);
	free(text);
	opts.group = true;
	text = written(&list, &opts);
	assert_int_equal(check_lines(text, "count first last headline kind module function "
					   "signature hosts kernels versions paths only"),
		3);
	free(text);
}

/* A time that is not the crash's own, or of an unknown zone, is marked, and no time in JSON. */
static void what_is_not_sure_is_marked(void **state)
{
	static struct vmt_report by_log = {.verdict.kind = "null-deref",
		.crash = {.time_text = "Nov 20 23:25:56", .time_source = "log"},
		.death = {true, 1},
		.n_deaths = 3};
	static struct vmt_report by_folder = {.verdict.kind = "null-deref",
		.crash = {.time_text = "202611202325",
			.local = {true, 1795217100000000000},
			.time_source = "folder"}};
	static struct vmt_report nothing = {.verdict.kind = "null-deref"};
	struct vmt_list_entry rows[] = {
		{"/a", &by_log, NULL, {true, 1795300000000000000}, "log"},
		{"/b", &by_folder, NULL, {true, 1795217100000000000}, "folder"},
		{"/c", &nothing, NULL, {true, 1795217100000000000}, "file"},
	};
	struct vmt_list unsure = {rows, 3};
	struct vmt_list_options opts = {sizeof(opts), .format = "json"};
	char *text = written(&unsure, NULL);

	(void)state;
	assert_non_null(strstr(text, "\n~Nov 20 23:25 "));
	assert_non_null(strstr(text, "\n~2026-11-20 23:25 "));
	free(text);
	text = written(&unsure, &opts);
	assert_non_null(strstr(text, "{\"path\":\"/a\",\"time\":null,"));
	assert_non_null(strstr(text, "\"time_source\":\"log\",\"time_text\":\"Nov 20 23:25:56\","
				     "\"death\":{\"number\":1,\"of\":3},"));
	assert_non_null(strstr(text, "{\"path\":\"/b\",\"time\":null,"));
	assert_non_null(strstr(text, "{\"path\":\"/c\",\"time\":\"2026-11-20T23:25:00Z\","));
	assert_non_null(strstr(text, "\"time_source\":\"file\""));
	free(text);
}

static void an_empty_list_is_nothing(void **state)
{
	static const struct vmt_list empty = {NULL, 0};
	struct vmt_err err;
	char *text = written(&empty, NULL);

	(void)state;
	assert_string_equal(text, "");
	free(text);
	assert_int_equal(vmt_list_write(&empty,
				 &(struct vmt_list_options){
					 sizeof(struct vmt_list_options), .format = "xml"},
				 stdout, &err),
		VMT_ERR_USAGE);
}

static void columns_can_be_chosen(void **state)
{
	struct vmt_list_entry row = {"/c/old", &reports[1], NULL, AT(0)};
	struct vmt_list only = {&row, 1};
	struct vmt_list_options opts = {sizeof(opts)};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct vmt_err err;

	(void)state;
	opts.columns = "file,kind,kind,module";
	assert_int_equal(vmt_list_write(&only, &opts, out, &err), 0);
	opts.columns = "file,";
	assert_int_equal(vmt_list_write(&only, &opts, out, &err), VMT_ERR_USAGE);
	opts.columns = "colour";
	assert_int_equal(vmt_list_write(&only, &opts, out, &err), VMT_ERR_USAGE);
	assert_string_equal(err.message, "a list has no column named colour");
	fclose(out);
	assert_memory_equal(text, "FILE    KIND", 12);
	assert_non_null(strstr(text, "/c/old  "));
	assert_null(strstr(text, "TIME"));
	free(text);
}

/* Lists are read beside reports, whose headline says so. Programs get what the kernel reported. */
static void the_kind_is_that_of_the_headline(void **state)
{
	struct vmt_report r = {
		.verdict = {.kind = "gpf",
			.function = "f",
			.headline = "Use of freed memory: use of freed memory in f"}};
	struct vmt_list_entry e = {"/c/x", &r, NULL, AT(0), .utc = true};
	const struct vmt_list one = {&e, 1};
	static const struct {
		struct vmt_list_options opts;
		const char *shown, *not_shown;
	} forms[] = {
		{{.struct_size = sizeof(forms[0].opts)}, "use-after-free f ", "gpf"},
		{{.struct_size = sizeof(forms[0].opts), .columns = "kind"}, "use-after-free",
			"gpf"},
		{{.struct_size = sizeof(forms[0].opts), .group = true}, "use-after-free f", "gpf"},
		{{.struct_size = sizeof(forms[0].opts), .by = "kind"}, "use-after-free", "gpf"},
		{{.struct_size = sizeof(forms[0].opts), .by = "signature"}, "use-after-free f",
			"gpf"},
		{{.struct_size = sizeof(forms[0].opts), .format = "html"}, "use-after-free f",
			"gpf"},
		{{.struct_size = sizeof(forms[0].opts), .format = "json"}, "\"gpf\"", "after-free"},
		{{.struct_size = sizeof(forms[0].opts), .format = "csv"}, ",gpf,", "after-free"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		char *text = written(&one, &forms[i].opts);

		if (!strstr(text, forms[i].shown) || strstr(text, forms[i].not_shown))
			fail_msg("%zu: %s", i, text);
		free(text);
	}
	r.verdict.headline = "A general protection fault in f";
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		char *text = written(&one, &forms[i].opts);

		assert_non_null(strstr(text, "gpf"));
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_can_be_chosen),
		cmocka_unit_test(the_kind_is_that_of_the_headline),
		cmocka_unit_test(one_line_a_crash),
		cmocka_unit_test(narrow_tables_cut_the_middle),
		cmocka_unit_test(errors_do_not_widen_the_table),
		cmocka_unit_test(empty_columns_are_left_out),
		cmocka_unit_test(groups_are_counted),
		cmocka_unit_test(groups_without_times),
		cmocka_unit_test(json_lines),
		cmocka_unit_test(what_is_not_sure_is_marked),
		cmocka_unit_test(an_empty_list_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
