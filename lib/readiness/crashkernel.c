// SPDX-License-Identifier: GPL-3.0-or-later
#include "readiness/crashkernel.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/text_piece.h"
#include "readiness/kernel_words.h"

#define ROUND (UINT64_C(128) << 20)
#define MOST_VALUE 1024 /* bytes; more than a command line of any kernel has for it */

static const char *const suffixes[] = {",high", ",low", ",cma"};

static uint64_t scaled(uint64_t value, char unit, const char **end)
{
	static const char units[] = "kmgtpe";
	const char *at = unit ? strchr(units, ascii_lower(unit)) : NULL;

	if (!at)
		return value;
	++*end;
	for (const char *u = units; u <= at; u++)
		if (__builtin_mul_overflow(value, UINT64_C(1024), &value))
			return UINT64_MAX;
	return value;
}

uint64_t crashkernel_memparse(const char *text, const char **end)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') && ascii_hex(text[2]) >= 0;
	uint64_t value = 0;
	const char *p = text + (hex ? 2 : 0);
	int digit;

	for (; (digit = ascii_hex(*p)) >= 0 && (hex || digit < 10); p++)
		if (__builtin_mul_overflow(value, hex ? 16u : 10u, &value) ||
			__builtin_add_overflow(value, (uint64_t)digit, &value))
			value = UINT64_MAX;
	*end = p;
	return p == text ? 0 : scaled(value, *p, end);
}

static const char *read_simple(const char *text, struct crashkernel *c)
{
	const char *p;

	c->size = crashkernel_memparse(text, &p);
	if (p == text)
		return "crashkernel: memory value expected";
	if (*p == '@') {
		const char *offset = p + 1;

		crashkernel_memparse(offset, &p);
		return p == offset ? "crashkernel: memory value expected" : NULL;
	}
	return *p ? "crashkernel: unrecognized char" : NULL;
}

struct range {
	uint64_t start, end, size;
};

/* A number at *p, which moves past it. False: there is none. */
static bool read_number(const char **p, uint64_t *ret)
{
	const char *at = *p;

	*ret = crashkernel_memparse(at, p);
	return *p != at;
}

/* start-[end]:size. What the kernel says of a mistake; NULL: there is none. */
static const char *read_range(const char **p, struct range *r)
{
	static const char expected[] = "crashkernel: Memory value expected";

	r->end = UINT64_MAX;
	if (!read_number(p, &r->start))
		return expected;
	if (*(*p)++ != '-')
		return "crashkernel: '-' expected";
	if (**p != ':') {
		if (!read_number(p, &r->end))
			return expected;
		if (r->end <= r->start)
			return "crashkernel: end <= start";
	}
	if (*(*p)++ != ':')
		return "crashkernel: ':' expected";
	return read_number(p, &r->size) ? NULL : expected;
}

/* The ranges in order: the first one that contains the size of memory counts. */
static const char *read_ranges(const char *text, uint64_t memory, struct crashkernel *c)
{
	bool found;

	c->ranges = true;
	do {
		struct range r;
		const char *problem = read_range(&text, &r);

		if (problem)
			return problem;
		if (memory && r.size >= memory)
			return "crashkernel: invalid size";
		found = memory >= r.start && memory < r.end;
		if (found || !memory)
			c->size = r.size;
	} while (!found && *text++ == ',');
	c->outside = memory && !found;
	return NULL;
}

struct values {
	bool has_plain;
	char plain[MOST_VALUE], suffixed[ARRAY_SIZE(suffixes)][MOST_VALUE];
};

static void sort_values(const char *line, struct crashkernel *c, struct values *v)
{
	struct kernel_word word;

	*v = (struct values){0};
	while (line && kernel_words_next(&line, &word)) {
		char value[MOST_VALUE] = "", *to = v->plain;

		if (!kernel_words_is(&word, "crashkernel") || !word.value)
			continue;
		c->asked = true;
		memcpy(value, word.value,
			word.value_len < MOST_VALUE ? word.value_len : MOST_VALUE - 1);
		for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
			if (!text_ends(value, strlen(value), suffixes[i]))
				continue;
			to = v->suffixed[i];
			value[strlen(value) - strlen(suffixes[i])] = '\0';
		}
		v->has_plain |= to == v->plain;
		memcpy(to, value, MOST_VALUE);
	}
}

struct crashkernel crashkernel_read(const char *line, uint64_t memory)
{
	struct crashkernel c = {0}, other = {0};
	struct values v;

	sort_values(line, &c, &v);
	if (memory)
		memory = (memory + ROUND - 1) / ROUND * ROUND;
	if (*v.suffixed[1] && !read_simple(v.suffixed[1], &other))
		c.low = other.size;
	if (*v.suffixed[2] && !read_simple(v.suffixed[2], &other))
		c.cma = other.size;
	if (!v.has_plain) {
		c.high = *v.suffixed[0] != '\0';
		if (c.high)
			c.problem = read_simple(v.suffixed[0], &c);
		return c;
	}
	c.automatic = !strcmp(v.plain, "auto");
	c.problem =
		strchr(v.plain, ':') ? read_ranges(v.plain, memory, &c) : read_simple(v.plain, &c);
	c.low = 0; /* ignored beside a plain one */
	if (c.problem)
		c.size = 0;
	return c;
}
