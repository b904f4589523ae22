// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The line that says where and on which kernel (lib/dump_stack.c: dump_stack_print_info):
 *   CPU: 0 [UID: 0 ]PID: 1 Comm: x [Kdump: loaded ]Not tainted 6.1.0 #1 [build id][PREEMPT...]
 *   CPU: 0 PID: 1 Comm: x Tainted: G        W  O      4.4.0 #1
 *   Pid: 1, comm: x Not tainted 3.4.0 #1 [hardware]          to 3.9
 *   CPU: 0    Tainted: G        W    (2.6.37 #153)           arm, to 3.9
 *   CPU: 3 Not tainted 2.6.32 #1                             s390, to 3.9
 * A task's name may hold blanks and colons, so the line is taken from both ends.
 */
#include <string.h>

#include "base/ascii.h"
#include "oops/build.h"

static struct oops_span span_of(const char *p, const char *end)
{
	return (struct oops_span){p, (size_t)(end - p)};
}

static const char *word_end(const char *p, const char *end)
{
	while (p < end && *p != ' ')
		p++;
	return p;
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && *p == ' ')
		p++;
	return p;
}

/* Whether the word is of a taint field: upper-case letters, and dashes for those not set. */
static bool is_taints(const char *p, const char *end)
{
	while (p < end && ((*p >= 'A' && *p <= 'Z') || *p == '-'))
		p++;
	return p == end;
}

/*
 * Letters of a taint field, with the blanks and, of Red Hat's kernels, dashes between them; returns
 * past it.
 */
static const char *take_taints(struct oops_build *b, const char *p, const char *end)
{
	char letters[40];
	size_t n = 0;

	for (;;) {
		const char *stop;

		p = skip_blanks(p, end);
		stop = word_end(p, end);
		if (p == end || !is_taints(p, stop))
			break;
		for (; p < stop; p++)
			if (*p != '-' && *p != 'G' && n + 1 < sizeof(letters))
				letters[n++] = *p;
	}
	/* A line that was cut here says nothing of them. */
	if (!b->ev->tainted && (n || p < end))
		b->ev->tainted = oops_build_text(b, letters, n);
	return p;
}

/* The word of p..end that is a build-id, if there is one; returns where what it follows ends. */
static const char *take_build_id(struct oops_build *b, const char *p, const char *end)
{
	const char *before = p;

	while (p < end) {
		const char *word = p, *sp = memchr(p, ' ', (size_t)(end - p));

		p = sp ? sp : end;
		if (oops_is_build_id(word, p)) {
			oops_build_set(b, &b->ev->build_id, span_of(word, p));
			return before;
		}
		before = p;
		p += p < end;
	}
	return end;
}

/* "#1 Vendor Product/Board": what x86 to 3.8 has after the release; the number is one word. */
static void take_old_version(struct oops_build *b, const char *p, const char *end)
{
	const char *stop = word_end(p, end), *hardware = skip_blanks(stop, end);

	oops_build_set(b, &b->ev->version, span_of(p, stop));
	if (hardware < end)
		oops_build_set(b, &b->ev->hardware, span_of(hardware, end));
}

/* A pager that does not wrap marks where it cut the line: less with '>', journalctl with "...". */
static bool is_cut(const char *p, size_t n)
{
	return n &&
	       (p[n - 1] == '>' || p[n - 1] & 0x80 || (n > 2 && memcmp(p + n - 3, "...", 3) == 0));
}

/* "6.1.0-56-amd64 #1 SMP ..." */
static void take_release(struct oops_build *b, const char *p, const char *end)
{
	const char *sp;
	bool parens = false;

	while (p < end && (*p == ' ' || *p == '('))
		parens |= *p++ == '(';
	if (parens && end[-1] == ')')
		end--;
	for (sp = p; sp < end && *sp != ' ';)
		sp++;
	if (sp == end && is_cut(p, (size_t)(sp - p))) {
		b->ev->corrupted = "a pager cut its lines: journalctl --no-pager shows them whole";
		return;
	}
	oops_build_set(b, &b->ev->release, span_of(p, sp));
	sp = skip_blanks(sp, end);
	if (b->old_cpu_line)
		take_old_version(b, sp, end);
	else
		oops_build_set(b, &b->ev->version, span_of(sp, take_build_id(b, sp, end)));
}

/* From "Not tainted" or "Tainted:" on. Returns where that begins; NULL: the line has neither. */
static const char *take_end(struct oops_build *b, const char *p, const char *end)
{
	const char *clean = oops_find(p, end, "Not tainted"),
		   *dirty = oops_find(p, end, "Tainted:");

	if (clean) {
		if (!b->ev->tainted)
			b->ev->tainted = "";
		take_release(b, clean + strlen("Not tainted"), end);
		return clean;
	}
	if (dirty)
		take_release(b, take_taints(b, dirty + strlen("Tainted:"), end), end);
	return dirty;
}

void oops_kernel_line(struct oops_build *b, const char *p, const char *end)
{
	/* "Tainted: [O]=OOT_MODULE" says again what the letters mean. */
	if (!oops_find(p, end, "]="))
		take_end(b, p, end);
}

void oops_kernel_old_line(struct oops_build *b, const char *p, const char *end)
{
	const char *open = oops_find(p, end, " ("), *dirty = oops_find(p, end, "Tainted: ");
	const char *vli = oops_find(p, end, " VLI");

	if (open && end[-1] == ')')
		take_release(b, open + 1, end);
	else if (dirty)
		take_taints(b, dirty + strlen("Tainted: "), vli > dirty ? vli : end);
	else if (!b->ev->tainted && oops_find(p, end, "Not tainted"))
		b->ev->tainted = "";
}

void oops_warning_taint(struct oops_build *b, const char *p, const char *end)
{
	const char *open = oops_find(p, end, "() ("), *close;

	close = open ? memchr(open + 4, ')', (size_t)(end - open - 4)) : NULL;
	if (!close)
		return;
	p = oops_find(open, close, "Tainted: ");
	if (p)
		take_taints(b, p + strlen("Tainted: "), close + 1);
	else if (oops_find(open, close, "Not tainted") && !b->ev->tainted)
		b->ev->tainted = "";
}

/*
 * Of a stall that another CPU is stuck in, the stack that was announced last: the line is of that
 * stack. NULL: it is the report's own.
 */
static struct oops_trace *of_another_cpu(const struct oops_build *b)
{
	struct oops_trace *t = b->trace;

	if (!t || !b->section || t->role != OOPS_TRACE_PEER || !t->cpu.known ||
		!b->ev->subject_cpu.known)
		return NULL;
	return t;
}

/*
 * "Pid: 12, comm: x 3.10.0-1160.el7.x86_64 #1 SMP ...": out-of-tree modules print it without the
 * taint. Returns where the task's name ends; NULL: the line is of another form.
 */
static const char *take_bare_release(struct oops_build *b, const char *p, const char *end)
{
	const char *number = oops_find(p, end, " #"), *word = number;

	while (word && word > p && word[-1] != ' ')
		word--;
	if (!word || word <= p || !ascii_is_digit(*word) || end - number < 3 ||
		!ascii_is_digit(number[2]))
		return NULL;
	b->old_cpu_line = false;
	take_release(b, word, end);
	return word - 1;
}

static void take_comm(
	struct oops_build *b, const char **to, const char *comm, const char *tail, const char *end)
{
	const char *kdump = oops_find(comm, end, " Kdump: ");

	if (kdump && (!tail || kdump < tail))
		tail = kdump;
	oops_build_set(b, to, span_of(comm, tail ? tail : end));
}

bool oops_cpu_line(struct oops_build *b, const char *p, const char *end)
{
	struct oops_match m;
	const char *tail, *comm;
	struct oops_trace *peer;

	if (oops_pattern_match("CPU: {cpu} UID: # PID: {pid} Comm: {rest}", p, end, &m) ||
		oops_pattern_match("CPU: {cpu} PID: {pid} Comm: {rest}", p, end, &m) ||
		oops_pattern_match("CPU {cpu} PID: {pid} Comm: {rest}", p, end, &m) ||
		oops_pattern_match("Pid: {pid}, comm: {rest}", p, end, &m)) {
		comm = m.f[OOPS_F_REST].p;
	} else if ((oops_pattern_match("CPU: {cpu}  ", p, end, &m) &&
			   oops_find(p, end, "ainted")) ||
		   oops_pattern_match("CPU: {cpu} (Not tainted|Tainted: )", p, end, &m)) {
		comm = NULL;
	} else {
		return false;
	}
	peer = of_another_cpu(b);
	if (peer) {
		oops_build_set_number(&peer->pid, oops_span_dec(m.f[OOPS_F_PID]));
		tail = take_end(b, comm ? comm : p, end);
		if (comm)
			take_comm(b, &peer->comm, comm, tail, end);
		return true;
	}
	if (b->has_cpu_line)
		return true;
	b->has_cpu_line = true;
	b->old_cpu_line = *p == 'P';
	tail = take_end(b, comm ? comm : p, end);
	if (!tail && comm && b->old_cpu_line)
		tail = take_bare_release(b, comm, end);
	if (b->stopped)
		return true;
	oops_build_set_number(&b->ev->cpu, oops_span_dec(m.f[OOPS_F_CPU]));
	oops_build_set_number(&b->ev->pid, oops_span_dec(m.f[OOPS_F_PID]));
	if (comm)
		take_comm(b, &b->ev->comm, comm, tail, end);
	return true;
}
