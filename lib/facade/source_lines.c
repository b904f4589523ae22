// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/source_lines_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/name_index.h"
#include "base/vmlinux.h"
#include "dump/vmcoreinfo.h"
#include "symbolize/module_place.h"
#include "symbolize/text_frames.h"

int source_lines_new(TALLOC_CTX *ctx, const struct vmt_options *opts,
	const struct source_lines_facts *facts, struct source_lines **ret, struct vmt_err *err)
{
	struct debuginfo_places places = kernel_view_debuginfo_places(opts);
	struct source_lines *sl = talloc_zero(ctx, struct source_lines);
	int rc;

	if (!sl)
		return err_nomem(err);
	sl->facts = *facts;
	sl->without_cpus = opts && opts->without_cpu_lines;
	rc = debuginfo_search_new(sl, &places, &sl->search, err);
	if (!rc)
		rc = name_index_new(sl, 0, &sl->names, err);
	if (rc)
		talloc_free(sl);
	else
		*ret = sl;
	return rc;
}

void source_lines_know(struct source_lines *sl, const struct source_lines_facts *facts)
{
	sl->facts = *facts;
}

/* ---- objects ----------------------------------------------------------------------------- */

/* The module in memory; NULL: not loaded, or no dump. */
static const struct kernel_module *loaded_module(
	const struct source_lines *sl, const struct source_lines_object *o)
{
	const struct kernel_view *view = sl->facts.view;

	return o->module && view && view->has_modules ? modules_find(&view->modules, o->module)
						      : NULL;
}

static void take_facts(struct source_lines *sl, struct source_lines_object *o)
{
	const struct source_lines_facts *facts = &sl->facts;
	const struct kernel_module *loaded = loaded_module(sl, o);

	if (!o->module) {
		o->build_id = facts->kernel->build_id;
		return;
	}
	for (size_t i = 0; facts->modules && i < facts->n_modules; i++) {
		const struct vmt_module *m = &facts->modules[i];

		if (m->name && strcmp(m->name, o->module) == 0) {
			o->build_id = m->build_id;
			o->origin = m->origin;
		}
	}
	if (!o->build_id && loaded)
		(void)module_build_id(o, &facts->view->image, loaded, &o->build_id, NULL);
}

/*
 * Reads where a module's sections are. That costs some 50 pages, so it is done only with debuginfo,
 * or when a dump is being shrunk: the small dump must work with debuginfo later.
 */
static void take_sections(struct source_lines *sl, struct source_lines_object *o)
{
	const struct kernel_module *loaded = loaded_module(sl, o);
	int rc;

	if (!o->lines && !sl->facts.thorough)
		return;
	if (!loaded)
		return;
	rc = module_sections(o, &sl->facts.view->image, loaded, &o->sections, &o->n_sections, NULL);
	o->capped = rc == VMT_ERR_LIMIT;
	if (rc)
		o->n_sections = 0;
}

static void take_bias(struct source_lines *sl, struct source_lines_object *o)
{
	const struct kernel_image *k = sl->facts.view ? &sl->facts.view->image : NULL;
	uint64_t linked, loaded;

	if (o->module || !k)
		return;
	o->has_bias = vmcoreinfo_hex(k->info, "KERNELOFFSET", &o->bias);
	if (o->has_bias || !text_frames_symbol(o->lines, o->file->elf, "_stext", &linked) ||
		kernel_symbol(k, "_stext", &loaded, NULL))
		return;
	o->bias = loaded - linked;
	o->has_bias = true;
}

/* A failure, even for lack of memory, does not stop the search for other objects. */
static void open_object(struct source_lines *sl, struct source_lines_object *o)
{
	struct debuginfo_want want = {.module = o->module,
		.build_id = o->build_id,
		.release = sl->facts.kernel->release,
		.version = sl->facts.kernel->version};
	int rc = debuginfo_find(sl->search, o, &want, &o->file, &o->failure);

	if (!rc && o->file)
		rc = lines_new(o, o->file->elf, o->file->dwarf, &o->lines, &o->failure);
	if (!rc && o->lines)
		take_bias(sl, o);
	take_sections(sl, o);
}

/* The object by that name; a new one is opened. */
int source_lines_object(struct source_lines *sl, const char *module, const char *build_id,
	struct source_lines_object **ret, struct vmt_err *err)
{
	struct source_lines_object **objects, *o;

	uint32_t hash = name_index_hash(
		name_index_more(name_index_start(sl->names), module, module ? strlen(module) : 0));
	uint32_t cursor = 0, i;

	while (name_index_next(sl->names, hash, &cursor, &i)) {
		const char *name = sl->objects[i]->module;

		*ret = sl->objects[i];
		if (module && name ? strcmp(module, name) == 0 : module == name)
			return 0;
	}
	objects = ARRAY_ROOM(sl, sl->objects, sl->n_objects);
	if (!objects)
		return err_nomem(err);
	sl->objects = objects;
	o = talloc_zero(objects, struct source_lines_object);
	if (!o || name_index_add(sl->names, hash, (uint32_t)sl->n_objects, NULL))
		return err_nomem(err);
	o->module = module ? talloc_strdup(o, module) : NULL;
	o->number = sl->n_objects;
	objects[sl->n_objects++] = *ret = o;
	take_facts(sl, o);
	if (!o->build_id)
		o->build_id = build_id;
	open_object(sl, o);
	return 0;
}

/* ---- from frames to addresses ------------------------------------------------------------ */

static int find_object(struct source_lines *sl, struct source_lines_spot *s, struct vmt_err *err)
{
	const struct vmt_frame *frame = s->frame;

	/* Already decoded, by decode_stacktrace.sh. */
	if (frame->inlined || frame->file)
		return 0;
	if (!frame->function && !frame->module)
		return 0;
	return source_lines_object(sl, is_vmlinux(frame->module) ? NULL : frame->module,
		frame->build_id, &s->object, err);
}

/*
 * An address in the call instruction: the return address may be on another line or in another
 * function.
 */
static uint64_t inside(const struct vmt_frame *frame, uint64_t addr)
{
	return frame->exact || !addr ? addr : addr - 1;
}

static void find_by_address(struct source_lines_spot *s)
{
	const struct source_lines_object *o = s->object;
	uint64_t addr = inside(s->frame, s->frame->address.v);

	if (o->module)
		s->found = lines_sections(o->lines) &&
			   module_place(o->sections, o->n_sections, lines_sections(o->lines), addr,
				   &s->addr);
	else if (o->has_bias) {
		s->addr = addr - o->bias;
		s->found = true;
	}
}

/*
 * Frames of a text log are looked up by name, and so are a dump's if the module's sections are not
 * known.
 */
static bool goes_by_name(const struct source_lines_object *o, const struct source_lines_spot *s)
{
	return s->object == o && s->frame->function && s->frame->offset.known && !s->found;
}

static int find_by_name(struct source_lines_object *o, struct source_lines_spot *spots, size_t n,
	struct vmt_err *err)
{
	struct text_frame *frames = talloc_zero_array(spots, struct text_frame, n);
	size_t count = 0;
	int rc;

	if (!frames)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		if (goes_by_name(o, &spots[i]))
			frames[count++] = (struct text_frame){.function = spots[i].frame->function,
				.offset = spots[i].frame->offset,
				.size = spots[i].frame->size};
	rc = text_frames_find(o->lines, o->file->elf, frames, count, err);
	count = 0;
	for (size_t i = 0; i < n && !rc; i++) {
		const struct text_frame *frame;

		if (!goes_by_name(o, &spots[i]))
			continue;
		frame = &frames[count++];
		spots[i].found = frame->found;
		o->n_differing += frame->differs;
		spots[i].addr = frame->start + inside(spots[i].frame, spots[i].frame->offset.v);
		/*
		 * A return address may be at the start of the next function, but an address must
		 * not be before this one.
		 */
		if (spots[i].addr < frame->start)
			spots[i].addr = frame->start;
	}
	talloc_free(frames);
	return rc;
}

static int find_addresses(
	struct source_lines *sl, struct source_lines_spot *spots, size_t n, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		rc = find_object(sl, &spots[i], err);
		if (spots[i].object && !spots[i].object->lines)
			spots[i].object = NULL;
		if (!rc && spots[i].object && sl->facts.view && spots[i].frame->address.known)
			find_by_address(&spots[i]);
	}
	for (size_t i = 0; i < sl->n_objects && !rc; i++)
		if (sl->objects[i]->lines)
			rc = find_by_name(sl->objects[i], spots, n, err);
	return rc;
}

/* ---- from addresses to lines ------------------------------------------------------------- */

static int by_address(const void *a, const void *b)
{
	const struct source_lines_spot *x = *(struct source_lines_spot *const *)a,
				       *y = *(struct source_lines_spot *const *)b;

	if (x->object != y->object)
		return x->object->number < y->object->number ? -1 : 1;
	return (x->addr > y->addr) - (x->addr < y->addr);
}

/* Idle CPUs and sleeping tasks share many addresses: each address is looked up once. */
static int find_lines(
	TALLOC_CTX *ctx, struct source_lines_spot *spots, size_t n, struct vmt_err *err)
{
	struct source_lines_spot **order = talloc_array(spots, struct source_lines_spot *, n);
	size_t count = 0;
	int rc = 0;

	if (!order)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		if (spots[i].found)
			order[count++] = &spots[i];
	qsort(order, count, sizeof(order[0]), by_address);
	for (size_t i = 0; i < count && !rc; i++) {
		struct source_lines_spot *s = order[i], *last = i ? order[i - 1] : NULL;

		if (last && by_address(&s, &last) == 0) {
			s->places = last->places;
			s->n_places = last->n_places;
		} else {
			rc = lines_at(
				s->object->lines, ctx, s->addr, &s->places, &s->n_places, err);
		}
	}
	return rc;
}

/* ---- frames ------------------------------------------------------------------------------ */

static void put_place(struct vmt_frame *frame, const struct lines_place *place)
{
	frame->file = place->file;
	frame->line = (struct vmt_u64){place->line != 0, place->line};
	frame->column = (struct vmt_u64){place->column != 0, place->column};
}

static struct vmt_frame inlined_frame(const struct vmt_frame *in, const struct lines_place *place)
{
	struct vmt_frame frame = {
		.function = place->function,
		.plain = place->function,
		.module = in->module,
		.address = in->address,
		.inlined = true,
		.reliable = in->reliable,
		.exact = in->exact,
		.context = in->context,
		.source = in->source,
	};

	put_place(&frame, place);
	return frame;
}

static int expand_stack(TALLOC_CTX *ctx, const struct source_lines_spot *spots,
	const struct source_lines_stack *stack, struct vmt_err *err)
{
	struct vmt_frame *frames;
	size_t n = 0;

	for (size_t i = 0; i < *stack->n; i++)
		n += spots[i].n_places > 1 ? spots[i].n_places : 1;
	frames = talloc_zero_array(ctx, struct vmt_frame, n);
	if (!frames)
		return err_nomem(err);
	n = 0;
	for (size_t i = 0; i < *stack->n; i++) {
		const struct source_lines_spot *s = &spots[i];
		size_t last = s->n_places ? s->n_places - 1 : 0;

		for (size_t k = 0; k < last; k++)
			frames[n++] = inlined_frame(s->frame, &s->places[k]);
		frames[n] = *s->frame;
		if (s->n_places)
			put_place(&frames[n], &s->places[last]);
		n++;
	}
	*stack->frames = frames;
	*stack->n = n;
	return 0;
}

static int make_spots(TALLOC_CTX *ctx, const struct source_lines_stack *stacks, size_t n,
	struct source_lines_spot **ret, size_t *n_spots, struct vmt_err *err)
{
	struct source_lines_spot *spots;
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += *stacks[i].n;
	spots = talloc_zero_array(ctx, struct source_lines_spot, count);
	if (!spots)
		return err_nomem(err);
	*n_spots = count;
	count = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < *stacks[i].n; k++)
			spots[count++].frame = &(*stacks[i].frames)[k];
	*ret = spots;
	return 0;
}

int source_lines_find(struct source_lines *sl, TALLOC_CTX *ctx,
	const struct source_lines_stack *stacks, size_t n, struct source_lines_spot **ret,
	struct vmt_err *err)
{
	size_t count = 0;
	int rc = make_spots(sl, stacks, n, ret, &count, err);

	if (!rc)
		rc = find_addresses(sl, *ret, count, err);
	return rc ? rc : find_lines(ctx, *ret, count, err);
}

int source_lines_expand_all(TALLOC_CTX *ctx, const struct source_lines_spot *spots,
	const struct source_lines_stack *stacks, size_t n, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		size_t count = *stacks[i].n;

		rc = expand_stack(ctx, spots, &stacks[i], err);
		spots += count;
	}
	return rc;
}

bool source_lines_found(const struct source_lines *sl)
{
	for (size_t i = 0; i < sl->n_objects; i++)
		if (sl->objects[i]->lines)
			return true;
	return false;
}

int source_lines_expand(struct source_lines *sl, TALLOC_CTX *ctx,
	const struct source_lines_stack *stacks, size_t n, struct vmt_err *err)
{
	struct source_lines_spot *spots;
	int rc = source_lines_find(sl, ctx, stacks, n, &spots, err);

	if (!rc && source_lines_found(sl))
		rc = source_lines_expand_all(ctx, spots, stacks, n, err);
	return rc;
}
