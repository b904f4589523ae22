/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The struct that a lock is a member of, by the slab object that it is in. */
#ifndef VMT_EXPLAIN_OWNER_H
#define VMT_EXPLAIN_OWNER_H

#include "explain/region.h"

struct explained_owner {
	const char *type;   /* "vhba_host" */
	const char *member; /* "scan_mutex" */
};

/*
 * Finds the struct whose member the lock (a struct of that name) is. The object's cache says which
 * struct it holds, or else the module's types have just one that fits. module: whose code uses the
 * lock; NULL: the kernel's own, or the module that the cache is named after. Strings are talloc
 * children of ctx. VMT_ERR_NOTFOUND: it is not clear.
 */
bool explain_owner(TALLOC_CTX *ctx, const struct place_kernel *place,
	const struct kernel_module *module, const char *lock, const struct explained_place *object,
	struct explained_owner *ret);

#endif
