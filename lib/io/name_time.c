// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Debian and Ubuntu (kdump-tools): 202611202325/dump.202611202325; RHEL and Fedora (kdump):
 * 127.0.0.1-2026-11-07-04:41:00/vmcore, with the host's name or address; SUSE (kdump):
 * 2026-11-07-04:41[:00]/vmcore, 2026-11-07-04-41/vmcore; ABRT:
 * vmcore-127.0.0.1-2026-11-07-04:41:00; apport: linux-image-6.1.0-56-amd64-202611202325.crash. A
 * folder may be one in an archive.
 */
#include "io/name_time.h"

#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/seconds.h"

/* '0': a digit of the next number; '|': the next number begins; anything else: itself. */
static const char *const forms[] = {
	"0000|-00|-00|-00|:00|:00",
	"0000|-00|-00|-00|:00",
	"0000|-00|-00|-00|-00",
	"0000|00|00|00|00",
};

/* Whether p..end matches the form completely. Its n numbers are stored in v. */
static bool read_form(const char *form, const char *p, const char *end, int v[6], size_t *n)
{
	*n = 1;
	memset(v, 0, 6 * sizeof(*v));
	for (; *form; form++) {
		if (*form == '|') {
			++*n;
			continue;
		}
		if (p == end || (*form == '0' ? !ascii_is_digit(*p) : *p != *form))
			return false;
		if (*form == '0')
			v[*n - 1] = v[*n - 1] * 10 + (*p - '0');
		p++;
	}
	return p == end;
}

static bool to_time(const int v[6], struct vmt_time *ret)
{
	struct tm tm = {.tm_year = v[0] - 1900,
		.tm_mon = v[1] - 1,
		.tm_mday = v[2],
		.tm_hour = v[3],
		.tm_min = v[4],
		.tm_sec = v[5]};

	if (v[0] < 1990 || v[0] > 2200 || v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > 31 ||
		v[3] > 23 || v[4] > 59 || v[5] > 60)
		return false;
	*ret = seconds_to_time(timegm(&tm));
	return true;
}

/* Where the time at the end of a name may begin: at its start, or after "-", "." or ":". */
static const char *read_name(const char *name, const char *end, struct vmt_time *ret)
{
	for (const char *p = name; p < end; p++) {
		if (p > name && p[-1] != '-' && p[-1] != '.' && p[-1] != ':')
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
			int v[6];
			size_t n;

			if (read_form(forms[i], p, end, v, &n) && to_time(v, ret))
				return p;
		}
	}
	return NULL;
}

/* The end of a name without the suffix that says what a file is: ".crash", ".gz". */
static const char *without_suffix(const char *name, const char *end)
{
	const char *p = end;

	while (p > name && ascii_is_alnum(p[-1]))
		p--;
	return p - 1 > name && p[-1] == '.' && p < end && ascii_is_alpha(*p) ? p - 1 : end;
}

bool name_time_find(TALLOC_CTX *ctx, const char *path, const char **text, struct vmt_time *local)
{
	const char *end = path + strlen(path), *name, *stop;

	for (; end > path; end = name > path ? name - 1 : path) {
		const char *at;

		for (name = end; name > path && name[-1] != '/';)
			name--;
		stop = end;
		at = read_name(name, stop, local);
		if (!at) {
			stop = without_suffix(name, end);
			at = read_name(name, stop, local);
		}
		if (!at)
			continue;
		*text = talloc_strndup(ctx, at, (size_t)(stop - at));
		return *text != NULL;
	}
	return false;
}

/* A name or an address, but not the one that every machine has. */
static bool is_host(const char *name, size_t len)
{
	static const char *const own[] = {"127.", "localhost", "::1"};

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (len >= strlen(own[i]) && !memcmp(name, own[i], strlen(own[i])))
			return false;
	for (size_t i = 0; i < len; i++)
		if (!ascii_is_alnum(name[i]) && !strchr("-._:", name[i]))
			return false;
	return len > 0;
}

char *name_time_host(TALLOC_CTX *ctx, const char *path)
{
	static const char file[] = "vmcore-"; /* a copy in one file has it first */
	const char *end = path + strlen(path), *name;

	for (; end > path; end = name > path ? name - 1 : path) {
		struct vmt_time time;
		const char *at;

		for (name = end; name > path && name[-1] != '/';)
			name--;
		at = read_name(name, end, &time);
		if (at && !strncmp(name, file, strlen(file)))
			name += strlen(file);
		/* Only kdump writes the time with colons. */
		if (at && at > name + 1 && at[-1] == '-' && memchr(at, ':', (size_t)(end - at)) &&
			is_host(name, (size_t)(at - 1 - name)))
			return talloc_strndup(ctx, name, (size_t)(at - 1 - name));
	}
	return NULL;
}
