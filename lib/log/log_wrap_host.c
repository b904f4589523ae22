// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Wrappings that name the host. What each mirrors:
 *   "Nov 20 23:25:56 host kernel: "                        rsyslog, journalctl -o short
 *   "2026-11-20T23:25:56.123456+00:00 host kernel: "       rsyslog, journalctl -o short-iso
 *   "[    5.123456] host kernel: "                         journalctl -o short-monotonic
 *   "Fri 2026-11-20 23:25:56 UTC host kernel: "            journalctl -o short-full
 *   "1795213556.123456 host kernel: "                      journalctl -o short-unix
 *   "1 2026-11-20T23:25:56.123456Z host kernel - - - "     RFC 5424, after "<4>"
 *   "Fri Nov 20 23:25:56 2026 kern.warn kernel: "          OpenWrt's logread
 *   "10.0.0.7 ", "10.0.0.7: ", "[10.0.0.7] "               receivers of netconsole
 *   "  ::ffff:10.0.0.7: S000012 T00000005 F0/L6 "          netconsd's printer
 */
#include <arpa/inet.h>
#include <string.h>

#include "base/ascii.h"
#include "base/seconds.h"
#include "log/log_wrap_rows.h"
#include "log/log_zone.h"

static bool is_host_char(char c)
{
	return ascii_is_digit(c) || ascii_is_alpha(c) || c == '-' || c == '.' || c == '_' ||
	       c == ':' || c == '(' || c == ')' || c == '%';
}

/* "sshd[12]: ": only a program other than the kernel has a process id there. */
static bool eat_program(struct log_eat *s)
{
	uint64_t pid;

	while (s->p < s->end && *s->p != ' ' && *s->p != '[' && *s->p != ':')
		s->p++;
	return log_eat_char(s, '[') && log_eat_number(s, &pid) && log_eat_text(s, "]:");
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

/* "kernel: ", "kernel[12]: ", "kernel " of RFC 5424 (which keeps what follows) */
static bool eat_kernel(struct log_eat *s)
{
	struct log_eat tag = *s;
	uint64_t pid;

	if (!log_eat_text(&tag, "kernel") && !log_eat_text(&tag, "klogd"))
		return false;
	if (log_eat_char(&tag, '[') && !(log_eat_number(&tag, &pid) && log_eat_char(&tag, ']')))
		return false;
	if (log_eat_char(&tag, ':')) {
		log_eat_gap(&tag);
		*s = tag;
		return true;
	}
	return tag.p < tag.end && *tag.p == ' ';
}

/* Whether a kernel line begins here, judged by its wrapping: "[", "<6>", "6,1234,". */
static bool is_wrapped(struct log_eat s)
{
	uint64_t n;

	if (log_eat_char(&s, '['))
		return s.p < s.end && (*s.p == ' ' || ascii_is_digit(*s.p));
	if (log_eat_char(&s, '<'))
		return log_eat_number(&s, &n) && log_eat_char(&s, '>');
	return log_eat_number(&s, &n) && log_eat_char(&s, ',');
}

/* "err ": some programs write the level before the host, or instead of it. */
static void eat_level(struct log_eat *s)
{
	const char *p = s->p;

	while (p < s->end && ascii_is_alpha(*p))
		p++;
	if (p < s->end && *p == ' ' && log_wrap_is_level(s->p, (size_t)(p - s->p)))
		s->p = p + 1;
}

/* "kern.warn " */
static void eat_priority(struct log_eat *s)
{
	const char *p = s->p, *dot;

	while (p < s->end && (ascii_is_alpha(*p) || ascii_is_digit(*p)))
		p++;
	dot = p;
	if (dot == s->p || dot == s->end || *p++ != '.')
		return;
	while (p < s->end && ascii_is_alpha(*p))
		p++;
	if (p < s->end && *p == ' ' && log_wrap_is_level(dot + 1, (size_t)(p - dot - 1)))
		s->p = p + 1;
}

/* "err kernel: ", "user.err kernel: ": many devices write the level after the host. */
static void eat_level_before_tag(struct log_eat *s)
{
	struct log_eat at = *s, tag;

	eat_priority(&at);
	if (at.p == s->p)
		eat_level(&at);
	tag = at;
	if (at.p > s->p && (eat_kernel(&tag) || eat_program(&tag)))
		*s = at;
}

/* "sudo: ", "nagios: ": a program that does not write its process id, or words of the kernel. */
static bool is_named(struct log_eat s)
{
	const char *start = s.p;

	while (s.p < s.end && (ascii_is_alpha(*s.p) || ascii_is_digit(*s.p) || *s.p == '-' ||
				      *s.p == '_' || *s.p == '.' || *s.p == '/'))
		s.p++;
	if (s.p == start || *start < 'a' || *start > 'z' || !log_eat_text(&s, ": "))
		return false;
	log_eat_blanks(&s);
	return !is_wrapped(s);
}

enum host_place { HOST_GIVEN, HOST_PROVEN };

/*
 * " host kernel: " after a time, possibly with "kern.warning" in between. PROVEN: only
 * if what follows proves that it is a host, since a time may come before anything.
 */
static bool eat_host(struct log_wrap *w, struct log_eat *s, enum host_place place)
{
	struct log_eat at = *s, tag;
	const char *host, *end;
	bool foreign = false;

	eat_level(&at);
	host = at.p;
	while (at.p < at.end && is_host_char(*at.p))
		at.p++;
	end = at.p;
	if (end == host || end[-1] == ':' || end - host > 255 || !log_eat_char(&at, ' '))
		return false;
	if (log_eat_text(&at, "kern."))
		while (at.p < at.end && *at.p++ != ' ')
			;
	else
		eat_level_before_tag(&at);
	tag = at;
	if (eat_kernel(&at)) {
		w->tagged = true;
	} else {
		w->tagged = foreign = eat_program(&tag);
		w->named = !foreign && is_named(at);
		if (place == HOST_PROVEN && !foreign && !is_wrapped(at) &&
			!is_address(host, (size_t)(end - host)))
			return false;
	}
	w->rec.host = host;
	w->rec.host_len = (size_t)(end - host);
	w->foreign = foreign;
	*s = at;
	return true;
}

/* "Nov 20 23:25:56 host kernel: " */
bool log_wrap_syslog(struct log_wrap *w, struct log_eat s)
{
	struct log_wall at = {s.p, NULL};
	uint64_t day;
	int64_t sec;

	if (s.end - s.p < 16 || !log_eat_month(s.p) || s.p[3] != ' ')
		return false;
	s.p += 4;
	log_eat_blanks(&s);
	if (!log_eat_number(&s, &day) || day > 31 || !log_eat_char(&s, ' ') ||
		!log_eat_clock(&s, &sec))
		return false;
	if (log_eat_char(&s, '.'))
		log_eat_number(&s, &day);
	at.to = s.p;
	/* Some programs write no host. */
	if (!log_eat_char(&s, ' ') || (!eat_host(w, &s, HOST_GIVEN) && !eat_kernel(&s)))
		return false;
	log_wrap_set_wall(w, at, 0, 0, 0, 0);
	log_wrap_advance(w, s.p);
	return true;
}

/* "2026-11-20T23:25:56.123456+00:00 [host kernel: ]"; dmesg --time-format iso has a comma. */
bool log_wrap_iso(struct log_wrap *w, struct log_eat s)
{
	struct log_wall at = {s.p, NULL};
	uint64_t y, mon, d, frac;
	int64_t sec, off = 0;
	bool comma = false, zone = false;

	if (!log_eat_digits(&s, 4, &y) || !log_eat_char(&s, '-') || !log_eat_digits(&s, 2, &mon) ||
		!log_eat_char(&s, '-') || !log_eat_digits(&s, 2, &d) ||
		(!log_eat_char(&s, 'T') && !log_eat_char(&s, ' ')) || !log_eat_clock(&s, &sec))
		return false;
	if ((comma = log_eat_char(&s, ',')) || log_eat_char(&s, '.'))
		log_eat_number(&s, &frac);
	at.to = s.p;
	if (s.p < s.end && (*s.p == 'Z' || *s.p == '+' || *s.p == '-') &&
		!(zone = log_zone_eat(&s, &off)))
		return false;
	if (zone)
		log_eat_char(&s, ':');
	if (!log_eat_char(&s, ' '))
		return false;
	if (zone ? !log_wrap_set_unix(w, y, mon, d, sec - off)
		 : !log_wrap_set_wall(w, at, y, mon, d, sec))
		return false;
	struct log_eat host = s;
	if (!comma && eat_host(w, &host, HOST_PROVEN)) {
		s = host;
	} else {
		eat_level(&host);
		if (eat_kernel(&host))
			s = host;
		/* Test labs align the text. A call trace's own blanks must stay. */
		log_eat_blanks(&host);
		if (host.end - host.p > 1 && (*host.p == '[' || *host.p == '<') &&
			(host.p[1] == ' ' || ascii_is_digit(host.p[1])))
			s = host;
	}
	log_wrap_advance(w, s.p);
	return true;
}

/*
 * "Fri Nov 20 23:25:56 2026 kern.warn kernel: ", from the month on: OpenWrt's logread, and programs
 * that use ctime().
 */
static bool take_ctime(struct log_wrap *w, struct log_eat s, const char *start)
{
	struct log_wall at = {start, NULL};
	uint64_t mon = (uint64_t)log_eat_month(s.p), day, year;
	struct log_eat tag;
	int64_t sec;

	s.p += 3;
	log_eat_blanks(&s);
	if (!log_eat_number(&s, &day) || !log_eat_char(&s, ' ') || !log_eat_clock(&s, &sec) ||
		!log_eat_char(&s, ' ') || !log_eat_digits(&s, 4, &year))
		return false;
	at.to = s.p;
	log_eat_char(&s, ':');
	if (!log_eat_char(&s, ' '))
		return false;
	eat_priority(&s);
	tag = s;
	if (!eat_kernel(&s) && !is_wrapped(s) && !eat_host(w, &s, HOST_PROVEN)) {
		if (!eat_program(&tag))
			return false;
		w->foreign = true;
	}
	if (!log_wrap_set_wall(w, at, year, mon, day, sec))
		return false;
	log_wrap_advance(w, s.p);
	return true;
}

/* "Fri 2026-11-20 23:25:56 UTC host kernel: ": the zone is a name. */
bool log_wrap_full(struct log_wrap *w, struct log_eat s)
{
	const char *start = s.p;
	struct log_wall at = {s.p, NULL};
	uint64_t y, mon, d, frac;
	int64_t sec, off = 0;
	bool zone;

	if (s.end - s.p < 24 || !ascii_is_alpha(s.p[1]) || !ascii_is_alpha(s.p[2]) || s.p[3] != ' ')
		return false;
	s.p += 4;
	if (log_eat_month(s.p))
		return take_ctime(w, s, start);
	if (!log_eat_digits(&s, 4, &y) || !log_eat_char(&s, '-') || !log_eat_digits(&s, 2, &mon) ||
		!log_eat_char(&s, '-') || !log_eat_digits(&s, 2, &d) || !log_eat_char(&s, ' ') ||
		!log_eat_clock(&s, &sec))
		return false;
	if (log_eat_char(&s, '.'))
		log_eat_number(&s, &frac);
	if (!log_eat_char(&s, ' '))
		return false;
	zone = log_zone_eat(&s, &off);
	while (s.p < s.end && *s.p != ' ')
		s.p++;
	at.to = s.p;
	if (!log_eat_char(&s, ' ') || !eat_host(w, &s, HOST_GIVEN))
		return false;
	if (zone ? !log_wrap_set_unix(w, y, mon, d, sec - off)
		 : !log_wrap_set_wall(w, at, y, mon, d, sec))
		return false;
	log_wrap_advance(w, s.p);
	return true;
}

/* "1795213556.123456 [host kernel: ]" */
bool log_wrap_epoch(struct log_wrap *w, struct log_eat s)
{
	uint64_t sec, usec;
	int64_t ns;

	if (!log_eat_digits(&s, 10, &sec) || !log_eat_char(&s, '.') ||
		!log_eat_digits(&s, 6, &usec) || !log_eat_char(&s, ' ') ||
		!seconds_to_ns((int64_t)sec + 1, &ns))
		return false;
	eat_host(w, &s, HOST_PROVEN);
	w->rec.unix_ns = (int64_t)(sec * 1000000000u + usec * 1000u);
	w->rec.has_unix = true;
	log_wrap_advance(w, s.p);
	return true;
}

/* An address. Of an IPv4 address in IPv6 form, only the IPv4 part. */
static bool eat_address(struct log_wrap *w, struct log_eat *s)
{
	static const char mapped[] = "::ffff:";
	const char *host = s->p, *end;

	while (s->p < s->end && (ascii_hex(*s->p) >= 0 || *s->p == ':' || *s->p == '.'))
		s->p++;
	end = s->p;
	if (end - host > 2 * INET6_ADDRSTRLEN || end == s->end ||
		(!memchr(host, '.', (size_t)(end - host)) &&
			!memchr(host, ':', (size_t)(end - host))))
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

/* netconsd's fields about a record: "S000012 T00000005123456 F0/L6 [CONT START] ". */
static void take_netconsd(struct log_wrap *w, struct log_eat *at)
{
	struct log_eat s = *at;
	uint64_t seq, usec, facility, level;

	if (!log_eat_char(&s, 'S') || !log_eat_number(&s, &seq) || !log_eat_text(&s, " T") ||
		!log_eat_number(&s, &usec) || !log_eat_text(&s, " F") ||
		!log_eat_number(&s, &facility) || !log_eat_text(&s, "/L") ||
		!log_eat_number(&s, &level))
		return;
	log_eat_gap(&s);
	if (!log_eat_text(&s, "[CONT START] "))
		log_eat_text(&s, "[CONT] ");
	if (usec < UINT64_MAX / 2000) {
		w->rec.ts_ns = usec * 1000;
		w->rec.has_ts = true;
	}
	w->rec.level = level & 7;
	w->rec.facility = (uint8_t)facility;
	w->rec.has_level = true;
	*at = s;
}

/* "10.0.0.7 text": the sender, as programs that receive netconsole packets write it. */
bool log_wrap_sender(struct log_wrap *w, struct log_eat s)
{
	uint64_t port;
	bool bracket;

	if (w->rec.host || w->rec.has_ts)
		return false;
	log_eat_blanks(&s);
	bracket = log_eat_char(&s, '[');
	if (!eat_address(w, &s) || (bracket && !log_eat_char(&s, ']')))
		goto none;
	if (log_eat_char(&s, ':') && log_eat_number(&s, &port))
		log_eat_char(&s, ':');
	if (s.p < s.end && !log_eat_char(&s, ' ') && !log_eat_char(&s, '|') &&
		!log_eat_char(&s, ','))
		goto none;
	take_netconsd(w, &s);
	log_wrap_advance(w, s.p);
	return true;
none:
	w->rec.host = NULL;
	return false;
}

/* "web7: 6,1234,5678,-;text": a name counts only if such a record follows. */
bool log_wrap_named(struct log_wrap *w, struct log_eat s)
{
	const char *host = s.p, *end;

	while (s.p < s.end && is_host_char(*s.p))
		s.p++;
	end = s.p > host && s.p[-1] == ':' ? s.p - 1 : s.p;
	if (end == host || end - host > 255 || !log_eat_char(&s, ' ') || s.p == s.end ||
		!ascii_is_digit(*s.p) || !log_wrap_extended(w, s))
		return false;
	w->rec.host = host;
	w->rec.host_len = (size_t)(end - host);
	return true;
}

/* A word of a syslog header, or its structured data "[a b=\"c\"]". */
static bool eat_word(struct log_eat *s)
{
	const char *start = s->p;
	char stop = s->p < s->end && *s->p == '[' ? ']' : ' ';

	while (s->p < s->end && *s->p != stop)
		s->p++;
	if (stop == ']')
		log_eat_char(s, ']');
	return s->p > start && log_eat_char(s, ' ');
}

/* "1 2026-11-20T23:25:56.123456Z host kernel - - - ", after the priority: RFC 5424 */
bool log_wrap_rfc5424(struct log_wrap *w, struct log_eat s)
{
	struct log_wrap taken = *w;

	if (!w->rec.has_level || !log_eat_text(&s, "1 ") || !log_wrap_iso(&taken, s) ||
		!taken.rec.host)
		return false;
	s.p = taken.rec.text;
	taken.foreign = !log_eat_text(&s, "kernel ");
	if ((taken.foreign && !eat_word(&s)) || !eat_word(&s) || !eat_word(&s) || !eat_word(&s))
		return false;
	*w = taken;
	log_eat_text(&s, "\xef\xbb\xbf");
	log_wrap_advance(w, s.p);
	return true;
}

/* "host kernel: " after a time stamp: journalctl -o short-monotonic, perhaps with --no-hostname */
bool log_wrap_monotonic(struct log_wrap *w, struct log_eat s)
{
	const char *host = s.p;

	if (w->rec.has_ts && log_eat_text(&s, "kernel: ")) {
		log_wrap_advance(w, s.p);
		return true;
	}

	while (s.p < s.end && *s.p != ' ')
		s.p++;
	if (!w->rec.has_ts || s.p == host || !log_eat_text(&s, " kernel: "))
		return false;
	w->rec.host = host;
	w->rec.host_len = (size_t)(s.p - 9 - host);
	log_wrap_advance(w, s.p);
	return true;
}
