// SPDX-License-Identifier: GPL-3.0-or-later
/* Assembles the judgement and fills the report with it. */
#include <inttypes.h>
#include <string.h>

#include "base/vmlinux.h"
#include "triage/explanation.h"
#include "triage/fault.h"
#include "triage/judge_internal.h"
#include "triage/operand.h"
#include "triage/path.h"
#include "triage/select.h"
#include "triage/shortage.h"
#include "triage/signature.h"
#include "triage/stack_kind.h"
#include "triage/trace.h"
#include "triage/trust.h"

/* ---- the verdict ------------------------------------------------------------------------- */

/* NULL if the module's letters are not known, because the list may be cut. */
static const char *origin_of(struct judge *j, const char *module)
{
	const struct vmt_report *r = j->report;
	const struct oops_boot *boot = j->ev->boot;

	for (size_t i = 0; module && i < r->n_modules; i++)
		if (r->modules[i].name && strcmp(r->modules[i].name, module) == 0 &&
			r->modules[i].origin)
			return r->modules[i].origin;
	if (module && boot->proprietary && strcmp(module, boot->proprietary) == 0)
		return VMT_ORIGIN_PROPRIETARY;
	if (module && boot->out_of_tree && strcmp(module, boot->out_of_tree) == 0)
		return VMT_ORIGIN_OUT_OF_TREE;
	/* Without these letters, no out-of-tree or proprietary module was ever loaded. */
	if (module && j->ev->tainted && !strpbrk(j->ev->tainted, "PO"))
		return VMT_ORIGIN_IN_TREE;
	return NULL;
}

static void judge_where(struct judge *j)
{
	struct vmt_verdict *v = &j->report->verdict;
	const struct culprit *c = &j->culprit;
	const struct oops_event *ev = j->ev;

	v->function = judge_copy(j, c->function);
	v->module = c->module ? judge_copy(j, c->module) : VMLINUX;
	/*
	 * Nobody is named: the kernel stopped by itself, the hardware stopped it, or it is not
	 * known.
	 */
	if (!culprit_is_known(c) && !trust_is_own_stop(ev))
		v->module = NULL;
	if (!c->module && (c->module_unknown || (c->frame && c->frame->module_unknown)))
		v->module = NULL;
	v->origin = origin_of(j, c->module);
	v->path = path_find(ev, c, &j->facts.path_by);
	if (c->frame && c->frame->file) {
		v->file = judge_copy(j, c->frame->file);
		v->line = (struct vmt_u64){true, c->frame->line};
	} else if (ev->file && c->basis != CULPRIT_CALLER && c->basis != CULPRIT_DRIVER) {
		v->file = judge_copy(j, ev->file);
		v->line = ev->line;
	}
	j->facts.origin = v->origin;
	j->facts.path = v->path;
	j->facts.subsystem = v->subsystem;
}

static void fill_time(struct judge *j, struct vmt_crash *c)
{
	const struct oops_event *ev = j->ev;

	if (c->time.known || c->time_text)
		return;
	if (ev->has_unix) {
		c->time = (struct vmt_time){true, ev->unix_ns};
		c->time_source = VMT_TIME_LOG;
	} else if (ev->wall) {
		c->time_text = judge_copy(j, ev->wall);
		c->local = (struct vmt_time){ev->has_year, ev->unix_ns};
		c->time_source = VMT_TIME_LOG;
	}
}

/*
 * Of a CPU that another one found stalled, the stack that names its task. NULL: the report's own
 * task is the one.
 */
static const struct oops_trace *stalled_task(const struct oops_event *ev)
{
	for (size_t i = 0; ev->subject_cpu.known && i < ev->n_traces; i++) {
		const struct oops_trace *t = &ev->traces[i];

		if (t->cpu.known && t->cpu.v == ev->subject_cpu.v && t->comm && t->pid.known)
			return t;
	}
	return NULL;
}

static void fill_crash(struct judge *j)
{
	struct vmt_crash *c = &j->report->crash;
	const struct oops_event *ev = j->ev;
	const struct oops_trace *t = j->culprit.trace;
	bool subject = ev->subject_comm || ev->subject_pid.known;
	bool peer = !subject && !ev->comm && !ev->pid.known && t;
	const struct oops_trace *stalled = subject ? NULL : stalled_task(ev);

	if (stalled) {
		peer = true;
		t = stalled;
	}

	if (!c->uptime.known)
		c->uptime = (struct vmt_time){ev->has_ts, (int64_t)ev->ts_ns};
	fill_time(j, c);
	judge_set(j, &c->boot_id, ev->boot_id);
	/*
	 * A task that waits is on no CPU. The CPU in the log is that of the task that noticed it.
	 */
	if (!c->cpu.known)
		c->cpu = ev->subject_cpu.known || subject ? ev->subject_cpu : ev->cpu;
	if (!c->pid.known)
		c->pid = subject ? ev->subject_pid : peer ? t->pid : ev->pid;
	judge_set(j, &c->comm, subject ? ev->subject_comm : peer ? t->comm : ev->comm);
	if (!c->context)
		c->context = subject ? "task" : path_context(ev, j->culprit.trace);
	/* All that such a panic says about where it was. */
	if (!c->context && trust_is_aftermath(ev) && strstr(ev->reason, " in interrupt"))
		c->context = "hardirq";
}

static void fill_list(struct sentence_list l, const char *const **items, size_t *n)
{
	*items = l.items;
	*n = l.n;
}

/* NULL: the input is text. */
static const char *dump_path(const struct vmt_report *r)
{
	bool text = !r->input.format || strcmp(r->input.format, VMT_INPUT_TEXT) == 0;

	return text ? NULL : r->input.path;
}

/*
 * If the lines that show the kind are missing, the last address that the CPU noted and the
 * instruction can show it. They agree only if that address is the fault's.
 */
static const struct oops_event *with_kind(struct judge *j, const struct oops_event *from)
{
	struct vmt_u64 noted = fault_noted_address(from);
	struct oops_event *ev;
	struct operand op;

	if (!from->headless || from->kind->id != KIND_OOPS || !noted.known)
		return from;
	operand_find(from, judge_arch(j), &op);
	if (!op.decoded || !op.address.known || op.address.v != noted.v)
		return from;
	ev = judge_need(j, talloc_memdup(j->ctx, from, sizeof(*from)));
	if (!ev)
		return from;
	ev->kind = oops_kind_row(noted.v < OOPS_MIN_ADDRESS ? KIND_NULL_DEREF : KIND_PAGE_FAULT);
	ev->detector = "mmu";
	ev->kind_by = "CR2, which is the address that the instruction accesses";
	return ev;
}

/* What the reader should know first: the cause may be in a report that is missing. */
static const char *caution_of(struct judge *j, const struct selection *s)
{
	const struct oops_event *ev = j->ev;

	if (ev->witness || !select_lacks_first_oops(j->log, s->event))
		return NULL;
	if (!ev->trap_count.known || ev->trap_count.v < 2)
		return judge_copy(j,
			"the kernel had an oops before this one; it is not in this log, and "
			"may be the cause");
	return judge_need(
		j, talloc_asprintf(j->ctx,
			   "this is oops %" PRIu64 " of its boot; the first one is not in this "
			   "log, and may be the cause",
			   ev->trap_count.v));
}

static const char *module_name(struct judge *j, const char *module, const struct oops_frame *f)
{
	if (module)
		return judge_copy(j, module);
	return f && f->module_unknown ? NULL : VMLINUX;
}

static void fill_suspects(struct judge *j)
{
	size_t n = j->suspects.n < SUSPECTS_MOST ? j->suspects.n : SUSPECTS_MOST;
	struct vmt_suspect *to = judge_need(j, talloc_zero_array(j->ctx, struct vmt_suspect, n));

	for (size_t i = 0; to && i < n; i++) {
		const struct suspect *s = &j->suspects.items[i];

		to[i] = (struct vmt_suspect){
			.function = judge_copy(j, s->function),
			.module = s->part == PART_TEARDOWN ? NULL
							   : module_name(j, s->module, s->frame),
			.subsystem = suspect_subsystem(j->where, s->function, s->module),
			.role = suspect_part_word(s->part),
			.reason = judge_need(j, (void *)(uintptr_t)suspect_reason(j->ctx, s)),
		};
	}
	j->report->verdict.suspects = to;
	j->report->verdict.n_suspects = to ? n : 0;
}

/* Where the kernel stopped by its own decision, there is no bug to look for. */
static void judge_confidence(struct judge *j)
{
	struct vmt_verdict *v = &j->report->verdict;
	const char *frame = trust_confidence(j->ev, &j->culprit, v->caution != NULL);
	bool stop = !j->culprit.function || (j->ev->kind->traits & TRAIT_OWN_STOP);

	v->frame_certainty = frame;
	v->confidence =
		stop ? frame
		     : trust_lower(frame, suspects_confidence(&j->suspects, j->where, NULL));
}

static void explain(struct judge *j)
{
	struct explanation_facts facts = {
		j->ev, &j->culprit, &j->suspects, j->where, j->report->verdict.caution != NULL};

	if (j->explain)
		j->report->explanation =
			judge_need(j, (void *)(uintptr_t)explanation_make(j->ctx, &facts));
}

/* What depends on the address and the pointer: judged again when more is known of them. */
static void judge_fault(struct judge *j)
{
	struct vmt_verdict *v = &j->report->verdict;

	j->facts = j->basis;
	j->facts.culprit = &j->culprit;
	j->facts.bit_meaning = j->one_bit;
	judge_address(j);
	v->headline = sentence_headline(j->ctx, &j->facts);
	j->failed |= !v->headline;
	fill_list(sentence_evidence(j->ctx, &j->facts), &v->evidence, &v->n_evidence);
	fill_list(sentence_next(j->ctx, &j->facts), &v->next, &v->n_next);
}

static int judge_event(struct judge *j, const struct selection *s, struct vmt_err *err)
{
	struct vmt_verdict *v = &j->report->verdict;

	j->culprit = culprit_find(j->ev);
	j->suspects = suspects_rank(j->ctx, j->log, j->ev, j->where, &j->culprit);
	fill_suspects(j);
	v->subsystem = suspect_subsystem(j->where, j->culprit.function, j->culprit.module);
	v->kind = j->ev->kind->slug;
	v->kind_text = j->ev->kind->phrase;
	v->detector = j->ev->detector;
	v->event = (struct vmt_u64){!j->ev->witness, s->event};
	v->no_crash = select_is_no_crash(j->ev);
	judge_fill_frames(j);
	judge_fill_registers(j);
	judge_fill_modules(j);
	judge_where(j);
	fill_crash(j);
	v->corrupted_why = trust_corrupted(j->ev, &j->culprit);
	v->corrupted = v->corrupted_why != NULL;
	v->caution = caution_of(j, s);
	v->victim = trust_is_victim(j->ev, &j->culprit, v->caution != NULL);
	judge_confidence(j);
	explain(j);
	j->facts.ev = j->ev;
	j->facts.rule = s->rule;
	j->facts.dump = dump_path(j->report);
	j->facts.hardware = j->report->machine.hardware;
	j->facts.n_events = j->log->n_events + j->log->n_dropped;
	operand_find(j->ev, judge_arch(j), &j->op);
	j->basis = j->facts;
	judge_fault(j);
	return signature_make(j->ctx, j->ev, &j->culprit, &j->report->signature, err);
}

/* A stack without a report is no crash, but its functions can be ranked. */
static void judge_bare(struct judge *j)
{
	j->ev = j->log->bare;
	j->culprit = culprit_find(j->ev);
	j->suspects = suspects_rank(j->ctx, j->log, j->ev, j->where, &j->culprit);
	fill_suspects(j);
}

/* A copy of the event, as if the log had shown these callers. */
static const struct oops_event *with_callers(
	struct judge *j, const struct oops_event *from, const struct triage_facts *facts)
{
	struct oops_event *ev = judge_need(j, talloc_memdup(j->ctx, from, sizeof(*from)));
	struct oops_trace *t = judge_need(j, trace_make(j->ctx, facts->callers, facts->n_callers));

	if (!ev || !t)
		return from;
	ev->traces = t;
	ev->n_traces = 1;
	return ev;
}

/* Of the machine's own end: when it killed a task, memory was another. */
static const struct oops_event *with_memory(
	struct judge *j, const struct oops_event *from, const struct oops_memory *dump)
{
	const struct oops_memory *memory;
	struct oops_event *ev;

	if (!dump || from->kind->id != KIND_OOM_PANIC)
		return from;
	memory = shortage_merge(j->ctx, from->memory, dump);
	ev = judge_need(j, talloc_memdup(j->ctx, from, sizeof(*from)));
	j->failed |= !memory;
	if (!ev || !memory)
		return from;
	ev->memory = memory;
	return ev;
}

int triage_judge(TALLOC_CTX *ctx, const struct triage_facts *facts, struct vmt_report *report,
	struct vmt_err *err)
{
	struct judge j = {.ctx = ctx,
		.log = facts->log,
		.report = report,
		.pointer = facts->pointer,
		.one_bit = facts->one_bit,
		.where = facts->where,
		.explain = facts->explain,
		.facts.dump_advice = facts->dump_advice};
	struct selection s;
	int rc;

	for (size_t i = 0; i < facts->log->n_events; i++)
		stack_kind_settle(facts->log->events[i]);
	rc = select_event(facts->log, facts->death, &s, err);
	if (rc)
		return rc;
	if (facts->witnessed)
		j.ev = facts->witnessed;
	else if (s.event != SIZE_MAX)
		j.ev = facts->log->events[s.event];
	if (j.ev)
		j.ev = with_kind(&j, j.ev);
	if (j.ev)
		j.ev = with_memory(&j, j.ev, facts->memory);
	if (j.ev && facts->callers)
		j.ev = with_callers(&j, j.ev, facts);
	report->death = (struct vmt_u64){s.n_deaths != 0, s.death};
	report->n_deaths = s.n_deaths;
	judge_fill_machine(&j);
	judge_fill_events(&j);
	if (j.ev)
		rc = judge_event(&j, &s, err);
	else if (facts->log->bare)
		judge_bare(&j);
	if (!rc && j.ev && facts->kept)
		*facts->kept = judge_need(&j, talloc_memdup(ctx, &j, sizeof(j)));
	if (!rc && j.failed)
		rc = err_nomem(err);
	return rc;
}

int triage_judge_pointer(struct judge *kept, const struct triage_pointer *pointer,
	const char *one_bit, struct vmt_err *err)
{
	kept->pointer = pointer;
	kept->one_bit = one_bit;
	judge_fault(kept);
	return kept->failed ? err_nomem(err) : 0;
}
