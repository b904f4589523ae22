/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state of memory that the kernel prints when it runs out: what each use of memory holds, the
 * tasks, the slab caches, and who was killed.
 */
#ifndef VMT_OOPS_OOM_H
#define VMT_OOPS_OOM_H

#include "oops/event.h"

/* Counters of Mem-Info, in pages. */
enum oops_memory_use {
	OOPS_MEM_ACTIVE_ANON,
	OOPS_MEM_INACTIVE_ANON,
	OOPS_MEM_ACTIVE_FILE,
	OOPS_MEM_INACTIVE_FILE,
	OOPS_MEM_ISOLATED_ANON,
	OOPS_MEM_ISOLATED_FILE,
	OOPS_MEM_UNEVICTABLE,
	OOPS_MEM_SLAB_RECLAIMABLE,
	OOPS_MEM_SLAB_UNRECLAIMABLE,
	OOPS_MEM_SHMEM, /* part of the counters above */
	OOPS_MEM_PAGETABLES,
	OOPS_MEM_SEC_PAGETABLES,
	OOPS_MEM_BOUNCE,
	OOPS_MEM_FREE,
	OOPS_MEM_FREE_PCP,
	OOPS_MEM_USES
};

struct oops_memory_task {
	const char *comm; /* NULL: none */
	uint64_t pid;
	struct vmt_u64 rss; /* pages; of the killed one: bytes */
};

struct oops_memory {
	uint64_t page_size; /* bytes; 0: not known */
	struct vmt_u64 pages[OOPS_MEM_USES];
	struct vmt_u64 managed;		      /* bytes of all zones: what the page allocator has */
	struct vmt_u64 ram;		      /* pages */
	struct vmt_u64 huge;		      /* bytes of huge pages set aside, used or not */
	struct vmt_u64 kernel_stack;	      /* bytes */
	struct vmt_u64 swap_total, swap_free; /* bytes */
	struct oops_memory_task largest;
	struct vmt_u64 n_tasks;
	const char *slab; /* the largest unreclaimable cache; NULL: none is listed */
	uint64_t slab_bytes;
	bool slab_of_all; /* of all caches, even those that can be reclaimed */
	struct oops_memory_task killed;
	const char *cgroup; /* whose limit was reached; NULL: memory of the machine ran out */
	struct vmt_u64 cgroup_limit, cgroup_usage; /* bytes */
};

/* A counter in bytes. Unknown if the log does not give it, or it contradicts the size of memory. */
struct vmt_u64 oops_memory_bytes(const struct oops_memory *m, enum oops_memory_use use);

struct oops_parser;

/* Takes a line that may belong to such a report. */
void oops_memory_line(struct oops_parser *ps, const char *line, size_t len);

/* Gives a new event the report that it belongs to. */
void oops_memory_attach(struct oops_parser *ps, struct oops_event *ev);

/* Whether lines of such a report may follow. */
bool oops_memory_is_open(const struct oops_parser *ps);

#endif
