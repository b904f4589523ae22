// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Trace lines. Forms seen: " f+0x1/0x2 [mod]", " ? f+...", " [<addr>] f+...", "[<a>] (f) from [<b>]
 * (g+...)" and "f from g+..." (arm), "[c0..] [c0..] f+... (unreliable)" (powerpc), "[c0..] c0..
 * f+..." (its debugger), "([<a>] f+...)" (s390), a module's build id after its name, and what
 * decode_stacktrace.sh makes of them (file and line, "[inline]"). Markers like <IRQ> are alone
 * or, to 4.9, before a frame.
 */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

#include "oops/frame.h"

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

static bool starts(const char *p, const char *end, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(end - p) >= n && memcmp(p, text, n) == 0;
}

/* Hexadecimal digits at p; returns past them. */
static const char *take_hex(const char *p, const char *end, uint64_t *v)
{
	*v = 0;
	for (; p < end && ascii_hex(*p) >= 0; p++)
		*v = *v << 4 | (uint64_t)ascii_hex(*p);
	return p;
}

static const struct {
	const char *text;
	enum oops_context context;
} markers[] = {
	{"<IRQ>", OOPS_CTX_IRQ},
	{"</IRQ>", OOPS_CTX_TASK},
	{"<EOI>", OOPS_CTX_TASK},
	{"<TASK>", OOPS_CTX_TASK},
	{"</TASK>", OOPS_CTX_UNKNOWN},
	{"<SOFTIRQ>", OOPS_CTX_SOFTIRQ},
	{"</SOFTIRQ>", OOPS_CTX_TASK},
	{"<NMI>", OOPS_CTX_NMI},
	{"</NMI>", OOPS_CTX_TASK},
	{"<<EOE>>", OOPS_CTX_TASK},
	{"<EOE>", OOPS_CTX_TASK},
	{"<ENTRY_TRAMPOLINE>", OOPS_CTX_ENTRY},
	{"</ENTRY_TRAMPOLINE>", OOPS_CTX_TASK},
	{"<UNK>", OOPS_CTX_UNKNOWN},
};

/* A marker at p; returns past it, or p. Unlisted ones (<#DF>) are exception stacks. */
static const char *take_marker(const char *p, const char *end, struct oops_frame_text *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(markers); i++)
		if (starts(p, end, markers[i].text)) {
			f->has_marker = true;
			f->context = markers[i].context;
			return p + strlen(markers[i].text);
		}
	if (starts(p, end, "<#") || starts(p, end, "</#") || starts(p, end, "#DF") ||
		starts(p, end, "<<")) {
		const char *gt = memchr(p, '>', (size_t)(end - p));

		if (!gt || gt - p > 8)
			return p;
		f->has_marker = true;
		f->context = p[1] == '/' ? OOPS_CTX_TASK : OOPS_CTX_EXCEPTION;
		return gt + 1;
	}
	return p;
}

/* A time stamp that old kernels put in the middle of a line, after a marker. */
static const char *skip_stamp(const char *p, const char *end)
{
	const char *q = skip_blanks(p + 1, end), *close;

	if (p == end || *p != '[' || q == end || !ascii_is_digit(*q))
		return p;
	close = memchr(q, ']', (size_t)(end - q));
	return close && memchr(q, '.', (size_t)(close - q)) ? skip_blanks(close + 1, end) : p;
}

/*
 * "[<ffffffff81000000>]", "[ffff...]": any number of them; the last one is the frame's. Since 4.15
 * /proc/PID/stack shows "[<0>]".
 */
static const char *take_addresses(const char *p, const char *end, struct oops_frame_text *f)
{
	if (starts(p, end, "[<0>] "))
		return skip_blanks(p + 5, end);
	while (p < end && *p == '[') {
		const char *q = p + 1;
		uint64_t v;

		bool angle = q < end && *q == '<';
		q += angle;
		const char *digits = q;
		q = take_hex(q, end, &v);
		if (q - digits < 6 || q - digits > 16)
			break;
		if (angle && (q == end || *q++ != '>'))
			break;
		if (q == end || *q != ']')
			break;
		f->address = v;
		f->has_address = true;
		p = skip_blanks(q + 1, end);
	}
	return p;
}

/* powerpc's debugger: "[stack] c000000000123456 f+0x1/0x2". Past the word and its blank, or p. */
static const char *take_word(const char *p, const char *end, uint64_t *address)
{
	uint64_t v;
	const char *q = take_hex(p, end, &v);

	if ((q - p != 8 && q - p != 16) || q == end || *q != ' ')
		return p;
	*address = v;
	return q + 1;
}

/* "mod", "mod]": brackets that were read as nothing. It ends the line, since remarks are longer. */
static const char *take_bare_module(const char *p, const char *end, struct oops_frame_text *f)
{
	const char *q = p + 1, *name = q, *stop = end;

	while (stop > name && (stop[-1] == ' ' || stop[-1] == ']' || stop[-1] == ')'))
		stop--;
	if (stop - name < 2 || !ascii_is_alpha(*name))
		return p;
	while (q < stop && (oops_is_symbol_char(*q) || *q == '-'))
		q++;
	if (q < stop)
		return p;
	f->module = (struct oops_span){name, (size_t)(stop - name)};
	return end;
}

/* " [mod]" or " [mod buildid]" at p. */
static const char *take_module(const char *p, const char *end, struct oops_frame_text *f)
{
	const char *q = p + 2, *name = q, *id, *stop;

	if (!starts(p, end, " ["))
		return p;
	while (q < end && (oops_is_symbol_char(*q) || *q == '-'))
		q++;
	if (q == name || q == end || (*q != ']' && *q != ' '))
		return p;
	if (starts(name, end, "inline]"))
		return p;
	id = q + (*q == ' ');
	stop = memchr(q, ']', (size_t)(end - q));
	/* Other remarks are in brackets too. */
	if (stop && *q == ' ' && !oops_is_build_id(id, stop))
		return p;
	f->module = (struct oops_span){name, (size_t)(q - name)};
	if (stop && *q == ' ')
		f->build_id = (struct oops_span){id, (size_t)(stop - id)};
	return stop ? stop + 1 : end;
}

/* " path/file.c:12" at p, as decode_stacktrace.sh and syzkaller append it. */
static const char *take_file(const char *p, const char *end, struct oops_frame_text *f)
{
	const char *q, *start, *colon;
	uint32_t n = 0;

	start = skip_blanks(p, end);
	if (start < end && *start == '(')
		start++;
	for (q = start; q<end && * q> ' ' && *q != ':' && *q != '('; q++)
		;
	colon = q;
	if (q == end || *q != ':' || q - start < 3 || !memchr(start, '.', (size_t)(q - start)))
		return p;
	for (q++; q < end && ascii_is_digit(*q) && n < 100000000; q++)
		n = n * 10 + (uint32_t)(*q - '0');
	if (q == colon + 1)
		return p;
	f->file = (struct oops_span){start, (size_t)(colon - start)};
	f->line = n;
	return q;
}

/* x86_64 to 2.6.24: ":mod:f+0x1/0x2". Past the second colon, or p. */
static const char *take_old_module(const char *p, const char *end, struct oops_frame_text *f)
{
	const char *q, *r;

	if (p == end || *p != ':')
		return p;
	for (q = p + 1; q < end && (oops_is_symbol_char(*q) || *q == '-'); q++)
		;
	if (q == p + 1 || q == end || *q != ':')
		return p;
	for (r = q + 1; r < end && oops_is_symbol_char(*r); r++)
		;
	if (!starts(r, end, "+0x"))
		return p;
	f->module = (struct oops_span){p + 1, (size_t)(q - p - 1)};
	return q + 1;
}

static const char *take_symbol(
	const char *p, const char *end, enum oops_name name, struct oops_frame_text *f)
{
	const char *q;

	/* ppc64 before ELFv2: the dot distinguishes a function's code from its descriptor. */
	if (p < end && *p == '.')
		p++;
	p = take_old_module(p, end, f);
	for (q = p; q < end && oops_is_symbol_char(*q); q++)
		;
	if (q == p || ascii_is_digit(*p))
		return p;
	if (starts(q, end, "+0x")) {
		f->function = (struct oops_span){p, (size_t)(q - p)};
		f->has_offset = true;
		q = take_hex(q + 3, end, &f->offset);
		if (starts(q, end, "/0x"))
			q = take_hex(q + 3, end, &f->size);
		p = take_module(q, end, f);
		return p == q && f->size && starts(q, end, " ") ? take_bare_module(q, end, f) : p;
	}
	/* A part of a path is no function: "include/linux/list.h:12", cut after it. */
	if (name == OOPS_NAME_PLACED || (q < end && *q == '/'))
		return p;
	f->function = (struct oops_span){p, (size_t)(q - p)};
	return take_module(q, end, f);
}

bool oops_frame_parse_place(
	const char *p, const char *end, enum oops_name name, struct oops_frame_text *f)
{
	const char *q;

	memset(f, 0, sizeof(*f));
	p = take_addresses(skip_blanks(p, end), end, f);
	q = p + (p < end && *p == '(' && f->has_address);
	if (take_symbol(q, end, name, f) > q)
		return true;
	if (!f->has_address && starts(p, end, "0x")) {
		q = take_hex(p + 2, end, &f->address);
		f->has_address = q > p + 2;
	}
	return f->has_address;
}

/* What may follow the frame proper: a mark of doubt, where it was inlined, its source line. */
static bool take_tail(const char *p, const char *end, struct oops_frame_text *f)
{
	p = take_file(p, end, f);
	if (starts(p, end, " [inline]"))
		f->inlined = true;
	else
		p = take_module(p, end, f);
	if (oops_find(p, end, "(unreliable)"))
		f->unreliable = true;
	return f->function.p != NULL;
}

/* "(f+0x1/0x2) from [<b>] (g+0x3/0x4)" and "f from g+0x3/0x4": arm prints callee and caller. */
static const char *take_arm(const char *p, const char *end, struct oops_frame_text *f)
{
	bool paren = p < end && *p == '(';
	const char *q = take_symbol(p + paren, end, OOPS_NAME_ALONE, f);
	bool closed = q > p + paren && (!paren || (q < end && *q == ')'));
	struct oops_frame_text caller;

	/* "Booting from Hard Disk 0" has no caller. */
	if (closed && starts(q + paren, end, " from ") &&
		oops_frame_parse_place(
			q + paren + strlen(" from "), end, OOPS_NAME_PLACED, &caller)) {
		f->from = q + paren + strlen(" from ");
		return q;
	}
	memset(&f->function, 0, sizeof(f->function));
	memset(&f->module, 0, sizeof(f->module));
	f->has_offset = false;
	f->offset = f->size = 0;
	return p;
}

bool oops_frame_parse(const char *p, const char *end, struct oops_frame_text *f)
{
	const char *q;

	memset(f, 0, sizeof(*f));
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	p = skip_blanks(p, end);
	while (p < end && *p == '<' && (q = take_marker(p, end, f)) > p)
		p = skip_stamp(skip_blanks(q, end), end);
	if (p == end)
		return f->marker_only = f->has_marker;
	if (*p == '(' && end - p > 1 && p[1] == '[') {
		f->unreliable = true; /* s390: not from the back chain */
		p++;
	}
	if (starts(p, end, "? ")) {
		f->unreliable = true;
		p = skip_blanks(p + 2, end);
	}
	if (starts(p, end, "[<") && oops_find(p, end, "inline") &&
		(q = memchr(p, ']', (size_t)(end - p)))) {
		f->inlined = true;
		p = skip_blanks(q + 1, end);
		return take_tail(take_symbol(p, end, OOPS_NAME_ALONE, f), end, f);
	}
	p = take_addresses(p, end, f);
	if (f->has_address && (q = take_word(p, end, &f->address)) > p)
		p = q;
	if (starts(p, end, "? ")) {
		f->unreliable = true;
		p = skip_blanks(p + 2, end);
	}
	if (take_arm(p, end, f) > p)
		return true;
	if (p < end && *p == '(' && f->has_address)
		p++;
	q = take_symbol(p, end, OOPS_NAME_PLACED, f);
	if (q > p)
		return take_tail(q, end, f);
	if (f->has_address)
		return p == end || starts(p, end, "0x");
	if (starts(p, end, "0x") && end - p >= 10) {
		q = take_hex(p + 2, end, &f->address);
		f->has_address = q == end;
		return f->has_address;
	}
	/* "f file.c:12 [inline]" */
	if (end - p > 9 && memcmp(end - 9, " [inline]", 9) == 0) {
		f->inlined = true;
		return take_tail(take_symbol(p, end, OOPS_NAME_ALONE, f), end, f);
	}
	return false;
}
