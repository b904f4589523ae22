// SPDX-License-Identifier: GPL-3.0-or-later
/* Output of crash(8): "bt" and "sys". Examples are in debugger.c. */
#include <string.h>
#include <time.h>

#include "base/seconds.h"
#include "log/log_eat.h"
#include "oops/debugger_internal.h"

/* ---- bt ----------------------------------------------------------------------------------- */

/* "#7 [ff39582d400d0e70] vhba_timer_fn at ffffffffc02d267e [vhba]" */
bool debugger_parse_crash_frame(const char *p, const char *end, struct oops_frame_text *f)
{
	struct oops_span s;

	memset(f, 0, sizeof(*f));
	for (p++; p < end && debugger_is_dec(*p);)
		p++;
	p = debugger_skip_blanks(p, end);
	if (p == end || *p++ != '[')
		return false;
	s = debugger_hex_at(p, end);
	p = s.p + s.len;
	if (s.len < 6 || !debugger_starts(p, end, "] "))
		return false;
	p = debugger_take_symbol(p + 2, end, f);
	if (!f->function.p || !debugger_starts(p, end, " at "))
		return false;
	s = debugger_hex_at(p + 4, end);
	f->address = oops_span_hex(s).v;
	f->has_address = s.len >= 6;
	p = s.p + s.len;
	if (debugger_starts(p, end, " [")) {
		const char *close = memchr(p, ']', (size_t)(end - p));

		f->module = (struct oops_span){p + 2, close ? (size_t)(close - p - 2) : 0};
		if (!f->module.len)
			f->module.p = NULL;
	}
	return f->has_address;
}

/* "[exception RIP: vhba_complete+31]", "PC: ffff8000085aee40  [sysrq_handle_crash+32]" */
bool debugger_parse_exception(const char *p, const char *end, struct oops_frame_text *f)
{
	static const char head[] = "[exception RIP: ";

	memset(f, 0, sizeof(*f));
	if (debugger_starts(p, end, head)) {
		debugger_take_symbol(p + strlen(head), end, f);
		if (debugger_starts(p + strlen(head), end, "unknown or invalid"))
			f->function.p = NULL;
		return true;
	}
	if (!debugger_starts(p, end, "PC: "))
		return false;
	struct oops_span pc = debugger_hex_at(debugger_skip_blanks(p + 4, end), end);
	const char *open = debugger_skip_blanks(pc.p + pc.len, end);

	if (pc.len < 8 || open == end || *open != '[')
		return false;
	f->address = oops_span_hex(pc).v;
	f->has_address = true;
	debugger_take_symbol(open + 1, end, f);
	return true;
}

void debugger_take_exception_line(struct debugger_stack *s, const struct oops_frame_text *f)
{
	if (!debugger_has_ip(s->b->ev)) {
		debugger_take_exception(s, f);
		s->b->ev->ip.module_unknown = true;
		s->rip = f->address;
	} else if (f->function.p) {
		oops_build_frame_of_registers(s->b, f);
	}
}

/* Registers of the exception, later those of earlier interrupted code or of user mode. */
bool debugger_take_registers(struct debugger_stack *s, const char *p, const char *end)
{
	struct oops_match m;
	bool own = debugger_has_ip(s->b->ev) && s->b->trace && !s->b->trace->n_frames;

	if (oops_pattern_match("RIP: ~ ", p, end, &m)) {
		struct oops_span rip = debugger_hex_at(p + 5, end);

		if (own && !s->rip) {
			s->rip = s->b->ev->ip.address = oops_span_hex(rip).v;
			s->b->ev->ip.has_address = true;
		}
		p = debugger_skip_blanks(rip.p + rip.len, end);
		if (own)
			oops_registers_line(s->b, p, end);
		return true;
	}
	if (!own) {
		/* They are not used, only recognized as registers. */
		return oops_pattern_match("R{word} ~  ", p, end, &m) ||
		       oops_pattern_match("ORIG_RAX: ~", p, end, &m) ||
		       oops_pattern_match("X#: ~ ", p, end, &m);
	}
	return oops_registers_line(s->b, p, end);
}

/* "--- <IRQ stack> ---" comes after the frames that were on it. */
bool debugger_take_stack_end(struct debugger_stack *s, const char *p, const char *end)
{
	enum oops_context c = OOPS_CTX_EXCEPTION;
	struct oops_frame *f;

	if (!debugger_starts(p, end, "--- <") || !oops_find(p, end, "stack> ---"))
		return false;
	if (debugger_starts(p + 5, end, "IRQ"))
		c = OOPS_CTX_IRQ;
	else if (debugger_starts(p + 5, end, "NMI"))
		c = OOPS_CTX_NMI;
	for (size_t i = s->context_from; (f = debugger_frame_at(s->b, i)); i++)
		f->context = c;
	s->context_from = s->b->trace ? s->b->trace->n_frames : 0;
	s->b->context = OOPS_CTX_TASK;
	return true;
}

/* "    /usr/src/linux/kernel/panic.c: 229": of bt -l */
bool debugger_take_source(struct debugger_stack *s, const char *p, const char *end)
{
	const char *colon = oops_find(p, end, ": ");
	struct oops_frame *f = s->b->trace && s->b->trace->n_frames
				       ? debugger_frame_at(s->b, s->b->trace->n_frames - 1)
				       : NULL;

	if (p == end || *p != '/' || !colon || !f)
		return false;
	if (!f->file) {
		f->file = oops_build_span(s->b, (struct oops_span){p, (size_t)(colon - p)});
		f->line = (uint32_t)oops_span_dec(
			(struct oops_span){colon + 2, (size_t)(end - colon - 2)})
				  .v;
	}
	return true;
}

/* "PID: 0        TASK: ff1f405f8125c180  CPU: 1    COMMAND: "swapper/1"" */
bool debugger_take_task(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end)
{
	struct oops_match m;
	struct debugger_stack *s;

	if (!debugger_starts(p, end, "PID: ") ||
		!oops_pattern_match(
			"PID: {pid} *TASK: ~ *CPU: {cpu} *COMMAND: \"{comm}\"", p, end, &m))
		return false;
	d->in_sys = false;
	s = debugger_begin_stack(d, rec, p, end);
	if (s) {
		s->b->ev->pid = oops_span_dec(m.f[OOPS_F_PID]);
		s->b->ev->cpu = oops_span_dec(m.f[OOPS_F_CPU]);
		oops_build_set(s->b, &s->b->ev->comm, m.f[OOPS_F_COMM]);
	}
	return true;
}

/* ---- sys ---------------------------------------------------------------------------------- */

static const char *keep(struct oops_debugger *d, const char *p, const char *end)
{
	while (end > p && (end[-1] == ' ' || end[-1] == '\r'))
		end--;
	return end > p ? talloc_strndup(d, p, (size_t)(end - p)) : NULL;
}

/* The line in quotes. crash's own remarks may follow it. */
void debugger_take_panic(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end)
{
	const char *close = p < end ? memrchr(p, '"', (size_t)(end - p)) : NULL;

	d->in_panic = !close || close == p || *p != '"';
	if (!d->in_panic && !d->panic) {
		d->panic = keep(d, p + 1, close);
		d->panic_seq = rec->seq;
	}
}

/* "39 days, 02:03:01" */
static struct vmt_u64 uptime_of(const char *p, const char *end)
{
	struct vmt_u64 v = {true, 0};
	uint64_t part = 0;

	for (; p < end; p++) {
		if (debugger_is_dec(*p))
			part = part * 10 + (uint64_t)(*p - '0');
		if (part > 100000)
			return (struct vmt_u64){0};
		if (*p == 'd') {
			v.v = part * 24;
			part = 0;
		} else if (*p == ':') {
			v.v = (v.v + part) * 60;
			part = 0;
		}
	}
	v.v += part;
	return v;
}

/* "Sun Nov 29 06:09:18 UTC 2026"; up to crash 7 the zone is missing: it is the reader's. */
static void take_date(struct oops_debugger *d, const char *p, const char *end)
{
	struct log_eat s = {p + 4, end};
	struct tm tm = {0};
	uint64_t day, year;
	int64_t clock;

	if (end - p < 24 || !(tm.tm_mon = log_eat_month(s.p)))
		return;
	s.p += 3;
	log_eat_blanks(&s);
	if (!log_eat_number(&s, &day) || !log_eat_char(&s, ' ') || !log_eat_clock(&s, &clock) ||
		!log_eat_text(&s, " UTC ") || !log_eat_digits(&s, 4, &year) || day > 31)
		return;
	tm.tm_mon--;
	tm.tm_mday = (int)day;
	tm.tm_year = (int)year - 1900;
	d->has_unix = seconds_to_ns((int64_t)timegm(&tm) + clock, &d->unix_ns);
}

static struct vmt_u64 number_of(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && debugger_is_dec(*q))
		q++;
	return oops_span_dec((struct oops_span){p, (size_t)(q - p)});
}

static void take_value(struct oops_debugger *d, const struct log_record *rec, struct oops_span key,
	const char *p, const char *end)
{
	const char *word = memchr(p, ' ', (size_t)(end - p));

	if (debugger_is_text(key, "PANIC")) {
		debugger_take_panic(d, rec, p, end);
	} else if (debugger_is_text(key, "RELEASE")) {
		d->release = keep(d, p, end);
	} else if (debugger_is_text(key, "VERSION")) {
		d->version = keep(d, p, end);
	} else if (debugger_is_text(key, "NODENAME")) {
		d->nodename = *p == '(' ? NULL : keep(d, p, end);
	} else if (debugger_is_text(key, "MACHINE")) {
		d->arch = keep(d, p, word ? word : end);
	} else if (debugger_is_text(key, "CPUS")) {
		d->cpus = number_of(p, end);
	} else if (debugger_is_text(key, "UPTIME")) {
		d->uptime_s = uptime_of(p, end);
	} else if (debugger_is_text(key, "DATE")) {
		take_date(d, p, end);
	} else if (debugger_is_text(key, "CPU")) {
		d->cpu = number_of(p, end);
	} else if (debugger_is_text(key, "PID")) {
		d->pid = number_of(p, end);
	} else if (debugger_is_text(key, "COMMAND") && end - p > 2 && *p == '"') {
		const char *close = memrchr(p + 1, '"', (size_t)(end - p - 1));

		d->comm = keep(d, p + 1, close ? close : end);
	}
}

bool debugger_take_sys(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end)
{
	static const char *const keys[] = {"KERNEL", "DEBUG KERNEL", "SYSTEM MAP", "DUMPFILE",
		"DUMPFILES", "CPUS", "DATE", "UPTIME", "LOAD AVERAGE", "TASKS", "NODENAME",
		"RELEASE", "VERSION", "MACHINE", "MEMORY", "PANIC", "PID", "COMMAND", "TASK", "CPU",
		"STATE"};
	const size_t longest = strlen("LOAD AVERAGE");
	size_t most = (size_t)(end - p) > longest ? longest + 1 : (size_t)(end - p);
	const char *colon = most && *p >= 'A' && *p <= 'Z' ? memchr(p, ':', most) : NULL;
	struct oops_span key = {p, colon ? (size_t)(colon - p) : 0};

	if (!key.len || !IS_ONE_OF(key, keys))
		return false;
	p = debugger_skip_blanks(colon + 1, end);
	if (debugger_is_text(key, "DUMPFILE") || debugger_is_text(key, "DUMPFILES"))
		d->in_sys = true;
	if (!d->in_sys)
		return false;
	/* If crash did not find the panic at once, log lines follow. */
	d->in_panic = p == end && debugger_is_text(key, "PANIC");
	if (p < end)
		take_value(d, rec, key, p, end);
	return true;
}
