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
#include "oops/debugger.h"

#include <string.h>
#include <time.h>

#include "base/array.h"
#include "log/log_eat.h"

/* Lines of other things that may stand between those of one output. */
#define MAX_BETWEEN 12

/* Lines of the log that crash prints before the panic's, where it does not find that at once. */
#define MAX_PANIC_LINES 64

/* The functions of one module are near each other; but so are those of the next one. */
#define NEAR (64u << 10)

struct stack {
	struct oops_build *b;
	uint64_t rip;	     /* of the exception; 0: none */
	size_t context_from; /* frames from here on are of the stack that is being printed */
	bool stopped;	     /* the kernel was stopped through it */
	bool bystander;	     /* of a CPU that was told to stop */
	bool entered;	     /* drgn: the next frame is where the exception happened */
	bool done;	     /* user mode's registers were seen */
};

struct oops_debugger {
	bool in_sys, in_panic;
	bool crashed_thread; /* the next stack was asked for as that of the crash */
	unsigned between;    /* lines since the last one of its own */
	struct stack s;	     /* being read; b NULL: none */
	struct oops_build *crash;
	const char *panic;
	uint64_t panic_seq;
	/* of "sys" */
	const char *release, *version, *nodename, *arch, *comm;
	struct vmt_u64 cpus, cpu, pid, uptime_s;
	bool has_unix;
	int64_t unix_ns;
};

/* ---- small parts ------------------------------------------------------------------------- */

static bool is_dec(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* Quoted and indented: mail, Markdown. */
static const char *skip_quotes(const char *p, const char *end)
{
	while (p < end && *p && strchr(" \t>|*`", *p))
		p++;
	return p;
}

static bool starts(const char *p, const char *end, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(end - p) >= n && memcmp(p, text, n) == 0;
}

static bool is_text(struct oops_span s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.p, text, s.len) == 0;
}

static struct oops_span hex_at(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && (is_dec(*q) || (*q >= 'a' && *q <= 'f')))
		q++;
	return (struct oops_span){p, (size_t)(q - p)};
}

/* Both "+31" (its default) and "+0x1f". */
static const char *take_offset(const char *p, const char *end, struct oops_frame_text *f)
{
	struct oops_span s = {p + 1, 0};

	if (p == end || *p != '+')
		return p;
	if (starts(s.p, end, "0x")) {
		s = hex_at(s.p + 2, end);
		f->offset = oops_span_hex(s).v;
	} else {
		while (s.p + s.len < end && is_dec(s.p[s.len]))
			s.len++;
		f->offset = oops_span_dec(s).v;
	}
	f->has_offset = s.len > 0;
	return s.p + s.len;
}

static const char *take_symbol(const char *p, const char *end, struct oops_frame_text *f)
{
	const char *q = p;

	while (q < end && oops_is_symbol_char(*q))
		q++;
	if (q == p || is_dec(*p))
		return p;
	f->function = (struct oops_span){p, (size_t)(q - p)};
	return take_offset(q, end, f);
}

/* ---- one stack --------------------------------------------------------------------------- */

/* The kernel stops through these; names end in '*' where they have more parts. */
static const char *const stoppers[] = {"machine_kexec", "crash_kexec", "__crash_kexec",
	"crash_setup_regs", "panic", "vpanic", "nmi_panic", "oops_end", "die", "__die", "die_nmi",
	"page_fault_oops", "no_context", "die_kernel_fault", "__do_kernel_fault"};

/* And through these those CPUs that did not crash. */
static const char *const bystanders[] = {"crash_nmi_callback", "ipi_cpu_crash_stop",
	"crash_ipi_callback", "machine_crash_nonpanic_core", "stop_this_cpu", "cpu_park_loop"};

/* How the dump was made is no part of the crash. */
static const char *const kexec[] = {"machine_kexec", "crash_setup_regs", "relocate_kernel"};

/* Entries from an exception: their caller is where it happened. */
static const char *const entries[] = {"asm_exc_*", "page_fault", "async_page_fault",
	"general_protection", "divide_error", "invalid_op", "double_fault", "int3", "asm_sysvec_*",
	"end_repeat_nmi", "nmi", "error_entry", "el1_sync", "el1h_64_sync", "el1_irq",
	"el1h_64_irq", "el1_error"};

static bool is_one_of(struct oops_span name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(names[i]);

		if (names[i][len - 1] == '*'
				? name.len >= len - 1 && !memcmp(name.p, names[i], len - 1)
				: is_text(name, names[i]))
			return true;
	}
	return false;
}

#define IS_ONE_OF(name, list) is_one_of(name, list, sizeof(list) / sizeof(*(list)))

static void end_stack(struct oops_debugger *d);

static struct stack *begin_stack(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end)
{
	struct stack *s = &d->s;
	struct oops_build *b;

	end_stack(d);
	b = talloc_zero(d, struct oops_build);
	if (!b || !(b->ev = talloc_zero(b, struct oops_event))) {
		talloc_free(b);
		return NULL;
	}
	b->ev->headline = oops_build_text(b, p, (size_t)(end - p));
	b->ev->first_line = rec->seq;
	b->ev->text_line = rec->line;
	b->ev->kind = oops_kind_row(KIND_OOPS);
	b->ev->stack_only = b->ev->fatal = true;
	/* Registers of the dump are those of the fault, and drgn begins there. */
	*s = (struct stack){.b = b, .stopped = d->crashed_thread, .entered = d->crashed_thread};
	d->crashed_thread = false;
	return s;
}

/* Decides whether it is the stack of the crash. */
static void end_stack(struct oops_debugger *d)
{
	struct stack *s = &d->s;

	if (s->b && !d->crash && s->stopped && !s->bystander)
		d->crash = s->b;
	else
		talloc_free(s->b);
	*s = (struct stack){0};
}

static struct oops_frame *frame_at(struct oops_build *b, size_t i)
{
	return b->trace && i < b->trace->n_frames ? &b->trace->frames[i] : NULL;
}

/* What the frames before it show of how the exception was taken. */
static void note_handler(struct stack *s, struct oops_span name)
{
	s->stopped |= IS_ONE_OF(name, stoppers);
	s->bystander |= IS_ONE_OF(name, bystanders);
}

/* Where the exception happened: what was printed before are its handlers. */
static void take_exception(struct stack *s, const struct oops_frame_text *f)
{
	struct oops_event *ev = s->b->ev;

	if (s->b->trace && s->b->trace->n_frames) {
		s->b->trace->role = OOPS_TRACE_OTHER;
		s->b->trace->title = "handlers";
	}
	s->b->trace = NULL;
	s->context_from = 0;
	oops_build_place(s->b, f, &ev->ip);
	oops_build_trace(s->b, OOPS_TRACE_MAIN, (struct oops_span){0});
}

static bool has_ip(const struct oops_event *ev)
{
	return ev->ip.function || ev->ip.has_address;
}

/* crash prints the place of the exception again, now with its module. */
static bool is_place_again(struct stack *s, const struct oops_frame_text *f)
{
	struct oops_event *ev = s->b->ev;

	if (!s->rip || !f->has_address || f->address != s->rip || !s->b->trace ||
		s->b->trace->n_frames)
		return false;
	oops_build_set(s->b, &ev->ip.module, f->module);
	ev->ip.module_unknown = false;
	return true;
}

static void take_frame(struct stack *s, const struct oops_frame_text *f)
{
	note_handler(s, f->function);
	if (is_place_again(s, f) || (!s->b->n_frames && IS_ONE_OF(f->function, kexec)))
		return;
	if (s->entered && s->stopped && !has_ip(s->b->ev) && !IS_ONE_OF(f->function, stoppers))
		take_exception(s, f);
	else
		oops_build_frame(s->b, f, false);
	s->entered = f->function.p && IS_ONE_OF(f->function, entries);
}

/* ---- crash: bt --------------------------------------------------------------------------- */

/* "#7 [ff39582d400d0e70] vhba_timer_fn at ffffffffc02d267e [vhba]" */
static bool parse_crash_frame(const char *p, const char *end, struct oops_frame_text *f)
{
	struct oops_span s;

	memset(f, 0, sizeof(*f));
	for (p++; p < end && is_dec(*p);)
		p++;
	p = skip_blanks(p, end);
	if (p == end || *p++ != '[')
		return false;
	s = hex_at(p, end);
	p = s.p + s.len;
	if (s.len < 6 || !starts(p, end, "] "))
		return false;
	p = take_symbol(p + 2, end, f);
	if (!f->function.p || !starts(p, end, " at "))
		return false;
	s = hex_at(p + 4, end);
	f->address = oops_span_hex(s).v;
	f->has_address = s.len >= 6;
	p = s.p + s.len;
	if (starts(p, end, " [")) {
		const char *close = memchr(p, ']', (size_t)(end - p));

		f->module = (struct oops_span){p + 2, close ? (size_t)(close - p - 2) : 0};
		if (!f->module.len)
			f->module.p = NULL;
	}
	return f->has_address;
}

/* "[exception RIP: vhba_complete+31]", "PC: ffff8000085aee40  [sysrq_handle_crash+32]" */
static bool parse_exception(const char *p, const char *end, struct oops_frame_text *f)
{
	static const char head[] = "[exception RIP: ";

	memset(f, 0, sizeof(*f));
	if (starts(p, end, head)) {
		take_symbol(p + strlen(head), end, f);
		if (starts(p + strlen(head), end, "unknown or invalid"))
			f->function.p = NULL;
		return true;
	}
	if (!starts(p, end, "PC: "))
		return false;
	struct oops_span pc = hex_at(skip_blanks(p + 4, end), end);
	const char *open = skip_blanks(pc.p + pc.len, end);

	if (pc.len < 8 || open == end || *open != '[')
		return false;
	f->address = oops_span_hex(pc).v;
	f->has_address = true;
	take_symbol(open + 1, end, f);
	return true;
}

static void take_exception_line(struct stack *s, const struct oops_frame_text *f)
{
	if (!has_ip(s->b->ev)) {
		take_exception(s, f);
		s->b->ev->ip.module_unknown = true;
		s->rip = f->address;
	} else if (f->function.p) {
		oops_build_frame(s->b, f, true);
	}
}

/* Registers of the exception, and then of what was interrupted before that, or of user mode. */
static bool take_registers(struct stack *s, const char *p, const char *end)
{
	struct oops_match m;
	bool own = has_ip(s->b->ev) && s->b->trace && !s->b->trace->n_frames;

	if (oops_pattern_match("RIP: ~ ", p, end, &m)) {
		struct oops_span rip = hex_at(p + 5, end);

		s->done |= !has_ip(s->b->ev) && s->b->n_frames;
		if (own && !s->rip) {
			s->rip = s->b->ev->ip.address = oops_span_hex(rip).v;
			s->b->ev->ip.has_address = true;
		}
		p = skip_blanks(rip.p + rip.len, end);
		if (own)
			oops_registers_line(s->b, p, end);
		return true;
	}
	if (!own) {
		/* Only to know what they are. */
		return oops_pattern_match("R{word} ~  ", p, end, &m) ||
		       oops_pattern_match("ORIG_RAX: ~", p, end, &m) ||
		       oops_pattern_match("X#: ~ ", p, end, &m);
	}
	return oops_registers_line(s->b, p, end);
}

/* "--- <IRQ stack> ---" stands after the frames that were on it. */
static bool take_stack_end(struct stack *s, const char *p, const char *end)
{
	enum oops_context c = OOPS_CTX_EXCEPTION;
	struct oops_frame *f;

	if (!starts(p, end, "--- <") || !oops_find(p, end, "stack> ---"))
		return false;
	if (starts(p + 5, end, "IRQ"))
		c = OOPS_CTX_IRQ;
	else if (starts(p + 5, end, "NMI"))
		c = OOPS_CTX_NMI;
	for (size_t i = s->context_from; (f = frame_at(s->b, i)); i++)
		f->context = c;
	s->context_from = s->b->trace ? s->b->trace->n_frames : 0;
	s->b->context = OOPS_CTX_TASK;
	return true;
}

/* "    /usr/src/linux/kernel/panic.c: 229": of bt -l */
static bool take_source(struct stack *s, const char *p, const char *end)
{
	const char *colon = oops_find(p, end, ": ");
	struct oops_frame *f = s->b->trace && s->b->trace->n_frames
				       ? frame_at(s->b, s->b->trace->n_frames - 1)
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
static bool take_task(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end)
{
	struct oops_match m;
	struct stack *s;

	if (!starts(p, end, "PID: ") ||
		!oops_pattern_match(
			"PID: {pid} *TASK: ~ *CPU: {cpu} *COMMAND: \"{comm}\"", p, end, &m))
		return false;
	d->in_sys = false;
	s = begin_stack(d, rec, p, end);
	if (s) {
		s->b->ev->pid = oops_span_dec(m.f[OOPS_F_PID]);
		s->b->ev->cpu = oops_span_dec(m.f[OOPS_F_CPU]);
		oops_build_set(s->b, &s->b->ev->comm, m.f[OOPS_F_COMM]);
	}
	return true;
}

/* ---- drgn -------------------------------------------------------------------------------- */

/* Parts of the tree that may be a module; drgn does not say. */
static bool may_be_module(struct oops_span file)
{
	static const char *const parts[] = {"drivers/", "fs/", "net/", "sound/", "crypto/", "kvm/"};
	const char *end = file.p + file.len;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (oops_find(file.p, end, parts[i]))
			return true;
	return !oops_find(file.p, end, "kernel/") && !oops_find(file.p, end, "arch/") &&
	       !oops_find(file.p, end, "mm/");
}

/* "(kernel/panic.c:358:3)" to the line's end */
static bool parse_source(const char *p, const char *end, struct oops_frame_text *f)
{
	const char *colon = p < end ? memchr(p, ':', (size_t)(end - p)) : NULL, *q;

	while (end > p && (end[-1] == ' ' || end[-1] == '\r'))
		end--;
	if (!starts(p, end, "(") || end[-1] != ')' || !colon || colon - p < 4)
		return false;
	for (q = colon + 1; q < end - 1; q++)
		if (!is_dec(*q) && *q != ':')
			return false;
	for (q = colon + 1; is_dec(*q); q++)
		f->line = f->line * 10 + (uint32_t)(*q - '0');
	f->file = (struct oops_span){p + 1, (size_t)(colon - p - 1)};
	return q > colon + 1;
}

/* "#3  f (file.c:155:2)", "#4  g+0x1/0x2 (file.S:7)", "#5  g+0x1/0x2", "#6  0x47b7a0" */
static bool parse_drgn_frame(const char *p, const char *end, struct oops_frame_text *f)
{
	memset(f, 0, sizeof(*f));
	for (p++; p < end && is_dec(*p);)
		p++;
	p = skip_blanks(p, end);
	if (starts(p, end, "0x")) {
		struct oops_span s = hex_at(p + 2, end);

		f->address = oops_span_hex(s).v;
		f->has_address = true;
		return s.len && skip_blanks(s.p + s.len, end) == end;
	}
	p = take_symbol(p, end, f);
	if (!f->function.p)
		return false;
	if (starts(p, end, "/0x")) {
		struct oops_span s = hex_at(p + 3, end);

		f->size = oops_span_hex(s).v;
		p = s.p + s.len;
	}
	p = skip_blanks(p, end);
	return p == end ? f->size != 0 : parse_source(p, end, f);
}

static void take_drgn_frame(struct stack *s, const struct oops_frame_text *f)
{
	struct oops_frame *last;

	take_frame(s, f);
	last = s->b->trace && s->b->trace->n_frames ? frame_at(s->b, s->b->trace->n_frames - 1)
						    : &s->b->ev->ip;
	if (last->function && (!last->file || may_be_module(f->file)))
		last->module_unknown = true;
}

/* ---- crash: sys -------------------------------------------------------------------------- */

static const char *keep(struct oops_debugger *d, const char *p, const char *end)
{
	while (end > p && (end[-1] == ' ' || end[-1] == '\r'))
		end--;
	return end > p ? talloc_strndup(d, p, (size_t)(end - p)) : NULL;
}

/* The line in quotes; remarks of crash follow them. */
static void take_panic(
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
		if (is_dec(*p))
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

/* "Sun Nov 29 06:09:18 UTC 2026"; to crash 7 the zone is missing, and is the reader's. */
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
	d->has_unix = true;
	d->unix_ns = ((int64_t)timegm(&tm) + clock) * 1000000000;
}

static struct vmt_u64 number_of(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && is_dec(*q))
		q++;
	return oops_span_dec((struct oops_span){p, (size_t)(q - p)});
}

static void take_value(struct oops_debugger *d, const struct log_record *rec, struct oops_span key,
	const char *p, const char *end)
{
	const char *word = memchr(p, ' ', (size_t)(end - p));

	if (is_text(key, "PANIC")) {
		take_panic(d, rec, p, end);
	} else if (is_text(key, "RELEASE")) {
		d->release = keep(d, p, end);
	} else if (is_text(key, "VERSION")) {
		d->version = keep(d, p, end);
	} else if (is_text(key, "NODENAME")) {
		d->nodename = *p == '(' ? NULL : keep(d, p, end);
	} else if (is_text(key, "MACHINE")) {
		d->arch = keep(d, p, word ? word : end);
	} else if (is_text(key, "CPUS")) {
		d->cpus = number_of(p, end);
	} else if (is_text(key, "UPTIME")) {
		d->uptime_s = uptime_of(p, end);
	} else if (is_text(key, "DATE")) {
		take_date(d, p, end);
	} else if (is_text(key, "CPU")) {
		d->cpu = number_of(p, end);
	} else if (is_text(key, "PID")) {
		d->pid = number_of(p, end);
	} else if (is_text(key, "COMMAND") && end - p > 2 && *p == '"') {
		const char *close = memrchr(p + 1, '"', (size_t)(end - p - 1));

		d->comm = keep(d, p + 1, close ? close : end);
	}
}

static bool take_sys(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end)
{
	static const char *const keys[] = {"KERNEL", "DEBUG KERNEL", "SYSTEM MAP", "DUMPFILE",
		"DUMPFILES", "CPUS", "DATE", "UPTIME", "LOAD AVERAGE", "TASKS", "NODENAME",
		"RELEASE", "VERSION", "MACHINE", "MEMORY", "PANIC", "PID", "COMMAND", "TASK", "CPU",
		"STATE"};
	const char *colon = p < end ? memchr(p, ':', (size_t)(end - p)) : NULL;
	struct oops_span key = {p, colon ? (size_t)(colon - p) : 0};

	if (!key.len || !IS_ONE_OF(key, keys))
		return false;
	p = skip_blanks(colon + 1, end);
	if (is_text(key, "DUMPFILE") || is_text(key, "DUMPFILES"))
		d->in_sys = true;
	if (!d->in_sys)
		return false;
	/* Where it did not find the panic at once, lines of the log follow. */
	d->in_panic = p == end && is_text(key, "PANIC");
	if (p < end)
		take_value(d, rec, key, p, end);
	return true;
}

/* ---- lines ------------------------------------------------------------------------------- */

struct oops_debugger *oops_debugger_new(TALLOC_CTX *ctx)
{
	return talloc_zero(ctx, struct oops_debugger);
}

static bool take_numbered(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end)
{
	struct oops_frame_text f;
	bool crash = parse_crash_frame(p, end, &f);

	if (!crash && !parse_drgn_frame(p, end, &f))
		return false;
	if (!d->s.b || starts(p, end, "#0 "))
		if (!(d->s.b && !d->s.b->n_frames && !d->s.stopped) && !begin_stack(d, rec, p, end))
			return true;
	if (crash)
		take_frame(&d->s, &f);
	else
		take_drgn_frame(&d->s, &f);
	return true;
}

static bool take_stack_line(struct oops_debugger *d, const char *p, const char *end)
{
	struct oops_frame_text f;

	if (take_stack_end(&d->s, p, end) || take_source(&d->s, p, end))
		return true;
	if (parse_exception(p, end, &f)) {
		take_exception_line(&d->s, &f);
		return true;
	}
	return take_registers(&d->s, p, end);
}

static bool take(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end)
{
	if (d->in_panic) {
		if (p < end && *p == '"')
			take_panic(d, rec, p, end);
		return true;
	}
	if (p == end)
		return false;
	d->crashed_thread |= oops_find(p, end, "crashed_thread()") != NULL;
	if (*p == '#' && end - p > 4 && is_dec(p[1]) && take_numbered(d, rec, p, end))
		return true;
	if (take_task(d, rec, p, end) || take_sys(d, rec, p, end))
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
	bool own = take(d, rec, skip_quotes(line, end), end);

	if (own && !d->in_panic) {
		d->between = 0;
		if (d->s.b)
			d->s.b->ev->last_line = rec->seq;
	} else if (oops_debugger_busy(d) && ++d->between > most) {
		end_stack(d);
		d->in_sys = d->in_panic = false;
	}
	return own;
}

/* ---- the end ----------------------------------------------------------------------------- */

const char *oops_debugger_panic(struct oops_debugger *d, uint64_t *seq)
{
	end_stack(d);
	*seq = d->panic_seq;
	return d->panic;
}

/* What is not told of a place in a module is of the one that its caller is in, if that is near. */
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
	/* The kernel's own text is far below where x86_64 puts modules, and one function's size. */
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

/* The stack is the report's, where that shows none. */
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
	if (!ev->has_ts && d->uptime_s.known) {
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
