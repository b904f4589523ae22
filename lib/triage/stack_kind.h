/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Determines the kind of a crash from its stack alone, as printed by a debugger. */
#ifndef VMT_TRIAGE_STACK_KIND_H
#define VMT_TRIAGE_STACK_KIND_H

#include "oops/event.h"

/* Sets kind and detector by the functions on the stack, if these determine them. */
void stack_kind_settle(struct oops_event *ev);

/*
 * The kind of crash that leads to this handler of an exception, and who detected it. NULL: that is
 * not certain. A page fault is one of several kinds, by its address, and so is an invalid
 * instruction, by its bytes.
 */
const struct oops_kind *stack_kind_of_handler(const char *function, const char **detector);

#endif
