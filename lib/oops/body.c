// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The lines of a report below its header, as rows: what a line looks like and what it means for the
 * report. Sources: arch/.../kernel/{dumpstack,traps,process}.c, lib/dump_stack.c,
 * kernel/module/main.c (print_modules), mm/kasan/report.c, mm/kfence/report.c, mm/kmsan/report.c,
 * kernel/kcsan/report.c, mm/slub.c, kernel/locking/lockdep.c, kernel/rcu/tree_stall.h,
 * kernel/sched/core.c (sched_show_task).
 */
#include <string.h>

#include "base/array.h"
#include "base/machine.h"
#include "oops/arch_hint.h"
#include "oops/build.h"
#include "oops/place.h"

struct body_row {
	const char *pattern;
	void (*take)(
		struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
};

static void start_trace(
	struct oops_build *b, enum oops_trace_role role, const char *p, const char *end)
{
	struct oops_span title = {p, (size_t)(end - p)};

	oops_build_trace(b, role, title);
}

/* ---- traces ------------------------------------------------------------------------------ */

/* "Call Trace:" begins the trace that was announced, the report's own, or one more. */
static void take_call_trace(
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

static void take_main(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	start_trace(b, oops_build_has_main(b) ? OOPS_TRACE_OTHER : OOPS_TRACE_MAIN, p, end);
}

static void take_alloc(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	start_trace(b, OOPS_TRACE_ALLOC, p, end);
}

static void take_free(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	start_trace(b, OOPS_TRACE_FREE, p, end);
}

static void take_other(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	start_trace(b, OOPS_TRACE_OTHER, p, end);
}

/* Another CPU's or task's stack. Of a stall it may be the one that matters. */
static void take_peer(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	start_trace(b, OOPS_TRACE_PEER, p, end);
	if (!b->trace)
		return;
	b->trace->cpu = oops_span_dec(m->f[OOPS_F_CPU]);
	b->trace->pid = oops_span_dec(m->f[OOPS_F_PID]);
	b->trace->comm = oops_build_span(b, m->f[OOPS_F_COMM]);
}

/* "CPU3: stopping": what a panic stopped had nothing to do with it. */
static void take_stopped(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	take_peer(b, m, p, end);
	b->stopped = true;
}

/* A task's line: of a hung task, the report's own stack follows it; else a peer's. */
static void take_task(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	bool own = b->ev->subject_comm && !b->ev->n_traces;

	/* "Task dump for CPU 1:" stands before the line of that CPU's task. */
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
		take_peer(b, m, p, end);
}

/* Two accesses of a race: the first is the report's own. */
static void take_access_trace(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	if (!b->ev->access)
		oops_build_set(b, &b->ev->access, m->f[OOPS_F_ACCESS]);
	take_main(b, m, p, end);
}

/* ---- what it accessed -------------------------------------------------------------------- */

static void take_access(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	oops_build_set(b, &b->ev->access, m->f[OOPS_F_ACCESS]);
	oops_build_set(b, &b->ev->comm, m->f[OOPS_F_COMM]);
	oops_build_set_number(&b->ev->pid, oops_span_dec(m->f[OOPS_F_PID]));
	oops_build_set_number(&b->ev->address, oops_span_hex(m->f[OOPS_F_ADDR]));
}

static void take_fetch(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	if (!b->ev->access)
		b->ev->access = "exec";
}

static void take_error_code(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	oops_build_set_number(&b->ev->error_code, oops_span_hex(m->f[OOPS_F_ERR]));
}

static void take_address(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	oops_build_set_number(&b->ev->address, oops_span_hex(m->f[OOPS_F_ADDR]));
}

/*
 * s390's translation-exception identification: bits 52 and 53 tell a fetch from a store
 * (arch/s390/mm/fault.c).
 */
static void take_teid(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	uint64_t how = oops_span_hex(m->f[OOPS_F_ERR]).v & 0xc00;

	take_address(b, m, p, end);
	if (!b->ev->access && (how == 0x400 || how == 0x800))
		b->ev->access = how == 0x400 ? "write" : "read";
}

/* Alone on its line, after the trace, it is what a page fault of x86 ends with. */
static void take_cr2_alone(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	b->fault_line = true;
	take_address(b, m, p, end);
}

static void take_cr2(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	struct oops_span name = {"cr2", 3};
	struct vmt_u64 v = oops_span_hex(m->f[OOPS_F_ADDR]);

	if (v.known && !oops_build_has_main(b))
		oops_build_register(b, name, v.v);
	oops_registers_line(b, p, end);
}

/*
 * Adds the words of p..end. Bytes on x86; words of a fixed-width instruction set elsewhere, kept as
 * printed. Returns whether they are that, and nothing else.
 */
static bool add_code(struct oops_build *b, const char *p, const char *end)
{
	uint8_t code[128];
	size_t n = b->ev->n_code, at = b->ev->code_ip;
	bool marked = at < n;

	if (n)
		memcpy(code, b->ev->code, n);
	while (p < end && n < sizeof(code)) {
		struct oops_span s;

		if (*p == '<' || *p == '(') {
			at = n;
			marked = true;
		}
		if (*p == ' ' || *p == '<' || *p == '(' || *p == '>' || *p == ')') {
			p++;
			continue;
		}
		s = (struct oops_span){p, 0};
		while (p < end && *p != ' ' && *p != '>' && *p != ')')
			p++;
		s.len = (size_t)(p - s.p);
		struct vmt_u64 v = oops_span_hex(s);
		if (!v.known || (s.len & 1) || s.len > 8)
			return false;
		for (size_t k = s.len / 2; k-- && n < sizeof(code);)
			code[n++] = (uint8_t)(v.v >> 8 * k);
	}
	if (n > b->ev->n_code) {
		b->ev->code = talloc_memdup(b->ev, code, n);
		b->ev->n_code = b->ev->code ? n : 0;
		b->ev->code_ip = b->ev->code && marked ? at : b->ev->n_code;
	}
	return true;
}

static void take_code(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p;
	/* Before the trace or behind it, by architecture and age; in it, it is of something else.
	 */
	bool ppc = machine_find(b->ev->arch)->family == MACHINE_POWER;

	if (b->ev->code || (b->other_regs && !ppc))
		return;
	add_code(b, m->f[OOPS_F_REST].p, end);
	b->in_code = ppc;
}

/* powerpc: lines of words follow. */
static void take_instruction_dump(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	b->in_code = !b->ev->code;
}

/* Whether nothing but words of instructions, or blank. */
static bool is_code(const char *p, const char *end)
{
	while (p < end && strchr("0123456789abcdef <>", *p))
		p++;
	return p == end;
}

/* ---- who --------------------------------------------------------------------------------- */

static void take_hardware(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	oops_build_set(b, &b->ev->hardware, m->f[OOPS_F_REST]);
}

static void take_workqueue(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	struct oops_span rest = m->f[OOPS_F_REST];
	const char *sp = memchr(rest.p, ' ', rest.len);
	struct oops_frame_text f;

	if (oops_build_has_main(b))
		return;
	oops_build_set(b, &b->ev->workqueue, rest);
	if (!sp || !oops_frame_parse_place(sp + 1, rest.p + rest.len, true, &f))
		return;
	oops_build_set(b, &b->ev->work_function, f.function);
	oops_build_set(b, &b->ev->work_module, f.module);
}

static void take_task_of(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	oops_build_set(b, &b->ev->comm, m->f[OOPS_F_COMM]);
	oops_build_set_number(&b->ev->pid, oops_span_dec(m->f[OOPS_F_PID]));
	oops_build_set_number(&b->ev->cpu, oops_span_dec(m->f[OOPS_F_CPU]));
}

static void take_subject_cpu(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	oops_build_set_number(&b->ev->subject_cpu, oops_span_dec(m->f[OOPS_F_CPU]));
}

/* ---- modules ----------------------------------------------------------------------------- */

static bool is_module_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

/* Whether the rest of a wrapped list: names with letters in parentheses, and nothing else. */
static bool is_module_list(const char *p, const char *end)
{
	for (; p < end; p++)
		if (!is_module_char(*p) && !strchr(" ()+", *p))
			return *p == '[' && end - p > 6 && memcmp(p, "[last ", 6) == 0;
	return true;
}

static const char *take_one_module(struct oops_build *b, const char *p, const char *end)
{
	struct oops_span name = {p, 0}, taints = {0};
	char state = 0;

	while (p < end && is_module_char(*p))
		p++;
	name.len = (size_t)(p - name.p);
	if (p < end && *p == '(') {
		taints.p = ++p;
		while (p < end && *p != ')')
			p++;
		taints.len = (size_t)(p - taints.p);
		if (p < end)
			p++;
		/* '+' coming, '-' going: behind the letters */
		if (taints.len && strchr("+-", taints.p[taints.len - 1]))
			state = taints.p[--taints.len];
	}
	if (name.len)
		oops_build_module(b, name, taints, state);
	return p;
}

static void take_module_list(struct oops_build *b, const char *p, const char *end)
{
	while (p < end) {
		static const char last[] = "[last unloaded: ";

		if (*p == ' ') {
			p++;
			continue;
		}
		if (*p == '[') {
			if ((size_t)(end - p) > sizeof(last) &&
				memcmp(p, last, sizeof(last) - 1) == 0) {
				const char *name = p + sizeof(last) - 1, *q = name;

				while (q < end && is_module_char(*q))
					q++;
				struct oops_span s = {name, (size_t)(q - name)};
				oops_build_set(b, &b->ev->last_unloaded, s);
			}
			b->in_modules = false;
			return;
		}
		const char *q = take_one_module(b, p, end);
		if (q == p)
			return;
		p = q;
	}
}

static void take_modules(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p;
	if (b->ev->n_modules)
		return;
	b->in_modules = true;
	b->modules_last = oops_build_has_main(b);
	take_module_list(b, m->f[OOPS_F_REST].p, end);
}

/* ---- locks ------------------------------------------------------------------------------- */

static void want(struct oops_build *b, enum oops_want w)
{
	b->want = w;
}

/* x86 to 4.8: the words of the stack, from its top on. */
static void take_stack(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	if (!b->ev->stack_top.known)
		want(b, OOPS_WANT_STACK_TOP);
}

static bool take_stack_top(struct oops_build *b, const char *p, const char *end)
{
	struct oops_match m;

	b->want = OOPS_WANT_NOTHING;
	if (!oops_pattern_match("{addr} ", p, end, &m))
		return false;
	oops_build_set_number(&b->ev->stack_top, oops_span_hex(m.f[OOPS_F_ADDR]));
	return true;
}

static void take_acquire(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	take_task_of(b, m, p, end);
	want(b, OOPS_WANT_LOCK_SITE);
}

static void take_release_of(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	take_task_of(b, m, p, end);
	oops_build_set(b, &b->ev->object, m->f[OOPS_F_OBJ]);
	want(b, OOPS_WANT_PLACE);
}

static void take_held(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	if (b->ev->kind && b->ev->kind->id == KIND_LOCK_IMBALANCE && b->want == OOPS_WANT_NOTHING &&
		!b->ev->named_function)
		want(b, OOPS_WANT_LOCK_SITE);
}

static void take_ignored(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	want(b, OOPS_WANT_IGNORED);
}

static void take_last_function(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	struct oops_span s = m->f[OOPS_F_FUNC];
	struct oops_frame_text f;

	(void)p, (void)end;
	if (oops_frame_parse_place(s.p, s.p + s.len, true, &f))
		oops_build_set(b, &b->ev->named_function, f.function);
}

static void name_function(struct oops_build *b, const struct oops_frame_text *f)
{
	oops_build_set(b, &b->ev->named_function, f->function);
	oops_build_set(b, &b->ev->named_module, f->module);
	b->want = OOPS_WANT_NOTHING;
}

/* "(&x->lock){+.+.}, at: [<addr>] f+0x1/0x2" */
static bool take_lock_site(struct oops_build *b, const char *p, const char *end)
{
	const char *at = oops_find(p, end, "at: ");
	const char *open = memchr(p, '(', (size_t)(end - p)), *close;
	struct oops_frame_text f;

	if (!at || !oops_frame_parse_place(at + 4, end, true, &f) || !f.function.p)
		return false;
	if (open && (close = memchr(open, '{', (size_t)(end - open))) && close - open > 2) {
		struct oops_span s = {open + 1, (size_t)(close - open - 2)};

		oops_build_set(b, &b->ev->object, s);
	}
	name_function(b, &f);
	return true;
}

/* ---- the end ----------------------------------------------------------------------------- */

static void take_end(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	b->ending = true;
}

/* After this mark an oops of x86 says once more where it was: all that may be left of it. */
static void take_end_trace(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	if (!(b->flags & OOPS_H_LOST) || b->ev->ip.function || b->n_frames)
		b->ending = true;
}

static void take_cache(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	oops_build_set(b, &b->ev->cache, m->f[OOPS_F_OBJ]);
}

static void take_bad_ram(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	b->ev->bad_ram = true;
}

/* mcelog's form of a record */
static void take_bank(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	take_task_of(b, m, p, end);
	oops_build_set_number(&b->ev->bank, oops_span_dec(m->f[OOPS_F_BANK]));
}

/* "... is blocked on a mutex likely owned by task x:12.", from 6.14. */
static void take_holder(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	oops_build_set(b, &b->ev->holder, m->f[OOPS_F_OBJ]);
}

static void take_object(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p, (void)end;
	oops_build_set(b, &b->ev->object, m->f[OOPS_F_OBJ]);
}

/* A hung task's report says in this line alone which kernel it is. */
static void take_kernel(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	oops_kernel_line(b, p, end);
}

static void take_kasan_map(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	b->kasan_map = true;
}

static void take_rule(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	if (oops_build_has_main(b))
		b->ending = true;
}

static void take_nothing(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)b, (void)m, (void)p, (void)end;
}

static const struct body_row rows[] = {
	{"Call Trace:", take_call_trace},
	{"Call trace:", take_call_trace},
	{"Backtrace:", take_call_trace},
	{"backtrace", take_call_trace},
	{"stack backtrace:", take_main},
	{"RIP: (0033|002b|0023):", oops_place_user_ip},
	{"RIP: ~:{rest}", oops_place_ip},
	{"RIP  {rest}", oops_place_footer},
	{"IP: {rest}", oops_place_ip},
	{"EIP: * SS:ESP", oops_place_summary},
	{"EIP: ~:[<~>] EFLAGS: ~ CPU: {cpu}", take_task_of},
	{"EIP: ~:[<{rest}", take_nothing},
	{"Cpu {cpu}$", take_task_of},
	{"EIP: ~:{rest}", oops_place_ip},
	{"EIP is at {rest}", oops_place_ip},
	{"EIP: {rest}", oops_place_ip},
	{"PC is at {rest}", oops_place_ip},
	{"LR is at {rest}", oops_place_caller},
	{"pc : {rest}", oops_place_ip_registers},
	{"lr : {rest}", oops_place_caller},
	{"epc : {rest}", oops_place_ip_and_caller},
	{"sepc: {addr} ", oops_place_bare_ip},
	{"era   : ~ {rest}", oops_place_loongarch},
	{"ERA: ~ {rest}", oops_place_loongarch},
	{"ra: ~ {rest}", oops_place_caller},
	{"epc   : ~ {rest}", oops_place_mips},
	{"ra    : ~ {rest}", oops_place_caller},
	{"--- interrupt: ~ at {rest}", oops_place_exception},
	{"--- Exception: ~ at {rest}", oops_place_exception},
	{"--- interrupt: ", take_nothing},
	{"LR = {rest}", oops_place_exception_caller},
	{"LE PAGE_SIZE=", oops_place_little_endian},
	{"Instruction dump:", take_instruction_dump},
	{"NIP [~] {rest}", oops_place_ip},
	{"TPC: <{rest}", oops_place_ip},
	{"RPC: <{rest}", oops_place_caller},
	{"IAOQ[0]: {rest}", oops_place_ip},
	{"RP\\(r2): {rest}", oops_place_caller},
	{"pc: ~: {rest}", oops_place_ip},
	{"lr: ~: {rest}", oops_place_caller},
	{"dar: {addr}$", take_address},
	{"pid   = {pid}, comm = {comm}$", take_task_of},
	{"TASK = ~[{pid}] '{comm}' THREAD: ~ CPU: {cpu}", take_task_of},
	{"TASK = ~[{pid}] '{comm}' THREAD: ~", take_task_of},
	{"LR [~] {rest}", oops_place_caller},
	{"Krnl PSW : ", oops_place_psw},
	{"PC: [<~>] {rest}", oops_place_ip},
	{"CR2: {addr}$", take_cr2_alone},
	{"CR2: {addr}", take_cr2},
	{"Code: {rest}", take_code},
	{"Stack:$", take_stack},
	{"\\#PF: supervisor {access} access", take_access},
	{"\\#PF: supervisor instruction fetch", take_fetch},
	{"\\#PF: error_code\\({err}\\)", take_error_code},
	{"ESR = {err}", take_error_code},
	{"FAR: {addr}$", take_address},
	{"ESR: {err} -- ", take_error_code},
	{"Failing address: {addr} TEID: {err}", take_teid},
	{"Failing address: {addr}", take_address},
	{"Last Breaking-Event-Address:", take_ignored},
	{"Function entered at [<~>] from {rest}", oops_place_function_entered},
	{"{access} of size # at addr {addr} by task {comm}/{pid}$", take_access},
	{"{access} at addr {addr} by task {comm}/{pid}$", take_access},
	{"Invalid {access} at {addr}:", take_access},
	{"{access} of size # by task {comm}/{pid}$", take_access},
	{"Allocated by task {rest}", take_alloc},
	{"Freed by task {rest}", take_free},
	{"Freed by:", take_free},
	{"Allocated:", take_alloc},
	{"Freed:", take_free},
	{"allocated by task ", take_alloc},
	{"freed by task ", take_free},
	{"page last allocated via order ", take_alloc},
	{"page last free ", take_free},
	{"INFO: Allocated in ", take_alloc},
	{"INFO: Freed in ", take_free},
	{"Allocated in ", take_alloc},
	{"Freed in ", take_free},
	{"INFO: task * likely owned by task {obj}.", take_holder},
	{"INFO: task * likely owned by task {obj} <", take_holder},
	{"INFO: task * likely last held by task {obj}", take_holder},
	{"INFO: ", take_nothing},
	{"Last potentially related work creation:", take_other},
	{"Second to last potentially related work creation:", take_other},
	{"Last call_rcu\\():", take_other},
	{"Uninit was stored to memory at:", take_other},
	{"Uninit was created at:", take_alloc},
	{"Local variable ", take_alloc},
	{"origin:", take_alloc},
	{"chained origin:", take_other},
	{"{access} to ~ of # bytes by ", take_access_trace},
	{"{access} \\(marked) to ~ of # bytes by ", take_access_trace},
	{"race at unknown origin, with ", take_main},
	{"NMI backtrace for cpu {cpu}", take_peer},
	{"NMI backtrace for CPU {cpu}", take_peer},
	{"Sending NMI ", take_nothing},
	{"Task dump for CPU {cpu}:", take_peer},
	{"CPU {cpu} didn't respond to backtrace IPI", take_peer},
	{"CPU{cpu}: stopping", take_stopped},
	{"irq_soft_mask: ~ in_mce: # in_nmi: # current: {pid} \\({comm})$", take_task},
	{"task:{comm} state:*pid:{pid} ", take_task},
	{"task:{comm} state:*pid:* {pid} ", take_task},
	{"task:{comm} state:", take_task},
	{"rcu: RCU grace-period kthread stack dump:", take_other},
	{"RCU grace-period kthread stack dump:", take_other},
	{"rcu: RCU grace-period kthread ", take_nothing},
	{"rcu: \t{cpu}-", take_subject_cpu},
	{"{cpu}-(.|o|O|N|b|D|!|?)", take_subject_cpu},
	{"Hardware name: {rest}", take_hardware},
	{"Hardware: {rest}", take_hardware},
	{"Workqueue: {rest}", take_workqueue},
	{"Process {comm} \\(pid: {pid}", take_task_of},
	{"in_atomic\\(): #, irqs_disabled\\(): #, pid: {pid}, name: {comm}$", take_task_of},
	{"in_atomic\\(): #, irqs_disabled\\(): #, non_block: #, pid: {pid}, name: {comm}$",
		take_task_of},
	{"Modules linked in:{rest}", take_modules},
	{"(-> |)\\#0 \\(", take_other},
	{"-> \\## ", take_other},
	{"{comm}/{pid} is trying to acquire lock", take_acquire},
	{"{comm}/{pid} is trying to lock", take_acquire},
	{"{comm}/{pid} [*] takes:", take_acquire},
	{"{comm}/{pid} \\(*) takes:", take_acquire},
	{"{comm}/{pid} just changed the state of lock:", take_acquire},
	{"{comm}/{pid} [*] is trying to acquire:", take_acquire},
	{"{comm}/{pid} is trying to release lock \\({obj}) at:", take_release_of},
	{"{comm}/{pid} is leaving the kernel with locks still held!", take_task_of},
	{"{comm}/{pid} is freeing memory", take_acquire},
	{"# lock(s|) held by {comm}/{pid}", take_held},
	{"state was registered at:", take_other},
	{"\\{* state was registered at:", take_other},
	{"stack backtrace", take_main},
	{"the shortest dependencies between", take_other},
	{"the dependencies between", take_other},
	{"the existing dependency chain", take_other},
	{"... acquired at:", take_other},
	{"... key ", take_other},
	{"which became", take_other},
	{"to a ", take_other},
	{"but this new dependency connects", take_other},
	{"last function: {func}", take_last_function},
	{"Preemption disabled at:", take_ignored},
	{"preemption disabled at", take_ignored},
	{"caller is {func}", take_last_function},
	{"hardirqs last ", take_nothing},
	{"softirqs last ", take_nothing},
	{"irq event stamp", take_nothing},
	{"---[ end trace ", take_end_trace},
	{"which belongs to the cache {obj} of size #", take_cache},
	{"Single bit error detected. Probably bad RAM.", take_bad_ram},
	{"CPU {cpu} BANK {bank} ", take_bank},
	{"CPU {cpu} BANK {bank}$", take_bank},
	{"STATUS {err} MCGSTATUS ", take_error_code},
	{"[Hardware Error]: *device_id: {obj}$", take_object},
	{"[Hardware Error]: *DIMM location: {obj}$", take_object},
	{"[Hardware Error]: ", take_nothing},
	{"\\{#}[Hardware Error]: *device_id: {obj}$", take_object},
	{"\\{#}[Hardware Error]: *DIMM location: {obj}$", take_object},
	{"\\{#}[Hardware Error]: ", take_nothing},
	{"CPU {cpu}$", take_task_of},
	{"Not tainted {rest}", take_kernel},
	{"Tainted: {rest}", take_kernel},
	{"Memory state around the buggy address:", take_kasan_map},
	{"---[ end Kernel panic", take_end},
	{"==================", take_rule},
};

/* A line announced by the one before it. Returns whether it was that. */
static bool take_wanted(struct oops_build *b, const char *p, const char *end)
{
	struct oops_frame_text f;

	switch (b->want) {
	case OOPS_WANT_NOTHING:
		return false;
	case OOPS_WANT_LOCK_SITE:
		return take_lock_site(b, p, end);
	case OOPS_WANT_PLACE:
		if (!oops_frame_parse(p, end, &f) || !f.function.p)
			return false;
		name_function(b, &f);
		return true;
	case OOPS_WANT_STACK_TOP:
		return take_stack_top(b, p, end);
	case OOPS_WANT_IGNORED:
		b->want = OOPS_WANT_NOTHING;
		return oops_frame_parse(p, end, &f);
	}
	return false;
}

static bool take_row(struct oops_build *b, const char *p, const char *end)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *pat = rows[i].pattern;
		struct oops_match m;

		if (*pat != *p && !strchr("{(#\\", *pat))
			continue;
		if (!oops_pattern_match(pat, p, end, &m))
			continue;
		rows[i].take(b, &m, p, end);
		return true;
	}
	return false;
}

/* "kworker/u4:2    R  running task    25560    32      2 0x00000008": a task's line to 5.10. */
static bool take_old_task(struct oops_build *b, const char *p, const char *end)
{
	const char *q = p;
	struct oops_match m;

	const char *state;

	while (q < end && *q != ' ')
		q++;
	for (state = q; state < end && *state == ' ';)
		state++;
	if (q == p || q - p > 16 || !oops_pattern_match("(R|S|D|T|t|X|Z|I|P) ", state, end, &m))
		return false;
	if (!oops_find(p, end, " 0x") && !oops_find(p, end, "running task"))
		return false;
	memset(&m, 0, sizeof(m));
	m.f[OOPS_F_COMM] = (struct oops_span){p, (size_t)(q - p)};
	take_task(b, &m, p, end);
	return true;
}

/*
 * The CPU's line was seen: a trace that follows is the report's own, not one more of those before
 * it. Frames that nothing announced before the first such line are what another CPU prints.
 */
static void trace_was_before(struct oops_build *b, bool first)
{
	if (!b->trace || b->section)
		return;
	if (first && !b->trace->title && b->trace->role == OOPS_TRACE_MAIN)
		b->trace->role = OOPS_TRACE_OTHER;
	b->trace = NULL;
}

bool oops_body_line(struct oops_build *b, const char *line, size_t len)
{
	const char *p = line, *end = line + len;
	bool first = !b->has_cpu_line;
	struct oops_frame_text f;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (p == end)
		return true;
	if (b->in_modules) {
		if (is_module_list(p, end)) {
			take_module_list(b, p, end);
			return true;
		}
		b->in_modules = false;
	}
	if (b->in_code && is_code(p, end))
		return add_code(b, p, end);
	b->in_code = false;
	oops_arch_hint_line(b, p, end);
	if (take_wanted(b, p, end))
		return true;
	if (oops_cpu_line(b, p, end)) {
		trace_was_before(b, first);
		return true;
	}
	if (take_row(b, p, end))
		return true;
	if (oops_frame_parse(line, end, &f)) {
		if (f.has_marker)
			b->context = f.context;
		b->task_marker |= f.marker_only;
		if (f.from)
			oops_place_call(b, &f, end);
		else if (!f.marker_only)
			oops_build_frame(b, &f, false);
		return true;
	}
	return oops_registers_line(b, p, end) || take_old_task(b, p, end);
}
