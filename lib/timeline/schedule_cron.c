// SPDX-License-Identifier: GPL-3.0-or-later
/* The five fields of a crontab's line. */
#include <string.h>

#include "base/array.h"
#include "timeline/civil.h"
#include "timeline/schedule_internal.h"

struct field {
	unsigned least, most;
	unsigned (*name)(const char *text, size_t len);
	unsigned name_base; /* what the first name counts as */
};

static const struct field fields[] = {
	{0, 59, NULL, 0},
	{0, 23, NULL, 0},
	{1, 31, NULL, 0},
	{1, 12, civil_month_name, 1},
	{0, 7, civil_day_name, 0},
};

static bool value(const struct field *f, const char **p, const char *end, unsigned *ret)
{
	unsigned n;

	if (words_number(p, end, f->most, ret))
		return *ret >= f->least;
	n = f->name ? f->name(*p, (size_t)(end - *p)) : 0;
	if (!n)
		return false;
	*ret = n - 1 + f->name_base;
	*p += 3;
	return true;
}

/* "*", "5", "1-5", each with "/2" */
static bool part(const struct field *f, const char *p, const char *end, uint64_t *bits)
{
	unsigned first = f->least, last = f->most, step = 1;
	bool single = false;

	if (p < end && *p == '*') {
		p++;
	} else {
		if (!value(f, &p, end, &first))
			return false;
		last = first;
		single = p == end || *p != '-';
		if (!single && (p++, !value(f, &p, end, &last) || last < first))
			return false;
	}
	if (p < end && *p == '/') {
		p++;
		if (!words_number(&p, end, 100, &step) || !step)
			return false;
		if (single)
			last = f->most;
	}
	*bits |= schedule_bits(first, last, step);
	return p == end;
}

static bool read_field(const struct field *f, const char *word, size_t len, uint64_t *bits)
{
	const char *end = word + len, *comma;

	*bits = 0;
	for (;; word = comma + 1) {
		comma = memchr(word, ',', (size_t)(end - word));
		if (!part(f, word, comma ? comma : end, bits))
			return false;
		if (!comma)
			return true;
	}
}

static const struct {
	const char *word, *fields;
} words[] = {
	{"@hourly", "0 * * * *"},
	{"@daily", "0 0 * * *"},
	{"@midnight", "0 0 * * *"},
	{"@weekly", "0 0 * * 0"},
	{"@monthly", "0 0 1 * *"},
	{"@yearly", "0 0 1 1 *"},
	{"@annually", "0 0 1 1 *"},
};

static bool word_schedule(const char *word, size_t len, struct schedule *ret)
{
	size_t rest;

	*ret = (struct schedule){.reboot = len == 7 && !memcmp(word, "@reboot", 7)};
	if (ret->reboot)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i].word) == len && !memcmp(words[i].word, word, len))
			return schedule_cron(words[i].fields, strlen(words[i].fields), ret, &rest);
	return false;
}

bool schedule_cron(const char *text, size_t len, struct schedule *ret, size_t *rest)
{
	struct words w = {text, text + len};
	uint64_t bits[ARRAY_SIZE(fields)];
	bool star[ARRAY_SIZE(fields)];
	const char *word;
	size_t n;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (!words_next(&w, &word, &n))
			return false;
		if (!i && *word == '@') {
			*rest = (size_t)(w.p - text);
			return word_schedule(word, n, ret);
		}
		star[i] = *word == '*';
		if (!read_field(&fields[i], word, n, &bits[i]))
			return false;
	}
	*rest = (size_t)(w.p - text);
	*ret = (struct schedule){
		.seconds = 1,
		.minutes = bits[0],
		.hours = (uint32_t)bits[1],
		.days = (uint32_t)bits[2],
		.months = (uint16_t)bits[3],
		.weekdays = (uint8_t)((bits[4] | bits[4] >> 7) & 0x7f),
		.either = !star[2] && !star[4],
	};
	return true;
}
