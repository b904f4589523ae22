/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kind of a crash of which only the stack is known, as a debugger prints it. */
#ifndef VMT_TRIAGE_STACK_KIND_H
#define VMT_TRIAGE_STACK_KIND_H

#include "oops/event.h"

/* Sets kind and detector by the functions on the stack, where these tell. */
void stack_kind_settle(struct oops_event *ev);

#endif
