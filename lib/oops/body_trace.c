// SPDX-License-Identifier: GPL-3.0-or-later
/* Lines of a report that begin a stack trace. */
#include <string.h>

#include "base/ascii.h"
#include "oops/body_internal.h"

static void start_trace(
	struct oops_build *b, enum oops_trace_role role, const char *p, const char *end)
{
	struct oops_span title = {p, (size_t)(end - p)};

	oops_build_trace(b, role, title);
}

/* "Call Trace:" begins the trace that was announced, the report's own, or one more. */
void oops_body_call_trace(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	b->context = OOPS_CTX_UNKNOWN;
	if (b->trace && b->section)
		return;
	if (b->stopped) {
		start_trace(b, OOPS_TRACE_PEER, p, end);
		return;
	}
	start_trace(b, oops_build_has_main(b) ? OOPS_TRACE_OTHER : OOPS_TRACE_MAIN, p, end);
}

void oops_body_main(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	start_trace(b, oops_build_has_main(b) ? OOPS_TRACE_OTHER : OOPS_TRACE_MAIN, p, end);
}

void oops_body_alloc(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	start_trace(b, OOPS_TRACE_ALLOC, p, end);
}

void oops_body_free(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	start_trace(b, OOPS_TRACE_FREE, p, end);
}

void oops_body_other(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	start_trace(b, OOPS_TRACE_OTHER, p, end);
}

/* kernel/irq/spurious.c: a line for each, which looks like a frame. */
void oops_body_handlers(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	if (b->ev->kind && b->ev->kind->id == KIND_IRQ_NOBODY_CARED)
		start_trace(b, OOPS_TRACE_HANDLERS, p, end);
}

/* "[<addr>] f [mod] threaded [<addr>] g [mod]" */
bool oops_body_handler(struct oops_build *b, const char *p, const char *end)
{
	static const char threaded[] = " threaded ";
	struct oops_frame_text f;
	const char *next;

	if (!b->trace || b->trace->role != OOPS_TRACE_HANDLERS)
		return false;
	for (; end - p > 2 && p[0] == '[' && p[1] == '<'; p = next + sizeof(threaded) - 1) {
		next = oops_find(p, end, threaded);
		if (!oops_frame_parse_place(p, next ? next : end, OOPS_NAME_ALONE, &f) ||
			!f.function.p)
			return false;
		oops_build_frame(b, &f);
		if (!next)
			return true;
	}
	return false;
}

/* Another CPU's or task's stack. In a stall it may be the one that matters. */
void oops_body_peer(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	start_trace(b, OOPS_TRACE_PEER, p, end);
	if (!b->trace)
		return;
	b->trace->cpu = oops_span_dec(m->f[OOPS_F_CPU]);
	b->trace->pid = oops_span_dec(m->f[OOPS_F_PID]);
	b->trace->comm = oops_build_span(b, m->f[OOPS_F_COMM]);
}

/* "CPU3: stopping": a CPU that the panic stopped had nothing to do with it. */
void oops_body_stopped(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	oops_body_peer(b, m, p, end);
	b->stopped = true;
}

/* A task's line. A hung task's own stack follows it; in other reports, a peer's. */
void oops_body_task(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	bool own = b->ev->subject_comm && !b->ev->n_traces;

	/* "Task dump for CPU 1:" comes before the line of that CPU's task. */
	if (b->trace && b->section && b->trace->role == OOPS_TRACE_PEER) {
		oops_build_set(b, &b->trace->comm, m->f[OOPS_F_COMM]);
		oops_build_set_number(&b->trace->pid, oops_span_dec(m->f[OOPS_F_PID]));
		return;
	}
	if (b->trace && b->section && b->trace->title && strstr(b->trace->title, "kthread stack"))
		return;
	if (own)
		start_trace(b, OOPS_TRACE_MAIN, p, end);
	else
		oops_body_peer(b, m, p, end);
}

/* One of the two accesses of a race. The first is the report's own. */
void oops_body_access_trace(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	if (!b->ev->access)
		oops_build_set(b, &b->ev->access, m->f[OOPS_F_ACCESS]);
	oops_body_main(b, m, p, end);
}

/* The second of the last numbers, which are: free stack, pid, parent's pid, flags (0x...). */
static struct oops_span old_pid(const char *p, const char *end)
{
	const char *flags = oops_find(p, end, " 0x"), *next;
	struct oops_span word = {0};

	if (!flags)
		return word;
	for (int i = 0; i < 2; i++) {
		for (next = flags; next > p && next[-1] == ' ';)
			next--;
		for (flags = next; flags > p && ascii_is_digit(flags[-1]);)
			flags--;
		word = (struct oops_span){flags, (size_t)(next - flags)};
	}
	return word;
}

/* "kworker/u4:2    R  running task    25560    32      2 0x00000008": a task's line up to 5.10. */
bool oops_body_old_task(struct oops_build *b, const char *p, const char *end)
{
	const char *q = p;
	struct oops_match m;

	const char *state;

	while (q < end && *q != ' ')
		q++;
	for (state = q; state < end && *state == ' ';)
		state++;
	if (q == p || q - p > 16 || end - state < 2 || state[1] != ' ' ||
		!oops_pattern_match("(R|S|D|T|t|X|Z|I|P) ", state, end, &m))
		return false;
	if (!oops_find(p, end, " 0x") && !oops_find(p, end, "running task"))
		return false;
	memset(&m, 0, sizeof(m));
	m.f[OOPS_F_COMM] = (struct oops_span){p, (size_t)(q - p)};
	m.f[OOPS_F_PID] = old_pid(state, end);
	oops_body_task(b, &m, p, end);
	return true;
}

/*
 * The CPU line was seen: a trace that follows is the report's own, not part of one before it.
 * Frames that nothing announced before the first CPU line were printed by another CPU.
 */
void oops_body_trace_was_before(struct oops_build *b, bool first)
{
	if (!b->trace || b->section)
		return;
	if (first && !b->trace->title && b->trace->role == OOPS_TRACE_MAIN)
		b->trace->role = OOPS_TRACE_OTHER;
	b->trace = NULL;
}
