// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See log_zone.h. The names are those in the time zone database that mean the same offset from UTC
 * all over the world, in any year since 2008. These mean more than one and are left out: CST
 * (America, Cuba, China), CDT (America, Cuba), PST (America, the Philippines), IST (India, Ireland,
 * Israel), BST (Britain, and Bangladesh in use), MSK (4 hours until 2014), KST (8:30 in North Korea
 * until 2018).
 */
#include "log/log_zone.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

static const struct {
	const char *name;
	int minutes;
} zones[] = {
	{"UTC", 0},
	{"GMT", 0},
	{"Z", 0},
	{"WET", 0},
	{"WEST", 60},
	{"CET", 60},
	{"CEST", 120},
	{"MET", 60},
	{"MEST", 120},
	{"EET", 120},
	{"EEST", 180},
	{"EST", -300},
	{"EDT", -240},
	{"MST", -420},
	{"MDT", -360},
	{"PDT", -420},
	{"AKST", -540},
	{"AKDT", -480},
	{"HST", -600},
	{"JST", 540},
	{"HKT", 480},
	{"AWST", 480},
	{"ACST", 570},
	{"ACDT", 630},
	{"AEST", 600},
	{"AEDT", 660},
	{"NZST", 720},
	{"NZDT", 780},
	{"SAST", 120},
};

static bool eat_number(struct log_eat *s, int64_t *off)
{
	int sign = *s->p++ == '-' ? -1 : 1;
	uint64_t h, m = 0;

	if (!log_eat_digits(s, 2, &h))
		return false;
	if (log_eat_char(s, ':') || (s->p < s->end && ascii_is_digit(*s->p)))
		if (!log_eat_digits(s, 2, &m))
			return false;
	*off = sign * (int64_t)(h * 3600 + m * 60);
	return h < 24 && m < 60;
}

bool log_zone_eat(struct log_eat *s, int64_t *off)
{
	const char *name = s->p;
	size_t len;

	if (s->p == s->end)
		return false;
	if (*s->p == '+' || *s->p == '-')
		return eat_number(s, off);
	while (s->p < s->end && ascii_is_alpha(*s->p))
		s->p++;
	len = (size_t)(s->p - name);
	for (size_t i = 0; len && i < ARRAY_SIZE(zones); i++)
		if (strlen(zones[i].name) == len && memcmp(zones[i].name, name, len) == 0) {
			*off = zones[i].minutes * 60;
			return true;
		}
	return false;
}
