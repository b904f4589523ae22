/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The function that takes down the driver, protocol or file system that another function is part
 * of, by their names: igb_remove for igb_up, tipc_exit for tipc_net_finalize.
 */
#ifndef VMT_TRIAGE_TEARDOWN_H
#define VMT_TRIAGE_TEARDOWN_H

#include "where/where.h"

struct teardown {
	const char *function; /* allocated from ctx; NULL: none is known */
	struct where_places places;
};

/* It is in another file of the same folder. file: of the other function, whose name is name. */
struct teardown teardown_find(
	TALLOC_CTX *ctx, const struct where *w, const char *name, size_t len, uint16_t file);

#endif
