// SPDX-License-Identifier: GPL-3.0-or-later
/* The terms of the frames of a stack: the nearer to the crash, the more they count. */
#include <string.h>

#include "fixes/rank_internal.h"

#include "fixes/calls.h"
#include "triage/blame.h"
#include "where/area.h"

#define FRAMES_MOST 64	     /* of one stack that are looked at */
#define FRAME_LEAST 0.02f    /* with less weight, a frame is left out */
#define FRAME_COUNTS 0.05f   /* with less, it does not make the ones after it farther away */
#define FRAME_DISTANCE 0.25f /* how much each frame lowers the weight of those after it */
#define FILES_MOST 3	     /* a name that more files define is a common one */

/* What the weight is multiplied with if the function works for others. */
#define HELPER 0.25f
#define IN_CORE 0.5f
#define IN_SHARED 0.9f
#define UNRELIABLE 0.5f

#define HELPERS                                                                                    \
	(BLAME_HELPERS | BLAME_PLUMBING | BLAME_ANCHOR | BLAME_TICK | BLAME_ENTRY | BLAME_REMOTE | \
		BLAME_IDLE | BLAME_ROOT)

static float weight_of(const struct rank_frame *frame, const struct where *where, unsigned position)
{
	size_t len = blame_base_length(frame->function);
	unsigned roles = frame->module ? 0 : blame_roles(frame->function);
	float weight = 1 / (1 + FRAME_DISTANCE * (float)position);

	if (roles & BLAME_REPORT)
		return 0;
	if (frame->unreliable)
		weight *= UNRELIABLE;
	if (roles & HELPERS)
		return weight * HELPER;
	if (!frame->module && where) {
		struct where_places places = area_places(where, frame->function, len, NULL);
		const struct area *area = area_of(where, &places, false, NULL);

		if (area && area->kind == AREA_CORE)
			weight *= IN_CORE;
		else if (area && area->kind == AREA_SHARED)
			weight *= IN_SHARED;
	}
	return weight;
}

static void add_places(struct rank_terms *terms, const struct where *where, const char *function,
	size_t len, float weight, enum rank_whose whose)
{
	struct where_places places = {.n = 0};
	char path[WHERE_PATH_SIZE];

	if (where)
		places = area_places(where, function, len, NULL);
	for (size_t i = 0; i < places.n && places.n <= FILES_MOST; i++)
		if (where_path(where, places.file[i], path))
			rank_add_path(terms, path, weight / (float)places.n, whose);
}

void rank_add_function(struct rank_terms *terms, const struct where *where, const char *function,
	const char *module, float weight, enum rank_whose whose)
{
	size_t len = blame_base_length(function), n;
	char name[TERM_SIZE];
	bool whole;

	n = term_name(function, len, name);
	whole = !memchr(name, '_', n);
	terms->class = whose == RANK_OTHER ? CLASS_OTHER_NAME : CLASS_NAME;
	terms->weight = weight;
	rank_term_add(TERM_NAME, name, n, terms);
	if (whole && whose == RANK_OWN) {
		terms->weight = weight / 2;
		rank_term_add(TERM_WORD, name, term_stem(name, n), terms);
	} else {
		terms->class = whose == RANK_OTHER ? CLASS_OTHER_PART : CLASS_PART;
		terms_of_name(name, n, rank_term_add, terms);
	}
	add_places(terms, where, function, len, weight, whose);
	if (module && whose == RANK_OWN)
		rank_add_module(terms, module, weight);
}

void rank_add_stack(struct rank_terms *terms, const struct where *where,
	const struct rank_stack *stack, enum rank_whose whose)
{
	const struct rank_frame *before = NULL;
	unsigned position = 0;
	float before_weight = 0;

	for (size_t i = 0; i < stack->n && i < FRAMES_MOST; i++) {
		const struct rank_frame *frame = &stack->frames[i];
		float weight = weight_of(frame, where, position);

		if (weight < FRAME_LEAST)
			continue;
		rank_add_function(terms, where, frame->function, frame->module, weight, whose);
		position += weight > FRAME_COUNTS;
		if (frame->unreliable)
			continue;
		terms->class = CLASS_CALL;
		terms->weight = weight < before_weight ? weight : before_weight;
		if (before)
			calls_add(before->function, frame->function, rank_term_add, terms);
		before = frame;
		before_weight = weight;
	}
}
