// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The wrappings of a line, as rows. What each mirrors:
 *   printk time "[    5.123456] " and caller "[  T123] "   kernel/printk/printk.c
 *   "<6>" and "6,1234,5678,-;"                             the same; netconsole adds a release
 *   "kern  :warn  : ", "[Fri Nov 20 23:25:56 2026] ", "[<    0.000012>] "   util-linux dmesg.c
 *   "Nov 20 23:25:56 host kernel: "                        rsyslog, journalctl -o short
 *   "2026-11-20T23:25:56.123456+00:00 host kernel: "       rsyslog, journalctl -o short-iso
 *   "[    5.123456] host kernel: "                         journalctl -o short-monotonic
 *   "Fri 2026-11-20 23:25:56 UTC host kernel: "            journalctl -o short-full
 *   "1795213556.123456 host kernel: "                      journalctl -o short-unix
 *   "10.0.0.7 ", "10.0.0.7: ", "[10.0.0.7] "               receivers of netconsole
 *   "  ::ffff:10.0.0.7: S000012 T00000005 F0/L6 "          netconsd's printer
 */
#include <arpa/inet.h>
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

static int hex_of(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
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

static void take_ext_caller(struct log_wrap *w, struct scan s)
{
	static const char key[] = ",caller=";
	const char *c = memmem(s.p, (size_t)(s.end - s.p), key, sizeof(key) - 1);
	uint64_t n;

	if (!c || s.end - c < 10)
		return;
	s.p = c + 9;
	if (eat_number(&s, &n) && n < LOG_CALLER_CPU) {
		w->rec.caller_id = (uint32_t)n | (c[8] == 'C' ? LOG_CALLER_CPU : 0);
		w->rec.has_caller = true;
	}
}

/* ",ncfrag=960/1200": the text is 240 bytes of a record of 1200, its keys included. */
static void take_fragment(struct log_wrap *w, const char *header, struct scan s)
{
	static const char key[] = ",ncfrag=";
	const char *c = memmem(s.p, (size_t)(s.end - s.p), key, sizeof(key) - 1);
	uint64_t at, total;

	if (!c)
		return;
	s.p = c + sizeof(key) - 1;
	w->header = header;
	w->header_len = (size_t)(s.p - header);
	if (eat_number(&s, &at) && eat(&s, '/') && eat_number(&s, &total)) {
		w->frag_offset = at;
		w->frag_total = total;
	}
}

/* "6,1234,5678,-[,caller=T1][,ncfrag=0/1200];text", with an optional release before it. */
static bool wrap_extended(struct log_wrap *w, struct scan s)
{
	uint64_t prio, seq, usec;
	const char *start = s.p;
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
	w->cont = *s.p;
	s.end = semi;
	take_ext_caller(w, s);
	take_fragment(w, start, s);
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

static bool is_host_char(char c)
{
	return is_digit(c) || is_alpha(c) || c == '-' || c == '.' || c == '_' || c == ':' ||
	       c == '(' || c == ')' || c == '%';
}

/* "sshd[12]: ": only a program of its own puts its number there. */
static bool eat_program(struct scan *s)
{
	uint64_t pid;

	while (s->p < s->end && *s->p != ' ' && *s->p != '[' && *s->p != ':')
		s->p++;
	return eat(s, '[') && eat_number(s, &pid) && eat_text(s, "]:");
}

/* " host kernel: " after a time; "kern.warning" may stand between them. */
static bool eat_host(struct log_wrap *w, struct scan *s)
{
	const char *host = s->p;

	while (s->p < s->end && is_host_char(*s->p))
		s->p++;
	if (s->p == host || s->p[-1] == ':' || s->p - host > 255 || !eat(s, ' '))
		return false;
	w->rec.host = host;
	w->rec.host_len = (size_t)(s->p - 1 - host);
	if (eat_text(s, "kern."))
		while (s->p < s->end && *s->p++ != ' ')
			;
	struct scan tag = *s;
	uint64_t pid;
	if (!eat_text(&tag, "kernel") && !eat_text(&tag, "klogd")) {
		w->foreign = eat_program(&tag);
		return true;
	}
	if (eat(&tag, '[') && !(eat_number(&tag, &pid) && eat(&tag, ']')))
		return true;
	if (eat(&tag, ':')) {
		*s = tag;
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

/* "Fri 2026-11-20 23:25:56 UTC host kernel: ": the zone by name; taken as UTC, as others. */
static bool wrap_full(struct log_wrap *w, struct scan s)
{
	uint64_t y, mon, d, frac;
	int64_t sec;

	if (s.end - s.p < 24 || !is_alpha(s.p[1]) || !is_alpha(s.p[2]) || s.p[3] != ' ')
		return false;
	s.p += 4;
	if (!eat_digits(&s, 4, &y) || !eat(&s, '-') || !eat_digits(&s, 2, &mon) || !eat(&s, '-') ||
		!eat_digits(&s, 2, &d) || !eat(&s, ' ') || !eat_clock(&s, &sec))
		return false;
	if (eat(&s, '.'))
		eat_number(&s, &frac);
	if (!eat(&s, ' '))
		return false;
	while (s.p < s.end && *s.p != ' ')
		s.p++;
	if (!eat(&s, ' ') || !set_unix(w, y, mon, d, sec) || !eat_host(w, &s))
		return false;
	advance(w, s.p);
	return true;
}

/* "1795213556.123456 host kernel: " */
static bool wrap_epoch(struct log_wrap *w, struct scan s)
{
	uint64_t sec, usec;

	if (!eat_digits(&s, 10, &sec) || !eat(&s, '.') || !eat_digits(&s, 6, &usec) ||
		!eat(&s, ' ') || !eat_host(w, &s))
		return false;
	w->rec.unix_ns = (int64_t)(sec * 1000000000u + usec * 1000u);
	w->rec.has_unix = true;
	advance(w, s.p);
	return true;
}

static bool is_address(const char *p, size_t len)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char binary[16];

	if (len < 3 || len >= sizeof(text))
		return false;
	memcpy(text, p, len);
	text[len] = 0;
	return inet_pton(AF_INET, text, binary) == 1 || inet_pton(AF_INET6, text, binary) == 1;
}

/* An address; of an IPv4 one in IPv6 form, only that. */
static bool eat_address(struct log_wrap *w, struct scan *s)
{
	static const char mapped[] = "::ffff:";
	const char *host = s->p, *end;

	while (s->p < s->end && (hex_of(*s->p) >= 0 || *s->p == ':' || *s->p == '.'))
		s->p++;
	end = s->p;
	if (end - host > 2 * INET6_ADDRSTRLEN)
		return false;
	while (end > host && !is_address(host, (size_t)(end - host)) && end[-1] != '.')
		end--;
	if (!is_address(host, (size_t)(end - host)))
		return false;
	s->p = end;
	if (end - host > 7 && memcmp(host, mapped, 7) == 0 &&
		memchr(host, '.', (size_t)(end - host)))
		host += 7;
	w->rec.host = host;
	w->rec.host_len = (size_t)(end - host);
	return true;
}

/* What netconsd knows of a record: "S000012 T00000005123456 F0/L6 [CONT START] ". */
static void take_netconsd(struct log_wrap *w, struct scan *at)
{
	struct scan s = *at;
	uint64_t seq, usec, facility, level;

	if (!eat(&s, 'S') || !eat_number(&s, &seq) || !eat_text(&s, " T") ||
		!eat_number(&s, &usec) || !eat_text(&s, " F") || !eat_number(&s, &facility) ||
		!eat_text(&s, "/L") || !eat_number(&s, &level))
		return;
	eat_gap(&s);
	if (!eat_text(&s, "[CONT START] "))
		eat_text(&s, "[CONT] ");
	if (usec < UINT64_MAX / 2000) {
		w->rec.ts_ns = usec * 1000;
		w->rec.has_ts = true;
	}
	w->rec.level = level & 7;
	w->rec.facility = (uint8_t)facility;
	w->rec.has_level = true;
	*at = s;
}

/* "10.0.0.7 text": who sent it, as programs that receive netconsole's packets note. */
static bool wrap_sender(struct log_wrap *w, struct scan s)
{
	uint64_t port;
	bool bracket;

	eat_blanks(&s);
	bracket = eat(&s, '[');
	if (!eat_address(w, &s) || (bracket && !eat(&s, ']')))
		goto none;
	if (eat(&s, ':') && eat_number(&s, &port))
		eat(&s, ':');
	if (s.p < s.end && !eat(&s, ' ') && !eat(&s, '|') && !eat(&s, ','))
		goto none;
	take_netconsd(w, &s);
	advance(w, s.p);
	return true;
none:
	w->rec.host = NULL;
	return false;
}

/* "web7: 6,1234,5678,-;text": a name alone proves nothing, but with such a record after it. */
static bool wrap_named(struct log_wrap *w, struct scan s)
{
	const char *host = s.p, *end;

	while (s.p < s.end && is_host_char(*s.p))
		s.p++;
	end = s.p > host && s.p[-1] == ':' ? s.p - 1 : s.p;
	if (end == host || end - host > 255 || !eat(&s, ' ') || s.p == s.end || !is_digit(*s.p) ||
		!wrap_extended(w, s))
		return false;
	w->rec.host = host;
	w->rec.host_len = (size_t)(end - host);
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
	{"0123456789", wrap_extended, false},
	{"[", wrap_ctime, false},
	{"[", wrap_delta, true},
	{"udmalnc", wrap_decoded, true},
	{"MTWFS", wrap_full, true},
	{"1", wrap_epoch, true},
	{"0123456789abcdefABCDEF: [", wrap_sender, true},
	{"abcdefghijklmnopqrstuvwxyz", wrap_named, true},
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

void log_wrap_unescape(struct log_wrap *w, char *scratch, size_t size)
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
	if (w->escaped && !w->is_ext && scratch)
		log_wrap_unescape(w, scratch, size);
}

const char *log_wrap_next_fragment(const struct log_wrap *w)
{
	return memmem(w->rec.text, w->rec.len, w->header, w->header_len);
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

/* The number that text begins with where these words follow. */
static bool counted(struct scan s, const char *words, uint64_t *n)
{
	return eat_number(&s, n) && eat_text(&s, words);
}

bool log_wrap_is_dropped(const char *text, size_t len, uint64_t *n)
{
	static const char stars[] = "** ", missed[] = "Missed ";
	const char *p = memmem(text, len, stars, sizeof(stars) - 1);

	if (p && counted((struct scan){p + 3, text + len}, " printk messages dropped **", n))
		return true;
	p = memmem(text, len, missed, sizeof(missed) - 1);
	return p && counted((struct scan){p + 7, text + len}, " kernel messages", n);
}
