/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls: two functions that follow each other in a stack. A quoted stack is compared by them. */
#ifndef VMT_FIXES_CALLS_H
#define VMT_FIXES_CALLS_H

#include "fixes/terms.h"

/* The call between two frames: one TERM_CALL, without suffixes of the compiler. */
void calls_add(const char *callee, const char *caller, term_taker take, void *arg);

/* The calls of the crash texts that a message quotes. Frames that are unreliable ("?") are left
 * out. */
void calls_of_text(const char *text, term_taker take, void *arg);

#endif
