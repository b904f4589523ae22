/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the value of a faulting address says about the crash. */
#ifndef VMT_TRIAGE_ADDRESS_H
#define VMT_TRIAGE_ADDRESS_H

#include "oops/event.h"

struct address_class {
	const char *id;
	const char *meaning; /* completes "Address 0x40" in the evidence: "is LIST_POISON1: ..." */
	bool common;	     /* common in registers: no finding by itself */
};

/* Whether a pointer of this class (its id, or NULL) was read from memory that had been freed. */
bool address_is_freed(const char *id);

/* NULL: nothing can be said. arch as in vmt_kernel; NULL: assume 64 bits. */
const struct address_class *address_classify(uint64_t address, const char *arch);

/* The same for a value found in a register: only values that no valid pointer has. */
const struct address_class *address_poison(uint64_t value);

#endif
