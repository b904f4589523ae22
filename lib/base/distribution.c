// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/distribution.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/array.h"

/* Lookups take the first row that matches and has the requested column. */
static const struct row {
	const char *part, *name, *debuginfo;
	bool numbered; /* only after the number of a build: people name their own kernels so */
} rows[] = {
	{"Debian", "Debian", "linux-image-%s-dbg"},
	{"Ubuntu", "Ubuntu", "linux-image-unsigned-%s-dbgsym"},
	{"uek", "Oracle Linux", "kernel-uek-debuginfo-%s"}, /* "5.15.0-300.163.18.el9uek" */
	{".rt", NULL, "kernel-rt-debuginfo-%s"},	    /* "5.14.0-284.rt14.284.el9" */
	{".el7", "RHEL 7", "kernel-debuginfo-%s"},
	{".el8", "RHEL 8", "kernel-debuginfo-%s"},
	{".el9", "RHEL 9", "kernel-debuginfo-%s"},
	{".el10", "RHEL 10", "kernel-debuginfo-%s"},
	{".el", NULL, "kernel-debuginfo-%s"},
	{".amzn", "Amazon Linux", "kernel-debuginfo-%s"},
	{".fc", "Fedora", "kernel-debuginfo-%s"},
	{"-arch", "Arch Linux", "linux-debug"},
	{"openSUSE", "openSUSE", "kernel-default-debuginfo"},
	{"-default", "SUSE", "kernel-default-debuginfo", true},
	{"-generic", "Ubuntu", "linux-image-unsigned-%s-dbgsym", true},
	{".cm2", "Azure Linux", "kernel-debuginfo-%s"},
	{".azl", "Azure Linux", "kernel-debuginfo-%s"},
};

static bool matches(const struct row *row, const char *release, const char *version)
{
	const char *at = release ? strstr(release, row->part) : NULL;

	if (version && strstr(version, row->part))
		return true;
	return at && (!row->numbered || strchr(release, '-') < at);
}

const char *distribution_name(const char *release, const char *version)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].name && matches(&rows[i], release, version))
			return rows[i].name;
	return NULL;
}

const char *distribution_debuginfo(const char *release, const char *version)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].debuginfo && matches(&rows[i], release, version))
			return rows[i].debuginfo;
	return NULL;
}
