/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a variable is, by its DWARF expression: the operations that compilers use for C. */
#ifndef VMT_SYMBOLIZE_LOCATION_H
#define VMT_SYMBOLIZE_LOCATION_H

#include "symbolize/variables.h"

enum location_kind {
	LOCATION_UNKNOWN, /* optimized out, or an operation that is not known */
	LOCATION_VALUE,	  /* value is the variable's */
	LOCATION_MEMORY,  /* value is its address */
};

struct location {
	enum location_kind kind;
	uint64_t value;
};

struct location_frame {
	Dwarf_Die *function; /* with the frame base; NULL: not known */
};

/* addr is one of the file's own addresses. */
struct location location_of(Dwarf_Die *variable, uint64_t addr,
	const struct variables_machine *machine, const struct location_frame *frame);

#endif
