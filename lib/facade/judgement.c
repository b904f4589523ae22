// SPDX-License-Identifier: GPL-3.0-or-later
/* Judges by the log, then by the log and the stack in memory, then by memory alone. */
#include <string.h>

#include "facade/triage_run.h"
#include "triage/holder.h"
#include "triage/triage.h"

/* The table of functions, when the first report is judged; NULL: there is none. */
static const struct where *where_of(struct triage *t)
{
	const char *path =
		t->opts && t->opts->functions ? t->opts->functions : VMT_DATADIR "/functions.where";
	struct vmt_err err;
	int rc;

	if (t->where_opened)
		return t->where;
	t->where_opened = true;
	rc = where_open(t->s, path, &t->where, &err);
	if (rc && rc != VMT_ERR_NOTFOUND)
		diag_add(&t->s->diags, t->report, DIAG_FUNCTIONS_FAILED, "%s", err.message);
	return t->where;
}

static struct triage_facts facts_of(struct triage *t)
{
	return (struct triage_facts){.log = t->log,
		.death = t->opts ? t->opts->death : 0,
		.where = where_of(t),
		.memory = t->memory,
		.explain = t->opts && t->opts->explain,
		.dump_advice = t->failed_dump.advice};
}

/* What memory showed of the pointer. */
static void take_pointer(const struct triage *t, struct triage_facts *facts)
{
	facts->pointer = t->has_pointer ? &t->pointer : NULL;
	facts->one_bit = t->one_bit;
}

/* Another system's panic: the first line of the report names the system. */
static int name_other_system(struct triage *t, struct vmt_err *err)
{
	struct vmt_report *r = t->report;

	r->other_system = t->log->other_system;
	diag_add(&t->s->diags, r, DIAG_OTHER_SYSTEM, "the text holds a panic of %s, not of Linux",
		r->other_system);
	if (!r->verdict.kind)
		r->verdict.headline = talloc_asprintf(
			r, "No crash of Linux was found: this is a panic of %s", r->other_system);
	return r->verdict.headline ? 0 : err_nomem(err);
}

int triage_judge_log(struct triage *t, struct vmt_err *err)
{
	struct triage_facts facts = facts_of(t);
	int rc;

	facts.kept = &t->judged;
	rc = triage_judge(t->report, &facts, t->report, err);
	if (rc || (t->report->verdict.kind && !t->report->verdict.no_crash))
		return rc;
	if (t->log->other_system)
		return name_other_system(t, err);
	if (t->report->verdict.kind)
		return 0;
	if (t->log_cut || !t->report->input.complete)
		diag_add(&t->s->diags, t->report, DIAG_CRASH_LOST,
			"the part of the log that could be read has no crash report; the rest may "
			"have one");
	else
		diag_add(&t->s->diags, t->report, DIAG_NO_CRASH, "the log holds no crash report");
	return 0;
}

int triage_judge_explained(struct triage *t, struct vmt_err *err)
{
	return t->judged ? triage_judge_pointer(
				   t->judged, t->has_pointer ? &t->pointer : NULL, t->one_bit, err)
			 : 0;
}

/* Memory has run out: who holds it. Reads it once. */
static int find_memory(struct triage *t, bool *found, struct vmt_err *err)
{
	const struct oops_kind *kind = oops_kind_of_slug(t->report->verdict.kind);

	*found = false;
	if (!kind || kind->id != KIND_OOM_PANIC || t->memory)
		return 0;
	*found = true;
	return kernel_view_memory(&t->view, t->report, &t->memory, err);
}

/* Judges again, with that. */
static int judge_memory(struct triage *t, struct vmt_err *err)
{
	struct triage_facts facts;
	bool found;
	int rc = find_memory(t, &found, err);

	if (rc || !found)
		return rc;
	facts = facts_of(t);
	return triage_judge(t->report, &facts, t->report, err);
}

/* Whether memory shows more of the stack than the n_logged frames in the log. */
static bool shows_more(const struct triage *t, enum memory_match match, size_t n_logged)
{
	bool poor = t->report->verdict.corrupted || n_logged <= 1;

	return match == MEMORY_BETTER || (poor && (match == MEMORY_LONGER || match == MEMORY_ONLY));
}

/* Judges again, with the stack from memory that is now in the report. */
static int judge_stack(struct triage *t, enum memory_match match, struct vmt_err *err)
{
	struct vmt_report *r = t->report;
	size_t own = match == MEMORY_ONLY ? 0 : 1; /* the first frame is the event's own */
	struct triage_facts facts = facts_of(t);

	if (r->n_frames <= own)
		return 0;
	take_pointer(t, &facts);
	facts.callers = r->frames + own;
	facts.n_callers = r->n_frames - own;
	r->crash.context = NULL;
	return triage_judge(r, &facts, r, err);
}

bool triage_has_details(const struct triage *t)
{
	return !t->opts || !t->opts->without_details;
}

/* Who holds a lock may be on any CPU. */
static bool has_holder(const struct triage *t)
{
	const struct oops_kind *kind = oops_kind_of_slug(t->report->verdict.kind);

	return kind && (kind->blames == BLAMES_WAITER || kind->blames == BLAMES_STUCK);
}

int triage_unwind_stacks(struct triage *t, struct vmt_err *err)
{
	const struct vmt_report *r = t->report;
	struct vmt_u64 only = {0};

	if (!triage_has_details(t) && r->verdict.kind && !r->verdict.no_crash && !has_holder(t))
		only = r->crash.cpu;
	return kernel_view_fill_cpus(&t->view, t->report, only, t->report, err);
}

int triage_join_stack(struct triage *t, struct vmt_err *err)
{
	size_t n_logged = t->report->n_frames;
	struct kernel_view_join join = {.match = MEMORY_OTHER};
	int rc = triage_explain(t) ? triage_judge_explained(t, err) : 0;

	if (!rc)
		rc = judge_memory(t, err);
	if (!rc)
		rc = kernel_view_join_stack(&t->view, t->report, t->report, &join, err);

	if (!rc && shows_more(t, join.match, n_logged)) {
		rc = judge_stack(t, join.match, err);
		if (!rc)
			rc = kernel_view_join_stack(&t->view, t->report, t->report, &join, err);
	}
	if (!rc && join.match == MEMORY_DIFFERS)
		diag_add(&t->s->diags, t->report, DIAG_STACKS_DIFFER,
			"the log's call trace and the stack in memory begin alike but then differ");
	if (!rc && join.stopped)
		diag_add(&t->s->diags, t->report, DIAG_STACK_FAILED, "%s", join.stopped);
	return rc;
}

/* Where no table leads to the stack of the crash, by what is on it. */
static int find_stacks(struct triage *t, int *found, struct vmt_err *err)
{
	*found = kernel_view_find_stacks(&t->view, t->report, t->s->dump, t->report, err);
	if (*found > 0)
		diag_add(&t->s->diags, t->report, DIAG_STACK_SALVAGED,
			"stacks were found by the registers that the crash saved on them: one page "
			"of each");
	return *found < 0 ? *found : 0;
}

/*
 * Without the code of the fault or the tables that lead to the stack, the rest is too little to be
 * sure of. But no code is in the first page, wherever the rest is: an instruction pointer there
 * proves by itself a jump through a NULL pointer.
 */
static void weigh_lost(struct triage *t, const struct oops_event *ev, int found)
{
	struct vmt_verdict *v = &t->report->verdict;
	bool no_code = !ev->ip.function && ev->ip.has_address && ev->ip.address >= OOPS_MIN_ADDRESS;

	if (v->kind && v->confidence && (found || no_code))
		v->confidence = v->frame_certainty = VMT_CONFIDENCE_LOW;
}

/* The log is lost or has no crash: the CPU that crashed may show what happened. */
int triage_judge_by_memory(struct triage *t, struct vmt_err *err)
{
	struct oops_boot boot = {0};
	struct oops_log none = {.boot = &boot};
	struct triage_facts facts = facts_of(t);
	struct oops_event *ev;
	bool found;
	int rc, stacks;

	if (t->report->verdict.kind && !t->report->verdict.no_crash)
		return 0;
	rc = find_stacks(t, &stacks, err);
	if (!rc)
		rc = kernel_view_witness(&t->view, t->report, t->report, &ev, err);
	if (rc || !ev)
		return rc;
	if (!facts.log)
		facts.log = &none;
	ev->boot = facts.log->boot;
	facts.witnessed = ev;
	rc = triage_judge(t->report, &facts, t->report, err);
	if (!rc)
		rc = find_memory(t, &found, err);
	if (!rc && (triage_explain(t) || found)) {
		take_pointer(t, &facts);
		rc = triage_judge(t->report, &facts, t->report, err);
	}
	weigh_lost(t, ev, stacks);
	return rc;
}

void triage_advise_unread(struct triage *t)
{
	static const char other_log[] =
		"Run vmtriage on the log that kdump saved beside the dump (dmesg.*, "
		"vmcore-dmesg.txt), or on that of a serial or network console.";
	static const char room[] =
		"Check that the disk with the crash directory has room for a whole dump, and "
		"that a copy is as long as the original.";
	struct vmt_verdict *v = &t->report->verdict;
	const char **next = talloc_array(t->report, const char *, 2);

	if (!t->s->dump || !next)
		return;
	next[v->n_next++] = other_log;
	if (!t->report->input.complete)
		next[v->n_next++] = room;
	v->next = next;
}

int triage_find_holder(struct triage *t, struct vmt_err *err)
{
	struct vmt_report *r = t->report;
	const struct oops_kind *kind = oops_kind_of_slug(r->verdict.kind);
	int rc = 0;

	if (kind && kind->blames == BLAMES_WAITER && r->crash.pid.known)
		rc = kernel_view_fill_waits(&t->view, r, r->crash.pid.v, r, err);
	else if (kind && kind->blames == BLAMES_STUCK)
		rc = kernel_view_fill_spin(&t->view, r, r, err);
	return rc ? rc : holder_tell(r, r, where_of(t), err);
}
