/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cursor over untrusted bytes. Reading past the end yields zeros and sets a sticky failure: read
 * a whole structure, then check cur_ok() once. All parsing of dump bytes goes through it. No struct
 * is ever overlaid on them.
 */
#ifndef VMT_BASE_CUR_H
#define VMT_BASE_CUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cur {
	const uint8_t *p;   /* next byte */
	const uint8_t *end; /* one past the last byte */
	const uint8_t *start;
	bool big_endian;
	bool failed;
};

static inline struct cur cur_init(const void *data, size_t len, bool big_endian)
{
	/* Arithmetic on NULL is undefined behaviour, even when adding zero. */
	const uint8_t *p = data ? data : (const uint8_t *)"";

	return (struct cur){.p = p, .end = p + len, .start = p, .big_endian = big_endian};
}

static inline struct cur cur_init_little(const void *data, size_t len)
{
	return cur_init(data, len, false);
}

static inline struct cur cur_init_big(const void *data, size_t len)
{
	return cur_init(data, len, true);
}

static inline bool cur_ok(const struct cur *c)
{
	return !c->failed;
}

static inline size_t cur_left(const struct cur *c)
{
	return c->failed ? 0 : (size_t)(c->end - c->p);
}

static inline size_t cur_pos(const struct cur *c)
{
	return (size_t)(c->p - c->start);
}

/*
 * Returns the next n bytes and moves past them. Sets the failure and returns NULL if fewer are
 * left.
 */
static inline const uint8_t *cur_bytes(struct cur *c, size_t n)
{
	const uint8_t *p = c->p;

	if (n > cur_left(c)) {
		c->failed = true;
		return NULL;
	}
	c->p += n;
	return p;
}

static inline void cur_skip(struct cur *c, size_t n)
{
	(void)cur_bytes(c, n);
}

/* Moves to an offset from the start. */
static inline void cur_seek(struct cur *c, size_t off)
{
	if (c->failed || off > (size_t)(c->end - c->start))
		c->failed = true;
	else
		c->p = c->start + off;
}

/* Compilers make one instruction of these. */
static inline uint32_t cur_little_32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline uint64_t cur_little_64(const uint8_t *p)
{
	return (uint64_t)p[7] << 56 | (uint64_t)p[6] << 48 | (uint64_t)p[5] << 40 |
	       (uint64_t)p[4] << 32 | (uint64_t)p[3] << 24 | (uint64_t)p[2] << 16 |
	       (uint64_t)p[1] << 8 | p[0];
}

/* An unsigned integer of n (1 to 8) bytes, in the byte order of the dump. */
static inline uint64_t cur_load(const uint8_t *p, unsigned n, bool big_endian)
{
	uint64_t v = 0;

	if (n == 8 && !big_endian)
		return cur_little_64(p);
	if (n == 4 && !big_endian)
		return cur_little_32(p);
	for (unsigned i = 0; i < n; i++)
		v |= (uint64_t)p[i] << 8 * (big_endian ? n - 1 - i : i);
	return v;
}

static inline uint64_t cur_load_little(const uint8_t *p, unsigned n)
{
	return cur_load(p, n, false);
}

static inline uint64_t cur_load_big(const uint8_t *p, unsigned n)
{
	return cur_load(p, n, true);
}

/* The reverse: stores the lower n bytes of v at p. */
static inline void cur_store(uint8_t *p, unsigned n, uint64_t v, bool big_endian)
{
	for (unsigned i = 0; i < n; i++)
		p[big_endian ? n - 1 - i : i] = (uint8_t)(v >> 8 * i);
}

static inline void cur_store_little(uint8_t *p, unsigned n, uint64_t v)
{
	cur_store(p, n, v, false);
}

/* Whether all len bytes are zero. True if len is 0. */
static inline bool cur_is_zero(const uint8_t *p, size_t len)
{
	return len == 0 || (p[0] == 0 && memcmp(p, p + 1, len - 1) == 0);
}

static inline uint64_t cur_uint(struct cur *c, unsigned n)
{
	const uint8_t *p = cur_bytes(c, n);

	return p ? cur_load(p, n, c->big_endian) : 0;
}

static inline uint8_t cur_u8(struct cur *c)
{
	return (uint8_t)cur_uint(c, 1);
}

static inline uint16_t cur_u16(struct cur *c)
{
	return (uint16_t)cur_uint(c, 2);
}

static inline uint32_t cur_u32(struct cur *c)
{
	return (uint32_t)cur_uint(c, 4);
}

static inline uint64_t cur_u64(struct cur *c)
{
	return cur_uint(c, 8);
}

/* Copies the next n bytes to dst, which becomes all zeros if fewer are left. */
static inline void cur_copy(struct cur *c, void *dst, size_t n)
{
	const uint8_t *p = cur_bytes(c, n);

	if (p)
		memcpy(dst, p, n);
	else
		memset(dst, 0, n);
}

#endif
