// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/name_gate.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/ascii.h"
#include "base/caps.h"
#include "base/utf8.h"

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

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static bool is_text(const char *name, size_t len)
{
	uint32_t c = 0;

	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_decode(name + i, len - i, &c);
		if (!n || is_control(c))
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
