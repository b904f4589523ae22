// SPDX-License-Identifier: GPL-3.0-or-later
/* The headline and the evidence. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "oops/arch_hint.h"
#include "oops/hardware.h"
#include "triage/path.h"
#include "triage/pointer.h"
#include "triage/select.h"
#include "triage/sentence.h"
#include "triage/shortage.h"
#include "triage/trail.h"

static const struct {
	const char *origin, *words;
} origins[] = {
	{"in-tree", "in-tree driver"},
	{"out-of-tree", "out-of-tree driver"},
	{"proprietary", "proprietary driver"},
};

static const char *origin_words(const char *origin)
{
	for (size_t i = 0; origin && i < ARRAY_SIZE(origins); i++)
		if (strcmp(origins[i].origin, origin) == 0)
			return origins[i].words;
	return "module";
}

static char *add(char *s, const char *text)
{
	return s ? talloc_strdup_append_buffer(s, text) : NULL;
}

/* If no code is to blame, the words for what is; "": the phrase of the kind is sufficient. */
static const struct {
	enum oops_kind_id kind;
	const char *words;
} innocents[] = {
	{KIND_OOM_PANIC, ""},
	{KIND_OOM_KILL, ""},
	{KIND_ROOT_MOUNT_FAILED, ""},
	{KIND_INIT_KILLED, ""},
	{KIND_REASON_LOST, ""},
};

/* Where x86_64 has its modules. */
static bool is_in_modules(const struct oops_event *ev)
{
	const char *arch = oops_arch_hint(ev);

	return !ev->ip.function && ev->ip.has_address && ev->ip.address >= 0xffffffffc0000000 &&
	       ev->ip.address < 0xffffffffff000000 && arch && strcmp(arch, "x86_64") == 0;
}

#define KERNELS "the kernel's "

static const char *who(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	if (f->ev->kind->traits & TRAIT_HARDWARE)
		return "hardware";
	if (f->culprit->module)
		return talloc_asprintf(ctx, "%s (%s)", f->culprit->module, origin_words(f->origin));
	if (f->culprit->module_unknown)
		return "";
	if (!f->culprit->function && is_in_modules(f->ev))
		return "a module that the log does not name";
	for (size_t i = 0; i < ARRAY_SIZE(innocents); i++)
		if (innocents[i].kind == f->ev->kind->id)
			return innocents[i].words;
	if (f->subsystem && !(f->ev->kind->traits & TRAIT_OWN_STOP))
		return talloc_asprintf(ctx, KERNELS "%s", f->subsystem);
	return "kernel";
}

/* "the kernel's scheduler" in the path "scheduler" says it once. */
static bool says_path(const char *doer, const char *path)
{
	size_t n = strlen(KERNELS);

	return strncmp(doer, KERNELS, n) == 0 && strcmp(doer + n, path) == 0;
}

/* "no crash; e1000 (in-tree driver), receive path: " */
static char *begin(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	const char *doer = who(ctx, f);
	char *s = talloc_strdup(ctx, select_is_no_crash(f->ev) ? "no crash; " : "");

	if (!doer || !*doer)
		return doer ? s : NULL;
	s = add(s, doer);
	if (f->path && !says_path(doer, path_words(f->path)))
		s = add(add(s, ", "), path_words(f->path));
	return add(s, ": ");
}

/* ", write to foo.member through bar->foo": says more than the address. */
static char *add_pointer(char *s, const struct sentence_facts *f)
{
	char *what = pointer_access(s, f->pointer, f->access);

	return add(add(s, ", "), what);
}

/* ", read at 0x40", ", read", ", at 0x40" */
static char *add_access(char *s, const struct sentence_facts *f)
{
	const char *access = f->access && strcmp(f->access, "exec") == 0 ? "execution" : f->access;

	if (s && f->pointer && (f->pointer->type || f->pointer->expression))
		return add_pointer(s, f);
	if (!s || (!access && !f->address.known))
		return s;
	s = talloc_asprintf_append_buffer(s, ", %s", access ? access : "");
	if (s && f->address.known)
		s = talloc_asprintf_append_buffer(
			s, "%sat 0x%" PRIx64, access ? " " : "", f->address.v);
	return s;
}

static bool is_stall(const struct oops_event *ev)
{
	return ev->kind->outcome == OOPS_STALL || ev->kind->id == KIND_HARD_LOCKUP;
}

/*
 * What the report is about: an object. For a stall or a hung task: which task or CPU, and for how
 * long.
 */
static char *add_subject(char *s, const struct oops_event *ev)
{
	if (s && ev->object && (ev->kind->traits & TRAIT_SAYS_OBJECT))
		s = talloc_asprintf_append_buffer(s, ", %s", ev->object);
	if (s && ev->subject_comm)
		s = talloc_asprintf_append_buffer(s, ", %s", ev->subject_comm);
	if (s && ev->subject_pid.known)
		s = talloc_asprintf_append_buffer(s, " (pid %" PRIu64 ")", ev->subject_pid.v);
	if (s && is_stall(ev) && ev->subject_cpu.known)
		s = talloc_asprintf_append_buffer(s, ", CPU %" PRIu64, ev->subject_cpu.v);
	else if (s && is_stall(ev) && !ev->subject_comm && ev->cpu.known)
		s = talloc_asprintf_append_buffer(s, ", CPU %" PRIu64, ev->cpu.v);
	if (s && ev->duration_s.known && ev->kind->outcome == OOPS_STALL &&
		!(ev->kind->traits & TRAIT_JIFFIES))
		s = talloc_asprintf_append_buffer(s, " for %" PRIu64 " s", ev->duration_s.v);
	return s;
}

/* " on CPU 3, bank 5: Processor context corrupt" */
static char *add_hardware(char *s, const struct oops_event *ev)
{
	const char *what = ev->object;

	if (s && ev->cpu.known)
		s = talloc_asprintf_append_buffer(s, " on CPU %" PRIu64, ev->cpu.v);
	if (s && ev->bank.known)
		s = talloc_asprintf_append_buffer(s, ", bank %" PRIu64, ev->bank.v);
	if (!what && oops_hardware_is_corrupt(ev))
		what = "Processor context corrupt";
	if (s && what && ev->kind->id == KIND_MACHINE_CHECK)
		/* The kernel's sentence continues here. */
		s = talloc_asprintf_append_buffer(
			s, ": %c%s", *what >= 'A' && *what <= 'Z' ? *what | 0x20 : *what, what + 1);
	else if (s && what)
		s = talloc_asprintf_append_buffer(s, ", %s", what);
	return s;
}

/* Signals with the same number on all machines. Others are named by their number. */
static const struct {
	unsigned number;
	const char *name;
} signals[] = {
	{1, "SIGHUP"},
	{2, "SIGINT"},
	{4, "SIGILL"},
	{5, "SIGTRAP"},
	{6, "SIGABRT"},
	{8, "SIGFPE"},
	{9, "SIGKILL"},
	{11, "SIGSEGV"},
	{13, "SIGPIPE"},
	{15, "SIGTERM"},
};

/* "process 1 (systemd) was killed by SIGSEGV": the code is that of wait(2). */
static char *add_exit(char *s, const struct oops_event *ev)
{
	uint64_t code = ev->error_code.v, signal = code & 0x7f;

	s = add(s, "process 1");
	if (s && ev->comm && ev->pid.known && ev->pid.v == 1)
		s = talloc_asprintf_append_buffer(s, " (%s)", ev->comm);
	for (size_t i = 0; s && i < ARRAY_SIZE(signals); i++)
		if (signals[i].number == signal)
			return talloc_asprintf_append_buffer(
				s, " was killed by %s", signals[i].name);
	if (s && signal)
		return talloc_asprintf_append_buffer(s, " was killed by signal %" PRIu64, signal);
	return s ? talloc_asprintf_append_buffer(
			   s, " exited with status %" PRIu64, code >> 8 & 0xff)
		 : NULL;
}

/* What happened. */
static char *add_phrase(char *s, const struct oops_event *ev, bool freed)
{
	if (freed)
		return add(s, oops_kind_row(KIND_USE_AFTER_FREE)->phrase);
	if (ev->kind->id == KIND_INIT_KILLED && ev->error_code.known)
		return add_exit(s, ev);
	if (ev->kind->id == KIND_CORRECTED_ERROR && ev->detector &&
		strcmp(ev->detector, "nmi") == 0)
		return add(s, "non-maskable interrupt that the kernel survived");
	if (ev->memory && ev->kind->id == KIND_OOM_KILL && ev->memory->killed.comm)
		s = shortage_add_killed(add(s, "out of memory"), ev->memory);
	else if (ev->memory)
		s = add(s, ev->kind->phrase);
	if (ev->memory)
		return shortage_add_holder(s, ev->memory);
	if (ev->headless && ev->kind->id == KIND_OOPS)
		return add(s, "crash whose first lines are missing");
	return add(s, ev->kind->phrase);
}

/* If no counter shows who holds the memory, the module that asked for more may. */
static char *add_asker(char *s, const struct oops_event *ev)
{
	const struct oops_trace *t = trail_main(ev);

	if (!ev->memory || !shortage_is_hidden(ev->memory))
		return s;
	for (size_t i = 0; s && t && i < t->n_frames; i++) {
		const struct oops_frame *f = &t->frames[i];

		if (f->function && f->module && !f->unreliable)
			return talloc_asprintf_append_buffer(
				s, "; %s of %s asked for more", f->function, f->module);
	}
	return s;
}

static bool speaks_of_cause(const struct oops_event *ev)
{
	return ev->reason && ev->kind->id == KIND_PANIC;
}

/* The CPU jumped to an address without code: the culprit is the caller. */
static bool is_call_to_nowhere(const struct sentence_facts *f)
{
	return f->access && strcmp(f->access, "exec") == 0 && !f->ev->ip.function &&
	       f->ev->ip.has_address;
}

const char *sentence_headline(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	const struct oops_event *ev = f->ev;
	const struct culprit *c = f->culprit;
	char *s = add_phrase(begin(ctx, f), ev, f->freed);

	if (speaks_of_cause(ev))
		s = add(add(s, ", "), ev->reason);
	s = add_access(s, f);
	s = add_asker(s, ev);
	s = ev->kind->traits & TRAIT_HARDWARE ? add_hardware(s, ev) : add_subject(s, ev);
	if (c->function)
		s = add(add(s, is_call_to_nowhere(f) ? ", called from " : " in "), c->function);
	if (s && c->function && c->frame && c->frame->has_offset)
		s = talloc_asprintf_append_buffer(s, "+0x%" PRIx64, c->frame->offset);
	/* In a dump, memory says more. */
	if (s && ev->holder && !f->dump)
		s = talloc_asprintf_append_buffer(
			s, ", waits for what task %s likely holds", ev->holder);
	if (s && !c->function && ev->file && ev->line.known && c->basis == CULPRIT_NONE)
		s = talloc_asprintf_append_buffer(s, " at %s:%" PRIu64, ev->file, ev->line.v);
	return s;
}

/* ---- evidence ---------------------------------------------------------------------------- */

static void push(TALLOC_CTX *ctx, struct sentence_list *l, const char *text)
{
	const char **items = text ? talloc_realloc(ctx, l->items, const char *, l->n + 1) : NULL;

	if (!items)
		return;
	l->items = items;
	items[l->n++] = text;
}

/*
 * Whether the CPU was in that function. It may have been where there is no code, and the stack
 * shows the caller.
 */
static bool is_own_place(const struct oops_event *ev, const char *function)
{
	return ev->ip.function && strcmp(ev->ip.function, function) == 0;
}

static const char *basis_text(TALLOC_CTX *ctx, const struct oops_event *ev, const struct culprit *c)
{
	switch (c->basis) {
	case CULPRIT_NAMED:
		return talloc_asprintf(ctx, "The report itself names %s.", c->function);
	case CULPRIT_IP:
		if (!is_own_place(ev, c->function))
			return talloc_asprintf(ctx,
				"%s is the innermost function that the stack shows.", c->function);
		return talloc_asprintf(
			ctx, "The CPU was executing %s at the time of the report.", c->function);
	case CULPRIT_CALLER:
		if (!c->stepped_over || !c->why)
			return talloc_asprintf(
				ctx, "%s called the function that failed.", c->function);
		return talloc_asprintf(ctx,
			"%s %s, so it is skipped. The first caller that is not a helper is %s.",
			c->stepped_over, c->why->reason, c->function);
	case CULPRIT_WORK:
		return talloc_asprintf(ctx, "The work on this stack began in %s.", c->function);
	case CULPRIT_WAITER:
		return talloc_asprintf(
			ctx, "%s is the first caller that does more than wait.", c->function);
	case CULPRIT_LOCK_SITE:
		return talloc_asprintf(
			ctx, "%s takes the lock that the report is about.", c->function);
	case CULPRIT_DRIVER:
		return talloc_asprintf(ctx, "The report names the driver %s.", c->module);
	case CULPRIT_TRIPPED:
		return talloc_asprintf(ctx,
			"%s found the memory that it gives out overwritten: its caller did not "
			"do that.",
			c->function);
	case CULPRIT_DISPATCH:
		return talloc_asprintf(ctx,
			"%s calls what others registered with it: who set the pointer that it "
			"called is not on the stack.",
			c->function);
	case CULPRIT_ITEM:
		return talloc_asprintf(ctx,
			"The stack shows only functions that serve others; %s is the work item "
			"that ran.",
			c->function);
	case CULPRIT_FALLBACK:
		return talloc_asprintf(ctx,
			"The stack shows only helper functions; %s is the first of them.",
			c->function);
	case CULPRIT_NONE:
		break;
	}
	return NULL;
}

/* "vlic is a proprietary, unsigned module (taint flags POE in ...)." */
static const char *taints_text(TALLOC_CTX *ctx, const char *module, const char *taints)
{
	const char *origin = "an in-tree";

	if (!taints)
		return talloc_asprintf(ctx,
			"%s is part of the kernel (no taint flags in \"Modules linked in\").",
			module);
	if (strchr(taints, 'P'))
		origin = "a proprietary";
	else if (strchr(taints, 'O'))
		origin = "an out-of-tree";
	return talloc_asprintf(ctx, "%s is %s%s module (taint flags %s in \"Modules linked in\").",
		module, origin, strchr(taints, 'E') ? ", unsigned" : "", taints);
}

static const char *module_text(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	const struct oops_event *ev = f->ev;

	if (!f->culprit->module || !f->origin)
		return NULL;
	for (size_t i = 0; i < ev->n_modules; i++)
		if (strcmp(ev->modules[i].name, f->culprit->module) == 0)
			return taints_text(ctx, f->culprit->module, ev->modules[i].taints);
	return NULL;
}

static const char *source_text(TALLOC_CTX *ctx, const struct oops_event *ev)
{
	if (!ev->witness)
		return talloc_asprintf(ctx, "Line %" PRIu64 " of the log: \"%s\".",
			ev->text_line ? ev->text_line : ev->first_line + 1,
			ev->headline ? ev->headline : "");
	if (ev->named_by)
		return talloc_asprintf(
			ctx, "The stack of %s in memory contains %s.", ev->witness, ev->named_by);
	return talloc_asprintf(ctx,
		"What could be read of the log does not show the crash. The stack of %s in memory "
		"does.",
		ev->witness);
}

/*
 * The exit code has the format of wait(2): a signal in the low 7 bits, otherwise the status in the
 * bits from 8 on.
 */
static const char *exit_text(TALLOC_CTX *ctx, const struct oops_event *ev)
{
	static const char mark[] = "exitcode=0x";
	const char *line = ev->reason ? ev->reason : ev->headline;
	const char *at = line ? strstr(line, mark) : NULL;
	char *end;
	unsigned long code = at ? strtoul(at + strlen(mark), &end, 16) : 0;

	if (ev->kind->id != KIND_INIT_KILLED || !at || end == at + strlen(mark))
		return NULL;
	if (!(code & 0x7f))
		return talloc_asprintf(
			ctx, "Init ended by itself, with exit status %lu.", code >> 8 & 0xff);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (signals[i].number == (code & 0x7f))
			return talloc_asprintf(ctx, "Init was killed by signal %u (%s).",
				signals[i].number, signals[i].name);
	return talloc_asprintf(ctx, "Init was killed by signal %lu.", code & 0x7f);
}

#define MOST_HANDLERS 4

/* "i801_isr (i2c_i801), acpi_irq and 2 more" */
static void push_handlers(TALLOC_CTX *ctx, struct sentence_list *l, const struct oops_trace *t)
{
	char *s = talloc_strdup(ctx, "The handlers of the interrupt, none of which claimed it: ");

	for (size_t i = 0; i < t->n_frames && i < MOST_HANDLERS && s; i++) {
		const struct oops_frame *f = &t->frames[i];

		s = talloc_asprintf_append_buffer(s, "%s%s%s%s%s", i ? ", " : "",
			f->function ? f->function : "?", f->module ? " (" : "",
			f->module ? f->module : "", f->module ? ")" : "");
	}
	if (s && t->n_frames > MOST_HANDLERS)
		s = talloc_asprintf_append_buffer(s, " and %zu more", t->n_frames - MOST_HANDLERS);
	push(ctx, l, s ? talloc_asprintf_append_buffer(s, ".") : NULL);
}

/* What the report says besides who and where. */
static void push_facts(TALLOC_CTX *ctx, struct sentence_list *l, const struct oops_event *ev)
{
	if (ev->headless)
		push(ctx, l,
			ev->kind_by
				? talloc_asprintf(ctx,
					  "The first lines of the report are missing; its kind is "
					  "known by %s.",
					  ev->kind_by)
				: "The first lines of the report are missing.");
	if (ev->bank.known && ev->error_code.known)
		push(ctx, l,
			talloc_asprintf(ctx, "Bank %" PRIu64 " has the status 0x%" PRIx64 ": %s.",
				ev->bank.v, ev->error_code.v,
				oops_hardware_is_corrupt(ev)
					? "uncorrected, the processor's context is corrupt"
				: ev->kind->id == KIND_CORRECTED_ERROR ? "corrected"
								       : "uncorrected"));
	for (size_t i = 0; i < ev->n_traces; i++)
		if (ev->traces[i].role == OOPS_TRACE_HANDLERS && ev->traces[i].n_frames)
			push_handlers(ctx, l, &ev->traces[i]);
	if (ev->left_over)
		push(ctx, l,
			"The hardware kept this record: it is of the boot before, and may be why "
			"that one ended.");
	if (ev->holder)
		push(ctx, l,
			talloc_asprintf(
				ctx, "What it waits for is likely held by task %s.", ev->holder));
	if (!ev->cache && ev->object && ev->detector && strcmp(ev->detector, "slub") == 0)
		push(ctx, l, talloc_asprintf(ctx, "The slab cache is %s.", ev->object));
	if (ev->cache)
		push(ctx, l, talloc_asprintf(ctx, "The slab cache is %s.", ev->cache));
	if (ev->bad_ram)
		push(ctx, l, "The kernel says that a single bit is wrong: probably bad memory.");
}

static void push_memory(TALLOC_CTX *ctx, struct sentence_list *l, const struct oops_memory *m)
{
	bool done = !m;

	for (unsigned i = 0; !done; i++)
		push(ctx, l, shortage_evidence(ctx, m, i, &done));
}

/* A module that was being loaded has just run its first code. */
static const char *loading_text(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	const struct oops_event *ev = f->ev;

	for (size_t i = 0; i < ev->n_modules; i++)
		if (ev->modules[i].state == '+')
			return talloc_asprintf(
				ctx, "The module %s was being loaded.", ev->modules[i].name);
	return NULL;
}

/* What the values in the registers and the messages before the report say of the cause. */
static void push_clues(TALLOC_CTX *ctx, struct sentence_list *l, const struct sentence_facts *f)
{
	const struct oops_event *ev = f->ev;

	push_facts(ctx, l, ev);
	push_memory(ctx, l, ev->memory);
	if (f->register_name)
		push(ctx, l,
			talloc_asprintf(ctx, "The value of register %s %s.", f->register_name,
				f->register_meaning));
	if (f->address_meaning)
		push(ctx, l,
			talloc_asprintf(ctx, "Address 0x%" PRIx64 " %s.", f->address.v,
				f->address_meaning));
	if (f->code_is_foreign)
		push(ctx, l,
			"The instruction there is none by which the kernel stops itself (ud2): the "
			"code is damaged, was built for another processor, or was entered in the "
			"middle of an instruction.");
	push(ctx, l, f->bit_meaning);
	if (f->pointer) {
		push(ctx, l, f->pointer->how);
		push(ctx, l, f->pointer->container);
		push(ctx, l, f->pointer->source);
	}
	if (ev->trouble)
		push(ctx, l, talloc_asprintf(ctx, "Shortly before: \"%s\".", ev->trouble));
	push(ctx, l, exit_text(ctx, ev));
	push(ctx, l, loading_text(ctx, f));
}

/* The line that announced the crash, which is evidence, may be the panic's. */
static bool is_quoted(const struct oops_event *ev, const char *reason)
{
	return !ev->witness && ev->headline && strstr(ev->headline, reason);
}

/* The strongest first: a report on one screen may have room for two or three of them. */
struct sentence_list sentence_evidence(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	const struct oops_event *ev = f->ev;
	struct sentence_list l = {0};

	push(ctx, &l, source_text(ctx, ev));
	push_clues(ctx, &l, f);
	push(ctx, &l, basis_text(ctx, ev, f->culprit));
	if (f->n_events > 1)
		push(ctx, &l,
			talloc_asprintf(ctx, "The log has %zu reports. This one is judged: %s.",
				f->n_events, select_reason(f->rule)));
	push(ctx, &l, module_text(ctx, f));
	if (f->path && f->path_by)
		push(ctx, &l,
			talloc_asprintf(ctx, "Code path: %s (%s is on the stack).",
				path_words(f->path), f->path_by));
	if (ev->workqueue)
		push(ctx, &l, talloc_asprintf(ctx, "Work queue and work item: %s.", ev->workqueue));
	if (ev->fatal && ev->reason && ev->kind->id != KIND_PANIC && !is_quoted(ev, ev->reason))
		push(ctx, &l,
			talloc_asprintf(ctx, "The kernel then stopped with: \"%s\".", ev->reason));
	return l;
}
