// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/keep.h"

#include "io/unpacked.h"

#define DEFAULT_BYTES (64u << 20)

struct vmt_keep {
	struct unpacked *unpacked;
};

int vmt_keep_new(size_t bytes, struct vmt_keep **ret, struct vmt_err *err)
{
	struct vmt_keep *keep = talloc_zero(NULL, struct vmt_keep);
	int rc = keep ? unpacked_new(keep, bytes ? bytes : DEFAULT_BYTES, &keep->unpacked, err)
		      : err_nomem(err);

	if (rc) {
		talloc_free(keep);
		return rc;
	}
	*ret = keep;
	return 0;
}

void vmt_keep_free(struct vmt_keep *keep)
{
	talloc_free(keep);
}

/* All pages of a dump are no pages of its kernel alone. */
void keep_use(const struct vmt_options *opts, struct session *s)
{
	if (opts && opts->keep && !opts->verify && s->dump)
		s->dump->unpacked = opts->keep->unpacked;
}
