// SPDX-License-Identifier: GPL-3.0-or-later
/* Which functions are suspects: those of the stack, of what is beside it, and of other reports. */
#include <string.h>

#include "base/name_gate.h"
#include "triage/suspect_internal.h"
#include "triage/trail.h"

/* Other reports of the boot that are looked at. */
#define MOST_REPORTS 6

static bool same_name(const char *a, const char *b)
{
	size_t n = blame_base_length(a);

	return blame_base_length(b) == n && memcmp(a, b, n) == 0;
}

static bool is_called(const struct suspect *s, const char *name, size_t len, const char *module)
{
	return s->len == len && memcmp(s->function, name, len) == 0 &&
	       suspect_same_text(s->module, module);
}

static bool share_file(const struct where_places *a, const struct where_places *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++)
			if (a->file[i] == b->file[k])
				return true;
	return false;
}

struct suspect *suspects_find_same(struct ranking *r, const char *function, size_t len,
	const char *module, const struct where_places *p, const struct oops_frame *frame)
{
	const char *file = suspect_printed_file(frame);

	for (size_t i = 0; i < r->n; i++) {
		struct suspect *s = &r->items[i];

		if (is_called(s, function, len, module) || share_file(&s->places, p) ||
			(file && suspect_same_text(suspect_printed_file(s->frame), file)))
			return s;
	}
	return NULL;
}

/* Names of what the compiler puts before a function. */
static bool is_padding(const char *function)
{
	return strncmp(function, "__pfx_", 6) == 0 || strncmp(function, "__cfi_", 6) == 0;
}

static void add(struct ranking *r, const char *function, const char *module,
	const struct oops_frame *frame, enum suspect_part part)
{
	size_t len = blame_base_length(function);
	bool has_stub;
	struct where_places p = area_places(r->where, function, len, &has_stub);
	struct suspect *s = suspects_find_same(r, function, len, module, &p, frame);

	if (is_padding(function))
		return;
	if (s) {
		if (s->part == PART_STACK && part == PART_ALLOCATED)
			s->facts |= bit(FACT_OWNER);
		/* A later function of the file may be the one that was judged. */
		if (suspects_is_judged(r, function, len, module) &&
			!suspects_is_judged(r, s->function, s->len, s->module)) {
			s->function = function;
			s->len = len;
			s->module = module;
			s->frame = frame;
		}
		r->inner = function;
		return;
	}
	if (r->n == SUSPECTS_COLLECTED)
		return;
	r->items[r->n++] = (struct suspect){
		.function = function,
		.len = len,
		.module = module,
		.frame = frame,
		.part = part,
		.called = r->inner,
		.places = p,
		.has_stub = has_stub,
		.facts = r->interrupted ? bit(FACT_INTERRUPTED) : 0,
	};
	r->inner = function;
}

static const struct oops_trace *judged_trace(const struct ranking *r)
{
	for (size_t i = 0; i < r->ev->n_traces; i++)
		if (r->ev->traces[i].role == OOPS_TRACE_MAIN && r->ev->traces[i].n_frames)
			return &r->ev->traces[i];
	return r->culprit->trace;
}

void suspects_add_trace(struct ranking *r, const struct oops_trace *t, enum suspect_part part)
{
	struct trail trail = trail_of_trace(t);

	r->inner = NULL;
	for (size_t i = 0; t && i < t->n_frames; i++) {
		const struct oops_frame *f = &t->frames[i];

		if (trail_counts(&trail, f))
			add(r, f->function, f->module, f, part);
	}
	r->inner = NULL;
}

/* The module of "f+0x0/0x9a0 [mod]", from the offset on; NULL: none. */
static const char *module_behind(TALLOC_CTX *ctx, const char *offset)
{
	const char *p = offset + strspn(offset, "+x/0123456789abcdef"), *name;

	if (strncmp(p, " [", 2) != 0)
		return NULL;
	name = talloc_strndup(ctx, p + 2, strcspn(p + 2, " ]"));
	return name_is_word(name, "_-") ? name : NULL;
}

/* "hint: f+0x0/0x9a0 [mod]": names with an offset in what was printed with the report. */
static void add_message(struct ranking *r, TALLOC_CTX *ctx, const char *text)
{
	for (const char *at = text; at && (at = strstr(at, "+0x")); at += 3) {
		const char *p = at, *name;

		while (p > text &&
			(p[-1] == '_' || p[-1] == '.' || (p[-1] >= '0' && p[-1] <= '9') ||
				((p[-1] | 0x20) >= 'a' && (p[-1] | 0x20) <= 'z')))
			p--;
		if (p == at || (*p >= '0' && *p <= '9') || *p == '.')
			continue;
		/* A frame that the kernel is not sure of. */
		if (p - text >= 2 && p[-1] == ' ' && p[-2] == '?')
			continue;
		name = talloc_strndup(ctx, p, (size_t)(at - p));
		if (name)
			add(r, name, module_behind(ctx, at), NULL, PART_MESSAGE);
	}
	r->inner = NULL;
}

static bool is_on(const struct oops_trace *t, const char *function)
{
	for (size_t i = 0; t && i < t->n_frames; i++)
		if (t->frames[i].function && same_name(t->frames[i].function, function))
			return true;
	return false;
}

/* Whether the function is on this stack and serves no one. */
static bool works(const struct suspect *s)
{
	return s->part == PART_STACK &&
	       (s->module || !(blame_roles(s->function) & (BLAME_HELPERS | DISPATCHERS)));
}

/* An interrupt has nothing to do with the code that ran when it came. */
static void watch_interrupts(struct ranking *r, const struct oops_frame *f)
{
	const struct blame_row *row = f->module ? NULL : blame_find(f->function, BLAME_ENTRY);
	bool entry = row && !(row->role & BLAME_REPORT);

	for (size_t i = 0; entry && i < r->n; i++)
		r->interrupted |= works(&r->items[i]);
}

static void add_judged(struct ranking *r, TALLOC_CTX *ctx)
{
	const struct oops_event *ev = r->ev;
	const struct oops_trace *t = judged_trace(r);
	struct trail trail = trail_of_trace(t);

	if (ev->named_function && !is_on(t, ev->named_function) &&
		!(ev->ip.function && same_name(ev->ip.function, ev->named_function)))
		add(r, ev->named_function, ev->named_module, NULL, PART_NAMED);
	r->inner = NULL;
	if (ev->ip.function)
		add(r, ev->ip.function, ev->ip.module, &ev->ip, PART_STACK);
	if (ev->ip.function && !is_on(t, ev->ip.function))
		r->inner = ev->ip.function;
	/* The CPU was in no function: the link register has the innermost one. */
	if (!ev->ip.function && ev->caller.function && !is_on(t, ev->caller.function))
		r->inner = ev->caller.function;
	for (size_t i = 0; t && i < t->n_frames; i++) {
		const struct oops_frame *f = &t->frames[i];

		if (!trail_counts(&trail, f))
			continue;
		watch_interrupts(r, f);
		add(r, f->function, f->module, f, PART_STACK);
	}
	r->interrupted = false;
	r->inner = ev->ip.function;
	if (ev->caller.function)
		add(r, ev->caller.function, ev->caller.module, &ev->caller, PART_STACK);
	r->inner = NULL;
	add_message(r, ctx, ev->message);
	add_message(r, ctx, ev->headline);
}

static void add_beside(struct ranking *r)
{
	static const enum suspect_part parts[] = {
		[OOPS_TRACE_ALLOC] = PART_ALLOCATED,
		[OOPS_TRACE_FREE] = PART_FREED,
		[OOPS_TRACE_PEER] = PART_PEER,
		[OOPS_TRACE_HANDLERS] = PART_HANDLER,
		[OOPS_TRACE_OTHER] = PART_HISTORY,
	};
	const struct oops_trace *judged = judged_trace(r);

	for (size_t i = 0; i < r->ev->n_traces; i++) {
		const struct oops_trace *t = &r->ev->traces[i];

		if (t->role != OOPS_TRACE_MAIN && t != judged)
			suspects_add_trace(r, t, parts[t->role]);
	}
	if (r->ev->work_function)
		add(r, r->ev->work_function, r->ev->work_module, NULL, PART_WORK);
}

static void add_report(struct ranking *r, const struct oops_event *ev)
{
	struct culprit c = culprit_find(ev);

	r->inner = NULL;
	if (c.function)
		add(r, c.function, c.module, c.frame, PART_REPORT);
	for (size_t i = 0; i < ev->n_traces; i++)
		suspects_add_trace(r, &ev->traces[i], PART_REPORT);
}

static void add_other_reports(struct ranking *r, const struct oops_log *log)
{
	size_t seen = 0;

	for (size_t i = 0; i < log->n_events && seen < MOST_REPORTS; i++) {
		const struct oops_event *ev = log->events[i];

		if (ev == r->ev || ev->boot != r->ev->boot)
			continue;
		add_report(r, ev);
		seen++;
	}
	if (log->bare && log->bare != r->ev)
		add_report(r, log->bare);
}

void suspects_collect(struct ranking *r, TALLOC_CTX *ctx, const struct oops_log *log)
{
	const struct culprit *c = r->culprit;

	add_judged(r, ctx);
	if (c->function)
		add(r, c->function, c->module, c->frame, PART_NAMED);
	add_beside(r);
	add_other_reports(r, log);
}
