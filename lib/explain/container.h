/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * container_of(): a function gets a pointer to a member (a work item, a timer, a list entry), and
 * uses the struct around it. The slab object that the pointer points into gives the offset of the
 * member; the module's types show which of its structs have such a member there, and room for all
 * that the function accesses. If it is just one, it is the one.
 */
#ifndef VMT_EXPLAIN_CONTAINER_H
#define VMT_EXPLAIN_CONTAINER_H

#include "explain/function.h"
#include "explain/region.h"

/*
 * Looks for the struct around a parameter, and follows the function's values again. value is the
 * parameter's. False: nothing was found. *how is a sentence, a talloc child of ctx.
 */
bool container_find(TALLOC_CTX *ctx, struct function *fn, const struct place_kernel *place,
	unsigned param, uint64_t value, const char **how);

#endif
