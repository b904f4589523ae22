// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/log_eat.h"

#include <string.h>

#include "base/ascii.h"

bool log_eat_number(struct log_eat *s, uint64_t *v)
{
	const char *start = s->p;
	uint64_t n = 0;

	while (s->p < s->end && ascii_is_digit(*s->p) && s->p - start < 18)
		n = n * 10 + (uint64_t)(*s->p++ - '0');
	*v = n;
	return s->p > start;
}

bool log_eat_digits(struct log_eat *s, unsigned n, uint64_t *v)
{
	const char *start = s->p;

	if ((size_t)(s->end - s->p) < n)
		return false;
	struct log_eat sub = {start, start + n};
	if (!log_eat_number(&sub, v) || sub.p != sub.end)
		return false;
	s->p = start + n;
	return true;
}

bool log_eat_text(struct log_eat *s, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, text, n) != 0)
		return false;
	s->p += n;
	return true;
}

bool log_eat_clock(struct log_eat *s, int64_t *sec)
{
	uint64_t h, m, n;

	if (!log_eat_digits(s, 2, &h) || !log_eat_char(s, ':') || !log_eat_digits(s, 2, &m) ||
		!log_eat_char(s, ':') || !log_eat_digits(s, 2, &n))
		return false;
	*sec = (int64_t)(h * 3600 + m * 60 + n);
	return h < 24 && m < 60 && n < 61;
}

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

int log_eat_month(const char *p)
{
	for (int m = 0; m < 12; m++)
		if (memcmp(p, months + 3 * m, 3) == 0)
			return m + 1;
	return 0;
}
