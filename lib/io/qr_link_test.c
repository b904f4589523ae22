// SPDX-License-Identifier: GPL-3.0-or-later
/* The links are made by testdata/qr/make, which has an encoder of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "base/array.h"
#include "io/qr_link.h"

static char *read_file(TALLOC_CTX *ctx, const char *name)
{
	char *path = talloc_asprintf(ctx, "%s/qr/%s", getenv("VMT_TESTDATA"), name);
	struct source *src;
	struct vmt_err err;
	char *text;

	assert_int_equal(source_open_file(ctx, path, &src, &err), 0);
	text = talloc_zero_size(ctx, src->size + 1);
	assert_int_equal(source_read_exact(src, 0, text, src->size, &err), 0);
	return text;
}

/* What is inside; NULL: there is no layer. */
static char *open_text(TALLOC_CTX *ctx, const char *text, struct layers *layers)
{
	struct source *src, *inside;
	struct vmt_err err;
	char *log;

	assert_int_equal(source_open_memory(ctx, "test", text, strlen(text), &src, &err), 0);
	assert_int_equal(layers_peel(ctx, src, &inside, layers, &err), 0);
	if (inside == src)
		return NULL;
	log = talloc_zero_size(ctx, inside->size + 1);
	assert_int_equal(source_read_exact(inside, 0, log, inside->size, &err), 0);
	return log;
}

static const char release[] = "6.12.1+kali-amd64";

static void test_forms(void **state)
{
	static const char *const names[] = {"plain.txt", "old.txt", "wrapped.txt", "quoted.txt",
		"early.txt", "markdown.md", "page.html"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *want = read_file(ctx, "log");
	struct layers layers;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *got = open_text(ctx, read_file(ctx, names[i]), &layers);

		assert_int_equal(layers.n, 1);
		assert_string_equal(layers.names[0], "qr-link");
		assert_null(layers.missing);
		assert_string_equal(layers.arch, "x86_64");
		assert_string_equal(layers.release, release);
		assert_non_null(strstr(got, want));
	}
	talloc_free(ctx);
}

/* The text around a link stays: it may say more. */
static void test_around(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct layers layers;
	char *got;

	(void)state;
	got = open_text(ctx, read_file(ctx, "quoted.txt"), &layers);
	assert_memory_equal(got, "> It showed me this:\n> \n", 24);
	assert_non_null(strstr(got, "\n> any idea? 3 of 5 boots\n"));
	got = open_text(ctx, read_file(ctx, "markdown.md"), &layers);
	assert_non_null(strstr(got, ").\n\n3 of 5 boots end so.\n"));
	got = open_text(ctx, read_file(ctx, "page.html"), &layers);
	assert_non_null(strstr(got, ">this</a>, 12345678901234567890 of it."));
	talloc_free(ctx);
}

static void check_last(TALLOC_CTX *ctx, const char *name, unsigned n)
{
	char *text = read_file(ctx, talloc_asprintf(ctx, "%s-%u.txt", name, n));
	char *want = strchr(text, '\n') + 1, *got;
	struct layers layers;

	want[strlen(want) - 1] = '\0';
	want[-1] = '\0';
	got = open_text(ctx, text, &layers);
	assert_non_null(got);
	assert_null(layers.missing);
	assert_string_equal(got, talloc_asprintf(ctx, "\n%s\n", want));
}

/* Each length that the last group of digits can have. */
static void test_last(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	for (unsigned i = 1; i <= 7; i++)
		check_last(ctx, "last", i);
	for (unsigned i = 0; i < 13; i++)
		check_last(ctx, "last-bits", i);
	talloc_free(ctx);
}

/* The first lines are there, and that others are not is said. */
static void check_part(TALLOC_CTX *ctx, const char *text, const char *missing, size_t least)
{
	char *want = read_file(ctx, "log");
	struct layers layers;
	char *got = open_text(ctx, text, &layers);

	assert_non_null(got);
	assert_non_null(layers.missing);
	assert_non_null(strstr(layers.missing, missing));
	assert_memory_equal(got + 1, want, least);
	assert_string_equal(layers.release, release);
}

static void test_cut(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *whole = read_file(ctx, "plain.txt"), *old = read_file(ctx, "old.txt");

	(void)state;
	check_part(ctx, read_file(ctx, "cut.txt"), "cut off", 1000);
	/* wherever in a group it is cut */
	for (size_t i = 0; i < 40; i++) {
		check_part(ctx, talloc_strndup(ctx, whole, 1000 + i), "cut off", 400);
		check_part(ctx, talloc_strndup(ctx, old, 1000 + i), "cut off", 400);
	}
	talloc_free(ctx);
}

static void test_damaged(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct layers layers;

	(void)state;
	check_part(ctx, read_file(ctx, "damaged.txt"), "damaged", 1000);
	check_part(ctx, read_file(ctx, "wrong-digit.txt"), "damaged", 3000);
	assert_string_equal(open_text(ctx, read_file(ctx, "no-log.txt"), &layers), "\n\n\n");
	assert_non_null(strstr(layers.missing, "could not be decoded"));
	talloc_free(ctx);
}

static void test_others(void **state)
{
	static const char *const texts[] = {
		"https://example.org/?z=12345678901234567890123456789",
		"https://example.org/?a=x86_64&v=6.12&z=1234",
		"https://example.org/?a=x86_64&v=6.12&xz=12345678901234567890123456789",
		"a=x86_64&v=6.12&z=12345678901234567890123456789",
		"https://example.org/?a=x86_64&v=6.12&z=abcdefghijklmnopqrstuvwxyz",
		"https://example.org/?a=<b>&v=6,12&z=12345678901234567890123456789",
	};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct layers layers;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_null(open_text(ctx, texts[i], &layers));
		assert_false(qr_link_is_url(texts[i]));
	}
	talloc_free(ctx);
}

static void test_url(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *url = read_file(ctx, "plain.txt");

	(void)state;
	assert_true(qr_link_is_url(url));
	assert_string_equal(qr_link_short(ctx, url),
		"https://panic.example.org/panic_report/#?a=x86_64&v=6.12.1+kali-amd64&z=...");
	assert_string_equal(qr_link_short(ctx, "/var/crash/vmcore"), "/var/crash/vmcore");
	assert_false(qr_link_is_url(read_file(ctx, "quoted.txt")));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_around),
		cmocka_unit_test(test_last),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_url),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
