// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The crash kernel is started in two ways. Either panic() is on the stack, with its callers. Or
 * die() passed on the registers of the fault, and the stack begins at the faulting instruction,
 * which shows what went wrong. (x86's thread.trap_nr and cr2 do not show it: page faults of the
 * kernel are not stored there since 5.13.)
 */
#include "triage/witness.h"

#include <string.h>

#include "base/array.h"
#include "base/machine.h"
#include "base/vmlinux.h"
#include "triage/blame.h"
#include "triage/operand.h"
#include "triage/stack_kind.h"
#include "triage/trace.h"

/* The functions that call panic() or stop the machine, and the reason. Names as in blame.c. */
static const struct {
	const char *id, *names;
	enum oops_kind_id kind;
	const char *detector;
	bool elsewhere; /* the stack is not that of the culprit */
} stops[] = {
	{"w-sysrq", "sysrq_handle_crash", KIND_SYSRQ_CRASH, "sysrq", false},
	{"w-stack-protector", "__stack_chk_fail", KIND_STACK_CORRUPTION, "stackprotector", false},
	{"w-stack-overflow", "handle_stack_overflow panic_bad_stack panic_handling_overflow",
		KIND_STACK_OVERFLOW, "vmap-stack", false},
	{"w-double-fault", "exc_double_fault do_double_fault", KIND_DOUBLE_FAULT, "cpu", false},
	{"w-list", "__list_add_valid* __list_del_entry_valid*", KIND_LIST_CORRUPTION, "list-debug",
		false},
	{"w-usercopy", "usercopy_abort", KIND_BAD_USERCOPY, "usercopy", false},
	{"w-refcount", "refcount_warn_saturate", KIND_REFCOUNT_BUG, "refcount", false},
	{"w-hard-lockup", "watchdog_overflow_callback watchdog_hardlockup_check", KIND_HARD_LOCKUP,
		"watchdog", false},
	{"w-soft-lockup", "watchdog_timer_fn", KIND_SOFT_LOCKUP, "watchdog", false},
	{"w-rcu-stall",
		"panic_on_rcu_stall print_cpu_stall print_other_cpu_stall check_cpu_stall "
		"rcu_sched_clock_irq",
		KIND_RCU_STALL, "rcu", false},
	{"w-hung-task", "check_hung_task check_hung_uninterruptible_tasks watchdog", KIND_HUNG_TASK,
		"khungtaskd", true},
	{"w-oom", "out_of_memory", KIND_OOM_PANIC, "panic", false},
	{"w-machine-check", "mce_panic do_machine_check", KIND_MACHINE_CHECK, "mce", true},
	{"w-nmi", "unknown_nmi_error pci_serr_error io_check_error", KIND_NMI_PANIC, "nmi", true},
	{"w-ghes", "__ghes_panic ghes_in_nmi_queue_one_entry ghes_notify_nmi", KIND_HARDWARE_ERROR,
		"ghes", true},
	{"w-root", "mount_root mount_block_root mount_root_generic", KIND_ROOT_MOUNT_FAILED, "boot",
		true},
	{"w-init", "do_exit", KIND_INIT_KILLED, "panic", false},
	{"w-fs", "ext4_handle_error* __btrfs_panic ocfs2_handle_error* nilfs_handle_error*",
		KIND_FS_PANIC, "fs", false},
	{"w-warning", "check_panic_on_warn __warn* report_bug", KIND_WARNING, "warn", false},
};

/* Instructions that can fail in only one way. */
static const struct {
	const char *text; /* a prefix of the disassembly */
	enum oops_kind_id kind;
	const char *detector;
} instructions[] = {
	{"ud2", KIND_KERNEL_BUG, "bug"},
	{"brk", KIND_KERNEL_BUG, "bug"},
	{"ebreak", KIND_KERNEL_BUG, "bug"},
	{"div ", KIND_DIVIDE_ERROR, "cpu"},
	{"idiv ", KIND_DIVIDE_ERROR, "cpu"},
	{"int3", KIND_INT3, "cpu"},
};

#define FIRST_PAGE 4096
#define GUARD_PAGE 4096

static bool is_report(const struct vmt_frame *f)
{
	return f->function && is_vmlinux(f->module) && blame_find(f->function, BLAME_REPORT);
}

/* The frame that matches a row, among the frames that stopped the kernel and their caller. */
static bool find_stop(const struct witness *w, size_t *frame, size_t *row)
{
	bool more = true;

	for (*frame = 0; more && *frame < w->n_frames; ++*frame) {
		const struct vmt_frame *f = &w->frames[*frame];
		size_t len = f->function ? blame_base_length(f->function) : 0;

		if (!f->reliable || !f->function || !is_vmlinux(f->module))
			return false;
		for (*row = 0; *row < ARRAY_SIZE(stops); ++*row)
			if (blame_name_in(f->function, len, stops[*row].names))
				return true;
		more = is_report(f);
	}
	return false;
}

const struct oops_kind *witness_stop(const char *function, const char **detector)
{
	size_t len = blame_base_length(function);

	for (size_t i = 0; i < ARRAY_SIZE(stops); i++)
		if (blame_name_in(function, len, stops[i].names)) {
			*detector = stops[i].detector;
			return oops_kind_row(stops[i].kind);
		}
	return NULL;
}

/* x86 raises a different fault if an address is not canonical. */
static bool is_canonical(uint64_t address, const char *arch)
{
	unsigned bits = machine_find(arch)->canonical_bits, above = bits ? 64 - bits : 0;

	return (uint64_t)((int64_t)(address << above) >> above) == address;
}

/* The page below a stack is never mapped (CONFIG_VMAP_STACK). */
static bool is_below_stack(uint64_t address, const struct witness *w)
{
	return w->stack && address < w->stack && w->stack - address <= GUARD_PAGE;
}

static enum oops_kind_id kind_of_address(
	struct oops_event *ev, uint64_t address, const struct witness *w)
{
	ev->detector = "mmu";
	if (address < FIRST_PAGE)
		return KIND_NULL_DEREF;
	if (!is_canonical(address, w->arch)) {
		ev->detector = "cpu";
		return KIND_GPF;
	}
	if (!is_below_stack(address, w))
		return KIND_PAGE_FAULT;
	ev->detector = "vmap-stack";
	return KIND_STACK_OVERFLOW;
}

/* No code is at that address: the CPU jumped there. */
static enum oops_kind_id tell_jump(struct oops_event *ev)
{
	ev->access = "exec";
	ev->address = (struct vmt_u64){true, ev->ip.address};
	ev->detector = "mmu";
	return ev->ip.address < FIRST_PAGE ? KIND_NULL_DEREF : KIND_EXEC_FAULT;
}

static enum oops_kind_id tell_instruction(struct oops_event *ev, const struct witness *w)
{
	struct operand op;

	operand_find(ev, w->arch, &op);
	for (size_t i = 0; op.decoded && i < ARRAY_SIZE(instructions); i++) {
		if (strncmp(op.insn.text, instructions[i].text, strlen(instructions[i].text)) != 0)
			continue;
		ev->detector = instructions[i].detector;
		return instructions[i].kind;
	}
	if (!op.decoded || !op.address.known)
		return KIND_OOPS;
	ev->access = op.access;
	ev->address = op.address;
	return kind_of_address(ev, op.address.v, w);
}

static int take_regs(const struct witness *w, struct oops_event *ev, struct vmt_err *err)
{
	struct oops_register *regs = talloc_array(ev, struct oops_register, w->n_regs);

	if (!regs)
		return err_nomem(err);
	for (size_t i = 0; i < w->n_regs; i++)
		regs[i] = (struct oops_register){w->regs[i].name, w->regs[i].value};
	ev->regs = regs;
	ev->n_regs = w->n_regs;
	ev->code = w->code;
	ev->n_code = w->n_code;
	return 0;
}

/* The stack to judge begins with that frame. */
static int take_stack(
	const struct witness *w, struct oops_event *ev, size_t frame, struct vmt_err *err)
{
	ev->traces = trace_make(ev, w->frames + frame, w->n_frames - frame);
	ev->n_traces = 1;
	return ev->traces ? 0 : err_nomem(err);
}

/* The fault itself: the first frame is where it happened. */
static int tell_fault(const struct witness *w, struct oops_event *ev, enum oops_kind_id *kind,
	struct vmt_err *err)
{
	int rc = take_regs(w, ev, err);

	if (rc)
		return rc;
	ev->ip = trace_frame(&w->frames[0]);
	*kind = ev->ip.function ? tell_instruction(ev, w) : tell_jump(ev);
	return take_stack(w, ev, 1, err);
}

/*
 * A stop that the kernel decided on. The stack to judge begins with the function that decided it.
 */
static int tell_stop(const struct witness *w, struct oops_event *ev, size_t frame, size_t row,
	enum oops_kind_id *kind, struct vmt_err *err)
{
	*kind = stops[row].kind;
	ev->detector = stops[row].detector;
	ev->named_by = w->frames[frame].function;
	if (stops[row].elsewhere)
		return 0;
	return take_stack(w, ev, frame, err);
}

/* What the handler of the exception proves, if the instruction does not. */
static enum oops_kind_id kind_of_handler(const struct witness *w, struct oops_event *ev)
{
	const struct oops_kind *kind =
		w->handler ? stack_kind_of_handler(w->handler, &ev->detector) : NULL;

	return kind ? kind->id : KIND_OOPS;
}

/*
 * The fault was in code that could not be read, of a module that is not known: that it was a fault
 * is certain, because only then the registers are not those of panic().
 */
static int tell_lost(const struct witness *w, struct oops_event *ev, enum oops_kind_id *kind,
	struct vmt_err *err)
{
	int rc = take_regs(w, ev, err);

	if (rc)
		return rc;
	ev->ip = trace_frame(&w->frames[0]);
	*kind = kind_of_handler(w, ev);
	return take_stack(w, ev, 1, err);
}

/* Only the functions that stop a kernel are left of the stack: who called them is not known. */
static bool is_stop_alone(const struct witness *w)
{
	for (size_t i = 0; i < w->n_frames; i++)
		if (!is_report(&w->frames[i]))
			return false;
	return w->n_frames > 0;
}

/* Whether the frame may be in code of a module that could not be read. */
static bool is_lost_code(const struct witness *w)
{
	return w->n_frames && !w->frames[0].function && w->lacks_code &&
	       w->frames[0].address.v >= FIRST_PAGE;
}

/*
 * What panic() called is not why it was called: where its registers are lost, the CPU may be seen
 * waiting in it. Functions that all reports end in say nothing wrong, and stay.
 */
static struct witness without_end(const struct witness *w)
{
	struct witness ret = *w;
	bool other = false;

	for (size_t i = 0; i < w->n_frames; i++) {
		const struct vmt_frame *f = &w->frames[i];

		if (other && f->reliable && f->function && is_vmlinux(f->module) &&
			strcmp(f->function, "panic") == 0) {
			ret.frames = f;
			ret.n_frames = w->n_frames - i;
		}
		other |= !is_report(f);
	}
	return ret;
}

int witness_event(
	TALLOC_CTX *ctx, const struct witness *all, struct oops_event **ret, struct vmt_err *err)
{
	const struct witness end = without_end(all), *w = &end;
	struct oops_event *ev = talloc_zero(ctx, struct oops_event);
	enum oops_kind_id kind = KIND_OOPS;
	size_t frame, row;
	int rc = 0;

	*ret = NULL;
	if (!ev)
		return err_nomem(err);
	ev->witness = w->who;
	ev->fatal = true;
	ev->cpu = w->cpu;
	ev->pid = w->pid;
	ev->comm = w->comm;
	if (find_stop(w, &frame, &row)) {
		rc = tell_stop(w, ev, frame, row, &kind, err);
	} else if (is_stop_alone(w)) {
		talloc_free(ev);
		return 0;
	} else if (is_lost_code(w)) {
		rc = tell_lost(w, ev, &kind, err);
	} else if (w->n_frames && is_report(&w->frames[0])) {
		kind = KIND_PANIC;
		ev->traces = trace_make(ev, w->frames, w->n_frames);
		ev->n_traces = 1;
		rc = ev->traces ? 0 : err_nomem(err);
	} else if (w->n_frames) {
		rc = tell_fault(w, ev, &kind, err);
		if (kind == KIND_OOPS)
			kind = kind_of_handler(w, ev);
	}
	ev->kind = oops_kind_row(kind);
	*ret = ev;
	return rc;
}
