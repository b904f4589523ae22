// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "io/url.h"

static void schemes(void **state)
{
	static const struct {
		const char *text;
		enum url_scheme scheme;
	} cases[] = {
		{"http://a/b", URL_HTTP},
		{"HTTPS://a/b", URL_HTTPS},
		{"s3://bucket/key", URL_OTHER},
		{"file:///etc/passwd", URL_OTHER},
		{"httpss://a", URL_OTHER},
		{"/http://a", URL_NONE},
		{"./https://a/b", URL_NONE},
		{"a.tar:vmcore", URL_NONE},
		{"https:/a", URL_NONE},
		{"c://a", URL_NONE}, /* a letter alone is no scheme */
		{"://a", URL_NONE},
		{"", URL_NONE},
		{"-", URL_NONE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(url_scheme_of(cases[i].text), cases[i].scheme);
}

static void no_secrets(void **state)
{
	static const struct {
		const char *url, *shown;
	} cases[] = {
		{"https://a.example/dir/vmcore", "https://a.example/dir/vmcore"},
		{"https://a.example:8443/vmcore?X-Amz-Signature=SECRET",
			"https://a.example:8443/vmcore"},
		{"https://user:SECRET@a.example/vmcore", "https://a.example/vmcore"},
		{"https://SECRET@a.example", "https://a.example"},
		{"https://u@x:SECRET@a.example/v", "https://a.example/v"},
		{"https://a.example/v#SECRET", "https://a.example/v"},
		{"https://a.example?SECRET", "https://a.example"},
		{"https://a.example/key@2x/v?SECRET", "https://a.example/key@2x/v"},
		/* A password with characters that end a host. */
		{"https://user:SEC/RET@a.example/v", "https://..."},
		{"https://user:12/SECRET@a.example/v", "https://..."},
		{"https://user:SEC?RET@a.example/v", "https://..."},
		{"https://user:SEC#RET@a.example/v", "https://..."},
		{"https://user:SEC\\RET@a.example/v", "https://..."},
		{"https://[::1]:80/v?SECRET", "https://[::1]:80/v"},
		{"s3://bucket/key?SECRET", "s3://bucket/key"},
	};
	char buf[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		url_show(cases[i].url, buf, sizeof(buf));
		assert_string_equal(buf, cases[i].shown);
		url_show(cases[i].url, buf, 8);
		assert_true(strlen(buf) < 8);
	}
}

static void checks(void **state)
{
	static const char *const good[] = {"http://a", "https://u:p@a.example:8443/x/../y?z=%20#f",
		"https://[2001:db8::1]/v", "https://b.s3.amazonaws.com/k@2x?X-Amz-Date=1&a=b"};
	static const char *const bad[] = {"ftp://a/b", "s3://a/b", "gs://a/b", "file:///etc/passwd",
		"https://", "https:///path", "https://:80/", "https://a b/", "https://a/b c",
		"https://a/\r\nX: y", "https://a\\@b/", "https://u:SEC/RET@a/v", "https://a:b/c",
		"https://\xc3\xa4/", "vmcore", ""};
	char *longest = malloc(CAP_URL_LENGTH + 2);
	struct vmt_err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_int_equal(url_check(good[i], &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(url_check(bad[i], &err), VMT_ERR_USAGE);
		assert_null(strstr(err.message, "SEC"));
	}
	memset(longest, 'a', CAP_URL_LENGTH + 1);
	longest[CAP_URL_LENGTH + 1] = '\0';
	memcpy(longest, "https://", 8);
	assert_int_equal(url_check(longest, &err), VMT_ERR_USAGE);
	longest[CAP_URL_LENGTH] = '\0';
	assert_int_equal(url_check(longest, &err), 0);
	free(longest);
}

static void advice(void **state)
{
	struct vmt_err err;

	(void)state;
	url_check("s3://bucket/key", &err);
	assert_non_null(strstr(err.message, "aws s3 presign"));
	url_check("file:///vmcore", &err);
	assert_non_null(strstr(err.message, "pass the path"));
}

static void signatures(void **state)
{
	static const struct {
		const char *url;
		enum url_signature is;
	} cases[] = {
		{"https://a/v", URL_UNSIGNED},
		{"https://a/v?X-Amz-Signature=1", URL_UNSIGNED},
		{"https://a/v?X-Amz-Algorithm=AWS4-HMAC-SHA256", URL_CUT},
		{"https://a/v?versionId=%26&X-Goog-Algorithm=GOOG4-RSA-SHA256", URL_CUT},
		{"https://a/v?X-Amz-Algorithm=x&X-Amz-Date=20261130T074300Z&X-Amz-Expires=60"
		 "&X-Amz-Signature=1",
			URL_VALID},
		{"https://a/v?X-Amz-Algorithm=x&X-Amz-Date=20261130T074300Z&X-Amz-Expires=59"
		 "&X-Amz-Signature=1",
			URL_EXPIRED},
		{"https://a/v?X-Goog-Date=20261130T074300Z&X-Goog-Expires=1&X-Goog-Signature=1",
			URL_EXPIRED},
		{"https://a/v?X-Amz-Date=20261130&X-Amz-Expires=1&X-Amz-Signature=1", URL_UNSIGNED},
		{"https://a/v?X-Amz-Date=&X-Amz-Expires=1&X-Amz-Signature=1", URL_UNSIGNED},
		{"https://a/v?X-Amz-Date=20261130T074300Z&X-Amz-Expires=9999999999"
		 "&X-Amz-Signature=1",
			URL_UNSIGNED},
		{"https://a/v?X-Amz-Date=99999999T999999Z&X-Amz-Expires=999999999&X-Amz-Signature=",
			URL_VALID},
		{"https://a/v?#X-Amz-Algorithm=1", URL_UNSIGNED},
		{"https://a/v?", URL_UNSIGNED},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(
			url_signature(cases[i].url, INT64_C(1796024580) + 60), cases[i].is);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schemes),
		cmocka_unit_test(no_secrets),
		cmocka_unit_test(checks),
		cmocka_unit_test(advice),
		cmocka_unit_test(signatures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
