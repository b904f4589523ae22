/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base64 (RFC 4648). */
#ifndef VMT_BASE_BASE64_H
#define VMT_BASE_BASE64_H

/* The six bits of a digit; -1: not one. The '=' at the end is no digit. */
static inline int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

#endif
