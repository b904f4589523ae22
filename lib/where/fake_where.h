/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes small tables of functions for tests. */
#ifndef VMT_WHERE_FAKE_WHERE_H
#define VMT_WHERE_FAKE_WHERE_H

#include <string.h>

#include "where/where.h"

#define FAKE_WHERE_BITS 6

/* A function and the number of its file, or of the list of two files after it. */
struct fake_function {
	const char *name;
	unsigned place;
};

static inline uint64_t fake_hash(const char *s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *s; s++)
		h = (h ^ (uint8_t)*s) * 0x100000001b3u;
	return (h ^ h >> 32) * 0x9e3779b97f4a7c15u;
}

static inline uint8_t *fake_put(uint8_t *p, uint64_t v, int bytes)
{
	for (; bytes--; v >>= 8)
		*p++ = (uint8_t)v;
	return p;
}

static inline uint8_t *fake_names(uint8_t *p, const struct fake_function *f, size_t n, bool places)
{
	for (unsigned bucket = 0; bucket < 1 << FAKE_WHERE_BITS; bucket++)
		for (size_t i = 0; i < n; i++)
			if (fake_hash(f[i].name) >> (64 - FAKE_WHERE_BITS) == bucket)
				p = fake_put(
					p, places ? f[i].place : fake_hash(f[i].name) & 0xffff, 2);
	return p;
}

/*
 * The table of n functions in files[n_files], at most 32. Place n_files is a list of the first two
 * files. Returns its size; buf must have room.
 */
static inline size_t fake_where(uint8_t *buf, const struct fake_function *f, size_t n,
	const char *const *files, size_t n_files)
{
	uint8_t paths[4096], *q = paths, *p = buf;

	for (size_t i = 0; i < n_files; i++) {
		size_t len = strlen(files[i]);

		q = fake_put(fake_put(q, 0, 1), len, 1);
		memcpy(q, files[i], len);
		q += len;
	}
	memcpy(p, "VMTWHERE", 8);
	p = fake_put(fake_put(p + 8, 1, 4), FAKE_WHERE_BITS, 4);
	p = fake_put(fake_put(fake_put(p, n, 4), n_files, 4), 1, 4);
	p = fake_put(fake_put(p, 2, 4), (uint64_t)(q - paths), 4);
	p = fake_put(p, 0, 4);					   /* starts */
	p = fake_put(fake_put(p, 0, 4), (uint64_t)(q - paths), 4); /* blocks */
	p = fake_put(p, 2, 4);					   /* ends */
	p = fake_names(p, f, n, false);
	p = fake_names(p, f, n, true);
	p = fake_put(fake_put(p, 0, 2), 1, 2);
	for (unsigned bucket = 0; bucket < 1 << FAKE_WHERE_BITS; bucket++) {
		unsigned count = 0;

		for (size_t i = 0; i < n; i++)
			count += fake_hash(f[i].name) >> (64 - FAKE_WHERE_BITS) == bucket;
		p = fake_put(p, count, 1);
	}
	memcpy(p, paths, (size_t)(q - paths));
	return (size_t)(p - buf) + (size_t)(q - paths);
}

#endif
