// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/name_gate.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/ascii.h"
#include "base/caps.h"

#define LETTERS_DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

bool name_is_plain(const char *name)
{
	size_t len = strnlen(name, CAP_FILE_NAME + 1);

	return len && len <= CAP_FILE_NAME && strspn(name, LETTERS_DIGITS "_") &&
	       name[strspn(name, LETTERS_DIGITS "._+-~:@,=^")] == '\0';
}

bool name_is_word(const char *name, const char *marks)
{
	size_t n = 0;

	while (name && name[n] && (ascii_is_alnum(name[n]) || strchr(marks, name[n])))
		n++;
	return n && !name[n];
}

/* The length in bytes of the character at p, or 0 if a name may not hold it. */
static size_t char_len(const unsigned char *p)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	uint32_t c = len == 1 ? *p : *p & (0x7fu >> len);

	if ((*p >= 0x80 && *p < 0xc0) || *p >= 0xf8)
		return 0;
	/* This also fails at the terminating NUL. */
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c < least[len] || (c >= 0xd800 && c < 0xe000) ||
		c > 0x10ffff)
		return 0;
	return len;
}

static bool is_text(const char *name, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		n = char_len((const unsigned char *)name + i);
		if (!n)
			return false;
	}
	return true;
}

static bool is_dots(const char *name, size_t len, size_t dots)
{
	return len == dots && strncmp(name, "..", dots) == 0;
}

static bool is_part(const char *name, size_t len)
{
	return len <= CAP_FILE_NAME && !is_dots(name, len, 2) && is_text(name, len);
}

bool name_is_file(const char *name)
{
	size_t len = strcspn(name, "/");

	return len && !name[len] && !is_dots(name, len, 1) && is_part(name, len);
}

bool path_is_inside(const char *path)
{
	size_t parts = 0;

	if (!*path || strnlen(path, CAP_STRING) == CAP_STRING)
		return false;
	for (const char *p = path; *p;) {
		size_t len = strcspn(p, "/");

		if (!is_part(p, len) || (len && parts++ == CAP_PATH_PARTS))
			return false;
		p += len + (p[len] == '/');
	}
	return parts;
}

bool build_id_is_valid(const char *id)
{
	size_t len = strspn(id, "0123456789abcdef");

	return !id[len] && len % 2 == 0 && len >= 2 * 2 && len <= 2 * CAP_BUILD_ID;
}
