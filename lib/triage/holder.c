// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A chain of tasks, each of which waits for what the next one holds. The last one is the reason why
 * all of them hang, unless it waits for one of the others: then none of these can go on.
 */
#include "triage/holder.h"

#include <inttypes.h>
#include <string.h>

#include "base/vmlinux.h"
#include "triage/culprit.h"
#include "triage/sentence.h"
#include "triage/suspect.h"
#include "triage/trace.h"

#define CHAIN_SHOWN 8 /* tasks, in the evidence */

/* ---- one task ---------------------------------------------------------------------------- */

static char *add(char *s, const char *text)
{
	return s ? talloc_strdup_append_buffer(s, text) : NULL;
}

static char *add_task(char *s, const char *comm, uint64_t pid)
{
	return s ? talloc_asprintf_append_buffer(s, "%s (pid %" PRIu64 ")", comm ? comm : "?", pid)
		 : NULL;
}

/* "vhba_probe [vhba]" */
static char *add_symbol(char *s, const char *name, const char *module)
{
	s = add(s, name);
	return s && module && !is_vmlinux(module)
		       ? talloc_asprintf_append_buffer(s, " [%s]", module)
		       : s;
}

static bool is_io(const struct vmt_wait *w)
{
	return w->type && strcmp(w->type, VMT_WAIT_IO) == 0;
}

static bool is_journal(const struct vmt_wait *w)
{
	return strcmp(w->type, VMT_WAIT_JOURNAL) == 0;
}

/* "I/O on sda (32 requests in flight, the oldest for 130 s)" */
static char *add_io(char *s, const struct vmt_wait *w)
{
	s = add(add(s, "I/O on "), w->device);
	if (s && w->in_flight.known)
		s = talloc_asprintf_append_buffer(s, " (%" PRIu64 " request%s in flight",
			w->in_flight.v, w->in_flight.v == 1 ? "" : "s");
	if (s && w->in_flight.known && w->oldest_ms.known)
		s = talloc_asprintf_append_buffer(s, ", %s %" PRIu64 " s",
			w->in_flight.v == 1 ? "for" : "the oldest for", w->oldest_ms.v / 1000);
	return w->in_flight.known ? add(s, ")") : s;
}

/* "the mutex vhba_lock [vhba]", "the rw-semaphore at 0xff11000101234568 (to read)" */
static char *add_object(char *s, const struct vmt_wait *w)
{
	bool work = strcmp(w->type, VMT_WAIT_WORK) == 0;

	if (is_io(w))
		return add_io(s, w);
	s = add(add(add(s, "the "), work ? "work item" : w->type), " ");
	if (w->name)
		s = add_symbol(s, w->name, w->module);
	else if (w->container)
		s = add(add(add(s, w->container), "."), w->member);
	else if (s)
		s = talloc_asprintf_append_buffer(s, "at 0x%" PRIx64, w->address.v);
	if (s && !w->container && w->object && w->offset.known)
		s = talloc_asprintf_append_buffer(
			s, " (at 0x%" PRIx64 " in an object of %s)", w->offset.v, w->object);
	if (s && w->name && w->offset.known && w->offset.v)
		s = talloc_asprintf_append_buffer(s, "+0x%" PRIx64, w->offset.v);
	if (!w->mode)
		return s;
	s = add(s, strcmp(w->mode, VMT_ACCESS_READ) == 0 ? " (to read" : " (to write");
	if (w->writer_pid.known)
		s = add_task(add(s, ", behind writer "), w->writer_comm, w->writer_pid.v);
	return add(s, ")");
}

/* "held by udevd (pid 311)" */
static char *add_holder(char *s, const struct vmt_wait *w)
{
	bool work = strcmp(w->type, VMT_WAIT_WORK) == 0;

	if (!w->holder_pid.known)
		return s;
	s = add(s, work ? "run by " : is_journal(w) ? "committed by " : "held by ");
	if (s && w->readers.known)
		s = talloc_asprintf_append_buffer(s, "%" PRIu64 " reader%s, the last known one is ",
			w->readers.v, w->readers.v == 1 ? "" : "s");
	return add_task(s, w->holder_comm, w->holder_pid.v);
}

const char *holder_words(TALLOC_CTX *ctx, const struct vmt_wait *w)
{
	char *s = add_object(talloc_strdup(ctx, ""), w);

	return w->holder_pid.known ? add_holder(add(s, ", "), w) : s;
}

int holder_find_place(TALLOC_CTX *ctx, struct vmt_waiter *w, struct vmt_err *err)
{
	struct oops_trace *t = trace_make(ctx, w->frames, w->n_frames);
	struct culprit c;

	if (!t)
		return err_nomem(err);
	c = culprit_of_task(t);
	w->function = c.function;
	w->module = !c.function ? NULL : c.module ? c.module : VMLINUX;
	return 0;
}

static bool is_running(const struct vmt_waiter *w)
{
	return w->state && strcmp(w->state, VMT_TASK_RUNNING) == 0;
}

static bool is_spinning(const struct vmt_waiter *w)
{
	return w->waits_for.type && strcmp(w->waits_for.type, VMT_WAIT_SPINLOCK) == 0;
}

/*
 * "sleeps in vhba_probe [vhba]", "runs on CPU 1 in vhba_probe [vhba]", "waits for I/O on sda": a
 * device has no holder, so a chain may end with one.
 */
static char *add_place(char *s, const struct vmt_waiter *w)
{
	if (is_io(&w->waits_for))
		return add_io(add(s, "waits for "), &w->waits_for);
	s = add(s, is_running(w) ? "runs" : "sleeps");
	if (s && is_running(w) && w->cpu.known)
		s = talloc_asprintf_append_buffer(s, " on CPU %" PRIu64, w->cpu.v);
	return w->function ? add_symbol(add(s, " in "), w->function, w->module) : s;
}

/* ---- the headline ------------------------------------------------------------------------ */

/* The index of the task that the last one waits for. */
static size_t start_of_cycle(const struct vmt_report *r)
{
	const struct vmt_wait *last = &r->waits[r->n_waits - 1].waits_for;
	size_t i = 0;

	while (i < r->n_waits - 1 && last->holder_pid.v != r->waits[i].pid)
		i++;
	return i;
}

/* ", in a deadlock with vhba_scan (pid 71)" */
static char *add_deadlock(char *s, const struct vmt_report *r)
{
	size_t start = start_of_cycle(r), n = r->n_waits - start;
	const struct vmt_waiter *first = &r->waits[start];

	if (!start && n == 1)
		return add(add_object(add(s, ", waits for "), &first->waits_for),
			", which it holds itself");
	if (start) {
		s = add_task(add(s, ", waits for what "), first->comm, first->pid);
		return add(s, n == 1 ? " holds, which is in a deadlock with itself"
				     : " holds, which is in a deadlock");
	}
	s = add_task(add(s, ", in a deadlock with "), r->waits[1].comm, r->waits[1].pid);
	if (n == 2)
		return add(s, ": each waits for what the other holds");
	return s ? talloc_asprintf_append_buffer(s, " and %zu other%s", n - 2, n > 3 ? "s" : "")
		 : NULL;
}

/* ", which only CPU 0 can hold, in vhba_poll [vhba]" */
static char *add_only_cpu(char *s, const struct vmt_waiter *w)
{
	if (s)
		s = talloc_asprintf_append_buffer(
			s, ", which only CPU %" PRIu64 " can hold", w->cpu.v);
	return w->function ? add_symbol(add(s, ", in "), w->function, w->module) : s;
}

static char *add_chain(char *s, const struct vmt_report *r)
{
	const struct vmt_waiter *last = &r->waits[r->n_waits - 1];

	if (r->deadlock)
		return add_deadlock(s, r);
	if (is_spinning(&r->waits[0])) {
		s = add_object(add(s, ", spins on "), &r->waits[0].waits_for);
		if (r->only_cpu.known && r->n_waits == 2)
			return add_only_cpu(s, last);
		return r->waits[0].waits_for.holder_pid.known
			       ? add_holder(add(s, " "), &r->waits[0].waits_for)
			       : s;
	}
	if (is_io(&r->waits[0].waits_for))
		return add_io(add(s, ", waits for "), &r->waits[0].waits_for);
	/* Without a holder, there is nothing to add to the function that waits. */
	if (r->n_waits < 2)
		return s;
	s = add_object(add(s, ", waits for "), &r->waits[0].waits_for);
	s = add_holder(add(s, " "), &r->waits[0].waits_for);
	if (r->n_waits == 2)
		return add_place(add(s, ", which "), last);
	s = add_task(add(s, "; at the end of the chain "), last->comm, last->pid);
	return add_place(add(s, " "), last);
}

/* ---- evidence and advice ----------------------------------------------------------------- */

/* "udevd (pid 311) waits for ..., held by ....", "udevd (pid 311) sleeps in vhba_probe." */
static const char *link_text(TALLOC_CTX *ctx, const struct vmt_waiter *w)
{
	char *s = add_task(talloc_strdup(ctx, ""), w->comm, w->pid);

	if (!w->waits_for.type)
		return add(add_place(add(s, " "), w), ".");
	if (is_spinning(w) && w->cpu.known) {
		s = talloc_asprintf(ctx, "CPU %" PRIu64 " spins on ", w->cpu.v);
		return add(add(s, w->waits_for.text), ".");
	}
	if (is_io(&w->waits_for)) {
		s = w->function ? add_symbol(add(s, " sleeps in "), w->function, w->module) : s;
		return add(add_io(add(s, w->function ? " and waits for " : " waits for "),
				   &w->waits_for),
			".");
	}
	/* Nobody else is to be named: so where it waits. */
	if (!w->waits_for.holder_pid.known)
		s = add(add_place(add(s, " "), w), " and");
	return add(add(add(s, " waits for "), w->waits_for.text), ".");
}

/* After the first sentence, which says what was judged: the holder is the strongest evidence. */
static int add_evidence(TALLOC_CTX *ctx, struct vmt_report *r, struct vmt_err *err)
{
	struct vmt_verdict *v = &r->verdict;
	size_t n = 0, shown = r->n_waits < CHAIN_SHOWN ? r->n_waits : CHAIN_SHOWN;
	const char **all = talloc_array(ctx, const char *, v->n_evidence + shown + 3);

	if (!all)
		return err_nomem(err);
	if (v->n_evidence)
		all[n++] = v->evidence[0];
	for (size_t i = 0; i < shown; i++) {
		/* Of a long chain, the first tasks and the last. */
		size_t at = i + 1 == shown ? r->n_waits - 1 : i;

		all[n] = link_text(ctx, &r->waits[at]);
		if (!all[n++])
			return err_nomem(err);
	}
	if (r->deadlock)
		all[n++] = "Each of the tasks in the deadlock waits for what the next one holds: "
			   "none of them can go on.";
	if (r->only_cpu.known)
		all[n++] = talloc_asprintf(all,
			"All CPUs but CPU %" PRIu64 " are idle or spin on this lock (%" PRIu64
			" do): it holds the lock, or some code has ended without releasing it.",
			r->only_cpu.v, r->n_spinning.v);
	if (r->others_idle)
		all[n++] = "All other CPUs are idle: this CPU took the lock before and takes it "
			   "again, or some code has ended without releasing it.";
	for (size_t i = 1; i < v->n_evidence; i++)
		all[n++] = v->evidence[i];
	v->evidence = all;
	v->n_evidence = n;
	return 0;
}

static const char *device_advice(TALLOC_CTX *ctx, const struct vmt_wait *w)
{
	if (w->in_flight.known && !w->in_flight.v)
		return talloc_asprintf(ctx,
			"Find out what keeps requests from the driver of %s, which has none now: a "
			"device that is suspended or stopped (dmsetup info), or a request that "
			"was lost.",
			w->device);
	return talloc_asprintf(ctx,
		"Find out why the driver of %s does not complete its requests: look for its "
		"messages, and for errors of the controller, the cable, the network or the host.",
		w->device);
}

/* The task waits for something of which no holder is known; the rest of the old advice. */
static const char *alone_advice(TALLOC_CTX *ctx, const struct vmt_waiter *w, const char *rest)
{
	const char *module = w->function && !is_vmlinux(w->module) ? w->module : NULL;
	char *s;

	if (strcmp(w->waits_for.type, VMT_WAIT_COMPLETION) == 0) {
		s = add_object(
			talloc_strdup(ctx, "Find out why nothing completed "), &w->waits_for);
		if (s && module)
			s = talloc_asprintf_append_buffer(s,
				": look for messages of %s, and for a request that its device did "
				"not answer.",
				module);
		else
			s = add(s, ": look for a device that did not answer, and its messages.");
	} else {
		s = add_object(talloc_strdup(ctx, "Find out which task holds "), &w->waits_for);
		if (s && module)
			s = talloc_asprintf_append_buffer(
				s, ", or where %s returns without releasing it.", module);
		else
			s = add(s, ", or which code returned without releasing it.");
	}
	return add(s, rest);
}

static bool is_alone(const struct vmt_report *r)
{
	const struct vmt_wait *w = &r->waits[0].waits_for;

	return r->n_waits == 1 && !r->deadlock && !r->others_idle && !is_io(w) &&
	       !w->holder_pid.known && !is_spinning(&r->waits[0]);
}

static const char *advice_of(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	const struct vmt_waiter *last = &r->waits[r->n_waits - 1];
	char *s;

	if (r->others_idle)
		return add(add_object(talloc_strdup(ctx, "Look for a path that takes "),
				   &r->waits[0].waits_for),
			" and leaves without releasing it, usually after an error, or calls a "
			"function that takes it again.");
	if (r->deadlock && r->n_waits == 1)
		return "Look for the place where the task took the lock first: it must release it "
		       "before this call, or call a function that expects it to be held.";
	if (r->deadlock)
		return "Compare the stacks of the tasks in the deadlock: all code must take these "
		       "locks in the same order.";
	if (is_io(&last->waits_for))
		return device_advice(ctx, &last->waits_for);
	if (r->only_cpu.known && last->function)
		return add(add_symbol(talloc_strdup(ctx, "Look at what holds the lock in "),
				   last->function, last->module),
			" and does not come to its end.");
	s = add_task(talloc_strdup(ctx, "Find out why "), last->comm, last->pid);
	s = add(s, is_running(last) ? " does not finish" : " does not wake up");
	if (last->function)
		s = add_symbol(add(s, ": what is it doing in "), last->function, last->module);
	return add(s, last->function ? "?" : ".");
}

/* The holder is known: so the first advice is not to look for it. */
static int replace_advice(TALLOC_CTX *ctx, struct vmt_report *r, struct vmt_err *err)
{
	struct vmt_verdict *v = &r->verdict;
	const char **next;
	const char *old = advice_text(is_spinning(&r->waits[0]) ? ADVICE_CPUS : ADVICE_WAIT);

	if (!v->n_next || strncmp(v->next[0], old, strlen(old)) != 0)
		return 0;
	next = talloc_memdup(ctx, v->next, v->n_next * sizeof(*next));
	if (!next)
		return err_nomem(err);
	next[0] = is_alone(r) ? alone_advice(ctx, r->waits, v->next[0] + strlen(old))
			      : advice_of(ctx, r);
	v->next = next;
	return next[0] ? 0 : err_nomem(err);
}

/* ---- the suspect ------------------------------------------------------------------------- */

/* "is where the task is that holds the mutex vhba_host.scan_mutex" */
static const char *holder_reason(TALLOC_CTX *ctx, const struct vmt_wait *w)
{
	struct vmt_wait held = *w;
	const char *does = strcmp(w->type, VMT_WAIT_WORK) == 0 ? "runs "
			   : is_journal(w)		       ? "commits "
			   : w->holder_pid.known	       ? "holds "
							       : "may hold ";

	/* How the other task wants it. */
	held.mode = NULL;
	if (w->readers.known && w->readers.v > 1)
		does = "was the last one to take ";
	return add_object(talloc_asprintf(ctx, "is where the task is that %s", does), &held);
}

/* The last task of the chain that holds something and whose function is known; 0: none. */
static size_t last_holder(const struct vmt_report *r)
{
	size_t i = r->n_waits;

	while (i > 1 && !r->waits[i - 1].function)
		i--;
	return i > 1 ? i - 1 : 0;
}

static bool is_suspect(const struct vmt_suspect *s, const struct vmt_waiter *w)
{
	return s->function && s->module && strcmp(s->function, w->function) == 0 &&
	       strcmp(s->module, w->module) == 0;
}

/* The second suspect, after the culprit. The same function is not named twice. */
static int add_suspect(
	TALLOC_CTX *ctx, struct vmt_report *r, const struct where *where, struct vmt_err *err)
{
	struct vmt_verdict *v = &r->verdict;
	size_t at = last_holder(r), n = 0;
	const struct vmt_waiter *w = &r->waits[at];
	struct vmt_suspect *to;

	if (!at || !v->n_suspects || is_suspect(&v->suspects[0], w))
		return 0;
	to = talloc_zero_array(ctx, struct vmt_suspect, SUSPECTS_MOST);
	if (!to)
		return err_nomem(err);
	to[n++] = v->suspects[0];
	to[n++] = (struct vmt_suspect){
		.function = w->function,
		.module = w->module,
		.subsystem = suspect_subsystem(
			where, w->function, is_vmlinux(w->module) ? NULL : w->module),
		.role = "holder",
		.reason = holder_reason(to, &r->waits[at - 1].waits_for),
	};
	for (size_t i = 1; i < v->n_suspects && n < SUSPECTS_MOST; i++)
		if (!is_suspect(&v->suspects[i], w))
			to[n++] = v->suspects[i];
	v->suspects = to;
	v->n_suspects = n;
	return to[1].reason ? 0 : err_nomem(err);
}

int holder_tell(
	TALLOC_CTX *ctx, struct vmt_report *r, const struct where *where, struct vmt_err *err)
{
	char *headline;
	int rc;

	if (!r->n_waits || !r->verdict.headline)
		return 0;
	headline = add_chain(talloc_strdup(ctx, r->verdict.headline), r);
	if (!headline)
		return err_nomem(err);
	r->verdict.headline = headline;
	rc = add_evidence(ctx, r, err);
	if (!rc)
		rc = add_suspect(ctx, r, where, err);
	return rc || (r->n_waits < 2 && !r->deadlock && !r->others_idle &&
			     !is_io(&r->waits[0].waits_for) && !is_alone(r))
		       ? rc
		       : replace_advice(ctx, r, err);
}
