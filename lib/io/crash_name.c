// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Debian and Ubuntu: kdump-config of kdump-tools 1.8.1 (define_stampdir, kdump_save_core). RHEL and
 * Fedora: dracut's kdump.sh of kdump-utils. SUSE: kdump-save of kdump 2.x. ABRT: its problem
 * folders.
 */
#include "io/crash_name.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

/* '#': digits up to the end; '*': anything. What compresses a file may add its suffix. */
static const struct {
	const char *pattern;
	enum crash_name_kind kind;
} names[] = {
	{"vmcore", CRASH_NAME_DUMP},
	{"vmcore.flat", CRASH_NAME_DUMP},	    /* RHEL, over ssh */
	{"dump.#", CRASH_NAME_DUMP},		    /* Debian */
	{"vmcore.#", CRASH_NAME_DUMP},		    /* Debian, where makedumpfile failed */
	{"vmcore-incomplete", CRASH_NAME_CUT_DUMP}, /* RHEL, and Debian's fallback */
	{"dump-incomplete", CRASH_NAME_CUT_DUMP},   /* Debian */
	{"vmcore-dmesg.txt", CRASH_NAME_LOG},	    /* RHEL, ABRT */
	{"vmcore-dmesg-incomplete.txt", CRASH_NAME_LOG},
	{"dmesg.#", CRASH_NAME_LOG},		/* Debian */
	{"dmesg.txt", CRASH_NAME_LOG},		/* systemd-pstore, old SUSE */
	{"dmesg", CRASH_NAME_LOG},		/* SUSE, ABRT */
	{"console-ramoops*", CRASH_NAME_LOG},	/* pstore: the console's log */
	{"backtrace", CRASH_NAME_LOG},		/* ABRT */
	{"kexec-dmesg.log", CRASH_NAME_STATUS}, /* RHEL: the capture kernel's log */
	{"README.txt", CRASH_NAME_STATUS},	/* SUSE */
	{"reason", CRASH_NAME_NOTE},		/* ABRT: the crash's first line */
	{"kexec_cmd", CRASH_NAME_NOTE},		/* Debian */
	{"kdump_lock", CRASH_NAME_NOTE},
	{"vmtriage.txt", CRASH_NAME_NOTE}, /* vmtriage boot */
	{"vmtriage.json", CRASH_NAME_NOTE},
	{"vmtriage-of-*", CRASH_NAME_NOTE},
};

static const char *const suffixes[] = {"", ".gz", ".bz2", ".xz", ".lz4", ".zst"};

static bool matches(const char *pattern, const char *p, const char *end)
{
	for (; *pattern && *pattern != '*' && *pattern != '#'; pattern++, p++)
		if (p == end || *p != *pattern)
			return false;
	if (*pattern == '#')
		for (pattern += p < end; p < end && ascii_is_digit(*p);)
			p++;
	return *pattern == '*' || (!*pattern && p == end);
}

static const char *without_suffix(const char *name, const char *end)
{
	for (size_t i = 1; i < ARRAY_SIZE(suffixes); i++) {
		size_t n = strlen(suffixes[i]);

		if ((size_t)(end - name) > n && memcmp(end - n, suffixes[i], n) == 0)
			return end - n;
	}
	return end;
}

const char *crash_name_own(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *colon = strrchr(name, ':'); /* "a.tar:vmcore" */

	return colon ? colon + 1 : name;
}

struct crash_name crash_name_of(const char *path)
{
	const char *name = crash_name_own(path), *end = without_suffix(name, name + strlen(name));

	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		if (matches(names[i].pattern, name, end))
			return (struct crash_name){
				names[i].kind, names[i].kind == CRASH_NAME_NOTE ? 0 : i + 1};
	return (struct crash_name){CRASH_NAME_OTHER, 0};
}

bool crash_name_sibling(size_t i, const char *path, char *buf, size_t size)
{
	size_t row = i / ARRAY_SIZE(suffixes), len;
	const char *suffix = suffixes[i % ARRAY_SIZE(suffixes)], *name = crash_name_own(path);
	const char *end = without_suffix(name, name + strlen(name)), *stamp = end;

	buf[0] = '\0';
	if (row >= ARRAY_SIZE(names))
		return false;
	while (stamp > name && ascii_is_digit(stamp[-1]))
		stamp--;
	len = strcspn(names[row].pattern, "#*");
	if (!names[row].pattern[len])
		snprintf(buf, size, "%s%s", names[row].pattern, suffix);
	else if (names[row].pattern[len] == '#' && stamp < end)
		snprintf(buf, size, "%.*s%.*s%s", (int)len, names[row].pattern, (int)(end - stamp),
			stamp, suffix);
	return true;
}
