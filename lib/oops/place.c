// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Lines of a report that say where in the kernel's text it happened, outside of traces and, of what
 * was interrupted, within them. Sources: arch/.../kernel/{process,traps,dumpstack}.c (show_regs).
 */
#include <string.h>

#include "oops/place.h"

static bool is_text(struct oops_span s, const char *text)
{
	return text && strlen(text) == s.len && memcmp(text, s.p, s.len) == 0;
}

/* Whether the trace ends in the function; its first frame may be the report's own place. */
static bool is_last(const struct oops_build *b, struct oops_span function)
{
	const struct oops_trace *t = b->trace;

	if (t && t->n_frames)
		return is_text(function, t->frames[t->n_frames - 1].function);
	return (!t || t->role == OOPS_TRACE_MAIN) && is_text(function, b->ev->ip.function);
}

/* A place without a symbol, at an address where only s390 has kernel text; s390 says "User" for
 * others. */
static bool is_user_place(const struct oops_frame_text *f)
{
	return !f->function.p &&
	       (f->address < 0xc0000000 || (f->address > UINT32_MAX && !(f->address >> 63)));
}

/* Registers in a trace: what was interrupted. They may say again where the line before did. */
static void take_interrupted(struct oops_build *b, const struct oops_frame_text *f)
{
	bool again =
		b->other_regs && b->trace->n_frames && f->function.p && is_last(b, f->function);

	b->other_regs = true;
	if (!again && !is_user_place(f))
		oops_build_frame_of_registers(b, f);
}

/* dmesg prints bytes that are no text as "\\x9e". */
static bool is_text_byte(char c)
{
	return c >= ' ' && c <= '~' && c != '\\';
}

/*
 * Web pages take the addresses before the symbol for links, and change them. Bytes that are no text
 * are of a damaged line, in which the symbol may have lost its beginning.
 */
static bool parse_place(const char *p, const char *end, struct oops_frame_text *f)
{
	if (oops_frame_parse_place(p, end, OOPS_NAME_PLACED, f))
		return true;
	for (; p < end && is_text_byte(*p); p++)
		if (*p == ' ' && oops_frame_parse_place(p + 1, end, OOPS_NAME_PLACED, f) &&
			f->function.p && f->size)
			return true;
	return false;
}

/* A place in kernel text outside of a trace: the report's own, or one that a trace was cut by. */
static void take_place(struct oops_build *b, struct oops_frame *to, const char *p, const char *end)
{
	struct oops_frame_text f;

	while (end > p && end[-1] == ' ')
		end--;
	if (!parse_place(p, end, &f))
		return;
	if (b->trace && (b->section || b->trace->n_frames)) {
		if (to == &b->ev->ip)
			take_interrupted(b, &f);
		b->other_regs = true;
		return;
	}
	if (!to->function && (!to->has_address || f.function.p))
		oops_build_place(b, &f, to);
}

void oops_place_ip(struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p;
	take_place(b, &b->ev->ip, m->f[OOPS_F_REST].p, end);
}

/* x86 to 4.9: where it was, once more, after the trace. */
void oops_place_footer(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	const char *place = m->f[OOPS_F_REST].p;
	struct oops_frame_text f;

	(void)p;
	if (b->ev->headless && !b->ev->ip.function && !b->ev->ip.has_address &&
		oops_frame_parse_place(place, end, OOPS_NAME_PLACED, &f))
		oops_build_place(b, &f, &b->ev->ip);
}

/* i386: "EIP: f+0x1/0x2 SS:ESP: 0068:c0401ebc" after the trace repeats where it happened. */
void oops_place_summary(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	struct oops_match rest = *m;

	rest.f[OOPS_F_REST].p = p + strlen("EIP: ");
	if (!b->trace)
		oops_place_ip(b, &rest, p, end);
	else
		oops_place_footer(b, &rest, p, end);
}

/* powerpc: "--- interrupt: 500 at f+0x1/0x2", and to 5.10 "    LR = g+0x3/0x4" below it. */
void oops_place_exception(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	struct oops_frame_text f;

	(void)p;
	if (b->trace && oops_frame_parse_place(m->f[OOPS_F_REST].p, end, OOPS_NAME_PLACED, &f))
		take_interrupted(b, &f);
}

void oops_place_exception_caller(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	struct oops_frame_text f;

	(void)p;
	if (b->trace && b->other_regs &&
		oops_frame_parse_place(m->f[OOPS_F_REST].p, end, OOPS_NAME_PLACED, &f) &&
		f.function.p && !is_last(b, f.function))
		oops_build_frame_of_registers(b, &f);
}

/* arm, arm64 to 4.13: "pc : [<addr>] lr : [<addr>] psr: 60000013" below the places. */
void oops_place_ip_registers(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	struct oops_frame_text f;
	const char *place = m->f[OOPS_F_REST].p;

	if (oops_frame_parse_place(place, end, OOPS_NAME_PLACED, &f))
		take_place(b, &b->ev->ip, place, end);
	if (!f.function.p)
		oops_registers_line(b, p, end);
}

void oops_place_caller(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p;
	take_place(b, &b->ev->caller, m->f[OOPS_F_REST].p, end);
}

/* riscv prints " epc : f+0x1/0x2 ra : g+0x3/0x4", and s390 the place in parentheses at the end. */
void oops_place_ip_and_caller(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	const char *place = m->f[OOPS_F_REST].p, *ra = oops_find(p, end, " ra : ");
	struct oops_frame_text f;

	/* The same names again, with the values below the places. */
	if (!oops_frame_parse_place(place, end, OOPS_NAME_PLACED, &f)) {
		oops_registers_line(b, p, end);
		return;
	}
	take_place(b, &b->ev->ip, place, ra ? ra : end);
	if (ra)
		take_place(b, &b->ev->caller, ra + 6, end);
}

void oops_place_psw(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	const char *open = memchr(p, '(', (size_t)(end - p));

	(void)m;
	b->ev->arch = "s390x";
	if (open)
		take_place(b, &b->ev->ip, open + 1, end);
}

/* riscv to 5.5: "sepc: ffffffe00004b01a ra : ... sp : ...", and no symbol. */
void oops_place_bare_ip(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	struct vmt_u64 at = oops_span_hex(m->f[OOPS_F_ADDR]);

	if (!oops_build_has_main(b) && !b->ev->ip.function && !b->ev->ip.has_address) {
		b->ev->ip.address = at.v;
		b->ev->ip.has_address = at.known;
	}
	oops_registers_line(b, p, end);
}

/* "epc   : 80123456 f+0x1/0x2"; riscv's registers look alike where blanks were lost. */
void oops_place_mips(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	if (oops_find(p, end, " ra : ")) {
		oops_registers_line(b, p, end);
		return;
	}
	if (!b->ev->arch)
		b->ev->arch = "mips";
	take_place(b, &b->ev->ip, m->f[OOPS_F_REST].p, end);
}

/* "era   : 9000000000123456 f+0x1/0x2" */
void oops_place_loongarch(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p;
	b->ev->arch = "loongarch64";
	take_place(b, &b->ev->ip, m->f[OOPS_F_REST].p, end);
}

/* powerpc: "LE PAGE_SIZE=64K MMU=Radix SMP ..." */
void oops_place_little_endian(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	b->ev->arch = "ppc64le";
}

/* arm: a frame says who called whom, and the next one again who that was. */
void oops_place_call(struct oops_build *b, const struct oops_frame_text *callee, const char *end)
{
	struct oops_frame_text caller;

	if (!b->ev->arch)
		b->ev->arch = "arm";
	if (!is_last(b, callee->function))
		oops_build_frame(b, callee);
	if (oops_frame_parse_place(callee->from, end, OOPS_NAME_PLACED, &caller))
		oops_build_frame(b, &caller);
}

/* The same without symbols: "Function entered at [<addr>] from [<addr>]". */
void oops_place_function_entered(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	struct oops_frame_text f;

	(void)p;
	if (oops_frame_parse_place(m->f[OOPS_F_REST].p, end, OOPS_NAME_PLACED, &f))
		oops_build_frame(b, &f);
}

/* User mode's registers end the kernel's part of a trace. */
void oops_place_user_ip(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	b->other_regs = true;
}
