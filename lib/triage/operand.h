/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the faulting instruction did, decoded from the Code: line and the registers. */
#ifndef VMT_TRIAGE_OPERAND_H
#define VMT_TRIAGE_OPERAND_H

#include "arch/insn.h"
#include "oops/event.h"

struct operand {
	bool decoded;
	struct insn insn;
	const char *access;	/* "read", "write", "exec"; NULL: it does not access memory */
	struct vmt_u64 address; /* the address of its operand, if its registers are known */
	struct vmt_u64 base;	/* the value of the base register */
};

/* Whether the address is part of the instruction: no pointer of the program holds it. */
bool operand_is_in_code(const struct operand *op);

/*
 * Whether an "invalid opcode" was raised by damaged or foreign code: x86 checks itself with ud0,
 * ud1 and ud2, which are never valid. False if the report does not show the code.
 */
bool operand_is_foreign(const struct oops_event *ev, const char *arch);

/* arch as in oops_log. decoded is false if the log shows no code or no decoder is available. */
void operand_find(const struct oops_event *ev, const char *arch, struct operand *ret);

#endif
