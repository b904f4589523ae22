// SPDX-License-Identifier: GPL-3.0-or-later
/* Stack traces of drgn (libdrgn/stack_trace.c). Examples are in debugger.c. */
#include <string.h>

#include "base/array.h"
#include "oops/debugger_internal.h"

/* Whether the file may belong to a module. drgn does not say. */
static bool may_be_module(struct oops_span file)
{
	static const char *const parts[] = {"drivers/", "fs/", "net/", "sound/", "crypto/", "kvm/"};
	const char *end = file.p + file.len;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (oops_find(file.p, end, parts[i]))
			return true;
	return !oops_find(file.p, end, "kernel/") && !oops_find(file.p, end, "arch/") &&
	       !oops_find(file.p, end, "mm/");
}

/* "(kernel/panic.c:358:3)" to the line's end */
static bool parse_source(const char *p, const char *end, struct oops_frame_text *f)
{
	const char *colon = p < end ? memchr(p, ':', (size_t)(end - p)) : NULL, *q;

	while (end > p && (end[-1] == ' ' || end[-1] == '\r'))
		end--;
	if (!debugger_starts(p, end, "(") || end[-1] != ')' || !colon || colon - p < 4)
		return false;
	for (q = colon + 1; q < end - 1; q++)
		if (!debugger_is_dec(*q) && *q != ':')
			return false;
	for (q = colon + 1; debugger_is_dec(*q); q++)
		f->line = f->line * 10 + (uint32_t)(*q - '0');
	f->file = (struct oops_span){p + 1, (size_t)(colon - p - 1)};
	return q > colon + 1;
}

/* "#3  f (file.c:155:2)", "#4  g+0x1/0x2 (file.S:7)", "#5  g+0x1/0x2", "#6  0x47b7a0" */
bool debugger_parse_drgn_frame(const char *p, const char *end, struct oops_frame_text *f)
{
	memset(f, 0, sizeof(*f));
	for (p++; p < end && debugger_is_dec(*p);)
		p++;
	p = debugger_skip_blanks(p, end);
	if (debugger_starts(p, end, "0x")) {
		struct oops_span s = debugger_hex_at(p + 2, end);

		f->address = oops_span_hex(s).v;
		f->has_address = true;
		return s.len && debugger_skip_blanks(s.p + s.len, end) == end;
	}
	p = debugger_take_symbol(p, end, f);
	if (!f->function.p)
		return false;
	if (debugger_starts(p, end, "/0x")) {
		struct oops_span s = debugger_hex_at(p + 3, end);

		f->size = oops_span_hex(s).v;
		p = s.p + s.len;
	}
	p = debugger_skip_blanks(p, end);
	return p == end ? f->size != 0 : parse_source(p, end, f);
}

void debugger_take_drgn_frame(struct debugger_stack *s, const struct oops_frame_text *f)
{
	struct oops_frame *last;

	debugger_take_frame(s, f);
	last = s->b->trace && s->b->trace->n_frames
		       ? debugger_frame_at(s->b, s->b->trace->n_frames - 1)
		       : &s->b->ev->ip;
	if (last->function && (!last->file || may_be_module(f->file)))
		last->module_unknown = true;
}
