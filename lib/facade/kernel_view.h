/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel as a dump's memory shows it, with nothing installed: symbols, types, modules, CPUs,
 * stacks.
 */
#ifndef VMT_FACADE_KERNEL_VIEW_H
#define VMT_FACADE_KERNEL_VIEW_H

#include "explain/region.h"
#include "facade/session.h"
#include "kernel/waits.h"
#include "oops/oom.h"
#include "stack/unwind.h"
#include "symbolize/debuginfo.h"
#include "symbolize/symbolize.h"
#include "triage/memory.h"
#include "triage/witness.h"

/* A stack with names, as in the report; its parts are talloc children of ctx. */
struct kernel_view_stack {
	struct vmt_frame *frames;
	const uint64_t *sps; /* their stack pointers */
	size_t n;
	const char *stopped; /* why it ends early; NULL: it is complete */
};

/* Whether and where to look for debuginfo that replaces what memory lacks. */
struct kernel_view_debuginfo {
	bool wanted;
	const struct vmt_options *opts;	 /* NULL: the system's own places */
	struct debuginfo_search *search; /* NULL: do not look */
	struct debuginfo_file *file;	 /* the kernel's; NULL: none, or not looked for */
	bool tried;
};

/* The places for debuginfo from the caller's options. */
struct debuginfo_places kernel_view_debuginfo_places(const struct vmt_options *opts);

/* Caps that were reached, if the result itself does not show it. */
struct kernel_view_caps {
	bool module_text, command_line, unloaded, resources, tasks, chain;
};

struct kernel_view {
	struct kernel_view_debuginfo debuginfo; /* to be filled by the caller */
	struct kernel_image image;
	struct btf *types; /* the kernel's BTF; NULL: none */
	struct module_list modules;
	bool has_modules;
	struct cpu_set cpus;
	struct kernel_view_stack *cpu_stacks; /* as cpus.cpus, after kernel_view_fill_cpus() */
	struct stack_unwinder *unwinder;
	struct symbolizer symbolizer;
	struct wait_finder waits;
	struct explain_files files;	 /* to be filled by the caller, before place is used */
	struct explain_kernel explained; /* for place */
	struct place_kernel place;	 /* to be had from kernel_view_place() */
	struct kernel_view_caps caps;
};

/* Adds a diagnostic for each cap that was reached in memory. To be called last. */
void kernel_view_tell_caps(
	const struct kernel_view *view, struct diag_list *diags, TALLOC_CTX *ctx);

/* Each of these fills its members of view; what it opens is a talloc child of s. */
int kernel_view_find_symbols(struct kernel_view *view, struct session *s, struct vmt_err *err);
int kernel_view_find_types(struct kernel_view *view, struct session *s, struct vmt_err *err);
int kernel_view_list_modules(struct kernel_view *view, struct session *s, struct vmt_err *err);
int kernel_view_read_cpus(struct kernel_view *view, struct session *s, struct vmt_err *err);

/*
 * What debuginfo adds if the kernel's memory lacks it: variables (from System.map, too), layouts
 * for kernel_view_find_types() without BTF, and unwinding for kernel_view_read_cpus() without ORC.
 * NOTFOUND: no debuginfo.
 */
int kernel_view_add_symbols(struct kernel_view *view, struct session *s, struct vmt_err *err);
int kernel_view_add_layouts(struct kernel_view *view, struct session *s, struct vmt_err *err);
int kernel_view_add_step(struct kernel_view *view, struct session *s, struct vmt_err *err);

/* What explaining addresses needs; prepared by the first call, after kernel_view_read_cpus(). */
const struct place_kernel *kernel_view_place(struct kernel_view *view);

/* Unwinds the stack of a task that does not run, and names its frames, as talloc children of ctx.
 */
int kernel_view_task_stack(struct kernel_view *view, TALLOC_CTX *ctx, const struct task *task,
	struct kernel_view_stack *ret, struct vmt_err *err);

/* Fills the report's modules from memory. details: with their build-ids. */
int kernel_view_fill_modules(struct kernel_view *view, TALLOC_CTX *ctx, bool details,
	struct vmt_report *report, struct vmt_err *err);

/*
 * Fills in facts from the kernel's variables: the taint mask, and the command line if the log has
 * lost it. What cannot be read stays unknown.
 */
void kernel_view_fill_kernel(struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_kernel *kernel);

/* Fills the size of memory, unless it is known. */
void kernel_view_fill_memory(struct kernel_view *view, struct vmt_report *report);

/* Fills the sysctls that decide what an error leads to, and the modules that were unloaded. */
int kernel_view_fill_settings(
	struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_report *report, struct vmt_err *err);

/* Fills the devices that the culprit's module drives; to be called after the judgement. */
int kernel_view_fill_devices(
	struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_report *report, struct vmt_err *err);

/*
 * Unwinds every CPU for the report; to be called after kernel_view_read_cpus(). only: of all
 * others, the report has just the number.
 */
int kernel_view_fill_cpus(struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_u64 only,
	struct vmt_report *report, struct vmt_err *err);

struct kernel_view_join {
	enum memory_match match, before;
	const char *stopped; /* why the stack that was used ends early; NULL: it does not */
};

/*
 * Compares the judged crash with the stacks in memory: that of its CPU, else that of its task. On
 * entry, join->match is the result of the previous call, or all of join is zero. To be called after
 * kernel_view_fill_cpus().
 */
int kernel_view_join_stack(struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_report *report,
	struct kernel_view_join *join, struct vmt_err *err);

/*
 * Looks for the stacks of CPUs that no page table leads to, in every page, and for the CPU that
 * crashed, if memory has lost which one it was. Returns the number of pages of stacks that were
 * found, or a negative code. To be called after kernel_view_fill_cpus(), which is done again.
 */
int kernel_view_find_stacks(struct kernel_view *view, TALLOC_CTX *ctx, struct dump *dump,
	struct vmt_report *report, struct vmt_err *err);

/*
 * What the stack of the crashed CPU shows by itself; NULL: no CPU is known to have crashed. To be
 * called after kernel_view_fill_cpus().
 */
int kernel_view_witness(struct kernel_view *view, TALLOC_CTX *ctx, const struct vmt_report *report,
	struct oops_event **ret, struct vmt_err *err);

/* Who holds the memory, as far as it can be read. */
int kernel_view_memory(
	struct kernel_view *view, TALLOC_CTX *ctx, struct oops_memory **ret, struct vmt_err *err);

/* What a task that was switched out waits for, if its stack proves it. */
struct kernel_view_wait {
	struct vmt_wait wait;
	uint64_t holder; /* task_struct; 0: not known */
};

/*
 * What a blocked task waits for, and who holds it, by its stack; strings are talloc children of
 * ctx. Members that are not known are zero.
 */
int kernel_view_wait(struct kernel_view *view, TALLOC_CTX *ctx, const struct task *task,
	const struct kernel_view_stack *stack, struct kernel_view_wait *ret, struct vmt_err *err);

/*
 * Fills report->waits, from the task with this pid on. To be called after kernel_view_fill_cpus().
 */
int kernel_view_fill_waits(struct kernel_view *view, TALLOC_CTX *ctx, uint64_t pid,
	struct vmt_report *report, struct vmt_err *err);

/* Likewise, for a CPU that waits for a spinlock at the judged event. */
int kernel_view_fill_spin(
	struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_report *report, struct vmt_err *err);

#endif
