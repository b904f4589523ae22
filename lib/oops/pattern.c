// SPDX-License-Identifier: GPL-3.0-or-later
/* Matches the patterns of the grammar tables; a bounded backtracker, since lines are hostile. */
#include <string.h>

#include "base/ascii.h"

#include "oops/pattern.h"

/* Enough for every row on the longest line that printk writes; a made-up line runs out instead. */
#define MAX_STEPS 20000

enum field_class {
	CLASS_SYMBOL,
	CLASS_HEX,
	CLASS_DEC,
	CLASS_PATH,
	CLASS_WORD,
	CLASS_TEXT,
	CLASS_REST,
};

#define FIELD(name, class)                                                                         \
	{                                                                                          \
		name, sizeof(name) - 1, class                                                      \
	}

static const struct {
	const char *name;
	size_t len;
	enum field_class klass;
} fields[OOPS_N_FIELDS] = {
	[OOPS_F_FUNC] = FIELD("func", CLASS_SYMBOL),
	[OOPS_F_ADDR] = FIELD("addr", CLASS_HEX),
	[OOPS_F_ERR] = FIELD("err", CLASS_HEX),
	[OOPS_F_FILE] = FIELD("file", CLASS_PATH),
	[OOPS_F_LINE] = FIELD("line", CLASS_DEC),
	[OOPS_F_CPU] = FIELD("cpu", CLASS_DEC),
	[OOPS_F_BANK] = FIELD("bank", CLASS_DEC),
	[OOPS_F_PID] = FIELD("pid", CLASS_DEC),
	[OOPS_F_SPID] = FIELD("spid", CLASS_DEC),
	[OOPS_F_SECS] = FIELD("secs", CLASS_DEC),
	[OOPS_F_COUNT] = FIELD("count", CLASS_DEC),
	[OOPS_F_COMM] = FIELD("comm", CLASS_TEXT),
	[OOPS_F_SCOMM] = FIELD("scomm", CLASS_TEXT),
	[OOPS_F_OBJ] = FIELD("obj", CLASS_TEXT),
	[OOPS_F_MOD] = FIELD("mod", CLASS_WORD),
	[OOPS_F_ACCESS] = FIELD("access", CLASS_WORD),
	[OOPS_F_WORD] = FIELD("word", CLASS_WORD),
	[OOPS_F_REASON] = FIELD("reason", CLASS_REST),
	[OOPS_F_REST] = FIELD("rest", CLASS_REST),
};

bool oops_field_is_text(enum oops_field field)
{
	return fields[field].klass >= CLASS_TEXT;
}

static int field_of(const char *name, size_t len)
{
	for (int i = 0; i < OOPS_N_FIELDS; i++)
		if (fields[i].len == len && fields[i].name[0] == *name &&
			memcmp(fields[i].name, name, len) == 0)
			return i;
	return -1;
}

static bool is_hex(char c)
{
	return ascii_hex(c) >= 0;
}

bool oops_is_symbol_char(char c)
{
	return ascii_is_digit(c) || ascii_is_alpha(c) || c == '_' || c == '.' || c == '$';
}

bool oops_is_build_id(const char *p, const char *end)
{
	size_t len = (size_t)(end - p);

	if (len < 2 * 16 || len > 2 * 64 || len % 2)
		return false;
	while (p < end && (ascii_is_digit(*p) || (*p >= 'a' && *p <= 'f')))
		p++;
	return p == end;
}

static bool is_blank(char c)
{
	return c == ' ';
}

static bool is_path_char(char c)
{
	return c > ' ' && c != ':';
}

static bool is_word_char(char c)
{
	return ascii_is_alpha(c) || c == '-' || c == '_' || ascii_is_digit(c);
}

static const char *run(const char *p, const char *end, bool (*is)(char))
{
	while (p < end && is(*p))
		p++;
	return p;
}

/* Whether the text before q is a part of a file's path, not a function. */
static bool is_of_path(const char *q, const char *end)
{
	return q < end && (*q == '/' || (*q == ':' && q + 1 < end && ascii_is_digit(q[1])));
}

/* "f+0x1/0x2 [mod]" or "f": past it, or p where no symbol begins. */
static const char *run_symbol(const char *p, const char *end)
{
	const char *q = run(p, end, oops_is_symbol_char), *r;

	if (q == p || ascii_is_digit(*p))
		return p;
	/* "kernel/fork.c:12": a part of a path is no function. */
	if (q < end && *q == '/')
		return p;
	if (end - q < 4 || memcmp(q, "+0x", 3) != 0)
		return is_of_path(q, end) ? p : q;
	r = run(q + 3, end, is_hex);
	if (r == end || *r != '/')
		return r;
	q = end - r >= 3 && r[1] == '0' && r[2] == 'x' ? run(r + 3, end, is_hex) : r;
	r = q;
	if (end - r > 3 && r[0] == ' ' && r[1] == '[') {
		while (r < end && *r != ']')
			r++;
		return r < end ? r + 1 : q;
	}
	return q;
}

/* Kernels to 4.14 print an address of 0 like this, padded to its width. */
static const char null_address[] = "(null)";
#define NULL_LEN (sizeof(null_address) - 1)

static const char *run_null(const char *p, const char *end)
{
	const char *q = run(p, end, is_blank);

	return (size_t)(end - q) >= NULL_LEN && memcmp(q, null_address, NULL_LEN) == 0
		       ? q + NULL_LEN
		       : p;
}

static const char *run_hex(const char *p, const char *end)
{
	if (end - p > 2 && p[0] == '0' && p[1] == 'x' && is_hex(p[2]))
		p += 2;
	return run(p, end, is_hex);
}

static bool match_here(const char *pat, const char *p, const char *end, struct oops_match *m);

/* Tries every place from p on for the rest of the pattern; the text before it belongs to the field.
 */
static bool match_lazy(
	const char *rest, const char *p, const char *end, struct oops_match *m, int field)
{
	for (const char *q = p; q <= end; q++) {
		if (m->steps > MAX_STEPS)
			return false;
		/* A literal next: go to where it can be. */
		if (*rest && !strchr("#~*({$\\", *rest)) {
			q = memchr(q, *rest, (size_t)(end - q));
			if (!q)
				return false;
		}
		if (match_here(rest, q, end, m)) {
			if (field >= 0)
				m->f[field] = (struct oops_span){p, (size_t)(q - p)};
			return true;
		}
	}
	return false;
}

static bool match_choice(const char *pat, const char *p, const char *end, struct oops_match *m)
{
	const char *close = strchr(pat, ')');

	while (close && pat < close) {
		const char *alt = pat + 1;
		size_t n = strcspn(alt, "|)");

		if ((size_t)(end - p) >= n && memcmp(p, alt, n) == 0 &&
			match_here(close + 1, p + n, end, m))
			return true;
		pat = alt + n;
	}
	return false;
}

static bool match_field(const char *pat, const char *p, const char *end, struct oops_match *m)
{
	const char *close = strchr(pat, '}');
	const char *q = p;
	int f;

	if (!close || (f = field_of(pat + 1, (size_t)(close - pat - 1))) < 0)
		return false;
	switch (fields[f].klass) {
	case CLASS_SYMBOL:
		q = run_symbol(p, end);
		break;
	case CLASS_HEX:
		q = run_hex(p, end);
		if (q == p && f == OOPS_F_ADDR)
			q = run_null(p, end);
		break;
	case CLASS_DEC:
		q = run(p, end, ascii_is_digit);
		break;
	case CLASS_PATH:
		q = run(p, end, is_path_char);
		break;
	case CLASS_WORD:
		q = run(p, end, is_word_char);
		break;
	case CLASS_TEXT:
		return match_lazy(close + 1, p, end, m, f);
	case CLASS_REST:
		m->f[f] = (struct oops_span){p, (size_t)(end - p)};
		return true;
	}
	if (q == p || !match_here(close + 1, q, end, m))
		return false;
	m->f[f] = (struct oops_span){p, (size_t)(q - p)};
	return true;
}

static bool match_here(const char *pat, const char *p, const char *end, struct oops_match *m)
{
	const char *q;

	for (; *pat; pat++) {
		if (++m->steps > MAX_STEPS)
			return false;
		switch (*pat) {
		case '#':
			q = run(p, end, ascii_is_digit);
			break;
		case '~':
			q = run_hex(p, end);
			break;
		case '*':
			return match_lazy(pat + 1, p, end, m, -1);
		case '(':
			return match_choice(pat, p, end, m);
		case '{':
			return match_field(pat, p, end, m);
		case '$':
			return run(p, end, is_blank) == end;
		case ' ':
			if (pat[1] != ' ') {
				q = p < end && *p == ' ' ? p + 1 : p;
				break;
			}
			while (pat[1] == ' ')
				pat++;
			q = run(p, end, is_blank);
			break;
		case '\\':
			pat++;
			/* fall through */
		default:
			q = p < end && *p == *pat ? p + 1 : p;
		}
		if (q == p)
			return false;
		p = q;
	}
	return true;
}

/* "swapper/1/0": the number of a task is the last one; the one before it is a part of its name. */
static void widen_comm(struct oops_match *m, const char *end)
{
	struct oops_span *comm = &m->f[OOPS_F_COMM], *pid = &m->f[OOPS_F_PID];
	const char *next;

	if (!comm->p || pid->p != comm->p + comm->len + 1 || pid->p[-1] != '/')
		return;
	next = pid->p + pid->len;
	if (end - next < 2 || next[0] != '/' || !ascii_is_digit(next[1]) ||
		(next[1] == '0' && end - next > 2 && next[2] == 'x'))
		return;
	comm->len += 1 + pid->len;
	*pid = (struct oops_span){
		next + 1, (size_t)(run(next + 1, end, ascii_is_digit) - next - 1)};
}

/* "kworker/3:3/77" at the end of a line: a pattern that ends so means the last number. */
static void widen_to_end(const char *pattern, struct oops_match *m, const char *end)
{
	static const char task[] = "{comm}/{pid}";
	struct oops_span *comm = &m->f[OOPS_F_COMM], *pid = &m->f[OOPS_F_PID];
	size_t n = strlen(pattern), len = sizeof(task) - 1;
	const char *digits;

	if (n < len || memcmp(pattern + n - len, task, len) != 0)
		return;
	while (end > pid->p && is_blank(end[-1]))
		end--;
	for (digits = end; digits > pid->p && ascii_is_digit(digits[-1]);)
		digits--;
	if (digits == end || digits <= pid->p || digits[-1] != '/')
		return;
	comm->len = (size_t)(digits - 1 - comm->p);
	*pid = (struct oops_span){digits, (size_t)(end - digits)};
}

static bool is_special(char c)
{
	return c == '#' || c == '~' || c == '*' || c == '(' || c == '{' || c == '$' ||
	       c == ' '; /* several match any number */
}

/* Whether the literal that the pattern begins with is at p: most patterns fail here. */
static bool may_match(const char *pattern, const char *p, const char *end)
{
	for (; *pattern && !is_special(*pattern); pattern++, p++) {
		pattern += *pattern == '\\';
		if (p == end || *p != *pattern)
			return false;
	}
	return true;
}

bool oops_pattern_match(const char *pattern, const char *p, const char *end, struct oops_match *m)
{
	if (!may_match(pattern, p, end))
		return false;
	memset(m, 0, sizeof(*m));
	if (!match_here(pattern, p, end, m))
		return false;
	widen_comm(m, end);
	widen_to_end(pattern, m, end);
	return true;
}

const char *oops_find(const char *p, const char *end, const char *text)
{
	return p < end ? memmem(p, (size_t)(end - p), text, strlen(text)) : NULL;
}

struct vmt_u64 oops_span_dec(struct oops_span s)
{
	struct vmt_u64 v = {0};

	for (size_t i = 0; s.p && i < s.len && i < 19 && ascii_is_digit(s.p[i]); i++) {
		v.v = v.v * 10 + (uint64_t)(s.p[i] - '0');
		v.known = true;
	}
	return v;
}

struct vmt_u64 oops_span_hex(struct oops_span s)
{
	struct vmt_u64 v = {0};
	size_t i = s.p && s.len > 2 && s.p[0] == '0' && s.p[1] == 'x' ? 2 : 0;

	v.known = s.p && s.len >= NULL_LEN && s.p[s.len - 1] == ')' &&
		  memcmp(s.p + s.len - NULL_LEN, null_address, NULL_LEN) == 0;
	for (; s.p && i < s.len && is_hex(s.p[i]); i++) {
		char c = s.p[i];

		v.v = v.v << 4 | (uint64_t)(ascii_is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
		v.known = true;
	}
	return v;
}
