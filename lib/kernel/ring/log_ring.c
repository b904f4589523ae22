// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/ring/log_ring.h"

#include "base/array.h"

/* In the order of makedumpfile and crash: a backported prb leaves the old symbols in place. */
static const struct log_layout *const layouts[] = {
	&log_layout_prb,
	&log_layout_record,
	&log_layout_bytes,
};

int log_ring_var(struct mem_space *space, const struct vmcoreinfo *info, const char *key,
	unsigned size, uint64_t *ret, struct vmt_err *err)
{
	uint64_t addr;
	int rc;

	if (!vmcoreinfo_hex(info, key, &addr))
		return err_set(err, VMT_ERR_CORRUPT, "VMCOREINFO lacks %s", key);
	rc = mem_read_uint(space, addr, size, ret, err);
	return rc ? err_prepend(err, rc, "%s", key) : 0;
}

int log_ring_read(struct mem_space *space, const struct vmcoreinfo *info, log_sink sink, void *arg,
	struct log_loss *loss, struct vmt_err *err)
{
	*loss = (struct log_loss){.from = loss->from};
	/* The sink fails without a message. */
	if (err)
		*err = (struct vmt_err){0};
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		int rc;

		if (!vmcoreinfo_get(info, layouts[i]->key))
			continue;
		rc = layouts[i]->read(space, info, sink, arg, loss, err);
		return rc < 0 ? err_prepend(err, rc, "log (%s)", layouts[i]->name) : rc;
	}
	return err_set(err, VMT_ERR_NODATA, "VMCOREINFO does not say where the log is");
}
