// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Lines that announce the next one. Most are lockdep's (kernel/locking/lockdep.c).
 */
#include <string.h>

#include "oops/body_internal.h"

static void want(struct oops_build *b, enum oops_want w)
{
	b->want = w;
}

/* x86 up to 4.8: the words of the stack, from its top. */
void oops_body_stack(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	if (!b->ev->stack_top.known)
		want(b, OOPS_WANT_STACK_TOP);
}

static bool take_stack_top(struct oops_build *b, const char *p, const char *end)
{
	struct oops_match m;

	b->want = OOPS_WANT_NOTHING;
	if (!oops_pattern_match("{addr} ", p, end, &m))
		return false;
	oops_build_set_number(&b->ev->stack_top, oops_span_hex(m.f[OOPS_F_ADDR]));
	return true;
}

void oops_body_acquire(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	oops_body_task_of(b, m, p, end);
	want(b, OOPS_WANT_LOCK_SITE);
}

void oops_body_release_of(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	oops_body_task_of(b, m, p, end);
	oops_build_set(b, &b->ev->object, m->f[OOPS_F_OBJ]);
	want(b, OOPS_WANT_PLACE);
}

void oops_body_held(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	if (b->ev->kind && b->ev->kind->id == KIND_LOCK_IMBALANCE && b->want == OOPS_WANT_NOTHING &&
		!b->ev->named_function)
		want(b, OOPS_WANT_LOCK_SITE);
}

void oops_body_ignored(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	want(b, OOPS_WANT_IGNORED);
}

void oops_body_last_function(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	struct oops_span s = m->f[OOPS_F_FUNC];
	struct oops_frame_text f;

	(void)p, (void)end;
	if (oops_frame_parse_place(s.p, s.p + s.len, OOPS_NAME_ALONE, &f))
		oops_build_set(b, &b->ev->named_function, f.function);
}

static void name_function(struct oops_build *b, const struct oops_frame_text *f)
{
	oops_build_set(b, &b->ev->named_function, f->function);
	oops_build_set(b, &b->ev->named_module, f->module);
	b->want = OOPS_WANT_NOTHING;
}

/* "(&x->lock){+.+.}, at: [<addr>] f+0x1/0x2" */
static bool take_lock_site(struct oops_build *b, const char *p, const char *end)
{
	const char *at = oops_find(p, end, "at: ");
	const char *open = memchr(p, '(', (size_t)(end - p)), *close;
	struct oops_frame_text f;

	if (!at || !oops_frame_parse_place(at + 4, end, OOPS_NAME_ALONE, &f) || !f.function.p)
		return false;
	if (open && (close = memchr(open, '{', (size_t)(end - open))) && close - open > 2) {
		struct oops_span s = {open + 1, (size_t)(close - open - 2)};

		oops_build_set(b, &b->ev->object, s);
	}
	name_function(b, &f);
	return true;
}

/* A line announced by the one before it. Returns whether it was that. */
bool oops_body_wanted(struct oops_build *b, const char *p, const char *end)
{
	struct oops_frame_text f;

	switch (b->want) {
	case OOPS_WANT_NOTHING:
		return false;
	case OOPS_WANT_LOCK_SITE:
		return take_lock_site(b, p, end);
	case OOPS_WANT_IP:
		b->want = OOPS_WANT_NOTHING;
		if (!oops_frame_parse(p, end, &f) || !(f.function.p || f.has_address))
			return false;
		oops_build_place(b, &f, &b->ev->ip);
		return true;
	case OOPS_WANT_PLACE:
		if (!oops_frame_parse(p, end, &f) || !f.function.p)
			return false;
		name_function(b, &f);
		return true;
	case OOPS_WANT_STACK_TOP:
		return take_stack_top(b, p, end);
	case OOPS_WANT_IGNORED:
		b->want = OOPS_WANT_NOTHING;
		return oops_frame_parse(p, end, &f);
	}
	return false;
}
