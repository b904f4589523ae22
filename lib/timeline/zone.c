// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/zone.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/cur.h"
#include "timeline/civil.h"

/* When daylight saving time begins or ends. */
struct rule {
	char form; /* 'M': month, week and day; 'J': day without Feb 29; 0: day from 0 */
	unsigned month, week, day;
	int64_t second; /* of the day, may be before or after it */
};

struct transition {
	int64_t at, offset;
};

#define MOST_TRANSITIONS 5000
#define MOST_TYPES 256

struct zone {
	struct transition *past; /* sorted */
	size_t n_past;
	int64_t first;	 /* the offset before the first one */
	bool has_future; /* the rest applies after the last one */
	int64_t standard, daylight;
	bool has_daylight;
	struct rule begin, end;
};

/* ---- rules of POSIX ---------------------------------------------------------------------- */

static bool skip_name(const char **p)
{
	const char *s = *p;

	if (*s == '<') {
		for (s++; *s && *s != '>'; s++)
			;
		*p = s + (*s == '>');
		return *s == '>';
	}
	while (ascii_is_alpha(*s))
		s++;
	if (s - *p < 3)
		return false;
	*p = s;
	return true;
}

static bool digits(const char **p, unsigned most, unsigned *ret)
{
	*ret = 0;
	if (!ascii_is_digit(**p))
		return false;
	for (; ascii_is_digit(**p); (*p)++) {
		*ret = *ret * 10 + (unsigned)(**p - '0');
		if (*ret > most)
			return false;
	}
	return true;
}

/* "[+-]hh[:mm[:ss]]" */
static bool span(const char **p, int64_t *ret)
{
	static const unsigned units[] = {3600, 60, 1};
	int64_t sign = **p == '-' ? -1 : 1;

	*p += **p == '-' || **p == '+';
	*ret = 0;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		unsigned n;

		if (i && **p != ':')
			break;
		*p += i > 0;
		if (!digits(p, i ? 59 : 167, &n))
			return false;
		*ret += (int64_t)n * units[i];
	}
	*ret *= sign;
	return true;
}

static bool read_rule(const char **p, struct rule *r)
{
	r->second = 7200;
	if (*(*p)++ != ',')
		return false;
	if (**p == 'M') {
		(*p)++;
		r->form = 'M';
		if (!digits(p, 12, &r->month) || !r->month || *(*p)++ != '.' ||
			!digits(p, 5, &r->week) || !r->week || *(*p)++ != '.' ||
			!digits(p, 6, &r->day))
			return false;
	} else {
		if (**p == 'J')
			r->form = *(*p)++;
		if (!digits(p, 365, &r->day) || (r->form && !r->day))
			return false;
	}
	if (**p != '/')
		return true;
	(*p)++;
	return span(p, &r->second);
}

static bool read_rules(const char *text, struct zone *z)
{
	const char *p = text;

	if (!skip_name(&p) || !span(&p, &z->standard))
		return false;
	z->standard = -z->standard;
	z->has_future = true;
	if (!*p)
		return true;
	z->daylight = z->standard + 3600;
	if (!skip_name(&p))
		return false;
	if (*p && *p != ',') {
		if (!span(&p, &z->daylight))
			return false;
		z->daylight = -z->daylight;
	}
	z->has_daylight = true;
	return read_rule(&p, &z->begin) && read_rule(&p, &z->end) && !*p;
}

int zone_parse(TALLOC_CTX *ctx, const char *text, struct zone **ret, struct vmt_err *err)
{
	struct zone *z = talloc_zero(ctx, struct zone);

	if (!z)
		return err_nomem(err);
	if (!read_rules(text, z)) {
		talloc_free(z);
		return err_set(err, VMT_ERR_FORMAT, "this is no time zone");
	}
	z->first = z->standard;
	*ret = z;
	return 0;
}

/* Local seconds since 1970 at which a rule applies in a year. */
static int64_t rule_at(const struct rule *r, int year)
{
	struct civil c = {.year = year, .month = 1, .day = 1};
	int64_t at;
	unsigned length, day;

	if (r->form != 'M') {
		at = civil_seconds(&c) + (int64_t)r->day * DAY + r->second;
		if (r->form == 'J')
			at -= civil_is_leap(year) && r->day >= 60 ? 0 : DAY;
		return at;
	}
	c.month = r->month;
	at = civil_seconds(&c);
	civil_split(at, &c);
	length = civil_month_days(year, r->month);
	day = (r->day + 7 - c.weekday) % 7 + (r->week - 1) * 7;
	while (day >= length)
		day -= 7;
	return at + (int64_t)day * DAY + r->second;
}

static int64_t future_offset(const struct zone *z, int64_t utc)
{
	struct civil c;
	int64_t begin, end;
	bool daylight;

	if (!z->has_daylight)
		return z->standard;
	civil_split(utc + z->standard, &c);
	begin = rule_at(&z->begin, c.year) - z->standard;
	end = rule_at(&z->end, c.year) - z->daylight;
	daylight = begin < end ? utc >= begin && utc < end : utc >= begin || utc < end;
	return daylight ? z->daylight : z->standard;
}

/* ---- files of zoneinfo ------------------------------------------------------------------- */

struct header {
	uint32_t isut, isstd, leap, times, types, chars;
};

static bool read_header(struct cur *c, struct header *h, uint8_t *version)
{
	const uint8_t *magic = cur_bytes(c, 4);

	if (!magic || memcmp(magic, "TZif", 4) != 0)
		return false;
	*version = cur_u8(c);
	cur_skip(c, 15);
	h->isut = cur_u32(c);
	h->isstd = cur_u32(c);
	h->leap = cur_u32(c);
	h->times = cur_u32(c);
	h->types = cur_u32(c);
	h->chars = cur_u32(c);
	return cur_ok(c) && h->times <= MOST_TRANSITIONS && h->types && h->types <= MOST_TYPES &&
	       h->leap < 1000 && h->chars < 10000 && h->isut <= MOST_TYPES &&
	       h->isstd <= MOST_TYPES;
}

static int read_block(struct cur *c, const struct header *h, struct zone *z, struct vmt_err *err)
{
	int64_t offsets[MOST_TYPES];
	struct cur types;

	z->past = talloc_zero_array(z, struct transition, h->times + 1);
	if (!z->past)
		return err_nomem(err);
	for (uint32_t i = 0; i < h->times; i++)
		z->past[i].at = (int64_t)cur_u64(c);
	types = *c;
	cur_skip(c, h->times);
	for (uint32_t i = 0; i < h->types; i++) {
		offsets[i] = (int32_t)cur_u32(c);
		cur_skip(c, 2);
	}
	for (uint32_t i = 0; i < h->times; i++) {
		uint8_t type = cur_u8(&types);

		z->past[i].offset = offsets[type < h->types ? type : 0];
	}
	z->n_past = h->times;
	z->first = offsets[0];
	cur_skip(c, h->chars + (size_t)h->leap * 12 + h->isstd + h->isut);
	return cur_ok(c) ? 0 : err_set(err, VMT_ERR_FORMAT, "this time zone is damaged");
}

/* "\nTEXT\n" at the end: what applies after the last transition. */
static void read_footer(struct cur *c, struct zone *z)
{
	size_t left = cur_left(c), n;
	const uint8_t *p = cur_bytes(c, left);
	char text[128];

	if (!p || left < 2 || p[0] != '\n')
		return;
	for (n = 1; n < left && p[n] != '\n'; n++)
		;
	if (n == left || n > sizeof(text))
		return;
	memcpy(text, p + 1, n - 1);
	text[n - 1] = '\0';
	z->has_future = read_rules(text, z);
}

int zone_read(TALLOC_CTX *ctx, const void *data, size_t len, struct zone **ret, struct vmt_err *err)
{
	struct cur c = cur_init_big(data, len);
	struct zone *z = talloc_zero(ctx, struct zone);
	struct header h;
	uint8_t version;
	int rc;

	if (!z)
		return err_nomem(err);
	rc = read_header(&c, &h, &version) && version >= '2'
		     ? 0
		     : err_set(err, VMT_ERR_FORMAT, "this is no file of a time zone");
	if (!rc) {
		/* The first block has 32 bits, for old readers. */
		cur_skip(&c, (size_t)h.times * 5 + (size_t)h.types * 6 + h.chars +
				     (size_t)h.leap * 8 + h.isstd + h.isut);
		if (!read_header(&c, &h, &version))
			rc = err_set(err, VMT_ERR_FORMAT, "this is no file of a time zone");
	}
	if (!rc)
		rc = read_block(&c, &h, z, err);
	if (rc) {
		talloc_free(z);
		return rc;
	}
	read_footer(&c, z);
	*ret = z;
	return 0;
}

/* ---- use --------------------------------------------------------------------------------- */

int64_t zone_offset(const struct zone *z, int64_t utc)
{
	size_t low = 0, high;

	if (!z)
		return 0;
	high = z->n_past;
	if (z->has_future && (!high || utc >= z->past[high - 1].at))
		return future_offset(z, utc);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (z->past[middle].at <= utc)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? z->past[low - 1].offset : z->first;
}

size_t zone_to_utc(const struct zone *z, int64_t local, int64_t ret[2])
{
	int64_t before = zone_offset(z, local - DAY), after = zone_offset(z, local + DAY);
	size_t n = 0;

	if (zone_offset(z, local - before) == before)
		ret[n++] = local - before;
	if (after != before && zone_offset(z, local - after) == after)
		ret[n++] = local - after;
	return n;
}
