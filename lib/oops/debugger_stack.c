// SPDX-License-Identifier: GPL-3.0-or-later
/* One stack that a debugger printed, frame by frame, and whether it is that of the crash. */
#include <string.h>

#include "oops/debugger_internal.h"

/* The kernel stops through these functions. '*' at the end stands for any rest of the name. */
static const char *const stoppers[] = {"machine_kexec", "crash_kexec", "__crash_kexec",
	"crash_setup_regs", "panic", "vpanic", "nmi_panic", "oops_end", "die", "__die", "die_nmi",
	"page_fault_oops", "no_context", "die_kernel_fault", "__do_kernel_fault"};

/* CPUs that did not crash stop through these. */
static const char *const bystanders[] = {"crash_nmi_callback", "ipi_cpu_crash_stop",
	"crash_ipi_callback", "machine_crash_nonpanic_core", "stop_this_cpu", "cpu_park_loop"};

/* These make the dump and are not part of the crash. */
static const char *const kexec[] = {"machine_kexec", "crash_setup_regs", "relocate_kernel"};

/* Exception entries: the frame that called them is where the exception happened. */
static const char *const entries[] = {"asm_exc_*", "page_fault", "async_page_fault",
	"general_protection", "divide_error", "invalid_op", "double_fault", "int3", "asm_sysvec_*",
	"end_repeat_nmi", "nmi", "error_entry", "el1_sync", "el1h_64_sync", "el1_irq",
	"el1h_64_irq", "el1_error"};

struct debugger_stack *debugger_begin_stack(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end)
{
	struct debugger_stack *s = &d->s;
	struct oops_build *b;

	debugger_end_stack(d);
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
	/* The dump's registers are those of the fault, and drgn starts there. */
	*s = (struct debugger_stack){
		.b = b, .stopped = d->crashed_thread, .entered = d->crashed_thread};
	d->crashed_thread = false;
	return s;
}

/* Decides whether it is the stack of the crash. */
void debugger_end_stack(struct oops_debugger *d)
{
	struct debugger_stack *s = &d->s;

	if (s->b && !d->crash && s->stopped && !s->bystander)
		d->crash = s->b;
	else
		talloc_free(s->b);
	*s = (struct debugger_stack){0};
}

struct oops_frame *debugger_frame_at(struct oops_build *b, size_t i)
{
	return b->trace && i < b->trace->n_frames ? &b->trace->frames[i] : NULL;
}

/* Notes how the exception was handled. */
static void note_handler(struct debugger_stack *s, struct oops_span name)
{
	s->stopped |= IS_ONE_OF(name, stoppers);
	s->bystander |= IS_ONE_OF(name, bystanders);
}

/* The frame where the exception happened. The frames printed before it are its handlers. */
void debugger_take_exception(struct debugger_stack *s, const struct oops_frame_text *f)
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

bool debugger_has_ip(const struct oops_event *ev)
{
	return ev->ip.function || ev->ip.has_address;
}

/* crash prints the place of the exception again, now with its module. */
static bool is_place_again(struct debugger_stack *s, const struct oops_frame_text *f)
{
	struct oops_event *ev = s->b->ev;

	if (!s->rip || !f->has_address || f->address != s->rip || !s->b->trace ||
		s->b->trace->n_frames)
		return false;
	oops_build_set(s->b, &ev->ip.module, f->module);
	ev->ip.module_unknown = false;
	return true;
}

void debugger_take_frame(struct debugger_stack *s, const struct oops_frame_text *f)
{
	note_handler(s, f->function);
	if (is_place_again(s, f) || (!s->b->n_frames && IS_ONE_OF(f->function, kexec)))
		return;
	if (s->entered && s->stopped && !debugger_has_ip(s->b->ev) &&
		!IS_ONE_OF(f->function, stoppers))
		debugger_take_exception(s, f);
	else
		oops_build_frame(s->b, f);
	s->entered = f->function.p && IS_ONE_OF(f->function, entries);
}
