/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A crash that is not in any log, as far as the stack of the CPU that crashed shows it. The
 * functions that stop a kernel are known by name, and so is the reason for which each is called.
 */
#ifndef VMT_TRIAGE_WITNESS_H
#define VMT_TRIAGE_WITNESS_H

#include "oops/event.h"

struct witness {
	const char *who;  /* "CPU 1" */
	const char *arch; /* as uname -m */
	const struct vmt_frame *frames;
	size_t n_frames;
	uint64_t stack; /* start of the task's own stack; 0: not known */
	struct vmt_u64 cpu, pid;
	const char *comm;
	const struct vmt_register *regs; /* where the CPU was stopped */
	size_t n_regs;
	const uint8_t *code; /* code bytes from there on; NULL: not known */
	size_t n_code;
	const char *handler; /* of the exception that stopped it there; NULL: not known */
	bool lacks_code; /* memory that may hold the code of the first frame could not be read */
};

/*
 * Makes the event, a child of ctx. All of it comes from memory alone. *ret is NULL if that is not
 * enough to tell what happened.
 */
int witness_event(
	TALLOC_CTX *ctx, const struct witness *w, struct oops_event **ret, struct vmt_err *err);

/*
 * The reason for which a function stops the machine, and who detected it; NULL: it does not stop
 * it.
 */
const struct oops_kind *witness_stop(const char *function, const char **detector);

#endif
