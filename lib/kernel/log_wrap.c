// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The wrappings of a line, as rows. What each mirrors:
 *   printk time "[    5.123456] " and caller "[  T123] "   kernel/printk/printk.c
 *   "<6>" and "6,1234,5678,-;"                             the same; netconsole adds a release
 *   "kern  :warn  : ", "[Fri Nov 20 23:25:56 2026] ", "[<    0.000012>] "   util-linux dmesg.c
 *   "Nov 20 23:25:56 host kernel: "                        rsyslog, journalctl -o short
 *   "2026-11-20T23:25:56.123456+00:00 host kernel: "       rsyslog, journalctl -o short-iso
 *   "[    5.123456] host kernel: "                         journalctl -o short-monotonic
 *   "MESSAGE=", {"MESSAGE":"..."}                          journalctl -o export, json
 */
#include <string.h>

#include "kernel/log_wrap.h"

struct scan {
	const char *p, *end;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool eat(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static void eat_blanks(struct scan *s)
{
	while (s->p < s->end && *s->p == ' ')
		s->p++;
}

/* A decimal number of 1 to 18 digits. */
static bool eat_number(struct scan *s, uint64_t *v)
{
	const char *start = s->p;
	uint64_t n = 0;

	while (s->p < s->end && is_digit(*s->p) && s->p - start < 18)
		n = n * 10 + (uint64_t)(*s->p++ - '0');
	*v = n;
	return s->p > start;
}

/* Exactly n digits. */
static bool eat_digits(struct scan *s, unsigned n, uint64_t *v)
{
	const char *start = s->p;

	if ((size_t)(s->end - s->p) < n)
		return false;
	struct scan sub = {start, start + n};
	if (!eat_number(&sub, v) || sub.p != sub.end)
		return false;
	s->p = start + n;
	return true;
}

static bool eat_text(struct scan *s, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, text, n) != 0)
		return false;
	s->p += n;
	return true;
}

static void advance(struct log_wrap *w, const char *to)
{
	w->rec.len -= (size_t)(to - w->rec.text);
	w->rec.text = to;
}

/* ---- printk's own ------------------------------------------------------------------------ */

/* "[    5.123456]": the number is seconds and microseconds since boot. */
static bool eat_stamp(struct scan *s, uint64_t *ns)
{
	uint64_t sec, usec;

	if (!eat(s, '['))
		return false;
	eat_blanks(s);
	if (!eat_number(s, &sec) || sec > UINT64_MAX / 2000000000u || !eat(s, '.') ||
		!eat_digits(s, 6, &usec))
		return false;
	/* dmesg -d puts the difference to the line before behind it: "[    5.1 <    0.1>]" */
	eat_blanks(s);
	if (eat(s, '<')) {
		while (s->p < s->end && *s->p != '>')
			s->p++;
		eat(s, '>');
	}
	*ns = sec * 1000000000u + usec * 1000u;
	return eat(s, ']');
}

/* "[  T123]" or "[    C0]"; makedumpfile and printk pad differently. */
static bool eat_caller(struct scan *s, uint32_t *id)
{
	uint64_t n;
	char c;

	if (!eat(s, '['))
		return false;
	eat_blanks(s);
	if (s->p == s->end || (*s->p != 'T' && *s->p != 'C'))
		return false;
	c = *s->p++;
	if (!eat_number(s, &n) || n >= LOG_CALLER_CPU || !eat(s, ']'))
		return false;
	*id = (uint32_t)n | (c == 'C' ? LOG_CALLER_CPU : 0);
	return true;
}

/* The blank that printk puts after its prefix, once. */
static void eat_gap(struct scan *s)
{
	eat(s, ' ');
}

static bool wrap_stamp(struct log_wrap *w, struct scan s)
{
	uint64_t ns;

	if (!eat_stamp(&s, &ns))
		return false;
	w->rec.ts_ns = ns;
	w->rec.has_ts = true;
	struct scan c = s;
	eat_blanks(&c);
	if (eat_caller(&c, &w->rec.caller_id)) {
		w->rec.has_caller = true;
		s = c;
	}
	eat_gap(&s);
	advance(w, s.p);
	return true;
}

static bool wrap_caller(struct log_wrap *w, struct scan s)
{
	if (!eat_caller(&s, &w->rec.caller_id))
		return false;
	w->rec.has_caller = true;
	eat_gap(&s);
	advance(w, s.p);
	return true;
}

static bool wrap_priority(struct log_wrap *w, struct scan s)
{
	uint64_t n;

	if (!eat(&s, '<') || !eat_number(&s, &n) || n > 191 || !eat(&s, '>'))
		return false;
	w->rec.level = n & 7;
	w->rec.facility = (uint8_t)(n >> 3);
	w->rec.has_level = true;
	advance(w, s.p);
	return true;
}

/* "6,1234,5678,-[,caller=T1][,ncfrag=0/1200];text", with an optional release before it. */
static bool wrap_extended(struct log_wrap *w, struct scan s)
{
	uint64_t prio, seq, usec;
	const char *semi = memchr(s.p, ';', (size_t)(s.end - s.p));

	if (!semi || semi - s.p > 200)
		return false;
	if (!eat_number(&s, &prio) || !eat(&s, ',')) {
		const char *comma = memchr(s.p, ',', (size_t)(semi - s.p));

		if (!comma)
			return false;
		s.p = comma + 1;
		if (!eat_number(&s, &prio) || !eat(&s, ','))
			return false;
	}
	if (!eat_number(&s, &seq) || !eat(&s, ',') || !eat_number(&s, &usec) || !eat(&s, ','))
		return false;
	if (usec > UINT64_MAX / 2000 || s.p == s.end || (*s.p != '-' && *s.p != 'c' && *s.p != '+'))
		return false;
	w->rec.level = prio & 7;
	w->rec.facility = (uint8_t)(prio >> 3);
	w->rec.has_level = true;
	w->rec.ts_ns = usec * 1000;
	w->rec.has_ts = true;
	w->is_ext = true;
	w->escaped = true;
	w->ext_seq = seq;
	static const char caller[] = ",caller=";
	const char *c = memmem(s.p, (size_t)(semi - s.p), caller, sizeof(caller) - 1);
	if (c && c + 9 < semi) {
		struct scan id = {c + 9, semi};
		uint64_t n;

		if (eat_number(&id, &n) && n < LOG_CALLER_CPU) {
			w->rec.caller_id = (uint32_t)n | (c[8] == 'C' ? LOG_CALLER_CPU : 0);
			w->rec.has_caller = true;
		}
	}
	advance(w, semi + 1);
	return true;
}

/* ---- dmesg ------------------------------------------------------------------------------- */

static const char facilities[][9] = {"kern", "user", "mail", "daemon", "auth", "syslog", "lpr",
	"news", "uucp", "cron", "authpriv", "ftp"};
static const char levels[][7] = {
	"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"};

/* "kern  :warn  : " */
static bool wrap_decoded(struct log_wrap *w, struct scan s)
{
	size_t f = 0, l = 0;

	while (f < sizeof(facilities) / sizeof(*facilities) && !eat_text(&s, facilities[f]))
		f++;
	eat_blanks(&s);
	if (f == sizeof(facilities) / sizeof(*facilities) || !eat(&s, ':'))
		return false;
	while (l < sizeof(levels) / sizeof(*levels) && !eat_text(&s, levels[l]))
		l++;
	eat_blanks(&s);
	if (l == sizeof(levels) / sizeof(*levels) || !eat(&s, ':'))
		return false;
	eat_gap(&s);
	w->rec.level = (uint8_t)l;
	w->rec.facility = (uint8_t)f;
	w->rec.has_level = true;
	advance(w, s.p);
	return true;
}

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static int month_of(const char *p)
{
	for (int m = 0; m < 12; m++)
		if (memcmp(p, months + 3 * m, 3) == 0)
			return m + 1;
	return 0;
}

/* Days from 1970-01-01 (the civil calendar, any year from 1970 to 9999). */
static int64_t days_of(int64_t y, int64_t m, int64_t d)
{
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	int64_t leaps = (y - (m < 3)) / 4 - (y - (m < 3)) / 100 + (y - (m < 3)) / 400 - 477;

	return (y - 1970) * 365 + leaps + before[m - 1] + d - 1;
}

static bool set_unix(struct log_wrap *w, uint64_t y, uint64_t mon, uint64_t d, int64_t sec)
{
	if (y < 1970 || y > 9999 || mon < 1 || mon > 12 || d < 1 || d > 31)
		return false;
	int64_t total = days_of((int64_t)y, (int64_t)mon, (int64_t)d) * 86400 + sec;
	if (total > INT64_MAX / 1000000000)
		return false;
	w->rec.unix_ns = total * 1000000000;
	w->rec.has_unix = true;
	return true;
}

/* "hh:mm:ss" */
static bool eat_clock(struct scan *s, int64_t *sec)
{
	uint64_t h, m, n;

	if (!eat_digits(s, 2, &h) || !eat(s, ':') || !eat_digits(s, 2, &m) || !eat(s, ':') ||
		!eat_digits(s, 2, &n))
		return false;
	*sec = (int64_t)(h * 3600 + m * 60 + n);
	return h < 24 && m < 60 && n < 61;
}

/*
 * "[Fri Nov 20 23:25:56 2026] ": the time of dmesg -T, in the zone of whoever ran it. Taken as UTC:
 * a text without a zone says no more.
 */
static bool wrap_ctime(struct log_wrap *w, struct scan s)
{
	uint64_t day, year;
	int64_t sec;
	int mon;

	if (!eat(&s, '[') || s.end - s.p < 24 || !is_alpha(*s.p) || s.p[3] != ' ')
		return false;
	mon = month_of(s.p + 4);
	s.p += 7;
	eat_blanks(&s);
	if (!mon || !eat_number(&s, &day) || !eat(&s, ' ') || !eat_clock(&s, &sec) ||
		!eat(&s, ' ') || !eat_digits(&s, 4, &year) || !eat(&s, ']'))
		return false;
	eat_gap(&s);
	if (!set_unix(w, year, (uint64_t)mon, day, sec))
		return false;
	advance(w, s.p);
	return true;
}

/* "[<    0.000012>] " */
static bool wrap_delta(struct log_wrap *w, struct scan s)
{
	uint64_t n;

	if (!eat_text(&s, "[<"))
		return false;
	eat_blanks(&s);
	if (!eat_number(&s, &n) || !eat(&s, '.') || !eat_digits(&s, 6, &n) || !eat_text(&s, ">]"))
		return false;
	eat_gap(&s);
	advance(w, s.p);
	return true;
}

/* ---- syslog and the journal -------------------------------------------------------------- */

/*
 * " host kernel: " after a time. Another program's line keeps its tag, so that what it says cannot
 * pass for the kernel's at the start of a line.
 */
static bool eat_host(struct log_wrap *w, struct scan *s)
{
	const char *host = s->p;

	while (s->p < s->end && *s->p != ' ' && *s->p != '[')
		s->p++;
	if (s->p == host || s->p - host > 255 || !eat(s, ' '))
		return false;
	const char *tag = s->p;
	w->rec.host = host;
	w->rec.host_len = (size_t)(tag - 1 - host);
	if (eat_text(s, "kernel:") || eat_text(s, "klogd:"))
		eat_gap(s);
	else if (eat_text(s, "kernel[") || eat_text(s, "klogd[")) {
		while (s->p < s->end && is_digit(*s->p))
			s->p++;
		if (!eat_text(s, "]:"))
			s->p = tag;
		else
			eat_gap(s);
	}
	return true;
}

/* "Nov 20 23:25:56 host kernel: " */
static bool wrap_syslog(struct log_wrap *w, struct scan s)
{
	uint64_t day;
	int64_t sec;

	if (s.end - s.p < 16 || !month_of(s.p) || s.p[3] != ' ')
		return false;
	s.p += 4;
	eat_blanks(&s);
	if (!eat_number(&s, &day) || day > 31 || !eat(&s, ' ') || !eat_clock(&s, &sec))
		return false;
	if (eat(&s, '.'))
		eat_number(&s, &day);
	if (!eat(&s, ' ') || !eat_host(w, &s))
		return false;
	advance(w, s.p);
	return true;
}

static bool eat_zone(struct scan *s, int64_t *off)
{
	uint64_t h, m = 0;
	int sign;

	*off = 0;
	if (eat(s, 'Z'))
		return true;
	if (s->p == s->end || (*s->p != '+' && *s->p != '-'))
		return true;
	sign = *s->p++ == '-' ? -1 : 1;
	if (!eat_digits(s, 2, &h))
		return false;
	eat(s, ':');
	if (!eat_digits(s, 2, &m))
		return false;
	*off = sign * (int64_t)(h * 3600 + m * 60);
	return true;
}

/* "2026-11-20T23:25:56.123456+00:00 [host kernel: ]"; dmesg --time-format iso has a comma. */
static bool wrap_iso(struct log_wrap *w, struct scan s)
{
	uint64_t y, mon, d, frac;
	int64_t sec, off;
	bool comma = false;

	if (!eat_digits(&s, 4, &y) || !eat(&s, '-') || !eat_digits(&s, 2, &mon) || !eat(&s, '-') ||
		!eat_digits(&s, 2, &d) || (!eat(&s, 'T') && !eat(&s, ' ')) || !eat_clock(&s, &sec))
		return false;
	if ((comma = eat(&s, ',')) || eat(&s, '.'))
		eat_number(&s, &frac);
	if (!eat_zone(&s, &off) || !eat(&s, ' ') || !set_unix(w, y, mon, d, sec - off))
		return false;
	struct scan host = s;
	if (!comma && eat_host(w, &host))
		s = host;
	advance(w, s.p);
	return true;
}

/* "host kernel: " after a time stamp: journalctl -o short-monotonic */
static bool wrap_monotonic(struct log_wrap *w, struct scan s)
{
	const char *host = s.p;

	while (s.p < s.end && *s.p != ' ')
		s.p++;
	if (!w->rec.has_ts || s.p == host || !eat_text(&s, " kernel: "))
		return false;
	w->rec.host = host;
	w->rec.host_len = (size_t)(s.p - 9 - host);
	advance(w, s.p);
	return true;
}

/* "MESSAGE=text" of journalctl -o export; its other fields are lines of their own. */
static bool wrap_export(struct log_wrap *w, struct scan s)
{
	if (!eat_text(&s, "MESSAGE="))
		return false;
	advance(w, s.p);
	return true;
}

/* The text of a string of a JSON object, still escaped: after "KEY":" up to the closing quote. */
static bool find_json_string(struct scan s, const char *key, struct scan *value)
{
	const char *k = memmem(s.p, (size_t)(s.end - s.p), key, strlen(key));

	if (!k)
		return false;
	s.p = k + strlen(key);
	eat_blanks(&s);
	if (!eat(&s, '"'))
		return false;
	value->p = s.p;
	while (s.p < s.end && *s.p != '"')
		s.p += *s.p == '\\' && s.p + 1 < s.end ? 2 : 1;
	value->end = s.p < s.end ? s.p : s.end;
	return true;
}

/* {"MESSAGE":"..."} of journalctl -o json; {"msg":"..."} of dmesg -J */
static bool wrap_json(struct log_wrap *w, struct scan s)
{
	struct scan value, field;
	uint64_t n;

	if (!find_json_string(s, "\"MESSAGE\":", &value) &&
		!find_json_string(s, "\"msg\":", &value))
		return false;
	if (find_json_string(s, "\"__REALTIME_TIMESTAMP\":", &field) && eat_number(&field, &n) &&
		n < INT64_MAX / 1000) {
		w->rec.unix_ns = (int64_t)n * 1000;
		w->rec.has_unix = true;
	}
	if (find_json_string(s, "\"_SOURCE_MONOTONIC_TIMESTAMP\":", &field) &&
		eat_number(&field, &n) && n < UINT64_MAX / 2000) {
		w->rec.ts_ns = n * 1000;
		w->rec.has_ts = true;
	}
	if (find_json_string(s, "\"_HOSTNAME\":", &field)) {
		w->rec.host = field.p;
		w->rec.host_len = (size_t)(field.end - field.p);
	}
	w->rec.text = value.p;
	w->rec.len = (size_t)(value.end - value.p);
	w->escaped = true;
	return true;
}

/* ---- the table --------------------------------------------------------------------------- */

struct wrap_row {
	const char *first; /* characters that it can start with */
	bool (*take)(struct log_wrap *w, struct scan s);
	bool once_alone; /* only as the first wrapping of a line */
};

static const struct wrap_row rows[] = {
	{"[", wrap_stamp, false},
	{"<", wrap_priority, false},
	{"[", wrap_caller, false},
	{"k", wrap_decoded, true},
	{"JFMASOND", wrap_syslog, false},
	{"12", wrap_iso, false},
	{"0123456789", wrap_extended, true},
	{"[", wrap_ctime, false},
	{"[", wrap_delta, true},
	{"udmalnc", wrap_decoded, true},
	{"M", wrap_export, true},
	{"{", wrap_json, true},
};

#define N_ROWS (sizeof(rows) / sizeof(*rows))

void log_wrap_init(struct log_wrap *w, const char *text, size_t len)
{
	memset(w, 0, sizeof(*w));
	w->rec.text = text;
	w->rec.len = len;
}

static bool strip_one(struct log_wrap *w)
{
	struct scan s = {w->rec.text, w->rec.text + w->rec.len};

	for (size_t i = 0; w->rec.len && i < N_ROWS; i++) {
		if (w->used & 1u << i || (rows[i].once_alone && w->used) ||
			!strchr(rows[i].first, *s.p) || !*s.p)
			continue;
		if (rows[i].take(w, s)) {
			w->used |= 1u << i;
			return true;
		}
	}
	return false;
}

static int hex_of(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One escape at p (after the backslash) of n bytes; returns what it stands for, or -1. */
static int unescape_one(const char *p, const char *end, size_t *n)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	const char *f = strchr(from, *p);

	*n = 1;
	if (*p == 'x' && end - p >= 3 && hex_of(p[1]) >= 0 && hex_of(p[2]) >= 0) {
		*n = 3;
		return hex_of(p[1]) << 4 | hex_of(p[2]);
	}
	if (*p == 'u' && end - p >= 5 && p[1] == '0' && p[2] == '0' && hex_of(p[3]) >= 0 &&
		hex_of(p[4]) >= 0) {
		*n = 5;
		return hex_of(p[3]) << 4 | hex_of(p[4]);
	}
	if (*p && f)
		return to[f - from];
	return *p == '"' || *p == '\\' || *p == '/' ? *p : -1;
}

static void unescape(struct log_wrap *w, char *scratch, size_t size)
{
	const char *p = w->rec.text, *end = p + w->rec.len;
	size_t n = 0, used;

	if (w->rec.len > size || !memchr(p, '\\', w->rec.len))
		return;
	while (p < end) {
		int c = *p == '\\' && p + 1 < end ? unescape_one(p + 1, end, &used) : -1;

		if (c < 0) {
			scratch[n++] = *p++;
			continue;
		}
		scratch[n++] = (char)c;
		p += 1 + used;
	}
	w->rec.text = scratch;
	w->rec.len = n;
}

void log_wrap_strip(struct log_wrap *w, char *scratch, size_t size)
{
	while (strip_one(w))
		w->unwrapped = true;
	if (w->rec.has_ts && w->rec.len && *w->rec.text != ' ') {
		struct scan s = {w->rec.text, w->rec.text + w->rec.len};

		wrap_monotonic(w, s);
	}
	if (w->escaped && scratch)
		unescape(w, scratch, size);
}

size_t log_wrap_find_stamp(const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	uint64_t ns;

	while (p < end && (p = memchr(p, '[', (size_t)(end - p)))) {
		struct scan s = {p, end};

		if (eat_stamp(&s, &ns))
			return (size_t)(p - text);
		p++;
	}
	return 0;
}

bool log_wrap_is_dropped(const char *text, size_t len)
{
	static const char dropped[] = "printk messages dropped **";

	return memmem(text, len, dropped, sizeof(dropped) - 1) != NULL;
}
