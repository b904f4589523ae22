// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The lines of a report after its header, as rows: what a line looks like and what it means for the
 * report. Sources: arch/.../kernel/{dumpstack,traps,process}.c, lib/dump_stack.c,
 * kernel/module/main.c (print_modules), mm/kasan/report.c, mm/kfence/report.c, mm/kmsan/report.c,
 * kernel/kcsan/report.c, mm/slub.c, kernel/locking/lockdep.c, kernel/rcu/tree_stall.h,
 * kernel/sched/core.c (sched_show_task).
 */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "oops/arch_hint.h"
#include "oops/body_internal.h"
#include "oops/place.h"

struct body_row {
	const char *pattern;
	void (*take)(
		struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
};

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
	if (!sp || !oops_frame_parse_place(sp + 1, rest.p + rest.len, OOPS_NAME_ALONE, &f))
		return;
	oops_build_set(b, &b->ev->work_function, f.function);
	oops_build_set(b, &b->ev->work_module, f.module);
}

void oops_body_task_of(
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

/* ---- the end ----------------------------------------------------------------------------- */

static void take_end(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	b->ending = true;
}

/* After this mark an x86 oops repeats where it happened, which may be all that is left of it. */
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
	oops_body_task_of(b, m, p, end);
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

static void take_ia64_task(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	b->ev->arch = "ia64";
	oops_body_task_of(b, m, p, end);
}

/* In a hung task's report only this line names the kernel. */
static void take_kernel(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	oops_kernel_line(b, p, end);
}

/* i386 to 2.6.24: "EIP: 0060:[<c01>]    Not tainted VLI", "EFLAGS: 00010286   (2.6.18 #1)" */
static void take_old_kernel(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m;
	oops_kernel_old_line(b, p, end);
}

static void take_kasan_map(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)m, (void)p, (void)end;
	b->kasan_map = true;
}

/* KFENCE's traces come before the CPU line, without a title. */
static void take_invalid(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	oops_body_access(b, m, p, end);
	oops_body_main(b, m, p, end);
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

/* ---- lines ------------------------------------------------------------------------------- */

/* Rows that begin with a literal. */
static const struct body_row rows[] = {
	{"Call Trace:", oops_body_call_trace},
	{"Call trace:", oops_body_call_trace},
	{"Backtrace:", oops_body_call_trace},
	{"backtrace", oops_body_call_trace},
	{"stack backtrace:", oops_body_main},
	{"RIP: (0033|002b|0023):", oops_place_user_ip},
	{"RIP: ~:{rest}", oops_place_ip},
	{"RIP  {rest}", oops_place_footer},
	{"IP: {rest}", oops_place_ip},
	{"EIP: * SS:ESP", oops_place_summary},
	{"EIP: ~:[<~>] EFLAGS: ~ CPU: {cpu}", oops_body_task_of},
	{"EIP:  ~:[<~>]  (Not tainted|Tainted: ){rest}", take_old_kernel},
	{"EIP: ~:[<{rest}", take_nothing},
	{"EFLAGS: ~  \\({rest}", take_old_kernel},
	{"REGS: ~ TRAP: ~  {rest}", take_kernel},
	{"CPU:  {cpu}$", oops_body_task_of},
	{"Cpu {cpu}$", oops_body_task_of},
	{"EIP: ~:{rest}", oops_place_ip},
	{"EIP is at {rest}", oops_place_ip},
	{"EIP: {rest}", oops_place_ip},
	{"PC is at {rest}", oops_place_ip},
	{"pc is at {rest}", oops_place_ip},
	{"ip is at {rest}", oops_place_ip},
	{"LR is at {rest}", oops_place_caller},
	{"PR is at {rest}", oops_place_caller},
	{"ra is at {rest}", oops_place_caller},
	{"Pid: {pid}, CPU {cpu}, comm:  {comm}$", take_ia64_task},
	{"pc : {rest}", oops_place_ip_registers},
	{"lr : {rest}", oops_place_caller},
	{"epc   : ~ {rest}", oops_place_mips},
	{"epc : {rest}", oops_place_ip_and_caller},
	{"sepc: {addr} ", oops_place_bare_ip},
	{"era   : ~ {rest}", oops_place_loongarch},
	{"ERA: ~ {rest}", oops_place_loongarch},
	{"ra: ~ {rest}", oops_place_caller},
	{"ra    : ~ {rest}", oops_place_caller},
	{"ra : {rest}", oops_place_caller},
	{"--- interrupt: ~ at {rest}", oops_place_exception},
	{"--- Exception: ~ at {rest}", oops_place_exception},
	{"--- interrupt: ", take_nothing},
	{"LR = {rest}", oops_place_exception_caller},
	{"LE (PAGE_SIZE=|SMP NR_CPUS=|PREEMPT SMP NR_CPUS=)", oops_place_little_endian},
	{"Instruction dump:", oops_body_instruction_dump},
	{"NIP [~] {rest}", oops_place_ip},
	{"NIP {rest}", oops_place_ip},
	{"TPC: <{rest}", oops_place_ip},
	{"RPC: <{rest}", oops_place_caller},
	{"IAOQ[0]: {rest}", oops_place_ip},
	{"RP\\(r2): {rest}", oops_place_caller},
	{"pc: ~: {rest}", oops_place_ip},
	{"lr: ~: {rest}", oops_place_caller},
	{"dar: {addr}$", oops_body_address},
	{"pid   = {pid}, comm = {comm}$", oops_body_task_of},
	{"TASK = ~[{pid}] '{comm}' THREAD: ~ CPU: {cpu}", oops_body_task_of},
	{"TASK = ~[{pid}] '{comm}' THREAD: ~", oops_body_task_of},
	{"LR [~] {rest}", oops_place_caller},
	{"Krnl PSW : ", oops_place_psw},
	{"PC: [<~>] {rest}", oops_place_ip},
	{"CR2: {addr}$", oops_body_cr2_alone},
	{"CR2: {addr}", oops_body_cr2},
	{"Code: {rest}", oops_body_code},
	{"Stack:$", oops_body_stack},
	{"\\#PF: supervisor {access} access", oops_body_access},
	{"\\#PF: supervisor instruction fetch", oops_body_fetch},
	{"\\#PF: error_code\\({err}\\)", oops_body_error_code},
	{"ESR = {err}", oops_body_error_code},
	{"FAR: {addr}$", oops_body_address},
	{"ESR: {err} -- ", oops_body_error_code},
	{"Failing address: {addr} TEID: {err}", oops_body_teid},
	{"Failing address: {addr}", oops_body_address},
	{"Last Breaking-Event-Address:", oops_body_ignored},
	{"Function entered at [<~>] from {rest}", oops_place_function_entered},
	{"Invalid {access} at {addr}:", take_invalid},
	{"Use-after-free {access} at {addr} ", oops_body_access_trace},
	{"Out-of-bounds {access} at {addr} ", oops_body_access_trace},
	{"Corrupted memory at {addr} ", oops_body_main},
	{"Invalid free of {addr} ", oops_body_main},
	{"Allocated by task {rest}", oops_body_alloc},
	{"Freed by task {rest}", oops_body_free},
	{"Freed by:", oops_body_free},
	{"Allocated:", oops_body_alloc},
	{"Freed:", oops_body_free},
	{"allocated by task ", oops_body_alloc},
	{"freed by task ", oops_body_free},
	{"page last allocated via order ", oops_body_alloc},
	{"page last free ", oops_body_free},
	{"INFO: Allocated in ", oops_body_alloc},
	{"INFO: Freed in ", oops_body_free},
	{"Allocated in ", oops_body_alloc},
	{"Freed in ", oops_body_free},
	{"INFO: task * likely owned by task {obj}.", take_holder},
	{"INFO: task * likely owned by task {obj} <", take_holder},
	{"INFO: task * likely last held by task {obj}", take_holder},
	{"INFO: ", take_nothing},
	{"Last potentially related work creation:", oops_body_other},
	{"Second to last potentially related work creation:", oops_body_other},
	{"Last call_rcu\\():", oops_body_other},
	{"Uninit was stored to memory at:", oops_body_other},
	{"Uninit was created at:", oops_body_alloc},
	{"Local variable ", oops_body_alloc},
	{"origin:", oops_body_alloc},
	{"chained origin:", oops_body_other},
	{"race at unknown origin, with ", oops_body_main},
	{"NMI backtrace for cpu {cpu}", oops_body_peer},
	{"NMI backtrace for CPU {cpu}", oops_body_peer},
	{"Sending NMI ", take_nothing},
	{"Task dump for CPU {cpu}:", oops_body_peer},
	{"CPU {cpu} didn't respond to backtrace IPI", oops_body_peer},
	{"CPU{cpu}: stopping", oops_body_stopped},
	{"irq_soft_mask: ~ in_mce: # in_nmi: # current: {pid} \\({comm})$", oops_body_task},
	{"task:{comm} state:*pid:{pid} ", oops_body_task},
	{"task:{comm} state:*pid:* {pid} ", oops_body_task},
	{"task:{comm} state:", oops_body_task},
	{"rcu: RCU grace-period kthread stack dump:", oops_body_other},
	{"RCU grace-period kthread stack dump:", oops_body_other},
	{"rcu: RCU grace-period kthread ", take_nothing},
	{"rcu: \t{cpu}-", take_subject_cpu},
	{"Hardware name: {rest}", take_hardware},
	{"Hardware: {rest}", take_hardware},
	{"Workqueue: {rest}", take_workqueue},
	{"Process {comm} \\(pid: {pid}", oops_body_task_of},
	{"comm \"{comm}\", pid {pid}, jiffies ", oops_body_task_of},
	{"in_atomic\\(): #, irqs_disabled\\(): #, pid: {pid}, name: {comm}$", oops_body_task_of},
	{"in_atomic\\(): #, irqs_disabled\\(): #, non_block: #, pid: {pid}, name: {comm}$",
		oops_body_task_of},
	{"Modules linked in:{rest}", oops_body_modules},
	{"-> \\## ", oops_body_other},
	{"state was registered at:", oops_body_other},
	{"\\{* state was registered at:", oops_body_other},
	{"stack backtrace", oops_body_main},
	{"the shortest dependencies between", oops_body_other},
	{"the dependencies between", oops_body_other},
	{"the existing dependency chain", oops_body_other},
	{"... acquired at:", oops_body_other},
	{"... key ", oops_body_other},
	{"which became", oops_body_other},
	{"to a ", oops_body_other},
	{"but this new dependency connects", oops_body_other},
	{"last function: {func}", oops_body_last_function},
	{"Preemption disabled at:", oops_body_ignored},
	{"preemption disabled at", oops_body_ignored},
	{"caller is {func}", oops_body_last_function},
	{"handlers:$", oops_body_handlers},
	{"hardirqs last ", take_nothing},
	{"softirqs last ", take_nothing},
	{"irq event stamp", take_nothing},
	{"---[ end trace ", take_end_trace},
	{"which belongs to the cache {obj} of size #", take_cache},
	{"Single bit error detected. Probably bad RAM.", take_bad_ram},
	{"CPU {cpu} BANK {bank} ", take_bank},
	{"CPU {cpu} BANK {bank}$", take_bank},
	{"STATUS {err} MCGSTATUS ", oops_body_error_code},
	{"[Hardware Error]: *device_id: {obj}$", take_object},
	{"[Hardware Error]: *DIMM location: {obj}$", take_object},
	{"[Hardware Error]: ", take_nothing},
	{"\\{#}[Hardware Error]: *device_id: {obj}$", take_object},
	{"\\{#}[Hardware Error]: *DIMM location: {obj}$", take_object},
	{"\\{#}[Hardware Error]: ", take_nothing},
	{"CPU {cpu}$", oops_body_task_of},
	{"Not tainted {rest}", take_kernel},
	{"Tainted: {rest}", take_kernel},
	{"Memory state around the buggy address:", take_kasan_map},
	{"---[ end Kernel panic", take_end},
	{"==================", take_rule},
};

/* Rows that name a task as "comm/12". */
static const struct body_row task_rows[] = {
	{"{access} of size # at addr {addr} by task {comm}/{pid}$", oops_body_access},
	{"{access} at addr {addr} by task {comm}/{pid}$", oops_body_access},
	{"{access} of size # by task {comm}/{pid}$", oops_body_access},
	{"{comm}/{pid} is trying to acquire lock", oops_body_acquire},
	{"{comm}/{pid} is trying to lock", oops_body_acquire},
	{"{comm}/{pid} [*] takes:", oops_body_acquire},
	{"{comm}/{pid} \\(*) takes:", oops_body_acquire},
	{"{comm}/{pid} just changed the state of lock:", oops_body_acquire},
	{"{comm}/{pid} [*] is trying to acquire:", oops_body_acquire},
	{"{comm}/{pid} is trying to release lock \\({obj}) at:", oops_body_release_of},
	{"{comm}/{pid} is leaving the kernel with locks still held!", oops_body_task_of},
	{"{comm}/{pid} is freeing memory", oops_body_acquire},
	{"# lock(s|) held by {comm}/{pid}", oops_body_held},
};

static const struct body_row access_rows[] = {
	{"{access} to ~ of # bytes by ", oops_body_access_trace},
	{"{access} \\(marked) to ~ of # bytes by ", oops_body_access_trace},
};

/* Rows that begin with a digit, '-' or '#'. */
static const struct body_row other_rows[] = {
	{"{cpu}-(.|o|O|N|b|D|!|?)", take_subject_cpu},
	{"(-> |)\\#0 \\(", oops_body_other},
};

static bool take_one(
	const struct body_row *from, size_t n, struct oops_build *b, const char *p, const char *end)
{
	for (size_t i = 0; i < n; i++) {
		struct oops_match m;

		if (!oops_pattern_match(from[i].pattern, p, end, &m))
			continue;
		from[i].take(b, &m, p, end);
		return true;
	}
	return false;
}

/* "name/12", and not "/0x12" as in frames: the number ends where its digits do. */
static bool names_task(const char *p, const char *end)
{
	while (p < end && (p = memchr(p, '/', (size_t)(end - p)))) {
		const char *digits = ++p;

		while (p < end && ascii_is_digit(*p))
			p++;
		if (p > digits && (p == end || !ascii_is_alnum(*p)))
			return true;
	}
	return false;
}

/* Whether the first word is followed as in access_rows. */
static bool names_access(const char *p, const char *end)
{
	while (p < end && (ascii_is_alpha(*p) || ascii_is_digit(*p) || *p == '-' || *p == '_'))
		p++;
	return end - p > 1 && p[0] == ' ' && (p[1] == 't' || p[1] == '(');
}

static bool is_other(char c)
{
	return ascii_is_digit(c) || c == '-' || c == '#';
}

/* Nearly all lines fail all rows: their first characters say so of most. */
static bool take_row(struct oops_build *b, const char *p, const char *end)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *first = rows[i].pattern;

		first += *first == '\\';
		if (*first == *p && take_one(&rows[i], 1, b, p, end))
			return true;
	}
	if (names_task(p, end) && take_one(task_rows, ARRAY_SIZE(task_rows), b, p, end))
		return true;
	if (names_access(p, end) && take_one(access_rows, ARRAY_SIZE(access_rows), b, p, end))
		return true;
	return is_other(*p) && take_one(other_rows, ARRAY_SIZE(other_rows), b, p, end);
}

/* "backtrace:" is kmemleak's. Bug reporting tools use the word for what they attach, too. */
static bool is_other_backtrace(const struct oops_build *b, const char *p, const char *end)
{
	static const char word[] = "backtrace";

	return (size_t)(end - p) >= sizeof(word) - 1 && memcmp(p, word, sizeof(word) - 1) == 0 &&
	       b->ev->kind && b->ev->kind->id != KIND_MEMORY_LEAK;
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
		if (oops_body_is_module_list(p, end)) {
			oops_body_module_list(b, p, end);
			return true;
		}
		b->in_modules = false;
	}
	if (b->in_code && oops_body_is_code(p, end))
		return oops_body_add_code(b, p, end);
	b->in_code = false;
	oops_arch_hint_line(b, p, end);
	if (oops_body_wanted(b, p, end))
		return true;
	if (oops_cpu_line(b, p, end)) {
		oops_body_trace_was_before(b, first);
		return true;
	}
	if (is_other_backtrace(b, p, end))
		return false;
	if (take_row(b, p, end) || oops_body_handler(b, p, end))
		return true;
	if (oops_frame_parse(line, end, &f)) {
		if (f.has_marker)
			b->context = f.context;
		b->task_marker |= f.marker_only;
		if (f.from)
			oops_place_call(b, &f, end);
		else if (!f.marker_only)
			oops_build_frame(b, &f);
		return true;
	}
	return oops_registers_line(b, p, end) || oops_body_old_task(b, p, end);
}
