// SPDX-License-Identifier: GPL-3.0-or-later
/* Puts together one event. Arrays grow by doubling up to the caps of base/caps.h. */
#include <string.h>

#include "base/big.h"
#include "base/caps.h"
#include "oops/build.h"

const char *oops_build_text(struct oops_build *b, const char *p, size_t len)
{
	return talloc_strndup(b->ev, p, len);
}

const char *oops_build_span(struct oops_build *b, struct oops_span s)
{
	return s.p ? oops_build_text(b, s.p, s.len) : NULL;
}

void oops_build_set(struct oops_build *b, const char **field, struct oops_span s)
{
	while (s.len && s.p[s.len - 1] == ' ')
		s.len--;
	if (!*field && s.p && s.len)
		*field = oops_build_text(b, s.p, s.len);
}

void oops_build_set_number(struct vmt_u64 *field, struct vmt_u64 v)
{
	if (!field->known && v.known)
		*field = v;
}

CAP_FITS(CAP_EVENT_TRACES, sizeof(struct oops_trace));
CAP_FITS(CAP_EVENT_FRAMES, sizeof(struct oops_frame));
CAP_FITS(CAP_EVENT_MODULES, sizeof(struct oops_module));
CAP_FITS(CAP_EVENT_REGISTERS, sizeof(struct oops_register));

/* Room for one more of n items: the array, moved where it had to grow; NULL at the cap. */
static void *grow(
	struct oops_event *ev, void *array, size_t size, size_t n, size_t *room, size_t cap)
{
	size_t want = n < 8 ? 8 : 2 * n;

	if (n >= cap) {
		ev->capped = true;
		return NULL;
	}
	if (n < *room)
		return array;
	if (want > cap)
		want = cap;
	array = array ? talloc_realloc_size(ev, array, size * want) : talloc_size(ev, size * want);
	if (array)
		*room = want;
	return array;
}

bool oops_build_has_main(const struct oops_build *b)
{
	for (size_t i = 0; i < b->ev->n_traces; i++)
		if (b->ev->traces[i].role == OOPS_TRACE_MAIN && b->ev->traces[i].n_frames)
			return true;
	return false;
}

struct oops_trace *oops_build_trace(
	struct oops_build *b, enum oops_trace_role role, struct oops_span title)
{
	struct oops_event *ev = b->ev;
	struct oops_trace *t;

	b->trace = NULL;
	t = grow(ev, ev->traces, sizeof(*t), ev->n_traces, &b->trace_room, CAP_EVENT_TRACES);
	if (!t)
		return NULL;
	ev->traces = t;
	t = &ev->traces[ev->n_traces++];
	memset(t, 0, sizeof(*t));
	t->role = role;
	t->title = title.len ? oops_build_span(b, title) : NULL;
	b->trace = t;
	b->frame_room = 0;
	b->section = true;
	b->context = OOPS_CTX_UNKNOWN;
	b->foreign = 0;
	return t;
}

void oops_build_place(struct oops_build *b, const struct oops_frame_text *f, struct oops_frame *to)
{
	memset(to, 0, sizeof(*to));
	to->function = oops_build_span(b, f->function);
	to->module = oops_build_span(b, f->module);
	to->build_id = oops_build_span(b, f->build_id);
	to->file = oops_build_span(b, f->file);
	to->line = f->line;
	to->offset = f->offset;
	to->size = f->size;
	if (f->size && f->offset > f->size)
		oops_build_garbled(b);
	to->address = f->address;
	to->has_offset = f->has_offset;
	to->has_address = f->has_address;
	to->unreliable = f->unreliable;
	to->inlined = f->inlined;
	to->context = b->context;
}

/* NULL: there is no room for it. */
static struct oops_frame *add_frame(struct oops_build *b, const struct oops_frame_text *f)
{
	struct oops_frame *frames;

	if (!b->trace) {
		struct oops_span none = {0};
		bool lock = b->flags & OOPS_H_LOCKDEP;
		/* Registers inside a trace whose start is lost: what follows are the frames of the
		 * interrupted code. */
		bool inner = (b->flags & OOPS_H_LOST) && b->ev->n_regs && !b->ev->ip.function;
		enum oops_trace_role role = oops_build_has_main(b) || lock || inner
						    ? OOPS_TRACE_OTHER
						    : OOPS_TRACE_MAIN;
		if (!oops_build_trace(b, role, none))
			return NULL;
	}
	if (b->n_frames >= CAP_EVENT_FRAMES) {
		b->trace->cut = b->ev->capped = true;
		return NULL;
	}
	frames = grow(b->ev, b->trace->frames, sizeof(*frames), b->trace->n_frames, &b->frame_room,
		CAP_EVENT_FRAMES);
	if (!frames)
		return NULL;
	b->trace->frames = frames;
	oops_build_place(b, f, &frames[b->trace->n_frames]);
	b->n_frames++;
	return &frames[b->trace->n_frames++];
}

void oops_build_frame(struct oops_build *b, const struct oops_frame_text *f)
{
	struct oops_frame *frame = add_frame(b, f);

	if (!frame)
		return;
	frame->from_regs = false;
	b->section = false;
}

void oops_build_frame_of_registers(struct oops_build *b, const struct oops_frame_text *f)
{
	struct oops_frame *frame = add_frame(b, f);

	if (frame)
		frame->from_regs = true;
}

void oops_build_register(struct oops_build *b, struct oops_span name, uint64_t value)
{
	struct oops_event *ev = b->ev;
	struct oops_register *regs = NULL;
	char lower[16];

	if (!name.len || name.len >= sizeof(lower))
		return;
	for (size_t i = 0; i < name.len; i++)
		lower[i] =
			(char)(name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] | 0x20 : name.p[i]);
	for (size_t i = 0; i < ev->n_regs; i++)
		if (strlen(ev->regs[i].name) == name.len &&
			memcmp(ev->regs[i].name, lower, name.len) == 0)
			return;
	/* The array is const for readers of the event. Here it may still be changed. */
	memcpy(&regs, &ev->regs, sizeof(regs));
	regs = grow(ev, regs, sizeof(*regs), ev->n_regs, &b->reg_room, CAP_EVENT_REGISTERS);
	if (!regs)
		return;
	ev->regs = regs;
	regs[ev->n_regs].name = oops_build_text(b, lower, name.len);
	regs[ev->n_regs].value = value;
	if (regs[ev->n_regs].name)
		ev->n_regs++;
}

void oops_build_module(
	struct oops_build *b, struct oops_span name, struct oops_span taints, char state)
{
	struct oops_event *ev = b->ev;
	struct oops_module *mods = NULL;

	memcpy(&mods, &ev->modules, sizeof(mods));
	mods = grow(ev, mods, sizeof(*mods), ev->n_modules, &b->module_room, CAP_EVENT_MODULES);
	if (!mods)
		return;
	ev->modules = mods;
	mods += ev->n_modules;
	mods->name = oops_build_span(b, name);
	mods->taints = taints.len ? oops_build_span(b, taints) : NULL;
	mods->state = state;
	if (mods->name)
		ev->n_modules++;
}

void oops_build_garbled(struct oops_build *b)
{
	if (!b->ev->corrupted)
		b->ev->corrupted = "characters of its lines are lost or changed";
}
