// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The wrappings of a line, as rows. What each mirrors:
 *   printk time "[    5.123456] " and caller "[  T123] "   kernel/printk/printk.c
 *   "<6>"                                                  the same
 *   "kern  :warn  : ", "[Fri Nov 20 23:25:56 2026] ", "[<    0.000012>] ", "[  +0.000012] "
 *                                                        util-linux dmesg.c
 * Those that name a host are in log_wrap_host.c, extended records in log_wrap_rows.c, JSON and the
 * journal's export in log_journal.c.
 */
#include "log/log_wrap.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "log/log_wrap_rows.h"

/* ---- printk's own ------------------------------------------------------------------------ */

/* The digits after the point. Serial lines drop characters: one or two may be missing. */
static bool eat_usec(struct log_eat *s, uint64_t *usec)
{
	if (log_eat_digits(s, 6, usec))
		return true;
	if (log_eat_digits(s, 5, usec)) {
		*usec *= 10;
		return true;
	}
	if (!log_eat_digits(s, 4, usec))
		return false;
	*usec *= 100;
	return true;
}

/* "[    5.123456]": the number is seconds and microseconds since boot. */
static bool eat_stamp(struct log_eat *s, uint64_t *ns)
{
	uint64_t sec, usec;

	if (!log_eat_char(s, '['))
		return false;
	log_eat_blanks(s);
	if (!log_eat_number(s, &sec) || sec > UINT64_MAX / 2000000000u || !log_eat_char(s, '.') ||
		!eat_usec(s, &usec))
		return false;
	/* dmesg -d appends the difference to the line before: "[    5.1 <    0.1>]" */
	log_eat_blanks(s);
	if (log_eat_char(s, '<')) {
		while (s->p < s->end && *s->p != '>')
			s->p++;
		log_eat_char(s, '>');
	}
	*ns = sec * 1000000000u + usec * 1000u;
	return log_eat_char(s, ']');
}

/* "[  T123]" or "[    C0]"; makedumpfile and printk pad differently. */
static bool eat_caller(struct log_eat *s, uint32_t *id)
{
	uint64_t n;
	char c;

	if (!log_eat_char(s, '['))
		return false;
	log_eat_blanks(s);
	if (s->p == s->end || (*s->p != 'T' && *s->p != 'C'))
		return false;
	c = *s->p++;
	if (!log_eat_number(s, &n) || n >= LOG_CALLER_CPU || !log_eat_char(s, ']'))
		return false;
	*id = (uint32_t)n | (c == 'C' ? LOG_CALLER_CPU : 0);
	return true;
}

static bool wrap_stamp(struct log_wrap *w, struct log_eat s)
{
	uint64_t ns;

	if (!eat_stamp(&s, &ns))
		return false;
	w->rec.ts_ns = ns;
	w->rec.has_ts = true;
	struct log_eat c = s;
	log_eat_blanks(&c);
	if (eat_caller(&c, &w->rec.caller_id)) {
		w->rec.has_caller = true;
		s = c;
	}
	log_eat_gap(&s);
	log_wrap_advance(w, s.p);
	return true;
}

static bool wrap_caller(struct log_wrap *w, struct log_eat s)
{
	if (!eat_caller(&s, &w->rec.caller_id))
		return false;
	w->rec.has_caller = true;
	log_eat_gap(&s);
	log_wrap_advance(w, s.p);
	return true;
}

/* "c0 ", "c0   1234 ": the CPU, and the task. Follows the time on Android consoles. */
static bool wrap_cpu(struct log_wrap *w, struct log_eat s)
{
	struct log_eat task;
	uint64_t n;

	if (!w->rec.has_ts || !log_eat_char(&s, 'c') || !log_eat_number(&s, &n) ||
		!log_eat_char(&s, ' '))
		return false;
	task = s;
	log_eat_blanks(&task);
	if (log_eat_number(&task, &n) && log_eat_char(&task, ' '))
		s = task;
	log_wrap_advance(w, s.p);
	return true;
}

/* " kernel:text": what syslogd writes to terminals, below "Message from syslogd@host". */
static bool wrap_wall(struct log_wrap *w, struct log_eat s)
{
	if (!log_eat_text(&s, " kernel:") || s.p == s.end || *s.p == ' ')
		return false;
	log_wrap_advance(w, s.p);
	return true;
}

static bool wrap_priority(struct log_wrap *w, struct log_eat s)
{
	uint64_t n;

	if (!log_eat_char(&s, '<') || !log_eat_number(&s, &n) || n > 191 || !log_eat_char(&s, '>'))
		return false;
	w->rec.level = n & 7;
	w->rec.facility = (uint8_t)(n >> 3);
	w->rec.has_level = true;
	log_wrap_advance(w, s.p);
	return true;
}

/* ---- dmesg ------------------------------------------------------------------------------- */

/* By number. "res0" to "res3" are dmesg's names for those without one. */
static const char *const facilities[] = {"kern", "user", "mail", "daemon", "auth", "syslog", "lpr",
	"news", "uucp", "cron", "authpriv", "ftp", "res0", "res1", "res2", "res3", "local0",
	"local1", "local2", "local3", "local4", "local5", "local6", "local7"};
static const char *const levels[] = {
	"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"};

/* In small or in capital letters. */
static bool is_name(const char *p, size_t len, const char *name)
{
	size_t n = 0;
	char flip = len && *p >= 'A' && *p <= 'Z' ? 'a' - 'A' : 0;

	while (n < len && name[n] && p[n] + flip == name[n])
		n++;
	return n == len && !name[n];
}

bool log_wrap_is_level(const char *p, size_t len)
{
	static const char *const more[] = {"warning", "error", "panic", "critical"};

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (is_name(p, len, levels[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(more); i++)
		if (is_name(p, len, more[i]))
			return true;
	return false;
}

/* Consumes the longest name that s begins with: "authpriv" begins with "auth", too. */
static bool eat_name(struct log_eat *s, const char *const *names, size_t n, uint8_t *ret)
{
	struct log_eat best = {0};

	for (size_t i = 0; i < n; i++) {
		struct log_eat at = *s;

		if (log_eat_text(&at, names[i]) && (!best.p || at.p > best.p)) {
			best = at;
			*ret = (uint8_t)i;
		}
	}
	if (best.p)
		*s = best;
	return best.p != NULL;
}

/* "[2026-11-20T23:25:56.123Z]: ", after facility and level: talosctl dmesg */
static void take_bracketed_time(struct log_wrap *w, struct log_eat s)
{
	const char *close = s.p < s.end ? memchr(s.p, ']', (size_t)(s.end - s.p)) : NULL;
	uint64_t y, mon, d, frac;
	int64_t sec;

	if (!close || !log_eat_char(&s, '[') || !log_eat_digits(&s, 4, &y) ||
		!log_eat_char(&s, '-') || !log_eat_digits(&s, 2, &mon) || !log_eat_char(&s, '-') ||
		!log_eat_digits(&s, 2, &d) || !log_eat_char(&s, 'T') || !log_eat_clock(&s, &sec))
		return;
	if (log_eat_char(&s, '.'))
		log_eat_number(&s, &frac);
	if (!log_eat_text(&s, "Z]:") || !log_wrap_set_unix(w, y, mon, d, sec))
		return;
	log_eat_gap(&s);
	log_wrap_advance(w, s.p);
}

/* "kern  :warn  : ", and Talos' "kern:    warn: " */
static bool wrap_decoded(struct log_wrap *w, struct log_eat s)
{
	uint8_t facility = 0, level = 0;

	if (!eat_name(&s, facilities, ARRAY_SIZE(facilities), &facility))
		return false;
	log_eat_blanks(&s);
	if (!log_eat_char(&s, ':'))
		return false;
	log_eat_blanks(&s);
	if (!eat_name(&s, levels, ARRAY_SIZE(levels), &level))
		return false;
	log_eat_text(&s, "ing");
	log_eat_blanks(&s);
	if (!log_eat_char(&s, ':'))
		return false;
	log_eat_gap(&s);
	take_bracketed_time(w, s);
	s.p = w->rec.has_unix && w->rec.text > s.p ? w->rec.text : s.p;
	w->rec.level = level;
	w->rec.facility = facility;
	w->rec.has_level = true;
	log_wrap_advance(w, s.p);
	return true;
}

/* "[Fri Nov 20 23:25:56 2026] ": the time of dmesg -T, in the time zone of the user who ran it. */
static bool wrap_ctime(struct log_wrap *w, struct log_eat s)
{
	struct log_wall at = {s.p + 1, NULL};
	uint64_t day, year;
	int64_t sec;
	int mon;

	if (!log_eat_char(&s, '[') || s.end - s.p < 24 || !ascii_is_alpha(*s.p) || s.p[3] != ' ')
		return false;
	mon = log_eat_month(s.p + 4);
	s.p += 7;
	log_eat_blanks(&s);
	if (!mon || !log_eat_number(&s, &day) || !log_eat_char(&s, ' ') ||
		!log_eat_clock(&s, &sec) || !log_eat_char(&s, ' ') ||
		!log_eat_digits(&s, 4, &year) || !log_eat_char(&s, ']'))
		return false;
	at.to = s.p - 1;
	log_eat_gap(&s);
	if (!log_wrap_set_wall(w, at, year, (uint64_t)mon, day, sec))
		return false;
	log_wrap_advance(w, s.p);
	return true;
}

/* "[Nov20 23:25] " and then "[  +0.000012] ": dmesg -e */
static bool wrap_relative(struct log_wrap *w, struct log_eat s)
{
	uint64_t n;

	if (!log_eat_char(&s, '[') || s.end - s.p < 12)
		return false;
	if (log_eat_month(s.p)) {
		s.p += 3;
		log_eat_blanks(&s);
		if (!log_eat_number(&s, &n) || !log_eat_char(&s, ' ') ||
			!log_eat_digits(&s, 2, &n) || !log_eat_char(&s, ':') ||
			!log_eat_digits(&s, 2, &n))
			return false;
	} else {
		log_eat_blanks(&s);
		if (!log_eat_char(&s, '+') || !log_eat_number(&s, &n) || !log_eat_char(&s, '.') ||
			!log_eat_digits(&s, 6, &n))
			return false;
	}
	if (!log_eat_char(&s, ']'))
		return false;
	log_eat_gap(&s);
	log_wrap_advance(w, s.p);
	return true;
}

/* "[<    0.000012>] " */
static bool wrap_delta(struct log_wrap *w, struct log_eat s)
{
	uint64_t n;

	if (!log_eat_text(&s, "[<"))
		return false;
	log_eat_blanks(&s);
	if (!log_eat_number(&s, &n) || !log_eat_char(&s, '.') || !log_eat_digits(&s, 6, &n) ||
		!log_eat_text(&s, ">]"))
		return false;
	log_eat_gap(&s);
	log_wrap_advance(w, s.p);
	return true;
}

/* ---- the table --------------------------------------------------------------------------- */

/*
 * Sets of ASCII characters, one bit each: up to '?' in the first word, from '@' on in the second.
 */
#define C(c) (1ull << ((c)&63))
#define DIGITS 0x03ff000000000000u
#define HEX_LETTERS 0x0000007e0000007eu
#define SMALL_LETTERS 0x07fffffe00000000u

struct wrap_row {
	uint64_t first[2]; /* characters that it can start with */
	bool (*take)(struct log_wrap *w, struct log_eat s);
	bool once_alone; /* only as the outermost wrapping of a line */
};

/* clang-format off */
static const struct wrap_row rows[] = {
	{{0, C('[')}, wrap_stamp, false},
	{{C('<'), 0}, wrap_priority, false},
	{{0, C('[')}, wrap_caller, false},
	{{0, C('c')}, wrap_cpu, false},
	{{0, C('k')}, wrap_decoded, true},
	{{0, C('J') | C('F') | C('M') | C('A') | C('S') | C('O') | C('N') | C('D')}, log_wrap_syslog, false},
	{{C('1') | C('2'), 0}, log_wrap_iso, false},
	{{DIGITS, 0}, log_wrap_extended, false},
	{{0, C('[')}, wrap_ctime, false},
	{{0, C('[')}, wrap_delta, true},
	{{0, C('u') | C('d') | C('m') | C('a') | C('l') | C('n') | C('c')}, wrap_decoded, true},
	{{0, C('M') | C('T') | C('W') | C('F') | C('S')}, log_wrap_full, true},
	{{C('1'), 0}, log_wrap_epoch, true},
	{{C('1'), 0}, log_wrap_rfc5424, false},
	{{0, C('[')}, wrap_relative, false},
	{{DIGITS | C(':') | C(' '), HEX_LETTERS | C('[')}, log_wrap_sender, false},
	{{0, SMALL_LETTERS}, log_wrap_named, true},
	{{C(' '), 0}, wrap_wall, true},
};
/* clang-format on */

#define N_ROWS ARRAY_SIZE(rows)

void log_wrap_init(struct log_wrap *w, const char *text, size_t len)
{
	memset(w, 0, sizeof(*w));
	w->rec.text = text;
	w->rec.len = len;
}

static bool strip_one(struct log_wrap *w)
{
	struct log_eat s = {w->rec.text, w->rec.text + w->rec.len};
	unsigned char c = w->rec.len ? (unsigned char)*s.p : 0;

	for (size_t i = 0; c >= ' ' && c < 0x80 && i < N_ROWS; i++) {
		if (!(rows[i].first[c >> 6] & C(c)) || w->used & 1u << i ||
			(rows[i].once_alone && w->used))
			continue;
		if (rows[i].take(w, s)) {
			w->used |= 1u << i;
			w->rec.wraps |= LOG_WRAPS_ROW << i;
			return true;
		}
	}
	return false;
}

/* Decodes one escape at p (after the backslash) of n bytes. Returns the byte, or -1. */
static int unescape_one(const char *p, const char *end, size_t *n)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	const char *f = strchr(from, *p);

	*n = 1;
	if (*p == 'x' && end - p >= 3 && ascii_hex(p[1]) >= 0 && ascii_hex(p[2]) >= 0) {
		*n = 3;
		return ascii_hex(p[1]) << 4 | ascii_hex(p[2]);
	}
	if (*p == 'u' && end - p >= 5 && p[1] == '0' && p[2] == '0' && ascii_hex(p[3]) >= 0 &&
		ascii_hex(p[4]) >= 0) {
		*n = 5;
		return ascii_hex(p[3]) << 4 | ascii_hex(p[4]);
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
		struct log_eat s = {w->rec.text, w->rec.text + w->rec.len};

		log_wrap_monotonic(w, s);
	}
	if (w->escaped && !w->is_ext && scratch)
		log_wrap_unescape(w, scratch, size);
}

const char *log_wrap_next_fragment(const struct log_wrap *w)
{
	return memmem(w->rec.text, w->rec.len, w->header, w->header_len);
}

bool log_wrap_is_stamp(const char *p, const char *end)
{
	struct log_eat s = {p, end};
	uint64_t ns;

	return eat_stamp(&s, &ns);
}

size_t log_wrap_find_stamp(const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	while (p < end && (p = memchr(p, '[', (size_t)(end - p)))) {
		if (log_wrap_is_stamp(p, end))
			return (size_t)(p - text);
		p++;
	}
	return 0;
}

/* Consumes a number, then words: what follows the stars, or journald's ": Missed ". */
static bool counted(struct log_eat s, const char *words, uint64_t *n)
{
	return log_eat_number(&s, n) && log_eat_text(&s, words);
}

bool log_wrap_is_dropped(const char *text, size_t len, uint64_t *n)
{
	static const char missed[] = ": Missed ";
	struct log_eat s = {text, text + len};
	const char *p;

	if (log_eat_text(&s, "** "))
		return counted(s, " printk messages dropped **", n);
	if (!log_eat_text(&s, "systemd-journald["))
		return false;
	p = memmem(s.p, (size_t)(s.end - s.p), missed, sizeof(missed) - 1);
	return p && counted((struct log_eat){p + sizeof(missed) - 1, s.end}, " kernel messages", n);
}
