// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One crash leaves several files: a dump, its log, what a console or the network received. They
 * share an event to the microsecond or, without time stamps, the registers. Two crashes have likely
 * one bug if their signatures agree; or their culprits and callers, if the kinds are ones that
 * machines and debug options report differently.
 */
#include "triage/compare.h"

#include <string.h>

#include "base/array.h"
#include "base/vmlinux.h"
#include "oops/kind.h"
#include "triage/compare_stack.h"
#include "triage/stable_name.h"

/* The event and the dump after it, as archive/told.c has it. */
#define NEAR_NS (10ll * 1000000000)
/* Clocks of a console's or syslog's host differ by so much. */
#define CLOCK_NS (600ll * 1000000000)
/* So many equal registers are no accident. */
#define MIN_REGISTERS 8
/* With other kinds, so many equal callers mean one bug. */
#define MIN_CALLERS 1

/* Kinds as which one bug appears, by machine, by release, and by what the kernel checks. */
static const struct {
	enum oops_kind_id kind;
	const char *family;
} families[] = {
	{KIND_NULL_DEREF, "a bad pointer"},
	{KIND_PAGE_FAULT, "a bad pointer"},
	{KIND_GPF, "a bad pointer"},
	{KIND_USE_AFTER_FREE, "a bad pointer"},
	{KIND_OUT_OF_BOUNDS, "a bad pointer"},
	{KIND_INVALID_ACCESS, "a bad pointer"},
	{KIND_EXEC_FAULT, "a bad pointer"},
	{KIND_USER_ACCESS, "a bad pointer"},
	{KIND_ALIGNMENT_FAULT, "a bad pointer"},
	{KIND_KERNEL_BUG, "a failed check"},
	{KIND_INVALID_OPCODE, "a failed check"},
	{KIND_WARNING, "a failed check"},
	{KIND_REFCOUNT_BUG, "a failed check"},
	{KIND_LIST_CORRUPTION, "a failed check"},
	{KIND_SOFT_LOCKUP, "a stall"},
	{KIND_HARD_LOCKUP, "a stall"},
	{KIND_RCU_STALL, "a stall"},
	{KIND_ATOMIC_SLEEP, "sleep in the wrong context"},
	{KIND_SCHED_WHILE_ATOMIC, "sleep in the wrong context"},
	{KIND_RCU_USAGE, "sleep in the wrong context"},
};

struct pair {
	const struct vmt_report *a, *b;
	struct vmt_comparison *ret;
};

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Both are known, and they differ. */
static bool differ(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

static const char *family_of(const struct vmt_report *r)
{
	const struct oops_kind *kind = oops_kind_of_slug(r->verdict.kind);

	for (size_t i = 0; kind && i < ARRAY_SIZE(families); i++)
		if (families[i].kind == kind->id)
			return families[i].family;
	return NULL;
}

static void decide(const struct pair *p, const char *relation, const char *reason)
{
	p->ret->relation = relation;
	p->ret->reason = reason;
}

/* ---- one crash --------------------------------------------------------------------------- */

static int64_t distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

static bool far(struct vmt_time a, struct vmt_time b, int64_t ns)
{
	return a.known && b.known && distance(a.ns / 2, b.ns / 2) > ns / 2;
}

static const struct vmt_event *judged(const struct vmt_report *r)
{
	const struct vmt_u64 *i = &r->verdict.event;

	return i->known && i->v < r->n_events ? &r->events[i->v] : NULL;
}

/* A dump has the name as it was set; loggers add the domain, or leave it out. */
static bool differ_hosts(const char *a, const char *b)
{
	size_t n = a ? strcspn(a, ".") : 0, m = b ? strcspn(b, ".") : 0;

	if (n && m && (!a[n] || !b[m]))
		return n != m || strncmp(a, b, n) != 0;
	return differ(a, b);
}

/* A text has microseconds; memory has more. */
static bool same_event(const struct vmt_event *a, const struct vmt_event *b)
{
	return a->time.known && b->time.known && a->time.ns / 1000 == b->time.ns / 1000 &&
	       a->time.ns && same(a->headline, b->headline) && !differ_hosts(a->host, b->host);
}

static bool has_event(const struct vmt_report *r, const struct vmt_event *ev)
{
	for (size_t i = 0; ev && i < r->n_events; i++)
		if (same_event(&r->events[i], ev))
			return true;
	return false;
}

/* What no two reports of one crash disagree about. */
static bool excludes_one_crash(const struct pair *p)
{
	const struct vmt_report *a = p->a, *b = p->b;

	return differ_hosts(a->machine.hostname, b->machine.hostname) ||
	       differ(a->kernel.release, b->kernel.release) ||
	       differ(a->kernel.build_id, b->kernel.build_id) ||
	       far(a->crash.time, b->crash.time, CLOCK_NS);
}

static bool same_register(const struct vmt_register *r, const struct vmt_report *in, bool *there)
{
	*there = false;
	for (size_t i = 0; i < in->n_registers; i++)
		if (same(in->registers[i].name, r->name)) {
			*there = true;
			return in->registers[i].value == r->value;
		}
	return false;
}

static bool same_registers(const struct pair *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->a->n_registers; i++) {
		bool there, equal = same_register(&p->a->registers[i], p->b, &there);

		if (there && !equal)
			return false;
		n += there;
	}
	return n >= MIN_REGISTERS;
}

/* Why it is one crash; NULL: that does not show. */
static const char *one_crash(const struct pair *p)
{
	const struct vmt_event *a = judged(p->a), *b = judged(p->b);

	if (excludes_one_crash(p))
		return NULL;
	if (a && b && same_event(a, b))
		return "the event has the same text at the same microsecond";
	if (!same(p->a->signature.coarse, p->b->signature.coarse) ||
		(a && b && far(a->time, b->time, NEAR_NS)))
		return NULL;
	if (same_registers(p))
		return "the culprit and all registers agree";
	return NULL;
}

/* Whether an event of one is in the other. */
static bool one_boot(const struct pair *p)
{
	bool shared = false;

	for (size_t i = 0; i < p->b->n_events && !shared; i++)
		shared = has_event(p->a, &p->b->events[i]);
	return shared && !excludes_one_crash(p);
}

/* ---- one bug ----------------------------------------------------------------------------- */

static const char *kernel_as_null(const char *module)
{
	return is_vmlinux(module) ? NULL : module;
}

static bool same_module(const struct pair *p)
{
	return same(p->a->verdict.module, p->b->verdict.module);
}

static bool same_function(const struct pair *p)
{
	const struct vmt_verdict *a = &p->a->verdict, *b = &p->b->verdict;

	return same_module(p) && a->function && b->function &&
	       stable_name_equal(stable_name(a->function, kernel_as_null(a->module)),
		       stable_name(b->function, kernel_as_null(b->module)));
}

/* Whether a signature says more than the kind, and more than that some stack was there. */
static bool says_who(const struct vmt_report *r)
{
	return !same(r->signature.text, r->verdict.kind);
}

static const char *one_bug(const struct pair *p, const struct compare_stack *s)
{
	const struct vmt_signature *a = &p->a->signature, *b = &p->b->signature;
	const char *family = family_of(p->a);

	if (!same(a->algorithm, b->algorithm))
		return NULL;
	if (same(a->coarse, b->coarse) && says_who(p->a))
		return same(a->fine, b->fine) ? "kind, culprit and callers agree"
					      : "kind and culprit agree";
	if (same(a->fine, b->fine) && differ(a->fine, a->coarse))
		return "kind and stack agree";
	if (!same_function(p) || !same(family, family_of(p->b)))
		return NULL;
	if (s->n_same >= MIN_CALLERS)
		return "culprit and callers agree, and one bug may show as both kinds";
	if (s->whole)
		return "the culprit is the same work, and one bug may show as both kinds";
	return NULL;
}

/* ---- related ----------------------------------------------------------------------------- */

static const char *related(const struct pair *p)
{
	const struct vmt_verdict *a = &p->a->verdict, *b = &p->b->verdict;

	if (same_function(p))
		return "the culprit is the same function";
	if (same_module(p) && !is_vmlinux(a->module))
		return "the culprit is the same module";
	if (compare_stack_has_culprit(p->a, p->b) || compare_stack_has_culprit(p->b, p->a))
		return "the culprit of one is on the stack of the other";
	/* A system call is on most stacks. */
	if (same(a->kind, b->kind) && same(a->path, b->path) && !same(a->path, "syscall"))
		return "kind and code path are the same";
	if (same(a->kind, b->kind) && (!a->function || !b->function) &&
		!differ(a->module, b->module))
		return "the kind is the same, and one of them names no function";
	return NULL;
}

/* ---- the first difference ---------------------------------------------------------------- */

/* A fact that one report lacks is no difference, but for the culprit. */
static void find_difference(const struct pair *p, const struct compare_stack *s)
{
	const struct vmt_report *a = p->a, *b = p->b;
	bool function = !same_function(p);
	const struct {
		const char *what, *a, *b;
		bool if_lacking;
	} facts[] = {
		{"kind", a->verdict.kind, b->verdict.kind, false},
		{"module", a->verdict.module, b->verdict.module, false},
		{"function", function ? a->verdict.function : NULL,
			function ? b->verdict.function : NULL, true},
		{"caller", s->a ? s->a->function : NULL, s->b ? s->b->function : NULL, false},
		{"code path", a->verdict.path, b->verdict.path, false},
		{"access", a->verdict.access, b->verdict.access, false},
		{"address", a->verdict.address_class, b->verdict.address_class, false},
		{"kernel", a->kernel.release, b->kernel.release, false},
		{"machine", a->kernel.arch, b->kernel.arch, false},
		{"host", a->machine.hostname, b->machine.hostname, false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		if (differ(facts[i].a, facts[i].b) ||
			(facts[i].if_lacking && !facts[i].a != !facts[i].b)) {
			p->ret->difference = facts[i].what;
			p->ret->in_first = facts[i].a;
			p->ret->in_report = facts[i].b;
			return;
		}
}

/* ---- the pair ---------------------------------------------------------------------------- */

/* Why the pair cannot be judged; NULL: it can. */
static const char *unknown(const struct pair *p)
{
	const struct oops_kind *a = oops_kind_of_slug(p->a->verdict.kind),
			       *b = oops_kind_of_slug(p->b->verdict.kind);

	if (!a || !b)
		return !a && !b ? "neither has a crash" : "one of them has no crash";
	if (a->id == KIND_REASON_LOST || b->id == KIND_REASON_LOST)
		return "one of them does not say why the machine crashed";
	return NULL;
}

static void relate(const struct pair *p, const struct compare_stack *s)
{
	const char *reason = one_crash(p);

	if (reason)
		decide(p, VMT_RELATION_SAME_CRASH, reason);
	else if ((reason = unknown(p)))
		decide(p, VMT_RELATION_UNKNOWN, reason);
	else if ((reason = one_bug(p, s)))
		decide(p, VMT_RELATION_SAME_BUG, reason);
	else if (one_boot(p))
		decide(p, VMT_RELATION_RELATED, "both are of the same boot");
	else if ((reason = related(p)))
		decide(p, VMT_RELATION_RELATED, reason);
	else if (same(p->a->verdict.kind, p->b->verdict.kind))
		decide(p, VMT_RELATION_DIFFERENT, "the kind is the same, but not the culprit");
	else
		decide(p, VMT_RELATION_DIFFERENT, "neither kind nor culprit agree");
}

void compare_reports(
	const struct vmt_report *a, const struct vmt_report *b, struct vmt_comparison *ret)
{
	struct pair p = {a, b, ret};
	struct compare_stack s = {0};

	*ret = (struct vmt_comparison){.report = b};
	if (same_function(&p))
		s = compare_stacks(a, b);
	relate(&p, &s);
	if (a->verdict.kind && b->verdict.kind)
		find_difference(&p, &s);
}
