// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/bit.h"

#include <inttypes.h>
#include <string.h>

/*
 * Below, objects are not apart. Above, all kernel addresses have the same bits: see value.h. With
 * four levels of page tables they have from bit 47 on, too, but with five they need not.
 */
#define LOWEST 3
#define HIGHEST 55

/* A page that the dump lacks may have been there. */
static bool is_mapped(struct mem_space *space, uint64_t pointer)
{
	const struct vmt_u64 lost = mem_lost(space);
	uint64_t paddr;
	bool mapped;

	mem_set_lost(space, (struct vmt_u64){0});
	mapped = mem_translate(space, pointer, &paddr, NULL) == 0 || mem_lost(space).known;
	mem_set_lost(space, lost);
	return mapped;
}

static bool begins_here(const struct explained_place *p, bool code)
{
	if (!p->name || !p->offset.known || p->offset.v)
		return false;
	if (code)
		return strcmp(p->region, VMT_REGION_TEXT) == 0;
	if (strcmp(p->region, VMT_REGION_DATA) == 0)
		return true;
	return strcmp(p->region, VMT_REGION_SLAB) == 0 &&
	       !(p->state && strcmp(p->state, VMT_STATE_FREE) == 0);
}

static char *text(TALLOC_CTX *ctx, uint64_t pointer, unsigned bit, const struct explained_place *p)
{
	uint64_t good = pointer ^ (uint64_t)1 << bit;

	if (strcmp(p->region, VMT_REGION_SLAB) == 0)
		return talloc_asprintf(ctx,
			"Nothing is mapped at 0x%" PRIx64 ", but one bit (%u) off, at 0x%" PRIx64
			", an object of the slab cache %s begins.",
			pointer, bit, good, p->name);
	return talloc_asprintf(ctx,
		"Nothing is mapped at 0x%" PRIx64 ", but one bit (%u) off, at 0x%" PRIx64
		", %s begins.",
		pointer, bit, good, p->name);
}

bool bit_find(TALLOC_CTX *ctx, const struct place_kernel *place, uint64_t pointer, bool code,
	const char **how)
{
	struct mem_space *space = place->kernel->image->space;
	struct vmt_u64 lost = mem_lost(space);
	TALLOC_CTX *own = talloc_new(ctx);
	unsigned found = 0;

	*how = NULL;
	for (unsigned bit = is_mapped(space, pointer) ? HIGHEST + 1 : LOWEST;
		own && bit <= HIGHEST && found < 2; bit++) {
		struct explained_place p;

		if (explain_place(own, place, pointer ^ (uint64_t)1 << bit, &p, NULL) ||
			!begins_here(&p, code))
			continue;
		if (!found++)
			*how = text(ctx, pointer, bit, &p);
	}
	talloc_free(own);
	mem_set_lost(space, lost); /* these were only guesses */
	if (found != 1)
		*how = NULL;
	return *how != NULL;
}
