// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See headless.h. The functions that enter the kernel with a fault, or that print a report, are the
 * first ones of its trace: arch/.../kernel/{traps,entry}*, mm/fault.c, kernel/panic.c, watchdog.c,
 * sched/core.c, mm/page_alloc.c, lib/ and those of the sanitizers.
 */
#include <string.h>

#include "base/array.h"
#include "oops/headless.h"
#include "oops/trap_code.h"

/* arch/x86/include/asm/segment.h, and the least of a kernel's registers that are a dump of them */
#define X86_KERNEL_CS 0x10
#define X86_GENERAL 12

/* ---- lines that open one ----------------------------------------------------------------- */

static const char *const openers[] = {
	"Modules linked in:",
	"CPU: # PID: # Comm: ",
	"CPU: # UID: # PID: # Comm: ",
	"Pid: #, comm: ",
	"IP: [<",
	"RIP  [<",
	"CR2: ~",
	"Call (T|t)race:",
	"Code: ~ ~ ~ ~ ~ ",
	"RAX: ~ RBX: ~ ",
	"CS:  ~ DS: ~ ",
	"---[ end trace ",
	"Memory state around the buggy address:",
};

/* Only "f+0x1/0x2" has one. In "f from g+0x1/0x2", it is the caller's. */
static bool has_size(const struct oops_frame_text *f, const char *end)
{
	struct oops_frame_text caller;

	return f->size ||
	       (f->from && oops_frame_parse_place(f->from, end, OOPS_NAME_PLACED, &caller) &&
		       caller.size);
}

bool oops_headless_opens(const char *line, size_t len)
{
	const char *p = line, *end = line + len;
	struct oops_frame_text f;
	struct oops_match m;

	while (p < end && *p == ' ')
		p++;
	for (size_t i = 0; i < ARRAY_SIZE(openers); i++)
		if (p < end && *p == *openers[i] && oops_pattern_match(openers[i], p, end, &m))
			return true;
	return len < 200 && memchr(line, '+', len) && oops_frame_parse(line, end, &f) &&
	       f.function.p && has_size(&f, end);
}

/* ---- what the first functions of the trace tell ------------------------------------------ */

/* What a function at the top of a trace says: it came in with a fault, or prints a report. */
struct sign {
	const char *names; /* "a b*": a star stands for any end */
	enum oops_kind_id kind;
	const char *detector;
};

/* These say nothing: other code calls them to print or to stop. */
static const char neutral[] =
	"dump_stack* __dump_stack show_stack* show_regs* __show_regs show_trace* dump_backtrace* "
	"die "
	"die_addr __die* oops_end oops_exit panic vpanic nmi_panic report_bug* __report_bug "
	"fixup_bug* "
	"do_trap* do_error_trap crash_kexec __crash_kexec machine_kexec error_entry nmi_* "
	"trigger_*_backtrace arch_trigger_* print_modules add_taint print_address_description* "
	"dump_header dump_page __dump_page __rcu* unwind_backtrace arm_notify_die __mcount*";

static const struct sign signs[] = {
	{"page_fault async_page_fault do_page_fault __do_page_fault do_user_addr_fault "
	 "do_kern_addr_fault do_async_page_fault page_fault_oops no_context bad_area* __bad_area* "
	 "kernelmode_fixup_or_oops* exc_page_fault do_translation_fault do_mem_abort el1_da "
	 "el1_abort el1_ia do_kernel_fault die_kernel_fault dabt_svc pabt_svc do_DataAbort "
	 "do_PrefetchAbort bad_page_fault __bad_page_fault do_dat_exception",
		KIND_PAGE_FAULT, "mmu"},
	{"general_protection do_general_protection exc_general_protection stack_segment "
	 "do_stack_segment exc_stack_segment",
		KIND_GPF, "cpu"},
	{"double_fault do_double_fault exc_double_fault df_debug", KIND_DOUBLE_FAULT, "cpu"},
	{"handle_stack_overflow handle_bad_stack", KIND_STACK_OVERFLOW, "vmap-stack"},
	{"divide_error do_divide_error exc_divide_error __div0 Ldiv0*", KIND_DIVIDE_ERROR, "cpu"},
	{"int3 do_int3 exc_int3", KIND_INT3, "cpu"},
	{"exc_control_protection do_kernel_cp_fault", KIND_CONTROL_PROTECTION, "cet"},
	{"alignment_check do_alignment_check exc_alignment_check", KIND_ALIGNMENT_FAULT, "cpu"},
	{"__warn warn_slowpath_*", KIND_WARNING, "warn"},
	{"invalid_op do_invalid_op exc_invalid_op handle_bug handle_invalid_op do_undefinstr "
	 "und_svc* el1_undef do_el1_undef",
		KIND_INVALID_OPCODE, "cpu"},
	{"do_serror arm64_serror_panic el1_error", KIND_EXTERNAL_ABORT, "bus"},
	{"kasan_report* print_report end_report kasan_end_report check_memory_region",
		KIND_INVALID_ACCESS, "kasan"},
	{"ubsan_epilogue handle_overflow", KIND_UNDEFINED_BEHAVIOR, "ubsan"},
	{"fortify_panic fortify_report", KIND_OUT_OF_BOUNDS, "fortify"},
	{"usercopy_abort report_usercopy", KIND_BAD_USERCOPY, "usercopy"},
	{"stack_chk_fail", KIND_STACK_CORRUPTION, "stackprotector"},
	{"object_err slab_err check_bytes_and_report", KIND_HEAP_CORRUPTION, "slub"},
	{"bad_page", KIND_BAD_PAGE_STATE, "mm"},
	{"print_bad_pte", KIND_BAD_PAGE_TABLE, "mm"},
	{"watchdog_timer_fn", KIND_SOFT_LOCKUP, "watchdog"},
	{"watchdog_overflow_callback watchdog_hardlockup_check", KIND_HARD_LOCKUP, "watchdog"},
	{"print_cpu_stall print_other_cpu_stall rcu_dump_cpu_stacks rcu_sched_clock_irq "
	 "rcu_check_callbacks check_cpu_stall",
		KIND_RCU_STALL, "rcu"},
	{"mce_panic do_machine_check mce_timed_out", KIND_MACHINE_CHECK, "mce"},
	{"ghes_panic __ghes_panic", KIND_HARDWARE_ERROR, "ghes"},
	{"out_of_memory oom_kill_process", KIND_OOM_KILL, "oom"},
	{"warn_alloc warn_alloc_failed", KIND_ALLOC_FAILURE, "mm"},
	{"print_circular_bug* print_deadlock_bug*", KIND_DEADLOCK, "lockdep"},
	{"print_usage_bug*", KIND_INCONSISTENT_LOCK_STATE, "lockdep"},
	{"lockdep_rcu_suspicious", KIND_RCU_USAGE, "lockdep-rcu"},
	{"spin_dump spin_bug", KIND_SPINLOCK_BUG, "spinlock-debug"},
	{"might_sleep might_resched", KIND_ATOMIC_SLEEP, "sched"},
	{"schedule_bug", KIND_SCHED_WHILE_ATOMIC, "sched"},
	{"check_preemption_disabled debug_smp_processor_id", KIND_PREEMPT_MISUSE, "preempt-debug"},
	{"report_bad_irq", KIND_IRQ_NOBODY_CARED, "irq"},
	{"sysrq_handle_crash", KIND_SYSRQ_CRASH, "sysrq"},
};

static bool is_in(const char *names, const char *name, size_t len)
{
	while (*names) {
		size_t n = strcspn(names, " ");
		bool open = names[n - 1] == '*';
		size_t head = n - open;

		if (len >= head && memcmp(name, names, head) == 0 && (open || len == head))
			return true;
		names += n;
		names += *names == ' ';
	}
	return false;
}

/* The name without the prefixes and suffixes of entry code and compilers. */
static size_t plain_name(const char **name)
{
	static const char *const fronts[] = {"xen_", "asm_", "trace_"};
	const char *p = *name, *dot;

	for (size_t i = 0; i < ARRAY_SIZE(fronts); i++)
		if (strncmp(p, fronts[i], strlen(fronts[i])) == 0)
			p += strlen(fronts[i]);
	*name = p;
	dot = strchr(p, '.');
	return dot && dot > p ? (size_t)(dot - p) : strlen(p);
}

static const struct sign *sign_of(const char *name)
{
	size_t len = plain_name(&name);

	for (;;) {
		for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
			if (is_in(signs[i].names, name, len))
				return &signs[i];
		/* "__do_kernel_fault", "___might_sleep" */
		if (*name != '_')
			return NULL;
		name++;
		len--;
	}
}

static bool is_neutral(const char *name)
{
	size_t len = plain_name(&name);

	return is_in(neutral, name, len);
}

static struct oops_trace *main_trace(const struct oops_build *b)
{
	for (size_t i = 0; i < b->ev->n_traces; i++)
		if (b->ev->traces[i].role == OOPS_TRACE_MAIN && b->ev->traces[i].n_frames)
			return &b->ev->traces[i];
	return NULL;
}

/*
 * The first sign above the code that was running. A task that was only stopped while it handled a
 * fault has other functions above the sign.
 */
static const struct oops_frame *find_sign(const struct oops_build *b, const struct sign **sign)
{
	const struct oops_trace *t = main_trace(b);

	for (size_t i = 0; t && i < t->n_frames; i++) {
		const struct oops_frame *f = &t->frames[i];

		if (!f->function || f->module)
			continue;
		*sign = sign_of(f->function);
		if (*sign)
			return i + 1 < t->n_frames || (*sign)->kind == KIND_WARNING ? f : NULL;
		if (!f->unreliable && !is_neutral(f->function))
			return NULL;
	}
	return NULL;
}

/* ---- proof ------------------------------------------------------------------------------- */

/* Parts of the names of functions that print a stack because somebody asked for it. */
static const char *const asked[] = {"sysrq", "backtrace", "should_fail"};

static bool was_asked_for(const struct oops_trace *t)
{
	for (size_t i = 0; i < t->n_frames; i++)
		for (size_t k = 0; k < ARRAY_SIZE(asked); k++)
			if (t->frames[i].function && strstr(t->frames[i].function, asked[k]))
				return true;
	return false;
}

/*
 * Whether the trace is one that the kernel printed about what it met, and went on. Further down in
 * a log the line that says why stands above it, and is none that is known.
 */
static bool is_dumped(const struct oops_build *b)
{
	const struct oops_trace *t = main_trace(b);

	return b->ev->first_line < 3 && t && t->n_frames > 1 && t->frames[0].function &&
	       strncmp(t->frames[0].function, "dump_stack", 10) == 0 && !was_asked_for(t);
}

/* The kernel's own registers, with the address of a fault, and nothing that says where it was. */
static bool is_register_dump(const struct oops_event *ev)
{
	bool kernel = false, fault = false;

	for (size_t i = 0; i < ev->n_regs; i++) {
		const struct oops_register *r = &ev->regs[i];

		kernel |= strcmp(r->name, "cs") == 0 && r->value == X86_KERNEL_CS;
		fault |= strcmp(r->name, "cr2") == 0;
	}
	return kernel && fault && ev->n_regs >= X86_GENERAL;
}

bool oops_headless_is_proven(const struct oops_build *b)
{
	const struct sign *sign;
	bool place = b->ev->ip.function || main_trace(b);

	if (b->ev->ip.function || (b->ending && place))
		return true;
	if ((b->fault_line || b->modules_last) && place)
		return true;
	if (b->kasan_map && main_trace(b))
		return true;
	return find_sign(b, &sign) || is_register_dump(b->ev) || (b->has_cpu_line && is_dumped(b));
}

/* ---- the kind ---------------------------------------------------------------------------- */

/* Of any machine: the lines that name it may be lost, too. */
static bool is_bug_code(const struct oops_event *ev)
{
	return trap_code_of(ev, MACHINE_OTHER) == TRAP_CODE_BUG;
}

static bool has_taint(const struct oops_event *ev, char letter)
{
	return ev->tainted && strchr(ev->tainted, letter);
}

static void become(
	struct oops_build *b, enum oops_kind_id kind, const char *detector, const char *by)
{
	b->ev->kind = oops_kind_row(kind);
	b->ev->detector = detector;
	b->ev->kind_by = by;
}

static void take_sign(struct oops_build *b, const struct sign *sign, const char *by)
{
	enum oops_kind_id kind = sign->kind;

	if (kind == KIND_INVALID_OPCODE && is_bug_code(b->ev))
		kind = KIND_KERNEL_BUG;
	become(b, kind, kind == KIND_KERNEL_BUG ? "bug" : sign->detector, by);
}

/*
 * A kernel of x86 that marks the trace of a task (since 5.16) lists the modules of an oops after
 * the trace, and those of a WARN before it. Where the report is complete from there on, that says
 * which of the two the instruction was.
 */
static bool is_warn(const struct oops_build *b)
{
	return b->ending && main_trace(b) && !b->modules_last && !b->has_die && b->task_marker &&
	       b->ev->ip.function;
}

/* Since 5.16 x86 marks the end of a trace, and its oops lists the modules after that. */
static bool went_on(const struct oops_build *b)
{
	return b->ending && b->task_marker && !b->modules_last && !b->fault_line &&
	       !b->ev->ip.function;
}

/*
 * x86 prints what it finds on the stack below the registers that the fault saved. The first place
 * after the entry code is where the fault happened.
 */
static void find_place(struct oops_build *b, const struct oops_frame *entry)
{
	struct oops_trace *t = main_trace(b);
	size_t i;

	if (!t)
		return;
	i = (size_t)(entry - t->frames);
	while (i < t->n_frames && t->frames[i].function &&
		strncmp(t->frames[i].function, "asm_exc_", 8) != 0)
		i++;
	for (i++; i < t->n_frames && t->frames[i].unreliable; i++) {
		const struct oops_frame *f = &t->frames[i];

		if (!f->function || !f->offset)
			continue;
		b->ev->ip = *f;
		b->ev->ip.unreliable = false;
		/* The code that printed the report is not what the report is about. */
		t->n_frames -= i + 1;
		memmove(t->frames, f + 1, t->n_frames * sizeof(*f));
		return;
	}
}

/* If the start of the trace is lost, too, it does not show the place's caller. */
static void part_trace(struct oops_build *b)
{
	for (size_t i = 0; i < b->ev->n_traces; i++) {
		struct oops_trace *t = &b->ev->traces[i];

		if (t->role == OOPS_TRACE_MAIN && !t->title && b->ev->ip.function)
			t->role = OOPS_TRACE_OTHER;
	}
}

/* Whether the address of a page fault, or else what the registers say of it, is in the first page.
 */
static bool is_near_null(const struct oops_event *ev)
{
	if (ev->address.known)
		return ev->address.v < OOPS_MIN_ADDRESS;
	for (size_t i = 0; i < ev->n_regs; i++)
		if (strcmp(ev->regs[i].name, "cr2") == 0)
			return ev->regs[i].value < OOPS_MIN_ADDRESS;
	return false;
}

void oops_headless_settle(struct oops_build *b)
{
	struct oops_event *ev = b->ev;
	const struct sign *sign;
	const struct oops_frame *f;
	const char *by; /* the function that is the sign */

	if (ev->headless)
		part_trace(b);
	f = find_sign(b, &sign);
	by = f ? f->function : NULL;
	if (f && !ev->ip.function && !ev->ip.has_address)
		find_place(b, f);

	/* BUG() whose own line, with the place in the source, is missing. */
	if (ev->kind->id == KIND_INVALID_OPCODE && is_bug_code(ev)) {
		become(b, KIND_KERNEL_BUG, "bug", "the instruction that BUG is made of");
		return;
	}
	/* A line of the head that is still there states the kind. */
	if (ev->kind->id != KIND_OOPS && !(ev->kind->id == KIND_PANIC && by))
		return;
	if (b->flags & OOPS_H_FAULT) {
		become(b, KIND_PAGE_FAULT, "mmu", "the line that a page fault ends its head with");
		ev->headless = true;
	} else if (by)
		take_sign(b, sign, by);
	else if (b->fault_line)
		become(b, KIND_PAGE_FAULT, "mmu", "CR2");
	else if (is_bug_code(ev) && is_warn(b))
		become(b, KIND_WARNING, "warn", "the instruction that WARN is made of");
	else if (is_bug_code(ev))
		become(b, KIND_KERNEL_BUG, "bug", "the instruction that BUG and WARN are made of");
	else if (b->kasan_map)
		become(b, KIND_INVALID_ACCESS, "kasan", "the map of memory that KASAN prints");
	else if (has_taint(ev, 'L') && !has_taint(ev, 'D') && !b->has_die)
		become(b, KIND_SOFT_LOCKUP, "watchdog", "the taint of a soft lockup");
	else if (went_on(b) || is_dumped(b))
		become(b, KIND_WARNING, NULL, "a trace that the kernel goes on after");
	if (ev->kind->id == KIND_PAGE_FAULT && is_near_null(ev))
		ev->kind = oops_kind_row(KIND_NULL_DEREF);
}
