// SPDX-License-Identifier: GPL-3.0-or-later
/* See explanation.h. */
#include "triage/explanation.h"

#include <string.h>

#include "base/array.h"
#include "base/vmlinux.h"
#include "triage/trust.h"

/* More runners-up than anybody reads. */
#define MOST_RANKED 8

static const char *const searches[] = {
	[BLAMES_RUNNING] = "the function that ran, or its first caller that does not serve others",
	[BLAMES_CHECKED] = "the function whose check failed, or its caller if it checks its use",
	[BLAMES_LIST] = "the keeper of the list, not the code that calls it",
	[BLAMES_CONTEXT] = "the code that called what may sleep from a place that must not",
	[BLAMES_ACCESSOR] = "the function that ran, even if it works on its caller's object",
	[BLAMES_ALLOCATOR] = "the code that asked for the memory",
	[BLAMES_LOCK_SITE] = "the code that takes the lock",
	[BLAMES_LOCK_USE] = "the code that uses the lock against its rules",
	[BLAMES_STUCK] = "what the stuck CPU works on",
	[BLAMES_WAITER] = "the function that the task waits in",
	[BLAMES_DEEPEST] = "the work whose calls filled the stack",
	[BLAMES_OWNER] = "the code that owned the memory: whoever finds it damaged is a victim",
	[BLAMES_DRIVER] = "the driver that the report names",
	[BLAMES_NOBODY] = "nobody: software is not to blame, or the report does not say who is",
};

static const char *const bases[] = {
	[CULPRIT_NONE] = "nobody can be named",
	[CULPRIT_NAMED] = "the report names it",
	[CULPRIT_IP] = "it was running",
	[CULPRIT_CALLER] = "it is the first caller that serves no one else",
	[CULPRIT_WORK] = "it is the work that does not end",
	[CULPRIT_WAITER] = "it is the first function above the wait",
	[CULPRIT_LOCK_SITE] = "it takes the lock",
	[CULPRIT_DRIVER] = "the report names the driver, but no function",
	[CULPRIT_TRIPPED] = "it ran into memory that another function overwrote",
	[CULPRIT_DISPATCH] = "it called what others had registered with it, and that was no code",
	[CULPRIT_ITEM] = "it is the work item that ran, and only helpers are on the stack",
	[CULPRIT_FALLBACK] = "only helpers are on the stack",
};

struct explaining {
	TALLOC_CTX *ctx;
	const struct explanation_facts *facts;
	bool failed; /* memory ran out */
};

static void *need(struct explaining *e, void *p)
{
	e->failed |= !p;
	return p;
}

static const char *copy(struct explaining *e, const char *s)
{
	return s ? need(e, talloc_strdup(e->ctx, s)) : NULL;
}

static const char *module_name(struct explaining *e, const char *module, const struct oops_frame *f)
{
	if (module)
		return copy(e, module);
	return f && f->module_unknown ? NULL : VMLINUX;
}

/* ---- the stack --------------------------------------------------------------------------- */

static bool is_culprit(const struct culprit *c, const struct oops_frame *f)
{
	return c->frame &&
	       (c->frame == f || (c->frame->function && f->function && !f->unreliable &&
					 c->function && strcmp(c->function, f->function) == 0));
}

static void explain_frame(struct explaining *e, const struct oops_frame *f, struct vmt_role *to)
{
	const struct culprit *c = e->facts->culprit;
	const struct blame_row *row = f->module ? NULL : blame_find(f->function, ~0u);

	to->function = copy(e, f->function);
	to->module = module_name(e, f->module, f);
	to->culprit = is_culprit(c, f);
	if (f->unreliable) {
		to->role = "doubtful";
		to->reason = "may only be a word that was left on the stack";
	} else if (!to->culprit && c->why && c->stepped_over &&
		   strcmp(c->stepped_over, f->function) == 0) {
		to->role = c->why->id;
		to->reason = c->why->reason;
	} else if (row) {
		to->role = row->id;
		to->reason = row->reason;
	}
}

static const struct oops_trace *trace_of(const struct explanation_facts *facts)
{
	const struct oops_event *ev = facts->ev;

	if (facts->culprit->trace)
		return facts->culprit->trace;
	for (size_t i = 0; i < ev->n_traces; i++)
		if (ev->traces[i].role == OOPS_TRACE_MAIN && ev->traces[i].n_frames)
			return &ev->traces[i];
	return NULL;
}

/* The stack that was judged, from the instruction pointer on. */
static void explain_stack(struct explaining *e, struct vmt_explanation *x)
{
	const struct oops_trace *t = trace_of(e->facts);
	const struct oops_frame *ip = &e->facts->ev->ip;
	bool with_ip = ip->function && (!t || t->role == OOPS_TRACE_MAIN);
	size_t n = with_ip + (t ? t->n_frames : 0);
	struct vmt_role *roles = need(e, talloc_zero_array(e->ctx, struct vmt_role, n));

	if (!roles)
		return;
	n = 0;
	if (with_ip)
		explain_frame(e, ip, &roles[n++]);
	for (size_t i = 0; t && i < t->n_frames; i++)
		if (t->frames[i].function)
			explain_frame(e, &t->frames[i], &roles[n++]);
	x->frames = roles;
	x->n_frames = n;
}

/* ---- the suspects ------------------------------------------------------------------------ */

static void explain_points(struct explaining *e, const struct suspect *s, struct vmt_ranked *to)
{
	const struct suspect_rule *rule;
	struct vmt_fact *facts =
		need(e, talloc_zero_array(e->ctx, struct vmt_fact, suspect_n_rules() + 1));
	size_t n = 0;

	if (!facts)
		return;
	for (size_t i = 0; (rule = suspect_rule(i)); i++)
		if (s->facts & 1u << i)
			facts[n++] = (struct vmt_fact){rule->id, rule->points, rule->reason};
	if (s->distance)
		facts[n++] = (struct vmt_fact){
			"distance", -s->distance, "is so many functions away from where it ended"};
	to->facts = facts;
	to->n_facts = n;
}

static void explain_suspect(struct explaining *e, const struct suspect *s, struct vmt_ranked *to)
{
	char buf[WHERE_PATH_SIZE];
	const char *path = NULL;
	uint16_t file;

	if (area_of(e->facts->where, &s->places, s->module != NULL, &file))
		path = where_path(e->facts->where, file, buf);
	to->function = copy(e, s->function);
	to->module = s->part == PART_TEARDOWN ? NULL : module_name(e, s->module, s->frame);
	to->file = copy(e, path);
	to->role = suspect_part_word(s->part);
	to->points = s->points;
	explain_points(e, s, to);
}

static void explain_suspects(struct explaining *e, struct vmt_explanation *x)
{
	const struct suspects *l = e->facts->suspects;
	size_t n = l->n < MOST_RANKED ? l->n : MOST_RANKED;
	struct vmt_ranked *to = need(e, talloc_zero_array(e->ctx, struct vmt_ranked, n));

	if (!to)
		return;
	for (size_t i = 0; i < n; i++)
		explain_suspect(e, &l->items[i], &to[i]);
	x->suspects = to;
	x->n_suspects = n;
}

/* ---- all of it --------------------------------------------------------------------------- */

static void explain_confidence(struct explaining *e, struct vmt_explanation *x)
{
	const struct explanation_facts *f = e->facts;

	x->frame_reason = trust_reason(f->ev, f->culprit, f->lacks_first);
	if (!f->culprit->function || (f->ev->kind->traits & TRAIT_OWN_STOP))
		x->bug_reason = "no function is to blame, so that only the kind of death counts";
	else
		suspects_confidence(f->suspects, f->where, &x->bug_reason);
}

const struct vmt_explanation *explanation_make(
	TALLOC_CTX *ctx, const struct explanation_facts *facts)
{
	struct explaining e = {ctx, facts, false};
	struct vmt_explanation *x = need(&e, talloc_zero(ctx, struct vmt_explanation));

	if (!x)
		return NULL;
	e.ctx = x;
	x->kind_reason = copy(&e, facts->ev->kind_by ? facts->ev->kind_by : facts->ev->headline);
	x->search = searches[facts->ev->kind->blames];
	x->basis = bases[facts->culprit->basis];
	explain_stack(&e, x);
	explain_suspects(&e, x);
	explain_confidence(&e, x);
	return e.failed ? NULL : x;
}
