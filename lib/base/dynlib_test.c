// SPDX-License-Identifier: GPL-3.0-or-later
/* With zlib, since all tests run with it installed. */
#include "base/dynlib.h"

#include <string.h>

#include "base/array.h"
#include "base/test.h"

struct api {
	const char *(*zlibVersion)(void);
	unsigned long (*crc32)(unsigned long crc, const unsigned char *buf, unsigned len);
};

static const char *const names[] = {"zlibVersion", "crc32"};

static void functions_are_found(void **state)
{
	const struct dynlib lib = {"libz.so.1", "zlib1g", names, ARRAY_SIZE(names)};
	struct vmt_err err;
	struct api api;

	(void)state;
	assert_int_equal(dynlib_load(&lib, &api, &err), 0);
	assert_int_equal(api.zlibVersion()[0], '1');
	assert_int_equal(api.crc32(0, (const unsigned char *)"123456789", 9), 0xcbf43926);
}

static void missing_library(void **state)
{
	const struct dynlib lib = {"libnosuch.so.1", "libnosuch1", names, ARRAY_SIZE(names)};
	struct vmt_err err;
	struct api api;

	(void)state;
	assert_int_equal(dynlib_load(&lib, &api, &err), VMT_ERR_UNSUPPORTED);
	assert_string_equal(
		err.message, "libnosuch.so.1 is needed to read this: install libnosuch1");
}

static void missing_function(void **state)
{
	static const char *const wrong[] = {"zlibVersion", "nosuch"};
	const struct dynlib lib = {"libz.so.1", "zlib1g", wrong, ARRAY_SIZE(wrong)};
	struct vmt_err err;
	struct api api;

	(void)state;
	assert_int_equal(dynlib_load(&lib, &api, &err), VMT_ERR_UNSUPPORTED);
	assert_non_null(strstr(err.message, "lacks nosuch: install a newer zlib1g"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_found),
		cmocka_unit_test(missing_library),
		cmocka_unit_test(missing_function),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
