// SPDX-License-Identifier: GPL-3.0-or-later
/* What a key says to be personal: "password=...", "SerialNumber: ...", as kernels and daemons
 * write. */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "redact/personal.h"

#define TOKEN_MIN 16 /* characters of a key that no person could remember */

struct key {
	const char *name; /* lower case: the end of the word before the separator */
	enum redact_kind kind;
	size_t min;   /* characters of the value */
	bool colon;   /* "KEY: value" too */
	bool token;   /* only if the value is long and looks random */
	bool line;    /* the value is the rest of the line */
	bool letters; /* only if the value begins with a letter: others are numbers */
	bool host;
};

static const struct key keys[] = {
	{"password", REDACT_SECRET, 1, .colon = true}, {"passwd", REDACT_SECRET, 1, .colon = true},
	{"passphrase", REDACT_SECRET, 1, .colon = true}, {"pwd", REDACT_SECRET, 4, .letters = true},
	{"pass", REDACT_SECRET, 4}, {"psk", REDACT_SECRET, 8},
	{"secret", REDACT_SECRET, 4, .colon = true}, {"token", REDACT_SECRET, 8},
	{"apikey", REDACT_SECRET, 8, .colon = true}, {"api_key", REDACT_SECRET, 8, .colon = true},
	{"access_key", REDACT_SECRET, 8, .colon = true},
	{"secret_key", REDACT_SECRET, 4, .colon = true},
	{"private_key", REDACT_SECRET, 4, .colon = true}, {"credential", REDACT_SECRET, 4},
	{"credentials", REDACT_SECRET, 4},
	{"token", REDACT_SECRET, TOKEN_MIN, .colon = true, .token = true},
	{"key", REDACT_SECRET, TOKEN_MIN, .colon = true, .token = true},
	{"auth", REDACT_SECRET, TOKEN_MIN, .colon = true, .token = true},
	{"cookie", REDACT_SECRET, TOKEN_MIN, .token = true},
	{"user", REDACT_USER, 1, .letters = true}, {"username", REDACT_USER, 1, .letters = true},
	{"logname", REDACT_USER, 1, .letters = true}, {"acct", REDACT_USER, 1, .letters = true},
	{"hostname", REDACT_HOST, 2, .letters = true, .host = true},
	{"node", REDACT_HOST, 2, .letters = true},
	{"serial number", REDACT_SERIAL, 4, .colon = true},
	{"serial no", REDACT_SERIAL, 4, .colon = true},
	{"serialnumber", REDACT_SERIAL, 4, .colon = true},
	{"serial_number", REDACT_SERIAL, 4, .colon = true},
	{"serialno", REDACT_SERIAL, 4, .colon = true}, {"s/n", REDACT_SERIAL, 4, .colon = true},
	{"asset tag", REDACT_SERIAL, 4, .colon = true}, {"machine_id", REDACT_SERIAL, 8},
	{"machine-id", REDACT_SERIAL, 8, .colon = true}, {"imei", REDACT_SERIAL, 8, .colon = true},
	{"wwn", REDACT_SERIAL, 8, .colon = true}, {"wwpn", REDACT_SERIAL, 8, .colon = true},
	{"proctitle", REDACT_ARGUMENTS, 1, .line = true},
	{"; command", REDACT_ARGUMENTS, 1, .line = true}, /* sudo */
};

/* Whether the key ends before end, as a word. */
static bool is_key(const struct text *t, size_t end, const char *name)
{
	size_t n = strlen(name);
	char before;

	if (n > end)
		return false;
	for (size_t i = 0; i < n; i++)
		if (ascii_lower(t->p[end - n + i]) != name[i])
			return false;
	before = text_at(t, end - n - 1);
	return !ascii_is_alnum(name[0]) || !ascii_is_alnum(before);
}

static bool is_value(char c)
{
	return c > ' ' && c < 0x7f && !strchr("\"',;&<>()[]{}`", c);
}

static bool is_token_char(char c)
{
	return ascii_is_alnum(c) || (c && strchr("+/=_-.", c));
}

/* Both digits and letters, as random ones have; no path, and no address in memory. */
static bool is_token(const struct text *t, size_t from, size_t to)
{
	bool digit = false, letter = false;

	if (text_starts(t, from, "0x") || text_at(t, from) == '/')
		return false;
	for (size_t i = from; i < to; i++) {
		if (!is_token_char(t->p[i]))
			return false;
		digit |= ascii_is_digit(t->p[i]);
		letter |= ascii_is_alpha(t->p[i]);
	}
	return digit && letter;
}

/* The value after a separator, perhaps in quotes. */
static void find_value(const struct text *t, size_t at, bool line, struct span *ret)
{
	char quote = 0;

	while (text_at(t, at) == ' ' && text_at(t, at - 1) != '=')
		at++;
	if (text_at(t, at) == '"' || text_at(t, at) == '\'')
		quote = text_at(t, at++);
	ret->from = at;
	while (at < t->len && t->p[at] != quote && t->p[at] >= ' ' && t->p[at] < 0x7f &&
		(quote || line || is_value(t->p[at])))
		at++;
	ret->to = at;
}

/* Who is nobody in particular. */
static bool is_nobody(const struct text *t, const struct span *s)
{
	static const char *const nobody[] = {"root", "nobody", "none", "null", "unknown", "true",
		"false", "yes", "no", "localhost", "on", "off", "kernel"};

	for (size_t i = 0; i < ARRAY_SIZE(nobody); i++)
		if (strlen(nobody[i]) == s->to - s->from && text_starts(t, s->from, nobody[i]))
			return true;
	return false;
}

static bool fits(const struct text *t, const struct key *key, const struct span *s)
{
	if (s->to - s->from < key->min || (key->letters && !ascii_is_alpha(t->p[s->from])))
		return false;
	if (key->kind != REDACT_SECRET && is_nobody(t, s))
		return false;
	return !key->token || is_token(t, s->from, s->to);
}

bool pattern_key(const struct text *t, size_t at, struct span *ret)
{
	bool colon = t->p[at] == ':';
	size_t end = at;

	if (end && (t->p[end - 1] == '"' || t->p[end - 1] == '\''))
		end--; /* JSON */
	while (end && t->p[end - 1] == ' ' && at - end < 2)
		end--;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if ((colon && !keys[i].colon) || !is_key(t, end, keys[i].name))
			continue;
		find_value(t, at + 1, keys[i].line, ret);
		if (!fits(t, &keys[i], ret))
			continue;
		ret->kind = keys[i].kind;
		ret->host = keys[i].host;
		return true;
	}
	return false;
}
