/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an address that a crash went to tells by its value. */
#ifndef VMT_TRIAGE_ADDRESS_H
#define VMT_TRIAGE_ADDRESS_H

#include "oops/event.h"

struct address_class {
	const char *id;
	const char
		*meaning; /* what follows "Address 0x40" in the evidence: "is LIST_POISON1: ..." */
	bool common;	  /* registers hold such values all the time: no finding by itself */
};

/* NULL: nothing can be said. arch as in vmt_kernel, NULL: 64 bits. */
const struct address_class *address_classify(uint64_t address, const char *arch);

/* As above, for the values that a register held: only what no sound pointer looks like. */
const struct address_class *address_poison(uint64_t value);

#endif
