/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A crash that no log tells of: what the stack of the CPU that crashed gives away. The functions
 * which stop a kernel are known by name, and so is what each of them is called for.
 */
#ifndef VMT_TRIAGE_WITNESS_H
#define VMT_TRIAGE_WITNESS_H

#include "oops/event.h"

struct witness {
	const char *who;  /* "CPU 1" */
	const char *arch; /* as uname -m */
	const struct vmt_frame *frames;
	size_t n_frames;
	uint64_t stack; /* where the task's own begins; 0: not known */
	struct vmt_u64 cpu, pid;
	const char *comm;
	const struct vmt_register *regs; /* where the CPU was stopped */
	size_t n_regs;
	const uint8_t *code; /* from where it was stopped on; NULL: not known */
	size_t n_code;
};

/* The event, a child of ctx; all that it says is witnessed by memory alone. */
int witness_event(
	TALLOC_CTX *ctx, const struct witness *w, struct oops_event **ret, struct vmt_err *err);

/* What a function stops the machine for, and who found it; NULL: it does not. */
const struct oops_kind *witness_stop(const char *function, const char **detector);

#endif
