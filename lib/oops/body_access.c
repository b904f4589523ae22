// SPDX-License-Identifier: GPL-3.0-or-later
/* Lines of a report that say what was accessed, and its Code: line. */
#include <string.h>

#include "base/machine.h"
#include "oops/body_internal.h"

void oops_body_access(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	oops_build_set(b, &b->ev->access, m->f[OOPS_F_ACCESS]);
	oops_build_set(b, &b->ev->comm, m->f[OOPS_F_COMM]);
	oops_build_set_number(&b->ev->pid, oops_span_dec(m->f[OOPS_F_PID]));
	oops_build_set_number(&b->ev->address, oops_span_hex(m->f[OOPS_F_ADDR]));
}

void oops_body_fetch(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	if (!b->ev->access)
		b->ev->access = "exec";
}

void oops_body_error_code(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	oops_build_set_number(&b->ev->error_code, oops_span_hex(m->f[OOPS_F_ERR]));
}

void oops_body_address(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	oops_build_set_number(&b->ev->address, oops_span_hex(m->f[OOPS_F_ADDR]));
}

/*
 * s390's translation-exception identification: bits 52 and 53 distinguish a fetch from a store
 * (arch/s390/mm/fault.c).
 */
void oops_body_teid(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	uint64_t how = oops_span_hex(m->f[OOPS_F_ERR]).v & 0xc00;

	oops_body_address(b, m, p, end);
	if (!b->ev->access && (how == 0x400 || how == 0x800))
		b->ev->access = how == 0x400 ? "write" : "read";
}

/* Alone on its line, after the trace: the last line of an x86 page fault. */
void oops_body_cr2_alone(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	b->fault_line = true;
	oops_body_address(b, m, p, end);
}

void oops_body_cr2(struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	struct oops_span name = {"cr2", 3};
	struct vmt_u64 v = oops_span_hex(m->f[OOPS_F_ADDR]);

	if (v.known && !oops_build_has_main(b))
		oops_build_register(b, name, v.v);
	oops_registers_line(b, p, end);
}

/*
 * Adds the code in p..end: bytes on x86, elsewhere words of a fixed-width instruction set, kept as
 * printed. Returns whether the text is nothing but code.
 */
bool oops_body_add_code(struct oops_build *b, const char *p, const char *end)
{
	uint8_t code[128];
	size_t n = b->ev->code ? b->ev->n_code : 0, at = b->ev->code_ip;
	bool marked = at < n;

	if (n)
		memcpy(code, b->ev->code, n);
	while (p < end && n < sizeof(code)) {
		struct oops_span s;

		if (*p == '<' || *p == '(') {
			at = n;
			marked = true;
		}
		if (*p == ' ' || *p == '<' || *p == '(' || *p == '>' || *p == ')') {
			p++;
			continue;
		}
		s = (struct oops_span){p, 0};
		while (p < end && *p != ' ' && *p != '>' && *p != ')')
			p++;
		s.len = (size_t)(p - s.p);
		struct vmt_u64 v = oops_span_hex(s);
		if (!v.known || (s.len & 1) || s.len > 8)
			return false;
		for (size_t k = s.len / 2; k-- && n < sizeof(code);)
			code[n++] = (uint8_t)(v.v >> 8 * k);
	}
	if (n > b->ev->n_code) {
		b->ev->code = talloc_memdup(b->ev, code, n);
		b->ev->n_code = b->ev->code ? n : 0;
		b->ev->code_ip = b->ev->code && marked ? at : b->ev->n_code;
	}
	return true;
}

void oops_body_code(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p;
	/* Before or after the trace, by architecture and release. Inside it, it is not the fault's.
	 */
	bool ppc = machine_find(b->ev->arch)->family == MACHINE_POWER;

	if (b->ev->code || (b->other_regs && !ppc))
		return;
	oops_body_add_code(b, m->f[OOPS_F_REST].p, end);
	b->in_code = ppc;
}

/* powerpc: lines of words follow. */
void oops_body_instruction_dump(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	b->in_code = !b->ev->code;
}

/* Whether the text is only instruction words and blanks. */
bool oops_body_is_code(const char *p, const char *end)
{
	while (p < end && strchr("0123456789abcdef <>", *p))
		p++;
	return p == end;
}
