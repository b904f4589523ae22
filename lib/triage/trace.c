// SPDX-License-Identifier: GPL-3.0-or-later
#include "triage/trace.h"

#include <string.h>

#include "base/array.h"
#include "base/vmlinux.h"

static enum oops_context context_of(const char *name)
{
	static const struct {
		const char *name;
		enum oops_context context;
	} contexts[] = {
		{"task", OOPS_CTX_TASK},
		{"idle", OOPS_CTX_TASK},
		{"softirq", OOPS_CTX_SOFTIRQ},
		{"hardirq", OOPS_CTX_IRQ},
		{"nmi", OOPS_CTX_NMI},
	};

	for (size_t i = 0; name && i < ARRAY_SIZE(contexts); i++)
		if (strcmp(contexts[i].name, name) == 0)
			return contexts[i].context;
	return OOPS_CTX_UNKNOWN;
}

struct oops_frame trace_frame(const struct vmt_frame *f)
{
	bool own = !is_vmlinux(f->module);

	return (struct oops_frame){
		.function = f->function,
		.module = own ? f->module : NULL,
		.offset = f->offset.v,
		.size = f->size.v,
		.has_offset = f->offset.known,
		.address = f->address.v,
		.has_address = f->address.known,
		.unreliable = !f->reliable,
		.context = context_of(f->context),
	};
}

struct oops_trace *trace_make(TALLOC_CTX *ctx, const struct vmt_frame *frames, size_t n)
{
	struct oops_trace *t = talloc_zero(ctx, struct oops_trace);

	if (!t)
		return NULL;
	t->role = OOPS_TRACE_MAIN;
	t->n_frames = n;
	t->frames = talloc_zero_array(t, struct oops_frame, n);
	if (!t->frames)
		return NULL;
	for (size_t i = 0; i < n; i++)
		t->frames[i] = trace_frame(&frames[i]);
	return t;
}
