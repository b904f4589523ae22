// SPDX-License-Identifier: GPL-3.0-or-later
/* Register lines: "RAX: 0000... RBX: ...", "x29: ... x28: ...", "r10: ...", "GPR00: a b c d". */
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/machine.h"
#include "base/text_piece.h"
#include "oops/build.h"

/* Names as printed, and (with a trailing '#') those that a number follows. */
static const char *const names[] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "eax",
	"ebx", "ecx", "edx", "esi", "edi", "ebp", "esp", "eflags", "orig_rax", "fs", "gs", "knlgs",
	"cs", "ds", "es", "ss", "sp", "fp", "ip", "lr", "pc", "ra", "gp", "tp", "epc", "badaddr",
	"cause", "status", "psr", "pstate", "nip", "ctr", "pkru", "sepc", "sstatus", "sbadaddr",
	"scause", "msr", "xer", "cfar", "dar", "dsisr", "irqmask", "badva", "badv", "exccode",
	"estat", "r#", "x#", "cr#", "dr#", "gpr#", "t#", "s#", "a#"};

static bool is_name(const char *p, size_t len, const char *name)
{
	size_t n = strlen(name);
	bool numbered = name[n - 1] == '#';

	n -= numbered;
	if (len < n || (!numbered && len != n) || (numbered && (len == n || len > n + 2)))
		return false;
	for (size_t i = 0; i < n; i++)
		if (ascii_lower(p[i]) != name[i])
			return false;
	for (size_t i = n; i < len; i++)
		if (!ascii_is_digit(p[i]))
			return false;
	return true;
}

static bool is_register(const char *p, size_t len)
{
	for (size_t i = 0; len && i < ARRAY_SIZE(names); i++)
		if (ascii_lower(*p) == *names[i] && is_name(p, len, names[i]))
			return true;
	return false;
}

static const char *skip_hex(const char *p, const char *end)
{
	while (p < end &&
		(ascii_is_digit(*p) || (ascii_lower(*p) >= 'a' && ascii_lower(*p) <= 'f')))
		p++;
	return p;
}

/* Words of a register's width, the first of which is that of number n; returns past them. */
static const char *take_series(struct oops_build *b, const char *prefix, unsigned n, const char *p,
	const char *end, bool keep)
{
	for (;;) {
		const char *word = text_skip_blanks(p, end), *q = skip_hex(word, end);
		char name[8];
		int len;

		if (n > 31 || (q - word != 8 && q - word != 16) || (q < end && *q != ' '))
			break;
		if (q - word == 8 && strcmp(prefix, "gpr") == 0 && !b->ev->arch)
			b->ev->arch = "ppc";
		len = snprintf(name, sizeof(name), "%s%02u", prefix, n++);
		if (keep)
			oops_build_register(b, (struct oops_span){name, (size_t)len},
				oops_span_hex((struct oops_span){word, (size_t)(q - word)}).v);
		p = q;
	}
	b->next_gpr = n;
	return p;
}

/*
 * Lines of general registers: powerpc's "GPR04: a b c d", mips' and loongarch's "$ 4   : a b c d",
 * and s390's "Krnl GPRS: a b c d" with lines of nothing but words below it.
 */
static bool take_general(struct oops_build *b, const char *p, const char *end, bool keep)
{
	static const char *const heads[][2] = {{"GPR{count}: {rest}", "gpr"},
		{"\\$ {count}   : {rest}", "r"}, {"\\${count}   : {rest}", "r"},
		{"Krnl GPRS: {rest}", "r"}};
	struct oops_match m;

	for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
		if (oops_pattern_match(heads[i][0], p, end, &m)) {
			const char *words = m.f[OOPS_F_REST].p;
			struct vmt_u64 n = oops_span_dec(m.f[OOPS_F_COUNT]);

			return n.v < 32 &&
			       take_series(b, heads[i][1], (unsigned)n.v, words, end, keep) > words;
		}
	return b->next_gpr && b->next_gpr < 16 &&
	       machine_find(b->ev->arch)->family == MACHINE_S390 &&
	       take_series(b, "r", b->next_gpr, p, end, keep) > p;
}

/*
 * x86_64 prints all digits of its general registers: "RBP: ffff8803f39" is the start of one. Eight
 * are all digits of sh, which has such names, too.
 */
static bool is_cut(struct oops_span name, struct oops_span value)
{
	return name.len == 3 && name.p[0] == 'R' && value.len < 16 && value.len != 8;
}

/* A register of x86_64 or arm64 within a line whose digits are nearly all there, or too many. */
static bool is_garbled(struct oops_span name, struct oops_span value)
{
	return (*name.p == 'R' || *name.p == 'x') && name.len > 1 && name.len < 4 &&
	       value.len >= 14 && value.len <= 18 && value.len != 16;
}

/* One "name: [segment:]value" at *pos. */
static bool take_pair(struct oops_build *b, const char **pos, const char *end, bool keep)
{
	const char *name = text_skip_blanks(*pos, end), *p = name;
	struct oops_span n, v;

	while (p < end && (oops_is_symbol_char(*p)))
		p++;
	n = (struct oops_span){name, (size_t)(p - name)};
	p = text_skip_blanks(p, end);
	if (p == end || *p != ':' || !is_register(n.p, n.len))
		return false;
	p = text_skip_blanks(p + 1, end);
	/* A segment selector, or the index after a descriptor's base: "0018:ffff...", "0(0000)".
	 */
	if (end - p > 5 && p[4] == ':')
		p += 5;
	if (end - p > 2 && p[0] == '[' && p[1] == '<')
		p += 2;
	v = (struct oops_span){p, 0};
	while (p < end && (ascii_is_digit(*p) ||
				  (ascii_lower(*p) >= 'a' && ascii_lower(*p) <= 'f') || *p == 'x'))
		p++;
	v.len = (size_t)(p - v.p);
	if (p < end && is_garbled(n, v))
		oops_build_garbled(b);
	if (v.len && p == end && is_cut(n, v))
		b->ev->arch = b->ev->arch ? b->ev->arch : "x86_64";
	else if (v.len && keep)
		oops_build_register(b, n, oops_span_hex(v).v);
	while (p < end && *p != ' ')
		p++;
	/* What the bits of powerpc's MSR mean. */
	p = text_skip_blanks(p, end);
	if (p < end && *p == '<')
		while (p < end && *p != ' ')
			p++;
	*pos = p;
	return v.len > 0;
}

bool oops_registers_line(struct oops_build *b, const char *p, const char *end)
{
	bool any = false;

	/* Only the first block is the fault's; those in a trace are what was interrupted. */
	bool keep = !oops_build_has_main(b) && !b->stopped;

	if (take_general(b, p, end, keep))
		return true;
	while (take_pair(b, &p, end, keep))
		any = true;
	return any;
}
