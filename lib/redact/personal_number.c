// SPDX-License-Identifier: GPL-3.0-or-later
/* Network addresses and UUIDs. Versions, times, PCI addresses and C++ names look much like them. */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "redact/personal.h"

static bool is_hex(const struct text *t, size_t at)
{
	return ascii_hex(text_at(t, at)) >= 0;
}

/* ---- IPv4 -------------------------------------------------------------------------------- */

/* The number from at on, without leading zeros; returns its digits, or 0. */
static size_t octet(const struct text *t, size_t at, unsigned *ret)
{
	size_t n = 0;

	for (*ret = 0; n < 4 && ascii_is_digit(text_at(t, at + n)); n++)
		*ret = *ret * 10 + (unsigned)(text_at(t, at + n) - '0');
	if (n > 3 || *ret > 255 || (n > 1 && text_at(t, at) == '0'))
		return 0;
	return n;
}

static bool word_before(const struct text *t, size_t *end, size_t *start)
{
	while (*end && !text_is_word(t, *end - 1) && text_at(t, *end - 1) != '\n')
		--*end;
	for (*start = *end; *start && text_is_word(t, *start - 1);)
		--*start;
	return *start < *end;
}

static bool same_word(const struct text *t, size_t from, size_t to, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i < n; i++)
		if (from + i >= to || ascii_lower(t->p[from + i]) != word[i])
			return false;
	return from + n == to;
}

/* One of the three words before names something that has a version. */
static bool is_version(const struct text *t, size_t at)
{
	static const char *const words[] = {"version", "ver", "driver", "firmware", "fw", "bios",
		"rev", "revision", "release", "microcode", "fwrev", "adapter", "build"};
	size_t end = at, start;

	for (unsigned n = 0; n < 3 && word_before(t, &end, &start); n++, end = start)
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			if (same_word(t, start, end, words[i]))
				return true;
	return false;
}

/* Any host, this host, a netmask, all hosts: they say nothing of anybody. */
static bool is_common(const unsigned *octets)
{
	return octets[0] == 0 || octets[0] == 127 || octets[0] == 255;
}

/* "2.6.32.23+drm33.10", "2.6.32.23 #1": the release of a stable kernel before 3.0. */
static bool is_release(const struct text *t, size_t end, const unsigned *octets)
{
	static const char *const after[] = {"+", " #", " SMP", " (", " mod_unload", " preempt"};

	for (size_t i = 0; i < ARRAY_SIZE(after); i++)
		if (text_starts(t, end, after[i]))
			return octets[0] == 2 && octets[1] == 6;
	return false;
}

/*
 * "2.0.0.1" alone is rather a version than the address of a host: hardly one has such an address.
 * Beside a port or a mask, or as a value, it is an address.
 */
static bool is_small(const struct text *t, size_t at, size_t end, const unsigned *octets)
{
	char before = text_at(t, at - 1), after = text_at(t, end);

	for (size_t i = 0; i < 4; i++)
		if (octets[i] > 9)
			return false;
	return before != '=' && before != '/' && before != '@' && before != '[' && after != ':' &&
	       after != '/';
}

bool pattern_ipv4(const struct text *t, size_t at, struct span *ret)
{
	unsigned octets[4];
	size_t end = at;
	char before = text_at(t, at - 1), after;

	if (text_is_word(t, at - 1) || before == '.' || before == '-')
		return false;
	for (size_t i = 0; i < 4; i++) {
		size_t n;

		if (i && text_at(t, end++) != '.')
			return false;
		n = octet(t, end, &octets[i]);
		if (!n)
			return false;
		end += n;
	}
	after = text_at(t, end);
	if (text_is_word(t, end) || after == '-' || (after == '.' && text_is_word(t, end + 1)))
		return false;
	ret->from = at;
	ret->to = end;
	return !is_common(octets) && !is_small(t, at, end, octets) && !is_version(t, at) &&
	       !is_release(t, end, octets);
}

/* ---- IPv6 -------------------------------------------------------------------------------- */

struct groups {
	size_t n, digits, end;
	bool gap; /* "::" */
	bool bad;
};

static struct groups read_groups(const struct text *t, size_t at)
{
	struct groups g = {.end = at};

	while (!g.bad) {
		size_t n = 0;

		for (; is_hex(t, g.end); g.end++, n++)
			g.digits += ascii_is_digit(text_at(t, g.end));
		g.n += n > 0;
		g.bad = n > 4 || g.n > 8;
		if (text_at(t, g.end) != ':')
			break;
		if (text_at(t, g.end + 1) == ':') {
			g.bad |= g.gap || text_at(t, g.end + 2) == ':';
			g.gap = true;
			g.end += 2;
		} else if (is_hex(t, g.end + 1)) {
			g.end++;
		} else {
			break; /* the colon of a sentence */
		}
	}
	return g;
}

/* Eight groups, or two with a gap. "::" is also in C++ names: there must be a digit. */
bool pattern_ipv6(const struct text *t, size_t at, struct span *ret)
{
	char before = text_at(t, at - 1);
	struct groups g;

	if (text_is_word(t, at - 1) || before == ':' || before == '.' || before == '-')
		return false;
	g = read_groups(t, at);
	if (g.bad || !g.digits || text_is_word(t, g.end) || (text_at(t, g.end) == '.' && !g.gap))
		return false;
	ret->from = at;
	ret->to = g.end;
	return g.gap ? g.n >= 2 && g.n < 8 : g.n == 8;
}

/* ---- MAC, UUID --------------------------------------------------------------------------- */

/* Pairs with the same separator: 6 of Ethernet, 8 of a port's name, 14 of netfilter, 20 of IB. */
bool pattern_mac(const struct text *t, size_t at, struct span *ret)
{
	char sep = text_at(t, at + 2), before = text_at(t, at - 1);
	size_t n = 0, end = at;
	bool same = true;

	if ((sep != ':' && sep != '-') || text_is_word(t, at - 1) || before == sep)
		return false;
	while (is_hex(t, end) && is_hex(t, end + 1) && !is_hex(t, end + 2)) {
		same &= text_at(t, end) == text_at(t, at) && text_at(t, end + 1) == text_at(t, at);
		n++;
		end += 2;
		if (text_at(t, end) != sep || !is_hex(t, end + 1))
			break;
		end++;
	}
	ret->from = at;
	ret->to = end;
	/* All zeros or ones is nobody's. */
	return n >= 6 && !text_is_word(t, end) && text_at(t, end - 1) != sep && !same;
}

bool pattern_uuid(const struct text *t, size_t at, struct span *ret)
{
	static const unsigned groups[] = {8, 4, 4, 4, 12};
	size_t end = at;

	if (text_is_word(t, at - 1) || text_at(t, at + 8) != '-')
		return false;
	for (size_t g = 0; g < ARRAY_SIZE(groups); g++) {
		if (g && text_at(t, end++) != '-')
			return false;
		for (size_t i = 0; i < groups[g]; i++)
			if (!is_hex(t, end++))
				return false;
	}
	ret->from = at;
	ret->to = end;
	return !text_is_word(t, end);
}
