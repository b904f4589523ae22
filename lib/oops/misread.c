// SPDX-License-Identifier: GPL-3.0-or-later
/* See misread.h. */
#include "oops/misread.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/text_piece.h"

/* The digit that a letter is taken for; 0: none. */
static char digit_of(char c)
{
	return c == 'l' || c == 'I' ? '1' : c == 'O' || c == 'o' ? '0' : 0;
}

static bool is_word_char(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

/* Whether a word is a number if letters are taken for digits. */
static bool could_be(const char *p, size_t n, bool hex)
{
	for (size_t i = 0; i < n; i++)
		if (!ascii_is_digit(p[i]) && !digit_of(p[i]) && !(hex && ascii_hex(p[i]) >= 0))
			return false;
	return n > 0;
}

/* Of machines with 32 bits: "eax", "CR2", "r10", "pc" */
static bool is_register(const char *p, size_t n)
{
	static const char *const names[] = {"eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp",
		"eip", "ip", "pc", "lr", "sp", "fp", "psr"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == n && ascii_is_same(p, names[i], n))
			return true;
	return n > 1 && ascii_is_digit(p[n - 1]) && (p[0] == 'r' || p[0] == 'R' || p[1] == 'R');
}

/*
 * Whether a word stands where an address or a register of 32 bits does: "eax: ", "pc : ", "[<",
 * "*pde = ". Elsewhere it may well be a name: "Comm: decode01", "[local001]".
 */
static bool is_at_value(const char *line, size_t at)
{
	static const char *const befores[] = {
		"[<", "= ", "address ", "address: ", "EFLAGS: ", "reference at "};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(befores); i++)
		if (text_ends(line, at, befores[i]))
			return true;
	if (!text_ends(line, at, ": "))
		return false;
	at -= 2;
	at -= at && line[at - 1] == ' ';
	while (n < at && n < 4 && is_word_char(line[at - n - 1]))
		n++;
	return is_register(line + at - n, n);
}

/* All digits of an address or a register: some were read rightly, or all as O. */
static bool is_full_width(const char *line, size_t at, size_t n)
{
	const char *p = line + at;
	size_t digits = 0, zeros = 0;

	if ((n != 16 && !(n == 8 && is_at_value(line, at))) || !could_be(p, n, true))
		return false;
	for (size_t i = 0; i < n; i++) {
		digits += ascii_is_digit(p[i]);
		zeros += p[i] == 'O' || p[i] == 'o';
	}
	return zeros == n || digits >= 2;
}

/* What a number in decimal digits, or one in hexadecimal digits, stands behind. */
static const struct {
	const char *word;
	bool hex;
} leads[] = {
	{"CPU: ", false},
	{"CPU#", false},
	{"PID: ", false},
	{"Pid: ", false},
	{"UID: ", false},
	{"RIP: ", true},
	{"RSP: ", true},
	{"CS:  ", true},
	{"swapper/", false},
	{"for more than ", false},
	{"Oops: ", true},
	{" [#", false},
};

static bool follows_lead(const char *line, size_t at, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(leads); i++)
		if (text_ends(line, at, leads[i].word) && could_be(line + at, n, leads[i].hex))
			return true;
	return false;
}

/* "0x1f", "Ox1f" */
static bool is_prefixed(const char *p, size_t n)
{
	return n > 2 && (p[0] == '0' || p[0] == 'O') && p[1] == 'x' && could_be(p + 2, n - 2, true);
}

/* The PID in "INFO: task cp:412 blocked for" and "stuck for 22s! [cp:412]". */
static bool is_pid(const char *line, size_t len, size_t at, size_t n)
{
	const char *rest = line + at + n;
	size_t left = len - at - n;

	return at && line[at - 1] == ':' && could_be(line + at, n, false) &&
	       (text_begins(rest, left, " blocked for ") ||
		       (text_begins(rest, left, "]") && text_begins(line, len, "BUG: soft")));
}

static bool is_number(const char *line, size_t len, size_t at, size_t n)
{
	/* "fold+0x10/0x20" */
	if (at + n < len && line[at + n] == '+')
		return false;
	return is_prefixed(line + at, n) || is_full_width(line, at, n) ||
	       follows_lead(line, at, n) || is_pid(line, len, at, n);
}

/*
 * Whether a letter stands alone, next to a digit, or before an O. Nearly all lines have none
 * that does, which is quicker to see than the words of a line.
 */
static bool is_suspicious(const char *line, size_t len)
{
	static const bool letters[256] = {['l'] = true, ['I'] = true, ['O'] = true, ['o'] = true};
	char before = ' ';

	for (size_t i = 0; i < len; i++) {
		char c = line[i], after;

		if (letters[(unsigned char)c]) {
			after = i + 1 < len ? line[i + 1] : ' ';
			if (ascii_is_digit(before) || ascii_is_digit(after) ||
				(c == 'O' && (letters[(unsigned char)before] || after == 'x' ||
						     (ascii_hex(before) >= 0 &&
							     !is_word_char(after)))) ||
				(!is_word_char(before) && !is_word_char(after)))
				return true;
		}
		before = c;
	}
	return false;
}

bool oops_misread_mend(const char *line, size_t len, char *out)
{
	bool any = false;

	if (!is_suspicious(line, len))
		return false;
	for (size_t i = 0, n; i < len; i += n) {
		size_t letters = 0;

		for (n = 0; i + n < len && is_word_char(line[i + n]); n++)
			letters += digit_of(line[i + n]) != 0;
		if (letters && is_number(line, len, i, n)) {
			if (!any)
				memcpy(out, line, len);
			any = true;
			for (size_t k = i; k < i + n; k++)
				if (digit_of(line[k]))
					out[k] = digit_of(line[k]);
		}
		n += !n;
	}
	return any;
}

/* ---- names ------------------------------------------------------------------------------- */

/* A frame's name in as many words was not misread: somebody wrote a sentence. */
#define MAX_WORDS 6

/* Words before a place that are no part of a name. */
static const char *const sentences[] = {"at", "in", "is", "by", "of", "to", "from", "caller",
	"calling", "called", "initcall", "function", "address", "symbol", "pc", "lr", "ra", "epc",
	"run", "ret"};

static bool is_of_sentence(const char *p, size_t n)
{
	bool small = false;

	for (size_t i = 0; i < ARRAY_SIZE(sentences); i++)
		if (strlen(sentences[i]) == n && memcmp(p, sentences[i], n) == 0)
			return true;
	for (size_t i = 0; i < n; i++)
		small |= p[i] >= 'a' && p[i] <= 'z';
	return !small;
}

/* Where a frame's or the instruction pointer's name begins: after blanks, marks and addresses. */
static size_t name_start(const char *line, size_t len)
{
	static const char ip[] = "RIP: 0010:";
	size_t at = 0;

	if (text_begins(line, len, ip))
		return sizeof(ip) - 1;
	while (at < len && (line[at] == ' ' || line[at] == '\t' || line[at] == '?'))
		at++;
	if (text_begins(line + at, len - at, "[<")) {
		const char *close = memchr(line + at, ']', len - at);

		at = close ? (size_t)(close + 1 - line) : len;
	}
	while (at < len && (line[at] == ' ' || line[at] == '?'))
		at++;
	return at;
}

/* "do sys_open+0x1f/0x40": underscores lie on the edge of a line, where they are overlooked. */
bool oops_misread_name(const char *line, size_t len, char *out)
{
	size_t from = name_start(line, len), to = from, words = 0;

	for (;; to++) {
		size_t at = to;

		while (to < len && is_word_char(line[to]))
			to++;
		if (to == at || to == len || ++words > MAX_WORDS)
			return false;
		if (line[to] == '+')
			break;
		if (line[to] != ' ' || is_of_sentence(line + at, to - at))
			return false;
	}
	if (words < 2 || ascii_is_digit(line[from]) || !text_begins(line + to, len - to, "+0x") ||
		!memmem(line + to, len - to, "/0x", 3))
		return false;
	memmove(out, line, len);
	for (size_t i = from; i < to; i++)
		if (out[i] == ' ')
			out[i] = '_';
	return true;
}
