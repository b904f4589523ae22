// SPDX-License-Identifier: GPL-3.0-or-later
#include "triage/memory.h"

#include <string.h>

#include "base/vmlinux.h"
#include "triage/blame.h"

/*
 * If a call never returns, it may be the last instruction of its function. The kernel may then
 * print the start of the next function.
 */
static bool lies_behind(const struct vmt_frame *a, const struct vmt_frame *b)
{
	return a->offset.known && a->size.known && a->offset.v == a->size.v && b->offset.known &&
	       !b->offset.v;
}

static bool same_place(const struct vmt_frame *a, const struct vmt_frame *b)
{
	if (!a->function || !b->function)
		return a->address.known && b->address.known && a->address.v == b->address.v;
	if (lies_behind(a, b) || lies_behind(b, a))
		return true;
	return strcmp(a->function, b->function) == 0 && a->offset.known && b->offset.known &&
	       a->offset.v == b->offset.v;
}

/* The first index, not before from, of a frame at the same place; n: none. */
static size_t find_place(
	const struct vmt_frame *frames, size_t from, size_t n, const struct vmt_frame *wanted)
{
	while (from < n && !same_place(&frames[from], wanted))
		from++;
	return from;
}

/*
 * Where the two meet. The log begins at the fault, or with the functions that print (a panic's
 * trace begins in dump_stack). These had returned before memory was saved, so the first frames may
 * be gone.
 */
static bool find_start(const struct vmt_frame *log, size_t n_log, const struct vmt_frame *stack,
	size_t n_stack, size_t *in_log, size_t *in_stack)
{
	for (*in_log = 0; *in_log < n_log; ++*in_log) {
		if (!log[*in_log].reliable)
			continue;
		*in_stack = find_place(stack, 0, n_stack, &log[*in_log]);
		if (*in_stack < n_stack)
			return true;
	}
	return false;
}

enum memory_match memory_compare(const struct vmt_frame *log, size_t n_log,
	const struct vmt_frame *stack, size_t n_stack, size_t *from, size_t *at)
{
	size_t i, next;

	*at = 0;
	if (!find_start(log, n_log, stack, n_stack, &i, &next))
		return MEMORY_OTHER;
	*from = next;
	for (; i < n_log; i++) {
		size_t found;

		if (!log[i].reliable)
			continue;
		found = find_place(stack, next, n_stack, &log[i]);
		if (found == n_stack) {
			*at = i;
			return MEMORY_DIFFERS;
		}
		next = found + 1;
	}
	return next < n_stack ? MEMORY_LONGER : MEMORY_SAME;
}

void memory_take_contexts(
	struct vmt_frame *stack, size_t n_stack, const struct vmt_frame *log, size_t n_log)
{
	size_t next = 0;

	for (size_t i = 0; i < n_stack; i++) {
		size_t found = find_place(log, next, n_log, &stack[i]);

		if (found == n_log)
			continue;
		if (log[found].context)
			stack[i].context = log[found].context;
		next = found + 1;
	}
}

/*
 * The log's last reliable frame before the given one; n: there is none. After a jump to nowhere it
 * is the return address that the call left on the stack, which not every unwinder of the kernel
 * calls reliable.
 */
static size_t frame_before(const struct vmt_frame *log, size_t n, size_t at)
{
	for (size_t i = at; i-- > 0;)
		if (log[i].reliable)
			return i == 0 && at > 1 && !log[i].function ? 1 : i;
	return n;
}

/* A frame after stack[k] with the same address, if it already has a name. */
static const struct vmt_frame *named_before(
	const struct vmt_frame *stack, size_t n_stack, size_t k, const struct vmt_frame *frame)
{
	for (; k < n_stack; k++)
		if (stack[k].function && stack[k].address.known && frame->address.known &&
			stack[k].address.v == frame->address.v)
			return &stack[k];
	return NULL;
}

/* In the log, the frame before the one that matches stack. */
static const struct vmt_frame *logged_before(
	const struct vmt_frame *log, size_t n_log, const struct vmt_frame *stack)
{
	size_t i = find_place(log, 0, n_log, stack);

	i = i < n_log ? frame_before(log, n_log, i) : n_log;
	return i < n_log && log[i].function && !is_vmlinux(log[i].module) ? &log[i] : NULL;
}

/*
 * Names a module's code that memory could not name. If the frame of its caller is the same in both,
 * the log's frame before that one is the same function.
 */
static void take_names(
	struct vmt_frame *stack, size_t n_stack, const struct vmt_frame *log, size_t n_log)
{
	for (size_t k = n_stack; k-- > 1;) {
		struct vmt_frame *to = &stack[k - 1];
		const struct vmt_frame *from;

		if (to->function || !stack[k].function)
			continue;
		from = named_before(stack, n_stack, k, to);
		if (!from)
			from = logged_before(log, n_log, &stack[k]);
		if (!from)
			continue;
		to->function = from->function;
		to->plain = from->plain;
		to->offset = from->offset;
		to->size = from->size;
		to->module = from->module;
		to->build_id = from->build_id;
	}
}

static int add_evidence(
	TALLOC_CTX *ctx, struct vmt_verdict *v, const char *text, struct vmt_err *err)
{
	const char **items = talloc_array(ctx, const char *, v->n_evidence + 1);

	if (!text || !items)
		return err_nomem(err);
	for (size_t i = 0; i < v->n_evidence; i++)
		items[i] = v->evidence[i];
	items[v->n_evidence++] = text;
	v->evidence = items;
	return 0;
}

/* The first frame that is not part of making the report. */
static size_t skip_report(const struct memory_stack *stack)
{
	size_t i = 0;

	while (i < stack->n && stack->frames[i].function &&
		blame_find(stack->frames[i].function, BLAME_REPORT))
		i++;
	return i < stack->n ? i : 0;
}

static const char *const findings[] = {
	[MEMORY_ONLY] = "replaces the call trace, which the log does not show",
	[MEMORY_SAME] = "shows the same frames as the log",
	[MEMORY_LONGER] = "shows the same frames as the log, and more",
	[MEMORY_BETTER] = "confirms frames that the log marks as uncertain",
	[MEMORY_DIFFERS] = "begins like the log's call trace, then differs from it",
};

/* The kernel's own unwinder got lost: all frames except the first are marked as guesses. */
static bool is_guess(const struct vmt_frame *log, size_t n)
{
	size_t reliable = 0;

	for (size_t i = 0; i < n; i++)
		reliable += log[i].reliable;
	return n > 2 && reliable <= 1;
}

/*
 * The caller of a jump to nowhere: not every unwinder of the kernel calls the return address on top
 * of the stack reliable, but here the call instruction before it was seen.
 */
static bool settles_caller(
	const struct vmt_frame *log, size_t n_log, const struct vmt_frame *stack, size_t n_stack)
{
	return n_log > 1 && n_stack > 1 && !log[0].function && !stack[0].function &&
	       !log[1].reliable && stack[1].reliable && same_place(&log[1], &stack[1]);
}

int memory_join(TALLOC_CTX *ctx, const struct memory_stack *stack, struct vmt_report *report,
	enum memory_match *match, struct vmt_err *err)
{
	size_t from = 0, at;

	take_names(stack->frames, stack->n, report->frames, report->n_frames);
	*match = memory_compare(
		report->frames, report->n_frames, stack->frames, stack->n, &from, &at);
	if (!stack->n || (*match == MEMORY_OTHER && report->n_frames))
		return 0;
	if (*match == MEMORY_OTHER) {
		from = skip_report(stack);
		*match = MEMORY_ONLY;
	} else if (stack->whole && (is_guess(report->frames, report->n_frames) ||
					   settles_caller(report->frames, report->n_frames,
						   stack->frames + from, stack->n - from))) {
		*match = MEMORY_BETTER;
	}
	if (*match != MEMORY_DIFFERS || stack->whole) {
		memory_take_contexts(
			stack->frames + from, stack->n - from, report->frames, report->n_frames);
		report->frames = stack->frames + from;
		report->n_frames = stack->n - from;
	}
	return add_evidence(ctx, &report->verdict,
		talloc_asprintf(ctx, "The stack of %s in memory %s.", stack->who,
			findings[stack->before != MEMORY_OTHER ? stack->before : *match]),
		err);
}
