/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Determines the kind of a crash from its stack alone, as printed by a debugger. */
#ifndef VMT_TRIAGE_STACK_KIND_H
#define VMT_TRIAGE_STACK_KIND_H

#include "oops/event.h"

/* Sets kind and detector by the functions on the stack, if these determine them. */
void stack_kind_settle(struct oops_event *ev);

#endif
