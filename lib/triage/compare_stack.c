// SPDX-License-Identifier: GPL-3.0-or-later
/* See compare_stack.h. */
#include "triage/compare_stack.h"

#include <string.h>

#include "base/vmlinux.h"
#include "triage/blame.h"
#include "triage/stable_name.h"

#define MAX_CALLERS 8 /* as in a signature */

static struct stable_name name_of(const char *function, const char *module)
{
	return stable_name(function, is_vmlinux(module) ? NULL : module);
}

static unsigned roles_of(const struct vmt_frame *f)
{
	return is_vmlinux(f->module) ? blame_roles(f->function) : 0;
}

static bool counts(const struct vmt_frame *f)
{
	return f->function && f->reliable && !f->inlined && !(roles_of(f) & BLAME_REPORT);
}

/* The index of the first frame of the report's culprit; the number of frames: it has none. */
static size_t find_culprit(const struct vmt_report *in, const struct vmt_verdict *v)
{
	struct stable_name culprit = name_of(v->function, v->module);
	size_t i = 0;

	while (i < in->n_frames &&
		(!counts(&in->frames[i]) ||
			!stable_name_equal(
				name_of(in->frames[i].function, in->frames[i].module), culprit)))
		i++;
	return i;
}

/* The next frame that counts, from *i on; NULL: the stack ends. */
static const struct vmt_frame *next(const struct vmt_report *r, size_t *i)
{
	while (*i < r->n_frames && !counts(&r->frames[*i]))
		++*i;
	return *i < r->n_frames ? &r->frames[(*i)++] : NULL;
}

static bool dispatches(const struct vmt_frame *f)
{
	return roles_of(f) & BLAME_ANCHOR;
}

struct compare_stack compare_stacks(const struct vmt_report *a, const struct vmt_report *b)
{
	size_t i = find_culprit(a, &a->verdict) + 1, k = find_culprit(b, &b->verdict) + 1;
	struct compare_stack s = {0};

	if (i > a->n_frames || k > b->n_frames)
		return s;
	while (s.n_same < MAX_CALLERS) {
		const struct vmt_frame *x = next(a, &i), *y = next(b, &k);

		s.whole = x && y && dispatches(x) && dispatches(y);
		if (!x || !y || dispatches(x) || dispatches(y))
			return s;
		if (!stable_name_equal(
			    name_of(x->function, x->module), name_of(y->function, y->module))) {
			s.a = x;
			s.b = y;
			return s;
		}
		s.n_same++;
	}
	return s;
}

/* What serves others or began the work is on many stacks, and says nothing. */
bool compare_stack_has_culprit(const struct vmt_report *where, const struct vmt_report *who)
{
	const struct vmt_verdict *v = &who->verdict;

	if (!v->function || (is_vmlinux(v->module) && blame_roles(v->function)))
		return false;
	return find_culprit(where, v) < where->n_frames;
}
