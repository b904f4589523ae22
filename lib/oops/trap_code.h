/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The instructions by which the kernel stops itself, in the code that a report shows. */
#ifndef VMT_OOPS_TRAP_CODE_H
#define VMT_OOPS_TRAP_CODE_H

#include "base/machine.h"
#include "oops/event.h"

enum trap_code {
	TRAP_CODE_UNKNOWN, /* the report does not show the instruction */
	TRAP_CODE_OTHER,   /* another instruction */
	TRAP_CODE_BUG,	   /* BUG and WARN are made of it */
	TRAP_CODE_CHECK,   /* a compiler's check of bounds or of overflow is made of it */
};

/* What the marked instruction is. family: MACHINE_OTHER for any. */
enum trap_code trap_code_of(const struct oops_event *ev, enum machine_family family);

#endif
