/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lines of a log begin with, taken off piece by piece. For log_wrap*.c. */
#ifndef VMT_LOG_LOG_EAT_H
#define VMT_LOG_LOG_EAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is left of a line. The functions take what they are named for off it, or nothing at all. */
struct log_eat {
	const char *p, *end;
};

static inline bool log_eat_char(struct log_eat *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static inline void log_eat_blanks(struct log_eat *s)
{
	while (s->p < s->end && *s->p == ' ')
		s->p++;
}

/* The blank that printk puts after its prefix, once. */
static inline void log_eat_gap(struct log_eat *s)
{
	log_eat_char(s, ' ');
}

/* A decimal number of 1 to 18 digits. */
bool log_eat_number(struct log_eat *s, uint64_t *v);

/* Exactly n digits. */
bool log_eat_digits(struct log_eat *s, unsigned n, uint64_t *v);

bool log_eat_text(struct log_eat *s, const char *text);

/* "hh:mm:ss" as seconds of the day. */
bool log_eat_clock(struct log_eat *s, int64_t *sec);

/* The month, from 1, that three characters name, or 0. */
int log_eat_month(const char *p);

#endif
