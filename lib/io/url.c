// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/url.h"

#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/caps.h"

#define SHOWN 200 /* bytes of a name in a message, which has 320 */

static bool is_scheme_char(char c)
{
	return ascii_is_alnum(c) || c == '+' || c == '-' || c == '.';
}

/* Up to "://"; 0: there is none. */
static size_t scheme_len(const char *text)
{
	size_t n = 0;

	if (!ascii_is_alpha(text[0]))
		return 0;
	while (is_scheme_char(text[n]))
		n++;
	return n > 1 && strncmp(text + n, "://", 3) == 0 ? n : 0;
}

static bool is_named(const char *text, size_t len, const char *name)
{
	return len == strlen(name) && ascii_is_same(text, name, len);
}

enum url_scheme url_scheme_of(const char *text)
{
	size_t n = scheme_len(text);

	if (!n)
		return URL_NONE;
	return is_named(text, n, "http")    ? URL_HTTP
	       : is_named(text, n, "https") ? URL_HTTPS
					    : URL_OTHER;
}

/* Where the host begins: after the last '@' before the path, as curl and browsers have it. */
static const char *host_of(const char *url, size_t *len)
{
	const char *start = url + scheme_len(url) + 3, *end = start + strcspn(start, "/?#\\");

	for (const char *p = end; p > start; p--)
		if (p[-1] == '@') {
			*len = (size_t)(end - p);
			return p;
		}
	*len = (size_t)(end - start);
	return start;
}

/* Whether what looks like a host may be a user and the first half of a password with a '/'. */
static bool may_be_secret(const char *host, size_t len)
{
	const char *colon = memchr(host, ':', len), *rest = host + len;
	size_t n = strcspn(rest, "?#");

	if (!colon || *host == '[')
		return false;
	while (++colon < host + len)
		if (!ascii_is_digit(*colon))
			return true;
	return memchr(rest, '@', n) != NULL;
}

void url_show(const char *url, char *buf, size_t size)
{
	size_t len;
	const char *host = host_of(url, &len), *path = host + len;
	bool secret = may_be_secret(host, len);

	snprintf(buf, size, "%.*s://%.*s%.*s", (int)scheme_len(url), url, secret ? 3 : (int)len,
		secret ? "..." : host, secret ? 0 : (int)strcspn(path, "?#"), path);
}

static bool is_host_char(char c)
{
	return ascii_is_alnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' ||
	       c == ']';
}

static bool is_clean(const char *url)
{
	size_t len, n = 0;
	const char *host = host_of(url, &len);

	while (n < len && is_host_char(host[n]))
		n++;
	if (!len || n < len || *host == ':' || may_be_secret(host, len))
		return false;
	for (const char *p = url; *p; p++)
		if (*p <= ' ' || *p > '~' || strchr("\"<>\\^`{|}", *p))
			return false;
	return true;
}

/* What to do with the URLs of other tools. */
static const struct {
	const char *scheme, *advice;
} others[] = {
	{"s3", "pass the URL that `aws s3 presign` makes of it"},
	{"gs", "pass the URL that `gcloud storage sign-url` makes of it"},
	{"file", "pass the path"},
};

int url_check(const char *url, struct vmt_err *err)
{
	enum url_scheme scheme = url_scheme_of(url);
	size_t n = scheme_len(url);
	char shown[SHOWN];

	if (scheme == URL_NONE)
		return err_set(err, VMT_ERR_USAGE, "no URL");
	url_show(url, shown, sizeof(shown));
	for (size_t i = 0; scheme == URL_OTHER && i < ARRAY_SIZE(others); i++)
		if (is_named(url, n, others[i].scheme))
			return err_set(err, VMT_ERR_USAGE,
				"%s: only http:// and https:// are read: %s", shown,
				others[i].advice);
	if (scheme == URL_OTHER)
		return err_set(err, VMT_ERR_USAGE, "%s: only http:// and https:// are read", shown);
	if (strlen(url) > CAP_URL_LENGTH || !is_clean(url))
		return err_set(err, VMT_ERR_USAGE, "%s: is no valid URL", shown);
	return 0;
}

/* ---- presigned URLs ----------------------------------------------------------------------- */

/* The value of a parameter of the query; NULL: there is none. Names are those of the signer. */
static const char *parameter(const char *url, const char *signer, const char *name)
{
	const char *p = strchr(url, '?'), *end = url + strcspn(url, "#");
	size_t of_signer = strlen(signer), of_name = strlen(name);

	while (p && p < end) {
		p++;
		if (!strncmp(p, signer, of_signer) && !strncmp(p + of_signer, name, of_name) &&
			p[of_signer + of_name] == '=')
			return p + of_signer + of_name + 1;
		p = strchr(p, '&');
	}
	return NULL;
}

/* Up to n digits; -1: another character is among them. */
static int64_t digits(const char *p, size_t n)
{
	int64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		if (!ascii_is_digit(p[i]))
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

/* "20261130T074300Z" in seconds since 1970; -1: it is no such time. */
static int64_t read_time(const char *p)
{
	struct tm tm = {0};
	int64_t day = digits(p, 8), second = day < 0 || p[8] != 'T' ? -1 : digits(p + 9, 6);

	if (second < 0)
		return -1;
	tm.tm_year = (int)(day / 10000) - 1900;
	tm.tm_mon = (int)(day / 100 % 100) - 1;
	tm.tm_mday = (int)(day % 100);
	tm.tm_hour = (int)(second / 10000);
	tm.tm_min = (int)(second / 100 % 100);
	tm.tm_sec = (int)(second % 100);
	return (int64_t)timegm(&tm);
}

enum url_signature url_signature(const char *url, int64_t now)
{
	static const char *const signers[] = {"X-Amz-", "X-Goog-"};

	for (size_t i = 0; i < ARRAY_SIZE(signers); i++) {
		const char *date = parameter(url, signers[i], "Date");
		const char *expires = parameter(url, signers[i], "Expires");
		int64_t from = date ? read_time(date) : -1;
		size_t n = expires ? strspn(expires, "0123456789") : 0;

		if (!parameter(url, signers[i], "Signature")) {
			if (parameter(url, signers[i], "Algorithm"))
				return URL_CUT;
			continue;
		}
		if (from < 0 || !n || n > 9)
			return URL_UNSIGNED;
		return now > from + digits(expires, n) ? URL_EXPIRED : URL_VALID;
	}
	return URL_UNSIGNED;
}
