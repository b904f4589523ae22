// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json_scan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

#define DEPTH 64	  /* of arrays and objects: a bit each */
#define EXPONENT_DIGITS 2 /* fit in a double, whatever precedes them */

/* ---- strings ----------------------------------------------------------------------------- */

/* The four digits of \uXXXX; 0, which no string has, if they are none. */
static uint32_t code_at(const char *p)
{
	uint32_t code = 0;

	for (int i = 0; i < 4; i++) {
		int digit = ascii_hex(p[i]);

		if (digit < 0)
			return 0;
		code = code << 4 | (uint32_t)digit;
	}
	return code;
}

/* p: after the backslash. Surrogates come in pairs. */
static const char *scan_escape(const char *p)
{
	uint32_t code, low;

	if (*p != 'u')
		return *p && strchr("\"\\/bfnrt", *p) ? p + 1 : NULL;
	code = code_at(p + 1);
	if (!code || (code >= 0xdc00 && code <= 0xdfff))
		return NULL;
	if (code < 0xd800 || code > 0xdbff)
		return p + 5;
	low = p[5] == '\\' && p[6] == 'u' ? code_at(p + 7) : 0;
	return low >= 0xdc00 && low <= 0xdfff ? p + 11 : NULL;
}

static const char *scan_string(const char *p)
{
	if (*p++ != '"')
		return NULL;
	while (p && *p != '"') {
		if (*p < 0x20 || *p > 0x7e)
			return NULL;
		p = *p == '\\' ? scan_escape(p + 1) : p + 1;
	}
	return p ? p + 1 : NULL;
}

/* ---- numbers and words ------------------------------------------------------------------- */

static const char *scan_digits(const char *p)
{
	const char *first = p;

	while (ascii_is_digit(*p))
		p++;
	return p > first ? p : NULL;
}

/* The digits of a whole number: of 64 bits, without leading zeros. */
static const char *scan_whole(const char *p, bool negative)
{
	const char *largest = negative ? "9223372036854775808" : "9223372036854775807";
	const char *end = scan_digits(p);
	size_t len = end ? (size_t)(end - p) : 0;

	if (!len || (*p == '0' && len > 1) || len > strlen(largest))
		return NULL;
	return len < strlen(largest) || strncmp(p, largest, len) <= 0 ? end : NULL;
}

static const char *scan_number(const char *p)
{
	bool negative = *p == '-';
	const char *exponent;

	p = scan_whole(p + negative, negative);
	if (p && *p == '.')
		p = scan_digits(p + 1);
	if (!p || ascii_lower(*p) != 'e')
		return p;
	exponent = p + 1 + (p[1] == '-' || p[1] == '+');
	p = scan_digits(exponent);
	return p && p - exponent <= EXPONENT_DIGITS ? p : NULL;
}

static const char *scan_plain(const char *p)
{
	static const char *const words[] = {"null", "true", "false"};

	if (*p == '"')
		return scan_string(p);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strncmp(p, words[i], strlen(words[i])))
			return p + strlen(words[i]);
	return scan_number(p);
}

/* ---- arrays and objects ------------------------------------------------------------------ */

/* What the next value is in. */
struct nest {
	uint64_t objects; /* a bit for each level, the last one lowest: an object, no array */
	unsigned depth;
};

static const char *scan_key(const char *p)
{
	p = scan_string(p);
	return p && *p == ':' ? p + 1 : NULL;
}

/* p: at a value. Enters arrays and objects; *empty: the last of them has nothing in it. */
static const char *enter(struct nest *n, const char *p, bool *empty)
{
	*empty = false;
	while (p && (*p == '{' || *p == '[')) {
		bool object = *p++ == '{';

		if (n->depth++ == DEPTH)
			return NULL;
		n->objects = n->objects << 1 | object;
		if (*p == (object ? '}' : ']')) {
			*empty = true;
			return p;
		}
		p = object ? scan_key(p) : p;
	}
	return p;
}

/* p: after a value. Leaves what ends here. */
static const char *leave(struct nest *n, const char *p)
{
	while (n->depth && *p == (n->objects & 1 ? '}' : ']')) {
		n->objects >>= 1;
		n->depth--;
		p++;
	}
	return p;
}

const char *json_scan(const char *p)
{
	struct nest n = {0, 0};

	do {
		bool empty;

		p = enter(&n, p, &empty);
		if (p && !empty)
			p = scan_plain(p);
		if (!p)
			return NULL;
		p = leave(&n, p);
		if (!n.depth)
			return p;
		if (*p++ != ',')
			return NULL;
		p = n.objects & 1 ? scan_key(p) : p;
	} while (p);
	return NULL;
}
