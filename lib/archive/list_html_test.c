// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/err.h"

#define HOUR 3600

/* 2026-11-20 23:00:00 UTC, a Friday, and hours before. */
#define AT(hours)                                                                                  \
	{                                                                                          \
		true, (1795215600 - (int64_t)(hours)*HOUR) * 1000000000                            \
	}
#define EVIL "<b>\"'&\n\xe2\x80\xae"

static const struct vmt_module driver[] = {{"vhba", "1.0"}};

static struct vmt_report reports[] = {
	{.verdict = {.kind = "null-deref",
		 .function = "vhba_complete",
		 .module = "vhba",
		 .headline = "vhba, timer: NULL pointer dereference"},
		.machine = {.hostname = "web1"},
		.kernel = {.release = "6.1.0-56-amd64"},
		.crash = {AT(0)},
		.signature = {.coarse = "aa"},
		.modules = driver,
		.n_modules = 1},
	{.verdict = {.kind = "null-deref", .function = "vhba_complete", .module = "vhba"},
		.machine = {.hostname = "web2"},
		.kernel = {.release = "6.1.0-55-amd64"},
		.crash = {AT(48)},
		.signature = {.coarse = "aa"},
		.modules = driver,
		.n_modules = 1},
	{.verdict = {.kind = EVIL, .function = EVIL, .module = EVIL, .headline = EVIL},
		.machine = {.hostname = EVIL, .hardware = EVIL, .bios = EVIL},
		.kernel = {.release = EVIL},
		.signature = {.coarse = EVIL}},
};
static const struct vmt_err broken = {VMT_ERR_IO, 0, 0, "/c/" EVIL ": " EVIL};

static struct vmt_list_entry entries[] = {
	{"/c/new", &reports[0], NULL, AT(0), .utc = true, .host = "web1"},
	{"/c/old", &reports[1], NULL, AT(48), .utc = true, .host = "web2"},
	{EVIL, &reports[2], NULL, {false, 0}, .host = EVIL},
	{"/c/" EVIL, NULL, &broken, {false, 0}},
};
static const struct vmt_list list = {entries, ARRAY_SIZE(entries)};

static char *written(const struct vmt_list *l, bool group, const char *by)
{
	const struct vmt_list_options opts = {sizeof(opts), "html", group, .by = by};
	char *buf = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&buf, &len);
	struct vmt_err err = {0};

	assert_int_equal(vmt_list_write(l, &opts, out, &err), 0);
	fclose(out);
	return buf;
}

static void in_order(const char *text, const char *const *wanted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *found = strstr(text, wanted[i]);

		if (!found)
			fail_msg("not there, or too early: %s", wanted[i]);
		text = found ? found : text;
	}
}

static void has_its_parts(void **state)
{
	static const char *const wanted[] = {"<h1>3 crashes</h1>",
		"2 signatures on 3 hosts, from 2026-11-18 23:00 to 2026-11-20 23:00 UTC",
		"<figcaption>Crashes a day (UTC)",
		"x=\"3.3%\" width=\"26.7%\" y=\"18\" height=\"96\"><title>2026-11-18: 1</title>",
		"<title>2026-11-20: 1</title>", ">2026-11-18</text>", ">2026-11-20</text>",
		"<figcaption>Crashes by hour", "<title>23:00: 2</title>",
		"<figcaption>Crashes by weekday", "<title>Wednesday: 1</title>", "<h2>Groups",
		"<td class=\"n count\">2</td>", "<b>null-deref vhba_complete [vhba]</b>",
		"<svg class=\"strip\"", "web1 (1), web2 (1)</td>", "1.0 (2)</td>", "<h2>By kernel",
		"6.1.0-56-amd64</td><td class=\"n\">1</td>", "<h2>By driver",
		"vhba 1.0</td><td class=\"n\">2</td>", "<h2>By host", "<h2>By kind",
		"<h2>All crashes", "2026-11-20 23:00</td><td class=\"w\">null-deref vhba_complete",
		"<td>web1</td>", "/c/new</td>", "<h2>Could not be read", "</html>"};
	char *text = written(&list, false, NULL);

	(void)state;
	in_order(text, wanted, ARRAY_SIZE(wanted));
	free(text);
	text = written(&list, true, NULL);
	assert_non_null(strstr(text, "<h2>Groups"));
	assert_null(strstr(text, "<h2>All crashes"));
	assert_non_null(strstr(text, "<h2>Could not be read"));
	free(text);
}

static void text_is_escaped(void **state)
{
	char *text = written(&list, false, NULL);

	(void)state;
	assert_null(strstr(text, "<b>\""));
	assert_null(strstr(text, "\xe2\x80\xae"));
	assert_non_null(strstr(text, "/c/&lt;b&gt;&quot;&#39;&amp;\\x0a\\xe2\\x80\\xae</td>"));
	free(text);
}

static void one_property_alone(void **state)
{
	char *text;

	(void)state;
	text = written(&list, false, "weekday");
	assert_non_null(strstr(text, "<h1>Crashes by weekday</h1>"));
	assert_non_null(strstr(text, "<title>Friday: 1</title>"));
	assert_null(strstr(text, "<h2>"));
	free(text);
	text = written(&list, false, "host");
	assert_non_null(strstr(text, "web2</td><td class=\"n\">1</td>"));
	free(text);
}

/* A column for each day would be too many: years become columns of several days. */
static void long_times_have_wider_columns(void **state)
{
	static struct vmt_report far;
	struct vmt_list_entry two[2] = {
		entries[0], {"/c/far", &far, NULL, AT(24 * 400), .utc = true}};
	const struct vmt_list l = {two, 2};
	char *text;

	(void)state;
	far = reports[1];
	far.crash.time = two[1].time;
	text = written(&l, false, NULL);
	assert_non_null(strstr(text, "Crashes in each 7 days (UTC)"));
	free(text);
}

/* It has to be opened and mailed. */
static void many_crashes_fit_a_page(void **state)
{
	enum { N = 100000, HOSTS = 300, GROUPS = 300 };
	struct vmt_report *all = calloc(GROUPS, sizeof(*all));
	struct vmt_list_entry *many = calloc(N, sizeof(*many));
	const struct vmt_list l = {many, N};
	static char names[HOSTS][16];
	char *text;

	(void)state;
	for (size_t i = 0; i < HOSTS; i++)
		snprintf(names[i], sizeof(names[i]), "host%03zu", i);
	for (size_t i = 0; i < GROUPS; i++) {
		all[i] = reports[i % 2];
		all[i].machine.hostname = names[i % HOSTS];
		all[i].verdict.function = all[i].signature.coarse = names[i % HOSTS];
	}
	for (size_t i = 0; i < N; i++) {
		many[i] = entries[0];
		many[i].report = &all[i % GROUPS];
		many[i].time.ns -= (int64_t)i * 30 * 1000000000;
		many[i].host = names[i % HOSTS];
	}
	text = written(&l, false, NULL);
	assert_true(strlen(text) < 2000000);
	assert_non_null(strstr(text, "<h1>100000 crashes</h1>"));
	assert_non_null(strstr(text, "The first 2000 of 100000"));
	free(text);
	free(many);
	free(all);
}

static void an_empty_list_is_a_page(void **state)
{
	const struct vmt_list none = {0};
	char *text = written(&none, false, NULL);

	(void)state;
	assert_non_null(strstr(text, "<h1>0 crashes</h1>"));
	assert_null(strstr(text, "<h2>"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_its_parts),
		cmocka_unit_test(text_is_escaped),
		cmocka_unit_test(one_property_alone),
		cmocka_unit_test(long_times_have_wider_columns),
		cmocka_unit_test(many_crashes_fit_a_page),
		cmocka_unit_test(an_empty_list_is_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
