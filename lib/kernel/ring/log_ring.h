/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel log in the memory of a dump. A layout is one row. To add one, write its file and name
 * it in log_ring.c.
 */
#ifndef VMT_KERNEL_RING_LOG_RING_H
#define VMT_KERNEL_RING_LOG_RING_H

#include "dump/vmcoreinfo.h"
#include "log/log.h"
#include "mem/space.h"

struct log_layout {
	const char *name;
	const char *key; /* VMCOREINFO key that only kernels with this layout have */
	int (*read)(struct mem_space *space, const struct vmcoreinfo *info, log_sink sink,
		void *arg, struct log_loss *loss, struct vmt_err *err);
};

/* For the layouts: reads a variable of size bytes. key is the VMCOREINFO key with its address. */
int log_ring_var(struct mem_space *space, const struct vmcoreinfo *info, const char *key,
	unsigned size, uint64_t *ret, struct vmt_err *err);

extern const struct log_layout log_layout_prb, log_layout_record, log_layout_bytes;

/*
 * Passes every record, oldest first, to sink. Records in pages that the dump lacks are skipped and
 * counted in loss, whose member from is set by the caller. Fails only if no record can be reached.
 * If the sink returns other than 0, stops and returns that.
 */
int log_ring_read(struct mem_space *space, const struct vmcoreinfo *info, log_sink sink, void *arg,
	struct log_loss *loss, struct vmt_err *err);

#endif
