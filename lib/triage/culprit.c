// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See culprit.h. Who is to blame for each kind: how its report is read, and which roles are
 * skipped.
 */
#include <string.h>

#include "base/array.h"
#include "triage/culprit.h"
#include "triage/trail.h"

#define CALLEES (BLAME_HELPERS | BLAME_SERVICE | BLAME_CORE)

/* ---- strategies -------------------------------------------------------------------------- */

static struct culprit named(const struct oops_event *ev, const struct oops_trace *t)
{
	return (struct culprit){.basis = CULPRIT_NAMED,
		.function = ev->named_function,
		.module = ev->named_module,
		.trace = t};
}

/* The CPU jumped to an address without code. */
static bool is_nowhere(const struct oops_event *ev)
{
	return !ev->ip.function && ev->ip.has_address;
}

/* The fault was in code that could not be read. Whoever called that code need not be to blame. */
static bool is_in_lost_code(const struct oops_event *ev)
{
	return ev->witness && is_nowhere(ev) && !ev->access;
}

/*
 * The caller of a jump to nowhere. The jump made no frame, so the link register has the return
 * address, or, if it is on the stack, the word at the top, even if the unwinder doubts that frame.
 */
static const struct oops_frame *caller_of_nowhere(
	const struct oops_event *ev, const struct trail *s)
{
	if (ev->caller.function)
		return &ev->caller;
	for (size_t i = 0; ev->stack_top.known && i < trail_size(s); i++) {
		const struct oops_frame *f = trail_at(s, i);

		if (f->function && f->has_address && f->address == ev->stack_top.v)
			return f;
	}
	return NULL;
}

/* An allocator crashes on earlier corruption of free memory or of its own lists. */
static bool has_tripped(const struct oops_event *ev)
{
	static const char givers[] =
		"kmalloc* __kmalloc* kmem_cache_alloc* __kmem_cache_alloc* slab_alloc* "
		"___slab_alloc* __slab_alloc* get_page_from_freelist rmqueue* __rmqueue* "
		"prep_new_page get_partial* cache_alloc_refill* ____cache_alloc* "
		"memcg_slab_post_alloc_hook __memcg_slab_post_alloc_hook";
	/* Their assertions are about the slab, those of the functions below about the caller. */
	static const char slabs[] = "cache_alloc_refill* ____cache_alloc* ___slab_alloc* "
				    "__slab_alloc* slab_alloc* get_partial* get_freelist";
	static const char pages[] = "get_page_from_freelist rmqueue* __rmqueue* prep_new_page";
	const char *f = ev->ip.module ? NULL : ev->ip.function;
	bool page = f && blame_name_in(f, blame_base_length(f), pages);

	switch (ev->kind->id) {
	case KIND_KERNEL_BUG:
		return page || (f && blame_name_in(f, blame_base_length(f), slabs));
	case KIND_GPF:
	case KIND_PAGE_FAULT:
		return page || (f && blame_name_in(f, blame_base_length(f), givers));
	default:
		return false;
	}
}

/* A refused indirect call: the report names its target, not the caller. */
static bool names_target(const struct oops_event *ev)
{
	return ev->kind->id == KIND_CONTROL_PROTECTION && ev->headline &&
	       strstr(ev->headline, "ENDBR");
}

/* A link register may still point into the function itself, after it called another one. */
static bool is_own_caller(const struct oops_event *ev)
{
	return ev->ip.function && strcmp(ev->ip.function, ev->caller.function) == 0;
}

/*
 * The module of a named function that was inlined into the one that stopped. A module whose own
 * function only stops on behalf of others is not it.
 */
static void take_module_that_stopped(const struct trail *s, unsigned skip, struct culprit *ret)
{
	struct culprit c = trail_walk(s, 0, skip, CULPRIT_IP);

	if (c.module && trail_has_stop_word(c.function))
		ret->module_unknown = true;
	else
		ret->module = c.module;
}

/* Whether the function that the report names, at from on the stack, is the culprit: *c then. */
static bool find_named(const struct oops_event *ev, const struct trail *s, size_t from,
	unsigned skip, struct culprit *c)
{
	const struct oops_frame *at = from < trail_size(s) ? trail_at(s, from) : NULL;

	if (!ev->named_module &&
		((blame_roles(ev->named_function) & skip) || (at && trail_is_header(at))))
		return false;
	if (ev->named_module && trail_is_header_copy(ev->named_function) &&
		trail_is_below(s, at ? from + 1 : 0, ev->named_module))
		return false;
	if (ev->named_module && trail_reports_damage(ev->named_function) &&
		trail_is_below(s, at ? from + 1 : 0, ev->named_module))
		return false;
	*c = named(ev, s->trace);
	c->frame = at;
	if (!c->module && c->frame)
		c->module = c->frame->module;
	else if (!c->module && ev->kind->id == KIND_KERNEL_BUG)
		take_module_that_stopped(s, skip, c);
	return true;
}

/*
 * A stack of nothing but helpers. The one that the CPU was in may be wrong itself. A printed stack
 * says no more of an allocator than that somebody called it, and entry code is on every stack.
 */
static struct culprit find_helper(const struct trail *s)
{
	struct culprit c =
		trail_walk(s, 0, BLAME_REPORT | BLAME_ENTRY | BLAME_ROOT, CULPRIT_FALLBACK);

	if (c.frame && !s->ip && (trail_roles(c.frame) & BLAME_ALLOC))
		return (struct culprit){.basis = CULPRIT_NONE};
	if (c.function && c.frame != s->ip)
		c.basis = CULPRIT_FALLBACK;
	return c;
}

/* What a dispatcher calls was registered by others: a bad pointer there is not its own. */
static struct culprit called_nowhere(struct culprit c)
{
	if (c.frame && (trail_roles(c.frame) & (BLAME_ANCHOR | BLAME_TICK | BLAME_ENTRY)))
		c.basis = CULPRIT_DISPATCH;
	return c;
}

/* An interrupt has nothing to do with the work that it interrupted. */
static bool has_interrupt(const struct trail *s)
{
	for (size_t i = 0; i < trail_size(s); i++) {
		const struct oops_frame *f = trail_at(s, i);

		if (trail_counts(s, f) &&
			(trail_roles(f) & (BLAME_ENTRY | BLAME_REPORT)) == BLAME_ENTRY)
			return true;
	}
	return false;
}

/*
 * Whether only the work item that the report names can be to blame: the stack shows nothing but
 * helpers that it called, as its own call was the last one and made no frame; or the CPU was in the
 * code that takes items out of their queue, and this is the one that it took.
 */
static bool only_item(const struct oops_event *ev, const struct trail *s, const struct culprit *c)
{
	static const char takers[] = "process_one_work process_scheduled_works";

	if (!ev->work_function || has_interrupt(s))
		return false;
	/* An item that only runs what it was given. */
	if (!ev->work_module && (blame_roles(ev->work_function) & BLAME_ROOT))
		return false;
	if (!c->function || c->basis == CULPRIT_FALLBACK)
		return true;
	return c->basis == CULPRIT_IP && !c->module &&
	       blame_name_in(c->function, blame_base_length(c->function), takers);
}

/*
 * The function that the report names or that the CPU was in. If that function serves others, the
 * first of its callers that does not. If nothing else is known, the helper itself.
 */
static struct culprit find_running(const struct oops_event *ev, unsigned skip)
{
	struct trail s = trail_of_event(ev, trail_main(ev));
	const struct oops_frame *at;
	struct culprit c = {0};
	size_t from = 0;

	if (ev->named_function && names_target(ev)) {
		from = trail_find(&s, ev->named_function);
		from = from < trail_size(&s) ? from + 1 : 0;
		return trail_walk(&s, from, skip, CULPRIT_CALLER);
	}
	if (ev->named_function) {
		from = trail_find(&s, ev->named_function);
		if (find_named(ev, &s, from, skip, &c))
			return c;
		if (from == trail_size(&s))
			from = 0;
		else if (ev->named_module && trail_reports_damage(ev->named_function))
			from++;
	}
	/*
	 * An address that no pointer has is the damage itself. Any other address may come from the
	 * caller.
	 */
	if (has_tripped(ev) && ev->kind->id != KIND_PAGE_FAULT)
		return trail_found(&s, &ev->ip, CULPRIT_TRIPPED);
	at = is_nowhere(ev) ? caller_of_nowhere(ev, &s) : NULL;
	if (!from && at && !(trail_roles(at) & skip))
		return called_nowhere(trail_found(&s, at, CULPRIT_CALLER));
	c = trail_walk(&s, from, skip, CULPRIT_IP);
	if (c.function && !from && is_nowhere(ev))
		return called_nowhere(c);
	if (!c.function && ev->caller.function && !is_own_caller(ev))
		c = trail_found(&s, &ev->caller, CULPRIT_CALLER);
	if (only_item(ev, &s, &c))
		return (struct culprit){.basis = CULPRIT_ITEM,
			.function = ev->work_function,
			.module = ev->work_module,
			.trace = s.trace};
	if (!c.function)
		c = find_helper(&s);
	if (!c.function && ev->named_function)
		c = named(ev, s.trace);
	return c;
}

/*
 * Of two locks whose order can deadlock through an interrupt, the code that takes the interrupt's
 * lock is to blame. The report first shows where that lock is taken.
 */
static struct culprit find_safe_side(const struct oops_event *ev, unsigned skip)
{
	if (!ev->headline || !strstr(ev->headline, "-unsafe lock order"))
		return (struct culprit){0};
	for (size_t i = 0; i < ev->n_traces; i++)
		if (ev->traces[i].role == OOPS_TRACE_OTHER && ev->traces[i].n_frames) {
			struct trail s = trail_of_trace(&ev->traces[i]);

			return trail_walk(&s, 0, skip, CULPRIT_LOCK_SITE);
		}
	return (struct culprit){0};
}

/*
 * The lock of a work item is taken by whoever runs the work. A function that waits for the work
 * while it holds a lock that the work takes is in the chain of earlier dependencies, as its latest
 * link.
 */
static struct culprit find_flusher(const struct oops_event *ev)
{
	for (size_t i = 0; i < ev->n_traces; i++)
		if (ev->traces[i].role == OOPS_TRACE_OTHER && ev->traces[i].n_frames) {
			struct trail s = trail_of_trace(&ev->traces[i]);

			return trail_walk(&s, 0, CALLEES | BLAME_WAIT, CULPRIT_LOCK_SITE);
		}
	return (struct culprit){0};
}

static struct culprit find_lock_site(const struct oops_event *ev, unsigned skip)
{
	struct culprit c;

	c = find_safe_side(ev, skip);
	if (c.function)
		return c;
	/*
	 * The lock checker names the site that its hook returns to. The caller of a helper is above
	 * it.
	 */
	if (ev->named_function && !ev->named_module &&
		(blame_roles(ev->named_function) & CALLEES)) {
		struct trail s = trail_of_trace(trail_main(ev));

		c = trail_walk(&s, 0, skip, CULPRIT_CALLER);
		if (c.function)
			return c;
	}
	if (ev->named_function && !ev->named_module &&
		(blame_roles(ev->named_function) & BLAME_ROOT)) {
		c = find_flusher(ev);
		if (c.function)
			return c;
	}
	c = find_running(ev, skip);
	if (c.basis == CULPRIT_NAMED)
		c.basis = CULPRIT_LOCK_SITE;
	return c;
}

/*
 * Skips the interrupt that noticed the stall: what it interrupted is stuck. One in which a driver
 * runs did not notice it: there it is the driver's handler that is stuck.
 */
static size_t after_tick(const struct trail *s)
{
	size_t n = trail_size(s), after = 0;

	for (size_t i = 0; i < n; i++) {
		const struct oops_frame *f = trail_at(s, i);

		if (!f->function || f->unreliable)
			continue;
		if (f->module && !f->from_regs)
			break;
		if (trail_roles(f) & BLAME_TICK)
			after = i + 1;
	}
	while (after && after < n) {
		const struct oops_frame *f = trail_at(s, after);

		if (f->function && !f->from_regs &&
			!(trail_roles(f) & (BLAME_ENTRY | BLAME_TICK | BLAME_REPORT)))
			break;
		if (f->from_regs)
			break;
		after++;
	}
	return after;
}

/* Roles of those that lead to the work, and are not the work. */
#define NOT_WORK (BLAME_PLUMBING | BLAME_ENTRY | BLAME_TICK | BLAME_ANCHOR)

/*
 * The work that does not end: the outermost function below the first dispatcher. Waiting for
 * another CPU is reported separately, because the work is then not to blame.
 */
static struct culprit find_work(const struct trail *s, size_t from)
{
	const struct oops_frame *work = NULL, *helper = NULL;

	for (size_t i = from; i < trail_size(s); i++) {
		const struct oops_frame *f = trail_at(s, i);
		unsigned roles;

		if (!trail_counts(s, f))
			continue;
		/* A driver that was seen in its own code is what runs for so long. */
		if (f->module && !work)
			return trail_found(s, f, CULPRIT_IP);
		roles = trail_roles(f);
		if (roles & BLAME_REMOTE && !work)
			return trail_found(s, f, CULPRIT_WORK);
		if (roles & BLAME_ANCHOR && (work || helper))
			break;
		if (roles & NOT_WORK)
			continue;
		if (!(roles & BLAME_HELPERS))
			work = f;
		else if (!helper && (roles & (BLAME_LOCK | BLAME_REPORT)) != BLAME_LOCK)
			helper = f;
	}
	if (!work && !helper)
		return (struct culprit){.basis = CULPRIT_NONE, .trace = s->trace};
	return trail_found(s, work ? work : helper, CULPRIT_WORK);
}

static bool is_idle(const struct trail *s, size_t from)
{
	for (size_t i = from; i < trail_size(s); i++) {
		const struct oops_frame *f = trail_at(s, i);

		if (trail_counts(s, f) &&
			!(trail_roles(f) & (BLAME_REPORT | BLAME_TICK | BLAME_ENTRY)))
			return trail_roles(f) & BLAME_IDLE;
	}
	return true;
}

/*
 * Whether the stack is that of a task which is not at a known place: it runs on a CPU whose stack
 * nobody printed, and its own only shows where it was last put to sleep.
 */
static bool is_switched_out(const struct trail *s, size_t from)
{
	for (size_t i = from; i < trail_size(s); i++) {
		const struct oops_frame *f = trail_at(s, i);

		if (trail_counts(s, f))
			return !f->module && blame_name_in(f->function,
						     blame_base_length(f->function), "__switch_to");
	}
	return false;
}

/* Judges one stack of a stall. function is NULL if the stack is idle or says nothing. */
static struct culprit try_stalled(const struct oops_event *ev, const struct oops_trace *t)
{
	bool own = t->role == OOPS_TRACE_MAIN;
	struct trail s = own ? trail_of_event(ev, t) : trail_of_trace(t);
	size_t from = after_tick(&s);

	if (is_idle(&s, from) || is_switched_out(&s, from))
		return (struct culprit){.basis = CULPRIT_NONE};
	return find_work(&s, from);
}

/* The stack of the CPU that the report calls stuck; NULL: it is not there. */
static const struct oops_trace *stuck_trace(const struct oops_event *ev)
{
	for (size_t i = 0; ev->subject_cpu.known && i < ev->n_traces; i++) {
		const struct oops_trace *t = &ev->traces[i];

		if (t->cpu.known && t->cpu.v == ev->subject_cpu.v && t->n_frames &&
			(t->role == OOPS_TRACE_MAIN || t->role == OOPS_TRACE_PEER))
			return t;
	}
	return NULL;
}

/*
 * The stack of the CPU that the report calls stuck, otherwise the report's own, otherwise any that
 * is not idle.
 */
static struct culprit find_stalled(const struct oops_event *ev)
{
	struct culprit c;

	for (int pass = 0; pass < 3; pass++)
		for (size_t i = 0; i < ev->n_traces; i++) {
			const struct oops_trace *t = &ev->traces[i];
			bool cpu_fits = ev->subject_cpu.known && t->cpu.known &&
					t->cpu.v == ev->subject_cpu.v;

			if (t->role != OOPS_TRACE_MAIN && t->role != OOPS_TRACE_PEER)
				continue;
			if ((pass == 0 && !cpu_fits) || (pass == 1 && t->role != OOPS_TRACE_MAIN))
				continue;
			c = try_stalled(ev, t);
			if (c.function)
				return c;
		}
	if (ev->ip.function) {
		struct trail s = trail_of_event(ev, NULL);

		return find_work(&s, 0);
	}
	return (struct culprit){.basis = CULPRIT_NONE, .trace = stuck_trace(ev)};
}

static bool reaches_root(const struct trail *s)
{
	for (size_t i = 0; i < trail_size(s); i++)
		if (trail_counts(s, trail_at(s, i)) && (trail_roles(trail_at(s, i)) & BLAME_ANCHOR))
			return true;
	return false;
}

/* The work item that the report names, if its stack is cut before it. */
static struct culprit find_item(const struct oops_event *ev)
{
	return (struct culprit){.basis = CULPRIT_WORK,
		.function = ev->work_function,
		.module = ev->work_module,
		.trace = trail_main(ev)};
}

/* Whether a function is on the trace again, further out. */
static bool repeats(const struct oops_trace *t, size_t i)
{
	for (size_t k = i + 1; k < t->n_frames; k++)
		if (t->frames[k].function && !t->frames[k].unreliable &&
			strcmp(t->frames[k].function, t->frames[i].function) == 0)
			return true;
	return false;
}

/* The innermost function that several calls deep calls itself: it fills a stack that is cut. */
static struct culprit find_recursion(const struct trail *s)
{
	for (size_t i = 0; s->trace && i < s->trace->n_frames; i++) {
		const struct oops_frame *f = &s->trace->frames[i];

		if (f->function && trail_counts(s, f) &&
			!(trail_roles(f) & (BLAME_HELPERS | NOT_WORK)) && repeats(s->trace, i))
			return trail_found(s, f, CULPRIT_WORK);
	}
	return (struct culprit){.basis = CULPRIT_NONE};
}

static struct culprit find_deep(const struct oops_event *ev)
{
	struct trail s = trail_of_event(ev, trail_main(ev));
	struct culprit c = trail_walk(&s, 0, BLAME_HELPERS, CULPRIT_IP);

	/* A function that calls itself fills the stack on its own. */
	for (size_t i = 0; c.frame && s.trace && i + 1 < s.trace->n_frames; i++)
		if (c.frame == &s.trace->frames[i] && c.frame[1].function &&
			strcmp(c.frame[1].function, c.function) == 0)
			return c;
	if (reaches_root(&s))
		return find_work(&s, 0);
	c = find_recursion(&s);
	if (c.function)
		return c;
	return ev->work_function ? find_item(ev) : find_work(&s, 0);
}

/* Who used the object that the report is about. */
static struct culprit find_allocation(const struct oops_event *ev)
{
	for (size_t i = 0; i < ev->n_traces; i++)
		if (ev->traces[i].role == OOPS_TRACE_ALLOC) {
			struct trail s = trail_of_trace(&ev->traces[i]);
			struct culprit c = trail_walk(&s, 0, CALLEES | BLAME_MAKER, CULPRIT_CALLER);

			if (c.function)
				return c;
		}
	return (struct culprit){0};
}

static struct culprit find_owner(const struct oops_event *ev, unsigned skip)
{
	struct culprit c = find_allocation(ev);

	return c.function ? c : find_running(ev, skip);
}

/*
 * If a timer or work item was freed before it ran, the crash is found by the code that runs all of
 * them. The owner of the object that contains it is to blame.
 */
static struct culprit find_user(const struct oops_event *ev, unsigned skip)
{
	struct culprit c = find_running(ev, skip), owner = {0};

	if ((ev->kind->traits & TRAIT_FREED) && c.function && !c.module &&
		(blame_roles(c.function) & BLAME_ROOT))
		owner = find_allocation(ev);
	return owner.function ? owner : c;
}

/*
 * Whether a CPU printed its own stack. That of a task that sleeps is printed by another one, so
 * this one came between the lines of the report.
 */
static bool is_running(const struct trail *s)
{
	for (size_t i = 0; i < trail_size(s); i++) {
		const struct oops_frame *f = trail_at(s, i);

		if (trail_counts(s, f))
			return !f->module && blame_name_in(f->function,
						     blame_base_length(f->function), "dump_stack*");
	}
	return false;
}

static struct culprit find_waiter(const struct oops_event *ev, unsigned skip)
{
	struct trail s = trail_of_trace(trail_main(ev));

	if (is_running(&s))
		return (struct culprit){.basis = CULPRIT_NONE,
			.trace = trail_find(&s, "panic") < trail_size(&s) ? s.trace : NULL};
	return trail_walk(&s, 0, skip, CULPRIT_WAITER);
}

static struct culprit find_driver(const struct oops_event *ev)
{
	return (struct culprit){.basis = ev->named_driver ? CULPRIT_DRIVER : CULPRIT_NONE,
		.module = ev->named_driver,
		.trace = trail_main(ev)};
}

struct culprit culprit_of_task(const struct oops_trace *trace)
{
	struct trail s = trail_of_trace(trace);

	return trail_walk(&s, 0,
		BLAME_REPORT | BLAME_WAIT | BLAME_LOCK | BLAME_SLOW | BLAME_TICK | BLAME_ENTRY,
		CULPRIT_WAITER);
}

bool culprit_is_victim(const struct oops_event *ev)
{
	return has_tripped(ev);
}

/* The timer's own code stops a machine whose programs no longer run: nothing shows why. */
static bool is_watchdog_timer(const struct oops_event *ev)
{
	return ev->kind->id == KIND_PANIC && ev->detector &&
	       strcmp(ev->detector, "watchdog-timer") == 0;
}

struct culprit culprit_find(const struct oops_event *ev)
{
	if (is_in_lost_code(ev) || is_watchdog_timer(ev))
		return (struct culprit){.basis = CULPRIT_NONE, .trace = trail_main(ev)};
	switch (ev->kind->blames) {
	case BLAMES_RUNNING:
		return find_user(ev, CALLEES);
	case BLAMES_CHECKED:
		return find_running(ev, CALLEES | BLAME_CHECK);
	case BLAMES_LIST:
		return find_running(ev, BLAME_HELPERS | BLAME_SERVICE);
	case BLAMES_CONTEXT:
		return find_running(ev, BLAME_HELPERS | BLAME_WAIT);
	case BLAMES_ACCESSOR:
		return find_running(ev, BLAME_HELPERS);
	case BLAMES_ALLOCATOR:
		return find_running(ev, BLAME_HELPERS | BLAME_MAKER);
	case BLAMES_LOCK_SITE:
		return find_lock_site(ev, BLAME_REPORT | BLAME_LOCK | BLAME_WAIT | BLAME_CORE);
	case BLAMES_LOCK_USE:
		return find_lock_site(ev, BLAME_HELPERS | BLAME_WAIT);
	case BLAMES_STUCK:
		return find_stalled(ev);
	case BLAMES_WAITER:
		return find_waiter(ev, BLAME_REPORT | BLAME_WAIT | BLAME_LOCK | BLAME_SLOW);
	case BLAMES_DEEPEST:
		return find_deep(ev);
	case BLAMES_OWNER:
		return find_owner(ev, CALLEES | BLAME_MAKER);
	case BLAMES_DRIVER:
		return find_driver(ev);
	case BLAMES_NOBODY:
		break;
	}
	return (struct culprit){.basis = CULPRIT_NONE, .trace = trail_main(ev)};
}
