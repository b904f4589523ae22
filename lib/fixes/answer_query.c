// SPDX-License-Identifier: GPL-3.0-or-later
/* The crash of a report, as the ranking of fixes wants it. */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "fixes/answer.h"

static const char *module_of(const char *name)
{
	return name && strcmp(name, VMT_MODULE_KERNEL) != 0 ? name : NULL;
}

/* What a log marks "?", and what was found by a scan, may be left over from earlier calls. */
static struct rank_frame frame_of(const struct vmt_frame *f)
{
	return (struct rank_frame){.function = f->plain ? f->plain : f->function,
		.module = module_of(f->module),
		.unreliable = !f->reliable};
}

static int stack_of(TALLOC_CTX *ctx, const struct vmt_frame *frames, size_t n,
	struct rank_stack *ret, struct vmt_err *err)
{
	struct rank_frame *list = talloc_array(ctx, struct rank_frame, n ? n : 1);

	*ret = (struct rank_stack){.frames = list};
	if (!list)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		if (frames[i].function)
			list[ret->n++] = frame_of(&frames[i]);
	return 0;
}

static bool is_on(const struct rank_stack *stack, const char *function)
{
	for (size_t i = 0; i < stack->n; i++)
		if (!strcmp(stack->frames[i].function, function))
			return true;
	return false;
}

/* Functions that took part but are not on the stack: who freed the object, who holds the lock. */
static int suspects_of(TALLOC_CTX *ctx, const struct vmt_report *r, const struct rank_stack *stack,
	struct rank_stack *ret, struct vmt_err *err)
{
	const struct vmt_verdict *v = &r->verdict;
	struct rank_frame *list = talloc_array(ctx, struct rank_frame, v->n_suspects + 1);

	*ret = (struct rank_stack){.frames = list};
	if (!list)
		return err_nomem(err);
	for (size_t i = 0; i < v->n_suspects; i++) {
		const struct vmt_suspect *s = &v->suspects[i];

		if (s->function && !is_on(stack, s->function))
			list[ret->n++] = (struct rank_frame){
				.function = s->function, .module = module_of(s->module)};
	}
	return 0;
}

static int others_of(
	TALLOC_CTX *ctx, const struct vmt_report *r, struct rank_query *q, struct vmt_err *err)
{
	struct rank_stack *list = talloc_array(ctx, struct rank_stack, r->n_waits + 1);
	int rc = list ? suspects_of(ctx, r, &q->stack, &list[0], err) : err_nomem(err);

	if (rc)
		return rc;
	q->others_n = list[0].n ? 1 : 0;
	/* The first one that waits is the judged one itself. */
	for (size_t i = 1; i < r->n_waits && !rc; i++)
		if (r->waits[i].n_frames)
			rc = stack_of(ctx, r->waits[i].frames, r->waits[i].n_frames,
				&list[q->others_n++], err);
	q->others = list;
	return rc;
}

static bool in_path(char c)
{
	return ascii_is_alnum(c) || strchr("/_-.", c);
}

/* "kernel BUG at mm/gup.c:120!": the path and the line. NULL: there is none. */
static char *place_in(TALLOC_CTX *ctx, const char *text)
{
	for (const char *p = text; p && (p = strstr(p, " at ")); p++) {
		const char *begin = p + strlen(" at "), *end = begin, *dot;

		while (*end && in_path(*end))
			end++;
		dot = end - begin > 3 ? end - 2 : NULL;
		if (!dot || *end != ':' || !ascii_is_digit(end[1]) ||
			(strncmp(dot, ".c", 2) != 0 && strncmp(dot, ".h", 2) != 0))
			continue;
		for (end++; ascii_is_digit(*end);)
			end++;
		return talloc_strndup(ctx, begin, (size_t)(end - begin));
	}
	return NULL;
}

/* "struct net_device" and "features": "net_device.features". */
static char *member_of(TALLOC_CTX *ctx, const struct vmt_fault *f)
{
	const char *type = f->type;

	if (!type || !f->member)
		return NULL;
	if (!strncmp(type, "struct ", 7))
		type += 7;
	return talloc_asprintf(ctx, "%s.%s", type, f->member);
}

int answer_query(TALLOC_CTX *ctx, const struct vmt_report *report, struct rank_query *ret,
	struct vmt_err *err)
{
	const struct vmt_verdict *v = &report->verdict;
	const struct oops_kind *kind = oops_kind_of_slug(v->kind);
	unsigned failures = alloc_failures();
	int rc;

	*ret = (struct rank_query){.kind = kind ? kind->id : KIND_NONE,
		.culprit = v->function,
		.module = module_of(v->module),
		.arch = report->kernel.arch};
	if (v->event.known && v->event.v < report->n_events)
		ret->headline = report->events[v->event.v].headline;
	ret->place = place_in(ctx, ret->headline);
	ret->member = member_of(ctx, &report->fault);
	rc = stack_of(ctx, report->frames, report->n_frames, &ret->stack, err);
	if (!rc)
		rc = others_of(ctx, report, ret, err);
	return rc ? rc : alloc_check(failures, err);
}
