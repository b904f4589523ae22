/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Only for flow*.c. */
#ifndef VMT_EXPLAIN_FLOW_INTERNAL_H
#define VMT_EXPLAIN_FLOW_INTERNAL_H

#include "base/caps.h"
#include "explain/flow.h"

/* Values are numbers, equal if the values are; 0 is unknown. So states are small. */
struct flow_state {
	uint32_t regs[MICRO_REGS];
	struct flow_slot {
		int64_t offset;
		uint32_t value;
	} slots[CAP_FLOW_SLOTS]; /* eight bytes each, in no order */
	unsigned n_slots;
	int64_t escaped; /* stack from here on may be changed by others; INT64_MAX: none */
};

struct flow {
	const struct flow_input *in;
	struct flow_value *values;
	uint32_t n_values;
	struct flow_origin *origins;
	uint32_t n_origins;
	uint32_t *buckets;	    /* value numbers by hash */
	uint32_t *chain;	    /* the next value in the same bucket */
	struct flow_state **states; /* by instruction; NULL: not reached, or not kept */
	uint8_t *pending;
	uint32_t lowest; /* no instruction before this one is pending */
	struct flow_outside outside[CAP_FLOW_OUTSIDE];
	unsigned n_outside;
	bool through_traps;
	bool full; /* a cap was reached, or memory is out */
};

/* The number of a value. */
uint32_t flow_number(struct flow *f, const struct flow_value *v);

/* The number of an origin like this one. */
uint32_t flow_origin_number(struct flow *f, const struct flow_origin *o);

/* A value of this type. 0 stands for one that is not known, as in all of these. */
uint32_t flow_typed(struct flow *f, uint64_t type, uint32_t origin);

/* The value with a constant added. */
uint32_t flow_plus(struct flow *f, uint32_t value, int64_t by);

/* The value where two paths meet that have these. */
uint32_t flow_join(struct flow *f, uint32_t a, uint32_t b);

/* What eight bytes hold at a pointer plus disp; indexed: in one of the elements from there on. */
uint32_t flow_loaded(struct flow *f, uint32_t pointer, int64_t disp, unsigned scale, uint32_t insn);

#endif
