// SPDX-License-Identifier: GPL-3.0-or-later
/* The table of patterns, and those that are told by the words around them. */
#include "redact/personal.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

#define BASE64_MIN 60

char text_at(const struct text *t, size_t at)
{
	return at < t->len ? t->p[at] : '\0';
}

bool text_is_word(const struct text *t, size_t at)
{
	char c = text_at(t, at);

	return ascii_is_alnum(c) || c == '_';
}

bool text_starts(const struct text *t, size_t at, const char *with)
{
	size_t n = strlen(with);

	return at <= t->len && n <= t->len - at && memcmp(t->p + at, with, n) == 0;
}

static bool is_name(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '_' || c == '.';
}

static bool is_local_part(char c)
{
	return is_name(c) || c == '+' || c == '%';
}

/* Takes the longest name from at on, without the stop or hyphen that ends a sentence. */
static size_t name_end(const struct text *t, size_t at)
{
	while (is_name(text_at(t, at)))
		at++;
	while (at && (text_at(t, at - 1) == '.' || text_at(t, at - 1) == '-'))
		at--;
	return at;
}

/* ---- with @ ------------------------------------------------------------------------------ */

/* Who builds the kernels of distributions: "(buildd@lcy02-amd64-059)". */
static bool is_builder(const struct text *t, size_t from, size_t at)
{
	static const char *const builders[] = {"debian-kernel", "buildd", "mockbuild", "geeko",
		"linux", "builder", "linux-kernel", "stable"};

	for (size_t i = 0; i < ARRAY_SIZE(builders); i++)
		if (strlen(builders[i]) == at - from && text_starts(t, from, builders[i]))
			return true;
	return false;
}

/* A top-level domain has letters alone: "memcpy@GLIBC_2.14" has none. */
static bool has_domain(const struct text *t, size_t from, size_t to)
{
	size_t at = to;

	while (at > from && ascii_is_alpha(t->p[at - 1]))
		at--;
	return at > from && t->p[at - 1] == '.' && to - at >= 2 && at - 1 > from;
}

static bool find_email(const struct text *t, size_t at, struct span *ret)
{
	ret->from = at;
	while (ret->from && is_local_part(t->p[ret->from - 1]))
		ret->from--;
	ret->to = name_end(t, at + 1);
	return ret->from < at && has_domain(t, at + 1, ret->to) && !is_builder(t, ret->from, at);
}

/* The '@' as a URL, a page or a kernel's extended record has it. */
static bool find_encoded_email(const struct text *t, size_t at, struct span *ret)
{
	static const char *const forms[] = {"%40", "&#64;", "&#x40;", "&commat;", "\\x40"};
	size_t i = 0, domain;

	while (i < ARRAY_SIZE(forms) && !text_starts(t, at, forms[i]))
		i++;
	if (i == ARRAY_SIZE(forms))
		return false;
	domain = at + strlen(forms[i]);
	ret->from = at;
	while (ret->from && is_local_part(t->p[ret->from - 1]))
		ret->from--;
	ret->to = name_end(t, domain);
	return ret->from < at && ret->to > domain && has_domain(t, domain, ret->to);
}

/* "Linux version 6.1.0 (bob@laptop) (gcc ...": who built the kernel, and where. */
static bool find_builder(const struct text *t, size_t at, struct span *ret)
{
	static const char intro[] = "Linux version ";
	size_t i;

	ret->from = at;
	while (ret->from && is_local_part(t->p[ret->from - 1]))
		ret->from--;
	ret->to = name_end(t, at + 1);
	if (ret->from < 2 || text_at(t, ret->from - 1) != '(' || text_at(t, ret->to) != ')')
		return false;
	for (i = ret->from - 2; i && t->p[i - 1] != ' ' && ret->from - i < 128;)
		i--;
	return i >= sizeof(intro) - 1 && text_starts(t, i - sizeof(intro) + 1, intro) &&
	       !is_builder(t, ret->from, at);
}

/* "https://bob:secret@host/": from after the slashes to before the '@'. */
static bool find_credentials(const struct text *t, size_t at, struct span *ret)
{
	bool colon = false;

	if (!text_starts(t, at, "://") || !at || !ascii_is_alnum(t->p[at - 1]))
		return false;
	ret->from = ret->to = at + 3;
	for (; ret->to < t->len && t->p[ret->to] > ' ' && !strchr("/?#\"'<>", t->p[ret->to]);
		ret->to++) {
		if (t->p[ret->to] == '@')
			return colon && ret->to > ret->from;
		colon |= t->p[ret->to] == ':';
	}
	return false;
}

/* ---- after a phrase ---------------------------------------------------------------------- */

static bool is_secret(char c)
{
	return ascii_is_alnum(c) || (c && strchr("+/=_-.~", c));
}

static const struct phrase {
	const char *text;
	enum redact_kind kind;
	bool host;
	bool part; /* the phrase is a part of what is replaced */
	size_t min;
} phrases[] = {
	{"/home/", REDACT_USER, .min = 1},
	{"/Users/", REDACT_USER, .min = 1},
	{"of user ", REDACT_USER, .min = 1},
	{"for user ", REDACT_USER, .min = 1},
	{"et hostname to <", REDACT_HOST, .host = true, .min = 1},
	{"ostname set to <", REDACT_HOST, .host = true, .min = 1},
	{"nfs: server ", REDACT_HOST, .host = true, .min = 2},
	{"lockd: server ", REDACT_HOST, .host = true, .min = 2},
	{"Bearer ", REDACT_SECRET, .min = 8},
	{"Basic ", REDACT_SECRET, .min = 16},
	{"ghp_", REDACT_SECRET, .part = true, .min = 20},
	{"AKIA", REDACT_SECRET, .part = true, .min = 16},
	{"eyJ", REDACT_SECRET, .part = true, .min = 32},
	{"xoxb-", REDACT_SECRET, .part = true, .min = 16},
};

static bool is_kept_user(const struct text *t, const struct span *s)
{
	return s->to - s->from == 4 && text_starts(t, s->from, "root");
}

static bool find_phrase(const struct text *t, size_t at, struct span *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(phrases); i++) {
		const struct phrase *p = &phrases[i];
		size_t start = at + strlen(p->text), end = start;

		if (!text_starts(t, at, p->text) || (p->part && text_is_word(t, at - 1)))
			continue;
		if (p->kind == REDACT_SECRET) {
			while (is_secret(text_at(t, end)))
				end++;
		} else {
			end = name_end(t, start);
		}
		*ret = (struct span){p->part ? at : start, end, p->kind, p->host};
		/* A user with a number only, and an address, are no names. */
		if (end - start >= p->min && end > start && !is_kept_user(t, ret) &&
			(p->kind == REDACT_SECRET || ascii_is_alpha(t->p[start])))
			return true;
	}
	return false;
}

/* "12:34:56 web1 kernel: ..." of syslog: the word before "kernel:" and after a time. */
static bool find_syslog_host(const struct text *t, size_t at, struct span *ret)
{
	char before;

	if (!text_starts(t, at, " kernel: ") && !text_starts(t, at, " kernel[") &&
		!text_starts(t, at, " systemd["))
		return false;
	for (ret->from = at; ret->from && is_name(t->p[ret->from - 1]);)
		ret->from--;
	ret->to = at;
	if (ret->from < 8 || ret->to - ret->from < 2 || t->p[ret->from - 1] != ' ' ||
		!ascii_is_alnum(t->p[ret->from]))
		return false;
	/* A time ends with seconds, a zone, or Z. */
	before = t->p[ret->from - 2];
	ret->host = true;
	return (ascii_is_digit(before) || before == 'Z') && memchr(t->p + ret->from - 8, ':', 6);
}

/* A key in a text form, with its lines as far as they follow. */
static bool find_pem(const struct text *t, size_t at, struct span *ret)
{
	static const char begin[] = "-----BEGIN ", end[] = "-----END ";
	size_t i = at;

	if (!text_starts(t, at, begin))
		return false;
	while (i < t->len && t->p[i] && !text_starts(t, i, end))
		i++;
	if (text_starts(t, i, end)) {
		i += sizeof(end) - 1;
		while (i < t->len && t->p[i] != '-' && t->p[i] >= ' ')
			i++;
		while (text_at(t, i) == '-')
			i++;
	}
	ret->from = at;
	ret->to = i;
	return true;
}

/*
 * A line of a key in a text form (64 characters of base64), or a token: no word of a log is as long
 * and has capitals, small letters and digits.
 */
static bool find_base64(const struct text *t, size_t at, struct span *ret)
{
	bool upper = false, lower = false, digit = false;
	char c, before = text_at(t, at - 1);

	if (text_is_word(t, at - 1) || before == '/' || before == '+' || before == '.')
		return false;
	ret->from = ret->to = at;
	for (; (c = text_at(t, ret->to)), ascii_is_alnum(c) || c == '+' || c == '/' || c == '=';
		ret->to++) {
		digit |= ascii_is_digit(c);
		lower |= c >= 'a' && c <= 'z';
		upper |= c >= 'A' && c <= 'Z';
	}
	return ret->to - at >= BASE64_MIN && upper && lower && digit && !text_is_word(t, ret->to);
}

/* ---- the table --------------------------------------------------------------------------- */

/* Where two find something at the same character, the first row decides on the kind. */
const struct pattern patterns[] = {
	{"pem", REDACT_SECRET, "-", find_pem,
		"k: -----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY----- .",
		"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----",
		"------------[ cut here ]------------"},
	{"url-credentials", REDACT_SECRET, ":", find_credentials,
		"fetching https://bob:hunter2@mirror/x", "bob:hunter2",
		"see https://bugs.kernel.org/show?id=1@2"},
	{"builder", REDACT_EMAIL, "@", find_builder,
		"Linux version 6.1.0 (bob@laptop) (gcc 12.2.0)", "bob@laptop",
		"Linux version 6.1.0 (buildd@lcy02-amd64-059) (gcc 12.2.0)"},
	{"email", REDACT_EMAIL, "@", find_email, "ask bob.smith@corp.example.com.",
		"bob.smith@corp.example.com", "memcpy@@GLIBC_2.14 at uart@fe201000"},
	{"email-encoded", REDACT_EMAIL, "%&\\", find_encoded_email, "to=bob%40corp.example.com&x",
		"bob%40corp.example.com", "memcpy%40 a%40b f%403.5 x&#64;y tab\\x40z.1"},
	{"key", REDACT_SECRET, "=:", pattern_key, "root=/dev/vda1 db_password=hunter2 ro",
		"hunter2", "keyring: key=0x1234567890abcdef type=key: none"},
	{"key-colon", REDACT_SERIAL, "=:", pattern_key, "usb 1-1: SerialNumber: AB12-9", "AB12-9",
		"usb 1-1: New USB device strings: Mfr=3, Product=2, SerialNumber=1"},
	{"key-quoted", REDACT_USER, "=:", pattern_key, "audit: acct=\"bob\" res=1", "bob",
		"audit: acct=\"root\" uid=0"},
	{"key-line", REDACT_ARGUMENTS, "=:", pattern_key, "audit: proctitle=mysql -u bob",
		"mysql -u bob", "Comm: mysql Not tainted"},
	{"phrase", REDACT_USER, "/of", find_phrase, "opening /home/bob/.ssh/id failed", "bob",
		"path /home/ of user 1000"},
	{"phrase-host", REDACT_HOST, "eonl", find_phrase,
		"systemd[1]: Set hostname to <web1.corp.example>.", "web1.corp.example",
		"nfs: server 1 of 2"},
	{"phrase-secret", REDACT_SECRET, "BgAex", find_phrase,
		"Authorization: Bearer abc.def-12345", "abc.def-12345", "Basic block of eyJ"},
	{"base64", REDACT_SECRET, "*+/", find_base64,
		"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj.",
		"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef "
		"/usr/lib/x86_64/Some1/very/long/path/that/has/Capitals/and/more/of/them"},
	{"syslog-host", REDACT_HOST, " ", find_syslog_host, "Nov 29 14:12:31 web1 kernel: BUG: bad",
		"web1", "the module kernel: loaded 12:34:56"},
	{"uuid", REDACT_UUID, "#", pattern_uuid,
		"root=UUID=0d1e2f30-1111-2222-3333-444455556666 ro",
		"0d1e2f30-1111-2222-3333-444455556666", "BUILD-ID=0d1e2f301111222233334444"},
	{"mac", REDACT_MAC, "#", pattern_mac, "eth0: 52:54:00:12:34:56, link up",
		"52:54:00:12:34:56", "ff:ff:ff:ff:ff:ff at 12:34:56 on 0000:00:03.0"},
	{"ipv6", REDACT_IPV6, "#:", pattern_ipv6, "from fe80::5054:ff:fe12:3456%eth0: bad",
		"fe80::5054:ff:fe12:3456",
		"std::vector<foo::bar> 12:34:56 RSP: 0018:ffffc90000d0fbc8 0000:00:03.0 "
		"dead::beef"},
	{"ipv4", REDACT_IPV4, "0", pattern_ipv4, "nfs: 10.20.30.40:/srv not responding.",
		"10.20.30.40",
		"6.1.0-55 4.18.0-372.9.1.el8 5.15.0-8.91.4.1.el8uek v1.2.3.4 127.0.0.1 "
		"driver version: 7.40.50.3"},
};

const size_t n_patterns = ARRAY_SIZE(patterns);
