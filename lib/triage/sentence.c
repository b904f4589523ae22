// SPDX-License-Identifier: GPL-3.0-or-later
/* The headline and the evidence. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "triage/path.h"
#include "triage/select.h"
#include "triage/sentence.h"

static const struct {
	const char *origin, *words;
} origins[] = {
	{"in-tree", "in-tree driver"},
	{"out-of-tree", "out-of-tree driver"},
	{"proprietary", "proprietary driver"},
};

static const char *origin_words(const char *origin)
{
	for (size_t i = 0; origin && i < ARRAY_SIZE(origins); i++)
		if (strcmp(origins[i].origin, origin) == 0)
			return origins[i].words;
	return "module";
}

static char *add(char *s, const char *text)
{
	return s ? talloc_strdup_append_buffer(s, text) : NULL;
}

static char *add_who(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	if (f->culprit->module)
		return talloc_asprintf(ctx, "%s (%s)", f->culprit->module, origin_words(f->origin));
	return talloc_strdup(ctx, "kernel");
}

/* ", read at 0x40", ", read", ", at 0x40" */
static char *add_access(char *s, const struct sentence_facts *f)
{
	const char *access = f->access && strcmp(f->access, "exec") == 0 ? "execution" : f->access;

	if (!s || (!access && !f->address.known))
		return s;
	s = talloc_asprintf_append_buffer(s, ", %s", access ? access : "");
	if (s && f->address.known)
		s = talloc_asprintf_append_buffer(
			s, "%sat 0x%" PRIx64, access ? " " : "", f->address.v);
	return s;
}

/* What the report is about: an object; of a stall or a hung task who, and for how long. */
static char *add_subject(char *s, const struct oops_event *ev)
{
	if (s && ev->object && (ev->kind->traits & TRAIT_SAYS_OBJECT))
		s = talloc_asprintf_append_buffer(s, ", %s", ev->object);
	if (s && ev->subject_comm)
		s = talloc_asprintf_append_buffer(s, ", %s", ev->subject_comm);
	if (s && ev->subject_pid.known)
		s = talloc_asprintf_append_buffer(s, " (pid %" PRIu64 ")", ev->subject_pid.v);
	if (s && ev->kind->outcome == OOPS_STALL && ev->subject_cpu.known)
		s = talloc_asprintf_append_buffer(s, ", CPU %" PRIu64, ev->subject_cpu.v);
	else if (s && ev->kind->outcome == OOPS_STALL && !ev->subject_comm && ev->cpu.known)
		s = talloc_asprintf_append_buffer(s, ", CPU %" PRIu64, ev->cpu.v);
	if (s && ev->duration_s.known && ev->kind->outcome == OOPS_STALL &&
		!(ev->kind->traits & TRAIT_JIFFIES))
		s = talloc_asprintf_append_buffer(s, " for %" PRIu64 " s", ev->duration_s.v);
	return s;
}

static bool speaks_of_cause(const struct oops_event *ev)
{
	return ev->reason && ev->kind->id == KIND_PANIC;
}

const char *sentence_headline(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	const struct oops_event *ev = f->ev;
	const struct culprit *c = f->culprit;
	char *s = add_who(ctx, f);

	if (s && select_is_no_crash(ev))
		s = talloc_asprintf(ctx, "no crash; %s", s);
	if (f->path)
		s = add(add(s, ", "), path_words(f->path));
	s = add(s, ": ");
	s = add(s, ev->kind->phrase);
	if (speaks_of_cause(ev))
		s = add(add(s, ", "), ev->reason);
	s = add_access(s, f);
	s = add_subject(s, ev);
	if (c->function)
		s = add(add(s, " in "), c->function);
	if (s && c->function && c->frame && c->frame->has_offset)
		s = talloc_asprintf_append_buffer(s, "+0x%" PRIx64, c->frame->offset);
	return s;
}

/* ---- evidence ---------------------------------------------------------------------------- */

static void push(TALLOC_CTX *ctx, struct sentence_list *l, const char *text)
{
	const char **items = text ? talloc_realloc(ctx, l->items, const char *, l->n + 1) : NULL;

	if (!items)
		return;
	l->items = items;
	items[l->n++] = text;
}

static const char *basis_text(TALLOC_CTX *ctx, const struct culprit *c)
{
	switch (c->basis) {
	case CULPRIT_NAMED:
		return talloc_asprintf(ctx, "The report itself names %s.", c->function);
	case CULPRIT_IP:
		return talloc_asprintf(
			ctx, "The CPU was in %s when the report was made.", c->function);
	case CULPRIT_CALLER:
		if (!c->stepped_over || !c->why)
			return talloc_asprintf(ctx, "%s called what failed.", c->function);
		return talloc_asprintf(ctx,
			"%s %s; the first caller that is not such a function is %s.",
			c->stepped_over, c->why->reason, c->function);
	case CULPRIT_WORK:
		return talloc_asprintf(
			ctx, "%s is the work that the stuck stack was dispatched to.", c->function);
	case CULPRIT_WAITER:
		return talloc_asprintf(
			ctx, "%s is the first function above those that only wait.", c->function);
	case CULPRIT_LOCK_SITE:
		return talloc_asprintf(
			ctx, "%s takes the lock that the report is about.", c->function);
	case CULPRIT_DRIVER:
		return talloc_asprintf(ctx, "The report names the driver %s.", c->module);
	case CULPRIT_TRIPPED:
		return talloc_asprintf(ctx,
			"%s found the memory that it gives out overwritten: its caller did not "
			"do that.",
			c->function);
	case CULPRIT_FALLBACK:
		return talloc_asprintf(ctx,
			"Only functions that serve others are on the stack; %s is the first.",
			c->function);
	case CULPRIT_NONE:
		break;
	}
	return NULL;
}

static const char *module_text(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	const struct oops_event *ev = f->ev;

	if (!f->culprit->module || !f->origin)
		return NULL;
	for (size_t i = 0; i < ev->n_modules; i++)
		if (strcmp(ev->modules[i].name, f->culprit->module) == 0)
			return talloc_asprintf(ctx, "The modules line lists %s %s%s%s.",
				f->culprit->module,
				ev->modules[i].taints ? "with the letters " : "",
				ev->modules[i].taints ? ev->modules[i].taints
						      : "without taint letters",
				strcmp(f->origin, "in-tree") == 0 ? ": it came with the kernel"
								  : "");
	return NULL;
}

static const char *source_text(TALLOC_CTX *ctx, const struct oops_event *ev)
{
	if (!ev->witness)
		return talloc_asprintf(ctx, "Line %" PRIu64 " of the log: \"%s\".",
			ev->first_line + 1, ev->headline ? ev->headline : "");
	if (ev->named_by)
		return talloc_asprintf(ctx, "The stack of %s in memory goes through %s.",
			ev->witness, ev->named_by);
	return talloc_asprintf(
		ctx, "The log does not tell: the stack of %s in memory does.", ev->witness);
}

struct sentence_list sentence_evidence(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	const struct oops_event *ev = f->ev;
	struct sentence_list l = {0};

	push(ctx, &l, source_text(ctx, ev));
	if (f->n_events > 1)
		push(ctx, &l,
			talloc_asprintf(ctx, "Of %zu reports this one is judged: %s.", f->n_events,
				select_reason(f->rule)));
	push(ctx, &l, basis_text(ctx, f->culprit));
	push(ctx, &l, module_text(ctx, f));
	if (f->path && f->path_by)
		push(ctx, &l,
			talloc_asprintf(ctx, "%s on the stack tells the %s.", f->path_by,
				path_words(f->path)));
	if (f->address_meaning)
		push(ctx, &l,
			talloc_asprintf(ctx, "Address 0x%" PRIx64 ": %s.", f->address.v,
				f->address_meaning));
	if (f->register_name)
		push(ctx, &l,
			talloc_asprintf(
				ctx, "Register %s: %s.", f->register_name, f->register_meaning));
	if (ev->trouble)
		push(ctx, &l, talloc_asprintf(ctx, "Shortly before: \"%s\".", ev->trouble));
	if (ev->workqueue)
		push(ctx, &l, talloc_asprintf(ctx, "The work item was: %s.", ev->workqueue));
	if (ev->fatal && ev->reason && ev->kind->id != KIND_PANIC)
		push(ctx, &l, talloc_asprintf(ctx, "The kernel then stopped: \"%s\".", ev->reason));
	return l;
}
