// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Pages of the kernel that makedumpfile took for those of programs. With bit 8 of the dump level it
 * leaves out pages whose mapping is marked as anonymous, and since 6.2 a slab's number of partial
 * slabs is in that place: an odd number looks like the mark.
 */
#include <inttypes.h>

#include "facade/triage_run.h"

#define LEVEL_PROGRAMS 8

void triage_tell_dropped_slabs(struct triage *t)
{
	const struct dump *dump = t->s->dump;
	struct kernel_view *view = &t->view;
	const uint64_t *pages;
	size_t n;

	if (!dump || !(dump->dump_level & LEVEL_PROGRAMS) || !view->image.layout)
		return;
	n = mem_lost_pages(view->image.space, &pages);
	for (size_t i = 0; i < n; i++) {
		if (!slab_looks_anonymous(kernel_view_place(view), pages[i]))
			continue;
		diag_add(&t->s->diags, t->report, DIAG_SLABS_DROPPED,
			"it took the slab page at 0x%" PRIx64
			" for memory of a program, as versions do "
			"that are older than the kernel: use a newer one, or dump with -d %" PRIu32,
			pages[i], dump->dump_level & ~(uint32_t)LEVEL_PROGRAMS);
		return;
	}
}
