// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Pages of the kernel that makedumpfile took for those of programs. With bit 8 of the dump level it
 * leaves out pages whose mapping is marked as anonymous, and since 6.2 a slab's number of partial
 * slabs is in that place: an odd number looks like the mark.
 */
#include <inttypes.h>

#include "dump/vmcoreinfo.h"
#include "facade/triage_run.h"

#define LEVEL_PROGRAMS 8

/* The version that knows this kernel's slabs: since 6.10 they are marked in another way. */
static const char *fixed_in(const struct triage *t)
{
	uint64_t v;

	return vmcoreinfo_number(t->s->info, "NUMBER(PAGE_SLAB_MAPCOUNT_VALUE)", &v) ? "1.7.6"
										     : "1.7.3";
}

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
			"it took the slab page at 0x%" PRIx64 " for memory of a program; this is "
			"fixed in makedumpfile %s: until then, dump with -d %" PRIu32,
			pages[i], fixed_in(t), dump->dump_level & ~(uint32_t)LEVEL_PROGRAMS);
		return;
	}
}
