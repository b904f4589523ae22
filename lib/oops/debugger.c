// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Output of debuggers. crash(8) (help.c: display_sys_stats; x86_64.c, arm64.c: back traces):
 *
 *        PANIC: "BUG: unable to handle kernel NULL pointer dereference at 0000000000000040"
 *   PID: 0        TASK: ff1f405f8125c180  CPU: 1    COMMAND: "swapper/1"
 *    #0 [ff39582d400d0bc8] machine_kexec at ffffffff9726c62f
 *       [exception RIP: vhba_complete+31]
 *       RIP: ffffffffc02d20df  RSP: ff39582d400d0e68  RFLAGS: 00000283
 *    #7 [ff39582d400d0e70] vhba_timer_fn at ffffffffc02d267e [vhba]
 *   --- <IRQ stack> ---
 *
 * and drgn (libdrgn/stack_trace.c): "#3  f (drivers/tty/sysrq.c:155:2)", "#4  g+0x1/0x2 (...)".
 * Both print many stacks. That of the crash is one through which the kernel was stopped.
 */
#include <string.h>

#include "oops/debugger_internal.h"

/* This many other lines may be between those of one output. */
#define MAX_BETWEEN 12

/* Log lines that crash prints before the panic's if it does not find that at once. */
#define MAX_PANIC_LINES 64

/* The functions of one module are near each other, but the next module is near, too. */
#define NEAR (64u << 10)

/* ---- lines -------------------------------------------------------------------------------- */

struct oops_debugger *oops_debugger_new(TALLOC_CTX *ctx)
{
	return talloc_zero(ctx, struct oops_debugger);
}

static bool take_numbered(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end)
{
	struct oops_frame_text f;
	bool crash = debugger_parse_crash_frame(p, end, &f);

	if (!crash && !debugger_parse_drgn_frame(p, end, &f))
		return false;
	if (!d->s.b || debugger_starts(p, end, "#0 "))
		if (!(d->s.b && !d->s.b->n_frames && !d->s.stopped) &&
			!debugger_begin_stack(d, rec, p, end))
			return true;
	if (crash)
		debugger_take_frame(&d->s, &f);
	else
		debugger_take_drgn_frame(&d->s, &f);
	return true;
}

static bool take_stack_line(struct oops_debugger *d, const char *p, const char *end)
{
	struct oops_frame_text f;

	if (debugger_take_stack_end(&d->s, p, end) || debugger_take_source(&d->s, p, end))
		return true;
	if (debugger_parse_exception(p, end, &f)) {
		debugger_take_exception_line(&d->s, &f);
		return true;
	}
	return debugger_take_registers(&d->s, p, end);
}

/* Whether a prompt's line calls drgn's crashed_thread(). */
static bool asks_for_crash(const char *p, const char *end)
{
	static const char call[] = "crashed_thread()";
	const size_t n = sizeof(call) - 2; /* to the last parenthesis */

	for (const char *q = p; q < end && (q = memchr(q, ')', (size_t)(end - q))); q++)
		if ((size_t)(q - p) >= n && memcmp(q - n, call, n) == 0)
			return true;
	return false;
}

static bool take(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end)
{
	if (d->in_panic) {
		if (p < end && *p == '"')
			debugger_take_panic(d, rec, p, end);
		return true;
	}
	if (p == end)
		return false;
	d->crashed_thread = d->crashed_thread || asks_for_crash(p, end);
	if (*p == '#' && end - p > 4 && debugger_is_dec(p[1]) && take_numbered(d, rec, p, end))
		return true;
	if (debugger_take_task(d, rec, p, end) || debugger_take_sys(d, rec, p, end))
		return true;
	d->in_sys = false;
	return d->s.b && take_stack_line(d, p, end);
}

bool oops_debugger_busy(const struct oops_debugger *d)
{
	return d->in_sys || d->s.b;
}

bool oops_debugger_line(
	struct oops_debugger *d, const struct log_record *rec, const char *line, size_t len)
{
	const char *end = line + len;
	unsigned most = d->in_panic ? MAX_PANIC_LINES : MAX_BETWEEN;
	bool own = take(d, rec, debugger_skip_quotes(line, end), end);

	if (own && !d->in_panic) {
		d->between = 0;
		if (d->s.b)
			d->s.b->ev->last_line = rec->seq;
	} else if (oops_debugger_busy(d) && ++d->between > most) {
		debugger_end_stack(d);
		d->in_sys = d->in_panic = false;
	}
	return own;
}

/* ---- the end ------------------------------------------------------------------------------ */

const char *oops_debugger_panic(struct oops_debugger *d, uint64_t *seq)
{
	debugger_end_stack(d);
	*seq = d->panic_seq;
	return d->panic;
}

/* If the module of the place is not known, takes its caller's, provided that the caller is near. */
static void find_module(struct oops_event *ev, const struct oops_trace *t)
{
	const struct oops_frame *caller = t && t->n_frames ? &t->frames[0] : NULL;
	struct oops_frame *ip = &ev->ip;
	size_t prefix = ip->function ? strcspn(ip->function, "_") : 0;
	uint64_t away;

	if (!ip->module_unknown || !ip->has_address || !caller || !caller->function)
		return;
	away = ip->address > caller->address ? ip->address - caller->address
					     : caller->address - ip->address;
	/* x86_64 puts modules far above the kernel's own text. */
	if (!caller->module)
		ip->module_unknown = away > NEAR && ip->address >= 0xffffffffa0000000;
	else if (away < NEAR && prefix > 2 && strncmp(ip->function, caller->function, prefix) == 0)
		ip->module = caller->module;
	if (ip->module || ip->address < 0xffffffffa0000000)
		ip->module_unknown = false;
}

static void settle(struct oops_build *b)
{
	if (b->ev->n_traces && b->trace)
		find_module(b->ev, b->trace);
}

static void set_text(struct oops_event *ev, const char **field, const char *text)
{
	if (!*field && text)
		*field = talloc_strdup(ev, text);
}

/* Gives the stack to the report, if that shows none. */
static void join_stack(struct oops_event *ev, struct oops_build *b)
{
	const struct oops_event *from = b->ev;

	oops_build_set_number(&ev->cpu, from->cpu);
	oops_build_set_number(&ev->pid, from->pid);
	set_text(ev, &ev->comm, from->comm);
	if (ev->n_traces || ev->ip.function)
		return;
	settle(b);
	ev->traces = from->traces;
	ev->n_traces = from->n_traces;
	ev->ip = from->ip;
	if (!ev->n_regs) {
		ev->regs = from->regs;
		ev->n_regs = from->n_regs;
	}
	ev->stack_only = ev->kind->id == KIND_OOPS;
	if (ev->last_line < from->last_line)
		ev->last_line = from->last_line;
	talloc_steal(ev, b);
}

static void join_sys(struct oops_debugger *d, struct oops_event *ev)
{
	ev->fatal = true;
	oops_build_set_number(&ev->cpu, d->cpu);
	oops_build_set_number(&ev->pid, d->pid);
	set_text(ev, &ev->comm, d->comm);
	set_text(ev, &ev->release, d->release);
	set_text(ev, &ev->version, d->version);
	if (!ev->has_unix) {
		ev->has_unix = d->has_unix;
		ev->unix_ns = d->unix_ns;
	}
	if (!ev->has_ts && d->uptime_s.known && d->uptime_s.v < UINT64_MAX / 1000000000) {
		ev->has_ts = true;
		ev->ts_ns = d->uptime_s.v * 1000000000;
	}
}

void oops_debugger_join(struct oops_debugger *d, struct oops_event *ev)
{
	if (d->crash)
		join_stack(ev, d->crash);
	if (d->crash || d->panic)
		join_sys(d, ev);
}

struct oops_event *oops_debugger_event(struct oops_debugger *d)
{
	struct oops_event *ev = d->crash ? d->crash->ev : NULL;

	if (ev) {
		settle(d->crash);
		join_sys(d, ev);
	}
	return ev;
}

void oops_debugger_facts(struct oops_debugger *d, struct oops_log *log)
{
	struct oops_boot *boot = log->boot;

	if (!boot->release && d->release) {
		boot->release = talloc_strdup(boot, d->release);
		boot->version = d->version ? talloc_strdup(boot, d->version) : NULL;
	}
	if (!boot->cpus.known)
		boot->cpus = d->cpus;
	if (!log->hostname && d->nodename)
		log->hostname = talloc_strdup(log, d->nodename);
	if (!log->arch && d->arch)
		log->arch = talloc_strdup(log, d->arch);
}
