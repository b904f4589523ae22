/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which crashes of a list are wanted, and in which order. */
#ifndef VMTRIAGE_WANTED_H
#define VMTRIAGE_WANTED_H

#include "common.h"
#include "vmtriage.h"

struct wanted {
	const char *sort; /* one of wanted_orders */
	bool reverse;
};

extern const char *const wanted_orders[]; /* "time" first; NULL after the last */

/* Leaves what c asks for, in order. What could not be read stays, unless a pattern is set. */
void wanted_keep(const struct wanted *w, const struct common *c, struct vmt_list *list);

#endif
