/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses the start of a log line piece by piece. For log_wrap*.c. */
#ifndef VMT_LOG_LOG_EAT_H
#define VMT_LOG_LOG_EAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The rest of a line. Each function consumes what it is named for, or nothing at all. */
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

/* The single blank that printk puts after its prefix. */
static inline void log_eat_gap(struct log_eat *s)
{
	log_eat_char(s, ' ');
}

/* A decimal number of 1 to 18 digits. */
bool log_eat_number(struct log_eat *s, uint64_t *v);

/* Exactly n digits. */
bool log_eat_digits(struct log_eat *s, unsigned n, uint64_t *v);

/* Moves past text, if it is there. */
bool log_eat_text(struct log_eat *s, const char *text);

/* "hh:mm:ss" as seconds of the day. */
bool log_eat_clock(struct log_eat *s, int64_t *sec);

/* The month, from 1, that the three characters name, or 0. */
int log_eat_month(const char *p);

#endif
