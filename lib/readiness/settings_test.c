// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"
#include "base/test.h"

#include "readiness/settings.h"

static void shell(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct settings *s =
		settings_shell(ctx, "# USE_KDUMP=0\n"
				    "USE_KDUMP=1 # on\n"
				    "  export A='single $x'; B=\"two words\"\n"
				    "C=pre\"fix\"ed\nD=$HOME/x\nE=\nF=\"a \\\"b\\\" \\\n  c\"\n"
				    "A=last\nif [ x ]; then\nG=1");

	(void)state;
	assert_string_equal(settings_get(s, "USE_KDUMP"), "1");
	assert_string_equal(settings_get(s, "A"), "last");
	assert_string_equal(settings_get(s, "B"), "two words");
	assert_string_equal(settings_get(s, "C"), "prefixed");
	assert_null(settings_get(s, "D"));
	assert_string_equal(settings_get(s, "E"), "");
	assert_string_equal(settings_get(s, "F"), "a \"b\"   c");
	assert_string_equal(settings_get(s, "G"), "1");
	assert_null(settings_get(s, "H"));
	assert_null(settings_get(settings_shell(ctx, NULL), "A"));
	assert_null(settings_get(settings_shell(ctx, "X=\"unended"), "A"));
	talloc_free(ctx);
}

static void kdump_conf(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct settings *s = settings_kdump_conf(ctx,
		"# ssh nobody\n\n  xfs UUID=1-2   # the disk\npath \"/my crash\"\n"
		"core_collector makedumpfile -l -d 31\n");
	const char *key, *value;

	(void)state;
	assert_int_equal(s->n_problems, 0);
	assert_string_equal(settings_get(s, "path"), "/my crash");
	assert_string_equal(settings_get(s, "core_collector"), "makedumpfile -l -d 31");
	assert_true(settings_target(s, &key, &value));
	assert_string_equal(key, "xfs");
	assert_string_equal(value, "UUID=1-2");
	assert_false(settings_target(settings_kdump_conf(ctx, "path /x\n"), &key, &value));
	talloc_free(ctx);
}

static void kdump_conf_that_is_refused(void **state)
{
	static const char *const texts[] = {"net x\n", "nosuch 1\n", "path /a\npath /b\n",
		"ssh a@b\nnfs c:/d\n", "#\nblacklist x"};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_int_equal(settings_kdump_conf(ctx, texts[i])->n_problems, 1);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shell),
		cmocka_unit_test(kdump_conf),
		cmocka_unit_test(kdump_conf_that_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
