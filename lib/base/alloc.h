/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * talloc, which counts what it could not allocate. Much of a report is made as far as it goes: a
 * name without memory is no name. The count lets the report say so; all code of lib/ includes this
 * header, not talloc.h.
 */
#ifndef VMT_BASE_ALLOC_H
#define VMT_BASE_ALLOC_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <talloc.h>

struct vmt_err;

/* Counts an allocation of this thread that failed. */
void alloc_failed(void);

/* How many of this thread have failed. */
unsigned alloc_failures(void);

/* VMT_ERR_NOMEM if one has failed since alloc_failures() returned since; else 0. */
int alloc_check(unsigned since, struct vmt_err *err);

/* Counts a failure of an allocator. */
static inline void *alloc_told(void *p)
{
	if (__builtin_expect(!p, 0))
		alloc_failed();
	return p;
}

/* The same for what may be NULL because nothing was asked for. */
static inline void *alloc_told_if(bool wanted, void *p)
{
	return wanted ? alloc_told(p) : p;
}

static inline char *alloc_strdup(const void *ctx, const char *s)
{
	return alloc_told_if(s != NULL, talloc_strdup(ctx, s));
}

static inline char *alloc_strndup(const void *ctx, const char *s, size_t n)
{
	return alloc_told_if(s != NULL, talloc_strndup(ctx, s, n));
}

/* len bytes and a NUL behind them. Unlike talloc_strndup(), it does not end at a NUL among them. */
static inline char *alloc_text(const void *ctx, const char *text, size_t len)
{
	char *copy = alloc_told(talloc_size(ctx, len + 1));

	if (copy) {
		memcpy(copy, text, len);
		copy[len] = '\0';
	}
	return copy;
}

static inline void *alloc_memdup(const void *ctx, const void *p, size_t size, const char *name)
{
	return alloc_told(_talloc_memdup(ctx, p, size, name));
}

static inline void *alloc_named(const void *ctx, size_t size, const char *name)
{
	return alloc_told(talloc_named_const(ctx, size, name));
}

static inline void *alloc_zero(const void *ctx, size_t size, const char *name)
{
	return alloc_told(_talloc_zero(ctx, size, name));
}

static inline void *alloc_array(const void *ctx, size_t size, unsigned n, const char *name)
{
	return alloc_told(_talloc_array(ctx, size, n, name));
}

static inline void *alloc_zero_array(const void *ctx, size_t size, unsigned n, const char *name)
{
	return alloc_told(_talloc_zero_array(ctx, size, n, name));
}

/* A new size of 0 frees. */
static inline void *alloc_realloc(const void *ctx, void *p, size_t size, const char *name)
{
	return alloc_told_if(size != 0, _talloc_realloc(ctx, p, size, name));
}

static inline void *alloc_realloc_array(
	const void *ctx, void *p, size_t size, unsigned n, const char *name)
{
	return alloc_told_if(n != 0, _talloc_realloc_array(ctx, p, size, n, name));
}

static inline char *alloc_strdup_append(char *s, const char *more)
{
	return alloc_told_if(s || more, talloc_strdup_append(s, more));
}

static inline char *alloc_strdup_append_buffer(char *s, const char *more)
{
	return alloc_told_if(s || more, talloc_strdup_append_buffer(s, more));
}

static inline char *alloc_strndup_append_buffer(char *s, const char *more, size_t n)
{
	return alloc_told_if(s || more, talloc_strndup_append_buffer(s, more, n));
}

__attribute__((format(printf, 2, 0))) static inline char *alloc_vasprintf(
	const void *ctx, const char *fmt, va_list ap)
{
	return alloc_told(talloc_vasprintf(ctx, fmt, ap));
}

__attribute__((format(printf, 2, 0))) static inline char *alloc_vasprintf_append_buffer(
	char *s, const char *fmt, va_list ap)
{
	return alloc_told(talloc_vasprintf_append_buffer(s, fmt, ap));
}

/* As the talloc functions of that name; a failure is counted by alloc_failures(). */
char *alloc_asprintf(const void *ctx, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *alloc_asprintf_append(char *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *alloc_asprintf_append_buffer(char *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* talloc's own macros, such as talloc_zero(), end in these. */
#define _talloc_array alloc_array
#define _talloc_memdup alloc_memdup
#define _talloc_realloc alloc_realloc
#define _talloc_realloc_array alloc_realloc_array
#define _talloc_zero alloc_zero
#define _talloc_zero_array alloc_zero_array
#define talloc_asprintf alloc_asprintf
#define talloc_asprintf_append alloc_asprintf_append
#define talloc_asprintf_append_buffer alloc_asprintf_append_buffer
#define talloc_named_const alloc_named
#define talloc_strdup alloc_strdup
#define talloc_strdup_append alloc_strdup_append
#define talloc_strdup_append_buffer alloc_strdup_append_buffer
#define talloc_strndup alloc_strndup
#define talloc_strndup_append_buffer alloc_strndup_append_buffer
#define talloc_vasprintf alloc_vasprintf
#define talloc_vasprintf_append_buffer alloc_vasprintf_append_buffer

#endif
