// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Each exception has its own handler (arch/x86/kernel/traps.c, arch/arm64/mm/fault.c), and each
 * check that stops a kernel has its own function (witness.c).
 */
#include "triage/stack_kind.h"

#include <string.h>

#include "base/array.h"
#include "triage/blame.h"
#include "triage/witness.h"

static const struct {
	const char *names;
	enum oops_kind_id kind;
	const char *detector;
} handlers[] = {
	{"exc_page_fault asm_exc_page_fault do_page_fault __do_page_fault page_fault_oops "
	 "page_fault "
	 "no_context __bad_area_nosemaphore do_translation_fault do_mem_abort __do_kernel_fault",
		KIND_PAGE_FAULT, "mmu"},
	{"exc_general_protection do_general_protection general_protection exc_stack_segment",
		KIND_GPF, "cpu"},
	{"exc_divide_error do_divide_error divide_error", KIND_DIVIDE_ERROR, "cpu"},
	{"exc_invalid_op do_invalid_op invalid_op", KIND_INVALID_OPCODE, "cpu"},
	{"exc_double_fault do_double_fault double_fault", KIND_DOUBLE_FAULT, "cpu"},
	{"exc_int3 do_int3", KIND_INT3, "cpu"},
	{"exc_control_protection", KIND_CONTROL_PROTECTION, "cet"},
	{"exc_alignment_check do_alignment_check do_sp_pc_abort", KIND_ALIGNMENT_FAULT, "cpu"},
	{"bug_handler", KIND_KERNEL_BUG, "bug"},
	{"do_serror arm64_serror_panic do_sea", KIND_EXTERNAL_ABORT, "bus"},
};

static const struct oops_kind *find_handler(const char *function, const char **detector)
{
	size_t len = blame_base_length(function);

	for (size_t i = 0; i < ARRAY_SIZE(handlers); i++)
		if (blame_name_in(function, len, handlers[i].names)) {
			*detector = handlers[i].detector;
			return oops_kind_row(handlers[i].kind);
		}
	return NULL;
}

static bool by_handler(struct oops_event *ev, const char *function)
{
	const struct oops_kind *kind = find_handler(function, &ev->detector);

	if (kind)
		ev->kind = kind;
	return kind != NULL;
}

const struct oops_kind *stack_kind_of_handler(const char *function, const char **detector)
{
	static const char entry[] = "asm_"; /* of the C function with the same name, on x86 */
	const char *plain =
		strncmp(function, entry, strlen(entry)) == 0 ? function + strlen(entry) : function;
	const struct oops_kind *kind = find_handler(plain, detector);

	return kind && (kind->id == KIND_PAGE_FAULT || kind->id == KIND_INVALID_OPCODE)
		       ? oops_kind_row(KIND_OOPS)
		       : kind;
}

static bool by_stop(struct oops_event *ev, const char *function)
{
	const struct oops_kind *kind = witness_stop(function, &ev->detector);

	if (kind)
		ev->kind = kind;
	return kind != NULL;
}

/*
 * Searches the frames from the innermost one to the exception. Without an exception, only up to the
 * function that called panic(), because its callers show nothing about the kind.
 */
static bool settle_by(struct oops_event *ev, const struct oops_trace *t, bool handled,
	bool (*by)(struct oops_event *ev, const char *function))
{
	for (size_t i = 0; i < t->n_frames; i++) {
		const struct oops_frame *f = &t->frames[i];

		if (!f->function || f->module)
			return false;
		if (by(ev, f->function))
			return true;
		if (!handled && !blame_find(f->function, BLAME_REPORT))
			return false;
	}
	return false;
}

void stack_kind_settle(struct oops_event *ev)
{
	const struct oops_trace *t = ev->n_traces ? &ev->traces[0] : NULL;
	bool handled = ev->ip.function || ev->ip.has_address;

	if (!ev->stack_only || !t || ev->kind->id != KIND_OOPS)
		return;
	if (settle_by(ev, t, handled, by_stop) || settle_by(ev, t, handled, by_handler))
		return;
	for (size_t i = 0; i < t->n_frames; i++)
		if (t->frames[i].function &&
			blame_name_in(t->frames[i].function,
				blame_base_length(t->frames[i].function), "panic vpanic"))
			ev->kind = oops_kind_row(KIND_PANIC);
}
