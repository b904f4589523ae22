// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where a release stands to the kernel that crashed. Upstream's are X.Y, with its candidates
 * X.Y-rcN before it, and X.Y.Z of its branch after it. Packages add their own numbers after a '-'.
 */
#include <string.h>

#include "fixes/rank_internal.h"

#include "base/array.h"
#include "base/ascii.h"
#include "fixes/version.h"

struct version {
	unsigned major, minor, patch;
	bool candidate;
	const char *rest; /* what a package added: "-427.el9" */
};

static bool read_number(const char **s, unsigned *ret)
{
	unsigned digits = 0;

	for (*ret = 0; ascii_is_digit(**s) && digits < 6; digits++)
		*ret = *ret * 10 + (unsigned)(*(*s)++ - '0');
	return digits && !ascii_is_digit(**s);
}

static bool read_version(const char *s, struct version *v)
{
	*v = (struct version){0};
	if (!read_number(&s, &v->major) || *s++ != '.' || !read_number(&s, &v->minor))
		return false;
	if (*s == '.' && ascii_is_digit(s[1])) {
		s++;
		if (!read_number(&s, &v->patch))
			return false;
	}
	v->candidate = strncmp(s, "-rc", 3) == 0 || strncmp(s, "~rc", 3) == 0;
	v->rest = s;
	return true;
}

bool rank_release_is_known(const char *crashed)
{
	struct version v;

	return crashed && read_version(crashed, &v);
}

/* How many series came before, since 3.0. From 3.0 on each major number had about twenty. */
static int series_of(const struct version *v)
{
	static const int before[] = {[3] = 0, 20, 41, 61, 81};
	const unsigned last = (unsigned)ARRAY_SIZE(before) - 1;

	if (v->major < 3) /* 2.6.Z */
		return -40 + (int)v->patch;
	return v->major <= last ? before[v->major] + (int)v->minor
				: before[last] + 20 * (int)(v->major - last) + (int)v->minor;
}

static bool is_package(const struct version *v)
{
	return v->rest[0] == '-' && ascii_is_digit(v->rest[1]);
}

/* Versions of one series. By the rules of rpm, "-427.el9" comes before "-427.13.1.el9_4". */
static bool is_in(const struct version *release, const struct version *crashed)
{
	if (release->patch != crashed->patch)
		return release->patch < crashed->patch;
	if (is_package(release) && is_package(crashed))
		return version_compare_rpm(release->rest, crashed->rest) <= 0;
	return !crashed->candidate;
}

struct rank_release rank_release_of(const struct fix_release *release, const char *crashed)
{
	struct rank_release ret = {.series = RANK_NO_SERIES};
	struct version a, b;

	if (!crashed || !read_version(release->version, &a) || !read_version(crashed, &b))
		return ret;
	if (!a.patch && !is_package(&a)) {
		ret.series = series_of(&a) - series_of(&b);
		ret.has = ret.series < 0 || (ret.series == 0 && is_in(&a, &b));
		return ret;
	}
	if (a.major == b.major && a.minor == b.minor) {
		ret.has = is_in(&a, &b);
		ret.lacks = !ret.has;
	}
	return ret;
}
